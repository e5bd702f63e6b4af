"""Originals: each ingested file is kept under its sha256, with a note of its path, so that the truth can be made again.

The note stands as long as the document is wanted. An original without one, or with one whose path by now holds another
document, is a left-over; an original with a note that the truth does not know was lost from the truth.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from kb.errors import ReadError

_ID = re.compile(r"[0-9a-f]{64}")
PART = ".part-"
"""How names of unfinished files begin."""


def original_path(root: Path, id: str) -> Path:
    """Where a document's original is kept."""
    return root / "originals" / id


def keep(root: Path, path: Path, limit_mb: int) -> str:
    """Copies a file to the originals; its sha256. Raises OSError, ReadError where it is larger than `limit_mb`."""
    size = path.stat().st_size
    if size > limit_mb << 20:
        raise ReadError(
            f"{path}: the file has {size >> 20} MiB, more than the limit of {limit_mb} MiB. "
            "Split it, or raise file_mb (KB_FILE_MB)."
        )
    folder = root / "originals"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, part = tempfile.mkstemp(dir=folder, prefix=PART)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        os.replace(part, original_path(root, digest.hexdigest()))
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def note(root: Path, id: str, path: str) -> None:
    """Writes down which path an original came from."""
    target = original_path(root, id).with_suffix(".path")
    part = target.with_name(f"{PART}{id}")
    part.write_text(path, "utf-8", "surrogateescape")
    os.replace(part, target)


def noted(root: Path, id: str) -> str:
    """The path an original came from; empty where it is not wanted any more."""
    try:
        return original_path(root, id).with_suffix(".path").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""


def unnote(root: Path, id: str) -> None:
    original_path(root, id).with_suffix(".path").unlink(missing_ok=True)


def drop(root: Path, id: str) -> None:
    """Deletes an original and its note."""
    unnote(root, id)
    original_path(root, id).unlink(missing_ok=True)


def kept(root: Path) -> list[str]:
    """Ids of all originals."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(e.name for e in os.scandir(root / "originals") if _ID.fullmatch(e.name))
    return []


def leftovers(root: Path) -> list[Path]:
    """Unfinished files, and notes without an original, of processes that were killed. For the one writer only."""
    found = [*root.glob(f"{PART}*"), *(root / "originals").glob(f"{PART}*")]
    notes = (root / "originals").glob("*.path")
    return found + [n for n in notes if _ID.fullmatch(n.stem) and not n.with_suffix("").exists()]


def clear(path: Path) -> None:
    """Deletes a left-over file or folder."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Hash of a file's bytes, hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def intact(root: Path, id: str) -> bool:
    """Is the original there, with the bytes it had?"""
    try:
        return sha256(original_path(root, id)) == id
    except OSError:
        return False

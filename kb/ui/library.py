"""Files behind the Documents page: uploads, and what is kept of removed documents so that they can be restored."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed document whose file is kept."""

    id: str
    title: str
    path: str
    """The path it was ingested from."""
    file: Path


def save_upload(root: Path, name: str, data: bytes) -> Path:
    """Keeps an uploaded file under its own name, in a folder of its content: two files of one name never collide."""
    path = root / "uploads" / hashlib.sha256(data).hexdigest()[:16] / _fit(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_name(".part")
        part.write_bytes(data)
        os.replace(part, path)
    return path


def _fit(name: str) -> str:
    """The name without what a path could be made of, 120 characters at most, its ending kept."""
    name = _UNFIT.sub("_", name).strip(" .") or "unnamed"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) < 12 else name[:120]


def keep(root: Path, document: Mapping[str, Any], original: Path) -> None:
    """Sets a document's file aside, before it is removed."""
    folder = root / "removed" / document["id"]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / _fit(Path(document["path"]).name)
    if not file.exists():
        try:
            os.link(original, file)
        except OSError:
            shutil.copyfile(original, file)
    about = {"title": document["title"], "path": document["path"], "file": file.name, "removed": time.time()}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")


def removed(root: Path) -> list[Removed]:
    """What can be restored, the latest first."""
    found = []
    for file in (root / "removed").glob("*/about.json"):
        try:
            about = json.loads(file.read_text("utf-8"))
            kept = Removed(file.parent.name, about["title"], about["path"], file.parent / _fit(about["file"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if kept.file.is_file() and _ID.fullmatch(kept.id):
            found.append((about.get("removed", 0), kept))
    return [kept for _, kept in sorted(found, key=lambda pair: -pair[0])]


def restorable(root: Path, kept: Removed) -> Path:
    """The file to ingest again: the one it came from where that is unchanged, else an upload made of the kept one."""
    path = Path(kept.path)
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == kept.id:
        return path
    return save_upload(root, kept.file.name, kept.file.read_bytes())


def discard(root: Path, kept: Removed) -> None:
    """Deletes what is kept of a removed document, and the upload it came from; never a file of the user's own."""
    shutil.rmtree(root / "removed" / kept.id, ignore_errors=True)
    upload = root / "uploads" / kept.id[:16]
    if _ID.fullmatch(kept.id):
        shutil.rmtree(upload, ignore_errors=True)

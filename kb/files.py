"""What there is to ingest below the paths that were named, and the lock of the one who ingests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.errors import InputError, LockedError, StoreError

SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt"})
"""Files taken from a folder, besides those that a plugin names in its SUFFIXES; a file named outright is always tried."""


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Holds the writer's lock. Raises LockedError at once where another process has it, StoreError where it cannot be had."""
    from filelock import FileLock, Timeout

    holder = root / "writer.pid"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / "writer.lock", timeout=0):
            holder.write_text(str(os.getpid()), "ascii")
            try:
                yield
            finally:
                holder.unlink(missing_ok=True)
    except Timeout as error:
        try:
            who = f"process {int(holder.read_text('ascii'))}"
        except (OSError, ValueError):
            who = "another process"
        raise LockedError(
            f"{who} is changing {root}. Wait until it has ended, or end it, then try again."
        ) from error
    except PermissionError as error:
        raise StoreError(
            f"{error.filename or root}: no right to write there. Give this user the right, or set KB_ROOT."
        ) from error


def find(
    paths: Sequence[str | Path], suffixes: frozenset[str] = SUFFIXES
) -> tuple[dict[str, None], list[Path]]:
    """The files to look at, in order, and the folders that were named, both as absolute paths.

    Raises InputError for what is not there or may not be read.
    """
    files: dict[str, None] = {}
    folders: list[Path] = []
    for given in paths:
        if not str(given) or "\0" in str(given):
            raise InputError(f"{str(given)!r} is no path of a file or folder. Name one; nothing was changed.")
        # Not resolved: a path through a link is the name by which the user knows the file.
        path = Path(os.path.abspath(given))
        try:
            if path.is_dir():
                folders.append(path)
                for found in _walk(path, suffixes):
                    files[str(found)] = None
            elif path.exists():
                files[str(path)] = None
            else:
                raise InputError(
                    f"{given}: there is no such file or folder. Check the name, or that its disk is mounted; nothing was changed."
                )
        except OSError as error:
            raise InputError(
                f"{error.filename or given}: {error.strerror or error}. Give this user the right to read it, "
                "or ingest another folder; nothing was changed."
            ) from error
    return files, folders


def _walk(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda e: e.name)
    for entry in inside:
        if entry.name.startswith((".", "~$")):
            continue
        # A link to a folder is not followed: it may lead round in a circle.
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), suffixes)
        elif Path(entry.name).suffix.casefold() in suffixes and entry.is_file():
            yield Path(entry.path)

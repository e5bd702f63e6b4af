"""What an ingest has to do: how the files look now against what is known of them. Decides; changes nothing.

A document is its bytes: it follows them to another path, and several files with the same bytes are one document.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb import originals

Row = dict[str, Any]


@dataclass(slots=True)
class File:
    """A file as it is now."""

    path: str
    size: int
    mtime_ns: int
    id: str = ""
    """Hash of its bytes; empty where they cannot be read."""
    reason: str = ""
    """Why it cannot be read, as far as is known."""
    unchanged: bool = False
    """It looks as it did when it was last looked at, and would be read in the same way."""


@dataclass(slots=True)
class Changes:
    """What there is to do, and what there is to tell."""

    moved: dict[str, str] = field(default_factory=dict)
    """Id of a document → the path where its bytes are now."""
    removed: list[Row] = field(default_factory=list)
    """Documents whose bytes are nowhere any more."""
    todo: list[File] = field(default_factory=list)
    """To be read."""
    unreadable: list[File] = field(default_factory=list)
    """Their bytes cannot be had."""
    seen: list[File] = field(default_factory=list)
    """Only their looks are new."""
    failed: list[File] = field(default_factory=list)
    """Failed earlier, and unchanged."""
    unchanged: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)


def look(path: str, row: Row | None, *, engine: str, retry: bool, file_mb: int) -> File:
    """How a file looks; it is opened only where it differs from `row`, the looks it had.

    `retry`: a file that failed counts as changed.
    """
    try:
        stat = os.stat(path)
        file = File(path, stat.st_size, stat.st_mtime_ns)
        if file.size > file_mb << 20:
            file.reason = (
                f"{path}: the file has {file.size >> 20} MiB, more than the limit of {file_mb} MiB. "
                "Split it, or raise file_mb (KB_FILE_MB)."
            )
        elif row and (row["size"], row["mtime_ns"]) == (file.size, file.mtime_ns):
            file.id, file.reason = row["id"], row["reason"]
            file.unchanged = row["engine"] == engine and not (file.reason and retry)
        else:
            file.id = originals.sha256(Path(path))
    except FileNotFoundError:
        return File(
            path, 0, 0, reason=f"{path}: the file has vanished. Put it back, or ingest its folder again."
        )
    except OSError as error:
        reason = f"{path}: {error.strerror or error}. Give this user the right to read it."
        return File(path, 0, 0, reason=reason)
    return file


def compare(
    files: Sequence[File], known: Mapping[str, Row], gone: Set[str], documents: Sequence[Row], engine: str
) -> Changes:
    """`files` as they look now, against the looks that are `known` (path → row) and the `documents` of the truth.

    `gone`: known paths at which there is no file any more.
    """
    changes = Changes()
    by_id = {d["id"]: dict(d) for d in documents}
    here = {p: r["id"] for p, r in known.items() if p not in gone}
    for id in {f.id for f in files} & by_id.keys():
        # Its bytes turned up here: what has vanished elsewhere, outside the folders looked at, was moved.
        if here.get(path := by_id[id]["path"]) == id and not os.path.exists(path):
            del here[path]
    here |= {f.path: f.id for f in files}
    places: dict[str, str] = {}
    for path, id in here.items():
        places.setdefault(id, path)
    for id, row in list(by_id.items()):
        path, now = row["path"], here.get(row["path"], "")
        if now == id:
            continue
        if id in places:
            changes.moved[id] = places[id]
            if Path(path).suffix.casefold() != Path(places[id]).suffix.casefold():
                row["engine"] = ""  # another reader is to read it now
            row["path"] = places[id]
        elif path in gone or (now in by_id and by_id[now]["status"] != "failed"):
            changes.removed.append(by_id.pop(id))
        # Otherwise other bytes are at its path, or none that can be read: it stays until the new ones are read.
    taken: set[str] = set()
    paths = {d["path"] for d in by_id.values()}
    for file in files:
        document = by_id.get(file.id)
        if not file.id:
            changes.unreadable.append(file)
            continue
        if file.unchanged and file.reason and file.path in paths:
            changes.failed.append(file)
        elif file.id in taken or (document and document["path"] != file.path):
            changes.duplicates.append(file.path)
        elif document and document["engine"] == engine and document["status"] != "failed":
            if file.id not in changes.moved:
                changes.unchanged.append(file.path)
        else:
            taken.add(file.id)
            changes.todo.append(file)
            continue
        if not file.unchanged:
            changes.seen.append(file)
    return changes

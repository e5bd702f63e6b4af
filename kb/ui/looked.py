"""Which doubtful pages people have looked at: a line a decision in ROOT/looked.jsonl, only ever added to."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def at(root: Path) -> dict[tuple[str, int], Row]:
    """(document, page) → who looked at it and when. A line that cannot be read is left out."""
    found: dict[tuple[str, int], Row] = {}
    try:
        lines = (root / "looked.jsonl").read_text("utf-8").splitlines()
    except OSError:
        return found
    for line in lines:
        try:
            row = json.loads(line)
            page = (str(row["document"]), int(row["page"]))
            found.pop(page, None)
            if row["well"]:
                found[page] = {"who": str(row["who"]), "when": str(row["when"])}
        except (ValueError, KeyError, TypeError):
            continue
    return found


def note(root: Path, document: str, page: int, *, well: bool, who: str) -> None:
    """Keeps that a page was looked at and is well, or that it is to be looked at again. One write of one line."""
    row = {"document": document, "page": page, "well": well, "who": who, "when": time.strftime("%Y-%m-%dT%H:%M:%S")}  # fmt: skip
    # A leading line break ends a line that a crash left open.
    data = ("\n" + json.dumps(row, ensure_ascii=False) + "\n").encode()
    handle = os.open(root / "looked.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)

"""The parts of a page and their order as pymupdf4llm's layout model sees them, for pages whose order is doubtful."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kb.layout.grid import by_rows
from kb.layout.lines import Line, overlap
from kb.records import Box

Region = tuple[Box, bool]
"""Box of a part, and whether it is a table."""


def installed() -> bool:
    """Is the model there?"""
    from importlib.util import find_spec

    return find_spec("pymupdf4llm") is not None and find_spec("pymupdf.layout") is not None


def regions(page: Any) -> list[Region]:
    """The page's parts (PyMuPDF's page, not turned) in reading order."""
    import pymupdf.layout  # noqa: F401  (it gives pages their get_layout)
    from pymupdf4llm.helpers.utils import find_reading_order

    page.get_layout()
    blocks = [b for b in page.get_text("dict")["blocks"] if b["type"] == 0]
    boxes = find_reading_order(page.rect, blocks, [tuple(b[:5]) for b in page.layout_information])
    return [((b[0], b[1], b[2], b[3]), b[4] == "table") for b in boxes]


def columns(
    lines: Iterable[Line], found: Sequence[Region], arrange: Callable[[list[Line]], list[list[Line]]]
) -> list[list[Line]]:
    """The lines of each region, in its order; a line outside all of them goes with the nearest.

    A table is read row by row. Of other parts, the model tells where they lie, not what comes first in them (a whole map
    is one picture to it): that `arrange` says.
    """
    parts: list[list[Line]] = [[] for _ in found]
    for line in lines:
        near = min(range(len(parts)), key=lambda n: _distance(line, found[n][0]))
        parts[near].append(line)
    ordered = ([by_rows(p)] if table else arrange(p) for p, (_, table) in zip(parts, found, strict=True) if p)
    return [column for part in ordered for column in part]


def _distance(line: Line, box: Box) -> float:
    across, down = overlap(line.x0, line.x1, box[0], box[2]), overlap(line.y0, line.y1, box[1], box[3])
    if across > 0 and down > 0:
        return -across * down
    return max(0.0, -across) + max(0.0, -down)

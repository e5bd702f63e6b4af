"""The parts of a page and their order as pymupdf4llm's layout model sees them, for pages whose order is doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kb.layout.grid import by_rows
from kb.layout.lines import Line, overlap
from kb.records import Box


def installed() -> bool:
    """Is the model there?"""
    from importlib.util import find_spec

    return find_spec("pymupdf4llm") is not None and find_spec("pymupdf.layout") is not None


def regions(page: Any) -> list[Box]:
    """The boxes of the page's parts (PyMuPDF's page, not turned) in reading order."""
    import pymupdf.layout  # noqa: F401  (it gives pages their get_layout)
    from pymupdf4llm.helpers.utils import find_reading_order

    page.get_layout()
    blocks = [b for b in page.get_text("dict")["blocks"] if b["type"] == 0]
    boxes = find_reading_order(page.rect, blocks, [tuple(b[:5]) for b in page.layout_information])
    return [(b[0], b[1], b[2], b[3]) for b in boxes]


def columns(lines: Iterable[Line], boxes: Sequence[Box]) -> list[list[Line]]:
    """The lines of each region, in its order; a line outside all of them goes with the nearest."""
    parts: list[list[Line]] = [[] for _ in boxes]
    for line in lines:
        near = min(range(len(parts)), key=lambda n: _distance(line, boxes[n]))
        parts[near].append(line)
    return [by_rows(part) for part in parts if part]


def _distance(line: Line, box: Box) -> float:
    across, down = overlap(line.x0, line.x1, box[0], box[2]), overlap(line.y0, line.y1, box[1], box[3])
    if across > 0 and down > 0:
        return -across * down
    return max(0.0, -across) + max(0.0, -down)

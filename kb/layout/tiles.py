"""Drawn and shaded boxes: cells of a table stand side by side without a gap, the frame of a text stands alone."""

from __future__ import annotations

from itertools import pairwise

from kb.records import Box

_SAME = 2.0
_TOUCH = 3.0
_MANY = 400
_UNSHADED = 60.0
"""Height of a row without shading between two shaded ones, at the most."""


def tile_edges(boxes: list[Box]) -> tuple[set[Box], set[Box]]:
    """The horizontal and the vertical edges (thin boxes) of boxes that have a neighbour in their row, and of rows between."""
    across: set[Box] = set()
    down: set[Box] = set()
    rows = _rows(boxes)
    for row in rows:
        for x0, y0, x1, y1 in row:
            across |= {_thin(x0, y0, x1, y0), _thin(x0, y1, x1, y1)}
            down |= {_thin(x0, y0, x0, y1), _thin(x1, y0, x1, y1)}
    for above, below in pairwise(rows):
        top, bottom = above[0][3], below[0][1]
        shared = [x for x in _sides(above) if any(abs(x - other) < _SAME for other in _sides(below))]
        if len(shared) > 2 and 0 < bottom - top < _UNSHADED:
            down |= {_thin(x, top, x, bottom) for x in shared}
    return across, down


def alone(boxes: list[Box]) -> list[Box]:
    """The boxes big enough for a text that no other one touches: frames, rather than cells of a table."""
    boxes = sorted(set(boxes))[:_MANY]
    big = [b for b in boxes if b[2] - b[0] > 60 and b[3] - b[1] > 30]
    return [b for b in big if not any(_touch(b, other) for other in boxes)]


def _touch(box: Box, other: Box) -> bool:
    """Do they share most of the shorter side, from outside?"""
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    beside = abs(across) < _TOUCH and down > 0.5 * min(box[3] - box[1], other[3] - other[1])
    below = abs(down) < _TOUCH and across > 0.5 * min(box[2] - box[0], other[2] - other[0])
    return beside or below


def _rows(boxes: list[Box]) -> list[list[Box]]:
    """Boxes of one height that touch side by side, from top to bottom; those within another one (its lines) left out."""
    outer: list[Box] = []
    for box in sorted(set(boxes), key=lambda b: (b[0] - b[2]) * (b[3] - b[1])):
        if not any(_within(box, other) for other in outer):
            outer.append(box)
    rows: list[list[Box]] = []
    for box in sorted(outer, key=lambda b: (b[1], b[0])):
        row = next((r for r in rows if _beside(r[-1], box)), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [row for row in rows if len(row) > 1]


def _beside(left: Box, right: Box) -> bool:
    level = abs(left[1] - right[1]) < _SAME and abs(left[3] - right[3]) < _SAME
    return level and abs(right[0] - left[2]) < _TOUCH


def _within(box: Box, other: Box) -> bool:
    return box[0] > other[0] - 1 and box[1] > other[1] - 1 and box[2] < other[2] + 1 and box[3] < other[3] + 1


def _sides(row: list[Box]) -> list[float]:
    return [row[0][0], *(b[2] for b in row)]


def _thin(x0: float, y0: float, x1: float, y1: float) -> Box:
    return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))

"""Text that runs up or down a page which is level otherwise: its lines are made level, read, and set back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kb.layout.lines import Line, Way, Word, overlap

UP: Way = (0, -1)
DOWN: Way = (0, 1)
_CLOSE = 0.9
"""Room between two lines of one text, in font sizes, at the most."""
_LETTERS = 3
"""Letters of a text, at the least."""


def levelled(way: Way, wide: float, high: float) -> Any:
    """The matrix that makes text level on a page of that size; None where it is, or runs slantwise."""
    import pymupdf

    sides = {
        UP: (0, 1, -1, 0, high, 0),
        DOWN: (0, -1, 1, 0, 0, wide),
        (-1, 0): (-1, 0, 0, -1, wide, high),
    }
    return pymupdf.Matrix(*sides[way]) if way in sides else None


def set_back(lines: Iterable[Line], way: Way, level: Any) -> list[Line]:
    """Lines read level, with their boxes as they stand on the page."""
    import pymupdf

    back = ~level
    return [
        Line(
            line.page,
            [Word(w.text, *(pymupdf.Rect(w[1:]) * back)) for w in line.words],
            line.size,
            line.bold,
            line.italic,
            line.color,
            way=way,
        )
        for line in lines
    ]


def texts(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of one text each, in reading order: those set side by side that run the same way."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.way, line.way[1] * -line.x0)):
        text = next((text for text in reversed(found) if _goes_on(text[-1], line)), None)
        if text is None:
            found.append([line])
        else:
            text.append(line)
    return found


def tells(text: list[Line]) -> bool:
    """Is a text more than a mark of an axis?"""
    return sum(c.isalpha() for line in text for c in line.text) >= _LETTERS


def _goes_on(above: Line, line: Line) -> bool:
    if above.way != line.way or abs(above.size - line.size) > 0.1 * above.size:
        return False
    room = above.x0 - line.x1 if line.way == DOWN else line.x0 - above.x1
    beside = overlap(above.y0, above.y1, line.y0, line.y1) > 0.5 * min(above.y1 - above.y0, line.y1 - line.y0)
    return beside and -0.5 * line.size < room < _CLOSE * line.size

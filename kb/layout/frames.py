"""Texts in boxes: read as a whole, where they stand, but not in the middle of a sentence of the text around them."""

from __future__ import annotations

from itertools import pairwise

from kb.layout.lines import Line, Sheet, Typography, overlap
from kb.layout.paragraphs import SENTENCE_END
from kb.records import Box

_FEW = 3
"""Lines of a framed text, at the least; two are enough in a box as wide as the page's text."""
_WIDE = 0.6
_SHARE = 0.5
"""A box that holds more of the page's lines is its ground."""
_MOST = 12


def take_out(lines: list[Line], sheet: Sheet) -> tuple[list[Line], list[list[Line]]]:
    """The lines outside of framed texts, and those of each framed text."""
    found: list[list[Line]] = []
    left = lines
    inner = sorted(set(sheet.frames), key=lambda f: (f[2] - f[0]) * (f[3] - f[1]))
    for frame in inner if len(inner) < 200 else ():
        inside = [line for line in left if _inside(line, frame)]
        few = 2 if frame[2] - frame[0] > _WIDE * sheet.width else _FEW
        if not few <= len(inside) <= _SHARE * len(lines) or any(line.role != "body" for line in inside):
            continue
        if _side_by_side(inside) or any(_crosses(line, frame) for line in left if line not in inside):
            continue
        found.append(inside)
        left = [line for line in left if line not in inside]
    return (left, found) if len(found) <= _MOST else (lines, [])


def put_in(columns: list[list[Line]], framed: list[list[list[Line]]], look: Typography) -> list[list[Line]]:
    """The columns with the columns of each framed text at its place."""
    for text in sorted(framed, key=lambda t: min(line.y0 for column in t for line in column)):
        at, row = _place(columns, text)
        if at == len(columns):
            columns = columns + text
            continue
        before, after = columns[at][:row], columns[at][row:]
        last = before[-1] if before else columns[at - 1][-1] if at else None
        if last is not None and after and _runs_on(last, after[0]):
            row += next((n for n, line in enumerate(after) if _titled(line, look)), len(after))
            before, after = columns[at][:row], columns[at][row:]
        columns = columns[:at] + [c for c in (before, *text, after) if c] + columns[at + 1 :]
    return columns


def _place(columns: list[list[Line]], text: list[list[Line]]) -> tuple[int, int]:
    """Number of the column in which the framed text stands, and before which of its lines."""
    lines = [line for column in text for line in column]
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    y0, y1 = min(line.y0 for line in lines), max(line.y1 for line in lines)

    over = [n for n, c in enumerate(columns) if _spans(x0, x1, c) and c[0].y0 < y0]
    if len(over) > 1 and all(line.y0 < y0 for n in over for line in columns[n]):
        return over[-1], len(columns[over[-1]])  # below columns side by side: after the last of them

    def fit(column: list[Line]) -> float:
        a, b = min(line.x0 for line in column), max(line.x1 for line in column)
        across = overlap(x0, x1, a, b)
        above, below = min(line.y0 for line in column), max(line.y1 for line in column)
        apart = max(0.0, above - y1, y0 - below)
        return -apart if across > 0.3 * min(x1 - x0, b - a) else -1e9

    best = max(range(len(columns)), key=lambda n: fit(columns[n]), default=-1)
    if best < 0 or fit(columns[best]) == -1e9:
        return next((n for n, c in enumerate(columns) if c[0].y0 > y1), len(columns)), 0
    over = [overlap(line.x0, line.x1, x0, x1) > 2 for line in columns[best]]
    below = (n for n, line in enumerate(columns[best]) if over[n] and line.middle > y0)
    above = (n + 1 for n in range(len(over) - 1, -1, -1) if over[n])
    return best, next(below, next(above, len(over)))


def _spans(x0: float, x1: float, column: list[Line]) -> bool:
    """Does something from `x0` to `x1` reach over a column?"""
    a, b = min(line.x0 for line in column), max(line.x1 for line in column)
    return overlap(x0, x1, a, b) > 0.3 * (b - a)


def _runs_on(last: Line, following: Line) -> bool:
    """Does a sentence go on from one line to the other?"""
    alike = abs(last.size - following.size) < 0.5 and last.bold == following.bold
    return alike and not SENTENCE_END.search(last.text) and len(last.words) > 3


def _titled(line: Line, look: Typography) -> bool:
    return line.size > 1.12 * look.size or line.bold and not look.bold


def _side_by_side(lines: list[Line]) -> bool:
    """Do many lines share a base line, as in a table?"""
    levels = sorted(line.middle for line in lines)
    rows = 1 + sum(b - a > 0.3 * lines[0].size for a, b in pairwise(levels))
    return len(lines) > 1.3 * rows


def _inside(line: Line, frame: Box) -> bool:
    return line.x0 > frame[0] - 1 and line.x1 < frame[2] + 1 and frame[1] - 1 < line.middle < frame[3] + 1


def _crosses(line: Line, frame: Box) -> bool:
    across, down = (
        overlap(line.x0, line.x1, frame[0], frame[2]),
        overlap(line.y0, line.y1, frame[1], frame[3]),
    )
    return across > 2 and down > 0.3 * line.size

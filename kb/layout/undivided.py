"""What the rules of a table leave together although it stands apart: lines across a rule, heads of columns, numbers of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from kb.layout.lines import Line, overlap

Cell = tuple[float, float, float, float]
Rule = tuple[float, float, float]
"""Position, from, to."""
_NEAR = 2.5
_COLUMN = 4
"""Numbers below each other in one cell that are a column of several rows."""
_GAP = 0.3
"""Part of the font size that parts two words between which a rule runs."""


def cut(line: Line, down: Sequence[Rule]) -> list[Line]:
    """The pieces of a line that runs across vertical rules, each of which stands between two words."""
    pieces: list[Line] = [line]
    crossed = [at for at, a, b in down if line.x0 < at < line.x1 and a - _NEAR <= line.middle <= b + _NEAR]
    for at in sorted(crossed):
        words = pieces[-1].words
        first = next((n for n, w in enumerate(words) if (w.x0 + w.x1) / 2 > at), 0)
        if not first:
            continue
        end, start = words[first - 1].x1, words[first].x0
        if end <= at <= start and start - end >= _GAP * line.size:
            pieces[-1:] = [replace(line, words=words[:first]), replace(line, words=words[first:])]
    return pieces


def by_column(cells: Mapping[Cell, list[Line]], down: Sequence[Rule]) -> dict[Cell, list[Line]]:
    """The cells, with those cut that hold the heads of several columns side by side: the rules between these begin below."""
    out: dict[Cell, list[Line]] = {}
    for (x0, y0, x1, y1), lines in cells.items():
        places = [at for at, a, b in down if x0 + _NEAR < at < x1 - _NEAR and abs(a - y1) < _NEAR < b - y1]
        free = [at for at in places if not any(line.x0 < at < line.x1 for line in lines)]
        for left, right in pairwise([x0, *free, x1]):
            if inside := [line for line in lines if left <= _middle(line) < right]:
                out[left, y0, right, y1] = inside
    return out


def by_row(
    cells: Mapping[Cell, list[Line]], levels: Sequence[tuple[float, float]], down: Sequence[Rule]
) -> dict[Cell, list[Line]]:
    """The cells, with those cut that hold nothing but the numbers of several rows, one below the other.

    A number alone beside such cells is of the row that it stands in as well, and what stands free there is empty cells.
    """
    out = dict(cells)
    tall: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell, lines in cells.items():
        rows = [row for row in levels if overlap(cell[1], cell[3], *row) > 0.5 * (row[1] - row[0])]
        if len(rows) > 1 and all(map(_number, lines)):
            tall[round(cell[1] / _NEAR), round(cell[3] / _NEAR)].append(cell)
    for beside in tall.values():
        if all(len({_row(line, levels) for line in cells[c]}) < 2 for c in beside):
            continue
        top, bottom = beside[0][1], beside[0][3]
        left, right = min(c[0] for c in beside), max(c[2] for c in beside)
        lines = [line for cell in beside for line in cells[cell]]
        edges = {at for at, a, b in down if left <= at <= right and a <= top + _NEAR and b >= bottom - _NEAR}
        rows = [row for row in levels if overlap(top, bottom, *row) > 0.5 * (row[1] - row[0])]
        parts: dict[Cell, list[Line]] = {}
        for start, end in pairwise(sorted(edges)):
            beside_text = (c for c in out if c not in beside and overlap(c[1], c[3], top, bottom) > 0)
            if any(overlap(start, end, c[0], c[2]) > _NEAR for c in beside_text):
                continue  # a text that is told of all these rows, or cells that rules part
            for row in rows:
                parts[start, row[0], end, row[1]] = [
                    line for line in lines if start <= _middle(line) < end and _row(line, levels) == row
                ]
        if sum(map(len, parts.values())) == len(lines):
            out = {c: inside for c, inside in out.items() if c not in beside} | parts
    return out


def without_rows(cells: Sequence[list[Line]]) -> bool:
    """Do several cells of a row hold columns of numbers? Then nothing but their place tells the rows apart."""
    return sum(len(lines) >= _COLUMN and all(map(_number, lines)) for lines in cells) > 1


def _middle(line: Line) -> float:
    return (line.x0 + line.x1) / 2


def _row(line: Line, levels: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    return next((row for row in levels if row[0] <= line.middle <= row[1]), None)


def _number(line: Line) -> bool:
    text = line.text
    return sum(c.isdigit() for c in text) > sum(c.isalpha() for c in text) or text in ("-", "–", "—")

"""Tables with rules between their rows and none between their columns: a row is what stands between two rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import mean

from kb.layout.aligned import Gap, Grid, Row, gaps, is_aligned, widen
from kb.layout.lines import Line, Sheet, by_base_line
from kb.records import Box

_SAME = 3.0
_BANDS = 3
"""Rows between rules, at the least."""
_TALL = 8.0
"""Highest row, in font sizes."""
_CLOSE = 1.2
"""Room between the heads and the first rule, in font sizes, at the most."""
_GUTTER = 0.8
"""Part of the font size that the words of all rows leave free, at the least."""
_WORDS = 10
"""Words of a cell, on average and at the most; articles between rules have more."""
_PARTED = 0.6
"""Share of the rows that has words in more than one column."""


def rows(sheet: Sheet) -> None:
    """Replaces the lines between such rules by one line a row, with role table."""
    for rules in list(_stacks(sheet.across)):
        bands = _bands(rules, sheet.lines)
        if len(bands) < _BANDS or not (made := _table(bands)):
            continue
        taken = {id(line) for _, lines in made for line in lines}
        sheet.lines = [line for line in sheet.lines if id(line) not in taken] + [row for row, _ in made]


def _stacks(across: Sequence[Box]) -> Iterator[list[Box]]:
    """Rules below each other that begin and end alike."""
    stacks: list[list[Box]] = []
    for rule in sorted(across, key=lambda r: r[1]):
        for stack in stacks:
            if abs(stack[-1][0] - rule[0]) < _SAME and abs(stack[-1][2] - rule[2]) < _SAME:
                if rule[1] - stack[-1][1] > _SAME:  # else the other edge of a thick one
                    stack.append(rule)
                break
        else:
            stacks.append([rule])
    yield from (stack for stack in stacks if len(stack) >= _BANDS)


def _bands(rules: Sequence[Box], lines: Sequence[Line]) -> list[list[Line]]:
    """The longest run of low bands that hold lines, with the heads above the first rule, if they stand side by side."""
    left, right = rules[0][0] - 1, rules[0][2] + 1
    inside = [line for line in lines if line.role == "body" and line.x0 > left and line.x1 < right]
    best: list[list[Line]] = []
    run: list[list[Line]] = []
    for top, bottom in pairwise(rule[1] for rule in rules):
        band = [line for line in inside if top < line.middle < bottom]
        if not band or bottom - top > _TALL * max(line.size for line in band):
            run = []
            continue
        heads = [] if run else [_heads(inside, top)]
        run = [*filter(None, heads), *run, band]
        best = max(best, run, key=len)
    return best


def _heads(inside: Sequence[Line], rule: float) -> list[Line]:
    """The lines above the first rule that stand side by side, without the title above them."""
    heads: list[Line] = []
    top = rule
    for row in reversed(by_base_line(line for line in inside if line.middle < rule)):
        if len(row) < 2 or top - max(line.y1 for line in row) > _CLOSE * row[0].size:
            break
        heads += row
        top = min(line.y0 for line in row)
    return heads


def _table(bands: Sequence[list[Line]]) -> list[tuple[Line, list[Line]]]:
    """Rows of the table, each with the lines it is made of; none where the bands hold something else."""
    gutters = _gutters(bands[1:])
    if any(_crosses(line, gutter) and line.x1 > gutter[1] for line in bands[0] for gutter in gutters):
        # A title stands in the first band, above the heads.
        bands = [band for band in (_heads(bands[0], max(line.y1 for line in bands[0])), *bands[1:]) if band]
    if not (gutters := _gutters(bands)):
        return []
    levels = [[Row(row) for row in by_base_line(band)] for band in bands]
    grid = Grid([row for band in levels for row in band], gutters)
    ends = [0]
    for band in levels:
        ends.append(ends[-1] + len(band))
    groups = [range(a, b) for a, b in pairwise(ends)]
    cells = [[[w for i in group for w in grid.cells[i][c]] for c in range(grid.columns)] for group in groups]
    filled = [cell for row in cells for cell in row if cell]
    several = sum(sum(map(bool, row)) > 1 for row in cells)
    columns = ([row[c] for row in cells if row[c]] for c in range(grid.columns))
    if several < _PARTED * len(cells) or mean(map(len, filled)) > _WORDS or not all(map(is_aligned, columns)):
        return []
    made = [grid.line(group) for group in groups]
    widen(made)
    return list(zip(made, bands, strict=True))


def _crosses(line: Line, gutter: Gap) -> bool:
    """Do words of it stand in what the rows leave free?"""
    return any(word.x0 < gutter[1] - 1 and word.x1 > gutter[0] + 1 for word in line.words)


def _gutters(bands: Sequence[list[Line]]) -> list[Gap]:
    """What the words of all bands leave free, between the first and the last of them."""
    words = sorted((w for band in bands for line in band for w in line.words), key=lambda w: w.x0)
    size = max(line.size for band in bands for line in band)
    return gaps(words, _GUTTER * size)

"""Ruled tables: a cell is what stands between the same four rules, a row what stands side by side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import pairwise, takewhile

from kb.layout import sideways, undivided
from kb.layout.lines import LEVEL, Line, Sheet, Word, merge, overlap
from kb.layout.undivided import Cell, Rule

_NEAR = 2.5
_WIDE = 3.2
_CELL_WORDS = 60
_STRIP = 50.0
"""Widest strip between two grids of one table."""
_SHARED_ROWS = 4


def rows(sheet: Sheet) -> None:
    """Replaces the lines in cells of a ruled table by one line a row, with role table."""
    if len(sheet.down) < 2 or len(sheet.across) < 2:
        return
    down = _joined([(b[0] + b[2]) / 2, b[1], b[3]] for b in sheet.down)
    across = _joined([(b[1] + b[3]) / 2, b[0], b[2]] for b in sheet.across)
    sheet.lines = [p for ln in sheet.lines for p in (undivided.cut(ln, down) if ln.role == "body" else [ln])]
    placed: dict[Cell, list[Line]] = defaultdict(list)
    for line in sheet.lines + sheet.sideways:
        if line.role == "body" and (cell := _cell(line, down, across)):
            placed[cell].append(line)
    # A tall cell with much text is a frame or a column of the page.
    cells = {c: lines for c, lines in placed.items() if sum(len(ln.words) for ln in lines) <= _CELL_WORDS}
    levels = _base_rows(list(cells))
    cells = undivided.by_row(undivided.by_column(cells, down), levels, down)
    taken: set[int] = set()
    made: list[Line] = []
    ended = 0.0
    sides = [[c for c in cells if overlap(c[1], c[3], y0, y1) > 0.5 * (y1 - y0)] for y0, y1 in levels]
    every = [_runs(sorted(side), y0, y1, across) for side, (y0, y1) in zip(sides, levels, strict=True)]
    for (top, bottom), runs in zip(levels, _side_by_side(every), strict=True):
        for run in runs:
            inside = [cells[c] for c in run]
            if len(run) > 1 and any(inside) and not undivided.without_rows(inside):
                taken |= {id(line) for c in run for line in cells[c]}
                if abs(top - ended) > _NEAR:
                    made += _corner(cells, run)
                ended = bottom
                made.append(_row(run, cells, down, across))
    sheet.lines = [line for line in sheet.lines if id(line) not in taken] + made
    sheet.sideways = [line for line in sheet.sideways if id(line) not in taken]


def _corner(cells: dict[Cell, list[Line]], run: list[Cell]) -> list[Line]:
    """The bold first lines of a table's corner cell, taken out of it: where they say what the table tells."""
    first = _read(cells[run[0]])
    title = list(takewhile(lambda line: line.bold, first))
    telling = sum(len(line.words) for line in title) > 3
    short = all(sum(len(line.words) for line in cells[c]) < 4 for c in run[1:])
    if not telling or not short or len(title) == len(first) or len(run) < 3:
        return []
    cells[run[0]] = first[len(title) :]
    return title


def _joined(rules: object) -> list[Rule]:
    """Rules (position, from, to) with pieces of one line put together."""
    out: list[list[float]] = []
    for at, start, end in sorted(rules):  # type: ignore[call-overload]
        for last in reversed(out):
            if at - last[0] > 1.5:
                out.append([at, start, end])
                break
            if start - last[2] < 3 and last[1] - end < 3:
                last[1], last[2] = min(last[1], start), max(last[2], end)
                break
        else:
            out.append([at, start, end])
    return [(a, b, c) for a, b, c in out]


def _cell(line: Line, down: list[Rule], across: list[Rule]) -> Cell | None:
    y, x = line.middle, (line.x0 + line.x1) / 2
    columns = [rule for rule in down if rule[1] - _NEAR <= y <= rule[2] + _NEAR]
    levels = [at for at, start, end in across if start - _NEAR <= x <= end + _NEAR]
    places = [rule[0] for rule in columns]
    left = bisect_right(places, line.x0 + _NEAR) - 1
    right = bisect_left(places, line.x1 - _NEAR)
    if left < 0 or right >= len(columns):
        return None
    top, bottom = bisect_right(levels, y) - 1, bisect_left(levels, y)
    # A table cut by the page has no rule there: its vertical rules end.
    upper = levels[top] if top >= 0 else max(columns[left][1], columns[right][1])
    lower = levels[bottom] if bottom < len(levels) else min(columns[left][2], columns[right][2])
    if not upper <= y <= lower or not levels:
        return None
    return places[left], upper, places[right], lower


def _base_rows(cells: list[Cell]) -> list[tuple[float, float]]:
    """Heights of the lowest rows: those of cells beside which no cell is divided further."""
    spans: list[tuple[float, float]] = []
    for _, top, _, bottom in sorted(cells, key=lambda c: c[3] - c[1]):
        if all(overlap(top, bottom, a, b) < 0.5 * (b - a) for a, b in spans):
            spans.append((top, bottom))
    return sorted(spans)


def _runs(side: list[Cell], top: float, bottom: float, across: list[Rule]) -> list[list[Cell]]:
    """Cells of one table's row, left to right: they touch, or the rules above and below run on between them."""
    runs: list[list[Cell]] = []
    for cell in side:
        if not runs:
            runs.append([cell])
            continue
        end = runs[-1][-1][2]
        if cell[0] - end < -_NEAR:
            continue  # a cell beside which another one overlaps is read with another row
        ruled = [
            any(abs(at - level) < _NEAR and a <= end + _NEAR and b >= cell[0] - _NEAR for at, a, b in across)
            for level in (top, bottom)
        ]
        if cell[0] - end <= _NEAR or all(ruled):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _side_by_side(rows: list[list[list[Cell]]]) -> list[list[list[Cell]]]:
    """Grids that share row after row, with a narrow strip between them, are one table."""

    def between(left: list[Cell], right: list[Cell]) -> tuple[int, int] | None:
        start, end = left[-1][2], right[0][0]
        return (round(start / 6), round(end / 6)) if end - start < _STRIP else None

    strips = Counter(between(*pair) for runs in rows for pair in pairwise(runs))
    out = []
    for runs in rows:
        whole: list[list[Cell]] = []
        for run in runs:
            strip = between(whole[-1], run) if whole else None
            if strip is not None and strips[strip] >= _SHARED_ROWS:
                whole[-1] = whole[-1] + run
            else:
                whole.append(list(run))
        out.append(whole)
    return out


def _row(run: list[Cell], cells: dict[Cell, list[Line]], down: list[Rule], across: list[Rule]) -> Line:
    """A row as one line; where a cell is empty, two cells start at one word."""
    words: list[Word] = []
    starts: list[int] = []
    top, bottom = max(c[1] for c in run), min(c[3] for c in run)
    edges = {round(at / _NEAR) * _NEAR for at, a, b in down if a <= top + 1 and b >= bottom - 1}
    drawn = [(a, b) for at, a, b in across if min(abs(at - top), abs(at - bottom)) < _NEAR]
    drawn = [(a, b) for a, b in drawn if overlap(a, b, run[0][0], run[-1][2]) > 0]
    left, right = min([run[0][0], *(a for a, _ in drawn)]), max([run[-1][2], *(b for _, b in drawn)])

    def empty(start: float, end: float) -> int:
        return sum(start + _NEAR < at < end + _NEAR for at in edges)

    starts += [0] * empty(left, run[0][0])
    for n, cell in enumerate(run):
        if n:
            starts += [len(words)] * empty(run[n - 1][2], cell[0])
        starts.append(len(words))
        for line in _read(cells[cell]):
            words += line.words
    starts += [len(words)] * empty(run[-1][2], right)
    every = [line for cell in run for line in cells[cell]]
    first = every[0]
    bold = all(line.bold for line in every)
    made = Line(first.page, words, first.size, bold, False, first.color, "table", tuple(starts))
    made.x0, made.x1 = run[0][0], run[-1][2]  # nothing in the row stands beside the table
    return made


def _read(cell: list[Line]) -> list[Line]:
    """The lines of a cell in reading order, those that run up or down last."""
    level = by_rows([line for line in cell if line.way == LEVEL])
    aside = sideways.texts(line for line in cell if line.way != LEVEL)
    return level + [line for text in aside for line in text]


def by_rows(lines: list[Line]) -> list[Line]:
    """Lines from top to bottom, those on one base line from left to right; merged where no wide gap parts them."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        if rows and _level(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in _close(row)]


def _close(row: list[Line]) -> list[Line]:
    groups: list[list[Line]] = []
    for line in sorted(row, key=lambda line: line.x0):
        last = groups[-1][-1] if groups else None
        size = max(last.size, line.size) if last else line.size
        near = last is not None and line.x0 - last.x1 < _WIDE * size
        alike = last is not None and (
            abs(line.size - last.size) < 0.2 * size or line.x0 - last.x1 < 0.3 * size
        )
        if near and alike:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [merge(group) if len(group) > 1 else group[0] for group in groups]


def _level(row: list[Line], line: Line) -> bool:
    main = max(row, key=lambda other: other.size)
    height = min(main.y1 - main.y0, line.y1 - line.y0)
    return overlap(main.y0, main.y1, line.y0, line.y1) > 0.55 * height and all(
        overlap(other.x0, other.x1, line.x0, line.x1) < 0.5 * min(other.size, line.size) for other in row
    )

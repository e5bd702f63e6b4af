"""Ruled tables: a cell is what stands between the same four rules, a row what stands side by side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import takewhile

from kb.layout.lines import Line, Sheet, Word, merge, overlap
from kb.records import Box

_NEAR = 2.5
_WIDE = 3.2
_CELL_WORDS = 60
Cell = tuple[float, float, float, float]


def rows(sheet: Sheet) -> None:
    """Replaces the lines in cells of a ruled table by one line a row, with role table."""
    if len(sheet.down) < 2 or len(sheet.across) < 2:
        return
    down = _joined([(b[0] + b[2]) / 2, b[1], b[3]] for b in sheet.down)
    across = _joined([(b[1] + b[3]) / 2, b[0], b[2]] for b in sheet.across)
    cells: dict[Cell, list[Line]] = defaultdict(list)
    for line in sheet.lines:
        if line.role == "body" and (cell := _cell(line, down, across)):
            cells[cell].append(line)
    # A tall cell with much text is a frame or a column of the page.
    cells = {c: lines for c, lines in cells.items() if sum(len(line.words) for line in lines) <= _CELL_WORDS}
    taken: set[int] = set()
    made: list[Line] = []
    ended = 0.0
    for top, bottom in _base_rows(list(cells)):
        side = [c for c in cells if overlap(c[1], c[3], top, bottom) > 0.5 * (bottom - top)]
        for run in _runs(sorted(side)):
            if len(run) > 1:
                taken |= {id(line) for c in run for line in cells[c]}
                if abs(top - ended) > _NEAR:
                    made += _corner(cells, run)
                ended = bottom
                made.append(_row([cells[c] for c in run]))
    sheet.lines = [line for line in sheet.lines if id(line) not in taken] + made


def _corner(cells: dict[Cell, list[Line]], run: list[Cell]) -> list[Line]:
    """The bold first lines of a table's corner cell, taken out of it: where they say what the table tells."""
    first = by_rows(cells[run[0]])
    title = list(takewhile(lambda line: line.bold, first))
    telling = sum(len(line.words) for line in title) > 3
    short = all(sum(len(line.words) for line in cells[c]) < 4 for c in run[1:])
    if not telling or not short or len(title) == len(first) or len(run) < 3:
        return []
    cells[run[0]] = first[len(title) :]
    return title


def _joined(rules: object) -> list[tuple[float, float, float]]:
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


def _cell(
    line: Line, down: list[tuple[float, float, float]], across: list[tuple[float, float, float]]
) -> Cell | None:
    y, x = line.middle, (line.x0 + line.x1) / 2
    columns = [a for a, start, end in down if start - _NEAR <= y <= end + _NEAR]
    levels = [a for a, start, end in across if start - _NEAR <= x <= end + _NEAR]
    left = bisect_right(columns, line.x0 + _NEAR) - 1
    right = bisect_left(columns, line.x1 - _NEAR)
    top = bisect_right(levels, y) - 1
    bottom = bisect_left(levels, y)
    if left < 0 or top < 0 or right >= len(columns) or bottom >= len(levels):
        return None
    return columns[left], levels[top], columns[right], levels[bottom]


def _base_rows(cells: list[Cell]) -> list[tuple[float, float]]:
    """Heights of the lowest rows: those of cells beside which no cell is divided further."""
    spans: list[tuple[float, float]] = []
    for _, top, _, bottom in sorted(cells, key=lambda c: c[3] - c[1]):
        if all(overlap(top, bottom, a, b) < 0.5 * (b - a) for a, b in spans):
            spans.append((top, bottom))
    return sorted(spans)


def _runs(side: list[Cell]) -> list[list[Cell]]:
    """Cells of a row that touch, left to right; a gap between them divides two tables."""
    runs: list[list[Cell]] = []
    for cell in side:
        if runs and -_NEAR <= cell[0] - runs[-1][-1][2] <= 40:
            runs[-1].append(cell)
        elif not runs or cell[0] - runs[-1][-1][2] > 40:
            runs.append([cell])
    return runs


def _row(cells: list[list[Line]]) -> Line:
    words: list[Word] = []
    starts: list[int] = []
    for lines in cells:
        starts.append(len(words))
        for line in by_rows(lines):
            words += line.words
    first = cells[0][0]
    every = [line for lines in cells for line in lines]
    return Line(
        first.page,
        words,
        first.size,
        all(line.bold for line in every),
        False,
        first.color,
        "table",
        tuple(starts),
    )


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


def box_of(lines: list[Line]) -> Box:
    return (
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )

"""Tables without rules: rows whose words leave the same gutters free, and whose cells are short or numbers."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean

from kb.layout.lines import Line, Word, by_base_line
from kb.layout.pieces import MARK

_GAP = 0.6
"""Part of the font size from which a gap between words may be a gutter."""
_FAR = 3.6
"""Distance of two rows of one table, in font sizes."""
_BIGGER = 1.15
"""From how much bigger letters a line in one column is a heading above the next table."""
_FEWEST = 3
"""Rows of a table, at the least."""
_FIRM = 3
"""Rows that must show a gutter before a row across it ends the table."""
_SHORT = 3.2
"""Words a line of a cell of a table of words has on average, at the most."""
_FIGURES = 0.6
"""Share of numbers among the cells beside the first column that makes a table of numbers."""
_ALIGNED = 0.6
_SAME = 3.0

Gap = tuple[float, float]


@dataclass(slots=True, eq=False)
class Row:
    """Lines on one base line."""

    lines: list[Line]
    words: list[Word] = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        self.words = sorted((w for line in self.lines for w in line.words), key=lambda w: w.x0)
        self.size = max(line.size for line in self.lines)

    @property
    def y0(self) -> float:
        return min(line.y0 for line in self.lines)

    @property
    def y1(self) -> float:
        return max(line.y1 for line in self.lines)

    def gaps(self) -> list[Gap]:
        """Room between the words that may be a gutter."""
        return gaps(self.words, _GAP * self.size)

    def free(self, gap: Gap) -> Gap | None:
        """The part of the gap in which no word of this row stands; None where words fill it."""
        start, end = gap
        inside = [w for w in self.words if w.x1 > start and w.x0 < end]
        edges = [start, *(e for w in inside for e in (w.x0, w.x1)), end]
        parts = [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
        parts = [part for part in parts if part[1] - part[0] > 0.4 * self.size]
        if not parts:
            return None
        right = next((w for w in self.words if w.x0 >= end - 1), None)
        if right is not None and _figure([right]):
            return parts[-1]  # words before a number are its label
        return max(parts, key=lambda part: part[1] - part[0])

    def cells(self, gutters: Sequence[Gap]) -> list[list[Word]]:
        """The words by column."""
        cells: list[list[Word]] = [[] for _ in range(len(gutters) + 1)]
        edges = [(a + b) / 2 for a, b in gutters]
        for word in self.words:
            cells[bisect(edges, (word.x0 + word.x1) / 2)].append(word)
        return cells


def gaps(words: Sequence[Word], room: float) -> list[Gap]:
    """What words, sorted from the left, leave free between them by more than that room."""
    found = []
    end = words[0].x1
    for word in words[1:]:
        if word.x0 - end > room:
            found.append((end, word.x0))
        end = max(end, word.x1)
    return found


def tables(lines: list[Line]) -> list[Line]:
    """The lines with those of tables replaced by one line a row, with role table."""
    rows = [Row(row) for row in by_base_line(line for line in lines if line.role == "body")]
    out = [line for line in lines if line.role != "body"]
    taken: set[int] = set()
    free = [row.gaps() for row in rows]
    for seed in sorted(range(len(rows)), key=lambda i: -len(free[i])):
        if seed in taken or not free[seed]:
            continue
        first, last, gutters = _grown(rows, seed, taken)
        if last - first < _FEWEST - 1:
            continue
        grid = Grid(rows[first : last + 1], gutters)
        grid.trim()
        groups = grid.grouped()
        if grid.is_table(groups):
            begin = rows.index(grid.rows[0])
            taken |= set(range(begin, begin + len(grid.rows)))
            made = [grid.line(group) for group in groups]
            widen(made)
            out += made
    return out + [line for i, row in enumerate(rows) if i not in taken for line in row.lines]


class Grid:
    """Rows of lines by column."""

    def __init__(self, rows: list[Row], gutters: Sequence[Gap]) -> None:
        self.rows = rows
        self.columns = len(gutters) + 1
        self.cells = [row.cells(gutters) for row in rows]
        self.edges = [
            max((w.x1 for cells in self.cells for w in cells[c]), default=0.0) for c in range(self.columns)
        ]

    def trim(self) -> None:
        """Takes off what stands above and below in one column: a title, a note."""
        width = [sum(map(bool, cells)) for cells in self.cells]
        first, last = 0, len(width) - 1
        while first < last and width[first] < 2:
            first += 1
        while first < last and width[last] < 2 and not self.goes_on(last):
            last -= 1
        self.rows, self.cells = self.rows[first : last + 1], self.cells[first : last + 1]

    def grouped(self) -> list[range]:
        """Rows of lines as rows of the table: a cell may have several lines."""
        groups: list[range] = []
        for n, row in enumerate(self.rows):
            beside = groups and row.y0 < max(self.rows[i].y1 for i in groups[-1]) - 0.15 * row.size
            if groups and (beside or self.goes_on(n)):
                groups[-1] = range(groups[-1].start, n + 1)
            else:
                groups.append(range(n, n + 1))
        return groups

    def goes_on(self, n: int) -> bool:
        """Is the row the rest of cells whose first lines were full?"""
        if n == 0:
            return False
        above, row = self.rows[n - 1], self.rows[n]
        if row.y0 - above.y1 > 0.45 * row.size:
            return False
        for before, cell, edge in zip(self.cells[n - 1], self.cells[n], self.edges, strict=True):
            if not cell:
                continue
            if not before or _figure(cell):
                return False
            room = edge - max(w.x1 for w in before)
            if cell[0].x1 - cell[0].x0 + 0.2 * row.size < room and not cell[0].text[0].islower():
                return False
        return True

    def is_table(self, groups: Sequence[range]) -> bool:
        """Are the cells aligned, and numbers or short?"""
        widths = [sum(any(self.cells[i][c] for i in group) for c in range(self.columns)) for group in groups]
        several = [group for group, width in zip(groups, widths, strict=True) if width > 1]
        if len(several) < _FEWEST or len(several) < 0.6 * len(groups):
            return False
        pieces = [[cells[c] for cells in self.cells if cells[c]] for c in range(self.columns)]
        if not all(map(is_aligned, pieces)) or any(map(_marks, pieces)):
            return False
        beside = [cell for group in several for c in range(1, self.columns)
                  if (cell := [w for i in group for w in self.cells[i][c]])]  # fmt: skip
        if mean(map(_figure, beside)) >= _FIGURES:
            return True
        short = mean(len(cell) for column in pieces for cell in column) <= _SHORT
        return self.columns > 2 and short and len(beside) >= 0.5 * len(several) * (self.columns - 1)

    def line(self, group: range) -> Line:
        """A row of the table as one line; where a cell is empty, two cells start at one word."""
        words: list[Word] = []
        starts: list[int] = []
        for column in range(self.columns):
            starts.append(len(words))
            for i in group:
                words += self.cells[i][column]
        lines = [line for i in group for line in self.rows[i].lines]
        first = max(lines, key=lambda line: len(line.words))
        bold = all(line.bold for line in lines)
        return Line(first.page, words, first.size, bold, False, first.color, "table", tuple(starts))


def widen(rows: list[Line]) -> None:
    """All rows of a table reach over its whole width, so that nothing is taken to stand beside one of them."""
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    for row in rows:
        row.x0, row.x1 = left, right


def _grown(rows: list[Row], seed: int, taken: set[int]) -> tuple[int, int, list[Gap]]:
    """First and last row around the seed that leave its gutters free, and these."""
    gutters = rows[seed].gaps()
    shown = Counter(range(len(gutters)))
    first = last = seed
    for way in (1, -1):
        at = seed + way
        while 0 <= at < len(rows) and at not in taken:
            near, row = rows[at - way], rows[at]
            room = row.y0 - near.y1 if way > 0 else near.y0 - row.y1
            usual = min(r.size for r in rows[first : last + 1])
            if room > _FAR * near.size or (row.size > _BIGGER * usual and _width(row, gutters) < 2):
                break
            free: list[Gap | None] = [row.free(gap) for gap in gutters]
            if any(gap is None and shown[n] >= _FIRM for n, gap in enumerate(free)) or not any(free):
                if not _totals(row, rows[first : last + 1]):
                    break
                free = list(gutters)
            parted = _parted(row, gutters)
            kept = [n for n, gap in enumerate(free) if gap is not None]
            shown = Counter({new: shown[old] + (old in parted) for new, old in enumerate(kept)})
            gutters = [gap for gap in free if gap is not None]
            first, last = min(first, at), max(last, at)
            at += way
    return first, last, gutters


def _totals(row: Row, table: Sequence[Row]) -> bool:
    """Does the row end in a number under those of the last column? Its words may reach over a gutter ("Grand total")."""
    last, gaps = row.words[-1], row.gaps()
    if not gaps or not _figure([last]) or gaps[-1][1] != last.x0:
        return False
    under = [r.words[-1] for r in table if _figure(r.words[-1:]) and abs(r.words[-1].x1 - last.x1) < _SAME]
    return len(under) >= _FIRM


def _parted(row: Row, gutters: Sequence[Gap]) -> set[int]:
    """Gutters with words on both sides in the next columns."""
    cells = row.cells(gutters)
    return {n for n in range(len(gutters)) if cells[n] and cells[n + 1]}


def _width(row: Row, gutters: Sequence[Gap]) -> int:
    """How many columns have words in the row."""
    return sum(map(bool, row.cells(gutters)))


def _figure(words: Sequence[Word]) -> bool:
    text = "".join(w.text for w in words)
    digits = sum(c.isdigit() for c in text)
    return digits > 0 and digits >= sum(c.isalpha() for c in text) or text in ("-", "–", "—", "n/a", "N/A")


def _marks(cells: list[list[Word]]) -> bool:
    """Does a column hold nothing but the marks of a list?"""
    return all(len(cell) == 1 and MARK.match(cell[0].text) for cell in cells)


def is_aligned(cells: list[list[Word]]) -> bool:
    """Do most cells of a column begin, end or have their middle at the same place?"""
    if len(cells) < 2:
        return True
    best = 0
    for place in (lambda c: c[0].x0, lambda c: c[-1].x1, lambda c: (c[0].x0 + c[-1].x1) / 2):
        at = sorted(place(c) for c in cells)
        best = max(best, *(sum(abs(x - y) < _SAME for y in at) for x in at))
    return best >= _ALIGNED * len(cells)

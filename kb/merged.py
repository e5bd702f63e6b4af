"""Rows of tables with merged cells, so that each number stays under its column's head and beside its row's label."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby

from kb.records import Block, Section

SEPARATOR = " | "

Row = list[tuple[int, str]]
"""Offset and text of each cell."""
Grid = Sequence[Sequence[tuple[Hashable, str]]]
"""Rows of (cell, text): a merged cell stands at each place that it covers."""


def laid_out(grid: Grid) -> list[list[str]]:
    """The texts row by row. A row that is one merged cell has one text.

    A cell merged over columns is told in the first one, the others are empty. A label merged over rows is told in
    each; a number only in the first, since it counts once.
    """
    rows: list[list[str]] = []
    first: dict[Hashable, int] = {}
    for row in grid:
        texts: list[str] = []
        seen: set[Hashable] = set()
        whole = len({cell for cell, _ in row}) == 1
        for column, (cell, text) in enumerate(row):
            label = any(c.isalpha() for c in text) and not whole
            again = cell in first and not (label and first[cell] == column)
            texts.append("" if again or cell in seen else text)
            first.setdefault(cell, column)
            seen.add(cell)
        rows.append(texts[:1] if whole else texts)
    return rows


def row_block(texts: Sequence[str], page: int = 1) -> Block:
    """A row as a block of role "table"; without text where all its cells are empty."""
    return Block(SEPARATOR.join(texts) if any(texts) else "", page, "table")


def tables_of(section: Section) -> Iterator[list[Row]]:
    """The tables of a section, row by row."""
    placed = zip(section.starts, section.blocks, strict=True)
    for is_table, rows in groupby(placed, key=lambda b: b[1].role == "table"):
        if is_table:
            yield [cells_of(block.text, start) for start, block in rows]


def cells_of(row: str, start: int = 0) -> Row:
    """Offset and text of each cell of a row that begins at `start`."""
    cells, at = [], start
    for cell in row.split(SEPARATOR):
        cells.append((at + len(cell) - len(cell.lstrip()), cell.strip()))
        at += len(cell) + len(SEPARATOR)
    return cells

"""Figures: numbers that count or measure something, with unit, what is counted, qualifier and status."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kb import hookimpl
from kb.hookspecs import Context
from kb.quantities.apart import apart_spans
from kb.quantities.calendar import find_dates
from kb.quantities.carried import head_before
from kb.quantities.figures import find_figures
from kb.quantities.numerals import Found, find_numerals
from kb.quantities.tables import Cell, cells, lone_figure, table_figures
from kb.records import FURNITURE, Block, Document, Mention, Section

Span = tuple[int, int]
NEAR = 90
"""Characters."""


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Numbers that count people, things, money, shares or measures; not dates, ages, durations, page numbers or codes."""
    prose = _Prose(section, document, context)
    if not prose.numerals:
        return []
    found: list[Found] = []
    rows: list[tuple[Block, list[Cell]]] = []
    blocks = section.blocks
    for i, (start, block) in enumerate(zip(section.starts, blocks, strict=True)):
        if block.role == "table":
            rows.append((block, cells(block.text, start)))
            continue
        found += _in_table(rows, prose, document)
        rows = []
        if block.role in FURNITURE:
            continue
        before, after = blocks[i - 1].text if i else "", blocks[i + 1].text if i + 1 < len(blocks) else ""
        if len(block.text) < 30 and (lone := lone_figure(Cell(block.text, start), before, after)):
            found.append(lone)
            continue
        first = bisect_left(context.sentences, (start, start))
        for span in context.sentences[first:]:
            if span[0] >= start + len(block.text):
                break
            found += prose.figures(*span)
    found += _in_table(rows, prose, document)
    return [Mention("figure", f.start, f.end, figure=f.figure) for f in sorted(found, key=lambda f: f.start)]


class _Prose:
    """The numbers of a section, and the stretches that keep some of them from counting anything."""

    def __init__(self, section: Section, document: Document, context: Context) -> None:
        self.text, self.language = section.text, section.language or document.language
        self.numerals = list(find_numerals(self.text, self.language))
        self._starts = [n.start for n in self.numerals]
        self._dates = (
            [(d.start, d.end) for d in find_dates(self.text, document.period)] if self.numerals else []
        )
        self._names = [
            (n.start, n.end)
            for n in (context.names if self.numerals else ())
            if any(c.isdigit() for c in self.text[n.start : n.end])
        ]

    def figures(self, start: int, end: int) -> list[Found]:
        """Figures of a sentence or a cell."""
        here = self.numerals[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        if not here:
            return []
        return find_figures(self.text, start, end, here, self.taken(start, end), self.language)

    def taken(self, start: int, end: int) -> list[Span]:
        """Stretches whose numbers count nothing: dates, ages, pages …, and names with numbers in them."""
        spans = [s for s in (*self._dates, *self._names) if s[0] < end and start < s[1]]
        # What tells that a number counts nothing stands near it.
        near = self.numerals[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        if not near:
            return spans
        start, end = max(start, near[0].start - NEAR), min(end, near[-1].end + NEAR)
        return [*spans, *apart_spans(self.text, start, end)]


def _in_table(
    table: Sequence[tuple[Block, Sequence[Cell]]], prose: _Prose, document: Document
) -> Iterator[Found]:
    if not table:
        return
    rows = [row for _, row in table]
    figures, texts = table_figures(rows, head_before(document.blocks, table[0][0]))
    taken = [t for row in rows for t in prose.taken(row[0].start, row[-1].start + len(row[-1].text))]
    yield from (f for f in figures if not any(a < f.end and f.start < b for a, b in taken))
    for cell in texts:
        yield from prose.figures(cell.start, cell.start + len(cell.text))

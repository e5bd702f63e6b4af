"""Figures: numbers that count or measure something, with unit, what is counted, qualifier and status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb import hookimpl
from kb.hookspecs import Context
from kb.quantities.apart import apart_spans
from kb.quantities.calendar import find_dates
from kb.quantities.figures import Found, find_figures
from kb.quantities.numerals import Numeral, find_numerals
from kb.quantities.tables import Cell, cells, lone_figure, table_figures
from kb.records import FURNITURE, Document, Mention, Section

Span = tuple[int, int]


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Numbers that count people, things, money, shares or measures; not dates, ages, durations, page numbers or codes."""
    numerals = list(find_numerals(section.text, document.language))
    if not numerals:
        return []
    taken = _taken(section, document, context)
    found: list[Found] = []
    rows: list[list[Cell]] = []
    blocks = section.blocks
    for i, (start, block) in enumerate(zip(section.starts, blocks, strict=True)):
        if block.role == "table":
            rows.append(cells(block.text, start))
            continue
        found += _in_table(section.text, rows, numerals, taken, document.language)
        rows = []
        if block.role in FURNITURE:
            continue
        before, after = blocks[i - 1].text if i else "", blocks[i + 1].text if i + 1 < len(blocks) else ""
        if len(block.text) < 30 and (lone := lone_figure(Cell(block.text, start), before, after)):
            found.append(lone)
            continue
        spans = [s for s in context.sentences if start <= s[0] < start + len(block.text)]
        found += _in_prose(section.text, spans, numerals, taken, document.language)
    found += _in_table(section.text, rows, numerals, taken, document.language)
    return [Mention("figure", f.start, f.end, figure=f.figure) for f in sorted(found, key=lambda f: f.start)]


def _taken(section: Section, document: Document, context: Context) -> list[Span]:
    """Stretches whose numbers count nothing: dates, ages, pages …, and names with numbers in them."""
    spans = [(d.start, d.end) for d in find_dates(section.text, document.period)]
    spans += apart_spans(section.text)
    spans += [
        (n.start, n.end) for n in context.names if any(c.isdigit() for c in section.text[n.start : n.end])
    ]
    return sorted(spans)


def _inside(numerals: Sequence[Numeral], start: int, end: int) -> list[Numeral]:
    return [n for n in numerals if start <= n.start < end]


def _in_prose(
    text: str, spans: Sequence[Span], numerals: Sequence[Numeral], taken: Sequence[Span], language: str
) -> Iterator[Found]:
    for start, end in spans:
        here = _inside(numerals, start, end)
        if here:
            yield from find_figures(
                text, start, end, here, [t for t in taken if t[0] < end and start < t[1]], language
            )


def _in_table(
    text: str, rows: list[list[Cell]], numerals: Sequence[Numeral], taken: Sequence[Span], language: str
) -> Iterator[Found]:
    if rows:
        figures, prose = table_figures(rows)
        yield from (f for f in figures if not any(a < f.end and f.start < b for a, b in taken))
        yield from _in_prose(
            text, [(c.start, c.start + len(c.text)) for c in prose], numerals, taken, language
        )

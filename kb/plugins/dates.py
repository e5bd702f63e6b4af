"""Dates and spans of time."""

from __future__ import annotations

from kb import hookimpl
from kb.quantities.calendar import find_dates
from kb.records import FURNITURE, Date, Document, Mention, Section


@hookimpl
def kb_extract(section: Section, document: Document) -> list[Mention]:
    """Dates, months, quarters, years and spans of them; those told without a year are put into the document's period."""
    furniture = [
        (start, start + len(block.text))
        for start, block in zip(section.starts, section.blocks, strict=True)
        if block.role in FURNITURE
    ]
    return [
        Mention("date", d.start, d.end, date=Date(d.first, d.last))
        for d in find_dates(section.text, document.period)
        if d.first and not any(a <= d.start < b for a, b in furniture)
    ]

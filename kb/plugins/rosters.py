"""Donors and partners told by tables and lists: a column headed "Donor", a list of partners with their acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from kb.hookspecs import Context, hookimpl
from kb.records import Block, Mention, Section

DONOR = re.compile(
    r"^(?:donors?|donor names?|funded by|funding source|source of funds|bailleurs?|contributors?)\b", re.I
)
PARTNER = re.compile(r"\b(?:implementing partners?|partners?|implementing organi[sz]ations?|NGOs?)\b", re.I)
ROSTER = re.compile(r"\b(?:partners?|acronyms?|abbreviations?|NGOs?|member organi[sz]ations?)\b", re.I)
DONORS_FOLLOW = re.compile(
    r"(?:^(?:our |current |main |major )?donors?\b[^.]{0,40}:?$|\b(?:paid for|funded|financed|sponsored|supported|made possible)\b[^.]{0,60}\bby:$|\bdonors?\b[^.]{0,60}:$)",
    re.I,
)
ITEM = re.compile(r"^\s*(?:[•·▪‣*–—-]|\d+[.)])\s*(?P<name>[^,;:(]{3,120})")
TOTAL = re.compile(r"\b(?:total|sub-?total|sum|others?|various|n/?a)\b", re.I)
PUBLIC = frozenset({"un_agency", "government", "fund", "igo"})
LONGEST = 120
OWNER = re.compile(
    r"(?:the\s+)?(?:(?:Royal\s+)?(?:Government|Embassy|Kingdom|Republic|People) of\s+(?:the\s+)?)?", re.I
)


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Organisations of rosters in the role that their column or heading tells, and their acronyms."""
    found: list[Mention] = []
    placed = zip(section.starts, section.blocks, strict=True)
    for is_table, rows in groupby(placed, key=lambda b: b[1].role == "table"):
        if is_table:
            table = list(rows)
            found += _columns(table, context)
            if ROSTER.search(section.heading):
                found += _pairs(table, section.heading, context)
    return found + _items(section, context)


def _items(section: Section, context: Context) -> list[Mention]:
    """Donors listed as bullets under a line that announces them."""
    found: list[Mention] = []
    listing = False
    for start, block in zip(section.starts, section.blocks, strict=True):
        for line in re.finditer(r"[^\n]+", block.text):
            item = ITEM.match(line[0])
            if listing and item:
                found += _named(
                    start + line.start() + item.start("name"), item["name"].rstrip(" ."), "donor", context
                )
            else:
                listing = DONORS_FOLLOW.search(line[0].strip()) is not None
    return found


def _cells(start: int, block: Block) -> list[tuple[int, str]]:
    """Offset and text of each cell of a row."""
    cells, at = [], start
    for cell in block.text.split(" | "):
        cells.append((at + len(cell) - len(cell.lstrip()), cell.strip()))
        at += len(cell) + 3
    return cells


def _columns(table: list[tuple[int, Block]], context: Context) -> Iterator[Mention]:
    head, *rows = (_cells(start, block) for start, block in table)
    for column, (_, title) in enumerate(head):
        role = (
            "donor" if DONOR.match(title) else "partner" if PARTNER.search(title) and len(title) < 40 else ""
        )
        if not role or len(head) < 2:
            continue
        # A cell that spans rows stands at the left; the cells of later rows are counted from the right.
        from_right = len(head) - column
        for row in rows:
            if len(row) >= from_right:
                yield from _bodies(*row[-from_right], role, context)


def _bodies(at: int, cell: str, role: str, context: Context) -> Iterator[Mention]:
    pieces = [cell] if role == "donor" else re.split(r"\s*[,;/]\s*", cell)
    cursor = 0
    for piece in pieces:
        offset = cell.index(piece, cursor)
        cursor = offset + len(piece)
        if (
            2 < len(piece) <= LONGEST
            and not TOTAL.search(piece)
            and re.search(r"[^\W\d_]{2}", piece)
            and not re.search(r"\d{3}", piece)
        ):
            yield from _named(at + offset, piece, role, context)


def _named(start: int, name: str, role: str, context: Context) -> Iterator[Mention]:
    end = start + len(name)
    known = next(
        (
            n
            for n in context.names
            if start <= n.start
            and n.end >= end - 1
            and n.start - start <= 24
            and OWNER.fullmatch(name[: n.start - start])
        ),
        None,
    )
    if known is None:
        yield Mention("organisation", start, end, name=" ".join(name.split()), role=role)
        return
    entry = context.authority[known.candidates[0]]
    if role == "partner" and entry.type in PUBLIC:
        return
    if entry.kind == "organisation" or (entry.level == "country" and role == "donor"):
        yield Mention("organisation", start, end, name=entry.name, role=role, candidates=known.candidates[:1])


def _pairs(table: list[tuple[int, Block]], heading: str, context: Context) -> Iterator[Mention]:
    """Rows of short and long forms side by side, one or more pairs a row."""
    pairs = []
    for start, block in table:
        cells = [c for c in _cells(start, block) if c[1]]
        pairs += list(zip(cells[::2], cells[1::2], strict=False))
    fitting = [
        (short, long)
        for short, long in pairs
        if len(short[1]) <= 16 and 2 < len(long[1]) <= LONGEST and len(short[1]) <= len(long[1])
    ]
    if len(fitting) * 3 < len(pairs) * 2 or len(fitting) < 3:
        return
    for (start, short), (at, long) in fitting:
        if short != long:
            yield Mention("acronym", start, at + len(long), name=short, long=" ".join(long.split()))
        if PARTNER.search(heading):
            yield from _named(at, long, "partner", context)

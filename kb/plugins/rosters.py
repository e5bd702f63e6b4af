"""Donors and partners told by tables and lists: a column headed "Donor" or "Organisation", money by name, a list of partners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from kb.bodies import STATE
from kb.hookspecs import Context, hookimpl
from kb.merged import cells_of
from kb.records import Document, Mention, Section
from kb.short_forms import legend

DONOR = re.compile(
    r"^(?:donors?|donor names?|funded by|funding source|source of funds|bailleurs?|contributors?)\b", re.I
)
PARTNER = re.compile(
    r"\b(?:implementing partners?|partners?|partenaires?|implementing organi[sz]ations?|NGOs?|ONGs?|IPs?)\b",
    re.I,
)
WHO = re.compile(
    r"\b(?:organi[sz]ations?|agenc(?:y|ies)|act(?:o|eu)rs?|intervenants?|who|org\.?)(?=\W|$)", re.I
)
WHAT_WHERE = re.compile(
    r"\b(?:locali[sz]ations?|locations?|lieux?|where|districts?|zones?|areas?|count(?:y|ies)|camps?|provinces?|regions?|sites?"
    r"|activit\w+|interventions?|sectors?|secteurs?|clusters?|what|roles?)\b",
    re.I,
)
"""Beside a column of these, the organisations of a table are those that do the work there."""
ROSTER = re.compile(r"\b(?:partners?|acronyms?|abbreviations?|NGOs?|member organi[sz]ations?)\b", re.I)
DONORS_FOLLOW = re.compile(
    r"(?:^(?:our |current |main |major )?donors?\b[^.]{0,40}:?$|\b(?:paid for|funded|financed|sponsored|supported|made possible)\b[^.]{0,60}\bby:$|\bdonors?\b[^.]{0,60}:$)",
    re.I,
)
MONEY_HEADING = re.compile(
    r"^(?:[\d.]+\s*)?(?:humanitarian |financial |project )?(?:funding|financing|financement|financial contributions?|contributions?|donors?|resource mobili[sz]ation|ressources)\b",
    re.I,
)
MONEY = re.compile(
    r"^\s*(?:[•·▪‣*–—-]\s*)?(?P<name>[^:|\n]{2,70}?)\s*[:|]\s*(?:US\s?\$|[$€£¥]|USD|EUR|GBP|CHF|[A-Z]{3}\s)\s*\d[\d.,\s]*(?:million|billion|thousand|m\b)?",
    re.I,
)
NO_DONOR = re.compile(
    r"\b(?:needs?|gaps?|total|sub-?total|requirements?|required|requested|received|balance|available|amount|budget|besoins?|écart|target|unmet|planned|spent|expenditure|cost)\b",
    re.I,
)
PAYS = re.compile(r"\b(?:appui financier|soutien financier|financial support)\b", re.I)
ITEM = re.compile(r"^\s*(?:[•·▪‣*–—-]|\d+[.)])\s*(?P<name>[^,;:(]{3,120})")
TOTAL = re.compile(r"\b(?:total|sub-?total|sum|others?|various|n/?a)\b", re.I)
PUBLIC = frozenset({"un_agency", "government", "fund", "igo"})
LONGEST = 120
OWNER = re.compile(
    r"(?:the\s+)?(?:(?:Royal\s+)?(?:Government|Embassy|Kingdom|Republic|People) of\s+(?:the\s+)?)?", re.I
)
ITS_GOVERNMENT = re.compile(r"\s+(?:Government|authorities)", re.I)


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Organisations of rosters in the role that their column or heading tells, and their acronyms."""
    found: list[Mention] = []
    placed = zip(section.starts, section.blocks, strict=True)
    for is_table, rows in groupby(placed, key=lambda b: b[1].role == "table"):
        if is_table:
            table = [cells_of(block.text, start) for start, block in rows]
            found += _columns(table, context)
            found += _payers(table, context)
            if ROSTER.search(section.heading):
                found += _pairs(table, section.heading, context)
    return [*found, *_items(section, context), *_legend(section, document, context)]


def _items(section: Section, context: Context) -> list[Mention]:
    """Donors listed as bullets under a line that announces them, or with their money under "Funding"."""
    found: list[Mention] = []
    money = MONEY_HEADING.search(section.heading) is not None
    listing = False
    for start, block in zip(section.starts, section.blocks, strict=True):
        for line in re.finditer(r"[^\n]+", block.text):
            item = ITEM.match(line[0])
            if listing and item:
                at = start + line.start() + item.start("name")
                found += _named(at, item["name"].rstrip(" ."), "donor", context)
                continue
            listing = DONORS_FOLLOW.search(line[0].strip()) is not None
            if money and (given := MONEY.match(line[0])) and not NO_DONOR.search(given["name"]):
                found += _named(start + line.start() + given.start("name"), given["name"], "donor", context)
    return found


def _legend(section: Section, document: Document, context: Context) -> Iterator[Mention]:
    """The bodies of a legend of short and long names are partners where the section or the title says so."""
    if not PARTNER.search(section.text) and not PARTNER.search(document.title):
        return
    for _, (start, end) in legend(section.text):
        yield from _named(start, section.text[start:end], "partner", context)


def _columns(table: list[list[tuple[int, str]]], context: Context) -> Iterator[Mention]:
    head, *rows = table
    if len(head) < 2:
        return
    titles = [title for _, title in head]
    does = any(WHAT_WHERE.search(t) for t in titles)
    for column, title in enumerate(titles):
        if len(title) >= 40:
            continue
        if DONOR.match(title):
            role = "donor"
        elif PARTNER.search(title) or (does and WHO.search(title)):
            role = "partner"
        else:
            continue
        from_right = _place(column, len(head), rows, context)
        for row in rows:
            if len(row) >= from_right:
                yield from _bodies(*row[-from_right], role, context)


def _place(column: int, width: int, rows: list[list[tuple[int, str]]], context: Context) -> int:
    """Where a column stands, counted from the right: a cell that spans rows stands at the left, and two titles may be read as one.

    Of the places that come into question, the one whose cells look most like names.
    """
    if all(len(row) == width for row in rows):
        return width - column
    places = dict.fromkeys((width - column, max(map(len, rows), default=0) - column, width - column + 1))

    def names(place: int) -> float:
        cells = [row[-place][1] for row in rows if len(row) >= place and row[-place][1]]
        known = {n.start for n in context.names if n.kind == "organisation"}
        starts = {row[-place][0] for row in rows if len(row) >= place}
        named = sum(c[0].isupper() and len(c) < 60 for c in cells) + 2 * len(known & starts)
        return named / max(1, len(cells))

    return max((p for p in places if p > 0), key=lambda p: (names(p), p == width - column), default=1)


def _payers(table: list[list[tuple[int, str]]], context: Context) -> Iterator[Mention]:
    """Whoever's row says that the support is money."""
    for row in table[1:]:
        if any(PAYS.search(cell) for _, cell in row):
            for at, cell in row:
                for name in context.names:
                    if name.kind == "organisation" and name.start == at and name.end >= at + len(cell) - 1:
                        yield Mention(
                            "organisation", name.start, name.end, role="donor", candidates=name.candidates
                        )


def _bodies(at: int, cell: str, role: str, context: Context) -> Iterator[Mention]:
    pieces = [cell] if role == "donor" else re.split(r"\s*[,;/]\s*", cell)
    cursor = 0
    for piece in pieces:
        offset = cell.index(piece, cursor)
        cursor = offset + len(piece)
        if (
            (2 < len(piece) <= LONGEST or (len(piece) == 2 and piece.isupper()))
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
            and (n.end >= end - 1 or ITS_GOVERNMENT.fullmatch(name[n.end - start :]))
            and n.start - start <= 24
            and OWNER.fullmatch(name[: n.start - start])
        ),
        None,
    )
    if known is None:
        public = role == "partner" and STATE.search(name)
        yield Mention(
            "organisation", start, end, name=" ".join(name.split()), role="government" if public else role
        )
        return
    entries = [context.authority[i] for i in known.candidates]
    if known.end < end - 1:  # "DRC Government": the country, not another body of that name
        entries = [e for e in entries if e.level == "country"]
    for entry in entries[:1]:
        if role == "partner" and entry.type in PUBLIC:
            return
        if entry.kind == "organisation" or (entry.level == "country" and role == "donor"):
            yield Mention("organisation", start, end, name=entry.name, role=role, candidates=(entry.id,))


def _pairs(table: list[list[tuple[int, str]]], heading: str, context: Context) -> Iterator[Mention]:
    """Rows of short and long forms side by side, one or more pairs a row."""
    pairs = []
    for row in table:
        cells = [c for c in row if c[1]]
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

"""Donors and partners told by tables and lists: a column headed "Donor" or "Organisation", money by name, a list of partners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kb.hookspecs import Context, hookimpl
from kb.merged import Row, tables_of
from kb.named import LONGEST, bodies, named
from kb.records import Document, Mention, Section
from kb.short_forms import initials_fit, is_short, legend

DONOR = re.compile(
    r"^(?:donors?|donor names?|funded by|funding source|source of funds|bailleurs?|contributors?)\b", re.I
)
PARTNER = re.compile(
    r"\b(?:implementing partners?|partners?|partenaires?|implementing organi[sz]ations?|NGOs?|ONGs?|IPs?)\b",
    re.I,
)
WHO = re.compile(r"\b(?:organi[sz]ations?|agenc(?:y|ies)|acteurs?|intervenants?|org\.?)(?=\W|$)", re.I)
WHAT_WHERE = re.compile(
    r"\b(?:locali[sz]ations?|locations?|lieux?|where|districts?|zones?|areas?|count(?:y|ies)|camps?|provinces?|regions?|sites?"
    r"|activit\w+|interventions?|sectors?|secteurs?|clusters?|what|roles?|r[ée]ponses?|responses?|funds?|funding|budget)\b",
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
CO_FUNDS = re.compile(
    r"\b(?:co-?fund(?:s|ing)?|own (?:funds?|contributions?|resources)|matching funds?)\b", re.I
)
SHEET = re.compile(
    r"\b[3-5]Ws?\b|who (?:is )?do(?:es|ing) what|operation\w* presence|partners?.? presence|partner list",
    re.I,
)
"""A sheet or map of who does what where: on it, lines of nothing but names are partners."""
ONLY_NAME = re.compile(r"\s*[•·▪‣*]\s*(?P<name>[^\W\d_][\w&’' -]{1,40}?)\s*:?\s*$")
SUB_ITEM = re.compile(r"\s*[o–—-]\s+\S")
LEAD = re.compile(r"(?:implementing )?(?:partners?|partenaires?)(?: (?:of|de|d[’']))?\s+", re.I)
THROUGH = re.compile(r"\s*[:–—-]?\s*(?P<name>[^\W\d_][^(|:]{1,60}?)\s*(?:\(|$)")
PAYS = re.compile(r"\b(?:appui financier|soutien financier|financial support)\b", re.I)
ITEM = re.compile(r"^\s*(?:[•·▪‣*–—-]|\d+[.)])\s*(?P<name>[^,;:(]{3,120})")


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Organisations of rosters in the role that their column or heading tells, and their acronyms."""
    found: list[Mention] = []
    sheet = SHEET.search(document.title) or any(SHEET.search(b.text) for b in document.blocks[:4])
    for table in tables_of(section):
        found += _columns(table, context)
        found += _payers(table, context)
        found += _co_funders(table, context)
        found += _pairs(table, section.heading, context, partners=bool(sheet))
        found += _through(table, context)
    found += [*_items(section, context), *_legend(section, document, context), *_headed(section, context)]
    return found + list(_names_alone(section, context) if sheet else ())


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
                found += named(at, item["name"].rstrip(" ."), "donor", context)
                continue
            listing = DONORS_FOLLOW.search(line[0].strip()) is not None
            if money and (given := MONEY.match(line[0])) and not NO_DONOR.search(given["name"]):
                found += named(start + line.start() + given.start("name"), given["name"], "donor", context)
    return found


def _legend(section: Section, document: Document, context: Context) -> Iterator[Mention]:
    """The bodies of a legend of short and long names are partners where the section or the title says so."""
    if not PARTNER.search(section.text) and not PARTNER.search(document.title):
        return
    for _, (start, end) in legend(section.text):
        yield from named(start, section.text[start:end], "partner", context)


def _headed(section: Section, context: Context) -> Iterator[Mention]:
    """Bodies that head a list of what they do: "• MSF", and below it "o Sending six ambulances"."""
    blocks = list(zip(section.starts, section.blocks, strict=True))
    for (start, block), (_, below) in pairwise(blocks):
        head = ONLY_NAME.match(block.text)
        if head and SUB_ITEM.match(below.text) and len(head["name"].split()) <= 4:
            yield from bodies(start + head.start("name"), head["name"], "partner", context)


def _names_alone(section: Section, context: Context) -> Iterator[Mention]:
    """Lines that are nothing but names, on a sheet of who does what where."""
    for start, block in zip(section.starts, section.blocks, strict=True):
        if block.role == "table":
            continue
        for line in re.finditer(r"[^\n]+", block.text):
            names = [n for n in re.split(r"\s*,\s*", line[0].strip()) if n]
            if names and all(n.isupper() and 3 <= len(n) <= 24 and n[-1].isalpha() for n in names):
                new = len(names) > 1 and all(len(n.split()) == 1 or len(n) > 12 for n in names)
                yield from bodies(start + line.start(), line[0], "partner", context, new=new)


def _co_funders(table: list[Row], context: Context) -> Iterator[Mention]:
    """Whoever's row holds an amount under "Co-funding"."""
    head, *rows = table
    for column in (i for i, (_, title) in enumerate(head) if CO_FUNDS.search(title)):
        from_right = len(head) - column
        for row in rows:
            if len(row) >= from_right and re.search(r"[1-9]", row[-from_right][1]):
                yield from bodies(*row[0], "donor", context)


def _columns(table: list[Row], context: Context) -> Iterator[Mention]:
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
        # Under "Activities Org." stand both in one cell: then only a name that is known tells which is which.
        mixed = len(title.split()) > 1 and not PARTNER.search(title) and WHAT_WHERE.search(title) is not None
        aligned = from_right != len(head) - column
        for row in rows:
            if len(row) >= from_right:
                yield from bodies(*row[-from_right], role, context, new=aligned or not mixed)


def _place(column: int, width: int, rows: list[Row], context: Context) -> int:
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


def _payers(table: list[Row], context: Context) -> Iterator[Mention]:
    """Whoever's row says that the support is money."""
    for row in table[1:]:
        if any(PAYS.search(cell) for _, cell in row):
            for at, cell in row:
                for name in context.names:
                    if name.kind == "organisation" and name.start == at and name.end >= at + len(cell) - 1:
                        yield Mention(
                            "organisation", name.start, name.end, role="donor", candidates=name.candidates
                        )


def _pairs(table: list[Row], heading: str, context: Context, *, partners: bool) -> Iterator[Mention]:
    """Rows of short and long forms side by side, one or more pairs a row; `partners`: those of a sheet are."""
    pairs = []
    for row in table:
        cells = [c for c in row if c[1]]
        if not all(ROSTER.search(text) for _, text in cells[:1]):
            pairs += list(zip(cells[::2], cells[1::2], strict=False))
    fitting = [
        (short, long)
        for short, long in pairs
        if len(short[1]) <= 16 and 2 < len(long[1]) <= LONGEST and len(short[1]) <= len(long[1])
    ]
    if len(fitting) * 3 < len(pairs) * 2 or len(fitting) < 3:
        return
    spelled = sum(is_short(short) and initials_fit(short, long) for (_, short), (_, long) in fitting)
    if not ROSTER.search(heading) and (spelled < 3 or spelled * 2 < len(fitting)):
        return
    for (start, short), (at, long) in fitting:
        if short != long:
            yield Mention("acronym", start, at + len(long), name=short, long=" ".join(long.split()))
        if partners or PARTNER.search(heading):
            yield from named(at, long, "partner", context)


def _through(table: list[Row], context: Context) -> Iterator[Mention]:
    """Whom a cell tells as somebody's partner: "Partner of UNICEF: Green Ridge (national NGO)"."""
    for at, cell in (c for row in table for c in row):
        if (lead := LEAD.match(cell)) is None:
            continue
        known = [n.end - at for n in context.names if n.kind == "organisation" and n.start == at + lead.end()]
        if known and (rest := THROUGH.match(cell, max(known))):
            yield from bodies(at + rest.start("name"), rest["name"], "partner", context)

"""Tables of who does what where: rows of places, columns of sectors, and cells that list short names of organisations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kb.hookspecs import Context, hookimpl
from kb.levels import LEVELS, level_of
from kb.merged import Row, tables_of
from kb.named import PUBLIC, bodies
from kb.records import Mention, Section
from kb.short_forms import SKIP, is_short

SEPARATOR = re.compile(r"\s*(?:[,;/\n]|(?<=[A-Z]) ?[&+] ?(?=[A-Z]))\s*")
"""Between the names of a cell; "A/B" tells that A works through B."""
LONGEST = 32
FEWEST = 8
"""Names in all the cells, at the least."""
SITE = re.compile(r"\b(?:locations?|sites?|camps?|lieux?|places?|unions?)\b", re.I)
LEVEL = re.compile(rf"\b(?:{LEVELS})\b", re.I)
SECTORS = frozenset("WASH EHA ABNA NFI NFIS GBV VBG CCCM FSL SECAL SAME MPCA MHPSS HLP DRR ICT CP TM".split())
"""Short names of what is done, not of who does it."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name in a cell of the column that stands at `column`, counted from the right."""

    start: int
    text: str
    column: int
    together: bool
    """Others stand in the same cell."""


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """The organisations of such tables, and the places of their rows where the head tells the level of these."""
    found: list[Mention] = []
    for table in tables_of(section):
        names = _names(table, context)
        if names:
            found += _organisations(names, context)
            found += _places(table, max(n.column for n in names))
    return found


def _names(table: list[Row], context: Context) -> list[_Name]:
    """The names in the columns that list organisations; none where the table is no matrix.

    It is one where short names, of which some are known, stand together in cells and come again in others.
    """
    if len(table) < 4:
        return []
    known = {n.start for n in context.names if n.kind == "organisation"}
    names: list[_Name] = []
    for column in range(1, max(map(len, table)) + 1):
        cells = [row[-column] for row in table[1:] if len(row) >= column and row[-column][1]]
        listed = [_listed(*cell, column) for cell in cells]
        here = [name for cell in listed for name in cell]
        told = sum(n.start in known or is_short(n.text.split()[0]) for n in here)
        lists = here and 5 * sum(map(bool, listed)) >= 3 * len(cells) and 2 * told >= len(here)
        if lists and any(n.start in known for n in here):
            names += here
    counts = Counter(n.text for n in names)
    again = sum(counts[n.text] > 1 for n in names)
    together = sum(n.together for n in names)
    sure = len({n.text for n in names if n.start in known})
    if len(names) < FEWEST or sure < 2 or 2 * again < len(names) or 3 * together < len(names):
        return []
    return names


def _listed(start: int, cell: str, column: int) -> list[_Name]:
    """The names of a cell that holds nothing else."""
    pieces: list[tuple[int, str]] = []
    at = 0
    for gap in [*SEPARATOR.finditer(cell), None]:
        piece = cell[at : gap.start() if gap else len(cell)]
        if piece.strip():
            pieces.append((start + at, piece.rstrip()))
        at = gap.end() if gap else at
    fits = all(
        len(p) <= LONGEST
        and len(p) > 1
        and p not in SECTORS
        and not re.search(r"\d{2}|[.:!?]", p)
        and all(w[0].isupper() or w in SKIP for w in p.split())
        for _, p in pieces
    )
    return [_Name(s, p, column, len(pieces) > 1) for s, p in pieces] if fits else []


def _organisations(names: list[_Name], context: Context) -> Iterator[Mention]:
    """All that are listed carry something out; agencies of the state and the UN are no partners by that."""
    public = {
        (n.start, n.end): n.candidates
        for n in context.names
        if n.kind == "organisation" and n.candidates and context.authority[n.candidates[0]].type in PUBLIC
    }
    for name in names:
        span = name.start, name.start + len(name.text)
        if span in public:
            yield Mention("organisation", *span, role="implementer", candidates=public[span])
        else:
            yield from bodies(name.start, name.text, "partner", context)


def _places(table: list[Row], lists: int) -> Iterator[Mention]:
    """The labels of rows left of the lists, under a head that names a level or a site."""
    head, *rows = table
    for column in range(lists + 1, len(head) + 1):
        title = head[-column][1]
        level = (
            level_of(told) if (told := LEVEL.search(title)) else "settlement" if SITE.search(title) else ""
        )
        for row in rows if level else ():
            start, label = row[-column] if len(row) >= column else (0, "")
            if 2 < len(label) <= LONGEST and label[0].isupper() and not re.search(r"\d{2}", label):
                yield Mention("place", start, start + len(label), name=label, level=level)

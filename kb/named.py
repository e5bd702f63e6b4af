"""Bodies named by a cell or an item of a list, in the role that the list tells. For plugins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.bodies import KIND, STATE
from kb.hookspecs import Context
from kb.records import Mention

NO_NAME = re.compile(
    r"\b(?:teams?|focal points?|staff|members?|coordinators?|officers?|managers?|directors?|working group|government|authorities)\b",
    re.I,
)
TOTAL = re.compile(r"\b(?:total|sub-?total|sum|others?|various|n/?a)\b", re.I)
PUBLIC = frozenset({"un_agency", "government", "fund", "igo"})
LONGEST = 120
OWNER = re.compile(
    r"(?:the\s+)?(?:(?:Royal\s+)?(?:Government|Embassy|Kingdom|Republic|People) of\s+(?:the\s+)?)?", re.I
)
ITS_GOVERNMENT = re.compile(r"\s+(?:Government|authorities)", re.I)


def bodies(at: int, cell: str, role: str, context: Context, *, new: bool = True) -> Iterator[Mention]:
    """The bodies named in a cell or line; `new`: those that no list knows as well."""
    pieces = [cell] if role == "donor" else re.split(r"\s*[,;/]\s*", cell)
    cursor = 0
    for piece in pieces:
        offset = cell.index(piece, cursor)
        cursor = offset + len(piece)
        if (
            (2 < len(piece) <= LONGEST or (len(piece) == 2 and piece.isupper()))
            and not TOTAL.search(piece)
            and not KIND.fullmatch(piece)
            and re.search(r"[^\W\d_]{2}", piece)
            and not re.search(r"\d{3}", piece)
        ):
            for found in named(at + offset, piece, role, context):
                if found.candidates or (new and may_be_name(piece) and not _holds_known(found, context)):
                    yield found


def _holds_known(mention: Mention, context: Context) -> bool:
    """ "WHO and UNICEF" is no new body; "Luxembourg Red Cross" is."""
    inside = [
        context.authority[n.candidates[0]]
        for n in context.names
        if n.kind == "organisation" and mention.start <= n.start and n.end <= mention.end
    ]
    return mention.role == "partner" and (len(inside) > 1 or any(e.type in PUBLIC for e in inside))


def may_be_name(cell: str) -> bool:
    """Can words that no list knows be a body's name?"""
    return cell[0].isupper() and len(cell.split()) <= 9 and not NO_NAME.search(cell)


def named(start: int, name: str, role: str, context: Context) -> Iterator[Mention]:
    """The body or country that the words name, if they name one in that role."""
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

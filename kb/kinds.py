"""What a question asks for: a number, a date, a name … and the words that name it. Other languages than English: `kb.abroad`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from kb.words import tokens

Kind = Literal[
    "count", "amount", "share", "date", "place", "who", "person", "organisation", "project",
    "definition", "acronym", "documents", "change", "yesno", "reason", "describe",
]  # fmt: skip
"""What the answer must be: a number of things, money, a percentage, a date, a place, a person or organisation, …"""

ROLES: dict[str, str] = {
    "donor": "donor", "funder": "donor", "sponsor": "donor", "financier": "donor",
    "partner": "partner", "implementer": "partner",
    "government": "government", "ministry": "government", "authority": "government",
}  # fmt: skip

_ORGANISATIONS = set(
    """organisation organization ngo agency donor funder sponsor partner implementer foundation company committee
    government ministry authority institution institute bank embassy association council group university church body
    charity firm fund union department bureau society network cluster""".split()
)
_PLACES = set(
    """place city town village country district region province oblast area location site camp island state settlement
    jamoat governorate county zone raion municipality commune capital nation""".split()
)
_PERSONS = set("person mp minister ambassador director man woman official trainer artist author".split())
_PROJECTS = set("project programme program initiative".split())
_DATES = set("date day month year time week quarter period".split())
DOCUMENTS = set("document newsletter issue report update map bulletin publication".split())
_MONEY = set(
    """grant allocation budget cost amount fund funding contribution donation price expenditure expense sum payment money
    loan fee income reserve revenue salary subsidy pledge gap cash""".split()
)
_NOUNS = _ORGANISATIONS | _PLACES | _PERSONS | _PROJECTS | _DATES | DOCUMENTS
_BEFORE = set(
    "the a an all of different other is are kind kinds type types sort sorts many two three four five".split()
)
AUX = set(
    "is are was were be been do does did has have had can could will would shall should may might must".split()
)
EXTENT = re.compile(r"\bhow (large|big|high|small|great|expensive|long|old|far)\b", re.I)
PROVENANCE = re.compile(
    r"(?:from )?where (?:do|does|did) (?:the |these |those )?(?:\w+ ){0,2}?(?:figures?|numbers?|data|statistics|information)\b.*\bc[oa]me\b",
    re.I,
)
"""Asks for the source of data, not for a place."""
PREPOSITIONS = set(
    """of in on at to from by for with about into onto over under between among through during within per via until since
    as than that which who the a an and or there""".split()
)
ROLE_WORDS = set(
    """chief head director minister president chair chairman chairwoman chairperson coordinator representative ambassador
    manager officer secretary commissioner governor mayor rector teacher leader deputy trainer author specialist
    contact treasurer founder spokesperson""".split()
)
"""Words for the post of a person."""


def kind_of(text: str, low: str) -> tuple[Kind, tuple[int, int] | None]:
    """What is asked for, and the span of the noun phrase that names it."""
    if re.search(r"\bstands? for\b|\bfull (name|form) of\b|\bmeant by\b|\blong form\b|\babbreviation\b", low):
        return "definition", None
    if re.search(r"\b(acronym|abbreviated)\b", low):
        return "acronym", None
    if (m := re.match(r"what (?:is|are|does) (?:the )?(?P<n>[\w&-]+)(?: mean)?\?*$", low)) and text[
        m.start("n") : m.end("n")
    ].isupper():
        return "definition", None
    if re.search(
        r"^by how (many|much)\b|\bhow (did|has|have|do|does) .*\b(chang|develop|evolv|grow|grew|increas|decreas|ris)"
        r"|\bhow (many|much)\b.*\bhow (many|much)\b|^compare\b|\bcompared (to|with)\b|\bmore or (fewer|less)\b|\bdifference between\b|\bwhat changed\b",
        low,
    ):
        m = re.search(r"number of |\bhow (?:many|much)\b(?! did| has| have)", low) or re.search(
            r"by how (many|much) (did |have |has )?(the )?", low
        )
        return "change", _phrase_after(text, m.end()) if m else None
    if m := re.search(
        r"\bhow (many|much)\b|\b(?:what|which) (?:is|was|were|are) the (?:total )?number of\b", low
    ):
        span = _phrase_after(text, m.end())
        # Of "how many of the guards were women" the women are counted.
        if part := re.match(r"how many of .*\b(?:is|are|was|were)\s+(?:the\s+)?([^\W_]+)\W*$", low):
            span = part.span(1) if is_plural(part[1]) else span
        noun = _last(text, span)
        if m[1] == "much" and (not noun or noun in _MONEY or not span):
            return "amount", span
        return ("amount" if noun in {"money", "funding"} else "count"), span
    if m := EXTENT.search(low):
        rest = re.match(r"\s*(?:is|was|were|are)\s+(?:the\s+)?", text[m.end() :])
        span = _phrase_after(text, m.end() + (rest.end() if rest else 0))
        return ("amount" if _last(text, span) in _MONEY else "count"), span
    if re.search(r"^(?:what|how much) (do|does|did)\b.*\bcosts?\W*$", low):
        return "amount", None
    if m := re.search(r"\b(?:what|which) (share|percentage|proportion|per cent|percent)\b", low):
        return "share", None
    if re.search(r"(^|\b(since|by|until|from|and) )when\b", low):
        return "date", None
    if re.search(r"^(?:\w+ )?where\b|\bwhere (is|are|was|were|did|do|does)\b", low) and not PROVENANCE.match(
        low
    ):
        return "place", None
    if m := re.match(r"(?:from |to |with |for |by )?who(?:m|se)?\b(?: (?:is|was|are|were) )?", low):
        if re.match(r"(?:who) (?:is|was|are|were) ", low):
            after = re.findall(r"[\w'’]+", low[m.end() :])
            if any(w in ROLE_WORDS for w in after[:5]):
                return "person", None
        return "who", None
    if re.match(r"(?:for what reason|why)\b", low):
        return "reason", None
    prefix = r"^(?:(?:please )?(?:list|name|give|show|tell me)(?: me)?(?: all| every)?(?: of)?(?: the)?|(?:\w+ ){0,3}?(?:which|what))\b"
    if m := re.search(prefix, low):
        rest = re.match(
            r"\s*(?:of the )?(?:is|was|were|are)\s+(?:the\s+)?(?:total of\s+|total\s+)?", text[m.end() :]
        )
        copula = bool(rest and re.search(r"(?:is|was|were|are)", rest[0]))
        span = _phrase_after(text, m.end() + (rest.end() if rest and copula else 0))
        return _kind_of_noun(text, span, copula), span
    if re.match(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", low):
        return "yesno", None
    return "describe", None


def _kind_of_noun(text: str, span: tuple[int, int] | None, copula: bool) -> Kind:
    if not span:
        return "describe"
    words = [_singular(w) for w in re.findall(r"[^\W_]+", text[slice(*span)].casefold())]
    if not words:
        return "describe"
    last = words[-1]
    if last in _MONEY and (copula or last in {"amount", "sum"}):
        return "amount"
    if last in {"number", "total", "toll"}:
        return "count"
    if last in DOCUMENTS and not copula:
        return "documents"
    for nouns, kind in ((_DATES, "date"), (_PLACES, "place"), (_PERSONS, "person"), (_PROJECTS, "project")):
        if last in nouns:
            return kind  # type: ignore[return-value]
    if last in _ORGANISATIONS:
        return "organisation"
    # "which shelter partners work in …": the phrase may run on into a verb
    if not copula and any(w in _ORGANISATIONS for w in words):
        return "organisation"
    if copula and last in ROLE_WORDS:
        return "person"
    return "describe"


def _phrase_after(text: str, at: int) -> tuple[int, int] | None:
    """Span of the noun phrase that starts at or after an offset: up to a verb, a preposition or its plural head."""
    start = end = -1
    count = 0
    for a, b in tokens(text):
        if a < at:
            continue
        word = text[a:b].casefold()
        if start < 0 and word in _BEFORE:
            continue
        verb = count > 0 and len(word) > 4 and word.endswith("ed") and text[a].islower()
        if word in AUX or word in PREPOSITIONS or verb or (end >= 0 and re.search(r"[,;:?]", text[end:a])):
            break
        start, end = (a if start < 0 else start), b
        count += 1
        if text[b : b + 1] == "-" or re.search(r"[’']s?$", text[a:b]) or text[b : b + 1] in "’'":
            continue
        following = re.match(r"\s+([^\W_]+)(\s+(?:of|do|does|did|are|were|have|has)\b)?", text[b:])
        if is_plural(word) or (
            _singular(word) in _NOUNS and not (following and (_noun(following[1]) or following[2]))
        ):
            break
    return (start, end) if start >= 0 else None


def _last(text: str, span: tuple[int, int] | None) -> str:
    words = re.findall(r"[^\W_]+", text[slice(*span)].casefold()) if span else []
    return _singular(words[-1]) if words else ""


def _noun(word: str) -> bool:
    """Whether a word carries on a noun phrase that could end before it ("country maps", "partner organisations")."""
    return _singular(word.casefold()) in _NOUNS and not re.match(
        r"(runs|reports|dates|times|places|maps)$", word
    )


def is_plural(word: str) -> bool:
    return word in {"people", "children", "women", "men", "staff"} or (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    )


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if is_plural(word) and word.endswith("s") else word


def role_of(kind: Kind, words: Sequence[str], low: str) -> str:
    if kind not in ("who", "organisation", "place"):
        return ""
    for word in words:
        if role := ROLES.get(_singular(word)):
            return role
    if re.search(
        r"\b(fund(s|ed|ing)?|financ\w+|donat\w+|pa(ys?|id) for|sponsor\w*|support(s|ed)? financ\w*)\b", low
    ):
        return "donor"
    if re.search(r"\b(implement\w*|carr(y|ies|ied) out)\b", low):
        return "partner"
    return ""

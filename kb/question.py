"""A question taken apart: what is asked for, of what, which names, when."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kb import abroad
from kb.text import fold
from kb.words import idle, stem, synonyms, tokens

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
_DOCUMENTS = set("document newsletter issue report update map bulletin publication".split())
_MONEY = set(
    """grant allocation budget cost amount fund funding contribution donation price expenditure expense sum payment money
    loan fee income reserve revenue salary subsidy pledge gap cash""".split()
)
_NOUNS = _ORGANISATIONS | _PLACES | _PERSONS | _PROJECTS | _DATES | _DOCUMENTS
_BEFORE = set(
    "the a an all of different other is are kind kinds type types sort sorts many two three four five".split()
)
_CHANGE = set(
    """change changed changes develop developed evolve evolved compare compared comparison difference grow grew grown
    increase increased decrease decreased rise rose fall fell fewer less higher lower told update updates issue issues
    newsletter newsletters""".split()
)
"""Words that ask for a comparison and name nothing in the text."""
_AUX = set(
    "is are was were be been do does did has have had can could will would shall should may might must".split()
)
_EXTENT = re.compile(r"\bhow (large|big|high|small|great|expensive|long|old|far)\b", re.I)
_PARTICLES = frozenset("down up out off over back away".split())
_PROVENANCE = re.compile(
    r"(?:from )?where (?:do|does|did) (?:the |these |those )?(?:\w+ ){0,2}?(?:figures?|numbers?|data|statistics|information)\b.*\bc[oa]me\b",
    re.I,
)
"""Asks for the source of data, not for a place."""
_PREPOSITIONS = set(
    """of in on at to from by for with about into onto over under between among through during within per via until since
    as than that which who the a an and or there""".split()
)
ROLE_WORDS = set(
    """chief head director minister president chair chairman chairwoman chairperson coordinator representative ambassador
    manager officer secretary commissioner governor mayor rector teacher leader deputy trainer author specialist
    contact treasurer founder spokesperson""".split()
)
"""Words for the post of a person."""
_MONTHS = {m.casefold(): i for i, m in enumerate(calendar.month_name) if m} | {
    m.casefold(): i for i, m in enumerate(calendar.month_abbr) if m
} | {"sept": 9}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<m>{_MONTH})\b\.?"
    rf"(?:\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?P<y>(?:19|20)\d\d))?"
    r"|\b(?:(?P<part>first|second|third|fourth|[1-4](?:st|nd|rd|th))\s+(?P<unit>quarter|half)\s+(?:of\s+)?)?(?P<only>(?:19|20)\d\d)\b",
    re.I,
)
EVER = ("0001-01-01", "9999-12-31")
"""First and last day of a time that is open to a side."""
_SIDE = re.compile(r"\b(since|after|until|before)\s+(?:the\s+)?$", re.I)
_LOCATIVE = re.compile(r"\b(?:in|at|from|to|near|of|en|au|aux|à|dans)\s+(?:the\s+)?$", re.I)
_ORDINALS = {
    w: n
    for n, pair in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th"))
    for w in pair.split()
}
NUMBERED = re.compile(r"(?:\b(?:no|nr|number|num[ée]ro|issue|выпуск|номер)|\bn[°º]|№)\.?\s*(\d+)\b", re.I)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name of the question that the evidence should hold."""

    text: str
    alternatives: tuple[tuple[str, ...], ...]
    """What serves: the first is the term itself; each is a tuple of stems that must all stand there."""
    name: bool = False
    head: bool = False
    """The thing counted or asked for."""
    entities: tuple[str, ...] = ()
    """Ids of the entities that bear this name."""
    where: bool = False
    """Asked as a place ("… in Kulob")."""
    verb: bool = False
    """What the one asked for does ("who *coordinates* …"); not known where the question puts it elsewhere."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `understand` found."""

    text: str
    kind: Kind
    plural: bool
    role: str
    """Of an organisation asked for: "donor", "partner", "government" or empty."""
    terms: tuple[Term, ...]
    head: str
    """The noun phrase asked for, as asked."""
    period: tuple[str, str] | None
    """First and last ISO date of what is asked about."""
    numbers: tuple[str, ...]
    """Numbers of issues asked for, such as "4" in "update No. 4"."""
    language: str = "en"
    """By whose endings words are compared."""


def understand(
    text: str,
    find: Callable[[str], Sequence[str]] = lambda name: (),
    acronyms: Sequence[tuple[str, str]] = (),
    language: str = "en",
) -> Question:
    """Takes a question apart. `find` gives the ids of the entities of a folded name; `acronyms` are (short, long)."""
    text = " ".join(text.split())
    low = text.casefold()
    numbers = tuple(m[1] for m in NUMBERED.finditer(text))
    english = language == "en"
    kind, head_span = _kind(text, low) if english else abroad.kind_of(text, language)
    if numbers and kind not in ("documents", "change") and len(set(numbers)) > 1:
        kind = "change"
    head = text[slice(*head_span)] if head_span else ""
    words = [w for w in re.findall(r"[^\W_]+", head.casefold()) if not idle(w, language) or w in _DOCUMENTS]
    last = words[-1] if words else ""
    plural = bool(last) and _plural(last) and kind not in ("count", "amount", "share")
    plural = (
        plural
        or bool(re.match(r"(list|name) (all|the|every)\b", low))
        or bool(re.match(r"who .+ and who\b", low))
        or abroad.many(text)
    )
    return Question(
        text=text,
        kind=kind,
        plural=plural,
        role=_role(kind, words, low) if english else abroad.role_of(text),
        terms=_terms(text, kind, head_span, find, acronyms, language),
        head=head,
        period=period(text, language),
        numbers=numbers,
        language=language,
    )


def period(text: str, language: str = "en") -> tuple[str, str] | None:
    """The first and last day of the dates that a text names, or None. A month without a year takes one named after it.

    Where each date bounds a time to one side ("since 2011", "before 2012"), it is that time.
    """
    english = language == "en"
    spans: list[tuple[str, str]] = [] if english else [(d[2], d[3]) for d in abroad.dates(text)]
    sides: list[str] = []
    year = ""
    for m in reversed(list(DATE.finditer(text)) if english else []):
        if m["m"] and m["m"] == "may":  # the verb
            continue
        year = m["y"] or m["only"] or year
        if not year:
            continue
        side = _SIDE.search(text[: m.start()])
        sides.append(side[1].casefold() if side else "")
        if m["only"]:
            spans.append(_part(int(year), m["part"], m["unit"]))
            continue
        month, day = _MONTHS[m["m"].casefold()], int(m["d1"] or m["d2"] or 0)
        last = calendar.monthrange(int(year), month)[1]
        if day > last:
            sides.pop()
            continue
        spans.append((f"{year}-{month:02}-{day or 1:02}", f"{year}-{month:02}-{day or last:02}"))
    if sides and all(sides):
        open_ = [_open(side, *span) for side, span in zip(sides, spans, strict=True)]
        return max(s for s, _ in open_), min(e for _, e in open_)
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _open(side: str, start: str, end: str) -> tuple[str, str]:
    """The time since, after, until or before a span of days."""
    if side == "since":
        return start, EVER[1]
    if side == "after":
        return (date.fromisoformat(end) + timedelta(1)).isoformat(), EVER[1]
    if side == "until":
        return EVER[0], end
    return EVER[0], (date.fromisoformat(start) - timedelta(1)).isoformat()


def _part(year: int, part: str | None, unit: str | None) -> tuple[str, str]:
    """First and last day of a year, or of a quarter or half of it."""
    length = {"quarter": 3, "half": 6}.get((unit or "").casefold(), 12)
    first = min(_ORDINALS.get((part or "").casefold(), 0) * length, 12 - length) + 1
    last = first + length - 1
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{calendar.monthrange(year, last)[1]:02}"


def names_in(text: str, find: Callable[[str], Sequence[str]], language: str = "en") -> list[Sequence[str]]:
    """Ids of the entities that each known name in a text may mean."""
    spans = tokens(text, language)
    cased = any(text[a].isupper() for a, _ in spans[1:])
    found, i = [], 0
    while i < len(spans):
        if name := _name(text, spans, i, find, cased, language):
            found.append(name[1])
        i = name[0] if name else i + 1
    return found


def _kind(text: str, low: str) -> tuple[Kind, tuple[int, int] | None]:
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
            span = part.span(1) if _plural(part[1]) else span
        noun = _last(text, span)
        if m[1] == "much" and (not noun or noun in _MONEY or not span):
            return "amount", span
        return ("amount" if noun in {"money", "funding"} else "count"), span
    if m := _EXTENT.search(low):
        rest = re.match(r"\s*(?:is|was|were|are)\s+(?:the\s+)?", text[m.end() :])
        span = _phrase_after(text, m.end() + (rest.end() if rest else 0))
        return ("amount" if _last(text, span) in _MONEY else "count"), span
    if re.search(r"^(?:what|how much) (do|does|did)\b.*\bcosts?\W*$", low):
        return "amount", None
    if m := re.search(r"\b(?:what|which) (share|percentage|proportion|per cent|percent)\b", low):
        return "share", None
    if re.search(r"(^|\b(since|by|until|from|and) )when\b", low):
        return "date", None
    if re.search(r"^(?:\w+ )?where\b|\bwhere (is|are|was|were|did|do|does)\b", low) and not _PROVENANCE.match(
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
    if last in _DOCUMENTS and not copula:
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
        if word in _AUX or word in _PREPOSITIONS or verb or (end >= 0 and re.search(r"[,;:?]", text[end:a])):
            break
        start, end = (a if start < 0 else start), b
        count += 1
        if text[b : b + 1] == "-" or re.search(r"[’']s?$", text[a:b]) or text[b : b + 1] in "’'":
            continue
        following = re.match(r"\s+([^\W_]+)(\s+(?:of|do|does|did|are|were|have|has)\b)?", text[b:])
        if _plural(word) or (
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


def _plural(word: str) -> bool:
    return word in {"people", "children", "women", "men", "staff"} or (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    )


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if _plural(word) and word.endswith("s") else word


def _role(kind: Kind, words: Sequence[str], low: str) -> str:
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


def _terms(
    text: str,
    kind: Kind,
    head_span: tuple[int, int] | None,
    find: Callable[[str], Sequence[str]],
    acronyms: Sequence[tuple[str, str]],
    language: str,
) -> tuple[Term, ...]:
    spans = tokens(text, language)
    head = head_span or (-1, -1)
    last = max((i for i, (a, b) in enumerate(spans) if head[0] <= a and b <= head[1]), default=-1)
    verb = last + 1 if head_span else 1 if re.match(r"who\b", text, re.I) else -1
    if not 0 < verb < len(spans) or text[slice(*spans[verb])].casefold() in _AUX | _PREPOSITIONS:
        verb = -1
    typed = kind in ("place", "organisation", "person", "project", "date", "documents", "share")
    english = language == "en"
    cased = any(text[a:b][0].isupper() for a, b in spans[1:])
    apart = [m.span() for m in NUMBERED.finditer(text)]
    apart += (
        [
            m.span()
            for m in DATE.finditer(text)
            if m["only"] or m["y"] or m["d1"] or m["d2"] or m["m"] != "may"
        ]
        if english
        else [d[:2] for d in abroad.dates(text)]
    )
    table = synonyms() if english else {}
    short: dict[str, list[tuple[str, ...]]] = {}
    for acronym, long in acronyms:
        spelled = [long[a:b] for a, b in tokens(long, language)]
        phrase = tuple(stem(w, language) for w in spelled if not idle(w, language))
        key = stem(acronym, language)
        if phrase and key:
            short.setdefault(key, []).append(phrase)
    out: list[Term] = []
    i = 0
    while i < len(spans):
        a, b = spans[i]
        if any(s <= a < e for s, e in apart):
            i += 1
            continue
        if found := _name(text, spans, i, find, cased, language):
            j, ids = found
            named = [text[x:y] for x, y in spans[i:j]]
            words = tuple(stem(w, language) for w in named if not idle(w, language))
            words = words or (stem(text[a:b], language),)
            alternatives = [
                words,
                *table.get(" ".join(words), ()),
                *short.get(words[0] if len(words) == 1 else "", ()),
            ]
            alternatives += [(s,) for s, longs in short.items() if words in longs]
            served = tuple(dict.fromkeys(alternatives))
            where = bool(_LOCATIVE.search(text[:a]))
            out.append(Term(text[a : spans[j - 1][1]], served, True, False, tuple(ids), where))
            i = j
            continue
        word = text[a:b]
        is_head = i == last and not typed
        extent = _EXTENT.match(text, spans[i - 1][0]) if i else None
        if extent or (kind == "change" and word.casefold() in _CHANGE):
            i += 1
            continue
        if not idle(word, language) and not (typed and i == last):
            own = stem(word, language)
            alternatives = [(own,), *table.get(own, ()), *short.get(own, ())]
            following = text[slice(*spans[i + 1])].casefold() if i + 1 < len(spans) else ""
            if english and following in _PARTICLES:
                # "break down" is told as "a breakdown", "set up" as "the setup"; the particle says nothing by itself.
                alternatives.insert(1, (stem(f"{word}{following}"),))
                apart.append(spans[i + 1])
            name = i > 0 and word[0].isupper() and text[:a].rstrip()[-1:] not in '.?!"“'
            served = tuple(dict.fromkeys(alternatives))
            where = name and bool(_LOCATIVE.search(text[:a]))
            out.append(Term(word, served, name or word[0].isdigit(), is_head, where=where, verb=i == verb))
        i += 1
    if english and _PROVENANCE.match(text):
        out.insert(0, Term("source", (("sourc",),), name=True))
    return tuple(_with_phrases(out, table, short))


def _with_phrases(
    terms: list[Term], table: dict[str, tuple[tuple[str, ...], ...]], short: dict[str, list[tuple[str, ...]]]
) -> list[Term]:
    """Each word of a phrase that has a short form ("victims of trafficking") is served by the short form too."""
    have = {t.alternatives[0][0] for t in terms if len(t.alternatives[0]) == 1}
    extra: dict[str, list[tuple[str, ...]]] = {}
    phrases: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
        (p, (s,)) for s, longs in short.items() for p in longs
    ]
    phrases += [(tuple(key.split()), s) for key, served in table.items() if " " in key for s in served]
    for phrase, served_by in phrases:
        if len(phrase) > 1 and have.issuperset(phrase):
            for word in phrase:
                extra.setdefault(word, []).append(served_by)
    return [
        replace(t, alternatives=tuple(dict.fromkeys([*t.alternatives, *extra.get(t.alternatives[0][0], [])])))
        for t in terms
    ]


def _name(
    text: str,
    spans: Sequence[tuple[int, int]],
    i: int,
    find: Callable[[str], Sequence[str]],
    cased: bool,
    language: str,
) -> tuple[int, Sequence[str]] | None:
    """The longest known name that starts at a token: index after it and the ids; only where it is written as a name."""
    for j in range(min(len(spans), i + 10), i, -1):
        piece = text[spans[i][0] : spans[j - 1][1]]
        words = [text[a:b] for a, b in spans[i:j]]
        if idle(words[0], language) or idle(words[-1], language):
            continue
        proper = (
            any(w[0].isupper() or w[0].isdigit() for w in words[1 if i == 0 else 0 :]) or words[0].isupper()
        )
        if cased and not proper and len(words) < 3:
            continue
        if ids := find(fold(piece)):
            return j, ids
    return None

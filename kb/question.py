"""A question taken apart: what is asked for, of what, which names, when."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb import abroad
from kb.kinds import AUX, DOCUMENTS, EXTENT, PREPOSITIONS, PROVENANCE, Kind, is_plural, kind_of, role_of
from kb.periods import DATE, period
from kb.text import fold
from kb.words import idle, stem, synonyms, tokens

_CHANGE = set(
    """change changed changes develop developed evolve evolved compare compared comparison difference grow grew grown
    increase increased decrease decreased rise rose fall fell fewer less higher lower told update updates issue issues
    newsletter newsletters""".split()
)
"""Words that ask for a comparison and name nothing in the text."""
_PARTICLES = frozenset("down up out off over back away".split())
_LOCATIVE = re.compile(r"\b(?:in|at|from|to|near|of|en|au|aux|à|dans)\s+(?:the\s+)?$", re.I)
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
    kind, head_span = kind_of(text, low) if english else abroad.kind_of(text, language)
    if numbers and kind not in ("documents", "change") and len(set(numbers)) > 1:
        kind = "change"
    head = text[slice(*head_span)] if head_span else ""
    words = [w for w in re.findall(r"[^\W_]+", head.casefold()) if not idle(w, language) or w in DOCUMENTS]
    last = words[-1] if words else ""
    plural = bool(last) and is_plural(last) and kind not in ("count", "amount", "share")
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
        role=role_of(kind, words, low) if english else abroad.role_of(text),
        terms=_terms(text, kind, head_span, find, acronyms, language),
        head=head,
        period=period(text, language),
        numbers=numbers,
        language=language,
    )


def asked_of(question: Question) -> frozenset[str]:
    """Stems of all that serves for the words of a question."""
    return frozenset(s for t in question.terms for a in t.alternatives for s in a)


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
    if not 0 < verb < len(spans) or text[slice(*spans[verb])].casefold() in AUX | PREPOSITIONS:
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
        extent = EXTENT.match(text, spans[i - 1][0]) if i else None
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
    if english and PROVENANCE.match(text):
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

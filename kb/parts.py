"""A question over several things taken apart: its clauses, the documents it names, the times it compares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.kinds import Kind
from kb.periods import DATE, period
from kb.question import NUMBERED, Question
from kb.words import STOP, stem, stems

MANY = 6
"""Documents named together ("the updates") up to which each is asked on its own."""

_WH = r"(?:how (?:many|much)|(?:in|by|for|to|from|with|at) (?:which|what|whom)|who|whom|when|where|which|what|why)"
_CLAUSE = re.compile(rf"(?:,\s*|\s+)(?:and|or)\s+(?={_WH}\b)", re.I)
_OPENING = re.compile(rf"^{_WH}\b", re.I)
_NOUN = r"newsletters?|issues?|reports?|updates?|bulletins?|publications?|documents?|maps?"
_SOURCE = re.compile(
    rf"\b(?:in|according to|by|between|from|over|of|across|do|does|did|than|to|which|per)\s+(?P<all>all\s+)?(?:of\s+)?(?:the|our|these|both)?\s*"
    rf"(?P<two>two\s+|three\s+|both\s+)?(?P<kind>(?:[A-Z][\w-]*\s+){{0,3}})(?P<noun>{_NOUN})\b",
)
_DATED = re.compile(
    rf"(?:\b(?:in|according to|by|from|of|do|does|did|was|were|is|are)\s+)(?:the|our)\s+(?P<when>(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d)\s+"
    rf"(?P<kind>(?:[A-Z][\w-]*\s+){{0,3}})(?P<noun>{_NOUN})\b"
)
"""Documents named with their time before them ("the September 2012 newsletter")."""
_AFTER = re.compile(r"(?:\s*(?:,|\b(?:and|or|to|of|from|for|in|dated|the|that|those)\b))+\s*", re.I)
_RANGE = re.compile(r"\b(?:between|from|since)\b", re.I)


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the things that a question asks the same about: documents or a time."""

    label: str
    documents: frozenset[str] | None = None
    """Ids; None: any document."""
    period: tuple[str, str] | None = None
    required: bool = True
    """Must it be answered, that the question is?"""


@dataclass(frozen=True, slots=True)
class Named:
    """Documents that a question names as its sources."""

    groups: tuple[Slot, ...]
    """By time where the question tells times, else all of them in one."""
    plural: bool
    rest: str
    """The question without the words that name them."""


def with_years(text: str) -> str:
    """The text, each month without a year with the year that follows ("August and September 2014")."""
    year, out, end = "", [], len(text)
    for m in reversed(list(DATE.finditer(text))):
        told = m["y"] or m["only"]
        if not told and year and m["m"] and m["m"] != "may":
            out.append(f"{m[0]} {year}{text[m.end() : end]}")
        else:
            out.append(text[m.start() : end])
        end, year = m.start(), told or year
    return "".join([text[:end], *reversed(out)])


def clauses(text: str) -> list[str]:
    """The questions that a text asks one after the other, each complete: what the second leaves out stands in the first."""
    if not _OPENING.match(text):
        return [text]
    pieces = _CLAUSE.split(text.rstrip(" ?"))
    if len(pieces) == 1:
        return [text]
    first = pieces[0]
    if not _content(_OPENING.sub("", first, count=1)):  # "When and where was …?"
        rest = _OPENING.sub("", pieces[-1], count=1)
        return [f"{p if _OPENING.fullmatch(p) else _OPENING.match(p)[0]}{rest}" for p in pieces]  # type: ignore[index]
    return [first, *(_completed(first, p) for p in pieces[1:])]


def _completed(first: str, second: str) -> str:
    opening = _OPENING.match(second)
    rest = second[opening.end() :] if opening else second
    if not _content(rest):  # "… and who in 2020"
        return f"{_timeless(first)} {_after_copula(rest)}"
    counted = re.match(r"how (?:many|much)\s+((?:(?!is|are|was|were|had|have|has|did|do)[\w’'-]+\s+){1,4}?)(?=is|are|was|were|had|have|has|did|do)\b", first, re.I)  # fmt: skip
    if counted and opening and re.match(r"\s+(?:is|are|was|were|had|have|has|did|on|in|at|by)\b", rest):
        return f"{opening[0]} {counted[1].strip()}{rest}"  # "… and how many were lacking"
    return second


def _after_copula(rest: str) -> str:
    return re.sub(r"^\s*(?:is|are|was|were)\b", "", rest).strip()


def _timeless(text: str) -> str:
    """A question without its times."""
    text = DATE.sub(" ", text)
    text = re.sub(r"\b(?:in|on|at|by|of)?\s*(?:the\s+)?(?:first|second|third|fourth|last|end|beginning|middle)?\s*(?:quarter|half|end)?\s*(?:of|in|on|by)?\s*$", "", text)  # fmt: skip
    return " ".join(text.split())


def _content(text: str) -> bool:
    """Does a text say more than a time?"""
    words = re.findall(r"[^\W_]+", DATE.sub(" ", NUMBERED.sub(" ", text)).casefold())
    return any(
        w not in STOP and w not in {"quarter", "half", "first", "second", "third", "fourth", "last"}
        for w in words
    )


def times(text: str) -> list[tuple[str, int, int, tuple[str, str]]]:
    """Each time that a text names, in order: its words, start, end and period."""
    return [(m[0], *m.span(), span) for m in DATE.finditer(text) if (span := period(m[0]))]


def named_documents(text: str, documents: Mapping[str, Mapping[str, Any]]) -> Named | None:
    """The documents that a question names by what they are, with topic and time ("the Ebola updates", "the newsletters of 2012")."""
    for m in (*_SOURCE.finditer(text), *_DATED.finditer(text)):
        topic = [s for s in stems(m["kind"]) if s not in STOP]
        at, told = m.end(), []
        before = m.groupdict().get("when") or ""
        start = m.start("when" if before else "kind")
        if before and (span := period(before)):
            told.append((before, span))
        while not before:
            glue = _AFTER.match(text, at)
            time = DATE.match(text, glue.end() if glue else at)
            if not glue and text[at : at + 1] == " ":
                time = DATE.match(text, at + 1)
            if time is None or not (span := period(time[0])):
                break
            told.append((time[0], span))
            at = time.end()
        plural, both = m["noun"].endswith("s"), bool(m.groupdict().get("two"))
        if not (topic or told or both or plural):
            continue
        of_kind = {i for i, d in documents.items() if holds(d, [stem(m["noun"].removesuffix("s"))])}
        if stem(m["noun"].removesuffix("s")) in _ANY:
            of_kind = of_kind or set(documents)
        on_topic = {i for i in of_kind if holds(documents[i], topic)} if topic else of_kind
        if not on_topic:
            continue
        groups = [
            Slot(label, frozenset(i for i in on_topic if of_time(documents[i], span))) for label, span in told
        ]
        if told and not any(g.documents for g in groups):
            continue
        if not topic and not told and not both and len(on_topic) == len(documents):
            continue
        rest = f"{text[:start]} {text[at:]}"
        return Named(tuple(groups) or (Slot("", frozenset(on_topic)),), plural, " ".join(rest.split()))
    return None


_ANY = frozenset(map(stem, ("document", "publication", "issue", "map")))
"""Words for any document."""


def holds(document: Mapping[str, Any], wanted: list[str]) -> bool:
    """Do the names of a document (title, organisation, file) hold these stems?"""
    name = Path(document["path"]).stem.replace("_", " ").replace("-", " ")
    words = set(stems(f"{document['title'] or ''} {document['organisation'] or ''} {name}"))
    return all(w in words or (w == stem("issue") and stem("newsletter") in words) for w in wanted)


def of_time(document: Mapping[str, Any], span: tuple[str, str]) -> bool:
    """Does the document's time end within the span?"""
    end = document["period_end"] or document["published"] or ""
    return bool(end) and span[0] <= end <= span[1]


def slots(asked: Question, text: str, named: Named | None) -> list[Slot]:
    """What a question asks the same about: several documents or times; fewer than two: none."""
    if len(set(asked.numbers)) > 1 and asked.kind not in ("documents",):
        return []  # numbered issues are told by their numbers
    if named and len(named.groups) > 1:
        return list(named.groups)
    if named and named.plural and asked.kind != "documents":
        ids = sorted(named.groups[0].documents or ())
        if 2 <= len(ids) <= MANY:
            return [Slot("", frozenset({i}), required=asked.kind == "change") for i in ids]
    found = times(text)
    spans = list(dict.fromkeys(s for *_, s in found))
    if len(spans) < 2 or len(spans) > MANY:
        return []
    joined = all(
        re.fullmatch(
            r"\s*(?:,|and|or|than|to|but|with|against)?\s*(?:in|of|for|by|at|on|the|end|early|late|\s)*",
            text[a[2] : b[1]],
        )
        for a, b in pairwise(found)
    )
    a_range = _RANGE.search(text[: found[0][1]]) is not None
    if asked.kind == "change" or (joined and not a_range):
        return [Slot(label, None, s) for label, _, _, s in found]
    return []


def measured(asked: Question) -> Kind:
    """Of what kind each value of a comparison is."""
    if asked.kind != "change":
        return asked.kind
    low = asked.text.casefold()
    if re.search(r"\b(share|percentage|proportion|rate|per cent|percent)\b", low):
        return "share"
    if not asked.head and re.search(r"\b(money|funds?|funding|budget|amount|costs?|grants?)\b", low):
        return "amount"
    return "count"

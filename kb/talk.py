"""A conversation: follow-up questions made whole with what was asked before, visibly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.nearby import said
from kb.periods import DATE, period
from kb.question import Question, Term
from kb.select import NAMED

Answer = Mapping[str, Any]
"""A dict of `base.ask`."""

_NTH = {w: n for n, w in enumerate("first second third fourth fifth sixth seventh eighth".split(), 1)}
_SHOW = re.compile(
    rf"^(?:and |please |can you )*(?:(?:show|open|give|tell|quote|read)(?: me)?(?: more)?(?: about| of)?|what about|more (?:about|on))?\s*"
    rf"(?:the )?(?:(?P<word>{'|'.join(_NTH)}|last)|(?P<number>\d{{1,2}})(?:st|nd|rd|th))\s+(?:one|source|result|item|document|passage|citation)\W*$",
    re.I,
)
_AND = re.compile(r"^(?:and|but|or|also|ok(?:ay)?|so|then)\b[,\s]*|^(?:what|how) about\b\s*", re.I)
_WHOLE = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how|list|name|show|give|tell|is|are|was|were|do|does|did|has|have|had|can"
    r"|in (?:which|what)|by (?:whom|how)|for (?:whom|what)|since when)\b",
    re.I,
)
_OF_THEM = re.compile(r"\bof (?:them|these|those)\b", re.I)
_POINTING = re.compile(
    r"\b(?P<word>it|they|them|these|those|this|that|he|she|him|her)\b(?!\s+(?:is|was)\s+that)(?:\s+(?P<noun>project|programme|program|activity|event|"
    r"training|workshop|place|district|town|village|organisation|organization|donor|partner|ngo|grant|work)s?\b)?(?=\W|$)",
    re.I,
)
_THERE = re.compile(r"(?<=\w )there\b(?=\W*$)|\bthere\b(?=\W*$)", re.I)
_OPENING = re.compile(
    r"^(?:and\s+)?(?:(?:in|by|for|to|from|with|at)\s+)?(?:how (?:many|much|large|big|long)|who(?:m|se)?|what|which|when|where|why|list|name|show|tell me(?: about)?)\b"
    r"(?:\s+(?:is|are|was|were|do|does|did|has|have|had)\b)?(?:\s+there\b)?",
    re.I,
)
_VERB = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|been)\s+", re.I)
_LEAD = r"\b(?:in|at|from|to|near|of|by|for|on|during|since|before|after|until|within)\s+(?:the\s+)?"
_PEOPLE = frozenset({"they", "them", "he", "she", "him", "her"})
_NOUNS = {"place": "place", "district": "place", "town": "place", "village": "place", "organisation": "organisation",
          "organization": "organisation", "donor": "organisation", "partner": "organisation", "ngo": "organisation",
          "project": "project", "programme": "project", "program": "project"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Follow:
    """A follow-up question made whole."""

    text: str
    kept: tuple[str, ...] = ()
    """What was kept from before, as short labels such as "place: Sughd"."""
    shown: int = 0
    """Which source of the answer before it asks for, from 1; 0: none."""


def complete(
    text: str,
    before: Answer,
    understand: Callable[[str], Question],
    entities: Callable[[Sequence[str]], Sequence[Mapping[str, Any]]],
) -> list[Follow]:
    """Readings of a question that follows another one, likeliest first; one that is whole by itself is its only reading.

    `before`: the answer to the one before; `entities` gives the rows of ids.
    """
    text = " ".join(text.split())
    asked = str(before.get("asked") or before.get("question") or "")
    if m := _SHOW.match(text):
        count = len(before.get("citations") or before.get("near_misses") or ())
        word = (m["word"] or "").casefold()
        number = count if word == "last" else _NTH.get(word) or int(m["number"] or 0)
        return [Follow(asked, (f"about: {asked}",), number)]
    if not asked:
        return [Follow(text)]
    previous = understand(asked)
    kinds = _kinds(previous, entities)
    rest = _AND.sub("", text).strip()
    if rest != text and rest and not _WHOLE.match(rest):
        now = understand(rest)
        whole = _replaced(asked, previous, kinds, rest, now, _kinds(now, entities))
        return [Follow(whole, _kept(understand(whole), now, entities))]
    now = understand(rest)
    found: list[str] = []
    if _OF_THEM.search(rest):
        found = [_OF_THEM.sub(lambda _: f"of {_topic(previous)}", rest)]
    elif (m := _POINTING.search(rest)) and not any(
        t.entities and t.text in rest[: m.start()] for t in now.terms
    ):
        found = [f"{rest[: m.start()]}{name}{rest[m.end() :]}" for name in _meant(m, previous, kinds, before)]
    elif m := _THERE.search(rest):
        places = [t.text for t in previous.terms if kinds.get(t) == "place"]
        places += [n for k, n in before.get("names") or () if k == "place"][:1]
        found = [f"{rest[: m.start()]}in {name}{rest[m.end() :]}" for name in dict.fromkeys(places)]
    follows = [Follow(t, _kept(understand(t), now, entities)) for t in map(_tidy, dict.fromkeys(found))]
    return follows or [Follow(text)]


def _tidy(text: str) -> str:
    return " ".join(text.split()).replace(" ?", "?")


def _kinds(
    asked: Question, entities: Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]
) -> dict[Term, str]:
    """The kind of what each name of a question names."""
    ids = list({i for t in asked.terms for i in t.entities})
    by_id = {e["id"]: e["kind"] for e in entities(ids)} if ids else {}
    found = {t: by_id[i] for t in asked.terms for i in t.entities[:1] if i in by_id}
    return found | {t: "place" for t in asked.terms if t.where and t not in found}


def _replaced(
    asked: str,
    previous: Question,
    kinds: Mapping[Term, str],
    rest: str,
    now: Question,
    mine: Mapping[Term, str],
) -> str:
    """The question before with the piece of a fragment in the place of its like: a time, a name, or what is counted."""
    end = "?" if asked.rstrip().endswith("?") else ""
    whole, piece = asked.rstrip(" ?"), rest.rstrip(" ?.!")
    at = -1
    if now.period or period(piece):
        whole = re.sub(
            rf"(?:{_LEAD})?(?:{DATE.pattern})(?:\s*(?:and|to|–|-)\s*(?:{_unnamed(DATE.pattern)}))?",
            " ",
            whole,
            flags=re.I,
        )
    fresh = set(mine.values())
    for term in previous.terms:
        if kinds.get(term) in fresh:
            spot = re.search(
                rf"(?:{_LEAD})?{re.escape(term.text)}(?:\s+(?:district|region|province|oblast|city|town|village))?",
                whole,
            )
            if spot:
                at = spot.start()
                whole = f"{whole[: spot.start()]} \0 {whole[spot.end() :]}"
    if not fresh and not now.period and previous.kind == "describe":
        return _tidy(f"{whole} {piece if re.match(_LEAD, piece, re.I) else f'about {piece}'}{end}")
    if not fresh and not now.period and previous.head and previous.head in whole:
        return _tidy(whole.replace(previous.head, re.sub(rf"^{_LEAD}", "", piece, flags=re.I), 1) + end)
    if at >= 0 and not re.match(_LEAD, piece, re.I):
        lead = re.search(
            rf"{_LEAD}(?=\S*$)",
            asked[: asked.find(next(t.text for t in previous.terms if kinds.get(t) in fresh))],
            re.I,
        )
        piece = f"{lead[0] if lead else ''}{piece}"
    whole = whole.replace("\0", piece, 1).replace("\0", "") if "\0" in whole else f"{whole} {piece}"
    return _tidy(whole + end)


def _unnamed(pattern: str) -> str:
    """A pattern whose groups have no names, so that it can stand twice."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _topic(asked: Question) -> str:
    """What a question is about, in its own words: without what it asks with, led by an article unless it is a name."""
    text = _VERB.sub("", _OPENING.sub("", asked.text.rstrip(" ?."), count=1)).strip()
    for term in asked.terms:
        # "Which NGO distributed the grants": the grants are its topic.
        if term.verb and term.text in text:
            text = text[text.index(term.text) + len(term.text) :].strip()
    text = re.sub(
        r"^(?:(?:the|a|an|of|for|by|in|on|to|part (?:in|at))\s+)+", "", text, flags=re.I
    ) or asked.text.rstrip(" ?.")
    return text if text[0].isupper() else f"the {text}"


def _meant(m: re.Match[str], previous: Question, kinds: Mapping[Term, str], before: Answer) -> list[str]:
    """What a pointing word may mean: a thing of the kind named, else the topic, else a project that the answer tells of."""
    named = [(kinds.get(t, ""), t.text) for t in previous.terms if t.entities]
    told = [(str(k), str(n)) for k, n in before.get("names") or ()]
    kind = _NOUNS.get((m["noun"] or "").casefold(), "")
    if not kind and previous.kind in NAMED and m["word"].casefold() in _PEOPLE:
        # They who are asked for are they who were answered.
        lead = str(before["answer"]).partition("“")[0]
        return [n for k, n in told if k in ("donor", "organisation", "person") and n in lead][:1]
    if kind:
        return [n for k, n in [*named, *told] if k == kind][:3] or [_topic(previous)]
    projects = [n for k, n in named if k == "project"]
    return [*projects, _topic(previous), *(n for k, n in told if k == "project")][:3]


def _kept(
    whole: Question, now: Question, entities: Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]
) -> tuple[str, ...]:
    """Labels of what stands in the whole question and not in the words of the follow-up."""
    kinds = _kinds(whole, entities)
    mine = {t.text.casefold() for t in now.terms}
    labels: list[str] = []
    about: list[str] = []
    for term in whole.terms:
        if term.text.casefold() in mine:
            continue
        if term in kinds:
            labels.append(f"{kinds[term]}: {term.text}")
        else:
            about.append(term.text)
    if about:
        labels.insert(0, f"about: {' '.join(about)}")
    if whole.period and whole.period != now.period:
        labels.append(f"time: {said(whole.period)}")
    return tuple(dict.fromkeys(labels))


def filter_labels(filters: Mapping[str, Any]) -> list[str]:
    """Filters as labels."""
    return [f"only {name}: {value}" for name, value in filters.items() if value]


class Conversation:
    """Questions one after the other, each of which may lean on the one before. `ask` is that of a knowledge base."""

    def __init__(self, ask: Callable[..., dict[str, Any]]) -> None:
        self._ask = ask
        self._before: dict[str, Any] | None = None
        self._filters: dict[str, Any] = {}
        self._context: list[str] = []

    def ask(self, question: str, **filters: Any) -> dict[str, Any]:
        """The answer, as of `base.ask`; filters hold for what is asked after it as well, until cleared."""
        self._filters |= filters
        answer = self._ask(question, context=self._before, **self._filters)
        if not answer.get("shown"):  # one source of an answer is no new question
            self._before = answer
        self._context = list(answer["context"])
        return answer

    def clear(self) -> None:
        """Forgets what was asked, and the filters."""
        self._before, self._filters, self._context = None, {}, []

    @property
    def context(self) -> list[str]:
        """What was kept for the latest answer, as short labels."""
        return list(self._context)

"""Answers from threads: what recurs, what is held every year, since when something is done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kb.ledger import GENERIC, with_places_within
from kb.periods import long_date
from kb.question import Question, Term
from kb.search import Scope
from kb.text import fold
from kb.threads import find
from kb.words import stem

Row = dict[str, Any]

MANY = 12
"""Threads that an answer may list."""
USUAL = 0.3
"""Share of a thread's members that must be of a type that a question names."""
_RECURS = re.compile(
    r"\brecur(?:s|ring|rent(?:ly)?)?\b|\b(?:repeated(?:ly)?|regular(?:ly)?|again and again|periodic(?:ally)?)\b"
    r"|\b(?P<every>(?:every|each) (?:month|quarter|half[ -]?year|two years|year)|monthly|quarterly|half-yearly|yearly|annual(?:ly)?)\b",
    re.I,
)
_SINCE = re.compile(r"^\W*since (?:when|which year|what year)\b|^\W*(?:for )?how long (?:has|have)\b", re.I)
_INTERVALS = {"month": "monthly", "quarter": "quarterly", "half": "half-yearly", "two": "every two years"}
_EVERY = frozenset(
    stem(w)
    for w in """recur recurs recurring recurrent recurrently repeated repeatedly regular regularly again periodic periodically
    every each month monthly quarter quarterly half year yearly annual annually two long hold held conduct organise take
    place usual event""".split()
)
"""Stems of words of such questions that no thread need hold."""


def answering(store: Any, asked: Question, scope: Scope) -> list[Row]:
    """Rows that answer a question about what recurs: dicts of document, section, start, end, fact; else nothing.

    Of English questions. Each word that says more than that something recurs must be held by a thread.
    """
    since, recurs = _SINCE.search(asked.text), _RECURS.search(asked.text)
    if asked.language != "en" or not (since or recurs and asked.kind in ("describe", "project", "date")):
        return []
    wanted = [t for t in asked.terms if t.entities or t.alternatives[0][0] not in GENERIC | _EVERY]
    if since and all(t.entities for t in wanted):
        return []  # "since when does the mission work in Khorog" asks of no activity
    threads = [t for t in find(store, scope) if all(_holds(store, t, term) for term in wanted)]
    if since:
        return [_since(t) for t in threads[:1]]
    every = _every(recurs["every"] or "") if recurs else ""
    return [_told(t) for t in threads if not every or t["interval"] == every][:MANY]


def _every(words: str) -> str:
    """The interval that a question names; empty for none."""
    return (
        next((name for part, name in _INTERVALS.items() if part in words.casefold()), "yearly")
        if words
        else ""
    )


def _holds(store: Any, thread: Mapping[str, Any], term: Term) -> bool:
    """Does a thread hold a term of the question, as a word or as a name of its members?"""
    types = Counter(m["type"] for m in thread["members"])
    usual = [t for t, n in types.items() if n >= USUAL * len(thread["members"])]
    words = {*thread["words"], *(stem(w) for t in usual for w in t.split())}
    if any(all(s in words for s in alternative) for alternative in term.alternatives):
        return True
    if not term.entities:
        return False
    named = {fold(e["name"]) for e in store.entities(ids=with_places_within(store, term.entities))}
    fields = ("projects", "donors", "partners", "places")
    return any(fold(n) in named for m in thread["members"] for f in fields for n in m[f])


def _since(thread: Mapping[str, Any]) -> Row:
    first = thread["members"][0]
    return {
        **_place(first),
        "fact": f"Since {long_date(first['when'], '')}, as far as the documents tell ({thread['name']})",
    }


def _told(thread: Mapping[str, Any]) -> Row:
    """A thread in words, with the latest time that it is told of."""
    latest = [m for m in thread["members"] if m["occasion"]][-1]
    often = f"{thread['interval']}, " if thread["interval"] not in ("", "irregular") else ""
    span = f"{long_date(thread['first'], '')} – {long_date(thread['last'], '')}"
    return {
        **_place(latest),
        "fact": f"{thread['name'][:1].upper()}{thread['name'][1:]} ({often}{thread['occasions']} times, {span})",
    }


def _place(member: Mapping[str, Any]) -> Row:
    return {k: member[k] for k in ("document", "section", "start", "end")}

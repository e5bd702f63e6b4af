"""Whether a sentence holds a thing of the kind asked for (a number, a date, a name …), and the fact in short."""

from __future__ import annotations

import re

from kb.fit_names import name_fit
from kb.fit_numbers import number_fit
from kb.periods import long_date
from kb.question import Question
from kb.views import Row, View, word_distance

_REASON = re.compile(
    r"\b(because|due to|since|so that|in order to|as a result|therefore|owing|reason|to (?:help|prevent))\b",
    re.I,
)


def fit_of(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """0..1, and the facts of the kind asked for."""
    kind = question.kind
    if kind in ("count", "amount", "share", "change"):
        return number_fit(question, view, i)
    if kind == "date":
        return _date_fit(question, view, i)
    if kind in ("who", "organisation", "person", "place", "project"):
        return name_fit(question, view, i)
    if kind == "reason":
        return (1.0 if _REASON.search(view.sentence(i)) else 0.6), ()
    return 1.0, ()


def _date_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """0..1, and the dates told in the sentence or, counting less, beside it."""
    for j, weight in ((i, 1.0), (i - 1, 0.55), (i + 1, 0.45)):
        if not 0 <= j < len(view.spans):
            continue
        told = [m for m in view.mentions[j] if m["kind"] == "date" and m["date_start"]]
        told = [
            m for m in told if not (question.period and (m["date_start"], m["date_end"]) == question.period)
        ] or told
        if told:
            exact = max(told, key=lambda m: (_exactness(question, m), -word_distance(question, view, j, m)))
            weight *= 1.0 if len(exact["date_start"]) == 10 or "year" in question.head.casefold() else 0.9
            facts = [
                long_date(m["date_start"], m["date_end"]) for m in ([exact] if not question.plural else told)
            ]
            return weight, tuple(dict.fromkeys(facts))
    if question.plural and re.search(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b", view.sentence(i)):
        return 0.9, ()
    return 0.0, ()


def _exactness(question: Question, date: Row) -> int:
    """How far a date is of the sort asked for: a day, or, where a year or a period is asked for, that."""
    head = question.head.casefold()
    if "year" in head:
        return 0
    if "period" in head:
        return int(date["date_start"] != date["date_end"])
    return len(date["date_start"])

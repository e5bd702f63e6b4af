"""Which of the judged sentences make the answer, and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.question import Question
from kb.select import NAMED, Unit
from kb.text import fold
from kb.words import stem

QUOTE = 420
"""Characters that one quote may have."""
ROOM = 520
"""Characters that all quotes of an answer may have together, lists apart."""
RIGHT = 0.95
"""Fit from which a name is surely of the role asked for."""
ENOUGH = 0.6
"""Confidence from which an answer is given."""
AGREEING = 2
"""Other documents that are cited where they say the same."""
SUPERLATIVE = frozenset(
    map(stem, "biggest largest highest greatest smallest lowest fewest longest oldest newest".split())
)
"""Who or what is meant so is told by no sentence that does not say so too."""
COUNTED = frozenset({"count", "amount", "change"})
TYPED = COUNTED | frozenset({"share", "date", "who", "organisation", "person", "place", "project"})
TELLING = frozenset({"count", "amount", "share", "date", "who", "person"})
"""Kinds whose answer is one fact, which other documents may tell as well."""


def sure(asked: Question, unit: Unit) -> float:
    """0..1: how likely the sentence answers the question."""
    fatal = [
        t
        for t in unit.missing
        if t.name or (t.head and asked.kind in COUNTED) or t.alternatives[0][0] in SUPERLATIVE
    ]
    if fatal:
        return 0.2 * unit.coverage
    if asked.kind == "yesno" and unit.missing:
        return 0.4 * unit.coverage  # "Was there a roundtable in Kulob?" is not answered by other work there
    if asked.kind in TYPED and unit.fit < 0.35:
        return 0.4 * unit.coverage
    if asked.role and asked.kind in NAMED and unit.fit < 0.7 and unit.verb < 0.8:
        return 0.4 * unit.coverage  # a body that stands there for something else
    value = 0.62 * unit.coverage + 0.18 * unit.own + 0.2 * unit.fit
    # "Who coordinates …" is not answered by a sentence in which nobody coordinates, however well the rest fits.
    value = max(0.0, min(1.0, (value - 0.3) / 0.5)) * (0.6 + 0.4 * unit.verb)
    # What is told of another time, or of none, is no answer for the time asked about.
    return value * (0.9 + 0.1 * unit.when if unit.when else 0.45)


def choose(asked: Question, units: Sequence[Unit]) -> list[Unit]:
    """The best sentence, and those that say as much or add to it, within the room of an answer."""
    best = units[0]
    room = ROOM * (3 if asked.plural else 1)
    share = 0.86 if asked.plural or asked.kind in ("describe", "reason") else 0.93
    chosen: list[Unit] = []
    used = 0
    counted = asked.kind in COUNTED and not asked.plural
    for unit in units[: 3 if counted else 12]:
        if counted and chosen and (unit.fit < best.fit or unit.score < 0.97 * best.score):
            continue
        length = min(unit.span[1] - unit.span[0], QUOTE)
        # Where the best is of the country asked about, one of another country adds nothing.
        abroad = {t for t in unit.missing if t.where} - set(best.missing)
        again = bool(abroad) or any(unit.view.sentence(unit.i) == u.view.sentence(u.i) for u in chosen)
        weak = unit.score < share * best.score or (asked.kind in TYPED and unit.fit < 0.8 * best.fit)
        if again or weak or chosen and (used + length > room or len(chosen) >= (8 if asked.plural else 3)):
            continue
        chosen.append(unit)
        used += length
    return chosen


def answers_first(asked: Question, units: list[Unit]) -> list[Unit]:
    """The sentences, those first that hold what is asked for where the best is a heading or a body of another role."""
    if (
        asked.kind not in TYPED
        or sure(asked, units[0]) >= ENOUGH
        and (not asked.role or units[0].fit >= RIGHT)
    ):
        return units
    bound = 0.9 * units[0].score
    if asked.role and asked.kind in NAMED:
        fitting = [u for u in units if u.fit >= RIGHT and u.score >= bound]
    elif units[0].i in units[0].view.labels:
        fitting = [u for u in units if u.score >= bound]
    else:
        return units
    first = next((u for u in fitting if sure(asked, u) >= ENOUGH), None)
    return (
        units if first is None else [first, *(u for u in units if u is not first and u.score <= first.score)]
    )


def agreeing(asked: Question, units: Sequence[Unit], chosen: Sequence[Unit]) -> list[Unit]:
    """Of other documents, the best sentence that tells the same fact as the best of all."""
    if asked.kind not in TELLING or not chosen[0].facts or asked.plural:
        return []
    seen = {u.view.document for u in chosen}
    found = []
    for unit in units:
        same = bool(unit.facts) and _bare(unit.facts[0]) == _bare(chosen[0].facts[0])
        if same and unit.view.document not in seen and sure(asked, unit) >= ENOUGH:
            seen.add(unit.view.document)
            found.append(unit)
    return found[:AGREEING]


def _bare(fact: str) -> str:
    """A fact's number alone, or the fact where it holds a date or a name."""
    number = re.match(r"\D{0,20}?(\d[\d.,]*)(?: per cent|%)?(?!\s*(?:–|[A-Z]))", fact)
    return number[1] if number else fold(fact)


def apart(units: Sequence[Unit]) -> list[Unit]:
    """The best sentence of each section."""
    seen: dict[str, Unit] = {}
    for unit in units:
        seen.setdefault(unit.view.id, unit)
    return list(seen.values())

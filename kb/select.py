"""Which sentences answer a question: how fully each covers it, and whether it holds a thing of the kind asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.agents import POSSESS, owners
from kb.fit_numbers import is_anyone
from kb.fits import fit_of
from kb.periods import meets
from kb.question import Question, Term
from kb.views import PRESENT, View, held
from kb.words import stem

FIGURES = frozenset({"count", "amount", "share"})
BORROWED = 0.2
"""How far a place is held by a body's name that contains it, and by another item of a list."""
LABEL = 0.5
"""What a heading or a row of column names is worth as an answer."""
IN_HEADING = 0.8
IN_SECTION = 0.45
IN_TITLE = 0.6
"""How much a word counts that stands in the heading, elsewhere in the section, in the document's title."""

MONEY = frozenset(map(stem, ("amount", "money", "sum")))
"""Words that ask for money and need not stand beside it."""
TOTAL, WHOLE = frozenset(map(stem, ("total", "overall"))), 0.7
"""Words that ask for the whole sum, which a text often tells without them, and how far it then holds them."""
NAMED = frozenset({"who", "organisation", "person"})


@dataclass(slots=True)
class Unit:
    """A sentence as a candidate answer."""

    view: View
    i: int
    coverage: float
    """0..1: share of the question's weight that the sentence and its surroundings hold."""
    own: float
    """The same of the sentence alone."""
    fit: float
    """0..1: does it hold a thing of the kind asked for?"""
    missing: tuple[Term, ...]
    """Words of the question that the evidence does not hold."""
    facts: tuple[str, ...] = ()
    """What it says in short, such as "178 outreach workers"."""
    verb: float = 1.0
    """0..1: how far the sentence or what stands near holds what the one asked for does; 1 where that is not known."""
    when: float = 1.0
    """0..1: how well the time asked about is met; 1 where none is asked."""
    similarity: float = 0.0
    """Cosine of question and passage; 0 without vectors."""
    score: float = 0.0

    @property
    def span(self) -> tuple[int, int]:
        return self.view.spans[self.i]


def judge(
    question: Question, weights: Sequence[float], view: View, similarity: Callable[[int], float]
) -> list[Unit]:
    """The sentences of a section as candidate answers to a question; `similarity` is that of the one that starts at an offset."""
    sentences = range(len(view.spans))
    levels = [[held(t, view.words[i], view.mentions[i]) for i in sentences] for t in question.terms]
    return [
        _judge(question, weights, view, i, similarity(start), levels)
        for i, (start, _) in enumerate(view.spans)
    ]


def _judge(
    question: Question,
    weights: Sequence[float],
    view: View,
    i: int,
    similarity: float,
    levels: Sequence[Sequence[float]],
) -> Unit:
    """A sentence as a candidate answer; `levels`: how far each sentence of the section holds each term."""
    fit, facts = fit_of(question, view, i)
    total = covered = own = 0.0
    verb = 1.0
    payer = question.kind == "amount"
    missing: list[Term] = []
    for term, weight, by_sentence in zip(question.terms, weights, levels, strict=True):
        level = alone = by_sentence[i]
        if is_anyone(term) and fit >= 0.85 and question.kind in ("count", "change"):
            level = alone = 1.0  # "4,900 deaths" counts people
        if fit == 1 and question.kind == "amount" and term.alternatives[0][0] in MONEY:
            level = alone = 1.0  # "USD 8.6 million" is an amount of money
        if fit == 1 and question.kind == "amount" and term.alternatives[0][0] in TOTAL:
            level = alone = max(level, WHOLE)
        if term.where and level and _borrowed(term, view, i):
            level = alone = BORROWED
        elif level < 1:
            outside = max(
                (
                    by_sentence[j] * (w / 2 if term.name and j > i else w)
                    for j, w in view.around(i)
                    if not (term.where and _item(view, i) and _item(view, j))
                ),
                default=0.0,
            )
            outside = max(
                outside,
                held(term, view.heading_words) * IN_HEADING,
                held(term, view.every) * (BORROWED if term.where and _item(view, i) else IN_SECTION),
            )
            titled = (1.0 if view.home in term.entities else held(term, view.title_words)) * IN_TITLE
            if term.name and (
                _rival(question, term, view, i) or payer and _other_body(question, term, view, i)
            ):
                outside *= 0.5
                titled *= 1.0 if term.where else 0.5  # what the whole document is about stays so
            outside = max(outside, titled)
            level = max(level, outside)
        if (
            term.verb
            and level < IN_HEADING
            and term.alternatives[0][0] in POSSESS
            and owners(view.sentence(i))
        ):
            level = alone = IN_HEADING
        if term.verb:
            verb = level
        total += weight
        covered += weight * level
        own += weight * alone
        if level < PRESENT:
            missing.append(term)
    if i in view.labels:
        fit, facts = fit * LABEL, ()
    unit = Unit(
        view,
        i,
        covered / total if total else 0.0,
        own / total if total else 0.0,
        fit,
        tuple(missing),
        facts,
        verb,
        _when(question, view, i),
        similarity,
    )
    unit.score = 0.45 * unit.coverage + 0.25 * unit.own + 0.2 * fit + 0.1 * max(similarity, 0.0)
    unit.score *= 0.6 + 0.4 * unit.when
    if question.kind in NAMED:
        # Who acts is told where the verb stands, though all else may stand around it.
        unit.score *= (0.7 + 0.3 * fit) * (0.7 + 0.3 * verb)
    return unit


_UNIT = re.compile(
    r"(?:municipality|city|town|district|province|region|county|commune|governorate|zone) of ", re.I
)
"""Begins the name of a place that may be taken for a body."""
_IN = re.compile(r"\b(?:in|at|near)\s+(?:the\s+)?(?P<place>[A-ZÀ-Þ][\w’'-]+)")
ITEM = re.compile(r"(?:[•▪●◦*–-]|o(?= [A-Z]))\s")
"""How an item of a list begins."""


def _borrowed(term: Term, view: View, i: int) -> bool:
    """Does the place stand there only as part of a body's name ("Crimea SOS")?"""
    start, mentions = view.spans[i][0], view.mentions[i]
    at = [start + m.start() for m in re.finditer(re.escape(term.text), view.sentence(i))]
    at += [m["start"] for m in mentions if m["kind"] == "place" and m.get("entity") in term.entities]
    names = [m for m in mentions if m["kind"] == "organisation" and m["end"] - m["start"] > len(term.text)]
    names = [m for m in names if not _UNIT.match(view.text[m["start"] : m["end"]])]
    return bool(at) and all(any(m["start"] <= a < m["end"] for m in names) for a in at)


def _item(view: View, i: int) -> bool:
    """Is the sentence an item of a list? What one of them tells of a place is not told of the others."""
    return ITEM.match(view.sentence(i)) is not None


def _rival(question: Question, term: Term, view: View, i: int) -> bool:
    """Does the sentence name another thing of the kind that the term names (another country, another organisation)?"""
    if not term.entities and re.search(
        rf"[A-Z][\w-]+ {re.escape(term.text)}|{re.escape(term.text)} [A-Z]", question.text
    ):
        return False  # a word of a longer name ("the Emergency Operations Centre") is no country
    kinds = {
        (m["kind"], m.get("level")) for ms in view.mentions for m in ms if m.get("entity") in term.entities
    } or {("place", "country")}
    if any((m["kind"], m.get("level")) in kinds and m["kind"] == "place" for m in view.mentions[i]):
        return True
    return term.where and question.kind in FIGURES and _elsewhere(question, term, view, i)


def _elsewhere(question: Question, term: Term, view: View, i: int) -> bool:
    """Does the sentence say where, and name a place that lies not within the one asked about?"""
    within = {
        m["start"]
        for m in view.mentions[i]
        if any(str(m.get("entity") or "").startswith(e) for e in term.entities) or m["kind"] == "date"
    }
    start, sentence = view.spans[i][0], view.sentence(i)
    return any(
        start + m.start("place") not in within and m["place"] not in question.text
        for m in _IN.finditer(sentence)
    )


def _other_body(question: Question, term: Term, view: View, i: int) -> bool:
    """Does the sentence name another body than those asked about, where the term may be a body's name?"""
    if term.where or any(not e.startswith("org:") for e in term.entities):
        return False
    asked = {e for t in question.terms for e in t.entities}
    return any(m["kind"] == "organisation" and m["entity"] not in asked for m in view.mentions[i])


def _when(question: Question, view: View, i: int) -> float:
    """How well the time asked about is met: 1 in the sentence or where none is asked, less near it or by the document's period."""
    if question.period is None:
        return 1.0
    day = question.period[1] if question.period[0] == question.period[1] else ""
    exact = len(day) == 10 and question.kind in FIGURES
    best = 0.0
    for j, weight in ((i, 1.0), *view.around(i)):
        for m in view.mentions[j]:
            if m["kind"] == "date" and meets(question.period, (m["date_start"], m["date_end"])):
                later = exact and j != i and (m["date_end"] or m["date_start"]) > day
                best = best if later else max(best, weight)
    years = (question.period[0][5:], question.period[1][5:]) == ("01-01", "12-31")
    year = question.period[0][:4]
    if best < 0.8 and years and (year in view.heading_words or year in view.title_words):
        best = max(best, 0.7)
    if best < 0.7 and exact and view.period[1] > day:
        return best  # the figures of a document are those of the end of its time, not of a day before
    if best < 0.7 and view.period[0] and meets(question.period, view.period):
        # A document tells above all of the end of its time.
        best = max(best, 0.7 if view.period[1] <= question.period[1] else 0.6)
    if best < 0.5 and years and {question.period[0][:4], question.period[1][:4]} & view.every:
        best = 0.5
    return best

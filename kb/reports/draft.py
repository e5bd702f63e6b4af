"""Draft checker: each claim of a draft comes back as supported, contradicted, outdated or not found, with the source.

A claim's subject (its words and names) is sought first; only what sentences tell of that subject is compared with the claim's
numbers, dates, payers and posts. Supported needs all of them; contradicted needs a sentence of the same subject with another one in
their place; outdated needs a later one besides that which supports the claim. All else is not found: silence is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from kb.records import Mention
from kb.reports.claims import Claim
from kb.reports.facts import Facts
from kb.reports.model import Cell, Chapter, Note, Remark, Report, Table
from kb.reports.tellings import Telling, below, newer, overtaken, same_thing, tellings, units
from kb.select import Unit
from kb.text import fold
from kb.words import stems

Verdict = Literal["supported", "contradicted", "outdated", "not found"]

COVERS = 0.7
"""Share of a claim's subject that a sentence with its surroundings must hold to support it."""
SPEAKS = 0.62
"""The same for a sentence that tells another number, date or name."""
OWN = 0.3
"""Share that the sentence must hold by itself."""
POST = re.compile(r"\b(?:is|was|became|as|the|now|of|in|at|for|to|and|this|our|its)\b.*$|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the documents say to a claim."""

    claim: str
    verdict: Verdict
    why: str
    """In a few words, such as "told: 70 Tajik guards"; empty where nothing is to add."""
    notes: tuple[Note, ...]
    """The words for it or against it; of an outdated claim, first what said so, then what says anew."""


def check(facts: Facts, index: Any, embedder: Any, claims: Sequence[Claim]) -> list[Judgement]:
    """A judgement for each claim, in order."""
    out = []
    for claim in claims:
        known = replace(claim, names=(*claim.names, *_people(facts, claim)))
        out.append(_judge(facts, known, units(facts, index, embedder, known)))
    return out


def _people(facts: Facts, claim: Claim) -> list[Mention]:
    """Persons of the documents whom a claim names without their post."""
    named = {m.entity for m in claim.names}
    return [
        Mention("person", at, at + len(name), name, entity=e["id"])
        for e in facts.entities.values()
        if e["kind"] == "person" and e["id"] not in named
        for name in (e["name"],)
        if (at := claim.text.find(name)) >= 0
    ]


def _judge(facts: Facts, claim: Claim, found: list[Unit]) -> Judgement:
    posted = _post(facts, claim)
    if posted is not None:
        return posted
    # What a row of a table is about stands in its title and in the names of its columns.
    near = [u for u in found if u.own >= OWN or "|" in u.view.sentence(u.i)]
    speaking = [u for u in near if u.coverage >= SPEAKS and not _lacking(facts, claim, u)]
    covering = [u for u in speaking if u.coverage >= COVERS]
    numbers = [(m, tellings(facts, m.figure, speaking)) for m in claim.figures if m.figure]
    supporting = [u for u in covering if _holds_all(facts, claim, u)]
    tied = next(((u, rival) for u in covering if (rival := _apart(claim, u))), None)
    if tied is not None and (not supporting or tied[0].coverage >= supporting[0].coverage):
        notes = facts.notes(tied[0].view.id, *tied[0].span, mark="contradicted")
        return Judgement(claim.text, "contradicted", f"told: {facts.name(tied[1])}", notes)
    if supporting:
        return _supported(facts, claim, supporting, numbers)
    return _against(facts, claim, near, numbers)


# -- for it


def _holds_all(facts: Facts, claim: Claim, unit: Unit) -> bool:
    """Does a sentence, with its neighbours, hold every number, date, payer and person of the claim?"""
    figures = [row for j in _beside(unit) for row in unit.view.figures[j]]
    text = " ".join(unit.view.sentence(j) for j in _beside(unit))
    return (
        all(_told(m, figures, text, claim) for m in claim.figures)
        and all(_stands(n, text) for n in _loose(claim))
        and all(_at(facts, m, unit) for m in claim.dates)
        and all(_named(m, unit, _beside(unit)) for m in claim.names if m.kind == "person")
        and (not _payers(claim) or _pays(claim, unit))
        and not _apart(claim, unit)
    )


def _told(claimed: Mention, figures: Sequence[Any], text: str, claim: Claim) -> bool:
    figure = claimed.figure
    assert figure is not None
    value, unit = figure.value, figure.unit
    if any(row["value"] == value and row["unit"] == unit for row in figures):
        # "70 Tajik and 90 Afghan guards" does not tell of 70 Afghan ones.
        best = max(same_thing(figure, row) for row in figures)
        return any(row["value"] == value and same_thing(figure, row) >= best for row in figures)
    digits = re.search(r"\d[\d.,]*", claim.text[claimed.start : claimed.end])
    return digits is not None and not unit and _stands(digits[0], text)


def _stands(number: str, text: str) -> bool:
    """Does a number stand in a text by itself?"""
    return bool(re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)", text))


def _loose(claim: Claim) -> list[str]:
    """Numbers of a claim that the extractors made nothing of."""
    taken = [(m.start, m.end) for m in (*claim.figures, *claim.dates, *claim.names)]
    return [
        m[0]
        for m in re.finditer(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])", claim.text)
        if not any(a <= m.start() < b for a, b in taken)
    ]


def _supported(
    facts: Facts, claim: Claim, supporting: list[Unit], numbers: Sequence[tuple[Mention, list[Telling]]]
) -> Judgement:
    """Supported, or outdated where the claim names no time and a later sentence tells another number."""
    best = supporting[0]
    notes = facts.notes(best.view.id, *best.span)
    if not claim.dates or all(re.search(r"\bsince\b", claim.text[: m.start][-8:]) for m in claim.dates):
        for m, told in numbers:
            again = _anew(facts, m, told, supporting, claim)
            if again is not None:
                later, why = again
                return Judgement(claim.text, "outdated", why, notes + later)
    return Judgement(claim.text, "supported", "", notes)


def _anew(
    facts: Facts, claimed: Mention, told: list[Telling], supporting: list[Unit], claim: Claim
) -> tuple[tuple[Note, ...], str] | None:
    """The words that tell a claimed number anew, and the new number in words."""
    value = claimed.figure.value  # type: ignore[union-attr]
    same = [t for t in told if t.figure["value"] == value]
    if same:
        nearest = max(same, key=lambda t: t.alike * t.unit.coverage)
        last = max((t for t in same if _as_close(nearest, t)), key=lambda t: t.time)
        later = [t for t in told if t.figure["value"] != value and newer(facts, last, t) and _like(last, t)]
        if later:
            closest = max(later, key=lambda t: t.alike * t.unit.coverage)
            newest = max((t for t in later if _as_close(closest, t)), key=lambda t: t.time)
            return facts.told(newest.figure, "updated"), f"later told: {_words(newest)}"
    digits = claim.text[claimed.start : claimed.end]
    number = re.search(r"\d[\d.,]*\d|\d", digits)
    for unit in supporting:
        span = overtaken(unit) or (below(unit, number[0]) if number else None)
        if span is not None:
            return facts.notes(unit.view.id, *span, mark="updated"), "told anew after it"
    return None


def _like(old: Telling, other: Telling) -> bool:
    """Does a sentence speak of the claim's subject as closely as the one that supports it, and not of a plan?"""
    planned = [t.figure["status"] in ("planned", "targeted") for t in (old, other)]
    return other.unit.coverage >= 0.8 * old.unit.coverage and planned[0] == planned[1]


def _as_close(best: Telling, other: Telling) -> bool:
    """Does a telling speak of the claim's subject nearly as closely as the best one?"""
    return other.alike * other.unit.coverage >= 0.9 * best.alike * best.unit.coverage


# -- against it


def _against(
    facts: Facts, claim: Claim, near: list[Unit], numbers: Sequence[tuple[Mention, list[Telling]]]
) -> Judgement:
    """Contradicted, where a sentence of the claim's subject tells another number, date or payer; else not found."""
    speaking = [u for u in near if u.coverage >= SPEAKS and not _lacking(facts, claim, u)]
    for m, told in numbers:
        value = m.figure.value  # type: ignore[union-attr]
        best = max(told, key=lambda t: (t.alike * t.unit.coverage, t.unit.own), default=None)
        if best is not None and not any(t.figure["value"] == value and _as_close(best, t) for t in told):
            return Judgement(
                claim.text, "contradicted", f"told: {_words(best)}", facts.told(best.figure, "contradicted")
            )
    for unit in speaking:
        if not _figures_fit(claim, unit):
            continue
        for m in claim.dates:
            other = _other_date(facts, m, unit)
            if other is not None:
                notes = facts.notes(unit.view.id, *unit.view.spans[other], mark="contradicted")
                return Judgement(claim.text, "contradicted", "told: another date", notes)
        if _payers(claim) and not any(_named(m, unit, range(len(unit.view.spans))) for m in _payers(claim)):
            for j in _paid(unit):
                if any(x["role"] == "donor" for x in unit.view.mentions[j]):
                    notes = facts.notes(unit.view.id, *unit.view.spans[j], mark="contradicted")
                    return Judgement(claim.text, "contradicted", "told: another donor", notes)
    return Judgement(claim.text, "not found", "", ())


def _figures_fit(claim: Claim, unit: Unit) -> bool:
    figures = [row for j in _beside(unit) for row in unit.view.figures[j]]
    text = " ".join(unit.view.sentence(j) for j in _beside(unit))
    return all(_told(m, figures, text, claim) for m in claim.figures)


def _other_date(facts: Facts, claimed: Mention, unit: Unit) -> int | None:
    """Of a sentence and its neighbours, the one that tells a date as exact as the claimed one, where none tells that."""
    if _at(facts, claimed, unit, exactly=True):
        return None
    exact = len(claimed.date.start)  # type: ignore[union-attr]
    for j in _beside(unit):
        if any(m["kind"] == "date" and len(m["date_start"]) >= max(7, exact) for m in unit.view.mentions[j]):
            return j
    return None


# -- what both need


def _beside(unit: Unit) -> list[int]:
    """A sentence, the one before it and the one after it."""
    return [j for j in (unit.i, unit.i - 1, unit.i + 1) if 0 <= j < len(unit.view.spans)]


def _apart(claim: Claim, unit: Unit) -> str:
    """Whom a sentence ties to a name that the claim ties to another of its kind; empty where it ties none.

    "Anis works in Kulob and Umed in Rasht" ties Umed to Rasht, since it stands nearer before it.
    """
    actor = next((m for m in claim.names if m.kind == "person" or {m.role} & {"partner", "ngo"}), None)
    if actor is None or claim.figures:
        return ""
    claimed = {m.entity for m in claim.names}
    here = unit.view.mentions[unit.i]
    alike = [
        m
        for m in here
        if m["kind"] == actor.kind and (actor.kind == "person" or m["role"] in ("partner", "ngo"))
    ]
    own = [m for m in alike if m["entity"] == actor.entity]
    rivals = [m for m in alike if m["entity"] not in claimed]
    others = claimed - {m["entity"] for m in alike}
    for name in (m for m in here if own and rivals and m["entity"] in others):
        rival = min(rivals, key=lambda m: _away(m, name))
        if _away(rival, name) < min(_away(m, name) for m in own):
            return str(rival["entity"])
    return ""


def _away(one: Any, name: Any) -> int:
    """Characters from one mention to a name; what follows the name counts as further away."""
    before = name["start"] - one["end"]
    return int(before if before >= 0 else 20 + max(one["start"] - name["end"], 0))


def _paid(unit: Unit) -> list[int]:
    """Where it may be told who pays for what a sentence tells: there, or in the sentences that follow."""
    return [
        j for j in (unit.i, unit.i + 1, unit.i - 1, unit.i + 2, unit.i - 2) if 0 <= j < len(unit.view.spans)
    ]


def _pays(claim: Claim, unit: Unit) -> bool:
    """Is the payer of the claim named where the nearest donor is, or beside the sentence where none is told as such?"""
    for j in _paid(unit):
        if any(m["role"] == "donor" for m in unit.view.mentions[j]):
            return any(_named(m, unit, [j]) for m in _payers(claim))
    return any(_named(m, unit, _paid(unit)) for m in _payers(claim))


def _payers(claim: Claim) -> list[Mention]:
    return [m for m in claim.names if m.role == "donor"]


def _named(name: Mention, unit: Unit, where: Sequence[int]) -> bool:
    """Is the entity named in one of these sentences?"""
    return any(
        m["entity"] == name.entity
        or (name.name and m["kind"] == name.kind and fold(m["name"]) == fold(name.name))
        for j in where
        for m in unit.view.mentions[j]
    ) or (name.kind == "person" and any(fold(name.name) in fold(unit.view.sentence(j)) for j in where))


def _lacking(facts: Facts, claim: Claim, unit: Unit) -> list[Mention]:
    """Names of a claim, payers and persons apart, that nothing in the sentence's section speaks of."""
    outer = [m for m in claim.names if m.kind == "organisation"]
    text = f" {fold(facts.article(unit.view.id))} "
    return [
        m
        for m in claim.names
        if m.role != "donor"
        and m.kind != "person"
        and not any(o is not m and o.start <= m.start and m.end <= o.end for o in outer)
        and m.entity not in facts.publishers
        and not _named(m, unit, range(len(unit.view.spans)))
        and not any(f" {fold(n)} " in text for n in _called(facts, claim, m))
    ]


def _called(facts: Facts, claim: Claim, name: Mention) -> list[str]:
    """What an entity may be called."""
    row = facts.entities.get(name.entity)
    return [claim.text[name.start : name.end], *((row["name"], *row["aliases"]) if row else ())]


def _at(facts: Facts, claimed: Mention, unit: Unit, *, exactly: bool = False) -> bool:
    """Is the date told in the sentence or beside it, or (unless `exactly`) is it the time of the document?"""
    start, end = claimed.date.start, claimed.date.end  # type: ignore[union-attr]
    dates = [
        m for j in _beside(unit) for m in unit.view.mentions[j] if m["kind"] == "date" and m["date_start"]
    ]
    if any(_meets(start, end, m["date_start"], m["date_end"] or m["date_start"]) for m in dates):
        return True
    # What a document of a whole year tells is of that year, not of each of its months.
    a, b = unit.view.period
    return not exactly and bool(a) and start <= a[: len(start)] and b[: len(end)] <= end


def _meets(start: str, end: str, other: str, until: str) -> bool:
    """Does a told span, at least as exact as the claimed one, share a day with it?"""
    width = len(start)
    if len(other) < width:
        return False
    return start[:width] <= until[:width] and other[:width] <= end[:width]


def _words(telling: Telling) -> str:
    row = telling.figure
    told = telling.unit.view.text[row["start"] : row["end"]]
    return " ".join(
        x for x in (" ".join(told.split()), row["counted"] if row["counted"] not in told else "") if x
    )


# -- posts


def _post(facts: Facts, claim: Claim) -> Judgement | None:
    """Who held a post that the claim gives to somebody; None where it speaks of more, or the documents know no such post."""
    people = [m for m in claim.names if m.kind == "person" and m.role]
    if len(people) != 1 or claim.figures or claim.dates:
        return None
    person = people[0]
    post = stems(POST.sub("", person.role).strip())
    rest = set(stems(claim.topic)) - set(stems(f"{person.name} {person.role} mission head as the is of in"))
    held = [
        m for m in facts.mentions if m["kind"] == "person" and post and stems(m["role"])[: len(post)] == post
    ]
    held = [m for m in held if not rest - set(stems(facts.text(m["section"])))]
    own = [m for m in held if m["entity"] == person.entity]
    others = [m for m in held if m["entity"] != person.entity]
    if own and (
        later := [m for m in others if facts.issued(m["document"]) > facts.issued(own[-1]["document"])]
    ):
        why = f"later told: {facts.name(later[-1]['entity'])}"
        return Judgement(claim.text, "outdated", why, facts.told(own[-1]) + facts.told(later[-1], "updated"))
    if own:
        return Judgement(claim.text, "supported", "", facts.told(own[-1]))
    if others:
        why = f"told: {facts.name(others[-1]['entity'])}"
        return Judgement(claim.text, "contradicted", why, facts.told(others[-1], "contradicted"))
    return None


# -- as a report


def as_report(judgements: Sequence[Judgement], title: str = "Draft") -> Report:
    """The judgements as a report with a table."""
    counts = {
        v: sum(j.verdict == v for j in judgements)
        for v in ("supported", "contradicted", "outdated", "not found")
    }
    rows = tuple(
        (
            Cell(str(n), number=True),
            Cell(j.claim),
            Cell(j.verdict),
            Cell(j.why or ("" if j.notes else "–"), j.notes),
        )
        for n, j in enumerate(judgements, 1)
    )
    summary = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    parts = (Remark(summary), Table(("No.", "Claim", "Verdict", "Source"), rows, widths=(1, 8, 3, 4)))
    if not judgements:
        parts = (
            Remark("No sentence of the draft states a number, a date or a name that could be looked up."),
        )  # type: ignore[assignment]
    return Report("check", f"Check of {title}", "", (Chapter("Claims", parts),))

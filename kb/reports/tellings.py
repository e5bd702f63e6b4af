"""What the documents tell of a claim's subject: sentences that cover it, and their numbers with the time each is of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.question import understand
from kb.records import Figure
from kb.reports.claims import Claim
from kb.reports.facts import Facts
from kb.search import Scope
from kb.seek import Seeker
from kb.select import Unit
from kb.words import stems

Row = Mapping[str, Any]

SECTIONS = 24
"""Sections whose sentences are compared with a claim."""
NEAR = 90
"""Characters between a number and the date that is its time."""
EARLIER = re.compile(
    r"\b(?:from|after|earlier|previous(?:ly)?|former(?:ly)?|initial(?:ly)?|original(?:ly)?|at first)\b(?:\W+\w+){0,2}\W*$",
    re.I,
)
"""What stands before a number that the text itself calls an old one."""
OLD_LINE = re.compile(r"\b(?:earlier|previous|former|first|initial) (?:\w+ ){0,2}\w+", re.I)
NEW_LINE = re.compile(r"\b(?:later|new|newer|updated|revised|since then|by now|now)\b", re.I)


@dataclass(frozen=True, slots=True)
class Telling:
    """A number that a document tells of a claim's subject."""

    figure: Row
    unit: Unit
    time: str
    """ISO date of the number: told beside it, else the end of its document's period."""
    alike: float
    """0..1: how far what is counted is called the same."""


def units(facts: Facts, index: Any, embedder: Any, claim: Claim) -> list[Unit]:
    """Sentences that may speak of a claim's subject, best first; numbers, dates and payers of the claim left out."""
    store = facts.store
    topic = claim.topic
    for m in claim.names:
        if m.kind == "person" or m.role == "donor":
            topic = topic.replace(claim.text[m.start : m.end], " ")
    acronyms = [(a["short"], a["long"]) for a in store.acronyms()]
    asked = understand(" ".join(topic.split()), store.find_entities, acronyms)
    if not asked.terms:
        return []
    asked = replace(asked, kind="describe", period=None, numbers=(), head="")
    seeker = Seeker(
        store, index, embedder, replace(asked, text=claim.text), Scope(None, None), facts.documents
    )
    return [u for u in seeker.units(asked, limit=SECTIONS) if u.i not in u.view.labels or u.i == 0]


def tellings(facts: Facts, claimed: Figure, found: list[Unit]) -> list[Telling]:
    """Numbers of the same thing as a claimed one, in sentences that cover the claim's subject."""
    out = []
    for unit in found:
        for row in unit.view.figures[unit.i]:
            if alike := same_thing(claimed, row):
                out.append(
                    Telling(
                        row,
                        unit,
                        time_of(row, unit.view.mentions[unit.i], facts.issued(unit.view.document)),
                        alike,
                    )
                )
    return out


def same_thing(claimed: Figure, row: Row) -> float:
    """0..1: do two numbers measure in one unit, or count things of one name?"""
    if claimed.unit != row["unit"]:
        return 0.0
    if claimed.unit:
        return 1.0
    one, other = (_things(t) for t in (claimed.counted, row["counted"]))
    people = bool(one & _PEOPLE and other & _PEOPLE)
    return max(len(one & other) / len(one) if one else 0.0, 0.4 * people)


def _things(counted: str) -> frozenset[str]:
    """Stems of what is counted, without what only says of which kind or where."""
    return frozenset(stems(re.split(r"\b(?:of|in|from|with|who|that)\b", counted)[0]))


_PEOPLE = frozenset(
    stems("people persons migrants members guards officers officials participants men women children workers students youth returnees")
)  # fmt: skip


def time_of(row: Row, mentions: Iterable[Row], issued: str) -> str:
    """The time of a number: the nearest date among the mentions of its sentence, else the end of its document's period."""
    dates = [m for m in mentions if m["kind"] == "date" and m["date_start"]]

    def away(m: Row) -> int:
        after = m["start"] - row["end"]
        return (
            after if after >= 0 else row["start"] - m["end"] + 5
        )  # "13.5 per cent in 2011", rather than before it

    near = min(dates, key=away, default=None)
    if near is not None and away(near) <= NEAR:
        return str(near["date_end"] or near["date_start"])
    return issued


def newer(facts: Facts, old: Telling, other: Telling) -> bool:
    """Does the second number take the place of the first: told of a later time, or below and after it as the newer one?"""
    width = min(len(old.time), len(other.time))
    if other.time[:width] != old.time[:width]:
        return other.time > old.time
    if old.unit.view.id != other.unit.view.id:
        return facts.issued(other.unit.view.document) > facts.issued(old.unit.view.document)
    text = old.unit.view.text
    return (
        bool(EARLIER.search(text[old.unit.span[0] : old.figure["start"]]))
        and other.figure["start"] > old.figure["start"]
    )


def overtaken(unit: Unit) -> tuple[int, int] | None:
    """The sentence that follows one of earlier numbers with later ones, as many as that one; None where there is none."""
    view, i = unit.view, unit.i
    if i + 1 >= len(view.spans) or not OLD_LINE.search(view.sentence(i)):
        return None
    following = view.sentence(i + 1)
    numbers = re.findall(r"\d[\d.,]*", following)
    return (
        view.spans[i + 1] if NEW_LINE.search(following) and len(numbers) >= len(view.figures[i]) > 0 else None
    )


def below(unit: Unit, number: str) -> tuple[int, int] | None:
    """The last row of a table of dates whose cell in the number's column differs: running totals; None where there is none."""
    view = unit.view
    cells = [c.strip() for c in view.sentence(unit.i).split("|")]
    column = next((n for n, c in enumerate(cells) if number in c), 0)
    if not column or not _is_dated(view.mentions[unit.i], unit.span[0], len(cells[0])):
        return None
    found = None
    for j in range(unit.i + 1, len(view.spans)):
        row = [c.strip() for c in view.sentence(j).split("|")]
        if len(row) != len(cells) or not _is_dated(view.mentions[j], view.spans[j][0], len(row[0])):
            break
        if re.search(r"\d", row[column]) and number not in row[column]:
            found = view.spans[j]
    return found


def _is_dated(mentions: tuple[Row, ...], start: int, length: int) -> bool:
    return any(m["kind"] == "date" and m["start"] < start + length for m in mentions)

"""Figures that moved: two documents tell of one thing, and the number is another one.

Two figures are of one thing where they have one unit, count things of one name, and where most words of the shorter of their sentences
stand in the other one or its heading. Of one time they contradict each other; of a later time the second one tells the first anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kb.reports.facts import Facts
from kb.reports.model import Mark
from kb.reports.tellings import time_of
from kb.words import content, stem

Row = Mapping[str, Any]

SHARED = 0.75
"""Share of the shorter sentence's words, what is counted among them, that must stand in the other sentence or its heading."""
BEFOREHAND = frozenset({"planned", "targeted"})
"""Status of a figure of what is to come: what comes of it is no contradiction."""
ABOVE = frozenset({"more than", "over", "at least", "upwards of", "above", "no less than", "no fewer than"})
NEARLY = frozenset(
    {
        "about",
        "around",
        "approximately",
        "some",
        "nearly",
        "almost",
        "roughly",
        "circa",
        "close to",
        "an estimated",
    }
)
ROUNDED = 0.005
"""Part of a number by which another one may differ that only rounds it."""
TIMES = 4
"""How many times the one a number may be of the other; beyond that they count different things by one name."""
ROOM = 1.2
"""How far above a lower bound a number may lie that is told with it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A figure and the one that a later document tells in its place."""

    old: Row
    new: Row
    mark: Mark
    """updated: of a later time; contradicted: of the same time."""


@dataclass(frozen=True, slots=True)
class _Told:
    row: Row
    time: str
    counted: frozenset[str]
    words: frozenset[str]
    """Stems of the sentence besides the number and what it counts."""
    around: frozenset[str]
    """These and those of the heading."""
    beforehand: bool


def moves(facts: Facts, of: Collection[str] | None = None) -> list[Move]:
    """Figures (`of` these ids; None: all) that a later document tells anew or otherwise, in the order of the issues; of each the last."""
    groups: dict[tuple[str, frozenset[str]], list[Row]] = {}
    for row in facts.figures:
        counted = frozenset(s for _, _, s in content(row["counted"].split(",")[0]))
        if (
            counted and "|" not in row["quote"]
        ):  # a row of a table repeats its words beside each of its numbers
            groups.setdefault((row["unit"], counted), []).append(row)
    found: dict[str, Move] = {}
    for (_, counted), rows in groups.items():
        if len({r["document"] for r in rows}) < 2 or len({r["value"] for r in rows}) < 2:
            continue
        if of is not None and not any(r["id"] in of for r in rows):
            continue
        group = [_told(facts, row, counted) for row in rows]
        group.sort(key=lambda t: (facts.issued(t.row["document"]), t.time))
        for at, old in enumerate(group):
            if of is not None and old.row["id"] not in of:
                continue
            # From the last one: where many issues tell a figure, the first look finds its end.
            new = next((t for t in reversed(group[at + 1 :]) if _moved(old, t)), None)
            if new is not None:
                same = _one_time(old.time, new.time)
                found[old.row["id"]] = Move(old.row, new.row, "contradicted" if same else "updated")
    order = {f["id"]: n for n, f in enumerate(facts.figures)}
    return sorted(found.values(), key=lambda m: (facts.issued(m.new["document"]), order[m.new["id"]]))


def _told(facts: Facts, row: Row, counted: frozenset[str]) -> _Told:
    dates = [
        m for m in facts.dates.get(row["section"], ()) if row["quote_start"] <= m["start"] < row["quote_end"]
    ]
    words = _stems(row["quote"]) - counted
    heading = _stems(facts.heading(row["section"]))
    time = time_of(row, dates, facts.issued(row["document"]))
    return _Told(row, time, counted, words, words | heading, row["status"] in BEFOREHAND)


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    """The stems of a sentence or heading, which stands over many figures, without numbers."""
    cent = stem("cent")
    return frozenset(s for a, b, s in content(text) if s != cent and not any(map(str.isdigit, text[a:b])))


def _moved(old: _Told, new: _Told) -> bool:
    """Do two figures of different documents tell of one thing with another number, the second one later?"""
    # What is quick to see comes first: a figure that every issue tells is held against hundreds of others.
    one, other = abs(old.row["value"]), abs(new.row["value"])
    if one > TIMES * other or other > TIMES * one or old.row["document"] == new.row["document"]:
        return False
    if old.beforehand != new.beforehand or new.time < old.time[: len(new.time)] or agree(old.row, new.row):
        return False
    short, long = sorted((old, new), key=lambda t: len(t.words))
    shared, named = len(short.words & long.around), len(short.counted)
    return shared > 0 and shared + named >= SHARED * (len(short.words) + named)


def agree(one: Row, other: Row) -> bool:
    """Can two figures both be true: the same number as far as it is told, or a bound and a number that fits it?"""
    if abs(one["value"] - other["value"]) <= ROUNDED * abs(one["value"]):
        return True
    for bound, value in ((one, other["value"]), (other, one["value"])):
        words = bound["qualifier"].casefold()
        if words in ABOVE and bound["value"] <= value <= bound["value"] * ROOM:
            return True
        if words in NEARLY and abs(value - bound["value"]) <= bound["value"] * (ROOM - 1) / 2:
            return True
    return False


def _one_time(one: str, other: str) -> bool:
    width = min(len(one), len(other))
    return one[:width] == other[:width]

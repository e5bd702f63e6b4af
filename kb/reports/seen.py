"""When each donor, partner, place and project was first and last told of; what appeared, and what went quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.reports.facts import Facts, Row

Kind = Literal["donor", "partner", "government", "project", "place"]
KINDS: dict[Kind, str] = {
    "donor": "donors",
    "partner": "partners",
    "government": "counterparts",
    "project": "projects",
    "place": "places",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """An entity over the issues."""

    id: str
    kind: Kind
    first: Row
    """The mention that first tells of it, as what it is."""
    last: Row
    issues: int


def seen(facts: Facts, kind: Kind) -> list[Seen]:
    """The entities of a kind, those told of in most issues first; without who publishes."""
    out = []
    for id, rows in facts.mentions_of.items():
        if not _is(facts, id, kind) or id in facts.publishers:
            continue
        as_such = [m for m in rows if m["role"] == kind] or rows
        issues = len({m["document"] for m in rows})
        out.append(Seen(id, kind, as_such[0], rows[-1], issues))
    return sorted(out, key=lambda s: (-s.issues, facts.name(s.id)))


def _is(facts: Facts, id: str, kind: Kind) -> bool:
    e = facts.entities.get(id)
    if e is None:
        return False
    if kind == "place":
        return e["kind"] == "place" and e["level"] in ("district", "region")
    if kind == "project":
        return bool(e["kind"] == "project")
    if kind == "government":
        return "government" in e["roles"] and "donor" not in e["roles"]
    return kind in e["roles"]


def appeared(facts: Facts, found: Iterable[Seen], since: str) -> list[Seen]:
    """Those first told of in a document whose period ends at or after a date."""
    return [s for s in found if facts.issued(s.first["document"])[: len(since)] >= since]


def quiet(facts: Facts, found: Iterable[Seen], issues: int) -> list[Seen]:
    """Those told of in several issues, but in none of the last ones."""
    last = set(list(facts.documents)[-issues:])
    return [
        s for s in found if s.issues > 1 and len(facts.documents) > issues and s.last["document"] not in last
    ]


def told_in(facts: Facts, documents: Sequence[str]) -> dict[Kind, dict[str, Row]]:
    """Kind → entity → its first mention in these documents."""
    out: dict[Kind, dict[str, Row]] = {k: {} for k in KINDS}
    for m in facts.mentions:
        if m["document"] in documents and m["entity"] not in facts.publishers:
            for kind in KINDS:
                if _is(facts, m["entity"], kind):
                    out[kind].setdefault(m["entity"], m)
    return out

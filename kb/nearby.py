"""What the ledger tells close to a question that the documents do not answer: another place, another time, another body."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from kb.joined import whole
from kb.ledger import GENERIC, with_places_within
from kb.periods import EVER, long_date, meets
from kb.question import Question, Term
from kb.search import Scope
from kb.words import stems

Row = Mapping[str, Any]
PASSAGES = 200
"""Passages whose activities are looked at."""
OFFERED = 3
YEARS = 3
"""A year further away than this is not close where something else differs as well."""


@dataclass(frozen=True, slots=True)
class Near:
    """An activity's place and time, and what of the question it gives up."""

    label: str
    """Such as "Sughd, 2012"."""
    lost: tuple[str, ...]
    """Such as "place", "time", "organisation"."""
    cost: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be asked instead; empty where nothing is close."""

    says: str = ""
    """Such as "Nothing for Khujand; the closest: Sughd, 2012 (3 activities).\""""
    close: tuple[dict[str, Any], ...] = ()
    """Dicts of label, lost and activities (a count)."""


def closest(store: Any, asked: Question, scope: Scope) -> Offer:
    """The closest that activities tell.

    Nothing where the question names neither a place, a body nor a time, or where no activity is of its topic.
    """
    ids = list({i for t in asked.terms for i in t.entities})
    named = list(store.names(ids).values()) if ids else []
    places = set(with_places_within(store, [e["id"] for e in named if e["kind"] == "place"]))
    bodies = {e["id"] for e in named if e["kind"] in ("organisation", "project")}
    unknown = [t for t in asked.terms if t.where and not t.entities]
    if not (places or bodies or asked.period or unknown):
        return Offer()
    topic = [t for t in asked.terms if not t.entities and not t.where and t.alternatives[0][0] not in GENERIC]
    nowhere = bool(unknown)
    if bodies and not (places or nowhere or asked.period) or not topic and (bodies or not places):
        return Offer()  # whatever is told of others is not close to what one asked of a body
    activities = _about(store, asked, topic, scope, places | bodies)
    entities = store.names({i for a in activities for i in _targets(a)} | places)
    documents = {d["id"]: d for d in store.documents()}
    found: dict[str, Near] = {}
    for a in activities:
        near = _near(a, entities, documents, places, bodies, asked.period, nowhere)
        if near is not None:
            old = found.get(near.label)
            count = old.count + 1 if old else 1
            kept = min(filter(None, (old, near)), key=lambda n: n.cost)
            found[near.label] = replace(kept, count=count)
    ordered = sorted(found.values(), key=lambda n: (n.cost, -n.count, n.label))
    best = [n for n in ordered if n.cost <= ordered[0].cost + 0.5][:OFFERED]
    lost = {x for n in best for x in n.lost}
    gone = (places if "place" in lost else set()) | (bodies if "organisation" in lost else set())
    names = [t.text for t in asked.terms if gone & set(t.entities) or (t in unknown and "place" in lost)]
    if "time" in lost and asked.period:
        names.append(said(asked.period))
    if not best or not names:
        return Offer()
    close = "; ".join(f"{n.label} ({n.count} {'activity' if n.count == 1 else 'activities'})" for n in best)
    return Offer(
        f"Nothing for {', '.join(dict.fromkeys(names))}; the closest: {close}.",
        tuple({"label": n.label, "lost": list(n.lost), "activities": n.count} for n in best),
    )


def said(period: tuple[str, str]) -> str:
    """A time asked about, in words."""
    if period[0] == EVER[0]:
        return f"until {long_date(period[1], '')}"
    if period[1] == EVER[1]:
        return f"since {long_date(period[0], '')}"
    years = (period[0][:4], period[1][:4])
    if (period[0][5:], period[1][5:]) == ("01-01", "12-31"):
        return years[0] if years[0] == years[1] else f"{years[0]} – {years[1]}"
    whole_months = period[0].endswith("-01") and (date.fromisoformat(period[1]) + timedelta(1)).day == 1
    return long_date(*(day[:7] for day in period)) if whole_months else long_date(*period)


def _targets(activity: Row) -> set[str]:
    return {link["target"] for link in activity["links"] if link["field"] not in ("figure", "date")}


def _about(
    store: Any, asked: Question, topic: Sequence[Term], scope: Scope, named: Collection[str]
) -> list[Row]:
    """Activities of the topic; where the question has none, those of what it names and of what lies beside it."""
    if topic:
        words = [" ".join(a) for t in topic for a in t.alternatives]
        rows = store.passages(
            [p for p, _ in store.fulltext([*(t.text for t in topic), *words], limit=PASSAGES)]
        )
        order = {s: n for n, s in enumerate(dict.fromkeys(r["section_id"] for r in rows))}
        found = sorted(store.activities(sections=order), key=lambda a: order[a["section"]])
    else:
        children = store.places_within()
        parents = {e["parent"] for e in store.names(named).values() if e["kind"] == "place"} - {""}
        around = {*named, *parents, *(c for p in {*parents, *named} for c in children.get(p, ()))}
        found = list({a["id"]: a for e in sorted(around) for a in store.activities(entity=e)}.values())
    kept: list[Row] = []
    for a in whole(store, found):
        have = set(stems(f"{a['type']} {a['title']} {a['quote']}"))
        if scope.holds(a["document"], a["section"]) and all(
            any(have.issuperset(alternative) for alternative in t.alternatives) for t in topic
        ):
            kept.append(a)
    return kept


def _near(
    activity: Row,
    entities: Mapping[str, Row],
    documents: Mapping[str, Row],
    places: Collection[str],
    bodies: Collection[str],
    period: tuple[str, str] | None,
    nowhere: bool,
) -> Near | None:
    """How close an activity comes to the places, bodies and time asked for; None where it is of none of them."""
    targets = _targets(activity)
    here = [
        entities[i]
        for i in targets
        if i in entities and entities[i]["kind"] == "place" and entities[i]["level"] != "country"
    ]
    cost, lost = 0.0, []
    if (places or nowhere) and not targets & set(places):
        if not here:
            return None
        lost.append("place")
        wanted = {entities[p]["parent"] for p in places if p in entities} - {""}
        related = any(e["id"] in wanted or e["parent"] in wanted or e["parent"] in places for e in here)
        cost += 1.0 if related else 2.0
    if bodies and not targets & set(bodies):
        lost.append("organisation")
        cost += 1.5
    document = documents[activity["document"]]
    start = activity["date_start"] or document["period_start"] or document["published"] or ""
    end = activity["date_end"] or activity["date_start"] or document["period_end"] or start
    if period and not (start and meets(period, (start, end))):
        if not start:
            return None
        years = min(abs(int(start[:4]) - int(p[:4])) for p in period)
        if years > YEARS and lost:
            return None
        lost.append("time")
        cost += 0.5 + 0.5 * years
    if not lost or len(lost) == len([x for x in (places or nowhere, bodies, period) if x]) and cost > 3:
        return None
    where = min((e["name"] for e in here), default="")
    label = ", ".join(filter(None, (where, start[:4])))
    return Near(label, tuple(lost), cost) if label else None

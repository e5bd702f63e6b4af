"""What one document tells that no earlier one told: names, names in another part, figures, activities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kb.joined import whole
from kb.ledger import citation, sentence_at
from kb.text import fold

Row = dict[str, Any]

GROUPS = ("donors", "partners", "projects", "organisations", "districts", "places", "people")
"""What an entity is in a document, in the order of what a reader asks for first."""
_OF_KIND = {"project": "projects", "organisation": "organisations", "place": "places", "person": "people"}
_OF_ROLE = {"donor": "donors", "partner": "partners"}


def news(store: Any, document: Mapping[str, Any]) -> Row:
    """What this document (a row) tells first. See `KnowledgeBase.news`.

    An entity is `known` where an earlier document names it, but not in this part (a partner that now gives money as well), and
    `later` counts the documents after this one that name it. Language versions of one issue are neither earlier nor later.
    """
    earlier, others = _around(document, store.documents())
    return {
        "document": document,
        "earlier": len(earlier),
        "entities": _entities(store, document["id"], earlier, others),
        "figures": _figures(store, document["id"], earlier),
        "activities": _activities(store, document["id"], earlier),
    }


def _around(document: Mapping[str, Any], documents: list[Row]) -> tuple[set[str], set[str]]:
    """Ids of the documents before this one, and of all others, without its versions."""
    issue = document["version_of"] or document["id"]
    others = [d for d in documents if issue not in (d["id"], d["version_of"])]
    return {d["id"] for d in others if _issued(d) < _issued(document)}, {d["id"] for d in others}


def _issued(document: Mapping[str, Any]) -> str:
    """When it came out, to compare; what has no date comes last, so that it makes nothing old."""
    return str(document["period_end"] or document["published"] or document["period_start"] or "9999")


def _entities(store: Any, document: str, earlier: set[str], others: set[str]) -> list[Row]:
    first: dict[str, Row] = {}
    for mention in store.mentions(document=document):
        if mention["entity"]:
            first.setdefault(mention["entity"], mention)
    known = {e["id"]: e for e in store.entities(ids=list(first))}
    named: dict[str, set[str]] = defaultdict(set)
    parts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in store.naming(list(first)):
        named[row["entity"]].add(row["document"])
        parts[row["entity"], row["role"]].add(row["document"])
    found = []
    for id, mention in first.items():
        roles = [role for role in _OF_ROLE if document in parts[id, role]]
        new = {_OF_ROLE[role] for role in roles if parts[id, role].isdisjoint(earlier)}
        before = not named[id].isdisjoint(earlier)
        if not before and not roles:
            district = known[id]["level"] == "district"
            new = {"districts" if district else _OF_KIND[known[id]["kind"]]}
        for group in new:
            found.append({
                **{key: known[id][key] for key in ("id", "name", "kind", "level")}, "group": group, "known": before,
                "later": len((named[id] & others) - earlier), "citation": _told(store, mention),
            })  # fmt: skip
    return sorted(found, key=lambda e: (GROUPS.index(e["group"]), fold(e["name"])))


def _told(store: Any, mention: Row) -> Row | None:
    """The sentence of a mention as a citation."""
    start, end = sentence_at(store.section(mention["section"]), mention["start"])
    return next((citation(e) for e in store.evidence(mention["section"], start, end)), None)


def _figures(store: Any, document: str, earlier: set[str]) -> list[Row]:
    """The figures that no earlier document tells of the same thing."""
    told = {_same(f) for f in store.alike(document) if f["document"] in earlier}
    first: dict[tuple[Any, ...], Row] = {}
    for figure in store.figures(document=document):
        if figure["counted"] or figure["unit"]:
            first.setdefault(_same(figure), figure)
    return [figure for same, figure in first.items() if same not in told]


def _activities(store: Any, document: str, earlier: set[str]) -> list[Row]:
    """The activities that no earlier document tells, in the words of this one."""
    rows = store.activities(document=document)
    known = {
        t["id"] for a in whole(store, rows) if not earlier.isdisjoint(a["documents"]) for t in a["tellings"]
    }
    return [r for r in rows if r["id"] not in known]


def _same(figure: Row) -> tuple[Any, ...]:
    return figure["value"], figure["unit"], fold(figure["counted"])

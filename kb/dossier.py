"""Dossiers: of one donor, partner, project or place, what it amounts to, issue by issue, what is new and what went quiet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kb import atlas, ledger, lookup
from kb.versions import counted
from kb.wording import short_period

Row = dict[str, Any]

QUIET = 2
"""Issues in a row without a word: what was told of before went quiet."""
FIGURES = 6
"""Figures that stand at the top of a dossier."""
_WITH = ("donor", "partner", "project", "organisation", "district")


def dossier(store: Any, entity: str) -> Row:
    """What `ledger.dossier` knows of an entity, and what it amounts to. Raises KeyError.

    Further keys: activities as `lookup.told` gives them; figures; issues (each with its counts of mentions and activities, silent
    ones too); together (with whom or where); news (what the latest issue adds); points, elsewhere.
    """
    found = ledger.dossier(store, entity)
    activities = lookup.told(store, found["activities"])
    issues = _issues(store, found["mentions"], activities)
    together = _together(store, found["entity"]["id"], activities, issues)
    on_map, _ = atlas.points(store, activities)
    close, elsewhere = atlas.near(on_map)
    return {
        **found,
        "activities": activities,
        "figures": _figures(store, found),
        "issues": issues,
        "together": together,
        "news": _news(activities, together, issues),
        "points": close,
        "elsewhere": elsewhere,
    }


def _issues(store: Any, mentions: Sequence[Row], activities: Sequence[Row]) -> list[Row]:
    """All issues in the order in which their periods end: dicts of document, title, label, short, end, mentions, activities."""
    rows = [d for d in counted(store.documents()) if d["status"] != "failed"]
    # What another language version tells counts for its issue.
    leading = {d["id"]: d["version_of"] or d["id"] for d in store.documents()}
    shown = {leading[d["id"]]: d for d in rows}
    named = Counter(leading[m["document"]] for m in mentions)
    told = Counter(d for a in activities for d in {leading[d] for d in a["documents"]})
    issues = [
        {
            "document": id,
            "title": d["title"],
            "label": d["period_label"] or _end(d),
            "short": short_period(d["period_start"] or d["published"], d["period_end"]),
            "end": _end(d),
            "mentions": named[id],
            "activities": told[id],
        }
        for id, d in shown.items()
    ]
    return sorted(issues, key=lambda i: (i["end"], i["title"]))


def _end(document: Mapping[str, Any]) -> str:
    return str(document["period_end"] or document["period_start"] or document["published"])


def _figures(store: Any, found: Row) -> list[Row]:
    """The largest figures of its activities, or, of a place, that were counted there; done before planned, each told once."""
    id = found["entity"]["id"]
    linked = {link["target"] for a in found["activities"] for link in a["links"] if link["field"] == "figure"}
    rows = [f for f in store.figures() if f["id"] in linked or f["place"] == id]
    rows = [f for f in rows if f["counted"] and f["unit"] != "%"]
    rows.sort(key=lambda f: (f["status"] in ("planned", "targeted"), -f["value"]))
    first: dict[tuple[Any, ...], Row] = {}
    for f in rows:
        first.setdefault((f["value"], f["unit"]), f)
    return lookup.told_figures(store, list(first.values())[:FIGURES])


def _together(store: Any, id: str, activities: Sequence[Row], issues: Sequence[Row]) -> list[Row]:
    """Who stands beside it in its activities: dicts of field, id, name, activities (ids), first, last, new, named, silent.

    Those with most activities first. `named`: the last issue that names them at all; `silent`: how many later ones there are.
    """
    order = {issue["document"]: n for n, issue in enumerate(issues)}
    leading = {d["id"]: d["version_of"] or d["id"] for d in store.documents()}
    shared: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for a in activities:
        for field in a["fields"]:
            if field["field"] in _WITH and field["id"] != id:
                shared[field["field"], field["id"]].append(a)
    entities = {e["id"]: e for e in store.entities(ids=list({other for _, other in shared}))}
    found = []
    for (field, other), rows in shared.items():
        told = sorted(order[leading[d]] for a in rows for d in a["documents"])
        named = max(
            order[leading[d]]
            for d in (*entities[other]["documents"], *(d for a in rows for d in a["documents"]))
        )
        found.append(
            {
                "field": field,
                "id": other,
                "name": entities[other]["name"],
                "activities": [a["id"] for a in rows],
                "first": issues[told[0]]["label"],
                "last": issues[told[-1]]["label"],
                "new": told[0] == len(issues) - 1,
                "named": issues[named]["label"],
                "silent": len(issues) - 1 - named,
            }
        )
    return sorted(found, key=lambda t: (-len(t["activities"]), t["name"]))


def _news(activities: Sequence[Row], together: Sequence[Row], issues: Sequence[Row]) -> Row:
    """What the latest issue adds: dict of latest, last (issues that there are, and that name it), silent, activities, met, quiet.

    `silent`: how many of the latest issues do not name it; `met`: rows of `together` that are first told of in the latest;
    `quiet`: those whom the last issues do not name, though they name the entity itself.
    """
    if not issues:
        return {"latest": None, "last": None, "silent": 0, "activities": [], "met": [], "quiet": []}
    latest = issues[-1]
    named = [n for n, issue in enumerate(issues) if issue["mentions"] or issue["activities"]]
    silent = len(issues) - 1 - named[-1] if named else len(issues)
    return {
        "latest": latest,
        "last": issues[named[-1]] if named else None,
        "silent": silent,
        "activities": [a for a in activities if a["documents"][0] == latest["document"]],
        "met": [t for t in together if t["new"]],
        "quiet": [t for t in together if t["silent"] >= QUIET] if silent < QUIET else [],
    }

"""What the search desk lists: activities, figures and passages under a question and filters, each field with its words.

Unlike an answer, a list leaves nothing out: every row that the filters let through is there, and a question orders them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import PurePath
from typing import Any

from kb.errors import InputError
from kb.joined import whole
from kb.ledger import GENERIC
from kb.periods import long_date, meets, when_of
from kb.search import named, scope_of
from kb.text import fold
from kb.versions import once
from kb.wording import figure
from kb.words import content, guess, stems, synonyms

Row = dict[str, Any]

HELD = 0.6
"""Share of the weight of a question's words that a row must hold to be listed."""
_ORDER = ("figure", "district", "place", "project", "donor", "partner", "organisation", "person", "date")
"""Fields of an activity as they are shown."""
_NAMES = ("donor", "project", "partner", "district")


def look_up(store: Any, kind: str, query: str, filters: Mapping[str, Any]) -> list[Row]:
    """Rows of a kind (activities, figures, passages), those that fit the query best first, else the newest first.

    Filters as in `base.search`. Raises InputError.
    """
    find = {"activities": _activities, "figures": _figures, "passages": _passages}.get(kind)
    if find is None:
        raise InputError(f"there is no list of {kind!r}. Lists: activities, figures, passages.")
    given = {k: v for k, v in filters.items() if v not in (None, "")}
    rows = once(find(store, given), store.documents())
    if query.strip():
        return fitting(rows, query, guess(query, store.languages()))
    return orders(kind)["Newest first"](rows)


def told(store: Any, activities: Sequence[Row]) -> list[Row]:
    """Activities (rows of `kb.joined.whole`) as the desk shows them.

    Dicts of id, type, what, status, start, end, when (the document's period where it has no date), fields (dicts of field,
    id, name, span; each id once), documents (ids), tellings (citations of all that tell it, with their own start, end and status,
    in the order of the issues), differ (in words, where they disagree), and the citation: document, path, title, section, page, quote, span (arguments of `base.evidence`).
    """
    ids = {link["target"] for a in activities for link in a["links"] if link["field"] != "date"}
    entities = store.names(ids)
    figures = {f["id"]: f for f in store.figures(ids=list(ids - entities.keys()))}
    where = _whereabouts(store)
    titles = {d["id"]: d["title"] for d in store.documents()}
    rows = []
    for a in activities:
        fields: list[Row] = []
        names, shown = [a["type"], a["title"]], set()
        for link in sorted(a["links"], key=lambda link: _ORDER.index(link["field"])):
            id = link["target"]
            if id in entities:
                names += [entities[id]["name"], *entities[id]["aliases"]]
            # A district is a place as well, and a partner an organisation: each is shown once. The place within the
            # name of a body is where that comes from, not where it works.
            if id in shown or link["field"] == "date" or _within(link, a["links"]):
                continue
            shown.add(id)
            name = entities[id]["name"] if id in entities else _told_figure(figures[id])
            if link["field"] == "figure" and any(f["name"] == name for f in fields):
                continue  # another telling of the event has it too
            words = (link["section"], link["start"], link["end"])
            fields.append({"field": link["field"], "id": id, "name": name, "span": words})
        others = (t["quote"] for t in a["tellings"] if t["id"] != a["id"])
        cite = where(a, a["date_start"], a["date_end"])
        rows.append(
            {
                **{k: a[k] for k in ("id", "type", "status")},
                "what": a["title"],
                "start": a["date_start"],
                "end": a["date_end"],
                "fields": fields,
                "documents": a["documents"],
                "tellings": [_telling(t, where) for t in a["tellings"]],
                "differ": _differ(a["tellings"], figures, titles) if len(a["tellings"]) > 1 else [],
                **cite,
                "words": _words(cite, (*names, *others)),
            }
        )
    return rows


def _telling(row: Row, where: Callable[[Row, str, str], Row]) -> Row:
    """One telling of an event as a citation."""
    start, end = row["date_start"], row["date_end"]
    return {"id": row["id"], "start": start, "end": end, "status": row["status"], **where(row, start, end)}


def _differ(tellings: Sequence[Row], figures: Mapping[str, Row], titles: Mapping[str, str]) -> list[str]:
    """What the tellings of an event say otherwise, in words, each value with the issues that say so."""
    values: dict[Any, dict[str, list[str]]] = {}
    dated = [t for t in tellings if t["date_start"]]
    if any(not meets(when_of(a), when_of(b)) for a, b in combinations(dated, 2)):
        for t in dated:
            values.setdefault("date", {}).setdefault(long_date(*when_of(t)), []).append(titles[t["document"]])
    for t in tellings:
        for id in dict.fromkeys(k["target"] for k in t["links"] if k["target"] in figures):
            same = values.setdefault((figures[id]["unit"], fold(figures[id]["counted"])), {})
            same.setdefault(_told_figure(figures[id]), []).append(titles[t["document"]])
    return [
        "; ".join(f"{value} ({', '.join(dict.fromkeys(where))})" for value, where in told.items())
        for told in values.values()
        if len(told) > 1 and len({w for where in told.values() for w in where}) > 1
    ]


def _within(link: Row, links: Iterable[Row]) -> bool:
    """Is it a place in the words of an organisation or a project?"""
    return link["field"] == "place" and any(
        o["field"] in ("donor", "partner", "organisation", "project")
        and o["section"] == link["section"]
        and o["start"] <= link["start"]
        and link["end"] <= o["end"]
        for o in links
    )


def told_figures(store: Any, figures: Sequence[Row]) -> list[Row]:
    """Figures as the desk shows them: dicts of id, what, value, counted, status, place (a field), when, and the citation."""
    places = store.names(f["place"] for f in figures if f["place"])
    where = _whereabouts(store)
    rows = []
    for f in figures:
        place = places.get(f["place"])
        names = [f["counted"], *([place["name"], *place["aliases"]] if place else [])]
        quoted = {**f, "start": f["quote_start"], "end": f["quote_end"]}
        cite = where(quoted, f["date_start"], f["date_end"])
        rows.append(
            {
                **{k: f[k] for k in ("id", "value", "unit", "counted", "status")},
                "what": _told_figure(f),
                "start": f["date_start"],
                "end": f["date_end"],
                "fields": [{"field": "place", "id": place["id"], "name": place["name"], "span": cite["span"]}]
                if place
                else [],
                **cite,
                "words": _words(cite, names),
                "span": (f["section"], f["start"], f["end"]),
            }
        )
    return rows


def _told_figure(row: Row) -> str:
    return f"{figure(row)} {row['counted'] or ''}".strip()


def _words(cite: Row, names: Iterable[str]) -> str:
    """What a question is compared with, a piece a line: names and headings come again and again, and are taken apart once."""
    return "\n".join([cite["quote"], cite["section"], cite["when"][0][:4], *(n for n in names if n)])


def _whereabouts(store: Any) -> Callable[[Row, str, str], Row]:
    """A function from a row and its dates to its citation and `when`."""
    documents = {d["id"]: d for d in store.documents()}
    headings = {s["id"]: s["heading"] for s in store.sections()}

    def where(row: Row, start: str, end: str) -> Row:
        document, heading = documents[row["document"]], headings[row["section"]]
        period = (document["period_start"] or document["published"], document["period_end"])
        when = (start, end or start) if start else (period[0], period[1] or period[0])
        return {
            "document": row["document"],
            "path": document["path"],
            "title": document["title"],
            "section": heading,
            "section_id": row["section"],
            "page": row["page"],
            "quote": row["quote"],
            "span": (row["section"], row["start"], row["end"]),
            "when": when,
        }

    return where


def _activities(store: Any, given: Mapping[str, Any]) -> list[Row]:
    scope = scope_of(store, {k: v for k, v in given.items() if k == "document"})
    wanted = {name: named(store, name, given[name]) for name in _NAMES if given.get(name)}
    found = [
        a
        for a in whole(store, store.activities())
        if any(scope.holds(t["document"], t["section"]) for t in a["tellings"])
        and a["type"] == given.get("type", a["type"])
        and all(_linked(a, name, ids) for name, ids in wanted.items())
    ]
    return _in_time(told(store, found), given)


def _linked(activity: Row, name: str, ids: Collection[str]) -> bool:
    fields = ("district", "place") if name == "district" else (name,)
    return any(link["field"] in fields and link["target"] in ids for link in activity["links"])


def _figures(store: Any, given: Mapping[str, Any]) -> list[Row]:
    scope = scope_of(store, {k: v for k, v in given.items() if k not in ("since", "until")})
    # A figure with a place of its own is of that place, whatever else its section speaks of.
    places = named(store, "district", given["district"]) if given.get("district") else set()
    found = [
        f
        for f in store.figures()
        if scope.holds(f["document"], f["section"]) and (not places or not f["place"] or f["place"] in places)
    ]
    return _in_time(told_figures(store, found), given)


def _passages(store: Any, given: Mapping[str, Any]) -> list[Row]:
    scope = scope_of(store, given)
    rows = [
        {"passage": p["id"], **{k: p[k] for k in ("document", "path", "title", "section", "page", "text")}}
        for p in store.passages()
        if scope.holds(p["document"], p["section_id"])
    ]
    return dated(store, rows)


def dated(store: Any, passages: Iterable[Row]) -> list[Row]:
    """Passages as `base.search` gives them, with the period of their documents as `when`."""
    periods = {d["id"]: (d["period_start"], d["period_end"] or d["period_start"]) for d in store.documents()}
    return [{**p, "when": periods[p["document"]], "words": f"{p['text']} {p['section']}"} for p in passages]


def _in_time(rows: Iterable[Row], given: Mapping[str, Any]) -> list[Row]:
    """The rows of the period asked for; one that is told as precisely as a year is of all its days."""
    since, until = str(given.get("since", "")), str(given.get("until", ""))
    return [
        r
        for r in rows
        if (not since or f"{r['when'][1]}~" >= since and r["when"][1])
        and (not until or r["when"][0] and r["when"][0][: len(until)] <= until)
    ]


def fitting(rows: Sequence[Row], query: str, language: str = "en") -> list[Row]:
    """Rows whose `words` hold most of what a query asks for, best first, of equals the newest first."""
    asked = list(dict.fromkeys(s for _, _, s in content(query, language)))
    asked = [s for s in asked if s not in GENERIC] or asked or list(dict.fromkeys(stems(query, language)))
    if not asked:
        return []
    ways = {s: ((s,), *synonyms().get(s, ())) for s in asked}
    pieces = (r["words"].split("\n") for r in rows)
    held = [_held(ways, frozenset(s for piece in row for s in stems(piece, language))) for row in pieces]
    frequency = Counter(s for found in held for s in found)
    weights = {s: math.log(1 + (len(rows) + 1) / (frequency[s] + 1)) for s in asked}
    total = sum(weights.values())
    scored = [
        (sum(weights[s] for s in found) / total, r) for found, r in zip(held, rows, strict=True) if found
    ]
    scored.sort(key=lambda pair: pair[1]["when"][0], reverse=True)
    scored.sort(key=lambda pair: -pair[0])
    return [r for score, r in scored if score >= HELD]


def _held(ways: Mapping[str, Iterable[Sequence[str]]], words: frozenset[str]) -> set[str]:
    return {s for s, forms in ways.items() if any(all(w in words for w in form) for form in forms)}


# Tables for a spreadsheet

_COLUMNS = {
    "activities": (
        *("when", "type", "what", "status", "districts", "places", "projects", "donors", "partners"),
        *("organisations", "figures", "quote", "issue", "section", "page", "file"),
    ),
    "figures": (
        *("figure", "value", "unit", "counted", "status", "when", "place", "quote", "issue", "section"),
        *("page", "file"),
    ),
    "passages": ("text", "issue", "section", "page", "file"),
}


def columns(kind: str) -> tuple[str, ...]:
    """The columns of a table of these rows."""
    return _COLUMNS[kind]


def table(kind: str, rows: Iterable[Row]) -> list[Row]:
    """The rows as flat records with the columns of their kind."""
    return [_flat(kind, row) for row in rows]


def _flat(kind: str, row: Row) -> Row:
    cite = {k: row[k] for k in ("section", "page")}
    cite |= {"issue": row["title"], "file": PurePath(row["path"]).name}
    if kind == "passages":
        return {"text": row["text"], **cite}
    dates = " – ".join(dict.fromkeys(d for d in (row["start"], row["end"]) if d))
    names = {
        field: "; ".join(dict.fromkeys(f["name"] for f in row["fields"] if f["field"] == field))
        for field in ("district", "place", "project", "donor", "partner", "organisation", "figure")
    }
    flat = {**cite, "when": dates, "status": row["status"], "quote": row["quote"]}
    if kind == "figures":
        keys = {k: row[k] for k in ("value", "unit", "counted")}
        return {**flat, **keys, "figure": row["what"], "place": names["place"]}
    return {
        **flat,
        "type": row["type"],
        "what": row["what"],
        **{f"{field}s": told for field, told in names.items()},
    }


def orders(kind: str, *, asked: bool = True) -> dict[str, Callable[[Sequence[Row]], list[Row]]]:
    """Ways to sort a list of a kind, by name; `asked`: there is a query, and so a best row. The first leaves the list as it is."""
    ways: dict[str, Callable[[Sequence[Row]], list[Row]]] = {"Best first": list} if asked else {}
    ways |= {
        "Newest first": lambda rows: sorted(rows, key=lambda r: r["when"][1], reverse=True),
        "Oldest first": lambda rows: sorted(rows, key=lambda r: r["when"][0] or "9999"),
        "By issue": lambda rows: sorted(rows, key=lambda r: (fold(r["title"]), r["page"])),
    }
    if kind == "activities":
        ways["By type"] = lambda rows: sorted(rows, key=lambda r: fold(r["type"]))
    if kind == "figures":
        ways["Largest first"] = lambda rows: sorted(rows, key=lambda r: -r["value"])
    return ways

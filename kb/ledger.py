"""Exhaustive questions to the truth: who funds, implements and works where; timelines, activities, dossiers, acronyms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from kb.fit_names import level_asked
from kb.joined import whole
from kb.periods import long_date, meets, when_of
from kb.question import Question, Term
from kb.records import Evidence
from kb.search import Scope
from kb.text import fold, sentences
from kb.versions import once
from kb.words import stem, stems

Row = dict[str, Any]

GENERIC: frozenset[str] = frozenset(
    stem(w)
    for w in """fund finance support donate pay sponsor money give gave implement partner execute run carry work activity do
    project programme program initiative active operate operation present presence involve involved engaged organisation
    donor agency NGO district region province oblast country place area name mention appear occur describe write say speak
    talk contain deal cover done happen event undertake undertaken take place named listed mission""".split()
)
"""Stems of words that only say in which relation the names of a question stand."""
MANY = 12
"""Names that a list from the ledger may have."""
_WORK = frozenset(stem(w) for w in "work activity event project programme done happen do".split())


def answering(store: Any, asked: Question, scope: Scope) -> list[Row]:
    """Ledger rows that answer a question about one named thing: dicts of section, start, end, fact; else nothing.

    Speaks only where every other word of the question says no more than the relation, so that nothing asked is lost.
    """
    named = [t for t in asked.terms if t.entities]
    rest = [t for t in asked.terms if not t.entities]
    if any(t.alternatives[0][0] not in GENERIC for t in rest):
        return []
    work = asked.kind == "describe" and _asks_for_work(asked, rest)
    if not named and work and scope.documents is not None:
        # "What happened in the last issue?"
        told = _of_period(store, activities(store, scope=scope), asked.period)
        return [row for a in told[:MANY] for row in _activity_rows(a)]
    if len(named) != 1 or (
        asked.period and not work and asked.kind not in ("project", "organisation", "who")
    ):
        return []
    ids = with_places_within(store, named[0].entities)
    if asked.kind in ("who", "organisation"):
        rows = _organisations(store, asked, ids)
    elif asked.kind == "project":
        rows = _linked(store, ids, "project", "target", ("works_in",), "source")
        rows += _linked(store, ids, "project", "source", ("funds", "implements"), "target")
    elif asked.kind == "place":
        rows = _of_level(
            store, _linked(store, ids, "place", "source", ("works_in",), "target"), level_asked(asked.head)
        )
    elif work:
        told = _of_period(store, activities(store, entities=named[0].entities, scope=scope), asked.period)
        return [row for a in told[:MANY] for row in _activity_rows(a)]
    else:
        rows = []
    rows = [r for r in rows if scope.holds(r["document"], r["section"])]
    if asked.period:
        documents = {d["id"]: d for d in store.documents()}
        rows = [r for r in rows if _of_time(documents[r["document"]], asked.period)]
    return _one_each(rows) if asked.period or len(ids) > len(named[0].entities) else rows


def with_places_within(store: Any, ids: Collection[str]) -> list[str]:
    """The ids, of a place with those of all places within it."""
    found = list(ids)
    if any(i.startswith("place:") for i in ids):
        children = store.places_within()
        for id in found:  # grows while it is read
            found += [c for c in children.get(id, ()) if c not in found]
    return found


def _of_period(store: Any, rows: Iterable[Row], period: tuple[str, str] | None) -> list[Row]:
    """The activities of a time; of those without a date, the ones whose document tells of it. None: all."""
    if period is None:
        return list(rows)
    documents = {d["id"]: d for d in store.documents()}
    return [
        a
        for a in rows
        if (
            meets(period, when_of(a))
            if a["date_start"]
            else any(_of_time(documents[d], period) for d in a["documents"])
        )
    ]


def _of_time(document: Mapping[str, Any], period: tuple[str, str]) -> bool:
    """Does the document tell of this time?"""
    start = document["period_start"] or document["published"] or ""
    return bool(start) and start <= period[1] and (document["period_end"] or start) >= period[0]


def _one_each(rows: Iterable[Row]) -> list[Row]:
    """The first row of each fact."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["fact"], row)
    return list(first.values())[:MANY]


def _asks_for_work(asked: Question, rest: Iterable[Term]) -> bool:
    if re.match(r"what (?:was|were|is|has been|have been) done\b", asked.text, re.I):
        return True
    return any(t.alternatives[0][0] in _WORK for t in rest) or bool(set(stems(asked.head)) & _WORK)


def _organisations(store: Any, asked: Question, ids: Collection[str]) -> list[Row]:
    if asked.role == "donor":
        return _linked(store, ids, "organisation", "target", ("funds",), "source")
    if asked.role == "partner":
        rows = _linked(store, ids, "organisation", "target", ("implements",), "source")
        return rows or _linked(store, ids, "organisation", "target", ("works_in",), "source")
    if not asked.role and asked.kind == "organisation":
        return _linked(store, ids, "organisation", "target", ("works_in", "implements"), "source")
    return []


def _linked(
    store: Any, ids: Collection[str], kind: str, side: str, relations: Collection[str], other: str
) -> list[Row]:
    """Relations whose `side` is one of the ids, with the name of the entity on the other side as fact."""
    rows = [r for i in ids for k in relations for r in store.relations(**{"kind": k, side: i})]
    names = store.names({r[other] for r in rows}) if rows else {}
    return [
        {**r, "fact": names[r[other]]["name"]}
        for r in rows
        if r[other] in names and names[r[other]]["kind"] == kind
    ]


def _of_level(store: Any, rows: list[Row], wanted: Collection[str]) -> list[Row]:
    """The rows whose place is of a level asked for; one whose level is not known may be."""
    names = store.names({r["target"] for r in rows}) if wanted else {}
    return [r for r in rows if not wanted or not (level := names[r["target"]]["level"]) or level in wanted]


def _activity_rows(activity: Mapping[str, Any]) -> list[Row]:
    """What an activity says, at its own words; and, without saying it again, where else it is told."""
    when = long_date(activity["date_start"], activity["date_end"]) if activity["date_start"] else ""
    what = activity["type"][:1].upper() + activity["type"][1:]
    title = "" if fold(activity["title"]) == fold(activity["type"]) else f": {activity['title']}"
    tellings = [activity, *(t for t in activity["tellings"] if t["id"] != activity["id"])]
    fact = f"{what}{f' ({when})' if when else ''}{title}"
    return [
        {**{k: t[k] for k in ("document", "section", "start", "end")}, "fact": "" if n else fact}
        for n, t in enumerate(tellings)
    ]


def acronyms(store: Any, asked: Question, scope: Scope) -> list[Row]:
    """Acronyms that the question names by either form: dicts of short, long, section, start, end."""
    text = f" {fold(asked.text)} "
    form = "short" if asked.kind == "definition" else "long"
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(store.acronyms(), key=lambda r: -len(r["short"])):
        if f" {fold(row[form])} " in text and scope.holds(row["document"], row["section"]):
            found.setdefault((fold(row["short"]), fold(row["long"])), row)
    return list(found.values())


def listed(sought: str | Collection[str], text: str) -> Row | None:
    """A pair of neighbouring cells: of one of the short forms sought, or of a long form that the question sought holds."""
    question = f" {fold(sought)} " if isinstance(sought, str) else ""
    at = 0
    for line in text.split("\n"):
        cells = [c.strip() for c in line.split("|")]
        for short, long in pairwise(cells):
            capitals = sum(c.isupper() for c in short) >= 2 and len(short) < len(long)
            if capitals and (f" {fold(long)} " in question if question else short in sought):
                return {
                    "start": at + line.index(short),
                    "end": at + line.index(long) + len(long),
                    "short": short,
                    "long": long,
                }
        at += len(line) + 1
    return None


def spelled_out(short: str, text: str) -> tuple[int, int] | None:
    """Span of words in capitals whose initials spell a short form, or of some that hold it in their initials."""
    letters = [c for c in fold(short) if c.isalnum()]
    if len(letters) < 2:
        return None
    loose = None
    for run in _CAPITALS.finditer(text):
        words = [m for m in re.finditer(r"[\w’'-]+", run[0]) if m[0][0].isupper()]
        initials = [fold(w[0])[:1] for w in words]
        for i in range(len(words)):
            for j in range(i + 2, min(len(words), i + len(letters) + 2) + 1):
                if words[i][0].isupper() and len(words[i][0]) <= len(letters):
                    break
                span = (run.start() + words[i].start(), run.start() + words[j - 1].end())
                if initials[i:j] == letters:
                    return span
                rest = iter(initials[i:j])
                ends = initials[i] == letters[0] and initials[j - 1] == letters[-1]
                if loose is None and ends and all(c in rest for c in letters):
                    loose = span
    return loose


_CAPITALS = re.compile(r"[A-ZÀ-ÞА-Я][\w’'-]*(?:[ ]+(?:of|for|and|the|de|du|des|la|[A-ZÀ-ÞА-Я][\w’'-]*))+")


def activities(
    store: Any,
    *,
    entities: Collection[str] = (),
    since: str = "",
    until: str = "",
    type: str = "",
    scope: Scope | None = None,
) -> list[Row]:
    """Activities linked to every one of `entities` (of places: or to a place within), in time order, undated last.

    `entities`: ids; those of one kind that bear the same name count as one. `since`, `until`: ISO dates. Language versions
    of an issue are told once, and so is what several sections or issues tell (`kb.joined`).
    """
    groups = _groups(store, entities)
    if entities and not groups:
        return []
    kept: list[Row] | None = None
    for group in groups:
        rows = {
            a["id"]: a
            for a in whole(store, {a["id"]: a for e in group for a in store.activities(entity=e)}.values())
        }
        kept = list(rows.values()) if kept is None else [a for a in kept if a["id"] in rows]
    rows_ = whole(store, store.activities()) if kept is None else kept
    out = [
        a
        for a in rows_
        if (not type or a["type"] == type)
        and (not since or (a["date_end"] or a["date_start"] or "")[: len(since)] >= since)
        and (not until or (a["date_start"] and a["date_start"][: len(until)] <= until))
        and (scope is None or any(scope.holds(t["document"], t["section"]) for t in a["tellings"]))
    ]
    return sorted(
        once(out, store.documents()), key=lambda a: (a["date_start"] or "9999", a["section"], a["start"])
    )


def _groups(store: Any, ids: Collection[str]) -> list[set[str]]:
    """Ids grouped by kind and name, places with the places within them."""
    groups: dict[tuple[str, str], set[str]] = {}
    for row in store.entities(ids=list(ids)) if ids else []:
        group = groups.setdefault((row["kind"], fold(row["name"])), set())
        group.add(row["id"])
        if row["kind"] == "place":
            group |= set(with_places_within(store, [row["id"]]))
    return list(groups.values())


def timeline(store: Any, entity: str) -> list[Row]:
    """All mentions of an entity in the order of time: of the nearest date in the section, else of the document's period.

    Dicts of document, title, section, start, end, page, name, role, date.
    """
    documents = {d["id"]: d for d in store.documents()}
    rows = []
    named = store.mentions(entity=entity)
    dates = store.dates({m["section"] for m in named})
    for m in named:
        document = documents[m["document"]]
        near = min(dates.get(m["section"], ()), key=lambda d: abs(d["start"] - m["start"]), default=None)
        fallback = document["period_start"] or document["published"] or ""
        when = near["date_start"] if near and abs(near["start"] - m["start"]) < 300 else fallback
        rows.append(
            {
                **{k: m[k] for k in ("document", "section", "start", "end", "page", "name", "role")},
                "title": document["title"],
                "issued": fallback,
                "date": when,
            }
        )
    return sorted(rows, key=lambda r: (r["issued"] or "9999", r["document"], r["section"], r["start"]))


def dossier(store: Any, entity: str) -> Row:
    """All that is known of an entity: dict of entity, mentions (evidence with date, in time order), activities, relations.

    Language versions of an issue are told once. Raises KeyError where there is no such entity.
    """
    rows = store.entities(ids=[entity])
    if not rows:
        raise KeyError(entity)
    documents = store.documents()
    mentions = []
    for row in once(timeline(store, entity), documents):
        section = store.section(row["section"])
        start, end = sentence_at(section, row["start"])
        found = store.evidence(row["section"], start, end)
        mentions += [{**citation(e), "date": row["date"], "role": row["role"]} for e in found[:1]]
    relations = once(store.relations(source=entity) + store.relations(target=entity), documents)
    return {
        "entity": rows[0],
        "mentions": mentions,
        "activities": activities(store, entities=[entity]),
        "relations": relations,
    }


def example(store: Any, id: str, kind: str) -> Row | None:
    """The sentence that first names an entity (id as read), or that tells an activity, as a citation."""
    if kind == "activity":
        told = store.activities(ids=[id])
        return next(
            (citation(e) for a in told for e in store.evidence(a["section"], a["start"], a["end"])), None
        )
    if (at := store.first_mention(id)) is None:
        return None
    start, end = sentence_at(store.section(at["section"]), at["start"])
    return next((citation(e) for e in store.evidence(at["section"], start, end)), None)


def citation(evidence: Evidence) -> Row:
    """Evidence as the public interface shows it."""
    row = {k: getattr(evidence, k) for k in ("document", "path", "title", "section", "page", "quote")}
    return {**row, "boxes": [list(b) for b in evidence.boxes], "section_id": evidence.section_id}


def sentence_at(section: Row, at: int) -> tuple[int, int]:
    """The sentence of a section that holds an offset."""
    text = section["text"]
    spans = sentences(text, section["language"])
    return next(((a, b) for a, b in spans if a <= at < b), (at, min(len(text), at + 200)))


def export(store: Any, follows: Sequence[Row] = ()) -> Row:
    """The whole truth in the shapes of the public interface; lists of an activity's fields hold ids.

    `follows`: relations between activities that no document tells by itself (`kb.threads`).
    """
    documents = [
        {
            **{k: d[k] for k in ("id", "path", "title", "organisation")},
            "period": {"start": d["period_start"], "end": d["period_end"], "label": d["period_label"]},
            **{k: d[k] for k in ("language", "pages", "status", "reason", "page_notes", "version_of")},
        }
        for d in store.documents()
    ]
    keys = ("id", "kind", "name", "aliases", "roles", "level", "description", "documents", "mentions")
    figure = (
        *("id", "value", "unit", "counted", "qualifier", "status", "sex", "age", "place", "part_of"),
        *("quote", "document", "section", "page"),
    )
    return {
        "documents": documents,
        "sections": [{k: v for k, v in s.items() if k != "text"} for s in store.sections()],
        "entities": [{k: e[k] for k in keys} for e in store.entities()],
        "figures": [
            {
                **{k: f[k] for k in figure},
                "cumulative": bool(f["cumulative"]),
                "period": {"start": f["date_start"], "end": f["date_end"]},
            }
            for f in store.figures()
        ],
        "activities": [_exported(a) for a in whole(store, store.activities())],
        "relations": [
            {k: r[k] for k in ("kind", "source", "target", "quote", "document", "section", "page")}
            for r in (*store.relations(), *follows)
        ],
        "acronyms": [{k: a[k] for k in ("short", "long", "document")} for a in store.acronyms()],
    }


_FIELDS = {
    "projects": "project",
    "donors": "donor",
    "partners": "partner",
    "organisations": "organisation",
    "districts": "district",
    "places": "place",
    "figures": "figure",
}


def _exported(activity: Row) -> Row:
    out = {k: activity[k] for k in ("id", "type", "title")}
    out |= {"start": activity["date_start"], "end": activity["date_end"]}
    for name, field in _FIELDS.items():
        out[name] = [link["target"] for link in activity["links"] if link["field"] == field]
    keys = ("quote", "document", "section", "page")
    evidence = [{k: t[k] for k in keys} for t in activity["tellings"]]
    return out | {k: activity[k] for k in keys} | {"documents": activity["documents"], "evidence": evidence}

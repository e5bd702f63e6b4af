"""Hybrid retrieval: full text, vectors and names, fused by reciprocal rank; the filters of search and ask."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import process

from kb.errors import InputError
from kb.hookspecs import Embedder, Reranker
from kb.question import names_in
from kb.text import fold
from kb.words import guess, idle, tokens

FILTERS = ("donor", "project", "partner", "district", "type", "since", "until", "document")
RANK = 20
"""Damping of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009, use 60 for long lists; ours are short)."""
DEPTH = 60
"""Hits taken from each of the three ways before fusion."""
WEIGHTS = {"text": 1.0, "vector": 0.8, "name": 0.6}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the filters leave: ids, or None where everything is in."""

    documents: frozenset[str] | None = None
    sections: frozenset[str] | None = None

    def holds(self, document: str, section: str) -> bool:
        return (self.documents is None or document in self.documents) and (
            self.sections is None or section in self.sections
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score and, where there are vectors, its cosine to the query."""

    passage: str
    score: float
    similarity: float


def search(
    store: Any,
    index: Any,
    embedder: Embedder | None,
    query: str,
    *,
    limit: int = 10,
    filters: Mapping[str, Any] | None = None,
    reranker: Reranker | None = None,
) -> list[dict[str, Any]]:
    """The passages that fit a query, best first: dicts of passage, document, path, title, section, page, score, text.

    `score` is 0..1. Raises InputError for an empty query, a limit below 1, and unknown filters or filter values.
    """
    if limit < 1:
        raise InputError(f"limit is {limit}; it must be 1 or more.")
    scope = scope_of(store, filters)
    hits = rank(store, index, embedder, query, scope=scope)
    rows = {r["id"]: r for r in store.passages([h.passage for h in hits[: max(limit, 30)]])}
    hits = [h for h in hits if h.passage in rows]
    if reranker is not None and hits:
        scores = reranker.scores(query, [rows[h.passage]["text"] for h in hits])
        order = sorted(zip(scores, hits, strict=True), key=lambda x: -x[0])
        hits = [Hit(h.passage, float(s), h.similarity) for s, h in order]
    return [
        {
            "passage": h.passage,
            **{k: rows[h.passage][k] for k in ("document", "path", "title", "section", "page")},
            "score": round(h.score, 4),
            "text": rows[h.passage]["text"],
        }
        for h in hits[:limit]
    ]


def rank(
    store: Any,
    index: Any,
    embedder: Embedder | None,
    query: str,
    *,
    scope: Scope | None = None,
    more: Collection[str] = (),
    depth: int = DEPTH,
) -> list[Hit]:
    """All passages that one of the three ways finds, best first. `more`: further words or phrases to look up."""
    scope = scope or Scope()
    if not query.strip():
        raise InputError("the query is empty; write a word, a name or a number.")
    if (
        scope.documents is not None
        and not scope.documents
        or scope.sections is not None
        and not scope.sections
    ):
        return []
    narrow = None if scope.documents is None else list(scope.documents)
    # With sections to keep to, more hits must be drawn to have enough left.
    draw = depth if scope.sections is None else max(depth * 5, 400)
    language = guess(query, store.languages())
    terms = [query[a:b] for a, b in tokens(query, language)]
    terms = [t for t in terms if not idle(t, language)] or terms
    names = names_in(query, store.find_entities, language)
    aliases = _aliases(store, [i for ids in names for i in ids])
    lists: dict[str, list[str]] = {
        "text": [p for p, _ in store.fulltext([*terms, *more], limit=draw, documents=narrow)]
        if terms
        else [],
        "name": [p for p, _ in store.fulltext(aliases, limit=draw, documents=narrow)] if aliases else [],
    }
    similar: dict[str, float] = {}
    if embedder is not None:
        found = index.search(embedder.embed([query])[0], draw if narrow is None else draw * 5)
        similar = {p: float(s) for p, s in found}
        lists["vector"] = list(similar)
    place = None
    if scope.documents is not None or scope.sections is not None:
        place = {r["id"]: r for r in store.passages(list({p for hits in lists.values() for p in hits}))}
    fused: dict[str, float] = {}
    for way, hits in lists.items():
        kept = [
            p
            for p in hits
            if place is None or (p in place and scope.holds(place[p]["document"], place[p]["section_id"]))
        ]
        for n, passage in enumerate(kept[:depth]):
            fused[passage] = fused.get(passage, 0.0) + WEIGHTS[way] / (RANK + n)
    top = sum(WEIGHTS.values()) / RANK
    return [
        Hit(p, s / top, similar.get(p, 0.0)) for p, s in sorted(fused.items(), key=lambda x: (-x[1], x[0]))
    ]


def _aliases(store: Any, ids: Sequence[str]) -> list[str]:
    """All the names of the entities, so that Kulyab finds Kulob."""
    if not ids:
        return []
    rows = store.entities(ids=list(dict.fromkeys(ids)))
    return list(dict.fromkeys(n for r in rows for n in (r["name"], *r["aliases"]) if len(n) > 1))[:40]


def scope_of(store: Any, filters: Mapping[str, Any] | None) -> Scope:
    """The documents and sections that filters leave. Raises InputError naming the filter and the closest known values."""
    documents: set[str] | None = None
    sections: set[str] | None = None
    for name, value in (filters or {}).items():
        if name not in FILTERS:
            raise InputError(
                f"there is no filter {name!r}{_closest(name, FILTERS)}. Filters: {', '.join(FILTERS)}."
            )
        if value is None or value == "":
            continue
        if name == "document":
            kept = _documents(store, str(value))
        elif name in ("since", "until"):
            kept = _by_time(store, name, str(value))
        else:
            here = _sections(store, name, str(value))
            sections = here if sections is None else sections & here
            continue
        documents = kept if documents is None else documents & kept
    return Scope(
        None if documents is None else frozenset(documents), None if sections is None else frozenset(sections)
    )


def _documents(store: Any, value: str) -> set[str]:
    rows = store.documents()
    found = {
        r["id"]
        for r in rows
        if value in (r["id"], r["path"], Path(r["path"]).name)
        or fold(value) in (fold(r["title"] or ""), fold(Path(r["path"]).stem))
    }
    if not found:
        known = [n for r in rows for n in (Path(r["path"]).name, r["title"]) if n]
        raise InputError(f"there is no document {value!r}{_closest(value, known)}. See `kb list documents`.")
    return found


def _by_time(store: Any, name: str, value: str) -> set[str]:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise InputError(f"filter {name!r}: {value!r} is no date; write 2012, 2012-09 or 2012-09-25.")
    kept = set()
    for row in store.documents():
        start = row["period_start"] or row["published"] or ""
        end = row["period_end"] or row["published"] or ""
        if start and (end[: len(value)] >= value if name == "since" else start[: len(value)] <= value):
            kept.add(row["id"])
    return kept


def named(store: Any, name: str, value: str) -> set[str]:
    """Ids of the entities that a filter of names (donor, project, partner, district) means, with the places within. Raises InputError."""
    kind = {"donor": "organisation", "partner": "organisation", "project": "project", "district": "place"}[
        name
    ]
    rows = store.entities(kind=kind)
    ids = set(store.find_entities(fold(value))) | {r["id"] for r in rows if value == r["id"]}
    fits = [r for r in rows if r["id"] in ids and (kind != "organisation" or name in r["roles"])]
    if not fits:
        known = [
            n
            for r in rows
            if (kind != "organisation" or name in r["roles"])
            and (kind != "place" or r["level"] == "district")
            for n in (r["name"], *r["aliases"])
        ]
        raise InputError(f"there is no {name} {value!r} in these documents{_closest(value, known)}.")
    wanted = {r["id"] for r in fits}
    if kind == "place":
        wanted |= {r["id"] for r in rows if r["parent"] in wanted}
    return wanted


def _sections(store: Any, name: str, value: str) -> set[str]:
    """Sections that speak of the entity, or of a place within the district; of a type: that tell of such an activity."""
    if name == "type":
        told = store.activities()
        if not (found := {a["section"] for a in told if a["type"] == value}):
            known = {a["type"] for a in told}
            raise InputError(
                f"there is no activity of type {value!r} in these documents{_closest(value, known)}."
            )
        return found
    wanted = named(store, name, value)
    found = {m["section"] for entity in wanted for m in store.mentions(entity=entity)}
    found |= {
        a["section"]
        for entity in wanted
        for a in store.activities(entity=entity)
        if any(link["field"] == name and link["target"] in wanted for link in a["links"])
    }
    return found


def _closest(value: str, known: Collection[str]) -> str:
    """A hint with the nearest known values."""
    folded = {k: fold(k) for k in known}
    near = [k for k, score, _ in process.extract(fold(value), list(folded.values()), limit=8) if score >= 55]
    names = list(dict.fromkeys(next(k for k, f in folded.items() if f == n) for n in near))[:3]
    return f"; the closest are {', '.join(map(repr, names))}" if names else ""

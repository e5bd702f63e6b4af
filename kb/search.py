"""Hybrid retrieval: full text, vectors and names, fused by their scores; the filters of search and ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import process

from kb.errors import InputError
from kb.hookspecs import Embedder, Reranker
from kb.question import names_in
from kb.text import fold
from kb.words import guess, idle, stem, stems, tokens

if TYPE_CHECKING:
    import numpy as np

FILTERS = ("donor", "project", "partner", "district", "type", "since", "until", "document")
DEPTH = 60
"""Hits taken from each of the three ways before fusion."""
WEIGHTS = {"text": 1.0, "vector": 1.5, "name": 0.6}
"""Of the three ways. BM25 has no upper bound and counts as a share of its best; a cosine has, so that where nothing is much
alike (a bare number, a name) vectors say little. Found with benchmarks/retrieval.py, where this convex combination (Bruch, Gai
and Ingber, ACM TOIS 2023) is better than reciprocal ranks on all halves."""
CANDIDATES = 30
"""Hits that a reranker is shown at least."""
AGAIN = 0.95
"""What each further passage of an issue counts: one issue must not fill the list."""


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


class Remembering:
    """An embedder that embeds no text twice: of one question, several periods or documents may be asked."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder = embedder
        self._known: dict[tuple[str, ...], np.ndarray] = {}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """As the embedder does."""
        if (key := tuple(texts)) not in self._known:
            self._known[key] = self._embedder.embed(texts)
        return self._known[key]


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
    """The passages that fit a query, best first: dicts of passage, document, path, title, section, page, score, text, highlights.

    `score` is 0..1; `highlights` are spans [start, end] of `text` that the query asks for. Raises InputError for an empty query, a limit below 1, and unknown filters or filter values.
    """
    if limit < 1:
        raise InputError(f"limit is {limit}; it must be 1 or more.")
    scope = scope_of(store, filters)
    hits = rank(store, index, embedder, query, scope=scope)
    rows = {r["id"]: r for r in store.passages([h.passage for h in hits])}
    hits = _spread(hits, {id: r["issue"] for id, r in rows.items()})[: max(limit, CANDIDATES)]
    if reranker is not None and hits:
        scores = reranker.scores(query, [rows[h.passage]["text"] for h in hits])
        order = sorted(zip(scores, hits, strict=True), key=lambda x: -x[0])
        hits = [Hit(h.passage, float(s), h.similarity) for s, h in order]
    marks = Highlighter(store, query)
    return [
        {
            "passage": h.passage,
            **{k: rows[h.passage][k] for k in ("document", "path", "title", "section", "page")},
            "score": round(h.score, 4),
            "text": rows[h.passage]["text"],
            "highlights": marks.spans(rows[h.passage]["text"]),
        }
        for h in hits[:limit]
    ]


def _spread(hits: Sequence[Hit], issues: Mapping[str, str]) -> list[Hit]:
    """The hits, those of issues that have better ones already a little later."""
    seen: Counter[str] = Counter()
    spread = []
    for hit in hits:
        issue = issues[hit.passage]
        spread.append(Hit(hit.passage, hit.score * AGAIN ** seen[issue], hit.similarity))
        seen[issue] += 1
    return sorted(spread, key=lambda h: -h.score)


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
    language = guess(query, store.languages())
    inside = {"documents": scope.documents, "sections": scope.sections}
    lists = {"text": store.fulltext([*terms_of(query, language), *more], limit=depth, **inside)}
    if aliases := _aliases(store, query, language):
        lists["name"] = store.fulltext(aliases, limit=depth, **inside)
    if embedder is not None:
        lists["vector"] = index.search(embedder.embed([query])[0], depth, **inside)
    fused: dict[str, float] = {}
    for way, found in lists.items():
        best = 1.0 if way == "vector" else max((s for _, s in found), default=1.0)
        for passage, score in found:
            fused[passage] = fused.get(passage, 0.0) + WEIGHTS[way] * max(0.0, score) / best
    most = sum(WEIGHTS[way] for way in lists)
    similar = dict(lists.get("vector", ()))
    return [
        Hit(p, s / most, similar.get(p, 0.0)) for p, s in sorted(fused.items(), key=lambda x: (-x[1], x[0]))
    ]


def terms_of(query: str, language: str) -> list[str]:
    """The words of a query that carry a topic; all of them where none does."""
    words = [query[a:b] for a, b in tokens(query, language)]
    return [w for w in words if not idle(w, language)] or words


def _aliases(store: Any, query: str, language: str) -> list[str]:
    """All the names of the entities that the query names, so that Kulyab finds Kulob."""
    ids = list(dict.fromkeys(i for ids in names_in(query, store.find_entities, language) for i in ids))
    rows = sorted(store.names(ids).values(), key=lambda r: (r["kind"], fold(r["name"]))) if ids else []
    return list(dict.fromkeys(n for r in rows for n in (r["name"], *r["aliases"]) if len(n) > 1))[:40]


class Highlighter:
    """Finds what a query asks for in texts: its words, endings aside, and names in all their spellings."""

    def __init__(self, store: Any, query: str) -> None:
        self._language = guess(query, store.languages())
        self._words = {stem(w, self._language) for w in terms_of(query, self._language)}
        self._names = {self._stems(a) for a in _aliases(store, query, self._language)}
        self._longest = max(map(len, self._names), default=0)

    def spans(self, text: str) -> list[list[int]]:
        """[start, end] of each word and name found, in order; names whole."""
        words = tokens(text, self._language)
        said = self._stems(text)
        found, i = [], 0
        while i < len(words):
            sizes = range(min(self._longest, len(words) - i), 0, -1)
            size = next((n for n in sizes if said[i : i + n] in self._names), said[i] in self._words)
            if size:
                found.append([words[i][0], words[i + size - 1][1]])
            i += size or 1
        return found

    def _stems(self, text: str) -> tuple[str, ...]:
        return stems(text, self._language)


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

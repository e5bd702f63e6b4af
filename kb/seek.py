"""Looks for the evidence to one question: in the ledger, in tables, in lists of acronyms, in sentences, over time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from kb import ledger, recurring
from kb.choose import ENOUGH, QUOTE, agreeing, answers_first, apart, choose, sure
from kb.hookspecs import Embedder
from kb.listed import elsewhere, rows_that_list
from kb.matrix import amount_of, cell_asked
from kb.parts import measured
from kb.periods import issued, long_date
from kb.question import Question
from kb.records import Evidence
from kb.search import DEPTH, Scope, rank
from kb.select import Unit, judge
from kb.tables import look_up
from kb.text import fold
from kb.views import View, make_view, weigh
from kb.words import idle

SECTIONS = 14
"""Sections whose sentences are compared with the question."""
FEW = 5
"""The same within each document, where documents are compared."""
DOCUMENTS = 30
"""Documents that are compared."""
DEEP = 300
"""Passages that search draws where documents are compared."""
OPENING = 200
"""Characters of a document's beginning that count as its topic."""
NEAR_MISSES = 3
HOME, HOME_SHARE = 5, 0.8
"""How often a document names the country that it is about, and which share of the countries it names that is at least."""


@dataclass(slots=True)
class Finding:
    """Evidence for an answer, best first, and how sure it is."""

    evidence: list[Evidence]
    confidence: float
    documents: set[str]
    near: list[Unit]


class Seeker:
    """Looks for the evidence to one question."""

    def __init__(
        self,
        store: Any,
        index: Any,
        embedder: Embedder | None,
        asked: Question,
        scope: Scope,
        documents: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.store, self.index, self.embedder = store, index, embedder
        self.asked, self.scope, self.documents = asked, scope, documents
        self._about: dict[str, tuple[str, list[str]]] = {}
        self._views: dict[str, View] = {}

    def find(self) -> Finding:
        """By the way that fits the question; the ledger first, then sentences."""
        if self.asked.numbers:
            numbered = [d for d, row in self.documents.items() if _numbers(row) & set(self.asked.numbers)]
            if numbered:
                self.scope = Scope(frozenset(numbered), self.scope.sections)
        way = {
            "definition": self._definition,
            "acronym": self._definition,
            "documents": self._documents,
            "change": self._change,
        }.get(self.asked.kind)
        found = way() if way else self._ledger()
        if found and not way and any("|" in e.quote for e in found.evidence):
            found = self._table() or found  # rows of a table are read as such
        return found or self._table() or self._sentences(self.asked)

    # -- sentences

    @cached_property
    def hits(self) -> dict[str, list[tuple[int, int, float, str]]]:
        """Section id → (start, end, similarity, document) of its passages that search finds, best section first."""
        # Words that carry no topic ("together with" for a partner) stand in nearly every passage.
        served = [a for t in self.asked.terms for a in t.alternatives[1:]]
        more = [" ".join(a) for a in served if not all(idle(s, self.asked.language) for s in a)]
        depth = DEEP if self.asked.kind in ("change", "documents") else DEPTH
        found = rank(
            self.store, self.index, self.embedder, self.asked.text, scope=self.scope, more=more, depth=depth
        )
        rows = {r["id"]: r for r in self.store.passages([h.passage for h in found])}
        sections: dict[str, list[tuple[int, int, float, str]]] = {}
        for hit in found:
            if (row := rows.get(hit.passage)) and row["document"] in self.documents:
                span = (row["start"], row["end"], hit.similarity, row["document"])
                sections.setdefault(row["section_id"], []).append(span)
        return sections

    def units(self, asked: Question, *, document: str = "", limit: int = SECTIONS) -> list[Unit]:
        """All sentences of the sections that search finds (in one document), judged, best first."""
        sections = [s for s, spans in self.hits.items() if not document or spans[0][3] == document][:limit]
        weights = self._weights(asked)
        units: list[Unit] = []
        for view in self.views(sections):
            near = [(a, b, s) for a, b, s, _ in self.hits[view.id]]

            def similarity(start: int, near: list[tuple[int, int, float]] = near) -> float:
                return max((s for a, b, s in near if a <= start < b), default=0.0)

            judged = judge(asked, weights, view, similarity)
            units += [u for u in judged if not elsewhere(asked, view, u.i)]
        return sorted(units, key=lambda u: -u.score)

    def views(self, sections: Sequence[str]) -> list[View]:
        """The sections, ready to be compared; what is not yet known of them is asked for at once."""
        new = [s for s in sections if s not in self._views]
        held = self.store.in_sections(new) if new else {}
        documents = {section["document"] for section, _, _ in held.values()} - self._about.keys()
        first = self.store.in_sections([f"{d[:16]}-0" for d in documents]) if documents else {}
        for document in documents:
            opening = first.get(f"{document[:16]}-0")
            # The mission's name begins with that of its organisation ("IOM Tajikistan").
            words = (self.documents[document]["organisation"] or "").split()
            names = [fold(" ".join(words[:n])) for n in range(1, len(words) + 1)]
            publishers = [i for name in names for i in self.store.find_entities(name)]
            self._about[document] = (opening[0]["text"][:OPENING] if opening else "", publishers)
        for id, (section, mentions, figures) in held.items():
            document = self.documents[section["document"]]
            about = self._about[section["document"]]
            home = _home(self.store.countries().get(section["document"], {}))
            self._views[id] = make_view(
                section, document, *about, mentions, figures, self.asked.language, home
            )
        return [self._views[s] for s in sections]

    def _sentences(self, asked: Question) -> Finding:
        units = self.units(asked)
        if not units:
            return Finding([], 0.05, set(), [])
        units = answers_first(asked, units)
        best = units[0]
        confidence = sure(asked, best)
        matching = {u.view.document for u in units if u.score >= 0.85 * best.score}
        if confidence < ENOUGH:
            return Finding([], confidence, set(), apart(units)[:NEAR_MISSES])
        chosen = choose(asked, units)
        evidence = [e for u in chosen for e in self.quote(u)]
        for unit in agreeing(asked, units, chosen):
            evidence += [replace(e, facts=()) for e in self.quote(unit)]
        return Finding(evidence, confidence, matching, [])

    def _table(self) -> Finding | None:
        """From a table, where the question names a row and a column of it."""
        if self.asked.kind not in ("count", "amount", "share", "who", "organisation", "place", "describe"):
            return None
        views = self.views(list(self.hits)[:SECTIONS])
        weights = self._weights(self.asked)
        found = (
            cell_asked(self.asked, weights, self._of_one_table(views))
            or amount_of(self.asked, weights, views)
            or rows_that_list(self.asked, weights, views)
            or look_up(self.asked, weights, views)
        )
        if found is None:
            return None
        evidence = []
        for n, line in enumerate((*found.rows, found.header)):
            facts = found.facts if n == 0 else ()
            view = found.heads_in if found.heads_in and line is found.header else found.view
            evidence += [
                replace(e, facts=facts) for e in self.store.evidence(view.id, line.start, line.end)[:1]
            ]
        return Finding(evidence, 0.6 + 0.35 * found.covered, {found.view.document}, [])

    def _of_one_table(self, views: Sequence[View]) -> list[View]:
        """The sections, with those of the same heading and document as one that holds a table: it may go on there."""
        ids = [v.id for v in views]
        headed = {(v.document, v.heading) for v in views if v.heading and " | " in v.text}
        for document in sorted({d for d, _ in headed}):
            more = self.store.sections(document)
            ids += [s["id"] for s in more if (document, s["heading"]) in headed and s["id"] not in ids]
        return self.views(ids)

    def _weights(self, asked: Question) -> list[float]:
        return weigh(asked, *self.store.frequencies({t.alternatives[0][0] for t in asked.terms}))

    def quote(self, unit: Unit) -> list[Evidence]:
        """The unit's sentence, cut at a clause where it is long, with its facts."""
        start, end = _with_fact(unit)
        if end - start > QUOTE:
            start, end = _window(unit, start, end)
        found = self.store.evidence(unit.view.id, start, end)
        return [replace(e, facts=unit.facts if n == 0 else ()) for n, e in enumerate(found)]

    # -- ledger

    def _ledger(self) -> Finding | None:
        rows = recurring.answering(self.store, self.asked, self.scope)
        rows = rows or ledger.answering(self.store, self.asked, self.scope)
        if not rows:
            return None
        evidence = []
        for row in rows:
            found = self.store.evidence(row["section"], row["start"], row["end"])
            evidence += [replace(e, facts=(row["fact"],) if row["fact"] else ()) for e in found[:1]]
        return Finding(merged(evidence), 0.9, {e.document for e in evidence}, [])

    def _definition(self) -> Finding | None:
        rows = ledger.acronyms(self.store, self.asked, self.scope)
        sureness = 0.95 if rows else 0.6
        rows = rows or self._spelled_out()
        evidence = []
        for row in rows[:2]:
            found = self.store.evidence(row["section"], row["start"], row["end"])
            evidence += [replace(e, facts=(f"{row['short']} stands for {row['long']}",)) for e in found[:1]]
        if not evidence:
            units = self.units(self.asked)
            return Finding([], 0.1, set(), apart(units)[:NEAR_MISSES])
        return Finding(evidence, sureness, {e.document for e in evidence}, [])

    def _spelled_out(self) -> list[dict[str, Any]]:
        """From a list of short and long forms side by side, or a name whose initials spell the short form beside it."""
        shorts = [t.text for t in self.asked.terms if re.fullmatch(r"[A-Z0-9][\w&-]{1,11}", t.text)]
        for section_id in list(self.hits)[:SECTIONS]:
            text = self.store.section(section_id)["text"]
            row = ledger.listed(self.asked.text if self.asked.kind == "acronym" else shorts, text)
            for short in shorts if row is None and self.asked.kind == "definition" else ():
                if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text) and (
                    span := ledger.spelled_out(short, text)
                ):
                    row = {
                        "start": span[0],
                        "end": span[1],
                        "short": short,
                        "long": " ".join(text[slice(*span)].split()),
                    }
            if row is not None:
                return [{"section": section_id, **row}]
        return []

    def _documents(self) -> Finding | None:
        """Documents in which one section holds all that is asked for."""
        wanted = [t for t in self.asked.terms if t.name or t.alternatives[0][0] not in ledger.GENERIC]
        if not wanted:
            return None
        asked = replace(self.asked, kind="describe", terms=tuple(wanted))
        evidence, matching = [], set()
        for document in self._by_time():
            units = self.units(asked, document=document, limit=FEW)
            if units and not units[0].missing and units[0].coverage >= 0.7:
                matching.add(document)
                found = self.quote(units[0])
                evidence += [replace(found[0], facts=(label(self.documents[document]),))]
        return Finding(evidence, 0.8, matching, []) if evidence else None

    def _by_time(self) -> list[str]:
        """The documents that search finds, those with the best hits, in the order of their time."""
        best = list(dict.fromkeys(spans[0][3] for spans in self.hits.values()))[:DOCUMENTS]
        return sorted(best, key=lambda d: _time(self.documents[d]))

    def _spans_of_time(self) -> set[str]:
        """The issues or months that the question compares."""
        months = {d[:7] for d in self.asked.period} if self.asked.period else set()
        return set(self.asked.numbers) or months

    def _change(self) -> Finding | None:
        """The same figure in each document that tells it, in time order."""
        asked = replace(self.asked, kind=measured(self.asked), period=None)
        told: list[tuple[str, Unit]] = []
        for document in self._by_time():
            units = self.units(asked, document=document, limit=FEW)
            if units and units[0].facts and sure(asked, units[0]) >= ENOUGH:
                told.append((document, units[0]))
        if len(told) < 2:
            if len(self._spans_of_time()) < 2:
                return None  # one document may tell the change itself
            near = [u for d in self._by_time() for u in self.units(asked, document=d, limit=1)[:1]]
            return Finding([], 0.2, set(), near[:NEAR_MISSES])
        if len(told) > 6:
            told = [told[0], told[-1]]
        evidence = []
        for document, unit in told:
            found = self.quote(unit)
            fact = f"{unit.facts[0]} ({label(self.documents[document], short=True)})"
            evidence += [replace(found[0], facts=(fact,)), *found[1:]]
        return Finding(evidence, min(sure(asked, u) for _, u in told), {d for d, _ in told}, [])


def _home(countries: Mapping[str, int]) -> str:
    """The country that a document names again and again, and hardly another; empty where there is none."""
    home = max(countries, key=lambda entity: countries[entity], default="")
    leads = home and countries[home] >= max(HOME, HOME_SHARE * sum(countries.values()))
    return home if leads else ""


def _with_fact(unit: Unit) -> tuple[int, int]:
    """The sentence, with the one before or after it where that alone holds the fact (a signature, a date)."""
    view, (start, end) = unit.view, unit.span
    if not unit.facts:
        return start, end

    def holds(i: int) -> bool:
        dates = [m for m in view.mentions[i] if m["kind"] == "date" and m["date_start"]]
        told = any(long_date(m["date_start"], m["date_end"]) == unit.facts[0] for m in dates)
        return told or fold(unit.facts[0]) in fold(view.sentence(i))

    for j in (unit.i, unit.i - 1, unit.i + 1):
        if 0 <= j < len(view.spans) and holds(j):
            a, b = min(start, view.spans[j][0]), max(end, view.spans[j][1])
            return (a, b) if b - a <= QUOTE else (start, end)
    return start, end


def _window(unit: Unit, start: int, end: int) -> tuple[int, int]:
    """The stretch of a long sentence, between clause marks, around the first fact or else its beginning."""
    text = unit.view.text
    at = start
    if unit.facts:
        first = re.search(re.escape(unit.facts[0].split()[0]), text[start:end])
        at = start + first.start() if first else start
    if at - start > QUOTE * 0.7:
        marks = [m.end() for m in re.finditer(r"[,;:–—]\s", text[start:at])]
        start += max((m for m in marks if at - start - m > QUOTE // 3), default=0)
    if end - start > QUOTE:
        cut = max((m.start() for m in re.finditer(r"[,;:–—]?\s", text[start : start + QUOTE])), default=QUOTE)
        end = start + cut
    return start, end


def merged(evidence: Sequence[Evidence]) -> list[Evidence]:
    """One piece of evidence for each quote, with all the facts it gives."""
    merged: dict[tuple[str, str], Evidence] = {}
    for e in evidence:
        old = merged.get((e.section_id, e.quote))
        facts = tuple(dict.fromkeys((*(old.facts if old else ()), *e.facts)))
        merged[e.section_id, e.quote] = replace(old or e, facts=facts)
    return list(merged.values())


def _numbers(document: Mapping[str, Any]) -> set[str]:
    """Issue numbers in a document's title, period or file name."""
    text = f"{document['title']} {document['period_label'] or ''} {Path(document['path']).stem}".replace(
        "_", " "
    )
    return set(re.findall(r"\b(?:no|nr|number|issue|vol|newsletter|№)[.\s]*\s*(\d+)\b", text, re.I))


def _time(document: Mapping[str, Any]) -> tuple[str, str]:
    return (issued(document), document["path"])


def label(document: Mapping[str, Any], *, short: bool = False) -> str:
    """A document's title with number and period; `short`: number and period alone, where there are such."""
    title = document["title"] or Path(document["path"]).stem
    number = f"No. {min(numbers, key=int)}" if (numbers := _numbers(document)) else ""
    when = document["period_label"] or ""
    if short and (number or when):
        return ", ".join(x for x in (number, when) if x)
    extra = [x for x in (number, when) if x and x.casefold() not in title.casefold()]
    return ", ".join([title, *extra])

"""Question → plan → ledger rows and sentences → answer with citations, or a refusal with near misses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb import ledger
from kb.errors import InputError, PluginError
from kb.hookspecs import Embedder
from kb.ledger import citation
from kb.question import Question, understand
from kb.records import Answer, Evidence
from kb.search import Scope, rank, scope_of
from kb.select import Unit, View, judge, make_view, weigh

SECTIONS = 14
"""Sections whose sentences are compared with the question."""
QUOTE = 420
"""Characters that one quote may have."""
ROOM = 520
"""Characters that all quotes of an answer may have together, lists apart."""
ENOUGH = 0.5
"""Confidence from which an answer is given."""
NEAR_MISSES = 3

COUNTED = frozenset({"count", "amount", "change"})
TYPED = COUNTED | frozenset({"share", "date", "who", "organisation", "person", "place", "project"})


@dataclass(slots=True)
class Finding:
    """Evidence for an answer, best first, and how sure it is."""

    evidence: list[Evidence]
    confidence: float
    documents: set[str]
    near: list[Unit]


def ask(
    store: Any,
    index: Any,
    embedder: Embedder | None,
    manager: Any,
    question: str,
    *,
    filters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An answer with citations, or a refusal with near misses: the dict of the house.

    `manager` calls the hook kb_answer; without it the built-in composer speaks. Raises InputError for an empty
    question and for unknown filters, PluginError where a plugin quotes what the document does not say.
    """
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty; ask something such as 'Who funds the project?'.")
    scope = scope_of(store, filters)
    documents = {d["id"]: d for d in store.documents() if d["status"] != "failed"}
    documents = {i: d for i, d in documents.items() if scope.documents is None or i in scope.documents}
    asked = understand(text, store.find_entities, [(a["short"], a["long"]) for a in store.acronyms()])
    finding = Seeker(store, index, embedder, asked, scope, documents).find()
    answer = _answer(manager, text, asked, finding, store)
    return {
        "question": question,
        "answered": answer.answered,
        "answer": answer.text,
        "kind": answer.kind,
        "confidence": round(answer.confidence, 3),
        "citations": [citation(e) for e in answer.citations],
        "coverage": {
            "documents_considered": len(documents),
            "documents_matching": len(finding.documents),
            "unreadable_pages": sum(len(d.get("unreadable") or ()) for d in documents.values()),
        },
        "near_misses": [citation(e) for e in answer.near_misses],
    }


def _answer(manager: Any, text: str, asked: Question, finding: Finding, store: Any) -> Answer:
    if not finding.evidence:
        near = [e for u in finding.near for e in store.evidence(u.view.id, *u.span)[:1]]
        return Answer(text, False, _refusal(asked, finding, near), asked.kind, finding.confidence, (), tuple(near))
    answer: Answer | None = None
    if manager is not None:
        answer = manager.hook.kb_answer(question=text, evidence=tuple(finding.evidence))
    if answer is None:
        from kb.plugins import compose

        answer = compose.kb_answer(text, tuple(finding.evidence))
    for cited in answer.citations:
        section = store.section(cited.section_id) if cited.section_id else None
        if section is None or cited.quote not in section["text"]:
            raise PluginError(
                f"an answering plugin quotes words that {cited.path!r} does not hold: {cited.quote[:80]!r}. "
                "Switch it off with KB_DISABLED_PLUGINS (see `kb plugins`)."
            )
    return replace(answer, kind=asked.kind, confidence=finding.confidence)


def _refusal(asked: Question, finding: Finding, near: Sequence[Evidence]) -> str:
    missing = list(dict.fromkeys(t.text for u in finding.near[:1] for t in u.missing))
    what = f" Nothing found says anything of {' or '.join(f'“{m}”' for m in missing[:3])} in this connection." if missing else ""
    close = " The closest passages are listed below; they do not answer it." if near else ""
    return f"The documents do not answer this.{what}{close}"


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
        return found or self._sentences(self.asked, self.scope)

    # -- sentences

    def units(self, asked: Question, scope: Scope) -> list[Unit]:
        """All sentences of the sections that search finds, judged, best first."""
        more = [" ".join(a) for t in asked.terms for a in t.alternatives[1:]]
        hits = rank(self.store, self.index, self.embedder, asked.text, scope=scope, more=more)
        rows = {r["id"]: r for r in self.store.passages([h.passage for h in hits])}
        best: dict[str, list[tuple[int, int, float]]] = {}
        for hit in hits:
            row = rows[hit.passage]
            if row["section_id"] in best or len(best) < SECTIONS:
                best.setdefault(row["section_id"], []).append((row["start"], row["end"], hit.similarity))
        views = self.views(list(best))
        vocabulary = sorted({s for t in asked.terms for a in t.alternatives[:1] for s in a})
        frequency, total = self.store.frequencies(vocabulary)
        weights = weigh(asked, frequency, total)
        units = [
            judge(asked, weights, view, i, max((s for a, b, s in best[view.id] if a <= start < b), default=0.0))
            for view in views
            for i, (start, _) in enumerate(view.spans)
        ]
        return sorted(units, key=lambda u: -u.score)

    def views(self, sections: Sequence[str]) -> list[View]:
        views = []
        for section_id in sections:
            section = self.store.section(section_id)
            document = self.documents.get(section["document"])
            if document is not None:
                views.append(
                    make_view(
                        section,
                        document,
                        self.store.mentions(section=section_id),
                        self.store.figures(section=section_id),
                    )
                )
        return views

    def _sentences(self, asked: Question, scope: Scope) -> Finding:
        units = self.units(asked, scope)
        if not units:
            return Finding([], 0.05, set(), [])
        best = units[0]
        confidence = sure(asked, best)
        matching = {u.view.document for u in units if u.score >= 0.85 * best.score}
        if confidence < ENOUGH:
            return Finding([], confidence, set(), _apart(units)[:NEAR_MISSES])
        chosen = choose(asked, units)
        return Finding([e for u in chosen for e in self.quote(u)], confidence, matching, [])

    def quote(self, unit: Unit) -> list[Evidence]:
        """The unit's sentence, cut at a clause where it is long, with its facts."""
        start, end = unit.span
        if end - start > QUOTE:
            start, end = _window(unit, start, end)
        found = self.store.evidence(unit.view.id, start, end)
        return [replace(e, facts=unit.facts if n == 0 else ()) for n, e in enumerate(found)]

    # -- ledger

    def _ledger(self) -> Finding | None:
        rows = ledger.answering(self.store, self.asked, self.scope)
        if not rows:
            return None
        evidence = []
        for row in rows:
            found = self.store.evidence(row["section"], row["start"], row["end"])
            evidence += [replace(e, facts=(row["fact"],) if row["fact"] else ()) for e in found[:1]]
        return Finding(_merged(evidence), 0.9, {e.document for e in evidence}, [])

    def _definition(self) -> Finding | None:
        rows = ledger.acronyms(self.store, self.asked, self.scope)
        if not rows:
            return None
        evidence = []
        for row in rows[:2]:
            found = self.store.evidence(row["section"], row["start"], row["end"])
            evidence += [replace(e, facts=(f"{row['short']} stands for {row['long']}",)) for e in found[:1]]
        return Finding(evidence, 0.95, {e.document for e in evidence}, [])

    def _documents(self) -> Finding | None:
        """Documents in which one section holds all that is asked for."""
        wanted = [t for t in self.asked.terms if t.name or t.alternatives[0][0] not in ledger.GENERIC]
        if not wanted:
            return None
        asked = replace(self.asked, kind="describe", terms=tuple(wanted))
        evidence, matching = [], set()
        for document, row in sorted(self.documents.items(), key=lambda d: _time(d[1])):
            if self.scope.documents is not None and document not in self.scope.documents:
                continue
            units = self.units(asked, Scope(frozenset({document}), self.scope.sections))
            if units and not units[0].missing and units[0].coverage >= 0.7:
                matching.add(document)
                found = self.quote(units[0])
                evidence += [replace(found[0], facts=(_label(row),))]
        return Finding(evidence, 0.8, matching, []) if evidence else None

    def _change(self) -> Finding | None:
        """The same figure in each document that tells it, in time order."""
        told: list[tuple[tuple[str, str], Unit, str]] = []
        for document, row in self.documents.items():
            if self.scope.documents is not None and document not in self.scope.documents:
                continue
            asked = replace(self.asked, kind="count", period=None)
            units = self.units(asked, Scope(frozenset({document}), self.scope.sections))
            if units and sure(asked, units[0]) >= ENOUGH:
                told.append((_time(row), units[0], _label(row)))
        if len(told) < 2:
            return None
        told.sort(key=lambda t: t[0])
        if len(told) > 6:
            told = [told[0], told[-1]]
        evidence = []
        for _, unit, label in told:
            found = self.quote(unit)
            evidence += [replace(found[0], facts=(f"{unit.facts[0] if unit.facts else ''} ({label})".strip(),)), *found[1:]]
        sureness = min(sure(self.asked, u) for _, u, _ in told)
        return Finding(evidence, max(sureness, ENOUGH), {u.view.document for _, u, _ in told}, [])


def sure(asked: Question, unit: Unit) -> float:
    """0..1: how likely the sentence answers the question."""
    fatal = [t for t in unit.missing if t.name or t.head and asked.kind in COUNTED]
    if fatal:
        return 0.2 * unit.coverage
    if asked.kind in TYPED and unit.fit < 0.35:
        return 0.4 * unit.coverage
    value = 0.62 * unit.coverage + 0.18 * unit.own + 0.2 * unit.fit
    return max(0.0, min(1.0, (value - 0.3) / 0.5))


def choose(asked: Question, units: Sequence[Unit]) -> list[Unit]:
    """The best sentence, and those that say as much or add to it, within the room of an answer."""
    best = units[0]
    room = ROOM * (3 if asked.plural else 1)
    share = 0.86 if asked.plural or asked.kind in ("describe", "reason") else 0.93
    chosen: list[Unit] = []
    used = 0
    for unit in units[:12]:
        length = min(unit.span[1] - unit.span[0], QUOTE)
        again = any(unit.view.sentence(unit.i) == u.view.sentence(u.i) for u in chosen)
        weak = unit.score < share * best.score or (asked.kind in TYPED and unit.fit < 0.8 * best.fit)
        if again or weak or chosen and (used + length > room or len(chosen) >= (8 if asked.plural else 3)):
            continue
        chosen.append(unit)
        used += length
    return chosen


def _apart(units: Sequence[Unit]) -> list[Unit]:
    """The best sentence of each section."""
    seen: dict[str, Unit] = {}
    for unit in units:
        seen.setdefault(unit.view.id, unit)
    return list(seen.values())


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


def _merged(evidence: Sequence[Evidence]) -> list[Evidence]:
    """One piece of evidence for each quote, with all the facts it gives."""
    merged: dict[tuple[str, str], Evidence] = {}
    for e in evidence:
        old = merged.get((e.section_id, e.quote))
        facts = tuple(dict.fromkeys((*(old.facts if old else ()), *e.facts)))
        merged[e.section_id, e.quote] = replace(old or e, facts=facts)
    return list(merged.values())


def _numbers(document: Mapping[str, Any]) -> set[str]:
    """Issue numbers in a document's title, period or file name."""
    text = f"{document['title']} {document['period_label'] or ''} {Path(document['path']).stem}".replace("_", " ")
    return set(re.findall(r"\b(?:no|nr|number|issue|vol|newsletter|№)[.\s]*\s*(\d+)\b", text, re.I))


def _time(document: Mapping[str, Any]) -> tuple[str, str]:
    return (document["period_end"] or document["published"] or "", document["path"])


def _label(document: Mapping[str, Any]) -> str:
    """A document's title, with its number or file name where the title lacks it."""
    title = document["title"] or Path(document["path"]).stem
    number = sorted(_numbers(document), key=int)
    if number and not re.search(rf"\b{number[0]}\b", title):
        title = f"{title}, No. {number[0]}"
    label = document["period_label"] or ""
    return title if not label or label.casefold() in title.casefold() else f"{title}, {label}"

"""Question → finding: a question over several things is asked for each, and answered where each is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.choose import ENOUGH
from kb.hookspecs import Embedder
from kb.parts import MANY, Slot, clauses, measured, named_documents, of_time, slots, times, with_years
from kb.question import Question, asked_of, understand
from kb.records import Evidence
from kb.search import Scope
from kb.seek import Finding, Seeker, label, merged
from kb.words import content, stem


class Inquiry:
    """A question asked of a knowledge base within a scope."""

    def __init__(
        self,
        store: Any,
        index: Any,
        embedder: Embedder | None,
        scope: Scope,
        documents: Mapping[str, Mapping[str, Any]],
        language: str = "en",
    ) -> None:
        self.store, self.index, self.embedder = store, index, embedder
        self.scope, self.documents, self.language = scope, documents, language
        self.acronyms = store.acronym_pairs()

    def find(self, text: str) -> tuple[Question, Finding]:
        """The question taken apart, and the evidence found; of several questions in one, each must be answered."""
        if self.language != "en":  # how other languages join questions is not known
            asked = self.understand(text)
            return asked, self.seek(asked, self.scope)
        pieces = clauses(with_years(text))
        if len(pieces) == 1:
            return self._clause(pieces[0])
        found = [self._clause(p, one_of_several=True) for p in pieces]
        return replace(found[0][0], text=text), _together([f for _, f in found])

    def _clause(self, text: str, *, one_of_several: bool = False) -> tuple[Question, Finding]:
        named = named_documents(text, self.documents)
        asked = self.understand(text)
        if named:
            kind = asked.kind if asked.kind == "documents" else None
            asked = self.understand(named.rest)
            asked = replace(asked, kind=kind or asked.kind)
        several = slots(asked, text, named)
        if asked.kind == "yesno" and len(several) < 2:
            several = []
        if len(several) > 1:
            return asked, self._each(asked, several)
        if one_of_several and asked.period and not named:
            told = times(text)
            return asked, self._time(asked, Slot(told[0][0], None, asked.period))
        scope = _within(self.scope, named.groups[0].documents if named else None)
        if named and len(named.groups) == 1 and named.groups[0].label:
            asked = replace(asked, period=None)
        return asked, self.seek(asked, scope)

    def understand(self, text: str) -> Question:
        """The question taken apart with the names that the store knows."""
        return understand(text, self.store.find_entities, self.acronyms, self.language)

    def seek(self, asked: Question, scope: Scope) -> Finding:
        """The evidence to one question within a scope."""
        held = {i: d for i, d in self.documents.items() if scope.documents is None or i in scope.documents}
        return Seeker(self.store, self.index, self.embedder, asked, scope, held).find()

    def _each(self, asked: Question, several: Sequence[Slot]) -> Finding:
        kind = measured(asked)
        found = []
        for slot in several:
            one = replace(
                asked, kind=kind, period=slot.period, numbers=(), plural=asked.plural and kind == asked.kind
            )
            finding = self._slot(one, slot)
            if finding.evidence or slot.required:
                found.append((slot, one, finding))
        told = [f for *_, f in found if f.evidence]
        if told and len(told) < len(found) and kind != asked.kind:
            found = [(s, q, f if f.evidence else self._as_total(q, s, f)) for s, q, f in found]
        return _together([f for *_, f in found]) if found else Finding([], 0.2, set(), [])

    def _slot(self, asked: Question, slot: Slot) -> Finding:
        return self._documents(asked, slot) if slot.documents is not None else self._time(asked, slot)

    def _as_total(self, asked: Question, slot: Slot, lacking: Finding) -> Finding:
        """Where one document says "contacts followed", another has a row that says no more than "contacts": it is that figure."""
        core = tuple(t for t in asked.terms if t.name or t.head or t.where)
        finding = self._slot(replace(asked, terms=core), slot) if any(t.head for t in core) else lacking
        labels = [re.split(r"[|:\d]", e.quote)[0] for e in finding.evidence if e.facts]
        plain = asked_of(asked) | _PLAIN
        bare = all({s for _, _, s in content(label)} <= plain for label in labels)
        return finding if labels and bare else lacking

    def _documents(self, asked: Question, slot: Slot) -> Finding:
        """From the documents of a slot: from each that tells it nearly as well as the best."""
        ids = sorted(slot.documents or ())
        if len(ids) > MANY:
            return _labelled(self.seek(asked, _within(self.scope, slot.documents)), slot.label)
        found = [(i, self.seek(asked, _within(self.scope, frozenset({i})))) for i in ids]
        told = [(i, f) for i, f in found if f.evidence]
        if not told:
            return max((f for _, f in found), key=lambda f: f.confidence, default=Finding([], 0.1, set(), []))
        best = max(f.confidence for _, f in told)
        near = [(i, f) for i, f in told if f.confidence >= 0.85 * best]
        return _together([_labelled(f, label(self.documents[i], short=True)) for i, f in near])

    def _time(self, asked: Question, slot: Slot) -> Finding:
        """Of a time: from the documents of that time, else from any that tells of it."""
        assert slot.period is not None
        issued = frozenset(i for i, d in self.documents.items() if of_time(d, slot.period))
        finding = self.seek(asked, _within(self.scope, issued)) if issued else Finding([], 0.1, set(), [])
        if not finding.evidence:
            finding = self.seek(asked, self.scope)
        return _labelled(finding, slot.label)


_PLAIN = frozenset(map(stem, ("total", "overall", "cumulative")))


def _within(scope: Scope, documents: frozenset[str] | None) -> Scope:
    if documents is None:
        return scope
    kept = documents if scope.documents is None else scope.documents & documents
    return Scope(kept, scope.sections)


def _labelled(finding: Finding, name: str) -> Finding:
    """The finding with the time or document that its first facts are of."""
    if not name:
        return finding
    first = next((e for e in finding.evidence if e.facts), None)
    if first is None:
        return finding
    evidence = [
        replace(e, facts=tuple(f"{f} ({name})" for f in e.facts)) if e.facts else e for e in finding.evidence
    ]
    return replace(finding, evidence=evidence)


def _together(found: Sequence[Finding]) -> Finding:
    """All findings as one, or a refusal where one of them is none."""
    lacking = [f for f in found if not f.evidence]
    if lacking:
        near = [u for f in lacking for u in f.near[:1]] + [u for f in lacking for u in f.near[1:2]]
        confidence = min(min(f.confidence for f in lacking), ENOUGH - 0.01)
        return Finding([], confidence, set(), near)
    evidence: list[Evidence] = merged([e for f in found for e in f.evidence])
    return Finding(evidence, min(f.confidence for f in found), set().union(*(f.documents for f in found)), [])

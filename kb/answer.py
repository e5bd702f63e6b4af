"""Question → evidence → answer with citations, or a refusal with near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kb import conflicts, nearby, suggest, talk, times
from kb.compare import Inquiry
from kb.errors import InputError, PluginError
from kb.hookspecs import Embedder
from kb.ledger import citation
from kb.periods import issued, long_date
from kb.question import Question
from kb.records import Answer, Evidence
from kb.rules import Rule
from kb.search import Remembering, Scope, scope_of
from kb.seek import Finding
from kb.versions import counted, without_edition
from kb.words import guess

AROUND = 600
"""Characters of a section that are shown on either side of a source that was asked for."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What answers are made from."""

    store: Any
    index: Any
    embedder: Embedder | None
    manager: Any
    """Calls the hook kb_answer."""
    rules: Sequence[Rule] = ()
    """What people ruled where documents disagree."""


def ask(
    sources: Sources,
    question: str,
    *,
    filters: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> dict[str, Any]:
    """An answer with citations, or a refusal with near misses: the dict of the house.

    `context`: the answer to the question before, on which this one may lean. `today`: what *last year* is told from.
    Raises InputError for an empty question and for unknown filters, PluginError where a plugin quotes what the document does
    not say, or none words the answer.
    """
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty; ask something such as 'Who funds the project?'.")
    if sources.embedder is not None:
        sources = replace(sources, embedder=Remembering(sources.embedder))
    store = sources.store
    readings = [talk.Follow(text)]
    if context:
        whole = Inquiry(store, sources.index, sources.embedder, Scope(), {}, guess(text, store.languages()))
        readings = talk.complete(text, context, whole.understand, lambda ids: store.entities(ids=list(ids)))
    if context and readings[0].shown:
        return _shown(store, question, readings[0], context)
    labels = talk.filter_labels(filters or {}) if context else []
    found = []
    for reading in readings:
        answer = _whole(sources, reading.text, filters or {}, today or date.today())
        found.append({"question": question, **answer, "context": [*reading.kept, *labels]})
        if answer["answered"]:
            return found[-1]
    return found[0]


def _whole(sources: Sources, text: str, filters: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer to a question that is whole by itself."""
    store = sources.store
    scope = scope_of(store, filters)
    documents = {d["id"]: d for d in store.documents() if d["status"] != "failed"}
    documents = {i: d for i, d in documents.items() if scope.documents is None or i in scope.documents}
    language = guess(text, store.languages())
    # Of an issue in several languages one version is asked; the others only where that one does not answer.
    once = {d["id"]: d for d in counted(documents.values(), language, text)}
    # How other languages tell time is not known.
    when = times.settle(text, once, today) if language == "en" else times.When(text)
    if when.documents is not None:
        documents = {i: d for i, d in documents.items() if i in when.documents}
        once = {i: d for i, d in once.items() if i in when.documents}
        scope = Scope(when.documents, scope.sections)
    narrow = scope if len(once) == len(documents) else Scope(frozenset(once), scope.sections)

    def find(words: str) -> tuple[Question, Finding]:
        parts = (store, sources.index, sources.embedder)
        found = Inquiry(*parts, narrow, once, language).find(without_edition(words))
        if not found[1].evidence and narrow is not scope:
            further = Inquiry(*parts, scope, documents, language).find(without_edition(words))
            found = further if further[1].evidence else found
        return found

    asked, finding = find(when.text)
    if not finding.evidence and when.words:
        as_told = find(text)
        if times.in_words_of(when, [e.quote for e in as_told[1].evidence]):
            (asked, finding), when = as_told, replace(when, notes=(_AS_TOLD,))
    if not finding.evidence and language == "en":
        # Words such as "before the new director" may bound the time; where the documents tell them as they stand, they do not.
        event = times.event(when.text, store, sources.index, sources.embedder, documents)
        if event is not None:
            asked, finding = find(event.text)
            when = replace(event, notes=(*when.notes, *event.notes))
            if finding.evidence and when.event:
                finding.evidence += [e for e in store.evidence(*when.event)[:1] if e not in finding.evidence]
    near = nearby.Offer() if finding.evidence else nearby.closest(store, asked, narrow)
    answer = _answer(sources.manager, text, asked, finding, near, store)
    cited = [e.document for e in answer.citations]
    return {
        "answered": answer.answered,
        "answer": answer.text,
        "kind": answer.kind,
        "confidence": round(answer.confidence, 3),
        "citations": [citation(e) for e in answer.citations],
        "coverage": {
            "documents_considered": len(once),
            "documents_matching": len({documents[d]["version_of"] or d for d in finding.documents}),
            "unreadable_pages": sum(len(d.get("unreadable") or ()) for d in documents.values()),
        },
        "near_misses": [citation(e) for e in answer.near_misses],
        "asked": text,
        "time": list(when.notes),
        "as_of": _as_of([documents[d] for d in {*finding.documents, *cited} if d in documents]),
        "closest": near.close,
        "conflicts": conflicts.beside(store, finding.evidence, sources.rules) if asked.kind in _TOLD else [],
        "names": suggest.named(store, [e.section_id for e in answer.citations]),
    }


_AS_TOLD = "words of time as the document has them, from its own day"
_TOLD = frozenset({"count", "amount", "share", "change"})
"""Kinds whose answers are figures, which may disagree."""


def _as_of(documents: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The newest of the documents that an answer is from: its id, title, date and the date in words."""
    dated = [d for d in documents if issued(d)]
    if not dated:
        return None
    newest = max(dated, key=lambda d: (issued(d), d["path"]))
    day = issued(newest)
    return {"document": newest["id"], "title": newest["title"], "date": day, "says": long_date(day, "")}


def _shown(store: Any, question: str, follow: talk.Follow, context: Mapping[str, Any]) -> dict[str, Any]:
    """One source of the answer before, with the words around it."""
    sources = list(context.get("citations") or context.get("near_misses") or ())
    chosen = sources[follow.shown - 1 : follow.shown] if follow.shown <= len(sources) else []
    section = store.section(chosen[0]["section_id"]) if chosen else None
    if section is None:
        text = (
            f"The answer before has {len(sources)} source{'s' * (len(sources) != 1)}; there is no such one."
        )
    else:
        at = max(0, section["text"].find(chosen[0]["quote"]))
        start, end = max(0, at - AROUND), at + len(chosen[0]["quote"]) + AROUND
        piece = section["text"][start:end].strip()
        text = f"{'… ' * (start > 0)}{piece}{' …' * (end < len(section['text']))}"
    return {
        **context,
        "question": question,
        "answered": section is not None,
        "answer": text,
        "kind": "describe",
        "citations": chosen if section is not None else [],
        "near_misses": [],
        "context": list(follow.kept),
        "shown": follow.shown,
    }


def _answer(
    manager: Any, text: str, asked: Question, finding: Finding, offer: nearby.Offer, store: Any
) -> Answer:
    if not finding.evidence:
        near = [e for u in finding.near for e in store.evidence(u.view.id, *u.span)[:1]]
        return Answer(
            text,
            False,
            _refusal(asked, finding, near, offer),
            asked.kind,
            finding.confidence,
            (),
            tuple(near),
        )
    answer: Answer | None = manager.hook.kb_answer(question=text, evidence=tuple(finding.evidence))
    if answer is None:
        raise PluginError("no plugin words answers. Switch `compose` on again: kb plugins enable compose.")
    for cited in answer.citations:
        section = store.section(cited.section_id) if cited.section_id else None
        if section is None or cited.quote not in section["text"]:
            raise PluginError(
                f"an answering plugin quotes words that {cited.path!r} does not hold: {cited.quote[:80]!r}. "
                "Switch it off with KB_DISABLED_PLUGINS (see `kb plugins`)."
            )
    return replace(answer, kind=asked.kind, confidence=finding.confidence)


def _refusal(asked: Question, finding: Finding, near: Sequence[Evidence], offer: nearby.Offer) -> str:
    missing = list(dict.fromkeys(t.text for u in finding.near[:1] for t in u.missing))
    what = (
        f" Nothing found says anything of {' or '.join(f'“{m}”' for m in missing[:3])} in this connection."
        if missing
        else ""
    )
    beside = f" {offer.says}" if offer.says else ""
    close = " The closest passages are listed below; they do not answer it." if near else ""
    return f"The documents do not answer this.{what}{beside}{close}"

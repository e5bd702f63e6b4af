"""Question → evidence → answer with citations, or a refusal with near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.compare import Inquiry
from kb.errors import InputError, PluginError
from kb.hookspecs import Embedder
from kb.ledger import citation
from kb.question import Question
from kb.records import Answer, Evidence
from kb.search import Remembering, Scope, scope_of
from kb.seek import Finding
from kb.versions import counted, without_edition
from kb.words import guess


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

    `manager` calls the hook kb_answer. Raises InputError for an empty question and for unknown filters,
    PluginError where a plugin quotes what the document does not say, or none words the answer.
    """
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty; ask something such as 'Who funds the project?'.")
    scope = scope_of(store, filters)
    embedder = Remembering(embedder) if embedder else None
    documents = {d["id"]: d for d in store.documents() if d["status"] != "failed"}
    documents = {i: d for i, d in documents.items() if scope.documents is None or i in scope.documents}
    language = guess(text, store.languages())
    # Of an issue in several languages one version is asked; the others only where that one does not answer.
    once = {d["id"]: d for d in counted(documents.values(), language, text)}
    narrow = scope if len(once) == len(documents) else Scope(frozenset(once), scope.sections)
    asked, finding = Inquiry(store, index, embedder, narrow, once, language).find(without_edition(text))
    if not finding.evidence and narrow is not scope:
        further = Inquiry(store, index, embedder, scope, documents, language).find(without_edition(text))
        asked, finding = further if further[1].evidence else (asked, finding)
    answer = _answer(manager, text, asked, finding, store)
    return {
        "question": question,
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
    }


def _answer(manager: Any, text: str, asked: Question, finding: Finding, store: Any) -> Answer:
    if not finding.evidence:
        near = [e for u in finding.near for e in store.evidence(u.view.id, *u.span)[:1]]
        return Answer(
            text, False, _refusal(asked, finding, near), asked.kind, finding.confidence, (), tuple(near)
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


def _refusal(asked: Question, finding: Finding, near: Sequence[Evidence]) -> str:
    missing = list(dict.fromkeys(t.text for u in finding.near[:1] for t in u.missing))
    what = (
        f" Nothing found says anything of {' or '.join(f'“{m}”' for m in missing[:3])} in this connection."
        if missing
        else ""
    )
    close = " The closest passages are listed below; they do not answer it." if near else ""
    return f"The documents do not answer this.{what}{close}"

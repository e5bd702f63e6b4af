"""How good the extraction is: `kb eval` over gold annotations and over the plugins' own examples, and how it is shown."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import examples, gold
from kb.base import open_kb
from kb.errors import InputError
from kb.evaluate import Error, Score, score_document, score_questions
from kb.names import Names
from kb.terminal import line, say, show_table
from kb.text import sentences

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.manager import Manager

Scores = dict[str, list[Score]]
"""Document or file of questions → its scores."""


def of_gold(
    paths: Sequence[Path],
    corpus: Path,
    *,
    root: Path | None = None,
    questions: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> Scores:
    """Reads the annotated documents and scores what was found. Raises InputError.

    The state lies below `root`; without one it is thrown away. All documents share it, so that later ones know
    the names of earlier ones, as in a mission's own knowledge base.
    """
    golds = [gold.load(path) for path in paths]
    files = gold.find(golds, corpus)
    with tempfile.TemporaryDirectory() as folder, open_kb(root or folder, dict(settings or {})) as base:
        report = base.ingest(files)
        if report.failed:
            failed, reason = report.failed[0]
            raise InputError(f"{failed} cannot be scored: {reason.removeprefix(f'{failed}: ')}")
        export = base.export()
        found: Scores = {}
        for path, one in zip(paths, golds, strict=True):
            scores = score_document(export, one) if one.document else []
            scores = [_quoted(s, base, one.document) for s in scores]
            if questions and (one.questions or one.unanswerable):
                scores.append(score_questions(one, base.ask))
            found[one.document or path.name] = scores
    return found


def of_examples(manager: Manager) -> list[Score]:
    """One score a plugin that brings examples."""
    names = Names(entry for entries in manager.hook.kb_authority() for entry in entries)
    return [
        examples.score(plugin, [examples.run(e, plugin, manager, names) for e in examples.load(path)])
        for plugin, path in sorted(examples.files(manager).items())
    ]


def _quoted(score: Score, base: KnowledgeBase, name: str) -> Score:
    """The errors with the words of the document that they are about."""
    document = base.document(Path(name).name)["id"]

    def wrong(error: Error) -> Error:
        mentions = base.entity(error.entity)["mentions"] if error.entity else []
        return replace(
            error, quote=next((m["quote"] for m in mentions if m["document"] == document), error.quote)
        )

    def missed(error: Error) -> Error:
        # The sentence that holds the name as it is annotated; of numbers and descriptions there is none.
        text = base.section_text(document, quote=error.what)
        at = text.find(error.what)
        return replace(error, quote=next((text[a:b] for a, b in sentences(text) if text and a <= at < b), ""))

    return replace(score, wrong=tuple(map(wrong, score.wrong)), missed=tuple(map(missed, score.missed)))


def as_json(scores: Sequence[Score]) -> dict[str, Any]:
    """Scores as plain data: kind → measures, wrong, missed."""
    return {
        s.kind: {
            **s.measures,
            "wrong": [_error(e) for e in s.wrong],
            "missed": [_error(e) for e in s.missed],
        }
        for s in scores
    }


def _error(error: Error) -> dict[str, str]:
    return {k: v for k, v in asdict(error).items() if v}


def show(title: str, scores: Sequence[Score], *, errors: bool) -> None:
    """A table of the scores, and below it what was found wrongly and what was missed."""
    if title:
        say(line(title), "bold")
    shared = ("precision", "recall", "f1")
    rows = []
    for s in scores:
        rest = ", ".join(f"{k.replace('_', ' ')} {v:g}" for k, v in s.measures.items() if k not in shared)
        rows.append((s.kind, *(f"{s.measures[k]:.3f}" if k in s.measures else None for k in shared), rest))
    show_table(("kind", *shared, ""), rows)
    for s in scores if errors else ():
        for word, found in (("wrong", s.wrong), ("missed", s.missed)):
            for error in found:
                say(f"{word}, {s.kind}: {line(error.what)}", indent=2)
                if error.quote:
                    say(f"“{line(error.quote)[:400]}”", "dim", indent=6)

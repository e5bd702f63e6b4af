"""In which rows of a table a name stands: "in which districts does X work?" of a table that lists who works where."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from kb.fit_names import level_asked
from kb.question import Question, Term
from kb.tables import Found, clean, covered_by, named_columns, tables
from kb.views import View, held
from kb.words import content, stems

_APART = re.compile(r"\s*[,;/]\s*")
LEAST = 0.75
"""Share of the question's weight that name, row and surroundings must hold."""


def rows_that_list(question: Question, weights: Sequence[float], views: Sequence[View]) -> Found | None:
    """The rows of a table in whose cells a name of the question stands by itself, named by the first column; or None.

    The first column must be what is asked for ("in which districts …"), or places where it is only asked where.
    """
    if question.kind not in ("place", "organisation", "project", "describe"):
        return None
    named = [t for t in question.terms if t.name]
    if len(named) != 1:
        return None
    found = [f for v in views if (f := _in_tables(question, weights, v, named[0]))]
    return max(found, key=lambda f: f.covered, default=None)


def _in_tables(question: Question, weights: Sequence[float], view: View, name: Term) -> Found | None:
    best = None
    forms = set(name.alternatives)
    for header, rows in tables(view.text):
        head = set(stems(header.cells[0], question.language))
        asked = set(stems(question.head, question.language))
        if not (head & asked if asked else question.kind == "place" and level_asked(header.cells[0])):
            continue
        named = [n + 1 for n, _, term in named_columns(question, header.cells[1:]) if term is not name]
        columns = named or range(1, len(header.cells))
        listed = [
            (row, column)
            for row in rows
            for column in columns
            if row.cells[0].strip() and _lists(row.cells[column], forms, question)
        ]
        if not listed:
            continue
        around = {
            *view.heading_words,
            *view.title_words,
            *head,
            *(s for a in name.alternatives[:1] for s in a),
        }
        around.update(s for _, c in listed for s in stems(header.cells[c], question.language))
        covered = covered_by(question, weights, frozenset(around))
        if covered < LEAST or (best and best.covered >= covered):
            continue
        labels: dict[str, list[str]] = {}
        for row, column in listed:
            labels.setdefault(clean(row.cells[0]), []).append(clean(header.cells[column]))
        facts = tuple(f"{label} ({', '.join(told)})" for label, told in labels.items())
        best = Found(view, tuple(dict.fromkeys(r for r, _ in listed)), header, facts, covered)
    return best


def elsewhere(question: Question, view: View, i: int) -> bool:
    """Does a table of the section tell where the name asked about stands, and not here?

    Not in this row or sentence, or under none of the columns asked about, or for places of another level than asked for.
    """
    forms = {a for t in question.terms if t.name for a in t.alternatives}
    if question.kind != "place" or not forms:
        return False
    start, end = view.spans[i]
    for header, rows in tables(view.text):
        listed = [(r, n) for r in rows for n, c in enumerate(r.cells) if _lists(c, forms, question)]
        if not listed or any(n == 0 for _, n in listed):
            continue
        here = {n for r, n in listed if r.start < end and start < r.end}
        if not here:
            return not any(held(t, view.words[i]) for t in question.terms if t.alternatives[0] in forms)
        wanted, told = level_asked(question.head), level_asked(header.cells[0])
        columns = {n + 1 for n, *_ in named_columns(question, header.cells[1:])}
        return bool(wanted and told and not wanted & told or columns and not columns & here)
    return False


def _lists(cell: str, forms: Container[tuple[str, ...]], question: Question) -> bool:
    """Does a name stand by itself in a cell?"""
    return any(_content(item, question) in forms for item in _APART.split(cell))


def _content(cell: str, question: Question) -> tuple[str, ...]:
    """The stems of a name in a cell, as those of a question's terms are."""
    return tuple(s for _, _, s in content(cell, question.language))

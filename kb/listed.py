"""In which rows of a table a name stands: "in which districts does X work?" of a table that lists who works where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.fit_names import level_asked
from kb.question import Question, Term
from kb.tables import Found, clean, covered_by, named_columns, tables
from kb.views import View
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
            if row.cells[0].strip()
            and any(_content(i, question) in forms for i in _APART.split(row.cells[column]))
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


def _content(cell: str, question: Question) -> tuple[str, ...]:
    """The stems of a name in a cell, as those of a question's terms are."""
    return tuple(s for _, _, s in content(cell, question.language))

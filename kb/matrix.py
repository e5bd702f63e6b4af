"""Questions to a table of who does what where: the cell under a sector, in the rows that any of their labels names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.periods import meets
from kb.question import Question, Term
from kb.tables import BAR, Found, Line, clean, covered_by, named_columns, tables
from kb.views import View
from kb.words import stem, stems

LEAST = 0.75
"""Share of the question's weight that labels, column and surroundings must hold."""
ALIKE = 0.9
"""Share of the cells that two tables must both fill or both leave empty for one to lend the other its heads."""
MANY = 15
_PLAIN = frozenset(
    map(stem, "service through cover include intervention sector total receive get reçoit elle il".split())
)
"""Words that ask and need not be held."""
_THROUGH = re.compile(r"\b(?:through|via|with the help of) (?:whom|which)\b", re.I)
_COVERS = re.compile(r"\b(?:covers?|lists?|includes?|contains?|names?|shows?|appear)\b", re.I)
_OF_TABLE = re.compile(r"\b(?:table|matrix|map|[345]W)\b", re.I)
_TOTAL = re.compile(r"(?:grand |over)?totals?|total général", re.I)
_MONEY = re.compile(
    r"[$€£]|\b(?:USD|EUR|GBP|amounts?|montants?|budgets?|fund(?:s|ing)?|financements?|allocations?)\b", re.I
)
_AMOUNT = re.compile(r"\W{0,2}(?:[A-Z]{2,3}[$ ]*)?\d[\d\s.,]*(?:\s?(?:million|m|k)s?)?\W*")
_NAME = re.compile(r"[^\W\d_][^|]*")
_ITEMS = re.compile(r"\s*[,;]\s*")


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table: its head, its rows, how many columns are labels, and the section in which its heads stand."""

    view: View
    head: Line
    rows: tuple[Line, ...]
    labels: int
    heads_in: View


def cell_asked(question: Question, weights: Sequence[float], views: Sequence[View]) -> Found | None:
    """The cells that a question asks for by a sector and a place (or the labels or the total of a column); or None."""
    if question.kind not in ("who", "organisation", "describe", "count", "place"):
        return None
    grids = [g for v in views for g in _grids(v)]
    found = [f for g in grids if (h := _with_heads(g, grids)) and (f := _in_grid(question, weights, h))]
    return max(found, key=lambda f: f.covered, default=None)


def _grids(view: View) -> Iterator[_Grid]:
    """The tables of a section with several columns of labels or more; heads of other columns may be pictures, hence empty."""
    lines: list[Line] = []
    at = 0
    for raw in [*view.text.split("\n"), ""]:
        cells = tuple(c.strip() for c in BAR.split(raw)) if "|" in raw else ()
        if lines and len(cells) != len(lines[0].cells):
            if len(lines) > 3 and (labels := _labels(lines)):
                yield _Grid(view, lines[0], tuple(lines[1:]), labels, view)
            lines = []
        if cells:
            lines.append(Line(at, at + len(raw), cells))
        at += len(raw) + 1


def _labels(lines: Sequence[Line]) -> int:
    """How many columns on the left are labels: names that come again or stand in nearly each row, under a head."""
    count = 0
    head, *rows = lines
    if any(re.search(r"\d", c) for c in head.cells if not re.fullmatch(r"[345]W", c)):
        return 0
    for n, name in enumerate(head.cells):
        cells = [r.cells[n] for r in rows if r.cells[n]]
        plain = [c for c in cells if _NAME.fullmatch(c) and not re.search(r"[,;]|[A-Z]/[A-Z]{2}", c)]
        if not name or 4 * len(cells) < 3 * len(rows) or 10 * len(plain) < 9 * len(cells):
            break
        count = n + 1
    return count if count < len(head.cells) else max(count - 1, 0)


def _with_heads(grid: _Grid, others: Sequence[_Grid]) -> _Grid | None:
    """The table; where its columns bear no names, with those of one of the same document that has the same rows."""
    labels, head = grid.labels, grid.head.cells
    if all(head):
        return grid
    if any(head[labels:]) or not labels:
        return None
    for twin in others:
        if (
            twin.view.document != grid.view.document
            or not all(twin.head.cells)
            or head[:labels] != twin.head.cells[:labels]
            or len(twin.rows) < len(grid.rows)
        ):
            continue
        pairs = list(zip(grid.rows, twin.rows, strict=False))
        if not all(a in ("", b) for x, y in pairs for a, b in zip(x.cells[:labels], y.cells, strict=False)):
            continue
        width = len(head) - labels
        fits = sorted(
            (_alike(pairs, labels, at, width), at) for at in range(labels, len(twin.head.cells) - width + 1)
        )
        if not fits or fits[-1][0] < ALIKE or (len(fits) > 1 and fits[-2][0] == fits[-1][0]):
            continue
        at = fits[-1][1]
        cells = (*head[:labels], *twin.head.cells[at : at + width])
        rows = tuple(replace(x, cells=(*y.cells[:labels], *x.cells[labels:])) for x, y in pairs)
        return replace(grid, head=replace(twin.head, cells=cells), rows=rows, heads_in=twin.view)
    return None


def _alike(pairs: Sequence[tuple[Line, Line]], labels: int, at: int, width: int) -> float:
    """0..1: share of the cells that both tables fill or both leave empty, were the columns those from `at` on."""
    same = [
        bool(a) == bool(b)
        for x, y in pairs
        for a, b in zip(x.cells[labels:], y.cells[at : at + width], strict=True)
    ]
    return sum(same) / len(same)


def amount_of(question: Question, weights: Sequence[float], views: Sequence[View]) -> Found | None:
    """What a body gets, by the row in which it stands alone in a cell: the amount beside it, or that of a column asked for."""
    if question.kind != "amount":
        return None
    found = [f for v in views for g in tables(v.text) if (f := _beside(question, weights, v, *g))]
    return max(found, key=lambda f: f.covered, default=None)


def _beside(
    question: Question, weights: Sequence[float], view: View, header: Line, rows: Sequence[Line]
) -> Found | None:
    bodies = [t for t in question.terms if any(e.startswith("org:") for e in t.entities)]
    for row in rows:
        for n, cell in enumerate(row.cells[:-1]):
            body = next((t for t in bodies if _is(t, cell, question)), None)
            after = [c for c in range(n + 1, len(row.cells)) if _AMOUNT.fullmatch(row.cells[c].strip())]
            if body is None or not after or after[0] != n + 1:
                continue
            named = [c for c, *_ in named_columns(question, header.cells) if c in after]
            column = named[0] if named else after[0]
            value, name = row.cells[column].strip(), header.cells[column]
            if len(named) > 1 or not _MONEY.search(f"{value} {name}"):
                continue
            held = {s for c in (cell, *header.cells) for s in stems(c, question.language)}
            words = frozenset(held) | view.every | view.heading_words | view.title_words
            covered = covered_by(question, weights, words | _home_words(question, view), _PLAIN)
            if covered >= LEAST:
                return Found(view, (row,), header, (f"{value} ({clean(cell)}, {clean(name)})",), covered)
    return None


def _home_words(question: Question, view: View) -> frozenset[str]:
    """Stems of the terms that name the country that the document is about."""
    return frozenset(s for t in question.terms if view.home in t.entities for s in t.alternatives[0])


def _in_grid(question: Question, weights: Sequence[float], grid: _Grid) -> Found | None:
    view, head = grid.view, grid.head.cells
    if question.period and view.period[0] and not meets(question.period, view.period):
        return None
    around = view.heading_words | view.title_words | grid.heads_in.heading_words | _home_words(question, view)

    def found(rows: Sequence[Line], facts: Sequence[str], held: frozenset[str]) -> Found | None:
        covered = covered_by(question, weights, around | held, _PLAIN)
        unique = tuple(dict.fromkeys(facts))
        if covered < LEAST or not unique:
            return None
        return Found(view, tuple(rows), grid.head, unique, covered, grid.heads_in)

    if _COVERS.search(question.text) and _OF_TABLE.search(question.text):
        asked = frozenset(stems(question.head, question.language))
        columns = [n for n in range(grid.labels) if frozenset(stems(head[n], question.language)) == asked]
        first = {r.cells[n]: r for n in columns for r in reversed(grid.rows) if r.cells[n]}
        told = [c for c in reversed(first) if not _TOTAL.fullmatch(c)]
        if columns and len(told) <= MANY:
            return found([first[c] for c in told], [clean(c) for c in told], asked)
    columns_named = named_columns(question, head[grid.labels :])
    if not columns_named:
        return None
    own = {s for t in question.terms for s in t.alternatives[0]}
    # Of "Food security" and "Nutrition" the first is named by "food", the other by a word that serves for it.
    ranked = [
        ((bool(own & set(stems(head[n + grid.labels], question.language))), share), n + grid.labels)
        for n, share, _ in columns_named
    ]
    most = max(rank for rank, _ in ranked)
    best = {n for rank, n in ranked if rank == most}
    if len(best) > 1:
        return None
    column = best.pop()
    of_column = frozenset(stems(head[column], question.language))
    if question.kind == "count":
        rows = [r for r in grid.rows if any(_TOTAL.fullmatch(c) for c in r.cells[: grid.labels])]
        if not re.search(r"\btotal\b", question.text, re.I) or len(rows) != 1 or most[1] < 1:
            return None
        told = [f"{c} ({head[column]}, total)" for r in rows if re.match(r"\d", c := r.cells[column])]
        return found(rows, told, of_column)
    rows, of_rows = _named_rows(question, grid, of_column)
    items = [(r, i) for r in rows for i in _ITEMS.split(r.cells[column]) if i]
    if not items or any(re.match(r"\d", i) for _, i in items):
        return None
    rows = list(dict.fromkeys(r for r, _ in items))
    if not _THROUGH.search(question.text):
        if question.kind not in ("who", "organisation") or question.role == "donor":
            return None
        return found(rows, [clean(i) for _, i in items], of_rows | of_column)
    leads = [i.split("/") for _, i in items if "/" in i]
    asked_for = [p for p in leads if any(_is(t, p[0], question) for t in question.terms)]
    lead = frozenset(s for p in asked_for for s in stems(p[0], question.language))
    return found(rows, [clean(p[1]) for p in asked_for], of_rows | of_column | lead)


def _named_rows(
    question: Question, grid: _Grid, of_column: frozenset[str]
) -> tuple[list[Line], frozenset[str]]:
    """The rows whose labels hold most words of the question, and these words; a label counts where all of it is told."""
    asked = {s for t in question.terms for s in t.alternatives[0]} | set(
        stems(question.text, question.language)
    )
    scored: list[tuple[frozenset[str], Line]] = []
    for row in grid.rows:
        words: set[str] = set()
        for label in row.cells[: grid.labels]:
            for piece in (label, *label.split("/")):
                told = set(stems(piece, question.language))
                words |= told if told and told <= asked - of_column else set()
        if words:
            scored.append((frozenset(words), row))
    most = max((len(w) for w, _ in scored), default=0)
    best = [(w, r) for w, r in scored if len(w) == most]
    if len({w for w, _ in best}) != 1:
        return [], frozenset()
    return [r for _, r in best], best[0][0]


def _is(term: Term, name: str, question: Question) -> bool:
    """Is it the name that the term means?"""
    return term.name and stems(name, question.language) in term.alternatives

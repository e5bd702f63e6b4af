"""Questions to tables: the cell where the row and the column that a question names meet, or the row with the most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.fit_names import level_asked
from kb.fit_numbers import is_anyone
from kb.kinds import ROLES
from kb.pairs import pairs
from kb.periods import DATE, meets, period
from kb.question import Question, Term, asked_of
from kb.views import PRESENT, View, held
from kb.words import stem, stems

BAR = re.compile(r"\s*\|\s*")
_NUMBER = re.compile(
    r"(?:(?:about|over|some|nearly|almost|more than|at least|up to)\s)?[^\d\s|]{0,4}\s?(\d{1,3}(?:[,\s]\d{3})+|\d+)(?:[.,]\d+)?\s?[%*+]*$"
)
_MOST = re.compile(r"\b(most|highest|largest|biggest|greatest|top)\b", re.I)
_TOTAL = re.compile(r"\btotal\b", re.I)
_LEAST = re.compile(r"\b(fewest|lowest|smallest|least)\b", re.I)
_BARE = re.compile(
    r"(?:numbers?|no\.?|totals?|values?|counts?|amounts?|figures?|nombre|quantité|valeur|число|#)", re.I
)
"""Names of columns and rows that say no more than that something is counted."""
_PLAIN = frozenset(
    stem(w)
    for w in """number many most highest largest biggest greatest top fewest lowest smallest least amount total work
    operate active present provide do does partner organisation agency ngo actor place show shown contribute contribution receive table map list listed
    according carry run implement support activity country oblast region district province""".split()
)
"""Words that a table need not hold: they say what is asked of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its span in the section's text and its cells."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer from a table: the rows that hold it, the row of column names, and the facts."""

    view: View
    rows: tuple[Line, ...]
    header: Line
    facts: tuple[str, ...]
    covered: float
    """0..1: share of the question's words that row, column and surroundings hold."""
    heads_in: View | None = None
    """The section in which the row of column names stands, where that is another one."""


@lru_cache(maxsize=256)
def tables(text: str) -> tuple[tuple[Line, Sequence[Line]], ...]:
    """(row of column names, rows) for each table of a text, the rows' cells under their columns.

    A row with one cell less lacks the first one: it is merged with the row above.
    """
    lines, at = [], 0
    for raw in text.split("\n"):
        if "|" in raw:
            lines.append(Line(at, at + len(raw), tuple(BAR.split(raw))))
        at += len(raw) + 1
    found: list[tuple[Line, list[Line]]] = []
    for line in lines:
        cells = line.cells[:-1] if line.cells[-1] == "" else line.cells
        count = len(line.cells)
        fitting = [t for t in found if count in (w := len(t[0].cells), w + 1) and not any(line.cells[w:])]
        merged = [t for t in found if len(cells) == len(t[0].cells) - 1 > 1 and _NUMBER.fullmatch(cells[-1])]
        if fitting:
            head, rows = fitting[-1]
            if cells != head.cells:
                rows.append(Line(line.start, line.end, line.cells[: len(head.cells)]))
        elif merged:
            rows = merged[-1][1]
            rows.append(Line(line.start, line.end, (rows[-1].cells[0] if rows else "", *cells)))
        elif len(cells) >= 2 and all(cells) and not any(_NUMBER.fullmatch(c) for c in cells):
            found.append((Line(line.start, line.end, cells), []))
    return tuple((head, tuple(rows)) for head, rows in found if len(rows) >= 2)


def look_up(question: Question, weights: Sequence[float], views: Sequence[View]) -> Found | None:
    """The best answer that a table of these sections gives, or None."""
    found = [
        f
        for v in views
        for head, rows in (*tables(v.text), *_paired(v))
        if (f := _in_table(question, weights, v, head, rows))
    ]
    return max(found, key=lambda f: f.covered, default=None)


def _paired(view: View) -> list[tuple[Line, Sequence[Line]]]:
    """Names with numbers beside them as a table, under the last line before them; nothing where there are none."""
    found: list[tuple[Line, Sequence[Line]]] = []
    told = pairs(view.text)
    for sort in dict.fromkeys(p.sort for p in told):
        of_sort = [p for p in told if p.sort == sort]
        rows = [Line(*p.span, (view.text[slice(*p.name)], view.text[slice(*p.value)])) for p in of_sort]
        end = max(0, rows[0].start - 1)
        start = view.text.rfind("\n", 0, end) + 1
        if start < end:
            found.append((Line(start, end, ("", view.text[start:end])), rows))
    return found


def _in_table(
    question: Question, weights: Sequence[float], view: View, header: Line, rows: Sequence[Line]
) -> Found | None:
    above = view.text[: max(0, header.start - 1)].rpartition("\n")[2]
    around = frozenset().union(
        view.heading_words,
        view.title_words,
        *(stems(c, question.language) for c in (above, *header.cells)),
    )
    dated = [r for r in rows if question.period and _bears(question, r.cells[0])]
    columns = named_columns(question, header.cells[1:])
    superlative = _MOST.search(question.text) or _LEAST.search(question.text)
    numeric = [
        c for c in range(1, len(header.cells)) if sum(_value(r.cells[c]) is not None for r in rows) >= 2
    ]
    if question.period and not dated and not _of_time(question, view, header, rows):
        return None
    if columns:
        best = max(columns, key=lambda c: c[1])
        column, used = best[0] + 1, best[2]
    elif superlative and len(numeric) == 1:
        column, used = numeric[0], None
    else:
        return None
    # Rows are named by the first column; of a list of amounts, by the column beside the amount.
    label = max((c for c in range(column) if c not in numeric), default=0) if column in numeric else 0
    if superlative:
        if question.role and not _of_role(question, header):
            return None  # who got most is not who gave most
        wanted, told = level_asked(question.head), level_asked(" ".join((above, *header.cells)))
        if wanted and told and not wanted & told:
            return None  # a table of districts names no country
        numbers = [(n, r) for r in rows if (n := _value(r.cells[column])) is not None]
        numbers = [x for x in numbers if not _TOTAL.search(x[1].cells[label])]
        fitting = [
            x
            for x in numbers
            if set(stems(question.head, question.language)) & set(stems(x[1].cells[label], question.language))
        ]
        chosen_by_head = len(fitting) >= 2
        numbers = fitting if chosen_by_head else numbers
        if len(numbers) < 2:
            return None
        pick = min if _LEAST.search(question.text) else max
        top = pick(n for n, _ in numbers)
        chosen = [r for n, r in numbers if n == top]
        facts = [
            f"{clean(r.cells[label])} ({clean(header.cells[column])}: {r.cells[column]})" for r in chosen
        ]
        held_by = around.union(*(stems(r.cells[label], question.language) for r in chosen))
    else:
        labelled = [(1.0, r) for r in dated] or [
            (share, r) for r in rows if (share := _label_match(question, r.cells[label], used)) >= 0.8
        ]
        if not labelled:
            return None
        row = max(labelled, key=lambda x: x[0])[1]
        cell = row.cells[column]
        number = _value(cell) is not None
        if (
            not cell
            or number != (question.kind in ("count", "amount", "share"))
            and question.kind != "describe"
        ):
            return None
        chosen = [row]
        if dated:
            around |= view.every  # a row that bears a date only: what it is about stands in the text
        if question.kind in ("count", "amount", "share"):
            names = [clean(header.cells[column]), clean(row.cells[label])]
            telling = [name for name in names if not _BARE.fullmatch(name)] or names
            facts = [f"{cell} ({', '.join(telling)})"]
        else:
            facts = [clean(x) for x in re.split(r"[,;]\s*", cell) if x.strip()]
            if set(stems(cell, question.language)) <= asked_of(question):
                return None  # "LEAD" does not tell who leads
        held_by = around | frozenset(stems(row.cells[label], question.language))
    # Of the rows that the head chose ("national committee"), not every one of its words need be told.
    spared = (
        frozenset(stems(question.head, question.language)) if superlative and chosen_by_head else frozenset()
    )
    covered = covered_by(question, weights, held_by, spared)
    enough = 0.9 if superlative else 0.75
    return Found(view, tuple(chosen), header, tuple(facts), covered) if covered >= enough else None


def _of_time(question: Question, view: View, header: Line, rows: Sequence[Line]) -> bool:
    """Does the table, or its document, bear the time asked about?"""
    assert question.period is not None
    (start, end), whole = question.period, ("01-01", "12-31")
    a_year = (start[5:], end[5:]) == whole or len(start) == len(end) == 4
    # A table shows how things stood when its document's time ended; a day or a month before that was another state.
    if view.period[0] and meets(question.period, view.period) and (a_year or view.period[1] <= end):
        return True
    if not a_year:
        return not view.period[0]
    years = {question.period[0][:4], question.period[1][:4]}
    words = (
        view.heading_words
        | view.title_words
        | frozenset(s for r in (header, *rows) for c in r.cells for s in stems(c))
    )
    return bool(years & words)


def _bears(question: Question, cell: str) -> bool:
    """Is a cell a date of the time asked about? One without a year is of the year asked about."""
    assert question.period is not None
    if not DATE.fullmatch(cell.strip()):
        return False
    told = period(cell) or period(f"{cell.strip()} {question.period[1][:4]}")
    return told is not None and meets(question.period, told)


def _of_role(question: Question, header: Line) -> bool:
    """Does a row of column names name the bodies that are asked for (donors, partners)?"""
    nouns = {stem(n) for n, role in ROLES.items() if role == question.role}
    return any(nouns & set(stems(c, question.language)) for c in header.cells)


def named_columns(question: Question, columns: Sequence[str]) -> list[tuple[int, float, Term]]:
    """(column, share of its name in the question, term) for each column that a word of the question names."""
    found = []
    asked = asked_of(question)
    for n, name in enumerate(columns):
        words = frozenset(stems(name, question.language))
        for term in question.terms:
            if not term.entities and term.alternatives[0][0] not in _PLAIN and held(term, words) >= 0.8:
                found.append((n, len(words & asked) / len(words), term))
    return found


def _label_match(question: Question, label: str, used: Term | None) -> float:
    """How far a term of the question, other than the column's, names the row."""
    words = frozenset(s for s in stems(label, question.language) if not s.isdigit())
    terms = [t for t in question.terms if t is not used and t.alternatives[0][0] not in _PLAIN]
    own = {s for t in terms for s in t.alternatives[0]}
    if not words or not any(held(t, words) >= 0.8 for t in terms):
        return 0.0
    return len(words & own) / len(words) if words & own else 0.8


def covered_by(
    question: Question, weights: Sequence[float], words: frozenset[str], spared: frozenset[str] = frozenset()
) -> float:
    """0..1: share of the weight of a question's words that these stems hold; 0 where a name is missing. `spared`: need not be held."""
    terms = [
        (t, w, held(t, words))
        for t, w in zip(question.terms, weights, strict=True)
        if t.entities or not (is_anyone(t) or t.alternatives[0][0] in _PLAIN | spared)
    ]
    if any(t.name and level < PRESENT for t, _, level in terms):
        return 0.0
    total = sum(w for _, w, _ in terms)
    return sum(w * level for _, w, level in terms) / total if total else 0.0


def _value(cell: str) -> float | None:
    match = _NUMBER.fullmatch(cell.strip())
    return float(re.sub(r"\D", "", match[1])) if match else None


def clean(cell: str) -> str:
    """A cell without its footnote marks."""
    return cell.strip().strip("*").strip()

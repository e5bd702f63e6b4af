"""Figures in rows of cells: a number takes its meaning from the label of its row and the head of its column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kb.merged import SEPARATOR
from kb.quantities.numerals import Found, number
from kb.quantities.units import unit_after, unit_before
from kb.records import Figure

_PIECE = re.compile(
    r"[\s(>≥~•●▪]*(?P<sign>[+\-−–]?)(?P<money>[A-Z]{0,3}[$€£]\s?|[A-Z]{3} )?"
    r"(?P<n>\d{1,3}(?P<sep>[ \u00a0\u202f,.’'])\d{3}(?:(?P=sep)\d{3})*(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)"
    r"(?P<scale>\s?(?:million|billion|m|k|M)\b)?\s?(?P<tail>%|[^\W\d_][^\d|]{0,14}?(?=\s*$))?[\s)*†‡▲▼►+]*"
)
_NUMBERED = re.compile(
    r"^\W*(?:no|nr|n°|№|#|s/n|sn|item|page|code|p-?code|phone|tel|mobile|contact|date|year|month|age|id|post ?code|lat(?:itude)?|long(?:itude)?|time|rank)\b\.?",
    re.I,
)
_HEAD_ROWS = 3
_WORD = re.compile(r"[^\W\d_]{2}")
_EDGES = re.compile(r"^(?:[\s•▪●➢–*-]|o\s)+|[\s*:–↑↓→▲▼►-]+$")
_UNIT = re.compile(r"[(,]\s*([^(),]{1,12})\s*\)?$|^(%)")
_YEAR = re.compile(r"\W*(?:19|20)\d\d\W*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row; `start` is an offset in the section's text."""

    text: str
    start: int


def cells(row: str, start: int) -> list[Cell]:
    """A row cut into its cells."""
    found, at = [], 0
    for piece in row.split(SEPARATOR):
        found.append(Cell(piece, start + at))
        at += len(piece) + len(SEPARATOR)
    return found


def numbers_of(cell: Cell) -> list[re.Match[str]]:
    """The numbers of a cell that holds nothing else (merged rows put several into one); none for a cell with words."""
    found: list[re.Match[str]] = []
    at = 0
    while at < len(cell.text):
        match = _PIECE.match(cell.text, at)
        if match is None or match["tail"] and not unit_after(cell.text, match.start("tail")):
            return []
        found.append(match)
        at = match.end()
    return found


def head_of(rows: Sequence[Sequence[Cell]]) -> tuple[int, bool]:
    """Number of the row that names the columns of consecutive rows (-1: none), and whether numbers below it confirm that.

    It stands right above numbers; where rows hold words alone, the first one may be it.
    """
    head, sure, names = -1, False, list[int]()
    for n, row in enumerate(rows):
        if _counts(row, [numbers_of(c) for c in row]):
            if names and len(names) <= _HEAD_ROWS:
                head, sure = names[-1], True
            names = []
        elif _names_columns(row):
            names.append(n)
    return (names[0], False) if head < 0 and names else (head, sure)


def _counts(row: Sequence[Cell], numeric: Sequence[Sequence[re.Match[str]]]) -> bool:
    """Does a row hold numbers other than years?"""
    return any(n and not _YEAR.fullmatch(c.text) for c, n in zip(row, numeric, strict=True))


def _names_columns(row: Sequence[Cell]) -> bool:
    return sum(bool(c.text.strip()) for c in row) > 1 and all(len(c.text) < 60 for c in row)


def table_figures(
    rows: Sequence[Sequence[Cell]], header: Sequence[Cell] = ()
) -> tuple[list[Found], list[Cell]]:
    """Figures of consecutive rows, and the cells of prose that are to be read as sentences.

    `header`: the head of the table whose rows go on here. A zero in a table says that there was nothing to count and gives no figure; so does a number without any label.
    """
    found: list[Found] = []
    prose: list[Cell] = []
    group = ""
    index = 0
    common = _common(rows)
    for row in rows:
        numeric = [numbers_of(c) for c in row]
        if not _counts(row, numeric):
            if len(row) == 1 or sum(bool(c.text.strip()) for c in row) == 1:
                group = next((c.text.strip() for c in row if c.text.strip()), "")
            elif _names_columns(row):
                header = row
            prose += [c for c in row if len(c.text) > 25]
            continue
        label = ""
        first = numeric[0]
        if first and len(row) > 1 and not numeric[1] and first[0]["n"] in ("1", str(index + 1)):
            index = int(first[0]["n"])
            numeric[0] = []
            row = [Cell("", row[0].start), *row[1:]]
        heads = _heads(header, row)
        for cell, matches, head in zip(row, numeric, heads, strict=True):
            if not matches:
                if _WORD.search(cell.text):
                    # A cell that tells a figure of its own is no label of the next.
                    told = "" if re.search(r"\d\W*$", cell.text) else _clean(cell.text)
                    label = f"{label}, {told}" if label and cell.text.strip() in common else told
                    if re.search(r"\d", cell.text) or len(cell.text) > 25:
                        prose.append(cell)
                continue
            if _YEAR.fullmatch(cell.text) and not label or head and _NUMBERED.match(head):
                continue
            if label or head and group:
                counted = ", ".join(dict.fromkeys(p for p in (group, label, _clean(head)) if p))
                found += (f for m in matches if (f := _figure(cell, m, counted, head)).figure.value)
    return found, prose


def _common(rows: Sequence[Sequence[Cell]]) -> set[str]:
    """Labels of several rows ("communities"): the cell before one says of which it is."""
    last = [[c.text.strip() for c in row if _WORD.search(c.text)][-1:] for row in rows]
    return {text for text, n in Counter(t for texts in last for t in texts).items() if n > 1}


def lone_figure(cell: Cell, before: str, after: str) -> Found | None:
    """The figure of a block that holds a number alone, as charts and maps have them: its label stands beside it."""
    numbers = numbers_of(cell)
    if len(numbers) != 1:
        return None
    label = after if after[:1].islower() else before
    if not (3 <= len(label) <= 70) or re.search(r"\d|[.;!?]$", label):
        return None
    found = _figure(cell, numbers[0], _clean(label), "")
    return found if found.figure.unit or label is after and found.figure.value else None


def _heads(header: Sequence[Cell], row: Sequence[Cell]) -> list[str]:
    """The head over each cell, where the head row has as many cells as the row (or one less: the corner is empty)."""
    names = [c.text.strip() for c in header]
    if len(names) == len(row):
        return names
    if names and len(names) == len(row) - 1:
        return ["", *names]
    return [""] * len(row)


def _clean(label: str) -> str:
    return " ".join(_EDGES.sub("", label).split())[:80]


def _figure(cell: Cell, match: re.Match[str], counted: str, head: str) -> Found:
    scale = {"m": 1e6, "b": 1e9, "k": 1e3}.get((match["scale"] or " ").strip()[:1].casefold(), 1.0)
    own = unit_after(cell.text, match.start("tail")) if match["tail"] else None
    money = unit_before(cell.text, match.start("n")) if match["money"] else None
    unit = money.unit if money else own.unit if own else _unit_of(head)
    value = number(match["n"], decimal=unit == "%") * scale
    start = next(match.start(g) for g in ("sign", "money", "n") if match[g])
    end = own.end if own else match.end("scale") if match["scale"] else match.end("n")
    return Found(
        cell.start + start,
        cell.start + end,
        Figure(-value if match["sign"] in ("-", "−", "–") else value, unit, counted),
    )


def _unit_of(head: str) -> str:
    """The unit that a column's head names: "%", "Amount (US$)"."""
    if head.strip(" ()") in ("%", "per cent", "percent"):
        return "%"
    for match in _UNIT.finditer(head):
        inner = (match[1] or match[2]).strip()
        unit = unit_after(" " + inner, 0) or unit_before(inner, len(inner))
        if unit is not None:
            return unit.unit
    return ""

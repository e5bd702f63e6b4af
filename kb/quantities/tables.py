"""Figures in rows of cells: a number takes its meaning from the label of its row and the head of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.quantities.figures import Found
from kb.quantities.numerals import number
from kb.quantities.units import unit_after, unit_before
from kb.records import Figure

SEPARATOR = " | "
_CELL = re.compile(
    r"\W{0,2}?(?P<sign>[+\-−–]?)(?P<money>[A-Z]{0,3}[$€£]|[A-Z]{3} )?\s?(?P<n>\d{1,3}(?P<sep>[ \u00a0\u202f,.’'])\d{3}(?:(?P=sep)\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)"
    r"\s?(?P<scale>million|billion|m\b|k\b|M\b)?\s?(?P<tail>[^\d]{0,14})"
)
_NUMBERED = re.compile(
    r"^\W*(?:no|nr|n°|№|#|s/n|sn|item|page|code|p-?code|phone|tel|mobile|contact|date|year|month|age|id|post ?code|lat(?:itude)?|long(?:itude)?|time|rank)\b\.?",
    re.I,
)
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


def _numeric(cell: Cell) -> re.Match[str] | None:
    match = _CELL.fullmatch(cell.text.strip())
    if match is None:
        return None
    tail = match["tail"].strip(" *†‡)▲▼►+")
    return match if not tail or unit_after(" " + tail, 0) else None


def table_figures(rows: Sequence[Sequence[Cell]]) -> tuple[list[Found], list[Cell]]:
    """Figures of consecutive rows, and the cells of prose that are to be read as sentences.

    A zero in a table says that there was nothing to count and gives no figure; so does a number without any label.
    """
    found: list[Found] = []
    prose: list[Cell] = []
    header: Sequence[Cell] = ()
    group = ""
    index = 0
    for row in rows:
        numeric = [_numeric(c) for c in row]
        if not any(numeric) or all(_YEAR.fullmatch(c.text) for c, n in zip(row, numeric, strict=True) if n):
            if len(row) == 1 or sum(bool(c.text.strip()) for c in row) == 1:
                group = next((c.text.strip() for c in row if c.text.strip()), "")
                prose += [c for c in row if len(c.text) > 25]
            elif len(row) >= 2:
                header = row if all(len(c.text) < 60 for c in row) else header
                prose += [c for c in row if len(c.text) > 25]
            continue
        label = ""
        first = numeric[0]
        if (
            first
            and len(row) > 1
            and not numeric[1]
            and first["n"].isdigit()
            and int(first["n"]) in (1, index + 1)
        ):
            index = int(first["n"])
            numeric[0] = None
            row = [Cell("", row[0].start), *row[1:]]
        heads = _heads(header, row)
        for cell, match, head in zip(row, numeric, heads, strict=True):
            if match is None:
                if cell.text.strip():
                    label = cell.text.strip()
                    if re.search(r"\d", cell.text) or len(cell.text) > 25:
                        prose.append(cell)
                continue
            if _YEAR.fullmatch(cell.text) and not label or head and _NUMBERED.match(head):
                continue
            parts = [p for p in (group, _clean(label), _clean(head)) if p]
            if not _clean(label) and not (head and group) or float(number(match["n"])) == 0:
                continue
            found.append(_figure(cell, match, ", ".join(dict.fromkeys(parts)), head))
    return found, prose


def _heads(header: Sequence[Cell], row: Sequence[Cell]) -> list[str]:
    """The head over each cell, where the head row has as many cells as the row (or one less: the corner is empty)."""
    names = [c.text.strip() for c in header]
    if len(names) == len(row):
        return names
    if names and len(names) == len(row) - 1:
        return ["", *names]
    return [""] * len(row)


def _clean(label: str) -> str:
    return " ".join(label.strip(" *•▪●:–-").split())[:80]


def _figure(cell: Cell, match: re.Match[str], counted: str, head: str) -> Found:
    text = cell.text.strip()
    offset = cell.start + len(cell.text) - len(cell.text.lstrip())
    scale = {"million": 1e6, "m": 1e6, "M": 1e6, "billion": 1e9, "k": 1e3}.get(match["scale"] or "", 1.0)
    tail = match["tail"].strip(" *†‡)▲▼►+")
    own = unit_after(" " + tail, 0) if tail else None
    unit = ""
    if match["money"] and (money := unit_before(text, match.start("n"))):
        unit = money.unit
    elif own:
        unit = own.unit
    elif head:
        unit = _unit_of(head)
    value = number(match["n"], decimal=unit == "%") * scale
    value = -value if match["sign"] in ("-", "−", "–") and match["sign"] else value
    start = (
        match.start("money") if match["money"] else match.start("sign") if match["sign"] else match.start("n")
    )
    end = match.end("scale") if match["scale"] else match.end("n")
    if own:
        end = match.start("tail") + len(match["tail"].rstrip())
    return Found(offset + start, offset + end, Figure(value, unit, counted))


def _unit_of(head: str) -> str:
    """The unit that a column's head names: "%", "Amount (US$)"."""
    if head.strip(" ()") in ("%", "per cent", "percent"):
        return "%"
    for match in re.finditer(r"[(,]\s*([^(),]{1,12})\s*\)?$|^(%)", head):
        inner = (match[1] or match[2]).strip()
        unit = unit_after(" " + inner, 0) or unit_before(inner, len(inner))
        if unit is not None:
            return unit.unit
    return ""

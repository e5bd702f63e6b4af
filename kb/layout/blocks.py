"""The whole way from pages of lines to blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kb import notices
from kb.layout import (
    banded,
    furniture,
    grid,
    legends,
    order,
    outline,
    paragraphs,
    pieces,
    quotes,
    roles,
    sideways,
)
from kb.layout.lines import Line, Sheet, half, typography
from kb.layout.paragraphs import Paragraph
from kb.records import ASIDE, Block

Columns = list[list[Line]]
"""Of a page in reading order, each with its lines from top to bottom."""
Arrange = Callable[[list[Line]], Columns]
"""Puts lines of a page into columns."""


def blocks_of(
    sheets: list[Sheet],
    bookmarks: Sequence[outline.Entry] = (),
    tags: Sequence[outline.Entry] = (),
    settle: Callable[[Sheet, Columns, Arrange], Columns] = lambda _, columns, __: columns,
) -> tuple[Block, ...]:
    """The blocks of a document in reading order; running heads and feet at the start and the end of their page.

    `bookmarks`, `tags`: (level, title, page) of the file's outline and of its tagged headings, if it has them.
    `settle` is given each page with its columns, and the means to find those of a part of it, and says which to read.
    """
    for sheet in sheets:
        for line in sheet.lines:
            pieces.close_up(line)
    look = typography(sheets)
    furniture.set_aside(sheets, look)
    words = paragraphs.vocabulary(line for sheet in sheets for line in sheet.lines)
    pars: list[Paragraph] = []
    for sheet in sheets:
        heads, feet = (
            [ln for ln in sheet.lines + sheet.sideways if ln.role == role] for role in ("header", "footer")
        )
        sheet.sideways = [ln for ln in sheet.sideways if ln.role == "body"]
        sheet.lines = [ln for ln in sheet.lines if ln.role == "body"]
        legends.rows(sheet)
        grid.rows(sheet)
        banded.rows(sheet)
        quotes.set_aside(sheet, look)
        quoted = [ln for ln in sheet.lines if ln.role == "quote"]
        sheet.lines = [ln for ln in sheet.lines if ln.role != "quote"]
        columns = settle(sheet, order.columns(sheet, look), partial(order.within, sheet=sheet, look=look))
        roles.mark_contents(columns, look)
        pars += _single(heads, len(pars))
        for column in columns:
            pars += paragraphs.paragraphs(column, len(pars), look)
        aside = filter(sideways.tells, sideways.texts(sheet.sideways))
        pars += [Paragraph(text, len(pars), "caption") for text in aside]
        pars += [Paragraph(text, len(pars), "quote") for text in quotes.groups(quoted)]
        pars += _single(feet, len(pars))
    roles.assign(pars, {s.page: s for s in sheets}, look)
    outline.apply(pars, bookmarks, tags, look)
    return tuple(_block(p, words) for p in _whole(pars))


def _single(lines: list[Line], number: int) -> list[Paragraph]:
    return [Paragraph([line], number, line.role) for line in sorted(lines, key=lambda ln: (ln.y0, ln.x0))]


def _whole(pars: list[Paragraph]) -> list[Paragraph]:
    """Joins paragraphs that were cut by a column, a page or a picture."""
    out: list[Paragraph] = []
    open_par: Paragraph | None = None
    for par in pars:
        if par.role == "body":
            if open_par is not None and paragraphs.continues(open_par, par):
                open_par.lines += par.lines
                open_par.column = par.column
                continue
            open_par = par
        elif par.role not in ASIDE:
            open_par = None
        if notices.find(par.text, title=False):
            open_par = None  # it goes on elsewhere
        out.append(par)
    return out


def _block(par: Paragraph, words: frozenset[str]) -> Block:
    text, boxes = paragraphs.joined(par.lines, words)
    box = tuple(round(v, 1) for v in par.box)
    return Block(text, par.page, par.role, par.level, box, half(par.size), par.bold, boxes)  # type: ignore[arg-type]

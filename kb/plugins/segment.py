"""Sections: an article is a heading and what follows it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from kb import hookimpl
from kb.continued import rejoined
from kb.languages import language_of
from kb.legible import SCATTERED
from kb.records import FURNITURE, Block, Document, Section
from kb.text import fold

_NUMBERED = re.compile(r"^(\d{1,2}(\.\d{1,2})*[.)]?|[A-Z][.)]|[IVX]+\.)\s")
_LONGEST = 220
_PROSE = 15
"""Words from which a block is running text."""
_TITLE = 5
"""Words from which a heading is a title rather than a label."""


@hookimpl
def kb_segment(document: Document) -> list[Section] | None:
    """One section a heading, in reading order, without the page's furniture; text before the first one is one too.

    An article that is continued on another page is one section.
    """
    parts: list[list[Block]] = []
    maps = {n.page for n in document.page_notes if SCATTERED in n.reason and _of_labels(document, n.page)}
    for block in rejoined(document.blocks):
        if block.role in FURNITURE or not block.text.strip():
            continue
        if block.role == "heading" and not (block.page in maps and _titled(parts, block)):
            if parts and len(parts[-1]) == 1 and (whole := _one_title(parts[-1][0], block)):
                parts[-1] = [whole]
            else:
                parts.append([block])
        elif parts:
            parts[-1].append(block)
        else:
            parts.append([block])
    for before, after in pairwise(parts):
        _move_captions(before, after)
    return [_section(i, part, document) for i, part in enumerate(parts)]


def _of_labels(document: Document, page: int) -> bool:
    """Is there hardly any running text on the page: a map or a poster?"""
    words = [len(b.text.split()) for b in document.blocks if b.page == page and b.role not in FURNITURE]
    return sum(n >= _PROSE for n in words) < 0.2 * len(words)


def _titled(parts: list[list[Block]], label: Block) -> bool:
    """Does a title of the page stand above? Then on a map or poster what looks like a heading is a label."""
    title = parts[-1][0] if parts else label
    return (
        title.role == "heading"
        and title.page == label.page
        and title.level < label.level
        and len(title.text.split()) >= _TITLE
    )


def _section(ordinal: int, blocks: list[Block], document: Document) -> Section:
    first = blocks[0]
    language = language_of("\n".join(b.text for b in blocks), document.language)
    if first.role == "heading":
        return Section(ordinal, first.text, first.level, tuple(blocks), language)
    return Section(ordinal, document.title, 0, tuple(blocks), language)


def _one_title(first: Block, second: Block) -> Block | None:
    """Two lines of one title as one block; None where they are two titles."""
    if first.role != "heading" or first.box is None or second.box is None or first.page != second.page:
        return None
    alike = (first.size, first.bold, first.level) == (second.size, second.bold, second.level)
    cased = first.text.isupper() == second.text.isupper()
    gap = second.box[1] - first.box[3]
    aside = min(first.box[2], second.box[2]) - max(first.box[0], second.box[0])
    long = len(first.text) + len(second.text) > _LONGEST
    if not alike or not cased or long or aside <= 0 or not -0.3 * first.size <= gap <= 0.6 * first.size:
        return None
    if _NUMBERED.match(second.text):
        return None
    shift = len(first.text) + 1
    words = first.words + tuple((a + shift, b + shift, *rest) for a, b, *rest in second.words)
    box = tuple(f(a, b) for f, a, b in zip((min, min, max, max), first.box, second.box, strict=True))
    return replace(first, text=f"{first.text} {second.text}", words=words, box=box)  # type: ignore[arg-type]


def _move_captions(before: list[Block], after: list[Block]) -> None:
    """A caption just above a heading goes with the article whose words it shares more of."""
    if before[0] is before[-1] or before[-1].role != "caption":
        return
    while len(before) > 1 and before[-1].role == "caption":
        caption = before[-1]
        if _shared(caption, after) <= _shared(caption, before):
            return
        after.insert(1, before.pop())


def _shared(caption: Block, part: list[Block]) -> int:
    words = _stems(caption.text)
    heading = _stems(part[0].text)
    body = set().union(*(_stems(b.text) for b in part[1:] if b is not caption), set())
    return sum(2 if w in heading else w in body for w in words)


def _stems(text: str) -> set[str]:
    return {w[:6] for w in fold(text).split() if len(w) > 3}

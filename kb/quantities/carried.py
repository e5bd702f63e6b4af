"""A table that goes on: below a line that divides it, or on the next page, under the head with which it began."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.quantities.tables import Cell, cells, head_of
from kb.records import FURNITURE, Block

_BETWEEN = 3
"""Most blocks that part two pieces of one table."""
_WORDS = 25
_ASIDE = 12.0
"""How far, in points, a piece may stand beside the table."""
_CONTINUED = re.compile(r"\b(cont(\.|inued|['’]?d)|continued|suite|продолжение)(?!\w)", re.I)


def head_before(blocks: Sequence[Block], first: Block) -> Sequence[Cell]:
    """The head of the table that goes on with the row `first`; empty where a table starts there."""
    at = next((n for n, b in enumerate(blocks) if b is first), 0)
    count = len(cells(first.text, 0))
    head: Sequence[Cell] = ()
    while at > 0:
        end, between = _last_row(blocks, at)
        if end < 0 or not _goes_on(blocks[end], blocks[at], between):
            break
        at = end
        while at > 0 and blocks[at - 1].role == "table":
            at -= 1
        rows = [cells(b.text, 0) for b in blocks[at : end + 1]]
        row, sure = head_of(rows)
        head = rows[row] if row >= 0 else ()
        # A first row of words may be one of the rows of a table that began still earlier.
        if sure or (head and blocks[at + row].bold):
            break
    return head if len(head) in (count, count - 1) else ()


def _last_row(blocks: Sequence[Block], at: int) -> tuple[int, list[Block]]:
    """Number of the row before block `at` (-1: none is near), and the blocks of text between."""
    between: list[Block] = []
    for n in range(at - 1, -1, -1):
        if blocks[n].role == "table":
            return n, between
        if blocks[n].role not in FURNITURE:
            between.append(blocks[n])
        if len(between) > _BETWEEN:
            break
    return -1, between


def _goes_on(last: Block, first: Block, between: Sequence[Block]) -> bool:
    if first.page - last.page not in (0, 1) or last.box is None or first.box is None:
        return False
    if first.box[0] < last.box[0] - _ASIDE or first.box[2] > last.box[2] + _ASIDE:
        return False
    return all(
        _CONTINUED.search(b.text) if b.role == "heading" else len(b.text.split()) <= _WORDS for b in between
    )

"""Word boxes of a section: packed for the store, and joined to lines for showing."""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from kb.records import Box, Section, WordBox


def pack_words(words: Iterable[WordBox]) -> bytes:
    """Compressed little-endian 32-bit numbers by column: starts, ends, pages, then x0, y0, x1, y1 in 1/100 point."""
    rows = list(words)
    columns = [array("i", [round(w[i] * (1 if i < 3 else 100)) for w in rows]) for i in range(7)]
    if sys.byteorder == "big":
        for column in columns:
            column.byteswap()
    return zlib.compress(b"".join(c.tobytes() for c in columns), 6) if rows else b""


def unpack_words(blob: bytes, start: int = 0, end: int = 1 << 31) -> list[WordBox]:
    """The inverse, for the words that overlap `start` to `end`. Raises zlib.error or ValueError for damaged bytes."""
    if not blob:
        return []
    numbers = array("i", zlib.decompress(blob))
    if sys.byteorder == "big":
        numbers.byteswap()
    n, rest = divmod(len(numbers), 7)
    if rest:
        raise ValueError("word boxes are cut off")
    within = [i for i in range(n) if numbers[i] < end and numbers[n + i] > start]
    return [
        (numbers[i], numbers[n + i], numbers[2 * n + i], *(numbers[k * n + i] / 100 for k in (3, 4, 5, 6)))  # type: ignore[misc]
        for i in within
    ]


def lines(words: Sequence[WordBox]) -> tuple[Box, ...]:
    """One box a line: words beside each other at the same height are joined."""
    boxes: list[list[float]] = []
    for _, _, _, x0, y0, x1, y1 in words:
        last = boxes[-1] if boxes else None
        height = y1 - y0
        if (
            last
            and abs((y0 + y1) - (last[1] + last[3])) < height
            and last[0] <= x0
            and x0 - last[2] < 3 * height
        ):
            last[1], last[2], last[3] = min(last[1], y0), max(last[2], x1), max(last[3], y1)
        else:
            boxes.append([x0, y0, x1, y1])
    return tuple((b[0], b[1], b[2], b[3]) for b in boxes)


def pages(section: Section) -> Callable[[int], int]:
    """`section.page_at`, for many offsets of one section."""
    steps = sorted(
        {(start, block.page) for start, block in zip(section.starts, section.blocks, strict=True)}
        | {(w[0], w[2]) for w in section.words()},
        key=lambda step: step[0],
    )
    offsets = [offset for offset, _ in steps]

    def page_at(offset: int) -> int:
        i = bisect_right(offsets, offset)
        return steps[i - 1][1] if i else section.first_page

    return page_at

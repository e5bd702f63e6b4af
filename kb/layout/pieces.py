"""Pieces of a base line: those parted by a wide word space are put together, those parted by a gutter stay apart.

A word space of justified text is bounded by text above and below; a gutter or the gap between two cells goes on.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from kb.layout.lines import Line, Word, by_base_line, merge, overlap

MARK = re.compile(r"^([•◦▪▫●○■□◆◇❖➢➤►▶✓✔‣⁃∙·*–-]|o|[§ü]|\(?(\d{1,2}|[a-z])[.)])$")
_FAR = 3.2
_NARROW = 0.35
_REACH = 4
_SPACED = 4
"""Letters alone in a row that are one word, at the least."""
_LETTER_GAP = 1.5


def unsplit(lines: list[Line]) -> list[Line]:
    """The lines of a page, with pieces joined where only a word space lies between them."""
    rows = by_base_line(lines)
    out: list[Line] = []
    for i, row in enumerate(rows):
        group = [row[0]]
        for line in row[1:]:
            if _one_line(group[-1], line, rows, i):
                group.append(line)
            else:
                out.append(merge(group) if len(group) > 1 else group[0])
                group = [line]
        out.append(merge(group) if len(group) > 1 else group[0])
    return out


def close_up(line: Line) -> None:
    """Joins letters that are spaced out ("N E W S") to words; a wider gap parts two words."""
    words: list[Word] = []
    run: list[Word] = []
    for word in line.words:
        letter = len(word.text) == 1 and word.text.isalpha()
        if run and not (letter and word.x0 - run[-1].x1 < _LETTER_GAP * line.size):
            words += _spelled(run, line.size)
            run = []
        (run if letter else words).append(word)
    line.words = words + _spelled(run, line.size)


def _spelled(letters: list[Word], size: float) -> list[Word]:
    if len(letters) < _SPACED or len({w.text for w in letters}) < 3:
        return letters
    usual = median(b.x0 - a.x1 for a, b in pairwise(letters))
    groups = [[letters[0]]]
    for before, letter in pairwise(letters):
        if letter.x0 - before.x1 > 1.7 * usual + 0.05 * size:
            groups.append([])
        groups[-1].append(letter)
    return [
        Word(
            "".join(w.text for w in group),
            group[0].x0,
            min(w.y0 for w in group),
            group[-1].x1,
            max(w.y1 for w in group),
        )
        for group in groups
    ]


def _one_line(left: Line, right: Line, rows: list[list[Line]], i: int) -> bool:
    size = max(left.size, right.size)
    gap = right.x0 - left.x1
    if gap < 0.45 * size or gap < 5 * size and MARK.match(left.text):
        return True
    if gap > _FAR * size or abs(left.size - right.size) > 0.12 * size:
        return False
    above, below = _goes_on(left, right, rows, i, -1), _goes_on(left, right, rows, i, 1)
    if above[1] | below[1] != {"left", "right"}:
        return True
    open_ended = not (above[2] or below[2])
    return above[0] + below[0] < (1 if open_ended else 2 if gap > 1.6 * size else 3)


def _goes_on(left: Line, right: Line, rows: list[list[Line]], i: int, way: int) -> tuple[int, set[str], bool]:
    """In how many of the next rows the gap stays free, on which sides of it there is text, and whether text ends it."""
    x0, x1 = left.x1, right.x0
    free, last = 0, left
    sides: set[str] = set()
    at = i + way
    while 0 <= at < len(rows) and free < _REACH:
        row = rows[at]
        at += way
        if abs(row[0].middle - last.middle) > 2.6 * left.size:
            break
        near = [line for line in row if overlap(line.x0, line.x1, left.x0 - 1, right.x1 + 1) > 0]
        before = [line.x1 for line in near if line.x0 < x0]
        after = [line.x0 for line in near if line.x0 >= x0]
        x0, x1 = max([x0, *before]), min([x1, *after])
        if x1 - x0 < _NARROW * left.size:
            return free, sides, True
        sides |= {"left"} if before else set()
        sides |= {"right"} if after else set()
        free += bool(near)
        last = row[0]
    return free, sides, False

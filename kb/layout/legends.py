"""Legends without rules: short forms in one column and the names that they stand for beside them, as maps and sheets have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from kb.layout.aligned import widen
from kb.layout.lines import Line, Sheet, Word, by_base_line
from kb.short_forms import initials_fit, is_short

_FEWEST = 4
"""Pairs whose initials fit, at the least; they are half of the rows or more."""
_GAP = 1.5
"""Font sizes between the words of a name and what stands beside it."""
_NEAR = 2.0
_FAR = 1.8
"""Distance of two rows, in usual ones."""


class _Pair(NamedTuple):
    """A short form and what stands beside it on one base line; `row`: the number of that."""

    row: int
    short: list[Word]
    long: list[Word]


def rows(sheet: Sheet) -> None:
    """Replaces the lines of legends by one line a row, with role table."""
    lines = [line for line in sheet.lines if line.role == "body"]
    level = [(row, sorted((w for ln in row for w in ln.words), key=lambda w: w.x0)) for row in by_base_line(lines)]  # fmt: skip
    fitting: dict[tuple[int, int], list[_Pair]] = defaultdict(list)
    for number, (row, words) in enumerate(level):
        for pair in _pairs(number, words, row[0].size):
            if initials_fit(_text(pair.short), _text(pair.long)):
                place = round(pair.short[0].x0 / _NEAR), round(pair.long[0].x0 / _NEAR)
                fitting[place].append(pair)
    taken: set[Word] = set()
    made: list[Line] = []
    for pairs in sorted(fitting.values(), key=len, reverse=True):
        pairs = [p for p in pairs if not taken & {*p.short, *p.long}]
        if len(pairs) >= _FEWEST and (found := _legend(pairs, level)):
            table = [_line(pair, level[pair.row][0]) for pair in found]
            taken |= {w for line in table for w in line.words}
            widen(table)
            made += table
    if made:
        rest = [(line, [w for w in line.words if w not in taken]) for line in sheet.lines]
        kept = [line if len(ws) == len(line.words) else replace(line, words=ws) for line, ws in rest if ws]
        sheet.lines = kept + made


def _pairs(number: int, words: Sequence[Word], size: float) -> list[_Pair]:
    """What begins with a short form after a gap, and goes on to the next gap."""
    found = []
    for i, word in enumerate(words):
        apart = i == 0 or word.x0 - words[i - 1].x1 > _GAP * size
        if not apart or not word.text[0].isupper() or not is_short(word.text):
            continue
        if rest := _run(words[i + 1 :], word.x1, size, first=True):
            found.append(_Pair(number, [word], rest))
    return found


def _run(words: Sequence[Word], end: float, size: float, *, first: bool = False) -> list[Word]:
    """Words until the next gap; before the `first` one there may be a gutter."""
    run: list[Word] = []
    for word in words:
        if word.x0 - end > _GAP * size and not (first and not run):
            break
        run.append(word)
        end = word.x1
    return run


def _legend(fitting: list[_Pair], level: list[tuple[list[Line], list[Word]]]) -> list[_Pair]:
    """All rows of the legend whose fitting pairs these are; none where they are but a few of its rows."""
    left, right = median(p.short[0].x0 for p in fitting), median(p.long[0].x0 for p in fitting)
    middle = [level[p.row][0][0].middle for p in fitting]
    step = median([b - a for a, b in pairwise(middle)])
    known = {p.row for p in fitting}
    found: list[_Pair] = []
    for way in (range(fitting[0].row, len(level)), range(fitting[0].row - 1, -1, -1)):
        last = middle[0]
        for number in way:
            row, words = level[number]
            if abs(row[0].middle - last) > _FAR * step:
                break
            size = min(line.size for line in row)
            second = next((i for i, w in enumerate(words) if abs(w.x0 - right) < _NEAR), None)
            if second is None:
                continue
            short = [w for w in words[:second] if left - _NEAR < w.x0]
            long = _run(words[second:], right, size)
            if short and abs(short[0].x0 - left) < _NEAR:
                found.append(_Pair(number, short, long))
                last = row[0].middle
            elif not short and found and found[-1].row < number and row[0].middle - last < step:
                found[-1].long.extend(long)  # the second line of a name
    return sorted(found) if 2 * len(known) >= len(found) else []


def _line(pair: _Pair, row: list[Line]) -> Line:
    main = next(line for line in row if pair.short[0] in line.words)
    words = [*pair.short, *pair.long]
    return Line(main.page, words, main.size, main.bold, False, main.color, "table", (0, len(pair.short)))


def _text(words: Sequence[Word]) -> str:
    return " ".join(w.text for w in words)

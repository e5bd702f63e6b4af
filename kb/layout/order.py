"""Reading order: bands divided by what runs across the columns, columns from left to right within a band.

The page is cut in two at the gutter that has the most text side by side; lines that cross it divide it into bands.
Each part is cut again in the same way until it is one column.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from kb.layout import aligned, frames, quotes
from kb.layout.grid import by_rows
from kb.layout.lines import Line, Sheet, Typography, overlap
from kb.records import Box

_DEPTH = 12
_TRIES = 10
_MASTHEAD = 1.4
"""From how many times the size of the text a line at the top belongs to the page's title."""


@dataclass(frozen=True, slots=True)
class _Cut:
    left: list[Line]
    right: list[Line]
    crossing: list[Line]
    at: float


def columns(sheet: Sheet, look: Typography) -> list[list[Line]]:
    """The page's columns in reading order, each with its lines from top to bottom."""
    lines, framed = frames.take_out([line for line in sheet.lines if line.role != "caption"], sheet)
    said = quotes.groups(line for line in sheet.lines if line.role == "caption")
    lines, top = _masthead(lines, look)
    ordered = _rejoined([c for c in (top, *_ordered(lines, sheet, look, 0)) if c])
    boxed = [_ordered(text, sheet, look, 1) for text in framed]
    return frames.put_in(ordered, boxed + [[text] for text in said], look)


def within(lines: list[Line], sheet: Sheet, look: Typography) -> list[list[Line]]:
    """The columns of a part of the page."""
    return _ordered(lines, sheet, look, 0)


def _masthead(lines: list[Line], look: Typography) -> tuple[list[Line], list[Line]]:
    """The lines below, and the big ones at the top of a page with nothing but pictures beside them."""
    rest = sorted(lines, key=lambda line: line.middle)
    big = 0
    for line, below in pairwise(rest):
        beside = below.middle - line.middle < 0.5 * look.size  # titles of columns
        if line.size < _MASTHEAD * look.size or beside:
            break
        big += 1
    if not big or any(line.y1 > rest[big].y0 + 1 for line in rest[:big]):
        return lines, []
    return rest[big:], by_rows(rest[:big])


def _ordered(lines: list[Line], sheet: Sheet, look: Typography, depth: int) -> list[list[Line]]:
    rules = sheet.across
    if len(lines) < 3 or depth > _DEPTH:
        return [by_rows(lines)]
    lines = aligned.tables(lines)
    best: tuple[float, _Cut] | None = None
    for cut in sorted(_cuts(lines), key=_promise, reverse=True)[:_TRIES]:
        score = _score(cut, rules)
        if score > 0 and (best is None or score > best[0]):
            best = (score, cut)
    if best is None:
        return [by_rows(lines)]
    out: list[list[Line]] = []
    for band, sided in _bands(best[1], rules):
        if not sided:
            out += _ordered(band, sheet, look, depth + 1) if len(band) < len(lines) else [by_rows(band)]
            continue
        for part, whole in _under_headings(band, best[1].at, sheet, look):
            if whole:
                out.append(by_rows(part))
            else:
                left = [line for line in part if line.x1 <= best[1].at]
                right = [line for line in part if line.x1 > best[1].at]
                out += _ordered(left, sheet, look, depth + 1) + _ordered(right, sheet, look, depth + 1)
    return _rejoined(out)


def _rejoined(out: list[list[Line]]) -> list[list[Line]]:
    """Columns below each other with the same left edge (cut by a band that had nothing beside it) are one column."""
    joined: list[list[Line]] = []
    for column in out:
        if joined and joined[-1] and column:
            last = joined[-1]
            under = column[0].y0 >= last[-1].y0 and column[0].page == last[-1].page
            if under and overlap(last[-1].x0, last[-1].x1, column[0].x0, column[0].x1) > 0:
                last += column
                continue
        joined.append(list(column))
    return joined


def _cuts(lines: list[Line]) -> list[_Cut]:
    cuts = []
    edges: list[float] = []
    for x in sorted(line.x0 for line in lines):
        if not edges or x - edges[-1] > 3:
            edges.append(x)
    for x in edges[1:]:
        left, right, crossing = [], [], []
        for line in lines:
            if line.x0 >= x - 1:
                right.append(line)
            elif line.x1 <= x - 0.55 * min(line.size, 14):
                left.append(line)
            else:
                crossing.append(line)
        if left and right:
            cuts.append(_Cut(left, right, crossing, x - 0.5))
    return cuts


def _promise(cut: _Cut) -> int:
    """What a gutter may score, cheaply."""
    return 3 * min(len(cut.left), len(cut.right)) - len(cut.crossing)


def _bands(cut: _Cut, rules: list[Box]) -> list[tuple[list[Line], bool]]:
    """Parts from top to bottom, with whether the part has text on both sides of the gutter."""
    walls = sorted([(line.y0, line.y1) for line in cut.crossing] + _across(cut, rules))
    merged: list[list[float]] = []
    for y0, y1 in walls:
        if merged and y0 < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], y1)
        else:
            merged.append([y0, y1])
    tops = [y0 for y0, _ in merged]
    parts: dict[int, list[Line]] = {}
    for line in cut.left + cut.right + cut.crossing:
        above = bisect_right(tops, line.middle)
        place = 2 * above
        for i in (above - 1, above):
            if 0 <= i < len(merged) and overlap(merged[i][0], merged[i][1], line.y0, line.y1) > 0.3 * (
                line.y1 - line.y0
            ):
                place = 2 * i + 1
                break
        parts.setdefault(place, []).append(line)
    bands: list[tuple[list[Line], bool]] = []
    for place in sorted(parts):
        part = parts[place]
        sided = place % 2 == 0 and _sided(part, cut.at)
        if bands and not sided and not bands[-1][1]:
            bands[-1][0].extend(part)
        else:
            bands.append((part, sided))
    return bands


def _across(cut: _Cut, rules: list[Box]) -> list[tuple[float, float]]:
    """Rules that run across the gutter, most of the way over both sides."""
    if not rules:
        return []
    x0, x1 = min(line.x0 for line in cut.left), max(line.x1 for line in cut.right)
    return [(y0 - 0.1, y1 + 0.1) for a, y0, b, y1 in rules if overlap(a, b, x0, x1) > 0.8 * (x1 - x0)]


def _sided(part: list[Line], at: float) -> bool:
    return _beside(part, at) > 0


def _beside(part: list[Line], at: float) -> float:
    """Height over which text stands on both sides of the gutter."""
    left = [line for line in part if line.x1 <= at]
    right = [line for line in part if line.x0 >= at - 1]
    if not left or not right:
        return 0.0
    y0 = max(min(line.y0 for line in left), min(line.y0 for line in right))
    y1 = min(max(line.y1 for line in left), max(line.y1 for line in right))
    return max(0.0, y1 - y0)


def _score(cut: _Cut, rules: list[Box]) -> float:
    """How much a gutter explains: the height of text on its two sides, less what crosses it."""
    score = 0.0
    for part, sided in _bands(cut, rules):
        if sided:
            left = sum(line.x1 <= cut.at for line in part)
            rows = min(left, len(part) - left)
            height = _beside(part, cut.at)
            if rows < 5 and _river(part, cut):
                continue
            score += height if rows > 1 else 0.2 * height
    crossed = sum(line.y1 - line.y0 for line in cut.crossing)
    return score - 0.1 * crossed if score > 0 else 0.0


def _river(part: list[Line], cut: _Cut) -> bool:
    """Do lines of the same paragraph close the gap above or below? Then it is made of wide word spaces."""
    y0, y1 = min(line.y0 for line in part), max(line.y1 for line in part)
    size = part[0].size
    starts = [line.x0 for line in part if line.x0 >= cut.at - 1]
    ends = [line.x1 for line in part if line.x1 <= cut.at]
    if min(starts) - max(ends) > 3 * size:
        return False
    return any(
        abs(line.size - size) < 0.4
        and line.bold == part[0].bold
        and (-0.4 * size < line.y0 - y1 < 0.45 * size or -0.4 * size < y0 - line.y1 < 0.45 * size)
        for line in cut.crossing
    )


def _under_headings(
    part: list[Line], at: float, sheet: Sheet, look: Typography
) -> list[tuple[list[Line], bool]]:
    """Cuts a band below headings that stand alone in their row and have both columns start beneath them."""
    lines = sorted(part, key=lambda line: line.y0)
    out: list[tuple[list[Line], bool]] = []
    rest = lines
    for head in lines:
        if not (head.size > 1.08 * look.size or (head.bold and not look.bold)) or head not in rest:
            continue
        if head.x0 >= at - 1 or any(_same_title(line, head) for line in rest if line is not head):
            continue  # a title of the right column, or not its first line
        title = [line for line in rest if line is head or _same_title(head, line)]
        y0, y1 = min(line.y0 for line in title), max(line.y1 for line in title)
        above = [line for line in rest if line.middle < y0]
        below = [line for line in rest if line.middle > y1]
        if len(above) + len(below) + len(title) < len(rest):
            continue  # something stands beside it
        if any(line.y1 > y0 + 0.2 * head.size for line in above):
            continue
        shown = [p for p in sheet.pictures if p[1] > y0]
        lefts = [line.y0 for line in below if line.x1 <= at] + [p[1] for p in shown if p[2] <= at]
        rights = [line.y0 for line in below if line.x0 >= at - 1] + [p[1] for p in shown if p[0] >= at - 1]
        if not lefts or not rights or abs(min(lefts) - min(rights)) > 1.5 * look.size:
            continue
        if above:
            out.append((above, not _sided(above, at)))
        out.append((title, True))
        rest = below
    out.append((rest, False))
    return out


def _same_title(head: Line, line: Line) -> bool:
    alike = abs(line.size - head.size) < 0.3 and line.bold == head.bold and line.color == head.color
    return (
        alike and 0 <= line.y0 - head.y0 < 3.2 * head.size and overlap(head.x0, head.x1, line.x0, line.x1) > 0
    )

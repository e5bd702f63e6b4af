"""Pull quotes: words of the text printed once more, bigger or between rules, in the middle of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from kb.layout.lines import Line, Sheet, Typography, overlap
from kb.records import Box

_BIGGER = 1.12
_FEWEST = 8
"""Words of a quote: fewer may be a title that the text says as well."""
_RUN = 3
_REPEATED = 0.8
"""Share of its runs of words that stand in the text."""
_MARK = re.compile(r"^[“”\"«„‘]|[”“\"»’.!?…]$")
_QUOTED = re.compile(r"[“\"«„].*[”\"»“][.,]?$")
_SAME = 3.0
_NEAR = 2.5
"""Distance of a rule above or below, in font sizes, at the most."""


def set_aside(sheet: Sheet, look: Typography) -> None:
    """Gives lines of pull quotes a role, and takes away the rules above and below them.

    Words that the text says as well have the role quote; what stands in quotation marks, and there only, is a caption.
    """
    body = [line for line in sheet.lines if line.role == "body"]
    found = [group for group in groups(body) if _apart(group, sheet, look)]
    if not found:
        return
    apart = {id(line) for group in found for line in group}
    said = set(_runs_of_column([line for line in body if id(line) not in apart]))
    for group in found:
        runs = list(_runs([w for line in group for w in _words(line)]))
        again = sum(run in said for run in runs) >= _REPEATED * len(runs)
        if not again and not _QUOTED.match(" ".join(line.text for line in group)):
            continue
        for line in group:
            line.role = "quote" if again else "caption"
        rules = _rules(group, sheet)
        sheet.across = [rule for rule in sheet.across if rule not in rules]


def groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines of one look below each other."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y0):
        near = (g for g in reversed(groups) if _goes_on(g[-1], line))
        if (group := next(near, None)) is None:
            groups.append([line])
        else:
            group.append(line)
    return groups


def _goes_on(above: Line, line: Line) -> bool:
    alike = abs(above.size - line.size) < 0.5 and (above.bold, above.color) == (line.bold, line.color)
    near = -0.5 * line.size < line.y0 - above.y1 < 0.8 * line.size
    return alike and near and overlap(above.x0, above.x1, line.x0, line.x1) > 0


def _apart(group: list[Line], sheet: Sheet, look: Typography) -> bool:
    """Does it look like a quote: bigger with the marks or the end of a sentence or in italics, or between two rules?"""
    if sum(len(line.words) for line in group) < _FEWEST:
        return False
    text = " ".join(line.text for line in group)
    bigger = group[0].size >= _BIGGER * look.size
    if bigger and (_MARK.search(text) or all(line.italic for line in group)):
        return True
    rules = _rules(group, sheet)
    if len(rules) != 2 or not rules[0][1] < group[0].y1 < rules[1][1]:
        return False
    # Rules one below the other are those of a table's rows.
    return sum(abs(r[0] - rules[0][0]) < _SAME and abs(r[2] - rules[0][2]) < _SAME for r in sheet.across) == 2


def _rules(group: list[Line], sheet: Sheet) -> list[Box]:
    """The rules just above and below some lines, about as wide as they, from top to bottom."""
    x0, x1 = min(line.x0 for line in group), max(line.x1 for line in group)
    y0, y1, reach = group[0].y0, group[-1].y1, _NEAR * group[0].size
    near = [
        rule
        for rule in sheet.across
        if overlap(rule[0], rule[2], x0, x1) > 0.5 * max(rule[2] - rule[0], x1 - x0)
        and (0 <= y0 - rule[1] < reach or 0 <= rule[1] - y1 < reach)
    ]
    return sorted(near, key=lambda rule: rule[1])


def _runs_of_column(lines: list[Line]) -> Iterable[tuple[str, ...]]:
    """Runs of words of lines and over their ends."""
    for group in groups(lines):
        words = [_words(line) for line in group]
        yield from (run for some in words for run in _runs(some))
        for above, below in pairwise(words):
            head = below[: _RUN - 1]
            yield from _runs(above[1 - _RUN :] + head)
            if above and below:  # a word cut by a hyphen
                yield from _runs([*above[-_RUN:-1], above[-1] + below[0], *below[1:_RUN]])


def _words(line: Line) -> list[str]:
    return re.findall(r"\w+", line.text.casefold())


def _runs(words: list[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[n:] for n in range(_RUN)), strict=False)

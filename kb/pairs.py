"""Names and numbers on lines of their own, as maps, charts and tiles print them: which number belongs to which name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LEAST = 3
"""Numbers of one sort that must stand so: one or two may stand by chance."""
MOST = 0.8
"""Share of them that must stand on the same side of a name."""
_VALUE = re.compile(
    r"(?P<money>(?:[A-Z]{2,3}\s?)?[$€£¥]\s?|(?:USD|EUR|GBP|CHF)\s?)?\d[\d.,\u00a0 ]*(?:\s?(?P<share>%|per ?cent))?"
    r"(?:\s?(?:k|m|bn|million|billion|thousand))?[*+]*"
)
_FIGURE = re.compile(rf"(?:{_VALUE.pattern})(?:\s[a-z-]+){{0,3}}")
_NAME = re.compile(r"[^\W\d_a-z][^\d|:;.!?]{1,58}[^\W\d_]\)?")


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its number: spans in the text."""

    name: tuple[int, int]
    value: tuple[int, int]
    sort: str
    """Of the number: money, share or count."""

    @property
    def span(self) -> tuple[int, int]:
        return min(self.name[0], self.value[0]), max(self.name[1], self.value[1])


def is_figure(line: str) -> bool:
    """Is a line no more than a number and what it counts ("12 per cent", "10 partners")?"""
    return _FIGURE.fullmatch(line.strip()) is not None


@lru_cache(maxsize=256)
def pairs(text: str) -> tuple[Pair, ...]:
    """The pairs of a text, in order.

    Names stand before their numbers, or after them: whichever leaves no number without one. Where both ways would do,
    it is not known which number is whose, and there are none.
    """
    lines, at = [], 0
    for raw in text.split("\n"):
        line = raw.strip()
        start = at + raw.index(line) if line else at
        lines.append((line, (start, start + len(line))))
        at += len(raw) + 1
    sorts = [_sort(line) for line, _ in lines]
    found = []
    for sort in ("money", "share", "count"):
        at_value = [i for i, s in enumerate(sorts) if s == sort]
        before = [i for i in at_value if i and sorts[i - 1] == "name"]
        after = [i for i in at_value if i + 1 < len(sorts) and sorts[i + 1] == "name"]
        step, chosen = (-1, before) if len(before) > len(after) else (1, after)
        if len(before) != len(after) and len(chosen) >= max(LEAST, MOST * len(at_value)):
            found += [Pair(lines[i + step][1], lines[i][1], sort) for i in chosen]
    return tuple(sorted(found, key=lambda p: p.span))


def _sort(line: str) -> str:
    if match := _VALUE.fullmatch(line):
        return "money" if match["money"] else "share" if match["share"] else "count"
    return "name" if _NAME.fullmatch(line) else ""

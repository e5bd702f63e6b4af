"""Issues of one series look alike: a style of headings that most issues give one level has it in all of them.

A style too rare in one issue to be told there is common in its siblings. The levels that each issue was read with are kept, and
what is made of them depends on which documents there are, not on the order in which they came.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from kb.text import fold

Row = Mapping[str, Any]

ISSUES = 3
"""Fewest issues that must have a style for its level to be carried over."""
_MOST = 0.6
"""Share of these issues that must agree."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_TIME = frozenset(
    """jan january janvier feb february février fevrier mar march mars apr april avril may mai jun june juin jul july juillet
    aug august août aout sep sept september septembre oct october octobre nov november novembre dec december décembre decembre
    final new eng fra""".split()
)
"""Words of a file's name that tell one issue from another."""


def relate(store: Any) -> None:
    """Brings the levels of headings up to date with the issues that there are."""
    if store.meta("series") == "told":
        return
    named = {d["id"]: name for d in store.documents() if (name := series(d))}
    groups: dict[Any, list[Row]] = defaultdict(list)
    for heading in store.headings():
        if heading["document"] in named:
            groups[named[heading["document"]]].append(heading)
    store.set_levels({id: level for group in groups.values() for id, level in levels(group).items()})


def series(document: Row) -> tuple[str, ...]:
    """What issues of a series share: organisation, language, file name without numbers and time; empty for no such name."""
    words = (fold(w) for w in _WORD.findall(Path(document["path"]).stem))
    name = " ".join(w for w in words if w not in _TIME)
    return (document["organisation"], document["language"], name) if name else ()


def levels(headings: Sequence[Row]) -> dict[str, int]:
    """Id → level of the headings (id, document, style, own level) of a series whose siblings tell them another level."""
    votes: dict[str, dict[str, int]] = defaultdict(dict)
    issues: dict[str, list[Row]] = defaultdict(list)
    for heading in headings:
        issues[heading["document"]].append(heading)
        votes[heading["style"]][heading["document"]] = heading["own_level"]
    told = {style: level for style, given in votes.items() if (level := _agreed(list(given.values())))}
    return {
        heading["id"]: told[heading["style"]]
        for issue in issues.values()
        if _in_order(issue, told)
        for heading in issue
        if told.get(heading["style"], heading["own_level"]) != heading["own_level"]
    }


def _agreed(given: Sequence[int]) -> int:
    """The level that most issues give a style; 0 where they are few or differ."""
    level, count = max(Counter(given).items(), key=lambda item: (item[1], -item[0]))
    return level if len(given) >= ISSUES and count >= _MOST * len(given) else 0


def _in_order(issue: Sequence[Row], told: Mapping[str, int]) -> bool:
    """Does no style of an issue rise above one that ranks higher there?"""
    ranked = sorted({(h["own_level"], told.get(h["style"], h["own_level"])) for h in issue})
    return all(above <= below for (own, above), (other, below) in pairwise(ranked) if own < other)

"""What a PDF says of its own headings (bookmarks, tags): where that is true, it decides what the headings and their levels are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import median

from kb.layout.lines import Typography
from kb.layout.paragraphs import Paragraph
from kb.text import fold

Entry = tuple[int, str, int]
"""Level, title, page."""

_FEWEST = 3
_TRUE = 0.7
"""Share of the entries that must be found on their pages for all of them to be believed."""
_LEVELS = 6
_NAMED = 0.4
"""Least share of the headings that are told by their looks which tags must name: many writers tag but a few."""
_SHARE = 0.2
"""Most of the text that tags may call headings."""


def apply(
    pars: Sequence[Paragraph], bookmarks: Sequence[Entry], tags: Sequence[Entry], look: Typography
) -> None:
    """Gives the paragraphs that true entries name their role and level; headings between them are of lower rank.

    Bookmarks come first: somebody chose them, while tags are what a program made of a style.
    """
    found = _found(pars, bookmarks)
    if not found and not _plausible(pars, found := _found(pars, tags), look):
        return
    above = 0
    for n, par in enumerate(pars):
        if n in found and par.role in ("heading", "body"):
            par.role, par.level = "heading", min(found[n], _LEVELS)
            above = par.level
        elif par.role == "heading" and above:
            par.level = min(max(par.level, above + 1), _LEVELS)


def _found(pars: Sequence[Paragraph], outline: Sequence[Entry]) -> dict[int, int]:
    """Number of each paragraph that an entry names, with its level; nothing where too few entries are true."""
    entries = [(level, bare, page) for level, title, page in outline if page > 0 and (bare := _bare(title))]
    found: dict[int, int] = {}
    at = 0
    for level, title, page in entries:
        for n in range(at, len(pars)):
            par = pars[n]
            if par.page > page:
                break
            if par.page == page and _bare(par.text) == title:
                found[n] = level
                at = n + 1
                break
    return found if len(entries) >= _FEWEST and len(found) >= _TRUE * len(entries) else {}


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")


def _plausible(pars: Sequence[Paragraph], found: dict[int, int], look: Typography) -> bool:
    """Are tagged headings few, set no smaller than the text, and bigger the higher they rank?"""
    headings = sum(par.role == "heading" for par in pars)
    letters = sum(len(pars[n].text) for n in found)
    if len(found) < _NAMED * headings or letters > _SHARE * sum(len(par.text) for par in pars):
        return False
    sizes = {v: median(pars[n].size for n in found if found[n] == v) for v in sorted(set(found.values()))}
    falling = all(high >= low - 0.5 for high, low in combinations(sizes.values(), 2))
    return bool(sizes) and falling and min(sizes.values()) >= 0.92 * look.size

"""Bookmarks of a PDF: where they name what stands on their pages, they say what the headings and their levels are."""

from __future__ import annotations

from collections.abc import Sequence

from kb.layout.paragraphs import Paragraph
from kb.text import fold

Entry = tuple[int, str, int]
"""Level, title, page."""

_FEWEST = 3
_TRUE = 0.7
"""Share of the bookmarks that must be found on their pages for all of them to be believed."""
_LEVELS = 6


def apply(pars: Sequence[Paragraph], outline: Sequence[Entry]) -> None:
    """Gives the paragraphs that true bookmarks name their role and level; headings between them are of lower rank."""
    entries = [(level, fold(title), page) for level, title, page in outline if page > 0 and fold(title)]
    found: dict[int, int] = {}
    at = 0
    for level, title, page in entries:
        for n in range(at, len(pars)):
            par = pars[n]
            if par.page > page:
                break
            if par.page == page and par.role in ("heading", "body") and fold(par.text) == title:
                found[n] = level
                at = n + 1
                break
    if len(entries) < _FEWEST or len(found) < _TRUE * len(entries):
        return
    above = 0
    for n, par in enumerate(pars):
        if n in found:
            par.role, par.level = "heading", min(found[n], _LEVELS)
            above = par.level
        elif par.role == "heading" and above:
            par.level = min(max(par.level, above + 1), _LEVELS)

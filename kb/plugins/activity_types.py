"""The controlled list of activity types with the words that tell them."""

from __future__ import annotations

from kb.hookspecs import hookimpl
from kb.lists import read_entries
from kb.records import AuthorityEntry


@hookimpl
def kb_authority() -> list[AuthorityEntry]:
    """Activity types; where one word tells two of them, the first of the list wins."""
    return read_entries("activity_types.csv")

"""Places and organisations of Tajikistan."""

from __future__ import annotations

from kb.hookspecs import hookimpl
from kb.lists import read_entries
from kb.records import AuthorityEntry


@hookimpl
def kb_authority() -> list[AuthorityEntry]:
    """Regions, districts, cities, jamoats and villages with all their spellings; bodies known by name."""
    return read_entries("tajikistan_places.csv") + read_entries("tajikistan_organisations.csv")

"""Organisations that work in many countries; countries, their regions and cities."""

from __future__ import annotations

from kb.hookspecs import hookimpl
from kb.lists import read_entries
from kb.records import AuthorityEntry


@hookimpl
def kb_authority() -> list[AuthorityEntry]:
    """Donors, agencies, NGOs and funds; countries first, then regions, then cities."""
    return [
        e for name in ("organisations", "countries", "regions", "cities") for e in read_entries(f"{name}.csv")
    ]

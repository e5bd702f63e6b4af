"""What a report is about: donor, sector, place and time. The address holds the choice."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from kb.ui.common import read

EARLIEST = date(1950, 1, 1)


def choose() -> dict[str, Any]:
    """The filters that are set, as `base.factpack` and `base.matrix` take them; their values are what the documents name."""
    entities = read("entities")
    donors = {e["name"] for e in entities if e["kind"] == "organisation" and "donor" in e["roles"]}
    places = {e["name"] for e in entities if e["kind"] == "place" and e["level"] in ("region", "district")}
    found: dict[str, Any] = {}
    # Two rows, which on a narrow screen stand below each other in this order.
    cells = st.columns(2) + st.columns(2)
    with cells[0]:
        found["donor"] = _one("Donor", "donor", donors)
    with cells[1]:
        found["place"] = _one("District or region", "place", places)
    with cells[2]:
        found["since"] = date_field("Since", "since")
    with cells[3]:
        found["until"] = date_field("Until", "until")
    types = st.multiselect(
        "Sector (types of activity)",
        read("activity_types"),
        key="type",
        bind="query-params",
        placeholder="All types",
        format_func=_sector,
    )
    return {**{name: str(value) for name, value in found.items() if value}, "types": tuple(types)}


def _one(label: str, key: str, names: set[str]) -> Any:
    return st.selectbox(
        label,
        sorted(names, key=str.casefold),
        index=None,
        key=key,
        bind="query-params",
        placeholder="Any" if names else "None named",
        disabled=not names,
    )


def date_field(label: str, key: str) -> date | None:
    """A date, or none; the address holds it."""
    return st.date_input(
        label, value=None, key=key, bind="query-params", format="YYYY-MM-DD", min_value=EARLIEST
    )


def _sector(type: str) -> str:
    return type.replace("_", " ")

"""Figures and dates in words, as one would write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def figure(row: Mapping[str, Any]) -> str:
    """A figure as one would write it: more than 1,200 USD."""
    value = row["value"]
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"
    unit = row["unit"]
    return " ".join(
        filter(None, (row["qualifier"], number + ("%" if unit == "%" else ""), unit if unit != "%" else ""))
    )


def span(start: str, end: str) -> str:
    """Two ISO dates as one cell."""
    return start if start == end or not end else f"{start} – {end}"

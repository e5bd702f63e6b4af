"""Figures and dates in words, as one would write them."""

from __future__ import annotations

from calendar import month_abbr
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


def short_period(start: str, end: str) -> str:
    """A period in few letters, for a chart: 2014, Jun 2012, Jan–Jun 2011, 2012–2014; ISO dates, as precise as told."""
    end = end or start
    if not start:
        return ""
    (year, month), (last, until) = ((d[:4], int(d[5:7] or 0)) for d in (start, end))
    if year != last:
        return f"{year}–{last}"
    if not month or (month, until) == (1, 12):
        return year
    months = dict.fromkeys(month_abbr[m] for m in (month, until) if m)
    return f"{'–'.join(months)} {year}"

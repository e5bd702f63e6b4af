"""Times: the days that a text names, whether two times meet, when a document came out, and how dates are worded."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kb import abroad

_NAMES = "January February March April May June July August September October November December".split()
_MONTHS = (
    {m.casefold(): i for i, m in enumerate(_NAMES, 1)}
    | {m[:3].casefold(): i for i, m in enumerate(_NAMES, 1)}
    | {"sept": 9}
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<m>{_MONTH})\b\.?"
    rf"(?:\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?P<y>(?:19|20)\d\d))?"
    r"|\b(?:(?P<part>first|second|third|fourth|[1-4](?:st|nd|rd|th))\s+(?P<unit>quarter|half)\s+(?:of\s+)?)?(?P<only>(?:19|20)\d\d)\b",
    re.I,
)
EVER = ("0001-01-01", "9999-12-31")
"""First and last day of a time that is open to a side."""
_SIDE = re.compile(r"\b(since|after|until|before)\s+(?:the\s+)?$", re.I)
_ORDINALS = {
    w: n
    for n, pair in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th"))
    for w in pair.split()
}


def period(text: str, language: str = "en") -> tuple[str, str] | None:
    """The first and last day of the dates that a text names, or None. A month without a year takes one named after it.

    Where each date bounds a time to one side ("since 2011", "before 2012"), it is that time.
    """
    english = language == "en"
    spans: list[tuple[str, str]] = [] if english else [(d[2], d[3]) for d in abroad.dates(text)]
    sides: list[str] = []
    year = ""
    for m in reversed(list(DATE.finditer(text)) if english else []):
        if m["m"] and m["m"] == "may":  # the verb
            continue
        year = m["y"] or m["only"] or year
        if not year:
            continue
        side = _SIDE.search(text[: m.start()])
        sides.append(side[1].casefold() if side else "")
        if m["only"]:
            spans.append(_part(int(year), m["part"], m["unit"]))
            continue
        month, day = _MONTHS[m["m"].casefold()], int(m["d1"] or m["d2"] or 0)
        last = calendar.monthrange(int(year), month)[1]
        if day > last:
            sides.pop()
            continue
        spans.append((f"{year}-{month:02}-{day or 1:02}", f"{year}-{month:02}-{day or last:02}"))
    if sides and all(sides):
        open_ = [_open(side, *span) for side, span in zip(sides, spans, strict=True)]
        return max(s for s, _ in open_), min(e for _, e in open_)
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _open(side: str, start: str, end: str) -> tuple[str, str]:
    """The time since, after, until or before a span of days."""
    if side == "since":
        return start, EVER[1]
    if side == "after":
        return (date.fromisoformat(end) + timedelta(1)).isoformat(), EVER[1]
    if side == "until":
        return EVER[0], end
    return EVER[0], (date.fromisoformat(start) - timedelta(1)).isoformat()


def _part(year: int, part: str | None, unit: str | None) -> tuple[str, str]:
    """First and last day of a year, or of a quarter or half of it."""
    length = {"quarter": 3, "half": 6}.get((unit or "").casefold(), 12)
    first = min(_ORDINALS.get((part or "").casefold(), 0) * length, 12 - length) + 1
    last = first + length - 1
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{calendar.monthrange(year, last)[1]:02}"


def meets(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Do two spans of ISO dates, as precise as told, share a day?"""
    return bool(b[0]) and a[0][: len(b[1])] <= b[1][: len(a[0])] and b[0][: len(a[1])] <= a[1][: len(b[0])]


def when_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """First and last ISO date of an activity or of a date in a text, as precise as told; empty where it has none."""
    return row["date_start"], row["date_end"] or row["date_start"]


def issued(document: Mapping[str, Any]) -> str:
    """ISO date of a document: the end of the time that it tells of, else when it came out; empty where unknown."""
    return str(document["period_end"] or document["published"] or "")


def long_date(start: str, end: str) -> str:
    """ISO dates in words: "25 September 2012", "23 – 26 July 2012", "August – September 2012", "2012"."""
    a, b = _parts(start), _parts(end or start)
    if a == b:
        return _join(a)
    if a[0] != b[0]:
        return f"{_join(a)} – {_join(b)}"
    if a[1] != b[1]:
        return f"{_join((0, *a[1:]))} – {_join(b)}"
    return f"{a[2]} – {_join(b)}"


def _parts(iso: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    return year, month, day


def _join(parts: tuple[int, ...]) -> str:
    year, month, day = parts
    return " ".join(x for x in (str(day or ""), _NAMES[month - 1] if month else "", str(year or "")) if x)

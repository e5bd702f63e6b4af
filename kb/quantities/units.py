"""Money and measures: which unit stands before or after a number."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "authority" / "units.csv"


@dataclass(frozen=True, slots=True)
class Unit:
    """`start` to `end` is where the unit's words stand; `kind` is money, share or measure."""

    unit: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Units:
    before: re.Pattern[str]
    after: re.Pattern[str]
    unit: dict[str, tuple[str, str]]
    """Symbol as written, or name in lower case and singular → unit, kind."""


@cache
def _units() -> _Units:
    unit: dict[str, tuple[str, str]] = {}
    prefixes: list[str] = []
    symbols: list[str] = []
    names: list[str] = []
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            value = (row["unit"], row["kind"])
            own = [s for s in row["symbols"].split("|") if s]
            for symbol in own:
                unit.setdefault(symbol, value)
            symbols += own
            if row["kind"] == "money":
                prefixes += own
            for name in filter(None, row["names"].split("|")):
                unit.setdefault(name.casefold(), value)
                names.append(name)

    def alternatives(words: list[str]) -> str:
        return "|".join(
            re.escape(w).replace(r"\ ", r"[\s\u00a0]+") for w in sorted(words, key=len, reverse=True)
        )

    before = re.compile(rf"(?<![^\W_])({alternatives(prefixes)})[\s\u00a0]?$")
    # A letter symbol must end its word ("5 m" but not "5 men"); the names take a plural.
    after = re.compile(
        rf"[\s\u00a0-]{{0,2}}(?:(?P<symbol>{alternatives(symbols)})(?![^\W_])|(?P<name>(?i:{alternatives(names)})(?:s|es|а|ов|ы|и)?)(?!\w))"
    )
    return _Units(before, after, unit)


def unit_before(text: str, at: int) -> Unit | None:
    """The currency that ends at `at`, such as "US$" or "EUR "."""
    if text[at - 1 : at].isalnum() and not text[at - 1 : at].isupper() and text[at - 1 : at] not in "hkr":
        return None
    start = max(0, at - 8)
    match = _units().before.search(text[start:at])
    if match is None:
        return None
    name, kind = _units().unit[re.sub(r"[\s\u00a0]+", " ", match[1])]
    return Unit(name, kind, start + match.start(), at)


def unit_after(text: str, at: int) -> Unit | None:
    """The currency, per cent or measure that begins at `at` (after at most a space or hyphen)."""
    match = _units().after.match(text, at)
    if match is None:
        return None
    if match["symbol"]:
        name, kind = _units().unit[re.sub(r"[\s\u00a0]+", " ", match["symbol"])]
    else:
        key = re.sub(r"[\s\u00a0]+", " ", match["name"]).casefold()
        table = _units().unit
        name, kind = next(table[k] for k in (key, key[:-1], key[:-2]) if k in table)
    return Unit(name, kind, at, match.end())

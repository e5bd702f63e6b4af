"""States that a text calls by an adjective, as French does: "le gouvernement irlandais", "la coopération suisse". For plugins."""

from __future__ import annotations

import csv
import re
from functools import cache

from kb.cues import Cue
from kb.lists import HERE
from kb.records import Mention

STATE = r"\b(?:[Gg]ouvernements?|[Cc]oopérations?|[Aa]mbassades?)"


def states(text: str) -> list[Mention]:
    """Countries named so, as places: the first spans the word for the state as well, those joined to it their adjective alone."""
    cue, adjective, codes = _patterns()
    found: list[Mention] = []
    for match in cue.finditer(text):
        for word in adjective.finditer(text, match.start("nations"), match.end()):
            country = f"place:{codes[word[1].casefold()].lower()}"
            start = match.start() if not found or found[-1].end <= match.start() else word.start()
            found.append(
                Mention("place", start, word.end(), name=text[start : word.end()], candidates=(country,))
            )
    return found


@cache
def _patterns() -> tuple[Cue, re.Pattern[str], dict[str, str]]:
    """What finds a state with its adjectives, what finds one adjective, and the ISO code of each."""
    with (HERE / "nationalities.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        codes = {adjective: row["country"] for row in rows for adjective in row["adjectives"].split("|")}
    one = rf"\b({'|'.join(sorted(codes, key=len, reverse=True))})s?\b"
    every = one.replace("(", "(?:", 1)
    cue = Cue(rf"{STATE}\s+(?P<nations>{every}(?:(?:,\s+|\s+et\s+){every})*)")
    return cue, re.compile(one, re.I), codes

"""Places that no list knows, by the word for a place beside the name: "Boende health zone", "the village of Okabo"."""

from __future__ import annotations

import re

from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.levels import BRACKETS, LEVELS, LIST_AFTER, LIST_BEFORE, NAME, OF, ONE, level_of
from kb.phrases import trim
from kb.records import Mention, Section
from kb.words import NUMBERS

AFTER = re.compile(rf"(?<![\w’'-])(?P<name>{NAME}?)[ \u00a0](?i:{LEVELS})\b")
LEVEL_WORD = Cue(rf"\b(?:{LEVELS}|cities|villes|towns)\b", re.I)
BEFORE = re.compile(rf"\b(?i:{LEVELS})(?i:{OF})(?P<name>{NAME})(?=[\s,.;:)])")
NOT_NAMES = frozenset(
    "northern southern eastern western central north south east west target remote rural urban local all other each every border mountain many several most"
    " affected pilot selected various tajik afghan ukrainian republican autonomous federal european asian african arab health new national whole entire our"
    " their same neighbouring neighboring different three four five six seven eight nine ten priority january february march april may june july august september"
    " october november december government controlled non-government humanitarian development chief makeshift jamoat maternity isolation surgical toilet"
    " centre nord sud est ouest nouvelle nouvelles nouveau anciennes anciens amérique afrique ces les des nos leurs cette cet chaque plusieurs autres deux trois quatre cinq six sept huit neuf dix nombre total toutes tous certaines same said".split()
)

SHORT = 5
"""Letters that a short form has at most."""


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Places beside a word that tells their level; those that a list knows are left to it."""
    text = section.text
    found: dict[int, Mention] = {}

    def add(start: int, end: int, level: str) -> None:
        start, end = trim(text, start, end)
        words = text[start:end].split()
        if (
            words
            and not {words[0].casefold(), words[-1].casefold()} & NOT_NAMES
            and end - start >= 3
            and words[0].casefold() not in NUMBERS
            # "Districts of the HIV campaign": a short form that no list knows is seldom a place.
            and not (text[start:end].isupper() and end - start <= SHORT)
            and not any(n.start < end and start < n.end for n in context.names)
        ):
            found.setdefault(start, Mention("place", start, end, name=" ".join(words), level=level))

    near = _near_level_words(text)
    for pattern in (LIST_AFTER, LIST_BEFORE):
        for match in (m for window in near for m in pattern.finditer(text, *window)):
            # What stands in brackets is another level: "Boende (Tshuapa)".
            listed = BRACKETS.sub(lambda m: " " * len(m[0]), match["list"])
            for one in ONE.finditer(listed):
                add(match.start("list") + one.start(), match.start("list") + one.end(), level_of(match))
    for pattern in (AFTER, BEFORE):
        for match in (m for window in near for m in pattern.finditer(text, *window)):
            add(*match.span("name"), level_of(match))
    return list(found.values())


def _near_level_words(text: str) -> list[tuple[int, int]]:
    """Stretches around words for a level, cut at the ends of lines; elsewhere nothing is to be found."""
    windows: list[tuple[int, int]] = []
    for word in LEVEL_WORD.finditer(text):
        start = text.rfind("\n", 0, word.start()) + 1
        end = text.find("\n", word.end())
        end = len(text) if end < 0 else end
        if not windows or windows[-1][0] != start:
            windows.append((start, end))
    return windows

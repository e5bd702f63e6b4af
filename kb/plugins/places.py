"""Places that no list knows, by the word for a place beside the name: "Boende health zone", "the village of Okabo"."""

from __future__ import annotations

import re

from kb.hookspecs import Context, hookimpl
from kb.phrases import CAPITAL, DISTRICT, REGION, SETTLEMENT, trim
from kb.records import Mention, Section

NAME = rf"[{CAPITAL}][\w’'-]+(?:[ -](?:[{CAPITAL}][\w’'-]+|d[eu]|al|el|the)){{0,2}}?"
LEVELS = rf"(?P<district>{DISTRICT})|(?P<region>{REGION})|(?P<settlement>{SETTLEMENT})"
AFTER = re.compile(rf"(?<![\w’'-])(?P<name>{NAME})[ \u00a0](?i:{LEVELS})\b")
BEFORE = re.compile(rf"\b(?i:{LEVELS}) (?:of|de) (?:the )?(?P<name>{NAME})(?=[\s,.;:)])")
NOT_NAMES = frozenset(
    "northern southern eastern western central north south east west target remote rural urban local all other each every border mountain many several most"
    " affected pilot selected various tajik afghan ukrainian republican autonomous federal european asian african arab health new national whole entire our"
    " their same neighbouring neighboring different three four five six seven eight nine ten priority january february march april may june july august september"
    " october november december government controlled non-government humanitarian development".split()
)


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Places beside a word that tells their level; those that a list knows are left to it."""
    text = section.text
    found: dict[int, Mention] = {}
    for pattern in (AFTER, BEFORE):
        for match in pattern.finditer(text):
            start, end = trim(text, *match.span("name"))
            words = text[start:end].split()
            level = next(k for k in ("district", "region", "settlement") if match[k])
            if (
                not words
                or words[0].casefold() in NOT_NAMES
                or words[-1].casefold() in NOT_NAMES
                or len(text[start:end]) < 3
            ):
                continue
            if not any(n.start < end and start < n.end for n in context.names):
                found.setdefault(start, Mention("place", start, end, name=" ".join(words), level=level))
    return list(found.values())

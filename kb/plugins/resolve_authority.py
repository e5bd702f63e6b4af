"""Names of the authority lists become their entries; namesakes are told apart by the words around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.hookspecs import Resolver, hookimpl
from kb.phrases import DISTRICT, REGION, SETTLEMENT
from kb.records import AuthorityEntry, EntityRef, Mention
from kb.text import fold, slug

LEVELS = rf"(?P<district>{DISTRICT}|city|town)|(?P<region>{REGION}|state)|(?P<settlement>{SETTLEMENT}|camp)"
LEVEL_AFTER = re.compile(rf"\W{{0,3}}(?:{LEVELS})\b", re.I)
# "The districts of Khatlon" says nothing of Khatlon: only a singular tells the level of what follows.
LEVEL_BEFORE = re.compile(rf"\b(?:{LEVELS})(?<!s)(?: of| de)? $", re.I)


@hookimpl
def kb_resolve(mention: Mention, context: Resolver) -> EntityRef | None:
    """The entry meant by a mention that the authority lists know."""
    if not mention.candidates:
        return None
    entries = [context.authority[i] for i in mention.candidates]
    if mention.kind == "organisation" and entries[0].kind == "place":
        country = entries[0]
        return EntityRef(
            f"org:gov-{country.country.lower()}",
            country.name,
            (*country.aliases, *country.weak, f"Government of {country.name}"),
        )
    if mention.kind != "place":
        return EntityRef(entries[0].id, entries[0].name)
    text = context.section.text
    if year := _year(context):
        ids = context.bearers(text[mention.start : mention.end], mention.candidates, year)
        entries = [context.authority[i] for i in ids]
    told = LEVEL_AFTER.match(text, mention.end) or LEVEL_BEFORE.search(
        text[max(0, mention.start - 24) : mention.start]
    )
    level = told.lastgroup if told else ""
    sentence = text[max(0, mention.start - 200) : mention.end + 200]
    if (
        level in ("settlement", "district")
        and told
        and told[0].strip().casefold() not in ("city", "town")
        and all(e.level != level for e in entries)
    ):
        # A village that bears a district's name, or a district that bears a town's: a place of its own.
        name = text[mention.start : mention.end]
        return EntityRef(
            f"place:{level}-{slug(name)}",
            name if level == "district" else f"{name} ({told[0].strip(' ,').lower()})",
        )
    best = max(entries, key=lambda e: _fit(e, level or "", fold(sentence), context, entries))
    return EntityRef(best.id, best.name)


def _year(context: Resolver) -> int:
    """The year that the document tells of, else that it came out in; 0 where neither is known."""
    period = context.document.period
    return int((period and period.start or context.document.published)[:4] or 0)


def _fit(
    entry: AuthorityEntry, level: str, around: str, context: Resolver, entries: Sequence[AuthorityEntry]
) -> tuple[float, int]:
    score = 0.0
    if level:
        score += 4 * (entry.level == level)
    parent = context.authority.get(entry.parent)
    if parent is not None:
        score += 2 * any(fold(n) in around for n in (parent.name, *parent.aliases))
        score += 0.5 * (parent.id in context.mentioned)
    if entry.country:
        score += 3 * (entry.country == context.country)
    score += {"country": 1.5, "region": 0.2, "district": 0.4, "settlement": 0.0}.get(entry.level, 0)
    return score, -entries.index(entry)

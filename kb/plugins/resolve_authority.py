"""Names of the authority lists become their entries; namesakes are told apart by the words around them."""

from __future__ import annotations

from collections.abc import Sequence

from kb.hookspecs import Resolver, hookimpl
from kb.levels import level_of, told
from kb.records import AuthorityEntry, EntityRef, Mention
from kb.text import fold, slug


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
    word = told(text, mention.start, mention.end)
    level = level_of(word) if word else ""
    # "Lofa County": where counties are the first level, the region is meant.
    if word and word["either"] and any(e.level == "region" and _at_home(e, context) for e in entries):
        level = "region"
    sentence = text[max(0, mention.start - 200) : mention.end + 200]
    if (
        word
        and level in ("settlement", "district")
        and not word["city"]
        and all(level not in (e.level, _level(e, context)) for e in entries)
    ):
        # A village that bears a district's name, or a district that bears a town's: a place of its own.
        name = text[mention.start : mention.end]
        return EntityRef(
            f"place:{level}-{slug(name)}",
            name if level == "district" else f"{name} ({word[level].lower()})",
        )
    best = max(entries, key=lambda e: _fit(e, level, fold(sentence), context, entries))
    return EntityRef(best.id, best.name, level=_level(best, context))


def _at_home(entry: AuthorityEntry, context: Resolver) -> bool:
    return entry.country == context.country


def _level(entry: AuthorityEntry, context: Resolver) -> str:
    """The level of a place in this document: the seat of a district stands for it in reports of its own country."""
    return "district" if entry.type == "seat" and _at_home(entry, context) else entry.level


def _year(context: Resolver) -> int:
    """The year that the document tells of, else that it came out in; 0 where neither is known."""
    period = context.document.period
    return int((period and period.start or context.document.published)[:4] or 0)


def _fit(
    entry: AuthorityEntry, level: str, around: str, context: Resolver, entries: Sequence[AuthorityEntry]
) -> tuple[float, int]:
    score = 0.0
    if level:
        score += 4 * (_level(entry, context) == level)
    parent = context.authority.get(entry.parent)
    if parent is not None:
        score += 2 * any(fold(n) in around for n in (parent.name, *parent.aliases))
        score += 0.5 * (parent.id in context.mentioned)
    if entry.country:
        score += 3 * _at_home(entry, context)
    score += {"country": 1.5, "region": 0.2, "district": 0.4, "settlement": 0.0}.get(entry.level, 0)
    return score, -entries.index(entry)

"""The fields of an activity: when, where, by whom and for whom, from its sentence and those around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kb.records import Link, Mention, Section

PLANNED = re.compile(
    r"\b(?:will|plans? to|planned|is to|are to|going to|intends? to|upcoming|scheduled|envisaged|to be (?:held|conducted|launched)"
    r"|prévue?s?|prévoi(?:t|ent)|planifiée?s?|envisagée?s?|à venir|vont|(?:ser|devr|pourr|aur|permettr|mettr|tiendr)(?:a|ont)|\w{3,}(?:er|ir|[dt]r)ont"
    r"|(?:distribu|organis|form|sensibilis|vaccin|construi|install|livr|fourni|déploi|effectu|réalis|appui|renforc|lanc|cibl|assur|mobilis|facilit|évalu|soutiend)e?ra)\b"
    r"|(?:^|\|)\s*(?:[•·▪–-]\s+)?[A-ZÉ][\w-]*(?:[^i]|f)er (?:d[eu]s?|l[ae]s?|aux?|une?|[dl][’'])",
    re.I,
)
ONGOING = re.compile(
    r"\b(?:is|are|has been|have been|continues? to be|currently)\s+(?:\w+ly\s+)?(?:being\s+)?\w+ing\b|\bongoing\b|\bcurrently\b"
    r"|\ben cours\b|\bse poursui(?:t|vent)\b|\bpoursuite (?:de|des|du)\b|\bactuellement\b|\ben train d",
    re.I,
)
HEADED = (
    ("planned", re.compile(r"\b(?:planned|upcoming|planifiée?s?|prévue?s?|à venir)\b", re.I)),
    ("ongoing", re.compile(r"\b(?:ongoing|current activities|en cours)\b", re.I)),
)
"""What a heading says of all that stands below it: "Activités planifiées"."""
BACKWARD = re.compile(
    r"^(?:(?:During|At|In|After|Following|Throughout|Upon|By) (?:the|this|these|its?|all|both|each)\b"
    r"(?! (?:\w+ )?(?:reporting|financial|period|years?|months?|quarter|weeks?|start|beginning|time|moment|region|country|summer|winter|spring|autumn)\b)"
    r"|The|This|These|It|Participants|C(?:e|et|ette|es)|Les participante?s|Il s[’']agit|(?:Lors|Au cours|À la suite|A la suite) de (?:ce|cet|cette|ces))\b"
)
"""A sentence that goes on about what the one before told."""
WHEN = re.compile(r"\W*(?:When|Dates?|Quand|Когда)\s*:", re.I)
SINCE = re.compile(
    r"\b(?:since|established in|founded in|adopted in|work done (?:in|since)|over the (?:past|last)|depuis|(?:créé|fondé|adopté|établi)e?s? en|au cours des (?:\w+ )?derni\w+)\b[^.;]*$",
    re.I,
)
"""Before a date that is not the event's."""
SHORT = 45
"""Sentences up to which an article is taken to be about one thing."""
NEAR = 12
"""Sentences over which a field may be taken from an earlier sentence."""


def dates_of(
    section: Section,
    sentences: Sequence[tuple[int, int]],
    per_sentence: Sequence[Sequence[Mention]],
    i: int,
    own: Sequence[Mention],
    *,
    headed: bool,
) -> list[Mention]:
    """The dates of an event told in sentence `i`: its own, else those of what it goes on about, of its heading, or after "When:"."""
    text = section.text
    dates = [m for m in own if m.date and not SINCE.search(text[max(0, m.start - 60) : m.end])]
    if not dates and i and BACKWARD.match(text[slice(*sentences[i])]):
        dates = [m for m in per_sentence[i - 1] if m.kind == "date"]
    if not dates and headed:
        dates = in_heading(section, per_sentence, "date")
    if not dates:
        told = (s for s in range(i + 1, min(i + 4, len(sentences))) if WHEN.match(text, sentences[s][0]))
        dates = [m for s in told for m in per_sentence[s] if m.kind == "date"][:1]
    return dates


def links_of(per_sentence: Sequence[Sequence[Mention]], i: int, dates: Sequence[Mention]) -> tuple[Link, ...]:
    """Who, where, with what figures: from sentence `i`, and what it leaves out from those near it."""
    here = per_sentence[i]
    near = [m for s in range(i, max(-1, i - NEAR), -1) for m in per_sentence[s]]
    if len(per_sentence) <= SHORT:
        # An article as short as this is about one thing.
        near += [m for s, ms in enumerate(per_sentence) if not i - NEAR < s <= i for m in ms]
    links = [Link("figure", m.id, m.start, m.end) for m in here if m.kind == "figure"]
    links += [Link("date", f"{m.date.start}/{m.date.end}", m.start, m.end) for m in dates if m.date]
    links += _links("person", [m for m in here if m.kind == "person"])
    projects, further = ([m for m in ms if m.kind == "project"] for ms in (here, near))
    links += _links("project", projects or further[:1])
    for name in ("donor", "partner"):
        own, others = ([m for m in ms if m.role == name] for ms in (here, near))
        links += _links(name, own or others)
    links += _links("organisation", [m for m in here if m.kind == "organisation"])
    districts, nearest = (
        [m for m in ms if m.kind == "place" and m.level == "district"] for ms in (here, near)
    )
    links += _links("district", districts or [m for m in nearest if m.entity == nearest[0].entity][:1])
    places = [m for m in here if m.kind == "place"]
    links += _links("place", places or [m for m in near if m.kind == "place" and m.level != "country"][:1])
    return tuple(links)


def status_of(sentence: str, heading: str = "") -> str:
    """done, ongoing or planned: by the sentence, else by the heading above it."""
    if PLANNED.search(sentence) and not re.search(r"\b(?:was|were)\b", sentence):
        return "planned"
    if ONGOING.search(sentence):
        return "ongoing"
    return next((status for status, said in HEADED if said.search(heading)), "done")


def in_heading(section: Section, per_sentence: Sequence[Sequence[Mention]], kind: str) -> list[Mention]:
    """Mentions of a kind in the section's heading."""
    end = len(section.blocks[0].text) if section.blocks and section.blocks[0].role == "heading" else 0
    return [m for ms in per_sentence for m in ms if m.start < end and m.kind == kind]


def _links(name: str, mentions: Iterable[Mention]) -> list[Link]:
    """One link an entity, at its first mention."""
    unique: dict[str, Mention] = {}
    for mention in mentions:
        unique.setdefault(mention.entity, mention)
    return [Link(name, m.entity, m.start, m.end) for m in unique.values() if m.entity]  # type: ignore[arg-type]

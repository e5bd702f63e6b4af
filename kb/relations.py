"""Who funds, implements and works where: from the sentences and sections in which entities meet."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from kb.cues import Cue
from kb.events import EVENT, ITEM
from kb.fields import SHORT
from kb.records import Entity, Mention, Relation, Section
from kb.text import within

ANAPHOR = Cue(
    r"\b(?:the|this|our) (?:\w+ ){0,2}?(?:pilot|framework|project|programme|program|fund|facility|initiative|scheme)\b"
    r"|\b(?:ce|le|du|dudit|au|notre|présent) (?:présent )?(?:cadre|projet|programme|fonds|pilote|plan d[’']action)\b",
    re.I,
)
"""In a document about one project, what is meant by it."""
AT_WORK = {"un_agency", "ngo"}
MONEY = re.compile(r"[A-Z]{3}")
"""Units of money: ISO codes."""


def find_relations(
    sections: Sequence[Section],
    sentences: Sequence[Sequence[tuple[int, int]]],
    mentions: Mapping[int, Sequence[Mention]],
    entities: Mapping[str, Entity],
) -> list[Relation]:
    """One relation a pair and kind, with the first words that say so; `mentions` by section."""
    found: dict[tuple[str, str, str], Relation] = {}
    every = [m for s in sections for m in mentions[s.ordinal]]
    named = [m for m in every if m.kind == "project" and m.level != "described"]
    subject = next((m.entity for m in named if m.level == "subject"), "")
    # A document that hardly names another project is about this one throughout.
    only = subject if sum(m.entity == subject for m in named) * 2 > len(named) else ""
    for section, spans in zip(sections, sentences, strict=True):
        here = mentions[section.ordinal]
        projects = list(dict.fromkeys(m.entity for m in here if m.kind == "project"))
        led: list[str] = []
        for start, end in spans:
            told = within(here, start, end)
            about = list(dict.fromkeys(m.entity for m in told if m.kind == "project"))
            if not about and len(projects) == 1 and len(spans) <= SHORT:
                about = projects  # a short article speaks of the only project it names
            if not about and subject and ANAPHOR.search(section.text, start, end):
                about = [subject]
            # Items of a list are about what the sentence before its colon is about.
            if ITEM.match(section.text, start, end):
                about = about or led
            else:
                led = about if section.text[start:end].rstrip().endswith(":") else []
            triples = [t for project in about for t in _of_project(project, told)]
            if only and not about:
                triples = [t for t in _of_project(only, told) if t[0] != "works_in"]
            if only and {*about} <= {only}:
                triples += [("implements", e, only) for e in _paid(told, section, start)]
            if areas := _where(told, here, section):
                workers = _workers(told, EVENT.stands(section.text, start, end))
                triples += [("works_in", w, area) for area in areas for w in workers]
            for kind, source, target in triples:
                if source != target:
                    relation = Relation(kind, source, target, section.ordinal, (start, end))  # type: ignore[arg-type]
                    found.setdefault((kind, source, target), relation)
    first = {m.entity: m for m in reversed(every)}
    for entity in entities.values():
        if entity.kind == "place" and entity.parent in entities:
            place = first[entity.id]
            part = Relation("part_of", entity.id, entity.parent, place.section, (place.start, place.end))
            found[part.kind, part.source, part.target] = part
    return list(found.values())


def _of_project(project: str, told: Sequence[Mention]) -> Iterator[tuple[str, str, str]]:
    """Who funds and carries out a project, and where it works, by a sentence about it."""
    names = [m for m in told if m.entity == project]
    for m in told:
        if m.role == "donor":
            # A donor inside the project's name is none by that alone.
            if not any(n.start <= m.start < n.end for n in names):
                yield "funds", m.entity, project
        elif m.role in ("partner", "implementer"):
            yield "implements", m.entity, project
        elif m.kind == "place" and m.level == "district":
            yield "works_in", project, m.entity


def _paid(told: Sequence[Mention], section: Section, start: int) -> list[str]:
    """The one body of a row of a budget, beside its sum: it carries out what the budget is for."""
    if section.blocks[bisect_right(section.starts, start) - 1].role != "table":
        return []
    bodies = list(dict.fromkeys(m.entity for m in told if m.kind == "organisation" and m.role in AT_WORK))
    money = any(m.figure is not None and MONEY.fullmatch(m.figure.unit) for m in told)
    return bodies if money and len(bodies) == 1 else []


def _workers(told: Sequence[Mention], done: bool) -> list[str]:
    """Bodies that do the work of a sentence: partners, and agencies and NGOs where it tells of something done."""
    roles = {"partner", "implementer"} | (AT_WORK if done else set())
    donors = {m.entity for m in told if m.role == "donor"}
    found = dict.fromkeys(m.entity for m in told if m.kind == "organisation" and m.role in roles)
    return [e for e in found if e not in donors]


def _where(told: Sequence[Mention], here: Sequence[Mention], section: Section) -> list[str]:
    """The districts of a sentence, else its regions, else the place after which the article is headed."""
    bodies = [m for m in told if m.kind == "organisation"]
    for level in ("district", "region"):
        places = [m for m in told if m.kind == "place" and m.level == level]
        # A place in somebody's name ("Friends of Ayni") is where they work only where no other is told.
        free = [p for p in places if not any(b.start <= p.start and p.end <= b.end for b in bodies)]
        if found := dict.fromkeys(p.entity for p in free or places):
            return list(found)
    headed = [
        m.entity for m in here if m.kind == "place" and m.level != "country" and m.end <= len(section.heading)
    ]
    return headed[:1] if section.blocks and section.blocks[0].role == "heading" else []

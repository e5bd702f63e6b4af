"""Who funds, implements and works where: from the sentences and sections in which entities meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.events import EVENT
from kb.fields import SHORT
from kb.records import Entity, Mention, Relation, Section

AT_WORK = {"un_agency", "ngo"}


def find_relations(
    sections: Sequence[Section],
    sentences: Sequence[Sequence[tuple[int, int]]],
    mentions: Sequence[Mention],
    entities: Mapping[str, Entity],
) -> list[Relation]:
    """One relation a pair and kind, with the first words that say so."""
    found: dict[tuple[str, str, str], Relation] = {}

    def add(kind: str, source: str, target: str, section: int, span: tuple[int, int]) -> None:
        if source != target:
            found.setdefault((kind, source, target), Relation(kind, source, target, section, span))  # type: ignore[arg-type]

    for section, spans in zip(sections, sentences, strict=True):
        here = [m for m in mentions if m.section == section.ordinal]
        projects = list(dict.fromkeys(m.entity for m in here if m.kind == "project"))
        first_of = {m.entity: m for m in reversed([m for m in here if m.kind == "project"])}
        for start, end in spans:
            told = [m for m in here if start <= m.start < end]
            in_sentence = list(dict.fromkeys(m.entity for m in told if m.kind == "project"))
            # A sentence that names no project speaks of the only one of a short article.
            about = in_sentence or (projects if len(projects) == 1 and len(spans) <= SHORT else [])
            for project in about:
                inside = first_of[project]
                for m in told:
                    if m.role == "donor" and not (
                        inside.start <= m.start < inside.end and project in in_sentence
                    ):
                        add("funds", m.entity, project, section.ordinal, (start, end))
                    elif m.role in ("partner", "implementer"):
                        add("implements", m.entity, project, section.ordinal, (start, end))
                    elif m.kind == "place" and m.level == "district":
                        add("works_in", project, m.entity, section.ordinal, (start, end))
            workers = _workers(told, section.text[start:end])
            for area in _where(told, here, section) if workers else ():
                for worker in workers:
                    add("works_in", worker, area, section.ordinal, (start, end))
    for entity in entities.values():
        if entity.kind == "place" and entity.parent in entities:
            place = next(m for m in mentions if m.entity == entity.id)
            add("part_of", entity.id, entity.parent, place.section, (place.start, place.end))
    return list(found.values())


def _workers(told: Sequence[Mention], sentence: str) -> list[str]:
    """Bodies that do the work of a sentence: partners, and agencies and NGOs where it tells of something done."""
    roles = {"partner", "implementer"} | (AT_WORK if EVENT.search(sentence) else set())
    donors = {m.entity for m in told if m.role == "donor"}
    found = dict.fromkeys(m.entity for m in told if m.kind == "organisation" and m.role in roles)
    return [e for e in found if e not in donors]


def _where(told: Sequence[Mention], here: Sequence[Mention], section: Section) -> list[str]:
    """The districts of a sentence, else its regions, else the place after which the article is headed."""
    for level in ("district", "region"):
        if found := dict.fromkeys(m.entity for m in told if m.kind == "place" and m.level == level):
            return list(found)
    headed = [
        m.entity for m in here if m.kind == "place" and m.level != "country" and m.end <= len(section.heading)
    ]
    return headed[:1] if section.blocks and section.blocks[0].role == "heading" else []

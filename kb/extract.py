"""From a document's sections to all that it adds to the truth: mentions, entities, activities, relations, passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kb.activities import ActivityFinder
from kb.details import with_details
from kb.names import Names
from kb.records import (
    Activity,
    Analysis,
    AuthorityEntry,
    Document,
    Entity,
    EntityRef,
    Mention,
    Passage,
    Section,
    altered,
)
from kb.relations import find_relations
from kb.text import fold, sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kb.manager import Manager
    from kb.settings import Settings

Known = Callable[[str, str], str | None]
"""(kind, name) → id of the entity in the truth that bears the name."""

ENTITY_KINDS = frozenset({"project", "organisation", "place", "person"})
LOCATIVE = re.compile(r"\b(?:in|at|from|near|to)\s+(?:the\s+)?$")
HEAD_WEIGHT = 5
"""The title and the publisher count as many places, or a quarter of all of them where that is more."""
LEADING = 0.3
"""Share of a document's places that makes it a document about their country."""
MONEY = ("Fund", "Facility", "Appeal")
"""What is called so is a body where it pays; the one that its document is about is a project."""
PASSAGE_WORDS = 110
"""A passage ends with the sentence that takes it past this; all-MiniLM reads 256 word pieces."""


class SectionContext:
    """What extractors are given of a section (`kb.hookspecs.Context`)."""

    def __init__(self, section: Section, language: str, names: Names) -> None:
        self.authority: Mapping[str, AuthorityEntry] = names.entries
        self.sentences: Sequence[tuple[int, int]] = sentences(section.text, language)
        self._section, self._names = section, names

    @cached_property
    def doc(self) -> Doc:
        return self._names.nlp.make_doc(self._section.text)

    @cached_property
    def names(self) -> Sequence[Mention]:
        return self._names.find(self._section.text)


@dataclass
class Resolving:
    """What is known while mentions are resolved (`kb.hookspecs.Resolver`)."""

    authority: Mapping[str, AuthorityEntry]
    document: Document
    section: Section
    country: str
    mentioned: frozenset[str]
    long_forms: Mapping[str, str]
    lookup: Callable[[str], list[str]]
    bearers: Callable[[str, Sequence[str], int], list[str]]
    in_truth: Known
    here: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind, folded name) → id, of this document."""

    def known(self, kind: str, name: str) -> str | None:
        return self.here.get((kind, fold(name))) or self.in_truth(kind, name)


class Analyser:
    """Runs the extractors and resolvers. Loading it reads the authority lists; keep one for many documents."""

    def __init__(self, manager: Manager, settings: Settings) -> None:
        self._hook, self._settings = manager.hook, settings
        self.names = Names(entry for entries in manager.hook.kb_authority() for entry in entries)
        self._activities = ActivityFinder(e for e in self.names.entries.values() if e.kind == "activity_type")

    def analyse(self, document: Document, sections: Sequence[Section], known: Known) -> Analysis:
        """All that one document adds; `known` looks up entities of earlier documents."""
        sections = [s if s.language else replace(s, language=document.language) for s in sections]
        mentions: list[Mention] = []
        all_sentences: list[Sequence[tuple[int, int]]] = []
        for section in sections:
            context = SectionContext(section, section.language, self.names)
            all_sentences.append(context.sentences)
            here = self._extracted(section, document, context)
            mentions += (altered(m, section=section.ordinal) for m in here)
        mentions = _without_repeats(mentions + echoes(sections, mentions))
        mentions = _of_one_kind(mentions)
        mentions, entities = self._resolve(document, sections, mentions, known)
        mentions = _with_figure_ids(document, mentions)
        per_section: dict[int, list[Mention]] = {s.ordinal: [] for s in sections}
        for mention in mentions:
            per_section[mention.section].append(mention)
        activities: list[Activity] = []
        for section, spans in zip(sections, all_sentences, strict=True):
            here = with_details(section.text, spans, per_section[section.ordinal])
            per_section[section.ordinal] = here
            activities += self._activities.find(section, spans, here)
        mentions = [m for s in sections for m in per_section[s.ordinal]]
        relations = find_relations(sections, all_sentences, per_section, entities)
        return Analysis(
            document,
            tuple(sections),
            tuple(
                p
                for section, spans in zip(sections, all_sentences, strict=True)
                for p in passages(section, spans)
            ),
            tuple(entities.values()),
            tuple(mentions),
            tuple(activities),
            tuple(relations),
        )

    def _extracted(self, section: Section, document: Document, context: SectionContext) -> list[Mention]:
        """What the extractors find in a section, and what those add that come after them."""
        results = self._hook.kb_extract(section=section, document=document, context=context)
        found = [m for result in results for m in result]
        more = self._hook.kb_extract_more(
            section=section, document=document, found=tuple(found), settings=self._settings
        )
        return found + [m for result in more for m in result]

    def _resolve(
        self, document: Document, sections: Sequence[Section], mentions: list[Mention], known: Known
    ) -> tuple[list[Mention], dict[str, Entity]]:
        authority = self.names.entries
        by_ordinal = {s.ordinal: s for s in sections}
        single = frozenset(m.candidates[0] for m in mentions if len(m.candidates) == 1)
        resolving = Resolving(
            authority,
            document,
            sections[0] if sections else Section(0, "", 1, ()),
            self._country(document, mentions),
            single,
            {m.name: m.long for m in mentions if m.kind == "acronym"},
            self.names.lookup,
            self.names.bearers,
            known,
        )
        entities: dict[str, Entity] = {}
        resolved: list[Mention] = []
        # Named projects first, so that a short name finds the long one; then in the order of the text.
        for mention in sorted(
            mentions, key=lambda m: (m.kind == "project" and -len(m.name), m.section, m.start)
        ):
            if mention.kind not in ENTITY_KINDS:
                resolved.append(mention)
                continue
            resolving.section = by_ordinal[mention.section]
            ref: EntityRef | None = self._hook.kb_resolve(mention=mention, context=resolving)
            if ref is None or self._is_far(authority.get(ref.id), mention, resolving):
                continue
            words = resolving.section.text[mention.start : mention.end]
            entity = _entity(
                ref, mention, authority.get(ref.id), " ".join(words.split()), entities.get(ref.id)
            )
            entities[ref.id] = entity
            for name in (entity.name, *entity.aliases):
                resolving.here.setdefault((mention.kind, fold(name)), ref.id)
            resolved.append(altered(mention, entity=ref.id, level=entity.level or mention.level))
        resolved.sort(key=lambda m: (m.section, m.start, -m.end))
        return resolved, entities

    def _is_far(self, entry: AuthorityEntry | None, mention: Mention, resolving: Resolving) -> bool:
        """A namesake in a country that the document never speaks of: most likely another word (Gombe, Istok, Mora)."""
        if entry is None or entry.level not in ("settlement", "region") or not entry.country:
            return False
        if (
            entry.country in (resolving.country, self._settings.country)
            or f"place:{entry.country.lower()}" in resolving.mentioned
        ):
            return False
        return LOCATIVE.search(resolving.section.text, max(0, mention.start - 12), mention.start) is None

    def _country(self, document: Document, mentions: Sequence[Mention]) -> str:
        """The country that the document is about: what its title and publisher name, and most of its places lie in.

        Empty where places of many countries share the document and none of them leads.
        """
        entries = self.names.entries
        counts: Counter[str] = Counter()
        for mention in mentions:
            # A region and its capital of one name leave no doubt about the country.
            if (
                mention.kind == "place"
                and len(codes := {entries[i].country for i in mention.candidates}) == 1
            ):
                # A town tells more than the bare name of a country, which may be a neighbour's.
                counts[codes.pop()] += 1 if entries[mention.candidates[0]].level == "country" else 2
        total = counts.total()
        for head in (document.title, document.organisation):
            for name in self.names.find(head):
                codes = {entries[i].country for i in name.candidates} - {""}
                if len(codes) == 1 and not name.role:
                    counts[codes.pop()] += max(HEAD_WEIGHT, total // 4)
        if not counts:
            return self._settings.country
        code, most = counts.most_common(1)[0]
        return code if most >= LEADING * counts.total() else ""


def _entity(
    ref: EntityRef, mention: Mention, entry: AuthorityEntry | None, words: str, old: Entity | None
) -> Entity:
    if old is not None:
        return (
            old if words in old.aliases or words == old.name else replace(old, aliases=(*old.aliases, words))
        )
    aliases = dict.fromkeys((*(entry.aliases + entry.weak if entry else ()), *ref.aliases, words))
    aliases.pop(ref.name, None)
    fields: dict[str, Any] = {}
    if entry is not None:
        fields = {
            "level": ref.level or entry.level,
            "parent": entry.parent,
            "country": entry.country,
            "lat": entry.lat,
            "lon": entry.lon,
        }
    elif mention.kind == "place":
        made = re.match(r"place:(settlement|district)-", ref.id)
        fields = {"level": made[1] if made else mention.level}
    return Entity(ref.id, mention.kind, ref.name, tuple(aliases), **fields)  # type: ignore[arg-type]


def _without_repeats(mentions: Sequence[Mention]) -> list[Mention]:
    """One mention for the same words in the same role; a bare one gives way to one with a role."""
    seen: dict[tuple[int, int, int, str, str], Mention] = {}
    for mention in mentions:
        seen.setdefault((mention.section, mention.start, mention.end, mention.kind, mention.role), mention)
    roled = {key[:4] for key in seen if key[4]}
    return [m for key, m in seen.items() if key[4] or key[:4] not in roled or m.kind in ("figure", "date")]


def _of_one_kind(mentions: Sequence[Mention]) -> list[Mention]:
    """Without places inside a person's name, and projects that by their role are bodies ("City Youth Initiative" in a list of partners).

    What its text tells to be a place ("Union" heads its column) is no person by the look of the name alone.
    """
    people: dict[int, list[Mention]] = {}
    told = {(m.section, m.start, m.end) for m in mentions if m.kind == "place" and not m.candidates}
    mentions = [
        m for m in mentions if m.kind != "person" or m.role or (m.section, m.start, m.end) not in told
    ]
    for mention in mentions:
        if mention.kind == "person":
            people.setdefault(mention.section, []).append(mention)
    bodies = {
        (m.section, m.start, m.end)
        for m in mentions
        if m.kind == "organisation" and (m.role or not m.name.endswith(MONEY))
    }
    return [
        m
        for m in mentions
        if not (m.kind == "project" and (m.section, m.start, m.end) in bodies)
        and not (
            m.kind == "place"
            and any(p.start <= m.start and m.end <= p.end for p in people.get(m.section, ()))
        )
    ]


def echoes(sections: Sequence[Section], mentions: Sequence[Mention]) -> list[Mention]:
    """Further places where a name stands that some extractor found once by its context ("NGO X … later X alone", or its acronym)."""
    named = [m for m in mentions if m.kind in ENTITY_KINDS and not m.candidates and m.level != "described"]
    new = {m.name: m for m in named if len(m.name) >= 5}
    for acronym in (m for m in mentions if m.kind == "acronym"):
        for m in named:
            if m.section == acronym.section and acronym.start <= m.start < acronym.end:
                new.setdefault(acronym.name, m)
    if not new:
        return []
    spellings = "|".join(sorted(map(re.escape, new), key=len, reverse=True))
    begin = re.escape("".join({name[0] for name in new}))  # most places are none by their first letter
    pattern = re.compile(rf"(?<!\w)(?=[{begin}])(?:{spellings})(?!\w)")
    taken: dict[int, list[tuple[int, int, str]]] = {}
    for mention in mentions:
        if mention.kind in ENTITY_KINDS:
            taken.setdefault(mention.section, []).append((mention.start, mention.end, mention.kind))
    found = []
    for section in sections:
        for match in pattern.finditer(section.text):
            first = new[match[0]]
            met = (t for t in taken.get(section.ordinal, ()) if t[0] < match.end() and match.start() < t[1])
            # A town may stand inside a body's name ("Leeds United").
            if all(kind == "place" and match.start() <= a and b <= match.end() for a, b, kind in met):
                found.append(
                    Mention(
                        first.kind,
                        match.start(),
                        match.end(),
                        name=first.name,
                        level=first.level,
                        section=section.ordinal,
                    )
                )
    return found


def _with_figure_ids(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    counts: Counter[int] = Counter()
    numbered = []
    for mention in mentions:
        if mention.kind == "figure":
            mention = altered(mention, id=f"{document.id[:16]}-{mention.section}-f{counts[mention.section]}")
            counts[mention.section] += 1
        numbered.append(mention)
    return numbered


def passages(section: Section, spans: Sequence[tuple[int, int]]) -> list[Passage]:
    """The section cut into passages of whole sentences."""
    found: list[Passage] = []
    first: int | None = None
    for i, (start, end) in enumerate(spans):
        first = start if first is None else first
        words = section.text.count(" ", first, end) + 1
        following = section.text.count(" ", first, spans[i + 1][1]) if i + 1 < len(spans) else PASSAGE_WORDS
        if following >= PASSAGE_WORDS or words >= PASSAGE_WORDS or i + 1 == len(spans):
            found.append(
                Passage(
                    section.ordinal, len(found), first, end, section.text[first:end], section.page_at(first)
                )
            )
            first = None
    return found

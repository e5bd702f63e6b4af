"""Activities of a section: what was done, when, where, by whom and for whom, from its sentences and mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from kb.records import Activity, AuthorityEntry, Entity, Link, Mention, Section

EVENT = re.compile(
    r"\b(?:conduct|held\b|hold(?:s|ing)?\b|organi[sz]|deliver|host|complet|implement|launch|open(?:ed|ing|s)?\b|provid|develop(?:ed|s|ing)\b|produc|publish|financ|fund(?:ed|s)\b|"
    r"attend|participat|trained\b|train(?:s|ing)?\b|monitor|visit|sign(?:ed|s|ing)?\b|distribut|donat|present|celebrat|carri(?:ed|es) out|carry(?:ing)? out|took place|take(?:s)? place|"
    r"taking place|facilitat|run(?:s|ning)?\b|ran\b|led\b|lead(?:s|ing)?\b|start(?:ed|s)|began|begin|establish|set up|creat(?:ed|es)|receiv|equip|support|assess|invit|collect|"
    r"install|construct|built|build(?:s|ing)?\b|hand(?:ed|ing) over|offer|plan(?:s|ned)?\b|continu|screen|broadcast|reach|join(?:ed|s)?\b|adopt|gave|given|will be|ongoing|"
    r"investigat|follow|respond|sensiti[sz]|drill|dig|sent\b|ship|supply|suppl(?:ied|ies)|met\b|meet(?:s|ing)?\b|discuss|advoca|award)",
    re.I,
)
PLANNED = re.compile(
    r"\b(?:will|plans? to|planned|is to|are to|going to|intends? to|upcoming|scheduled|envisaged|to be (?:held|conducted|launched))\b",
    re.I,
)
ONGOING = re.compile(
    r"\b(?:is|are|has been|have been|continues? to be|currently)\s+(?:\w+ly\s+)?(?:being\s+)?\w+ing\b|\bongoing\b|\bcurrently\b",
    re.I,
)
BACKWARD = re.compile(
    r"^(?:(?:During|At|In|After|Following|Throughout|Upon|By) (?:the|this|these|its?|all|both|each)|The|This|These|It|Participants)\b"
)
"""A sentence that goes on about what the one before told."""
FURTHER = re.compile(
    r"\b(?:another|second|third|further|also|additional(?:ly)?|in addition|moreover|similar|later|a series of)\b",
    re.I,
)
GLUE = re.compile(r"^[\s\-–]*(?:(?:of|for|on|and|or|,|/|[’']s|s|the)[\s\-–]*){0,2}(?:\w+[’']?s?[\s\-–]+)?$")
BY_MEANS = re.compile(r"\b(?:with|through|by|via) (?:an?|the|its|\d+|several|small|two|three) (?:\w+ )?$")
JOINED = re.compile(r"^\s*(?:s\s+)?(?:and|or|,|/)\s*$")
NO_EVENT = re.compile(
    r"[\s-]+(?:participants?|cent(?:re|er)s?|institutions?|materials?|needs|providers?|staff|team|officers?|workers?|equipment|tools?|network|visa)\b",
    re.I,
)
"""What makes a trigger a mere attribute: "training participants", "outreach workers"."""
WORD_START = re.compile(r"(?<![\w-])\w")
SHORT = 45
"""Sentences up to which an article is taken to be about one thing."""
NEAR = 12
"""Sentences over which a field may be taken from an earlier sentence."""


@dataclass
class _Row:
    type: str
    title: str
    sentence: int
    dates: list[Mention]
    places: set[str]


class ActivityFinder:
    """Finds activities by the trigger words of a controlled list of types."""

    def __init__(self, types: Iterable[AuthorityEntry]) -> None:
        self._types: dict[str, str] = {}
        for entry in types:
            for trigger in (entry.name, *entry.aliases):
                self._types.setdefault(trigger.casefold(), entry.name)
        # Compared only with the triggers that begin like it, a word costs little.
        self._key = min([3, *map(len, self._types)])
        alike: dict[str, list[str]] = {}
        for trigger in sorted(self._types, key=len, reverse=True):
            alike.setdefault(trigger[: self._key], []).append(re.escape(trigger))
        self._patterns = {
            key: re.compile(rf"({'|'.join(triggers)})(?:e?s|[’']s?)?(?!\w)", re.I)
            for key, triggers in alike.items()
        }

    def types_in(self, text: str) -> list[tuple[int, int, str]]:
        """Types of activity that a text names: (start, end, type). In a compound ("training workshop") the first word counts."""
        found: list[tuple[int, int, str]] = []
        last = -1
        for match in self._triggers(text):
            gap = text[last : match.start()] if last >= 0 else ""
            last_before, last = last, match.end()
            if last_before >= 0 and len(gap) < 28 and GLUE.match(gap) and not JOINED.match(gap):
                continue
            if NO_EVENT.match(text, match.end()) or text[: match.start()].endswith("to "):
                continue
            found.append((*match.span(), self._types[match[1].casefold()]))
        return found

    def _triggers(self, text: str) -> Iterator[re.Match[str]]:
        """Where a trigger stands, none overlapping another."""
        at = 0
        for word in WORD_START.finditer(text):
            start = word.start()
            pattern = self._patterns.get(text[start : start + self._key].casefold()) if start >= at else None
            if pattern is not None and (match := pattern.match(text, start)):
                at = match.end()
                yield match

    def _told(self, sentence: str, heading_types: Set[str], masked: Sequence[tuple[int, int]]) -> list[str]:
        """Types of the events that a sentence tells: each verb's ("distributed"), and one for all its nouns.

        Of several nouns ("a roundtable on consultation and outreach") the one that the heading names is the event,
        else the first, with those coordinated with it ("seminars and workshops").
        """
        found = [
            t
            for t in self.types_in(sentence)
            if _tells(sentence, t[0]) and not any(a <= t[0] < b for a, b in masked)
        ]
        verbs = [t for t in found if sentence[: t[1]].endswith("ed")]
        nouns = [t for t in found if t not in verbs]
        main = [t for t in nouns if t[2] in heading_types] or nouns[:1]
        main += [t for t in nouns if t not in main and BY_MEANS.search(sentence[: t[0]])]
        for before, after in pairwise(nouns):
            if before in main and JOINED.match(sentence[before[1] : after[0]]):
                main.append(after)
        return list(dict.fromkeys(t for _, _, t in sorted(main + verbs)))

    def find(
        self,
        section: Section,
        sentences: Sequence[tuple[int, int]],
        mentions: Sequence[Mention],
        entities: Mapping[str, Entity],
    ) -> list[Activity]:
        """The section's activities in order; `mentions` are those of the section, resolved."""
        text = section.text
        heading_types = {t for _, _, t in self.types_in(section.heading)}
        per_sentence = [[m for m in mentions if start <= m.start < end] for start, end in sentences]
        names = [
            (m.start, m.end)
            for m in mentions
            if m.kind in ("project", "organisation") and m.level != "described"
        ]
        rows: list[_Row] = []
        latest: dict[str, _Row] = {}
        for i in _by_weight(section, sentences):
            start, end = sentences[i]
            sentence = text[start:end]
            dates = [m for m in per_sentence[i] if m.kind == "date"]
            places = {m.entity for m in per_sentence[i] if m.kind == "place"}
            masked = [(a - start, b - start) for a, b in names]
            for type in self._told(sentence, heading_types, masked):
                row = latest.get(type)
                if row is not None and not _is_new(row, dates, places, sentence):
                    row.dates = row.dates or dates
                    row.places |= places
                    continue
                title = section.heading if type in heading_types and row is None else sentence
                rows.append(_Row(type, _shortened(title), i, dates, places))
                latest[type] = rows[-1]
        rows.sort(key=lambda r: r.sentence)
        return [self._activity(section, sentences, per_sentence, row, entities) for row in rows]

    def _activity(
        self,
        section: Section,
        sentences: Sequence[tuple[int, int]],
        per_sentence: Sequence[Sequence[Mention]],
        row: _Row,
        entities: Mapping[str, Entity],
    ) -> Activity:
        i = row.sentence
        start, end = sentences[i]
        sentence = section.text[start:end]
        dates = row.dates
        if not dates and BACKWARD.match(sentence) and i:
            dates = [m for m in per_sentence[i - 1] if m.kind == "date"]
        first = min((m.date.start for m in dates if m.date), default="")
        last = max((m.date.end for m in dates if m.date), default="")
        here = per_sentence[i]
        near = [m for s in range(i, max(-1, i - NEAR), -1) for m in per_sentence[s]]
        if len(sentences) <= SHORT:
            # An article as short as this is about one thing.
            near += [m for s, ms in enumerate(per_sentence) if not i - NEAR < s <= i for m in ms]
        links = [Link("figure", m.id, m.start, m.end) for m in here if m.kind == "figure"]
        links += [Link("date", f"{m.date.start}/{m.date.end}", m.start, m.end) for m in dates if m.date]
        links += _links("person", [m for m in here if m.kind == "person"])
        links += _links(
            "project",
            _first([m for m in here if m.kind == "project"], [m for m in near if m.kind == "project"][:1]),
        )
        for name in ("donor", "partner"):
            links += _links(
                name, _first([m for m in here if m.role == name], [m for m in near if m.role == name])
            )
        links += _links("organisation", [m for m in here if m.kind == "organisation"])
        districts = [m for m in here if m.kind == "place" and m.level == "district"]
        places = [m for m in here if m.kind == "place"]
        if not districts:
            nearest = [m for m in near if m.kind == "place" and m.level == "district"]
            districts = [m for m in nearest if m.entity == nearest[0].entity][:1] if nearest else []
        links += _links("district", districts)
        links += _links(
            "place", places or [m for m in near if m.kind == "place" and m.level != "country"][:1]
        )
        status = (
            "planned"
            if PLANNED.search(sentence) and not re.search(r"\b(?:was|were)\b", sentence)
            else "ongoing"
            if ONGOING.search(sentence)
            else "done"
        )
        return Activity(row.type, row.title, section.ordinal, (start, end), first, last, status, tuple(links))


def _by_weight(section: Section, sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Sentences of the body in order, then captions; the heading only where nothing else is."""
    roles = [section.blocks[bisect_right(section.starts, start) - 1].role for start, _ in sentences]
    order = {"caption": 1, "heading": 2}
    kept = [i for i, role in enumerate(roles) if role != "heading"] or list(range(len(sentences)))
    return sorted(kept, key=lambda i: order.get(roles[i], 0))


def _tells(sentence: str, at: int) -> bool:
    """Does a word for doing stand close enough to the trigger?"""
    return EVENT.search(sentence[max(0, at - 110) : at + 110]) is not None


def _is_new(row: _Row, dates: Sequence[Mention], places: Set[str], sentence: str) -> bool:
    """Another event of the same type: at a date that does not overlap the first one's, at other places, or a further one."""
    spans = [(m.date.start, m.date.end) for m in dates if m.date]
    old = [(m.date.start, m.date.end) for m in row.dates if m.date]
    if spans and old:
        return not any(_overlap(a, b) for a in spans for b in old)
    if places and row.places and not places & row.places and not BACKWARD.match(sentence):
        return True
    return bool(FURTHER.search(sentence)) and not BACKWARD.match(sentence)


def _overlap(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Do two spans of ISO dates of any precision share a day?"""
    return a[0][: len(b[1])] <= b[1][: len(a[0])] and b[0][: len(a[1])] <= a[1][: len(b[0])]


def _first(*groups: list[Mention]) -> list[Mention]:
    return next((g for g in groups if g), [])


def _links(name: str, mentions: Iterable[Mention]) -> list[Link]:
    """One link an entity, at its first mention."""
    unique: dict[str, Mention] = {}
    for mention in mentions:
        unique.setdefault(mention.entity, mention)
    return [Link(name, m.entity, m.start, m.end) for m in unique.values() if m.entity]  # type: ignore[arg-type]


def _shortened(title: str, length: int = 160) -> str:
    title = " ".join(title.split())
    return title if len(title) <= length else title[: title.rindex(" ", 0, length)] + " …"

"""Activities of a section: what was done, when, where, by whom and for whom, from its sentences and mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from kb.records import Activity, AuthorityEntry, Entity, Link, Mention, Section

EVENT = re.compile(
    r"\b(?:conduct|held\b|hold(?:s|ing)?\b|organi[sz]|deliver|host|complet|implement|launch|open(?:ed|ing|s)?\b|provid|develop(?:ed|s|ing)\b|produc|publish|financ|fund(?:ed|s)\b|"
    r"attend|participat|trained\b|train(?:s|ing)?\b|monitor|visit|sign(?:ed|s|ing)?\b|distribut|donat|present|celebrat|carri(?:ed|es) out|carry(?:ing)? out|took place|take(?:s)? place|"
    r"taking place|facilitat|run(?:s|ning)?\b|ran\b|led\b|lead(?:s|ing)?\b|start(?:ed|s)|began|begin|establish|set up|creat(?:ed|es)|receiv|equip|support|assess|invit|collect|"
    r"install|construct|built|build(?:s|ing)?\b|hand(?:ed|ing) over|offer|plan(?:s|ned)?\b|continu|screen|broadcast|reach|join(?:ed|s)?\b|adopt|gave|given|will be|ongoing|"
    r"investigat|follow|respond|sensiti[sz]|drill|dig|sent\b|ship|supply|suppl(?:ied|ies)|met\b|meet(?:s|ing)?\b|discuss|advoca|award|strengthen)",
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
    r"^(?:(?:During|At|In|After|Following|Throughout|Upon|By) (?:the|this|these|its?|all|both|each)\b"
    r"(?! (?:\w+ )?(?:reporting|financial|period|years?|months?|quarter|weeks?|start|beginning|time|moment|region|country|summer|winter|spring|autumn)\b)"
    r"|The|This|These|It|Participants)\b"
)
"""A sentence that goes on about what the one before told."""
FURTHER = re.compile(
    r"\b(?:another|second|third|further|also|additional(?:ly)?|in addition|moreover|similar|later|a series of)\b",
    re.I,
)
GLUE = re.compile(r"^[\s\-–]*(?:(?:of|for|on|and|or|,|/|[’']s|s|the)[\s\-–]*){0,2}(?:\w+[’']?s?[\s\-–]+)?$")
OF_OR_TO = re.compile(r"\s+(?:of|to|for|with|in|at)\b")
BY_MEANS = re.compile(r"\b(?:with|through|by|via) (?:an?|the|its|\d+|several|small|two|three) (?:\w+ )?$")
JOINED = re.compile(r"^\s*(?:s\s+)?(?:and|or|,|/)\s*$")
NO_EVENT = re.compile(
    r"[\s-]+(?:participants?|cent(?:re|er)s?|institutions?|materials?|needs|providers?|staff|team|officers?|workers?|equipment|tools?|network|visa)\b",
    re.I,
)
"""What makes a trigger a mere attribute: "training participants", "outreach workers"."""
COMMON = 3
"""A body in more sentences than this, and in every third (the publisher, for one), does not tell one event from another."""
WHEN = re.compile(r"\W*(?:When|Dates?|Quand|Когда)\s*:", re.I)
SINCE = re.compile(
    r"\b(?:since|established in|founded in|adopted in|work done (?:in|since)|over the (?:past|last))\b[^.;]*$",
    re.I,
)
"""Before a date that is not the event's."""
WORD_START = re.compile(r"(?<![\w-])\w")
SHORT = 45
"""Sentences up to which an article is taken to be about one thing."""
FAR = 4
"""Sentences after which one with figures tells of another event, unless it says that it goes on."""
NEAR = 12
"""Sentences over which a field may be taken from an earlier sentence."""


ITEM = re.compile(r"\s*[•·▪‣*–—o-]\s")
"""Starts an item of a list, which tells of something of its own."""
NOMINAL = re.compile(
    r"(?:\s*[•·▪‣*–—o-]\s+)?(?:(?:Continued?|Ongoing|Daily|Weekly|Monthly|Regular|Joint|New|First|Second|Final|Planned) )?$",
    re.I,
)
AND_TO = re.compile(r"\band (?:\w+ )?$")


@dataclass
class _Row:
    type: str
    title: str
    sentence: int
    dates: list[Mention]
    places: set[str]
    bodies: set[str]
    item: int
    """Number of the list item it stands in; -1 where it is none."""


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
                if not (found and found[-1][1] == last_before and text[:last_before].endswith("ed")):
                    continue
                found.pop()  # "launched a campaign" is the campaign's
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
            if _tells(sentence, *t[:2]) and not any(a <= t[0] < b for a, b in masked)
        ]
        verbs = [t for t in found if sentence[: t[1]].endswith("ed")]
        nouns = [t for t in found if t not in verbs]
        main = [t for t in nouns if t[2] in heading_types] or nouns[:1]
        main += [t for t in nouns if t not in main and BY_MEANS.search(sentence[: t[0]])]
        for before, after in pairwise(nouns):
            joined = JOINED.match(sentence[before[1] : after[0]])
            # "monitoring of borders and briefing to agents": a second thing that is done.
            apart = AND_TO.search(sentence[: after[0]]) and OF_OR_TO.match(sentence, after[1])
            if before in main and (joined or apart):
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
        in_sentences = Counter(e for ms in per_sentence for e in {m.entity for m in ms})
        common = {e for e, n in in_sentences.items() if n > max(COMMON, len(sentences) / 3)}
        rows: list[_Row] = []
        latest: dict[str, _Row] = {}
        for i in _by_weight(section, sentences):
            start, end = sentences[i]
            sentence = text[start:end]
            dates = [m for m in per_sentence[i] if m.kind == "date"]
            places = {m.entity for m in per_sentence[i] if m.kind == "place"}
            bodies = {
                m.entity for m in per_sentence[i] if m.kind in ("organisation", "project", "person")
            } - common
            block = bisect_right(section.starts, start) - 1
            item = block if ITEM.match(section.blocks[block].text) else -1
            masked = [(a - start, b - start) for a, b in names]
            for type in self._told(sentence, heading_types, masked):
                row = latest.get(type)
                counted = (
                    i - row.sentence > FAR and any(m.kind == "figure" for m in per_sentence[i])
                    if row
                    else False
                )
                if (
                    row
                    and not (counted and not BACKWARD.match(sentence))
                    and not _is_new(row, dates, places, bodies, item, sentence)
                ):
                    row.dates = row.dates or dates
                    row.places |= places
                    row.bodies |= bodies
                    continue
                title = section.heading if type in heading_types and row is None else sentence
                rows.append(_Row(type, _shortened(title), i, dates, places, bodies, item))
                latest[type] = rows[-1]
        for type in heading_types - latest.keys():
            # "Next meeting Sunday 19 November", and below it where and what to bring.
            dates = [m for m in _in_heading(section, per_sentence) if m.kind == "date"]
            if dates and (body := next((i for i in _by_weight(section, sentences)), None)) is not None:
                rows.append(_Row(type, _shortened(section.heading), body, dates, set(), set(), -1))
        rows.sort(key=lambda r: r.sentence)
        return [self._activity(section, sentences, per_sentence, row, heading_types) for row in rows]

    def _activity(
        self,
        section: Section,
        sentences: Sequence[tuple[int, int]],
        per_sentence: Sequence[Sequence[Mention]],
        row: _Row,
        heading_types: Set[str],
    ) -> Activity:
        i = row.sentence
        start, end = sentences[i]
        sentence = section.text[start:end]
        dates = [
            m for m in row.dates if m.date and not SINCE.search(section.text[max(0, m.start - 60) : m.end])
        ]
        if not dates and BACKWARD.match(sentence) and i:
            dates = [m for m in per_sentence[i - 1] if m.kind == "date"]
        if not dates and row.type in heading_types:
            dates = [m for m in _in_heading(section, per_sentence) if m.kind == "date"]
        if not dates:
            told = (
                s
                for s in range(i + 1, min(i + 4, len(sentences)))
                if WHEN.match(section.text, sentences[s][0])
            )
            dates = [m for s in told for m in per_sentence[s] if m.kind == "date"][:1]
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
    """Sentences of the body in order, then captions and footnotes; the heading only where nothing else is."""
    roles = [section.blocks[bisect_right(section.starts, start) - 1].role for start, _ in sentences]
    order = {"caption": 1, "footnote": 1, "heading": 2}
    kept = [i for i, role in enumerate(roles) if role != "heading"] or list(range(len(sentences)))
    return sorted(kept, key=lambda i: order.get(roles[i], 0))


def _tells(sentence: str, at: int, end: int) -> bool:
    """Does a word for doing stand close enough to the trigger, or is it an item such as "Publication of guidelines"?"""
    nominal = NOMINAL.fullmatch(sentence, 0, at) and OF_OR_TO.match(sentence, end)
    return nominal is not None or EVENT.search(sentence[max(0, at - 110) : at + 110]) is not None


def _is_new(
    row: _Row, dates: Sequence[Mention], places: Set[str], bodies: Set[str], item: int, sentence: str
) -> bool:
    """Another event of the same type: another item of a list, at another date, at other places, with others, or a further one."""
    if item >= 0 and item != row.item:
        return True
    spans = [(m.date.start, m.date.end) for m in dates if m.date]
    old = [(m.date.start, m.date.end) for m in row.dates if m.date]
    if spans and old:
        return not any(_overlap(a, b) for a in spans for b in old)
    if BACKWARD.match(sentence):
        return False
    if places and row.places and not places & row.places:
        return True
    if not (row.dates or row.places or row.bodies) and (dates or bodies):
        return True  # what came before was talk in general
    if bodies and row.bodies and not bodies & row.bodies and not places & row.places:
        return True
    return bool(FURTHER.search(sentence))


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


def _in_heading(section: Section, per_sentence: Sequence[Sequence[Mention]]) -> list[Mention]:
    """Mentions in the section's heading."""
    end = len(section.blocks[0].text) if section.blocks and section.blocks[0].role == "heading" else 0
    return [m for ms in per_sentence for m in ms if m.start < end]


def _shortened(title: str, length: int = 160) -> str:
    title = " ".join(title.split())
    return title if len(title) <= length else title[: title.rindex(" ", 0, length)] + " …"

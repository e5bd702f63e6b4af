"""Activities of a section: what was done, when, where, by whom and for whom, from its sentences and mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from kb.events import ITEM, Triggers
from kb.fields import BACKWARD, dates_of, in_heading, links_of, status_of
from kb.records import Activity, AuthorityEntry, Mention, Section
from kb.text import within

FURTHER = re.compile(
    r"\b(?:another|second|third|further|also|additional(?:ly)?|in addition|moreover|similar|later|a series of)\b",
    re.I,
)
COMMON = 3
"""A body in more sentences than this, and in every third (the publisher, for one), does not tell one event from another."""
FAR = 4
"""Sentences after which one with figures tells of another event, unless it says that it goes on."""


@dataclass
class _Told:
    """What a sentence tells besides the type of its event."""

    dates: list[Mention]
    places: set[str]
    bodies: set[str]
    counts: bool = False
    """Does it hold a figure?"""
    item: int = -1
    """Number of the list item it stands in; -1 where it is none."""
    row: bool = False
    """Is it a row of a table?"""


@dataclass
class _Row:
    type: str
    title: str
    sentence: int
    told: _Told


class ActivityFinder:
    """Finds activities by the trigger words of a controlled list of types."""

    def __init__(self, types: Iterable[AuthorityEntry]) -> None:
        self._triggers = Triggers(types)

    def find(
        self, section: Section, sentences: Sequence[tuple[int, int]], mentions: Sequence[Mention]
    ) -> list[Activity]:
        """The section's activities in order; `mentions` are those of the section, resolved."""
        headed = {t for _, _, t in self._triggers.types_in(section.heading)}
        per_sentence = [within(mentions, start, end) for start, end in sentences]
        rows = self._rows(section, sentences, per_sentence, headed)
        found = []
        for row in sorted(rows, key=lambda r: r.sentence):
            i, span = row.sentence, sentences[row.sentence]
            dates = dates_of(section, sentences, per_sentence, i, row.told.dates, headed=row.type in headed)
            first = min((m.date.start for m in dates if m.date), default="")
            last = max((m.date.end for m in dates if m.date), default="")
            status = status_of(section.text[slice(*span)])
            links = links_of(per_sentence, i, dates)
            found.append(Activity(row.type, row.title, section.ordinal, span, first, last, status, links))
        return found

    def _rows(
        self,
        section: Section,
        sentences: Sequence[tuple[int, int]],
        per_sentence: Sequence[Sequence[Mention]],
        headed: Set[str],
    ) -> list[_Row]:
        """One row an event: a sentence either tells of a new one or more of the latest of its type."""
        in_sentences = Counter(e for ms in per_sentence for e in {m.entity for m in ms})
        common = {e for e, n in in_sentences.items() if n > max(COMMON, len(sentences) / 3)}
        names = [
            m
            for ms in per_sentence
            for m in ms
            if m.kind in ("project", "organisation") and m.level != "described"
        ]
        rows: list[_Row] = []
        latest: dict[str, _Row] = {}
        for i in _by_weight(section, sentences):
            start, end = sentences[i]
            sentence = section.text[start:end]
            masked = [(m.start - start, m.end - start) for m in names]
            told = _told(section, start, per_sentence[i], common)
            types = self._triggers.told(sentence, headed, masked)
            if told.row and told.bodies:  # a table of who does what: its cells are no sentences
                bodies = [
                    (m.start - start, m.end - start) for m in per_sentence[i] if m.kind == "organisation"
                ]
                types = list(dict.fromkeys((*types, *self._triggers.named(sentence, bodies))))
            for type in types:
                row = latest.get(type)
                if row is not None and not _is_new(row, told, sentence, i):
                    row.told.dates = row.told.dates or told.dates
                    row.told.places |= told.places
                    row.told.bodies |= told.bodies
                    continue
                title = section.heading if type in headed and row is None else sentence
                latest[type] = _Row(type, _shortened(title), i, _Told(**vars(told)))
                rows.append(latest[type])
        dates = in_heading(section, per_sentence, "date")
        for type in sorted(headed - latest.keys()) if dates else ():
            # "Next meeting Sunday 19 November", and below it where and what to bring.
            rows.append(
                _Row(
                    type,
                    _shortened(section.heading),
                    _by_weight(section, sentences)[0],
                    _Told(dates, set(), set()),
                )
            )
        return rows


def _told(section: Section, start: int, here: Sequence[Mention], common: Set[str]) -> _Told:
    block = bisect_right(section.starts, start) - 1
    return _Told(
        [m for m in here if m.kind == "date"],
        {m.entity for m in here if m.kind == "place"},
        {m.entity for m in here if m.kind in ("organisation", "project", "person")} - common,
        any(m.kind == "figure" for m in here),
        block if ITEM.match(section.blocks[block].text) else -1,
        section.blocks[block].role == "table",
    )


def _by_weight(section: Section, sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Sentences of the body in order, then captions and footnotes; the heading only where nothing else is."""
    roles = [section.blocks[bisect_right(section.starts, start) - 1].role for start, _ in sentences]
    order = {"caption": 1, "footnote": 1, "heading": 2}
    kept = [i for i, role in enumerate(roles) if role != "heading"] or list(range(len(sentences)))
    return sorted(kept, key=lambda i: order.get(roles[i], 0))


def _is_new(row: _Row, told: _Told, sentence: str, number: int) -> bool:
    """Another event of the same type: another item of a list, at another date, at other places, with others, or a further one."""
    old = row.told
    if told.item >= 0 and told.item != old.item:
        return True
    spans, earlier = ([(m.date.start, m.date.end) for m in t.dates if m.date] for t in (told, old))
    if spans and earlier:
        return not any(_overlap(a, b) for a in spans for b in earlier)
    if BACKWARD.match(sentence):
        return False
    if told.counts and number - row.sentence > FAR:
        return True
    if told.places and old.places and not told.places & old.places:
        return True
    if not (old.dates or old.places or old.bodies) and (told.dates or told.bodies):
        return True  # what came before was talk in general
    if told.bodies and old.bodies and not told.bodies & old.bodies and not told.places & old.places:
        return True
    return bool(FURTHER.search(sentence))


def _overlap(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Do two spans of ISO dates of any precision share a day?"""
    return a[0][: len(b[1])] <= b[1][: len(a[0])] and b[0][: len(a[1])] <= a[1][: len(b[0])]


def _shortened(title: str, length: int = 160) -> str:
    title = " ".join(title.split())
    return title if len(title) <= length else title[: title.rindex(" ", 0, length)] + " …"

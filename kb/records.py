"""The vocabulary: what readers, extractors and the ledger speak of. Imports nothing of ours.

Offsets count characters. Pages count from 1. Boxes are in PDF points (1/72 inch) from the top left of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, TypeVar

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

WordBox = tuple[int, int, int, float, float, float, float]
"""start, end (offsets in the block's text), page, x0, y0, x1, y1. A word cut by a hyphen has two."""

BlockRole = Literal["heading", "body", "caption", "footnote", "table", "header", "footer", "toc", "quote"]
"""A quote is words of the text that are printed once more."""

FURNITURE: frozenset[str] = frozenset({"header", "footer", "toc", "quote"})
"""Roles that belong to the page, not to an article."""

ASIDE: frozenset[str] = FURNITURE | {"caption", "footnote"}
"""Roles that may stand between two parts of one paragraph."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time. `start` and `end` are ISO dates (first and last day), `label` is as printed."""

    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text. Its words may lie on two pages where a paragraph runs over; `page` is where it starts."""

    text: str
    page: int = 1
    role: BlockRole = "body"
    level: int = 0
    """Of a heading: 1 is the highest; 0 means unknown."""
    box: Box | None = None
    size: float = 0.0
    """Font size in points; 0 where the format has none."""
    bold: bool = False
    words: tuple[WordBox, ...] = ()
    """Empty where the format has no pages."""


PageMeans = Literal["text", "ocr", "layout", "none"]
"""How a page was read: its text, OCR, its text in the order of a layout model, or not at all."""


@dataclass(frozen=True, slots=True)
class PageNote:
    """How a page was read, and how far what was read can be trusted."""

    page: int
    confidence: float
    """0..1."""
    means: PageMeans
    reason: str = ""
    """Why the confidence is low; empty where it is not."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read."""

    id: str
    """sha256 of the file's bytes, hex."""
    path: str
    title: str = ""
    organisation: str = ""
    period: Period | None = None
    published: str = ""
    """ISO date, or empty."""
    language: str = ""
    """ISO 639-1 code, or empty."""
    pages: int = 0
    blocks: tuple[Block, ...] = ()
    unreadable: tuple[int, ...] = ()
    """Pages without text that could be read."""
    reason: str = ""
    """Why some pages are unreadable."""
    page_notes: tuple[PageNote, ...] = ()
    """One a page; empty where the format has no pages."""


@dataclass(frozen=True)
class Section:
    """An article: its heading block first (if it has one), then body, captions and tables in reading order."""

    ordinal: int
    heading: str
    level: int
    blocks: tuple[Block, ...]
    language: str = ""
    """ISO 639-1 code; empty for the document's."""

    @cached_property
    def text(self) -> str:
        """The blocks' texts, one line break between them."""
        return "\n".join(b.text for b in self.blocks)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset of each block in `text`."""
        starts, at = [], 0
        for block in self.blocks:
            starts.append(at)
            at += len(block.text) + 1
        return tuple(starts)

    @property
    def first_page(self) -> int:
        return self.blocks[0].page if self.blocks else 1

    @property
    def last_page(self) -> int:
        return max(
            (w[2] for b in self.blocks for w in b.words),
            default=max((b.page for b in self.blocks), default=1),
        )

    def words(self) -> Iterator[WordBox]:
        """All word boxes, with offsets in `text`."""
        for start, block in zip(self.starts, self.blocks, strict=True):
            for a, b, *rest in block.words:
                yield (a + start, b + start, *rest)  # type: ignore[misc]

    def page_at(self, offset: int) -> int:
        """The page on which the character at `offset` stands."""
        page = self.first_page
        for start, block in zip(self.starts, self.blocks, strict=True):
            if start > offset:
                break
            page = block.page
            for a, _, p, *_ in block.words:
                if a + start > offset:
                    break
                page = p
        return page


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that counts or measures something."""

    value: float
    unit: str = ""
    """ISO 4217 code, "%", a measure such as "km", or empty for a plain count."""
    counted: str = ""
    """What is counted, in the document's words, such as "outreach workers"."""
    qualifier: str = ""
    """Such as "more than", "approximately"."""
    status: str = ""
    """Such as "planned", "reached", "registered", "referred", "trained"."""
    sex: str = ""
    """ "female" or "male", where the words counted name one."""
    age: str = ""
    """ "children", "youth", "adults" or "elderly", where the words counted name one."""
    cumulative: bool = False
    """Told as adding up ("to date", "in total") rather than of the period alone."""
    start: str = ""
    end: str = ""
    """ISO dates nearest in the sentence; empty where it tells none, then the document's period is meant."""
    place: str = ""
    """Id of the nearest place in the sentence that is no country."""
    part_of: str = ""
    """Id of the figure of which it is a part, in the same sentence."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date or span. ISO, as precise as told: "2012", "2012-07" or "2012-07-21"; a single date has start == end."""

    start: str
    end: str


MentionKind = Literal["organisation", "place", "project", "person", "figure", "date", "acronym"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a section's text that names an entity, a figure, a date or an acronym with its long form."""

    kind: MentionKind
    start: int
    end: int
    name: str = ""
    """The name to go by, cleaned; empty for the words themselves. Of an acronym: the short form."""
    role: str = ""
    """Of an organisation: "donor", "partner", "government", "un_agency", "ngo", …; of a person: the role as told."""
    level: str = ""
    """Of a place: "country", "region", "district", "settlement"."""
    candidates: tuple[str, ...] = ()
    """Ids of the authority entries that bear this name, likeliest first."""
    figure: Figure | None = None
    date: Date | None = None
    long: str = ""
    """Of an acronym: the long form."""
    entity: str = ""
    """Id of the entity it was resolved to; extractors leave it empty."""
    section: int = -1
    """Ordinal of the section; extractors leave it."""
    id: str = ""
    """Of a figure: its id in the ledger; extractors leave it empty."""


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """A name the world knows: from a data file of a plugin."""

    id: str
    """Such as "place:tj-panjakent", "org:undp", "type:training"."""
    kind: Literal["organisation", "place", "project", "activity_type"]
    name: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    """Aliases that are ordinary words or other people's names as well ("Rumi", "US", "Vahdat"): need context, exact case."""
    type: str = ""
    """Of an organisation: "un_agency", "government", "ngo", "company", "fund", "igo", "training_centre", "media".
    Of a place: "city", or "seat" of a district, of which it has the rank in documents about its country."""
    level: str = ""
    """Of a place: "country", "region", "district", "settlement"."""
    parent: str = ""
    """Id of the place or organisation above."""
    country: str = ""
    """ISO 3166 alpha-2 code, or empty where it belongs to no country."""
    lat: float | None = None
    lon: float | None = None
    former: tuple[tuple[str, int], ...] = ()
    """Names that it bore, each with the year in which it got another one. They are no aliases by themselves."""


@dataclass(frozen=True, slots=True)
class EntityRef:
    """What a mention was resolved to."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    level: str = ""
    """Of a place: its level in this document; empty where it is the one that its list or its mention gives."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A project, an organisation, a place or a person, over all documents."""

    id: str
    kind: Literal["project", "organisation", "place", "person"]
    name: str
    aliases: tuple[str, ...] = ()
    level: str = ""
    parent: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A field of an activity with the words that say so."""

    field: Literal[
        "project", "donor", "partner", "organisation", "district", "place", "figure", "person", "date"
    ]
    target: str
    """An entity id, a figure id, or an ISO date span "start/end"."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A ledger row. `start` and `end` are ISO dates as precise as told; the span is the words that tell it."""

    type: str
    title: str
    section: int
    span: tuple[int, int]
    start: str = ""
    end: str = ""
    status: str = ""
    """done, ongoing or planned."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` funds, implements, works_in or is part_of `target`; entity ids, with the words that say so."""

    kind: Literal["funds", "implements", "works_in", "part_of"]
    source: str
    target: str
    section: int
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and cited: a few sentences of one section."""

    section: int
    ordinal: int
    start: int
    end: int
    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that one document adds to the truth."""

    document: Document
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    entities: tuple[Entity, ...]
    mentions: tuple[Mention, ...]
    activities: tuple[Activity, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that say so, and where they stand."""

    document: str
    path: str
    title: str
    section: str
    """The section's heading."""
    page: int
    quote: str
    """A verbatim piece of the section's text."""
    boxes: tuple[Box, ...] = ()
    section_id: str = ""
    facts: tuple[str, ...] = ()
    """What it says in short, such as "178 outreach workers" or "25 September 2012"; empty where the quote speaks for itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the knowledge base says to a question, or a refusal with near misses."""

    question: str
    answered: bool
    text: str
    kind: str
    confidence: float
    citations: tuple[Evidence, ...] = ()
    near_misses: tuple[Evidence, ...] = ()


_R = TypeVar("_R")
_SLOTS: dict[type, tuple[str, ...]] = {}


def altered(record: _R, **changes: Any) -> _R:
    """A copy with other values: `dataclasses.replace` in half its time, for the many mentions of a document."""
    kind = type(record)
    names = _SLOTS.get(kind)
    if names is None:
        names = _SLOTS[kind] = tuple(f.name for f in fields(kind))  # type: ignore[arg-type]
    copy = object.__new__(kind)
    put = object.__setattr__
    for name in names:
        put(copy, name, changes[name] if name in changes else getattr(record, name))
    return copy

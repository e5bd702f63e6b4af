"""One model of a report, which all writers take: chapters of paragraphs and tables, whose sentences carry notes.

A sentence states something of the documents and has a note with the words that say so. A remark speaks of the report itself
(what was chosen, that nothing was found) and has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from kb.records import Box

Mark = Literal["", "updated", "contradicted"]
"""What a later document does to a fact."""

MARKS: dict[Mark, str] = {"updated": "told anew later", "contradicted": "told otherwise elsewhere"}
"""How a mark reads."""


@dataclass(frozen=True, slots=True)
class Note:
    """The words that say so, and where they stand."""

    document: str
    issue: str
    """The document's title with number and period."""
    path: str
    page: int
    where: str
    """The page in words, such as "p. 4"; empty where the format has no pages."""
    quote: str
    """Verbatim, except where `hidden`."""
    boxes: tuple[Box, ...]
    section: str
    """Id of the section; `start` and `end` are the offsets of the words in it."""
    start: int
    end: int
    mark: Mark = ""
    """Of a note that speaks against the sentence: how."""
    hidden: bool = False
    """Were names or small counts taken out of the quote?"""

    @property
    def source(self) -> str:
        """Issue and page, such as "Newsletter, January – March 2012, p. 3"."""
        return ", ".join(x for x in (self.issue, self.where) if x)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement with its notes; of a marked one, the notes that bear a mark tell it anew."""

    text: str
    notes: tuple[Note, ...]
    quoted: bool = False
    """Is the text a verbatim quote?"""
    mark: Mark = ""
    question: str = ""
    """Of an answer: what was asked."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that stand together."""

    sentences: tuple[Sentence, ...]
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What the report says of itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; what it says is told by its notes, or by those of another cell of its row."""

    text: str
    notes: tuple[Note, ...] = ()
    mark: Mark = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `tags` are the HXL tags of its columns, where it has some."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    tags: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    """Shares of the columns; empty for equal ones."""


Part = Paragraph | Remark | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands below it."""

    title: str
    parts: tuple[Part, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    kind: Literal["factpack", "briefing", "matrix", "changes", "check"]
    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
    remarks: tuple[str, ...] = ()
    """What was chosen, and how to read the report."""

    def sentences(self) -> Iterator[Sentence]:
        """All sentences of the paragraphs."""
        for chapter in self.chapters:
            for part in chapter.parts:
                if isinstance(part, Paragraph):
                    yield from part.sentences

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """All rows of the tables."""
        for table in self.tables():
            yield from table.rows

    def tables(self) -> Iterator[Table]:
        """All tables."""
        for chapter in self.chapters:
            yield from (p for p in chapter.parts if isinstance(p, Table))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, each part with its kind."""
        out = asdict(self)
        for chapter, told in zip(self.chapters, out["chapters"], strict=True):
            told["parts"] = [
                {"part": type(part).__name__.casefold(), **row}
                for part, row in zip(chapter.parts, told["parts"], strict=True)
            ]
        return out

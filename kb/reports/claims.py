"""A draft → its claims: sentences that state a number, a date or a name, taken apart by the extractors that read the documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb.extract import Analyser
from kb.records import Block, Document, Mention, Section
from kb.text import sentences, tidy

_MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*+•]|\d+[.)]|>)\s+|\*\*|__|`|\[\^\w+\]:?|(?<=\])\([^)\s]*\)|[\[\]]")
_LIGHT = re.compile(
    r"\b(?:make|makes|made|making)(?: up)?\b|\b(?:give|gave|take|took|get|got|come|came|amount|account|total|count|stand|stood)s?"
    r"(?: (?:for|to|at))?\b|\b(?:given|taken|accounted|totalled|totaled|amounted)\b",
    re.I,
)
"""Verbs that say nothing of what is spoken of."""
NAMING = ("organisation", "place", "project", "person")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a draft, and what it states."""

    text: str
    figures: tuple[Mention, ...] = ()
    dates: tuple[Mention, ...] = ()
    names: tuple[Mention, ...] = ()

    @property
    def topic(self) -> str:
        """The sentence without its numbers and dates: what it speaks of."""
        text = self.text
        for m in sorted((*self.figures, *self.dates), key=lambda m: -m.start):
            text = f"{text[: m.start]} {text[m.end :]}"
        return " ".join(_LIGHT.sub(" ", re.sub(r"\b\d[\d.,]*", " ", text)).split())


def of_text(text: str, analyser: Analyser, known: Callable[[str, str], str | None]) -> list[Claim]:
    """The claims of a draft in plain text or Markdown, in its order."""
    lines = [" ".join(_MARKUP.sub("", line).split()) for line in _paragraphs(text)]
    blocks = tuple(Block(line) for line in lines if line)
    return of_sections([Section(0, "", 0, blocks, "en")], analyser, known)


def of_sections(
    sections: Sequence[Section], analyser: Analyser, known: Callable[[str, str], str | None]
) -> list[Claim]:
    """The claims of a draft that was read from a file."""
    read = analyser.analyse(Document("draft", "draft", language="en"), sections, known)
    return [
        claim
        for section in read.sections
        for start, end in sentences(section.text, section.language)
        if (claim := _claim(section, start, end, read.mentions)) is not None
    ]


def _claim(section: Section, start: int, end: int, mentions: Sequence[Mention]) -> Claim | None:
    """The claim that a sentence makes; None where it states nothing that could be looked up."""
    here = [
        replace(m, start=m.start - start, end=m.end - start)
        for m in mentions
        if m.section == section.ordinal and start <= m.start and m.end <= end
    ]
    claim = Claim(
        section.text[start:end],
        tuple(m for m in here if m.kind == "figure" and m.figure),
        tuple(m for m in here if m.kind == "date" and m.date and m.date.start),
        tuple(m for m in here if m.kind in NAMING),
    )
    words = len(claim.text.split())
    return claim if words > 2 and (claim.figures or claim.dates or claim.names) else None


def _paragraphs(text: str) -> list[str]:
    """Lines of a text; lines that only break a paragraph for the eye are one."""
    out: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        for line in tidy(block).split("\n"):
            begins = re.match(r"#{1,6} |[-*+•>|] ?|\d+[.)] ", line)
            if out and out[-1] and not begins:
                out[-1] += f" {line}"
            else:
                out.append(line)
        out.append("")
    return out

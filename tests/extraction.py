"""Helpers of the extraction tests: analyse a text given as paragraphs."""

from functools import cache

from kb.extract import Analyser
from kb.manager import Manager
from kb.records import Analysis, Block, Document, Period, Section
from kb.settings import Settings

PERIOD = Period("2014-07-01", "2014-09-30", "July - September 2014")


@cache
def analyser() -> Analyser:
    return Analyser(Manager(), Settings())


def analyse(
    *paragraphs: str, heading: str = "", language: str = "en", known=lambda kind, name: None
) -> Analysis:
    """The analysis of one section made of the paragraphs."""
    blocks = [Block(heading, role="heading", level=1)] if heading else []
    section = Section(0, heading, 1, (*blocks, *(Block(p) for p in paragraphs)))
    document = Document(
        "0" * 64,
        "test.txt",
        title="Test",
        organisation="IOM Tajikistan",
        period=PERIOD,
        language=language,
        pages=1,
    )
    return analyser().analyse(document, [section], known)


def names(analysis: Analysis, kind: str, role: str | None = None, level: str | None = None) -> set[str]:
    """Names of the entities of that kind, and role or level."""
    roles = {(m.entity, m.role) for m in analysis.mentions}
    return {
        e.name
        for e in analysis.entities
        if e.kind == kind and (role is None or (e.id, role) in roles) and (level is None or e.level == level)
    }

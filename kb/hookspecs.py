"""The whole plugin contract. A plugin is a module (or object) with functions marked `@kb.hookimpl`.

An implementation may leave out arguments it does not need. An outsider's plugin is asked before a built-in one.
Built-in plugins use these hooks and nothing else; they import records, errors, settings, text and this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pluggy

from kb.records import Answer, AuthorityEntry, Document, EntityRef, Evidence, Mention, Section

if TYPE_CHECKING:
    import numpy as np
    from spacy.tokens import Doc

    from kb.settings import Settings

hookspec = pluggy.HookspecMarker("kb")
hookimpl = pluggy.HookimplMarker("kb")


class Context(Protocol):
    """What an extractor is given of a section besides its text. Everything is computed once and shared."""

    authority: Mapping[str, AuthorityEntry]
    """All authority entries by id."""
    sentences: Sequence[tuple[int, int]]
    """Offsets of the section's sentences; none crosses a block."""
    names: Sequence[Mention]
    """Authority names found in the section, longest match first at each place, not yet disambiguated."""

    @property
    def doc(self) -> Doc:
        """spaCy tokens of the section's text (`spacy.blank`; no model)."""


class Resolver(Protocol):
    """What is known when a mention is resolved."""

    authority: Mapping[str, AuthorityEntry]
    document: Document
    section: Section
    country: str
    """ISO 3166 code of the country the document is about."""
    mentioned: Set[str]
    """Authority ids that occur unambiguously in the document."""
    long_forms: Mapping[str, str]
    """Acronyms that the document explains: short → long."""

    def lookup(self, name: str) -> list[str]:
        """Ids of the authority entries that bear the name, in any case."""

    def bearers(self, name: str, ids: Sequence[str], year: int) -> list[str]:
        """Of the entries that bear a name today, those that bore it in that year, and whoever else bore it then."""

    def known(self, kind: str, name: str) -> str | None:
        """Id of the entity of that kind that already bears the name (folded), in this document or an earlier one."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    """Identifies the model and its variant: vectors of another name are never mixed with it."""
    dimension: int

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Array of shape (len(texts), dimension), float32, rows of length 1."""


class Reranker(Protocol):
    """Scores how well texts answer a query; higher is better."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        """One score a text."""


class Exporter(Protocol):
    """Writes the truth (the dict of `base.export()`) in some format."""

    kind: str
    """The name it is asked for by: `kb export --as KIND`."""
    suffix: str

    def write(self, data: Mapping[str, Any], path: Path) -> None:
        """Writes one file."""


@hookspec(firstresult=True)
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Reads a file of a format it knows into a Document of Blocks; None for any other. Raises ReadError. Runs in the sandbox."""


@hookspec(firstresult=True)
def kb_segment(document: Document) -> list[Section] | None:
    """Groups the blocks into sections, one an article. Runs in the sandbox."""


@hookspec(firstresult=True)
def kb_describe(document: Document) -> Document | None:
    """Fills in title, organisation, period and language of a document. Runs in the sandbox."""


@hookspec
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:  # type: ignore[empty-body]
    """Finds mentions in a section; the results of all plugins are collected."""


@hookspec
def kb_extract_more(  # type: ignore[empty-body]
    section: Section, document: Document, found: Sequence[Mention], settings: Settings
) -> list[Mention]:
    """Finds mentions that are not among those `found` by kb_extract; the results of all plugins are collected."""


@hookspec
def kb_authority() -> list[AuthorityEntry]:  # type: ignore[empty-body]
    """Names the world knows; the entries of all plugins are collected."""


@hookspec(firstresult=True)
def kb_resolve(mention: Mention, context: Resolver) -> EntityRef | None:
    """Says which entity a mention names; None leaves it to the next plugin."""


@hookspec(firstresult=True)
def kb_embedder(settings: Settings) -> Embedder | None:
    """The embedding model for these settings."""


@hookspec(firstresult=True)
def kb_reranker(settings: Settings) -> Reranker | None:
    """The reranker for these settings, if one is set."""


@hookspec(firstresult=True)
def kb_answer(question: str, evidence: Sequence[Evidence]) -> Answer | None:
    """Answers a question from the evidence that the ledger and the search found."""


@hookspec
def kb_export() -> list[Exporter]:  # type: ignore[empty-body]
    """Exporters, collected; each has a kind."""

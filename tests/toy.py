"""A plugin that implements every hook, each in the simplest way that can be told apart from the built-in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kb import hookimpl
from kb.records import Answer, AuthorityEntry, Block, Document, EntityRef, Evidence, Mention, Section

ZEMBLA = "org:zembla-trust"


@hookimpl
def kb_read(path: Path) -> Document | None:
    """Files that end in .toy: one block a line."""
    if path.suffix != ".toy":
        return None
    lines = path.read_text("utf-8").splitlines()
    return Document(id="", path=str(path), pages=1, blocks=tuple(Block(line) for line in lines if line))


@hookimpl
def kb_segment(document: Document) -> list[Section] | None:
    """One section for the whole of a .toy file."""
    if not document.path.endswith(".toy"):
        return None
    return [Section(0, "All of it", 1, document.blocks)]


@hookimpl
def kb_describe(document: Document) -> Document | None:
    """The first line is the title."""
    if not document.path.endswith(".toy"):
        return None
    return replace(document, title=document.blocks[0].text, language="en")


@hookimpl
def kb_extract(section: Section) -> list[Mention]:
    """Whatever pays in Zembla pays."""
    return [
        Mention("organisation", m.start(), m.end(), role="donor")
        for m in re.finditer(r"Zemblan Purse", section.text)
    ]


@hookimpl
def kb_authority() -> list[AuthorityEntry]:
    """The one city of Zembla."""
    return [
        AuthorityEntry(
            "place:zz-onhava", "place", "Onhava", ("Onkhava",), level="settlement", lat=70.0, lon=30.0
        )
    ]


@hookimpl
def kb_resolve(mention: Mention) -> EntityRef | None:
    """The Purse belongs to the Trust."""
    if mention.kind == "organisation" and mention.role == "donor" and mention.end - mention.start == 13:
        return EntityRef(ZEMBLA, "Zembla Trust", ("Zemblan Purse",))
    return None


class LetterEmbedder:
    """Counts letters."""

    name, dimension = "letters", 26

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Array of shape (texts, 26), float32, rows of length 1."""
        rows = np.array([[text.lower().count(chr(97 + i)) for i in range(26)] for text in texts], np.float32)
        return rows.reshape(-1, 26) / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1)


@hookimpl
def kb_embedder() -> LetterEmbedder:
    """Letters."""
    return LetterEmbedder()


class ShortFirst:
    """Prefers the shortest text."""

    name = "short-first"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text."""
        return [-float(len(text)) for text in texts]


@hookimpl
def kb_reranker() -> ShortFirst:
    """Short texts first."""
    return ShortFirst()


@hookimpl
def kb_answer(question: str, evidence: Sequence[Evidence]) -> Answer:
    """The first piece of evidence, in capitals."""
    return Answer(question, True, evidence[0].quote.upper(), "", 0.0, tuple(evidence[:1]))


class NamesExporter:
    """Names of entities, one a line."""

    kind, suffix = "names", ".txt"

    def write(self, data: Mapping[str, Any], path: Path) -> None:
        """Writes one file."""
        path.write_text("".join(f"{e['name']}\n" for e in data["entities"]), "utf-8")


@hookimpl
def kb_export() -> list[NamesExporter]:
    """Names."""
    return [NamesExporter()]

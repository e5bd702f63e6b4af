"""Headings of a tagged PDF, as its tags name them: H1 to H6, with the words they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_HEADING = re.compile(r"H([1-6])")
_DEPTH = 60
_MOST = 2000
_STRUCTURE = 2
"""Kind of the blocks that stand for tags."""


def tagged(pdf: Any) -> bool:
    """Does the file (PyMuPDF's) have a tree of tags?"""
    try:
        return bool(pdf.xref_get_key(pdf.pdf_catalog(), "StructTreeRoot")[0] in ("xref", "dict"))
    except (RuntimeError, ValueError):
        return False


def headings(page: Any) -> list[tuple[int, str]]:
    """(level, words) of the headings tagged on a page (PyMuPDF's) in the order of its tags; none where they are damaged."""
    import pymupdf

    flags = pymupdf.TEXT_COLLECT_STRUCTURE | pymupdf.TEXT_MEDIABOX_CLIP
    try:
        blocks = page.get_textpage(flags=flags).extractDICT()["blocks"]
    except (RuntimeError, ValueError):  # a tree too deep is one of them
        return []
    found = ((level, " ".join(words.split())) for level, words in _found(blocks, 0))
    return [(level, words) for level, words in found if words][:_MOST]


def _found(blocks: list[dict[str, Any]], depth: int) -> Iterator[tuple[int, str]]:
    for block in blocks if depth < _DEPTH else ():
        if block["type"] == _STRUCTURE:
            if match := _HEADING.fullmatch(block["std"]):
                yield int(match[1]), " ".join(_words(block, depth))
            else:
                yield from _found(block.get("blocks", ()), depth + 1)


def _words(block: dict[str, Any], depth: int) -> Iterator[str]:
    for line in block.get("lines", ()):
        yield "".join(span["text"] for span in line["spans"])
    for inner in block.get("blocks", ()) if depth < _DEPTH else ():
        yield from _words(inner, depth + 1)

"""What is done with a file inside the sandbox, and how its outcome travels: as plain data, never as code."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import ReadError
from kb.records import Block, Document, PageNote, Period, Section
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.manager import Manager

_BLOCK_FIELDS = tuple(f.name for f in fields(Block))


def encode(document: Document, sections: Iterable[Section]) -> dict[str, Any]:
    """The document and its sections as plain data; a section names the document's blocks by number."""
    numbers = {id(b): i for i, b in enumerate(document.blocks)}
    known = {
        f.name: getattr(document, f.name)
        for f in fields(Document)
        if f.name not in ("blocks", "period", "page_notes")
    }
    period = document.period
    return known | {
        "period": [period.start, period.end, period.label] if period else None,
        "page_notes": [[n.page, n.confidence, n.means, n.reason] for n in document.page_notes],
        "blocks": [_block(b) for b in document.blocks],
        "sections": [
            [
                s.ordinal,
                s.heading,
                s.level,
                [numbers[id(b)] if id(b) in numbers else _block(b) for b in s.blocks],
                s.language,
            ]
            for s in sections
        ],
    }


def decode(data: dict[str, Any]) -> tuple[Document, list[Section]]:
    """The inverse of `encode`, of JSON."""
    data = dict(data)
    blocks = tuple(_unblock(b) for b in data.pop("blocks"))
    sections = [
        Section(
            ordinal,
            heading,
            level,
            tuple(blocks[b] if isinstance(b, int) else _unblock(b) for b in parts),
            language,
        )
        for ordinal, heading, level, parts, language in data.pop("sections")
    ]
    period = data.pop("period")
    unreadable = tuple(data.pop("unreadable"))
    notes = tuple(PageNote(*note) for note in data.pop("page_notes"))
    document = Document(
        **data,
        blocks=blocks,
        unreadable=unreadable,
        period=Period(*period) if period else None,
        page_notes=notes,
    )
    return document, sections


def _block(block: Block) -> list[Any]:
    return [getattr(block, name) for name in _BLOCK_FIELDS]


def _unblock(row: list[Any]) -> Block:
    block = dict(zip(_BLOCK_FIELDS, row, strict=True))
    block["box"] = tuple(block["box"]) if block["box"] else None
    block["words"] = tuple(map(tuple, block["words"]))
    return Block(**block)


def perform(request: dict[str, Any], manager: Manager, settings: Settings) -> Any:
    """Reads the document (as `encode` tells it) or draws the page (base64 of a PNG). Raises ReadError."""
    path = Path(request["path"])
    if request["op"] == "render":
        return base64.b64encode(_render(path, request["page"], request["boxes"], request["dpi"])).decode()
    document = manager.hook.kb_read(path=path, settings=settings)
    if document is None:
        kind = path.suffix or "files without a suffix"
        raise ReadError(
            f"no reader for {kind}. Save it as PDF, .docx, .pptx, .xlsx, .eml, .epub, HTML, Markdown or text."
        )
    if document.pages == 0:
        raise ReadError("it has no pages. It is truncated or damaged: copy it again from its source.")
    if not any(b.text.strip() for b in document.blocks):
        raise ReadError("no text found: scanned or pictures only? Save it with a text layer (OCR).")
    document = manager.hook.kb_describe(document=document) or document
    sections = manager.hook.kb_segment(document=document)
    if sections is None:
        raise ReadError("no plugin segments it into articles: switch `segment` on again.")
    return encode(document, sections)


def _render(path: Path, page: int, boxes: list[list[float]], dpi: int) -> bytes:
    import pymupdf

    if path.suffix.lower() != ".pdf" and not _is_pdf(path):
        raise ReadError("only PDF files have page images.")
    with pymupdf.open(path, filetype="pdf") as pdf:
        if not 1 <= page <= len(pdf):
            raise ReadError(f"there is no page {page}: it has {len(pdf)}.")
        sheet = pdf[page - 1]
        for box in boxes:
            x0, y0, x1, y1 = box
            area = pymupdf.Rect(x0 - 1, y0 - 0.5, x1 + 1, y1 + 0.5)
            sheet.draw_rect(area * sheet.derotation_matrix, color=None, fill=(1, 0.85, 0), fill_opacity=0.4)
        return sheet.get_pixmap(dpi=max(20, min(dpi, 400))).tobytes("png")  # type: ignore[no-any-return]


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)

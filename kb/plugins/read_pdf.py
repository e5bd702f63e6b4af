"""PDF, through PyMuPDF."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from kb import hookimpl, legible, ocr
from kb.errors import ReadError
from kb.layout import Arrange, Columns, Sheet, blocks_of, regions, tags
from kb.layout.sheets import clean, sheet_of
from kb.records import Block, Document, PageNote
from kb.settings import Settings

_PAGES = 3000
_BOOKMARKS = 2000


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Blocks with boxes, in reading order; scans by OCR; each page with a note of how it was read."""
    if path.suffix.lower() != ".pdf":
        return None
    pdf, whole = _opened(path)
    pages = len(pdf)
    sheets: dict[int, Sheet] = {}
    notes: dict[int, PageNote] = {}
    turned: dict[int, Any] = {}
    headings: list[Any] = []
    late, tagged = _lateness(settings), tags.tagged(pdf)
    for number in range(1, pages + 1):
        if late() > 0.65:  # the rest is for putting what was read in order
            notes[number] = PageNote(
                number, 0.0, "none", "no time was left: raise read_seconds, read_cpu_seconds"
            )
            continue
        try:
            page = pdf[number - 1]
            log = page.get_bboxlog()  # runs the whole page: once
            sheet, back = sheet_of(page, number, log)
            notes[number] = legible.judge(page, number, sheet, log)
        except (RuntimeError, ValueError) as error:  # the other pages can still be read
            if "malloc" in str(error):
                raise MemoryError from error
            notes[number] = PageNote(number, 0.0, "none", f"it is damaged ({error})")
            continue
        sheets[number] = sheet
        turned |= {number: back} if back is not None else {}
        headings += [(level, clean(words), number) for level, words in tags.headings(page)] if tagged else []
    _recognise(pdf, sheets, notes, turned, settings)
    blank = [n for n, note in notes.items() if note.means == "none"]
    if len(blank) == pages:
        remedy = "Copy it again from its source." if not sheets else "Or save it with a text layer."
        raise ReadError(f"{path}: no text found: {_why(notes, blank)}. {remedy}")
    reason = f"no text found on {len(blank)} of {pages} pages: {_why(notes, blank)}" if blank else ""
    if not whole and pdf.is_repaired:
        reason = "; ".join(filter(None, [reason, "the file's end is missing: pages may be lost"]))
    meta = pdf.metadata or {}
    settle = _settling(pdf, notes, turned, settings, late)
    found = blocks_of(
        [sheets[n] for n in sorted(sheets) if sheets[n].lines], _bookmarks(pdf), headings, settle
    )
    return Document(
        id="",
        path=str(path),
        title=clean(meta.get("title") or "").strip(),
        published=_published(meta.get("creationDate") or ""),
        pages=pages,
        blocks=_placed(found, turned),
        unreadable=tuple(blank),
        reason=reason,
        page_notes=tuple(notes[n] for n in sorted(notes)),
    )


def _opened(path: Path) -> tuple[Any, bool]:
    """The PDF, and whether its end is there. Raises ReadError, MemoryError."""
    with path.open("rb") as file:
        if b"%PDF-" not in (head := file.read(2048)):
            what = "a web page" if b"<html" in head.lower() else "no PDF"
            raise ReadError(
                f"{path}: it is {what}, though its name says so, or its start is lost. Download it again."
            )
        file.seek(max(0, path.stat().st_size - 2048))
        whole = b"%%EOF" in file.read()
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        pdf = pymupdf.open(path, filetype="pdf")
        pages = len(pdf)
    except (RuntimeError, ValueError) as error:
        if "malloc" in str(error):
            raise MemoryError from error
        raise ReadError(
            f"{path}: it is truncated or damaged ({error}). Copy it again from its source."
        ) from error
    if pdf.needs_pass:
        raise ReadError(f"{path}: it is encrypted. Save a copy without a password.")
    if pages == 0:
        raise ReadError(f"{path}: it has no pages: truncated or damaged. Copy it again from its source.")
    if pages > _PAGES:
        raise ReadError(f"{path}: it has {pages} pages, more than {_PAGES}. Split it.")
    return pdf, whole


def _bookmarks(pdf: Any) -> list[Any]:
    """(level, title, page) of the outline; none where it is damaged."""
    try:
        return [(level, clean(title), page) for level, title, page in pdf.get_toc(simple=True)[:_BOOKMARKS]]
    except (RuntimeError, ValueError):
        return []


def _lateness(settings: Settings) -> Callable[[], float]:
    """Tells which part of the document's time is gone."""
    wall, cpu = time.monotonic(), time.process_time()

    def late() -> float:
        return max(
            (time.monotonic() - wall) / settings.read_seconds,
            (time.process_time() - cpu) / settings.read_cpu_seconds,
        )

    return late


def _recognise(
    pdf: Any,
    sheets: dict[int, Sheet],
    notes: dict[int, PageNote],
    turned: dict[int, Any],
    settings: Settings,
) -> None:
    """Reads pages without usable text by OCR, where that comes out better than what there is."""
    wanted = [n for n in sheets if legible.unusable(notes[n])]
    for number, found in ocr.scans(pdf, wanted, settings) if wanted else ():
        note = notes[number]
        if isinstance(found, str):
            why = found if note.means == "none" else f"{note.reason}; {found}"
            notes[number] = replace(note, reason=why)
        elif found.note.confidence > note.confidence:
            sheets[number], notes[number] = found.sheet, found.note
            turned.pop(number, None)
            turned |= {number: found.back} if found.back is not None else {}


def _settling(
    pdf: Any,
    notes: dict[int, PageNote],
    turned: dict[int, Any],
    settings: Settings,
    late: Callable[[], float],
) -> Callable[[Sheet, Columns, Arrange], Columns]:
    """Notes which pages' order is doubtful, and has a model tell the order of these where that is wished for."""
    asked = settings.layout_model == "auto" and regions.installed()

    def settle(sheet: Sheet, columns: Columns, arrange: Arrange) -> Columns:
        number = sheet.page
        if notes[number].means != "text":
            return columns
        note = notes[number] = legible.judge_order(notes[number], columns)
        level = number not in turned and not pdf[number - 1].rotation
        if not (asked and legible.unordered(note) and level) or late() > 0.75:
            return columns
        try:
            found = regions.regions(pdf[number - 1])
        except Exception as error:  # whatever breaks in the model, the page was read
            notes[number] = replace(note, reason=f"{note.reason} (the layout model broke on it: {error})")
            return columns
        if not found:
            return columns
        notes[number] = replace(note, means="layout", confidence=round(note.confidence * 1.2, 2))
        return regions.columns(sheet.lines, found, arrange)

    return settle


def _why(notes: dict[int, PageNote], numbers: list[int]) -> str:
    """The reasons of pages, the commonest first."""
    reasons = Counter(notes[n].reason.removeprefix("no text found: ") for n in numbers)
    return "; ".join(why for why, _ in reasons.most_common(3))


def _published(stamp: str) -> str:
    """Day of a PDF date such as D:20140912…"""
    match = re.match(r"D:(\d{4})(\d\d)(\d\d)", stamp)
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def _placed(blocks: tuple[Block, ...], turned: dict[int, Any]) -> tuple[Block, ...]:
    """The blocks, with the boxes of pages that were laid out turned as they stand on the page."""
    import pymupdf

    if not turned:
        return blocks

    def place(page: int, box: Any) -> Any:
        return tuple(round(v, 1) for v in pymupdf.Rect(box) * turned[page]) if page in turned else box

    return tuple(
        replace(b, box=place(b.page, b.box), words=tuple((*w[:3], *place(w[2], w[3:])) for w in b.words))
        for b in blocks
    )

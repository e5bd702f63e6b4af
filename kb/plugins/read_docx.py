"""Word (.docx)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import hookimpl
from kb.errors import ReadError
from kb.records import Block, BlockRole, Document
from kb.settings import Settings

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_PARTS = 5000
_UNPACKED_MB = 400
_RATIO = 100
_SMALL = 8 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_LEADER = re.compile(r"\S.*?(\t+|[.…_]{3,}\s*)\d{1,4}$")


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Paragraphs by style, tables row by row, captions, text boxes; running heads and feet set aside."""
    if path.suffix.lower() not in (".docx", ".docm", ".dotx"):
        return None
    check_archive(path)
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        word = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ReadError(
            f"{path}: it is damaged, or no Word document ({error}). Open it in Word and save it anew."
        ) from error
    blocks: list[Block] = []
    for item in word.iter_inner_content():
        if isinstance(item, Table):
            blocks += _rows(item)
        else:
            blocks += _paragraph(item)
    blocks += _furniture(word)
    properties = word.core_properties
    title = (properties.title or "").strip()
    return Document(id="", path=str(path), title=title, pages=1, blocks=tuple(blocks))


def check_archive(path: Path) -> None:
    """Raises ReadError for what is no archive, a zip bomb, encrypted, or declares entities."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise ReadError(f"{path}: it is encrypted or an old .doc. Save it as .docx without a password.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(e.file_size for e in entries)
            swollen = any(e.file_size > max(_SMALL, _RATIO * e.compress_size) for e in entries)
            if len(entries) > _PARTS or unpacked > _UNPACKED_MB << 20 or swollen:
                raise ReadError(
                    f"{path}: zip bomb: {unpacked >> 20} MiB in {len(entries)} parts come out of "
                    f"{path.stat().st_size >> 10} KiB. Open it in Word and save it anew if you trust it."
                )
            for entry in entries:
                if entry.flag_bits & 1:
                    raise ReadError(f"{path}: it is encrypted. Save a copy without a password.")
                if entry.filename.endswith((".xml", ".rels")) and _declares(archive, entry):
                    raise ReadError(
                        f"{path}: it declares entities (DOCTYPE), as no Word file does. Save it anew in Word."
                    )
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise ReadError(
            f"{path}: it is truncated, damaged or no .docx ({error}). Copy it again from its source."
        ) from error


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    # What the archive's directory says of the size may be a lie: read no more than it says.
    left, tail = entry.file_size + 1, b""
    with archive.open(entry) as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 20))):
            left -= len(chunk)
            if b"<!DOCTYPE" in (seen := (tail + chunk).replace(b"\x00", b"")) or b"<!ENTITY" in seen:
                return True
            tail = chunk[-32:]
    return False


def _paragraph(paragraph: Paragraph) -> Iterator[Block]:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph as Inner

    text = _clean(paragraph.text)
    style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if text:
        role, level = _role(paragraph, style, text)
        runs = [r for r in paragraph.runs if r.text.strip()]
        size = max((r.font.size.pt for r in runs if r.font.size), default=0.0)
        yield Block(text, role=role, level=level, size=size, bold=bool(runs) and all(r.bold for r in runs))
    for box in paragraph._p.iter(qn("w:txbxContent")):
        if any(a.tag.endswith("}Fallback") for a in box.iterancestors()):
            continue  # the same box once more, for old programs
        for inner in box.iter(qn("w:p")):
            yield from _paragraph(Inner(inner, paragraph._parent))


def _role(paragraph: Paragraph, style: str, text: str) -> tuple[BlockRole, int]:
    if style.startswith("toc") or _LEADER.match(paragraph.text.strip()):
        return "toc", 0
    if "caption" in style:
        return "caption", 0
    if style == "title":
        return "heading", 1
    if match := re.match(r"heading (\d)", style):
        return "heading", int(match[1])
    runs = [r for r in paragraph.runs if r.text.strip()]
    emphatic = bool(runs) and all(
        r.bold or (paragraph.style is not None and paragraph.style.font.bold) for r in runs
    )
    if (
        emphatic
        and len(text) <= 120
        and text[-1] not in ".,;:"
        and "list" not in style
        and not text[0].islower()
    ):
        return "heading", 4
    return "body", 0


def _rows(table: Any) -> Iterator[Block]:
    for row in table.rows:
        cells: list[str] = []
        last = None
        for cell in row.cells:
            if cell._tc is not last:  # a merged cell comes once for each column
                cells.append(_clean(cell.text).replace("\n", " "))
            last = cell._tc
        if len(cells) == 1 or sum(map(bool, cells)) == 1 and max(map(len, cells)) > 200:
            # a table used as a frame: its paragraphs are text
            for cell in {id(c._tc): c for c in row.cells}.values():
                for paragraph in cell.paragraphs:
                    yield from _paragraph(paragraph)
        elif any(cells):
            yield Block(" | ".join(cells), role="table")


def _furniture(word: Any) -> Iterator[Block]:
    roles: tuple[BlockRole, BlockRole] = ("header", "footer")
    seen: set[str] = set()
    for section in word.sections:
        for part, role in zip((section.header, section.footer), roles, strict=True):
            for paragraph in part.paragraphs if not part.is_linked_to_previous else ():
                text = _clean(paragraph.text)
                if text and text not in seen:
                    seen.add(text)
                    yield Block(text, role=role)


def _clean(text: str) -> str:
    lines = (" ".join(line.replace("\xad", "").split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)

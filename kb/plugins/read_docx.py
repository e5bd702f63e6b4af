"""Word (.docx)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import hookimpl
from kb.archives import check_archive
from kb.errors import ReadError
from kb.merged import laid_out, row_block
from kb.records import Block, BlockRole, Document
from kb.settings import Settings
from kb.text import raised, tidy

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEADER = re.compile(r"\S.*?(\t+|[.…_]{3,}\s*)\d{1,4}$")
_UNSAID = frozenset(f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr"))
"""Elements of a paragraph whose text is not the paragraph's: what was deleted, text boxes, codes of fields."""
_WRAPPERS = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_FRAME = 200
"""A cell alone in its row with more characters is text in a frame, no row of a table."""

Notes = dict[str, list["Paragraph"]]
"""Foot- and endnotes, by the name of the element that refers to them and its number."""


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Paragraphs by style, tables row by row, captions, text boxes, notes; running heads and feet set aside."""
    if path.suffix.lower() not in (".docx", ".docm", ".dotx"):
        return None
    check_archive(path, program="Word", suffix=".docx")
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        word = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ReadError(
            f"{path}: it is damaged, or no Word document ({error}). Open it in Word and save it anew."
        ) from error
    blocks = [*_items(word.element.body, word, _notes(word)), *_furniture(word)]
    properties = word.core_properties
    title = (properties.title or "").strip()
    return Document(id="", path=str(path), title=title, pages=1, blocks=tuple(blocks))


def _items(container: Any, parent: Any, notes: Notes) -> Iterator[Block]:
    """Paragraphs and tables in order; those within content controls, too. Notes follow what refers to them."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in container:
        if child.tag in _WRAPPERS:
            yield from _items(child, parent, notes)
        elif child.tag == f"{_W}p":
            yield from _paragraph(Paragraph(child, parent))
            yield from _notes_of(child, notes)
        elif child.tag == f"{_W}tbl":
            yield from _rows(Table(child, parent), notes)
            yield from _notes_of(child, notes)


def _paragraph(paragraph: Paragraph) -> Iterator[Block]:
    from docx.text.paragraph import Paragraph as Inner

    raw = _said(paragraph._p)
    text = tidy(raw)
    if text:
        role, level = _role(paragraph, raw.strip())
        runs = [r for r in paragraph.runs if r.text.strip()]
        size = max((r.font.size.pt for r in runs if r.font.size), default=0.0)
        yield Block(text, role=role, level=level, size=size, bold=bool(runs) and all(r.bold for r in runs))
    for box in paragraph._p.iter(f"{_W}txbxContent"):
        if any(a.tag.endswith("}Fallback") for a in box.iterancestors()):
            continue  # the same box once more, for old programs
        for inner in box.iter(f"{_W}p"):
            yield from _paragraph(Inner(inner, paragraph._parent))


def _said(element: Any) -> str:
    """The text of a paragraph as accepted: with insertions, without deletions and marks of notes."""
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _SIGNS:
            parts.append(_SIGNS[child.tag])
        elif child.tag == f"{_W}r" and child.xpath("./w:rPr/w:vertAlign[@w:val='superscript']"):
            parts.append(raised("".join(parts), _said(child)))
        elif isinstance(child.tag, str) and child.tag not in _UNSAID and not child.tag.endswith("}Fallback"):
            parts.append(_said(child))
    return "".join(parts)


def _role(paragraph: Paragraph, text: str) -> tuple[BlockRole, int]:
    styles: list[Any] = []
    style: Any = paragraph.style
    while style is not None and len(styles) < 20:
        styles.append(style)
        style = style.base_style
    names = [(s.name or "").lower() for s in styles]
    if any(n.startswith("toc ") for n in names) or _LEADER.match(text):
        return "toc", 0
    if any("caption" in n for n in names):
        return "caption", 0
    if "title" in names:
        return "heading", 1
    # A style of one's own may be based on a heading, or a paragraph be one by its place in the outline alone.
    if match := next(filter(None, (re.match(r"heading (\d)", n) for n in names)), None):
        return "heading", int(match[1])
    for element in (paragraph._p, *(s.element for s in styles)):
        if (outline := element.xpath("./w:pPr/w:outlineLvl/@w:val")) and outline[0] in "01234567":
            return "heading", int(outline[0]) + 1
    text = tidy(text)
    runs = [r for r in paragraph.runs if r.text.strip()]
    emphatic = bool(runs) and all(r.bold or (styles and styles[0].font.bold) for r in runs)
    if (
        emphatic
        and len(text) <= 120
        and text[-1] not in ".,;:"
        and not any("list" in n for n in names)
        and not text[0].islower()
    ):
        return "heading", 4
    return "body", 0


def _rows(table: Any, notes: Notes) -> Iterator[Block]:
    rows = [list(row.cells) for row in table.rows]
    grid = [[(cell._tc, _cell(cell)) for cell in cells] for cells in rows]
    for cells, texts in zip(rows, laid_out(grid), strict=True):
        inner = any(cell.tables for cell in cells)
        long = sum(map(bool, texts)) == 1 and max(map(len, texts)) > _FRAME
        if len(cells) == 1 or inner or long:
            # a table used as a frame: its paragraphs are text
            for cell in {id(c._tc): c for c in cells}.values():
                yield from _items(cell._tc, cell, {})
        elif any(texts):
            yield row_block(texts)


def _cell(cell: Any) -> str:
    return " ".join(filter(None, (tidy(_said(p)).replace("\n", " ") for p in cell._tc.iter(f"{_W}p"))))


def _notes(word: Any) -> Notes:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml
    from docx.text.paragraph import Paragraph

    found: Notes = {}
    parts = {r.reltype: r.target_part for r in word.part.rels.values() if not r.is_external}
    for kind, reltype in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES)):
        if (part := parts.get(reltype)) is None:
            continue
        for note in parse_xml(part.blob).iter(f"{_W}{kind}"):
            name = f"{_W}{kind}Reference {note.get(f'{_W}id')}"
            found[name] = [Paragraph(p, word) for p in note.iter(f"{_W}p")]
    return found


def _notes_of(element: Any, notes: Notes) -> Iterator[Block]:
    for mark in element.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"):
        for paragraph in notes.get(f"{mark.tag} {mark.get(f'{_W}id')}", ()):
            if text := tidy(_said(paragraph._p)):
                yield Block(text, role="footnote")


def _furniture(word: Any) -> Iterator[Block]:
    roles: tuple[BlockRole, BlockRole] = ("header", "footer")
    seen: set[str] = set()
    for section in word.sections:
        for part, role in zip((section.header, section.footer), roles, strict=True):
            for paragraph in part.paragraphs if not part.is_linked_to_previous else ():
                text = tidy(paragraph.text)
                if text and text not in seen:
                    seen.add(text)
                    yield Block(text, role=role)

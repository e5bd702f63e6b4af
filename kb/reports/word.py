"""A report as a Word file: real footnotes with issue, page and words, those of a table below it; styles from a template that the office can change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import InputError
from kb.reports.model import MARKS, Cell, Mark, Note, Paragraph, Remark, Report, Table

if TYPE_CHECKING:
    from docx.document import Document

TEMPLATE = Path(__file__).parent / "template.docx"
QUOTE, SHORT = 300, 160
"""Characters of the words in a footnote, and below a table; the rest can be opened from the note's place."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# XML knows no control characters, and a document may hold some.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
WIDE = 6
"""Columns from which a table stands on a page turned sideways."""


def write(report: Report, path: Path, *, template: str = "") -> None:
    """Writes the report. Raises InputError where the template is no Word file."""
    import docx

    try:
        document = docx.Document(str(template or TEMPLATE))
    except Exception as error:  # python-docx raises whatever the damaged part makes it raise
        raise InputError(
            f"{template or TEMPLATE}: this template is no Word file (.docx): {error}. Correct report_template."
        ) from error
    _Writer(document).report(report)
    document.save(str(path))


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        body = document.element.body
        for child in list(body)[:-1]:
            body.remove(child)
        self.notes: list[Note] = []
        self.sources: dict[Note, int] = {}
        self.turned = False

    def report(self, report: Report) -> None:
        self.document.core_properties.title = clean(report.title)
        self.document.core_properties.author = ""
        self._paragraph("Title", report.title)
        if report.subtitle:
            self._paragraph("Subtitle", report.subtitle)
        for remark in report.remarks:
            self._paragraph("Remark", remark)
        for chapter in report.chapters:
            self._turn(any(isinstance(p, Table) and len(p.columns) >= WIDE for p in chapter.parts))
            self._paragraph(f"Heading {chapter.level}", chapter.title)
            for part in chapter.parts:
                if isinstance(part, Remark):
                    self._paragraph("Remark", part.text)
                elif isinstance(part, Table):
                    self._table(part)
                else:
                    self._sentences(part)
        self._footnotes()

    def _paragraph(self, style: str, text: str = "") -> Any:
        found = self._style(style)
        return self.document.add_paragraph(clean(text), style=found)

    def _style(self, name: str) -> Any:
        return next((s for s in self.document.styles if s.name == name), None)

    def _turn(self, wide: bool) -> None:
        """Begins pages turned sideways, or upright ones."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if wide == self.turned:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width
        self.turned = wide

    def _sentences(self, part: Paragraph) -> None:
        paragraph = self._paragraph("List Bullet" if part.bullet else "Normal")
        for n, sentence in enumerate(part.sentences):
            text = f"“{sentence.text}”" if sentence.quoted else sentence.text
            paragraph.add_run(clean(f"{' ' if n else ''}{text}"))
            self._mark(paragraph, sentence.mark)
            self._refer(paragraph, sentence.notes)

    def _mark(self, paragraph: Any, mark: Mark) -> None:
        if mark:
            run = paragraph.add_run(f" [{MARKS[mark]}]")
            run.style = self._style("Fact Mark")

    def _table(self, table: Table) -> None:
        if table.title:
            self._paragraph("Caption", table.title)
        grid = self.document.add_table(rows=1, cols=len(table.columns))
        grid.style = self._style("Report Table") or self._style("Table Grid")
        grid.autofit = False
        widths = self._widths(table)
        for cell, text in zip(grid.rows[0].cells, table.columns, strict=True):
            cell.paragraphs[0].add_run(clean(text)).bold = True
            cell.paragraphs[0].style = self._style("Table Text")
        _repeat(grid.rows[0])
        for row in table.rows:
            cells = grid.add_row().cells
            _keep_whole(grid.rows[-1])
            for cell, told in zip(cells, row, strict=True):
                self._cell(cell.paragraphs[0], told)
        # Programs that lay the page out differ in which of the two they go by.
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        for row in grid.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        self._below(table)

    def _below(self, table: Table) -> None:
        """The sources of a table: footnotes of long rows would leave pages all but empty."""
        heading = self._paragraph("Table Sources", "Sources of the table")
        heading.runs[0].bold = True
        heading.paragraph_format.keep_with_next = True
        for note in dict.fromkeys(n for row in table.rows for cell in row for n in cell.notes):
            self._paragraph("Table Sources", f"S{self.sources[note]}  {said(note, length=SHORT)}")

    def _widths(self, table: Table) -> list[int]:
        section = self.document.sections[-1]
        room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
        shares: Sequence[int] = table.widths or (1,) * len(table.columns)
        return [int(room * s / sum(shares)) for s in shares]

    def _cell(self, paragraph: Any, told: Cell) -> None:
        paragraph.style = self._style("Table Text")
        paragraph.add_run(clean(told.text))
        self._mark(paragraph, told.mark)
        if told.notes:
            numbers = (self.sources.setdefault(n, len(self.sources) + 1) for n in told.notes)
            paragraph.add_run(" " + ",".join(f"S{n}" for n in numbers)).font.superscript = True

    # -- footnotes

    def _refer(self, paragraph: Any, notes: Sequence[Note]) -> None:
        """A mark for each note, small commas between them."""
        for n, note in enumerate(notes):
            if n:
                paragraph.add_run(",").font.superscript = True
            self.notes.append(note)
            run = paragraph.add_run()
            run.style = self._style("footnote reference")
            if run.style is None or run.style.name != "footnote reference":
                run.font.superscript = True
            reference = run._r.makeelement(
                f"{{{_W}}}footnoteReference", {f"{{{_W}}}id": str(len(self.notes))}
            )
            run._r.append(reference)

    def _footnotes(self) -> None:
        """The part of the file that holds the footnotes; python-docx makes none."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        root = etree.Element(f"{{{_W}}}footnotes", nsmap={"w": _W})
        for id, kind in ((-1, "separator"), (0, "continuationSeparator")):
            note = etree.SubElement(
                root, f"{{{_W}}}footnote", {f"{{{_W}}}type": kind, f"{{{_W}}}id": str(id)}
            )
            run = etree.SubElement(etree.SubElement(note, f"{{{_W}}}p"), f"{{{_W}}}r")
            etree.SubElement(run, f"{{{_W}}}{kind}")
        text_style, mark_style = (self._style(n) for n in ("footnote text", "footnote reference"))
        for n, note in enumerate(self.notes, 1):
            footnote = etree.SubElement(root, f"{{{_W}}}footnote", {f"{{{_W}}}id": str(n)})
            paragraph = etree.SubElement(footnote, f"{{{_W}}}p")
            if text_style is not None:
                properties = etree.SubElement(paragraph, f"{{{_W}}}pPr")
                etree.SubElement(properties, f"{{{_W}}}pStyle", {f"{{{_W}}}val": text_style.style_id})
            run = etree.SubElement(paragraph, f"{{{_W}}}r")
            if mark_style is not None:
                look = etree.SubElement(run, f"{{{_W}}}rPr")
                etree.SubElement(look, f"{{{_W}}}rStyle", {f"{{{_W}}}val": mark_style.style_id})
            etree.SubElement(run, f"{{{_W}}}footnoteRef")
            words = etree.SubElement(etree.SubElement(paragraph, f"{{{_W}}}r"), f"{{{_W}}}t")
            words.text = clean(f" {said(note)}")
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        package = self.document.part.package
        for relation in list(self.document.part.rels.values()):
            if relation.reltype == _KIND:  # those of the template, whose text is gone
                del self.document.part.rels[relation.rId]
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, blob, package)
        self.document.part.relate_to(part, _KIND)


def said(note: Note, *, length: int = QUOTE) -> str:
    """A note in words: issue, page and what stands there."""
    quote = " ".join(note.quote.split())
    if len(quote) > length:
        quote = f"{quote[:length].rsplit(' ', 1)[0]} …"
    mark = f"{MARKS[note.mark].capitalize()}: " if note.mark else ""
    return f"{mark}{note.source}: “{quote}”"


def clean(text: str) -> str:
    """The text without characters that no XML holds."""
    return _CONTROL.sub("", text)


def _repeat(row: Any) -> None:
    """The row heads each page that the table runs over to."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(f"{{{_W}}}tblHeader", {f"{{{_W}}}val": "true"}))


def _keep_whole(row: Any) -> None:
    """No page ends within the row."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(f"{{{_W}}}cantSplit", {f"{{{_W}}}val": "true"}))

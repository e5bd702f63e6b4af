"""Readers of office formats, e-mails and books: made by the libraries, read as blocks in order, with their places."""

from __future__ import annotations

import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from bases import open_base
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from kb.errors import ReadError
from kb.paging import place, short
from kb.plugins import read_docx, read_eml, read_epub, read_html, read_pptx, read_xlsx
from kb.plugins.read_xlsx import shown
from kb.records import Document
from kb.settings import Settings

READERS = (read_docx, read_eml, read_epub, read_html, read_pptx, read_xlsx)
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PROSE = "The training brought together staff of the service from all districts of the province."


def read(path: Path) -> Document:
    found = [d for reader in READERS if (d := reader.kb_read(path=path, settings=Settings())) is not None]
    assert len(found) == 1
    return found[0]


def roles(document: Document) -> list[tuple[str, str]]:
    return [(b.role, b.text) for b in document.blocks]


def texts(document: Document) -> list[str]:
    return [b.text for b in document.blocks]


# --- presentations ------------------------------------------------------------------------------------------------


class Deck:
    """A presentation in the making; places in inches."""

    def __init__(self) -> None:
        self.deck = pptx.Presentation()

    def slide(self, title: str = "", layout: int = 5) -> Deck:
        self.made = self.deck.slides.add_slide(self.deck.slide_layouts[layout if title else 6])
        if title:
            self.made.shapes.title.text = title
        return self

    def box(self, text: str, x: float, y: float, width: float = 3, height: float = 0.4, into=None) -> None:
        shapes = into or self.made.shapes
        shape = shapes.add_textbox(Inches(x), Inches(y), Inches(width), Inches(height))
        shape.text_frame.text = text

    def picture(self, folder: Path, x: float, y: float) -> None:
        Image.new("RGB", (60, 40)).save(folder / "x.png")
        self.made.shapes.add_picture(str(folder / "x.png"), Inches(x), Inches(y), Inches(3), Inches(2))

    def read(self, folder: Path) -> Document:
        self.deck.save(folder / "a.pptx")
        return read(folder / "a.pptx")


def test_slides_have_titles_numbers_and_notes(tmp_path):
    made = Deck().slide("Annual review", 0).slide("Wells\vin Ayni")
    made.box(PROSE, 1, 2)
    made.made.notes_slide.notes_text_frame.text = "Say who paid."
    found = made.read(tmp_path)
    assert [(b.page, b.role, b.level, b.text) for b in found.blocks] == [
        (1, "heading", 1, "Annual review"),
        (2, "heading", 2, "Wells in Ayni"),
        (2, "body", 0, PROSE),
        (2, "body", 0, "Say who paid."),
    ]
    assert found.pages == 2


@pytest.mark.parametrize(
    "places",
    [
        {"a": (1, 2), "b": (1, 2.6), "c": (6, 2.1), "d": (6, 2.7)},  # columns of a head and a text
        {"a": (1, 2), "b": (6, 2), "c": (1, 5), "d": (6, 5)},  # rows of cards
        {"a": (1, 2), "b": (1, 3.5), "c": (1, 4.2), "d": (4.5, 4.2)},
    ],
)
def test_shapes_are_read_from_the_top_and_columns_one_by_one(tmp_path, places):
    made = Deck().slide("Title")
    for text in reversed(places):
        made.box(text, *places[text])
    assert texts(made.read(tmp_path))[1:] == list(places)


def test_shapes_in_a_group_stand_where_the_group_stands(tmp_path):
    made = Deck().slide("Title")
    made.box("last", 1, 6)
    group = made.made.shapes.add_group_shape()
    made.box("second", 1, 5, into=group.shapes)
    made.box("first", 1, 4, into=group.shapes)
    group.top = Inches(2)
    assert texts(made.read(tmp_path))[1:] == ["first", "second", "last"]


def test_a_slide_without_a_title_is_headed_by_its_first_short_text(tmp_path):
    made = Deck().slide()
    made.box(PROSE, 1, 3)
    made.box("Border talks", 1, 1)
    assert roles(made.read(tmp_path)) == [("heading", "Border talks"), ("body", PROSE)]


def test_a_short_text_below_a_picture_is_a_caption(tmp_path):
    made = Deck().slide("Title")
    made.picture(tmp_path, 1, 2)
    made.box("Staff at the training", 1, 4.1)
    made.box(PROSE, 5, 4.1)
    assert roles(made.read(tmp_path))[1:] == [("caption", "Staff at the training"), ("body", PROSE)]


def test_merged_cells_of_a_slide_keep_numbers_under_their_heads(tmp_path):
    made = Deck().slide("Title")
    table = made.made.shapes.add_table(4, 3, Inches(1), Inches(2), Inches(5), Inches(2)).table
    rows = [["District", "People", ""], ["", "Men", "Women"], ["Kulob", "12", "13"], ["", "", "5"]]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    for first, last in (((0, 0), (1, 0)), ((2, 0), (3, 0)), ((2, 1), (3, 1))):
        table.cell(*first).merge(table.cell(*last))
    assert roles(made.read(tmp_path))[1:] == [
        ("table", "District | People | "),
        ("table", "District | Men | Women"),
        ("table", "Kulob | 12 | 13"),
        ("table", "Kulob |  | 5"),
    ]


def test_a_chart_is_the_table_of_its_data(tmp_path):
    made = Deck().slide("Title")
    data = CategoryChartData()
    data.categories = ["Kulob", "Ayni"]
    data.add_series("Wells", (12, 19.5))
    size = (Inches(1), Inches(2), Inches(4), Inches(3))
    chart = made.made.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *size, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Wells by district"
    assert roles(made.read(tmp_path))[1:] == [
        ("caption", "Wells by district"),
        ("table", " | Wells"),
        ("table", "Kulob | 12"),
        ("table", "Ayni | 19.5"),
    ]


def test_a_diagram_is_read_in_the_order_of_its_points(tmp_path):
    made = Deck().slide("Title")
    names = f'{nsdecls("a", "r")} xmlns:dgm="{DIAGRAM}"'
    points = "".join(
        f"<dgm:pt {kind}><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for kind, text in (("", "Register"), ("", "Refer"), ("type='pres'", "Refer"))
    )
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        made.deck.part.package,
        f"<dgm:dataModel {names}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode(),
    )
    number = made.made.part.relate_to(part, f"{RELATIONS}/diagramData")
    frame = made.made.shapes.add_table(1, 1, 0, 0, 9, 9)._element
    data = frame.graphic.graphicData
    data.set("uri", DIAGRAM)
    data.remove(data[0])
    data.append(parse_xml(f"<dgm:relIds {names} r:dm='{number}'/>"))
    assert texts(made.read(tmp_path)) == ["Title", "Register", "Refer"]


def test_running_feet_are_set_aside_and_hidden_slides_left_out(tmp_path):
    made = Deck()
    for n in range(4):
        made.slide(f"Slide on subject {'abcd'[n]}")
        made.box("Mission to Zembla, 2014", 1, 7)
    made.made.element.set("show", "0")
    found = made.read(tmp_path)
    assert [b.role for b in found.blocks] == ["heading", "footer"] * 3
    assert found.pages == 4


def test_slides_with_pictures_alone_are_told(tmp_path):
    made = Deck().slide("Title").slide()
    made.picture(tmp_path, 1, 1)
    found = made.read(tmp_path)
    assert found.unreadable == (2,)
    assert "1 of 2 slides" in found.reason


# --- workbooks ----------------------------------------------------------------------------------------------------


def sheet(
    path: Path, rows: list[list[object]], title: str = "Wells", merged: tuple[str, ...] = ()
) -> Document:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path / "a.xlsx")
    return read(path / "a.xlsx")


def test_a_sheet_is_read_row_by_row_below_its_titles(tmp_path):
    rows = [["Wells by district"], ["District", "Wells"], ["Kulob", 12], [], ["Source: the mission."]]
    assert roles(sheet(tmp_path, rows)) == [
        ("heading", "Wells"),
        ("heading", "Wells by district"),
        ("table", "District | Wells"),
        ("table", "Kulob | 12"),
        ("body", "Source: the mission."),
    ]


def test_merged_cells_of_a_sheet(tmp_path):
    rows = [["District", "People", None], [None, "Men", "Women"], ["Kulob", 12, 13], [None, 4, 5]]
    found = sheet(tmp_path, rows, merged=("A1:A2", "B1:C1", "A3:A4"))
    assert texts(found)[1:] == [
        "District | People | ",
        "District | Men | Women",
        "Kulob | 12 | 13",
        "Kulob | 4 | 5",
    ]


def test_hidden_sheets_are_left_out_and_the_others_counted(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "First"
    book.active.append(["a", "b"])
    hidden = book.create_sheet("Second")
    hidden.append(["secret", "c"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Third").append(["d", "e"])
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert [(b.page, b.text) for b in found.blocks] == [
        (1, "First"),
        (1, "a | b"),
        (2, "Third"),
        (2, "d | e"),
    ]
    assert found.pages == 2


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00\\ [$€-407]", "1,234.50 €"),
        (1200, '"$"#,##0', "$1,200"),
        (1200.4, "_-[$$-409]* #,##0.00_ ;_-[$$-409]* -#,##0.00\\ ", "$1,200.40"),
        (-5, "#,##0_);[Red](#,##0)", "(5)"),
        (-5, "0", "-5"),
        (0.256, "0.0%", "25.6%"),
        (1234567, '0.0,,"m"', "1.2m"),
        (12345, "#\\ ##0", "12 345"),
        (12, "0.##", "12"),
        (7, "000", "007"),
        (0.1 + 0.2, "General", "0.3"),
        (42.0, "General", "42"),
        (5, '0" people"', "5 people"),
        (date(2014, 3, 12), "mm-dd-yy", "12 March 2014"),
        (date(2014, 3, 1), "mmm-yy", "March 2014"),
        (date(2014, 3, 1), "[$-409]mmmm\\ yyyy;@", "March 2014"),
        (date(2014, 1, 1), "yyyy", "2014"),
        (True, "General", "TRUE"),
        ("two\nlines", "General", "two lines"),
        ("#REF!", "General", ""),
    ],
)
def test_values_are_as_shown(value, code, told):
    assert shown(value, code) == told


def test_formulas_without_results_are_told(tmp_path):
    found = sheet(tmp_path, [["Kulob", 12], ["Total", "=SUM(B1:B1)"]])
    assert found.unreadable == (1,)
    assert "formulas without results" in found.reason


def test_a_huge_sheet_is_read_in_part_and_says_so(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    for title in ("Long", "Next"):
        made = book.create_sheet(title)
        for n in range(20_001):
            made.append([f"row {n}", n])
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert len(found.blocks) == 20_001
    assert found.unreadable == (1, 2)
    assert "first 20,000 rows" in found.reason


# --- e-mails ------------------------------------------------------------------------------------------------------


def mail(
    folder: Path, plain: str = "", html: str = "", subject: str = "Wells in Ayni", attached: str = ""
) -> Document:
    made = EmailMessage()
    made["From"], made["To"] = "Firuza S <f@example.org>", "office@example.org"
    made["Subject"], made["Date"] = subject, "Wed, 12 Mar 2014 10:30:00 +0500"
    if plain:
        made.set_content(plain)
    if html:
        (made.add_alternative if plain else made.set_content)(html, subtype="html")
    if attached:
        made.add_attachment(b"x", maintype="application", subtype="pdf", filename=attached)
    (folder / "a.eml").write_bytes(bytes(made))
    return read(folder / "a.eml")


def test_an_e_mail_has_subject_facts_and_paragraphs(tmp_path):
    found = mail(
        tmp_path,
        "Dear all,\n\nwe drilled\n42 wells.\n- one\n- two\n",
        subject="Re: Wells",
        attached="список.pdf",
    )
    assert (found.title, found.published) == ("Wells", "2014-03-12")
    assert roles(found) == [
        ("heading", "Re: Wells"),
        ("body", "From: Firuza S <f@example.org>"),
        ("body", "To: office@example.org"),
        ("body", "Date: 12 March 2014"),
        ("body", "Attachments: список.pdf"),
        ("body", "Dear all,"),
        ("body", "we drilled 42 wells."),
        ("body", "- one"),
        ("body", "- two"),
    ]


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("New.\n-- \nFS\n\nOn 3 May 2014, B <b@example.org> wrote:\n> Old.\n> Words.\n", ""),
        ("New.\n-- \nFS\n\nOn 3 May 2014, B <b@example.org>\nwrote:\n> Old.\n> Words.\n", ""),
        (
            "",
            "<p>New.</p><div class='gmail_signature'>FS</div><div class='gmail_quote'><div>On 3 May 2014, B "
            "&lt;b@example.org&gt; wrote:</div><blockquote class='gmail_quote'>Old. Words.</blockquote></div>",
        ),
        (
            "",
            "<p>New.</p><div id='Signature'>FS</div><p>On 3 May 2014, B &lt;b@example.org&gt; wrote:</p>"
            "<blockquote type='cite'>Old. Words.</blockquote>",
        ),
    ],
)
def test_quotes_and_signatures_are_kept_apart(tmp_path, plain, html):
    assert sorted(roles(mail(tmp_path, plain, html))[4:]) == sorted(
        [
            ("body", "New."),
            ("footer", "FS"),
            ("heading", "On 3 May 2014, B <b@example.org> wrote:"),
            ("body", "Old. Words."),
        ]
    )


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("New.\n\nFrom: B\nSent: Monday\nTo: F\n\nOld.\n", ""),
        ("", "<p>New.</p><hr><div><b>From:</b> B<br><b>Sent:</b> Monday<br><b>To:</b> F</div><p>Old.</p>"),
    ],
)
def test_what_was_forwarded_has_its_own_section(tmp_path, plain, html):
    assert roles(mail(tmp_path, plain, html))[4:] == [
        ("body", "New."),
        ("heading", "From: B Sent: Monday To: F"),
        ("body", "Old."),
    ]


def test_a_message_that_is_attached_is_read_below_it(tmp_path):
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"], outer["Subject"] = "Wells", "Fwd"
    inner.set_content("We drilled 42 wells.")
    outer.set_content("See below.")
    outer.add_attachment(inner)
    (tmp_path / "a.eml").write_bytes(bytes(outer))
    assert [(b.level, b.text) for b in read(tmp_path / "a.eml").blocks] == [
        (1, "Fwd"),
        (0, "See below."),
        (2, "Wells"),
        (0, "We drilled 42 wells."),
    ]


def test_the_html_of_an_e_mail_keeps_headings_and_tables_and_drops_boilerplate(tmp_path):
    page = (
        "<style>p {}</style><h2>News</h2><table><tr><th>District<th>Wells<tr><td>Kulob<td>12</table>"
        "<p>This e-mail is confidential and only for its recipient.</p>"
    )
    assert roles(mail(tmp_path, "plain", page))[4:] == [
        ("heading", "News"),
        ("table", "District | Wells"),
        ("table", "Kulob | 12"),
        ("footer", "This e-mail is confidential and only for its recipient."),
    ]


def test_an_unknown_encoding_is_guessed(tmp_path):
    head = b"Subject: x\nContent-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: 8bit\n\n"
    (tmp_path / "a.eml").write_bytes(
        head + "Отчёт о работе миссии в Таджикистане за третий квартал.".encode("cp1251")
    )
    assert "Таджикистане" in texts(read(tmp_path / "a.eml"))[1]


# --- books --------------------------------------------------------------------------------------------------------


def book(path: Path, parts: dict[str, str], more: dict[str, str] | None = None) -> Path:
    """An EPUB of these parts, in this order; `more`: further files of the archive."""
    items = "".join(
        f'<item id="{n}" href="{name}" media-type="application/xhtml+xml" properties="{name[:3]}"/>'
        for n, name in enumerate(parts)
    )
    spine = "".join(f'<itemref idref="{n}"/>' for n in range(len(parts)))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "OEBPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>A handbook of wells</dc:title><dc:date>2014-03-12</dc:date></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for name, content in parts.items():
            archive.writestr(
                f"OEBPS/{name}",
                '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
                f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{content}</body></html>',
            )
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path


def test_a_book_is_read_part_by_part(tmp_path):
    found = read(
        book(
            tmp_path / "a.epub",
            {
                "nav.xhtml": "<ol><li>Wells</li></ol>",
                "one.xhtml": f"<h1>Wells</h1><p>{PROSE}&nbsp;It ended.</p>",
                "two.xhtml": '<h2>Pumps</h2><p>They cost 1,200<a epub:type="noteref" href="#n1">3</a> dollars.</p>'
                '<aside epub:type="footnote" id="n1"><p>In prices of 2013.</p></aside>',
            },
        )
    )
    assert [(b.page, b.role, b.level, b.text) for b in found.blocks] == [
        (1, "toc", 0, "Wells"),
        (2, "heading", 1, "Wells"),
        (2, "body", 0, f"{PROSE} It ended."),
        (3, "heading", 2, "Pumps"),
        (3, "body", 0, "They cost 1,200 dollars."),
        (3, "body", 0, "In prices of 2013."),
    ]
    assert (found.title, found.published, found.pages) == ("A handbook of wells", "2014-03-12", 3)


def test_a_book_with_copy_protection_is_refused(tmp_path):
    cipher = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
        '<CipherData><CipherReference URI="OEBPS/one.xhtml"/></CipherData></EncryptedData></encryption>'
    )
    path = book(tmp_path / "a.epub", {"one.xhtml": "<p>x</p>"}, {"META-INF/encryption.xml": cipher})
    with pytest.raises(ReadError, match="without copy protection"):
        read(path)


# --- Word and web pages -------------------------------------------------------------------------------------------


def test_merged_and_nested_tables_of_a_word_document(tmp_path):
    word = docx.Document()
    table = word.add_table(3, 3)
    for cell, text in zip(
        (c for r in table.rows for c in r.cells), "District|People||Kulob|12|13||4|5".split("|"), strict=True
    ):
        cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    frame = word.add_table(1, 2)
    frame.cell(0, 0).text = PROSE
    inner = frame.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Donor", "Japan"
    word.save(tmp_path / "a.docx")
    assert roles(read(tmp_path / "a.docx")) == [
        ("table", "District | People | "),
        ("table", "Kulob | 12 | 13"),
        ("table", "Kulob | 4 | 5"),
        ("body", PROSE),
        ("table", "Donor | Japan"),
    ]


def test_insertions_content_controls_and_styles_of_ones_own_are_read(tmp_path):
    word = docx.Document()
    own = word.styles.add_style("Chapter", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = word.styles["Heading 2"]
    word.add_paragraph("Training", style="Chapter")
    changed = word.add_paragraph("They trained ")._p
    for tag, words in (("del", "<w:r><w:delText>12</w:delText></w:r>"), ("ins", "<w:r><w:t>42</w:t></w:r>")):
        changed.append(parse_xml(f"<w:{tag} {nsdecls('w')} w:id='1'>{words}</w:{tag}>"))
    changed.append(parse_xml(f"<w:r {nsdecls('w')}><w:t> nurses.</w:t></w:r>"))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a field.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    changed.addnext(parse_xml(control))
    word.save(tmp_path / "a.docx")
    found = read(tmp_path / "a.docx")
    assert roles(found) == [
        ("heading", "Training"),
        ("body", "They trained 42 nurses."),
        ("body", "In a field."),
    ]
    assert found.blocks[0].level == 2


def test_footnotes_of_a_word_document_follow_their_paragraph(tmp_path):
    from docx.opc.part import Part

    word = docx.Document()
    paragraph = word.add_paragraph("They cost 1,200")
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
    mark = paragraph.add_run("3")
    mark.font.superscript = True
    paragraph.add_run(" dollars and 40 m")
    paragraph.add_run("2").font.superscript = True
    word.add_paragraph("Next.")
    notes = f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>In prices of 2013.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(docx.opc.packuri.PackURI("/word/footnotes.xml"), kind, notes.encode(), word.part.package)
    word.part.relate_to(part, f"{RELATIONS}/footnotes")
    word.save(tmp_path / "a.docx")
    assert texts(read(tmp_path / "a.docx")) == [
        "They cost 1,200 dollars and 40 m²",
        "In prices of 2013.",
        "Next.",
    ]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (
            "<tr><th rowspan=2>District<th colspan=2>People<tr><th>Men<th>Women<tr><td>Kulob<td>12<td>13",
            ["District | People | ", "District | Men | Women", "Kulob | 12 | 13"],
        ),
        ("<tr><td rowspan=2>Kulob<td>12<tr><td>13", ["Kulob | 12", "Kulob | 13"]),
        ("<tr><td>Kulob<td rowspan=2>12<tr><td>Ayni", ["Kulob | 12", "Ayni | "]),
        ("<tr><td colspan=2>Khatlon<tr><td>Kulob<td>12", ["Khatlon", "Kulob | 12"]),
        ("<tr><td>Side<td><table><tr><td>a<td>b</table>", ["Side", "a | b"]),
        ("<caption>Wells</caption><tr><td>a<td>b", ["Wells", "a | b"]),
    ],
)
def test_merged_and_nested_tables_of_a_web_page(tmp_path, table, rows):
    (tmp_path / "a.html").write_text(f"<main><table>{table}</table></main>")
    assert texts(read(tmp_path / "a.html")) == rows


def test_marks_of_footnotes_do_not_become_part_of_numbers(tmp_path):
    (tmp_path / "a.html").write_text(
        '<main><p>They gave 1,200<sup>3</sup> tents of 40 m<sup>2</sup> on 5<sup>th</sup> May<a href="#n">[1]</a>.</p></main>'
    )
    assert texts(read(tmp_path / "a.html")) == ["They gave 1,200 tents of 40 m² on 5th May."]


# --- what cannot be read ------------------------------------------------------------------------------------------


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("data.bin", b" " * (64 << 20))


def entities(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def other(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "text")


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".epub"])
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (bomb, "zip bomb"),
        (entities, "declares entities"),
        (other, "damaged, or no"),
        (lambda path: path.write_bytes(b"PK\x03\x04 cut"), "truncated, damaged"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0 old"), "without a password"),
        (lambda path: path.write_bytes(b""), "truncated, damaged"),
        (lambda path: path.write_text("<html>not found</html>"), "truncated, damaged"),
    ],
)
def test_what_is_no_sound_archive_is_refused_with_a_remedy(tmp_path, suffix, make, told):
    path = tmp_path / f"a{suffix}"
    make(path)
    with pytest.raises(ReadError, match=told) as error:
        read(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is no e-mail"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is no e-mail"),
        (b"Subject: x\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nAAAA", "encrypted"),
    ],
)
def test_what_is_no_e_mail_is_refused_with_a_remedy(tmp_path, data, told):
    (tmp_path / "a.eml").write_bytes(data)
    with pytest.raises(ReadError, match=told):
        read(tmp_path / "a.eml")


# --- where a quote stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "long", "abbreviated"),
    [
        ("a.pdf", "page 3", "p. 3"),
        ("A.PPTX", "slide 3", "slide 3"),
        ("a.xlsx", "sheet 3", "sheet 3"),
        ("a.epub", "part 3", "part 3"),
        ("a.docx", "", ""),
        ("a.eml", "", ""),
    ],
)
def test_places_are_called_by_what_the_format_has(path, long, abbreviated):
    assert (place(path, 3), short(path, 3)) == (long, abbreviated)


# --- from file to answer ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    deck = Deck().slide("Review of the year 2014", 0).slide("Latrines in Vanj")
    deck.box("In June 2014 the mission built 19 latrines in Vanj District.", 1, 2, 8)
    deck.deck.save(folder / "review.pptx")
    made = openpyxl.Workbook()
    made.active.title = "Notes"
    made.active.append(["This workbook was made by the mission for its donors in the year 2014."])
    listed = made.create_sheet("Beehives by district")
    for row in (["District", "Beehives"], ["Kulob", 64], ["Ayni", 31], ["Khorog", 12]):
        listed.append(row)
    made.save(folder / "beehives.xlsx")
    mail(
        folder,
        "Dear colleagues,\n\nin May 2014 the mission mended 7 school roofs in Murghob.\n",
        subject="School roofs in Murghob",
    )
    book(
        folder / "handbook.epub",
        {
            "one.xhtml": f"<h1>Before</h1><p>{PROSE}</p>",
            "two.xhtml": "<h1>Ambulances</h1><p>In July 2013 the mission gave 3 ambulances to the hospital of Panjakent.</p>",
        },
    )
    with open_base(tmp_path_factory.mktemp("root")) as base:
        report = base.ingest(folder)
        assert (len(report.added), report.failed) == (4, [])
        yield base


@pytest.mark.parametrize(
    ("question", "told", "file", "page", "where"),
    [
        ("How many latrines did the mission build in Vanj?", "19", "review.pptx", 2, "slide 2"),
        ("How many beehives were there in Kulob?", "64", "beehives.xlsx", 2, "sheet 2"),
        (
            "How many school roofs did the mission mend in Murghob?",
            "7",
            "a.eml",
            1,
            "“School roofs in Murghob”)",
        ),
        ("How many ambulances did the hospital of Panjakent get?", "3", "handbook.epub", 2, "part 2"),
    ],
)
def test_questions_are_answered_with_slide_sheet_or_part(base, question, told, file, page, where):
    answer = base.ask(question)
    assert answer["answered"], answer["answer"]
    assert told in answer["answer"]
    assert where in answer["answer"]
    cited = answer["citations"][0]
    assert (Path(cited["path"]).name, cited["page"]) == (file, page)


def test_an_e_mail_is_dated(base):
    (document,) = (d for d in base.documents() if d["path"].endswith(".eml"))
    assert (document["title"], document["published"]) == ("School roofs in Murghob", "2014-03-12")

"""Readers: what stands in the file comes out as blocks in reading order, with roles, and without markup."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pymupdf
import pytest
from sheets import LOREM, Sheets

from kb.errors import ReadError
from kb.plugins import read_docx, read_html, read_markdown, read_pdf, read_text
from kb.records import Block, Document
from kb.settings import Settings

READERS = (read_docx, read_html, read_markdown, read_pdf, read_text)


def read(path: Path) -> Document:
    found = [d for reader in READERS if (d := reader.kb_read(path=path, settings=Settings())) is not None]
    assert len(found) == 1
    return found[0]


def write(path: Path, text: str | bytes) -> Document:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def roles(document: Document) -> list[tuple[str, str]]:
    return [(b.role, b.text) for b in document.blocks]


# --- PDF --------------------------------------------------------------------------------------------------------


def test_bands_and_their_columns_are_read_in_order(tmp_path):
    made = Sheets().page()
    made.put("First article over both columns of the page", 50, 60, size=16, font="hebo")
    made.put("alpha " + LOREM, 50, 90, 220, align=3)
    made.put("beta " + LOREM, 310, 90, 220, align=3)
    made.put("Second article", 50, 230, size=16, font="hebo")
    made.put("gamma " + LOREM, 50, 260, 220, align=3)
    made.put("delta " + LOREM, 310, 260, 220, align=3)
    blocks = read(made.save(tmp_path / "a.pdf")).blocks
    starts = [b.text.split()[0] for b in blocks]
    assert starts == ["First", "alpha", "beta", "Second", "gamma", "delta"]
    assert [b.role for b in blocks] == ["heading", "body", "body"] * 2
    assert blocks[1].text == "alpha " + LOREM


def test_a_title_over_two_lines_is_one_block(tmp_path):
    made = Sheets().page()
    made.put(
        "Roundtable on cooperation for better access to services that are friendly to migrants",
        50,
        60,
        size=18,
        font="hebo",
    )
    made.put(LOREM, 50, 120)
    blocks = read(made.save(tmp_path / "a.pdf")).blocks
    assert len(blocks) == 2
    assert blocks[0].role == "heading"


def test_running_heads_feet_and_page_numbers_are_set_aside(tmp_path):
    made = Sheets()
    for number in range(1, 5):
        made.page().put("IOM Newsletter, July 2012", 50, 30, size=8)
        made.put(f"Page text {number} begins here. " + LOREM, 50, 100)
        made.put(str(number + 2), 300, 800, 50, size=8)
    blocks = read(made.save(tmp_path / "a.pdf")).blocks
    assert [b.text for b in blocks if b.role == "header"] == ["IOM Newsletter, July 2012"] * 4
    assert [b.text for b in blocks if b.role == "footer"] == ["3", "4", "5", "6"]
    assert sum(b.role == "body" for b in blocks) == 4


def test_a_paragraph_that_runs_over_the_page_is_one_block_with_words_on_both(tmp_path):
    made = Sheets().page()
    half = LOREM.index(" from all districts")
    made.put("Report", 50, 60, size=18, font="hebo")
    made.put(LOREM[:half], 50, 700)
    made.page().put(LOREM[half + 1 :], 50, 60)
    body = read(made.save(tmp_path / "a.pdf")).blocks[-1]
    assert body.text == LOREM
    assert {w[2] for w in body.words} == {1, 2}
    assert all(body.text[a:b].strip() for a, b, *_ in body.words)


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("They signed an agree-", "ment on cooperation with all of the partners.", "agreement"),
        ("They made a long-", "term plan together with all of the partners.", "long-term"),
        ("They met in Gorno-", "Badakhshan together with all of the partners.", "Gorno-Badakhshan"),
    ],
)
def test_words_cut_at_a_line_end_are_made_whole_when_right(tmp_path, first, second, whole):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    made.put(f"{first}\n{second}", 50, 200, 230)
    body = read(made.save(tmp_path / "a.pdf")).blocks[-1]
    assert whole in body.text
    start = body.text.index(whole)
    assert sum(start <= a < start + len(whole) for a, *_ in body.words) == 2


def test_contents_with_page_numbers_are_set_aside(tmp_path):
    made = Sheets().page()
    made.put("Contents", 50, 60, size=16, font="hebo")
    for n, title in enumerate(("Training of staff", "Border talks", "Migrant health", "About our mission")):
        made.put(f"{title} {'.' * 60} {2 * n + 2}", 50, 100 + 20 * n)
    made.put(LOREM, 50, 300)
    assert [b.role for b in read(made.save(tmp_path / "a.pdf")).blocks] == ["toc"] * 5 + ["body"]


def test_small_slanted_text_below_a_picture_is_a_caption(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    made.sheet.insert_image(
        (50, 150, 300, 300), pixmap=pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 50, 50))
    )
    made.put("Staff of the service attend the training", 50, 304, 250, size=8, font="tiit")
    made.put(LOREM, 50, 340)
    assert [b.role for b in read(made.save(tmp_path / "a.pdf")).blocks] == ["body", "caption", "body"]


def test_rows_of_a_ruled_table_are_blocks(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    rows = [["Donor", "Country", "Amount"], ["Japan", "Tajikistan", "1,200"], ["Norway", "", "300"]]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            area = pymupdf.Rect(50 + 150 * c, 200 + 20 * r, 200 + 150 * c, 220 + 20 * r)
            made.sheet.draw_rect(area, color=0)
            made.put(cell, area.x0 + 5, area.y0 + 3, 140)
    blocks = read(made.save(tmp_path / "a.pdf")).blocks
    assert [b.text for b in blocks if b.role == "table"] == [" | ".join(row) for row in rows]


def test_bullets_stay_with_their_items(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    for n, item in enumerate(("Two generators were sent.", "Forty tents were handed over.")):
        made.put("·", 50, 200 + 14 * n, 20)
        made.put(item, 75, 200 + 14 * n)
    texts = [b.text for b in read(made.save(tmp_path / "a.pdf")).blocks]
    assert texts[1:] == ["· Two generators were sent.", "· Forty tents were handed over."]


def test_text_under_a_picture_is_not_read(tmp_path):
    made = Sheets().page()
    made.put("Period ended 30 June 2018 as the old cover has it", 50, 60)
    made.sheet.insert_image(
        (0, 0, 595, 400), pixmap=pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 50, 50))
    )
    made.put("Period ended 30 June 2019", 50, 100)
    assert [b.text for b in read(made.save(tmp_path / "a.pdf")).blocks] == ["Period ended 30 June 2019"]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turned_pages_are_read_and_their_boxes_are_those_of_the_page_as_shown(tmp_path, turned):
    made = Sheets().page()
    made.put("Heading of the page", 50, 60, size=18, font="hebo")
    made.put(LOREM, 50, 100)
    made.sheet.set_rotation(turned)
    blocks = read(made.save(tmp_path / "a.pdf")).blocks
    assert [b.role for b in blocks] == ["heading", "body"]
    assert blocks[1].text == LOREM
    with pymupdf.open(tmp_path / "a.pdf") as pdf:
        shown = pdf[0].search_for("training")[0] * pdf[0].rotation_matrix
    word = next(w for w in blocks[1].words if blocks[1].text[w[0] : w[1]] == "training")
    assert word[3:] == pytest.approx(tuple(shown.normalize()), abs=1.5)


# --- Word -------------------------------------------------------------------------------------------------------


def test_word_documents_are_read_by_style(tmp_path):
    word = docx.Document()
    word.add_heading("Annual report", 0)
    word.add_heading("Training", 1)
    word.add_paragraph(LOREM)
    word.add_paragraph("Staff at the training", style="Caption")
    table = word.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Donor", "Amount", "Japan", "12"), strict=True
    ):
        cell.text = text
    word.sections[0].header.paragraphs[0].text = "IOM, 2012"
    word.save(tmp_path / "a.docx")
    assert roles(read(tmp_path / "a.docx")) == [
        ("heading", "Annual report"),
        ("heading", "Training"),
        ("body", LOREM),
        ("caption", "Staff at the training"),
        ("table", "Donor | Amount"),
        ("table", "Japan | 12"),
        ("header", "IOM, 2012"),
    ]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<a>" + b" " * (64 << 20) + b"</a>")
    with pytest.raises(ReadError, match="zip bomb"):
        read(tmp_path / "bomb.docx")


def test_a_word_file_that_declares_entities_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(ReadError, match="DOCTYPE"):
        read(tmp_path / "a.docx")


# --- web pages --------------------------------------------------------------------------------------------------


def test_a_web_page_is_read_without_scripts_menus_and_markup(tmp_path):
    document = write(
        tmp_path / "a.html",
        f"""<html><head><title>News</title><style>p {{}}</style></head><body>
        <nav><a href="/">Home</a> <a href="/x">Other</a></nav>
        <main><h1>Talk <em>show</em></h1><p>{LOREM}<script>alert("no")</script></p>
        <figure><img src="http://x/y.png"><figcaption>A specialist speaks</figcaption></figure>
        <h2>Figures</h2><table><tr><th>District<th>People<tr><td>Kulob<td>42</table>
        <p style="display:none">hidden</p><p>1 &lt; 2<br>and more</p></main><footer>Imprint</footer></body></html>""",
    )
    assert document.title == "News"
    assert roles(document) == [
        ("heading", "Talk show"),
        ("body", LOREM),
        ("caption", "A specialist speaks"),
        ("heading", "Figures"),
        ("table", "District | People"),
        ("table", "Kulob | 42"),
        ("body", "1 < 2 and more"),
    ]


def test_the_encoding_a_page_declares_is_used(tmp_path):
    page = f'<html><head><meta charset="windows-1251"></head><body><p>Душанбе, Таджикистан. {LOREM}</p></body></html>'
    assert "Душанбе, Таджикистан." in write(tmp_path / "a.html", page.encode("cp1251")).blocks[0].text


# --- Markdown ---------------------------------------------------------------------------------------------------


def test_markdown_is_read_without_markup(tmp_path):
    document = write(
        tmp_path / "a.md",
        "## *IOM* Newsletter\n\nTraining of staff\t3\nBorder talks\t5\n\n# Training\n\n*Staff at the training*\n\n"
        "Two **councils** met at <http://x.org>\nand [wrote](http://y.org).\n\n- one\n- two\n\n"
        "| Donor | Amount |\n|---|---|\n| Japan | 12 |\n\n![](x.png)\n<script>alert(1)</script>\n",
    )
    assert roles(document) == [
        ("heading", "IOM Newsletter"),
        ("toc", "Training of staff 3"),
        ("toc", "Border talks 5"),
        ("heading", "Training"),
        ("caption", "Staff at the training"),
        ("body", "Two councils met at http://x.org and wrote."),
        ("body", "one"),
        ("body", "two"),
        ("table", "Donor | Amount"),
        ("table", "Japan | 12"),
    ]


def test_a_sentence_cut_by_a_picture_is_joined(tmp_path):
    document = write(
        tmp_path / "a.md", "All victims have been assisted\n\n*A caption*\n\nwith recovery of documents.\n"
    )
    assert roles(document) == [
        ("body", "All victims have been assisted with recovery of documents."),
        ("caption", "A caption"),
    ]


# --- text -------------------------------------------------------------------------------------------------------


def test_plain_text_has_paragraphs_and_headings(tmp_path):
    document = write(
        tmp_path / "a.txt", f"Newsletter\n==========\n\nBorder talks\n\n{LOREM}\n\n- one\n- two\n"
    )
    assert roles(document) == [
        ("heading", "Newsletter"),
        ("heading", "Border talks"),
        ("body", LOREM),
        ("body", "- one"),
        ("body", "- two"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings_are_found(tmp_path, encoding):
    text = "Отчёт о работе миссии в Таджикистане за третий квартал. " * 5
    assert write(tmp_path / "a.txt", text.encode(encoding)).blocks[0].text == text.strip()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_delimited_rows_are_table_rows(tmp_path, separator):
    rows = [["Donor", "Country", "Amount"], ["Japan", "Nepal", "12"], ["", "", ""], ["Norway", "Mali", "7"]]
    text = "\n".join(separator.join(row) for row in rows)
    blocks = write(tmp_path / "a.csv", text).blocks
    assert [(b.role, b.text) for b in blocks] == [("table", " | ".join(row)) for row in rows if any(row)]


def test_other_files_are_left_to_other_readers(tmp_path):
    path = tmp_path / "a.xyz"
    path.write_text("text")
    assert all(reader.kb_read(path=path, settings=Settings()) is None for reader in READERS)


# --- real documents ---------------------------------------------------------------------------------------------


def test_offsets_of_words_hold_on_a_real_newsletter(shared):
    document = read(shared / "corpus" / "iom-tajikistan-newsletter-2012-09.pdf")
    for block in document.blocks:
        assert isinstance(block, Block)
        ends = [0]
        for start, end, page, x0, y0, x1, y1 in block.words:
            assert start >= ends[-1]
            assert end - start > 0
            assert not any(c.isspace() for c in block.text[start:end])
            assert 1 <= page <= document.pages
            assert x0 < x1
            assert y0 < y1
            ends.append(end)
        assert ends[-1] == len(block.text)

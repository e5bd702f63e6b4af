"""Scans: pages without usable text are read by Tesseract, and each page says how it was read and how sure that is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pymupdf
import pytest
from bases import open_base

from kb import legible, ocr
from kb.errors import ReadError
from kb.layout import Line, Word, regions
from kb.plugins import read_pdf
from kb.records import Document
from kb.sandbox import Sandbox
from kb.settings import Settings

ID = "0" * 64
ENGLISH = (
    "The centre for returning migrants opened in May. Its staff helped 214 families with papers, and lawyers "
    "from the capital came twice a month to hear those who had lost their wages abroad."
)
RUSSIAN = (
    "Центр для вернувшихся мигрантов открылся в мае. Сотрудники помогли семьям получить документы, а юристы "
    "из столицы приезжали дважды в месяц."
)


def tesseract(*languages: str) -> pytest.MarkDecorator:
    there = shutil.which("tesseract") is not None and set(languages) <= ocr._installed()
    needed = " ".join(f"tesseract-ocr-{code}" for code in languages)
    return pytest.mark.skipif(
        not there and os.environ.get("CI") != "true", reason=f"needs apt install tesseract-ocr {needed}"
    )


class Paper:
    """A PDF of pictures of pages, as a scanner makes it."""

    def __init__(self) -> None:
        self.pdf = pymupdf.open()

    def scan(
        self, *texts: tuple[str, float, float, float, float], turned: int = 0, askew: float = 0
    ) -> Paper:
        """A page with texts at (x, y), of that width and size, scanned lying so."""
        with pymupdf.open() as drawn:
            page = drawn.new_page()
            for text, x, y, width, size in texts:
                left = page.insert_htmlbox(
                    (x, y, x + width, y + 600),
                    f'<p style="font-size:{size}px; margin:0">{text}</p>',
                    scale_low=1,
                )
                assert left[0] >= 0
            matrix = pymupdf.Matrix(200 / 72, 200 / 72) * pymupdf.Matrix(turned + askew)
            picture = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY)
        sheet = self.pdf.new_page(width=picture.width * 0.36, height=picture.height * 0.36)
        sheet.insert_image(sheet.rect, pixmap=picture)
        return self

    def write(self, text: str) -> Paper:
        """A page with real text."""
        self.pdf.new_page().insert_textbox((72, 72, 500, 700), text)
        return self

    def save(self, path: Path) -> Path:
        self.pdf.save(path)
        return path

    def read(self, path: Path, **settings: object) -> Document:
        document = read_pdf.kb_read(path=self.save(path), settings=Settings(**settings))
        assert document is not None
        return document


def body(document: Document) -> str:
    return " ".join(b.text for b in document.blocks)


@tesseract("eng", "rus")
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN], ids=["English", "Russian"])
def test_a_scan_is_read(tmp_path, text):
    document = Paper().scan((text, 60, 60, 420, 12)).read(tmp_path / "a.pdf")
    assert body(document) == text
    (note,) = document.page_notes
    assert (note.means, note.reason, document.unreadable) == ("ocr", "", ())
    assert note.confidence > 0.9


@tesseract("eng")
def test_columns_and_headings_of_a_scan_come_out_whole(tmp_path):
    half = ENGLISH.split(", and ")
    document = (
        Paper()
        .scan(
            ("Centre opened", 50, 60, 230, 18),
            (ENGLISH * 2, 50, 100, 230, 11),
            ("Wages lost abroad", 320, 60, 230, 18),
            (half[0], 320, 100, 230, 11),
        )
        .read(tmp_path / "a.pdf")
    )
    assert [b.text for b in document.blocks if b.role == "heading"] == ["Centre opened", "Wages lost abroad"]
    at = [body(document).index(t) for t in ("Centre opened", "lost their wages", "Wages lost")]
    assert at == sorted(at)


@tesseract("eng")
def test_boxes_of_words_lie_where_they_stand_on_the_scan(tmp_path):
    document = Paper().scan((ENGLISH, 60, 60, 420, 12)).read(tmp_path / "a.pdf")
    block = document.blocks[0]
    word = next(w for w in block.words if block.text[w[0] : w[1]] == "centre")
    assert word[3:] == pytest.approx((84, 60, 118, 75), abs=6)


@tesseract("eng", "osd")
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_scan_that_lies_on_its_side_is_turned(tmp_path, turned):
    text = ENGLISH * 3
    document = Paper().scan((text, 60, 60, 420, 12), turned=turned).read(tmp_path / "a.pdf")
    assert "Its staff helped 214 families with papers" in body(document)
    page = pymupdf.open(tmp_path / "a.pdf")[0].rect
    assert all(page.contains(pymupdf.Rect(w[3:])) for b in document.blocks for w in b.words)


@tesseract("eng")
def test_lines_of_a_scan_that_lies_askew_are_one_paragraph(tmp_path):
    document = Paper().scan((ENGLISH, 60, 60, 420, 12), askew=1.5).read(tmp_path / "a.pdf")
    assert [b.text for b in document.blocks] == [ENGLISH]


@tesseract("eng")
def test_text_whose_font_tells_wrong_letters_is_read_by_ocr(tmp_path):
    paper = Paper().scan((ENGLISH, 60, 60, 420, 12))
    # What the layer says has no vowels, as where a font maps letters to others.
    paper.pdf[0].insert_textbox((60, 60, 480, 300), "Kgrtw plkmn bvcxz dfghj " * 8, render_mode=3)
    document = paper.read(tmp_path / "a.pdf")
    assert document.page_notes[0].means == "ocr"
    assert body(document) == ENGLISH


@tesseract("eng")
def test_pages_with_text_are_left_as_they_are(tmp_path):
    document = Paper().write(ENGLISH).scan((ENGLISH, 60, 60, 420, 12)).read(tmp_path / "a.pdf")
    assert [n.means for n in document.page_notes] == ["text", "ocr"]


@tesseract("eng")
def test_when_the_time_is_spent_the_rest_of_the_document_is_kept(tmp_path):
    paper = Paper().write(ENGLISH).scan((ENGLISH, 60, 60, 420, 12)).scan((ENGLISH, 60, 60, 420, 12))
    document = paper.read(tmp_path / "a.pdf", ocr_document_seconds=0.001)
    assert body(document) == ENGLISH
    assert document.unreadable == (2, 3)
    assert "no text found on 2 of 3 pages" in document.reason
    assert "ocr_document_seconds" in document.reason


def test_pages_that_were_read_are_kept_when_the_time_of_a_document_is_over(tmp_path):
    paper = Paper()
    for _ in range(200):
        paper.write(ENGLISH)
    document = paper.read(tmp_path / "a.pdf", read_seconds=0.2)
    assert document.blocks
    assert document.unreadable[-1] == 200
    assert "read_seconds" in document.reason


@tesseract("eng")
def test_the_sandbox_gives_ocr_the_time_it_asks_for(tmp_path):
    paper = Paper()
    for _ in range(3):
        paper.scan((ENGLISH * 3, 60, 60, 420, 12))
    path = paper.save(tmp_path / "a.pdf")
    with Sandbox(Settings(read_seconds=1.5)) as sandbox:
        document, _ = sandbox.read(path, ID)
    assert document.page_notes[0].means == "ocr"


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"ocr": False}, "OCR is switched off"), ({"ocr_languages": "eng+xyz"}, "apt install tesseract-ocr")],
)
def test_without_ocr_a_scan_is_unreadable_with_the_remedy(tmp_path, settings, told):
    paper = Paper().write(ENGLISH).scan((ENGLISH, 60, 60, 420, 12))
    document = paper.read(tmp_path / "a.pdf", **settings)
    assert document.unreadable == (2,)
    assert told in document.page_notes[1].reason
    assert told in document.reason
    with pytest.raises(ReadError, match=told):
        Paper().scan((ENGLISH, 60, 60, 420, 12)).read(tmp_path / "b.pdf", **settings)


def test_a_picture_without_text_is_not_read(tmp_path):
    paper = Paper().write(ENGLISH)
    grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 90, 90))
    grey.clear_with(128)
    paper.pdf.new_page().insert_image((0, 0, 595, 842), pixmap=grey)
    document = paper.read(tmp_path / "a.pdf")
    assert (document.unreadable, document.page_notes[1].means) == ((2,), "none")


# --- how far text can be trusted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ENGLISH, ""),
        (" ".join(ENGLISH.replace(" ", "")), "letters are spaced out"),
        ("Kgrtw plkmn bvcxz dfghj " * 8, "the letters make no words"),
    ],
)
def test_doubtful_text_is_told(tmp_path, text, reason):
    (note,) = Paper().write(text).read(tmp_path / "a.pdf", ocr=False).page_notes
    assert note.means == "text"
    assert note.reason.startswith(reason)
    assert (note.confidence < legible.DOUBTFUL) == bool(reason)


def overlapping(paper: Paper) -> Paper:
    page = paper.pdf.new_page()
    for n in range(12):
        page.insert_text((60, 80 + 20 * n), f"Line {n} of the first article on the camp")
        page.insert_text((150, 82 + 20 * n), f"and line {n} of another that is printed over it")
    return paper


def test_lines_that_overlap_make_the_order_doubtful(tmp_path):
    (note,) = overlapping(Paper()).read(tmp_path / "a.pdf").page_notes
    assert note.confidence < legible.DOUBTFUL
    assert note.reason == legible.ORDER


def scattered(paper: Paper) -> Paper:
    """Places and who works there, set as small pieces that stand a little askew."""
    page = paper.pdf.new_page()
    for n in range(9):
        y = 60 + 84 * n
        page.insert_text((50, y), f"Sector {n}", fontsize=9)
        for k in range(3):
            page.insert_text((80, y + 14 + 12 * k), f"Place {n}{k}", fontsize=8)
            askew = k % 2
            page.insert_text(
                (300 + 20 * askew, y + 14 + 12 * k + 5 * askew), "Partner A, Partner B", fontsize=8
            )
    return paper


def columned(paper: Paper) -> Paper:
    """Two articles below each other, each in three columns."""
    page = paper.pdf.new_page()
    for n in range(2):
        page.insert_text((50, 70 + 380 * n), f"Article number {n} of the issue", fontsize=16)
        for c in range(3):
            area = (50 + 170 * c, 80 + 380 * n, 205 + 170 * c, 430 + 380 * n)
            page.insert_textbox(area, ENGLISH * 3, fontsize=9)
    return paper


@pytest.mark.parametrize(("draw", "doubtful"), [(scattered, True), (columned, False)])
def test_scattered_text_makes_the_order_doubtful_and_columns_do_not(tmp_path, draw, doubtful):
    (note,) = draw(Paper()).read(tmp_path / "a.pdf").page_notes
    assert (note.confidence < legible.DOUBTFUL) == doubtful
    assert note.reason == (legible.SCATTERED if doubtful else "")


@pytest.mark.skipif(not regions.installed(), reason="needs PyMuPDF 2 or pip install pymupdf4llm")
@pytest.mark.parametrize("draw", [overlapping, scattered])
def test_a_layout_model_orders_doubtful_pages_alone(tmp_path, draw):
    plain = Paper().write(ENGLISH) if draw is overlapping else Paper()
    path = draw(plain).save(tmp_path / "a.pdf")
    with Sandbox(Settings(layout_model="auto")) as sandbox:
        document, _ = sandbox.read(path, ID)
    assert [n.means for n in document.page_notes] == [*["text"] * (draw is overlapping), "layout"]
    assert body(document).count("first article" if draw is overlapping else "Partner A") >= 12


def test_regions_say_the_order():
    def line(text: str, x: float, y: float) -> Line:
        return Line(1, [Word(text, x, y, x + 80, y + 10)], 10)

    lines = [
        line("third", 50, 100),
        line("first", 300, 100),
        line("second", 300, 115),
        line("fourth", 50, 300),
    ]
    found = [((290, 90, 500, 140), False), ((40, 90, 200, 140), False)]
    assert [[ln.text for ln in c] for c in regions.columns(lines, found, lambda part: [part])] == [
        ["first", "second"],
        ["third", "fourth"],
    ]


def test_notes_of_pages_are_told_by_kind():
    notes = [
        {"page": 1, "confidence": 1.0, "means": "text", "reason": ""},
        {"page": 2, "confidence": 0.97, "means": "ocr", "reason": ""},
        {"page": 3, "confidence": 0.93, "means": "ocr", "reason": ""},
        {"page": 5, "confidence": 0.9, "means": "ocr", "reason": ""},
        {"page": 6, "confidence": 0.0, "means": "none", "reason": "no text found"},
    ]
    assert legible.told(notes) == [
        "pages 2-3, 5: scanned, read by OCR, 90% sure",
        "page 6: not read: no text found",
    ]


def test_notes_are_stored_and_exported(tmp_path):
    path = Paper().write(ENGLISH).save(tmp_path / "a.pdf")
    with open_base(tmp_path / "root") as base:
        base.ingest(path)
        (document,) = base.export()["documents"]
    assert document["page_notes"] == [{"page": 1, "confidence": 1.0, "means": "text", "reason": ""}]

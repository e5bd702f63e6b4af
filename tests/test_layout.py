"""Layout: tables without rules, shaded cells, grids side by side, framed texts, mastheads, small print."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pymupdf
import pytest
from sheets import LOREM, Sheets

from kb.layout.tiles import alone, tile_edges
from kb.plugins.read_pdf import kb_read
from kb.records import Block
from kb.settings import Settings

GREY = (0.9, 0.9, 0.9)


def blocks_of(made: Sheets, folder: Path) -> tuple[Block, ...]:
    document = kb_read(path=made.save(folder / "a.pdf"), settings=Settings())
    assert document is not None
    return document.blocks


def rows_of(blocks: tuple[Block, ...]) -> list[str]:
    return [b.text for b in blocks if b.role == "table"]


def lay(made: Sheets, rows: list[list[str]], places: list[float], y: float, step: float = 16, **more) -> None:
    """Cells at the places of their columns, without rules."""
    for n, row in enumerate(rows):
        for x, cell in zip(places, row, strict=True):
            made.put(cell, x, y + step * n, 150, **more)


def test_numbers_below_each_other_are_a_table_with_its_empty_cells_and_its_total(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    rows = [["Kits", "120", "340"], ["Tents", "", "25"], ["Blankets and mats", "1,400", "90"], ["Total of all goods", "1,520", "455"]]  # fmt: skip
    lay(made, rows, [50, 250, 400], 200)
    made.put(LOREM, 50, 320)
    assert rows_of(blocks_of(made, tmp_path)) == [" | ".join(row) for row in rows]


def test_a_row_of_a_table_of_words_holds_all_lines_of_its_cells(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    places = [50, 180, 300, 420]
    for n, (area, place) in enumerate([("Water", "Ayni"), ("Health care for mothers", "Rasht"), ("Schools", "Vanj"), ("Roads", "Ishkoshim")]):  # fmt: skip
        made.put(area, places[0], 200 + 40 * n, 70)
        for x, cell in zip(places[1:], ("Obi Toza", place, "Ongoing"), strict=True):
            made.put(cell, x, 200 + 40 * n, 100)
    assert rows_of(blocks_of(made, tmp_path))[1] == "Health care for mothers | Obi Toza | Rasht | Ongoing"


def test_columns_of_prose_are_no_table(tmp_path):
    made = Sheets().page()
    for n in range(3):
        made.put(LOREM, 40 + 180 * n, 60, 160)
    assert rows_of(blocks_of(made, tmp_path)) == []


def test_a_heading_above_a_table_is_none_of_its_rows(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    rows = [["Ayni", "12", "30"], ["Rasht", "4", "25"], ["Vanj", "14", "90"]]
    for n, title in enumerate(("Goods of the first round", "Goods of the second round")):
        made.put(title, 50, 200 + 110 * n, size=13, font="hebo")
        lay(made, rows, [50, 250, 400], 225 + 110 * n)
    blocks = blocks_of(made, tmp_path)
    assert [b.role for b in blocks[1:]] == (["heading"] + ["table"] * 3) * 2


def test_rows_between_shaded_ones_belong_to_the_table(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    cells = ["Ready to act at once", "Three days ahead of it", "Half of the money held"]
    for n in range(4):
        y = 200 + 34 * n
        for c, cell in enumerate(cells):
            if n % 2 == 0:
                made.sheet.draw_rect((50 + 150 * c, y, 200 + 150 * c, y + 34), color=None, fill=GREY)
            made.put(f"{cell} {n}", 55 + 150 * c, y + 4, 90)
    rows = rows_of(blocks_of(made, tmp_path))
    assert rows[:3] == [" | ".join(f"{cell} {n}" for cell in cells) for n in range(3)]


def test_rules_between_the_rows_alone_make_a_table_with_the_heads_above_the_first(tmp_path):
    made = Sheets().page()
    y = made.put(LOREM, 50, 60)
    made.put("Where the campaign works", 50, y + 10, font="tiit")
    rows = [["Region", "Towns"], ["Sughd", "Khujand, Asht, Ayni"], ["Khatlon", "Yovon, Panj, Vose, Kulob, Farkhor"], ["Rasht Valley", "Rasht, Lakhsh"]]  # fmt: skip
    for n, row in enumerate(rows):
        top = y + 40 + 26 * n
        for x, cell in zip((55, 300), row, strict=True):
            made.put(cell, x, top + 6, 90, size=8, font="hebo" if n == 0 else "helv")
        made.sheet.draw_line((50, top + 26), (540, top + 26))
    made.put(LOREM, 50, y + 200)
    assert rows_of(blocks_of(made, tmp_path)) == [" | ".join(row) for row in rows]


def test_articles_between_rules_are_no_table(tmp_path):
    made = Sheets().page()
    for n in range(4):
        made.sheet.draw_line((50, 60 + 90 * n), (540, 60 + 90 * n))
        for x in (50, 300):
            made.put(LOREM[: 180 + 20 * n], x, 66 + 90 * n, 220)
    assert not rows_of(blocks_of(made, tmp_path))


def test_the_marks_of_a_list_are_no_column_of_a_table(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    words = ["Red water", "Blue tents", "Dry wood", "Warm bread"]
    lay(made, [["•", word, "•", f"{word} too"] for word in words], [50, 65, 300, 315], 200)
    assert not rows_of(blocks_of(made, tmp_path))


def test_a_title_in_italics_may_run_over_the_ends_of_lines(tmp_path):
    made = Sheets().page()
    html = (
        "<p style='font-size:10px'>In March the mission published its report <i>Harvest Without Children: Four Years of Monitoring in the"
        " Cotton Fields of the Southern Provinces and Lessons</i> learned, with a foreword by the minister.</p>"
    )
    made.sheet.insert_htmlbox((50, 100, 290, 300), html)
    assert len(blocks_of(made, tmp_path)) == 1


def test_a_wide_box_below_two_columns_is_read_after_both(tmp_path):
    made = Sheets().page()
    made.put("Who supports us", 50, 60, size=16, font="hebo")
    for x in (50, 300):
        made.put(LOREM, x, 90, 230)
    made.sheet.draw_rect((50, 260, 540, 310), color=None, fill=GREY)
    made.put("Contact", 60, 265, font="hebo")
    made.put(
        "The office stands at the end of the long road behind the station of the city, where buses stop",
        60,
        282,
        470,
    )
    texts = [b.text for b in blocks_of(made, tmp_path)]
    assert texts[-2] == "Contact"
    assert len([t for t in texts[:-2] if t.startswith("The training")]) == 2


def test_grids_that_share_their_rows_are_one_table(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    for n in range(6):
        for x, cell in ((50, f"Place {n}"), (150, str(n + 3)), (280, str(10 * n + 1)), (380, str(n + 7))):
            made.sheet.draw_rect((x, 200 + 20 * n, x + 100, 220 + 20 * n), color=0)
            made.put(cell, x + 5, 203 + 20 * n, 90)
    rows = [[c for c in row.split(" | ") if c] for row in rows_of(blocks_of(made, tmp_path))]
    assert rows == [[f"Place {n}", str(n + 3), str(10 * n + 1), str(n + 7)] for n in range(6)]


def test_a_framed_text_does_not_cut_the_sentence_around_it(tmp_path):
    made = Sheets().page()
    sentence = "The group walked up to the old dam and planted forty young trees along the path that leads"
    made.put("Trees at the dam", 50, 60, 220, size=16, font="hebo")
    made.put(f"{LOREM} {sentence}", 50, 100, 220)
    made.sheet.draw_rect((305, 60, 535, 190), color=0)
    made.put("Next meeting", 315, 70, 210, size=14, font="hebo")
    made.put("Time: nine in the morning.\nPlace: at the gate.\nBring: gloves and water.", 315, 100, 210)
    made.put("to the upper gate. They came home at noon, tired and content.", 310, 210, 220)
    made.put("Weeds again", 310, 260, 220, size=16, font="hebo")
    made.put(LOREM, 310, 290, 220)
    texts = [b.text for b in blocks_of(made, tmp_path)]
    assert texts[0] == "Trees at the dam"
    assert texts[1].endswith(f"{sentence} to the upper gate. They came home at noon, tired and content.")
    assert texts[2] == "Next meeting"
    assert texts[-2] == "Weeds again"


def test_a_masthead_beside_a_picture_is_read_first(tmp_path):
    made = Sheets().page()
    made.sheet.insert_image((50, 40, 250, 180), pixmap=pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 50, 50)))  # fmt: skip
    made.put("Friends of the Hill", 320, 60, 220, size=24, font="hebo")
    made.put(LOREM * 2, 50, 220, 220)
    made.put(LOREM * 2, 320, 220, 220)
    assert blocks_of(made, tmp_path)[0].text == "Friends of the Hill"


def test_numbers_of_a_table_at_the_foot_are_no_page_numbers(tmp_path):
    made = Sheets()
    for page, places in enumerate((["Ayni", "Rasht", "Vanj"], ["Kulob", "Khorog", "Murghob"])):
        made.page()
        made.put(LOREM, 50, 60)
        lay(
            made,
            [[place, str(page + 1), str(n + 4)] for n, place in enumerate(places)],
            [50, 250, 400],
            750,
            15,
        )
    blocks = blocks_of(made, tmp_path)
    assert not [b for b in blocks if b.role == "footer"]
    assert len(rows_of(blocks)) == 6


@pytest.mark.parametrize("title", ["a) Basis of the accounts", "B. Going concern", "Income of the year"])
def test_headings_of_small_print_are_told_by_its_own_size(tmp_path, title):
    made = Sheets()
    for _ in range(4):
        made.page()
        made.put(LOREM * 6, 50, 60, size=12)
    made.page()
    end = made.put(LOREM * 5, 50, 60, size=9)
    made.put(title, 50, end + 12, size=9, font="tibo")
    made.put(LOREM, 50, end + 30, size=9)
    assert [b.text for b in blocks_of(made, tmp_path) if b.role == "heading"] == [title]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("N E W S L E T T E R", "NEWSLETTER"),
        ("M I S S I O N   N E W S", "MISSION NEWS"),
        ("Plan B or C", "Plan B or C"),
        ("x x x x", "x x x x"),
    ],
)
def test_letters_spaced_out_are_words(tmp_path, printed, read):
    made = Sheets().page()
    made.put(printed, 50, 60, size=20, font="hebo")
    made.put(LOREM, 50, 120)
    assert blocks_of(made, tmp_path)[0].text == read


def test_a_big_initial_belongs_to_its_word(tmp_path):
    made = Sheets().page()
    made.put("T", 50, 88, 30, size=34)
    made.put("he training was held in the regional", 74, 96, 160)
    made.put("centre and brought together staff of", 74, 108, 160)
    made.put(LOREM, 50, 122, 190)
    assert blocks_of(made, tmp_path)[0].text.startswith("The training was held in the regional centre and")


def _chapters(outline: list[list[object]]) -> Sheets:
    """Three pages, each with a title in plain letters, which only bookmarks tell to be one, and a bold one below."""
    made = Sheets()
    for title in ("the year in brief", "work in the valleys", "what comes next"):
        made.page()
        made.put(title, 50, 60)
        made.put(LOREM, 50, 90)
        made.put("Side remark", 50, 190, font="tibo")
        made.put(LOREM, 50, 210)
    made.pdf.set_toc(outline)
    return made


@pytest.mark.parametrize(
    ("outline", "levels"),
    [
        (
            [[1, "The year in brief", 1], [2, "Work in the valleys", 2], [1, "What comes next", 3]],
            [1, 2, 2, 3, 1, 2],
        ),
        ([[1, "Sheet1", 1], [1, "Sheet2", 2], [1, "Sheet3", 3]], [1, 1, 1]),
        ([[1, "The year in brief", 1]], [1, 1, 1]),
    ],
)
def test_bookmarks_are_believed_where_they_stand_on_their_pages(tmp_path, outline, levels):
    blocks = blocks_of(_chapters(outline), tmp_path)
    assert [b.level for b in blocks if b.role == "heading"] == levels


def _tag(made: Sheets, pages: list[list[str]]) -> None:
    """Gives each text of each page, in the order they were put, its tag ("" for none)."""
    pdf = made.pdf
    root, parents = pdf.get_new_xref(), pdf.get_new_xref()
    kids = []
    numbers = []
    for n, tags in enumerate(pages):
        page = pdf[n]
        own = []
        for mark, (content, tag) in enumerate(zip(page.get_contents(), tags, strict=True)):
            stream = pdf.xref_stream(content)
            name = tag or "Span"
            pdf.update_stream(content, b"/%s <</MCID %d>> BDC\n%s\nEMC\n" % (name.encode(), mark, stream))
            element = pdf.get_new_xref()
            pdf.update_object(
                element, f"<</Type/StructElem/S/{name}/P {root} 0 R/Pg {page.xref} 0 R/K {mark}>>"
            )
            own.append(f"{element} 0 R")
        pdf.xref_set_key(page.xref, "StructParents", str(n))
        numbers.append(f"{n} [{' '.join(own)}]")
        kids += own
    pdf.update_object(parents, f"<</Nums [{' '.join(numbers)}]>>")
    pdf.update_object(root, f"<</Type/StructTreeRoot/K [{' '.join(kids)}]/ParentTree {parents} 0 R>>")
    pdf.xref_set_key(pdf.pdf_catalog(), "StructTreeRoot", f"{root} 0 R")
    pdf.xref_set_key(pdf.pdf_catalog(), "MarkInfo", "<</Marked true>>")


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ([["H1", "P", "H2", "P"], ["H2", "P", "H3", "P"], ["H1", "P", "H2", "P"]], [1, 2, 2, 3, 1, 2]),
        ([["H1", "P", "", "P"], ["H2", "P", "", "P"], ["H1", "P", "", "P"]], [1, 2, 2, 3, 1, 2]),
        ([["P", "P", "P", "P"]] * 3, [1, 1, 1]),
        ([["H1", "H2", "H3", "H2"]] * 3, [1, 1, 1]),
        ([["P", "P", "H1", "P"], ["P", "P", "", "P"], ["P", "P", "", "P"]], [1, 1, 1]),
    ],
    ids=["all tagged", "some tagged", "no headings", "everything a heading", "too few"],
)
def test_tags_are_believed_where_they_are_plausible(tmp_path, tags, levels):
    made = _chapters([])
    _tag(made, tags)
    assert [b.level for b in blocks_of(made, tmp_path) if b.role == "heading"] == levels


TILES = [(50.0, 100.0, 150.0, 140.0), (150.0, 100.0, 250.0, 140.0)]


@pytest.mark.parametrize(
    ("boxes", "sides", "frames"),
    [
        (TILES, {50.0, 150.0, 250.0}, 0),
        ([*TILES, (55.0, 102.0, 140.0, 138.0)], {50.0, 150.0, 250.0}, 1),
        ([(50.0, 100.0, 150.0, 140.0)], set(), 1),
        ([(50.0, 100.0, 150.0, 140.0), (180.0, 100.0, 280.0, 140.0)], set(), 2),
        ([], set(), 0),
    ],
)
def test_boxes_side_by_side_are_cells_and_those_alone_are_frames(boxes, sides, frames):
    _, down = tile_edges(boxes)
    assert {box[0] for box in down} == sides
    assert len(alone(boxes)) == frames


def cut_by(kind: str) -> Sheets:
    """A page whose sentence runs over from one column to the next, past notes at the foot of the first."""
    made = Sheets().page()
    made.put("Nurses trained in Rasht", 50, 40, size=16, font="hebo")
    made.put(f"{LOREM} {LOREM} Ten nurses learned how to measure blood pressure and how to", 50, 80, 220)
    if kind == "ruled":
        made.sheet.draw_line((50, 700), (150, 700))
        made.put("Counted in May by the mission's own staff.", 50, 704, 220, size=7)
        made.put("The lists are kept in the office.", 50, 722, 220, size=7)
    else:
        for n, words in enumerate(
            ("Counted in May by the mission's own staff on the spot.", "See the lists.")
        ):
            if kind == "raised":
                made.sheet.insert_text((50, 708 + 9 * n), str(n + 1), fontsize=5, fontname="tiro")
                made.sheet.insert_text((54, 710 + 9 * n), words, fontsize=8, fontname="tiro")
            else:
                made.put(f"{'*' * (n + 1)} {words}", 50, 700 + 12 * n, 220, size=8)
    made.put(f"speak with the patients about it. {LOREM}", 310, 80, 220)
    return made


@pytest.mark.parametrize("kind", ["ruled", "raised", "starred"])
def test_footnotes_cut_no_sentence_and_stand_alone(tmp_path, kind):
    blocks = blocks_of(cut_by(kind), tmp_path)
    assert [b.role for b in blocks] == ["heading", "body", "footnote", "footnote"]
    assert "and how to speak with the patients" in blocks[1].text


def test_small_print_below_a_rule_that_underlines_is_no_footnote(tmp_path):
    made = Sheets().page()
    made.put(LOREM * 4, 50, 60)
    made.put("Places", 50, 640, font="hebo")
    made.sheet.draw_line((50, 653), (120, 653))
    made.put("Ayni, Rasht, Vanj and Kulob were all reached.", 50, 655, size=8)
    assert "footnote" not in [b.role for b in blocks_of(made, tmp_path)]


@pytest.mark.parametrize(("turn", "x", "y"), [(90, 585, 300), (270, 575, 100)])
def test_words_that_run_up_or_down_are_a_block_of_their_own(tmp_path, turn, x, y):
    made = Sheets().page()
    made.put(f"{LOREM} {LOREM} The pumps came from", 50, 60, 400)
    made.sheet.insert_text((x, y), "Photo by the field office", fontsize=8, fontname="tiro", rotate=turn)
    made.page().put(f"two villages in the north. {LOREM}", 50, 60, 400)
    text, aside = blocks_of(made, tmp_path)
    assert "came from two villages" in text.text
    assert (aside.role, aside.text, aside.page) == ("caption", "Photo by the field office", 1)
    x0, y0, x1, y1 = aside.box
    assert x1 - x0 < 15
    assert y1 - y0 > 60
    assert 560 < x0 < 590
    tops = [w[4] for w in aside.words]
    assert tops == sorted(tops, reverse=turn == 90)


def test_words_that_run_slantwise_are_left_out(tmp_path):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    tilt = (pymupdf.Point(200, 500), pymupdf.Matrix(45))
    made.sheet.insert_text((200, 500), "Draft copy", fontsize=40, fontname="tiro", morph=tilt)
    assert [b.text for b in blocks_of(made, tmp_path)] == [LOREM]


@pytest.mark.parametrize("turn", [90, 270])
def test_heads_of_a_table_that_run_up_or_down_are_its_cells(tmp_path, turn):
    made = Sheets().page()
    made.put(LOREM, 50, 60)
    edges = [50, 150, 200, 250]
    for top, bottom in ((200, 290), (290, 310), (310, 330)):
        for a, b in pairwise(edges):
            made.sheet.draw_rect((a, top, b, bottom), color=0)
    heads = [["Pumps", "mended"], ["Wells", "dug"]]
    for n, lines in enumerate(heads):
        for k, line in enumerate(lines):
            x = edges[n + 1] + (18 + 12 * k if turn == 90 else 30 - 12 * k)
            made.sheet.insert_text(
                (x, 280 if turn == 90 else 210), line, fontsize=10, fontname="tiro", rotate=turn
            )
    for n, row in enumerate([["Ayni", "12", "4"], ["Rasht", "7", "30"]]):
        for x, cell in zip(edges, row, strict=False):
            made.put(cell, x + 5, 292 + 20 * n, 60)
    rows = rows_of(blocks_of(made, tmp_path))
    assert rows == [" | Pumps mended | Wells dug", "Ayni | 12 | 4", "Rasht | 7 | 30"]


def test_running_words_at_the_side_are_furniture(tmp_path):
    made = Sheets()
    for _ in range(3):
        made.page().put(LOREM, 80, 160, 400)
        made.sheet.insert_text((30, 500), "Mission newsletter", fontsize=9, fontname="tiro", rotate=90)
    assert {b.text for b in blocks_of(made, tmp_path) if b.role == "header"} == {"Mission newsletter"}


PULLED = "It was the first time that so many of us could measure blood pressure alone."


def quoted(words: str, ruled: bool) -> Sheets:
    """Two columns of one article, with words in bigger type or between rules in the middle of the first or over both."""
    made = Sheets().page()
    made.put("Nurses trained in Rasht", 50, 40, size=16, font="hebo")
    made.put(f"{LOREM} {PULLED} In the end the nurses went home and told the others how to", 50, 80, 220)
    made.put(f"keep the lists. {LOREM}", 50, 400, 220)
    made.put(f"Doctors came as well. {LOREM}", 310, 80, 220)
    made.put(f"Next year there will be more of it. {LOREM}", 310, 400, 220)
    if ruled:
        made.sheet.draw_line((120, 290), (470, 290))
        made.sheet.draw_line((120, 335), (470, 335))
    made.put(words, 120, 300, 350, size=10.5 if ruled else 14, font="tibo" if ruled else "tiit")
    return made


@pytest.mark.parametrize("ruled", [False, True])
def test_words_printed_once_more_are_a_quote_and_cut_nothing(tmp_path, ruled):
    blocks = blocks_of(quoted(PULLED, ruled), tmp_path)
    assert [b.text for b in blocks if b.role == "quote"] == [PULLED]
    body = [b.text for b in blocks if b.role == "body"]
    assert "told the others how to keep the lists." in body[0]
    assert not [b for b in blocks[1:] if b.role == "heading"]


def test_a_quotation_in_big_type_that_the_text_has_not_is_kept_and_no_heading(tmp_path):
    said = "«We had never seen such a device in our village before this week»"
    blocks = blocks_of(quoted(said, False), tmp_path)
    assert "told the others how to keep the lists." in blocks[1].text
    assert [b.role for b in blocks if b.text == said] == ["caption"]


def test_a_title_that_the_text_says_as_well_stays_a_heading(tmp_path):
    title = "Strengthening the Work of Nurses in the Villages of the Rasht Valley"
    made = Sheets().page()
    made.put(f"{LOREM} The name is {title}, for short SWN. {LOREM}", 50, 60)
    made.put(title, 50, 300, size=15, font="hebo")
    made.put(LOREM, 50, 350)
    assert [b.text for b in blocks_of(made, tmp_path) if b.role == "heading"] == [title]


def test_numbers_of_several_rows_that_no_rule_parts_stand_each_in_its_own_row(tmp_path):
    made = Sheets().page()
    for x in (50, 150, 250, 350):
        made.sheet.draw_line((x, 100), (x, 180))
    for y in (100, 120, 180):
        made.sheet.draw_line((50, y), (350, y))
    for y in (140, 160):
        made.sheet.draw_line((50, y), (150, y))
    lay(made, [["Site", "Tents", "Kits"], ["Ayni", "6", "23"], ["Rasht", "", "2"], ["Vanj", "11", ""]], [55, 155, 255], 104, 20)  # fmt: skip
    assert rows_of(blocks_of(made, tmp_path)) == ["Site | Tents | Kits", "Ayni | 6 | 23", "Rasht |  | 2", "Vanj | 11 | "]  # fmt: skip


def test_heads_of_columns_in_one_cell_are_parted_where_the_rules_below_begin(tmp_path):
    made = Sheets().page()
    for x, top in ((50, 100), (150, 120), (250, 100), (350, 100)):
        made.sheet.draw_line((x, top), (x, 160))
    for y in (100, 120, 140, 160):
        made.sheet.draw_line((50, y), (350, y))
    lay(made, [["Region", "Site", "Kits"], ["North", "Ayni", "23"], ["South", "Vanj", "4"]], [55, 155, 255], 104, 20)  # fmt: skip
    assert rows_of(blocks_of(made, tmp_path)) == ["Region | Site | Kits", "North | Ayni | 23", "South | Vanj | 4"]  # fmt: skip


def test_a_legend_beside_a_map_is_read_row_by_row(tmp_path):
    made = Sheets().page()
    rows = [["Acronym", "Name"], ["GRS", "Green Ridge Society"], ["OGA", "Orchard Growers Association"], ["Larsen", "Larsen Foundation"], ["VWU", "Valley Water Union"], ["LKR", "Lakeside Relief"], ["NPN", "North Plains Network"]]  # fmt: skip
    lay(made, rows, [350, 400], 200, 12)
    for n, (place, names) in enumerate([("Ayni", "GRS, OGA"), ("Vanj", "VWU"), ("Rasht", "LKR, GRS")]):
        made.put(place, 60 + 80 * n, 205 + 25 * n, 70)
        made.put(names, 60 + 80 * n, 216 + 25 * n, 70)
    assert rows_of(blocks_of(made, tmp_path)) == [" | ".join(row) for row in rows]


def test_bullets_are_no_column(tmp_path):
    made = Sheets().page()
    for n, item in enumerate(["First window: 2010, 2011, 2015", "Second: 2015, 2017", "Third: 2006, 2009, 2011"]):  # fmt: skip
        made.put("*", 60, 200 + 16 * n, 20)
        made.put(item, 80, 200 + 16 * n, 300)
    assert rows_of(blocks_of(made, tmp_path)) == []

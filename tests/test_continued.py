"""Articles that go on on another page come out whole; where notice and target disagree nothing is moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheets import LOREM, Sheets

from kb import notices
from kb.continued import rejoined
from kb.plugins.read_pdf import kb_read
from kb.plugins.segment import kb_segment
from kb.records import Block, Document
from kb.settings import Settings

WELLS = "New wells for Ayni"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(continued on page 4)", ("on", 4)),
        ("Continued on p. 4", ("on", 4)),
        ("Story continues on page 12 >>", ("on", 12)),
        ("Continued overleaf", ("on", 0)),
        ("suite page 4", ("on", 4)),
        ("(Lire la suite en page 4)", ("on", 4)),
        ("продолжение на стр. 4", ("on", 4)),
        ("Cont’d from p. 1", ("from", 1)),
        ("Continued from front page", ("from", 1)),
        ("Suite de la page 1", ("from", 1)),
        ("Продолжение. Начало на стр. 1", ("from", 1)),
        ("(continued)", ("from", 0)),
        ("The work on the dam continued on page", None),
        ("Continued from 2011", None),
        ("Call the office, page 4", None),
    ],
)
def test_notices_are_known_by_their_words(text, found):
    notice = notices.alone(text)
    assert (notice and (notice.way, notice.page)) == found


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("The pumps came from two (continued on page 4)", False, "The pumps came from two"),
        ("They left at noon. Continued on page 4", False, "They left at noon."),
        ("(continued from page 1) villages of the valley", False, "villages of the valley"),
        ("Wells (continued from page 1)", True, "Wells"),
        ("Wells, cont'd", True, "Wells"),
        ("Wells (suite)", True, "Wells"),
    ],
)
def test_notices_are_found_in_a_text(text, title, rest):
    notice = notices.find(text, title=title)
    assert (text[: notice.start] + text[notice.end :]).strip() == rest


@pytest.mark.parametrize("text", ["The plan is continued on page 4", "Work continued", "Suite"])
def test_words_of_a_sentence_are_no_notice(text):
    assert notices.find(text, title=False) is None
    assert notices.find(text, title=True) is None


def head(text: str, page: int) -> Block:
    return Block(text, page, "heading", 1)


ELSEWHERE = [head("Seeds", 1), Block("Seeds were sown.", 1), head("School opened", 2), Block("It is new.", 2)]


def told(on: str, *target: Block, first: str = "Two wells were dug.") -> list[str]:
    blocks = [
        head(WELLS, 1),
        Block(first, 1),
        Block(on, 1),
        *ELSEWHERE,
        *target,
        head("Roads", 4),
        Block("Roads.", 4),
    ]
    return [b.text for b in rejoined(blocks)]


MORE = Block("They give clean water.", 4)


@pytest.mark.parametrize(
    ("on", "target"),
    [
        ("(continued on page 4)", [Block("(continued from page 1)", 4), MORE]),
        ("(continued on page 4)", [head("Wells", 4), Block("(continued from page 1)", 4), MORE]),
        ("(continued on page 4)", [Block("(continued from page 1)", 4), head("New wells", 4), MORE]),
        ("Continued on p. 4", [head("New wells (continued)", 4), MORE]),
        ("Continued on p. 4", [head("New wells, continued from page 1", 4), MORE]),
        ("Continued on p. 4", [head(WELLS, 4), MORE]),
        ("suite page 4", [head("New wells (suite)", 4), MORE]),
        ("suite page 4", [Block("Suite de la page 1", 4), MORE]),
        ("продолжение на стр. 4", [Block("Начало на стр. 1", 4), MORE]),
        ("Continued on page 5", [Block("Continued from page 2", 4), MORE]),  # printed numbers are one ahead
        ("(continued on page 4)", [Block("(continued from page 1) They give clean water.", 4)]),
    ],
)
def test_an_article_goes_on_where_the_notices_agree(on, target):
    assert told(on, *target)[:4] == [WELLS, "Two wells were dug.", MORE.text, "Seeds"]


@pytest.mark.parametrize(
    ("on", "target"),
    [
        ("(continued on page 9)", [Block("(continued from page 1)", 4), MORE]),
        ("(continued on page 4)", [Block("(continued from page 2)", 4), MORE]),
        ("(continued on page 4)", [head("Bridges", 4), MORE]),
        ("(continued on page 4)", [head("Bridges (continued)", 4), MORE]),
        ("(continued on page 4)", [MORE]),
        ("(continued on page 4)", [Block("(continued from page 1)", 4)]),
        ("It was hot.", [Block("(continued from page 1)", 4), MORE]),
    ],
)
def test_nothing_is_moved_where_they_do_not(on, target):
    assert told(on, *target)[:5] == [WELLS, "Two wells were dug.", on, "Seeds", "Seeds were sown."]


def test_two_articles_that_go_on_on_one_page_are_told_apart():
    blocks = [
        head(WELLS, 1), Block("Two wells were dug.", 1), Block("Continued on page 2", 1),
        head("Nurses of Rasht trained", 1), Block("Ten nurses came.", 1), Block("Continued on page 2", 1),
        head("Nurses", 2), Block("Continued from page 1", 2), Block("They learned much.", 2),
        head("Wells", 2), Block("Continued from page 1", 2), MORE,
    ]  # fmt: skip
    texts = [b.text for b in rejoined(blocks)]
    assert texts == [WELLS, "Two wells were dug.", MORE.text, "Nurses of Rasht trained", "Ten nurses came.", "They learned much."]  # fmt: skip


def test_an_article_may_be_cut_twice():
    blocks = [
        head(WELLS, 1), Block("One. (continued on page 2)", 1), head("Seeds", 1), Block("Seeds.", 1),
        Block("(continued from page 1)", 2), Block("Two.", 2), Block("(continued on page 3)", 2), head("Roads", 2),
        Block("(continued from page 2)", 3), Block("Three.", 3),
    ]  # fmt: skip
    assert [b.text for b in rejoined(blocks)] == [WELLS, "One.", "Two.", "Three.", "Seeds", "Seeds.", "Roads"]


@pytest.mark.parametrize("end", ["brought by two organi-", "brought by two"])
def test_a_sentence_that_is_cut_is_made_whole_with_its_boxes(end):
    words = tuple((i, i + 1, 1, 0.0, 0.0, 1.0, 1.0) for i in range(len(end)))
    rest = "sations from town." if end[-1] == "-" else "organisations from town."
    first = Block(end, 1, words=words)
    second = Block(f"(continued from page 1) {rest}", 2, words=((24, 30, 2, 5.0, 5.0, 9.0, 9.0),))
    blocks = [head(WELLS, 1), first, Block("(continued on page 2)", 1), head("Seeds", 1), second]
    (section, _) = kb_segment(Document("x", "a.pdf", pages=2, blocks=tuple(blocks)))
    assert section.blocks[1].text == "brought by two organisations from town."
    at = section.text.index(rest[:6])
    assert section.text[at : at + 6] == rest[:6]
    assert [(a, b) for a, b, page, *_ in section.words() if page == 2] == [(at, at + 6)]
    assert (section.page_at(at - 2), section.page_at(at)) == (1, 2)


def test_a_newsletter_on_paper_is_read_article_by_article(tmp_path: Path):
    made = Sheets().page()
    made.put("Wells dug in Ayni", 50, 60, 220, size=16, font="hebo")
    end = made.put(f"{LOREM} The water is clean, and the pumps came from two", 50, 90, 220)
    made.put("(continued on page 3)", 50, end + 4, 220, size=9, font="tiit")
    made.put("Seeds sown in Rasht", 310, 60, 220, size=16, font="hebo")
    made.put(LOREM, 310, 90, 220)
    made.page().put("A school for Vanj", 50, 60, size=16, font="hebo")
    made.put(LOREM, 50, 90)
    made.page().put("Wells", 50, 60, 220, size=14, font="hebo")
    made.put("(continued from page 1)", 50, 82, 220, size=9, font="tiit")
    made.put("villages in the north. " + LOREM, 50, 100, 220)
    made.put("Roads mended", 310, 60, 220, size=16, font="hebo")
    made.put(LOREM, 310, 90, 220)
    document = kb_read(path=made.save(tmp_path / "a.pdf"), settings=Settings())
    found = {s.heading: s for s in kb_segment(document)}
    assert list(found) == ["Wells dug in Ayni", "Seeds sown in Rasht", "A school for Vanj", "Roads mended"]
    wells = found["Wells dug in Ayni"]
    assert "came from two villages in the north. The training" in wells.text
    assert "continued" not in wells.text
    assert (wells.first_page, wells.last_page) == (1, 3)
    assert wells.page_at(wells.text.index("villages")) == 3

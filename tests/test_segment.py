"""Sections are articles: a heading and what belongs to it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from kb.plugins.segment import kb_segment
from kb.records import Block, Document
from kb.sandbox import Sandbox
from kb.settings import Settings
from kb.text import fold


def sections(*blocks: Block, title: str = "") -> list[tuple[str, list[str]]]:
    document = Document("x", "a.pdf", title=title, pages=1, blocks=blocks)
    return [(s.heading, [b.text for b in s.blocks]) for s in kb_segment(document)]


def head(text: str, level: int = 1, **more) -> Block:
    return Block(text, role="heading", level=level, **more)


def test_a_heading_opens_a_section_and_furniture_is_left_out():
    found = sections(
        Block("IOM", role="header"),
        head("One"),
        Block("a"),
        Block("3", role="footer"),
        Block("b"),
        head("Two"),
        Block("c"),
    )
    assert found == [("One", ["One", "a", "b"]), ("Two", ["Two", "c"])]


def test_text_before_the_first_heading_is_a_section_under_the_title():
    assert sections(Block("a"), head("One"), title="News")[0] == ("News", ["a"])


def test_two_lines_of_one_title_are_merged_with_their_words():
    upper = head("Improving", box=(50, 100, 200, 120), size=18.0, words=((0, 9, 1, 50, 100, 200, 120),))
    lower = head("access", box=(50, 121, 150, 141), size=18.0, words=((0, 6, 1, 50, 121, 150, 141),))
    document = Document("x", "a.pdf", pages=1, blocks=(upper, lower, Block("b")))
    (section,) = kb_segment(document)
    assert section.heading == "Improving access"
    assert [section.heading[a:b] for a, b, *_ in section.blocks[0].words] == ["Improving", "access"]


def test_titles_apart_or_of_another_look_stay_apart():
    first = head("One", box=(50, 100, 200, 120), size=18.0)
    assert len(sections(first, head("Two", box=(50, 190, 200, 210), size=18.0), Block("b"))) == 2
    assert len(sections(first, head("Two", 2, box=(50, 121, 200, 133), size=12.0), Block("b"))) == 2
    assert len(sections(first, head("2. Two", box=(50, 121, 200, 141), size=18.0), Block("b"))) == 2


@pytest.mark.parametrize(
    ("caption", "index"), [("Comics for migrants are on show", 1), ("The talk show can be seen online", 0)]
)
def test_a_caption_above_a_heading_goes_where_its_words_belong(caption, index):
    found = sections(
        head("Talk show on television"), Block("The show was seen by many."), Block(caption, role="caption"),
        head("New comics printed"), Block("Migrants can read the comics."),
    )  # fmt: skip
    assert caption in found[index][1]


GOLD = [
    "iom-tajikistan-newsletter-2012-09.md",
    "iom-tajikistan-newsletter-2012-09.pdf",
    "2019-06-30-crrc-annual-report.pdf",
    "Ebola Update of 29 August 2014 - No 4 ENG.pdf",
    "EBOLA - Update as of 9 September 2014 - No. 9_12092014_001.pdf",
    "3w_overview_partners_26_february.pdf",
    "Global-Thematic-Fund-Child-Protection-Spotlight-Report-2024.pdf",
]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Settings()) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", GOLD)
def test_articles_of_real_documents_are_found_in_order(shared: Path, sandbox: Sandbox, name: str):
    import yaml

    golds = [yaml.safe_load(p.read_text()) for p in sorted((shared / "gold").glob("*.yaml"))]
    gold = next(g for g in golds if Path(g.get("document", "")).stem == Path(name).stem)
    path = next(p for p in (shared / "corpus").rglob("*") if p.name == name)
    document, found = sandbox.read(path, hashlib.sha256(path.read_bytes()).hexdigest())
    headings = [fold(s.heading) for s in found]
    places = [
        next((i for i, h in enumerate(headings) if fuzz.ratio(h, fold(g)) >= 92), None)
        for g in gold["sections"]
    ]
    hit = [p for p in places if p is not None]
    assert len(hit) >= 0.95 * len(places)
    assert hit == sorted(hit)
    period = document.period
    assert (period.start, period.end) == (str(gold["period"]["start"]), str(gold["period"]["end"]))
    assert document.language == gold["language"]

"""The interface in headless Chromium, as a person uses it: ask, read, open the citation, see the words marked."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import HOUSE, WAIT, browsing, chromium, served, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURE = "![p](http://evil.example/a.png)"
EVIL = (
    f'{PICTURE} [l](http://evil.example/b) <img src=http://evil.example/c.png onerror="window.pwned=1"> '
    "<script>window.pwned=1</script> http://evil.example/d www.evil.example :material/home: <iframe src=//evil.example>"
)
EVIL_NAME = "![n](x) <img src=x onerror=window.pwned=1> Zarnigor.txt"
QUESTION = "When was the seminar on human trafficking for diplomatic and consular staff held?"
ANSWER = "10 June 2012"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running interface over two sample issues, a hostile text and a file that cannot be read."""
    import kb

    chromium()
    folder = tmp_path_factory.mktemp("mission")
    corpus = folder / "corpus"
    corpus.mkdir()
    for sample in sorted((HOUSE / "corpus").glob("*2012-q*.pdf")):
        shutil.copy(sample, corpus)
    (corpus / EVIL_NAME).write_text(
        f"Zarnigor bulletin {PICTURE}\n\n{EVIL}\n\nIn May 2013 the Zarnigor bulletin told of 37 beekeepers {EVIL} who were "
        f"trained in Isfara.\n",
        "utf-8",
    )
    (corpus / "torn <b>![t](http://evil.example/t.png)<b>.pdf".replace("/", ":")).write_bytes(
        b"%PDF-1.7\n1 0 obj\n<<"
    )
    root = folder / "indexes"
    with kb.open_kb(root=root) as base:
        base.ingest([corpus])
    with served(root, folder / "server.log") as address:
        yield address


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A fresh browser with a profile of its own; a request that leaves the machine fails the test."""
    with browsing(tmp_path / "profile") as page:
        yield page


def _ask(page: Page, address: str, question: str) -> None:
    page.goto(address)
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.get_by_text("Looked through").wait_for()
    settled(page)


def test_a_question_is_answered_and_its_citation_shows_the_marked_words(page: Page, address: str) -> None:
    _ask(page, address, QUESTION)
    answer = page.get_by_test_id("stChatMessage").nth(1)
    assert ANSWER in answer.inner_text()
    answer.get_by_role("button").first.click()
    dialog = page.get_by_role("dialog")
    picture = dialog.locator("img")
    picture.wait_for()
    assert dialog.get_by_text("marked in yellow").count()
    assert _yellow(page, picture.get_attribute("src") or "") > 200


def _yellow(page: Page, source: str) -> int:
    """How many pixels of the picture have the colour of the marker."""
    from PIL import Image

    data = page.request.get(
        page.url.split("/?")[0].rstrip("/") + source if source.startswith("/") else source
    ).body()
    colours: Any = Image.open(io.BytesIO(data)).convert("RGB").getcolors(1 << 24)
    return sum(n for n, (r, g, b) in colours if r > 240 and 210 < g < 250 and 120 < b < 190)


def test_the_conversation_outlives_the_page(page: Page, address: str) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=WAIT)
    _ask(page, address, QUESTION)
    shown = page.get_by_test_id("stChatMessage").nth(1).inner_text()
    assert "chat=" in page.url
    assert "q=When" in page.url
    other = page.context.new_page()
    other.goto(page.url)
    # The parts of a page come one after the other.
    expect(other.get_by_test_id("stChatMessage").nth(1)).to_have_text(shown, use_inner_text=True)


def test_a_question_in_the_address_is_asked(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=Who%20won%20the%20football%20cup%20of%20Brazil%3F")
    page.get_by_text("Looked through").wait_for()
    assert page.get_by_text("do not answer this").count()


def test_a_search_is_kept_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/search")
    box = (
        page.get_by_role("main")
        .get_by_role("searchbox")
        .or_(page.get_by_placeholder("Words or a question"))
        .first
    )
    box.fill("training")
    box.press("Enter")
    page.get_by_text("best first").wait_for()
    assert "q=training" in page.url
    page.reload()
    page.get_by_text("best first").wait_for()


def test_hostile_text_neither_runs_nor_calls_out(page: Page, address: str) -> None:
    _ask(page, address, "How many beekeepers were trained, says the Zarnigor bulletin?")
    _harmless(page)
    for path in (
        "/search?q=Zarnigor beekeepers",
        "/search?show=Passages&q=Zarnigor beekeepers",
        "/search?show=Figures&view=Table&q=Zarnigor beekeepers",
        "/map",
        "/documents",
        "/entities?kind=Places",
        f"/?q={EVIL}",
        "/entity?entity=" + EVIL,
    ):
        page.goto(address + path)
        page.get_by_role("heading").first.wait_for()
        settled(page)
        _harmless(page)
    page.goto(address + "/search?show=Passages&q=Zarnigor beekeepers")
    page.get_by_role("button", name="Open the text").first.click()
    page.get_by_role("dialog").get_by_text("beekeepers").first.wait_for()
    _harmless(page)


def _harmless(page: Page) -> None:
    assert page.evaluate("window.pwned") is None
    assert page.locator("#stMain a[href*='evil'], #stMain iframe, #stMain img[src*='evil']").count() == 0


def test_removing_and_restoring_a_document(page: Page, address: str) -> None:
    page.goto(f"{address}/documents")
    page.get_by_text("4 documents").wait_for()
    page.get_by_role("button", name="Remove", exact=False).last.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("3 documents").wait_for()
    page.get_by_text("Removed (1)").click()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("4 documents").wait_for()


def test_an_upload_becomes_a_document_that_answers(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text(
        "Note of March 2015\n\nIn March 2015 the office opened a library in Isfara for 120 pupils.\n", "utf-8"
    )
    page.goto(f"{address}/documents")
    page.get_by_text("Add documents").wait_for()
    settled(page)
    # What an earlier job says, at its end at the latest, would be taken for what this one says.
    page.get_by_role("progressbar").wait_for(state="detached")
    settled(page)
    if (close := page.get_by_role("button", name="Close this message")).count():
        close.click()
        close.wait_for(state="detached")
    page.locator("input[type=file]").set_input_files(file)
    # A file still on its way is not sent.
    page.get_by_test_id("stFileChipName").get_by_text("note.txt").wait_for()
    page.get_by_test_id("stFileChipIconSpinner").wait_for(state="detached")
    page.get_by_role("button", name="Add these files").click()
    page.get_by_text("Done: 1 added").wait_for()
    page.get_by_text("note.txt (uploaded)").wait_for()
    _ask(page, address, "For how many pupils is the library in Isfara?")
    assert "120" in page.get_by_test_id("stChatMessage").nth(1).inner_text()

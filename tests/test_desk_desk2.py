"""Cross-reference, proposal desk and briefing: their states through AppTest, and in Chromium what a person does with them."""

# ruff: noqa: F811
from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from bases import open_base
from browser import WAIT
from browser import settled as _settled
from streamlit.testing.v1 import AppTest
from test_browser import EVIL, _harmless, address, page  # noqa: F401
from test_reports import STORY
from test_ui import open_page, words

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOUSE = Path(__file__).parents[1]
ISSUES = {
    "2012": (
        "# Valley News, January – December 2012\n\n# Cotton harvest watched\n\nIn October 2012 IOM monitored the cotton harvest in "
        "Bokhtar district with the NGO Zan va Zamin. Observers visited 40 cotton fields during the harvest. USAID paid for the "
        "monitoring of the cotton harvest.\n\n# Beekeepers\n\nIn May 2012 UNDP trained 37 beekeepers in Khujand.\n"
    ),
    "2013": (
        "# Valley News, January – December 2013\n\n# Cotton harvest watched again\n\nIn October 2013 IOM monitored the cotton harvest in "
        "Bokhtar district with the NGO Zan va Zamin. Observers visited 55 cotton fields during the harvest. USAID paid for the "
        "monitoring of the cotton harvest.\n\n# Libraries\n\nIn June 2013 UNICEF opened a library in Kulob for 120 pupils.\n"
    ),
    "2014": (
        "# Valley News, January – December 2014\n\n# Cotton harvest watched once more\n\nIn October 2014 IOM monitored the cotton harvest "
        "in Bokhtar district with the NGO Zan va Zamin. Observers visited 60 cotton fields during the harvest. Japan paid for the "
        "monitoring of the cotton harvest.\n"
    ),
    "2015": STORY.replace("January – March 2015", "January – December 2015"),
}


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with four issues: one activity recurs, one tells of a woman who was helped."""
    folder = tmp_path_factory.mktemp("desk2")
    (folder / "in").mkdir()
    for name, text in ISSUES.items():
        (folder / "in" / f"{name}.md").write_text(text, "utf-8")
    with open_base(folder / "indexes") as base:
        assert not base.ingest(folder / "in").failed
    return folder / "indexes"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path / "indexes"


def shown(app: AppTest) -> str:
    """All words of a page, as they are read."""
    parts = (app.markdown, app.caption, app.subheader, app.info, app.warning, app.error)
    return " ".join(words(e) for e in parts).replace("\\", "")


@pytest.mark.parametrize("name", ["crossref", "proposal", "onboarding"])
def test_without_documents_the_next_step_is_shown(
    monkeypatch: pytest.MonkeyPatch, empty: Path, name: str
) -> None:
    app = open_page(monkeypatch, empty, name)
    assert "No documents yet" in words(app.subheader)


# Cross-reference


def test_what_recurs_is_listed_and_told_in_time_order(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref")
    assert "1 activity recurs" in words(app.caption)
    assert "October 2012 to October 2014" in words(app.caption)
    with open_base(mission) as base:
        (thread,) = base.threads()
    app = open_page(monkeypatch, mission, "crossref", thread=thread["id"])
    times = [
        m.value.removeprefix("##### :material/event: ") for m in app.markdown if m.value.startswith("#####")
    ]
    assert times == ["October 2012", "October 2013", "October 2014"]
    assert "What stayed" in shown(app)


def test_what_recurs_is_narrowed_by_a_name(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref", name="kulob")
    assert "None of these" in words(app.info)


def test_a_thread_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref", thread="thread-<b>")
    assert "Go back to the list" in words(app.error)


def test_two_issues_are_compared(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref", view="Issue against issue")
    app.selectbox(key="earlier").select_index(1).run()
    app.selectbox(key="later").select_index(2).run()
    assert not app.exception
    assert "Donor: Japan, not named in the earlier issue" in shown(app)
    app.selectbox(key="later").select_index(1).run()
    assert "two different issues" in words(app.info)


def test_a_count_of_the_matrix_stands_for_its_words(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref", view="Who does what where", place="Khujand")
    assert "United Nations Development Programme" in shown(app)
    next(b for b in app.button if b.label == "1 activity").click().run()
    assert not app.exception
    assert "37 beekeepers" in shown(app)


def test_a_matrix_of_nothing_says_what_to_do(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "crossref", view="Who does what where", since="2030-01-01")
    assert "Take a filter away" in words(app.info)


# Proposal desk


def test_a_fact_pack_is_of_its_choice(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "proposal", donor="Japan", chapter="Track record")
    assert "Donor\\: Japan" in words(app.markdown)
    assert "October 2014" in words(app.markdown)
    assert "October 2012" not in words(app.markdown)
    assert [b.label for b in app.get("download_button")] == ["Word", "Markdown"]


def test_an_empty_choice_and_an_empty_basket_say_what_to_do(
    monkeypatch: pytest.MonkeyPatch, mission: Path
) -> None:
    app = open_page(monkeypatch, mission, "proposal", since="2030-01-01")
    assert "Take a filter away" in words(app.info)
    app = open_page(monkeypatch, mission, "proposal", **{"from": "The basket"})
    assert "The basket is empty" in words(app.info)


def test_a_fact_put_into_the_basket_is_in_the_fact_pack(
    monkeypatch: pytest.MonkeyPatch, mission: Path
) -> None:
    app = open_page(monkeypatch, mission, "search", q="library pupils", show="Passages")
    next(b for b in app.button if b.label == "Add to basket").click().run()
    app.switch_page("kb/ui/proposal.py")
    app.query_params["from"] = "The basket"
    app.run()
    assert not app.exception
    assert "1 chosen fact" in words(app.markdown)
    assert "120 pupils" in words(app.markdown)
    next(b for b in app.button if b.label == "Take out").click().run()
    assert "The basket is empty" in words(app.info)


def test_claims_of_a_draft_have_their_verdicts(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "proposal", view="Check a draft")
    app.text_area[0].set_value(
        "In May 2012 UNDP trained 37 beekeepers in Khujand. The library in Kulob is for 900 pupils."
    )
    next(b for b in app.button if b.label == "Check the draft").click().run()
    assert not app.exception
    assert "green-badge[:material/check: Supported]" in words(app.markdown)
    assert "red-badge[:material/close: Contradicted]" in words(app.markdown)


def test_an_empty_draft_is_told(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "proposal", view="Check a draft")
    next(b for b in app.button if b.label == "Check the draft").click().run()
    assert "Paste a text or choose a file" in words(app.warning)


# Briefing, and protection


def test_the_briefing_tells_what_recurs(mission: Path) -> None:
    with open_base(mission) as base:
        chapter = next(c for c in base.briefing().chapters if c.title == "Recurring activities")
    (row,) = chapter.parts[0].rows  # type: ignore[union-attr]
    assert "cotton" in row[0].text.casefold()
    assert row[0].notes


def test_the_briefing_tells_what_changed_since(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "onboarding", since="2014-01-01", chapter="What changed")
    assert "Japan, named for the first time" in shown(app)


def test_names_are_hidden_until_the_switch_is_on(monkeypatch: pytest.MonkeyPatch, mission: Path) -> None:
    app = open_page(monkeypatch, mission, "proposal", since="2015-01-01", chapter="Track record")
    assert not app.toggle[0].value
    assert "are hidden" in words(app.caption)
    assert "seamstress" in shown(app)
    assert "Shahrituz" not in shown(app).partition("Track record")[0]
    app.toggle[0].set_value(True).run()
    assert "Shahrituz" in shown(app)


# In Chromium


def test_a_matrix_is_downloaded_with_tags(page: Page, address: str) -> None:
    page.goto(f"{address}/crossref?view=Who does what where")
    with page.expect_download(timeout=WAIT) as waited:
        page.get_by_role("button", name="Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()))
    assert [c.value for c in book["Matrix"][2]][:2] == ["#org", "#activity"]


def test_a_fact_pack_is_downloaded_and_opened_again(page: Page, address: str) -> None:
    page.goto(f"{address}/proposal?chapter=Track record")
    page.get_by_text("Activities in the order of time").wait_for()
    with page.expect_download(timeout=WAIT) as waited:
        page.get_by_role("button", name="Word").click()
    assert waited.value.suggested_filename == "factpack.docx"
    document = docx.Document(io.BytesIO(Path(waited.value.path()).read_bytes()))
    assert "Track record" in [p.text for p in document.paragraphs]


def test_a_footnote_opens_its_page(page: Page, address: str) -> None:
    page.goto(f"{address}/onboarding?chapter=The mission in figures")
    page.get_by_role("main").get_by_role("button", name="p. ").first.click()
    page.get_by_role("dialog").locator("img").wait_for()
    assert page.get_by_role("dialog").get_by_text("marked in yellow").count()


def test_a_draft_that_is_uploaded_is_checked(page: Page, address: str, tmp_path: Path) -> None:
    draft = docx.Document()
    draft.add_paragraph("In May 2013 37 beekeepers were trained in Isfara.")
    draft.save(str(tmp_path / "draft.docx"))
    page.goto(f"{address}/proposal?view=Check a draft")
    page.get_by_text("Paste the draft").wait_for()
    _settled(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "draft.docx")
    page.get_by_test_id("stFileChipName").get_by_text("draft.docx").wait_for()
    page.get_by_test_id("stFileChipIconSpinner").wait_for(state="detached")
    page.get_by_role("button", name="Check the draft").click()
    page.get_by_text("Not found is no contradiction").wait_for()
    assert page.get_by_text("37 beekeepers were trained in Isfara").count()
    _settled(page)
    _harmless(page)


def test_hostile_text_is_shown_as_text_on_the_desks(page: Page, address: str) -> None:
    for path in (
        "crossref",
        f"crossref?name={EVIL}",
        f"crossref?thread={EVIL}",
        "crossref?view=Issue against issue",
        "crossref?view=Who does what where",
        "proposal?since=2013-01-01&chapter=Track record",
        f"proposal?donor={EVIL}",
        "onboarding?chapter=Where we work",
    ):
        page.goto(f"{address}/{path}")
        page.get_by_role("heading").first.wait_for()
        _settled(page)
        assert page.get_by_test_id("stException").count() == 0
        _harmless(page)

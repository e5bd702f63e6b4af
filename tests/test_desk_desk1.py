"""Search desk, dossiers and map: their states through AppTest, and what a person does there in Chromium."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import hives
import openpyxl
import pytest
from browser import settled as _settled
from streamlit.testing.v1 import AppTest
from test_browser import _harmless, _yellow, address, page  # noqa: F401
from test_ui import open_page, words

import kb

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hives")
    with kb.open_kb(folder / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest(hives.write(folder / "in"))
    return folder / "indexes"


def labels(app: AppTest) -> str:
    return " ".join(b.label for b in app.button)


# Search


@pytest.mark.parametrize(
    ("query", "caption"),
    [
        ({}, "4 activities, newest first"),
        ({"q": "Khujand"}, "2 activities, best first"),
        ({"q": "Khujand", "sort": "Oldest first"}, "2 activities, oldest first"),
        ({"donor": "European Union"}, "1 activity, newest first"),
        ({"type": "distribution", "show": "Figures"}, "1 figure, newest first"),
        ({"show": "Figures", "order": "Largest first"}, "4 figures, largest first"),
        ({"show": "Passages", "since": "2015-01-01"}, "2 passages, newest first"),
        ({"show": "Passages", "q": "queens"}, "best first"),
        ({"view": "Table"}, "Click a cell"),
    ],
)
def test_the_address_holds_the_search(monkeypatch, root, query, caption):
    assert caption in words(open_page(monkeypatch, root, "search", **query).caption)


def test_an_order_that_another_list_has_not_gives_way(monkeypatch, root):
    app = open_page(monkeypatch, root, "search", order="By type", show="Activities")
    app.segmented_control(key="show").set_value("Passages").run()
    assert not app.exception
    assert "newest first" in words(app.caption)


def test_a_list_without_rows_leads_to_another(monkeypatch, root):
    app = open_page(monkeypatch, root, "search", q="bulletin", district="Kulob")
    assert "Nothing found among the activities" in words(app.info)
    app.button(key="look-Passages").click().run()
    assert not app.exception
    assert app.query_params["show"] == "Passages"


def test_filters_are_cleared_at_once(monkeypatch, root):
    app = open_page(monkeypatch, root, "search", donor="European Union", since="2014-01-01")
    next(b for b in app.button if b.label == "Clear all filters").click().run()
    assert "4 activities" in words(app.caption)


def test_each_field_is_a_button(monkeypatch, root):
    told = labels(open_page(monkeypatch, root, "search", partner="Nilufar"))
    assert ":gray[Partner] Nilufar" in told
    assert ":gray[Figure] 37 beekeepers" in told


# Dossiers


def test_a_dossier_tells_what_is_new_and_what_went_quiet(monkeypatch, root):
    app = open_page(monkeypatch, root, "entity", entity="org:gov-jp")
    assert [h.value for h in app.subheader] == [
        "New in the latest issue", "Gone quiet", "Key figures", "Issue by issue", "Where",
    ]  # fmt: skip
    assert {m.label: m.value for m in app.metric} == {
        "Activities": "4", "Issues": "3", "Donors": "1", "Partners": "1", "Districts": "3",
    }  # fmt: skip
    assert "120 hives" in words(app.markdown)


def test_a_dossier_of_what_is_silent_says_since_when(monkeypatch, root):
    app = open_page(monkeypatch, root, "entity", entity="org:nilufar")
    assert "2 issues older" in words(app.markdown)


@pytest.mark.parametrize(
    ("view", "told"),
    [("Activities", "52 traders"), ("Works with", "Districts"), ("Mentions", "Government of Japan")],
)
def test_the_address_holds_the_view_of_a_dossier(monkeypatch, root, view, told):
    app = open_page(monkeypatch, root, "entity", entity="org:gov-jp", view=view)
    assert told in words(app.markdown) + words(app.subheader)


# Map


def test_the_map_lists_the_activities_of_a_place(monkeypatch, root):
    app = open_page(monkeypatch, root, "map", place="Khujand")
    assert "Khujand: 2 activities" in words(app.subheader)


def test_the_map_keeps_to_a_year(monkeypatch, root):
    app = open_page(monkeypatch, root, "map", year="2015")
    assert "1 activity in 1 place." in words(app.caption)


def test_a_place_that_a_year_has_not_is_no_longer_chosen(monkeypatch, root):
    app = open_page(monkeypatch, root, "map", place="Khujand")
    app.selectbox(key="year").set_value("2015").run()
    assert not app.exception
    assert "Khujand" not in words(app.subheader)


def test_a_map_without_places_says_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "note.txt").write_text("Note of May 2014\n\nIn May 2014 a training was held for 12 clerks.\n")
    with kb.open_kb(tmp_path / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest([tmp_path / "note.txt"])
    assert "Choose another year" in words(open_page(monkeypatch, tmp_path / "indexes", "map").info)


def test_a_map_of_a_first_visit_shows_the_next_step(monkeypatch, tmp_path):
    assert "No documents yet" in words(open_page(monkeypatch, tmp_path / "indexes", "map").subheader)


# In Chromium, on the samples


def test_a_field_opens_its_words_on_the_page(page: Page, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/search?q=border guards")
    page.get_by_text("best first").wait_for()
    _settled(page)
    page.get_by_role("main").get_by_role("button", name="Donor ").first.click()
    picture = page.get_by_role("dialog").locator("img")
    picture.wait_for()
    assert _yellow(page, picture.get_attribute("src") or "") > 50
    page.get_by_role("dialog").get_by_role("link", name="All that is told of").click()
    page.get_by_text("New in the latest issue").wait_for()
    assert "entity=org" in page.url


def test_another_list_of_the_same_search_is_one_click_away(page: Page, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/search?q=border guards")
    page.get_by_text("activities, best first").wait_for()
    for name in ("Passages", "Figures", "Activities"):
        page.get_by_role("radio", name=name).or_(
            page.get_by_role("button", name=name, exact=True)
        ).first.click()
        page.get_by_text(f"{name.lower()}, best first").wait_for()
        assert name == "Activities" or f"show={name}" in page.url


def test_a_list_is_downloaded_and_opens_again(page: Page, address: str, tmp_path: Path) -> None:  # noqa: F811
    page.goto(f"{address}/search?q=training")
    page.get_by_text("best first").wait_for()
    _settled(page)
    listed = int(page.get_by_text("best first").last.inner_text().split()[0])
    for label, name in (("CSV", "activities.csv"), ("Excel", "activities.xlsx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        download.value.save_as(tmp_path / name)
    told = list(csv.DictReader((tmp_path / "activities.csv").open(encoding="utf-8-sig")))
    sheet = openpyxl.load_workbook(tmp_path / "activities.xlsx").active
    assert (len(told), sheet.max_row) == (listed, listed + 1)
    assert told[0]["issue"]


def test_a_cell_of_the_table_opens_its_words(page: Page, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/search?q=training&view=Table")
    table = page.get_by_test_id("stDataFrame")
    table.wait_for()
    _settled(page)
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 300, box["y"] + 55)
    page.get_by_role("dialog").get_by_text("rests on").first.wait_for()
    # The table's own download would hold formulas of documents.
    assert not page.get_by_role("button", name="Download as CSV").is_visible()


def test_a_circle_of_the_map_lists_its_activities(page: Page, address: str) -> None:  # noqa: F811
    page.goto(f"{address}/map")
    circles = page.get_by_test_id("stVegaLiteChart").locator("path[aria-roledescription='circle']")
    circles.first.wait_for()
    _settled(page)
    largest = max(circles.all(), key=lambda c: (c.bounding_box() or {"width": 0})["width"])
    largest.click(force=True)
    page.get_by_role("link", name="Its dossier").wait_for()
    assert "place=" in page.url
    _harmless(page)


def test_nothing_is_wider_than_a_telephone(page: Page, address: str) -> None:  # noqa: F811
    page.set_viewport_size({"width": 400, "height": 800})
    for path in ("/search?q=training", "/search?view=Table", "/map", "/entity?entity=org:iom", "/entities?kind=Donors"):  # fmt: skip
        page.goto(address + path)
        page.get_by_role("heading").first.wait_for()
        _settled(page)
        assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth"), path

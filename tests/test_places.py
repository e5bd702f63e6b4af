"""Places and their level: told by words beside them, by lists, and by the country of the document."""

from dataclasses import replace

import pytest
from extraction import PERIOD, analyse, analyser, names

from kb.records import Block, Document, Section
from kb.store import Store


def about(title: str, *paragraphs: str, organisation: str = ""):
    """The analysis of a document with a title."""
    section = Section(0, "", 1, tuple(Block(p) for p in paragraphs))
    document = Document(
        "1" * 64, "a.txt", title=title, organisation=organisation, period=PERIOD, language="en", pages=1
    )
    return analyser().analyse(document, [section], lambda kind, name: None)


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("Teams went to the health zones of Mokanda, Ilebwe (Tshuapa) and Bokuta.", {"Mokanda", "Ilebwe", "Bokuta"}),
        ("The flood hit Mokanda, Ilebwe and Bokuta districts.", {"Mokanda", "Ilebwe", "Bokuta"}),
        ("The cities of Mokanda and Ilebwe were cut off.", {"Mokanda", "Ilebwe"}),
        ("Dans le territoire de Mokanda, dix puits.", {"Mokanda"}),
        ("Nurses of the Bokuta health area came.", {"Bokuta"}),
        ("They opened a shop in Mokanda tehsil.", {"Mokanda"}),
        ("The Chief District Officer came to the makeshift settlements.", set()),
    ],
)  # fmt: skip
def test_words_and_lists_tell_the_level_of_unknown_places(text, districts):
    assert names(analyse(text), "place", level="district") == districts


def test_a_county_that_the_lists_know_as_a_region_stays_one():
    analysis = about("Liberia: weekly report", "Four wells were dug in Margibi County and in Lofa County.")
    assert names(analysis, "place", level="region") == {"Margibi", "Lofa"}
    assert names(analysis, "place", level="district") == set()


def test_the_seat_of_a_district_is_one_in_its_own_country_alone():
    text = "The team left Boende for the clinic."
    at_home = about("Update on the Democratic Republic of the Congo", text)
    abroad = about("Liberia: weekly report", "Monrovia, Liberia: the plane came from Boende.")
    assert names(at_home, "place", level="district") == {"Boende"}
    assert "Boende" in names(abroad, "place", level="settlement")
    seat = next(e for e in at_home.entities if e.name == "Boende")
    assert (seat.parent, seat.country, seat.lat is not None) == ("place:cd", "CD", True)


def test_a_town_that_is_a_district_for_one_document_is_one_for_all(tmp_path):
    at_home = about("Update on the Democratic Republic of the Congo", "The team left Boende.")
    abroad = about("Liberia: weekly report", "Monrovia, Liberia: the plane came from Boende.")
    abroad = replace(abroad, document=replace(abroad.document, id="2" * 64, path="b.txt"))
    store = Store(tmp_path / "kb.sqlite3")
    for analysis in (abroad, at_home):
        store.put(analysis, status="ok")
    assert [e["level"] for e in store.entities(kind="place") if e["name"] == "Boende"] == ["district"]
    store.close()


@pytest.mark.parametrize(
    ("title", "organisation", "text", "level"),
    [
        ("Liberia: weekly report", "", "Planes came to Kakata from France, Germany and Italy.", "district"),
        ("Weekly report", "", "Cases in Margibi, Lofa and Kakata; a doctor came from France.", "district"),
        ("Weekly report", "UNICEF Liberia", "It rained in Paris and in Kakata.", "district"),
        ("France: weekly report", "", "It rained in Paris and in Kakata.", "settlement"),
        ("The fund", "", "It paid in Peru, Chad, Laos, Haiti, Fiji, and in Kakata.", "settlement"),
    ],
)
def test_the_country_of_a_document_is_told_by_title_publisher_and_places(title, organisation, text, level):
    assert "Kakata" in names(about(title, text, organisation=organisation), "place", level=level)

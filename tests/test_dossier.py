"""Dossiers: key figures, issue by issue, with whom, what is new, what went quiet, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hives
import pytest
from bases import open_base

from kb import atlas
from kb.base import KnowledgeBase
from kb.errors import InputError
from kb.records import AuthorityEntry
from kb.wording import short_period


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("hives")
    with open_base(folder / "indexes") as base:
        assert not base.ingest(hives.write(folder / "in")).failed
        yield base


@pytest.fixture(scope="module")
def japan(base: KnowledgeBase) -> dict[str, Any]:
    return base.dossier("org:gov-jp")


def test_key_figures_are_the_largest_of_its_activities(japan):
    assert [f["what"] for f in japan["figures"]] == [
        "120 hives",
        "64 keepers of queens",
        "52 traders",
        "37 beekeepers",
    ]


def test_a_key_figure_has_its_words(base, japan):
    assert base.evidence(*japan["figures"][0]["span"])["quote"].startswith("120")


def test_a_silent_issue_stands_in_the_timeline(base):
    issues = base.dossier("place:tj-kulob")["issues"]
    assert [(i["short"], bool(i["mentions"]), i["activities"]) for i in issues] == [
        ("2013", True, 1),
        ("2014", False, 0),
        ("2015", False, 0),
    ]


def test_those_it_works_with_are_told_with_how_often(japan):
    told = {t["name"]: (t["field"], len(t["activities"]), t["first"][-4:], t["last"][-4:]) for t in japan["together"]}  # fmt: skip
    assert told["Khujand"] == ("district", 2, "2013", "2014")
    assert told["European Union"] == ("donor", 1, "2015", "2015")


def test_what_the_latest_issue_adds_is_new(japan):
    assert {t["name"] for t in japan["news"]["met"]} == {"European Union", "Panjakent"}
    assert len(japan["news"]["activities"]) == 1


def test_those_whom_two_issues_do_not_name_went_quiet(japan):
    assert {t["name"] for t in japan["news"]["quiet"]} == {"Nilufar", "Kulob"}


def test_of_what_is_silent_itself_the_last_issue_is_told(base):
    news = base.dossier("org:nilufar")["news"]
    assert (news["silent"], news["last"]["short"], news["activities"], news["quiet"]) == (2, "2013", [], [])


def test_a_dossier_that_there_is_not_is_told(base):
    with pytest.raises(InputError, match="there is no entity 'org:nobody'"):
        base.dossier("org:nobody")


# Where


def test_places_stand_on_the_map_with_their_activities(base):
    found = base.atlas()
    assert {p["name"]: len(p["activities"]) for p in found["points"]} == {
        "Khujand": 2,
        "Kulob": 1,
        "Panjakent": 1,
    }
    assert found["nowhere"] == found["elsewhere"] == []


def test_the_map_keeps_to_year_and_donor(base):
    found = base.atlas(donor="European Union", since="2015", until="2015")
    assert [p["name"] for p in found["points"]] == ["Panjakent"]


def test_the_map_knows_what_lies_around(base):
    around = base.atlas()["around"]
    assert "Ayni" in {p["name"] for p in around}
    assert not {"Khujand", "Kulob", "Panjakent"} & {p["name"] for p in around}


def point(name: str, lat: float, lon: float) -> dict[str, Any]:
    return {"id": name, "name": name, "level": "district", "lat": lat, "lon": lon, "activities": ["a"]}


def test_a_place_far_from_all_others_is_beside_the_map():
    close, far = atlas.near([point("a", 9, -13), point("b", 8, -11), point("c", 6.5, -10), point("d", 46, 6)])
    assert [p["name"] for p in close] == ["a", "b", "c"]
    assert [p["name"] for p in far] == ["d"]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (("district", "XX"), ["known"]),
        (("settlement", "XX"), ["known"]),
        (("country", "XX"), []),
    ],
)
def test_known_places_of_the_map_are_drawn(known, shown):
    level, country = known
    entry = AuthorityEntry("place:known", "place", "known", level=level, country=country, lat=9.1, lon=-12.9)
    assert [p["name"] for p in atlas.around([point("a", 9, -13)], [entry])] == shown


def test_towns_are_left_out_where_districts_are_known():
    entries = [
        AuthorityEntry(f"place:{level}", "place", level, level=level, country="XX", lat=9.1, lon=-12.9)
        for level in ("settlement", "district")
    ]
    assert [p["name"] for p in atlas.around([point("a", 9, -13)], entries)] == ["district"]


def test_a_degree_of_the_equator_is_as_long_as_it_is():
    assert atlas.kilometres((0, 0), (0, 1)) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2014-01-01", "2014-12-31", "2014"),
        ("2011-01-01", "2011-06-30", "Jan–Jun 2011"),
        ("2012-06-01", "2012-06-30", "Jun 2012"),
        ("2012-01-01", "2014-12-31", "2012–2014"),
        ("2012-09-25", "", "Sep 2012"),
        ("2012", "2012", "2012"),
        ("", "", ""),
    ],
)
def test_a_period_in_few_letters(start, end, told):
    assert short_period(start, end) == told

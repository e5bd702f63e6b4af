"""The search desk's lists: what filters let through, what a question orders, what leaves as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hives
import pytest
from bases import open_base

from kb import lookup
from kb.base import KnowledgeBase
from kb.errors import InputError


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("hives")
    with open_base(folder / "indexes") as base:
        assert not base.ingest(hives.write(folder / "in")).failed
        yield base


def figures_of(rows: list[dict[str, Any]]) -> list[str]:
    return [f["name"] for row in rows for f in row["fields"] if f["field"] == "figure"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["64 keepers of queens", "52 traders", "120 hives", "37 beekeepers"]),
        ({"donor": "European Union"}, ["64 keepers of queens"]),
        ({"partner": "nilufar"}, ["37 beekeepers"]),
        ({"district": "Khujand"}, ["52 traders", "37 beekeepers"]),
        ({"district": "Kulyab"}, ["120 hives"]),
        ({"type": "distribution"}, ["120 hives"]),
        ({"since": "2014"}, ["64 keepers of queens", "52 traders"]),
        ({"since": "2013-06-15", "until": "2014-04-20"}, ["52 traders", "120 hives"]),
        ({"until": "2013"}, ["120 hives", "37 beekeepers"]),
        ({"document": "hives-2014.txt"}, ["52 traders"]),
        ({"district": "Khujand", "since": "2015"}, []),
    ],
)
def test_filters_leave_the_activities_that_fit_the_newest_first(base, filters, found):
    assert figures_of(base.look_up("activities", **filters)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trainings in Khujand", ["52 traders", "37 beekeepers"]),
        ("What did Nilufar do?", ["37 beekeepers"]),
        ("hives for families", ["120 hives"]),
        ("football cup of Brazil", []),
    ],
)
def test_a_question_leaves_the_activities_that_hold_its_words(base, query, found):
    assert figures_of(base.look_up("activities", query)) == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"district": "Panjakent"}, ["64 keepers of queens"]),
        ({"type": "distribution"}, ["120 hives"]),
        ({"until": "2013-05"}, ["37 beekeepers"]),
    ],
)
def test_filters_leave_the_figures_that_fit(base, filters, found):
    assert [r["what"] for r in base.look_up("figures", **filters)] == found


def test_passages_are_listed_without_a_query(base):
    assert {r["title"][-4:] for r in base.look_up("passages", since="2014")} == {"2014", "2015"}


def test_passages_with_a_query_are_the_search_with_its_dates(base):
    row = base.look_up("passages", "queens")[0]
    assert ("64 keepers" in row["text"], row["when"][0]) == (True, "2015-01-01")


def test_a_type_that_no_activity_has_is_told_with_the_closest(base):
    with pytest.raises(InputError, match="closest are 'training'"):
        base.look_up("passages", type="trainings")


def test_a_list_that_there_is_not_is_told(base):
    with pytest.raises(InputError, match="Lists: activities, figures, passages"):
        base.look_up("people")


def test_each_field_has_the_words_it_rests_on(base):
    (row,) = base.look_up("activities", partner="Nilufar")
    words = {f["name"]: base.evidence(*f["span"])["quote"] for f in row["fields"]}
    assert words["Japan"] == "Government of Japan"
    assert words["37 beekeepers"].startswith("37")


def test_each_thing_is_one_field(base):
    (row,) = base.look_up("activities", partner="Nilufar")
    assert [f["field"] for f in row["fields"]] == ["figure", "district", "donor", "partner", "organisation"]


@pytest.mark.parametrize(
    ("order", "first"),
    [("Best first", "64"), ("Oldest first", "37"), ("By type", "120"), ("By issue", "120")],
)
def test_a_list_can_be_sorted(base, order, first):
    rows = lookup.orders("activities")[order](base.look_up("activities"))
    assert figures_of(rows)[0].split()[0] == first


def test_without_a_query_nothing_is_best():
    assert next(iter(lookup.orders("figures", asked=False))) == "Newest first"


@pytest.mark.parametrize("kind", ["activities", "figures", "passages"])
def test_a_table_has_the_columns_of_its_kind(base, kind):
    rows = lookup.table(kind, base.look_up(kind))
    assert all(row.keys() >= set(lookup.columns(kind)) for row in rows)


def test_a_table_names_what_the_fields_hold(base):
    (row,) = lookup.table("activities", base.look_up("activities", donor="European Union"))
    told = {k: row[k] for k in ("when", "type", "districts", "donors", "figures", "file")}
    assert told == {
        "when": "2015-03",
        "type": "training",
        "districts": "Panjakent",
        "donors": "Japan; European Union",
        "figures": "64 keepers of queens",
        "file": "hives-2015.txt",
    }


def test_the_mark_of_the_state_changes_with_a_write(tmp_path):
    with open_base(tmp_path / "indexes") as base:
        before = base.state
        assert base.state == before
        base.ingest(hives.write(tmp_path / "in"))
        assert base.state != before

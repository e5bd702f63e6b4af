"""Documents that disagree: what counts as one thing, the likely cause, and what people rule."""

import pytest
from bases import open_base

from kb.errors import InputError

MAY = """# Zarang Bulletin - May 2013

## Water in Rasht

The mission built 14 reservoirs for villages in Rasht district in April 2013.

## Schools

So far the mission has equipped 900 classrooms with stoves.

## Tents

The mission plans to give 300 tents to families in Lakhsh district in June 2013.

## Roads

The project "Open Roads" is funded by the Government of Norway.

## Our house

In 1995 the mission held a seminar on river law for judges in Dushanbe.
"""
JUNE = """# Zarang Bulletin - June 2013

## Water in Rasht

The mission built 17 reservoirs for villages in Rasht district in April 2013.

## Water in Vose

The mission built 5 reservoirs for villages in Vose district in April 2013.

## Schools

In June 2013 the mission has equipped 40 classrooms with stoves.

## Roads

The project "Open Roads" is funded by the Government of Japan.

## Our house

In 1997 the mission held a seminar on river law for judges in Dushanbe.

## Bakers

A baker sold 20 loaves of bread.
"""


@pytest.fixture
def base(tmp_path):
    (tmp_path / "may.md").write_text(MAY, "utf-8")
    (tmp_path / "june.md").write_text(JUNE, "utf-8")
    with open_base(tmp_path / "root") as base:
        base.ingest([tmp_path / "may.md", tmp_path / "june.md"])
        yield base


def found(base, *values):
    """The conflict with a claim of each value."""
    return next(
        (
            c
            for c in base.conflicts()
            if all(any(v in claim["value"] for claim in c["claims"]) for v in values)
        ),
        None,
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("14 reservoirs", "17 reservoirs"), "figure"),
        (("900 classrooms", "40 classrooms"), "figure"),
        (("Norway", "Japan"), "donor"),
        (("1995", "1997"), "date"),
    ],
)
def test_claims_on_one_thing_stand_side_by_side(base, values, kind):
    conflict = found(base, *values)
    assert conflict["kind"] == kind
    assert all(c["quote"] in base.section_text(c["document"], c["section_id"]) for c in conflict["claims"])


def test_a_cause_is_named_where_one_is_seen(base):
    assert "total" in found(base, "900 classrooms")["cause"]
    assert found(base, "Norway")["cause"] == "different date"


def test_what_counts_other_things_is_no_conflict(base):
    assert found(base, "loaves") is None


def test_a_ruling_is_remembered_and_can_be_undone(base):
    conflict = found(base, "14 reservoirs")
    number = next(n for n, c in enumerate(conflict["claims"], 1) if c["value"] == "17 reservoirs")
    rule = base.prefer(conflict["id"], number, who="Nilufar", why="counted again")
    assert found(base, "14 reservoirs")["ruling"] == {
        "rule": rule["id"], "who": "Nilufar", "when": rule["when"], "why": "counted again", "claim": number,
    }  # fmt: skip
    assert base.rules()[0]["state"] == "in force"
    assert "17 reservoirs" in base.rules()[0]["says"]
    base.undo(rule["id"])
    assert found(base, "14 reservoirs")["ruling"] is None


def test_a_ruling_on_words_that_are_gone_finds_nothing(base):
    conflict = found(base, "14 reservoirs")
    base.prefer(conflict["id"], 1)
    base.remove(conflict["claims"][0]["document"])
    assert base.rules()[0]["state"] == "finds nothing"


@pytest.mark.parametrize(("id", "claim"), [("nothing", 1), (None, 0), (None, 9)])
def test_no_ruling_on_what_is_not_there(base, id, claim):
    with pytest.raises(InputError, match="kb conflicts"):
        base.prefer(id or base.conflicts()[0]["id"], claim)


def test_an_answer_shows_who_disagrees_and_what_was_ruled(base):
    conflict = found(base, "14 reservoirs")
    base.prefer(conflict["id"], 1, who="Nilufar")
    answer = base.ask("How many reservoirs were built in Rasht?")
    (shown,) = [c for c in answer["conflicts"] if c["ruling"]]
    assert {"14 reservoirs", "17 reservoirs"} <= {c["value"] for c in shown["claims"]}
    assert shown["ruling"]["who"] == "Nilufar"

"""Relative words of time, open spans, the newest issues, and events that bound a time."""

from datetime import date

import pytest
from bases import open_base

from kb.periods import period
from kb.times import settle

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("How many were trained last year?", "How many were trained in 2025?"),
        ("What is planned for this year?", "What is planned for 2026?"),
        ("Who came in the year before last?", "Who came in 2024?"),
        ("How many since last year?", "How many since 2025?"),
        ("How many before this month?", "How many before May 2026?"),
        ("How many last quarter?", "How many in January – March 2026?"),
        ("What was done in the last two years?", "What was done since May 2024?"),
        ("What came last week?", "What came since 13 May 2026?"),
        ("What came yesterday?", "What came in 19 May 2026?"),
        ("What was done in the last year of the project?", "What was done in the last year of the project?"),
        ("Who funds the wells?", "Who funds the wells?"),
    ],
)
def test_relative_words_become_dates(text, settled):
    assert settle(text, {}, TODAY).text == settled


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("trained since 2011", ("2011-01-01", "9999-12-31")),
        ("trained after March 2012", ("2012-04-01", "9999-12-31")),
        ("trained before 2012", ("0001-01-01", "2011-12-31")),
        ("trained until 5 May 2012", ("0001-01-01", "2012-05-05")),
        ("trained since 2011 and before 2014", ("2011-01-01", "2013-12-31")),
        ("trained from 2011 until 2013", ("2011-01-01", "2013-12-31")),
        ("trained in 2012", ("2012-01-01", "2012-12-31")),
    ],
)
def test_a_time_may_be_open_to_a_side(text, span):
    assert period(text) == span


LETTERS = {
    "a.md": """# Well News - March 2012

## Wells in Ayni

In March 2012 the project drilled 12 wells in Ayni district.
""",
    "b.md": """# Well News - June 2013

## A change at the head

Rustam Nazarov took over as new Chief of Mission on 3 May 2013.

## Wells in Ayni

In June 2013 the project drilled 30 wells in Ayni district. Forty farmers were trained over the past two years.
""",
    "c.md": """# Well News - September 2014

## Wells in Ayni

In September 2014 the project drilled 7 wells in Ayni district.
""",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wells")
    for name, text in LETTERS.items():
        (folder / name).write_text(text, "utf-8")
    with open_base(tmp_path_factory.mktemp("root")) as base:
        base.ingest(folder)
        yield base


@pytest.mark.parametrize(
    ("question", "told", "as_of"),
    [
        ("How many wells were drilled before 2013?", "12 wells", "2012-03"),
        ("How many wells were drilled since 2014?", "7 wells", "2014-09"),
        ("How many wells did the last issue tell of?", "7 wells", "2014-09"),
        ("How many wells were drilled in Ayni in the latest newsletter?", "7 wells", "2014-09"),
        ("How many wells were drilled before the new Chief of Mission?", "12 wells", "2013-06"),
        ("How many wells were drilled after the new Chief of Mission?", "wells", "201"),
        ("How many farmers were trained over the past two years?", "forty farmers", "2013-06"),
    ],
)
def test_a_question_of_a_time_is_answered_from_that_time(base, question, told, as_of):
    answer = base.ask(question)
    assert answer["answered"], answer["answer"]
    assert told.casefold() in answer["answer"].casefold()
    assert answer["as_of"]["date"].startswith(as_of)


def test_an_event_that_bounds_the_time_is_cited_with_its_date(base):
    answer = base.ask("How many wells were drilled before the new Chief of Mission?")
    assert answer["time"] == ["“the new Chief of Mission”: 3 May 2013"]
    assert any("took over" in c["quote"] for c in answer["citations"])


def test_only_as_many_issues_are_considered_as_are_asked_for(base):
    answer = base.ask("How many wells were drilled in the last two issues?")
    assert answer["coverage"]["documents_considered"] == 2
    assert "Well News - September 2014" in answer["time"][0]


def test_what_happened_in_the_last_issue_is_told_from_the_ledger(base):
    answer = base.ask("What happened in the last issue?")
    assert {c["title"] for c in answer["citations"]} == {"Well News - September 2014"}


def test_last_year_is_not_the_year_of_an_old_document(base):
    answer = base.ask("How many wells were drilled in Ayni last year?")
    assert not answer["answered"]
    assert answer["as_of"] is None

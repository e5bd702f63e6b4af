"""Document facts: title, organisation, period, language."""

from __future__ import annotations

import pytest

from kb.plugins.describe import kb_describe, periods
from kb.records import Block, Document

BODY = "The training was held in the regional centre and brought together staff of the migration service."


def describe(*blocks: Block, path: str = "a.pdf", title: str = "", **more) -> Document:
    return kb_describe(Document("x", path, title=title, pages=1, blocks=(*blocks, Block(BODY)), **more))


def head(text: str, size: float = 20.0, level: int = 1) -> Block:
    return Block(text, role="heading", level=level, size=size)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("September 2012", "2012-09-01", "2012-09-30"),
        ("January - June 2011", "2011-01-01", "2011-06-30"),
        ("July – September 2012", "2012-07-01", "2012-09-30"),
        ("October 2011 to March 2012", "2011-10-01", "2012-03-31"),
        ("December - February 2013", "2012-12-01", "2013-02-28"),
        ("Q3 2014", "2014-07-01", "2014-09-30"),
        ("2014 Q3", "2014-07-01", "2014-09-30"),
        ("Third quarter of 2014", "2014-07-01", "2014-09-30"),
        ("2e trimestre 2014", "2014-04-01", "2014-06-30"),
        ("first half of 2016", "2016-01-01", "2016-06-30"),
        ("12 September 2014, No. 10", "2014-09-12", "2014-09-12"),
        ("September 12, 2014", "2014-09-12", "2014-09-12"),
        ("as of 26 February 2016", "2016-02-26", "2016-02-26"),
        ("Data from 19 August to 8 September 2014", "2014-08-19", "2014-09-08"),
        ("8 - 12 May 2015", "2015-05-08", "2015-05-12"),
        ("No. 5 - 30 August 2014", "2014-08-30", "2014-08-30"),
        ("Period ended 30 June 2019", "2018-07-01", "2019-06-30"),
        ("quarter ending 31 March 2012", "2012-01-01", "2012-03-31"),
        ("du 1er septembre 2014", "2014-09-01", "2014-09-01"),
        ("Annual Report 2024", "2024-01-01", "2024-12-31"),
        ("2012-2013", "2012-01-01", "2013-12-31"),
        ("report_2014-09-12_final", "2014-09-12", "2014-09-12"),
        ("сентябрь 2012", "2012-09-01", "2012-09-30"),
    ],
)
def test_periods(text, start, end):
    (period,) = periods(text)[:1]
    assert (period.start, period.end) == (start, end)
    assert period.label in text.replace("_", " ")


@pytest.mark.parametrize("text", ["in May", "1992-2014", "page 2 of 12", "+992 37 2012345"])
def test_what_is_no_period(text):
    assert not [p for p in periods(text) if not p.label.isdigit()]


def test_a_month_on_the_title_is_widened_by_the_running_head():
    found = describe(
        head("IOM Newsletter"), head("September 2012", 14), Block("July - September 2012", role="header")
    )
    assert (found.period.start, found.period.end, found.period.label) == (
        "2012-07-01",
        "2012-09-30",
        "September 2012",
    )


def test_a_quarterly_issue_covers_three_months():
    found = describe(head("IOM Newsletter - September 2012"), Block("Welcome to this quarterly newsletter."))
    assert found.period.start == "2012-07-01"


def test_the_file_name_is_asked_last():
    assert describe(head("Newsletter"), path="/x/news_2013-05.pdf").period.start == "2013-05-01"
    assert describe(head("Newsletter, June 2012"), path="/x/news_2013-05.pdf").period.start == "2012-06-01"


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Border talks in the spring", "Border talks in the spring"),
        ("Microsoft Word - report.docx", "Border talks in the spring"),
        ("Template - letterhead.doc", "Border talks in the spring"),
        ("", "Border talks in the spring"),
        ("Something else entirely here", "Border talks in the spring"),
    ],
)
def test_title_is_from_metadata_only_where_the_cover_bears_it_out(given, title):
    heading = Block(
        "Border talks in the spring", role="heading", size=20.0, words=((0, 6, 1, 0.0, 0.0, 1.0, 1.0),)
    )
    assert describe(heading, title=given).title == title


def test_issue_and_period_are_told_with_the_title():
    assert (
        describe(head("Ebola update"), Block("No. 9"), Block("8 September 2014")).title
        == "Ebola update - No. 9"
    )
    assert describe(head("Newsletter"), Block("September 2012")).title == "Newsletter - September 2012"


@pytest.mark.parametrize(
    ("blocks", "organisation"),
    [
        ([head("IOM Tajikistan Newsletter")], "IOM Tajikistan"),
        ([head("IOM Newsletter"), Block("the International Organization for Migration works")], "International Organization for Migration"),
        ([head("Update"), Block("UNICEF", role="footer")], "UNICEF"),
        ([head("Update"), Block("Office for the Coordination of Humanitarian Affairs", role="footer")],
         "Office for the Coordination of Humanitarian Affairs"),
        ([head("COOLEMAN RIDGE PARK CARE GROUP"), head("Future programme", 12)], "Cooleman Ridge Park Care Group"),
        ([head("Update"), Block("OCHA is here. See www.unocha.org for more.")], "OCHA"),
        ([head("Update on the work")], ""),
    ],
)  # fmt: skip
def test_organisation(blocks, organisation):
    assert describe(*blocks).organisation == organisation


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "en"),
        ("Les autorités ont organisé une réunion avec les partenaires sur la situation humanitaire.", "fr"),
        ("Миссия провела обучение для сотрудников миграционной службы в областном центре.", "ru"),
    ],
)
def test_language(text, language):
    assert kb_describe(Document("x", "a.txt", blocks=(Block(text * 2),))).language == language


def test_a_date_of_making_far_from_the_period_is_no_date_of_publication():
    assert describe(head("News, May 2012"), published="2012-06-10").published == "2012-06-10"
    assert describe(head("News, May 2012"), published="2026-06-10").published == ""

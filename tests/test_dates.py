"""Dates and spans of time in text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.plugins.dates import kb_extract
from kb.quantities.calendar import find_dates
from kb.records import Block, Document, Period, Section

PERIOD = Period("2012-07-01", "2012-09-30", "July - September 2012")


def dates(text: str, period: Period | None = PERIOD) -> list[tuple[str, str, str]]:
    document = Document("0" * 64, "test.txt", period=period, language="en")
    section = Section(0, "", 1, (Block(text),))
    found = kb_extract(section=section, document=document)
    return [(section.text[m.start : m.end], m.date.start, m.date.end) for m in found]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on 21 July 2012,", "2012-07-21", "2012-07-21"),
        ("on 21st of July, 2012", "2012-07-21", "2012-07-21"),
        ("on July 23, 2012 in", "2012-07-23", "2012-07-23"),
        ("on July 23 - 26, 2012 in", "2012-07-23", "2012-07-26"),
        ("on 23-26 July 2012", "2012-07-23", "2012-07-26"),
        ("from 19 August to 8 September 2014", "2014-08-19", "2014-09-08"),
        ("December 30, 2011 - January 2, 2012", "2011-12-30", "2012-01-02"),
        ("of 2012-09-25", "2012-09-25", "2012-09-25"),
        ("of 25.09.2012", "2012-09-25", "2012-09-25"),
        ("of 25/09/2012", "2012-09-25", "2012-09-25"),
        ("of 09/25/2012", "2012-09-25", "2012-09-25"),
        ("of 03/04/2012", "2012", "2012"),
        ("in September 2012", "2012-09", "2012-09"),
        ("in Sept. 2012", "2012-09", "2012-09"),
        ("From July to September 2012", "2012-07", "2012-09"),
        ("between August and September 2012", "2012-08", "2012-09"),
        ("July - September 2012", "2012-07", "2012-09"),
        ("from November 2011 to March 2012", "2011-11", "2012-03"),
        ("November - January 2012", "2011-11", "2012-01"),
        ("in Q3 2014", "2014-07", "2014-09"),
        ("in the third quarter of 2012", "2012-07", "2012-09"),
        ("the first half of 2011", "2011-01", "2011-06"),
        ("in H2 2011", "2011-07", "2011-12"),
        ("in summer 2011", "2011-06", "2011-08"),
        ("in 2010 the", "2010", "2010"),
        ("since 1992", "1992", "1992"),
        ("the Plan 2022–2025", "2022", "2025"),
        ("in 2011/12", "2011", "2012"),
        ("between 2000 and 2007", "2000", "2007"),
        ("le 1er septembre 2014", "2014-09-01", "2014-09-01"),
        ("du 8 au 11 juillet 2025", "2025-07-08", "2025-07-11"),
        ("en août 2014", "2014-08", "2014-08"),
        ("21 июля 2012 года", "2012-07-21", "2012-07-21"),
        ("в сентябре 2012 г.", "2012-09", "2012-09"),
        ("с июля по сентябрь 2012 года", "2012-07", "2012-09"),
    ],
)
def test_dates_told_with_a_year(text, start, end):
    assert [d[1:] for d in dates(text, None)] == [(start, end)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("On 27 June, National Unity Day", "2012-06-27", "2012-06-27"),
        ("On 12 December the shop opened.", "2011-12-12", "2011-12-12"),
        ("A meeting will be held on 12 December.", "2012-12-12", "2012-12-12"),
        ("On 5 October the shop opened.", "2012-10-05", "2012-10-05"),
        ("from 8 to 13 September", "2012-09-08", "2012-09-13"),
        ("a course in July", "2012-07", "2012-07"),
        ("From July to September, the team", "2012-07", "2012-09"),
        ("over the past two years", "2010", "2012"),
        ("in the last six months", "2012-04", "2012-09"),
        ("as of last year", "2011", "2011"),
        ("later this year", "2012", "2012"),
        ("carried out during the last quarter", "2012-07", "2012-09"),
    ],
)
def test_dates_told_without_a_year_fall_into_the_documents_period(text, start, end):
    assert [d[1:] for d in dates(text)] == [(start, end)]


def test_without_a_period_the_year_told_nearest_serves():
    found = dates("The shop was built on 21 July 2011. It opened on 27 June.", None)
    assert found[1] == ("27 June", "2011-06-27", "2011-06-27")


def test_a_day_without_any_year_is_no_date():
    assert dates("It opened on 27 June.", None) == []


@pytest.mark.parametrize(
    "text",
    [
        "You may 2 times ask, and march 15 km.",
        "over 2000 signatures and 2010 participants",
        "There were 1998 families.",
        "April said so; June agreed.",
        "budget of $2012 and version 1.2012",
        "at 10:30 in room 12, tel. 221 03 02",
        "in recent years",
    ],
)
def test_what_is_no_date(text):
    assert dates(text) == []


def test_furniture_of_a_page_tells_no_dates():
    section = Section(0, "", 1, (Block("September 2012", role="footer"), Block("Built in 2010.")))
    document = Document("0" * 64, "test.txt", period=PERIOD)
    assert [m.date.start for m in kb_extract(section=section, document=document)] == ["2010"]


WORDS = st.sampled_from(
    "21 July 2012 - to 23 , September 1 may 31 February in Q3 first quarter of 99/99/2012 last two years 2012/13 août".split()
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_gives_dates_in_order_within_it(text):
    found = find_dates(text, PERIOD)
    assert all(0 <= d.start < d.end <= len(text) for d in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(d.first[:4].isdigit() and d.first[:4] <= d.last[:4] for d in found if d.first)

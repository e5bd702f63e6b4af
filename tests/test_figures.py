"""Figures: numbers that count or measure something."""

from functools import cache

import pytest
from extraction import analyser
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import LOREM, Sheets

from kb.extract import SectionContext
from kb.names import Names
from kb.plugins.figures import kb_extract
from kb.plugins.read_pdf import kb_read
from kb.plugins.segment import kb_segment
from kb.quantities.numerals import find_numerals
from kb.records import AuthorityEntry, Block, Document, Mention, Period, Section
from kb.settings import Settings

PERIOD = Period("2014-07-01", "2014-09-30", "July - September 2014")


@cache
def names(entries: tuple[AuthorityEntry, ...]) -> Names:
    return Names(entries)


def mentions(*blocks: Block | str, language: str = "en", entries=()) -> tuple[Section, list[Mention]]:
    section = Section(0, "", 1, tuple(Block(b) if isinstance(b, str) else b for b in blocks))
    document = Document("0" * 64, "test.txt", period=PERIOD, language=language)
    context = SectionContext(section, language, names(tuple(entries)))
    return section, kb_extract(section=section, document=document, context=context)


def figures(*blocks: Block | str, language: str = "en", entries=()) -> list[tuple]:
    found = mentions(*blocks, language=language, entries=entries)[1]
    return [(m.figure.value, m.figure.unit, m.figure.counted) for m in found]


def rows(*texts: str) -> list[Block]:
    return [Block(t, role="table") for t in texts]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "5,874 and 1 617 767 and 250.000 and 1'500", [5874, 1617767, 250000, 1500]),
        ("en", "2,45 million, 7.29 million, 3 bn and 12 thousand", [2450000, 7290000, 3e9, 12000]),
        ("en", "13.2 or 28,5 or 1,5", [13.2, 28.5, 1.5]),
        ("en", "1.234 km but 1.234 people", [1.234, 1234]),
        ("en", "twenty two, twenty-eight, one hundred and five, a million", [22, 28, 105, 1e6]),
        ("en", "ten thousand two hundred", [10200]),
        ("en", "+3 | -1 | 10-15", [3, -1, 10, 15]),
        ("fr", "vingt et un, quatre-vingt-dix-sept, deux cents, trois mille", [21, 97, 200, 3000]),
        ("ru", "двадцать пять, сто двадцать, 12 тыс., 3,5 млн", [25, 120, 12000, 3500000]),
    ],
)
def test_numerals(language, text, values):
    assert [n.value for n in find_numerals(text, language)] == pytest.approx(values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("178 outreach workers from twenty two target districts attended.", [(178, "outreach workers"), (22, "target districts")]),
        ("The group identified 21 VOTs, including 11 men and 10 women.", [(21, "VOTs"), (11, "men"), (10, "women")]),
        ("10 Afghan members of the Border Police joined 5 guards.", [(10, "Afghan members of the Border Police"), (5, "guards")]),
        ("Twenty-eight of the thirty-one patients were treated.", [(28, "patients"), (31, "patients")]),
        ("The grants went to 10 to 15 families.", [(10, "families"), (15, "families")]),
        ("Each session had three or four helpers.", [(3, "helpers"), (4, "helpers")]),
        ("13 cases have been confirmed, including 7 on Monday.", [(13, "cases"), (7, "cases")]),
        ("Of the 9 new cases, 4 are in the north, 2 in the south and 3 at sea.", [(9, "new cases"), (4, "new cases"), (2, "new cases"), (3, "new cases")]),
        ("The number of early detection units rose from 15 to 19.", [(15, "early detection units"), (19, "early detection units")]),
        ("Support grew from reaching 800 children to nearly 3,150.", [(800, "children"), (3150, "children")]),
        ("We trained 15 qualified and experienced volunteer teachers.", [(15, "qualified and experienced volunteer teachers")]),
        ("Twelve of the participants (9 women and 3 men) passed.", [(12, "participants"), (9, "women"), (3, "men")]),
        ("Individual tents: 40", [(40, "Individual tents")]),
        ("Vehicles: 1 bladder truck and 3 Pick-up", [(1, "bladder truck"), (3, "Pick-up")]),
        ("There are two VSAT in the office.", [(2, "VSAT")]),
        ("The plan covers six (6) regions.", [(6, "regions")]),
        ("A 15-member delegation and a 45-bed hospital.", [(15, "member delegation"), (45, "bed hospital")]),
        ("100+ schools took part.", [(100, "schools")]),
        ("One victim was helped.", [(1, "victim")]),
        ("Ten Afghan and five Tajik officers came.", [(10, "Afghan officers"), (5, "Tajik officers")]),
        ("It trained 115 guards, 94 of them women.", [(115, "guards"), (94, "women")]),
        ("It helped 20 adults, of whom 19 were women.", [(20, "adults"), (19, "women")]),
        ("It informed 5,082 migrants and referred 554 for diagnosis.", [(5082, "migrants"), (554, "migrants")]),
        ("At least 6 people were killed and 12 injured.", [(6, "people"), (12, "people")]),
        ("More than 500,000 citizens of Tajikistan live abroad.", [(500000, "citizens of Tajikistan")]),
        ("The work covers 35 towns and districts.", [(35, "towns and districts")]),
        ("Mission staff grew to 41 last year.", [(41, "Mission staff")]),
        ("Some 1.5m people need aid.", [(1500000, "people")]),
        ("27.6 million people took part.", [(27600000, "people")]),
    ],
)  # fmt: skip
def test_counts(text, expected):
    assert [(value, counted) for value, _, counted in figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "value", "unit", "counted"),
    [
        ("The Embassy has provided $984 million in programs.", 984e6, "USD", "programs"),
        ("with a grant of 5,874 Tajik somoni to buy cement", 5874, "TJS", "grant"),
        ("Needs : USD 8,6 million", 8.6e6, "USD", "Needs"),
        ("a request for CERF ($2 million) is under way", 2e6, "USD", "CERF"),
        ("It gave up to £400 worth of household goods.", 400, "GBP", "household goods"),
        ("The net receipts for the year were £3,561.", 3561, "GBP", "net receipts"),
        ("A budget of €1.2m was agreed.", 1.2e6, "EUR", "budget"),
        ("Families received 500 Kenyan shillings each.", 500, "KES", None),
        ("They got 25 million euro for roads.", 25e6, "EUR", "roads"),
        ("75 per cent of those who received a grant said so.", 75, "%", "those who received a grant"),
        ("Nearly 10 per cent of the population leaves each year.", 10, "%", "population"),
        ("It agreed to give $7 million from the Central Fund.", 7e6, "USD", "Central Fund"),
        ("of which 13.2% are migrant workers", 13.2, "%", "migrant workers"),
        ("In 2014, 63 per cent of the funding was spent.", 63, "%", "funding"),
        ("against an industry average of 20%", 20, "%", "industry average"),
        ("a 52 percent increase in the budget", 52, "%", "increase"),
        ("a rise of 15 percentage points", 15, "percentage points", None),
        ("three water tanks holding 210m3 of water", 210, "m3", "water"),
        ("His work is a thirty-mile drive away.", 30, "miles", "drive"),
        ("They paved 12 km of roads.", 12, "km", "roads"),
        ("We gave out 40 tonnes of flour.", 40, "t", "flour"),
    ],
)
def test_money_shares_and_measures(text, value, unit, counted):
    found = [f for f in figures(text) if f[1] == unit]
    assert [f[0] for f in found] == [pytest.approx(value)]
    assert counted is None or found[0][2] == counted


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It cost $5-7 million.", [5e6, 7e6]),
        ("The cost was between EUR 10 and 15 million.", [10e6, 15e6]),
        ("Of a budget of 12,140,550 euro the EU gives 10,557,000.", [12140550, 10557000]),
        ("It rose from US$502,000 to nearly US$979,000.", [502000, 979000]),
    ],
)
def test_both_amounts_have_the_unit_and_the_thing(text, values):
    found = figures(text)
    assert [f[0] for f in found] == values
    assert len({f[1:] for f in found}) == 1
    assert found[0][1]


@pytest.mark.parametrize(
    ("text", "qualifier", "status"),
    [
        ("The centre has registered more than 4000 HIV cases.", "more than", "registered"),
        ("3169 cases of TB have been registered since July.", "", "registered"),
        ("It covered 546 migrants.", "", "reached"),
        ("The workers were busy, referring 42 migrants for tests.", "", "referred"),
        ("Five migrants were detected with TB.", "", "detected"),
        ("The mission employs about 20 staff.", "about", "employed"),
        ("13 confirmed cases are in isolation.", "", "confirmed"),
        ("The project will train at least 300 officers.", "at least", "planned"),
        ("Over 1,200 people were displaced.", "over", "displaced"),
        ("UNICEF will provide 11 tents.", "", "planned"),
        ("The course was attended by nearly 100 people.", "nearly", "attended"),
        ("It lies near 25 villages.", "", ""),
    ],
)
def test_qualifier_and_status(text, qualifier, status):
    (mention,) = mentions(text)[1]
    assert (mention.figure.qualifier, mention.figure.status) == (qualifier, status)


@pytest.mark.parametrize(
    "text",
    [
        "On July 23 - 26, 2012, and in 2010 and 2011/12.",
        "The victims (23 to 27 years old) came home.",
        "A 12-year-old girl, a ten-day course and a two day workshop.",
        "For the past two years and three months they waited.",
        "See page 3, No. 9, section 4.1, Goal 5, SDG 16 and Module 1.",
        "Phone: + 992 37 221 03 02, fax 081 08 000 20",
        "COVID-19, the 3W, UNI724524, A/RES/70/1 and FRS 102.",
        "He came 5th, she came first, in the 21st century.",
        "One of the participants said so; on the one hand, one-to-one.",
        "http://example.org/2014/300-people and www.example.org/12",
        "at 10:30 or 4pm, open 24/7",
        "They live at 15 Rudaki Avenue and 12 Main Street.",
        "The 21 Campaign met at C3 Church.",
        "children aged 6 to 12 and youth aged 15-24",
        "Dorcas, 17, participated.",
        "(1) to teach; (2) to learn",
        "version 2.0 of the report",
        "41.2995° N and 69.24 E",
        "The two countries agreed; these two sides met.",
        "two thirds of the way, three times a week",
        "It is one in five.",
    ],
)
def test_what_counts_nothing(text):
    assert figures(text) == []


def test_a_name_with_a_number_counts_nothing():
    clinic = AuthorityEntry("org:forty-doctors", "organisation", "40 Doctors")
    assert figures("It was led by 40 Doctors of the town.", entries=[clinic]) == []


def test_rows_of_cells_take_label_and_column():
    found = figures(
        *rows(
            "Donor | Amount (US$) | Share (%)",
            "Sweden | 7,710,100 | 70.5",
            "Hungary | 0 | 0",
            "Total | 10,935,846 | 100",
        )
    )
    assert found == [
        (7710100, "USD", "Sweden, Amount (US$)"),
        (70.5, "%", "Sweden, Share (%)"),
        (10935846, "USD", "Total, Amount (US$)"),
        (100, "%", "Total, Share (%)"),
    ]


def test_signs_and_stars_in_cells():
    found = figures(*rows("Number of deaths | 35 | +3 | ▲ | 9.37", "Suspected cases | 22** | -1"))
    assert [(v, c) for v, _, c in found] == [
        (35, "Number of deaths"),
        (3, "Number of deaths"),
        (9.37, "Number of deaths"),
        (22, "Suspected cases"),
        (-1, "Suspected cases"),
    ]


def test_row_numbers_years_and_codes_are_no_figures():
    found = figures(
        *rows(
            "No | Village | Phone | Families", "1 | Khurmi | 221 03 02 | 25", "2 | Vahdat | 221 03 05 | 31"
        ),
        *rows("Year | 2012 | 2013", "Schools | 5 | 6"),
    )
    assert [(v, c) for v, _, c in found] == [
        (25, "Khurmi, Families"),
        (31, "Vahdat, Families"),
        (5, "Schools, 2012"),
        (6, "Schools, 2013"),
    ]


def test_prose_in_a_cell_is_read_as_prose():
    assert figures(*rows("Kulob | Training of 25 teachers and a grant of $500")) == [
        (25, "", "teachers"),
        (500, "USD", "grant"),
    ]


def test_a_number_alone_takes_the_label_beside_it():
    assert figures("Other strategies", "37%") == [(37, "%", "Other strategies")]
    assert figures("77 per cent", "allocated to country programmes") == [
        (77, "%", "allocated to country programmes")
    ]


def test_furniture_of_a_page_has_no_figures():
    assert figures(Block("25 newsletters", role="footer"), Block("Contents 12 pages", role="toc")) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "13 cas confirmés et vingt-deux villages", [(13, ""), (22, "")]),
        ("fr", "plus de 1 500 000 dollars américains", [(1500000, "USD")]),
        ("fr", "54 % des patients âgés de 12 ans", [(54, "%")]),
        ("ru", "более 25 участников и 3,5 млн долларов США", [(25, ""), (3500000, "USD")]),
    ],
)
def test_other_languages(language, text, expected):
    assert [(value, unit) for value, unit, _ in figures(text, language=language)] == expected


PIECES = st.sampled_from(
    "10 15 3,150 2,45 million $ US$ % per cent of the families to from and ( ) | : 2012 July twenty two one-day "
    "including were registered km no. page +3 -1 13.2% more than a \n . , six (6) aged 12/13 one engaged , or & 1.234 0".split(
        " "
    )
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=16).map(" ".join)), st.booleans())
def test_any_text_gives_figures_that_stand_in_it(text, table):
    section, found = mentions(Block(text, role="table" if table else "body"))
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(section.text)
        told = section.text[mention.start : mention.end]
        assert any(c.isdigit() for c in told) or any(True for _ in find_numerals(told))
        assert mention.figure.value == mention.figure.value


def _over_two_pages(
    folder, *, above: str, columns: tuple[int, ...], font: str
) -> tuple[Document, list[Section]]:
    """A ruled table that goes on at the top of the second page, below a line of text."""
    made = Sheets()
    head = ("District", "Wells dug", "Pumps given")
    pages = [
        [head, ("Ayni", "12", "31"), ("Vanj", "14", "37")],
        [("Rasht", "15", "42"), ("Kulob", "16", "45")],
    ]
    for page, rows in enumerate(pages):
        made.page()
        if page:
            made.put(above, 50, 50, font=font)
        else:
            made.put(LOREM, 50, 60)
        top = 700 if page == 0 else 90
        for r, row in enumerate(rows):
            for c in columns if page else range(3):
                x, y = 50 + 150 * c, top + 20 * r
                made.sheet.draw_rect((x, y, x + 150, y + 20), color=0)
                made.put(row[c], x + 5, y + 4, 140)
    document = kb_read(path=made.save(folder / "a.pdf"), settings=Settings())
    return document, kb_segment(document=document)


@pytest.mark.parametrize(
    ("above", "columns", "font", "counted"),
    [
        ("", (0, 1, 2), "tiro", {15: "Rasht, Wells dug", 42: "Rasht, Pumps given"}),
        ("All numbers as told by the districts.", (0, 1, 2), "tiro", {15: "Rasht, Wells dug", 42: "Rasht, Pumps given"}),
        ("Works of the year (continued)", (0, 1, 2), "hebo", {15: "Rasht, Wells dug", 42: "Rasht, Pumps given"}),
        ("Works planned for next spring", (0, 1, 2), "hebo", {15: "Rasht", 42: "Rasht"}),
        ("", (0, 1), "tiro", {15: "Rasht"}),
    ],
    ids=["at the top", "below a remark", "below a title again", "below another title", "other columns"],
)  # fmt: skip
def test_rows_on_the_next_page_know_the_head_of_their_table(tmp_path, above, columns, font, counted):
    document, sections = _over_two_pages(tmp_path, above=above, columns=columns, font=font)
    analysis = analyser().analyse(document, sections, lambda kind, name: None)
    found = [m for m in analysis.mentions if m.kind == "figure" and m.figure.value in counted]
    assert {m.figure.value: m.figure.counted for m in found} == counted
    assert {sections[m.section].page_at(m.start) for m in found} == {2}
    assert "\n".join(s.text for s in sections).count("Wells dug") == 1

"""What the extractors find in a sentence, through the whole analysis with the real authority lists."""

import pytest
from extraction import PERIOD, analyse, analyser, names

from kb.records import Analysis, Block, Document, Section


@pytest.mark.parametrize(
    ("text", "donors"),
    [
        ("The course was funded by the Government of Japan and the Global Fund.", {"Japan", "Global Fund"}),
        ("With the financial support of USAID, IOM trained forty guards.", {"USAID"}),
        (
            "This was made possible with funding from Sweden, Norway and the European Union.",
            {"Sweden", "Norway", "European Union"},
        ),
        ("UNDP has provided $2 million for the new clinics.", {"UNDP"}),
        ("The EU-funded centre opened in May.", {"European Union"}),
        ("The Norrby Family Foundation donated 300 blankets.", {"Norrby Family Foundation"}),
        ("Leeds Rovers sponsored tickets for the children.", {"Leeds Rovers"}),
        ("The costs were paid for by UK Aid Match.", {"UK Aid Match"}),
        (
            "In collaboration with the Hill Lane Quaker Meeting, money was raised.",
            {"Hill Lane Quaker Meeting"},
        ),
        ("United States Fund for Orphans", set()),
        ("The Mill Trust offered free tickets to the families.", {"Mill Trust"}),
        ("Laptops were donated through a partnership with York English.", {"York English"}),
        ("Blankets were donated by the Norrby Family Foundation.", {"Norrby Family Foundation"}),
        ("A proposal asks for funding from the World Bank.", set()),
        ("The ministry, with technical support of the World Health Organization, held a seminar.", set()),
    ],
)
def test_donors_are_those_who_are_told_to_pay(text, donors):
    found = names(analyse(text), "organisation", "donor")
    assert {_short(n) for n in found} == donors


def _short(name: str) -> str:
    long = {
        "United States Agency for International Development": "USAID",
        "United Nations Development Programme": "UNDP",
        "Global Fund to Fight AIDS, Tuberculosis and Malaria": "Global Fund",
    }
    return long.get(name, name)


@pytest.mark.parametrize(
    ("text", "projects"),
    [
        ("The Safe Harvest Monitoring Project began in May.", {"Safe Harvest Monitoring Project"}),
        (
            "Within the framework of the Orchard Water Supply programme, wells were dug.",
            {"Orchard Water Supply programme"},
        ),
        (
            "IOM runs the project “Safe roads for seasonal workers of the valley” with local partners.",
            {"Safe roads for seasonal workers of the valley"},
        ),
        ("The World Food Programme sent flour.", set()),
        ("The USAID project helped, and the project manager agreed.", set()),
        ("He said: “The project is good for us all. We like it.”", set()),
    ],
)
def test_projects_are_named_or_quoted(text, projects):
    assert names(analyse(text), "project") == projects


def test_a_project_without_a_name_is_named_after_its_aim_when_somebody_pays():
    analysis = analyse(
        "The course is part of an ongoing project to modernise the mountain crossing points, funded by Norway."
    )
    assert names(analysis, "project") == {"Project to modernise the mountain crossing points"}
    assert [(r.kind, r.source) for r in analysis.relations if r.kind == "funds"] == [("funds", "org:gov-no")]


def test_one_project_under_two_names_is_one_entity():
    analysis = analyse(
        "The USAID Safe Harvest Monitoring Project began.",
        "In June the Safe Harvest Monitoring project ended.",
    )
    assert len(names(analysis, "project")) == 1


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("The NGO “Silver Spring” visited the village.", {"Silver Spring"}),
        ("Jointly with Save the Children, IOM opened two classes.", {"Save the Children International"}),
        ("IOM worked together with the Ministry of Health.", set()),
    ],
)
def test_partners_are_non_governmental(text, partners):
    assert names(analyse(text), "organisation", "partner") == partners


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("We worked in partnership with Open Door, the Mill Road Bikes and CamRide.", {"Open Door", "Mill Road Bikes", "CamRide"}),
        ("The fund contracted three service providers – TeachAid, Rising Stars Network and Plan B Trust.", {"TeachAid", "Rising Stars Network", "Plan B Trust"}),
        ("A local non-governmental organisation, Sok Sabay, gave legal advice.", {"Sok Sabay"}),
        ("Guests came together with Anna Berg.", set()),
        ("Wells were dug in Mora (ACTED).", {"ACTED"}),
        ("The patients are cared for by MSF.", {"Médecins Sans Frontières"}),
        ("Red Cross volunteers will set up tents.", {"Red Cross"}),
        ("Lessons were given jointly with the Ministry of Labour.", set()),
        ("She attended classes at Harbour College.", set()),
        ("The York Model Railway Society kindly hosted us again.", {"York Model Railway Society"}),
    ],
)  # fmt: skip
def test_partners_that_no_list_knows_are_told_by_the_words_around_them(text, partners):
    found = names(analyse(text), "organisation", "partner")
    assert {n.removeprefix("International ").split(" (")[0] for n in found} >= partners
    assert bool(found) == bool(partners)


def _table(heading: str, *rows: str) -> Analysis:
    blocks = (Block(heading, role="heading", level=1), *(Block(r, role="table") for r in rows))
    document = Document("0" * 64, "t.txt", title="Test", period=PERIOD, language="en", pages=1)
    return analyser().analyse(document, [Section(0, heading, 1, blocks)], lambda kind, name: None)


def test_a_table_of_who_does_what_where_tells_partners_and_where_they_work():
    rows = _table(
        "Who does what where",
        "Sector | Role | Organisations Activities | Location",
        "Health | Lead | Ministry of Health | coordination | Khatlon region, Kulob",
        "Health | Other | MSF | care of patients | Kulob",
        "Water | Other | AquaVie | drilling of wells | Kulob, Vose",
    )
    assert names(rows, "organisation", "partner") == {"Médecins Sans Frontières", "AquaVie"}
    works = {(r.source, r.target) for r in rows.relations if r.kind == "works_in"}
    assert {("org:msf", "place:tj-kulob"), ("org:aquavie", "place:tj-vose")} <= works


def test_a_row_of_such_a_table_is_an_activity_of_a_project():
    rows = _table(
        "Shelter",
        "Sub Sector | Activities | Org. | IP | Status",
        "Shelter | Kulob roof repair project | UNHCR | Mavj | Ongoing",
        "Protection | Protection monitoring | UNHCR |  | Ongoing",
    )
    assert names(rows, "project") == {"Kulob roof repair project"}
    assert names(rows, "organisation", "partner") == {"Mavj"}
    assert [(r.source, r.target) for r in rows.relations if r.kind == "implements"] == [
        ("org:mavj", "project:kulob-roof-repair")
    ]
    assert [a.type for a in rows.activities] == ["monitoring"]


def test_a_document_titled_after_a_project_is_about_it():
    text = (
        "Early Flood Action Framework",
        "The pilot will be paid for by CERF and will reach:",
        "• Vose district.",
    )
    section = Section(0, text[0], 1, (Block(text[0], role="heading", level=1), *map(Block, text[1:])))
    document = Document("0" * 64, "t.txt", title=text[0], period=PERIOD, language="en")
    analysis = analyser().analyse(document, [section], lambda kind, name: None)
    found = {(r.kind, r.source, r.target) for r in analysis.relations if r.kind != "part_of"}
    project = "project:early-flood-action-framework"
    assert found == {("funds", "org:cerf", project), ("works_in", project, "place:tj-vose")}


def test_money_by_name_under_funding_tells_donors():
    section = analyse(
        "• Needs: USD 9 million",
        "• Tajik Government: USD 1.5 million",
        "• CERF: USD 2.5 million",
        "• Gap: USD 5 million",
        heading="Funding",
    )
    assert names(section, "organisation", "donor") == {
        "Government of Tajikistan",
        "Central Emergency Response Fund",
    }


def test_a_legend_read_column_by_column_is_taken_apart():
    section = analyse(
        "Partners implemented shelter work",
        "ABC DRF YWU Agency for Better Care Desert Relief Fund for Nomads Youth and Women Union",
        heading="Legend",
    )
    assert {m.name: m.long for m in section.mentions if m.kind == "acronym"} == {
        "ABC": "Agency for Better Care",
        "DRF": "Desert Relief Fund for Nomads",
        "YWU": "Youth and Women Union",
    }
    assert len(names(section, "organisation", "partner")) == 3


def test_a_fund_is_a_project_only_where_the_document_is_about_it():
    text = "Sweden contributed to the Global Water Access Fund."
    section = Section(0, "", 1, (Block(text),))
    about = Document("0" * 64, "t.txt", title="Global Water Access Fund 2023", period=PERIOD, language="en")
    other = Document("0" * 64, "t.txt", title="Newsletter", period=PERIOD, language="en")
    found = [
        names(analyser().analyse(d, [section], lambda kind, name: None), "project") for d in (about, other)
    ]
    assert found == [{"Global Water Access Fund"}, set()]


@pytest.mark.parametrize(
    ("sentences", "types"),
    [
        (["• Briefing of teachers on hygiene.", "• Briefing of the diplomatic corps."], ["briefing"] * 2),
        (["A training was held for nurses.", "The training lasted five days."], ["training"]),
        (["They need donations.", "Ten laptops were donated by the Norrby Foundation."], ["donation"] * 2),
        (["The ministry launched a campaign against malaria."], ["campaign"]),
        (["UNHCR will deploy doctors to the camp."], ["deployment"]),
        (["• Refresher training for nurses."], ["training"]),
        (["• Monitoring of the borders and briefing to the guards."], ["monitoring", "briefing"]),
    ],
)
def test_what_is_one_event_and_what_is_two(sentences, types):
    assert [a.type for a in analyse(*sentences).activities] == types


def test_the_date_of_an_event_is_not_that_of_what_it_remembers():
    section = analyse(
        "All are invited to a ceremony for the work done over the past 25 years.",
        "When: Sunday 17 August",
        heading="Anniversary ceremony",
    )
    assert [a.start for a in section.activities] == ["2014-08-17"]


def test_an_ngo_found_once_by_its_context_is_found_everywhere():
    analysis = analyse("The NGO “Silver Spring” opened a shelter.", "Later Silver Spring closed it.")
    assert sum(m.entity == "org:silver-spring" and m.role == "" for m in analysis.mentions) == 1


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            "Staff of the Ministry of Water, Roads and Bridges came.",
            "Ministry of Water, Roads and Bridges",
        ),
        ("The National Commission on Land Reform met.", "National Commission on Land Reform"),
        ("The Deputy Head of the Valley Irrigation Service spoke.", "Valley Irrigation Service"),
    ],
)
def test_public_bodies_are_found_by_their_shape(text, body):
    assert body in names(analyse(text), "organisation", "government")


@pytest.mark.parametrize(
    ("text", "person", "role"),
    [
        (
            "Mr. Karim Olimov, Head of the Water Service, opened the day.",
            "Karim Olimov",
            "Head of the Water Service",
        ),
        (
            "“It is good,” said Anna Maria Keller, Country Director of Helvetas.",
            "Anna Maria Keller",
            "Country Director of Helvetas",
        ),
        ("Ambassador Susan Clarke cut the ribbon.", "Susan Clarke", "Ambassador"),
    ],
)
def test_people_are_found_with_their_role(text, person, role):
    analysis = analyse(text)
    assert [(m.name, m.role) for m in analysis.mentions if m.kind == "person" and m.role] == [(person, role)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The Valley Water Union (VWU) met.", "VWU", "Valley Water Union"),
        ("They helped victims of trafficking (VoTs) return.", "VoT", "victims of trafficking"),
        ("He tested for STI (sexually transmitted infections).", "STI", "sexually transmitted infections"),
    ],
)
def test_acronyms_are_paired_with_their_long_form(text, short, long):
    assert [(m.name, m.long) for m in analyse(text).mentions if m.kind == "acronym"] == [(short, long)]


@pytest.mark.parametrize(
    ("spelling", "district"),
    [
        ("Penjikent", "Panjakent"), ("Penjekent", "Panjakent"), ("Kulyab", "Kulob"), ("Qurghonteppa", "Bokhtar"),
        ("Kurgan-Tube", "Bokhtar"), ("Shurobod", "Shamsiddin Shohin"), ("Kanibadam", "Konibodom"), ("Tursunzade", "Tursunzoda"),
    ],
)  # fmt: skip
def test_spellings_and_renamings_are_one_district(spelling, district):
    assert names(analyse(f"A seminar was held in {spelling}."), "place", level="district") == {district}


def test_a_village_is_not_the_city_of_the_same_name():
    analysis = analyse("They live in Vahdat village, Khurmi Jamoat of Penjikent district.")
    assert names(analysis, "place", level="district") == {"Panjakent"}
    assert names(analyse("The office in Vahdat city reopened."), "place", level="district") == {"Vahdat"}


def test_an_activity_has_its_fields_with_evidence():
    analysis = analyse(
        "On 12 August 2014 IOM held a seminar on safe migration in Kulob, funded by Norway.",
        heading="Seminar on Safe Migration",
    )
    activity = next(a for a in analysis.activities if a.type in ("seminar", "workshop"))
    assert (activity.start, activity.end, activity.status) == ("2014-08-12", "2014-08-12", "done")
    targets = {(link.field, link.target) for link in activity.links}
    assert {("donor", "org:gov-no"), ("district", "place:tj-kulob")} <= targets
    text = analysis.sections[0].text
    assert {text[link.start : link.end] for link in activity.links if link.field == "district"} == {"Kulob"}


def test_two_events_of_a_kind_on_different_dates_stay_two():
    analysis = analyse(
        "In July 2014 IOM held a training on visas in Dushanbe.",
        "In September 2014 IOM held a training on law in Khujand.",
    )
    assert [a.start for a in analysis.activities if a.type == "training"] == ["2014-07", "2014-09"]


def test_passages_are_whole_sentences_that_cover_the_section():
    analysis = analyse(
        *["One sentence of some eight words stands here. Another one follows it at once." for _ in range(30)]
    )
    text = analysis.sections[0].text
    assert "".join(p.text for p in analysis.passages).replace(" ", "").replace("\n", "") == text.replace(
        " ", ""
    ).replace("\n", "")
    assert all(p.text == text[p.start : p.end] and len(p.text.split()) < 140 for p in analysis.passages)


def test_pages_and_boxes_follow_the_words():
    first = Block("One two", page=3, words=((0, 3, 3, 0, 0, 9, 9), (4, 7, 4, 0, 0, 9, 9)))
    section = Section(0, "", 1, (Block("Head", page=3, role="heading"), first))
    assert [section.page_at(0), section.page_at(5), section.page_at(9)] == [3, 3, 4]
    assert section.last_page == 4
    assert [w[:3] for w in section.words()] == [(5, 8, 3), (9, 12, 4)]


@pytest.mark.parametrize(
    "run",
    ["Bank", "Bank,", "Kulob.", "Kulob;", "U.", "IOM.", "(IOM)", "IOM’s", "Kyiv-", "A/B", "3W", "Душанбе.", "é,", ".", ",", "a.b", "USD5", "km."],
)  # fmt: skip
def test_a_run_of_letters_is_cut_as_by_the_tokeniser(run):
    known = analyser().names
    assert known._cut(run) == tuple((t.idx, t.idx + len(t), t.norm_) for t in known.nlp.make_doc(run))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The World Bank, and UNICEF.", ["The World Bank", "UNICEF"]),
        ("The World\nBank met.", []),
        ("The World  Bank met.", []),
        ("Save the Children International", ["Save the Children International"]),
    ],
)
def test_a_name_is_found_at_its_longest_and_within_a_line(text, found):
    assert [
        text[m.start : m.end] for m in analyser().names.find(text) if m.kind == "organisation" and not m.role
    ] == found


def test_a_name_means_who_bore_it_at_the_time_of_the_document():
    (place,) = names(analyse("In July 2014 the mission trained 20 farmers in Bokhtar."), "place")
    assert place == "Kushoniyon"

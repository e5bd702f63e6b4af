"""Questions to tables, maps, lists and several issues: small reports of an invented flood, asked as a mission would."""

import pytest
from bases import open_base

from kb.pairs import pairs

MARCH = """# Flood Update No. 2, Vrelna Valley, 14 March 2021

## Situation

- Out of 120 houses surveyed in Brodek, 45 have been certified as unsafe. A total of 30 wells were tested in Orlava.
- 18 families in tents have been registered and are visited by the health teams.
- 6 roads are closed.

## Transport

- An early warning is being followed in the Municipality of Kostrin (Orlava) by the water board. The warning however came
  from the Irrigation Zone of Melnik.
- Radio: three repeaters (ZOA and Government) are ready but must be carried to the hills.
- The coordination of boats broke down again: a breakdown of fuel supply occurred in February 2021.

## Money

- Process to request FLOFU (USD 3 million) is under way.

## Who does what

| Sector | Role | Body | What | Where |
|---|---|---|---|---|
| Sécurité alimentaire | LEAD | Save the Children | distribution de vivres | Brodek |
| Eau | LEAD | Oxfam | forage de puits | Orlava |
| Eau | autres | UNICEF | traitement des eaux usées | Orlava |
"""

APRIL = """# Flood Update No. 5, Vrelna Valley, 20 April 2021

## Situation

| Indicator | Number |
|---|---|
| Houses certified as unsafe | 61 |
| Total number of families in tents | 52 |
| Roads closed | 4 |

## Money

- Needs : USD 9.5 million
- FLOFU : USD 3.4 million (received)
- MSF : amount not yet told
- Gap : USD 2 million

## Thanks

We thank the Governments of Chile, Peru and Uruguay, and the company Lumo, who contributed to the fund in 2021.
"""

MAP = """# Vrelna Valley: Who works where, June 2021

9 partners

took part in the flood response in June 2021 only

Grants to districts in 2021

Brodek

$120,000

Orlava

$310,000

Melnik

$95,000

Kostrin

$150,000

14 per cent

kept for the regional office

| District | Education | Water | Protection |
|---|---|---|---|
| Brodek | UNICEF, Plan | | IRC |
| Orlava | UNICEF | Oxfam, UNICEF | IRC, UNHCR |
| Melnik | Plan | Oxfam | |

Date of creation: 7 July 2021. Sources: monthly partner form (MPF).
"""


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flood")
    for name, text in (("flood-update-2", MARCH), ("flood-update-5", APRIL), ("flood-map-june", MAP)):
        (folder / f"{name}.md").write_text(text, "utf-8")
    with open_base(tmp_path_factory.mktemp("flood-root")) as base:
        base.ingest(folder)
        yield base


ANSWERED = [
    # names and numbers on lines of their own
    ("How large was the grant to Melnik?", ["$95,000"]),
    ("Which district received the largest grant?", ["Orlava", "$310,000"]),
    ("Which district received the smallest grant?", ["Melnik"]),
    ("What share is kept for the regional office?", ["14 per cent"]),
    ("How many partners took part in the flood response in June 2021?", ["9 partners"]),
    # rows that list a name
    ("In which districts does Oxfam work?", ["Orlava (Water)", "Melnik (Water)"]),
    ("In which districts does UNICEF work on education?", ["Brodek (Education)", "Orlava (Education)"]),
    ("Where does UNHCR work?", ["Orlava"]),
    # French words of a table
    ("Who leads the food security work?", ["Save the Children"]),
    ("Who leads the water sector?", ["Oxfam"]),
    ("Which organisation does the treatment of water?", ["UNICEF"]),
    # the state on a day, and the sum of all
    ("How many houses were certified as unsafe on 14 March 2021?", ["45"]),
    ("What is the total amount of money needed for the flood?", ["9.5 million"]),
    # what things are called, owners, breakdowns, sources
    ("From which irrigation zone did the warning followed in Kostrin come?", ["Melnik"]),
    ("Who owns the three repeaters?", ["ZOA", "Government"]),
    ("When did the fuel supply break down?", ["February 2021"]),
    ("Which governments contributed to the fund?", ["Chile", "Peru", "Uruguay"]),
    ("When was the June 2021 map made?", ["7 July 2021"]),
    ("Where do the numbers of partners come from?", ["monthly partner form"]),
]  # fmt: skip
COMPARED = [
    (
        "How did the FLOFU money for the flood change from the request on?",
        ["USD 3 million", "USD 3.4 million"],
    ),
    ("Compare the number of families in tents registered in March and in April 2021.", ["18", "52"]),
    ("How many roads were closed in No. 2 and in No. 5?", ["6", "4"]),
    ("Which maps of districts mention Oxfam?", ["Who works where"]),
]


@pytest.mark.parametrize(("question", "held"), [*ANSWERED, *COMPARED])
def test_answers_from_tables_maps_and_issues(flood, question, held):
    answer = flood.ask(question)
    assert answer["answered"], answer["answer"]
    assert all(h in answer["answer"] for h in held), answer["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "How large was the grant to Zagreb?",
        "How many houses were certified as unsafe in Orlava?",
        "How many health workers fell ill by 14 March 2021?",
        "How many roads were closed on 1 March 2021?",
        "In which villages does Oxfam work?",
        "In which districts does Oxfam work on education?",
        "How much money did MSF give?",
        "Which country gave the largest grant?",
        "Who leads the shelter work?",
    ],
)
def test_refuses_what_no_row_or_line_tells(flood, question):
    answer = flood.ask(question)
    assert not answer["answered"], answer["answer"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Aden\n10%\nTaizz\n20%\nIbb\n30%\nAll shares are of June.",
            {"Aden": "10%", "Taizz": "20%", "Ibb": "30%"},
        ),
        ("In all\n$5\nAden\n$7\nTaizz\n$9\nIbb", {}),
        ("Note.\n$5\nAden\n$7\nTaizz\n$9\nIbb\n2024 plan", {"Aden": "$5", "Taizz": "$7", "Ibb": "$9"}),
        ("Aden\n10\nTaizz\n20", {}),
    ],
)
def test_a_number_belongs_to_the_name_beside_it(text, found):
    assert {text[slice(*p.name)]: text[slice(*p.value)] for p in pairs(text)} == found

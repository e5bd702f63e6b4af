"""Questions to a who-does-what-where table with several label columns: an invented flood in four camps."""

import pytest
from bases import open_base

REPORT = """# Ilmar Lowland: who does what where, May 2021

## Counts

| County | Ward | Site | People | Food Security | GBV | NFI/Shelter | Nutrition | TOTAL |
|---|---|---|---|---|---|---|---|---|
| Torvik | Alder | North Camp | 1,200 | 3 | 1 | | 2 | 6 |
| Torvik | Birch | villages | 800 | 2 | 2 | 1 | | 5 |
| Selmo | Cedar | South Camp | 2,500 | 4 | | 2 | 5 | 11 |
| Selmo | Dogwood | villages | 300 | | 2 | | 1 | 3 |
| | | TOTAL | 4,800 | 9 | 5 | 3 | 8 | 25 |

## Counts

| County | Ward | Site | | | | |
|---|---|---|---|---|---|---|
| Torvik | | North Camp | WFP/YPSA, CARE | UNFPA/Plan | | UNICEF |
| Torvik | Birch | villages | WFP | IRC, CARE | IOM | |
| Selmo | Cedar | South Camp | WFP/BRAC, ACF | | IOM, BRAC | UNICEF, ACF |
| Selmo | Dogwood | villages | | CARE | | UNICEF |
"""


@pytest.fixture(scope="module")
def lowland(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lowland")
    (folder / "lowland-may.md").write_text(REPORT, "utf-8")
    with open_base(tmp_path_factory.mktemp("lowland-root")) as base:
        base.ingest(folder)
        yield base


@pytest.mark.parametrize(
    ("question", "held", "lacks"),
    [
        ("Who does food security work in South Camp?", ["WFP/BRAC", "ACF"], "CARE"),
        ("Which organisations work on GBV in Birch?", ["IRC", "CARE"], "UNFPA"),
        # the label stands in the table of counts alone
        ("Who provides GBV services in Alder?", ["UNFPA/Plan"], "IRC"),
        ("Which organisation provides NFI and shelter in Birch?", ["IOM"], "BRAC"),
        ("Through whom does WFP provide food in South Camp?", ["BRAC"], "YPSA"),
        ("What is the total number for nutrition in the table?", ["8 (Nutrition, total)"], "25"),
        ("Which counties does the Ilmar Lowland table cover?", ["Torvik", "Selmo"], "TOTAL"),
        # rows under one label
        ("Who does nutrition work in Selmo?", ["UNICEF", "ACF"], "IOM."),
    ],
)
def test_a_cell_is_told_by_any_label_of_its_row(lowland, question, held, lacks):
    answer = lowland.ask(question)
    assert answer["answered"], answer["answer"]
    first = answer["answer"].partition("“")[0]
    assert all(h in first for h in held), answer["answer"]
    assert lacks not in first, answer["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "Who does GBV work in South Camp?",
        "Who does food security work in Elmwood?",
        "Who does demining work in South Camp?",
        "Through whom does IRC provide food in South Camp?",
        "Who does nutrition work in South Camp in 1998?",
        "Which donor pays for nutrition in South Camp?",
    ],
)
def test_refuses_an_empty_cell_and_what_the_table_does_not_name(lowland, question):
    answer = lowland.ask(question)
    assert not answer["answered"], answer["answer"]

"""Questions taken apart."""

import pytest

from kb.periods import period
from kb.question import names_in, understand
from kb.words import stem, stems

KINDS = [
    ("How many outreach workers were trained?", "count", "outreach workers"),
    ("How much money did Sweden give?", "amount", "money"),
    ("How large was the grant for the shop?", "amount", "grant"),
    ("What was the mission's total budget in 2012?", "amount", "mission's total budget"),
    ("What share of the money goes to schools?", "share", ""),
    ("When was the roundtable held?", "date", ""),
    ("Since what year have they supported the fund?", "date", "year"),
    ("Where did the ministers meet?", "place", ""),
    ("In which Brazilian city were workers trained?", "place", "Brazilian city"),
    ("Who funds the project?", "who", ""),
    ("Who is the Chief of Mission?", "person", ""),
    ("Which NGO helped the migrants?", "organisation", "NGO"),
    ("Which partners implement the project?", "organisation", "partners"),
    ("Which project did UNDP join?", "project", "project"),
    ("Which documents mention Kulob?", "documents", "documents"),
    ("What does VCT stand for?", "definition", ""),
    ("What is the acronym of the Danish Refugee Council?", "acronym", ""),
    ("How did the number of cases change between March and June?", "change", "cases"),
    ("Why was the school closed?", "reason", ""),
    ("Did the mission open an office?", "yesno", ""),
    ("What do the booklets explain?", "describe", ""),
]


@pytest.mark.parametrize(("text", "kind", "head"), KINDS)
def test_kind_and_head(text, kind, head):
    asked = understand(text)
    assert (asked.kind, asked.head) == (kind, head)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Who funds the project?", "donor"),
        ("Which donors support us?", "donor"),
        ("Which partners work in Kulob?", "partner"),
        ("Who pays for the classes?", "donor"),
        ("Who opened the shop?", ""),
    ],
)
def test_role_asked_for(text, role):
    assert understand(text).role == role


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("in September 2012", ("2012-09-01", "2012-09-30")),
        ("on September 25, 2012", ("2012-09-25", "2012-09-25")),
        ("on 25 September 2012", ("2012-09-25", "2012-09-25")),
        ("between August and September 2012", ("2012-08-01", "2012-09-30")),
        ("in 2013", ("2013-01-01", "2013-12-31")),
        ("what may we do", None),
        ("on 31 June 2012", None),
    ],
)
def test_period(text, span):
    assert period(text) == span


def test_plural_head_asks_for_a_list():
    assert understand("Which donors support us?").plural
    assert not understand("Which donor supports us?").plural


def test_names_are_found_longest_first_and_in_any_spelling():
    known = {"women of orient": ["org:women"], "orient": ["place:orient"], "kulob": ["place:kulob"]}
    asked = understand("What did Women of Orient do in Кулоб?", lambda n: known.get(n, []))
    assert [t.entities for t in asked.terms if t.entities] == [("org:women",), ("place:kulob",)]
    assert names_in("women of orient", lambda n: known.get(n, [])) == [["org:women"]]


def test_short_form_serves_its_long_form():
    asked = understand("How many victims of trafficking came?", acronyms=[("VOT", "victim of trafficking")])
    assert all(("vot",) in t.alternatives for t in asked.terms if t.text in ("victims", "trafficking"))


def test_verb_of_the_one_asked_for():
    assert [t.text for t in understand("Who coordinates the cluster?").terms if t.verb] == ["coordinates"]


def test_issue_numbers():
    assert understand("How did the cases change from No. 4 to No. 9?").numbers == ("4", "9")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisations", "organized"),
        ("five", "5"),
        ("5,874", "5874"),
        ("identified", "identification"),
        ("Кӯлоб", "Kulob"),
    ],
)
def test_stems(one, other):
    assert stem(one) == stem(other)


def test_stems_of_a_text_keep_order():
    assert stems("Trained 40 guards") == (stem("training"), "40", stem("guard"))

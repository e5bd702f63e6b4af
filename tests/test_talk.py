"""Follow-up questions, what is kept and shown, suggestions, and what is offered where nothing is known."""

import pytest
from bases import open_base
from newsletters import write

GRANTS = "How many families received a grant in March 2014?"
GUARDS = "How many border guards were trained in Ishkashim?"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    with open_base(tmp_path_factory.mktemp("root")) as base:
        base.ingest(write(folder))
        yield base


def talked(base, *questions):
    """The answers to questions of one conversation, the last one first."""
    talk = base.conversation()
    return [talk.ask(q) for q in questions][::-1]


@pytest.mark.parametrize(
    ("questions", "asked", "held"),
    [
        ((GRANTS, "and in June 2014?"), "How many families received a grant in June 2014?", "130"),
        ((GRANTS, "How about the second quarter of 2014?"), None, "130"),
        ((GUARDS, "who paid for it?"), "who paid for the border guards trained in Ishkashim?", "European Union"),
        (("Who funds Safer Borders?", "Where is it active?"), "Where is Safer Borders active?", "Ishkashim"),
        (("Who funds Safer Borders?", "What else do they support?"), "What else do European Union support?", ""),
        (("When was the roundtable in Khujand?", "What work was done there?"), "What work was done in Khujand?", "Roundtable"),
        (("What work was done in Khujand?", "and in Kulob?"), "What work was done in Kulob?", "outreach"),
        (("What work was done in Khujand?", "what about Kulob?"), "What work was done in Kulob?", "outreach"),
        ((GUARDS, "How many staff does the mission employ?"), "How many staff does the mission employ?", "31"),
        ((GUARDS, "How many of them were women?"), "How many of the border guards trained in Ishkashim were women?", "do not answer"),
    ],
)  # fmt: skip
def test_a_follow_up_is_made_whole(base, questions, asked, held):
    answer = talked(base, *questions)[0]
    assert asked is None or answer["asked"] == asked
    assert held in answer["answer"]
    assert answer["question"] == questions[-1]


def test_what_is_kept_is_shown(base):
    answer = talked(base, GUARDS, "who paid for it?")[0]
    assert answer["context"] == ["about: border guards trained", "place: Ishkashim"]


def test_a_time_is_kept_as_well(base):
    assert "time: March 2014" in talked(base, GRANTS, "who received it?")[0]["context"]


def test_a_whole_question_keeps_nothing(base):
    assert talked(base, GRANTS, GUARDS)[0]["context"] == []


def test_filters_hold_until_cleared(base):
    talk = base.conversation()
    talk.ask("How many families received a grant?", since="2014-06")
    answer = talk.ask("How many migrants were referred for TB diagnosis?")
    assert (answer["context"], answer["coverage"]["documents_considered"]) == (["only since: 2014-06"], 2)
    talk.clear()
    assert talk.context == []
    assert talk.ask(GRANTS)["coverage"]["documents_considered"] == 3


def test_after_clearing_a_follow_up_has_nothing_to_lean_on(base):
    talk = base.conversation()
    talk.ask(GUARDS)
    talk.clear()
    answer = talk.ask("and in June 2014?")
    assert (answer["asked"], answer["context"]) == ("and in June 2014?", [])


def test_one_source_is_shown_with_the_words_around_it(base):
    first, before = talked(base, "Which donors support IOM Tajikistan?", "show the first one")
    assert first["citations"] == before["citations"][:1]
    assert before["citations"][0]["quote"] in first["answer"]


def test_a_source_that_is_not_there_is_told(base):
    answer = talked(base, GUARDS, "show the seventh one")[0]
    assert not answer["answered"]
    assert "no such one" in answer["answer"]


def test_after_a_shown_source_the_question_before_is_still_meant(base):
    assert talked(base, GRANTS, "show the first one", "and in June 2014?")[0]["answer"].startswith("130")


@pytest.mark.parametrize(
    "question", [None, GUARDS, "Which donors support IOM Tajikistan?", "Who opened the brewery?"]
)
def test_suggestions_are_answered(base, question):
    answer = base.ask(question) if question else None
    found = base.suggest(answer)
    assert 1 <= len(found) <= 3
    assert all(base.ask(q)["answered"] for q in found)
    assert question not in found


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Was there a roundtable in Kulob?", "Nothing for Kulob; the closest: Khujand, 2014 (1 activity)."),
        ("How many border guards were trained in Ishkashim in 2012?", "Nothing for 2012; the closest: Ishkoshim, 2014"),
        ("How many border guards did Japan train in Ishkashim in 2012?", "the closest: Ishkoshim, 2014"),
    ],
)  # fmt: skip
def test_a_refusal_offers_the_closest_that_the_ledger_tells(base, question, says):
    answer = base.ask(question)
    assert not answer["answered"]
    assert says in answer["answer"]
    assert answer["closest"][0]["activities"] >= 1


@pytest.mark.parametrize(
    "question",
    ["Who opened the brewery?", "Which partners work in Mexico?", "How many wells did Norway drill?"],
)
def test_nothing_is_offered_where_nothing_is_close(base, question):
    answer = base.ask(question)
    assert (answer["answered"], list(answer["closest"])) == (False, [])

"""Questions over several things taken apart."""

import pytest

from kb.agents import AGENT, OTHER, UNKNOWN, standing
from kb.parts import clauses, named_documents, slots, with_years
from kb.question import understand
from kb.words import stem

DOCUMENTS = {
    name: {
        "path": f"/{name}.pdf",
        "title": title,
        "organisation": "",
        "period_start": start,
        "period_end": end,
        "published": "",
    }
    for name, title, start, end in (
        ("a", "Mission Newsletter", "2012-01-01", "2012-06-30"),
        ("b", "Mission Newsletter", "2019-01-01", "2019-12-31"),
        ("c", "Cholera update", "2019-03-01", "2019-03-01"),
        ("d", "Cholera update", "2019-04-01", "2019-04-01"),
    )
}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who came to the camp?", ["Who came to the camp?"]),
        (
            "Who was director in 2012 and who in 2020?",
            ["Who was director in 2012", "Who was director in 2020"],
        ),
        (
            "How many tents were planned in May and how many were lacking in June 2014?",
            ["How many tents were planned in May 2014", "how many tents were lacking in June 2014"],
        ),
        (
            "When and where was the seminar held?",
            ["When was the seminar held", "where was the seminar held"],
        ),
    ],
)
def test_clauses_are_complete(text, parts):
    assert clauses(with_years(text)) == parts


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("How many died according to the newsletters of 2012 and of 2019?", [{"a"}, {"b"}]),
        ("What do the Cholera updates say about wells?", [{"c"}, {"d"}]),
        ("How did the cases change from 2012 to 2019?", [None, None]),
        ("How many came between 2012 and 2019?", []),
        ("How many came in 2012?", []),
    ],
)
def test_slots(text, ids):
    found = slots(understand(text), text, named_documents(text, DOCUMENTS))
    assert [s.documents and set(s.documents) for s in found] == ids


@pytest.mark.parametrize(
    ("sentence", "name", "verb", "stands"),
    [
        ("The Anis Society financed the course.", "Anis Society", "finance", AGENT),
        ("The course was financed by the Anis Society.", "Anis Society", "finance", AGENT),
        ("The Anis Society was financed by Norway.", "Anis Society", "finance", OTHER),
        ("Norway financed the work of the Anis Society.", "Anis Society", "finance", OTHER),
        ("Its authors are Ann Lee and Bob Ray.", "Bob Ray", "author", AGENT),
        ("The Anis Society is in Kulob.", "Anis Society", "finance", UNKNOWN),
    ],
)
def test_who_acts(sentence, name, verb, stands):
    at = sentence.index(name)
    assert standing(sentence, (at, at + len(name)), {stem(verb)}) == stands

"""People known by their given name alone, and words that only look like people."""

import pytest
from extraction import analyse, names

from kb.persons import given_names, is_name, plain_people


def people(text: str, places=()) -> list[str]:
    return [text[p.start : p.end] for p in plain_people(text, 0, len(text), places)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Minutes were taken by Brenda Quillfeather, who left early.", ["Brenda Quillfeather"]),
        (
            "Thanks to Colin Draycott, Fatima Osei and Pavel Zhuk for the cakes.",
            ["Colin Draycott", "Fatima Osei", "Pavel Zhuk"],
        ),
        ("Treasurer: Ivan Petrenko", ["Ivan Petrenko"]),
        ("Park Ranger Moira Pellew led the walk.", ["Moira Pellew"]),
        ("We met Kwame A. Boateng’s team.", ["Kwame A. Boateng"]),
        ("Sheila McAllister spoke.", ["Sheila McAllister"]),
        ("La séance a été ouverte par Jean-Pierre Mukendi.", ["Jean-Pierre Mukendi"]),
        ("Встречу вёл Сергей Назаров.", ["Сергей Назаров"]),
        ("Photo: Brenda Quillfeather Colin Draycott", ["Brenda Quillfeather", "Colin Draycott"]),
    ],
)
def test_a_given_name_tells_a_person(text, found):
    assert people(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "They met in Alice Street and at Martin Luther School.",
        "The clinic of Saint Joseph Mokala is closed.",
        "Radio Maria Lubumbashi told of it.",
        "The Robert Fallow award was given twice.",
        "Robert Fallow Memorial Trust paid.",
        "In April Showers fell.",
        "Hope Valley has new wells.",
        "He came on Friday with Anna.",
    ],
)
def test_streets_bodies_and_words_are_nobody(text):
    assert people(text) == []


def test_a_name_that_is_a_word_counts_beside_another_person():
    assert people("Grace Tembo left.") == []
    assert people("Grace Tembo and Alan Phiri left.") == ["Grace Tembo", "Alan Phiri"]


def test_a_name_that_is_a_place_here_needs_company_too():
    assert people("Diana Kumba is far.") == ["Diana Kumba"]
    assert people("Diana Kumba is far.", places=[(0, 5)]) == []


def test_given_names_are_folded_and_sure_or_not():
    strong, weak = given_names()
    assert {"linda", "oleksandr", "fatoumata", "sherali", "thandiwe"} <= strong
    assert {"may", "will", "jordan", "grace", "florence", "april"} <= weak
    assert not strong & weak


@pytest.mark.parametrize(("name", "true"), [("Anna Keller", True), ("Water Service", False), ("Anna", False)])
def test_names_have_two_words_that_are_no_others(name, true):
    assert is_name(name) is true


def test_a_post_before_the_name_and_a_comma():
    analysis = analyse("She wrote to the Minister for Rivers, Clive Hartnoll. He never answered.")
    assert [(m.name, m.role) for m in analysis.mentions if m.kind == "person" and m.role] == [
        ("Clive Hartnoll", "Minister for Rivers")
    ]


def test_a_surname_that_is_a_town_belongs_to_the_person():
    analysis = analyse("Rangers Colin Swindon and Moira Pellew came.")
    assert names(analysis, "person") == {"Colin Swindon", "Moira Pellew"}
    assert names(analysis, "place") == set()

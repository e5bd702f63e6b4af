"""What a figure tells besides its number."""

import pytest
from extraction import analyse

from kb.records import Figure


def figures(text: str) -> dict[float, Figure]:
    return {m.figure.value: m.figure for m in analyse(text).mentions if m.figure}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The scheme covers 250.000 people (100.000 migrants and 150.000 family members).", {100000: 250000, 150000: 250000}),
        ("Twenty-eight of the thirty-one guards passed the test.", {28: 31}),
        ("So far 420 people were trained, including 120 women and 40 children.", {120: 420, 40: 420}),
        ("The course had 25 participants, of whom 10 were women.", {10: 25}),
        ("Some 65 per cent of the 300 farmers own land.", {65: 300}),
        ("The camp has 40 tents and 12 latrines.", {}),
        ("The office trained 20 teachers (500 applied).", {}),
        ("We met 30 parents. Including breaks, 12 sessions were held.", {}),
    ],
)  # fmt: skip
def test_parts_know_their_whole(text, parts):
    ids = {m.id: m.figure.value for m in analyse(text).mentions if m.figure}
    assert {v: ids[f.part_of] for v, f in figures(text).items() if f.part_of} == parts


@pytest.mark.parametrize(
    ("counted", "sex", "age"),
    [
        ("women", "female", ""),
        ("girls", "female", "children"),
        ("boys and girls", "", "children"),
        ("young men", "male", "youth"),
        ("elderly women", "female", "elderly"),
        ("farmers", "", ""),
    ],
)
def test_sex_and_age_are_those_of_the_words_counted(counted, sex, age):
    (figure,) = figures(f"The mission trained 35 {counted} there.").values()
    assert (figure.sex, figure.age) == (sex, age)


def test_when_and_where_and_whether_it_adds_up():
    told = figures("In July 2014, 20 guards were trained in Khujand. To date 300 guards have been trained.")
    assert (told[20].start, told[20].place, told[20].cumulative) == ("2014-07", "place:tj-khujand", False)
    assert (told[300].start, told[300].place, told[300].cumulative) == ("", "", True)

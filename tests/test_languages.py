"""English, French and Russian: the language of a section, its sentences, its stems, and finding by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import issues
import pytest
from bases import open_base

from kb.base import KnowledgeBase
from kb.languages import language_of, tokens
from kb.question import understand
from kb.text import sentences
from kb.words import guess, stem

FRENCH = "Les agents communautaires ont visité les familles de la ville et leur ont distribué de l'eau potable et du savon."
ENGLISH = "The community workers visited the families of the town and gave them drinking water and soap for a whole week."
RUSSIAN = "Сотрудники организации посетили семьи мигрантов в городе и раздали им питьевую воду и мыло на целую неделю."


@pytest.mark.parametrize(
    ("text", "usual", "language"),
    [
        (FRENCH, "", "fr"),
        (ENGLISH, "", "en"),
        (RUSSIAN, "", "ru"),
        (FRENCH, "en", "fr"),
        (ENGLISH, "ru", "en"),
        (RUSSIAN, "en", "ru"),
        (ENGLISH, "en", "en"),
        ("Mesures de prévention", "en", "en"),  # too short to tell
        ("12 | 14 | 2,450", "fr", "fr"),
        ("12 | 14", "", ""),
    ],
)
def test_language_of_a_text(text, usual, language):
    assert language_of(text, usual) == language


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("en", ["Mr. Ali met Dr. Noor at 4 p.m. in the office.", "It ended well."]),
        ("fr", ["M. Ba a rencontré le Dr. Sow à 14 h.", "La réunion du 1er sept. 2014 a eu lieu.", "Voir no. 4 et art. 3."]),
        ("ru", ["В 2012 г. обучено 5 тыс. человек.", "Это г. Куляб, т.е. юг, и др. места.", "Выдано 3 млн. сомони."]),
    ],
)  # fmt: skip
def test_sentences_of_a_language(language, found):
    text = " ".join(found)
    assert [text[a:b] for a, b in sentences(text, language)] == found


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["training", "trained", "trains"]),
        ("fr", ["formation", "formations"]),
        ("fr", ["infirmière", "infirmières"]),
        ("fr", ["distribué", "distribuées", "distribuer"]),
        ("ru", ["обучение", "обучения", "обучением"]),
        ("ru", ["мигранты", "мигрантов", "мигрантам"]),
        ("ru", ["учёный", "ученый"]),
        ("es", ["familia", "familias"]),
        ("pt", ["escola", "escolas"]),
        ("fr", ["1,200", "1200"]),
        ("tg", ["Куляб", "Kulyab"]),  # no stemmer: compared in Latin letters
    ],
)
def test_forms_of_a_word_are_one(language, forms):
    assert len({stem(form, language) for form in forms}) == 1


def test_what_french_elides_is_no_part_of_a_word():
    text = "l'eau, jusqu'à Boende, aujourd'hui"
    assert [text[a:b] for a, b in tokens(text, "fr")] == ["eau", "à", "Boende", "aujourd'hui"]


@pytest.mark.parametrize(
    ("question", "known", "language"),
    [
        ("Combien de puits ont été forés ?", ("en", "fr"), "fr"),
        ("Who paid for the car?", ("en", "fr"), "en"),
        ("Kolda", ("en", "fr"), "en"),
        ("Где построены колодцы?", ("en", "ru"), "ru"),
        ("Где построены колодцы?", ("en",), "en"),
    ],
)
def test_language_of_a_question(question, known, language):
    assert guess(question, known) == language


@pytest.mark.parametrize(
    ("language", "question", "kind", "role", "plural", "head", "period"),
    [
        ("fr", "Combien d'infirmières ont été formées ?", "count", "", False, "infirmières", None),
        ("fr", "Quand la réunion a-t-elle eu lieu ?", "date", "", False, "", None),
        ("fr", "Où les puits sont-ils ?", "place", "", False, "", None),
        ("fr", "Quels bailleurs ont financé le projet en 2014 ?", "organisation", "donor", True, "bailleurs", ("2014-01-01", "2014-12-31")),
        ("fr", "Quels bulletins parlent de Kolda ?", "documents", "", True, "bulletins", None),
        ("fr", "Pourquoi manque-t-on d'eau en mai 2016 ?", "reason", "", False, "", ("2016-05-01", "2016-05-31")),
        ("fr", "Qui a formé les infirmières ?", "who", "", False, "", None),
        ("ru", "Сколько медсестёр обучено?", "count", "", False, "медсестёр", None),
        ("ru", "Когда прошёл семинар?", "date", "", False, "", None),
        ("ru", "Какие организации работают в Кулябе?", "organisation", "", True, "организации", None),
        ("ru", "Кто финансировал проект?", "who", "donor", False, "", None),
        ("ru", "Почему не хватает воды?", "reason", "", False, "", None),
        ("pt", "Quantas escolas foram construídas?", "describe", "", False, "", None),
    ],
)  # fmt: skip
def test_questions_in_other_languages_are_taken_apart(language, question, kind, role, plural, head, period):
    asked = understand(question, language=language)
    assert (asked.kind, asked.role, asked.plural, asked.head, asked.period) == (
        kind,
        role,
        plural,
        head,
        period,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("languages")
    mixed = f"# Report of May\n\n{ENGLISH} {ENGLISH}\n\n## Annexe\n\n{FRENCH}\n"
    files = issues.write(folder / "in", fr=issues.FRENCH, ru=issues.RUSSIAN, later=issues.LATER, mixed=mixed)
    with open_base(folder / "root") as base:
        base.ingest(files)
        yield base


def test_each_section_has_its_language(base):
    document = base.document("mixed.md")
    found = [s["language"] for s in base.export()["sections"] if s["document"] == document["id"]]
    assert (document["language"], found) == ("en", ["en", "fr"])


def sections(base: KnowledgeBase, query: str) -> list[str]:
    return [f"{Path(h['path']).stem}: {h['section']}" for h in base.search(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("formations d'infirmière", "fr: Réponse"),
        ("examiner un puits", "fr: Situation"),
        ("un village sans eau", "fr: Lacunes"),
        ("envoyer des kits", "fr: Réponse"),
        ("обученная медсестра", "ru: Обучение медсестёр"),
        ("жителей", "ru: Чистая вода"),
        ("строительство", "ru: Чистая вода"),
        ("testing the well", "later: Situation"),
    ],
)
def test_other_endings_are_found(base, query, first):
    assert sections(base, query)[:1] == [first]


def test_full_text_made_anew_knows_the_endings(base):
    before = sections(base, "обученная медсестра")
    base._store.rebuild_fulltext()
    assert sections(base, "обученная медсестра") == before


@pytest.mark.parametrize(
    ("question", "told", "cited"),
    [
        ("Combien d'infirmières ont été formées à Kolda ?", "27 infirmières", "fr"),
        ("Combien de villages attendent de l'eau ?", "9 villages", "fr"),
        ("Сколько медсестёр обучила миссия?", "42 медсестры", "ru"),
        ("Где построены колодцы?", "Восе", "ru"),
        ("Кто финансировал занятия?", "правительство Японии", "ru"),
    ],
)
def test_questions_are_answered_in_their_language(base, question, told, cited):
    answer = base.ask(question)
    assert told in answer["answer"]
    assert {Path(c["path"]).stem for c in answer["citations"]} == {cited}


@pytest.mark.parametrize("question", ["Combien d'éléphants ont été soignés ?", "Сколько слонов вылечили?"])
def test_questions_without_an_answer_are_refused(base, question):
    assert not base.ask(question)["answered"]

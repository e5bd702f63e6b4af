"""Questions about the country that a whole report is about, its posts and its money, in French: two invented plans."""

import pytest
from bases import open_base

CHAD = """# Plan de préparation à la sécheresse au Tchad, juin 2023

## Résumé

Le plan prépare la réponse à la sécheresse au Tchad. Il a été écrit par les services du Tchad et par les agences qui
travaillent au Tchad. Les pluies du Tchad ont été faibles en 2022, et le Tchad a demandé un appui.

Le fonds accorde jusqu'à 5 millions de dollars pour tout le plan.

| Secteur | Part | Agences | Montant par agence |
|---|---|---|---|
| Eau | 40 pour cent | UNICEF | $ 2 000 000 |
| Vivres | 60 pour cent | FAO | $ 3 000 000 |

## Points focaux

| Organisation | Nom | Rôle | Courriel |
|---|---|---|---|
| OCHA | Karim Doumro | Chef des opérations de terrain | k.doumro@example.org |
| FAO | Odile Ngarta | Coordonnateur du cluster Vivres | o.ngarta@example.org |
"""
NIGER = """# Plan de préparation aux crues au Niger, mai 2023

## Résumé

Le plan prépare la réponse aux crues au Niger. Les services du Niger et les agences au Niger l'ont écrit. Le fleuve
Niger monte en août, et le Niger a demandé un appui. Le Niger compte huit régions.

## Points focaux

| Organisation | Nom | Rôle | Courriel |
|---|---|---|---|
| OCHA | Paul Issoufou | Chef des opérations de terrain | p.issoufou@example.org |
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plan-secheresse.md").write_text(CHAD, "utf-8")
    (folder / "plan-crues.md").write_text(NIGER, "utf-8")
    with open_base(tmp_path_factory.mktemp("plans-root")) as base:
        base.ingest(folder)
        yield base


@pytest.mark.parametrize(
    ("question", "held", "lacks"),
    [
        # the row does not repeat the country of the report, and the other country's post is another's
        ("Qui est Chef des opérations de terrain d'OCHA au Tchad ?", "Karim Doumro", "Issoufou"),
        ("Qui est Chef des opérations de terrain d'OCHA au Niger ?", "Paul Issoufou", "Doumro"),
        # the amount beside the body, not that of the whole plan
        ("Combien la FAO reçoit-elle dans le plan de préparation au Tchad ?", "3 000 000", "5 millions"),
        ("Combien l'UNICEF reçoit-il au Tchad ?", "2 000 000", "3 000 000"),
    ],
)
def test_the_country_of_a_report_need_not_be_told_again(plans, question, held, lacks):
    answer = plans.ask(question)
    assert answer["answered"], answer["answer"]
    first = answer["answer"].partition("“")[0]
    assert held in first, answer["answer"]
    assert lacks not in first, answer["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "Qui est le Coordonnateur humanitaire au Tchad ?",
        "Qui est le ministre de l'Eau au Tchad ?",
        "Qui est le Chef des opérations de terrain d'OCHA au Mali ?",
        "Combien l'OMS reçoit-elle dans le plan de préparation au Tchad ?",
    ],
)
def test_refuses_another_post_body_or_country(plans, question):
    answer = plans.ask(question)
    assert not answer["answered"], answer["answer"]

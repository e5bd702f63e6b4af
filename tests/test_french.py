"""What is found in French sentences: what was done, by whom, with whose money, and bodies that are written in small letters."""

import pytest
from extraction import PERIOD, analyse, analyser, names

from kb.fields import status_of
from kb.nations import states
from kb.records import Block, Document, Section


@pytest.mark.parametrize(
    ("sentences", "types"),
    [
        (["L’équipe a distribué des nattes aux familles."], ["distribution"]),
        (["• Distribution de kits d'hygiène aux élèves", "• Construction de latrines"], ["distribution", "construction"]),
        (["• Poursuite de la distribution de bâches"], ["distribution"]),
        (["Trente sages-femmes ont été formées à Kaya."], ["training"]),
        (["Un atelier de formation s’est tenu lundi."], ["training"]),
        (["La Croix-Rouge construira des abris, puis elle réhabilitera les puits."], ["construction"]),
        (["• Envoi d’une équipe de médecins à Mora"], ["deployment"]),
        (["• Envoi de 12 tonnes de farine à Mora"], ["delivery"]),
        (["Les transferts monétaires seront effectués en juin."], ["distribution"]),
        (["Les bergers seront sensibilisés aux règles du pâturage."], ["sensitization"]),
        (["L’ONG va vacciner les nourrissons du quartier."], ["vaccination"]),
        (["Santé | Dépister les enfants du village | 3"], ["medical examination"]),
        (["Le projet (1) distribuera des seaux et (2) mènera des campagnes de sensibilisation."], ["distribution", "sensitization"]),
        (["Evaluation des besoins menée à Diffa."], ["assessment"]),
        # What only bears the word of a deed.
        (["Le centre de formation reste fermé."], []),
        (["Les agents de sensibilisation attendent leur prime."], []),
        (["Les canaux servent à l’évacuation des eaux de pluie, dit le maire, qui a lancé un appel."], ["launch"]),
    ],
)  # fmt: skip
def test_what_was_done_is_told_by_french_words(sentences, types):
    assert [a.type for a in analyse(*sentences).activities] == types


@pytest.mark.parametrize(
    ("sentence", "heading", "status"),
    [
        ("Des semences seront distribuées en mai.", "", "planned"),
        ("Une séance est prévue à Dori.", "", "planned"),
        ("Santé | Vacciner les enfants", "", "planned"),
        ("L’enquête est en cours.", "", "ongoing"),
        ("Des nattes ont été distribuées.", "", "done"),
        ("Atelier de couture au village", "", "done"),
        ("La campagne contre le cholera a touché dix villages.", "", "done"),
        ("Distribution de nattes", "Activités planifiées", "planned"),
        ("Distribution of mats", "Ongoing activities", "ongoing"),
    ],
)
def test_how_far_a_deed_has_come(sentence, heading, status):
    assert status_of(sentence, heading) == status


@pytest.mark.parametrize(
    ("text", "donors"),
    [
        ("Ce forage est financé par le CERF et l’UNICEF.", {"org:cerf", "org:unicef"}),
        ("Avec l’appui financier de la Norvège, dix salles ont été réparées.", {"org:gov-no"}),
        ("Grâce au soutien des gouvernements suédois et japonais, des fonds sont disponibles.", {"org:gov-se", "org:gov-jp"}),
        ("Le CERF financera les soins.", {"org:cerf"}),
        ("Les deux fonds (CERF et CHF) financeront les soins.", {"org:cerf", "org:chf"}),
        ("Une somme de 400 000 euros a été allouée par le PAM.", {"org:wfp"}),
        ("L’Allemagne a versé 2 millions d’euros au village.", {"org:gov-de"}),
        ("Les vivres sont payés à travers le CERF.", {"org:cerf"}),
        ("La salle est bâtie sur financement du Canada.", {"org:gov-ca"}),
        # Who is paid, and what is paid for.
        ("Le financement de l’ONG ACTED reste à trouver.", set()),
        ("Le conseiller suit le financement de la Gestion du Risque.", set()),
        ("L’OMS a fourni des gants aux infirmiers.", set()),
    ],
)  # fmt: skip
def test_donors_in_french(text, donors):
    found = analyse(text, language="fr").mentions
    assert {m.entity for m in found if m.role == "donor"} == donors


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("Le puits a été creusé en partenariat avec ACTED.", {"ACTED"}),
        ("Partenaires d’implémentation : ABCD et Terre Verte", {"ABCD", "Terre Verte"}),
        ("Partenaire UNICEF KALIDE | Eau | Puits", {"KALIDE"}),
        ("MSF a déployé deux infirmiers.", {"Médecins Sans Frontières"}),
        ("Les abris sont construits par Oxfam.", {"Oxfam"}),
        ("L’ONG nationale Bonne Terre sème du mil.", {"Bonne Terre"}),
        ("L’agence suit les ONG INTERNATIONALES DE SANTE.", set()),
        ("Le repas est servi en collaboration avec le ministère de la Santé.", set()),
    ],
)
def test_partners_in_french(text, partners):
    found = names(analyse(text, language="fr"), "organisation", "partner")
    assert {n.removesuffix(" International") for n in found} == partners


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Le chef du ministère de la Santé publique est venu.", "ministère de la Santé publique"),
        ("Un agent du Ministère de la pêche, des forêts et du développement rural parle.", "Ministère de la pêche, des forêts et du développement rural"),
        ("Selon la Direction des ressources en eau, la crue baisse.", "Direction des ressources en eau"),
        ("Le courrier de l’Agence Nationale de Météorologie est arrivé.", "Agence Nationale de Météorologie"),
        ("Elle étudie à l’Université de N’Djamena.", "Université de N’Djamena"),
    ],
)  # fmt: skip
def test_bodies_whose_french_name_is_written_small(text, body):
    assert body in names(analyse(text, language="fr"), "organisation")


@pytest.mark.parametrize(
    "text",
    ["Organisation des repas et des jeux.", "Le service de garde dort.", "Centre de la ville", "Une unité de mesure manque."],
)  # fmt: skip
def test_common_nouns_are_no_bodies(text):
    assert not names(analyse(text, language="fr"), "organisation")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Selon l’UNICEF, d'OCHA et qu’UNHCR", ["UNICEF", "OCHA", "UNHCR"]),
        ("La Côte d’Ivoire", ["Côte d’Ivoire"]),
        ("Le marché de N’Djamena", ["N’Djamena"]),
    ],
)
def test_a_name_is_found_after_a_small_word_glued_to_it(text, found):
    assert [text[m.start : m.end] for m in analyser().names.find(text) if not m.role] == found


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Un plan d’action anticipatoire (AA) est prêt.", "AA", "action anticipatoire"),
        ("Le groupe de travail bétail (GT B) et la Sécurité alimentaire (SECAL)", "SECAL", "Sécurité alimentaire"),
        ("La Zone d’Éducation Élargie (ZEE) ouvre.", "ZEE", "Zone d’Éducation Élargie"),
        ("Le Fonds central d’intervention d’urgence (CERF) paie.", "CERF", "Fonds central d’intervention d’urgence"),
    ],
)  # fmt: skip
def test_french_acronyms(text, short, long):
    assert {m.name: m.long for m in analyse(text).mentions if m.kind == "acronym"}.get(short) == long


def test_an_adjective_names_a_state_only_beside_the_word_for_one():
    text = "Les gouvernements norvégien, suisse et malien remercient un cuisinier italien."
    found = [(m.candidates[0], text[m.start : m.end]) for m in states(text)]
    assert found == [
        ("place:no", "gouvernements norvégien"), ("place:ch", "suisse"), ("place:ml", "malien"),
    ]  # fmt: skip


def test_the_document_s_subject_is_found_however_its_name_is_spelt_and_carried_out_by_whom_its_budget_names():
    title = "Cadre de l’Action Précoce"
    blocks = (
        Block(title, role="heading", level=1),
        Block("Le cadre d'action précoce est financé par le CERF."),
        Block("Partenaires de mise en œuvre : ACTED"),
        Block("Agence | Montant", role="table"),
        Block("OIM | $ 300 000", role="table"),
    )
    document = Document("0" * 64, "t.txt", title=f"{title} - 3 mai 2024", period=PERIOD, language="fr")
    analysis = analyser().analyse(document, [Section(0, title, 1, blocks)], lambda kind, name: None)
    found = {(r.kind, r.source) for r in analysis.relations if r.target == "project:cadre-de-laction-precoce"}
    assert found == {("funds", "org:cerf"), ("implements", "org:acted"), ("implements", "org:iom")}

"""Two updates of an invented mission, each in English and in French, for the tests of languages and versions."""

from pathlib import Path

ENGLISH = """# Flood update No. 3

12 May 2016

## Situation

As of 11 May, 1,450 families in Kolda have lost their houses. Of the 38 wells that were tested, 14 are not safe. The river stood
at 6.2 metres and fell by 35 cm in two days.

## Response

The NGO Mwinda trained 27 nurses in Kolda. UNICEF sent 620 hygiene kits and 45 tents. The Government of Japan gave USD 300,000 for the
work of the Red Cross in Sedhiou.

## Gaps

In Velingara 9 villages wait for water, and 110 tents are still missing.
"""

FRENCH = """# Point sur les inondations No. 3

12 mai 2016

## Situation

Au 11 mai, 1 450 familles de Kolda ont perdu leurs maisons. Sur les 38 puits examinés, 14 ne sont pas sûrs. Le fleuve atteignait
6,2 mètres et a baissé de 35 cm en deux jours.

## Réponse

L'ONG Mwinda a formé 27 infirmières à Kolda. UNICEF a envoyé 620 kits d'hygiène et 45 tentes. Le Gouvernement du Japon a donné USD 300 000 pour
le travail de la Croix-Rouge à Sedhiou.

## Lacunes

À Velingara, 9 villages attendent de l'eau, et 110 tentes manquent encore. Le dispensaire mobile n'est pas encore arrivé.
"""

LATER = """# Flood update No. 4

15 May 2016

## Situation

As of 14 May, 1,720 families in Kolda have lost their houses. Of the 52 wells that were tested, 19 are not safe. The river stood
at 5.8 metres and fell by 40 cm in two days.

## Response

The NGO Mwinda trained 31 nurses in Kolda. UNICEF sent 810 hygiene kits and 60 tents. The Government of Japan gave USD 450,000 for the
work of the Red Cross in Sedhiou.

## Gaps

In Velingara 7 villages wait for water, and 95 tents are still missing.
"""

RUSSIAN = """# Бюллетень миссии

Май 2016

## Обучение медсестёр

В мае 2016 г. миссия обучила 42 медсестры в г. Куляб. Занятия финансировало правительство Японии.

## Чистая вода

В районе Восе построены 12 колодцев, которые дают воду 3 400 жителям. Строительством занималась организация «Нур».
"""


def write(folder: Path, **texts: str) -> Path:
    """Files of these names with these texts."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return folder

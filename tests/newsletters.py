"""Three short documents of an invented mission, for the tests of search and answers."""

from pathlib import Path

MARCH = """# IOM Tajikistan Newsletter - March 2014

## Cash grants for returning migrants

In March 2014, IOM gave cash grants of 2,400 Tajik somoni to families of returning labour migrants in Panjakent
district. The grants were funded by the Government of Japan and distributed by the NGO Umed. A total of 85 families
received a grant.

## Roundtable on safe migration held in Khujand

A roundtable on safe migration took place on March 18, 2014 in Khujand. It was organised by IOM and the NGO Umed.
Twenty-two representatives of local authorities attended. They agreed to open a hotline for migrants.

Dilshod Karimov, Head of the Migration Service in Khujand, opened the roundtable.

## Training for border guards

Within the framework of the project "Safer Borders", IOM trained 40 border guards in Ishkashim. The project is
financed by the European Union. Officers practised searching vehicles with dogs, and each received a first-aid kit.

## Our team

The mission employs 31 staff. Voluntary Counselling and Testing (VCT) is offered to all staff.
"""

JUNE = """# IOM Tajikistan Newsletter - June 2014

## Cash grants reach more families

In the second quarter of 2014, 130 families received a grant in Panjakent district.

## Outreach workers in Kulob

In Kulob, outreach workers of the NGO Nur covered 410 migrants and referred 27 migrants for tuberculosis diagnosis.
The work was supported by the Global Fund to Fight AIDS, Tuberculosis and Malaria.

## Who supports us?

IOM Tajikistan is supported by the Government of Japan, the European Union and the Global Fund to Fight AIDS,
Tuberculosis and Malaria.
"""

MATRIX = """# Partners by district - June 2014

## Number of partners by district

| District | Health | Shelter | Water |
| --- | --- | --- | --- |
| Panjakent | 4 | 2 | 7 |
| Ishkashim | 1 | 9 | 3 |
| Vahdat | 2 | 5 | 6 |
"""


def write(folder: Path) -> list[Path]:
    """Writes the documents below a folder."""
    paths = []
    for name, text in (("march-2014.md", MARCH), ("june-2014.md", JUNE), ("matrix-2014.md", MATRIX)):
        path = folder / name
        path.write_text(text, "utf-8")
        paths.append(path)
    return paths

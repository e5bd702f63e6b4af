"""What is asked for in questions that are not English: by their question words, first rule first."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

from kb.languages import tokens
from kb.quantities.calendar import find_dates

if TYPE_CHECKING:
    from kb.kinds import Kind

_FR_WHICH = r"\b(?:quel(?:le)?s?|(?:nommer|nommez|citez|listez)(?: les| la| le)?)\s+(?:(?:est|sont|sont les|est le|est la)\s+)?(?:\w+\s)?"
_FR_POSTS = r"chefs?|cheffes?|direct\w+|ministres?|président\w*|coord\w+|représentant\w*|respons\w+|secrétaires?|ambassad\w+|gouvern\w+|maires?|préfets?|délégué\w*"
_RU_WHICH = r"\b(?:как(?:ая|ой|ие|ое|их|им|ими|ом|ую)|назовите|перечислите)\s+(?:\w+\s)?"

_RULES: dict[str, tuple[tuple[str, Kind], ...]] = {
    "fr": (
        (r"\bsignifi\w*|\bveut dire\b|\bque veulent dire\b", "definition"),
        (r"\bsigle\b|\babréviation\b", "acronym"),
        (r"\bcomment (?:a|ont|s)\b.*\b(?:évolué|changé|augmenté|diminué)\b|\bcompare[rz]\b|\bévolution\b", "change"),
        (r"\bcombien (?:a|ont) coûté\b|\bquels? (?:est|sont) (?:le|les) (?:coûts?|montants?|budgets?)\b", "amount"),
        (r"\bcombien (?:d['’]argent\b|(?!d[e'’]|des\b).*\b(?:reçoi\w+|reçu\w*|vers(?:é\w*|e|ent)|allou\w+|obtien\w+)\b)", "amount"),
        (r"\bcombien\b|\bquel est le nombre\b", "count"),
        (r"\bquel(?:le)? (?:est la )?(?:pourcentage|proportion|part)\b", "share"),
        (r"\bquand\b|\b[àa] quelle date\b|\bquel jour\b", "date"),
        (r"\boù\b", "place"),
        (r"\bpourquoi\b", "reason"),
        (rf"{_FR_WHICH}(?:documents?|rapports?|bulletins?|numéros?)\b", "documents"),
        (rf"{_FR_WHICH}(?:organisations?|ong|agences?|partenaires?|bailleurs?|donateurs?|ministères?)\b", "organisation"),
        (rf"{_FR_WHICH}(?:régions?|provinces?|districts?|villes?|villages?|zones?|pays|lieux?|localités?)\b", "place"),
        (rf"{_FR_WHICH}(?:projets?|programmes?)\b", "project"),
        (rf"^qui (?:est|était|sont) (?:(?:le|la|les) |l['’])?(?:\w+ )?(?:{_FR_POSTS})\b", "person"),
        (r"^(?:\w+ )?qui\b", "who"),
    ),
    "ru": (
        (r"\bрасшифр\w+|\bозначает\b", "definition"),
        (r"\bкак (?:из)?менял\w+\b|\bсравните\b|\bкак изменил\w+\b", "change"),
        (r"\bсколько стоил\w*\b|\bкакова? (?:сумма|стоимость|бюджет)\b", "amount"),
        (r"\bсколько\b|\bкаково (?:число|количество)\b", "count"),
        (r"\bкакая доля\b|\bкакой процент\b", "share"),
        (r"\bкогда\b", "date"),
        (r"\b(?:где|куда|откуда)\b", "place"),
        (r"\b(?:почему|зачем)\b", "reason"),
        (rf"{_RU_WHICH}(?:документ\w*|отч[её]т\w*|бюллетен\w*|выпуск\w*)\b", "documents"),
        (rf"{_RU_WHICH}(?:организаци\w+|нпо|агентств\w*|партн[её]р\w*|донор\w*|министерств\w*)\b", "organisation"),
        (rf"{_RU_WHICH}(?:район\w*|област\w+|город\w*|сел\w+|стран\w+|мест\w+)\b", "place"),
        (rf"{_RU_WHICH}(?:проект\w*|программ\w*)\b", "project"),
        (r"^(?:с |от |для )?(?:кто|кем|кому|кого)\b", "who"),
    ),
}  # fmt: skip

_COUNTED = {
    "fr": r"\bcombien (?:d[e'’]|des)|\bnombre (?:d[e'’]|des)",
    "ru": r"\bсколько|\b(?:число|количество)",
}
_ROLES = {
    "donor": r"\b(?:bailleurs?|donateurs?|financ\w+)\b|\b(?:донор\w*|финансир\w+)\b",
    "partner": r"\bpartenaires?\b|\bпартн[её]р\w*\b",
}


def kind_of(text: str, language: str) -> tuple[Kind, tuple[int, int] | None]:
    """What a question in that language asks for, and the span of the word that names it; `describe` without rules."""
    low = text.casefold()
    kind: Kind = "describe"
    match = None
    for rule, of_rule in _RULES.get(language, ()):
        if match := re.search(rule, low):
            kind = of_rule
            break
    if match and " " in match[0] and kind in ("documents", "organisation", "place", "project"):
        named = [t for t in tokens(text, language) if t[1] == match.end()]
        return kind, named[0] if named else None
    counted = re.search(_COUNTED[language], low) if kind in ("count", "change") else None
    after = [t for t in tokens(text, language) if counted and t[0] >= counted.end()]
    return kind, after[0] if after else None


def dates(text: str) -> list[tuple[int, int, str, str]]:
    """Start and end of each date that a text names, with its first and last day."""
    return [
        (d.start, d.end, f"{d.first}-01-01"[:10], _last_day(d.last or d.first))
        for d in find_dates(text)
        if d.first
    ]


def _last_day(iso: str) -> str:
    if len(iso) == 10:
        return iso
    year, month = int(iso[:4]), int(iso[5:] or 12)
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"


def many(text: str) -> bool:
    """Does a Russian question ask for several? (Of French ones the noun tells, as in English.)"""
    return bool(re.search(r"\b(?:какие|каких|каким|какими|перечислите|назовите)\b", text.casefold()))


def role_of(text: str) -> str:
    """The role of the organisation that is asked for, or empty."""
    return next((role for role, rule in _ROLES.items() if re.search(rule, text.casefold())), "")

"""The words that tell the level of a place beside its name, or at the head or the end of a list of names."""

from __future__ import annotations

import re

from kb.phrases import CAPITAL

_DISTRICT = (
    r"districts?|raions?|rayons?|health (?:zones?|areas?)|townships?|upazilas?|woredas?|sub-?districts?|tehsils?|talukas?|mandals?|LGAs?"
    r"|local government areas?|zones? de santé|aires? de santé|cercles?|sous-préfectures?|sub-?prefectures?|moughataas?|arrondissements?"
)
_EITHER = r"count(?:y|ies)|territor(?:y|ies)|municipalit(?:y|ies)|prefectures?|préfectures?|territoires?|municipalités?"
"""Of a district, unless a list knows a region by the name: counties are the first level of some countries."""
_REGION = r"provinces?|regions?|régions?|oblasts?|governorates?|gouvernorats?|wilayas?|wilayats?"
_SETTLEMENT = (
    r"villages?|jamoats?|settlements?|refugee camps?|IDP camps?|communes?|hamlets?|localit(?:y|ies)|localités?|mahallas?|kishlaks?"
    r"|kebeles?|wards?|quartiers?"
)
LEVELS = rf"(?P<district>{_DISTRICT}|{_EITHER})|(?P<region>{_REGION})|(?P<settlement>{_SETTLEMENT})"
"""Words that tell the level of a name that no list knows."""
_ALL = rf"(?P<district>{_DISTRICT}|(?P<either>{_EITHER}|states?)|(?P<city>cit(?:y|ies)|towns?|villes?))|(?P<region>{_REGION})|(?P<settlement>{_SETTLEMENT}|camps?)"

WORD = rf"[{CAPITAL}][\w’'-]+"
NAME = rf"{WORD}(?:[ -](?:{WORD}|d[eu]|al|el|the)){{0,2}}"
_ONE = rf"{NAME}(?:[ \u00a0]?\([^()\n]{{1,60}}\))?"
_AND = r"(?:,?[ \u00a0](?:and|et|&|as well as|ainsi que)[ \u00a0](?:(?:of|de)[ \u00a0])?|,[ \u00a0])"
OF = r"[ \u00a0](?:of|de|du|des|d[’'])[ \u00a0]?(?:the |la |l[’'])?"
LIST_AFTER = re.compile(
    rf"\b(?i:(?P<district>{_DISTRICT}|{_EITHER}|cities|villes)|(?P<region>{_REGION})|(?P<settlement>{_SETTLEMENT}|towns))(?<=s)(?i:{OF})"
    rf"(?P<list>{_ONE}(?:{_AND}{_ONE})+)"
)
"""A list of names with the word for their level before it: "the health zones of A, B (X) and C"."""
LIST_BEFORE = re.compile(
    rf"(?<![\w’'-])(?P<list>{_ONE}(?:{_AND}{_ONE})+?)[ \u00a0](?i:(?P<district>{_DISTRICT}|{_EITHER})|(?P<region>{_REGION})|(?P<settlement>{_SETTLEMENT}))(?<=s)\b"
)
"""The same with the word after it: "A, B and C districts"."""
ONE = re.compile(NAME)
BRACKETS = re.compile(r"\([^()]*\)")
_AFTER = re.compile(rf"\W{{0,3}}(?:{_ALL})\b", re.I)
# "The districts of Khatlon" says nothing of Khatlon: only a singular, or a plural before a list, tells the level of what follows.
_BEFORE = re.compile(rf"\b(?:{_ALL})(?<!s)(?:{OF}| )$", re.I)


def level_of(match: re.Match[str]) -> str:
    """The level that a match of one of these patterns tells."""
    return next(level for level in ("district", "region", "settlement") if match[level])


def told(text: str, start: int, end: int) -> re.Match[str] | None:
    """The word beside the name at a span that tells its level; its group `city` or `either` says that it leaves it open."""
    return _AFTER.match(text, end) or _BEFORE.search(text[max(0, start - 30) : start])

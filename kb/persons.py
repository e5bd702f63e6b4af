"""The look of people's names, and the given names of many countries by which a name is known as a person's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kb.bodies import HAS_BODY
from kb.lists import HERE
from kb.phrases import CAPITAL, OPENERS
from kb.text import fold

NAME_WORD = rf"(?:(?:Ma?c|De|Di|Du|La|Le|Fitz|[OD][’'])(?=[{CAPITAL}]))?[{CAPITAL}](?:[a-zà-öø-ÿāăąćčďđēęěğīıłńňōőřśşšţťūůűźżžа-яёқғӣӯҳҷ]+|\.)(?:[-’'][{CAPITAL}]?[\w]+)?"
PARTICLE = r"(?:van der|van den|van|von|de la|de|del|da|dos|bin|ibn|al|el|der|Lal)"
NAME = rf"(?:{NAME_WORD}|[{CAPITAL}]\.)(?:[ \u00a0]+(?:{PARTICLE}[ \u00a0]+)?(?:{NAME_WORD}|[{CAPITAL}]\.)){{1,3}}"
TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Mme|M|H\.E|Col|Gen|Capt|Lt|Maj)\.?"
POST_HEAD = (
    r"(?:Chief of Mission|Head|Director|Minister|Ambassador|Representative|Coordinator|Manager|Officer|Chair(?:man|woman|person)?|President|Captain|Colonel|General|"
    r"Major|Commander|MP|Trustee|Trainer|Specialist|Adviser|Advisor|Consultant|Secretary(?: General)?|Spokes(?:man|woman|person)|Governor|Mayor|Founder|Volunteer|"
    r"Doctor|Teacher|Deputy|Chief|Expert|Lawyer|Psychologist|Principal|Rector|Professor|Instructor|focal point|Prosecutor|Attach[ée]|Consul|Envoy|Assistant|Administrator|"
    r"Treasurer|Ranger|Councill?or|Senator|Commissioner|Nurse|Pastor|Reverend|Bishop|Imam|Sheikh|Engineer|Superintendent|Inspector|Convenor|Editor|Ecologist)"
)
POST = (
    r"(?:(?:Acting|Deputy|First|Senior|Sr\.?|Chief|Regional|National|Executive|General|Vice|Resident|Special|Country|Programme|Program|Project|Assistant|Former|"
    r"Managing|Co-|Secretary|Honou?rary|Commune|Community|Field|Technical)[ -]?(?:of the )?)*" + POST_HEAD
)
NOT_NAMES = frozenset(
    "the this that these our new united nations european international national regional central republic government ministry department agency service center centre"
    " school university project programme program office mission bank fund council committee commission january february march april may june july august september october"
    " november december monday tuesday wednesday thursday friday saturday sunday north south east west northern southern eastern western district region province city"
    " health migration border police human rights trafficking labour development support training workshop annual report newsletter update women children"
    " contact phone fax email website dear best regards in on at for and with from by of to asia africa europe sea river street avenue road red cross emergency response"
    " chief head director deputy minister first second third civil society organisation organization association foundation"
    " jamoat village mahalla oblast city town hukumat camp group limited ltd inc company"
    " food distribution water sanitation hygiene shelter protection action actions anticipatory application applications climatological reference hospital clinic centre"
    " country classes pl st rd ave cres ct officer officers wildlife ecologist ranger manager coordinator cluster sector zone area county state drive lane crescent close place court square park bridge hill"
    " ridge reserve creek lake mount bay beach island islands award prize scholarship memorial trust festival act bill report review plan awareness day week month year".split()
)
"""Words of no person's name."""

NAME_HEAD = re.compile(
    r"^(?:full |contact )?(?:names?|noms?|nombres?|ФИО|participants?|focal points?|points? foca(?:l|ux)|contacts?|contact persons?)"
    r"(?:\s*(?:/|&|and|et|,)\s*(?:(?:sur|first|last )?names?|pr[ée]noms?))?(?:\s*\([^()]*\))?\W*$",
    re.I,
)
"""Head of a column of people's names."""

# Before a given name they tell of a place or a body that bears it.
_NAMESAKE = frozenset(
    "saint st st. san santa sainte santo são sao mount lake radio port fort cape camp hotel hôtel avenue rue place boulevard clinique hôpital hospital clinic école school"
    " collège lycée fondation foundation institut institute cyclone hurricane typhoon tropical storm bar café villa mont notre king queen prince princess pope".split()
)
_RUN = re.compile(
    rf"(?<![\w’'.&/-])(?:{NAME_WORD}|[{CAPITAL}]\b\.?)(?:[ \u00a0](?:{PARTICLE}[ \u00a0])?(?:{NAME_WORD}|[{CAPITAL}]{{4,}}\b|[{CAPITAL}]\b\.?))+(?:[’']s\b)?"
)
_WORD = re.compile(r"[^ \u00a0]+")
_GOES_ON = re.compile(rf"[ \u00a0](?:&|[{CAPITAL}\d])|[’']\w{{2,}}|[-/@]\w")
_JOINED = re.compile(r"\s?(?:,|,?\s(?:and|et|и|&))\s")
_INITIAL = re.compile(rf"[ \u00a0][{CAPITAL}]\.?[ \u00a0]")
_THE = re.compile(r"\b(?:[Tt]he|la|le|rue|avenue)[ \u00a0]$")
_POST_WORD = re.compile(rf"(?:{POST}s?|Vice|Acting|Park|Cr|Hon|Rev|Fr|Sr|Br)\.?")


class Person(NamedTuple):
    """Where a person's name stands."""

    start: int
    end: int


@cache
def given_names() -> tuple[frozenset[str], frozenset[str]]:
    """Folded given names; those of the second set are ordinary words or places as well."""
    lines = (HERE / "given_names.txt").read_text("utf-8").split("\n")
    strong, weak = "\n".join(n for n in lines if not n.startswith("#")).split("\n\n")
    return frozenset(strong.split()), frozenset(weak.split())


def is_name(name: str) -> bool:
    """May the words be a person's name?"""
    words = [w for w in re.split(r"[ \u00a0-]", name) if w]
    return 2 <= len(words) <= 5 and not any(w.casefold().strip(".’'") in NOT_NAMES for w in words)


def begins_with_given(name: str) -> bool:
    """Is the first word a given name, if only one that is a word as well?"""
    first = name.split()[0]
    return _is_given(first) or _is_given(first, weak=True)


def plain_people(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> list[Person]:
    """People of a sentence who have neither title nor post: a given name and one to three names after it.

    A given name that is also a word, or a place of `places` (spans), counts beside another person or before an initial.
    """
    found: list[tuple[Person, bool]] = []
    for run in _RUN.finditer(text, start, end):
        opens = not text[start : run.start()].strip(" •*–—-“\"'(")
        rows = _apart(list(_WORD.finditer(text, *run.span())))
        # "Anna Keller GmbH" is no person.
        for words in rows[:-1] if _GOES_ON.match(text, run.end()) else rows:
            if (person := _among(text, words, opens=opens and words[0].start() == run.start())) is not None:
                given = text[person.start : person.end].split()[0]
                sure = _is_given(given) and (person.start, person.start + len(given)) not in places
                found.append((person, sure or _INITIAL.search(text, *person) is not None))
    kept = {p for p, sure in found if sure}
    for neighbours in (found, found[::-1]):
        # Down the list and up again: "Grace and Hope" stay unsure together.
        for (one, _), (other, _) in pairwise(neighbours):
            first, second = min(one, other), max(one, other)
            if one in kept and _JOINED.fullmatch(text, first.end, second.start):
                kept.add(other)
    return sorted(kept)


def _is_given(word: str, *, weak: bool = False) -> bool:
    return fold(word.split("-")[0]) in given_names()[weak]


def _apart(words: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Two people on one line: a second given name, after a surname and before another, begins the next."""
    for i in range(2, len(words) - 1):
        if _is_given(words[i][0]) and not _is_given(words[i - 1][0]) and _is_given(words[i - 2][0]):
            return [words[:i], *_apart(words[i:])]
    return [words]


def _among(text: str, words: list[re.Match[str]], *, opens: bool) -> Person | None:
    """The person among capitalised words in a row, if one is; `opens`: they begin a sentence."""
    first = next(
        (i for weak in (False, True) for i, w in enumerate(words) if _is_given(w[0], weak=weak)), None
    )
    if first is None:
        return None
    before, named = words[:first], words[first:]
    if any(w[0].casefold() in _NAMESAKE or HAS_BODY.fullmatch(w[0]) for w in before):
        return None
    known = all(_POST_WORD.fullmatch(w[0]) or w[0].casefold() in OPENERS for w in before)
    if not known and not (opens and len(before) == 1):
        return None
    if _THE.search(text, max(0, named[0].start() - 8), named[0].start()):
        return None  # the Alan Keller award
    named = named[: next((i for i, w in enumerate(named) if _POST_WORD.fullmatch(w[0])), len(named))]
    # A third word that the text also writes small opens the next line ("Photo: Anna Keller Classes").
    if len(named) > 2 and re.search(rf"\b{re.escape(named[-1][0].casefold())}\b", text):
        named = named[:-1]
    if len(named) < 2 or HAS_BODY.search(text, named[0].start(), named[-1].end()):
        return None
    person = Person(named[0].start(), named[-1].end() - 2 * named[-1][0].endswith(("’s", "'s")))
    if (
        person.end - named[-1].start() < 2
        or named[-1][0].endswith(".")
        or not is_name(text[person.start : person.end])
    ):
        return None
    return person

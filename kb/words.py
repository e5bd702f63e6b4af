"""Words as questions and sentences are compared: tokens, stems, the synonyms of the field, numbers in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kb.languages import root, stop_words, tokens
from kb.text import fold

_DIGITS = re.compile(r"\d+(?:[.,\u00a0 ]\d{3}(?!\d))*(?:[.,]\d+)?")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_SYNONYMS = Path(__file__).parent / "authority" / "synonyms.txt"

NUMBERS: dict[str, int] = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {w: 10 * n for n, w in enumerate("thirty forty fifty sixty seventy eighty ninety hundred".split(), 3)}
"""Number words that stand alone ("twenty two" is read by the extractor of figures)."""

STOP = frozenset(
    """a an the this that these those there here it its they them their he him his she her we us our you your i me my
    and or but nor not no so as if than then of in on at to from by for with about into onto over under between among
    through during within without per via until till up out off is are was were be been being am do does did doing done
    has have had having can could will would shall should may might must who whom whose which what when where why how
    many much any some all both each every either neither other another such own same also only just still already yet
    very too more most less least again please tell list name according following called known kind kinds sort type
    way whether one ones etc mr mrs ms dr according document documents text report reports
    appear appears appearing mentioned listed named distinguish distinguishes distinguished took taken take takes part participate participated participates
    end beginning middle mid start after before since outside inside number numbers time times part far come comes came
    go goes going went""".split()
)
"""English words that carry no topic. Stems of them are not compared."""


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """The form by which words are compared: folded, British spelling, without endings; number words as digits."""
    if language != "en":
        return root(word, language)
    word = fold(re.sub(r"['’ʼ]s?$", "", word)).replace(" ", "")
    if word[:1].isdigit():
        return re.sub(r"[.,](?=\d{3}\b)", "", word)
    if word in NUMBERS:
        return str(NUMBERS[word])
    word = re.sub(r"([iy])z(e|es|ed|ing|ation|ations)$", r"\1s\2", word)
    base: str = _stemmer().stemWord(word)
    return base[:-1] if len(base) > 4 and base[-1] in "ie" else base


@lru_cache(maxsize=32768)
def stems(text: str, language: str = "en") -> tuple[str, ...]:
    """Stems of all the words of a text, in order."""
    return tuple(stem(text[a:b], language) for a, b in tokens(text, language))


def idle(word: str, language: str = "en") -> bool:
    """Is it a word of that language that carries no topic?"""
    return word.casefold() in (STOP if language == "en" else stop_words(language))


def guess(text: str, known: Collection[str]) -> str:
    """The language of a question, which may be a word or two: one of `known`, by its letters and small words; else English."""
    if "ru" in known and _CYRILLIC.search(text):
        return "ru"
    latin = sorted({"en", *known} - {"ru"}, key=lambda code: (code != "en", code))
    return max(latin, key=lambda code: sum(idle(text[a:b], code) for a, b in tokens(text, code)))


@cache
def synonyms() -> dict[str, tuple[tuple[str, ...], ...]]:
    """For the stem of each word of the list: what serves as well, each a tuple of stems that must all be there.

    A phrase on the asking side is keyed by its stems joined with spaces.
    """
    table: dict[str, set[tuple[str, ...]]] = {}
    for line in _SYNONYMS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            left, arrow, right = line.partition(" > ")
            asked = [_phrase(p) for p in left.split(",")]
            served = [_phrase(p) for p in right.split(",")] if arrow else asked
            for phrase in asked:
                table.setdefault(" ".join(phrase), set()).update(s for s in served if s != phrase)
    return {key: tuple(sorted(value)) for key, value in table.items()}


def content(text: str, language: str = "en") -> Iterator[tuple[int, int, str]]:
    """Start, end and stem of each word that carries meaning."""
    for a, b in tokens(text, language):
        if not idle(text[a:b], language):
            yield a, b, stem(text[a:b], language)


def numbers(text: str) -> set[str]:
    """The numbers of a text as digits without separators, also those in words."""
    digits = {re.sub(r"[,\u00a0 ](?=\d{3}(?!\d))", "", m[0]) for m in _DIGITS.finditer(text)}
    return digits | {str(NUMBERS[w]) for w in re.findall(r"[a-z]+", text.casefold()) if w in NUMBERS}


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(s for _, _, s in content(text.strip())) or (stem(text.strip()),)

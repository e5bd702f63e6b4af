"""Numbers in text: digits with any separators, scale words, number words in English, French and Russian."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from kb.cues import at_words
from kb.records import Figure


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where it stands. `words` is true for number words, `scale` for "million" and the like."""

    start: int
    end: int
    value: float
    words: bool = False
    scale: float = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and the words of its number and unit; `counted_end` is where the words counted end, if they follow."""

    start: int
    end: int
    figure: Figure
    counted_end: int = 0


_SPACE = "[ \u00a0\u202f\u2009]"
_SCALES = (
    ("thousand", 1e3), ("milliard", 1e9), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12), ("mille", 1e3),
    ("mln", 1e6), ("mio", 1e6), ("mn", 1e6), ("bn", 1e9), ("bln", 1e9),
    ("тыс", 1e3), ("млрд", 1e9), ("млн", 1e6), ("миллиард", 1e9), ("миллион", 1e6), ("ҳазор", 1e3),
)  # fmt: skip
"""Scale words by their beginning."""
_SCALE = (
    rf"(?:(?:{_SPACE}{{1,2}}|-)?(?P<scale>(?i:thousand|millions?|billions?|trillions?|milliards?|mille|mln|mio|mn|bn|bln|"
    r"тыс(?:яч[аиу]?)?|млн|млрд|миллион(?:а|ов)?|миллиард(?:а|ов)?|ҳазор))(?!\w)\.?)"
)
_DIGITS = re.compile(
    rf"(?<![\w.,])(?<!\d[/:])(?P<sign>(?<![^\s(|])[+\-−–](?=\d))?"
    rf"(?P<n>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\d,])|\d{{1,3}}(?:\.\d{{3}})+(?:,\d{{1,2}})?(?!\d)(?!\.\d)|"
    rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:[.,]\d{{1,2}})?(?!{_SPACE}?\d)|\d{{1,3}}(?:['’]\d{{3}})+|\d+(?:[.,]\d+)?)"
    rf"{_SCALE}?"
)

_ENGLISH = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {w: 10.0 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_FRENCH = {
    word: float(value)
    for value, word in enumerate(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
    )
} | {
    "une": 1.0,
    "vingt": 20.0,
    "vingts": 20.0,
    "trente": 30.0,
    "quarante": 40.0,
    "cinquante": 50.0,
    "soixante": 60.0,
}
_RUSSIAN = {
    form: float(value)
    for value, forms in {
        1: "один одна одно одного одной", 2: "два две двух двое двум", 3: "три трёх трех трое трем",
        4: "четыре четырёх четырех четверо", 5: "пять пяти пятеро", 6: "шесть шести", 7: "семь семи",
        8: "восемь восьми", 9: "девять девяти", 10: "десять десяти", 11: "одиннадцать одиннадцати",
        12: "двенадцать двенадцати", 13: "тринадцать тринадцати", 14: "четырнадцать", 15: "пятнадцать пятнадцати",
        16: "шестнадцать", 17: "семнадцать", 18: "восемнадцать", 19: "девятнадцать", 20: "двадцать двадцати",
        30: "тридцать тридцати", 40: "сорок", 50: "пятьдесят пятидесяти", 60: "шестьдесят", 70: "семьдесят",
        80: "восемьдесят", 90: "девяносто", 100: "сто ста", 200: "двести", 300: "триста", 400: "четыреста",
        500: "пятьсот", 600: "шестьсот", 700: "семьсот", 800: "восемьсот", 900: "девятьсот",
    }.items()
    for form in forms.split()
}  # fmt: skip
_MULTIPLIERS = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "cent": 1e2, "cents": 1e2, "mille": 1e3, "millions": 1e6, "milliard": 1e9, "milliards": 1e9,
    "тысяча": 1e3, "тысячи": 1e3, "тысяч": 1e3, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6,
}  # fmt: skip


def _any(words: dict[str, float], least: float = 0, most: float = 1e99) -> str:
    return "|".join(sorted((w for w, v in words.items() if least <= v <= most), key=len, reverse=True))


@cache
def _words(language: str) -> tuple[re.Pattern[str], Callable[[str], bool]]:
    """Number words of a language, English ones in any text but French, and what tells whether a word may begin one."""
    if language == "fr":
        small = _any(_FRENCH)
        one = rf"(?:{small}|cents?|mille)"
        body = rf"{one}(?:[ -](?:et[ -])?(?:{one}|millions?|milliards?))*"
        first = frozenset({*_FRENCH, "cent", "cents", "mille"})
    elif language in ("ru", "tg", "uk", "ky", "kk", "uz"):
        small = _any(_RUSSIAN)
        big = "тысяча|тысячи|тысяч|миллион(?:а|ов)?"
        body = rf"(?:{small}|{big})(?: (?:{small}|{big}))*"
        first = frozenset({*_RUSSIAN, *(w for w in _MULTIPLIERS if w[0] in "тм")})
    else:
        tens, ones, low = _any(_ENGLISH, 20), _any(_ENGLISH, 1, 9), _any(_ENGLISH, 0, 19)
        below100 = rf"(?:(?:{tens})(?:[ -]\s?(?:{ones})\b)?|{low})"
        below1000 = rf"(?:(?:an?|{low})[ -]hundred(?: (?:and )?{below100})?|{below100})"
        scale = r"(?:thousand|million|billion)"
        body = rf"(?:{below1000}(?:[ -]{scale}(?:,? (?:and )?{below1000}(?![ -]{scale}))?)*|an? {scale})"
        first = frozenset({*_ENGLISH, "a", "an"})
    return re.compile(rf"(?<![\w’'-])(?:{body})(?!\w)", re.I), first.__contains__


def _value(words: str) -> float:
    """The value of a run of number words: "quatre-vingt-dix-sept", "one hundred and five thousand"."""
    total = group = 0.0
    for word in re.findall(r"[^\W\d_]+", words.casefold()):
        if word in ("and", "et"):
            continue
        if word in _MULTIPLIERS or word.rstrip("s") in _MULTIPLIERS:
            times = _MULTIPLIERS.get(word) or _MULTIPLIERS[word.rstrip("s")]
            if times == 100:
                group = (group or 1) * 100
            else:
                total += (group or 1) * times
                group = 0
            continue
        value = _ENGLISH.get(word, _FRENCH.get(word, _RUSSIAN.get(word, 1.0 if word in ("a", "an") else 0.0)))
        group = 80 + group - 4 if value == 20 and group % 100 == 4 else group + value
    return total + group


def number(digits: str, *, decimal: bool = False) -> float:
    """The value of digits with separators; `decimal` reads a single "1.234" as a fraction (before a scale or unit)."""
    if digits.isascii() and digits.isdigit():
        return float(digits)
    plain = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", digits)
    if "," in plain and "." in plain:
        plain = (
            plain.replace(",", "")
            if plain.rindex(".") > plain.rindex(",")
            else plain.replace(".", "").replace(",", ".")
        )
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", plain) and not (decimal and plain.count(".") == 1):
        plain = plain.replace(".", "")
    return float(plain.replace(",", "."))


_UNIT_NEXT = re.compile(
    r"\s?(?:%|‰|°|per ?cent|pour cent|процент|[kcmµ]?(?:m|g|l)[23²³]?\b|ha\b|mg|kg|km|lit|hect|kilo|met(?:er|re)|tonn?e)",
    re.I,
)


def find_numerals(text: str, language: str = "") -> Iterator[Numeral]:
    """The numbers of a text in order, without judging what they mean; numbers inside words ("3W", "C3") are left out.

    Ranges give two numerals. "1.234" is read as 1234, but as a fraction before a scale word or a unit.
    """
    found: list[Numeral] = []
    for match in _DIGITS.finditer(text):
        digits = match["n"]
        scale = match["scale"]
        value = number(digits, decimal=bool(scale) or bool(_UNIT_NEXT.match(text, match.end("n"))))
        times = _scale(scale) if scale else 1.0
        if match["sign"] and match["sign"] != "+":
            value = -value
        start = match.start("sign") if match["sign"] else match.start("n")
        end = match.end() - (
            1 if text[match.end() - 1] == "." and not (scale and scale.isalpha() and len(scale) < 5) else 0
        )
        found.append(Numeral(start, end, round(value * times, 6), False, times))
    taken = {n.start for n in found}
    for match in at_words(text, *_words(language)):
        if match.start() not in taken:
            found.append(Numeral(match.start(), match.end(), _value(match[0]), True))
    found.sort(key=lambda n: (n.start, -n.end))
    last = -1
    for numeral in found:
        if numeral.start >= last:
            yield numeral
            last = numeral.end


def _scale(word: str) -> float:
    return next(value for start, value in _SCALES if word.casefold().startswith(start))

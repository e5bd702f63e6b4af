"""Short forms and their long ones: which fit, and lists of them. For plugins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

SKIP = frozenset("a an and at by for from in of on or the to with de des du et la le les l d pour".split())
_RUN = re.compile(r"(?:(?<!\S)[A-Z][A-Za-z0-9&/+-]{1,11}[ \n]+){3,}")
_WORD = re.compile(r"\S+")
_LONG_WORD = 8
_LONGEST = 11
"""Words of a long form in a legend."""


def long_form(short: str, before: str) -> int | None:
    """Length of the long form at the end of `before`, or None.

    After A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in
    biomedical text", Pacific Symposium on Biocomputing 8 (2003): letters are matched from the right, the
    first one at the start of a word. Here, besides, at least half of the short form's letters must start words.
    """
    letters = [c for c in plain(short) if c.isalnum()]
    lower = plain(before)
    at = len(before)
    for i, letter in enumerate(reversed(letters)):
        at -= 1
        first = i == len(letters) - 1
        while at >= 0 and (lower[at] != letter or (first and at > 0 and lower[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return by_initials(letters, lower)
    long = lower[at:]
    words = re.findall(r"\w+", long)
    if len(words) < 2 or words[0] in SKIP:
        one_word = len(words) == 1 and len(letters) == 2 and len(long) >= _LONG_WORD  # "tuberculosis (TB)"
        return by_initials(letters, lower) or (len(long) if one_word else None)
    if not 2 <= len(words) <= min(len(letters) + 8, len(letters) * 3) or len(long) < 2 * len(letters):
        return None
    initials = [w[0] for w in words]
    if joined_beginnings("".join(letters), [w for w in words if w not in SKIP]):
        return len(long)
    if sum(min(initials.count(c), letters.count(c)) for c in set(letters)) * 2 < len(letters):
        return None
    return len(long)


def joined_beginnings(short: str, words: Sequence[str]) -> bool:
    """Is the short form made of the beginnings of the words, one after the other: "SECAL" of "sécurité alimentaire"?"""
    if not words:
        return not short
    return any(
        joined_beginnings(short[n:], words[1:])
        for n in range(1, len(short) + 1)
        if words[0].startswith(short[:n])
    )


def by_initials(letters: Sequence[str], before: str) -> int | None:
    """Length of the words at the end whose initials are the letters, small words apart: "action anticipatoire" of AA."""
    left = list(letters)
    for word in reversed(list(re.finditer(r"\w+", before))):
        if left and word[0][0] == left[-1]:
            left.pop()
        elif word[0] not in SKIP:
            return None
        if not left:
            return len(before) - word.start() if len(letters) >= 2 else None
    return None


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """In lower case and without accents, each character at its place."""
    if text.isascii():
        return text.lower()
    return "".join((unicodedata.normalize("NFD", c)[0].lower() or c)[0] for c in text)


def is_short(short: str) -> bool:
    letters = [c for c in short if c.isalpha()]
    return (
        2 <= len(short) <= 12 and len(letters) >= 2 and sum(c.isupper() for c in letters) * 2 >= len(letters)
    )


def initials_fit(short: str, long: str) -> bool:
    """Do the initials of the long form spell the short one, small words counted or not?"""
    short, long = plain(short), plain(long)
    words = re.findall(r"\w+", long)
    letters = "".join(c for c in short if c.isalnum())
    if len(words) < 2 or not letters:
        return False
    every = "".join(w[0] for w in words).casefold()
    main = "".join(w[0] for w in words if w.casefold() not in SKIP).casefold()
    return (
        letters in (every, main)
        or main.startswith(letters)
        or letters.startswith(main)
        and len(main) >= 3
        or _in_order(letters, long, words)
    )


def _in_order(letters: str, long: str, words: list[str]) -> bool:
    """Letters in order, the first at the first word, most at the start of words ("UNFPA", "ACTED")."""
    if words[0][0].casefold() != letters[0]:
        return False
    initials = [w[0].casefold() for w in words]
    return (
        sum(min(initials.count(c), letters.count(c)) for c in set(letters)) * 2 > len(letters)
        and len(letters) >= 3
    )


@lru_cache(maxsize=4)  # acronyms and rosters ask for the same section
def legend(text: str) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    """Spans of short and long forms of a list whose columns were read one after the other.

    Such as "ACTED QRC YWU Agency for … Development Qatar Red Crescent Yemen Women Union": three or more short
    forms, and after them as many long ones in the same order, cut so that the initials fit best.
    """
    found: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for run in _RUN.finditer(text):
        shorts = [m.span() for m in _WORD.finditer(text, *run.span())]
        while shorts and not is_short(text[slice(*shorts[-1])]):
            shorts.pop()  # the first long form begins with a capital as well
        if len(shorts) < 3 or not all(is_short(text[a:b]) for a, b in shorts):
            continue
        first = shorts[-1][1]
        words = [m.span() for m in _WORD.finditer(text, first, first + 90 * len(shorts))]
        found += _aligned(text, shorts, words)
    return tuple(found)


def _aligned(
    text: str, shorts: list[tuple[int, int]], words: list[tuple[int, int]]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Consecutive runs of words, one a short form, that fit best; nothing where one has no run that fits."""

    @cache
    def best(i: int, at: int) -> tuple[int, tuple[int, ...]] | None:
        if i == len(shorts):
            return 0, ()
        short = text[slice(*shorts[i])]
        options = []
        for end in range(at + 2, min(at + _LONGEST, len(words)) + 1):
            long = text[words[at][0] : words[end - 1][1]]
            if initials_fit(short, long) and (rest := best(i + 1, end)) is not None:
                options.append((rest[0] + (2 if _exact(short, long) else 1), (end, *rest[1])))
        return max(options, key=lambda o: (o[0], [-e for e in o[1]]), default=None)

    chosen = best(0, 0)
    if chosen is None:
        return []
    starts = (0, *chosen[1])
    return [
        (short, (words[a][0], words[b - 1][1]))
        for short, a, b in zip(shorts, starts, chosen[1], strict=False)
    ]


def _exact(short: str, long: str) -> bool:
    words = re.findall(r"\w+", long)
    letters = short.casefold()
    every = "".join(w[0] for w in words).casefold()
    return letters in (every, "".join(w[0] for w in words if w.casefold() not in SKIP).casefold())

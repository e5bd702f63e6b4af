"""Spellings of one name: what transcriptions into Latin letters differ in, and what they have in common."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text import fold

# In this order. Each pair is one sound: Пенджикент, Panjakent; Худжанд, Khujand; Қурғон, Kurgan.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        # British and American.
        (r"\bcentre", "center"),
        (r"isation", "ization"),
        (r"\bprogramme", "program"),
        (r"dzh|dj|zh", "j"),
        (r"shch|sch", "sh"),
        (r"tch", "ch"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"ck|q", "k"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"(?:iy|yi|ii|ij|yy)\b", "i"),
        (r"y", "i"),
        (r"([a-z])\1+", r"\1"),
    )
)
_NUMBER = re.compile(r"\d+|\b(?:i{1,3}|iv|vi{0,3}|ix|x)\b")
SMALL = frozenset(
    "a an the of for and in on at to by de du des la le les et pour au aux en i v na po dlya".split()
)
"""Folded words that acronyms mostly leave out, and that tell nothing of a name."""


@lru_cache(maxsize=65536)
def romanised(name: str) -> str:
    """The folded name with each sound written in one way: equal for two transcriptions that differ in consonants alone."""
    text = fold(name)
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str:
    """The consonants of the romanised name, and vowels that begin a word as `a`: equal for most transcriptions of a name."""
    return " ".join(
        ("a" if word[0] in "aeiou" else word[0]) + re.sub(r"[aeiou]", "", word[1:])
        for word in romanised(name).split()
    )


def numbers(name: str) -> frozenset[str]:
    """Numbers in a name, Roman ones too: "School 12" and "School 14" are never one."""
    return frozenset(_NUMBER.findall(fold(name)))


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name that tell something."""
    return tuple(w for w in fold(name).split() if w not in SMALL)


def initials(name: str) -> str:
    """The initials of the words that tell something; empty for fewer than two words."""
    found = words(name)
    return "".join(w[0] for w in found) if len(found) > 1 else ""

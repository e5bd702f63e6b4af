"""Who does what a verb says: whether a name in a sentence is the one that acts, by the order of the words."""

from __future__ import annotations

import re
from collections.abc import Collection

from kb.words import stem, tokens

AGENT, UNKNOWN, OTHER = 1.0, 0.9, 0.75
"""How well a name fits that acts, of which the sentence does not say it, that stands there for something else."""

_BREAK = re.compile(
    r"[;:|]|,\s+(?:who|which|whose|where|while)\b|\b(?:because|although|after|before|since)\b"
)
_BY = re.compile(r"\bby\b")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|also\s+|then\s+|first\s+)?$", re.I)
_COPULA = re.compile(r"\s*(?:\([^()]*\)\s*)?(?:of [^,.;]{1,60}?\s)?(?:is|are|was|were|:)\s*", re.I)
_AWAY = re.compile(
    r"\b(?:to|for|with|of|in|at|on|from|about|against|under|within)\s+(?:the\s+)?(?:NGO\s+)?$", re.I
)


def standing(sentence: str, span: tuple[int, int], verb: Collection[str]) -> float:
    """How a name at `span` stands to a verb (stems that serve for it): AGENT, OTHER, or UNKNOWN where the verb is not there.

    "X financed …", "… financed by X", "the donor is X", "Donor: X". A name in the same enumeration stands alike.
    """
    best = 0.0
    for a, b in tokens(sentence):
        if stem(sentence[a:b]) in verb:
            best = max(best, _stands(sentence, span, a, b))
    return best or UNKNOWN


def _stands(sentence: str, span: tuple[int, int], a: int, b: int) -> float:
    start, end = span
    if start < b and a < end:
        return OTHER
    if start >= b:
        between = sentence[b:start]
        if copula := _COPULA.match(between):
            return OTHER if _BREAK.search(between[copula.end() :]) else AGENT
        by = list(_BY.finditer(between))
        if by and not _BREAK.search(between) and not _AWAY.search(between[by[-1].end() :]):
            return AGENT
        return OTHER
    between = sentence[end:a]
    by_follows = re.match(r"(?:\W+\w+){0,5}?\W+by\b", sentence[b:])
    if _PASSIVE.search(sentence[:a]) or by_follows or _AWAY.search(sentence[:start]):
        return OTHER
    # An apposition between two commas belongs to the name.
    between = re.sub(r"^\s*,[^,;]{2,90},", "", between)
    return OTHER if _BREAK.search(between) else AGENT


POSSESS = frozenset(map(stem, ("own", "belong", "possess")))
"""Stems of what owners do, which a text seldom says with a verb."""
_OWNED = re.compile(r"\w \((?P<within>[A-ZÀ-ÞА-Я][^()\d]{1,60})\)|(?P<of>[A-ZÀ-ÞА-Я][\w-]+)[’']s? \w")


def owners(sentence: str) -> tuple[str, ...]:
    """Names of owners that a sentence tells without a verb: "two lorries (WFP and Government)", "the Ministry's cars"."""
    match = _OWNED.search(sentence)
    if match is None:
        return ()
    return tuple(re.split(r"\s*(?:,|/|&|\band\b)\s*", match["within"])) if match["within"] else (match["of"],)

"""Cue patterns: the words they cannot do without, and what they find with and without looking for those first."""

from __future__ import annotations

import re

import pytest

from kb.cues import Cue, at_words, needed_words
from kb.plugins import donors, organisations, partners
from kb.relations import ANAPHOR


@pytest.mark.parametrize(
    ("pattern", "flags", "words"),
    [
        (r"\b(?:funded|paid for) by\b", 0, ("funded", "paid for")),
        (r"\b(?:Funded|FUNDED) by", re.I, ("unded",)),
        (r"(?:co-)?financed", 0, ("financed",)),
        (r"(?:joint )+work", 0, ("joint ",)),
        (r"organi[sz]ed", 0, ("organi",)),
        (r"fund(?:ed|ing)?", 0, ("fund",)),
        (r"(?:fund|\d+)", 0, ()),
        (r"\w+", 0, ()),
        (r"(?:при финансовой поддержке|на средства)", re.I, ("на средства", "при финансовой поддержке")),
    ],
)
def test_the_words_a_pattern_needs(pattern, flags, words):
    assert needed_words(pattern, flags) == words


@pytest.mark.parametrize(
    "text",
    [
        "The course was FUNDED BY Norway. Thanks to the generous support of Japan it went on.",
        "İstanbul: the work is jointly funded by Norway, in close cooperation with Umed and the Ministry of Health.",
        "Nothing is told here.",
        "",
    ],
)
@pytest.mark.parametrize(
    "cue", [donors.BY, donors.THANKED, partners.PARTNERSHIP, partners.HELPED, organisations.OF, ANAPHOR]
)
def test_a_cue_finds_what_its_pattern_finds(cue, text):
    assert isinstance(cue, Cue)
    plain = re.compile(cue.pattern, cue.flags)
    for start in (0, len(text) // 2):
        expected = [m.span() for m in plain.finditer(text, start)]
        assert [m.span() for m in cue.finditer(text, start)] == expected
        first = cue.search(text, start)
        assert (first.span() if first else None) == (expected[0] if expected else None)


def test_a_pattern_is_tried_at_the_words_that_may_begin_it():
    pattern = re.compile(r"(?:two|twenty)(?: \w+)?", re.I)
    found = at_words("Two wells, one twenty two, network", pattern, {"two", "twenty"}.__contains__)
    assert [m[0] for m in found] == ["Two wells", "twenty two"]

"""What an amount of money, a share or a measure is of: the words after it, its label, or the noun phrase before."""

from __future__ import annotations

import re

from kb.quantities.counted import STOP, phrase_after, phrase_before, with_of
from kb.quantities.told import QUALIFIER

LABEL = re.compile(r"(?:^|[.;]\s+|\n)[\s•▪●oü–*-]*(?P<label>[^\W\d_][^.:;|\n]{1,70}?)\s*[:：]\s*$")
"""A label that ends right before a number: "Individual tents: "."""
_FOR = re.compile(
    r"\s*(?:worth\s+)?(?!in\s+(?:total|all|cash|kind|addition)\b)(?:(?:in|for|of|towards?|as|pour|de|du|des|d[’'])|to(?=\s+(?:the|an?|[A-Z]\w*)\b))\s*(?:(?:the|an?|its|their|la|les|l[’'])\s*\b)?"
)
_FROM = re.compile(r"\s+from\s+(?:the\s+|an?\s+|its\s+|their\s+)?(?:UN[’']s\s+)?")
_WHOLE = re.compile(r"\s*(?:of|de|des|du|d[’'])\s*(?:the|all|its|their|our|an?|la|les)?\s+")
_OF_THOSE = re.compile(r"\s+of\s+(?:whom|which|them|these|those)\b")
_THOSE_WHO = re.compile(
    r"\s+of\s+(?:all\s+)?(those\s+(?:who|that|which|in|with|at|from|\w+ed|\w+ing)\b(?:\s+[^\W\d]+){0,3})(?=\W)"
)
_PREDICATE = re.compile(r"\s+(?:are|were|is|was|being|had|have|has|sont)\s+(?:been\s+)?(?:among\s+)?")
_EQUALS = re.compile(r"\b(?:was|were|is|are|totall?ed|amounted to|stood at|came to|reached|of)\s+$")
_BETWEEN = re.compile(r"\b(?:between|from)\s+$")
_DETERMINERS = re.compile(r"(?:(?:the|our|its|their|a|an|this|total)\s+)*", re.I)


def of_money(text: str, start: int, end: int, first: int, last: int) -> str:
    """What an amount at `first` to `last` is for, or who pays or gets it ("grant", "CERF"); empty where nothing says."""
    line_start = max(start, text.rfind("\n", 0, first) + 1)
    plain = QUALIFIER.sub("", text[start:first])
    if label := LABEL.search(text[line_start:first]):
        return short(label["label"])
    if name := _name_before(text[line_start:first]):
        return name
    if re.search(r"[\w’'.]\s*\(\s*$", plain):
        return phrase_before(text, start + len(plain.rstrip(" (")), start)
    if re.search(r"\bof\s+$", plain):
        return phrase_before(text, start + len(plain.rstrip()) - 2, start)
    after = _FOR.match(text, last, end)
    if phrase := phrase_after(text, after.end() if after else last, end):
        return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    if subject := _subject(text, start, plain):
        return subject
    giver = _FROM.match(text, last, end)
    phrase = phrase_after(text, giver.end(), end) if giver else None
    return text[phrase[0] : phrase[1]] if phrase else ""


def of_share(text: str, start: int, end: int, first: int, last: int, language: str) -> str:
    """What a share or measure is of: "migrant workers" in "of which 13.2% are migrant workers"; empty where nothing says."""
    if who := _THOSE_WHO.match(text, last, end):
        words = who[1].split()
        while len(words) > 2 and words[-1].casefold() in STOP:
            words.pop()
        return " ".join(words)
    if those := _OF_THOSE.match(text, last, end):
        verb = _PREDICATE.match(text, those.end(), end)
        phrase = phrase_after(text, verb.end(), end, language) if verb else None
        return text[phrase[0] : phrase[1]] if phrase else ""
    for glue in (_WHOLE.match(text, last, end), _PREDICATE.match(text, last, end)):
        if glue and (phrase := phrase_after(text, glue.end(), end, language)):
            return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    if phrase := phrase_after(text, last, end, language):
        return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    if label := LABEL.search(text[max(start, text.rfind("\n", 0, first) + 1) : first]):
        return short(label["label"])
    return _subject(text, start, QUALIFIER.sub("", text[start:first]))


def short(label: str) -> str:
    """A label without bullets and stars."""
    return " ".join(re.sub(r"^(?:[\s•▪●–*-]|o\s)+|[\s*:]+$", "", label).split())[:80]


def _name_before(line: str) -> str:
    """The name that fills the line up to the amount, or up to the amount before it: "Papua New Guinea $200,000"."""
    last = re.split(r"\d[\d.,]*(?:\s?[MmKkBb]\b|\s?[mb]illion)?", line)[-1]
    last = re.split(r"[,;()\[\]]", last.rstrip(" *•,–-|(["))[-1].strip(" *•–-|")
    words = last.split()
    named = all(w[0].isupper() or w.casefold() in STOP or w[1:2] in "’'" for w in words)
    return (
        last if 1 <= len(words) <= 6 and named and words[0].casefold() not in STOP and len(last) > 1 else ""
    )


def _subject(text: str, start: int, plain: str) -> str:
    """The noun phrase that ends before the number, or the subject of the clause: "The net receipts for the year were £3,561"."""
    plain = _BETWEEN.sub("", plain)
    if equals := _EQUALS.search(plain):
        clause = start + max(plain.rfind(mark, 0, equals.start()) for mark in (", ", "; ", ". ", "\n")) + 1
        clause = max(start, clause)
        while text[clause : clause + 1].isspace():
            clause += 1
        determiner = _DETERMINERS.match(text, clause)
        if phrase := phrase_after(text, determiner.end() if determiner else clause, start + equals.start()):
            return text[phrase[0] : phrase[1]]
    return phrase_before(text, start + len(plain), start)

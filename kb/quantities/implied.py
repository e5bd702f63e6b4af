"""Numbers without a noun of their own: parts of a whole, ranges, labels, growing quantities, more of the same."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.quantities.counted import STOP, phrase_after, phrase_before
from kb.quantities.measured import LABEL, short
from kb.quantities.numerals import Found, Numeral
from kb.quantities.told import QUALIFIER, qualifier_before
from kb.records import Figure

_OF_WHAT = re.compile(
    r"\s+(?:out\s+)?of\s+(?:(?:all|the|our|its|their|this|that|these|those|them|whom|which)\b)?\s*"
)
_OF_NUMBER = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:all|the|our|its|their|these|those|a total of)\s+)*", re.I)
_RANGE = re.compile(
    r"\s*(?:-|–|—|‑|\b(?:to|or|à|ou|до|или|through)\b)\s*(?:[A-Z]{0,3}[$€£]|[A-Z]{3}\s)?"
    r"(?:(?:about|nearly|almost|around|over|more than|even) )?"
)
_PAIR = re.compile(r"\s+((?:[^\W\d_][\w-]*\s+){0,2}[^\W\d_][\w-]*)(?:,|\s+(?:and|or))\s+")
_OF_WHOM = re.compile(r"\bof (?:whom|which|them|these)\s+(?:\w+\s+)?$")
_ARE = re.compile(r"\s+(?:were|are|was|is)\s+")
_BETWEEN = re.compile(r"\b(?:between|entre|от|между)\s+(?:[A-Z]{0,3}[$€£])?$", re.I)
_GROWTH = re.compile(
    r"\b(?:increas|ris|rose|grow|grew|fell|fall|dropp?|declin|decreas|reach|total|number|amount|stand|stood|expand|reduc|"
    r"rais|brought|bring|climb|jump|surg|doubl|tripl|scal|estimat|project)\w*(?:\s+up)?\s+(?:(?:to|at|by|from|in total|as|be)\s+)*$",
    re.I,
)
_FROM_TO = re.compile(r"\bfrom\s+[\d.,]+\s+to\s+$")
_NUMBER_OF = re.compile(
    r"\b(?P<noun>number|total|totals|sum|target|average|mean|median|capacity|membership|attendance|turnout|core|group|team|"
    r"pool|maximum|minimum|quota|caseload)\b(?:\s+(?:number\s+)?of(?=\s+[^\W\d]))?(?P<what>(?:[^.,;:\d]|\b\d{1,2} [A-Z][a-z]+ \d{4}\b){0,110}?)\s*"
    r"(?:\b(?:is|was|were|are|of|out of|to|at|be|has|reached|stands?|stood|remains?|remained|given|estimated|put|set|reported|recorded|as|now|currently|been|by|since|in|from)\b\s*|[:=]\s*)+$",
    re.I,
)
_CUT = re.compile(
    r"\b(?:for|with|in|from|among|who|that|rose|rises|grew|fell|dropped|went|has|have|was|were|(?:in|de)creas\w+|expanded)\b"
)
_BEFORE_BARE = re.compile(
    r"(?:\b(?:includ(?:ing|es?|ed)|with|and|or|of (?:whom|which|these|them|the)|while|plus|only|another|further|additional|"
    r"just|remaining|others?|to|from|versus|against|compared (?:to|with)|than|already|about|around|over|nearly|almost|some|"
    r"approximately|dont|et|the|comprising|namely|out of(?: a total of| the)?|of|being|were|was|are|found|\w{4,}(?:ed|ing))|[,;:(–—-])\s*$",
    re.I,
)
_AFTER_BARE = re.compile(
    r"\s*(?:[,;.)(]|$|\n|(?:of|were|was|are|is|had|have|has|in|at|on|from|for|to|by|and|or|who|as|with|among|during|through|"
    r"respectively|last|this|since|over|between|when|while|before|after|per|each|more|new|currently|remain|came|dans|à|en|sont|ont|et|out|taken|\w{3,}ed)\b)"
)
_CLOSED = re.compile(r"\s*(?:[*†+]*\s*$|[,;.)(\n]|\s(?:and|in|as)\b)")
_NOT_LABEL = re.compile(
    r"\b(?:no|nos|page|pages|phone|tel|fax|mobile|date|code|id|issue|volume|room|box|version|article|section|goal|sdg|time|at|"
    r"address|ref|reference|year|age|ages|fiscal year|isbn|photo|fig|figure|table|step|phase|annex|module|chapter|level|grade|"
    r"zip|account|iban|latitude|longitude|sources?|q|question)\b\.?\s*$",
    re.I,
)
_PLURAL_BEFORE = re.compile(r"([^\W\d_]{3,}s|people|children|women|men|staff)\b[^.;:\d]{0,25}$")


def part_of(text: str, end: int, numeral: Numeral) -> Found | None:
    """A part of what is named after "of": "twelve of the participants"."""
    match = _OF_WHAT.match(text, numeral.end, end)
    if match is None or numeral.words and numeral.value == 1:
        return None
    phrase = phrase_after(text, match.end(), end)
    if phrase and phrase[2]:
        return Found(
            numeral.start, numeral.end, Figure(numeral.value, "", text[phrase[0] : phrase[1]]), phrase[1]
        )
    return None


def of_same(text: str, first: Numeral, second: Numeral, later: Found) -> Found | None:
    """The first number of a range, or a part of a whole: "10 to 15 families", "28 of the 31 patients"."""
    gap = text[first.end : second.start]
    if _OF_NUMBER.fullmatch(gap) and not (first.words and first.value == 1):
        scale = 1.0
    elif (
        _RANGE.fullmatch(gap)
        or gap.strip() in ("and", "et", "и")
        and _BETWEEN.search(text[max(0, first.start - 14) : first.start])
    ):
        scale = second.scale if first.scale == 1 and second.scale > 1 and first.value < 1000 else 1.0
    elif (
        (pair := _PAIR.fullmatch(gap))
        and not later.figure.unit
        and STOP.isdisjoint(pair[1].casefold().split())
    ):
        # "ten Afghan and five Tajik officers"
        counted = f"{pair[1]} {later.figure.counted.split()[-1]}"
        return Found(first.start, first.end, Figure(first.value, "", counted), later.counted_end)
    else:
        return None
    return Found(
        first.start,
        first.end,
        replace(later.figure, value=first.value * scale, qualifier=""),
        later.counted_end,
    )


def money_range(text: str, this: Found, second: Numeral, later: Found | None) -> tuple[Found, Found | None]:
    """Both ends of "$5-7 million": the second takes the currency of the first, the first the scale of the second."""
    gap = text[this.end : second.start]
    between = gap.strip() in ("and", "et", "и") and _BETWEEN.search(
        text[max(0, this.start - 14) : this.start]
    )
    money = re.fullmatch("[A-Z]{3}", this.figure.unit)
    if not money or later and later.figure.unit or not (between or _RANGE.fullmatch(gap)):
        return this, later
    scale = second.scale if this.figure.value < min(1000, second.value) else 1.0
    return (
        replace(this, figure=replace(this.figure, value=this.figure.value * scale)),
        Found(second.start, second.end, replace(this.figure, value=second.value)),
    )


def implied(text: str, start: int, end: int, numeral: Numeral, earlier: Found | None) -> Found | None:
    """A number without a noun: after a label, a growing quantity, "the number of", or more of what was counted before."""
    if numeral.words and numeral.value == 1:
        return None
    before, after = text[start : numeral.start], text[numeral.end : end]
    line = before[before.rfind("\n") + 1 :]
    label = LABEL.search(line[-90:])
    if label and _CLOSED.match(after) and not numeral.words and not _NOT_LABEL.search(label["label"]):
        return _counting(numeral, short(label["label"]))
    plain = QUALIFIER.sub("", before)
    grown = not numeral.words and (_GROWTH.search(plain[-40:]) or _FROM_TO.search(plain))
    if grown and phrase_after(text, numeral.end, end) is None or _AFTER_BARE.match(after):
        if number_of := _NUMBER_OF.search(plain[-140:]):
            what = _CUT.split(number_of["what"])[0].strip()
            return _counting(numeral, short(what or number_of["noun"]))
        large = numeral.scale > 1 or re.search(r"\d[,\u00a0 ]\d{3}", text[numeral.start : numeral.end])
        if grown or large:
            words = earlier.figure.counted if earlier else phrase_before(text, start + len(plain), start)
            # "a budget of 12,140,550 euro, of which the EU gives 10,557,000"
            money = large and earlier and re.fullmatch("[A-Z]{3}", earlier.figure.unit)
            return _counting(numeral, words, earlier.figure.unit if money and earlier else "")
        if qualifier_before(text, numeral.start) and (noun := _PLURAL_BEFORE.search(plain[-60:])):
            return _counting(
                numeral,
                phrase_before(text, start + len(plain) - len(noun[0]) + noun.end(1) - noun.start(), start),
            )
    if (are := _ARE.match(after)) and _OF_WHOM.search(plain):
        phrase = phrase_after(text, numeral.end + are.end(), end)
        if phrase and phrase[2]:
            return _counting(numeral, text[phrase[0] : phrase[1]])
    if numeral.words or not _AFTER_BARE.match(after):
        return _more(before, after, numeral, earlier)
    if after.startswith(")") and re.search(r"[^\W\d]\s*\($", before):
        noun_before = phrase_before(text, numeral.start, start)
        named = not noun_before or not noun_before.split()[-1].islower()
        return None if named or numeral.value <= 0 else _counting(numeral, noun_before)
    if re.match(r"\s+to\s+\d", after) and re.search(r"\bfrom\s+$", before):
        return _counting(numeral, phrase_before(text, numeral.start - 5, start))
    return _more(before, after, numeral, earlier)


def _more(before: str, after: str, numeral: Numeral, earlier: Found | None) -> Found | None:
    """One more of what was counted before: "13 cases have been confirmed, including 7 on 28 August"."""
    if (
        earlier is None
        or earlier.figure.unit
        or not _BEFORE_BARE.search(before)
        or not _AFTER_BARE.match(after)
    ):
        return None
    return _counting(numeral, earlier.figure.counted)


def _counting(numeral: Numeral, counted: str, unit: str = "") -> Found:
    return Found(numeral.start, numeral.end, Figure(numeral.value, unit, counted))

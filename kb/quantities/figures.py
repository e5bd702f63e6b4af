"""Figures in running text: which numbers count or measure something, and what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.quantities.apart import in_word
from kb.quantities.counted import FREE, THINGS, phrase_after, phrase_before, with_of
from kb.quantities.measured import LABEL, of_money, of_share, short
from kb.quantities.numerals import Numeral
from kb.quantities.told import QUALIFIER, qualifier_before, status_of
from kb.quantities.units import Unit, unit_after, unit_before
from kb.records import Figure


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and the words of its number and unit; `counted_end` is where the words counted end, if they follow."""

    start: int
    end: int
    figure: Figure
    counted_end: int = 0


_SMALL_SCALE = re.compile(r"(?<=\d)(?:\s?(m|M|K|b|B)|\s(k)|(k))(?![\w’'])")
_SMALL_SCALES = {"m": 1e6, "k": 1e3, "b": 1e9}
_FOLD = re.compile(r"[-\s]?fold\b")
_MEMBER = re.compile(
    r"[-‑](member|bed|bedded|seat|seater|person|people|strong|room|unit|household|family|storey|classroom|place)\b(?!s)"
)
_OF_WHAT = re.compile(
    r"\s+(?:out\s+)?of\s+(?:all|the|our|its|their|this|that|these|those|them|whom|which)?\s*"
)
_OF_NUMBER = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:all|the|our|its|their|these|those|a total of)\s+)*", re.I)
_RANGE = re.compile(
    r"\s*(?:-|–|—|‑|\b(?:to|or|à|ou|до|или|through)\b)\s*(?:[A-Z]{0,3}[$€£]|[A-Z]{3}\s)?"
    r"(?:(?:about|nearly|almost|around|over|more than|even) )?"
)
_BETWEEN = re.compile(r"\b(?:between|entre|от|между)\s+(?:[A-Z]{0,3}[$€£])?$", re.I)
_NOT_COUNTED = frozenset(
    "times ways sides hands thirds quarters halves fifths sixths eighths tenths cents things ends fronts percents degrees "
    "points grades dimensions steps stars hours days weeks months years decades minutes seconds nights centuries pm am hrs".split()
)
_GROWTH = re.compile(
    r"\b(?:increas|ris|rose|grow|grew|fell|fall|dropp?|declin|decreas|reach|total|number|amount|stand|stood|expand|reduc|"
    r"rais|brought|bring|climb|jump|surg|doubl|tripl|scal|estimat|project)\w*(?:\s+up)?\s+(?:(?:to|at|by|from|in total|as|be)\s+)*$",
    re.I,
)
_FROM_TO = re.compile(r"\bfrom\s+[\d.,]+\s+to\s+$")
_NUMBER_OF = re.compile(
    r"\b(?P<noun>number|total|totals|sum|target|average|mean|median|capacity|membership|attendance|turnout|core|group|team|"
    r"pool|maximum|minimum|quota|caseload)\b(?:\s+(?:number\s+)?of(?=\s+[^\W\d]))?(?P<what>[^.,;:\d]{0,110}?)\s*"
    r"(?:\b(?:is|was|were|are|of|out of|to|at|be|has|reached|stands?|stood|now|currently|been|by|since|in|from)\b\s*|[:=]\s*)+$",
    re.I,
)
_CUT = re.compile(
    r"\b(?:for|with|in|from|among|who|that|rose|rises|grew|fell|dropped|went|has|have|was|were|(?:in|de)creas\w+|expanded)\b"
)
_BEFORE_BARE = re.compile(
    r"(?:\b(?:includ(?:ing|es?|ed)|with|and|or|of (?:whom|which|these|them|the)|while|plus|only|another|further|additional|"
    r"just|remaining|others?|to|from|versus|against|compared (?:to|with)|than|already|about|around|over|nearly|almost|some|"
    r"approximately|dont|et|the|comprising|namely|out of(?: a total of| the)?|of|being|were|was|are)|[,;:(–—-])\s*$",
    re.I,
)
_AFTER_BARE = re.compile(
    r"\s*(?:[,;.)(]|$|\n|(?:of|were|was|are|is|had|have|has|in|at|on|from|for|to|by|and|or|who|as|with|among|during|through|"
    r"respectively|more|new|currently|remain|came|dans|à|en|sont|ont|et|out|taken|\w{3,}ed)\b)"
)
_CLOSED = re.compile(r"\s*(?:[*†+]*\s*$|[,;.)(\n]|\s(?:and|in|as)\b)")
_SAID = re.compile(
    r"\s*,?\s*(?:who\b|from whom|said|says|told|noted|stated|explained|recall|commented|shared|remark|expressed|asked|thought|"
    r"felt|described|remember|put it)"
)
_NOT_LABEL = re.compile(
    r"\b(?:no|nos|page|pages|phone|tel|fax|mobile|date|code|id|issue|volume|room|box|version|article|section|goal|sdg|time|at|"
    r"address|ref|reference|year|age|ages|fiscal year|isbn|photo|fig|figure|table|step|phase|annex|module|chapter|level|grade|"
    r"zip|account|iban|latitude|longitude|sources?|q|question)\b\.?\s*$",
    re.I,
)
_DEFINITE = re.compile(
    r"\b(the|these|those|my|his|her|our|your|their|its|both|all|other|last|first|past|next)\s+$", re.I
)
_BOUNDED = re.compile(r"\s*(?:[,;.)(]|$|\n|(?:and|or|in|for|from|at|with|were|was|to)\b)")
_SEVERAL = re.compile(r"\s+(?:have|were|are)\b")
_HERE = re.compile(r"(?:^|[:;,(]|\band)\s*$")
_PLURAL_BEFORE = re.compile(r"([^\W\d_]{3,}s|people|children|women|men|staff)\b[^.;:\d]{0,25}$")
_MORE = re.compile(r"\+(?!\d)")


def find_figures(
    text: str,
    start: int,
    end: int,
    numerals: Sequence[Numeral],
    taken: Sequence[tuple[int, int]],
    language: str = "",
) -> list[Found]:
    """Figures of one sentence, `text[start:end]`.

    `numerals` are the numbers in it, `taken` the stretches that tell dates, ages, pages and the like. A range
    ("10 to 15 families") gives two figures of the same thing.
    """
    free = _without_echo(text, [n for n in numerals if _counts(text, n, taken)])
    found: list[Found | None] = [_strong(text, start, end, n, language) for n in free]
    for i in range(len(free) - 2, -1, -1):
        this, later = found[i], found[i + 1]
        if later is None:
            continue
        if this is None:
            found[i] = _of_same(text, free[i], free[i + 1], later)
        elif (
            not this.figure.counted
            and this.figure.unit == later.figure.unit
            and re.fullmatch(r"\W*(?:\b(?:and|to|or|et|à)\b)?\W*", text[this.end : later.start])
        ):
            found[i] = replace(this, figure=replace(this.figure, counted=later.figure.counted))
    earlier: Found | None = None
    for i, numeral in enumerate(free):
        this = found[i] or _bare(text, start, end, numeral, earlier)
        if this is not None and not this.figure.counted and earlier is not None:
            this = replace(this, figure=replace(this.figure, counted=earlier.figure.counted))
        found[i] = this
        earlier = this or earlier
    figures = [f for f in found if f is not None and (f.figure.counted or f.figure.unit)]
    limits = [*(f.start for f in figures), end]
    return [_told(text, start, f, limits[i + 1]) for i, f in enumerate(figures)]


def _without_echo(text: str, numerals: list[Numeral]) -> list[Numeral]:
    """Numbers in which "six (6) regions" is one."""
    found: list[Numeral] = []
    for numeral in numerals:
        last = found[-1] if found else None
        if (
            last
            and last.value == numeral.value
            and text[last.end : numeral.start].strip() == "("
            and text[numeral.end : numeral.end + 1] == ")"
        ):
            found[-1] = replace(last, end=numeral.end + 1)
        else:
            found.append(numeral)
    return found


def _counts(text: str, numeral: Numeral, taken: Sequence[tuple[int, int]]) -> bool:
    """Is the number free to count something: no date, no piece of a word or code?"""
    if any(a < numeral.end and numeral.start < b for a, b in taken):
        return False
    if numeral.words:
        return text[numeral.start - 1 : numeral.start] != "-"
    if re.fullmatch(r"0\d.*|\d{7,}", text[numeral.start : numeral.end]):
        return False
    if not in_word(text, numeral.start, numeral.end) or unit_before(text, numeral.start) is not None:
        return True
    unit, (_, stop) = unit_after(text, numeral.end), _scaled(text, numeral, None)
    stop = max(stop, unit.end if unit else 0)
    return (
        stop > numeral.end
        and not text[numeral.start - 1 : numeral.start].isalnum()
        and not in_word(text, numeral.start, stop)
    )


def _scaled(text: str, numeral: Numeral, money: Unit | None) -> tuple[float, int]:
    """Value and end with the letter that scales it: "m" and "b" of money only, "k" of anything when attached."""
    small = _SMALL_SCALE.match(text, numeral.end)
    if small is None:
        return numeral.value, numeral.end
    after = unit_after(text, small.end())
    if small[3] or money or after and after.kind == "money":
        return numeral.value * _SMALL_SCALES[small[0].strip().casefold()], small.end()
    return numeral.value, numeral.end


def _strong(text: str, start: int, end: int, numeral: Numeral, language: str) -> Found | None:
    """A figure whose unit or noun stands right beside it."""
    first = numeral.start
    before = text[max(start, first - 40) : first]
    unit = unit_before(text, first)
    value, at = _scaled(text, numeral, unit)
    if unit is not None:
        first = unit.start
    else:
        unit = unit_after(text, at)
        # "5 m" is a measure, "five m" is not.
        if unit and numeral.words and len(text[at : unit.end].strip(" -")) <= 2:
            unit = None
    if unit is not None:
        last = max(at, unit.end)
        of = (
            of_money(text, start, end, first, last)
            if unit.kind == "money"
            else of_share(text, start, end, first, last, language)
        )
        return Found(first, last, Figure(value, unit.unit, of))
    if joined := _FOLD.match(text, at) or _MEMBER.match(text, at):
        phrase = phrase_after(text, joined.end(), end)
        words = f"{joined[0].strip(' -‑')} {text[phrase[0] : phrase[1]] if phrase else ''}".strip()
        return Found(first, joined.end(), Figure(value, "", words))
    if text[at : at + 1] in ("-", "‑") and text[at + 1 : at + 2].isalpha():
        return None
    more = _MORE.match(text, at)
    at = more.end() if more else at
    phrase = phrase_after(text, at, end, language)
    if phrase is None:
        return _part(text, end, numeral)
    if not _plausible(text, before, numeral, phrase, end, language):
        return None
    stop = with_of(text, phrase[0], phrase[1], end)
    return Found(first, at, Figure(value, "", text[phrase[0] : stop], "more than" if more else ""), stop)


def _plausible(
    text: str, before: str, numeral: Numeral, phrase: tuple[int, int, bool], end: int, language: str
) -> bool:
    """May the noun phrase be what the number counts?"""
    start, stop, is_plural = phrase
    words = text[start:stop].split()
    head = words[-1].split("-")[-1]
    if head.casefold() in _NOT_COUNTED:
        return False
    definite = _DEFINITE.search(before)
    if numeral.words and numeral.value == 1:
        return (
            language not in FREE
            and head.casefold() in THINGS
            and not definite
            and not before.endswith("-")
            and not _SAID.match(text, stop, end)
        )
    if (
        numeral.words
        and numeral.value == 2
        and definite
        and definite[1].casefold() not in ("all", "other", "last", "first", "next")
    ):
        return False  # "the two countries" are not counted here but named again
    if is_plural or language not in ("", "en") or numeral.scale > 1 or _SEVERAL.match(text, stop, end):
        return True
    if head.isupper() and len(head) > 1:  # an acronym without plural: "two VSAT"
        return len(words) <= 3
    if numeral.words or not _BOUNDED.match(text, stop, end):
        return False
    if numeral.value == 1:
        return words[0][0].islower() and not re.search(r"[A-Z]\w*\s+$", before)
    # "3 Pick-up", "40 tent": a list of things; after a name it is part of the name ("Camp 5 East").
    return len(words) <= 2 and bool(_HERE.search(before))


def _part(text: str, end: int, numeral: Numeral) -> Found | None:
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


def _of_same(text: str, first: Numeral, second: Numeral, later: Found) -> Found | None:
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
    else:
        return None
    return Found(
        first.start,
        first.end,
        replace(later.figure, value=first.value * scale, qualifier=""),
        later.counted_end,
    )


def _bare(text: str, start: int, end: int, numeral: Numeral, earlier: Found | None) -> Found | None:
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
            return _counting(
                numeral, earlier.figure.counted if earlier else phrase_before(text, start + len(plain), start)
            )
        if qualifier_before(text, numeral.start) and (noun := _PLURAL_BEFORE.search(plain[-60:])):
            return _counting(
                numeral,
                phrase_before(text, start + len(plain) - len(noun[0]) + noun.end(1) - noun.start(), start),
            )
    if numeral.words or not _AFTER_BARE.match(after):
        return _more(before, after, numeral, earlier)
    if after.startswith(")") and re.search(r"[^\W\d]\s*\($", before):
        phrase = phrase_before(text, numeral.start, start)
        return (
            _counting(numeral, phrase)
            if phrase and phrase.split()[-1].islower() and numeral.value > 0
            else None
        )
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


def _counting(numeral: Numeral, counted: str) -> Found:
    return Found(numeral.start, numeral.end, Figure(numeral.value, "", counted))


def _told(text: str, start: int, found: Found, limit: int) -> Found:
    """Adds qualifier and status; `limit` is where the next figure of the sentence begins."""
    figure = found.figure
    stop = max(found.end, found.counted_end)
    words = re.sub(r"^(?:more|additional|further|other|another)\s+", "", " ".join(figure.counted.split()))
    return replace(
        found,
        figure=replace(
            figure,
            counted=words,
            qualifier=figure.qualifier or qualifier_before(text, found.start),
            status=status_of(
                text[start : found.start], text[found.end : stop], text[stop : max(stop, limit)]
            ),
        ),
    )

"""Figures in running text: which numbers count or measure something, and what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.quantities.apart import in_word
from kb.quantities.counted import FREE, THINGS, phrase_after, with_of, with_other
from kb.quantities.implied import implied, money_range, of_same, part_of
from kb.quantities.measured import of_money, of_share
from kb.quantities.numerals import Found, Numeral
from kb.quantities.told import qualifier_before, status_of
from kb.quantities.units import Unit, unit_after, unit_before
from kb.records import Figure

_SMALL_SCALE = re.compile(r"(?<=\d)(?:\s?(m|M|K|b|B)|\s(k)|(k))(?![\w’'])")
_SMALL_SCALES = {"m": 1e6, "k": 1e3, "b": 1e9}
_FOLD = re.compile(r"[-\s]?fold\b")
_MEMBER = re.compile(
    r"[-‑](member|bed|bedded|seat|seater|person|people|strong|room|unit|household|family|classroom|place)\b(?!s)"
)
_NOT_COUNTED = frozenset(
    "pp ones times ways sides hands thirds quarters halves fifths sixths eighths tenths cents things ends fronts percents degrees "
    "points grades dimensions steps stars hours days weeks months years decades minutes seconds nights centuries pm am hrs".split()
)
_SAID = re.compile(
    r"\s*,?\s*(?:who\b|from whom|said|says|told|noted|stated|explained|recall|commented|shared|remark|expressed|asked|thought|"
    r"felt|described|remember|put it)"
)
_DEFINITE = re.compile(
    r"\b(the|these|those|my|his|her|our|your|their|its|both|all|other|last|first|past|next)\s+$", re.I
)
_BOUNDED = re.compile(r"\s*(?:[,;.)(]|$|\n|(?:and|or|in|for|from|at|with|were|was|to)\b)")
_SEVERAL = re.compile(r"\s+(?:have|were|are)\b")
_HERE = re.compile(r"(?:^|[:;,(]|\band)\s*$")
_PARTICIPLE = re.compile(r"[a-z]{3,}ed")
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
            found[i] = of_same(text, free[i], free[i + 1], later)
        elif (
            not this.figure.counted
            and this.figure.unit == later.figure.unit
            and re.fullmatch(r"\W*(?:\b(?:and|to|or|et|à)\b)?\W*", text[this.end : later.start])
        ):
            found[i] = replace(this, figure=replace(this.figure, counted=later.figure.counted))
    for i in range(len(free) - 1):
        if (this := found[i]) is not None:
            found[i], found[i + 1] = money_range(text, this, free[i + 1], found[i + 1])
    earlier: Found | None = None
    for i, numeral in enumerate(free):
        this = found[i] or implied(text, start, end, numeral, earlier)
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
        return numeral.value > 0 and text[numeral.start - 1 : numeral.start] != "-"
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
    """Value and end with the letter that scales it: "m" of money and of what is counted ("1.5m people"), attached "k" of anything."""
    small = _SMALL_SCALE.match(text, numeral.end)
    if small is None:
        return numeral.value, numeral.end
    after = unit_after(text, small.end())
    people = text[numeral.end] in "mM" and (noun := phrase_after(text, small.end(), len(text))) and noun[2]
    if small[3] or money or after and after.kind == "money" or people:
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
        return part_of(text, end, numeral)
    if not phrase[2] and _PARTICIPLE.fullmatch(text, *phrase[:2]):
        return None  # "6 people were killed, 12 injured": more of what was counted before
    if not _plausible(text, before, numeral, phrase, end, language):
        return None
    stop = with_other(text, phrase[1], end) if phrase[2] else phrase[1]
    stop = with_of(text, phrase[0], stop, end)
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
    if numeral.value == 1 and is_plural and head.casefold() not in ("staff", "personnel"):
        return False
    if not is_plural and not before.strip(" •*–-") and text[start].isupper() and not numeral.words:
        return False  # a footnote, a list or a legend: "3 Kutupalong"
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

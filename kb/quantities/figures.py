"""Figures in running text: which numbers count or measure something, what, in which unit, how exactly, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.quantities.apart import in_word
from kb.quantities.counted import STOP, THINGS, phrase_after, phrase_before, with_of
from kb.quantities.numerals import Numeral
from kb.quantities.units import Unit, unit_after, unit_before
from kb.records import Figure


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and the words of its number and unit."""

    start: int
    end: int
    figure: Figure


QUALIFIER = re.compile(
    r"\b(well over|well above|more than|over|above|at least|no (?:fewer|less) than|not less than|a minimum of|minimum(?: of)?|up to|as many as|as much as|"
    r"a maximum of|maximum(?: of)?|at most|no more than|not more than|nearly|almost|close to|about|approximately|approx\.?|around|roughly|some|circa|ca\.|c\.|"
    r"an estimated|estimated|less than|fewer than|under|just under|just over|only|below|exceeding|plus de|environ|près de|au moins|jusqu[’']à|moins de|"
    r"более|около|свыше|до|не менее|почти|примерно|порядка|зиёда аз|беш аз)\s+(?:the |an? |another |additional |further |total of |a total of |of )*$",
    re.I,
)
_SMALL_SCALE = re.compile(r"\s?(m|M|k|K|b|B|mil\.?)(?![\w’'])")
_SMALL_SCALES = {"m": 1e6, "k": 1e3, "b": 1e9}
_ATTACHED_K = re.compile(r"k(?!\w)")
_FOLD = re.compile(r"[-\s]?fold\b")
_MEMBER = re.compile(
    r"[-‑](member|bed|bedded|seat|seater|person|people|strong|room|unit|household|family|storey|classroom|place|ton|tonne)\b(?!s)"
)
_OF_WHAT = re.compile(
    r"\s+(?:out\s+)?of\s+(?:whom|which|them|these|those|all|the|our|its|their|this|that)?\s*"
)
_RANGE = re.compile(
    r"\s*(?:-|–|—|‑|\bto\b|\bor\b|\bà\b|\bou\b|\bдо\b|\bили\b|\bthrough\b)\s*(?:[A-Z]{0,3}[$€£]|[A-Z]{3}\s)?(?:about |nearly |almost |around |over |more than )?"
)
_BETWEEN = re.compile(r"\b(?:between|entre|от)\s+(?:[A-Z]{0,3}[$€£])?$", re.I)
_NOT_COUNTED = frozenset(
    "times ways sides hands thirds quarters halves fifths sixths eighths tenths cents things ends fronts percents degrees points points grades dimensions steps stars "
    "hours days weeks months years decades minutes seconds nights centuries pm am hrs".split()
)
_GROWTH = re.compile(
    r"\b(?:increas|ris|rose|grow|grew|fell|fall|dropp?|declin|decreas|reach|total|number|amount|stand|stood|expand|reduc|rais|brought|bring|climb|jump|surg|doubl|tripl|scal|estimat|project)"
    r"\w*(?:\s+up)?\s+(?:(?:to|at|by|from|in total|as|be)\s+)*$",
    re.I,
)
_NUMBER_OF = re.compile(
    r"\b(?:number|total|totals|sum|target|average|mean|median|capacity|membership|attendance|turnout|core|group|team|pool|maximum|minimum|quota|caseload)\b"
    r"(?:\s+(?:number\s+)?of(?=\s+[^\W\d]))?(?P<what>[^.;:\d]{0,60}?)\s*(?:\b(?:is|was|were|are|of|to|at|be|has|reached|stands?|stood|now|currently|been|by|since|in)\b\s*|[:=]\s*)+$",
    re.I,
)
_BEFORE_BARE = re.compile(
    r"(?:\b(?:including|includes?|included|with|and|or|of (?:whom|which|these|them)|while|plus|only|another|further|additional|just|remaining|other|others|to|from|versus|against|"
    r"compared (?:to|with)|than|already|about|around|over|nearly|almost|some|approximately|dont|et|the|including|comprising|namely|another|out of(?: a total of)?|of|of the|out of the|being|were|was|are)"
    r"|[,;:(–—-])\s*$",
    re.I,
)
_AFTER_BARE = re.compile(
    r"\s*(?:[,;.)(]|$|\n|(?:of|were|was|are|is|had|have|has|in|at|on|from|for|to|by|and|or|who|as|with|among|during|through|respectively|more|new|currently|remain|remained|attended|received|"
    r"came|died|dans|à|en|sont|ont|et|out)\b)"
)
_SAID = re.compile(
    r"\s*,?\s*(?:who\b|from whom|said|says|told|noted|stated|explained|recall|commented|shared|remark|expressed|asked|thought|felt|described|remember|put it)"
)
_SKIP_LABEL = re.compile(
    r"\b(?:no|nos|page|pages|phone|tel|fax|mobile|date|code|id|issue|volume|room|box|version|article|section|goal|sdg|time|at|address|ref|reference|year|age|ages|fiscal year|isbn|photo|fig|figure|table|"
    r"step|phase|annex|module|chapter|level|grade|zip|account|iban|latitude|longitude|source|sources|q|question)\b\.?\s*$",
    re.I,
)
_PERSONAL = re.compile(
    r"\b(?:the|these|those|my|his|her|our|your|their|its|both|all|other|last|first|past|next)\s+$", re.I
)
_LABEL = re.compile(r"(?:^|[.;]\s+|\n)[\s•▪●oü–*-]*(?P<label>[^\W\d_][^.:;|\n]{1,70}?)\s*[:：]\s*$")

_VERBS: tuple[tuple[str, str], ...] = (
    ("planned", r"planned|projected|foreseen|envisaged|expected"), ("targeted", r"target(?:ed|ing|s)?|aims? to|aiming"),
    ("referred", r"referr(?:ed|ing|als?)|refers?"), ("registered", r"regist(?:er(?:ed|ing|s)?|rations?)"),
    ("confirmed", r"confirm(?:ed|s|ing)?"), ("suspected", r"suspect(?:ed)?"), ("probable", r"probable"),
    ("detected", r"detect(?:ed|s|ing)?|diagnosed"), ("identified", r"identif(?:ied|ies|ying|y)"),
    ("trained", r"train(?:ed|s)|training(?= of)"), ("killed", r"kill(?:ed|s|ing)|deaths?|died|dead|fatalities|décès|погибл\w+"),
    ("injured", r"injured|wounded|blessés"), ("displaced", r"displac(?:ed|ing)|IDPs|déplacée?s"), ("affected", r"affected|sinistrée?s"),
    ("destroyed", r"destroyed|demolished"), ("damaged", r"damaged"), ("rescued", r"rescued"), ("evacuated", r"evacuated"),
    ("deported", r"deport(?:ed|ing)|expelled|banned"), ("repatriated", r"repatriat(?:ed|ing)"), ("resettled", r"resettl(?:ed|ing)"),
    ("returned", r"return(?:ed|ing|ees)"), ("tested", r"test(?:ed|ing)"), ("screened", r"screen(?:ed|ing)"), ("vaccinated", r"vaccinat(?:ed|ing)"),
    ("treated", r"treat(?:ed|ing)"), ("interviewed", r"interview(?:ed|ing)"), ("surveyed", r"survey(?:ed|ing)"),
    ("distributed", r"distribut(?:ed|ing|es?|ion)"), ("donated", r"donat(?:ed|ing|es?)"), ("requested", r"request(?:ed|ing|s)?|appeal(?:ed|s)?|required|needed"),
    ("pledged", r"pledged|committed"), ("funded", r"fund(?:ed|s)|financed|mobilized|mobilised"), ("awarded", r"award(?:ed|s)|granted"),
    ("recruited", r"recruit(?:ed|ing)|hired"), ("built", r"built|constructed|rehabilitated"), ("established", r"establish(?:ed|ing)|set up|creat(?:ed|ing)"),
    ("assisted", r"assist(?:ed|ing|s)|helped|supported"), ("attended", r"attend(?:ed|ing|ees)?|participat(?:ed|ing)|took part|gathered|brought together|brings? together"),
    ("reached", r"reach(?:ed|ing|es)?|cover(?:ed|ing|s)?|benefit(?:ed|ted|ing)?|engaged"), ("provided", r"provid(?:ed|ing|es?)|deliver(?:ed|ing|s)?|donnés?"),
    ("received", r"receiv(?:ed|ing|es?)"), ("employed", r"employ(?:s|ed|ing)"), ("completed", r"complet(?:ed|ing)"), ("collected", r"collected|garnered"),
    ("analysed", r"analy[sz]ed"), ("spent", r"spent|incurred"),
)  # fmt: skip
_VERB = re.compile("|".join(rf"(?P<s{i}>\b(?:{pattern})\b)" for i, (_, pattern) in enumerate(_VERBS)), re.I)
_AHEAD = re.compile(
    r"\b(?:will|plans? to|aims? to|intends? to|is to|are to|going to|to be|expects? to|hopes? to|by (?:20\d\d|the end of))\b",
    re.I,
)


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
    free = [n for n in numerals if _counts(text, n, taken)]
    found: list[Found | None] = [_strong(text, start, end, n, language) for n in free]
    for i in range(len(free) - 2, -1, -1):
        later = found[i + 1]
        if found[i] is None and later is not None:
            found[i] = _first_of_range(text, free[i], free[i + 1], later)
    for i, numeral in enumerate(free):
        if found[i] is None:
            before = next((f for f in reversed(found[:i]) if f is not None), None)
            found[i] = _bare(text, start, end, numeral, before)
    return [_finish(text, start, end, f) for f in found if f is not None]


def _counts(text: str, numeral: Numeral, taken: Sequence[tuple[int, int]]) -> bool:
    if any(a < numeral.end and numeral.start < b for a, b in taken):
        return False
    digits = text[numeral.start : numeral.end]
    if numeral.words:
        return text[numeral.start - 1 : numeral.start] != "-"
    if re.match(r"0\d", digits) or re.fullmatch(r"\d{7,}", digits):
        return False
    if in_word(text, numeral.start, numeral.end):
        unit = unit_after(text, numeral.end)
        before = text[numeral.start - 1 : numeral.start]
        money = unit_before(text, numeral.start)
        attached = unit is not None or bool(_SMALL_SCALE.match(text, numeral.end))
        return (
            money is not None
            or attached
            and not before.isalnum()
            and not in_word(text, numeral.start, unit.end if unit else numeral.end + 1)
        )
    return True


def _strong(text: str, start: int, end: int, numeral: Numeral, language: str) -> Found | None:
    """A figure whose unit or noun stands right beside it."""
    value, at = numeral.value, numeral.end
    before = text[max(start, numeral.start - 40) : numeral.start]
    money = unit_before(text, numeral.start)
    if (money or (after := unit_after(text, at)) and after.kind == "money") and (
        small := _SMALL_SCALE.match(text, at)
    ):
        value, at = value * _SMALL_SCALES[small[1][0].casefold()], small.end()
    elif thousand := _ATTACHED_K.match(text, at):
        value, at = value * 1000, thousand.end()
    unit = money or unit_after(text, at)
    if unit is not None and unit.kind == "measure" and _is_noun(text, unit, numeral):
        unit = None
    if unit is not None:
        first = unit.start if unit is money else numeral.start
        last = max(at, unit.end)
        counted = (
            _of_money(text, start, end, first, last)
            if unit.kind == "money"
            else _of_share(text, start, end, first, last, unit, language)
        )
        return Found(first, last, Figure(value, unit.unit, counted))
    if fold := _FOLD.match(text, at):
        phrase = phrase_after(text, fold.end(), end)
        return Found(
            numeral.start,
            fold.end(),
            Figure(value, "", f"fold {text[phrase[0] : phrase[1]]}" if phrase else "fold"),
        )
    if member := _MEMBER.match(text, at):
        phrase = phrase_after(text, member.end(), end)
        whole = f"{member[1]} {text[phrase[0] : phrase[1]]}" if phrase else member[1]
        return Found(numeral.start, member.end(), Figure(value, "", whole))
    if text[at : at + 1] in "-‑" and text[at + 1 : at + 2].isalpha():
        return None
    if numeral.words and value == 1 and (before.casefold().endswith("-") or _PERSONAL.search(before)):
        return None
    more = re.compile(r"\+(?!\d)").match(text, at)
    phrase = phrase_after(text, more.end() if more else at, end, language)
    if phrase is None:
        return _part(text, start, end, numeral)
    words = text[phrase[0] : phrase[1]]
    head = re.split(r"[\s-]", words)[-1]
    if not _plausible(text, before, numeral, phrase, head, end, language):
        return None
    counted = text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    return Found(
        numeral.start, more.end() if more else at, Figure(value, "", counted, "more than" if more else "")
    )


def _is_noun(text: str, unit: Unit, numeral: Numeral) -> bool:
    """ "5 m" is a measure, "3 mt schools" or a lone number word before a letter is not."""
    return numeral.words and len(unit.unit) <= 2 and text[numeral.end : unit.end].strip(" -") == unit.unit


def _plausible(
    text: str,
    before: str,
    numeral: Numeral,
    phrase: tuple[int, int, bool],
    head: str,
    end: int,
    language: str,
) -> bool:
    start, stop, is_plural = phrase
    low = head.casefold()
    if low in _NOT_COUNTED:
        return False
    if numeral.words:
        if numeral.value == 1:
            return low in THINGS and not _SAID.match(text, stop, end) and not is_plural
        if (
            numeral.value == 2
            and _PERSONAL.search(before)
            and before.strip().casefold().split()[-1] not in ("all", "other", "last")
        ):
            return False
    if is_plural or language not in ("", "en") or numeral.scale > 1:
        return True
    words = text[start:stop].split()
    if head.isupper() and len(head) > 1:  # an acronym without plural: "two VSAT"
        return len(words) <= 3
    if numeral.words:
        return False
    bounded = re.compile(r"\s*(?:[,;.)(]|$|\n|(?:and|or|in|for|from|at|with|were|was|to)\b)").match(
        text, stop, end
    )
    if numeral.value == 1:
        return bool(bounded) and words[0][0].islower() and not re.search(r"[A-Z]\w*\s+$", before)
    # "3 Pick-up", "40 tent": a list of things; after a name it is part of the name ("Camp 5 East").
    return bool(bounded) and len(words) <= 2 and bool(re.search(r"(?:^|[:;,(]|\band)\s*$", before))


def _part(text: str, start: int, end: int, numeral: Numeral) -> Found | None:
    """ "twelve of them", "28 of the 31 patients"."""
    match = _OF_WHAT.match(text, numeral.end, end)
    if match is None or numeral.words and numeral.value == 1:
        return None
    phrase = phrase_after(text, match.end(), end)
    if phrase and phrase[2]:
        return Found(numeral.start, numeral.end, Figure(numeral.value, "", text[phrase[0] : phrase[1]]))
    return None


def _first_of_range(text: str, first: Numeral, second: Numeral, later: Found) -> Found | None:
    gap = text[first.end : second.start]
    if not (
        _RANGE.fullmatch(gap)
        or re.fullmatch(r"\s+(?:and|et|и)\s+", gap)
        and _BETWEEN.search(text[max(0, first.start - 14) : first.start])
    ):
        return None
    scale = second.scale if first.scale == 1 and second.scale > 1 and first.value < 1000 else 1
    return Found(first.start, first.end, replace(later.figure, value=first.value * scale, qualifier=""))


def _bare(text: str, start: int, end: int, numeral: Numeral, earlier: Found | None) -> Found | None:
    """A number without a noun: after a label, a growing quantity, "the number of", or one more of what was counted before."""
    before, after = text[start : numeral.start], text[numeral.end : end]
    figure = Figure(numeral.value)
    if numeral.words and numeral.value == 1:
        return None
    closed = re.match(r"\s*(?:[*†+]*\s*$|[,;.)(\n]|\s(?:and|in|as)\b)", after)
    line = text[text.rfind("\n", 0, numeral.start) + 1 : numeral.start]
    label = _LABEL.search(line[-90:])
    if label and closed and not numeral.words and not _SKIP_LABEL.search(label["label"]):
        return Found(numeral.start, numeral.end, replace(figure, counted=_short(label["label"])))
    if not _AFTER_BARE.match(after):
        return None
    plain = QUALIFIER.sub("", before)
    if number_of := _NUMBER_OF.search(plain[-90:]):
        what = number_of["what"].strip() or number_of[0].split()[0]
        return Found(numeral.start, numeral.end, replace(figure, counted=_short(what)))
    if not numeral.words and _GROWTH.search(plain[-40:]) or re.search(r"\bfrom\s+[\d.,]+\s+to\s+$", plain):
        return Found(
            numeral.start,
            numeral.end,
            replace(
                figure,
                counted=earlier.figure.counted if earlier else phrase_before(text, numeral.start, start),
            ),
        )
    if numeral.scale > 1 or re.search(r"\d[,\u00a0 ]\d{3}", text[numeral.start : numeral.end]):
        return Found(
            numeral.start,
            numeral.end,
            replace(
                figure,
                counted=earlier.figure.counted if earlier else phrase_before(text, numeral.start, start),
            ),
        )
    if (
        not numeral.words
        and re.search(r"[^\W\d]\s*\($", before)
        and re.match(r"\)", after)
        and numeral.value > 0
    ):
        phrase = phrase_before(text, numeral.start, start)
        return (
            Found(numeral.start, numeral.end, replace(figure, counted=phrase))
            if phrase and phrase.split()[-1].islower()
            else None
        )
    if re.match(r"\s+to\s+\d", after) and re.search(r"\bfrom\s+$", before) and not numeral.words:
        return Found(
            numeral.start,
            numeral.end,
            replace(figure, counted=_short(phrase_before(text, numeral.start - 5, start))),
        )
    if earlier is not None and not earlier.figure.unit and _BEFORE_BARE.search(before):
        return Found(numeral.start, numeral.end, replace(figure, counted=earlier.figure.counted))
    return None


def _of_money(text: str, start: int, end: int, first: int, last: int) -> str:
    """What an amount is for, or who pays or gets it: "grant", "CERF", "goods"."""
    before = text[start:first]
    plain = QUALIFIER.sub("", before)
    line = text[max(start, text.rfind("\n", 0, first) + 1) : first]
    if label := _LABEL.search(line):
        return _short(label["label"])
    if re.search(r"[\w’'.]\s*\(\s*$", plain):
        return phrase_before(text, start + len(plain.rstrip(" (")), start)
    if re.search(r"\bof\s+$", plain):
        return phrase_before(text, start + len(plain.rstrip()) - 2, start)
    after = re.compile(
        r"\s*(?:worth\s+)?(?:in|for|of|towards?|as|to)\s+(?:the\s+|an?\s+|its\s+|their\s+)?"
    ).match(text, last, end)
    phrase = phrase_after(text, after.end() if after else last, end)
    if phrase:
        return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    return phrase_before(text, first, start) or _subject(before)


def _of_share(text: str, start: int, end: int, first: int, last: int, unit: Unit, language: str) -> str:
    """What a share or measure is of: the phrase after "of", the noun after it, the predicate, or the noun before."""
    if unit.kind == "share" and (
        of := re.compile(r"\s+of\s+(?:whom|which|them|these|those)\b").match(text, last, end)
    ):
        last = of.end()
    glue = re.compile(r"\s*(?:of|de|des|du|d[’'])\s*(?:the|all|those|its|their|an?|la|les)?\s+").match(
        text, last, end
    )
    if glue and (phrase := phrase_after(text, glue.end(), end, language)):
        return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    verb = re.compile(r"\s+(?:are|were|is|was|being|had|have|has|sont)\s+(?:been\s+)?(?:among\s+)?").match(
        text, last, end
    )
    if verb and (phrase := phrase_after(text, verb.end(), end, language)):
        return text[slice(*phrase[:2])]
    if phrase := phrase_after(text, last, end, language):
        return text[phrase[0] : with_of(text, phrase[0], phrase[1], end)]
    line = text[max(start, text.rfind("\n", 0, first) + 1) : first]
    if label := _LABEL.search(line):
        return _short(label["label"])
    plain = QUALIFIER.sub("", text[start:first])
    return phrase_before(text, start + len(plain), start) or _subject(plain)


def _subject(before: str) -> str:
    """The last noun phrase before, for want of a better one."""
    words = re.findall(r"[^\W\d_][\w’'-]+", before)
    while words and words[-1].casefold() in STOP:
        words.pop()
    taken: list[str] = []
    while words and words[-1].casefold() not in STOP and len(taken) < 4:
        taken.insert(0, words.pop())
    return " ".join(taken)


def _short(label: str) -> str:
    return " ".join(re.sub(r"^[\s•▪●–*-]+|[\s*]+$", "", label).split())[:80]


def _finish(text: str, start: int, end: int, found: Found) -> Found:
    """Adds qualifier and status."""
    figure = found.figure
    match = QUALIFIER.search(text[max(start, found.start - 45) : found.start])
    qualifier = figure.qualifier or (" ".join(match[1].casefold().split()) if match else "")
    return Found(
        found.start,
        found.end,
        replace(
            figure,
            counted=" ".join(figure.counted.split()),
            qualifier=qualifier,
            status=_status(text, start, end, found),
        ),
    )


def _status(text: str, start: int, end: int, found: Found) -> str:
    """From the verb that governs the figure: in its noun phrase, after it in the clause, or before it."""
    if found.figure.unit not in ("", "%") and not found.figure.counted:
        return ""
    after = text[found.end : min(end, found.end + 110)]
    after = re.split(r"[;.]\s|\d", after)[0]
    before = text[max(start, found.start - 90) : found.start]
    before = re.split(r"[;.]\s", before)[-1]
    later = _VERB.search(after)
    earlier = next(reversed(list(_VERB.finditer(before))), None)
    # In the noun phrase or right after it: "13 confirmed cases", "3169 cases of TB have been registered".
    best = (
        later
        if later
        and (later.start() < 45 or earlier is None)
        and not (earlier and len(before) - earlier.end() < 25 and later.start() > 25)
        else earlier
    )
    if best is None:
        return "planned" if _AHEAD.search(before) else ""
    status = _VERBS[int((best.lastgroup or "s0")[1:])][0]
    ahead = _AHEAD.search(before) or best is later and _AHEAD.search(after[: later.start()])
    return "planned" if ahead and status not in ("targeted", "suspected", "probable", "confirmed") else status

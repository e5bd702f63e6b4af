"""How exactly a figure is told, and what became of what it counts: qualifier and status."""

from __future__ import annotations

import re

QUALIFIER = re.compile(
    r"\b(well over|well above|more than|over|above|at least|no (?:fewer|less) than|not less than|a minimum of|minimum(?: of)?|up to|as many as|as much as|"
    r"a maximum of|maximum(?: of)?|at most|no more than|not more than|nearly|almost|close to|about|approximately|approx\.?|around|roughly|some|circa|ca\.|c\.|"
    r"an estimated|estimated|less than|fewer than|under|just under|just over|only|below|exceeding|plus de|environ|près de|au moins|jusqu[’']à|moins de|"
    r"более|около|свыше|до|не менее|почти|примерно|порядка|зиёда аз|беш аз)\s+(?:the |an? |another |additional |further |total of |a total of |of )*$",
    re.I,
)
_VERBS: tuple[tuple[str, str], ...] = (
    ("planned", r"planned|projected|foreseen|envisaged|expected"), ("targeted", r"target(?:ed|ing|s)?|aim(?:s|ing)? to"),
    ("referred", r"referr(?:ed|ing|als?)|refers?"), ("registered", r"(?<!the )(?<!a )regist(?:er(?:ed|ing|s)?|rations?)"),
    ("confirmed", r"confirm(?:ed|s|ing)?"), ("suspected", r"suspect(?:ed)?"), ("probable", r"probable"),
    ("detected", r"detect(?:ed|s|ing)?|diagnosed"), ("identified", r"identif(?:ied|ies|ying|y)|found"),
    ("trained", r"train(?:ed|s)|training(?= of)"), ("killed", r"kill(?:ed|s|ing)|died|dead|погибл\w+"),
    ("injured", r"injured|wounded|blessés"), ("displaced", r"displac(?:ed|ing)|IDPs|déplacée?s"), ("affected", r"affected|sinistrée?s"),
    ("destroyed", r"destroyed|demolished"), ("damaged", r"damaged"), ("rescued", r"rescued"), ("evacuated", r"evacuated"),
    ("deported", r"deport(?:ed|ing)|expelled|banned"), ("repatriated", r"repatriat(?:ed|ing)"), ("resettled", r"resettl(?:ed|ing)"),
    ("returned", r"return(?:ed|ing|ees)"), ("tested", r"test(?:ed|ing)"), ("screened", r"screen(?:ed|ing)"), ("vaccinated", r"vaccinat(?:ed|ing)"),
    ("treated", r"treat(?:ed|ing)"), ("interviewed", r"interview(?:ed|ing)"), ("surveyed", r"survey(?:ed|ing)"),
    ("distributed", r"distribut(?:ed|ing|es?|ion)"), ("donated", r"donat(?:ed|ing|es?)"), ("requested", r"request(?:ed|ing|s)?|appeal(?:ed|s)?|required|needed"),
    ("pledged", r"pledged|committed"), ("funded", r"funded|financed"), ("mobilised", r"mobili[sz]ed"), ("awarded", r"award(?:ed|s)|granted"),
    ("recruited", r"recruit(?:ed|ing)|hired"), ("built", r"built|constructed|rehabilitated"), ("established", r"establish(?:ed|ing)|set up|creat(?:ed|ing)"),
    ("assisted", r"assist(?:ed|ing|s)|helped|supported"), ("attended", r"attend(?:ed|ing|ees)?|participat(?:ed|ing)|took part|gathered|brought together|brings? together"),
    ("reached", r"reach(?:ed|ing|es)?|cover(?:ed|ing|s)?|benefit(?:ed|ted|ing)?|engaged"), ("provided", r"provid(?:ed|ing|es?)|deliver(?:ed|ing|s)?|donnés?"),
    ("received", r"receiv(?:ed|ing|es?)"), ("employed", r"employ(?:s|ed|ing)"), ("completed", r"complet(?:ed|ing)"), ("collected", r"collected|garnered"),
    ("analysed", r"analy[sz]ed"), ("spent", r"spent|incurred"),
)  # fmt: skip
_VERB = re.compile(
    rf"\b(?:{'|'.join(f'(?P<s{i}>{pattern})' for i, (_, pattern) in enumerate(_VERBS))})\b", re.I
)
_SIGNS = {"≥": "at least", ">": "more than", "≤": "at most", "<": "less than", "~": "about", "≈": "about"}
_STATES = frozenset({"targeted", "suspected", "probable", "confirmed"})
"""States that a plan does not undo: "will train 22 confirmed …" apart, a plan's target stays a target."""
_AHEAD = re.compile(
    r"\b(?:will|plans? to|planned to|aims? to|intends? to|is to|are to|going to|to be|expects? to|hopes? to|scheduled to|sera|seront|будет|будут)\b",
    re.I,
)
_PASSIVE = re.compile(
    r"(?:\b(?:been|were|was|are|is|being|be|get|got|ont été|a été|sont|были|был)\s+(?:\w+ly\s+|also\s+|already\s+|still\s+)?(?:being\s+)?)$",
    re.I,
)
_AT_ONCE = re.compile(
    r"(?:\s*,?\s*(?:who|which|that|have|has|had|also|already|newly|still|so far|currently|qui)\b)*\s*$", re.I
)
_CLAUSE = re.compile(
    r"[;.:]\s|,\s(?:and|but|while|where|when)\s+(?=\S)|\s[–—]\s|\bto\s+(?=[a-z]{3,}\b)(?<!up to )"
)


def qualifier_before(text: str, start: int) -> str:
    """The words right before a number that make it inexact: "more than", "approximately"."""
    if sign := _SIGNS.get(text[max(0, start - 2) : start].rstrip()[-1:]):
        return sign
    match = QUALIFIER.search(text[max(0, start - 45) : start])
    return " ".join(match[1].casefold().split()) if match else ""


def status_of(before: str, counted: str, after: str) -> str:
    """The status of a figure from the verb that governs it.

    `before` is the sentence up to the figure, `counted` the words counted, `after` what follows them, up to the next
    figure. The verb is looked for in the words themselves ("13 confirmed cases"), right after them or as a passive
    ("20 staff employed", "cases have been registered"), then before them ("referring 42 migrants").
    """
    ahead = _AHEAD.search(before[-90:])
    if own := _VERB.search(counted):
        status = _name(own)
        if status in _STATES or not ahead:
            return status
    for match in _VERB.finditer(after[:90]):
        between = after[: match.start()]
        if re.search(r"[;.:]\s", between):
            break
        if _AT_ONCE.fullmatch(between) or _PASSIVE.search(between):
            return _planned(_name(match), bool(ahead or _AHEAD.search(between)))
    near = before[-90:]
    earlier = next(reversed(list(_VERB.finditer(near))), None)
    if earlier is not None and not _CLAUSE.search(near, earlier.end()):
        return _planned(_name(earlier), bool(_AHEAD.search(near[: earlier.end()])))
    return "planned" if ahead else ""


def _planned(status: str, ahead: bool) -> str:
    return "planned" if ahead and status not in _STATES else status


def _name(match: re.Match[str]) -> str:
    return _VERBS[int((match.lastgroup or "s0")[1:])][0]

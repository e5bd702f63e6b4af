"""Organisations that no list knows, by their shape: "Ministry of X", "X Commission"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.bodies import AFTER_ARTICLE, BODY, FRENCH, HAS_BODY, IS_GOVERNMENT
from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.nations import states
from kb.phrases import CAPITAL, PHRASE, PHRASE_AND, WORD, trim
from kb.records import Mention, Section

OF = Cue(
    rf"(?:(?:{WORD})[ \u00a0]+){{0,4}}?\b(?:{BODY})[ \u00a0]+(?:of|for|on|to|against|under)[ \u00a0]+(?:the[ \u00a0]+)?{PHRASE_AND.pattern}"
)
A_BODY = Cue(rf"\b(?:{BODY})\b")
ENDING = re.compile(rf"{PHRASE.pattern}")
ENDS = re.compile(rf"\b(?:{BODY})$")


GOVERNMENT_OF = re.compile(
    r"(?:(?:Royal )?Government of (?:the )?|[Gg]ouvernement (?:du |des |de (?:la |l[’'])?|d[’']))$"
)
LOWER = Cue(
    rf"\b(?:[{CAPITAL}][\w/&-]+(?:,? (?:and )?[{CAPITAL}][\w/&-]+){{0,3}}) (?:sub-?)?(?:clusters?|working group|task force|commission|platform)\b"
)
"""WASH cluster, Shelter and NFI cluster."""
OWNING = Cue(
    rf"\b(?P<name>(?:[{CAPITAL}][\w’-]+[ \u00a0]+){{2,5}}(?:Initiative|Programme|Program|Lab))(?=[’']s\b)"
    rf"|\b(?P<national>(?:National|Federal|State|Regional) Programm?e? (?:on|for|of|against) [^().,;:\n]{{3,60}}?)(?= \([A-Z]{{2,}}\))"
)
"""What owns or is abbreviated like a body is one: "Healthy Minds Initiative's workshops"."""
ACTING = re.compile(
    rf"\b[Tt]he (?P<name>[{CAPITAL}][{CAPITAL}&]{{2,7}})(?=[’']s? |[ \u00a0](?:has|had|have|is|was|were|will|also|said|stated|announced|provided|supported|agreed|decided|team|staff)\b)"
    rf"|\b(?:[Ll]e |[Ll]a |[Ll][’'])(?P<nom>[{CAPITAL}][{CAPITAL}&]{{2,7}})(?=[ \u00a0](?:assure|appuie|mène|organise|poursuit|prévoit|envisage|continue|annonce|met|a (?:été créée?|annoncé|organisé|mené|mis|lancé|distribué|réalisé|déployé|confirmé|publié))\b)"
)
IN_CAPITALS = Cue(
    r"^(?P<name>(?:[A-Z][A-Z&/’'-]+ ){1,6}(?:CLUSTER|GROUP|SOCIETY|ASSOCIATION|FOUNDATION|NETWORK|COUNCIL|UNION|CAMPAIGN|COMMITTEE|ORGANI[SZ]ATION))$",
    re.M,
)
NOT_ACTING = frozenset(
    "AGM HIV AIDS STI TB ICT NFI NFIS WASH GBV SGBV IDP IDPS EVD MVE DTM SOP SOPS TOR MOU GDP NGO NGOS CSO CSOS CEO SDG SDGS USSR USA VIH SIDA MVE RDC RCA VBG EHA ABNA ONG OMD ODD PIB AGR PDI PDR".split()
)


COMMON_NOUN = re.compile(r"(?:Unité|Service|Bureau|Office|Cellule|Division|Coordination|Société|Union)\b")
"""With nothing else in capitals these are no names: "l’Unité de bétail"."""


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """New organisations; public bodies bear the role "government"."""
    text = section.text
    known = context.names
    found = _governments(text, context) + _french(text, known)
    for start, end in context.sentences:
        if not A_BODY.search(text, start, end):
            continue
        for pattern in (OF, ENDING):
            for match in pattern.finditer(text, start, end):
                if pattern is ENDING and not ENDS.search(match[0]):
                    continue
                a, b = trim(text, match.start(), _cut(text, match.start(), match.end()))
                a = _body_itself(text, a, b)
                if b - a > 8 and _free(a, b, [*known, *found]) and _is_body(text[a:b]):
                    name = " ".join(text[a:b].split())
                    found.append(
                        Mention(
                            "organisation",
                            a,
                            b,
                            name=name,
                            role="government" if IS_GOVERNMENT.search(name) else "",
                        )
                    )
    for pattern in (LOWER, OWNING, ACTING, IN_CAPITALS):
        for match in pattern.finditer(text):
            group = match.lastgroup or 0
            a, b = trim(text, *match.span(group))
            name = " ".join(text[a:b].split())
            if name not in NOT_ACTING and len(name) > 2 and _free(a, b, [*known, *found]):
                found.append(
                    Mention("organisation", a, b, name=name.title() if pattern is IN_CAPITALS else name)
                )
    return _longest(found)


def _governments(text: str, context: Context) -> list[Mention]:
    """ "The Government of Japan", "le gouvernement japonais" is the body that pays and signs as "Japan"."""
    found = []
    for state in states(text):
        country = context.authority.get(state.candidates[0])
        if country and text[state.start].casefold() == "g":
            found.append(replace(state, kind="organisation", name=country.name, role="government"))
    for name in context.names:
        country = context.authority[name.candidates[0]]
        if country.level == "country" and (
            before := GOVERNMENT_OF.search(text, max(0, name.start - 40), name.start)
        ):
            found.append(
                Mention(
                    "organisation",
                    before.start(),
                    name.end,
                    name=country.name,
                    role="government",
                    candidates=(country.id,),
                )
            )
    return found


def _french(text: str, known: Sequence[Mention]) -> list[Mention]:
    """Bodies whose French name says first what they are: "ministère de la Santé publique", "Direction des ressources en eau"."""
    found: list[Mention] = []
    for match in FRENCH.finditer(text) if any(of in text for of in (" de ", " des ", " du ")) else ():
        start, end = match.span()
        capitals = len(re.findall(rf"(?<![\w-])[{CAPITAL}]\w", match[0]))
        article = match[0][0].islower() or (
            not COMMON_NOUN.match(match[0]) and AFTER_ARTICLE.search(text, max(0, start - 8), start)
        )
        if (article or capitals >= 2) and _free(start, end, [*known, *found]):
            name = " ".join(match[0].split())
            state = IS_GOVERNMENT.search(name) or name.casefold().startswith("ministère")
            role = "government" if state else ""
            found.append(Mention("organisation", start, end, name=name, role=role))
    return found


def _cut(text: str, start: int, end: int) -> int:
    """A list of bodies is cut before the next body: "Ministry of Health, Migration Service"."""
    for glue in re.finditer(r",\s+(?:and\s+)?|\s+and\s+(?:the\s+)?", text[start:end]):
        rest = text[start + glue.end() : end]
        head = text[start : start + glue.start()]
        if HAS_BODY.search(rest) and HAS_BODY.search(head) and not rest.startswith(("Social", "Public")):
            return start + glue.start()
        if glue[0].startswith(",") and " and " not in text[start + glue.start() : end]:
            return start + glue.start()
    return end


POSSESSOR = re.compile(r"[\w.&\- ]{1,60}[’']s\s+")
DAY = re.compile(r"(?:\d{1,2} [A-Z][a-z]+(?: \d{4})?|[A-Z][a-z]+ \d{4}|\d{4}),? the (?=[A-Z])")
"""A time that opens the sentence before the body: "On 30 July the University"."""
POST = re.compile(
    r"(?:[\w-]+ ){0,2}(?:Chief|Head|Director|Deputy|Minister|Chair(?:man|woman|person)?|Members?|Representatives?|Officers?|Staff|Secretary|Manager)"
    r"s?\s+(?:of|for)\s+(?:the\s+)?"
)


def _body_itself(text: str, start: int, end: int) -> int:
    """Leaves out a post or an owner before the body: "Deputy Head of the X Service", "IOM’s X Unit"."""
    if day := DAY.match(text, start, end):
        start = day.end()
    while post := POST.match(text, start, end):
        start = post.end()
    if (owner := POSSESSOR.match(text, start, end)) and not HAS_BODY.search(owner[0]):
        start = owner.end() if HAS_BODY.search(text, owner.end(), end) else start
    return start


def _free(start: int, end: int, known: Sequence[Mention]) -> bool:
    """Not the same words as a known name, nor a piece of one; a place may stand inside."""
    return not any(
        k.start <= start and end <= k.end or (k.start < start < k.end) or (k.start < end < k.end)
        for k in known
    )


def _is_body(name: str) -> bool:
    words = name.split()
    return len(words) >= 2 and HAS_BODY.search(name) is not None and len(words) <= 16 and not name.isupper()


def _longest(mentions: list[Mention]) -> list[Mention]:
    """The longest of mentions that overlap."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: m.start - m.end):
        if not any(mention.start < k.end and k.start < mention.end for k in kept):
            kept.append(mention)
    return kept

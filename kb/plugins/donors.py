"""Who pays: the names after "funded by", "with the financial support of" and the like, or before "funds", "donated"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.bodies import is_publisher, looks_like_body, may_be_body
from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.nations import states
from kb.phrases import PHRASE, Name, names_after, names_before, trim
from kb.records import AuthorityEntry, Document, Mention, Section
from kb.text import fold, within

BY = Cue(
    r"""\b(?:
      (?:co-?|jointly\ |fully\ |partly\ |generously\ |kindly\ )?(?:funded|financed|sponsored|donated|co-financed)(?:\ (?:jointly|generously|kindly))?\ (?:by|through|from)(?:\ a\ partnership\ with)?
    | (?:with|through|thanks\ to|due\ to|by|under|upon|of)\ (?:(?:the|a|an|its|their|generous|kind|full|joint|additional|further|technical\ and|major|main)\ )*
        (?:financial|funding|monetary|donor)\ (?:and\ \w+\ )?(?:support|assistance|contributions?|aid|help|backing)\ (?:of|from|by|provided\ by|received\ from)
    | (?:financial(?:ly)?|generous(?:ly)?)\ (?:support(?:ed)?|assistance|contributions?)\ (?:of|from|by|provided\ by|received\ from)
    | (?:with|through|thanks\ to)\ (?:the\ )?(?:generous|kind)\ (?:support|assistance|contributions?)\ (?:of|from|by)
    | (?:with|through)\ (?:the\ )?(?:funding|funds|grants?|resources|money)\ (?:of|from|by|provided\ by|received\ from)
    | (?:funding|funds|grants?|donations?|contributions?|gifts?)\ (?:(?:was|were|is|are|has\ been|have\ been)\ )?(?:kindly\ |generously\ )?(?:provided\ by|received\ from|from|given\ by|awarded\ by|by|made\ by|granted\ by)
    | made\ possible\ (?:(?:with|by|through|thanks\ to)\ )?(?:the\ )?(?:(?:generous|financial|kind)\ )*(?:support|funding|assistance|help|contributions?|generosity)\ (?:of|from|by)
    | made\ possible\ (?:by|thanks\ to|through)
    | supported\ by\ the\ American\ people\ through
    | (?:supported|assisted)\ financially\ by
    | (?:the\ )?donors?\ (?:of|to|for|behind)\ (?:the|this|our)\ (?:\w+\ ){0,3}?(?:project|programme|program|work|initiative)s?\s*(?:[–—:-]|,|is|are|was|were)
    | (?:our|current|main|major|the)?\ ?donors?\ (?:such\ as|including|include|like|are|were|is|:)
    | paid\ (?:for\ )?by
    | (?:work|projects?|programmes?|programs?|mission|activit(?:y|ies)|initiatives?|trainings?|cent(?:re|er)s?|reports?|publication|campaign)\b[^.;:]{0,80}?
        \ (?:is|was|are|were|has\ been|have\ been)\ (?:kindly\ |generously\ )?supported\ by
    | (?:co-?)?financée?s?(?:\ (?:conjointement|entièrement|en\ partie|généreusement))?\ (?:par|grâce\ [àa]u?x?|sur\ (?:les\ )?fonds\ d[eu]s?)
    | (?:financements?|fonds)\ (?:reçus?|provenant|accordée?s?|octroyée?s?|fournis?|mis\ à\ disposition|alloués?)?\ ?(?:par|auprès\ d[eu]s?)
    | (?:avec|grâce\ à|sur)\ (?:l[’']|les?\ |un\ |une\ |la\ )?(?:généreux\ |généreuse\ )?(?:(?:appui|soutien|concours|aide|assistance|contribution|participation)\ financi(?:er|ère)|financements?|fonds|subvention)\ (?:de|du|des|d[’'])
    | (?:grâce|avec)\ (?:au|à\ (?:la|l[’']|une?)|aux|la|le|un|une|l[’'])?\ ?(?:généreux\ |généreuse\ |important\ )?(?:soutien|financement|contributions?(?:\ financières?)?|fonds|appui\ financier)\ (?:de|du|des|d[’'])(?=[^.;]{0,140}?(?:financ|fonds|don\b|USD|EUR|\$|€|dollars|euros|francs))
    | contributions?\ financières?\ (?:de|du|des|d[’'])
    | (?:somme|montant|fonds|subvention|enveloppe|don|allocation|USD|EUR|dollars|euros|francs)\b[^.;:]{0,50}?\ (?:allouée?s?|octroyée?s?|accordée?s?|versée?s?|débloquée?s?|offerte?s?)\ par
    | (?:ses|nos|leurs|principaux|les)\ (?:donateurs|bailleurs(?:\ de\ fonds)?)\ ?(?:,?\ (?:tels?\ que|comme|notamment|dont|à\ savoir|sont)|:)
    | (?:donateurs?|bailleurs?(?:\ de\ fonds)?)\ ?:
    | при\ финансовой\ поддержке|финансируем\w*|на\ средства
    )(?:(?=\W)|(?<=[’']))""",
    re.X | re.I,
)
OF_A_FUND = Cue(
    r"\b(?:(?:co-?)?financements?|fonds|allocations?|subventions?|contributions?|à travers|par le biais|au moyen) (?:du|de la|de l[’']|des|de|d[’']|le|la|l[’'])",
    re.I,
)
"""Before a fund or a state these tell who pays; before others ("le financement de l’ONG") as often who is paid."""
ACTIVE = re.compile(
    r"\s*(?:\([^()]{1,40}\))?,?\s*(?:(?:has|have|had|also|generously|kindly|jointly|is|are|was|were|fully|who|which)\s+){0,3}"
    r"(?:(?-i:(?:fund|financ|sponsor|donat)(?:s|es|e|ed|ing)?)\b(?!\s+by)|(?:pays?|paid) for\b|(?:cover|meet)(?:s|ed)? the costs?\b|met the costs?\b|(?:provid|contribut|grant|allocat|pledg|disburs|award)(?:es|s|ed|e|ing)?\s+"
    r"(?:(?:a|an|the|some|more than|over|about|approximately|nearly|around|additional|total of|financial|generous|up to)\s+)*"
    r"(?:[$€£¥]|US\$|USD|EUR|GBP|funds?\b|funding|grants?\b|financing|financial|money|\d[\d.,]*\s*(?:million|thousand|billion)?\s*(?:US )?(?:dollars|euros?|pounds|USD|EUR|GBP)))",
    re.I,
)
FINANCES = re.compile(
    r"\s*\)?,?\s*(?:(?:qui|a|ont|avait|avaient|va|vont|également|aussi|généreusement|entièrement)\s+){0,3}"
    r"(?:(?:co-?)?financ(?:ent|era|eront|é|er|e)\b(?!\s+par\b)|\((?:co-?)?financement\b"
    r"|(?:débloqu|décaiss|vers|octroy|allou|accord|contribu|fourni|apport|donn|offr|engag)\w+\s+(?:(?:à|hauteur|pour|plus|environ|près|un|une|la|les?|des?|montant|somme|enveloppe|total)\s+|d[’']){0,5}"
    r"(?:[$€£]|US\$|USD|EUR|\d[\d., ]*\s*(?:millions?|milliards?)?\s*(?:d[’']|de )?(?:USD|EUR|euros|dollars|francs|F ?CFA)|fonds\b|financements?\b|subventions?\b))",
    re.I,
)
"""The same in French: "X a financé", "X (financement de …)", "X a alloué 3 millions d’euros"."""
IN_KIND = re.compile(
    r"(?:[’']s?)?,?\s+(?:(?:who|which|has|have|had|also|already|very|generously|kindly)\s+){0,5}(?:provid|offer|giv|gave|suppl|donat)(?:ing|es?|ed|s|en)?\b[^.;]{0,60}?"
    r"\b(?:free|complimentary|discounted|tickets?|gifts?|second[- ]hand|memberships?|laptops?|clothes|toys|vouchers?)\b",
    re.I,
)
HYPHENED = re.compile(r"[\s\u00a0]?-\s?(?:funded|financed|sponsored)\b")
THANKED = Cue(
    r"\b(?:thanks?|gratitude|grateful|appreciation|acknowledges?)\b(?: \w+){0,4}? (?:to|the (?:generous |financial )*(?:support|contributions?|funding) (?:of|from))(?=\W)"
    r"|\b(?:gratefully|warmly) (?:thanks|acknowledges)(?=\W)",
    re.I,
)
MONEY = Cue(r"\b(?:fund(?:s|ed|ing)?|financial|contribut\w+|donat\w+|donors?|grants?)\b", re.I)
RAISED = Cue(
    r"\b(?:money|funds|funding|donations|[£$€][\d.,]+) (?:was|were|has been|have been) raised\b|\braised (?:money|funds|[£$€])",
    re.I,
)
RAISED_WITH = re.compile(r"\b(?:in (?:partnership|collaboration|cooperation) with|by|thanks to)(?=\W)", re.I)
GIVING = Cue(
    r"\b(?:offer|gave|giv|suppl|fund|financ|sponsor|donat|pays?\b|paid\b|costs?\b|provid|contribut|grant|allocat|pledg|disburs|award|partners?\b)"
)
IS_BACKER = re.compile(
    r"\s+(?:(?:is|are|was|were|has been|have been|became|remains?)\s+)(?:\w+\s+){0,3}?(?:private[- ]sector|corporate|funding|financial|philanthropic|resource)\s+partners?\b"
)
JOINED = re.compile(rf"(?P<name>{PHRASE.pattern})\s+and\s+(?:the\s+)?$")
JOINT = Cue(
    r"\bjoint\s+(?:project|programme|program|initiative)\s+(?:with|of)(?=\W)"
    r"|\b(?:an?|this|the|new)\s+(?:\w+\s+)?(?:project|programme|program|initiative)\s+of(?=\W)",
    re.I,
)
NOT_PAID = Cue(
    r"\b(?:request\w*|appeal\w*|seek\w*|ask\w*|applied|proposal\w*|being sought|not (?:been )?(?:funded|confirmed)|unfunded)\b",
    re.I,
)

FUNDERS = frozenset({"un_agency", "fund", "igo"})
PAYS = frozenset({"fund", "government"})


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Organisations in the role of a donor; a country that pays stands for its government.

    The publisher is no donor of its own work, although it "finances" and "provides" all the time.
    """
    text = section.text
    publisher = fold(document.organisation)
    found: list[Mention] = []
    names = sorted([*context.names, *states(text)], key=lambda m: m.start)
    for start, end in context.sentences:
        known = within(names, start, end)
        asked = NOT_PAID.search(text, start, end)
        for cue in BY.finditer(text, start, end):
            if not (asked and asked.start() < cue.start()):
                found += _mentions(names_after(text, cue.end(), end, known), text, context)
        for cue in OF_A_FUND.finditer(text, start, end) if not asked else ():
            found += [
                m
                for m in _mentions(names_after(text, cue.end(), end, known), text, context)
                if m.candidates and _pays(context.authority[m.candidates[0]])
            ]
        for cue in THANKED.finditer(text, start, end) if MONEY.search(text, start, end) else ():
            found += _mentions(names_after(text, cue.end(), end, known), text, context)
        for cue in JOINT.finditer(text, start, end):
            found += [
                m
                for m in _mentions(names_after(text, cue.end(), end, known), text, context)
                if m.candidates and context.authority[m.candidates[0]].type in FUNDERS
            ]
        for cue in RAISED_WITH.finditer(text, start, end) if RAISED.search(text, start, end) else ():
            found += _mentions(names_after(text, cue.end(), end, known), text, context)
        found += (
            _subjects(text, start, end, known, context)
            if GIVING.search(text, start, end) and not asked
            else []
        )
        for name in known:
            gives = not asked and (ACTIVE.match(text, name.end, end) or FINANCES.match(text, name.end, end))
            if gives or HYPHENED.match(text, name.end):
                at = name.end if name.kind == "place" else name.start
                givers = [Name(name.start, name.end, name), *names_before(text, start, at, known)]
                found += _mentions(givers, text, context)
    return [m for m in found if not is_publisher(m, publisher, context.authority)]


def _pays(entry: AuthorityEntry) -> bool:
    """Does it pay wherever money is said to be its own: a fund, a state, the state's agency?"""
    return entry.type in PAYS or entry.level == "country"


def _subjects(text: str, start: int, end: int, known: Sequence[Mention], context: Context) -> list[Mention]:
    """Bodies that no list knows before a verb of giving, or called partners in money."""
    found: list[Mention] = []
    for phrase in PHRASE.finditer(text, start, end):
        if any(n.kind == "organisation" and n.start < phrase.end() and phrase.start() < n.end for n in known):
            continue
        if any(pattern.match(text, phrase.end(), end) for pattern in (ACTIVE, IN_KIND, IS_BACKER)):
            names = [Name(*trim(text, *phrase.span()))]
            # "A and B have been partners": both.
            if before := JOINED.search(text, start, phrase.start()):
                names.append(Name(*trim(text, *before.span("name"))))
            placed = any(n.kind == "place" and n.start == phrase.start() for n in known)  # "Leeds United"
            found += [m for m in _mentions(names, text, context) if placed or looks_like_body(m.name)]
    return found


def _mentions(names: list[Name], text: str, context: Context) -> list[Mention]:
    found = []
    for name in names:
        start, end = name.start, name.end
        if name.known is None:
            if may_be_body(phrase := text[start:end]):
                found.append(Mention("organisation", start, end, name=phrase, role="donor"))
            continue
        entry = context.authority[name.known.candidates[0]]
        if entry.name.startswith("Embassy of "):
            # An embassy hands on its country's money.
            entry = next(
                (
                    e
                    for e in context.authority.values()
                    if e.level == "country" and e.country == entry.country
                ),
                entry,
            )
        if entry.kind == "organisation":
            found.append(replace(name.known, role="donor"))
        elif entry.level == "country":
            found.append(
                Mention("organisation", start, end, name=entry.name, role="donor", candidates=(entry.id,))
            )
    return found

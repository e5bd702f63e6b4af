"""People with their roles: by a title before the name, a role beside it, a signature, or their given name."""

from __future__ import annotations

import re
from itertools import pairwise

from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.persons import NAME, POST, POST_HEAD, TITLE, begins_with_given, is_name, plain_people
from kb.phrases import CAPITAL
from kb.records import Mention, Section

POST_LOOSE = re.compile(rf"(?:the |a |an |our )?(?:\w+[ -]){{0,3}}?{POST}\b[^,.;\n“”\"]{{0,90}}", re.I)
TITLED = re.compile(
    rf"\b{TITLE}[ \u00a0]+(?P<name>{NAME})(?P<rest>(?:,|\s\()[ \u00a0]*(?P<role>[^.;\n“”\"]{{3,110}}))?"
)
APPOSED = re.compile(
    rf"(?P<name>{NAME})[ \u00a0]?(?:,|\(|[–—-][ \u00a0])[ \u00a0]*(?P<role>(?:the |a |an |our )?(?:[SJD]r\.|[^,.;\n“”\"()]){{2,90}})"
)
BEFORE = re.compile(
    rf"(?<!\w)(?P<role>{POST}(?: (?:of|for|to) (?:the )?[^,.;\n“”\"()]{{2,60}}?)?)[ \u00a0]+(?P<name>{NAME})"
)
NAMES = rf"(?:{TITLE}[ \u00a0]+)?{NAME}(?:(?:, |,? and )(?:{TITLE}[ \u00a0]+)?{NAME}){{0,4}}"
IS = re.compile(
    rf"\b(?P<role>(?:authors?|writers?|researchers?|editors?|speakers?|lecturers?|winners?|(?i:{POST})s?)(?: of [^,.;]{{3,60}})?) (?:is|are|was|were) (?P<names>{NAMES})"
)
TWO = re.compile(rf"[{CAPITAL}][\w.’'-]*[ \u00a0](?:[\w’']{{2,4}}[ \u00a0]){{0,2}}[{CAPITAL}]")
"""What every name has, and many sentences lack."""
POSTS = Cue(POST_HEAD)
COPULA = re.compile(rf" (?:is|are|was|were) [{CAPITAL}]")
"""What `IS` needs, and few sentences have."""
COPULA_POST = Cue(rf" (?:is|was|became) (?:now |then )?(?:the |our |its )?(?i:{POST_HEAD})")
IN_POST = re.compile(
    rf"(?P<name>{NAME}) (?:is|was|became) (?:now |then )?(?:the |our |its )?(?P<role>(?i:{POST})\b[^,.;\n“”\"()]{{0,60}})"
)
BY = Cue(
    rf"\b(?P<role>written|edited|led|headed|chaired|signed|represented|presented|compiled|prepared|authored|taught) by (?P<names>{NAMES})"
)
OF_POST = re.compile(
    rf"\b(?P<role>{POST} (?:of|for|to) (?:the )?[^,.;\n“”\"()]{{2,60}}), (?P<name>{NAME})(?=[,.;)]|\s[a-z]|\s*$)"
)
ONE = re.compile(NAME)
SIGNED = re.compile(rf"\s*[*–—-]?\s*(?P<name>{NAME})\s*,?\s*$")
WITH_MAIL = re.compile(rf"\s*(?P<name>{NAME})\s+(?P<mail>\S+@\S+)")


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Persons; the role is as told."""
    text = section.text
    bodies = [(n.start, n.end) for n in context.names if n.kind != "place"]
    places = [(n.start, n.end) for n in context.names if n.kind == "place"]
    found: dict[int, Mention] = {}

    def add(start: int, end: int, role: str) -> None:
        end -= len(own[0]) if (own := re.search(r"[’']s$", text[start:end])) else 0
        name = " ".join(text[start:end].split())
        # A town may be part of somebody's name, but somebody's name is not the whole name of a town.
        free = not any(a < end and start < b for a, b in bodies) and not any(
            a <= start and end <= b for a, b in places
        )
        if free and is_name(name):
            role = " ".join(role.split()).strip(" ,.–—-(")
            if start not in found or (role and not found[start].role):
                found[start] = Mention("person", start, end, name=name, role=role)

    for start, end in context.sentences:
        if not TWO.search(text, start, end):
            continue
        for match in TITLED.finditer(text, start, end):
            role = match["role"] or ""
            add(
                *match.span("name"),
                _role_until_clause(text, match.start("role"), end) if POST_LOOSE.match(role) else "",
            )
        for match in APPOSED.finditer(text, start, end):
            if POST_LOOSE.match(match["role"]):
                add(*match.span("name"), _role_until_clause(text, match.start("role"), end))
        for pattern in (BEFORE, OF_POST) if POSTS.search(text, start, end) else ():
            for match in pattern.finditer(text, start, end):
                if pattern is not OF_POST or begins_with_given(match["name"]):
                    add(*match.span("name"), match["role"])
        for match in IN_POST.finditer(text, start, end) if COPULA_POST.search(text, start, end) else ():
            add(*match.span("name"), match["role"])
        lists = IS.finditer(text, start, end) if COPULA.search(text, start, end) else ()
        for found_in, known_as in ((lists, "{}"), (BY.finditer(text, start, end), "{} by")):
            for match in found_in:
                for one in ONE.finditer(text, *match.span("names")):
                    add(*one.span(), known_as.format(match["role"]).replace("written by", "author"))
        for person in plain_people(text, start, end, places):
            add(*person, "")
    for name, below in _signatures(section):
        add(*name, below)
    return list(found.values())


def _role_until_clause(text: str, start: int, end: int) -> str:
    """ "Deputy Executive Director, Partnerships, UNICEF": a role may hold commas, but no verb follows it."""
    match = re.match(
        r"(?:[SJD]r\.|[^.;\n“”\"()]){2,110}?(?=,?\s(?:who|said|says|noted|stated|conducts?|visited|opened|and|attended|leads?|has|is|was)\b|[.;\n“”\"()]|$)",
        text[start:end],
    )
    return match[0] if match else ""


def _signatures(section: Section) -> list[tuple[tuple[int, int], str]]:
    """A line that is a name, with its post or an address in the next line."""
    found = []
    lines: list[tuple[int, str]] = []
    for start, block in zip(section.starts, section.blocks, strict=True):
        at = start
        for line in block.text.split("\n"):
            lines.append((at, line))
            at += len(line) + 1
    for (at, line), (_, below) in pairwise(lines):
        match = SIGNED.match(line)
        if (
            match
            and len(below) < 120
            and (re.match(POST, below.strip()) or re.search(r"@|(?:phone|tel)\b", below, re.I))
        ):
            role = below.strip() if "@" not in below else "contact"
            found.append(((at + match.start("name"), at + match.end("name")), role))
        elif inline := WITH_MAIL.match(line):
            found.append(((at + inline.start("name"), at + inline.end("name")), "contact"))
    return found

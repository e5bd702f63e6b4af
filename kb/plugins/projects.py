"""Projects: quoted titles, capitalised names that end in "Project" and the like, and unnamed ones that somebody pays for."""

from __future__ import annotations

import re
from itertools import groupby

from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.merged import cells_of
from kb.phrases import CAPITAL, PHRASE_AND, trim
from kb.records import Document, Mention, Section

HEAD = r"[Pp]rojects?|[Pp]rogrammes?|[Pp]rograms?|[Ii]nitiatives?|[Ss]chemes?|PROJECT|PROGRAMME|PROGRAM|[Pp]rojets?"
HEADS = re.compile(rf"\b(?:{HEAD})\b")
VENTURE = re.compile(
    rf"\b(?:[Tt]he|[Oo]ur|its) (?P<name>(?:[{CAPITAL}][\w’'-]+[ \u00a0]+){{2,6}}(?:Challenge|Facility|Campaign|Club|Framework|Scheme))(?=\s\([A-Z]{{2,}}\))"
)
"""Ventures that are named, and abbreviated, like projects."""
ENTITLED = Cue(
    rf"\b(?:project|programme|program|initiative|projet)(?: (?:called|named|titled|entitled))?"
    rf"[ \u00a0]+(?P<name>{PHRASE_AND.pattern})"
)
"""A name after the word: "the project Safer Roads for Schools in the Valley"."""
ONE = re.compile(r"(?<!\w)(?:the|our|its|an?|new|joint|le) $", re.I)
SUBJECT = re.compile(
    rf"(?:[{CAPITAL}][\w’'-]+[ \u00a0]+){{2,6}}(?:Fund|Facility|Appeal|Campaign|Challenge|Framework|Pilot|Projects?|Programmes?|Program|Initiative|Scheme)\b"
    rf"|\b(?:Cadre|Projet|Programme|Fonds|Initiative|Plan)[ \u00a0](?:d[eu]s?[ \u00a0]|d[’'])(?:l[’']|la[ \u00a0])?[^\W\d_][\w’'-]{{3,}}(?:[ \u00a0][^\W\d_][\w’'-]*){{0,8}}"
)
"""What a document is about by its title: a fund is a project only there, elsewhere it pays."""
OF = re.compile(r"\bde la (?=\w)|\bde l[’'](?=\w)|\bd[’'](?=\w)|\b(?:des|du|de) (?=\w)", re.I)
"""French authors write now "cadre d’action", now "cadre de l’action"."""

QUOTED = re.compile(r"[“\"«](?P<title>[^“”\"«»\n]{8,260})[”\"»]")
CUE_BEFORE = re.compile(
    rf"\b(?:{HEAD})\b(?:,| called| titled| entitled| named| intitulé| dénommé| appelé| with [^.“\"]{{2,60}}| of [^.“\"]{{2,60}}| on)?[\s,:–-]*$"
)
CUE_AFTER = re.compile(rf"^,?\s*(?:{HEAD})\b")

DESCRIBED = re.compile(
    r"\b(?:(?:an?|the|this|its|our|IOM[’']s)\s+)?(?:(?:ongoing|new|joint|pilot|current|larger|regional|global|\w+[- ]year|\w+ing)\s+){0,3}"
    r"(?:project|programme|program|initiative)\s+(?P<aim>(?:to|aimed at|aiming to|for|on|which|that)\s+[^,.;:()\n]{12,140})",
    re.I,
)
THIS = re.compile(r"\b(?:this|the)\s+(?:(?P<kind>\w+)\s+)?(?:project|programme|program|initiative)\b", re.I)
FUNDED = re.compile(
    r"\b(?:funded|financed|sponsored|financial(?:ly)? support|funding (?:from|by|of|provided)|funds from|contributions? (?:of|from)|grant from"
    r"|(?:co-?)?financée?s? par|(?:appui|soutien) financier|financement d[eu]s?)\b",
    re.I,
)

CELL_HEAD = re.compile(
    r"(?:(?:titre|nom|intitulé) du )?(?:project|projet|programme)(?: (?:title|name|s)| ?)?s?$", re.I
)
CELL_END = re.compile(r"\b(?:project|programme|projet)$", re.I)
ABOUT = re.compile(r"\b(?:the|this|that|each|our|its|same|le|du|ce) $", re.I)

TITLE_WORDS = 4
"""Words of its own that a title without quotes has, at the least."""
GENERIC = frozenset(
    "project projects programme programmes program programs initiative initiatives scheme schemes projet projets joint pilot new"
    " current ongoing country regional national global annual local international small grants grant training briefs brief this the"
    " our its all other main special key major various several similar related support work activities action under overall"
    " development donor donors partner partners government community mission field of for and in on to with manager officer"
    " assistant coordinator deputy head chief director staff team unit phase annex".split()
)
AFTER_NAME = re.compile(
    r"\s+(?:manager|officer|assistant|coordinator|director|staff|team|briefs|unit|division|department|participants?)\b",
    re.I,
)


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Mentions of projects, named and described."""
    text = section.text
    found = _quoted(text) + _capitalised(text, context)
    found += [
        Mention("project", *match.span("name"), name=" ".join(match["name"].split()))
        for match in VENTURE.finditer(text)
        if _is_name(match["name"], context, match.start("name"))
    ]
    found += [
        Mention("project", *match.span("name"), name=" ".join(match["name"].split()))
        for match in ENTITLED.finditer(text)
        if _content(match["name"]) >= TITLE_WORDS
        and ONE.search(text, max(0, match.start() - 7), match.start())
    ]
    found += _subject(text, document) + _in_tables(section, context)
    found = [m for m in found if not _inside_name(m, context)]
    return found + _described(section, context, found)


def _subject(text: str, document: Document) -> list[Mention]:
    """What the document is about, where its title is a project's: wherever the text names it."""
    found = []
    for title in SUBJECT.finditer(document.title):
        start = trim(document.title, *title.span())[0]
        name = document.title[start : title.end()].strip()
        if _content(name) >= 2:
            for match in re.finditer(rf"\b{_spellings(name)}\b", text, re.I):
                found.append(Mention("project", *match.span(), name=name, level="subject"))
    return found


def _spellings(name: str) -> str:
    """A pattern of the name with any French "of" in the place of another, and either apostrophe."""
    parts = [re.escape(part).replace("’", "[’']").replace("'", "[’']") for part in OF.split(name)]
    return r"(?:de la |de l[’']|d[’']|des |du |de )".join(parts)


def _in_tables(section: Section, context: Context) -> list[Mention]:
    """Cells under "Project", and cells that are titles of one by their last word."""
    found: list[Mention] = []
    for is_table, rows in groupby(
        zip(section.starts, section.blocks, strict=True), key=lambda b: b[1].role == "table"
    ):
        if not is_table:
            continue
        head, *table = (cells_of(block.text, start) for start, block in rows)
        titled = {len(head) - i for i, (_, title) in enumerate(head) if CELL_HEAD.match(title)}
        for row in table:
            for i, (at, cell) in enumerate(row):
                if len(cell.split()) >= 3 and len(cell) < 200 and (
                    len(row) - i in titled or _is_title(cell, at, context)
                ):  # fmt: skip
                    found.append(Mention("project", at, at + len(cell), name=" ".join(cell.split())))
    return found


def _is_title(cell: str, at: int, context: Context) -> bool:
    """Is it a project's title by its last word, not words about "the programme", nor a body that ends so?"""
    end = CELL_END.search(cell)
    if end is None or not cell[0].isupper() or ABOUT.search(cell[: end.start()]):
        return False
    return not any(n.end == at + len(cell) for n in context.names if n.kind == "organisation")


def _quoted(text: str) -> list[Mention]:
    found = []
    for match in QUOTED.finditer(text):
        title = match["title"].strip(" ,.")
        before = text[max(0, match.start() - 90) : match.start()].rsplit("\n", 1)[-1]
        cued = CUE_BEFORE.search(before) or CUE_AFTER.search(text[match.end() : match.end() + 30])
        if (
            cued
            and len(title.split()) >= (2 if title[0].isupper() else 4)
            and not re.search(r"[.!?] |^(?:I|We|You|It)\b", title)
        ):
            start = match.start("title")
            found.append(Mention("project", start, start + len(match["title"].rstrip(" ,.")), name=title))
    return found


def _capitalised(text: str, context: Context) -> list[Mention]:
    found = []
    for phrase in PHRASE_AND.finditer(text):
        at = phrase.start()
        for head in HEADS.finditer(text, phrase.start(), phrase.end() + 12):
            # The head may be the small word after the phrase ("the X project"), but no farther.
            if head.start() > phrase.end() + 1:
                break
            start, end = trim(text, at, head.end())
            start = _after_organisation(text, start, end, context)
            at = head.end()
            if _is_name(text[start:end], context, start) and not AFTER_NAME.match(text, end):
                found.append(Mention("project", start, end, name=" ".join(text[start:end].split())))
    return found


def _after_organisation(text: str, start: int, end: int, context: Context) -> int:
    """Leaves out whoever comes before: "IOM’s X Project", "UNDP and the X Project", "IOM, through the X Project"."""
    head = re.match(
        r".*(?:[’']s|[’'](?= )|\b(?:and|through|within|under|in|of|for|to|on|with) the\b|\b(?!of |for |to |on |in |and )\w+ the\b|,)\s+(?=\S)",
        text[start:end],
    )
    if head and _content(text[start + head.end() : end]) >= 2:
        cut = start + head.end()
        # "Women’s Empowerment Project" keeps its first word: only names of bodies are left out.
        if not head[0].rstrip().endswith(("’s", "'s")) or any(
            n.start <= start and n.end >= cut - 4 for n in context.names if n.kind == "organisation"
        ):
            start = cut
    for name in context.names:
        rest = text[name.end : end]
        if (
            name.start == start
            and (glue := re.match(r"\s+and\s+(?:the\s+)?", rest))
            and _content(rest[glue.end() :]) >= 2
        ):
            return name.end + glue.end()
    return trim(text, start, end)[0]


def _content(phrase: str) -> int:
    return sum(w.casefold() not in GENERIC for w in re.findall(r"[\w’'-]+", phrase))


def _is_name(name: str, context: Context, start: int) -> bool:
    """At least two words of its own besides "project", organisations' names and general words."""
    bare = name
    for known in context.names:
        if known.start >= start and known.end <= start + len(name) and known.kind == "organisation":
            bare = bare.replace(name[known.start - start : known.end - start], " ")
    words = [w for w in re.findall(r"[^\W\d_][\w’'-]*", bare) if w.casefold() not in GENERIC]
    # "Xiao Yang, Programme Officer": a comma before the head ends another name.
    return sum(w[0].isupper() for w in words) >= 2 and not re.search(r",\s*\S+$", name)


def _inside_name(mention: Mention, context: Context) -> bool:
    """World Food Programme is no project."""
    return any(
        n.kind == "organisation" and n.start <= mention.start + 4 and n.end >= mention.end
        for n in context.names
    )


def _described(section: Section, context: Context, named: list[Mention]) -> list[Mention]:
    """Projects without a name that somebody funds: named after their aim, or after the article."""
    text = section.text
    found: list[Mention] = []
    for start, end in context.sentences:
        sentence = text[start:end]
        if not FUNDED.search(sentence) or any(start <= m.start < end for m in named):
            continue
        if match := DESCRIBED.search(sentence):
            words = match["aim"].strip()
            a = start + match.start("aim")
            # The name stops where the sentence turns to the money.
            words = re.split(
                r"\s+(?:funded|financed|with (?:the )?(?:financial )?(?:support|funding)|supported|under|through)\b",
                words,
            )[0]
            found.append(Mention("project", a, a + len(words), name=f"Project {words}", level="described"))
        elif (match := THIS.search(sentence)) and section.heading and (match["kind"] or "").islower():
            a, b = start + match.start(), start + match.end()
            found.append(
                Mention(
                    "project",
                    a,
                    b,
                    name=f"{match['kind'].capitalize()} project: {section.heading}",
                    level="described",
                )
            )
    return found

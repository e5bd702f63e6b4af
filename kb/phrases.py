"""Names by their shape: capitalised phrases, and lists of names after a cue. For plugins and core alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.records import Mention

CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĜĞĢĤĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽА-ЯЁҚҒӢӮҲҶІЇЄ"
WORD = rf"[{CAPITAL}][\w’'\-.&/]*[\w’'&]|[{CAPITAL}]"
SMALL = r"of|for|on|the|to|against|in|into|with|among|de|du|des|la|le|les|d[’']|et|pour|sur|contre|&"

PHRASE = re.compile(rf"(?:{WORD})(?:[ \u00a0]+(?:(?:{SMALL})[ \u00a0]+){{0,3}}(?:{WORD}|\d{{1,4}}\b))*")
"""Capitalised words joined by small ones, such as "Department of Border Forces"."""

PHRASE_AND = re.compile(
    rf"(?:{WORD})(?:,?[ \u00a0]+(?:(?:{SMALL}|and)[ \u00a0]+){{0,3}}(?:{WORD}|\d{{1,4}}\b))*"
)
"""The same with "and" and commas inside, such as "Ministry of Labour, Migration and Employment"."""

BEFORE_PLACE = re.compile(
    r"(?:\b(?:in|from|near|at|to|of|around|throughout|across|between|visited|districts?|city|town|village|jamoat|province|region"
    r"|oblast|municipality)\s+(?:the\s+)?(?:city\s+of\s+|town\s+of\s+)?)$",
    re.I,
)
"""Ends where a place is to be expected."""

OPENERS = frozenset(
    "the a an this that these those in on at by under within through during after before since from for with as our its"
    " their his her it we he she they all also both each many most some such when while where who which what how if but"
    " and or per following according despite currently previously recently additionally furthermore moreover finally"
    " upon thanks to of one two three four five first second third new joint other another more over about not no jointly"
    " dear mr mrs ms dr le la les un une des dans pour avec au aux en et par sur".split()
)
"""Words that open a sentence or a heading and are no part of a name."""

_GLUE = re.compile(
    r"(?:[\s,;:–—]|(?:and|as well as|or|both|the|its|their|our|local|partners?|implementing|private|public|sector|corporate|international|organi[sz]ations?|agency|donors?|NGOs?|"
    r"companies|company|et|ainsi que|le|la|les|l[’']|de|du|des|d[’']|à savoir|notamment|by|from|of|also|including|namely|such as)\b[’']?(?=\W)|\b[ld][’']|[“”\"«»(])*"
)
_STATE = re.compile(
    r"(?:(?:Royal\s+)?(?:Governments?|Embassy|Kingdom|Republic|People|Government and People|Delegation)\s+(?:of|to)\s+(?:the\s+)?"
    r"|(?:Gouvernement|Ambassade|République|Royaume|Coopération)\s+(?:du\s+|des\s+|de\s+(?:la\s+|l[’'])?|d[’']))",
    re.I,
)
_GOES_ON = re.compile(rf"(?:[ \u00a0]+(?:{WORD}))+")
_PLACE_GOES_ON = re.compile(rf"[ \u00a0]+(?:of[ \u00a0]+)?(?:{WORD})")
_ELSEWHERE = re.compile(
    r"[ \u00a0](?:(?:to|in|on|with|among|et (?:les?|la))[ \u00a0]|et l[’'])|(?<=[A-Z]{2})[ \u00a0]et[ \u00a0](?=[A-Z])"
)
"""Where another name begins: "the council to the park", "la DGPC et le MAST"."""
_LOWER_END = re.compile(
    r"[ \u00a0]+(?:food )?(?:banks?|church|mosque|club|society|foundation|trust|association|network|charity)\b"
)
"""The last word of a name is often written small: "C3 church", "Leeds Food bank"."""
_OF_THE_SAME = re.compile(
    r"\b(?:Mission|Office|Country|Regional|Delegation|Programmes?|Program|Projects?|Fund|Team|Government|Embassy|Representati\w+|Ambassador|Director|Chief|Head"
    r"|Special|Coordinator|Officer|Department|Unit|Section|Division|Headquarters|Staff|Tajikistan|Development)\b"
)
_TAIL = re.compile(r"(?:[’']s\b)?(?:\s*\([^()]{1,60}\))?[”\"»)]*")


@dataclass(frozen=True, slots=True)
class Name:
    """A name found by its shape; `known` is the authority's mention where there is one."""

    start: int
    end: int
    known: Mention | None = None


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The phrase without opening words, quotes and closing punctuation."""
    while start < end:
        word = re.match(r"[\W_]*([\w’']+)(?:[^\w]|$)", text[start:end])
        if word is None or word[1].casefold() not in OPENERS:
            break
        start += word.end(1)
        while start < end and not text[start].isalnum():
            start += 1
    while end > start and (text[end - 1] in " .,;:-–—’'&/" or text[end - 1].isspace()):
        end -= 1
    return start, end


def names_after(text: str, at: int, end: int, known: Sequence[Mention], *, limit: int = 15) -> list[Name]:
    """The coordinated names that begin at `at` ("A, the B (C) and D"): known ones by the authority, others by capitals."""
    starts = {m.start: m for m in known if m.kind in ("organisation", "place") and at <= m.start < end}
    found: list[Name] = []
    while len(found) < limit:
        glue = _GLUE.match(text, at, end)
        at = glue.end() if glue else at
        state = _STATE.match(text, at, end)
        inner = state.end() if state else at
        mention = starts.get(inner)
        if mention is not None and mention.kind == "place" and _PLACE_GOES_ON.match(text, mention.end, end):
            mention = None  # "Cambridge Assessment English" is no place
        if mention is not None and (longer := _longer(text, mention, starts, end)):
            found.append(Name(mention.start, longer))
            stop = longer
        elif mention is not None:
            found.append(Name(at, mention.end, mention))
            stop = mention.end
        elif (phrase := PHRASE.match(text, at, end)) is not None:
            # A known name inside ends the unknown one before it ("State Department INL").
            inside = (
                s for s, m in starts.items() if phrase.start() < s < phrase.end() and m.kind == "organisation"
            )
            # "Cambridge Amnesty International" is a branch of its own.
            led = at in starts and starts[at].kind == "place"
            cut = phrase.end() if led else min(inside, default=phrase.end())
            if link := _ELSEWHERE.search(text, phrase.start(), cut):
                cut = link.start()  # "the council to the park": another name
            if cut == phrase.end() and (small := _LOWER_END.match(text, cut, end)):
                cut = small.end()
            a, b = trim(text, phrase.start(), cut)
            if b <= a:
                break
            found.append(Name(a, b))
            stop = cut
        else:
            break
        tail = _TAIL.match(text, stop, end)
        at = tail.end() if tail else stop
        if text[at : at + 1] not in {",", ";", " ", "\u00a0", "–", "—", ""}:
            break
    return found


def _longer(text: str, known: Mention, starts: Mapping[int, Mention], end: int) -> int | None:
    """Where a name ends that only begins as a known body's: "UK Aid Direct" is not UK Aid; "USAID Mission" is USAID."""
    rest = _GOES_ON.match(text, known.end, end)
    if known.kind != "organisation" or rest is None or _OF_THE_SAME.search(rest[0]):
        return None
    return None if any(rest.start() < s < rest.end() for s in starts) else rest.end()


def names_before(text: str, start: int, at: int, known: Sequence[Mention]) -> list[Name]:
    """The name that ends right before `at`, with those coordinated with it."""
    before = [m for m in known if m.kind in ("organisation", "place") and start <= m.start and m.end <= at]
    found: list[Name] = []
    for mention in reversed(before):
        gap = text[mention.end : at]
        if re.fullmatch(
            r"(?:[’']s)?(?:\s*\([^()]*\))?[\s,]*(?:and|as well as|et|ainsi que|\s|,)*[“\"]?\s*",
            gap,
        ):
            found.append(Name(mention.start, mention.end, mention))
            at = mention.start
        else:
            break
    return found

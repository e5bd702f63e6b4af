"""Who carries the work out: NGOs, and organisations after "jointly with", "implemented by" and the like."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.hookspecs import Context, hookimpl
from kb.phrases import PHRASE_AND, names_after, trim
from kb.records import Mention, Section

WITH = re.compile(
    r"""\b(?:
      (?:jointly|together|in\ (?:close\ |full\ )?(?:partnership|cooperation|co-operation|collaboration|coordination|conjunction)|partner(?:ed|s|ing)?|collaborat(?:ed|es|ing)|cooperat(?:ed|es|ing)|working|worked|works|co-?hosted|co-?organi[sz]ed)\ (?:closely\ )?with(?:\ the\ help\ of)?
    | (?:implemented|organi[sz]ed|carried\ out|conducted|facilitated|delivered|hosted|run|led|taught|managed|provided|set\ up|distributed|identified|established|operated|supported)
        (?:\ (?:jointly|together|in\ \w+))?\ (?:by|with)(?:\ the\ help\ of)?
    | (?:through|by|with)\ (?:its|our|their|the)\ (?:local\ |implementing\ |NGO\ |national\ |civil\ society\ )*partners?(?:\ organi[sz]ations?)?
    | (?:implementing|local|NGO|civil\ society|national)\ partners?(?:\ organi[sz]ations?)?(?:\ (?:such\ as|including|are|is))?
    | partners?\ (?:such\ as|including|are|is|include|like)
    | with\ (?:the\ )?(?:help|support|assistance)\ (?:of|from)
    | en\ (?:partenariat|collaboration)\ avec|mis\ en\ œuvre\ par
    )[:,]?(?=\W)""",
    re.X | re.I,
)
IMPLEMENTED = re.compile(
    r"\b(?:implement(?:ed|ing)|run|carried out|executed|managed)(?: (?:jointly|together|in \w+))?(?: by|(?: \w+){0,2} partners?(?: are| is|:))(?=\W)",
    re.I,
)
NGO_TYPES = frozenset({"ngo"})
NGO = re.compile(
    r"\b(?P<kind>NGOs?|N\.G\.O\.|ONG|НПО|non-governmental organi[sz]ations?|public organi[sz]ations?|civil society organi[sz]ations?|CSOs?|charity|charitable foundation|"
    r"local (?:NGO )?partners?|community-based organi[sz]ations?)[ \u00a0]+"
    rf"(?:called |named )?(?:[“\"«](?P<quoted>[^“”\"«»\n]{{2,60}})[”\"»]|(?P<plain>{PHRASE_AND.pattern}))"
)
"""Of several ("NGOs A and B") the list is taken apart; one NGO may have "and" in its name."""
PLACED = re.compile(r"\s+(?:in|from|for|with|on|to)\s")
STOP = frozenset(
    "partners partner staff network community members representatives and in from of for".split()
)
DOES = re.compile(
    r"[”\"»]?\s*(?:\([^()]{1,20}\))?,?\s*(?:(?:has|have|had|also|is|are|was|were|who|which|will|would|can|to|continues?)\s+){0,3}(?:conduct|organi[sz]|implement|provid|identif|facilitat|deliver|help|train|"
    r"host|run|assist|support|distribut|carr|offer|work|set up|partner|co-?host|give|gave|suppl|teach|taught|present|discuss|manag|operat)\w*\b",
    re.I,
)


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Organisations in the role of a partner: non-governmental ones, known as such or called "NGO X"."""
    text = section.text
    found = _ngos(text)
    for start, end in context.sentences:
        known = [n for n in context.names if start <= n.start < end]
        for cue in IMPLEMENTED.finditer(text, start, end):
            names = names_after(text, cue.end(), end, known)
            found += [
                replace(n.known, role="implementer")
                for n in names
                if n.known is not None and n.known.kind == "organisation"
            ]
        for cue in WITH.finditer(text, start, end):
            for name in names_after(text, cue.end(), end, known):
                if (
                    name.known is not None
                    and name.known.kind == "organisation"
                    and _is_ngo(name.known, context)
                ):
                    found.append(replace(name.known, role="partner"))
        found += [
            replace(n, role="partner")
            for n in known
            if n.kind == "organisation" and _is_ngo(n, context) and DOES.match(text, n.end, end)
        ]
    return found


def _ngos(text: str) -> list[Mention]:
    found = []
    for match in NGO.finditer(text):
        start, end = match.span("quoted" if match["quoted"] else "plain")
        several = match["kind"].endswith("s") and not match["quoted"]
        if several and not re.search(r",|\band\b", text[start:end]):
            continue  # "NGOs Train Migrants" names nobody
        at = start
        for piece in (
            re.split(r",\s+(?:and\s+)?|\s+and\s+", text[start:end])
            if several
            else [text[start:end].split(",")[0]]
        ):
            at = text.index(piece, at)
            a, b = trim(text, at, at + len(piece))
            # "X in Kulob": where it works is no part of its name; nor is what it owns.
            if not match["quoted"] and (cut := PLACED.search(text, a, b) or re.search(r"[’']s\b", text[a:b])):
                b = cut.start() if cut.re is PLACED else a + cut.start()
            name = " ".join(text[a:b].split())
            if len(name) >= 3 and name.split()[0].casefold() not in STOP:
                found += [Mention("organisation", a, b, name=name, role=role) for role in ("partner", "ngo")]
    return found


def _is_ngo(mention: Mention, context: Context) -> bool:
    return context.authority[mention.candidates[0]].type in NGO_TYPES

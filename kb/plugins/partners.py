"""Who carries the work out: NGOs, and organisations after "jointly with", "implemented by" and the like."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.hookspecs import Context, hookimpl
from kb.phrases import PHRASE, names_after, trim
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
    r"\b(?:NGOs?|N\.G\.O\.|ONG|НПО|non-governmental organi[sz]ations?|public organi[sz]ations?|civil society organi[sz]ations?|CSOs?|charity|charitable foundation|"
    r"local (?:NGO )?partners?|community-based organi[sz]ations?)\s+"
    rf"(?:called |named )?(?:[“\"«](?P<quoted>[^“”\"«»\n]{{2,60}})[”\"»]|(?P<plain>{PHRASE.pattern}))"
)
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
        group = "quoted" if match["quoted"] else "plain"
        start, end = trim(text, *match.span(group))
        if possessive := re.search(r"[’']s\b", text[start:end]):
            end = start + possessive.start()
        name = text[start:end]
        if end - start >= 3 and name.split()[0].casefold() not in STOP and name.casefold() not in STOP:
            found += [
                Mention("organisation", start, end, name=" ".join(name.split()), role=role)
                for role in ("partner", "ngo")
            ]
    return found


def _is_ngo(mention: Mention, context: Context) -> bool:
    return context.authority[mention.candidates[0]].type in NGO_TYPES

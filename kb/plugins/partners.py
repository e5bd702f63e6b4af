"""Who carries the work out: NGOs, and organisations after "jointly with", "implemented by" and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kb.bodies import IS_GOVERNMENT, KIND, PART, is_publisher, looks_like_body, may_be_body
from kb.cues import Cue
from kb.hookspecs import Context, hookimpl
from kb.phrases import CAPITAL, PHRASE, PHRASE_AND, Name, names_after, names_before, trim
from kb.records import Document, Mention, Section
from kb.text import fold, within

PARTNERSHIP = Cue(
    r"""\b(?:
      (?:jointly|partner(?:ed|s|ing)?|co-?hosted|co-?organi[sz]ed)\ (?:closely\ )?with
    | (?:in\ )?(?:close\ |full\ |created\ )*(?:partnerships?|cooperation|co-operation|collaborations?|conjunction)\ (?:between\ \w+\ and|with)(?:\ (?:bodies|organi[sz]ations?|charities|groups)\ (?:such\ as|like|including))?
    | (?:through|by|with)\ (?:its|our|their|the)\ (?:local\ |implementing\ |NGO\ |national\ |civil\ society\ )*partners?(?:\ organi[sz]ations?)?
    | (?:implementing|local|NGO|civil\ society|national)\ partners?(?:\ organi[sz]ations?)?(?:\ (?:such\ as|including|are|is))?
    | (?:partners?|organi[sz]ations|charities|NGOs|local\ groups|range\ of\ others)\ ?,?\ (?:such\ as|including|are|is|include|like)
    | (?:contracted|selected|engaged|service\ providers|sub-?grantees|grantees|implementers)\b[^.;:–—(]{0,40}\ ?[:–—]
    | (?:en\ )?(?:étroite?\ |pleine?\ |bonne\ )?(?:partenariat|collaboration|coopération|association)\ (?:étroite?\ )?(?:avec|entre)|en\ commun\ avec
    | mise?s?\ en\ œuvre\ (?:conjointement\ )?(?:par|avec)
    | partenaires?(?:\ (?:locaux?|nationaux?|locales?|nationales?|opérationnels?|techniques?|stratégiques?))*(?:\ d[’'](?:implémentation|exécution)|\ de\ (?:mise\ en\ œuvre|terrain|réalisation))?
        (?:,?\ (?:tels?\ que|comme|dont|notamment|à\ savoir|sont|est|étaient)|\ ?:|(?=\ [A-Z][A-Z&]+\b))
    | ONG(?:\ (?:locales|nationales|internationales|partenaires))*\ (?:telles\ que|notamment)
    )[:,]?(?=\W)""",
    re.X | re.I,
)
"""After these words stands a body, even one that no list knows and that has the look of a person's name."""
HELPED = Cue(
    r"""\b(?:
      (?:together|in\ (?:close\ |full\ )?coordination|collaborat(?:ed|es|ing)|cooperat(?:ed|es|ing)|working|worked|works?)\ (?:closely\ )?with(?:\ the\ help\ of)?
    | (?:implemented|organi[sz]ed|carried\ out|conducted|facilitated|delivered|hosted|run|led|taught|managed|provided|set\ up|distributed|identified|established|operated|supported|arranged|cared?\ for|put\ in\ place|built|installed|undertaken|performed|executed|supplied)
        (?:\ (?:jointly|together|in\ \w+))?\ (?:by|with)(?:\ the\ help\ of)?
    | (?:at\ the\ home|as\ guests|courtesy)\ of
    | (?:avec|grâce\ à)\ (?:le\ |l[’'])(?:appui\ |aide\ |soutien\ |concours\ |accompagnement\ )(?:(?:technique|logistique|matériel|opérationnel)\ )?(?:et\ \w+\ )?(?:d[eu]s?|d[’'])
    | (?:organisée?|réalisée?|menée?|conduite?|assurée?|facilitée?|animée?|construite?|distribuée?|effectuée?|livrée?|installée?|appuyée?|exécutée?|fournie?|déployée?)s?\ (?:conjointement\ )?(?:par|avec)
    | grâce\ à
    | with\ (?:the\ )?(?:\w+\ )?(?:help|support|assistance)\ (?:of|from)
    )[:,]?(?:(?=\W)|(?<=[’']))""",
    re.X | re.I,
)
VENUE = Cue(
    r"\b(?:trainings?|courses?|class(?:es)?|workshops?|sessions?|lessons?) (?:with \w+ )?at(?: the)?(?=\W)",
    re.I,
)
LEARNING = re.compile(r"\b(?:University|College|School|Institute|Academy|Hospital)\b")
"""Going to one of these makes it no partner."""
IMPLEMENTED = Cue(
    r"\b(?:implement(?:ed|ing)|run|carried out|executed|managed)(?: (?:jointly|together|in \w+))?(?: by|(?: \w+){0,2} partners?(?: are| is|:))(?=\W)"
    r"|\b(?:mise?s? en œuvre|exécutée?s?|mis en place) (?:conjointement )?par(?=\W)",
    re.I,
)
NGO = Cue(
    r"\b(?P<kind>NGOs?|N\.G\.O\.|ONG|НПО|non-governmental organi[sz]ations?|public organi[sz]ations?|civil society organi[sz]ations?|CSOs?|charity|charitable foundation|"
    r"local (?:NGO )?partners?|community-based organi[sz]ations?),?[ \u00a0]+"
    rf"(?:called |named |(?:locale|nationale|internationale|dénommée|partenaire) )*(?:[“\"«](?P<quoted>[^“”\"«»\n]{{2,60}})[”\"»]|(?P<plain>{PHRASE_AND.pattern}))"
)
"""Of several ("NGOs A and B") the list is taken apart; one NGO may have "and" in its name."""
PLACED = re.compile(r"\s+(?:in|from|for|with|on|to)\s")
STOP = frozenset(
    "partners partner staff network community members representatives and in from of for"
    " nationale nationales locale locales internationale internationales partenaire partenaires".split()
)
OWNED = re.compile(rf"[ \u00a0][{CAPITAL}]")
SUBJECT = re.compile(
    rf"[\s•·*–—-]*(?P<name>(?:The )?{PHRASE.pattern}),?\s+(?:(?:has|have|also|then|again|very|\w+ly)\s+){{0,3}}"
    r"(?:hosted|invited|taught|trained|provided|delivered|facilitated|offered|donated|gave|ran|organi[sz]ed|co-?hosted|supplied)\b"
)
DOES = re.compile(
    r"[”\"»]?\s*(?:\([^()]{1,20}\))?(?:[’']s?)?(?:\s+(?:agents?|staff|volunteers?|teams?|workers?|experts?|doctors?|trainers?|specialists?))?,?\s*(?:(?:has|have|had|also|is|are|was|were|who|which|will|would|can|to|continues?)\s+){0,3}(?:conduct|organi[sz]|implement|provid|identif|facilitat|deliver|help|train|"
    r"host|run|assist|support|distribut|carr|offer|work|set up|partner|co-?host|give|gave|suppl|teach|taught|present|discuss|manag|operat|beg[aiu]n|start|launch|led\b|lead)\w*\b"
    r"|\s*(?:\([^()]{1,20}\))?\s*(?:(?:a|ont|va|vont|qui|également|aussi|y|continuera?(?:ont)? (?:à|de)|poursuivra|prévoit d[e’'])\s*){0,3}"
    r"(?:\b(?:distribu|réalis|assur|appui|appuy|fourni|effectu|soutien|sout[ei]nu|constru|déploy|livr|install|lanc|sensibilis|form|vaccin|intervien|poursui|mèn|men|conduit|achemin|mobilis|met en|mis en|facilit|prend|évalu|gèr|gér|organis|particip)"
    r"\w*\b)",
    re.I,
)


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Organisations in the role of a partner: non-governmental ones, known as such, called "NGO X" or met beside a partner's words."""
    text = section.text
    found = _ngos(text)
    for start, end in context.sentences:
        known = within(context.names, start, end)
        for cue in IMPLEMENTED.finditer(text, start, end):
            names = names_after(text, cue.end(), end, known)
            found += [
                replace(n.known, role="implementer")
                for n in names
                if n.known is not None and n.known.kind == "organisation"
            ]
        for cues, plausible in (
            (PARTNERSHIP, may_be_body),
            (HELPED, looks_like_body),
            (VENUE, _hosts_others),
        ):
            for cue in cues.finditer(text, start, end):
                at = _past_owner(text, cue, known, context)
                for name in names_after(text, at, end, known):
                    found += _partner(text, name, plausible, context)
        for doer in known:
            if _is_ngo(doer, context) and DOES.match(text, doer.end, end):
                others = (n.known for n in names_before(text, start, doer.start, known))
                found += [replace(n, role="partner") for n in (doer, *others) if n and _is_ngo(n, context)]
        found += _hosts(text, start, end, known)
        found += [
            replace(n, role="partner") for n in known if _is_ngo(n, context) and _closes(text, n, start, end)
        ]
    publisher = fold(document.organisation)
    return [m for m in found if not is_publisher(m, publisher, context.authority)]


def _partner(text: str, name: Name, plausible: Callable[[str], bool], context: Context) -> list[Mention]:
    if name.known is not None:
        return [replace(name.known, role="partner")] if _is_ngo(name.known, context) else []
    phrase = " ".join(text[name.start : name.end].split())
    if IS_GOVERNMENT.search(phrase) or PART.search(phrase) or not plausible(phrase):
        return []
    return [Mention("organisation", name.start, name.end, name=phrase, role="partner")]


def _past_owner(text: str, cue: re.Match[str], known: Sequence[Mention], context: Context) -> int:
    """Where the partner's name begins when that of whose partner it is stands before it: "Partenaire UNICEF AVSI"."""
    for owner in known if cue[0].casefold().startswith("partenaire") else ():
        if owner.start == cue.end() + 1 and owner.kind == "organisation" and not _is_ngo(owner, context):
            return owner.end if OWNED.match(text, owner.end) else cue.end()
    return cue.end()


def _closes(text: str, name: Mention, start: int, end: int) -> bool:
    """Does it stand alone in brackets at the end, as whoever does what the sentence tells: "Wells dug in Mora (ACTED)."?"""
    alone = text[name.start - 1 : name.start] == "(" and re.fullmatch(r"\)[\s.;]*", text[name.end : end])
    # After its own long form it only explains that: then a capitalised word stands before.
    words = text[start : name.start - 1].split()
    return bool(alone) and len(words) > 2 and not all(w[0].isupper() for w in words[-2:])


def _hosts_others(name: str) -> bool:
    return looks_like_body(name) and not LEARNING.search(name)


def _hosts(text: str, start: int, end: int, known: Sequence[Mention]) -> list[Mention]:
    """A body that no list knows at the head of a sentence, that hosts, teaches or gives."""
    subject = SUBJECT.match(text, start, end)
    if subject is None:
        return []
    a, b = trim(text, *subject.span("name"))
    phrase = " ".join(text[a:b].split())
    if IS_GOVERNMENT.search(phrase) or PART.search(phrase) or not looks_like_body(phrase):
        return []
    if any(n.start < b and a < n.end and n.kind == "organisation" for n in known):
        return []
    return [Mention("organisation", a, b, name=phrase, role="partner")]


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
            if (
                len(name) >= 3
                and name.split()[0].casefold() not in STOP
                and not KIND.fullmatch(name.split()[0])
            ):
                found += [Mention("organisation", a, b, name=name, role=role) for role in ("partner", "ngo")]
    return found


def _is_ngo(mention: Mention, context: Context) -> bool:
    return mention.kind == "organisation" and context.authority[mention.candidates[0]].type == "ngo"

"""The words by which an organisation is known as one, in English and French, and the look of a name that must be one's."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kb.cues import Cue
from kb.phrases import CAPITAL
from kb.records import AuthorityEntry, Mention
from kb.text import fold

GOVERNMENT = (
    r"Ministry|Ministries|Department|Directorate|Commission|Committee|Inspectorate|Hukumat|Majlis|Parliament|Police|Prosecutor|Customs|"
    r"Municipality|Council|Government|Agency|Service|Board|Authority|Embassy|Court|Bureau|Border Forces|Border Guards|Administration|"
    r"Minist[èe]re|Minist[ée]rio|Direction|Gouvernement|Mairie|Préfecture|Ambassade|Parlement|Comit[éè]|Comisión|Gobierno|Dirección"
)
"""Of public bodies."""

BODY = (
    rf"{GOVERNMENT}|Cent(?:er|re)|Centers|Centres|Union|Association|Foundation|Fund|University|Institute|College|School|Academy|Hospital|Clinic|"
    r"Society|Network|Organi[sz]ation|Federation|Office|Delegation|Cluster|Unit|Division|Company|Trust|Campaign|Alliance|Consortium|Coalition|"
    r"Movement|Initiative Group|Task Force|Working Group|Bank|Church|Mosque|Chamber|Forum|Group|Red Cross|Red Crescent|Partnership|Programme Office|Secretariat|Charity|"
    r"Museum|Library|Lab|Laboratory|Observatory|Hub|Club|Mission|Meeting|Fellowship|Synagogue|Temple|League|"
    r"Croix[- ][Rr]ouge|Croissant[- ][Rr]ouge|Fondation|Institut|Université|Hôpital|Société|Réseau|Organisation|Fédération|Unité|Banque|Fonds|"
    r"Asociación|Fundación|Cruz Roja|Universidad|Organización|Federación"
)
"""Of bodies of every kind."""

_FRENCH_BODY = (
    r"Direction|Unité|Centre|Agence|Institut|Organisation|Commission|Secrétariat|Service|Office|Programme National|Programme national|Fonds|Université|Bureau|Comité|Conseil|Réseau|Fédération"
    r"|Hôpital|Observatoire|Laboratoire|Autorité|Délégation|Banque|Union|Association|Coordination|Cellule|Division|Inspection|Ligue|Mairie|Préfecture|Société|Collectif|Haut[- ]Commissariat"
)
_OF = r"(?:de[ \u00a0]la[ \u00a0]|de[ \u00a0]l[’']|du[ \u00a0]|des[ \u00a0]|de[ \u00a0]|d[’']|en[ \u00a0](?=[A-ZÉ]|eau\b|santé\b))"
_NOUN = r"(?!(?:Direction|Agence|Organisation|Programme|Commission|Union|Ministère|Croix)\b|[A-Z]{3}|[ldLD][’']|\w+[a-z][ei]r\b)[^\W\d_][\w’'-]{2,}"
_QUALITY = rf"(?:[ \u00a0](?:[{CAPITAL}][\w-]*[a-zà-ÿ]|(?:et[ \u00a0])?[a-zà-ÿ]+(?:[aei]les?|al|aux|iques?|elles?|els?|aires?|ives?|ifs?|eux|euses?|publi(?:c|que)s?|ures?|[ae]ins?|[ae]ines?|éens?|éennes?|iens?|iennes?)))"
FRENCH = Cue(
    rf"(?:\b[Mm]inistère(?:[ \u00a0](?:[Dd]élégué|fédéral|provincial))?[ \u00a0]{_OF}{_NOUN}{_QUALITY}{{0,2}}(?:(?:,| et|, et) {_OF}{_NOUN}{_QUALITY}{{0,2}}){{0,3}}"
    rf"|\b(?:{_FRENCH_BODY}){_QUALITY}{{0,3}}[ \u00a0](?:{_OF}|(?:pour|contre|sur)[ \u00a0](?:l[ae]s?[ \u00a0]|l[’']))(?:lutte contre l[ae]s?[ \u00a0])?{_NOUN}{_QUALITY}{{0,2}}"
    rf"(?:[ \u00a0](?:et[ \u00a0])?{_OF}{_NOUN}{_QUALITY}{{0,2}}){{0,3}}(?:[ \u00a0]à[ \u00a0](?:moyen|long|court)[ \u00a0]terme)?"
    rf"|\b(?:Organisation|Agence|Banque|Union|Commission|Conseil|Comité|Centre|Institut|Fédération|Programme){_QUALITY}{{2,4}})"
)
"""A body's name in French: the word for it first, then what it is for, often in small letters ("ministère de la Santé publique")."""
AFTER_ARTICLE = re.compile(
    r"(?:\b(?:les?|la|du|des|de la|aux?|par|avec|et|une?)[ \u00a0]|\b[LldD][’'])$|[|(]\s*$"
)
"""Before a name that the sentence speaks of; elsewhere a capital may only begin the sentence."""

STATE = re.compile(
    r"\b(?:Ministry|Ministries|Minist[èe]re|Ministerio|Min\b|Government|Gouvernement|Gobierno|Directorate|Direction|Department|Parliament|Police|Institut national"
    r"|National Institute|Municipality|Mairie|Préfecture|Embassy|Ambassade)",
    re.I,
)
"""Of the state beyond doubt."""
PART = re.compile(
    r"\b(?:Units?|Divisions?|Offices?|Mission|Delegation|Secretariat|Section|Team|Programme Office|Clusters?)\b"
)
"""Of a part of some body."""
HAS_BODY = re.compile(rf"\b(?:{BODY})\b")
IS_GOVERNMENT = re.compile(rf"\b(?:{GOVERNMENT})\b|{STATE.pattern}")
_ADJECTIVE = r"inter-?nationale?s?|nationale?s?|locale?s?|humanitarian|humanitaires?|non[- ]gouvernementales?|non-governmental|civile?"
KIND = re.compile(
    rf"(?:(?:ONGs?|NGOs?|INGOs?|NNGOs?|UN|ONU|(?:agenc(?:y|ies)|agences?|organi[sz]ations?|organisations?|soci[ée]t[ée]|society|gouvernements?|governments?|mouvement|movement"
    rf"|donors?|bailleurs?|partn?ers?|partenaires?|autorités|authorities|academia|clusters?)|{_ADJECTIVE}|(?:de |of )?(?:l[’']|the )?(?:ONU|UN|nations unies|united nations)|de|of|the)[\s/,-]*)+",
    re.I,
)
"""Words for a kind of bodies, as the column "Type" holds them: "ONG INTERNATIONALE", "Agence de l’ONU"; no body is called so."""
_LEGAL = re.compile(
    r"\b(?:CIC|CIO|Ltd|LLC|LLP|Inc|GmbH|gGmbH|e\.V|S\.?A|plc|PLC|NGO|ONG|CSO|AISBL|vzw)\b\.?$"
)
_COINED = re.compile(
    rf"^(?:[{CAPITAL}][a-z]+[{CAPITAL}]\w*|[{CAPITAL}\d]*[{CAPITAL}]{{2}}(?:[{CAPITAL}\d&-]*[{CAPITAL}\d])?)$"
)
"""CamCrag, HelpAge, ACTED."""
_SMALL = re.compile(r"\b(?:of|for|into|sans|pour|de|du|des|without|against|and|&)\b")
_NO_BODY = re.compile(
    r"\b(?:Minister|President|Director|Chief|Head|Officer|Chef(?:fe)?|Directeur|Directrice|Coordonnateur|Coordonnatrice|Chargée?|Responsable|Mr|Mrs|Ms|Dr|Volunteers?|Trustees?|Teachers?|Coordinators?|Ambassadors?|Members?"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:Projects?|Programmes?|Programs?|Convention|Protocol|Act|Law|Scheme|Strategy|Plan|Policy|Agreement|Day|Week|Month|Year|Conference"
    r"|Workshop|Training|Seminar|Report|Newsletter|Street|Road|Avenue|Phase|Part|Module|Volume|Level)(?:$| (?:of|on|for|to)\b)"
    r"|^(?i:(?:I?NGOs?|ONG|UN agency|agence (?:de l[’']ONU|onusienne)|gouvernement)(?: (?:inter)?nationale?s?| locale?s?)?)$"
)
_CAPITALS = re.compile(rf"(?<![\w’'])[{CAPITAL}][\w’'&.-]*")


def looks_like_body(name: str) -> bool:
    """Can a name that no list knows only be a body's: by a word for one, its legal form, its spelling or its length?

    Two plain capitalised words ("Safe Passage") may as well be a person: then the words around must tell.
    """
    if _NO_BODY.search(name) or not _CAPITALS.search(name):
        return False
    words = name.split()
    capitals = _CAPITALS.findall(name)
    return bool(
        (HAS_BODY.search(name) and len(capitals) >= 2)
        or _LEGAL.search(name)
        or any(_COINED.match(w) and len(w) >= 3 for w in words)
        or (len(capitals) >= 2 and len(words) >= 3 and _SMALL.search(name))
        or len(capitals) >= 4
    )


def may_be_body(name: str) -> bool:
    """Could it be a body's name, where the words around say that a body stands here?"""
    return not _NO_BODY.search(name) and (len(_CAPITALS.findall(name)) >= 2 or looks_like_body(name))


def is_publisher(mention: Mention, publisher: str, authority: Mapping[str, AuthorityEntry]) -> bool:
    """Does it name the body (folded) that publishes the document, by its name, another or its acronym?"""
    entry = authority.get(mention.candidates[0]) if mention.candidates else None
    folded = {fold(s) for s in ((entry.name, *entry.aliases) if entry else (mention.name,))}
    initials = "".join(w[0] for w in publisher.split() if w not in ("of", "for", "the", "and"))
    return bool(publisher) and not folded.isdisjoint((publisher, initials, *publisher.split()))

"""Which types of activity a sentence tells of, by the trigger words of a controlled list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

from kb.cues import Cue, lower
from kb.records import AuthorityEntry

EVENT = Cue(
    r"\b(?:conduct|held\b|hold(?:s|ing)?\b|organi[sz]|deliver|host|complet|implement|launch|open(?:ed|ing|s)?\b|provid|develop(?:ed|s|ing)\b|produc|publish|financ|fund(?:ed|s)\b|"
    r"attend|participat|trained\b|train(?:s|ing)?\b|monitor|visit|sign(?:ed|s|ing)?\b|distribut|donat|present|celebrat|carri(?:ed|es) out|carry(?:ing)? out|took place|take(?:s)? place|"
    r"taking place|facilitat|run(?:s|ning)?\b|ran\b|led\b|lead(?:s|ing)?\b|start(?:ed|s)|began|begin|establish|set up|creat(?:ed|es)|receiv|equip|support|assess|invit|collect|"
    r"install|construct|built|build(?:s|ing)?\b|hand(?:ed|ing) over|offer|plan(?:s|ned)?\b|continu|screen|broadcast|reach|join(?:ed|s)?\b|adopt|gave|given|will be|ongoing|"
    r"investigat|follow|respond|went on|go(?:es)? on|brought together|bring(?:s|ing)? together|came together|gather|sensiti[sz]|drill|dig|sent\b|ship|supply|suppl(?:ied|ies)|met\b|meet(?:s|ing)?\b|discuss|advoca|award|strengthen|"
    r"tenue?s?\b|tenir\b|distribu|mèner|tien(?:t|nent|dra|dront)\b|réalis|effectu|men(?:é|er)|condui[rst]|assurer|assuré|appuy|appuie|fourni|livr(?:é|er)|déploy|déploie|lanc(?:é|er)|bénéfici|reçu|"
    r"formé|former|vacciné|construi|réhabilit|mis(?:es?)? (?:en|à)\b|met(?:tent)? (?:en|à)\b|mettr|sera\b|seront\b|(?:a|ont|aura|auront) (?:eu )?lieu|déroul|en cours\b|prévu|prévoi|"
    r"planifi|poursui|achemin|remis(?:es?)?\b|octroy|envo(?:yé|yer|ie)|enverr|entam|démarr|renforc(?:é|er)|élabor|publi(?:é|er)\b|rencontré|réuni|mobilis|procéd|contribu|intervien|arrivée)",
    re.I,
)
"""Words of doing, in English and French."""
GLUE = re.compile(
    r"^[\s\-–]*(?:(?:of|for|on|and|or|,|/|[’']s|s|the|de|du|des|[dl][’']|la|les?|et|sur|pour)[\s\-–]*){0,2}(?:\w+[’']?s?[\s\-–]+)?$"
)
OF_OR_TO = re.compile(r"\s+(?:(?:of|to|for|with|in|at|de|du|des|à|aux?|pour|sur|en|avec)\b|d[’'])")
BY_MEANS = re.compile(
    r"\b(?:(?:with|through|by|via) (?:an?|the|its|\d+|several|small|two|three)|à travers (?:une?|des|les?|la)|par (?:une?|des)|pour la) (?:\w+ )?$"
)
JOINED = re.compile(
    r"^\s*(?:s\s+)?(?:(?:and|or|,|/)|(?:et|ou|,)\s+(?:d[eu]s?|la|les?|une?|[dl][’'])|et|ou)\s*$"
)
NO_EVENT = re.compile(
    r"[\s-]+(?:participants?|cent(?:re|er)s?|institutions?|materials?|needs|providers?|staff|team|officers?|workers?|equipment|tools?|network|visa)\b|\s+des (?:eaux|déchets)\b",
    re.I,
)
"""What makes a trigger a mere attribute: "training participants", "outreach workers"."""
MERE = re.compile(
    r"\b(?:centres?|institutions?|mat[ée]riels?|besoins?|prestataires?|personnel|équipes?|agents?|équipements?|outils?|réseaux?|comités?|sites?|lieux?|points?|listes?"
    r"|rapports?|mécanismes?|stratégies?|modalités?|critères?|coûts?|frais|supports?|plans?|capacités?|cas) (?:de (?:la |l[’'])?|d[’']|des |du )$|\bsuivi,? et (?:d[’'])?$",
    re.I,
)
"""The same in French, where it stands before the trigger: "centre de formation", "agents de sensibilisation"."""
FRENCH_OF = ("de ", "des ", "du ", "la ", "et ", "d’", "d'", "l’", "l'")
ITEM = re.compile(r"\s*[•·▪‣*–—o-]\s")
"""Starts an item of a list, which tells of something of its own."""
NOMINAL = re.compile(
    r"(?:(?:.*\||\s*[•·▪‣*–—o-])\s*(?:[•·▪‣*–—o-]\s*\|?\s*)?(?:[\w-]+ ){0,2}"
    r"|(?:Continued?|Ongoing|Daily|Weekly|Monthly|Regular|Joint|New|First|Second|Final|Planned)? ?"
    r"|(?:.*\||\s*[•·▪‣*–—o-])?\s*(?:Poursuite|Début|Démarrage|Organisation|Tenue|Reprise|Préparation|Planification|Appui|Soutien|Renforcement|Conduite|Réalisation|Mise en œuvre|Mise en place)"
    r" (?:d[eu]s? (?:la |l[’'])?|d[’'](?:une? )?|à (?:la |l[’'])?|aux? )(?:\w+ )?)$",
    re.I,
)
"""Before a trigger that opens an item of a list, a cell or a sentence: "• Refresher training for nurses", "• Poursuite de la distribution de vivres"."""
GERUND = re.compile(r"\s*[•·▪‣*–—o-]\s+(?P<verb>[A-Z][a-z]{2,})ing\b")
"""An item that begins with what is being done: "• Deploying six ambulances"."""
INFINITIVE = re.compile(r"\s*(?:[•·▪‣*–—o-]\s+)?(?P<verb>[A-ZÉ][\w-]+er)\b")
"""An item or a cell that begins so in French: "Distribuer des semences"."""
WILL = Cue(
    r"\b(?:(?:will|shall|would|to be able to) (?:\w+ly |also |then )?"
    r"|(?:va |vont |pourra |pourront |devra |devront |prévoit de |prévoient de |permettra de |permettront de )(?:aussi |également )?)"
    r"(?P<verb>[a-zà-ÿ]{4,})\b"
)
CLAUSE = re.compile(r";|\(\d\)|\b[a-h]\)")
"""Between two nouns it makes the second a thing of its own: "(1) …, (2) …"."""
AND_TO = re.compile(r"\b(?:and (?:\w+ )?|et (?:la |les? |une? |[dl][’'])?)$")
WORD_START = re.compile(r"(?<![\w-])\w")
VERB = re.compile(r"(?:ed|ée?s?|[ei]r(?:a|ont)|uent|rent|tent|sent)$")
"""Ends of the triggers that are verbs."""


class Triggers:
    """The trigger words of all types."""

    def __init__(self, types: Iterable[AuthorityEntry]) -> None:
        self._types: dict[str, str] = {}
        self._verbs: dict[str, str] = {}
        """What will be done: the base of "trained", of "distributed"; the infinitive of "formés"."""
        spellings: dict[str, None] = {}
        for entry in types:
            for trigger in (name.casefold() for name in (entry.name, *entry.aliases)):
                for spelling in (trigger, *_finite(trigger)):
                    spellings.setdefault(spelling)
                    self._types.setdefault(_plain(spelling), entry.name)
                for base in _bases(trigger):
                    self._verbs.setdefault(base, entry.name)
        for accented in [t for t in spellings if t[0] == "é"]:  # "Evacuation", "Etude": capitals lose it
            spellings.setdefault(bare := "e" + accented[1:])
            self._types.setdefault(_plain(bare), self._types[_plain(accented)])
        # Compared only with the triggers that begin like it, a word costs little.
        self._key = min([3, *map(len, spellings)])
        alike: dict[str, list[str]] = {}
        for trigger in sorted(spellings, key=len, reverse=True):
            alike.setdefault(trigger[: self._key], []).append(_pattern(trigger))
        self._patterns = {
            key: re.compile(rf"({'|'.join(triggers)})(?:e?s|(?<=[ét])es?|[’']s?)?(?!\w)")
            for key, triggers in alike.items()
        }

    def types_in(self, text: str) -> list[tuple[int, int, str]]:
        """Types of activity that a text names: (start, end, type). In a compound ("training workshop") the first word counts."""
        found: list[tuple[int, int, str]] = []
        last = -1
        for match in self._triggers(text):
            gap = text[last : match.start()] if last >= 0 else ""
            last_before, last = last, match.end()
            if last_before >= 0 and len(gap) < 28 and GLUE.match(gap) and not JOINED.match(gap):
                if not (found and found[-1][1] == last_before and _is_verb(text, last_before)):
                    continue
                found.pop()  # "launched a campaign" is the campaign's
            start = match.start()
            if NO_EVENT.match(text, match.end()) or text[max(0, start - 3) : start] == "to ":
                continue
            if text.endswith(FRENCH_OF, 0, start) and MERE.search(text, max(0, start - 24), start):
                continue
            found.append((*match.span(), self._types[_plain(match[1])]))
        return found

    def _triggers(self, text: str) -> Iterator[re.Match[str]]:
        """Where a trigger stands, none overlapping another."""
        at, small = 0, lower(text)
        for word in WORD_START.finditer(small):
            start = word.start()
            pattern = self._patterns.get(small[start : start + self._key]) if start >= at else None
            if pattern is not None and (match := pattern.match(small, start)):
                at = match.end()
                yield match

    def named(self, text: str, masked: Sequence[tuple[int, int]]) -> list[str]:
        """Types of all that a text names, outside the masked stretches."""
        return [t for start, _, t in self.types_in(text) if not any(a <= start < b for a, b in masked)]

    def told(self, sentence: str, heading_types: Set[str], masked: Sequence[tuple[int, int]]) -> list[str]:
        """Types of the events that a sentence tells: each verb's ("distributed"), and one for all its nouns.

        Of several nouns ("a roundtable on consultation and outreach") the one that the heading names is the event,
        else the first, with those coordinated with it ("seminars and workshops").
        """
        found = [
            t
            for t in self.types_in(sentence)
            if _tells(sentence, *t[:2]) and not any(a <= t[0] < b for a, b in masked)
        ]
        verbs = [t for t in found if _is_verb(sentence, t[1])]
        nouns = [t for t in found if t not in verbs]
        main = [t for t in nouns if t[2] in heading_types] or nouns[:1]
        main += [t for t in nouns if t not in main and BY_MEANS.search(sentence[: t[0]])]
        for before, after in pairwise(nouns):
            joined = JOINED.match(sentence[before[1] : after[0]])
            # "monitoring of borders and briefing to agents": a second thing that is done.
            apart = AND_TO.search(sentence[: after[0]]) and OF_OR_TO.match(sentence, after[1])
            if CLAUSE.search(sentence, before[1], after[0]) or (before in main and (joined or apart)):
                main.append(after)
        if not (main + verbs) and (doing := self._doing(sentence)):
            return doing
        ahead = [(*m.span("verb"), t) for m in WILL.finditer(sentence) if (t := self._verbs.get(m["verb"]))]
        ahead = [t for t in ahead if not any(t[2] == other for *_, other in main + verbs)]
        return list(dict.fromkeys(t for _, _, t in sorted(main + verbs + ahead)))

    def _doing(self, sentence: str) -> list[str]:
        """Types of what an item or a cell says by the verb that it begins with."""
        found = [gerund["verb"]] if (gerund := GERUND.match(sentence)) else []
        for cell in sentence.split("|"):
            found += [infinitive["verb"]] if (infinitive := INFINITIVE.match(cell)) else []
        return list(dict.fromkeys(t for verb in found if (t := self._verbs.get(verb.casefold()))))


def _plain(trigger: str) -> str:
    """A trigger as it is looked up: its words without the plural, apostrophes of one kind."""
    return " ".join(word.rstrip("s") for word in trigger.casefold().replace("'", "’").split())


def _pattern(trigger: str) -> str:
    """The trigger with any of its words in the plural: "transferts monétaires", "kits d'hygiène"."""
    words = (re.escape(word).replace("’", "[’']") for word in trigger.split())
    return r"(?:e?s)?[\s\u00a0]+".join(words)


def _bases(trigger: str) -> list[str]:
    if " " in trigger:
        return []
    if trigger.endswith("ed"):
        return [trigger[:-1], trigger[:-2]]
    return [trigger.rstrip("s")[:-1] + "er"] if trigger.rstrip("s").endswith("é") else []


def _finite(trigger: str) -> list[str]:
    """Present and future of a French participle: "distribué" → "distribuent", "distribuera", "distribueront"."""
    stem = trigger.rstrip("s")
    if " " in trigger or not stem.endswith("é"):
        return []
    return [stem[:-1] + ending for ending in ("ent", "era", "eront")]


def _is_verb(text: str, end: int) -> bool:
    """Is the trigger that ends here a verb's form?"""
    return VERB.search(text, max(0, end - 6), end) is not None


def _tells(sentence: str, at: int, end: int) -> bool:
    """Does a word for doing stand close enough to the trigger, or is it an item such as "Publication of guidelines"?"""
    nominal = NOMINAL.fullmatch(sentence, 0, at) and OF_OR_TO.search(sentence, at, end + 5)
    return nominal is not None or EVENT.stands(sentence, max(0, at - 110), min(len(sentence), at + 110))

"""Which types of activity a sentence tells of, by the trigger words of a controlled list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

from kb.cues import Cue
from kb.records import AuthorityEntry

EVENT = Cue(
    r"\b(?:conduct|held\b|hold(?:s|ing)?\b|organi[sz]|deliver|host|complet|implement|launch|open(?:ed|ing|s)?\b|provid|develop(?:ed|s|ing)\b|produc|publish|financ|fund(?:ed|s)\b|"
    r"attend|participat|trained\b|train(?:s|ing)?\b|monitor|visit|sign(?:ed|s|ing)?\b|distribut|donat|present|celebrat|carri(?:ed|es) out|carry(?:ing)? out|took place|take(?:s)? place|"
    r"taking place|facilitat|run(?:s|ning)?\b|ran\b|led\b|lead(?:s|ing)?\b|start(?:ed|s)|began|begin|establish|set up|creat(?:ed|es)|receiv|equip|support|assess|invit|collect|"
    r"install|construct|built|build(?:s|ing)?\b|hand(?:ed|ing) over|offer|plan(?:s|ned)?\b|continu|screen|broadcast|reach|join(?:ed|s)?\b|adopt|gave|given|will be|ongoing|"
    r"investigat|follow|respond|went on|go(?:es)? on|brought together|bring(?:s|ing)? together|came together|gather|sensiti[sz]|drill|dig|sent\b|ship|supply|suppl(?:ied|ies)|met\b|meet(?:s|ing)?\b|discuss|advoca|award|strengthen)",
    re.I,
)
GLUE = re.compile(r"^[\s\-–]*(?:(?:of|for|on|and|or|,|/|[’']s|s|the)[\s\-–]*){0,2}(?:\w+[’']?s?[\s\-–]+)?$")
OF_OR_TO = re.compile(r"\s+(?:of|to|for|with|in|at)\b")
BY_MEANS = re.compile(r"\b(?:with|through|by|via) (?:an?|the|its|\d+|several|small|two|three) (?:\w+ )?$")
JOINED = re.compile(r"^\s*(?:s\s+)?(?:and|or|,|/)\s*$")
NO_EVENT = re.compile(
    r"[\s-]+(?:participants?|cent(?:re|er)s?|institutions?|materials?|needs|providers?|staff|team|officers?|workers?|equipment|tools?|network|visa)\b",
    re.I,
)
"""What makes a trigger a mere attribute: "training participants", "outreach workers"."""
ITEM = re.compile(r"\s*[•·▪‣*–—o-]\s")
"""Starts an item of a list, which tells of something of its own."""
NOMINAL = re.compile(
    r"(?:(?:.*\||\s*[•·▪‣*–—o-])\s*(?:[•·▪‣*–—o-]\s*\|?\s*)?(?:[\w-]+ ){0,2}"
    r"|(?:Continued?|Ongoing|Daily|Weekly|Monthly|Regular|Joint|New|First|Second|Final|Planned)? ?)$",
    re.I,
)
"""Before a trigger that opens an item of a list, a cell or a sentence: "• Refresher training for nurses"."""
GERUND = re.compile(r"\s*[•·▪‣*–—o-]\s+(?P<verb>[A-Z][a-z]{2,})ing\b")
"""An item that begins with what is being done: "• Deploying six ambulances"."""
WILL = re.compile(r"\b(?:will|shall|would|to be able to) (?:\w+ly |also |then )?(?P<verb>[a-z]{4,})\b")
AND_TO = re.compile(r"\band (?:\w+ )?$")
WORD_START = re.compile(r"(?<![\w-])\w")


class Triggers:
    """The trigger words of all types."""

    def __init__(self, types: Iterable[AuthorityEntry]) -> None:
        self._types: dict[str, str] = {}
        for entry in types:
            for trigger in (entry.name, *entry.aliases):
                self._types.setdefault(trigger.casefold(), entry.name)
        # "trained" → train, "distributed" → distribute: what will be done.
        self._verbs = {
            base: name
            for past, name in self._types.items()
            if past.endswith("ed") and " " not in past
            for base in (past[:-1], past[:-2])
        }
        # Compared only with the triggers that begin like it, a word costs little.
        self._key = min([3, *map(len, self._types)])
        alike: dict[str, list[str]] = {}
        for trigger in sorted(self._types, key=len, reverse=True):
            alike.setdefault(trigger[: self._key], []).append(re.escape(trigger))
        self._patterns = {
            key: re.compile(rf"({'|'.join(triggers)})(?:e?s|[’']s?)?(?!\w)", re.I)
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
                if not (found and found[-1][1] == last_before and text[:last_before].endswith("ed")):
                    continue
                found.pop()  # "launched a campaign" is the campaign's
            if NO_EVENT.match(text, match.end()) or text[: match.start()].endswith("to "):
                continue
            found.append((*match.span(), self._types[match[1].casefold()]))
        return found

    def _triggers(self, text: str) -> Iterator[re.Match[str]]:
        """Where a trigger stands, none overlapping another."""
        at = 0
        for word in WORD_START.finditer(text):
            start = word.start()
            pattern = self._patterns.get(text[start : start + self._key].casefold()) if start >= at else None
            if pattern is not None and (match := pattern.match(text, start)):
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
        verbs = [t for t in found if sentence[: t[1]].endswith("ed")]
        nouns = [t for t in found if t not in verbs]
        main = [t for t in nouns if t[2] in heading_types] or nouns[:1]
        main += [t for t in nouns if t not in main and BY_MEANS.search(sentence[: t[0]])]
        for before, after in pairwise(nouns):
            joined = JOINED.match(sentence[before[1] : after[0]])
            # "monitoring of borders and briefing to agents": a second thing that is done.
            apart = AND_TO.search(sentence[: after[0]]) and OF_OR_TO.match(sentence, after[1])
            if before in main and (joined or apart):
                main.append(after)
        doing = GERUND.match(sentence)
        if doing and (t := self._verbs.get(doing["verb"].casefold())) and not (main + verbs):
            return [t]
        ahead = [(*m.span("verb"), t) for m in WILL.finditer(sentence) if (t := self._verbs.get(m["verb"]))]
        ahead = [t for t in ahead if not any(t[2] == other for *_, other in main + verbs)]
        return list(dict.fromkeys(t for _, _, t in sorted(main + verbs + ahead)))


def _tells(sentence: str, at: int, end: int) -> bool:
    """Does a word for doing stand close enough to the trigger, or is it an item such as "Publication of guidelines"?"""
    nominal = NOMINAL.fullmatch(sentence, 0, at) and OF_OR_TO.match(sentence, end)
    return nominal is not None or EVENT.search(sentence[max(0, at - 110) : at + 110]) is not None

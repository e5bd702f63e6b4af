"""Protection in what leaves the house: who was helped stays unnamed, and small counts of victims and patients are masked.

In stories of people who were helped, names without a post, ages, and places smaller than a region are hidden: "Zarina, 34, from
Chorbogh" becomes "a woman from Khatlon". Which sections are stories is guessed generously: a name hidden too much can be shown by
choice, one shown too much cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from kb.records import AuthorityEntry
from kb.reports.facts import Facts
from kb.reports.model import Cell, Note, Paragraph, Part, Report, Sentence, Table
from kb.words import NUMBERS, STOP

STORY = re.compile(
    r"\b(?:success|human|her|his|their|my|personal|life|true) stor(?:y|ies)\b|\bstory of\b|\bbeneficiar(?:y|ies)\b|\btestimon(?:y|ies)\b|\bvoices? of\b"
    r"|\b(?:récit|témoignage|bénéficiaire)s?\b|\b(?:история|бенефициар)\w*",
    re.I,
)
PERSONAL = re.compile(
    r"\b(?:mother|father|widow(?:er)?|orphan|single parent|husband|wife|daughters?|sons?|survivors?|victims?|lured|abandoned|pregnant|divorced|exploited)\b",
    re.I,
)
PRONOUN = re.compile(r"\b(?:(she|her|hers|herself)|(he|his|him|himself))\b", re.I)
AGE = re.compile(
    r",? ?\(?\b(?:aged? (?:of )?|at the age of |who is )\d{1,2}(?: to \d{1,2})?(?: years?)?(?: old)?\)?,?"
    r"|\b\d{1,2}(?: to \d{1,2})?[- ]years?[- ]olds? ?|,? ?\b\d{1,2}(?: to \d{1,2})? years old,?|(?<=\w),? \(\d{1,2}\)|(?<=\w), \d{2},",
    re.I,
)
ABOUT_HELPED = re.compile(
    r"\b(?:beneficiar|victim|survivor|mother|father|migrant|widow|patient|participant|trainee|who)\b", re.I
)
"""Words of a role that is no post."""
NAME = re.compile(r"\b[A-ZÀ-ÞА-ЯҒӢҚӮҲҶ][\w’'-]+(?:[ \u00a0](?:[A-ZÀ-ÞА-ЯҒӢҚӮҲҶ][\w’'-]*\.?))*")
AS_NOUN = re.compile(r"\b\d{1,2}[- ]years?[- ]old\b(?=[,.;:]| (?:has|is|was|had|says|said)\b)")
OTHER = "another person"
OPENS = re.compile(r"(?:^|[.!?:“\"•|\n]\s*)$")
"""What stands before the first word of a sentence."""
NO_NAMES = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday today yesterday now then later here there together before after since while when once first second third finally however moreover also additionally furthermore therefore thus meanwhile still yet".split()
)  # fmt: skip

SENSITIVE = re.compile(
    r"\b(?:victims?|survivors?|patients?|diagnos\w+|infected|treated|treatment|trafficked|exploited|raped?|abused?|violence|HIV|AIDS|TB|tuberculosis"
    r"|cases? of|cases|deaths?|died|killed|suicides?|ill with|MDR|victimes?|malades?|décès|жертв\w*|пациент\w*|больн\w*)\b",
    re.I,
)
"""Words of sentences that count victims or patients."""
_SMALL = "|".join(w for w, n in NUMBERS.items() if 0 < n < 20)
COUNT = re.compile(
    rf"(?<![\w.,/-])(?P<number>\d{{1,2}}|{_SMALL})(?! of (?:the|our|its|their|many)\b)(?![\w-]|[.,]\d| ?%| per cent| percent)(?!(?: \w+){{0,2}} (?:days?|weeks?|months?|years?|hours?|times|January"
    r"|February|March|April|May|June|July|August|September|October|November|December|districts?|regions?|towns?|villages?|countries|projects?|phases?|roundtables?"
    r"|workshops?|seminars?|courses?|trainings?|meetings?|conferences?|NGOs?|organisations?|organizations?|centres?|centers?|parts?|kinds?|of (?:the|these|those|our) "
    r"(?:causes?|dangers?|aims?|sources?))\b)",
    re.I,
)
"""A small number that does not count time, places, events or bodies."""
BEFORE = re.compile(
    r"(?:\b(?:page|no|nr|phase|round|article|tier|chapter|table|figure|issue|number)\.? ?|\b(?:19|20)\d\d-)$",
    re.I,
)


def protect(
    report: Report,
    facts: Facts,
    *,
    show_names: bool = False,
    mask_below: int = 5,
    authority: Callable[[], Mapping[str, AuthorityEntry]] = dict,
) -> Report:
    """The report as it may leave the house. `mask_below`: counts of victims or patients below it are masked; 0 masks none.

    `authority` gives the places that the world knows; it is asked where a story names a place.
    """
    veil = _Veil(facts, show_names, mask_below, authority)
    if report.kind == "check":  # the claims are the draft's own words
        veil.own = True
    chapters = tuple(
        replace(c, title=veil.counts(c.title), parts=tuple(_part(p, veil) for p in c.parts))
        for c in report.chapters
    )
    remarks = report.remarks
    if veil.changed:
        remarks += (
            f"{veil.changed} places are hidden to protect people: names and details of those helped, small counts of victims or patients.",
        )
    return replace(report, chapters=chapters, remarks=remarks)


def _part(part: Part, veil: _Veil) -> Part:
    if isinstance(part, Paragraph):
        return replace(part, sentences=tuple(veil.sentence(s) for s in part.sentences))
    if isinstance(part, Table):
        return replace(part, rows=tuple(veil.row(r) for r in part.rows))
    return part


@dataclass
class _Veil:
    facts: Facts
    show_names: bool
    mask_below: int
    authority: Callable[[], Mapping[str, AuthorityEntry]]
    changed: int = 0
    own: bool = False
    """Are cells without notes the words of whoever asks?"""

    def __post_init__(self) -> None:
        self._hidden: dict[str, list[tuple[str, str]]] = {}
        self._told: set[str] = set()
        """Sections whose person was told of already: "a woman", then "the woman"."""

    def sentence(self, s: Sentence) -> Sentence:
        sections = [n.section for n in s.notes]
        return replace(
            s, text=self._text(s.text, sections, s.text), notes=tuple(self._note(n, s.text) for n in s.notes)
        )

    def row(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """A row is about what any of its notes tells; its cells are one sentence."""
        notes = [n for cell in row for n in cell.notes]
        about = " ".join([*(c.text for c in row), *(n.quote for n in notes)])
        sections = [n.section for n in notes]
        return tuple(
            replace(
                c,
                text=c.text
                if c.number or (self.own and not c.notes)
                else self._text(c.text, sections, about),
                notes=tuple(self._note(n, about) for n in c.notes),
            )
            for c in row
        )

    def _note(self, note: Note, about: str) -> Note:
        told = set(self._told)
        quote = self._text(note.quote, [note.section], f"{about} {note.quote}")
        self._told = told
        return replace(note, quote=quote, hidden=True) if quote != note.quote else note

    def _text(self, text: str, sections: Sequence[str], about: str) -> str:
        out = text
        if not self.show_names:
            for section in dict.fromkeys(sections):
                if _without(out, self.hidden(section), section in self._told) != out:
                    out = _without(out, self.hidden(section), section in self._told)
                    self._told.add(section)
        out = self.counts(out, about)
        self.changed += out != text
        return out

    def counts(self, text: str, about: str = "") -> str:
        """The text with small counts masked, where it (or what it is a part of) speaks of victims or patients."""
        if not self.mask_below or not COUNT.search(text) or not _is_sensitive(about or text):
            return text

        def masked(match: re.Match[str]) -> str:
            word = match["number"].casefold()
            number = NUMBERS.get(word, int(word) if word.isdigit() else 0)
            if not 0 < number < self.mask_below or BEFORE.search(text[: match.start()]):
                return match[0]
            said = f"fewer than {self.mask_below}"
            return said.capitalize() if match[0][0].isupper() else said

        return COUNT.sub(masked, text)

    # -- names

    def hidden(self, section: str) -> list[tuple[str, str]]:
        """What is hidden in the texts from a section, with what stands in its place; longest first."""
        if section not in self._hidden:
            self._hidden[section] = self._find(section) if self._is_story(section) else []
        return self._hidden[section]

    def _is_story(self, section: str) -> bool:
        """Is it a story, or a part of one that speaks of its persons?"""
        own = f"{self.facts.heading(section)} {self.facts.text(section)}"
        part = PERSONAL.search(own) or PRONOUN.search(own)
        return is_story(own) or bool(part and is_story(self.facts.article(section)))

    def _find(self, section: str) -> list[tuple[str, str]]:
        text = self.facts.text(section)
        mentions = self.facts.store.mentions(section=section)
        who = _who(text)
        small = [m for m in mentions if m["kind"] == "place" and self._is_small(m)]
        places = {text[m["start"] : m["end"]]: self._region(m["entity"]) or "the area" for m in small}
        region = next((r for r in places.values() if r != "the area"), "")
        names = self._names(section, text, mentions)
        main = names[0].split() if names else []
        people = {
            n: (f"{who} from {region}" if region else who) if set(n.split()) & set(main) else OTHER
            for n in names
        }
        return sorted((places | people).items(), key=lambda item: -len(item[0]))

    def _names(self, section: str, text: str, mentions: Sequence[Mapping[str, Any]]) -> list[str]:
        """Names of persons without a post: capitals that are no body, place, project, month, people or word of the language."""
        held = [
            m for m in mentions if m["kind"] == "person" and m["role"] and not ABOUT_HELPED.search(m["role"])
        ]
        kinds = ("organisation", "place", "project", "acronym", "date")
        known = [(m["start"], m["end"]) for m in mentions if m["kind"] in kinds or m in held]
        known += [x.span() for m in held for x in re.finditer(re.escape(m["role"]), text)]
        heading = len(self.facts.heading(section)) if text.startswith(self.facts.heading(section)) else 0
        within: list[str] = []
        opening: list[list[str]] = []
        for match in NAME.finditer(text, heading):  # in a heading every word may have a capital
            if any(a < match.end() and match.start() < b for a, b in known):
                continue
            words = [w.removesuffix("’s").removesuffix("'s") for w in match[0].split()]
            if OPENS.search(text[: match.start()]):
                opening.append(words)
            elif not any(self._is_word(w) or w.isupper() for w in words):
                within.append(" ".join(words))
        parts = {w for name in within for w in name.split() if not self._is_word(w)}
        for words in opening:
            while words and self._is_word(words[0]) or words[1:] and " ".join(words[1:]) in {*within, *parts}:
                words = words[1:]
            # A word that opens a sentence is a name where a surname or an age follows it, or where it is one elsewhere.
            comma = (
                re.search(rf"{re.escape(' '.join(words))}(?:,? \d{{1,2}}\b|,|’s|'s)", text) if words else None
            )
            if words and (len(words) > 1 or words[0] in parts or comma):
                within.append(" ".join(words))
        first = sorted(within, key=lambda n: text.find(n, heading))
        return list(
            dict.fromkeys(
                [*first, *(w for n in first for w in n.split() if len(w) > 2 and not self._is_word(w))]
            )
        )

    def _is_word(self, word: str) -> bool:
        low = word.casefold().strip("’'.")
        demonym = any(low[:5] == c[:5] for c in self._countries)
        if word[:2].isupper():  # NGO, NGOs
            return True
        return low in STOP or low in NO_NAMES or low in self._vocabulary or demonym

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Words that the documents write with a small letter."""
        texts = (s["text"] for s in self.facts.store.sections())
        return frozenset(w for text in texts for w in re.findall(r"(?<![\w’'-])[a-zà-ÿа-я]\w+", text))

    @cached_property
    def _countries(self) -> list[str]:
        """Words of the names of countries, by whose beginning a people is known."""
        rows = (e for e in self.facts.entities.values() if e["level"] == "country")
        return [w for e in rows for w in e["name"].casefold().split() if len(w) > 3]

    def _is_small(self, mention: Mapping[str, Any]) -> bool:
        level = self.facts.entities.get(mention["entity"], {}).get("level", mention["level"])
        return level not in ("country", "region")

    def _region(self, id: str) -> str:
        """The region that a place lies in; empty where that is not known."""
        seen: set[str] = set()
        while id and id not in seen:
            seen.add(id)
            row = self.facts.entities.get(id)
            entry = None if row else self.authority().get(id)
            level, name, above = (
                (row["level"], row["name"], row["parent"])
                if row
                else (entry.level, entry.name, entry.parent)
                if entry
                else ("", "", "")
            )
            if level == "region":
                return str(name)
            id = above
        return ""


@lru_cache(maxsize=1024)
def _is_sensitive(text: str) -> bool:
    """Does it speak of victims or patients? Kept: all cells of a row are judged by the same words."""
    return SENSITIVE.search(text) is not None


def is_story(text: str) -> bool:
    """Does a section tell of somebody who was helped?"""
    told = len(PRONOUN.findall(text)) >= 3
    return (
        bool(STORY.search(text))
        or (bool(PERSONAL.search(text)) and (told or bool(AGE.search(text))))
        or (told and bool(AGE.search(text)))
    )


def _who(text: str) -> str:
    found = PRONOUN.findall(text)
    women, men = sum(bool(w) for w, _ in found), sum(bool(m) for _, m in found)
    return "a woman" if women > 2 * men else "a man" if men > 2 * women else "a person"


def _without(text: str, hidden: Sequence[tuple[str, str]], again: bool) -> str:
    """The text without ages and hidden names; the second time (or `again`) somebody is "the" one."""
    if not hidden:
        return text
    out = AGE.sub(lambda m: "," if m[0][0] == m[0][-1] == "," else "", AS_NOUN.sub("person", text))
    told = [again]
    for name, instead in hidden:
        out = re.sub(
            rf"(?<!\w){re.escape(name)}(?!\w)(?: (?:village|jamoat|district|town|city|settlement|mahalla)\b)?",
            _in_place(instead, told),
            out,
        )
    return (
        re.sub(
            r"\b(?:from|in|of) ([A-ZÀ-Þ][\w-]+)\b(,[^,.]{0,60},? | )(?:from|in|of) \1\b", r"from \1\2", out
        )
        .replace(" ,", ",")
        .rstrip()
    )


def _in_place(instead: str, told: list[bool]) -> Callable[[re.Match[str]], str]:
    def said(match: re.Match[str]) -> str:
        text = instead
        if instead.startswith("a "):
            text = f"the {instead.split()[1]}" if told[0] else instead
            told[0] = True
        return text[0].upper() + text[1:] if OPENS.search(match.string[: match.start()]) else text

    return said

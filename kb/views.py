"""Sections ready to be compared with a question: sentences, their stems, and what the ledger found in each."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.pairs import is_figure, pairs
from kb.question import Question, Term, asked_of
from kb.text import sentences
from kb.words import content, stems

Row = Mapping[str, Any]
"""A row of the store."""

NEIGHBOURS: tuple[tuple[int, float], ...] = ((-1, 0.75), (1, 0.6), (-2, 0.5), (2, 0.35), (-3, 0.4))
"""How much a word counts that stands so many sentences away."""
SYNONYM = 0.85
PRESENT = 0.3
"""Held less than this: the evidence does not hold the term."""


@dataclass(frozen=True, slots=True)
class View:
    """A section ready to be compared: its sentences, their stems, and what the ledger found in each."""

    id: str
    document: str
    heading: str
    text: str
    spans: tuple[tuple[int, int], ...]
    words: tuple[frozenset[str], ...]
    every: frozenset[str]
    heading_words: frozenset[str]
    title_words: frozenset[str]
    mentions: tuple[tuple[Row, ...], ...]
    figures: tuple[tuple[Row, ...], ...]
    period: tuple[str, str]
    """Of the document; empty strings where unknown."""
    publishers: frozenset[str]
    """Ids of the entities named as the document's organisation."""
    home: str
    """Id of the country that the whole document is about; empty where there is none."""
    labels: frozenset[int]
    """Sentences that only name what follows: the heading and the rows of column names."""

    def sentence(self, i: int) -> str:
        return self.text[slice(*self.spans[i])]

    def around(self, i: int) -> Iterable[tuple[int, float]]:
        """Neighbours of a sentence with their weights."""
        for step, weight in NEIGHBOURS:
            if 0 <= i + step < len(self.spans):
                yield i + step, weight


def make_view(
    section: Row,
    document: Row,
    opening: str,
    publishers: Collection[str],
    mentions: Sequence[Row],
    figures: Sequence[Row],
    language: str = "en",
    home: str = "",
) -> View:
    """A section's view from its rows; `opening` are the document's first words, which often tell its topic.

    `language` is the question's, by whose endings words are compared.
    """
    text = section["text"]
    spans = _joined(text, sentences(text, section.get("language") or "en"))
    words = tuple(frozenset(stems(_AS_WELL.sub(" ", text[a:b]), language)) for a, b in spans)
    title = " ".join(str(document.get(k) or "") for k in ("title", "organisation", "period_label"))
    title += f" {Path(document['path']).stem.replace('_', ' ')} {opening}"
    return View(
        id=section["id"],
        document=section["document"],
        heading=section["heading"] or "",
        text=text,
        spans=spans,
        words=words,
        every=frozenset().union(*words),
        heading_words=frozenset(stems(section["heading"] or "", language)),
        title_words=frozenset(stems(title, language)),
        mentions=_by_sentence(spans, mentions),
        figures=_by_sentence(spans, figures),
        period=(document.get("period_start") or "", document.get("period_end") or ""),
        publishers=frozenset(publishers),
        home=home,
        labels=frozenset(_labels(section["heading"] or "", [text[a:b] for a, b in spans])),
    )


def _labels(heading: str, lines: Sequence[str]) -> Iterable[int]:
    widths: set[int] = set()
    for i, line in enumerate(lines):
        bars = line.count("|")
        if (bars >= 2 and bars not in widths and not re.search(r"\d", line)) or (
            i == 0 and line == heading.strip()
        ):
            yield i
        widths |= {bars, bars + 1}


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sentences in one piece that a column or page broke in two: no stop before the break, no beginning after it.

    A number on a line of its own is one piece with the name or the words that it belongs to.
    """
    out: list[tuple[int, int]] = []
    together = {p.span[1]: p.span[0] for p in pairs(text)}
    for start, end in spans:
        if out and together.get(end) == out[-1][0]:
            out[-1] = (out[-1][0], end)
            continue
        if out and "\n" in text[out[-1][1] : start]:
            before, after = text[slice(*out[-1])], text[start:end]
            runs_on = re.match(r"[a-z]", after) or (re.match(r"\d", after) and _OPEN.search(before))
            told = re.search(r"[\w,’']$", before) and len(before) > 30 or is_figure(before)
            if runs_on and told and "|" not in before + after:
                out[-1] = (out[-1][0], end)
                continue
        out.append((start, end))
    return tuple(out)


_AS_WELL = re.compile(r"\bas well\b", re.I)
"""No wells of water."""
_OPEN = re.compile(
    r"\b(?:of|from|to|than|by|in|and|about|over|some|nearly|with|for|the|least|between|until|since)$"
)
"""Words that no sentence ends with."""


def _by_sentence(spans: Sequence[tuple[int, int]], rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    out: list[list[Row]] = [[] for _ in spans]
    ordered = sorted(rows, key=lambda r: r["start"])
    i = 0
    for row in ordered:
        while i < len(spans) and spans[i][1] <= row["start"]:
            i += 1
        if i < len(spans) and spans[i][0] <= row["start"]:
            out[i].append(row)
    return tuple(tuple(rows) for rows in out)


def weigh(question: Question, frequency: Mapping[str, int], total: int) -> list[float]:
    """Weight of each term of a question: rare words and names count most."""
    weights = []
    for term in question.terms:
        df = min(frequency.get(s, 0) for s in term.alternatives[0])
        weight = math.log(1 + (total + 1) / (df + 1))
        weight = min(max(weight, 0.6), 5.0)
        weights.append(weight * (1.4 if term.name else 1.25 if term.head else 1.0))
    return weights


def held(term: Term, words: frozenset[str], mentions: Sequence[Row] = ()) -> float:
    """How far a set of words (and mentions) holds a term: 1 itself, less for a synonym or a part of a name."""
    if term.entities and any(m.get("entity") in term.entities for m in mentions):
        return 1.0
    best = 0.0
    for n, alternative in enumerate(term.alternatives):
        if len(alternative) == 1:
            share = float(alternative[0] in words or (term.name and _demonym(alternative[0], words)))
        else:
            share = sum(s in words for s in alternative) / len(alternative)
            share = share if share == 1 else share * share * 0.8 if n == 0 else 0.0
        best = max(best, share if n == 0 else share * SYNONYM)
        if best == 1:
            break
    return best


def _demonym(word: str, words: frozenset[str]) -> bool:
    """ "Brazilian" is served by "Brazil", "Tajik" by "Tajikistan"; not the other way round ("Crimean Diaspora" is not Crimea)."""
    if len(word) < 4:
        return False
    if f"{word}istan" in words:
        return True
    return any(
        len(w) >= 4 and word.startswith(w) and re.fullmatch(r"i?ans?|ese|n|i|ish", word[len(w) :])
        for w in words
    )


def word_distance(question: Question, view: View, j: int, mention: Row) -> int:
    """Characters between a mention and the nearest word of the question in its sentence."""
    start = view.spans[j][0]
    wanted = asked_of(question)
    at = [start + a for a, _, s in content(view.sentence(j), question.language) if s in wanted]
    return min((abs(x - mention["start"]) for x in at), default=999)

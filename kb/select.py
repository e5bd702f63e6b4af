"""Which sentences answer a question: how fully each covers it, and whether it holds a thing of the kind asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.question import Question, Term
from kb.text import fold, sentences
from kb.words import NUMBERS, STOP, content, stem, stems, tokens

Row = Mapping[str, Any]
"""A row of the store."""

NEIGHBOURS: tuple[tuple[int, float], ...] = ((-1, 0.75), (1, 0.6), (-2, 0.5), (2, 0.35), (-3, 0.4))
"""How much a word counts that stands so many sentences away."""
IN_HEADING = 0.8
IN_SECTION = 0.45
IN_TITLE = 0.6
SYNONYM = 0.85
PRESENT = 0.3
"""Coverage below this: the evidence does not hold the term."""

_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,3}}(?:[,\s]\d{{3}})+|\d+)(?:[.,]\d+)?(?![\w/])|\b(?:{'|'.join(NUMBERS)})\b", re.I
)
_MONEY = re.compile(r"[$€£¥]|\b(?:USD|US\$|EUR|GBP|CHF|TJS|somoni|dollars?|euros?|pounds?)\b", re.I)
_REASON = re.compile(
    r"\b(because|due to|since|so that|in order to|as a result|therefore|owing|reason|to (?:help|prevent))\b",
    re.I,
)
_AT = re.compile(r"\b(?:in|at|to|from|near)\s+(?:the\s+)?(?:[a-z]+\s+of\s+(?:the\s+)?)?$")
_NAME = re.compile(r"\b[A-ZÀ-ÞА-Я][\w’'-]+(?:\s+(?:of|for|and|the|de|du|des|la|al)?\s?[A-ZÀ-ÞА-Я][\w’'-]+)*")


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

    def sentence(self, i: int) -> str:
        return self.text[slice(*self.spans[i])]

    def around(self, i: int) -> Iterable[tuple[int, float]]:
        """Neighbours of a sentence with their weights."""
        for step, weight in NEIGHBOURS:
            if 0 <= i + step < len(self.spans):
                yield i + step, weight


@dataclass(slots=True)
class Unit:
    """A sentence as a candidate answer."""

    view: View
    i: int
    coverage: float
    """0..1: share of the question's weight that the sentence and its surroundings hold."""
    own: float
    """The same of the sentence alone."""
    fit: float
    """0..1: does it hold a thing of the kind asked for?"""
    missing: tuple[Term, ...]
    """Words of the question that the evidence does not hold."""
    facts: tuple[str, ...] = ()
    """What it says in short, such as "178 outreach workers"."""
    similarity: float = 0.0
    """Cosine of question and passage; 0 without vectors."""
    score: float = 0.0
    entities: tuple[str, ...] = field(default=())
    """Ids of the entities that the facts name, in their order."""

    @property
    def span(self) -> tuple[int, int]:
        return self.view.spans[self.i]


def make_view(
    section: Row, document: Row, opening: str, mentions: Sequence[Row], figures: Sequence[Row]
) -> View:
    """A section's view from its rows; `opening` are the document's first words, which often tell its topic."""
    text = section["text"]
    spans = sentences(text, document.get("language") or "en")
    words = tuple(frozenset(stems(text[a:b])) for a, b in spans)
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
        heading_words=frozenset(stems(section["heading"] or "")),
        title_words=frozenset(stems(title)),
        mentions=_by_sentence(spans, mentions),
        figures=_by_sentence(spans, figures),
        period=(document.get("period_start") or "", document.get("period_end") or ""),
    )


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
    """ "Brazilian" is served by "Brazil", "Tajik" by "Tajikistan"."""
    if len(word) < 4:
        return False
    return any(
        len(w) >= 4
        and w[:4] == word[:4]
        and (w.startswith(word) or word.startswith(w))
        and re.fullmatch(r"i?an|istan|ese|n|i|ish|a|ia", max(w, word, key=len)[min(len(w), len(word)) :])
        for w in words
    )


def judge(question: Question, weights: Sequence[float], view: View, i: int, similarity: float = 0.0) -> Unit:
    """A sentence as a candidate answer to a question."""
    total = covered = own = 0.0
    missing: list[Term] = []
    for term, weight in zip(question.terms, weights, strict=True):
        level = alone = held(term, view.words[i], view.mentions[i])
        if level < 1:
            outside = max(
                (
                    held(term, view.words[j], view.mentions[j]) * (w / 2 if term.name and j > i else w)
                    for j, w in view.around(i)
                ),
                default=0.0,
            )
            outside = max(
                outside,
                held(term, view.heading_words) * IN_HEADING,
                held(term, view.every) * IN_SECTION,
                held(term, view.title_words) * IN_TITLE,
            )
            if term.name and outside and _rival(term, view, i):
                outside *= 0.5
            level = max(level, outside)
        total += weight
        covered += weight * level
        own += weight * alone
        if level < PRESENT:
            missing.append(term)
    when = _when(question, view, i)
    if when is not None:
        total += 2.0
        covered += 2.0 * when
        own += 2.0 * when
    fit, facts, entities = _fit(question, view, i)
    unit = Unit(
        view,
        i,
        covered / total if total else 0.0,
        own / total if total else 0.0,
        fit,
        tuple(missing),
        facts,
        similarity,
    )
    unit.entities = entities
    unit.score = 0.45 * unit.coverage + 0.25 * unit.own + 0.2 * fit + 0.1 * max(similarity, 0.0)
    if when == 0:
        unit.score *= 0.6
    return unit


def _rival(term: Term, view: View, i: int) -> bool:
    """Does the sentence name another thing of the kind that the term names (another country, another organisation)?"""
    kinds = {
        (m["kind"], m.get("level")) for ms in view.mentions for m in ms if m.get("entity") in term.entities
    } or {("place", "country")}
    return any((m["kind"], m.get("level")) in kinds and m["kind"] == "place" for m in view.mentions[i])


def _when(question: Question, view: View, i: int) -> float | None:
    """How well the time asked about is met: 1 in the sentence, less near it or by the document's period; None: not asked."""
    if question.period is None:
        return None
    best = 0.0
    for j, weight in ((i, 1.0), *view.around(i)):
        for m in view.mentions[j]:
            if m["kind"] == "date" and _overlap(question.period, (m["date_start"], m["date_end"])):
                best = max(best, weight)
    year = question.period[0][:4]
    if best < 0.8 and (year in view.heading_words or year in view.title_words):
        best = max(best, 0.7)
    if best < 0.7 and view.period[0] and _overlap(question.period, view.period):
        best = max(best, 0.7)
    if best < 0.5 and {question.period[0][:4], question.period[1][:4]} & view.every:
        best = 0.5
    return best


def _overlap(a: tuple[str, str], b: tuple[str, str]) -> bool:
    return bool(b[0]) and a[0][: len(b[1])] <= b[1][: len(a[0])] and b[0][: len(a[1])] <= a[1][: len(b[0])]


def _asked(question: Question, mention: Row, words: str) -> bool:
    """Is this mention one of the names in the question itself?"""
    if any(mention.get("entity") and mention["entity"] in t.entities for t in question.terms):
        return True
    have = {s for t in question.terms for s in t.alternatives[0]}
    mine = {s for _, _, s in content(words)}
    return bool(mine) and mine <= have


def _fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """0..1, the facts of the kind asked for, and the entities they name."""
    kind = question.kind
    if kind in ("count", "amount", "share", "change"):
        return (*_number_fit(question, view, i), ())
    if kind == "date":
        return (*_date_fit(question, view, i), ())
    if kind in ("who", "organisation", "person", "place", "project"):
        return _name_fit(question, view, i)
    if kind == "reason":
        return (1.0 if _REASON.search(view.sentence(i)) else 0.6), (), ()
    return 1.0, (), ()


def _number_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    text, (start, end) = view.text, view.spans[i]
    head = next((t for t in question.terms if t.head), None)
    dates = [(m["start"], m["end"]) for m in view.mentions[i] if m["kind"] == "date"]
    rows = [dict(f) for f in view.figures[i]]
    taken = dates + [(f["start"], f["end"]) for f in rows]
    for m in _NUMBER.finditer(text, start, end):
        if any(a <= m.start() < b for a, b in taken) or m[0].casefold() in ("one", "zero"):
            continue
        if not re.fullmatch(r"(?:19|20)\d\d", m[0]):
            rows.append({"start": m.start(), "end": m.end(), "unit": "", "counted": None, "qualifier": ""})
    asked = {t.alternatives[0][0] for t in question.terms}
    rows = [r for r in rows if stem(text[r["start"] : r["end"]].split()[0]) not in asked]
    context = f"{view.heading} {text[max(0, start - 600) : end]}"
    best, fact = 0.0, ""
    for row in rows:
        unit, counted = row["unit"] or "", row["counted"]
        money = len(unit) == 3 and unit.isupper()
        if question.kind == "amount":
            fit = 1.0 if money else 0.55 if not unit and _MONEY.search(context) else 0.2
            if head is not None and not money and counted:
                fit = max(fit, 0.5 * held(head, frozenset(stems(counted))))
        elif question.kind == "share":
            fit = 1.0 if unit == "%" or re.match(r"\s*(?:%|per ?cent)", text[row["end"] :]) else 0.2
        else:
            fit = _counts(question, head, row, view, i)
            if money:
                fit *= 0.3
        if fit > best:
            best, fact = fit, _figure_text(text, row)
    return best, ((fact,) if fact else ())


def _counts(question: Question, head: Term | None, row: Row, view: View, i: int) -> float:
    """How well a number counts the thing asked for."""
    if row["unit"] == "%":
        return 0.3
    if head is None:
        return 0.6
    text, (start, end) = view.text, view.spans[i]
    counted = frozenset(stems(row["counted"] or ""))
    if held(head, counted) >= 0.8:
        return 1.0
    after = text[row["end"] : min(end, row["end"] + 60)]
    near = frozenset(stems(re.split(r"[;:()]", after)[0])[:6])
    if held(head, near) >= 0.8:
        return 0.95
    if head.alternatives[0][0] in _ANYONE and any(held(t, counted | near) >= 1 for t in question.terms):
        return 0.85
    before = frozenset(stems(text[max(start, row["start"] - 60) : row["start"]])[-6:])
    if held(head, before) >= 0.8:
        return 0.75
    if held(head, view.words[i]) >= 0.8:
        return 0.55
    if any(held(head, view.words[j]) >= 0.8 for j, w in view.around(i) if w >= 0.5):
        return 0.45
    return 0.35 if held(head, view.heading_words) >= 0.8 else 0.15


def _figure_text(text: str, row: Row) -> str:
    """The figure as the text words it, with what it counts."""
    words = " ".join(text[row["start"] : row["end"]].split())
    counted = row["counted"] or ""
    if counted and fold(counted) not in fold(words):
        in_table = (
            text.find("|", row["end"], row["end"] + 3) >= 0
            or "|" in text[max(0, row["start"] - 3) : row["start"]]
        )
        words = f"{words} ({counted})" if in_table else f"{words} {counted}"
    qualifier = row.get("qualifier") or ""
    return words if not qualifier or fold(qualifier) in fold(words) else f"{qualifier} {words}"


def _date_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    for j, weight in ((i, 1.0), (i - 1, 0.55), (i + 1, 0.45)):
        if not 0 <= j < len(view.spans):
            continue
        told = [m for m in view.mentions[j] if m["kind"] == "date" and m["date_start"]]
        told = [
            m for m in told if not (question.period and (m["date_start"], m["date_end"]) == question.period)
        ] or told
        if told:
            exact = max(told, key=lambda m: (len(m["date_start"]), -_distance(question, view, j, m)))
            weight *= 1.0 if len(exact["date_start"]) == 10 else 0.9
            facts = [
                long_date(m["date_start"], m["date_end"]) for m in ([exact] if not question.plural else told)
            ]
            return weight, tuple(dict.fromkeys(facts))
    if question.plural and re.search(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b", view.sentence(i)):
        return 0.9, ()
    return 0.0, ()


def _distance(question: Question, view: View, j: int, mention: Row) -> int:
    """Characters between a mention and the nearest word of the question in its sentence."""
    start = view.spans[j][0]
    wanted = {s for t in question.terms for alternative in t.alternatives for s in alternative}
    at = [start + a for a, _, s in content(view.sentence(j)) if s in wanted]
    return min((abs(x - mention["start"]) for x in at), default=999)


def _name_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Names of the kind asked for that the question does not hold itself, those nearest to its words first."""
    kinds = {
        "who": {"organisation", "person"},
        "organisation": {"organisation"},
        "person": {"person"},
        "place": {"place"},
        "project": {"project"},
    }[question.kind]
    if question.kind == "place" and question.role == "donor":
        kinds = {"place", "organisation"}
    text = view.text
    found: list[tuple[float, int, str, str]] = []
    for j, weight in ((i, 1.0), (i - 1, 0.6), (i + 1, 0.6)):
        if not 0 <= j < len(view.spans):
            continue
        for m in view.mentions[j]:
            words = text[m["start"] : m["end"]]
            if m["kind"] not in kinds or _asked(question, m, words):
                continue
            fit = weight * _suits(question, m)
            found.append(
                (
                    fit,
                    _distance(question, view, j, m),
                    m["name"] or " ".join(words.split()),
                    m.get("entity") or "",
                )
            )
        if found:
            break
    if not found:
        return _unknown_name_fit(question, view, i)
    best = max(f for f, *_ in found)
    found = sorted((x for x in found if x[0] >= best - 0.05), key=lambda x: x[1])
    unique = dict.fromkeys((name, entity) for _, _, name, entity in found)
    seen: dict[str, str] = {}
    for name, entity in unique:
        seen.setdefault(entity or name, name)
    return best, tuple(seen.values()), tuple(seen)


def _unknown_name_fit(
    question: Question, view: View, i: int
) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """The same by capital letters alone, where the ledger knows no name."""
    if question.kind == "person":
        return 0.0, (), ()
    asked = {s for t in question.terms for a in t.alternatives for s in a}
    sentence = view.sentence(i)
    names = [m for m in _NAME.finditer(sentence) if m.start() or " " in m[0]]
    names = [m for m in names if not {s for _, _, s in content(m[0])} <= asked]
    if question.kind == "place":
        names = [m for m in names if re.search(_AT, sentence[: m.start()])]
        if _level(question.head):
            return (0.3 if names else 0.0), (), ()
        return (
            (0.7, (names[0][0],), ())
            if names
            else (0.45 if re.search(r"\b(?:in|at|near|to|from)\s", sentence) else 0.0, (), ())
        )
    return (0.4 if names else 0.0), (), ()


def _suits(question: Question, mention: Row) -> float:
    """How well a name is of the sort asked for."""
    role = mention.get("role") or ""
    if question.role and mention["kind"] == "organisation":
        return 1.0 if role == question.role else 0.75
    if question.kind == "place":
        want = _level(question.head)
        if want and mention.get("level"):
            return 1.0 if mention["level"] in want else 0.6
        return 0.9
    if question.kind == "person":
        return 0.8 + 0.2 * bool(role)
    return 0.9


def _level(head: str) -> frozenset[str]:
    words = {stem(head[a:b]) for a, b in tokens(head) if head[a:b].casefold() not in STOP}
    for level, names in _LEVELS.items():
        if words & names:
            return frozenset({level, "district"} if level == "settlement" and "city" in head else {level})
    return frozenset()


_ANYONE = frozenset(map(stem, ("people", "persons", "individuals", "beneficiaries")))
"""What is asked for may be told by a word for what they do ("179 subscribers")."""

_LEVELS: dict[str, frozenset[str]] = {
    "country": frozenset(map(stem, ("country", "state", "nation"))),
    "region": frozenset(map(stem, ("region", "province", "oblast", "governorate"))),
    "district": frozenset(map(stem, ("district", "raion", "county", "zone"))),
    "settlement": frozenset(map(stem, ("city", "town", "village", "settlement", "jamoat", "camp"))),
}

_MONTHS = "January February March April May June July August September October November December".split()


def long_date(start: str, end: str) -> str:
    """ISO dates in words: "25 September 2012", "23 – 26 July 2012", "August – September 2012", "2012"."""
    a, b = _parts(start), _parts(end or start)
    if a == b:
        return _join(a)
    if a[0] != b[0]:
        return f"{_join(a)} – {_join(b)}"
    if a[1] != b[1]:
        return f"{_join((0, *a[1:]))} – {_join(b)}"
    return f"{a[2]} – {_join(b)}"


def _parts(iso: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    return year, month, day


def _join(parts: tuple[int, ...]) -> str:
    year, month, day = parts
    return " ".join(x for x in (str(day or ""), _MONTHS[month - 1] if month else "", str(year or "")) if x)

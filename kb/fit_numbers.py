"""Whether a sentence holds the number asked for, and the figure in short."""

from __future__ import annotations

import re
from collections.abc import Set

from kb.periods import meets
from kb.question import Question, Term, asked_of
from kb.text import fold
from kb.views import Row, View, held, word_distance
from kb.words import NUMBERS, content, stem, stems

_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,3}}(?:[,\s]\d{{3}})+|\d+)(?:[.,]\d+)?(?![\w/])|\b(?:{'|'.join(NUMBERS)})\b", re.I
)
LIKE = 0.05
"""Difference from which one number of a sentence fits better than another, whichever words stand around them."""
_MONEY = re.compile(r"[$€£¥]|\b(?:USD|US\$|EUR|GBP|CHF|TJS|somoni|dollars?|euros?|pounds?)\b", re.I)
_PENDING = re.compile(r".{0,30}\b(?:still|not yet|yet to be|pending|remaining)\b", re.I)
"""After a number of what is not done: no answer to how many were."""
_LABELLED = re.compile(
    r"\W*[^:|]{2,60}?\s*:\s*(?:[A-Z]{3}|[$€£])?\s?[\d.,  ]+\s*(?:[a-z]+)?\W*(?:\([^()]*\))?\W*", re.I
)
_LASTING = re.compile(
    r"(?:\W{1,3}(?:to|or|and)?\W{0,2}\w+)?\W{1,2}(years?|months?|weeks?|days?|hours?|minutes?|times)\b", re.I
)
"""After a number that measures time."""
_MORE = re.compile(r"\b(?:new|newly|additional|further|more|other|extra)\b", re.I)
"""Words by which a number counts what came on top, not all."""
_ANYONE = frozenset(map(stem, ("people", "persons", "individuals", "beneficiaries")))
"""What is asked for may be told by a word for what they do ("179 subscribers")."""


def number_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """0..1, and the figure that fits best."""
    head = next((t for t in question.terms if t.head), None)
    dates = [(m["start"], m["end"]) for m in view.mentions[i] if m["kind"] == "date"]
    text, (start, end) = view.text, view.spans[i]
    rows = [dict(f) for f in view.figures[i]]
    taken = dates + [(f["start"], f["end"]) for f in rows]
    for m in _NUMBER.finditer(text, start, end):
        note = m.start() == start and re.match(r"\d{1,2}\s+[A-Z]", text[start:end])
        if note or any(a <= m.start() < b for a, b in taken) or m[0].casefold() in ("one", "zero"):
            continue
        if not re.fullmatch(r"(?:19|20)\d\d", m[0]):
            rows.append({"start": m.start(), "end": m.end(), "unit": "", "counted": None, "qualifier": ""})
    asked = {t.alternatives[0][0] for t in question.terms}
    rows = [r for r in rows if stem(text[r["start"] : r["end"]].split()[0], question.language) not in asked]
    context = f"{view.heading} {text[max(0, start - 600) : end]}"
    best, fact, nearest = 0.0, "", (0, 0)
    # "Gap: USD 2 million" is the gap's and nobody else's.
    labelled = _LABELLED.fullmatch(view.sentence(i)) and any(
        t.name
        and not t.where
        and max(held(t, view.words[i], view.mentions[i]), held(t, view.title_words)) < 0.5
        for t in question.terms
    )
    for row in rows:
        unit = row["unit"] or ""
        money = len(unit) == 3 and unit.isupper()
        if question.kind == "amount":
            # A table's amounts often have their currency in the column's name only.
            large = not unit and len(re.sub(r"\D", "", text[row["start"] : row["end"]])) >= 3
            fit = 1.0 if money else 0.55 if large and _MONEY.search(context) else 0.2
            if question.language != "en" and not _of_body(question, view, i):
                fit *= 0.3
        elif question.kind == "share":
            fit = 1.0 if unit == "%" or re.match(r"\s*(?:%|per ?cent)", text[row["end"] :]) else 0.2
        else:
            fit = _counts(question, head, row, view, i)
            if money:
                fit *= 0.3
        label = text.find("|", start, end)
        if start < label and row["end"] <= label and re.search(r"\|\W*\d", text[label:end]):
            fit *= 0.7  # a number in a row's name is not its value
        if _of_other_time(question, view, i, row):
            fit *= 0.6
        if _of_other_place(question, view, i, row):
            fit *= 0.3 if _apart(question, view, i, row) else 0.6
        if labelled:
            fit *= 0.4
        if _PENDING.match(text, row["end"], end) and not _PENDING.search(question.text):
            fit *= 0.8
        distance = (-_shared(asked, view, i, row), word_distance(question, view, i, row))
        if fit > best + LIKE or (fit and fit >= best - LIKE and distance < nearest):
            best, fact, nearest = max(fit, best), _figure_text(text, row), distance
    return best, ((fact,) if fact else ())


def _of_body(question: Question, view: View, i: int) -> bool:
    """Does the sentence name a body asked about, where there is one? What the whole plan gets is not what one of them gets."""
    bodies = [t for t in question.terms if any(e.startswith("org:") for e in t.entities)]
    return not bodies or any(held(t, view.words[i], view.mentions[i]) >= 0.8 for t in bodies)


def _of_other_time(question: Question, view: View, i: int, row: Row) -> bool:
    """Is the time next to the number another one than asked about ("13.5 per cent in 2011 to 17.3 per cent in 2013")?"""
    if question.period is None:
        return False
    dates = [m for m in view.mentions[i] if m["kind"] == "date" and m["date_start"]]
    mine = [m for m in dates if meets(question.period, (m["date_start"], m["date_end"]))]
    if not mine or len(mine) == len(dates):
        return False
    # "… in 2011" follows its number, "for 2011 …" precedes it: the order of the first of each tells which.
    leading = min(dates, key=lambda m: m["start"])["start"] < min(_numbers_of(view, i), default=row["start"])

    def away(m: Row) -> int:
        gap = row["start"] - m["end"] if leading else m["start"] - row["end"]
        return gap if gap >= 0 else 10_000

    return min(dates, key=away) not in mine


def _of_other_place(question: Question, view: View, i: int, row: Row) -> bool:
    """Is the place next to the number another one than asked about, in a sentence that tells of both?"""
    asked = {e for t in question.terms if t.where for e in t.entities}
    levels = {m["entity"]: m.get("level") for m in view.mentions[i] if m["kind"] == "place"}
    mine = row.get("place")
    if not mine or mine in asked or not any(e in levels for e in asked):
        return False
    return not any(levels.get(e) in ("region", "country") or mine.startswith(e) for e in asked)


def _apart(question: Question, view: View, i: int, row: Row) -> bool:
    """Does a sentence end between the number and each place asked about, as within an item of a list?"""
    asked = {e for t in question.terms if t.where for e in t.entities}
    places = [m for m in view.mentions[i] if m["entity"] in asked]
    return all(
        re.search(r"[.;]\s", view.text[min(m["end"], row["end"]) : max(m["start"], row["start"])])
        for m in places
    )


def _numbers_of(view: View, i: int) -> list[int]:
    """Where the figures of a sentence start."""
    return [f["start"] for f in view.figures[i]]


def _counts(question: Question, head: Term | None, row: Row, view: View, i: int) -> float:
    """How well a number counts the thing asked for."""
    text, (start, end) = view.text, view.spans[i]
    if row["unit"] == "%":
        return 0.3
    if (lasting := _LASTING.match(text, row["end"])) and stem(lasting[1]) not in {
        s for t in question.terms for s in t.alternatives[0]
    }:
        return 0.15
    if head is None:
        return 0.6
    counted = frozenset(stem_ for _, _, stem_ in content(row["counted"] or "", question.language))
    after = text[row["end"] : min(end, row["end"] + 60)]
    near = frozenset(stems(re.split(r"[;:()]", after)[0], question.language)[:6])
    before = frozenset(stems(text[max(start, row["start"] - 60) : row["start"]], question.language)[-8:])
    others = [t for t in question.terms if t is not head]
    told = any(held(t, counted | near) >= 0.8 for t in others)
    if is_anyone(head):
        # "People" says little: what they do must be told with the number ("179 subscribers", "13 people died").
        if told:
            return 0.9
        if counted & _ANYONE and any(held(t, before) >= 0.8 for t in others):
            return 0.85
        return 0.5 if held(head, counted | near) >= 0.8 else 0.15
    plain = not counted or counted & _ANYONE or not re.search(r"s$", row["counted"] or "s")
    of_nation = head.name and plain and held(head, counted) < 0.8
    if of_nation and (told or any(held(t, before) >= 0.8 for t in others)):
        return 0.7  # people of a nation are often "people" where the number stands ("over 250,000 people are banned")
    if _MORE.search(row["counted"] or "") and not _MORE.search(question.text):
        return 0.7 if held(head, counted) >= 0.8 else 0.15
    if held(head, counted) >= 0.8:
        asked = asked_of(question)
        total = re.search(r"\btotal\b(?: of)?\W*$", text[max(start, row["start"] - 12) : row["start"]])
        return (1.0 if total else 0.97) - 0.06 * min(2, len(counted - asked))
    if held(head, near) >= 0.8:
        return 0.9
    if held(head, before) >= 0.8:
        return 0.75
    if held(head, view.words[i]) >= 0.8:
        return 0.3 if counted and not counted & asked_of(question) else 0.55  # it counts something else
    if any(held(head, view.words[j]) >= 0.8 for j, w in view.around(i) if w >= 0.5):
        return 0.45
    return 0.35 if held(head, view.heading_words) >= 0.8 else 0.15


def is_anyone(term: Term) -> bool:
    """Does the thing counted say no more than "people"?"""
    return term.head and term.alternatives[0][0] in _ANYONE


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


def _shared(asked: Set[str], view: View, i: int, row: Row) -> int:
    """How many words of the question stand in the clause of a number ("…, 13 have been confirmed, …")."""
    start, end = view.spans[i]
    before = re.split(r"[,;:|()]\s|\band\b", view.text[start : row["start"]])[-1]
    after = re.split(r"[,;:|()]\s|\band\b", view.text[row["end"] : end])[0]
    return len(asked & set(stems(f"{before} {after}")))

"""Relative words of time in a question: last year, the last two issues, before an event; settled to dates and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kb.parts import holds
from kb.periods import DATE, issued, long_date
from kb.search import rank
from kb.text import fold, sentences
from kb.words import content, stem, stems

_SMALL = {"": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_COUNT = "two|three|four|five|six|ten|\\d{1,2}"
_RELATIVE = re.compile(
    rf"\b(?:(?P<lead>in|during|over|of|for|from|since|until|before|after|by)\s+)?(?:the\s+)?"
    rf"(?:(?P<which>last|past|previous|this|current|next)\s+(?:(?P<count>{_COUNT})\s+)?(?P<unit>week|month|quarter|year)s?"
    rf"|(?P<day>yesterday|today)|(?P<before>year before last))\b(?!\s+of\b|[’']s)",
    re.I,
)
_ISSUES = re.compile(
    rf"\s*\b(?:(?:in|from|of|by|over|across|according to)\s+)?(?:the|our|your)\s+(?P<which>last|latest|newest|most recent)\s+"
    rf"(?:(?P<count>{_COUNT})\s+)?(?P<noun>issue|newsletter|update|report|bulletin|document|publication)s?\b(?!\s+of\b)",
    re.I,
)
_EVENT = re.compile(
    r"\b(?P<side>before|after|since|until)\s+(?P<what>(?:the|our|its)\s+[^?,.;]+?)\s*\??$", re.I
)
_NEW = frozenset(
    map(stem, "new appointed arrived joined succeeded welcomed started became took assumed".split())
)
"""Words of which each says that somebody is new."""
NEAR = 12
"""Passages that are looked through for an event."""


@dataclass(frozen=True, slots=True)
class When:
    """A question whose relative times are settled."""

    text: str
    documents: frozenset[str] | None = None
    """Ids of the issues that it asks about; None: any."""
    notes: tuple[str, ...] = ()
    """How each relative word was taken, in words."""
    words: tuple[str, ...] = ()
    """The relative words that were settled to dates, folded, such as "last two years"."""
    event: tuple[str, int, int] | None = None
    """Section id and offsets of the sentence that tells when the event was."""


def settle(text: str, documents: Mapping[str, Mapping[str, Any]], today: date) -> When:
    """The question with relative times as dates (of `today`), and the newest of the `documents` where it asks for these."""
    notes: list[str] = []
    words: list[str] = []

    def dated(m: re.Match[str]) -> str:
        start, end, since = _span(m, today)
        told = long_date(start, end)
        lead = m["lead"] or ""
        words.append(_phrase(m[0].removeprefix(lead)))
        if since and lead.casefold() in ("", "in", "during", "over", "of", "for", "from"):
            lead = "since"
        notes.append(f"“{m[0].strip()}”: {lead if since else ''} {told}".replace(":  ", ": "))
        return f"{lead or 'in'} {told}"

    text = " ".join(_RELATIVE.sub(dated, text).split())
    chosen: frozenset[str] | None = None
    m = _ISSUES.search(text)
    rest = f"{text[: m.start()]} {text[m.end() :]}" if m else text
    # "What is the latest issue?" asks about the issue itself.
    if m and not re.fullmatch(r"(?:\s*(?:what|which|who|when|where|how|is|was|are|were)\b)*\W*", rest, re.I):
        newest = _newest(documents, m["noun"].casefold(), _SMALL.get(m["count"] or "") or int(m["count"]))
        if newest:
            chosen = frozenset(d["id"] for d in newest)
            titles = "; ".join(f"{d['title']} ({long_date(issued(d), '')})" for d in newest)
            notes.append(
                f"“{m[0].split(maxsplit=1)[-1] if m[0].split()[0].casefold() in _LEADS else m[0].strip()}”: {titles}"
            )
            text = " ".join(rest.split())
    return When(text, chosen, tuple(notes), tuple(words))


def in_words_of(when: When, quotes: Iterable[str]) -> bool:
    """Do quotes tell time in the very words of the question, which are then meant from the day of the document?"""
    told = [_phrase(q) for q in quotes]
    return bool(when.words) and any(w in q for w in when.words for q in told)


def _phrase(text: str) -> str:
    return re.sub(r"\b(?:the )?(?:past|previous)\b", "last", fold(text)).removeprefix("the ")


_LEADS = frozenset({"in", "from", "of", "by", "over", "across"})


def _span(m: re.Match[str], today: date) -> tuple[str, str, bool]:
    """First and last date, as precise as meant, and whether it lasts from the first on."""
    if m["day"]:
        day = (today - timedelta(m["day"].casefold() == "yesterday")).isoformat()
        return day, day, False
    if m["before"]:
        return str(today.year - 2), "", False
    which, unit = m["which"].casefold(), m["unit"].casefold()
    step = {"this": 0, "current": 0, "next": 1}.get(which, -1)
    count = (m["count"] or "").casefold()
    if count or unit == "week":
        back = (_SMALL.get(count) or int(count or 1)) if step else 0
        if unit == "week":
            first = today - timedelta(today.weekday() if not step else 7 * back)
            return first.isoformat(), "", True
        months = back * {"month": 1, "quarter": 3, "year": 12}[unit]
        return _month(today, -months), "", True
    if unit == "year":
        return str(today.year + step), "", False
    if unit == "month":
        return _month(today, step), "", False
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return _month(quarter, 3 * step), _month(quarter, 3 * step + 2), False


def _month(day: date, step: int) -> str:
    """The month that is `step` months from that of the day."""
    n = day.year * 12 + day.month - 1 + step
    return f"{n // 12}-{n % 12 + 1:02}"


def _newest(documents: Mapping[str, Mapping[str, Any]], noun: str, count: int) -> list[Mapping[str, Any]]:
    dated = [d for d in documents.values() if issued(d)]
    named = [d for d in dated if holds(d, [stem(noun)])]
    return sorted(named or dated, key=lambda d: (issued(d), d["path"]), reverse=True)[:count]


def event(
    text: str, store: Any, index: Any, embedder: Any, documents: Mapping[str, Mapping[str, Any]]
) -> When | None:
    """The question with an event that bounds its time ("before the new director") as a date that the documents tell; else None.

    Of several such events the latest one is taken where the question says *new*, else the earliest.
    """
    m = _EVENT.search(text)
    if m is None or DATE.search(m["what"]):
        return None
    wanted = {s for _, _, s in content(m["what"])}
    fresh = bool(wanted & _NEW)
    wanted -= _NEW
    if not wanted:
        return None
    found: list[tuple[int, str, str, int, int, str]] = []
    passages = [h.passage for h in rank(store, index, embedder, m["what"])[:NEAR]]
    for section_id in dict.fromkeys(r["section_id"] for r in store.passages(passages)):
        section = store.section(section_id)
        if section["document"] not in documents:
            continue
        spans = sentences(section["text"], section["language"])
        dates = [d for d in store.mentions(section=section_id, kind="date") if d["date_start"]]
        for i, (start, end) in enumerate(spans):
            words = set(stems(section["text"][start:end]))
            if wanted <= words and (not fresh or words & _NEW):
                day, nearness = _told(i, spans, dates)
                day = day or issued(documents[section["document"]])
                if day:
                    found.append((nearness, day, section_id, start, end, section["text"][start:end]))
    if not found:
        return None
    nearest = [f for f in found if f[0] == min(x[0] for x in found)]
    nearness, day, section_id, start, end, _ = (max if fresh else min)(nearest, key=lambda f: f[1])
    told = long_date(day, "")
    note = f"“{m['what']}”: {told}" + (", the date of the document that tells of it" if nearness == 2 else "")
    rest = f"{text[: m.start()]}{m['side']} {told}{'?' * text.rstrip().endswith('?')}"
    return When(" ".join(rest.split()), None, (note,), event=(section_id, start, end))


def _told(i: int, spans: Sequence[tuple[int, int]], dates: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The date in a sentence (0) or beside it (1), with which of these it is; 2 where there is none."""
    for nearness, rows in enumerate(((i,), (i - 1, i + 1))):
        for j in rows:
            if 0 <= j < len(spans):
                here = [d for d in dates if spans[j][0] <= d["start"] < spans[j][1]]
                if here:
                    return str(here[0]["date_start"]), nearness
    return "", 2

"""Language versions: documents that tell one issue in different languages, of which the leading one is counted.

Two documents are versions of one issue where nothing speaks against it (language, time, issue number, length) and where they
share most of what is written alike in all languages: numbers above all, then acronyms and names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from kb.languages import NAMES, name_of
from kb.text import fold

Row = Mapping[str, Any]
Marks = tuple[Counter[str], Counter[str]]
"""Numbers, and acronyms and names, with how often they stand in a text."""

DAYS = 3
"""Days that may lie between the periods of two versions."""
LENGTH = 0.6
"""Least ratio of their pages and of their sections."""
NUMBERS = 8
"""Numbers that each must tell: fewer may agree by chance."""
WEIGHT = 0.6
"""Of the share of numbers; the rest is that of acronyms and names, many of which are translated."""
SHARED = 0.6
"""Least weighted share. Measured on 64 documents: 0.66 and more between versions, at most 0.53 between neighbouring issues."""

_NUMBER = re.compile(r"\d+(?:[.,\s]\d{3})*(?:[.,]\d+)?")
_WORD = re.compile(r"[^\W\d_]\w+")
_WITHIN = re.compile(r"[\w,'’(-] ?$")
_ISSUE = re.compile(r"(?:\b(?:no|nr|num[ée]ro|number|issue|vol|выпуск)|\bn[º°]|№|#)[.\s]*(\d{1,4})\b", re.I)
_SPOKEN = re.compile(
    rf"\b(?:the )?(?P<language>{'|'.join(NAMES.values())})(?:[ -]language)? "
    r"(?:(?:version|edition|text|translation|original)s?(?: of)?\b|(?=(?:issue|update|bulletin|newsletter|report|document)s?\b))",
    re.I,
)


def relate(store: Any, main: str) -> None:
    """Brings the truth up to date on which documents are versions of which; `main` is the mission's main language."""
    if store.meta("versions") == main:
        return
    documents = [d for d in store.documents() if d["status"] != "failed"]
    leading = find(documents, lambda id: [s["text"] for s in store.sections(id)], main)
    store.set_versions(leading, main)


def find(documents: Sequence[Row], sections: Callable[[str], Sequence[str]], main: str) -> dict[str, str]:
    """Document id → id of the leading version, for those that are versions of another one.

    `documents`: rows of the store; `sections` gives the texts of the sections of an id. The version in the main language
    leads, else the one ingested first.
    """

    @cache
    def content(id: str) -> tuple[int, Marks]:
        texts = sections(id)
        return len(texts), marks("\n".join(texts))

    def share(a: str, b: str) -> float:
        (count, one), (other_count, other) = content(a), content(b)
        return shared(one, other) if _alike(count, other_count) else 0.0

    pairs = [
        (value, a["id"], b["id"])
        for a, b in combinations(documents, 2)
        if _may_be(a, b) and (value := share(a["id"], b["id"])) >= SHARED
    ]
    rows = {d["id"]: d for d in documents}
    groups = {id: [id] for id in rows}
    for _, a, b in sorted(pairs, reverse=True):
        one, other = groups[a], groups[b]
        # No group holds two documents of one language: the pair that shares most has come first.
        if one is not other and not {rows[i]["language"] for i in one} & {rows[i]["language"] for i in other}:
            one += other
            groups |= dict.fromkeys(other, one)
    leading = {
        id: min(group, key=lambda i: (rows[i]["language"] != main, rows[i]["ingested_at"], rows[i]["path"]))
        for id, group in groups.items()
    }
    return {id: first for id, first in leading.items() if id != first}


def marks(text: str) -> Marks:
    """What looks alike in other languages: numbers; acronyms, and words with a capital within a sentence."""
    numbers = Counter(re.sub(r"[.,\s](?=\d{3}\b)", "", n).replace(",", ".") for n in _NUMBER.findall(text))
    names: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isupper() or (
            word[0].isupper() and _WITHIN.search(text, max(0, match.start() - 2), match.start())
        ):
            names[fold(word)] += 1
    return numbers, names


def shared(one: Marks, other: Marks) -> float:
    """0..1: how much of the marks of two texts is the same (of each, the lesser count over the greater); 0 for few numbers."""
    if min(one[0].total(), other[0].total()) < NUMBERS:
        return 0.0
    numbers, names = ((a & b).total() / max(1, (a | b).total()) for a, b in zip(one, other, strict=True))
    return WEIGHT * numbers + (1 - WEIGHT) * names


def _may_be(a: Row, b: Row) -> bool:
    """Does nothing speak against two documents being versions of one issue?"""
    if not a["language"] or not b["language"] or a["language"] == b["language"]:
        return False
    one, other = issues(a), issues(b)
    if one and other and one.isdisjoint(other):
        return False
    return _alike(a["pages"], b["pages"]) and _days_between(a, b) <= DAYS


def _alike(count: int, other: int) -> bool:
    """Are two lengths, in pages or sections, nearly the same?"""
    return min(count, other) >= LENGTH * max(count, other) or abs(count - other) < 2


def issues(document: Row) -> set[int]:
    """Issue numbers in a document's title or file name."""
    text = f"{document['title']} {Path(document['path']).stem}".replace("_", " ")
    return {int(n) for n in _ISSUE.findall(text)}


def _days_between(a: Row, b: Row) -> int:
    """Days from the end of one period to the start of the other; 0 where they overlap or one is not known."""
    (a0, a1), (b0, b1) = _period(a), _period(b)
    if not (a0 and b0) or (a0 <= b1 and b0 <= a1):
        return 0
    first, then = (a1, b0) if a1 < b0 else (b1, a0)
    return (date.fromisoformat(then) - date.fromisoformat(first)).days


def _period(document: Row) -> tuple[str, str]:
    start = document["period_start"] or document["published"] or ""
    return start, document["period_end"] or start


# What is counted


def counted(documents: Iterable[Row], language: str = "", question: str = "") -> list[Row]:
    """The documents with one version of each issue: the one the question names, else the one in its language, else the leading."""
    groups: dict[str, list[Row]] = {}
    for row in documents:
        groups.setdefault(row["version_of"] or row["id"], []).append(row)

    def rank(row: Row) -> tuple[bool, bool, bool]:
        return not (question and _named(row, question)), row["language"] != language, bool(row["version_of"])

    # Most documents have no other version, and ranking reads titles.
    kept = {min(group, key=rank)["id"] if len(group) > 1 else group[0]["id"] for group in groups.values()}
    return [row for group in groups.values() for row in group if row["id"] in kept]


def _named(document: Row, question: str) -> bool:
    """Does a question name the document by its title, its file, or as a version in its language ("the French version")?"""
    text = fold(question)
    names = {fold(document["title"]), fold(Path(document["path"]).stem), fold(Path(document["path"]).name)}
    spoken = _SPOKEN.search(question)
    if spoken and spoken["language"].casefold() == name_of(document["language"]).casefold():
        return True
    return any(len(n) > 3 and n in text for n in names)


def without_edition(question: str) -> str:
    """The question without the words that only say which version is meant ("the French version of")."""
    return " ".join(_SPOKEN.sub(" ", question).split()) or question


def once(rows: Sequence[Row], documents: Iterable[Row]) -> list[Any]:
    """Rows of the ledger without those of versions whose leading document has rows among them too."""
    leading = {d["id"]: d["version_of"] for d in documents if d["version_of"]}
    told = {d for r in rows for d in r.get("documents", (r["document"],))}
    return [r for r in rows if leading.get(r["document"]) not in told]


def said_of(document: Row, titles: Mapping[str, str]) -> str:
    """What a document is a version of, such as "French version of Update No. 4"; empty for a document that is counted."""
    leading = document["version_of"]
    return f"{name_of(document['language'])} version of {titles.get(leading, leading)}" if leading else ""

"""Acronyms that a text explains: "Population Services International (PSI)", "VCT (voluntary …)", "ACF – Action contre la Faim"."""

from __future__ import annotations

import re

from kb.hookspecs import hookimpl
from kb.records import Mention, Section

SHORT = r"[A-ZА-ЯЁ0-9][A-Za-zА-Яа-яё0-9&./+\-]{0,12}"
AFTER = re.compile(rf"[(\[]\s*[“\"]?({SHORT}?)(?:s|’s|'s)?[”\"]?\s*[)\]]")
BEFORE = re.compile(rf"\b({SHORT}) ?\(([^()]{{6,120}})\)")
LISTED = re.compile(rf"^\s*[•·\-]?\s*({SHORT})\s*(?:[:=–—|\t]|-\s)\s*(\S[^|\n]{{4,120}}?)\s*$")
SKIP = frozenset("a an and at by for from in of on or the to with de des du et la le les l d pour".split())


@hookimpl
def kb_extract(section: Section) -> list[Mention]:
    """Pairs of a short and a long form; the span is the long form with its short one."""
    text = section.text
    found: dict[str, Mention] = {}
    for match in AFTER.finditer(text):
        short = match[1]
        if not _is_short(short):
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        before = text[max(line, match.start() - 12 * len(short) - 60) : match.start()].rstrip()
        if (length := long_form(short, before)) is not None:
            start = (
                match.start() - (len(text[: match.start()]) - len(text[: match.start()].rstrip())) - length
            )
            found.setdefault(
                short, Mention("acronym", start, match.end(), name=short, long=text[start : start + length])
            )
    for match in BEFORE.finditer(text):
        short, long = match[1], match[2].strip(' “”"')
        if short not in found and _is_short(short) and _initials_fit(short, long):
            found[short] = Mention("acronym", match.start(), match.end(), name=short, long=long)
    for start, block in zip(section.starts, section.blocks, strict=True):
        row = LISTED.match(block.text) if len(block.text) < 160 else None
        if row and row[1] not in found and _is_short(row[1]) and _initials_fit(row[1], row[2]):
            found[row[1]] = Mention(
                "acronym", start + row.start(1), start + row.end(2), name=row[1], long=row[2]
            )
    return list(found.values())


def long_form(short: str, before: str) -> int | None:
    """Length of the long form at the end of `before`, or None.

    After A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in
    biomedical text", Pacific Symposium on Biocomputing 8 (2003): letters are matched from the right, the
    first one at the start of a word. Here, besides, at least half of the short form's letters must start words.
    """
    letters = [c for c in short.casefold() if c.isalnum()]
    lower = before.casefold()
    at = len(before)
    for i, letter in enumerate(reversed(letters)):
        at -= 1
        first = i == len(letters) - 1
        while at >= 0 and (lower[at] != letter or (first and at > 0 and lower[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    long = before[at:]
    words = re.findall(r"\w+", long)
    if not 2 <= len(words) <= min(len(letters) + 8, len(letters) * 3) or len(long) < 2 * len(letters):
        return None
    initials = [w[0].casefold() for w in words]
    if sum(min(initials.count(c), letters.count(c)) for c in set(letters)) * 2 < len(letters):
        return None
    return len(long)


def _is_short(short: str) -> bool:
    letters = [c for c in short if c.isalpha()]
    return (
        2 <= len(short) <= 12 and len(letters) >= 2 and sum(c.isupper() for c in letters) * 2 >= len(letters)
    )


def _initials_fit(short: str, long: str) -> bool:
    """Do the initials of the long form spell the short one, small words counted or not?"""
    words = re.findall(r"\w+", long)
    letters = "".join(c for c in short.casefold() if c.isalnum())
    if len(words) < 2 or not letters:
        return False
    every = "".join(w[0] for w in words).casefold()
    main = "".join(w[0] for w in words if w.casefold() not in SKIP).casefold()
    return (
        letters in (every, main)
        or main.startswith(letters)
        or letters.startswith(main)
        and len(main) >= 3
        or _in_order(letters, long, words)
    )


def _in_order(letters: str, long: str, words: list[str]) -> bool:
    """Letters in order, the first at the first word, most at the start of words ("UNFPA", "ACTED")."""
    if words[0][0].casefold() != letters[0]:
        return False
    initials = [w[0].casefold() for w in words]
    return (
        sum(min(initials.count(c), letters.count(c)) for c in set(letters)) * 2 > len(letters)
        and len(letters) >= 3
    )

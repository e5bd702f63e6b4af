"""Small text tools that core and plugins share."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Protocol, TypeVar

from anyascii import anyascii

_APOSTROPHES = re.compile(r"[’‘ʼ`´ʻ']")
_NOT_WORD = re.compile(r"[^\w%.]+")
# Where a full stop ends no sentence, though sentencex believes so.
_SHORT: dict[str, re.Pattern[str]] = {
    "fr": re.compile(
        r"(?:^|[\s(])(?:MM?|Dr|Pr|Mgr|Me|St|no|nos|art|p|pp|cf|env|éd|fig|chap|janv|févr|avr|juil|sept|oct|nov|déc)\.$",
        re.I,
    ),
    "ru": re.compile(
        r"(?:^|[\s(])(?:г|гг|ул|д|пос|им|проф|акад|ст|стр|рис|табл|см|т\. ?е|т\. ?к|тыс|млн|млрд|долл)\.$",
        re.I,
    ),
}


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


_P = TypeVar("_P", bound=_Placed)
_start = attrgetter("start")


def within(items: Sequence[_P], start: int, end: int) -> Sequence[_P]:
    """Of items in order of their `start`, those that begin in a stretch."""
    return items[bisect_left(items, start, key=_start) : bisect_left(items, end, key=_start)]


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text by which names are compared: Latin letters, lower case, no accents, no punctuation, single spaces."""
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))
    text = _APOSTROPHES.sub("", text).casefold()
    return _NOT_WORD.sub(" ", text).replace("_", " ").strip(" .")


@lru_cache(maxsize=4096)
def sentences(text: str, language: str = "en") -> tuple[tuple[int, int], ...]:
    """Offsets of the sentences of a text; line breaks always end one."""
    import sentencex

    language = language or "en"
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            cursor, first = 0, len(spans)
            for sentence in sentencex.segment(language, line):
                sentence = sentence.strip()
                if not sentence:
                    continue
                start = line.index(sentence, cursor)
                if len(spans) > first and _runs_on(
                    line[spans[-1][0] - at : spans[-1][1] - at], sentence, language
                ):
                    start = spans.pop()[0] - at
                cursor = line.index(sentence, cursor) + len(sentence)
                spans.append((at + start, at + cursor))
        at += len(line) + 1
    return tuple(spans)


def _runs_on(sentence: str, following: str, language: str) -> bool:
    """Was a sentence of a language with a list of abbreviations cut within?"""
    short = _SHORT.get(language)
    return short is not None and (following[0].islower() or bool(short.search(sentence)))


_GARBAGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\u00ad]")


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else guessed; without control characters and soft hyphens."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data[: 1 << 20]).best()
        text = data.decode(best.encoding if best else "cp1252", "replace")
    return _GARBAGE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def slug(text: str, length: int = 80) -> str:
    """The folded text as a piece of an id: words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:length].strip("-")


def tidy(text: str) -> str:
    """The lines of a text with single spaces, without soft hyphens; none is empty."""
    lines = (" ".join(line.replace("\xad", "").split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def iso_day(text: str) -> str:
    """The ISO date at the start of a text; empty where none is, or an impossible one."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


_MEASURE = re.compile(r"(?:^|[\d\s(/])(?:[kcdm]?m|ft|км|см|м)$")
_RAISED = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]+|[ivx]{1,4})(?:,\s?\d{1,3})*[\])]?")


def raised(before: str, text: str) -> str:
    """How raised text is read after `before`: the power of a measure as such; the mark of a footnote not at all.

    A mark that stayed would make another number of the one it stands at.
    """
    if text in ("2", "3") and _MEASURE.search(before):
        return "²³"[int(text) - 2]
    return "" if _RAISED.fullmatch(text.strip()) else text

"""Notices of a cut article: "(continued on page 4)" where it breaks off, "(continued from page 1)" where it goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_PAGE = r"(?:page|pg\.?|p\.?|стр(?:\.|аниц[аеуы])?|с\.)\s*\d{1,3}"
_CONT = r"(?:(?:article|story)\s+)?(?:continue[ds]|cont[’']?d\.?|cont\.)"
_NEXT = r"(?:the\s+)?next\s+page|overleaf|(?:à\s+)?(?:la\s+)?page\s+suivante|au\s+verso|(?:на\s+)?следующей\s+странице"
_BEFORE = (
    r"(?:the\s+)?(?:previous\s+page|front\s+page|cover)|la\s+page\s+précédente|la\s+une|предыдущей\s+страницы"
)
_RU = r"(?:продолжение|окончание)"
_FROM = rf"""{_CONT}\s+from\s+(?:the\s+)?(?:{_PAGE}|{_BEFORE})
    |suite\s+(?:et\s+fin\s+)?de\s+(?:(?:la\s+)?{_PAGE}|{_BEFORE})
    |(?:{_RU}[\s.,;:]+)?начало\s+на\s+{_PAGE}|{_RU}\s+со?\s+(?:{_PAGE}|{_BEFORE})"""
_ON = rf"""{_CONT}\s+(?:(?:on|at|to)\s+)?(?:{_PAGE}|{_NEXT})
    |(?:(?:lire|voir)\s+(?:la\s+)?)?suite\s+(?:(?:en|à|sur)\s+(?:la\s+)?)?(?:{_PAGE}|{_NEXT})
    |{_RU}\s+(?:на\s+)?(?:{_PAGE}|{_NEXT})"""
_AGAIN = rf"{_CONT}|suite(?:\s+et\s+fin)?|{_RU}"
_OPEN, _SHUT = r"[\s(\[<>«»►→▶*…–—|.-]*", r"[\s)\]<>«»►→▶*…–—|.:-]*"

_FLAGS = re.I | re.X
_ALONE = re.compile(
    rf"{_OPEN}(?:(?P<on>{_ON})|(?P<from>{_FROM})){_SHUT}$|\s*[(\[]\s*(?P<again>{_AGAIN})\s*[)\]]\s*$", _FLAGS
)
_TAIL = re.compile(rf"(?:\s*[(\[]\s*|(?<=[.!?…–—»”])\s*)(?P<on>{_ON})\s*[)\].…→►»>]*\s*$", _FLAGS)
_HEAD = re.compile(rf"\s*[(\[]\s*(?P<from>{_FROM})\s*[)\]][\s.:–—-]*", _FLAGS)
_TITLE = re.compile(rf"[\s,:–—-]*[(\[,:–—-]\s*(?P<from>{_FROM}|{_AGAIN})\s*[)\]]?\s*$", _FLAGS)
_FRONT = re.compile(r"front|cover|\bune\b", re.I)

Way = Literal["on", "from"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Where a notice stands in a text, and the page it names."""

    way: Way
    start: int
    end: int
    page: int = 0
    """As printed; 0 where it names the page before or after, or none."""
    named: bool = True
    """Does it say where, or only that the article goes on?"""


def alone(text: str) -> Notice | None:
    """The notice that a text is."""
    found = _ALONE.match(text)
    return _notice(found, len(text), 0) if found else None


def find(text: str, title: bool) -> Notice | None:
    """The notice that a text, or a title, is, ends or begins with."""
    if whole := alone(text):
        return whole
    if title:
        found = _TITLE.search(text)
        return _notice(found, len(text), found.start()) if found and found.start() else None
    if found := _TAIL.search(text):
        return _notice(found, len(text), found.start())
    found = _HEAD.match(text)
    return _notice(found, found.end(), 0) if found else None


def _notice(found: re.Match[str], end: int, start: int) -> Notice:
    groups = found.groupdict()
    way: Way = "on" if groups.get("on") else "from"
    words = groups.get(way) or groups["again"]
    page = re.search(r"\d+", words)
    number = int(page[0]) if page else 1 if way == "from" and _FRONT.search(words) else 0
    return Notice(way, start, end, number, named=re.fullmatch(_AGAIN, words, _FLAGS) is None)

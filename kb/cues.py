"""Patterns of cue words ("funded by", "in partnership with"), tried only where a word stands that they cannot do without.

Long alternations are slow to try at each word of a text, and most sentences hold none of their words: looking for those first, as
plain strings, takes a tenth of the time. Which words a pattern needs is read from the pattern itself, so that it can change freely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

LEAST = 2
"""Letters: shorter words stand in nearly every sentence."""
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}


class Cue:
    """A compiled pattern with `search` and `finditer` of a stretch, as `re.Pattern` has them."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self.flags = pattern, flags
        self._pattern = re.compile(pattern, flags)
        self.needs = needed_words(pattern, flags)
        """One of these, in lower case, stands in whatever the pattern finds; none: not known."""
        self._last: tuple[str, tuple[str, ...]] = ("", ())

    @cached_property
    def _small(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags & ~re.IGNORECASE)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        end = len(text) if end is None else end
        return self._pattern.search(text, start, end) if self._may_stand(text, start, end) else None

    def stands(self, text: str, start: int = 0, end: int | None = None) -> bool:
        """Does it match in the stretch in any case? Only for patterns written in small letters: those are tried faster."""
        end = len(text) if end is None else end
        return self._may_stand(text, start, end) and self._small.search(lower(text), start, end) is not None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterable[re.Match[str]]:
        end = len(text) if end is None else end
        return self._pattern.finditer(text, start, end) if self._may_stand(text, start, end) else ()

    def _may_stand(self, text: str, start: int, end: int) -> bool:
        if not self.needs:
            return True
        small = lower(text)
        last, here = self._last
        if last is not text:
            here = tuple(word for word in self.needs if word in small)
            self._last = text, here  # one assignment, so that threads may share a cue
        for word in here:  # noqa: SIM110 (a generator takes twice the time, and this is the innermost loop)
            if small.find(word, start, end) >= 0:
                return True
        return False


_START = re.compile(r"(?<!\w)(?:\d|[^\W\d_]+)")


def at_words(text: str, pattern: re.Pattern[str], begins: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    """Matches of a pattern, tried only at the words in lower case (a number counts as its first digit) that may begin one, none overlapping."""
    at = 0
    for word in _START.finditer(lower(text)):
        if begins(word[0]) and word.start() >= at and (match := pattern.match(text, word.start())):
            at = match.end()
            yield match


@lru_cache(maxsize=8)
def lower(text: str) -> str:
    """In lower case, each character at its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower()[:1] for c in text)


def needed_words(pattern: str, flags: int = 0) -> tuple[str, ...]:
    """Words in lower case of which at least one stands in each match of a pattern; () where no such words are long enough."""
    words = _needed(_parser.parse(pattern, flags)) or frozenset()
    least = [w for w in words if not any(other != w and other in w for other in words)]
    return tuple(sorted(least))


def _needed(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Of what follows one another, the part whose shortest word is longest."""
    found = [words for words in _parts(parsed) if words and min(map(len, words)) >= LEAST]
    return max(found, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _parts(parsed: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str] | None]:
    run = ""
    for op, arg in parsed:
        if op is _constants.LITERAL and len(letter := chr(arg).lower()) == 1:
            run += letter
            continue
        yield frozenset({run})
        run = ""
        if op is _constants.SUBPATTERN:
            yield _needed(arg[3])
        elif op in _REPEATS and arg[0] >= 1:
            yield _needed(arg[2])
        elif op is _constants.BRANCH:
            branches = [_needed(branch) for branch in arg[1]]
            yield None if None in branches else frozenset().union(*(b for b in branches if b))
    yield frozenset({run})

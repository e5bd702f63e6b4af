"""Continued articles: what stands below "(continued from page 1)" is read after "(continued on page 4)".

Two places are joined only where they agree: the notice at the one names the other's page, and there stands a notice that names
the first one's page, or the article's heading once more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.layout.paragraphs import SENTENCE_END, cut_word
from kb.notices import Notice, find
from kb.records import ASIDE, FURNITURE, Block
from kb.text import fold

_LETTERS = 6
"""Words are the same where so many first letters are."""
_SHORT = 6
"""Words of a heading said again in short, at the most."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """The blocks (their numbers) with which an article goes on, and those that only say that it does."""

    blocks: range
    signs: frozenset[int]
    fit: tuple[int, bool]
    """How well it fits: words of its heading that the first part has as well; whether a cut sentence goes on."""


def rejoined(blocks: Sequence[Block]) -> list[Block]:
    """The blocks in the order in which the articles read, without the notices of those that could be joined."""
    notices = {
        n: notice
        for n, block in enumerate(blocks)
        if block.role not in ("toc", "table") and (notice := find(block.text, title=block.role == "heading"))
    }
    cuts = [n for n, notice in notices.items() if notice.way == "on"]
    if not cuts:
        return list(blocks)
    articles = _Articles(blocks, notices)
    rests: dict[int, _Rest] = {}
    moved: set[int] = set()
    for n in cuts:
        if found := [rest for rest in articles.rests(n) if moved.isdisjoint(rest.blocks)]:
            rests[n] = max(found, key=lambda rest: rest.fit)
            moved |= {*rests[n].blocks, *rests[n].signs}
    seams = {rest.blocks[0] for rest in rests.values()}
    out: list[Block] = []
    for n in (k for start in range(len(blocks)) if start not in moved for k in _order(start, rests)):
        block: Block | None = blocks[n]
        if n in rests or n in seams and n in notices:
            block = _without(blocks[n], notices[n])
        if block is not None and not (n in seams and _runs_on(out, block)):
            out.append(block)
    return out


def _order(n: int, rests: dict[int, _Rest]) -> Iterator[int]:
    """A block and, where its article breaks off there, the blocks with which it goes on."""
    yield n
    if n in rests:
        for k in rests[n].blocks:
            yield from _order(k, rests)


class _Articles:
    """The blocks of a document with their notices."""

    def __init__(self, blocks: Sequence[Block], notices: dict[int, Notice]) -> None:
        self.blocks, self.notices = blocks, notices
        self.shift = _shift(blocks)

    def rests(self, at: int) -> list[_Rest]:
        """Where the article that breaks off at a block may go on: at notices, else below its heading said again."""
        page = self.blocks[at].page
        later = [n for n in range(at + 1, len(self.blocks)) if self.blocks[n].page > page]
        found = [self._rest(at, n, self._signs(at, n)) for n in later if self._agree(at, n)]
        if not any(found):
            titles = [n for n in later if self.blocks[n].role == "heading" and self._again(at, n)]
            there = self._target(at)
            found = [self._rest(at, n, {n}) for n in titles if self.blocks[n].page == there]
        return [rest for rest in found if rest]

    def _target(self, at: int) -> int:
        """The page (its place in the file) that the notice at a block names."""
        named = self.notices[at].page
        return named - self.shift if named else self.blocks[at].page + 1

    def _agree(self, at: int, n: int) -> bool:
        """Is there a notice at the second block, and do the two name each other's pages?"""
        on, back = self.notices[at], self.notices.get(n)
        page, there = self.blocks[at].page, self.blocks[n].page
        if back is None or back.way != "from":
            return False
        if on.page and back.page and on.page - there == back.page - page:
            return True  # however the pages are counted
        if self._target(at) != there or back.page not in (0, page + self.shift):
            return False
        return back.named or any(self._again(at, k) for k in self._signs(at, n))

    def _signs(self, at: int, n: int) -> set[int]:
        """The blocks that say only that the article goes on: a notice alone, and the heading said again at it."""
        block = self.blocks[n]
        if block.role == "heading":
            return {n}
        signs = set() if _without(block, self.notices[n]) else {n}
        beside = (k for way in (-1, 1) if (k := self._beside(n, way)) is not None)
        title = next((k for k in beside if self.blocks[k].role == "heading" and self._again(at, k)), None)
        return signs if title is None else signs | {title}

    def _beside(self, n: int, way: int) -> int | None:
        """The next block before or after one on its page."""
        n, page = n + way, self.blocks[n].page
        while 0 <= n < len(self.blocks) and self.blocks[n].role in FURNITURE:
            n += way
        return n if 0 <= n < len(self.blocks) and self.blocks[n].page == page else None

    def _again(self, at: int, n: int) -> bool:
        """Is a heading that of the article which breaks off, or a short form of it?"""
        notice = self.notices.get(n)
        title = self.blocks[n].text[: notice.start] if notice else self.blocks[n].text
        words = _stems(title)
        head = next((k for k in range(at, -1, -1) if self.blocks[k].role == "heading"), None)
        if head is None or not words:
            return False
        return fold(title) == fold(self.blocks[head].text) or len(words) <= _SHORT and words <= self._said(at)

    def _said(self, at: int) -> set[str]:
        """Words of the first part of an article, its heading's too."""
        head = next((k for k in range(at, -1, -1) if self.blocks[k].role == "heading"), 0)
        return {stem for block in self.blocks[head : at + 1] for stem in _stems(block.text)}

    def _rest(self, at: int, n: int, signs: set[int]) -> _Rest | None:
        """What stands from a place on, up to the next heading or notice; None where that is nothing."""
        first = n
        while first < len(self.blocks) and (first in signs or self.blocks[first].role in FURNITURE):
            first += 1
        last = first
        while last < len(self.blocks) and self.blocks[last].role != "heading":
            notice = self.notices.get(last)
            if notice and notice.way == "from" and last > first:
                break
            last += 1
            if notice and notice.way == "on":
                break
        if first == last:
            return None
        shared = sum(len(_stems(self.blocks[k].text) & self._said(at)) for k in signs)
        before = _without(self.blocks[at], self.notices[at]) or self.blocks[at - 1]
        open_end = not SENTENCE_END.search(before.text.rstrip())
        return _Rest(range(first, last), frozenset(signs), (shared, open_end == _goes_on(self.blocks[first])))


def _without(block: Block, notice: Notice) -> Block | None:
    """What a block says beside its notice; None where that is nothing."""
    start, end = (notice.end, len(block.text)) if notice.start == 0 else (0, notice.start)
    text = block.text[start:end].rstrip()
    words = tuple((a - start, b - start, *place) for a, b, *place in block.words if a >= start and b <= end)
    return replace(block, text=text, words=words) if text else None  # type: ignore[arg-type]


def _goes_on(block: Block) -> bool:
    return block.text.lstrip("([ ")[:1].islower()


def _runs_on(out: list[Block], block: Block) -> bool:
    """Adds a block to the paragraph that was cut before it, if one was; captions and furniture may stand between."""
    n = next((k for k in range(len(out) - 1, -1, -1) if out[k].role not in ASIDE), None)
    if n is None or (out[n].role, block.role) != ("body", "body"):
        return False
    before = out[n]
    if SENTENCE_END.search(before.text) or not block.text[0].islower():
        return False
    hyphen = cut_word(before.text)
    text = before.text[:-1] if hyphen else before.text + " "
    moved = tuple((a + len(text), b + len(text), *place) for a, b, *place in block.words)
    kept = tuple((a, min(b, len(text)), *place) for a, b, *place in before.words)
    out[n] = replace(before, text=text + block.text, words=kept + moved)  # type: ignore[arg-type]
    return True


def _shift(blocks: Sequence[Block]) -> int:
    """How much higher the printed numbers of pages are than their places in the file."""
    found: Counter[int] = Counter()
    for block in blocks:
        if block.role in ("header", "footer"):
            numbers = re.findall(r"\d+", block.text)
            if len(numbers) == 1 and len(numbers[0]) < 4:
                found[int(numbers[0]) - block.page] += 1
    shift, pages = found.most_common(1)[0] if found else (0, 0)
    return shift if pages > 1 else 0


def _stems(text: str) -> set[str]:
    return {word[:_LETTERS] for word in fold(text).split() if len(word) > 3}

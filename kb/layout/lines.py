"""What layout works on: words, lines and pages, and the typography of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kb.records import BlockRole, Box

Way = tuple[int, int]
"""The direction in which text runs: (1, 0) level, (0, 1) down, (0, -1) up."""
LEVEL: Way = (1, 0)


class Word(NamedTuple):
    """A word and its box."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True, eq=False)
class Line:
    """Words on one base line, left to right; `cells` are the numbers of the words that start a table cell."""

    page: int
    words: list[Word]
    size: float
    bold: bool = False
    italic: bool = False
    color: int = 0
    role: BlockRole = "body"
    cells: tuple[int, ...] = ()
    way: Way = LEVEL
    slants: tuple[bool, bool] | None = None
    """Whether its first and its last word are slanted, where it is mixed."""
    x0: float = field(init=False)
    y0: float = field(init=False)
    x1: float = field(init=False)
    y1: float = field(init=False)

    def __post_init__(self) -> None:
        self.x0 = min(w.x0 for w in self.words)
        self.y0 = min(w.y0 for w in self.words)
        self.x1 = max(w.x1 for w in self.words)
        self.y1 = max(w.y1 for w in self.words)

    @property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)

    def slant(self, end: int) -> bool:
        """Is its first (0) or last (1) word slanted?"""
        return self.slants[end] if self.slants else self.italic

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


@dataclass(slots=True, eq=False)
class Sheet:
    """A page: its lines in any order, the boxes of its pictures, and the rules drawn on it (thin boxes)."""

    page: int
    width: float
    height: float
    lines: list[Line]
    pictures: list[Box] = field(default_factory=list)
    across: list[Box] = field(default_factory=list)
    """Horizontal rules."""
    down: list[Box] = field(default_factory=list)
    """Vertical rules."""
    frames: list[Box] = field(default_factory=list)
    """Drawn or shaded boxes that may hold a text apart from the rest."""
    sideways: list[Line] = field(default_factory=list)
    """Lines that run up or down."""


@dataclass(frozen=True, slots=True)
class Typography:
    """What running text looks like in a document."""

    size: float
    bold: bool
    color: int
    leading: dict[float, float]
    """Usual distance of base lines by font size (rounded to halves)."""
    pages: int

    def step(self, size: float) -> float:
        """Usual distance of two lines of that size."""
        return self.leading.get(half(size), 1.22 * size)


def half(size: float) -> float:
    return round(size * 2) / 2


def typography(sheets: Iterable[Sheet]) -> Typography:
    """The commonest size, weight and colour, counted in characters."""
    sheets = list(sheets)
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            # Words of a sentence, rather than labels of a chart, say what the body is.
            sizes[half(line.size)] += sum(len(w.text) for w in line.words) * (3 if len(line.words) > 4 else 1)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    bold: Counter[bool] = Counter()
    color: Counter[int] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            if abs(line.size - size) < 0.6:
                bold[line.bold] += len(line.words)
                color[line.color] += len(line.words)
    steps: dict[float, Counter[float]] = {}
    for sheet in sheets:
        for above, below in zip(sheet.lines, sheet.lines[1:], strict=False):
            step = below.y1 - above.y1
            near = abs(above.x0 - below.x0) < 2 * size and half(above.size) == half(below.size)
            if near and 0.7 * above.size < step < 2.6 * above.size:
                steps.setdefault(half(above.size), Counter())[round(step * 2) / 2] += 1
    leading = {s: c.most_common(1)[0][0] for s, c in steps.items() if sum(c.values()) >= 3}
    return Typography(
        size=size,
        bold=bold.most_common(1)[0][0] if bold else False,
        color=color.most_common(1)[0][0] if color else 0,
        leading=leading,
        pages=len(sheets),
    )


def overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """Length of what two intervals share; negative is their distance."""
    return min(a1, b1) - max(a0, b0)


def by_base_line(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that share a base line, from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and abs(rows[-1][0].middle - line.middle) < 0.3 * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def merge(lines: list[Line]) -> Line:
    """Pieces of one base line as one line; what is set tight (a raised "th") is glued to its word."""
    lines = sorted(lines, key=lambda line: line.x0)
    main = max(lines, key=lambda line: sum(len(w.text) for w in line.words))
    words: list[Word] = []
    for line in lines:
        for word in line.words:
            last = words[-1] if words else None
            if last and word is line.words[0] and -1 < word.x0 - last.x1 < 0.12 * main.size:
                words[-1] = Word(
                    last.text + word.text, last.x0, min(last.y0, word.y0), word.x1, max(last.y1, word.y1)
                )
            else:
                words.append(word)
    slants = (lines[0].slant(0), lines[-1].slant(1))
    return Line(main.page, words, main.size, main.bold, main.italic, main.color, main.role, slants=slants)

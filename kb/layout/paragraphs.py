"""Lines of a column become paragraphs; words cut by hyphens are made whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kb.layout.lines import Line, Typography, Word, half, overlap
from kb.records import BlockRole, Box, WordBox

BULLET = re.compile(r"^([•◦▪▫●○■□◆◇❖➢➤►▶✓✔‣⁃∙·†‡]|\*{1,3}|[-–—]|o|[§ü])$")
NUMBERED = re.compile(r"^(\(?\d{1,2}[.)]|\(?[a-z]\)|\d{1,2}(\.\d{1,2})+\.?|[IVX]{1,4}\.)$")
SENTENCE_END = re.compile(r"[.!?:;…][\"”’»)\]]*$")
_HYPHENS = "-‐\u00ad"
_INITIAL = 1.6
_MARK = re.compile(r"\(?([1-9]\d{0,2}|[*†‡]{1,3})\)?")
_RAISED = 0.87
"""Height of a raised mark, in heights of the words it stands at, at the most."""
_KEEP = frozenset(
    "self non co re-co well long short multi inter cross half mid post pre semi anti vice ex follow".split()
)


@dataclass(slots=True, eq=False)
class Paragraph:
    """Lines that belong together; the first says how they look."""

    lines: list[Line]
    column: int
    """Number of the column in the document's reading order."""
    role: BlockRole = "body"
    level: int = 0

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def size(self) -> float:
        return max(self.lines, key=lambda line: len(line.words)).size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def box(self) -> Box:
        lines = [line for line in self.lines if line.page == self.page]
        return (
            min(line.x0 for line in lines),
            min(line.y0 for line in lines),
            max(line.x1 for line in lines),
            max(line.y1 for line in lines),
        )


def paragraphs(column: list[Line], number: int, look: Typography) -> list[Paragraph]:
    """The paragraphs of one column, top to bottom."""
    out: list[Paragraph] = []
    for i, line in enumerate(column):
        if out and not _breaks(out[-1], line, column, i, look):
            out[-1].lines.append(line)
        else:
            out.append(Paragraph([line], number, line.role))
    return out


def _breaks(par: Paragraph, line: Line, column: list[Line], i: int, look: Typography) -> bool:
    """Does `line` start a new paragraph?"""
    last = par.last
    if line.role != par.role or line.role not in ("body", "caption"):
        return True
    if abs(half(line.size) - half(last.size)) > max(0.6, 0.07 * last.size):
        return True
    if line.x0 > last.x1 and overlap(line.y0, line.y1, last.y0, last.y1) > 0.5 * (line.y1 - line.y0):
        return True  # beside it, far off
    step = line.y1 - last.y1
    usual = min(look.step(line.size), 1.9 * line.size)
    if step > usual * 1.25 + 0.8 or step < -0.5 * line.size:
        return True
    if BULLET.match(line.words[0].text) or NUMBERED.match(line.words[0].text) and len(line.words) > 1:
        return True
    if noted(line):
        return True
    if _differs(par, line, look):
        return True
    if line.size > 1.12 * look.size or line.bold and not look.bold:
        return False  # a title is broken where it pleases
    return _ended(par, line, column, i) or _indented(par, line)


def noted(line: Line) -> bool:
    """Does it begin with the raised mark of a footnote?"""
    mark, text = line.words[0], line.words[min(1, len(line.words) - 1)]
    high, usual = mark.y1 - mark.y0, text.y1 - text.y0
    raised = high < _RAISED * usual or text.y0 - mark.y0 > 0.25 * usual
    return _MARK.fullmatch(mark.text) is not None and raised and abs(mark.y0 - text.y0) < 0.7 * usual


def _differs(par: Paragraph, line: Line, look: Typography) -> bool:
    """Another weight, colour, slant or case, told by whole lines."""
    last = par.last
    if line.bold != last.bold or line.color != last.color:
        # A run of bold words may fill a line in the middle of a sentence.
        return not (last.text[-1:].isalpha() and line.text[:1].islower() and len(last.words) > 3)
    # A title in italics may run over the ends of lines.
    if line.italic != last.italic and line.slant(0) != last.slant(1):
        return not (line.text[:1].islower() and not SENTENCE_END.search(last.text))
    words = [text for text in (last.text, line.text) if sum(c.isalpha() for c in text) > 3]
    return len({text.isupper() for text in words}) > 1 and last.size > 0.9 * look.size


def _ended(par: Paragraph, line: Line, column: list[Line], i: int) -> bool:
    """Would the next word have fitted on the last line? Then it was left short on purpose."""
    last = par.last
    if cut_word(last.text):
        return False
    near = [
        n
        for n in column[max(0, i - 4) : i + 5]
        if abs(n.size - line.size) < 1
        and n.role == "body"
        and overlap(n.x0, n.x1, line.x0, line.x1) > 0.5 * min(n.x1 - n.x0, line.x1 - line.x0)
        and n.x0 < last.x1
    ]
    right = max((n.x1 for n in near), default=line.x1)
    left = min((n.x0 for n in near), default=line.x0)
    centred = abs((last.x0 + last.x1) - (line.x0 + line.x1)) < 6 and last.x0 - left > 12
    room = right - last.x1 - (line.words[0].x1 - line.words[0].x0) - 0.3 * line.size
    if centred:
        room = room * 2 - (right - last.x1)
    if room <= 0:
        return False
    if line.text[:1].islower() and not SENTENCE_END.search(last.text):
        return room > 12 * line.size  # ragged setting, or a picture beside it
    return room > 1.2 * line.size or bool(SENTENCE_END.search(last.text))


def cut_word(text: str) -> bool:
    """Does a text end in a part of a word and a hyphen?"""
    return text[-1] in _HYPHENS and text[-2:-1].isalpha()


def _indented(par: Paragraph, line: Line) -> bool:
    last, em = par.last, line.size
    shift = line.x0 - last.x0
    if abs(shift) < 0.7 * em or abs(shift) > 4 * em:
        return False
    if abs((last.x0 + last.x1) - (line.x0 + line.x1)) < 6:
        return False  # centred
    if shift > 0:
        hanging = len(par.lines) == 1 and _hangs(par.first, line)
        return not hanging and bool(SENTENCE_END.search(last.text))
    # Further left than the line above: natural after an indented first line.
    return len(par.lines) > 1 and bool(SENTENCE_END.search(last.text))


def _hangs(first: Line, line: Line) -> bool:
    starts = [w.x0 for w in first.words[1:3]]
    marked = BULLET.match(first.words[0].text) or NUMBERED.match(first.words[0].text)
    return bool(marked) and any(abs(x - line.x0) < 0.5 * line.size for x in starts)


def continues(before: Paragraph, after: Paragraph) -> bool:
    """Is `after` the rest of the paragraph `before`, cut by a column, a page or a picture?"""
    if abs(before.size - after.size) > 0.07 * before.size or before.bold != after.bold:
        return False
    if BULLET.match(after.first.words[0].text) or NUMBERED.match(after.first.words[0].text):
        return False
    end, start = before.last.text, after.first.text
    if cut_word(end):
        return start[0].isalpha()
    if SENTENCE_END.search(end) or sum(len(line.words) for line in before.lines) < 7:
        return False
    if start[0].islower() or end[-1] in ",(":
        return True
    # A name or a number at the break: only where the last line is full and the next one not a title.
    full = (
        len(before.lines) > 1
        and before.last.x1 > max(line.x1 for line in before.lines[:-1]) - 3 * before.size
    )
    return full and before.column != after.column and len(after.text) > 60 and start[0].isalnum()


def vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """Words of the document, in lower case without punctuation, hyphenated ones as they are."""
    return frozenset(w.text.strip(".,;:()\"'“”‘’«»!?").casefold() for line in lines for w in line.words[:-1])


def joined(lines: list[Line], words: frozenset[str]) -> tuple[str, tuple[WordBox, ...]]:
    """The text of a paragraph and the boxes of its words; a word cut at a line's end has two boxes."""
    parts: list[str] = []
    boxes: list[WordBox] = []
    at = 0
    glue = True
    for n, line in enumerate(lines):
        following = lines[n + 1].words[0].text if n + 1 < len(lines) else ""
        for k, word in enumerate(line.words):
            text = word.text
            bars = line.cells.count(k)
            separator = " | " * (bars - (k == 0)) or ("" if glue else " ")
            parts.append(separator)
            at += len(separator)
            glue = False
            if k == len(line.words) - 1 and following:
                text, glue = _cut(text, following, words)
            elif n == k == 0 and len(line.words) > 1:
                glue = _initial(word, line.words[1])
            text = text.replace("\u00ad", "")
            parts.append(text)
            boxes.append((at, at + len(text), line.page, *(round(v, 1) for v in word[1:])))  # type: ignore[arg-type]
            at += len(text)
        parts.append(" | " * line.cells.count(len(line.words)))
    return "".join(parts), tuple(boxes)


def _initial(word: Word, after: Word) -> bool:
    """Is the word the big first letter of the next one?"""
    single = len(word.text) == 1 and word.text.isupper()
    return single and after.text[0].islower() and word.y1 - word.y0 > _INITIAL * (after.y1 - after.y0)


def _cut(text: str, following: str, words: frozenset[str]) -> tuple[str, bool]:
    """The last word of a line without its hyphen, and whether the next one is glued to it."""
    if len(text) < 2 or text[-1] not in _HYPHENS or not text[-2].isalnum():
        return text, False
    if text[-1] == "\u00ad":
        return text[:-1], True
    head, tail = text[:-1].strip("(\"'“‘«").casefold(), following.strip(".,;:()\"'”’»!?").casefold()
    if head + tail in words:
        return text[:-1], True
    if f"{head}-{tail}" in words or not following[:1].islower() or not head.isalpha():
        return text, True
    compound = head in _KEEP or (head in words and tail in words and len(head) > 3 and len(tail) > 3)
    return (text, True) if compound else (text[:-1], True)

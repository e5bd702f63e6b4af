"""What a paragraph is: heading, caption, line of a table of contents, or body; told by its looks and its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from kb.layout.lines import Line, Sheet, Typography, half, overlap
from kb.layout.paragraphs import BULLET, NUMBERED, Paragraph, noted
from kb.records import Box

_LABEL = re.compile(
    r"^(photos?|figure|fig\.|images?|pictures?|map|chart|graph|source|sources|credits?|©|\(c\)|crédits?|carte|graphique"
    r"|рис\.|фото|источник)(\s*\d+\s*)?[\s:.©–-]",
    re.I,
)
_ENTRY = re.compile(r"^(?P<text>.*?[^\W\d_].*?)(?P<leader>[\s.…_·-]*)\s(?P<page>\d{1,3})$")
_CONTENTS = re.compile(
    r"^(table of )?contents|^in this (issue|edition)|^sommaire|^table des mati|^содержание|^оглавление", re.I
)
_ADDRESS = re.compile(r"@|https?:|www\.|\.(org|com|int|net)\b", re.I)
_STATISTIC = re.compile(r"^[\d.,]+\s?(%|[^\W\d_A-ZА-Я])|^\d{2,}\s\S+(\s\S+)?$")
_MARKED = re.compile(r"(\*{1,3}|[†‡])\s?[^\s*]")
_COUNTED = re.compile(r"\d{1,2}\s?\D")
_SMALL = 0.96
"""Size of small print, in sizes of the text, at the most."""
_FOOT = 0.72
"""Where the foot of a page begins, in heights of the page."""
_RULE = (40, 0.4)
"""Length of a rule above footnotes: at the least, and in widths of the page at the most."""
_ALIGNED = 6
_SENTENCE_END = re.compile(r"[.,;…]$")


def mark_contents(columns: list[list[Line]], look: Typography) -> None:
    """Gives runs of lines that end in rising page numbers the role toc."""
    for column in columns:
        run: list[int] = []
        last_number = 0
        for i, line in enumerate(column):
            number = _entry(line, look)
            near = not run or i - run[-1] <= 3
            if number and number >= last_number and near:
                run.append(i)
                last_number = number
            elif number or not near:
                _mark(column, run)
                run, last_number = ([i], number) if number else ([], 0)
        _mark(column, run)


def _entry(line: Line, look: Typography) -> int:
    """The page number at the end of a line of contents, or 0."""
    if line.role not in ("body", "table") or len(line.words) < 2:
        return 0
    match = _ENTRY.match(line.text)
    if not match or not 0 < int(match["page"]) <= 1.5 * look.pages + 20 or len(line.cells) > 3:
        return 0
    before, number = line.words[-2], line.words[-1]
    dotted = sum(c in ".…_·" for c in match["leader"]) > 2
    wide = number.x0 - before.x1 > 1.6 * line.size
    return int(match["page"]) if dotted or wide else 0


def _mark(column: list[Line], run: list[int]) -> None:
    if len(run) < 3 or _number(column[run[0]]) == _number(column[run[-1]]):
        return
    headed = any(_CONTENTS.match(line.text) for line in column[max(0, run[0] - 3) : run[0]])
    if (
        len(run) < 4
        and not headed
        and not any("..." in column[i].text or "__" in column[i].text for i in run)
    ):
        return
    first = run[0]
    while headed and first > 0 and not _CONTENTS.match(column[first].text):
        first -= 1
    for line in column[first : run[-1] + 1]:
        line.role = "toc"


def _number(line: Line) -> int:
    return int(line.words[-1].text)


def assign(pars: list[Paragraph], sheets: dict[int, Sheet], look: Typography) -> None:
    """Sets role and level of all paragraphs of a document, in reading order."""
    pictures = {n: _pictures(s) for n, s in sheets.items()}
    looks = {n: _local(s, look) for n, s in sheets.items()}
    before: Paragraph | None = None
    note: Paragraph | None = None
    for par in pars:
        rest = before is not None and abs(before.size - par.size) < 0.3 and _runs_on(before, par)
        sheet, own = sheets[par.page], looks[par.page]
        if par.role == "body" and not rest:
            if _footnote(par, note, sheet, own):
                par.role = "footnote"
            elif _caption(par, pictures[par.page], sheet, own):
                par.role = "caption"
        note = par if par.role == "footnote" else note
        before = par if par.role == "body" else before
    after: Paragraph | None = None
    for par in reversed(pars):  # what follows decides
        if (
            par.role == "body"
            and (_heads(par, after) or _tops(par, sheets[par.page], looks[par.page]))
            and _heading(par, after, looks[par.page])
        ):
            par.role = "heading"
        if par.role not in ("header", "footer"):
            after = par
    _levels(pars)


def _runs_on(before: Paragraph, par: Paragraph) -> bool:
    """Does a sentence go on from one to the other, as round a picture?"""
    return before.text[-1].isalpha() and par.text[:2].isalpha() and par.text[:2].islower()


def _local(sheet: Sheet, look: Typography) -> Typography:
    """The document's look with the size of this page's text, where that is set smaller (notes, annexes)."""
    sizes: Counter[float] = Counter()
    for line in sheet.lines:
        if line.role == "body" and len(line.words) > 4:
            sizes[half(line.size)] += len(line.words)
    size, words = max(sizes.items(), key=lambda item: item[1], default=(look.size, 0))
    return replace(look, size=size) if size < look.size and words > max(150, 0.6 * sizes.total()) else look


def _pictures(sheet: Sheet) -> list[Box]:
    """Pictures that can have a caption: neither ornaments nor the page's background."""
    area = sheet.width * sheet.height
    return [p for p in sheet.pictures if 0.012 * area < (p[2] - p[0]) * (p[3] - p[1]) < 0.7 * area]


def _footnote(par: Paragraph, note: Paragraph | None, sheet: Sheet, look: Typography) -> bool:
    """Is it small print with a raised mark, with another mark at the foot, below a short rule, or below a footnote?"""
    if par.size >= _SMALL * look.size:
        return False
    if noted(par.first):
        return True
    x0, y0 = par.box[:2]
    if y0 > _FOOT * sheet.height and _MARKED.match(par.text):
        return True
    if note is not None and (note.page, note.column) == (par.page, par.column):
        alike = abs(note.size - par.size) < 0.3 and abs(note.box[0] - x0) < _ALIGNED
        return alike and y0 >= note.box[3] - par.size and y0 - note.box[3] < 1.6 * par.size
    rules = [r for r in sheet.across if abs(r[0] - x0) < _ALIGNED and 0 <= y0 - r[1] < 1.6 * par.size]
    return any(_parts_notes(rule, sheet, look) for rule in rules)


def _parts_notes(rule: Box, sheet: Sheet, look: Typography) -> bool:
    """Is it a short rule in the lower half of a page, no edge and no underline, with nothing but small print below?"""
    a, y, b, _ = rule
    if y < 0.5 * sheet.height or not _RULE[0] < b - a < _RULE[1] * sheet.width:
        return False
    if any(abs(p[3] - y) < _ALIGNED and overlap(p[0], p[2], a, b) > 0 for p in sheet.pictures):
        return False
    near = [line for line in sheet.lines if overlap(line.x0, line.x1, a, b) > 0]
    underlined = any(-2 < y - line.y1 < 3 for line in near)
    below = [line for line in near if line.middle > y]
    reaches = any(line.y1 > _FOOT * sheet.height for line in below)
    return reaches and not underlined and all(line.size < _SMALL * look.size for line in below)


def _caption(par: Paragraph, pictures: list[Box], sheet: Sheet, look: Typography) -> bool:
    text = par.text
    if BULLET.match(par.first.words[0].text):
        return False
    count = len(text.split())
    small = par.size < _SMALL * look.size
    slanted = all(line.italic for line in par.lines)
    if small and par.box[1] > _FOOT * sheet.height and _COUNTED.match(text):
        return True  # a legend
    if _LABEL.match(text) and (small or slanted) and count <= 60:
        return True
    if small and slanted and count <= 40 and len(par.lines) <= 4:
        return True
    x0, y0, x1, y1 = par.box
    if count > 60 or par.size > 1.12 * look.size:
        return False
    for a, b, c, d in pictures:
        across = overlap(x0, x1, a, c)
        inside = across > 0.9 * (x1 - x0) and overlap(y0, y1, b, d) > 0.8 * (y1 - y0)
        below = across > 0.5 * min(x1 - x0, c - a) and -2 < y0 - d < 2.4 * par.size
        above = across > 0.5 * min(x1 - x0, c - a) and -2 < b - y1 < 1.6 * par.size
        beside = overlap(y0, y1, b, d) > 0.8 * (y1 - y0) and -18 < across < 0
        if inside and count <= 45 and not par.bold and (small or slanted or par.first.color != look.color):
            return True
        if (small or slanted) and (below or (beside and count <= 40)):
            return True
        if (above or below) and _LABEL.match(text):
            return True
    return False


def _heading(par: Paragraph, after: Paragraph | None, look: Typography) -> bool:
    text, size = par.text, par.size
    words = text.split()
    letters = sum(c.isalpha() for c in text)
    if len(words) > 30 or len(par.lines) > 5 or letters < 0.55 * len("".join(words)):
        return False
    if (
        not any(sum(c.isalpha() for c in w) > 2 for w in words)
        or _ADDRESS.search(text)
        or _SENTENCE_END.search(text)
    ):
        return False
    lettered = NUMBERED.match(words[0]) and len(words) > 1
    first = words[1][0] if lettered else text[0]
    if not (first.isalnum() or first in "¿¡") or first.islower() or BULLET.match(words[0]):
        return False
    big = size >= 1.12 * look.size
    colored = par.first.color != look.color and all(line.color == par.first.color for line in par.lines)
    bold = par.bold and not look.bold
    upper = text.isupper() and letters > 3
    if text[-1] == ":" and not ((bold or colored) and (big or 2 < len(words) < 10)) or _STATISTIC.match(text):
        return False
    if (
        not big
        and after is not None
        and after.role == "body"
        and after.text[:2].isalpha()  # a bullet may be a letter of a font of signs
        and after.text[:2].islower()
    ):
        return False  # the sentence goes on
    if big:
        return bold or upper or colored or len(words) <= 14 or size >= 1.35 * look.size
    if size < 0.92 * look.size or len(words) > (18 if bold and len(par.lines) < 4 else 12):
        return False
    if not (bold or upper or colored):
        return False
    if after is None:
        return False
    differs = after.bold != par.bold or after.first.color != par.first.color
    if after.role == "heading":  # one above the other
        numbered = [bool(NUMBERED.match(p.first.words[0].text)) for p in (par, after)]
        differs = differs or any(numbered) or upper != after.text.isupper()
    return (differs or upper or after.role == "table") and len(par.lines) <= 3


def _heads(par: Paragraph, after: Paragraph | None) -> bool:
    """Is what follows something to read or a lower heading, rather than the next label of a map or a chart?"""
    if after is None or after.role == "toc":
        return False
    if after.role == "body" and par.text[-1] == ":":
        return True
    if after.role == "heading":
        return (
            _rank(par) > _rank(after)
            or _one_title(par, after)
            or any(NUMBERED.match(p.first.words[0].text) for p in (par, after))
        )
    words = after.first.words
    listed = BULLET.match(words[0].text) or NUMBERED.match(words[0].text)
    told = len(after.text.split()) >= 5 or after.text[-1] in ",.:;!?"
    return after.role != "body" or bool(listed) or told or bool(_ADDRESS.search(after.text))


def _one_title(par: Paragraph, after: Paragraph) -> bool:
    """Two lines of one title, which differ in slant or colour."""
    aside = overlap(par.box[0], par.box[2], after.box[0], after.box[2])
    near = -0.3 * par.size <= after.box[1] - par.box[3] <= 0.6 * par.size
    return _rank(par) == _rank(after) and par.page == after.page and aside > 0 and near


def _rank(par: Paragraph) -> tuple[float, bool, bool]:
    return half(par.size), par.bold, par.text.isupper()


def _tops(par: Paragraph, sheet: Sheet, look: Typography) -> bool:
    """Is it the title of its page, whatever follows: big and at the top, or the biggest of all?"""
    if par.box[1] < 0.2 * sheet.height and par.size >= 1.3 * look.size:
        return True
    return par.size >= 1.6 * look.size and par.size >= max(
        line.size for line in sheet.lines if len(line.text) > 3
    )


def _levels(pars: list[Paragraph]) -> None:
    """Ranks the looks of headings: bigger, bolder, capitals first."""
    ranks = sorted({_rank(p) for p in pars if p.role == "heading"}, reverse=True)
    for par in pars:
        if par.role == "heading":
            par.level = min(6, ranks.index(_rank(par)) + 1)

"""A page of PyMuPDF as a sheet: its words, what they look like, and what is drawn round them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from kb.layout.lines import LEVEL, Line, Sheet, Way, Word
from kb.layout.pieces import unsplit
from kb.layout.sideways import DOWN, UP, levelled, set_back
from kb.layout.tiles import alone, tile_edges
from kb.records import Box

_OPERATIONS = 40000
_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!light)", re.I)
_ITALIC = re.compile(r"italic|oblique", re.I)
_SUPERSCRIPT = 1
_STRAIGHT = 0.98
"""Cosine of the angle up to which a line is straight."""
_FIXES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "\u2011": "-",
    }
    | {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf076": "❖", "\uf02d": "-", "\ufffd": ""}
    | dict.fromkeys(["\u200b", "\u200c", "\u2060", "\ufeff", *map(chr, range(32))], "")
)


def clean(text: str) -> str:
    """Without ligatures, invisible characters and the private codes of symbol fonts."""
    return text.translate(_FIXES)


def sheet_of(page: Any, number: int, log: list[tuple[str, Box]]) -> tuple[Sheet, Any]:
    """A page for layout, and the matrix from its coordinates to those of the page where the two differ.

    `log`: the page's `get_bboxlog()`.
    """
    import pymupdf

    flags = (
        pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
    )
    text = page.get_textpage(flags=flags)
    hidden, shown = _hidden(page, log)
    words: dict[tuple[int, int], list[Any]] = {}
    for word in page.get_text("words", textpage=text):
        if not hidden or _distance(word, hidden) >= _distance(word, shown):
            words.setdefault((word[5], word[6]), []).append(word)
    blocks = page.get_text("dict", textpage=text)["blocks"]
    side = _side(page, blocks)
    turn = (
        page.rotation_matrix * side if side is not None else page.rotation_matrix if page.rotation else None
    )
    area = page.rect if side is None else page.rect * side
    sheet = Sheet(number, area.width, area.height, [])
    running: dict[Way, list[tuple[dict[str, Any], list[Any]]]] = {}
    for block in blocks:
        for n, line in enumerate(block.get("lines", ())):
            if found := words.get((block["number"], n)):
                running.setdefault(_way(line, turn), []).append((line, found))
    for way, found_lines in running.items():
        if way == LEVEL:
            sheet.lines = unsplit([ln for line in found_lines for ln in _lines(*line, number, turn)])
        elif way in (UP, DOWN):
            level = levelled(way, sheet.width, sheet.height)
            whole = level if turn is None else turn * level
            lines = unsplit([ln for line in found_lines for ln in _lines(*line, number, whole)])
            sheet.sideways += set_back(lines, way, level)
    _drawn(page, log, sheet, turn)
    return sheet, None if side is None else ~side


def _side(page: Any, blocks: list[dict[str, Any]]) -> Any:
    """The matrix that sets a page level whose text runs up, down or upside down as the page is shown; else None."""
    ways: Counter[Way] = Counter()
    for block in blocks:
        for line in block.get("lines", ()):
            ways[_way(line, page.rotation_matrix)] += sum(len(span["text"].strip()) for span in line["spans"])
    commonest = max(ways, key=lambda way: ways[way], default=LEVEL)
    return levelled(commonest, page.rect.width, page.rect.height)


def _way(line: dict[str, Any], turn: Any) -> Way:
    """The direction in which a line runs on the turned page; (0, 0) where it runs slantwise."""
    dx, dy = line["dir"]
    if turn is not None:
        dx, dy = dx * turn.a + dy * turn.c, dx * turn.b + dy * turn.d
    return (round(dx), round(dy)) if max(abs(dx), abs(dy)) >= _STRAIGHT else (0, 0)


def _hidden(page: Any, log: list[tuple[str, Box]]) -> tuple[list[Box], list[Box]]:
    """Areas of text that lies under an opaque picture, or under anything with other text printed over it; and the rest."""
    over: list[tuple[int, Box]] = []
    suspect: list[tuple[int, Box]] = []
    size = 0.01 * page.rect.width * page.rect.height
    for n in range(len(log) - 1, -1, -1):
        kind, area = log[n]
        wide, high = area[2] - area[0], area[3] - area[1]
        if kind in ("fill-image", "fill-path"):
            if wide * high > size and wide > 40 and high > 8 and len(over) < 200:
                over.append((n, area))
        elif kind == "fill-text" and over and wide > 4 and any(_inside(area, a) for _, a in over):
            suspect.append((n, area))
    if not suspect:
        return [], []
    opaque = [i["bbox"] for i in page.get_image_info() if not i.get("has-mask")]
    hidden = {}
    for n, area in suspect:
        covers = [(i, a) for i, a in over if i > n and _inside(area, a)]
        shut = any(log[i][0] == "fill-image" and any(_same(a, o) for o in opaque) for i, a in covers)
        later = (a for k, a in log[n + 1 :] if k == "fill-text")
        if shut or any(_shared(area, a) > 0.25 for a in later):
            hidden[n] = area
    shown = [a for n, (k, a) in enumerate(log) if "text" in k and n not in hidden]
    return list(hidden.values()), shown


def _distance(word: Any, areas: list[Box]) -> float:
    """How far a word's middle is from that of the nearest area beside which it stands."""
    middle = (word[1] + word[3]) / 2
    x = (word[0] + word[2]) / 2
    return min((abs((a[1] + a[3]) / 2 - middle) for a in areas if a[0] - 2 <= x <= a[2] + 2), default=1e9)


def _inside(inner: Any, outer: Any) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return bool(
        outer[0] <= x <= outer[2]
        and outer[1] <= y <= outer[3]
        and inner[2] - inner[0] <= outer[2] - outer[0] + 4
    )


def _same(a: Any, b: Any) -> bool:
    return all(abs(v - w) < 1.5 for v, w in zip(a, b, strict=True))


def _shared(a: Any, b: Any) -> float:
    """Part of `a` that `b` covers."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return across * down / max(1e-6, (a[2] - a[0]) * (a[3] - a[1])) if across > 0 and down > 0 else 0.0


def _lines(line: dict[str, Any], found: list[Any], number: int, turn: Any) -> list[Line]:
    """A line of PyMuPDF, which the turn sets level, split where gaps are wide."""
    out: list[Line] = []
    piece: list[Word] = []
    looks: list[dict[str, Any]] = []
    for word, look in _looked(line["spans"], found, turn):
        if piece and not -2 * look["size"] < word.x0 - piece[-1].x1 < 0.9 * look["size"]:
            out.append(_line(piece, looks, number))
            piece, looks = [], []
        piece.append(word)
        looks.append(look)
    if piece:
        out.append(_line(piece, looks, number))
    return out


def _looked(spans: list[dict[str, Any]], found: list[Any], turn: Any) -> list[tuple[Word, dict[str, Any]]]:
    """The words of a line, each with the span it starts in; raised footnote marks are left out."""
    import pymupdf

    text = "".join(s["text"] for s in spans)
    ends: list[int] = []
    for span in spans:
        ends.append((ends[-1] if ends else 0) + len(span["text"]))
    out = []
    at = 0
    for x0, y0, x1, y1, word, *_ in found:
        start = max(at, text.find(word, at))
        at = start + len(word)
        first = next((i for i, end in enumerate(ends) if start < end), len(spans) - 1)
        last = next((i for i, end in enumerate(ends) if at <= end), len(spans) - 1)
        span = spans[first]
        if last > first and spans[last]["flags"] & _SUPERSCRIPT and spans[last]["size"] < 0.85 * span["size"]:
            raised = word[ends[last - 1] - start :]
            if raised.strip(",").isdigit() and word[: len(word) - len(raised)][-2:] not in (
                "m",
                "km",
                "cm",
                "/m",
            ):
                word, x1 = word[: len(word) - len(raised)], spans[last]["bbox"][0]
        box = (x0, y0, x1, y1) if turn is None else tuple(pymupdf.Rect(x0, y0, x1, y1) * turn)
        if cleaned := clean(word).strip():
            out.append((Word(cleaned, *box), span))
    return out


def _line(words: list[Word], looks: list[dict[str, Any]], number: int) -> Line:
    weights: Counter[tuple[float, bool, bool, int]] = Counter()
    slanted = [bool(look["flags"] & 2 or _ITALIC.search(look["font"])) for look in looks]
    for word, look, italic in zip(words, looks, slanted, strict=True):
        bold = bool(look["flags"] & 16 or _BOLD.search(look["font"]))
        weights[look["size"], bold, italic, look["color"]] += len(word.text)
    total = sum(weights.values())

    def most(index: int) -> Any:
        values: Counter[Any] = Counter()
        for key, weight in weights.items():
            values[key[index]] += weight
        return values.most_common(1)[0][0]

    bold = sum(n for key, n in weights.items() if key[1]) > 0.9 * total
    italic = sum(n for key, n in weights.items() if key[2]) > 0.9 * total
    return Line(number, words, most(0), bold, italic, most(3), slants=(slanted[0], slanted[-1]))


def _drawn(page: Any, log: list[tuple[str, Box]], sheet: Sheet, turn: Any) -> None:
    """Boxes of pictures, and thin boxes (rules) of lines and fills."""
    import pymupdf

    if len(log) > _OPERATIONS:
        return  # a map: its lines rule nothing
    across: set[Box] = set()
    down: set[Box] = set()
    boxes: list[Box] = []
    shaded = False
    for kind, area in log:
        if turn is not None:
            area = tuple(pymupdf.Rect(area) * turn)
        x0, y0, x1, y1 = area
        wide, high = x1 - x0, y1 - y0
        if kind == "fill-shade" and wide > 2 * sheet.width:
            shaded = True  # it fills the clip that is set
        elif kind in ("fill-image", "fill-shade"):
            sheet.pictures.append((x0, y0, x1, y1))
        elif "path" in kind:
            if high < 3 and wide > 8:
                across.add(_rounded(area))
            elif wide < 3 and high > 6:
                down.add(_rounded(area))
            elif wide > 12 and high > 8 and wide * high < 0.4 * sheet.width * sheet.height:
                boxes.append((x0, y0, x1, y1))
    sheet.frames = alone(boxes)
    if len(across) < 2 or len(down) < 2:  # no rules: the edges of shaded or drawn cells stand for them
        edges = tile_edges(boxes)
        across |= edges[0]
        down |= edges[1]
    if shaded:
        clips = (
            d["scissor"] for d in page.get_cdrawings(extended=True) if d["type"] == "clip" and d["level"] > 0
        )
        sheet.pictures += [tuple(c) for c in clips]
    if len(across) + len(down) < 3000:
        sheet.across, sheet.down = sorted(across), sorted(down)


def _rounded(box: tuple[float, ...]) -> Box:
    x0, y0, x1, y1 = box
    return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))

"""How far the text of a PDF page can be trusted: told by its characters, its words and how its lines lie."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from kb.layout import Line, Sheet
from kb.records import PageNote

DOUBTFUL = 0.8
"""Pages below this confidence are shown to the user."""
USABLE = 0.5
"""Below this a page whose letters are wrong is read by OCR, where that comes out better."""
ORDER = "words are printed over each other, so their order is doubtful"
SCATTERED = "small pieces of text lie scattered, so their order is doubtful"

_JUMPS = 5
"""From how many jumps to text on the left of all that was just read a page is doubtful: columns of prose need but few."""
_PIECE = 7
"""Fewest lines a column of prose has, in the mean."""
_EMPTY = "no text found: the page is empty"
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{3,}")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]{3,}")
_NO_LETTERS, _NO_WORDS = "of the characters stand for no letter", "the letters make no words"
_MEANS = {
    "text": "read",
    "ocr": "scanned, read by OCR",
    "layout": "read in the order of the layout model",
    "none": "not read",
}
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœаеёиоуыэюяӣӯіїєө")


def judge(page: Any, number: int, sheet: Sheet, log: Sequence[tuple[str, Any]]) -> PageNote:
    """The note of a page (PyMuPDF's) that was laid out as this sheet, by its text; `log`: its `get_bboxlog()`."""
    import pymupdf

    read = "".join(w.text for line in sheet.lines + sheet.sideways for w in line.words)
    if not any(c.isalnum() for c in read):
        pictured = any(kind.startswith(("fill", "stroke")) for kind, _ in log)
        why = "no text found: a picture or a scan" if pictured else _EMPTY
        return PageNote(number, 0.0, "none", why)
    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    whole = page.get_text("text", flags=flags)
    found = [
        *_unmapped(whole),
        *_wordless(whole),
        *_spaced_out(whole),
        *_left_out(whole, read),
        *_overlapping(sheet.lines),
        *(_layer(log) if sheet.pictures else []),
    ]
    confidence = 1.0
    for share, _ in found:
        confidence *= share
    return PageNote(number, round(confidence, 2), "text", "; ".join(why for _, why in found))


def judge_order(note: PageNote, columns: Sequence[Sequence[Line]]) -> PageNote:
    """The note of a page that is read in these columns, one after the other."""
    parts = [part for column in columns if (part := [line for line in column if line.role == "body"])]
    jumps = sum(below[0].x1 < above[-1].x0 for above, below in pairwise(parts))
    if jumps < _JUMPS or sum(map(len, parts)) > _PIECE * len(parts):
        return note
    reason = "; ".join(filter(None, [note.reason, SCATTERED]))
    return replace(note, confidence=round(0.75 * note.confidence, 2), reason=reason)


def unordered(note: PageNote) -> bool:
    """Is the order of the page's text doubtful?"""
    return ORDER in note.reason or SCATTERED in note.reason


def unusable(note: PageNote) -> bool:
    """Is something drawn on the page, but nothing that could be taken for its text?"""
    if note.means == "none":
        return note.reason != _EMPTY
    return note.confidence < USABLE and (_NO_LETTERS in note.reason or _NO_WORDS in note.reason)


def doubtful(note: Mapping[str, Any]) -> bool:
    """Should a person look at the page of this note (as stored)? Not where it is empty."""
    return note["confidence"] < DOUBTFUL and note["reason"] != _EMPTY


def told(notes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which pages (as stored) were not read by their text alone, or are doubtful, and why; a line a kind."""
    kinds: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for note in notes:
        if note["means"] != "text" or note["confidence"] < DOUBTFUL:
            kinds.setdefault((note["means"], note["reason"]), []).append(note)
    lines = []
    for (means, reason), found in kinds.items():
        pages = [n["page"] for n in found]
        sure = f", {min(n['confidence'] for n in found):.0%} sure" if means != "none" else ""
        named = f"{'page' if len(pages) == 1 else 'pages'} {_runs(pages)}: {_MEANS[means]}{sure}"
        lines.append(f"{named}: {reason}" if reason else named)
    return lines


def _runs(pages: Sequence[int]) -> str:
    """Such as "1-3, 7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _unmapped(text: str) -> list[tuple[float, str]]:
    marks = [c for c in text if not c.isspace()]
    share = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < " " for c in marks) / max(1, len(marks))
    # A few are bullets.
    return [(max(0.0, 1 - 2 * share), f"{share:.0%} {_NO_LETTERS}")] if share > 0.04 else []


def _wordless(text: str) -> list[tuple[float, str]]:
    """Fonts that tell wrong letters: their words have no vowels."""
    words = [w for kind in (_LATIN, _CYRILLIC) for w in kind.findall(text)]
    share = sum(not _VOWELS.isdisjoint(w.lower()) for w in words) / max(1, len(words))
    return [(share * 0.6, _NO_WORDS)] if len(words) >= 20 and share < 0.6 else []


def _spaced_out(text: str) -> list[tuple[float, str]]:
    words = [w for w in text.split() if w.isalpha()]
    share = sum(len(w) == 1 for w in words) / max(1, len(words))
    return [(0.7, "letters are spaced out")] if len(words) >= 40 and share > 0.5 else []


def _left_out(text: str, read: str) -> list[tuple[float, str]]:
    """Text under pictures or slantwise is no part of the sheet."""
    there, taken = (sum(c.isalnum() for c in t) for t in (text, read))
    share = taken / max(1, there)
    why = "text was left out that lies under pictures or runs slantwise"
    return [(0.6 + 0.3 * share, why)] if there - taken > 100 and share < 0.85 else []


def _overlapping(lines: list[Line]) -> list[tuple[float, str]]:
    """Lines printed over others, or made of words that are."""
    lines = sorted(lines, key=lambda line: line.y0)
    met = {i for i, line in enumerate(lines) if _crowded(line)}
    for i, line in enumerate(lines):
        for k in range(i + 1, len(lines)):
            other = lines[k]
            low = min(line.y1 - line.y0, other.y1 - other.y0)
            if other.y0 > line.y1 - 0.5 * low:
                break
            across = min(line.x1, other.x1) - max(line.x0, other.x0)
            if across > 0.3 * min(line.x1 - line.x0, other.x1 - other.x0):
                met |= {i, k}
    many = len(met) > max(3, 0.1 * len(lines))
    return [(0.7, ORDER)] if many else []


def _crowded(line: Line) -> bool:
    words = sorted(line.words, key=lambda w: w.x0)
    over = sum(b.x0 < a.x1 - 0.3 * min(a.x1 - a.x0, b.x1 - b.x0) for a, b in pairwise(words))
    return over > 2


def _layer(log: Sequence[tuple[str, Any]]) -> list[tuple[float, str]]:
    """Invisible text over a picture: what another program's OCR made of a scan."""
    unseen = sum(kind == "ignore-text" for kind, _ in log)
    seen = sum(kind in ("fill-text", "stroke-text") for kind, _ in log)
    pictured = any(kind == "fill-image" for kind, _ in log)
    return [(0.9, "its text comes from an earlier OCR of a scan")] if unseen > seen and pictured else []

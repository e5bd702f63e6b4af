"""Running heads, feet and page numbers: known by coming back near the edge of page after page."""

from __future__ import annotations

import re
from collections import defaultdict

from kb import notices
from kb.layout.lines import LEVEL, Line, Sheet, Typography
from kb.records import BlockRole

_ZONE = 0.13
_NUMBER = re.compile(
    r"^\W*(?:page|p\.?|pg\.?|стр\.?|с\.)?\s*(\d{1,4})(?:\s*(?:/|\||of|de|sur|из|von)\s*(\d{1,4}))?\W*$", re.I
)
_DIGITS = re.compile(r"\d+")


def set_aside(sheets: list[Sheet], look: Typography) -> None:
    """Gives lines of the page's furniture the role header or footer."""
    seen: dict[tuple[BlockRole, str], list[tuple[float, int, Line]]] = defaultdict(list)
    numbers: dict[int, list[tuple[int, Line, BlockRole]]] = defaultdict(list)
    for sheet in sheets:
        for line in sheet.lines + sheet.sideways:
            if not (edge := _edge(sheet, line)) or notices.alone(line.text):
                continue  # "continued on page 4" belongs to the article above it
            role, distance = edge
            text = line.text
            if match := _NUMBER.match(text):
                if match[2] or not match[0].strip().isdigit() and len(text) > 4:
                    line.role = role  # "page 3", "3/35"
                else:
                    numbers[int(match[1]) - sheet.page].append((sheet.page, line, role))
            key = _DIGITS.sub("#", "".join(text.split()).casefold())
            if any(c.isalpha() for c in key):
                seen[role, key].append((distance, sheet.page, line))
    for (role, _), found in seen.items():
        for distance, _, line in found:
            pages = {p for d, p, _ in found if abs(d - distance) < 6}
            if len(pages) >= _often(line, look):
                line.role = role
    outer = {sheet.page: _outermost(sheet) for sheet in sheets}
    for found_numbers in numbers.values():
        alone = [(page, line, role) for page, line, role in found_numbers if _alone(line, outer[page][role])]
        if len({page for page, _, _ in alone}) >= min(2, look.pages):
            for _, line, role in alone:
                line.role = role
    lines = [line for sheet in sheets for line in sheet.lines]
    if all(line.role != "body" for line in lines):  # the same few words on each page: that is the text
        for line in lines:
            line.role = "body"


def _outermost(sheet: Sheet) -> dict[BlockRole, list[Line]]:
    """The text lines at the upper and the lower edge of a page, all those on one base line with the outermost."""
    body = [line for line in sheet.lines if line.role == "body"]
    if not body:
        return {"header": [], "footer": []}
    top, bottom = min(body, key=lambda line: line.y0), max(body, key=lambda line: line.y1)
    return {
        "header": [line for line in body if line.y0 < top.y1],
        "footer": [line for line in body if line.y1 > bottom.y0],
    }


def _alone(line: Line, outermost: list[Line]) -> bool:
    """Is a number at the edge of the page, and not one of a row of numbers or a number of a table?"""
    return line in outermost and sum(_NUMBER.match(other.text) is not None for other in outermost) < 2


def _edge(sheet: Sheet, line: Line) -> tuple[BlockRole, float] | None:
    zone = _ZONE * max(sheet.width, sheet.height)
    if line.way != LEVEL:
        distance = min(line.x0, sheet.width - line.x1)
        return ("header", distance) if distance + line.x1 - line.x0 < zone else None
    if line.y1 < zone:
        return "header", line.y0
    if line.y0 > sheet.height - zone:
        return "footer", sheet.height - line.y1
    return None


def _often(line: Line, look: Typography) -> float:
    """On how many pages a line must stand to be furniture; a big one could be the title of two chapters."""
    if line.size > 1.3 * look.size:
        return max(3, 0.4 * look.pages)
    return 2 if look.pages < 8 else 3

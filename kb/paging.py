"""What the pages of a document are called: a deck has slides, a workbook sheets, and a web page none at all."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath

_UNITS = {
    ".pptx": "slide",
    ".pptm": "slide",
    ".ppsx": "slide",
    ".xlsx": "sheet",
    ".xlsm": "sheet",
    ".epub": "part",
} | dict.fromkeys(
    (".docm .docx .dotx .eml .htm .html .markdown .md .mdown .mkd .xhtml .csv .text .tsv .txt").split(),
    "",
)


@lru_cache(maxsize=4096)
def unit(path: str) -> str:
    """Singular, such as "slide"; empty where the format has no pages; "page" for what is not known."""
    return _UNITS.get(PurePath(path).suffix.casefold(), "page")


def place(path: str, page: int) -> str:
    """Where a quote stands, such as "page 4" or "slide 3"; empty where the format has no pages."""
    return f"{name} {page}" if (name := unit(path)) else ""


def short(path: str, page: int) -> str:
    """Like `place`, as in a list of references: "p. 4"."""
    return place(path, page).replace("page ", "p. ")


def counted(path: str, pages: int) -> str:
    """How many there are, such as "12 slides"; empty where there are none."""
    return f"{pages:,} {name}{'s' * (pages != 1)}" if pages and (name := unit(path)) else ""

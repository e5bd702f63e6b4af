"""Excel (.xlsx)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from kb import hookimpl
from kb.archives import check_archive
from kb.errors import ReadError
from kb.merged import laid_out, row_block
from kb.records import Block, Document
from kb.settings import Settings
from kb.text import tidy

SUFFIXES = frozenset({".xlsx", ".xlsm"})

_ROWS = 20_000
"""Most rows that are read of a workbook: what lies beyond is a database, no report."""
_COLUMNS = 200
_X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_NAMELESS = re.compile(r"(sheet|лист|feuil|feuille|tabelle|hoja|вара[қк])\s?\d*", re.I)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"[0#?](?:[0#?,. \ue000-\uf8ff]*[0#?,.])?")
_PRIVATE = 0xE000
_TITLE = 120
_PROSE = 60

Place = tuple[int, int]
"""Row and column, from 1."""

Row = list[tuple[Place, str]]
"""For each column the place of the cell that covers it (of a merged one: its first) and its text."""


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Visible sheets, table by table and row by row, with dates and numbers as shown and the results of formulas."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    check_archive(path, program="Excel", suffix=".xlsx")
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise ReadError(
            f"{path}: it is damaged, or no workbook ({error}). Open it in Excel and save it anew."
        ) from error
    sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
    blocks: list[Block] = []
    faults: dict[int, str] = {}
    left = _ROWS
    for number, sheet in enumerate(sheets, 1):
        merges, unsolved = _of_sheet(path, sheet)
        rows = list(_rows(sheet, merges, left + 1))
        if unsolved:
            faults[number] = (
                f"sheet “{sheet.title}” has formulas without results: open it in Excel and save it anew"
            )
        if len(rows) > left:
            rows = rows[:left]
            faults[number] = f"only the first {_ROWS:,} rows were read, up to sheet “{sheet.title}”: split it"
        left -= len(rows)
        content = list(_tables(rows, number))
        if content and not (_NAMELESS.fullmatch(sheet.title) and content[0].role == "heading"):
            blocks.append(Block(tidy(sheet.title), number, "heading", 1))
        blocks += content
        if left <= 0:
            faults |= {n: faults[number] for n in range(number + 1, len(sheets) + 1) if number in faults}
            break
    title = (book.properties.title or "").strip()
    book.close()
    reason = "; ".join(dict.fromkeys(faults.values()))
    return Document(id="", path=str(path), title=title, pages=len(sheets), blocks=tuple(blocks),
                    unreadable=tuple(faults), reason=reason and f"{reason[0].upper()}{reason[1:]}.")  # fmt: skip


def _of_sheet(path: Path, sheet: Any) -> tuple[dict[Place, Place], bool]:
    """Place in a merged cell → the place of its first, and whether there are formulas without results.

    openpyxl tells neither when it reads row by row, and row by row it must read: else a sheet takes fifty times its size.
    """
    from lxml import etree
    from openpyxl.utils import range_boundaries

    first: dict[Place, Place] = {}
    unsolved = False
    unsolved_in = etree.XPath(
        "boolean(x:c[x:f and not(string(x:v))][not(@t='str')])", namespaces={"x": _X[1:-1]}
    )
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        for _, element in etree.iterparse(part, tag=(f"{_X}row", f"{_X}mergeCell"), resolve_entities=False):
            if element.tag == f"{_X}mergeCell":
                x0, y0, x1, y1 = (n or 1 for n in range_boundaries(element.get("ref")))
                for y in range(y0, min(y1, y0 + _ROWS) + 1):
                    for x in range(x0, min(x1, _COLUMNS) + 1):
                        first[y, x] = (y0, x0)
                continue
            unsolved = unsolved or unsolved_in(element)
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
    return first, unsolved


def _rows(sheet: Any, merges: dict[Place, Place], most: int) -> Iterator[Row]:
    """The rows with an empty one for each gap between them; no more than `most`."""
    sheet.reset_dimensions()  # what a sheet says of its size may be a million rows
    texts: dict[Place, str] = {}
    origins = frozenset(merges.values())
    gap = False
    count = 0
    for y, cells in enumerate(sheet.iter_rows(), 1):
        row: Row = []
        for x, cell in enumerate(cells[:_COLUMNS], 1):
            at = (y, x)
            first = merges.get(at, at)
            if first == at:
                text = shown(cell.value, cell.number_format) if cell.value is not None else ""
                if at in origins:
                    texts[at] = text
            else:
                text = texts.get(first, "")
            row.append((first, text))
        if any(text for _, text in row):
            if gap:
                yield []
            yield row
            gap = False
            count += 1
            if count >= most:
                return
        else:
            gap = count > 0


def _tables(rows: Sequence[Row], number: int) -> Iterator[Block]:
    """Rows without an empty one between them are a table; lone texts above it are its titles."""
    parts = [list(part) for filled, part in groupby(rows, bool) if filled]
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        # A column that holds nothing but what reaches into it from the left is there for its looks.
        used = sorted({x for row in part for (_, x), text in row if text})
        padded = [
            [row[x - 1] if x <= len(row) else ((n, -x), "") for x in used] for n, row in enumerate(part)
        ]
        grid = laid_out(padded)
        lone = [sum(map(bool, texts)) <= 1 for texts in grid]
        table = next((n for n, single in enumerate(lone) if not single), len(grid))
        # A text alone above a table, in its part or the next one, is a title; else it is a paragraph.
        titled = table < len(grid) or after is not None
        for n, texts in enumerate(grid):
            text = next(filter(None, texts), "")
            if not lone[n]:
                yield row_block(texts, number)
            elif n < table and titled and _like_title(text):
                yield Block(text, number, "heading", 2)
            elif text:
                yield Block(text, number, "body" if n < table or len(text) > _PROSE else "table")


def _like_title(text: str) -> bool:
    return (
        len(text) <= _TITLE and text[0].isalnum() and any(map(str.isalpha, text)) and text[-1] not in ".,;:"
    )


# --- values as shown ----------------------------------------------------------------------------------------------


def shown(value: Any, code: str = "General") -> str:
    """A cell's value by its format code: 1234.5 as "#,##0.00 [$€]" is "1,234.50 €". Dates as precise as the code.

    Days are told by the name of their month, since the order of day and month depends on the reader's computer.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, code or "General")
    if isinstance(value, datetime | date | time):
        return _date(value, code.casefold())
    if isinstance(value, timedelta):
        return str(value)
    text = tidy(str(value)).replace("\n", " ")
    return "" if re.fullmatch(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", text) else text


def _date(value: datetime | date | time, code: str) -> str:
    """With the day, the month, the year, or the time alone, whichever the format code shows."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    code = _LITERAL.sub("", code)
    day = f"{value.day} {value:%B} {value.year}"
    if "d" not in code and "y" in code and "h" not in code:
        day = f"{value:%B} {value.year}" if "m" in code else str(value.year)
    clock = isinstance(value, datetime) and "h" in code
    return f"{day} {value:%H:%M}" if clock else day


def _number(value: float, code: str) -> str:
    parts = code.split(";")
    negative = value < 0
    if negative and len(parts) > 1:
        code, value = parts[1], -value
    elif value == 0 and len(parts) > 2:
        code = parts[2]
    else:
        code = parts[0]
    literals = ["".join(filter(None, m.groups())) for m in _LITERAL.finditer(code)]
    signs = iter(
        range(_PRIVATE, _PRIVATE + len(literals))
    )  # a character of no meaning holds the place of each
    pattern = _LITERAL.sub(lambda _: chr(next(signs)), code)
    body = _DIGITS.search(pattern)
    if "General" in pattern or "@" in pattern or body is None and not literals:
        return _general(value)
    if body is None:
        return _literally(pattern, literals)
    if re.search(r"/|E[+-]", pattern):
        return _general(value)
    before, after = (_literally(p, literals) for p in (pattern[: body.start()], pattern[body.end() :]))
    return tidy(f"{before}{_digits(value, body[0], '%' in pattern)}{after}")


def _literally(pattern: str, literals: Sequence[str]) -> str:
    return pattern.translate({_PRIVATE + n: text for n, text in enumerate(literals)})


def _digits(value: float, pattern: str, percent: bool) -> str:
    spaced = re.search(r"[^0#?,.]", pattern) is not None
    digits = re.sub(r"[^0#?,.]", "", pattern)
    whole, _, decimals = digits.rstrip(",").partition(".")
    value = value / 1000 ** (len(digits) - len(digits.rstrip(",")))
    value = value * 100 if percent else value
    places = len(decimals)
    text = f"{value:,.{places}f}" if "," in whole or spaced else f"{value:.{places}f}"
    if optional := places - len(decimals.rstrip("#?")):
        kept, _, tail = text.partition(".")
        tail = tail[: places - optional] + tail[places - optional :].rstrip("0")
        text = f"{kept}.{tail}" if tail else kept
    if places == 0 and "," not in text:
        text = "-" * text.startswith("-") + text.lstrip("-").zfill(whole.count("0"))
    return text.replace(",", " ") if spaced else text


def _general(value: float) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"

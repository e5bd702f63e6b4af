"""Tables that leave for a spreadsheet: CSV and XLSX, in which no text of a document is run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

_WIDEST = 60
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML, and so no XLSX, may hold."""


def harmless(value: Any) -> Any:
    """A cell's value; text that a spreadsheet would run begins with an apostrophe."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The columns of the rows as CSV: UTF-8 with a mark, by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([harmless(row.get(c, "")) for c in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], sheet: str) -> bytes:
    """The columns of the rows as a workbook of one sheet, with a bold first row that stays in view and can filter."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(list(columns))
    for row in rows:
        page.append([_cell(row.get(c, "")) for c in columns])
    for cell in page[1]:
        cell.font = Font(bold=True)
    for n, column in enumerate(columns, 1):
        longest = max([len(column), *(len(str(row.get(column, ""))) for row in rows)])
        page.column_dimensions[get_column_letter(n)].width = min(longest + 2, _WIDEST)
    for line in page.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    return harmless(_FORBIDDEN.sub("", value)) if isinstance(value, str) else value

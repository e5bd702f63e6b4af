"""The tables of a report for spreadsheets: CSV and XLSX, HXL tags in the second row, sources in the last column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from kb.errors import InputError
from kb.reports.model import MARKS, Cell, Report, Table
from kb.reports.word import clean, said
from kb.spreadsheet import harmless


def write_csv(report: Report, path: Path) -> None:
    """Writes the report's table. Raises InputError where it has none or several."""
    tables = _tables(report)
    if len(tables) > 1:
        raise InputError(
            f"a {report.kind} has {len(tables)} tables, and a CSV file holds one: write .xlsx instead."
        )
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(v) for v in row] for row in rows(tables[0][1]))
    path.write_bytes(out.getvalue().encode("utf-8-sig"))  # with the mark by which spreadsheets know UTF-8


def write_xlsx(report: Report, path: Path) -> None:
    """Writes a sheet a table, and one with the words of every note. Raises InputError where there is no table."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    book.remove(book.active)
    evidence: list[list[str | int]] = [["Sheet", "Row", "Issue", "Page", "Words", "Mark"]]
    for title, table in _tables(report):
        name = "".join(c for c in title if c not in "[]:*?/\\")[:31]
        sheet = book.create_sheet(name)
        for row in rows(table):
            sheet.append([clean(v) if isinstance(v, str) else v for v in map(harmless, row)])
        first = 3 if table.tags else 2
        for n, told in enumerate(table.rows, first):
            evidence += [
                [name, n, note.issue, note.where, note.quote, MARKS.get(note.mark, "")]
                for cell in told
                for note in cell.notes
            ]
        sheet.freeze_panes = f"A{first}"
    sheet = book.create_sheet("Evidence")
    for row in evidence:
        sheet.append([clean(v) if isinstance(v, str) else v for v in map(harmless, row)])
    for sheet in book.worksheets:
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
        for column in sheet.columns:
            longest = max((len(str(c.value or "")) for c in column), default=0)
            sheet.column_dimensions[column[0].column_letter].width = max(10, min(60, longest + 2))
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)


def rows(table: Table) -> list[list[str | int]]:
    """The rows of a table with head, tags and sources; numbers as numbers."""
    out: list[list[str | int]] = [[*table.columns, "Sources"]]
    if table.tags:
        out.append([*table.tags, "#meta+source"])
    for row in table.rows:
        out.append([*(_value(c) for c in row), _sources(row)])
    return out


def _value(cell: Cell) -> str | int:
    if cell.number and cell.text.isdigit():
        return int(cell.text)
    return f"{cell.text} ({MARKS[cell.mark]})" if cell.mark else cell.text


def _sources(row: Iterable[Cell]) -> str:
    return " · ".join(dict.fromkeys(said(n) for c in row for n in c.notes))


def _tables(report: Report) -> list[tuple[str, Table]]:
    """The tables with the titles of their chapters."""
    found = [(c.title, p) for c in report.chapters for p in c.parts if isinstance(p, Table)]
    if not found:
        raise InputError(
            f"there is nothing to write: the {report.kind} has no table. Choose more, or write .docx, .md or .html."
        )
    return found

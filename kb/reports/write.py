"""A report into a file, in the form that its name asks for."""

from __future__ import annotations

from pathlib import Path

from kb.errors import InputError
from kb.reports import markdown, sheets, webpage, word
from kb.reports.model import Report

FORMS = (".docx", ".md", ".html", ".csv", ".xlsx")


def write(report: Report, path: Path, *, template: str = "") -> None:
    """Writes the report; `template` is for Word. Raises InputError for a name of another form, and where the form does not fit."""
    form = path.suffix.casefold()
    if form not in FORMS:
        raise InputError(f"{path}: a report is written as {', '.join(FORMS)}; name the file so.")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}. Make it first.")
    if form == ".docx":
        word.write(report, path, template=template)
    elif form == ".md":
        markdown.write(report, path)
    elif form == ".html":
        webpage.write(report, path)
    elif form == ".csv":
        sheets.write_csv(report, path)
    else:
        sheets.write_xlsx(report, path)

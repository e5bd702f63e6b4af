"""Export as CSV tables for spreadsheets: a zip file, or a folder where the path has no suffix."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kb.hookspecs import Exporter, hookimpl
from kb.spreadsheet import harmless

COLUMNS: dict[str, str] = {
    "documents": "id path title organisation period_start period_end period_label language pages status reason version_of",
    "sections": "id document ordinal heading level first_page last_page language",
    "entities": "id kind name aliases roles level description documents mentions",
    "figures": "id value unit counted qualifier status quote document section page",
    "activities": "id type title start end projects donors partners organisations districts places figures quote document section page",
    "relations": "kind source target quote document section page",
    "acronyms": "short long document",
}
"""The tables and their columns; further ones of the truth follow them."""


class CsvExporter:
    """One table a kind of record. Lists are joined by "|"; UTF-8 with a mark, so that spreadsheets know it."""

    kind = "csv"
    suffix = ".zip"

    def write(self, data: Mapping[str, Any], path: Path) -> None:
        """Writes a zip file, or one file a table into the folder `path` where it has no suffix."""
        tables = {name: _table(COLUMNS.get(name, "").split(), rows) for name, rows in data.items()}
        if not path.suffix or path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            for name, text in tables.items():
                (path / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
            return
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in tables.items():
                archive.writestr(f"{name}.csv", text.encode("utf-8-sig"))


def _table(columns: list[str], rows: Iterable[Mapping[str, Any]]) -> str:
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys([*columns, *(key for row in flat for key in row)]))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with nested records spread over columns: period.start becomes period_start."""
    out: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            out |= {f"{key}_{inner}": _cell(v) for inner, v in value.items()}
        else:
            out[key] = _cell(value)
    return out


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = "|".join(map(str, value))
    return harmless(value)


@hookimpl
def kb_export() -> list[Exporter]:
    """CSV."""
    return [CsvExporter()]

"""Reads lists of names (CSV) into authority entries: those of kb/authority, and an outsider's own."""

from __future__ import annotations

import csv
from pathlib import Path

from kb.errors import PluginError
from kb.records import AuthorityEntry

HERE = Path(__file__).parent / "authority"
KINDS = {"place": "place", "org": "organisation", "project": "project", "type": "activity_type"}
COLUMNS = ("id", "name", "aliases", "weak", "type", "level", "parent", "country", "lat", "lon", "former")


def read_entries(path: Path | str) -> list[AuthorityEntry]:
    """The entries of a UTF-8 CSV file with the columns of `COLUMNS`; a bare name is a file of kb/authority.

    The part of an id before the colon tells the kind (`KINDS`). Aliases and weak aliases are separated by "|", former
    names too, each with the year in which it was given up ("Sarband<2018").
    Columns may be left out, except id and name; lines that begin with "#" are comments. Raises PluginError.
    """
    path = HERE / path
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(line for line in file if not line.startswith("#"))
            head = next(rows, [])
            if not {"id", "name"} <= set(head) <= set(COLUMNS):
                raise PluginError(
                    f"{path}: the first line must name columns among {', '.join(COLUMNS)}; it has {', '.join(head)}."
                )
            return [_entry(path, head, row) for row in rows if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PluginError(
            f"{path} cannot be read: {error}. Restore the file or switch its plugin off."
        ) from error


def _entry(path: Path, head: list[str], row: list[str]) -> AuthorityEntry:
    cell = dict(zip(head, row, strict=False)).get
    try:
        return AuthorityEntry(
            row[head.index("id")],
            KINDS[row[head.index("id")].partition(":")[0]],  # type: ignore[arg-type]
            row[head.index("name")],
            _names(cell("aliases")),
            _names(cell("weak")),
            cell("type") or "",
            cell("level") or "",
            cell("parent") or "",
            cell("country") or "",
            float(lat) if (lat := cell("lat")) else None,
            float(lon) if (lon := cell("lon")) else None,
            tuple((name, int(year)) for name, _, year in (n.rpartition("<") for n in _names(cell("former")))),
        )
    except (KeyError, ValueError, IndexError) as error:
        raise PluginError(
            f"{path}: the line {','.join(row)!r} is wrong ({error}). Correct or delete it."
        ) from error


def _names(cell: str | None) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()

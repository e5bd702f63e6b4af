"""Exporters: what they write can be read again, and does nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from kb.plugins.export_csv import COLUMNS, CsvExporter
from kb.plugins.export_json import JsonExporter

DATA = {
    "documents": [{"id": "d1", "title": "Хабарнома", "period": {"start": "2012-07-01", "end": "", "label": "Q3"}}],
    "entities": [{"id": "org:x", "name": "=HYPERLINK(1)", "aliases": ["X", "Y"], "mentions": 3}],
    "figures": [{"id": "f1", "value": -4.5, "quote": "line one\nline two; \"quoted\", with commas"}],
    "activities": [],
    "notes": [{"id": "n1"}],
}  # fmt: skip


def tables(path) -> dict[str, list[dict[str, str]]]:
    if path.is_dir():
        texts = {p.name: p.read_bytes() for p in path.iterdir()}
    else:
        with zipfile.ZipFile(path) as archive:
            texts = {n: archive.read(n) for n in archive.namelist()}
    return {n: list(csv.DictReader(io.StringIO(t.decode("utf-8-sig"), newline=""))) for n, t in texts.items()}


@pytest.mark.parametrize("name", ["out.zip", "folder"])
def test_csv_is_a_table_a_kind(tmp_path, name):
    CsvExporter().write(DATA, tmp_path / name)
    found = tables(tmp_path / name)
    assert set(found) == {f"{kind}.csv" for kind in DATA}
    assert (found["documents.csv"][0]["title"], found["documents.csv"][0]["period_start"]) == (
        "Хабарнома",
        "2012-07-01",
    )
    assert found["entities.csv"][0]["aliases"] == "X|Y"
    assert found["figures.csv"][0]["quote"] == DATA["figures"][0]["quote"]
    assert found["figures.csv"][0]["value"] == "-4.5"
    assert found["notes.csv"] == [{"id": "n1"}]


def test_csv_of_nothing_still_has_its_columns(tmp_path):
    CsvExporter().write(DATA, tmp_path / "folder")
    assert (tmp_path / "folder" / "activities.csv").read_text("utf-8-sig").split() == [
        ",".join(COLUMNS["activities"].split())
    ]


def test_csv_holds_no_formula(tmp_path):
    CsvExporter().write(DATA, tmp_path / "folder")
    assert tables(tmp_path / "folder")["entities.csv"][0]["name"] == "'=HYPERLINK(1)"


def test_json_is_the_truth(tmp_path):
    JsonExporter().write(DATA, tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text("utf-8")
    assert json.loads(text) == DATA
    assert "Хабарнома" in text

"""Tables for spreadsheets: read back as a spreadsheet would, nothing in them runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from kb.spreadsheet import as_csv, as_xlsx, harmless

ROWS = [{"what": "=1+1", "value": 37.0}, {"what": "bell\x07 of Kulob\nand Ayni", "value": -2.5}]


@pytest.mark.parametrize(
    ("value", "kept"),
    [("=SUM(A1)", "'=SUM(A1)"), ("+1", "'+1"), ("@x", "'@x"), ("-", "'-"), ("\tx", "'\tx"), ("a=b", "a=b"), (-3, -3)],
)  # fmt: skip
def test_text_that_would_run_is_made_harmless(value, kept):
    assert harmless(value) == kept


def test_csv_holds_the_columns_asked_for():
    told = list(csv.reader(io.StringIO(as_csv(("value", "what", "page"), ROWS).decode("utf-8-sig"))))
    assert told[:2] == [["value", "what", "page"], ["37.0", "'=1+1", ""]]


def test_xlsx_opens_with_numbers_as_numbers_and_no_formula(tmp_path: Path):
    (tmp_path / "t.xlsx").write_bytes(as_xlsx(("what", "value"), ROWS, "Figures"))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Figures"]
    assert [[c.value for c in line] for line in sheet.iter_rows()] == [
        ["what", "value"],
        ["'=1+1", 37],
        ["bell of Kulob\nand Ayni", -2.5],
    ]
    assert {c.data_type for line in sheet.iter_rows() for c in line} == {"s", "n"}


def test_an_empty_table_is_its_columns():
    assert as_csv(("a", "b"), []).decode("utf-8-sig") == "a,b\r\n"
    assert as_xlsx(("a", "b"), [], "None")

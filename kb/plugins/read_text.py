"""Plain text and delimited tables (.txt, .csv, .tsv)."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from kb import hookimpl
from kb.errors import ReadError
from kb.records import Block, Document
from kb.settings import Settings
from kb.text import decoded

_UNDERLINE = re.compile(r"^\s*([=\-~*_#])\1{2,}\s*$")
_BULLET = re.compile(r"^\s*([-*•▪◦o]|\(?\d{1,2}[.)])\s+\S")


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Paragraphs of a text file, with underlined and short stand-alone lines as headings; rows of a delimited one."""
    suffix = path.suffix.lower()
    if suffix not in (".txt", ".text", ".csv", ".tsv"):
        return None
    data = path.read_bytes()
    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise ReadError(f"{path}: it is not text, though its name says so. Give it the suffix of its kind.")
    text = decoded(data)
    blocks = _rows(text, suffix) if suffix in (".csv", ".tsv") else _paragraphs(text)
    return Document(id="", path=str(path), pages=1, blocks=tuple(blocks))


def _rows(text: str, suffix: str) -> list[Block]:
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if suffix == ".tsv" else csv.excel
    rows = ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), dialect))
    return [Block(" | ".join(row), role="table") for row in rows if any(row)]


def _paragraphs(text: str) -> list[Block]:
    blocks: list[Block] = []
    groups = [
        [line.rstrip() for line in part.split("\n") if line.strip()] for part in re.split(r"\n[ \t]*\n", text)
    ]
    groups = [g for g in groups if g]
    for i, lines in enumerate(groups):
        while lines:
            if len(lines) > 1 and _UNDERLINE.match(lines[1]):
                blocks.append(Block(lines[0].strip(), role="heading", level=1 if "=" in lines[1] else 2))
                lines = lines[2:]
                continue
            end = next((k for k in range(1, len(lines)) if _starts(lines, k)), len(lines))
            part = " ".join(line.strip() for line in lines[:end])
            alone = end == len(lines) == 1 and i + 1 < len(groups)
            if alone and _like_heading(part):
                blocks.append(Block(part, role="heading", level=1 if part.isupper() else 2))
            elif not _UNDERLINE.match(part):
                blocks.append(Block(part))
            lines = lines[end:]
    return blocks


def _starts(lines: list[str], k: int) -> bool:
    """Does line `k` begin a block of its own: a list item, or a title underlined by the next line?"""
    underlined = k + 1 < len(lines) and _UNDERLINE.match(lines[k + 1])
    return bool(_BULLET.match(lines[k]) or underlined)


def _like_heading(line: str) -> bool:
    words = line.split()
    return (
        len(words) <= 12
        and len(line) <= 90
        and line[0].isalnum()
        and not line[0].islower()
        and line[-1] not in ".,;:!"
        and any(len(w) > 2 and w.isalpha() for w in words)
        and "@" not in line
    )

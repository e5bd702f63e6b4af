"""Zipped formats (Word, PowerPoint, Excel, EPUB) are looked over before a library opens them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kb.errors import ReadError

_PARTS = 5000
_UNPACKED_MB = 400
_RATIO = 100
_SMALL = 8 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_TEXT = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")


def check_archive(path: Path, *, program: str, suffix: str, doctype: bool = False) -> None:
    """Raises ReadError for what is no archive, a zip bomb, encrypted, or declares entities.

    `program` and `suffix` are named in the remedy; `doctype`: the format's parts may have a DOCTYPE without entities.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise ReadError(
                f"{path}: it is encrypted or of an old format. Save it as {suffix} without a password."
            )
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(e.file_size for e in entries)
            swollen = any(e.file_size > max(_SMALL, _RATIO * e.compress_size) for e in entries)
            if len(entries) > _PARTS or unpacked > _UNPACKED_MB << 20 or swollen:
                raise ReadError(
                    f"{path}: zip bomb: {unpacked >> 20} MiB in {len(entries)} parts come out of "
                    f"{path.stat().st_size >> 10} KiB. Open it in {program} and save it anew if you trust it."
                )
            for entry in entries:
                if entry.flag_bits & 1:
                    raise ReadError(f"{path}: it is encrypted. Save a copy without a password.")
                marks = (b"<!ENTITY",) if doctype else (b"<!DOCTYPE", b"<!ENTITY")
                if entry.filename.endswith(_TEXT) and _holds(archive, entry, marks):
                    raise ReadError(
                        f"{path}: it declares entities (DOCTYPE), as no {suffix} file does. Save it anew in {program}."
                    )
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise ReadError(
            f"{path}: it is truncated, damaged or no {suffix} ({error}). Copy it again from its source."
        ) from error


def _holds(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, marks: tuple[bytes, ...]) -> bool:
    # What the archive's directory says of the size may be a lie: read no more than it says.
    left, tail = entry.file_size + 1, b""
    with archive.open(entry) as file:
        while left > 0 and (chunk := file.read(min(left, 1 << 20))):
            left -= len(chunk)
            seen = (tail + chunk).replace(b"\x00", b"")
            if any(mark in seen for mark in marks):
                return True
            tail = chunk[-32:]
    return False

"""Electronic books (.epub)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kb import hookimpl, markup
from kb.archives import check_archive
from kb.errors import ReadError
from kb.records import Block, Document
from kb.settings import Settings
from kb.text import iso_day, tidy

SUFFIXES = frozenset({".epub"})

_PAGE = ("application/xhtml+xml", "text/html")
_CONTAINER = "META-INF/container.xml"
_CIPHERS = "META-INF/encryption.xml"


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """The book's parts in the order of reading: headings, paragraphs, captions, tables, notes; no lists of contents."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    check_archive(path, program="an editor of electronic books", suffix=".epub", doctype=True)
    from lxml import etree

    try:
        with zipfile.ZipFile(path) as archive:
            package, folder = _package(archive)
            parts = list(_parts(package, folder))
            if ciphers := _ciphers(archive) & {name for name, _ in parts}:
                raise ReadError(
                    f"{path}: it is encrypted ({len(ciphers)} of {len(parts)} parts). Get a copy without copy protection."
                )
            blocks: list[Block] = []
            silent: list[int] = []
            for number, (name, listed) in enumerate(parts, 1):
                found, picture = _part(archive.read(name))
                blocks += (
                    replace(b, page=number, role="toc", level=0) if listed else replace(b, page=number)
                    for b in found
                )
                # The first picture is the cover.
                if picture and not found and number > 1:
                    silent.append(number)
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError) as error:
        raise ReadError(
            f"{path}: it is damaged, or no electronic book ({error}). Copy it again from its source."
        ) from error
    reason = f"{len(silent)} of {len(parts)} parts hold pictures without text." if silent else ""
    return Document(id="", path=str(path), title=_told(package, "title"), published=iso_day(_told(package, "date")), pages=len(parts),
                    blocks=tuple(blocks), unreadable=tuple(silent), reason=reason)  # fmt: skip


def _xml(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _package(archive: zipfile.ZipFile) -> tuple[Any, str]:
    """The tree that lists what is in the book, and the folder that its names start from."""
    for rootfile in _xml(archive.read(_CONTAINER)).iter("{*}rootfile"):
        name = rootfile.get("full-path") or ""
        return _xml(archive.read(name)), posixpath.dirname(name)
    raise ValueError("it names no package")


def _parts(package: Any, folder: str) -> Iterator[tuple[str, bool]]:
    """The names of the parts that are read one after the other, and whether one is the list of contents."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    contents = {
        r.get("href", "").partition("#")[0] for r in package.iter("{*}reference") if r.get("type") == "toc"
    }
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or item.get("media-type") not in _PAGE:
            continue
        href = item.get("href") or ""
        listed = "nav" in (item.get("properties") or "").split() or href in contents
        yield posixpath.normpath(posixpath.join(folder, unquote(href))), listed


def _ciphers(archive: zipfile.ZipFile) -> set[str]:
    if _CIPHERS not in archive.namelist():
        return set()
    return {unquote(c.get("URI") or "") for c in _xml(archive.read(_CIPHERS)).iter("{*}CipherReference")}


def _part(data: bytes) -> tuple[list[Block], bool]:
    """What a part says, and whether it has pictures."""
    from lxml import etree

    try:
        page = markup.tree(markup.source(data))
    except etree.ParserError:
        return [], False  # an empty page
    return markup.blocks(markup.body(page)), bool(page.xpath("//img|//image"))


def _told(package: Any, name: str) -> str:
    """The first of the book's facts of that name."""
    found = (tidy("".join(e.itertext())) for e in package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"))
    return next(filter(None, found), "")

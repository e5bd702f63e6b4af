"""Web pages (.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb import hookimpl
from kb.errors import ReadError
from kb.records import Block, BlockRole, Document
from kb.settings import Settings
from kb.text import decoded, fold

_DROPPED = frozenset(
    "script style noscript template iframe object embed svg math canvas form button select input textarea nav aside "
    "head link meta audio video map area dialog".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Headings, paragraphs, figure captions and table rows of the page's article; no scripts, no navigation."""
    if path.suffix.lower() not in (".html", ".htm", ".xhtml"):
        return None
    import lxml.html
    from lxml import etree

    source = _source(path.read_bytes())
    # As bytes of a known encoding: what the page declares is of its old bytes.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(source.encode(), parser=parser)
    except etree.ParserError as error:
        raise ReadError(
            f"{path}: no web page in it ({error}). Save the page again from the browser."
        ) from error
    title = " ".join((tree.findtext(".//title") or "").split())
    published = _published(tree)
    root, marked = _root(tree)
    blocks = [b for b in _walk(root, marked) if b.text]
    if not marked:
        blocks = _without_boilerplate(blocks, source)
    return Document(id="", path=str(path), title=title, published=published, pages=1, blocks=tuple(blocks))


def _source(data: bytes) -> str:
    if (match := _CHARSET.search(data[:4096])) and match[1].lower() not in (b"utf-8", b"utf8"):
        try:
            return decoded(data.decode(match[1].decode()).encode())
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


def _published(tree: Any) -> str:
    names = ("article:published_time", "date", "dc.date", "dcterms.date", "datepublished")
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in names and (match := re.match(r"\d{4}-\d\d-\d\d", meta.get("content") or "")):
            return match[0]
    return ""


def _root(tree: Any) -> tuple[Any, bool]:
    """The element that holds the content, and whether the page marks it as such."""
    for query in ("//main", "//*[@role='main']"):
        if len(found := tree.xpath(query)) == 1:
            return found[0], True
    if articles := tree.xpath("//article[not(ancestor::article)]"):
        parent = articles[0].getparent()
        if len(articles) == 1:
            return articles[0], True
        if all(a.getparent() is parent for a in articles):
            return parent, True
    bodies = tree.xpath("//body")
    return (bodies[0] if bodies else tree), False


def _walk(element: Any, marked: bool) -> Iterator[Block]:
    """Blocks in document order. Text that stands directly in a container is a paragraph of its own."""
    loose: list[str] = []

    def flush() -> Iterator[Block]:
        text = _tidy("".join(loose))
        loose.clear()
        if text:
            yield Block(text)

    loose.append(element.text or "")
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _INLINE and not any(isinstance(d.tag, str) and d.tag not in _INLINE for d in child.iter()):
            loose.append(_inner(child))
        elif tag and not _skipped(child, tag, marked):
            yield from flush()
            yield from _element(child, tag, marked)
        loose.append(child.tail or "")
    yield from flush()


def _element(child: Any, tag: str, marked: bool) -> Iterator[Block]:
    if level := _HEADINGS.get(tag):
        yield Block(_tidy(_inner(child)).replace("\n", " "), role="heading", level=level)
    elif tag in ("p", "dt", "dd", "pre", "address", "summary"):
        yield Block(_tidy(_inner(child)), role=_role(child))
    elif tag in ("figcaption", "caption"):
        yield Block(_tidy(_inner(child)), role="caption")
    elif tag == "tr":
        cells = [_tidy(_inner(c)).replace("\n", " ") for c in child if c.tag in ("td", "th")]
        if len(cells) > 1 and not child.xpath(".//table"):
            yield Block(" | ".join(cells) if any(cells) else "", role="table")
        else:  # a table used as a frame
            for cell in child:
                yield from _walk(cell, marked)
    else:
        yield from _walk(child, marked)


def _skipped(child: Any, tag: str, marked: bool) -> bool:
    if tag in _DROPPED or child.get("hidden") is not None or _HIDDEN.search(child.get("style") or ""):
        return True
    if tag in ("header", "footer"):  # of the site, unless it bears an article's title
        return not child.xpath(".//h1|.//h2") or not (marked or child.xpath("ancestor::article"))
    if child.get("role") in ("navigation", "banner", "contentinfo", "search", "dialog"):
        return True
    links = child.xpath(".//a") if tag in ("ul", "ol", "div") else ()
    if len(links) >= 3 and all((a.get("href") or "").startswith("#") for a in links):
        linked = sum(len(a.text_content().strip()) for a in links)
        return linked > 0.8 * len("".join(child.text_content().split()))  # a list of contents
    return False


def _role(child: Any) -> BlockRole:
    name = (child.get("class") or "").lower()
    return "caption" if "caption" in name else "body"


def _inner(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            parts.append("\n")
        elif tag and tag not in _DROPPED and child.get("hidden") is None:
            inner = _inner(child)
            parts.append(inner if tag in _INLINE else f"\n{inner}\n")
        parts.append(child.tail or "")
    # A line break of the source is a space, one of the page (br, block) a line break.
    return "".join(parts)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return " ".join(line for line in lines if line)


def _without_boilerplate(blocks: list[Block], source: str) -> list[Block]:
    """Leaves out what trafilatura holds for menus and the like; keeps all where it finds too little to be trusted."""
    import trafilatura

    article = (
        trafilatura.extract(source, favor_recall=True, include_tables=True, include_comments=False) or ""
    )
    main = fold(article)
    inside = [b.role == "table" or fold(b.text)[:80] in main for b in blocks]
    kept = sum(len(b.text) for b, ok in zip(blocks, inside, strict=True) if ok)
    if not main or kept < 0.6 * sum(len(b.text) for b in blocks):
        return blocks
    first = inside.index(True)
    last = len(inside) - 1 - inside[::-1].index(True)
    start = next((i for i in range(first) if blocks[i].role == "heading"), first)
    return [
        b
        for i, b in enumerate(blocks)
        if start <= i <= last and (inside[i] or b.role in ("heading", "caption"))
    ]

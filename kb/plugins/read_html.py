"""Web pages (.html)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kb import hookimpl, markup
from kb.errors import ReadError
from kb.records import Block, Document
from kb.settings import Settings
from kb.text import fold, iso_day


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Headings, paragraphs, figure captions and table rows of the page's article; no scripts, no navigation."""
    if path.suffix.lower() not in (".html", ".htm", ".xhtml"):
        return None
    from lxml import etree

    source = markup.source(path.read_bytes())
    try:
        tree = markup.tree(source)
    except etree.ParserError as error:
        raise ReadError(
            f"{path}: no web page in it ({error}). Save the page again from the browser."
        ) from error
    title = " ".join((tree.findtext(".//title") or "").split())
    published = _published(tree)
    root, marked = _root(tree)
    blocks = markup.blocks(root, marked=marked)
    if not marked:
        blocks = _without_boilerplate(blocks, tree)
    return Document(id="", path=str(path), title=title, published=published, pages=1, blocks=tuple(blocks))


def _published(tree: Any) -> str:
    names = ("article:published_time", "date", "dc.date", "dcterms.date", "datepublished")
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in names and (day := iso_day(meta.get("content") or "")):
            return day
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
    return markup.body(tree), False


def _without_boilerplate(blocks: list[Block], tree: Any) -> list[Block]:
    """Leaves out what trafilatura holds for menus and the like; keeps all where it finds too little to be trusted."""
    import lxml.html
    import trafilatura

    source = lxml.html.tostring(tree, encoding="unicode")
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

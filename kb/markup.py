"""HTML into blocks: what the readers of web pages, e-mails and electronic books share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.merged import laid_out, row_block
from kb.records import Block, BlockRole
from kb.text import decoded, raised

_DROPPED = frozenset(
    "script style noscript template iframe object embed svg math canvas form button select input textarea nav aside "
    "head link meta audio video map area dialog".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q ruby s samp small span "
    "strike strong sub sup time tt u var wbr".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CLOSED = re.compile(r"<([a-zA-Z][\w:-]*)((?:\s[^<>]*?)?)/>")
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]+|[↩↑^]\ufe0e?)[\])]?")
_NOTE = re.compile(r"\b(?:doc-)?(?:foot|end|rear)notes?\b")
_REFERENCE = re.compile(r"\b(?:doc-)?(?:noteref|backlink)\b")
_FRAME = 200
"""A cell alone in its row with more characters is text in a frame, no row of a table."""
_SPAN = 100


def source(data: bytes) -> str:
    """The text of a page in the encoding that it declares, else as `decoded` finds it."""
    if (match := _CHARSET.search(data[:4096])) and match[1].lower() not in (b"utf-8", b"utf8"):
        try:
            return decoded(data.decode(match[1].decode()).encode())
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


def tree(text: str) -> Any:
    """The page's lxml tree, without the marks of footnotes. Raises lxml.etree.ParserError where there is nothing in it."""
    import lxml.html

    # XHTML may close any element at once; to HTML that is an opening, and all that follows would be a title or a link.
    text = _CLOSED.sub(_opened, text)
    # As bytes of a known encoding: what the page declares is of its old bytes.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    page = lxml.html.document_fromstring(text.encode(), parser=parser)
    for mark in page.xpath("//a|//sup"):
        _lower(mark)
    return page


def _lower(mark: Any) -> None:
    """Takes away the mark of a footnote, which would make another number of the one it stands at."""
    inner = mark.text_content()
    here = mark.tag == "a" and "#" in (mark.get("href") or "") and _NOTE_MARK.fullmatch(inner.strip())
    if here or _REFERENCE.search(_kind(mark)):
        told = ""
    elif mark.tag == "sup":
        before = mark.getprevious()
        told = raised((mark.getparent().text if before is None else before.tail) or "", inner)
    else:
        return
    if told != inner:
        tail = mark.tail
        mark.clear()
        mark.text, mark.tail = told, tail


def _opened(match: re.Match[str]) -> str:
    return match[0] if match[1].lower() in _VOID else f"<{match[1]}{match[2]}></{match[1]}>"


def body(page: Any) -> Any:
    """The body of a page's tree."""
    found = page.xpath("//body")
    return found[0] if found else page


def blocks(element: Any, *, marked: bool = True) -> list[Block]:
    """What an element holds, in document order: headings, paragraphs, captions, rows of tables; no scripts, no menus.

    `marked`: the element is the content, as its page says.
    """
    return [b for b in _walk(element, marked) if b.text]


def _walk(element: Any, marked: bool) -> Iterator[Block]:
    """Text that stands directly in a container is a paragraph of its own."""
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
            loose.append(_words(child, tag))
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
    elif tag == "table":
        yield from _table(child, marked)
    else:
        yield from _walk(child, marked)


def _table(table: Any, marked: bool) -> Iterator[Block]:
    """Its caption, then row by row; where it is a frame, what its cells hold."""
    for caption in table.xpath("./caption"):
        yield from _element(caption, "caption", marked)
    rows = [r for r in table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr") if not _hidden(r)]
    grid = _grid(rows)
    for row, places, texts in zip(rows, grid, laid_out(grid), strict=True):
        cells = row.xpath("./td|./th")
        filled = [text for text in texts if text]
        alone = len(places) < 2
        long = len(filled) == 1 and len(filled[0]) > _FRAME
        if alone or long or row.xpath(".//table|.//h1|.//h2|.//h3|.//h4"):
            for cell in cells:
                yield from _walk(cell, marked)
        else:
            yield row_block(texts)


def _grid(rows: list[Any]) -> list[list[tuple[Any, str]]]:
    """The cells at each place, with those that reach down from rows above."""
    taken: dict[tuple[int, int], tuple[Any, str]] = {}
    widths: list[int] = []
    for r, row in enumerate(rows):
        column = 0
        for cell in row.xpath("./td|./th"):
            while (r, column) in taken:
                column += 1
            text = "" if _hidden(cell) else _tidy(_inner(cell))
            for right in range(_number(cell.get("colspan"))):
                for down in range(min(_number(cell.get("rowspan")), len(rows) - r)):
                    taken[r + down, column + right] = (cell, text)
        while (r, column) in taken:
            column += 1
        widths.append(column)
    return [[taken[r, c] for c in range(width)] for r, width in enumerate(widths)]


def _number(span: str | None) -> int:
    return min(max(int(span), 1), _SPAN) if span and span.isdecimal() else 1


def _skipped(child: Any, tag: str, marked: bool) -> bool:
    if tag == "aside" and _NOTE.search(_kind(child)):
        return False
    if tag in _DROPPED or _hidden(child):
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


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _kind(element: Any) -> str:
    """What the element is for, in the words of electronic books and of aids for the blind."""
    return f"{element.get('epub:type') or ''} {element.get('role') or ''}"


def _role(child: Any) -> BlockRole:
    name = (child.get("class") or "").lower()
    return "caption" if "caption" in name else "body"


def _inner(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag and tag not in _DROPPED and not _hidden(child):
            parts.append(_words(child, tag))
        parts.append(child.tail or "")
    # A line break of the source is a space, one of the page (br, block) a line break.
    return "".join(parts)


def _words(child: Any, tag: str) -> str:
    if tag == "br":
        return "\n"
    inner = _inner(child)
    return inner if tag in _INLINE else f"\n{inner}\n"


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return " ".join(line for line in lines if line)

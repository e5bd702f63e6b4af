"""Markdown (.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb import hookimpl
from kb.records import Block, BlockRole, Document
from kb.settings import Settings
from kb.text import decoded

if TYPE_CHECKING:
    from markdown_it.token import Token

_CONTENTS_LINE = re.compile(r"\S.*?(\t+|\s*[.…_·]{3,}\s*|\s{3,})(\d{1,4}|[ivxlc]{1,6})$")
_TAG = re.compile(r"<[^>]*>")
_COMMENT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.S | re.I)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_CAPTION_WORDS = 40


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Headings, paragraphs, captions, tables and lists of contents, without any markup."""
    if path.suffix.lower() not in (".md", ".markdown", ".mdown", ".mkd"):
        return None
    from markdown_it import MarkdownIt

    text, title = decoded(path.read_bytes()), ""
    if match := _FRONT_MATTER.match(text):
        fields = dict(line.split(":", 1) for line in match[1].splitlines() if ":" in line)
        title = fields.get("title", "").strip().strip("\"'")
        text = text[match.end() :]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(_COMMENT.sub("", text))
    return Document(id="", path=str(path), title=title, pages=1, blocks=tuple(_blocks(tokens)))


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    blocks: list[Block] = []
    cells: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_close":
            if any(cells):
                blocks.append(Block(" | ".join(cells), role="table"))
            cells = []
        elif token.type in ("fence", "code_block", "html_block"):
            text = _TAG.sub(" ", token.content) if token.type == "html_block" else token.content
            blocks += [Block(" ".join(part.split())) for part in text.split("\n\n") if part.strip()]
        elif token.type == "inline" and before is not None:
            if before.type in ("th_open", "td_open"):
                cells.append(_text(token).replace("\n", " "))
            elif before.type == "heading_open":
                if text := _text(token).replace("\n", " "):
                    blocks.append(Block(text, role="heading", level=int(before.tag[1])))
            elif text := _text(token):
                _add(blocks, text, _role(token, text), token.level > 1)
    return blocks


def _add(blocks: list[Block], text: str, role: BlockRole, item: bool) -> None:
    """Appends the paragraph, or joins it to the last one where the two are one sentence cut by a page or a picture."""
    if role == "toc":
        blocks += [Block(line, role="toc") for line in text.split("\n")]
        return
    last = next((i for i in range(len(blocks) - 1, -1, -1) if blocks[i].role != "caption"), None)
    if role == "body" and not item and last is not None and blocks[last].role == "body" and text[0].islower():
        cut = blocks[last].text
        if cut[-1].isalpha() or cut[-1] in ",-–(":
            blocks[last] = Block(f"{cut} {text}")
            return
    blocks.append(Block(text, role=role))


def _text(inline: Token) -> str:
    parts: list[str] = []
    for token in inline.children or ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image" and len(inline.children or ()) == 1:
            parts.append(token.content)
    if _contents(inline.content):
        return "\n".join(" ".join(line.split()) for line in inline.content.split("\n"))
    return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n")).strip()


def _contents(source: str) -> bool:
    lines = source.split("\n")
    return bool(lines) and sum(bool(_CONTENTS_LINE.match(line)) for line in lines) > 0.6 * len(lines)


def _role(inline: Token, text: str) -> BlockRole:
    if _contents(inline.content):
        return "toc"
    children = [t for t in inline.children or () if t.type != "text" or t.content.strip()]
    if [t.type for t in children] == ["image"]:
        return "caption"
    children = [t for t in children if t.type not in ("image", "softbreak", "hardbreak")]
    wholly = bool(children) and children[0].type == "em_open" and children[-1].type == "em_close"
    depth = 0
    for token in children if wholly else ():
        depth += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        wholly = wholly and (depth > 0 or token.type == "em_close")
    return "caption" if wholly and len(text.split()) <= _CAPTION_WORDS else "body"

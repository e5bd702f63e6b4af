"""Sample sources: Markdown with TOML front matter, one file a document (samples/README.md shows the marks)."""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

MARK = "SAMPLE – written from public facts for testing Mission KB; not an official publication"


@dataclass(slots=True)
class Block:
    """kind is p, sub, list, pic, quote, table or box; rows holds a table's or a list's items."""

    kind: str
    text: str = ""
    rows: list = field(default_factory=list)
    extra: str = ""  # pic: the scene; quote: the speaker; table: its caption
    wide: bool = False  # over both columns
    blocks: list[Block] = field(default_factory=list)  # what a box holds


@dataclass(slots=True)
class Article:
    title: str
    facts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Source:
    path: Path
    file: str
    title: str
    strapline: str
    period: str
    date: datetime.date
    colour: str
    cover: str
    cover_caption: str
    report: bool
    articles: list[Article]

    @property
    def full_title(self) -> str:
        return f"{self.title}, {self.period}"


def read(path: Path) -> Source:
    """Parse one source file; ValueError names the file when its front matter or first heading is missing."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"\+\+\+\n(.*?)\n\+\+\+\n", text, re.S)
    if not match:
        raise ValueError(f"{path}: no front matter between two lines of +++")
    meta = tomllib.loads(match[1])
    return Source(path=path, articles=_articles(text[match.end() :], path), **meta)


def _articles(body: str, path: Path) -> list[Article]:
    articles: list[Article] = []
    for title, rest in re.findall(r"^# (.+)\n((?:(?!# ).*\n?)*)", body, re.M):
        article = Article(title.strip())
        if facts := re.search(r"<!-- facts: (.*?) -->", rest, re.S):
            article.facts = [fact.strip() for fact in facts[1].split(",")]
            rest = rest.replace(facts[0], "")
        article.blocks = _blocks(rest)
        articles.append(article)
    if not articles:
        raise ValueError(f"{path}: no article; begin one with '# Heading'")
    return articles


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    wide = False
    for box_title, box_body, chunk in _chunks(text):
        if box_title:
            blocks.append(Block("box", box_title, blocks=_blocks(box_body), wide=wide))
        elif chunk == "<!-- wide -->":
            wide = True
            continue
        else:
            block = _block(chunk)
            block.wide = wide
            blocks.append(block)
        wide = False
    return blocks


def _chunks(text: str) -> list[tuple[str, str, str]]:
    """(box title, box body, '') or ('', '', a block's lines), in order."""
    chunks = []
    for part in re.split(r"^(::: .+\n(?:.*\n)*?:::)$", text.strip() + "\n", flags=re.M):
        if part.startswith("::: "):
            head, _, rest = part.partition("\n")
            chunks.append((head[4:].strip(), rest.removesuffix(":::").strip(), ""))
        else:
            chunks += [("", "", chunk.strip()) for chunk in re.split(r"\n\s*\n", part) if chunk.strip()]
    return chunks


def _block(chunk: str) -> Block:
    lines = chunk.split("\n")
    if picture := re.fullmatch(r"!\[(.+)\]\((\w+)\)", " ".join(lines)):
        return Block("pic", picture[1], extra=picture[2])
    if chunk.startswith("## "):
        return Block("sub", chunk[3:].strip())
    if chunk.startswith("- "):
        return Block(
            "list", rows=[" ".join(item.split()) for item in re.split(r"^- ", chunk, flags=re.M) if item]
        )
    if chunk.startswith("> "):
        said = [line.removeprefix(">").strip() for line in lines]
        speaker = said.pop().removeprefix("— ") if said[-1].startswith("— ") else ""
        return Block("quote", " ".join(said), extra=speaker)
    if chunk.startswith(("Table: ", "|")):
        caption = lines.pop(0).removeprefix("Table: ") if chunk.startswith("Table: ") else ""
        rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if "---" not in line]
        return Block("table", rows=rows, extra=caption)
    return Block("p", " ".join(line.strip() for line in lines))

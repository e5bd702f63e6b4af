"""A report as Markdown, with footnotes as most programs know them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kb.reports.model import MARKS, Mark, Note, Remark, Report, Table
from kb.reports.word import said

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>|~#$!^&])")


def write(report: Report, path: Path) -> None:
    """Writes the report."""
    path.write_text(text(report), "utf-8")


def text(report: Report) -> str:
    """The report; text of documents does nothing in it: no HTML, links, images or emphasis."""
    notes: dict[Note, int] = {}

    def refer(told: Sequence[Note]) -> str:
        return "".join(f"[^{notes.setdefault(n, len(notes) + 1)}]" for n in told)

    out = [f"# {plain(report.title)}"]
    out += [plain(t) for t in (report.subtitle, *report.remarks) if t]
    for chapter in report.chapters:
        out.append(f"{'#' * (chapter.level + 1)} {plain(chapter.title)}")
        for part in chapter.parts:
            if isinstance(part, Remark):
                out.append(f"*{plain(part.text)}*")
            elif isinstance(part, Table):
                rows = [[f"{plain(c.text)}{_mark(c.mark)}{refer(c.notes)}" for c in row] for row in part.rows]
                head = [[plain(c) for c in part.columns], ["---"] * len(part.columns)]
                out += [f"**{plain(part.title)}**"] if part.title else []
                out.append("\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows]))
            else:
                told = [
                    f"{plain(f'“{s.text}”' if s.quoted else s.text)}{_mark(s.mark)}{refer(s.notes)}"
                    for s in part.sentences
                ]
                out.append(f"{'- ' if part.bullet else ''}{' '.join(told)}")
    out += [f"[^{number}]: {plain(said(note))}" for note, number in notes.items()]
    return "\n\n".join(out) + "\n"


def plain(words: str) -> str:
    """Words on one line, in which nothing acts."""
    return re.sub(r"^([-+=]|\d+[.)])", r"\\\1", _ACTIVE.sub(r"\\\1", " ".join(words.split())))


def _mark(mark: Mark) -> str:
    return f" **({MARKS[mark]})**" if mark else ""

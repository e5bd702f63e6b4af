"""A report as one HTML file that a browser prints to PDF: no script, nothing from elsewhere, notes at the end with links both ways."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from kb.reports.model import MARKS, Mark, Note, Part, Remark, Report, Table
from kb.reports.word import said

STYLE = """
@page { size: A4; margin: 20mm 18mm; @bottom-right { content: counter(page); } }
body { font: 11pt/1.45 Calibri, Carlito, "Segoe UI", sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { color: #1f3a5f; line-height: 1.2; break-after: avoid; }
.subtitle { color: #595959; font-size: 1.2em; margin-top: -.6em; }
.remark { color: #595959; font-style: italic; }
.mark { color: #a61c1c; font-weight: bold; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85em; margin: .5em 0 1.2em; }
caption { text-align: left; font-weight: bold; color: #595959; }
th, td { border: 1px solid #bfbfbf; padding: .25em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #dce6f1; } td.number { text-align: right; }
thead { display: table-header-group; } tr { break-inside: avoid; }
sup { line-height: 0; } sup a, .notes a { color: #1f3a5f; text-decoration: none; }
.notes { font-size: .8em; }
@media print { body { margin: 0; max-width: none; padding: 0; } .wide { overflow: visible; } }
"""


def write(report: Report, path: Path) -> None:
    """Writes the report."""
    path.write_text(text(report), "utf-8")


def text(report: Report) -> str:
    """The report; text of documents is shown as text."""
    notes: dict[Note, int] = {}
    body = [f"<h1>{escape(report.title)}</h1>"]
    body += [f'<p class="subtitle">{escape(report.subtitle)}</p>'] if report.subtitle else []
    body += [f'<p class="remark">{escape(r)}</p>' for r in report.remarks]
    for chapter in report.chapters:
        level = min(chapter.level + 1, 6)
        body.append(f"<h{level}>{escape(chapter.title)}</h{level}>")
        body += [_part(p, notes) for p in chapter.parts]
    listed = "".join(
        f'<li id="n{n}">{escape(said(note))} <a href="#r{n}" aria-label="back to the text">↩</a></li>'
        for note, n in notes.items()
    )
    body.append(f'<h2>Sources</h2><ol class="notes">{listed}</ol>' if notes else "")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(report.title)}</title><style>{STYLE}</style>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return (
        f'<!doctype html>\n<html lang="en"><head>{policy}{head}</head><body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _part(part: Part, notes: dict[Note, int]) -> str:
    if isinstance(part, Remark):
        return f'<p class="remark">{escape(part.text)}</p>'
    if isinstance(part, Table):
        head = "".join(f"<th>{escape(c)}</th>" for c in part.columns)
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{' class=number' if c.number else ''}>{escape(c.text)}{_mark(c.mark)}{_refer(c.notes, notes)}</td>"
                for c in row
            )
            + "</tr>"
            for row in part.rows
        )
        caption = f"<caption>{escape(part.title)}</caption>" if part.title else ""
        return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    told = " ".join(
        f"{escape(f'“{s.text}”' if s.quoted else s.text)}{_mark(s.mark)}{_refer(s.notes, notes)}"
        for s in part.sentences
    )
    return f"<ul><li>{told}</li></ul>" if part.bullet else f"<p>{told}</p>"


def _refer(told: Sequence[Note], notes: dict[Note, int]) -> str:
    out = []
    for note in told:
        new = note not in notes
        n = notes.setdefault(note, len(notes) + 1)
        out.append(f'<a href="#n{n}"{f" id=r{n}" if new else ""}>{n}</a>')
    return f"<sup>{','.join(out)}</sup>" if out else ""


def _mark(mark: Mark) -> str:
    return f' <span class="mark">({MARKS[mark]})</span>' if mark else ""

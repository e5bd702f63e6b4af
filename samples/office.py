"""A source as a Word file (real heading, list and caption styles) or as a web page with a site's usual clutter."""

from __future__ import annotations

import base64
import datetime
import html
import io
import re
import zipfile

import pictures
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from source import MARK, Block, Source


def docx(source: Source) -> bytes:
    """The Word file's bytes: title and contents in one column, articles in two."""
    document = Document()
    core = document.core_properties
    core.title, core.author, core.subject = f"{source.full_title} (sample)", "Mission KB sample corpus", MARK
    core.created = core.modified = datetime.datetime.combine(source.date, datetime.time())
    core.language = "en-GB"
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    colour = RGBColor.from_string(source.colour[1:])
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = colour
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.header.paragraphs[0].text = source.full_title
    page.footer.paragraphs[0].text = MARK
    document.add_heading(source.title, level=0)
    document.add_paragraph(f"{source.strapline} · {source.period}", style="Subtitle")
    document.add_picture(
        io.BytesIO(pictures.png(source.cover, source.colour, width=900, height=400)), width=Cm(17)
    )
    document.add_paragraph(_plain(source.cover_caption), style="Caption")
    document.add_heading("In this issue", level=1)
    for article in source.articles:
        document.add_paragraph(article.title, style="List Bullet")
    body = document.add_section(WD_SECTION.CONTINUOUS)
    columns = body._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), "500")
    for article in source.articles:
        document.add_heading(article.title, level=1)
        for block in article.blocks:
            _docx_block(document, block, source)
    out = io.BytesIO()
    document.save(out)
    return _fixed_dates(out.getvalue())


def _docx_block(document, block: Block, source: Source) -> None:
    match block.kind:
        case "p":
            _runs(document.add_paragraph(), block.text)
        case "sub":
            document.add_heading(block.text, level=2)
        case "list":
            for item in block.rows:
                _runs(document.add_paragraph(style="List Bullet"), item)
        case "pic":
            document.add_picture(
                io.BytesIO(pictures.png(block.extra, source.colour, width=480)), width=Cm(7.8)
            )
            document.add_paragraph(_plain(block.text), style="Caption")
        case "quote":
            said = f"“{_plain(block.text)}” – {block.extra}" if block.extra else f"“{_plain(block.text)}”"
            document.add_paragraph(said, style="Intense Quote")
        case "table":
            if block.extra:
                document.add_paragraph(_plain(block.extra), style="Caption")
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for number, row in enumerate(block.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    run = cell.paragraphs[0].add_run(_plain(text))
                    run.font.size, run.bold = Pt(9), number == 0
        case "box":
            document.add_heading(block.text, level=2)
            for part in block.blocks:
                _docx_block(document, part, source)


def _runs(paragraph, text: str) -> None:
    for part in re.split(r"(\*\*.+?\*\*|\*.+?\*)", text):
        run = paragraph.add_run(part.strip("*"))
        run.bold, run.italic = part.startswith("**"), part.startswith("*") and not part.startswith("**")


def _plain(text: str) -> str:
    return text.replace("*", "")


def _fixed_dates(data: bytes) -> bytes:
    """The zip with the same time on each member, so that the file is the same at each run."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} (sample)</title>
<meta name="author" content="Mission KB sample corpus">
<meta name="date" content="{date}">
<meta name="description" content="{mark}">
<style>
body {{ font: 17px/1.5 Georgia, serif; margin: 0; color: #222 }}
header, nav, footer, aside.cookies {{ font-family: Arial, sans-serif; background: #eef2f5; padding: 10px 24px }}
nav a {{ margin-right: 18px }}
main {{ max-width: 1000px; margin: 0 auto; padding: 0 24px }}
article div.columns {{ columns: 2; column-gap: 32px }}
h1, h2, h3 {{ color: {colour}; font-family: Arial, sans-serif }}
figure {{ margin: 0 0 14px; break-inside: avoid }} figure img {{ width: 100% }}
figcaption, caption {{ font-style: italic; font-size: 14px; text-align: left }}
table {{ border-collapse: collapse; font: 14px Arial, sans-serif; break-inside: avoid }}
td, th {{ border: 1px solid #bbb; padding: 3px 7px; text-align: left }}
div.box {{ background: #f1f5f8; border-left: 4px solid {colour}; padding: 8px 14px; break-inside: avoid }}
</style>
<script>
  /* as on many sites: counts visits of this page, says nothing about its subject */
  window.visits = window.visits || []; window.visits.push(["page", location.pathname]);
</script>
</head>
<body>
<header>{mark}</header>
<nav><a href="#top">Home</a><a href="#about">About us</a><a href="#news">News</a><a href="#jobs">Vacancies</a>
<a href="#contact">Contact</a><a href="#search">Search</a></nav>
<aside class="cookies">This site uses cookies. <a href="#accept">Accept all</a></aside>
<main>
<h1>{title}</h1>
<p class="strapline">{strapline}</p>
{body}
</main>
<footer><p>{mark}</p><p><a href="#terms">Terms of use</a> | <a href="#privacy">Privacy</a> |
<a href="#sitemap">Site map</a> | Share: <a href="#f">Facebook</a> <a href="#t">Twitter</a></p></footer>
<script>document.querySelectorAll("nav a").forEach(a => a.addEventListener("click", () => visits.push(["nav", a.hash])));</script>
</body>
</html>
"""


def web(source: Source) -> bytes:
    """The web page's bytes; pictures are inside it, nothing is loaded from elsewhere."""
    parts = [_figure(source.cover, source.cover_caption, source.colour, 760, 330), "<ul>"]
    parts += [f'<li><a href="#a{n}">{_markup(a.title)}</a></li>' for n, a in enumerate(source.articles, 1)]
    parts.append("</ul>")
    for number, article in enumerate(source.articles, 1):
        parts.append(f'<article id="a{number}">\n<h2>{_markup(article.title)}</h2>\n<div class="columns">')
        parts += [_html_block(block, source) for block in article.blocks]
        parts.append("</div>\n</article>")
    page = _PAGE.format(
        title=_markup(source.full_title),
        strapline=_markup(source.strapline),
        date=source.date.isoformat(),
        mark=MARK,
        colour=source.colour,
        body="\n".join(parts),
    )
    return page.encode()


def _html_block(block: Block, source: Source) -> str:
    match block.kind:
        case "p":
            return f"<p>{_markup(block.text)}</p>"
        case "sub":
            return f"<h3>{_markup(block.text)}</h3>"
        case "list":
            return "<ul>\n" + "\n".join(f"<li>{_markup(item)}</li>" for item in block.rows) + "\n</ul>"
        case "pic":
            return _figure(block.extra, block.text, source.colour, 420, None)
        case "quote":
            by = f"<cite>{_markup(block.extra)}</cite>" if block.extra else ""
            return f"<blockquote><p>“{_markup(block.text)}”</p>{by}</blockquote>"
        case "table":
            head, *rows = block.rows
            lines = ["<tr>" + "".join(f"<th>{_markup(cell)}</th>" for cell in head) + "</tr>"]
            lines += ["<tr>" + "".join(f"<td>{_markup(cell)}</td>" for cell in row) + "</tr>" for row in rows]
            return f"<table><caption>{_markup(block.extra)}</caption>\n" + "\n".join(lines) + "\n</table>"
    inside = "\n".join(_html_block(part, source) for part in block.blocks)
    return f'<div class="box"><h3>{_markup(block.text)}</h3>\n{inside}\n</div>'


def _figure(scene: str, caption: str, colour: str, width: int, height: int | None) -> str:
    data = base64.b64encode(pictures.png(scene, colour, width=width, height=height)).decode()
    text = _markup(caption)
    return f'<figure><img alt="" src="data:image/png;base64,{data}"><figcaption>{text}</figcaption></figure>'


def _markup(text: str) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(text, quote=False))
    return re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)

"""A source as a two-column A4 PDF: cover, contents with leaders, running heads, full-width headings."""

from __future__ import annotations

import calendar
import io
import itertools
import os
from collections.abc import Iterator

import pictures
import pyphen
from blocks import COLUMN, MARGIN, WIDTH, Columns, Headed, Heading, Leader, Picture, markup
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from source import MARK, Article, Block, Source

BAND = 128.0  # height of the cover's masthead

rl_config.invariant = 1
rl_config.useA85 = 0  # binary streams, a fifth smaller


_DICTIONARY = pyphen.Pyphen(lang="en_GB")


def hyphenate(word: str) -> Iterator[tuple[str, str]]:
    """Where a plain word may be cut. Not at its own hyphens: ReportLab loses them when it cuts a paragraph later."""
    return _DICTIONARY.iterate(word) if word.strip(",.;:()“”’").islower() and "-" not in word else iter(())


class Styles:
    """Paragraph styles in the document's colour; base 14 fonts, so nothing need be embedded."""

    def __init__(self, colour: str):
        self.colour = HexColor(colour)
        self.pale = HexColor(pictures._lighter(colour, 0.86))
        body = {"fontName": "Times-Roman", "fontSize": 10, "leading": 12.6, "hyphenationLang": hyphenate}
        self.p = ParagraphStyle(
            "p",
            **body,
            alignment=TA_JUSTIFY,
            spaceAfter=6,
            allowWidows=0,
            allowOrphans=0,
            hyphenationMinWordLength=7,
        )
        self.li = ParagraphStyle(
            "li",
            **(body | {"hyphenationLang": ""}),
            leftIndent=11,
            bulletIndent=1,
            spaceAfter=3,
            allowWidows=0,
        )
        self.h1 = ParagraphStyle(
            "h1",
            fontName="Helvetica-Bold",
            fontSize=15,
            leading=18,
            textColor=self.colour,
            spaceAfter=7,
            spaceBefore=16,
        )
        self.h2 = ParagraphStyle(
            "h2", fontName="Helvetica-Bold", fontSize=10.5, leading=13, textColor=self.colour, spaceBefore=3, spaceAfter=3,
            keepWithNext=1,
        )  # fmt: skip
        self.caption = ParagraphStyle(
            "caption", fontName="Helvetica-Oblique", fontSize=8, leading=9.8, textColor=HexColor("#444444")
        )
        self.above = ParagraphStyle("above", parent=self.caption, spaceBefore=3, spaceAfter=3)
        self.quote = ParagraphStyle(
            "quote", fontName="Times-BoldItalic", fontSize=12, leading=15, textColor=self.colour
        )
        self.speaker = ParagraphStyle("speaker", fontName="Helvetica", fontSize=8, leading=10, spaceBefore=3)
        self.box = ParagraphStyle("box", fontName="Helvetica", fontSize=8.8, leading=11.4, spaceAfter=4)
        self.boxhead = ParagraphStyle("boxhead", parent=self.h2, spaceBefore=0)
        self.boxli = ParagraphStyle("boxli", parent=self.box, leftIndent=9, spaceAfter=2)
        self.cell = ParagraphStyle("cell", fontName="Helvetica", fontSize=8.2, leading=10.2)
        self.head = ParagraphStyle(
            "head", parent=self.cell, fontName="Helvetica-Bold", textColor=HexColor("#ffffff")
        )


def render(source: Source) -> bytes:
    """The PDF's bytes, the same at each call: built until the page numbers of the contents hold still."""
    pages: dict[str, int] = {}
    for _ in range(4):
        data, found = _build(source, pages)
        if found == pages:
            break
        pages = found
    return data


def _build(source: Source, pages: dict[str, int]) -> tuple[bytes, dict[str, int]]:
    styles, found, out = Styles(source.colour), dict[str, int](), io.BytesIO()
    frame = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    cover = Frame(MARGIN, 58, WIDTH, A4[1] - BAND - 58 - 22, id="cover", **frame)
    inner = Frame(MARGIN, 58, WIDTH, A4[1] - 58 - 58, id="inner", **frame)
    os.environ["SOURCE_DATE_EPOCH"] = str(calendar.timegm(source.date.timetuple()))
    template = BaseDocTemplate(
        out, pagesize=A4, title=f"{source.full_title} (sample)", author="Mission KB sample corpus", lang="en-GB",
        subject=MARK, creator="samples/make.py",
    )  # fmt: skip
    template.addPageTemplates(
        [
            PageTemplate(
                "cover", cover, onPage=lambda c, d: _cover(c, source, styles), autoNextPageTemplate="inner"
            ),
            PageTemplate("inner", inner, onPage=lambda c, d: _inner(c, source, styles)),
        ]
    )
    template.build(_story(source, styles, pages, found))
    return out.getvalue(), found


def _foot(canvas: Canvas) -> None:
    canvas.setStrokeColor(HexColor("#999999"))
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, 44, A4[0] - MARGIN, 44)
    canvas.setFillColor(HexColor("#555555"))
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(MARGIN, 32, MARK)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawRightString(A4[0] - MARGIN, 32, str(canvas.getPageNumber()))


def _inner(canvas: Canvas, source: Source, styles: Styles) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(HexColor("#555555"))
    canvas.drawString(MARGIN, A4[1] - 36, source.title)
    canvas.drawRightString(A4[0] - MARGIN, A4[1] - 36, source.period)
    canvas.setStrokeColor(styles.colour)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, A4[1] - 42, A4[0] - MARGIN, A4[1] - 42)
    _foot(canvas)
    canvas.restoreState()


def _cover(canvas: Canvas, source: Source, styles: Styles) -> None:
    canvas.saveState()
    canvas.setFillColor(styles.colour)
    canvas.rect(0, A4[1] - BAND, A4[0], BAND, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    size = 31.0
    while canvas.stringWidth(source.title, "Helvetica-Bold", size) > WIDTH:
        size -= 0.5
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawString(MARGIN, A4[1] - 64, source.title)
    canvas.setFont("Helvetica", 13)
    canvas.drawString(MARGIN, A4[1] - 88, source.strapline)
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(MARGIN, A4[1] - 110, source.period)
    _foot(canvas)
    canvas.restoreState()


def _story(source: Source, styles: Styles, pages: dict[str, int], found: dict[str, int]) -> list[Flowable]:
    picture = pictures.png(source.cover, source.colour, width=1000, height=520)
    story: list[Flowable] = [
        Picture(picture, Paragraph(markup(source.cover_caption), styles.caption), WIDTH),
        Spacer(1, 8),
        Paragraph("Contents" if source.report else "In this issue", styles.h1),
    ]
    for article in source.articles:
        story.append(Leader(article.title, str(pages.get(article.title, 0)), styles.colour))
    story.append(PageBreak())
    for article in source.articles:
        story += _article(article, styles, source, found)
    return story


def _article(article: Article, styles: Styles, source: Source, found: dict[str, int]) -> list[Flowable]:
    story: list[Flowable] = []
    column: list[Block] = []

    def close() -> None:
        if column:
            story.append(Columns(*_columns(column, styles, source)))
            column.clear()

    for block in article.blocks:
        if block.wide:
            close()
            items = _flow(block, styles, source, WIDTH)
            story += [Headed(*items)] if len(items) == 2 else items  # a caption stays with its table
        else:
            column.append(block)
    close()
    story[0] = Headed(Heading(article.title, styles.h1, found), story[0])
    return story


def _columns(blocks: list[Block], styles: Styles, source: Source) -> tuple[list[Flowable], ...]:
    """Column flowables, their pictures, quotes and boxes set where the columns come out even; set first; set last."""
    floats = [block for block in blocks if block.kind in ("pic", "quote", "box")]
    text = [block for block in blocks if block not in floats]
    slots = [
        n
        for n in range(len(text) + 1)
        if n in (0, len(text))
        or (text[n].kind != "list" and text[n - 1].kind != "sub" and not text[n - 1].text.endswith(":"))
    ]
    made = {id(block): _flow(block, styles, source, COLUMN) for block in blocks}
    wanted = [sum(other in text for other in blocks[: blocks.index(block)]) for block in floats]

    def order(places: tuple[int, ...]) -> list[Block]:
        result = list(text)
        for place, block in reversed(list(zip(places, floats, strict=True))):
            result.insert(place, block)
        return result

    def cost(places: tuple[int, ...]) -> float:
        flow = [item for block in order(places) for item in made[id(block)]]
        moved = sum(abs(place - want) for place, want in zip(places, wanted, strict=True))
        return _even_height(flow) + 4 * moved

    best = min(itertools.combinations_with_replacement(slots, len(floats)), key=cost)

    def flow(places: tuple[int, ...]) -> list[Flowable]:
        result: list[Flowable] = []
        for item in (item for block in order(places) for item in made[id(block)]):
            if result and getattr(result[-1], "style", None) in (styles.h2, styles.above):
                item = Headed(result.pop(), item)
            result.append(item)
        return result

    return flow(best), flow((0,) * len(floats)), flow((len(text),) * len(floats))


def _even_height(flow: list[Flowable]) -> float:
    """Least height at which the flowables fit into two columns, text being cut between lines."""
    heights = [
        (item.wrap(COLUMN, 10_000)[1] + item.getSpaceAfter(), isinstance(item, Paragraph)) for item in flow
    ]
    limit = sum(height for height, _ in heights) / 2
    while True:
        used, second = 0.0, False
        for height, cut in heights:
            used += height
            if used > limit and not second:
                second = True
                used = used - limit if cut else height
        if used <= limit or limit > 2000:
            return limit
        limit += 6


def _flow(block: Block, styles: Styles, source: Source, width: float, boxed: bool = False) -> list[Flowable]:
    """The block as flowables of that width."""
    match block.kind:
        case "p":
            return [Paragraph(markup(block.text), styles.box if boxed else styles.p)]
        case "sub":
            return [Paragraph(markup(block.text), styles.h2)]
        case "list":
            style = styles.boxli if boxed else styles.li
            return [Paragraph(markup(item), style, bulletText="•") for item in block.rows] + [Spacer(1, 3)]
        case "pic":
            data = pictures.png(block.extra, source.colour)
            return [Picture(data, Paragraph(markup(block.text), styles.caption), width)]
        case "quote":
            said = [Paragraph(f"“{markup(block.text)}”", styles.quote)]
            said += [Paragraph(markup(block.extra), styles.speaker)] if block.extra else []
            frame = TableStyle(
                [
                    ("LINEABOVE", (0, 0), (-1, 0), 1.2, styles.colour),
                    ("LINEBELOW", (0, -1), (-1, -1), 1.2, styles.colour),
                    ("LEFTPADDING", (0, 0), (-1, -1), 4),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                    ("TOPPADDING", (0, 0), (-1, -1), 6),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
                ]
            )
            return [Table([[said]], colWidths=[width], style=frame, spaceBefore=4, spaceAfter=10)]
        case "box":
            inside: list[Flowable] = [Paragraph(markup(block.text), styles.boxhead)]
            for part in block.blocks:
                inside += _flow(part, styles, source, width - 20, boxed=True)
            frame = TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, -1), styles.pale),
                    ("LINEBEFORE", (0, 0), (0, -1), 3, styles.colour),
                    ("LEFTPADDING", (0, 0), (-1, -1), 10),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
                    ("TOPPADDING", (0, 0), (-1, -1), 8),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                ]
            )
            return [Table([[inside]], colWidths=[width], style=frame, spaceBefore=4, spaceAfter=10)]
        case "table":
            return _table(block, styles, width)
    raise ValueError(f"unknown block {block.kind}")


def _table(block: Block, styles: Styles, width: float) -> list[Flowable]:
    columns = list(zip(*block.rows, strict=True))
    least = [
        max(stringWidth(word, "Helvetica-Bold", 8.2) for word in " ".join(column).split()) + 9
        for column in columns
    ]
    weights = [min(max(map(len, column)), 60) ** 0.75 for column in columns]
    room = width - sum(least)
    widths = [low + room * weight / sum(weights) for low, weight in zip(least, weights, strict=True)]
    head, *rows = block.rows
    cells = [[Paragraph(markup(cell), styles.head) for cell in head]]
    cells += [[Paragraph(markup(cell), styles.cell) for cell in row] for row in rows]
    style = TableStyle(
        [
            ("BACKGROUND", (0, 0), (-1, 0), styles.colour),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#ffffff"), styles.pale]),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#aaaaaa")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
    )
    table = Table(cells, colWidths=widths, style=style, splitByRow=0, spaceAfter=10)
    return [Paragraph(markup(block.extra), styles.above), table] if block.extra else [table]

"""The building blocks of a page: picture with caption, contents line, heading, and two even columns."""

from __future__ import annotations

import io
import re

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Paragraph

MARGIN, GAP = 45.0, 18.0
WIDTH = A4[0] - 2 * MARGIN
COLUMN = (WIDTH - GAP) / 2


def markup(text: str) -> str:
    """**bold** and *italic* as the tags that reportlab reads."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"\*(.+?)\*", r"<i>\1</i>", text)


class Picture(Flowable):
    """A drawn picture with its italic caption under it; never split."""

    def __init__(self, data: bytes, caption: Paragraph, width: float):
        super().__init__()
        self.image = ImageReader(io.BytesIO(data))
        self.caption = caption
        self.width = width
        pixels = self.image.getSize()
        self.high = width * pixels[1] / pixels[0]
        self.spaceBefore, self.spaceAfter = 3, 9

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.under = self.caption.wrap(self.width, 1000)[1]
        return self.width, self.high + 4 + self.under

    def draw(self) -> None:
        self.canv.drawImage(self.image, 0, self.under + 4, self.width, self.high)
        self.canv.setStrokeColor(HexColor("#999999"))
        self.canv.setLineWidth(0.4)
        self.canv.rect(0, self.under + 4, self.width, self.high)
        self.caption.drawOn(self.canv, 0, 0)


class Headed(Flowable):
    """A subheading that stays with the beginning of what follows it."""

    def __init__(self, head: Paragraph, rest: Flowable):
        super().__init__()
        self.head, self.rest = head, rest
        self.spaceBefore, self.spaceAfter = head.getSpaceBefore(), rest.getSpaceAfter()

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.top = self.head.wrap(available_width, 1000)[1] + self.head.getSpaceAfter()
        self.under = self.rest.wrap(available_width, 1000)[1]
        return available_width, self.top + self.under

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        self.wrap(available_width, available_height)
        parts = self.rest.split(available_width, available_height - self.top)
        return [Headed(self.head, parts[0]), *parts[1:]] if len(parts) > 1 else []

    def draw(self) -> None:
        self.head.drawOn(self.canv, 0, self.under + self.head.getSpaceAfter())
        self.rest.drawOn(self.canv, 0, 0)


class Leader(Flowable):
    """One line of the contents: title, dots, page number."""

    def __init__(self, title: str, page: str, colour):
        super().__init__()
        self.title, self.page, self.colour = title, page, colour

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        return available_width, 21

    def draw(self) -> None:
        canvas, size = self.canv, 10.5
        canvas.setFont("Helvetica", size)
        canvas.drawString(0, 5, self.title)
        dot = canvas.stringWidth(".", "Helvetica", size) * 1.0
        start = canvas.stringWidth(self.title, "Helvetica", size) + 5
        count = int((self.width - 22 - start) / dot)
        canvas.drawString(self.width - 22 - count * dot, 5, "." * count)
        canvas.setFont("Helvetica-Bold", size)
        canvas.setFillColor(self.colour)
        canvas.drawRightString(self.width, 5, self.page)


class Columns(Flowable):
    """Flowables in two even columns; what does not fit on the page goes to the next."""

    def __init__(self, flow: list[Flowable], *others: list[Flowable]):
        super().__init__()
        self.flow = flow
        self.early, self.late = others or (
            flow,
            flow,
        )  # its pictures first or last: for a text cut by the page
        self.spaceAfter = 8

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        limit = sum(item.wrap(COLUMN, 10_000)[1] for item in self.flow) / 2
        while True:
            self.placed, rest = _fill(self.flow, limit)
            if not rest or limit > available_height:
                break
            limit += 3
        self.height = limit if rest else max(y + item.height for _, y, item in self.placed)
        return available_width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        if available_height < 60:
            return []
        best: tuple[list, list] = ([], [])
        for shorter in range(0, 72, 12):  # rather some white at the foot than a lost line on the next page
            for flow in (self.flow, self.early, self.late):
                placed, rest = _fill(flow, available_height - shorter)
                text = sum(item.height for item in rest if isinstance(getattr(item, "rest", item), Paragraph))
                if placed and text > 48:
                    return [Placed(placed, available_height), Columns(rest)]
                best = best if best[0] else (placed, rest)
        return [Placed(best[0], available_height), Columns(best[1])] if best[0] else []

    def draw(self) -> None:
        for x, y, item in self.placed:
            item.drawOn(self.canv, x, self.height - y - item.height)


class Placed(Columns):
    """The two full columns at the end of a page."""

    def __init__(self, placed: list[tuple[float, float, Flowable]], height: float):
        super().__init__([])
        self.placed, self.height = placed, height

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return available_width, self.height


def _fill(flow: list[Flowable], limit: float) -> tuple[list[tuple[float, float, Flowable]], list[Flowable]]:
    """Fill two columns of that height: (x, y from the top, flowable) for each, and what is left over."""
    placed, left = [], list(flow)
    for x in (0.0, COLUMN + GAP):
        y = space = 0.0
        while left:
            item = left[0]
            top = y + max(space, item.getSpaceBefore()) if y else 0.0
            item.height = item.wrap(COLUMN, 10_000)[1]
            if top + item.height > limit + 0.01:
                parts = item.split(COLUMN, limit - top) if top < limit else []
                if len(parts) < 2:
                    break
                left[:1] = parts
                continue
            placed.append((x, top, left.pop(0)))
            y, space = top + item.height, item.getSpaceAfter()
    for item in left:
        item.height = item.wrap(COLUMN, 10_000)[1]
    return placed, left


class Heading(Paragraph):
    """An article's heading: notes the page where it stands, and marks it in the outline."""

    def __init__(self, text: str, style: ParagraphStyle, pages: dict[str, int]):
        super().__init__(markup(text), style)
        self.title, self.pages = text, pages

    def draw(self) -> None:
        self.pages[self.title] = self.canv.getPageNumber()
        key = re.sub(r"\W+", "-", self.title)
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(self.title, key, 0)
        super().draw()

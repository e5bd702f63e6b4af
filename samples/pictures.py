"""Simple drawn pictures (no photographs, no people), one function a scene, on a field of 16 by 9 units."""

from __future__ import annotations

import colorsys
import functools
import io
import math
from collections.abc import Callable, Iterable

from PIL import Image, ImageDraw

Point = tuple[float, float]
SKY, PAPER, INK, SNOW, SAND = "#dce8ef", "#faf7f0", "#39424a", "#f7f9fa", "#d9c9a5"
GREEN, DARK_GREEN, RED, GREY, BROWN = "#8fae7f", "#55784f", "#b5533c", "#9aa5ac", "#8a6b4d"
_SUPER = 3  # drawn three times as large, then reduced, for smooth edges


class Pen:
    """Draws in units of the field; y grows downwards."""

    def __init__(self, width: int, colour: str):
        self.unit = width * _SUPER / 16
        self.image = Image.new("RGB", (width * _SUPER, width * _SUPER * 9 // 16), SKY)
        self.draw = ImageDraw.Draw(self.image)
        self.main = colour
        self.light = _lighter(colour, 0.55)
        self.pale = _lighter(colour, 0.82)

    def _scaled(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def poly(self, points: Iterable[Point], fill: str) -> None:
        self.draw.polygon(self._scaled(points), fill=fill)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> None:
        (a, b) = self._scaled([(x, y), (x + w, y + h)])
        self.draw.rounded_rectangle([a, b], radius=r * self.unit, fill=fill)

    def disc(self, x: float, y: float, r: float, fill: str) -> None:
        (a, b) = self._scaled([(x - r, y - r), (x + r, y + r)])
        self.draw.ellipse([a, b], fill=fill)

    def line(self, points: Iterable[Point], fill: str, width: float = 0.08) -> None:
        self.draw.line(self._scaled(points), fill=fill, width=max(1, round(width * self.unit)), joint="curve")

    def ground(self, y: float, fill: str) -> None:
        self.rect(0, y, 16, 9 - y, fill)

    def peaks(self, y: float, fill: str = GREY, snow: bool = True) -> None:
        for x, top, half in ((2.5, 2.2, 3.4), (7.2, 1.2, 4.2), (12.6, 2.0, 4.0)):
            self.poly([(x - half, y), (x, top), (x + half, y)], fill)
            if snow:
                cut = 0.28
                self.poly(
                    [
                        (x - half * cut, top + (y - top) * cut),
                        (x, top),
                        (x + half * cut, top + (y - top) * cut),
                        (x + half * cut * 0.3, top + (y - top) * cut * 0.75),
                        (x - half * cut * 0.35, top + (y - top) * cut * 0.8),
                    ],
                    SNOW,
                )


def _lighter(colour: str, share: float) -> str:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    h, light, s = colorsys.rgb_to_hls(r, g, b)
    return "#" + "".join(
        f"{round(v * 255):02x}" for v in colorsys.hls_to_rgb(h, light + (1 - light) * share, s * 0.8)
    )


def cotton(p: Pen) -> None:
    p.peaks(5.0, p.light, snow=False)
    p.ground(4.6, GREEN)
    for row in range(4):
        y, size = 5.1 + row * 1.05, 0.2 + row * 0.1
        step = 0.9 + row * 0.35
        for k in range(int(17 / step) + 1):
            x = k * step + (row % 2) * step / 2
            p.line([(x, y + size * 2.2), (x, y)], DARK_GREEN, size * 0.3)
            for dx, dy in ((-0.7, 0.1), (0.7, 0.1), (0, -0.6)):
                p.disc(x + dx * size, y + dy * size, size * 0.75, SNOW)


def border(p: Pen) -> None:
    p.peaks(6.0)
    p.ground(5.8, SAND)
    p.poly([(6.5, 9), (7.8, 5.8), (8.6, 5.8), (12.5, 9)], GREY)
    p.rect(1.2, 3.9, 3.2, 3.4, p.main)
    p.poly([(0.8, 3.9), (2.8, 2.9), (4.8, 3.9)], INK)
    p.rect(1.8, 4.6, 1.2, 1.0, p.pale)
    p.rect(5.2, 5.4, 0.5, 2.2, INK)
    for k in range(9):
        p.rect(5.5 + k * 1.05, 5.7, 1.05, 0.35, RED if k % 2 == 0 else SNOW)


def mountains(p: Pen) -> None:
    p.disc(13.2, 1.9, 0.9, "#f2d492")
    p.peaks(6.4)
    p.ground(6.2, GREEN)
    p.poly([(4, 9), (7.4, 7.6), (6.3, 6.9), (7.4, 6.2), (7.7, 6.2), (7.3, 6.9), (9.2, 7.6), (7.4, 9)], PAPER)


def workshop(p: Pen) -> None:
    p.ground(0, p.pale)
    p.ground(7.4, GREY)
    p.rect(1.2, 2.0, 9.2, 5.6, p.main)
    p.rect(2.0, 3.4, 5.2, 4.2, INK)
    for k in range(5):
        p.rect(2.0, 3.4 + k * 0.45, 5.2, 0.2, GREY)
    p.rect(8.0, 3.4, 1.6, 1.5, SKY)
    gear(p, 13.0, 5.4, 1.7, INK)


def gear(p: Pen, x: float, y: float, r: float, fill: str) -> None:
    for k in range(8):
        a = k * math.pi / 4
        p.line([(x, y), (x + r * 1.25 * math.cos(a), y + r * 1.25 * math.sin(a))], fill, r * 0.45)
    p.disc(x, y, r, fill)
    p.disc(x, y, r * 0.4, p.pale)


def clinic(p: Pen) -> None:
    p.ground(7.2, GREEN)
    p.rect(3, 2.2, 10, 5.2, PAPER)
    p.rect(2.6, 1.8, 10.8, 0.6, p.main)
    p.rect(7.4, 2.9, 1.2, 2.8, p.main)
    p.rect(6.6, 3.7, 2.8, 1.2, p.main)
    for x in (3.8, 10.6):
        p.rect(x, 3.3, 1.6, 1.5, p.light)
    p.rect(7.3, 6.0, 1.4, 1.4, INK)


def ribbon(p: Pen) -> None:
    p.ground(0, p.pale)
    p.line([(6.2, 8.2), (9.0, 3.4), (8.6, 1.6), (8.0, 1.3)], p.main, 1.0)
    p.line([(9.8, 8.2), (7.0, 3.4), (7.4, 1.6), (8.0, 1.3)], p.main, 1.0)
    for x in (2.4, 13.6):
        p.disc(x, 4.5, 1.3, p.light)


def comic(p: Pen) -> None:
    p.ground(0, PAPER)
    frames = ((0.7, 0.7, 4.6, 7.6, p.pale), (5.7, 0.7, 9.6, 3.6, SAND), (5.7, 4.7, 4.6, 3.6, p.light))
    for x, y, w, h, fill in (*frames, (10.7, 4.7, 4.6, 3.6, SKY)):
        p.rect(x - 0.12, y - 0.12, w + 0.24, h + 0.24, INK)
        p.rect(x, y, w, h, fill)
    p.disc(2.9, 2.4, 1.3, SNOW)
    p.poly([(2.6, 3.4), (3.4, 3.4), (2.3, 4.7)], SNOW)
    p.poly([(0.7, 8.3), (2.6, 5.6), (5.3, 8.3)], p.main)
    p.rect(7.0, 2.4, 4.2, 1.3, p.main, 0.3)
    p.disc(7.9, 3.7, 0.4, INK)
    p.disc(10.3, 3.7, 0.4, INK)
    p.rect(12.2, 1.2, 2.5, 1.2, SNOW, 0.5)
    p.rect(7.2, 5.4, 1.7, 2.3, SNOW)
    for k in range(4):
        p.rect(7.45, 5.8 + k * 0.4, 1.2, 0.12, GREY)
    p.disc(13.0, 6.5, 1.1, RED)
    p.rect(12.3, 6.35, 1.4, 0.3, SNOW)


def screen(p: Pen) -> None:
    p.ground(0, p.pale)
    p.rect(2.6, 1.0, 10.8, 6.2, INK, 0.3)
    p.rect(3.0, 1.4, 10.0, 5.4, SKY)
    p.poly([(3.0, 6.8), (6.4, 3.6), (9.6, 6.8)], p.light)
    p.poly([(6.6, 6.8), (10.4, 3.0), (13.0, 5.8), (13.0, 6.8)], p.main)
    p.poly([(7.2, 3.1), (7.2, 5.1), (9.0, 4.1)], SNOW)
    p.rect(6.6, 7.2, 2.8, 0.6, INK)
    p.rect(5.4, 7.8, 5.2, 0.4, INK)


def airport(p: Pen) -> None:
    p.peaks(6.6, p.light)
    p.ground(6.4, GREY)
    for k in range(6):
        p.rect(0.6 + k * 2.8, 7.6, 1.5, 0.22, SNOW)
    p.poly([(3.0, 4.0), (11.6, 3.0), (12.8, 3.3), (12.4, 3.8), (3.8, 4.8)], SNOW)
    p.poly([(3.0, 4.2), (2.2, 2.4), (3.1, 2.3), (4.4, 4.0)], p.main)
    p.poly([(7.2, 4.1), (5.4, 6.0), (6.4, 5.9), (9.4, 3.9)], p.main)


def school(p: Pen) -> None:
    p.ground(0, p.pale)
    p.rect(1.6, 0.9, 12.8, 5.6, BROWN)
    p.rect(1.9, 1.2, 12.2, 5.0, DARK_GREEN)
    p.line([(3, 2.4), (7, 2.4)], SNOW, 0.12)
    p.line([(3, 3.3), (8.4, 3.3)], SNOW, 0.12)
    p.line([(3, 4.2), (6, 4.2)], SNOW, 0.12)
    p.line([(10, 5.2), (10, 2.4), (13, 5.2), (10, 5.2)], SNOW, 0.12)
    for x in (2.2, 6.6, 11.0):
        p.rect(x, 7.2, 2.8, 0.5, BROWN)
        p.rect(x + 0.3, 7.7, 0.3, 1.3, BROWN)
        p.rect(x + 2.2, 7.7, 0.3, 1.3, BROWN)


def greenhouse(p: Pen) -> None:
    p.peaks(6.0, p.light)
    p.ground(5.8, GREEN)
    p.poly([(3, 8), (3, 5), (8, 3), (13, 5), (13, 8)], SNOW)
    for x in (4.6, 6.3, 8.0, 9.7, 11.4):
        p.line([(x, 8), (x, 5 - (5 - abs(x - 8)) * 0.4)], GREY, 0.1)
        p.disc(x - 0.8, 7.3, 0.55, DARK_GREEN)
    p.line([(3, 5), (13, 5)], GREY, 0.12)
    p.rect(2.8, 7.9, 10.4, 0.3, BROWN)


def van(p: Pen) -> None:
    p.peaks(6.6, p.light)
    p.ground(6.6, SAND)
    p.rect(2.4, 3.0, 8.4, 4.2, SNOW, 0.3)
    p.poly([(10.6, 3.9), (12.4, 3.9), (13.8, 5.5), (13.8, 7.2), (10.6, 7.2)], SNOW)
    p.poly([(11.2, 4.3), (12.2, 4.3), (13.2, 5.5), (11.2, 5.5)], p.light)
    p.rect(2.4, 5.3, 8.4, 0.7, p.main)
    p.line([(4.0, 3.0), (4.0, 0.8)], INK, 0.1)
    p.disc(4.0, 0.8, 0.3, RED)
    for x in (4.6, 11.6):
        p.disc(x, 7.3, 0.9, INK)
        p.disc(x, 7.3, 0.4, GREY)


def camp(p: Pen) -> None:
    p.peaks(5.6)
    p.ground(5.4, SAND)
    for x, y, s in ((3, 6.4, 1.3), (7.4, 6.2, 1.3), (12, 6.5, 1.4), (5.2, 8.2, 1.8), (10.4, 8.2, 1.8)):
        p.poly([(x - 1.4 * s, y), (x, y - 1.5 * s), (x + 1.4 * s, y)], SNOW)
        p.poly([(x - 0.4 * s, y), (x, y - 1.2 * s), (x + 0.4 * s, y)], p.main)


def bus(p: Pen) -> None:
    p.ground(5.6, SAND)
    p.ground(7.4, GREY)
    p.disc(13.4, 1.8, 0.9, "#f2d492")
    for x in (0.6, 8.4):
        p.rect(x, 3.6, 7.0, 3.8, p.main, 0.4)
        for k in range(5):
            p.rect(x + 0.4 + k * 1.3, 4.1, 1.0, 1.2, SKY)
        for wheel in (1.4, 5.4):
            p.disc(x + wheel, 7.4, 0.65, INK)


def flood(p: Pen) -> None:
    p.peaks(5.6)
    p.ground(5.4, GREEN)
    p.poly([(6.4, 2.6), (7.6, 2.6), (9.4, 5.6), (16, 7.2), (16, 9), (3.5, 9), (6.4, 6.2)], BROWN)
    for x, y in ((1.6, 5.6), (11.6, 5.2), (3.2, 7.2)):
        p.rect(x, y, 1.8, 1.2, PAPER)
        p.poly([(x - 0.3, y), (x + 0.9, y - 0.8), (x + 2.1, y)], p.main)


def roundtable(p: Pen) -> None:
    p.ground(0, p.pale)
    for k in range(12):
        a = k * math.pi / 6
        p.disc(8 + 5.4 * math.cos(a), 4.5 + 3.5 * math.sin(a), 0.6, p.main)
        p.rect(7.6 + 3.5 * math.cos(a), 4.2 + 2.1 * math.sin(a), 0.8, 0.5, SNOW)
    p.draw.ellipse(p._scaled([(3.6, 1.6), (12.4, 7.4)]), fill=BROWN)
    p.draw.ellipse(p._scaled([(4.0, 1.9), (12.0, 7.1)]), fill=SAND)
    for k in range(12):
        a = k * math.pi / 6
        p.rect(7.6 + 3.2 * math.cos(a), 4.25 + 2.0 * math.sin(a), 0.8, 0.5, SNOW)


def village(p: Pen) -> None:
    p.peaks(5.2, p.light)
    p.ground(5.0, GREEN)
    for x, y, fill in ((1.4, 5.0, PAPER), (5.6, 4.6, SAND), (10.2, 5.1, PAPER)):
        p.rect(x, y, 3.2, 2.2, fill)
        p.poly([(x - 0.4, y), (x + 1.6, y - 1.3), (x + 3.6, y)], p.main)
        p.rect(x + 0.5, y + 0.6, 0.8, 0.7, SKY)
        p.rect(x + 1.9, y + 0.9, 0.8, 1.3, BROWN)
    for x in (0.8, 9.4, 14.6):
        p.rect(x - 0.1, 6.4, 0.25, 1.4, BROWN)
        p.disc(x, 5.9, 0.8, DARK_GREEN)


def budget(p: Pen) -> None:
    p.ground(0, p.pale)
    p.rect(1.4, 1.2, 6.8, 6.6, SNOW)
    for k in range(6):
        p.rect(2.0, 2.0 + k * 0.9, 3.4, 0.2, GREY)
        p.rect(6.2, 2.0 + k * 0.9, 1.3, 0.2, p.main)
    for x, n in ((10, 3), (12.2, 5), (14.2, 7)):
        for k in range(n):
            p.rect(x - 0.8, 7.3 - k * 0.6, 1.6, 0.5, "#d8b45a", 0.2)


def film(p: Pen) -> None:
    p.ground(0, INK)
    for k in range(3):
        p.rect(0.5 + k * 5.2, 2.0, 4.6, 5.0, (p.light, SAND, SKY)[k])
        x = 0.5 + k * 5.2
        p.poly([(x, 7.0), (x + 1.8, 4.0), (x + 4.6, 7.0)], p.main)
        p.disc(x + 3.4, 3.2, 0.5, SNOW)
    for k in range(13):
        for y in (0.7, 7.7):
            p.rect(0.4 + k * 1.25, y, 0.65, 0.6, PAPER, 0.1)


def network(p: Pen) -> None:
    p.ground(0, p.pale)
    nodes = [(2, 6.5), (4.2, 2.4), (7.9, 4.6), (11.2, 1.8), (13.8, 5.0), (10.6, 7.4), (6.0, 7.6)]
    for i, a in enumerate(nodes):
        for b in nodes[i + 1 :]:
            if math.dist(a, b) < 5.4:
                p.line([a, b], p.light, 0.1)
    for k, (x, y) in enumerate(nodes):
        p.disc(x, y, 1.0 if k == 2 else 0.6, p.main)


def scales(p: Pen) -> None:
    p.ground(0, p.pale)
    p.rect(7.8, 1.4, 0.4, 6.2, INK)
    p.rect(5.6, 7.5, 4.8, 0.5, INK)
    p.line([(3.4, 2.3), (12.6, 2.3)], INK, 0.25)
    for x in (3.4, 12.6):
        p.line([(x - 1.5, 5.2), (x, 2.3), (x + 1.5, 5.2)], GREY, 0.1)
        p.poly([(x - 1.8, 5.2), (x + 1.8, 5.2), (x + 1.0, 6.1), (x - 1.0, 6.1)], p.main)


def debate(p: Pen) -> None:
    p.ground(0, p.pale)
    for x, y, w, h, fill, tip in (
        (1.2, 1.0, 7.4, 3.6, p.main, 2.6),
        (7.4, 3.6, 7.4, 3.6, p.light, 13.0),
    ):
        p.rect(x, y, w, h, fill, 0.7)
        p.poly([(tip, y + h - 0.1), (tip + 1.0, y + h - 0.1), (tip + 0.2, y + h + 1.0)], fill)
        for k in range(3):
            p.rect(x + 0.9, y + 0.8 + k * 0.8, w - 1.8 - k * 1.1, 0.28, SNOW)


def survey(p: Pen) -> None:
    p.ground(0, p.pale)
    p.rect(4.4, 0.7, 7.2, 7.9, BROWN, 0.3)
    p.rect(4.8, 1.2, 6.4, 7.0, SNOW)
    p.rect(6.8, 0.4, 2.4, 0.9, INK, 0.2)
    for k in range(5):
        p.rect(5.4, 2.2 + k * 1.15, 0.6, 0.6, p.main)
        p.rect(6.5, 2.4 + k * 1.15, 3.9 - (k % 3) * 0.7, 0.2, GREY)


def road(p: Pen) -> None:
    p.peaks(5.4)
    p.ground(5.2, SAND)
    p.poly([(4.6, 9), (7.6, 5.2), (8.4, 5.2), (11.4, 9)], INK)
    for k in range(4):
        y = 5.6 + k * 0.9
        p.rect(8 - 0.05 * (k + 1), y, 0.1 * (k + 1), 0.45, SNOW)
    p.rect(12.2, 4.2, 0.2, 2.6, INK)
    p.rect(11.0, 3.2, 2.6, 1.3, p.main, 0.15)


SCENES: dict[str, Callable[[Pen], None]] = {
    scene.__name__: scene
    for scene in (
        *(cotton, border, mountains, workshop, clinic, ribbon, comic, screen, airport, school, greenhouse),
        *(van, camp, bus, flood, roundtable, village, budget, film, network, scales, debate, survey, road),
    )
}


@functools.cache
def png(scene: str, colour: str, *, width: int = 560, height: int | None = None) -> bytes:
    """The scene as PNG, width pixels wide and 9/16 as high unless height cuts it (evenly, top and bottom)."""
    pen = Pen(width, colour)
    SCENES[scene](pen)
    image = pen.image.resize((width, width * 9 // 16), Image.Resampling.LANCZOS)
    if height:
        top = (image.height - height) // 2
        image = image.crop((0, top, width, top + height))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()

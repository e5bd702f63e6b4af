"""Scanned pages, by Tesseract: words with boxes, laid out like those of any other page.

The program itself is asked, for hOCR: it tells how sure it is of each word, and size and slope of each line, which
PyMuPDF's own way to Tesseract does not. A page that comes out badly is tried turned, then with its strokes thickened,
which closes the gaps of dotted or faded type.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import Any

from kb import patience
from kb.layout import Line, Sheet, Word, unsplit
from kb.records import PageNote
from kb.settings import Settings

LANGUAGES = ("eng", "fra", "rus", "tgk")
_CYRILLIC_CODES = frozenset("rus tgk ukr bel bul kaz kir mkd mon srp tat uzb_cyrl".split())
_INSTALL = "apt install tesseract-ocr " + " ".join(f"tesseract-ocr-{code}" for code in LANGUAGES)
_DPI, _COARSE_DPI = 300, 200
_PIXELS = 20_000_000
_LEAST = 0.5  # seconds without which no page is begun
_SAUVOLA = ("-c", "thresholding_method=2")
_GOOD, _SURE, _NOISE = 0.72, 80.0, 40.0
# In parts of the font size: height of small letters (what is measured best), of ascenders, and depth of descenders.
_SMALL, _ABOVE, _BELOW = 0.455, 0.72, 0.22
_ALIKE = 0.1
_DOTS = frozenset("e o O c © ® ° * ¢ @ « » е о О с Ф Фе ео".split())  # what bullets are taken for
_GAP = 0.6  # least distance of a bullet from its text
_LATIN = "ABEKMHOPCTXaeopcyx"
_CYRILLIC = "АВЕКМНОРСТХаеорсух"
_TO_LATIN, _TO_CYRILLIC = str.maketrans(_CYRILLIC, _LATIN), str.maketrans(_LATIN, _CYRILLIC)


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as recognised."""

    sheet: Sheet
    back: Any
    """Matrix from the sheet's coordinates to those of the page as shown; None where they are the same."""
    note: PageNote


@dataclass(frozen=True, slots=True)
class _Found:
    """What one try brought: each line's words with their confidences (0..100), in points of the picture."""

    lines: list[tuple[Line, list[float]]]
    slope: float
    pictures: list[tuple[float, float, float, float]]

    def letters(self, sure: float = 0.0) -> int:
        """Characters of the words it is at least so sure of."""
        return sum(len(w.text) for w, c in self.words() if c >= sure)

    def quality(self) -> float:
        """Part of the characters that it is sure of."""
        return self.letters(_SURE) / max(1, self.letters())

    def words(self) -> Iterator[tuple[Word, float]]:
        for line, sure in self.lines:
            yield from zip(line.words, sure, strict=True)


def fingerprint(settings: Settings) -> str:
    """What decides how scans come out on this computer; empty where they are not read."""
    languages, why = languages_for(settings)
    return "" if why else f"{_version()} {languages}"


def languages_for(settings: Settings) -> tuple[str, str]:
    """The languages as Tesseract wants them, such as "eng+rus"; or why there is no OCR, and what to do about it."""
    if not settings.ocr:
        return "", "OCR is switched off (ocr, KB_OCR)"
    installed = _installed()
    if not installed:
        return "", f"OCR is not installed: {_INSTALL}"
    wanted = [code for code in re.split(r"[+,\s]+", settings.ocr_languages) if code]
    if missing := [code for code in wanted if code not in installed]:
        packages = " ".join(f"tesseract-ocr-{code.replace('_', '-')}" for code in missing)
        return "", f"OCR does not know {', '.join(missing)} (ocr_languages): apt install {packages}"
    found = wanted or [code for code in LANGUAGES if code in installed]
    return "+".join(found), "" if found else f"OCR has no data of a language: {_INSTALL}"


@cache
def _installed() -> frozenset[str]:
    if shutil.which("tesseract") is None:
        return frozenset()
    told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return frozenset(told.stdout.split("\n")[1:]) - {""}


@cache
def _version() -> str:
    told = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.partition("\n")[0] or told.stderr.partition("\n")[0]


def scans(pdf: Any, numbers: Sequence[int], settings: Settings) -> Iterator[tuple[int, Scan | str]]:
    """Each of these pages (from 1) as recognised, or why it was not; asks for the time that it takes."""
    languages, why = languages_for(settings)
    if why:
        yield from ((number, why) for number in numbers)
        return
    seconds = min(settings.ocr_seconds * len(numbers), settings.ocr_document_seconds)
    patience.ask(seconds)
    end, begun = time.monotonic() + 0.95 * seconds, time.process_time()
    read: dict[int, Scan] = {}
    for number in numbers:
        # Drawing the pages takes this process's own time, of which there is a limit for the document.
        spent = (
            time.monotonic() > end - _LEAST or time.process_time() - begun > 0.2 * settings.read_cpu_seconds
        )
        if spent:
            yield (
                number,
                f"no time was left for OCR after {seconds:g} s: raise ocr_seconds, ocr_document_seconds",
            )
            continue
        try:
            found = _scan(pdf[number - 1], number, languages, end)
        except subprocess.TimeoutExpired:
            yield number, "OCR took too long: raise ocr_seconds"
        except (OSError, RuntimeError, ValueError) as error:
            if "malloc" in str(error):
                raise MemoryError from error
            yield number, f"OCR broke on it ({error})"
        else:
            if isinstance(found, str):
                yield number, found
            else:
                read[number] = found
    _smooth([scan.sheet for scan in read.values()])
    yield from read.items()


def _scan(page: Any, number: int, languages: str, end: float) -> Scan | str:
    import pymupdf

    turned = 0
    found = _try(page, number, languages, end)
    # A try for which no time is left takes nothing from what the first one brought.
    with suppress(subprocess.TimeoutExpired):
        if found.quality() < _GOOD and (way := _turned(page, end)):
            other = _try(page, number, languages, end, turned=way)
            found, turned = (other, way) if other.letters(_SURE) > found.letters(_SURE) else (found, 0)
        if found.lines and found.quality() < _GOOD and time.monotonic() < end:
            # Of faded letters some look like those of any script: the page's own is enough.
            own = _of_script(languages, found)
            other = _try(page, number, own, end, turned=turned, thick=True)
            found = other if other.letters(_SURE) > found.letters(_SURE) else found
    kept = _sound(found)
    if not kept.letters(_SURE):
        return "pictures only, or too faint for OCR: scan it anew, sharper"
    confidence = round(min(0.99, kept.letters(_SURE) / found.letters()), 2)
    words = [c for _, c in found.words()]
    reason = f"OCR is unsure of {sum(c < _SURE for c in words)} of {len(words)} words"
    area = pymupdf.Rect(page.rect)
    matrix = pymupdf.Matrix(1, 0, 0, 1, 0, 0)
    if turned:
        matrix = pymupdf.Matrix(turned)
        area = area * matrix
        matrix = matrix * pymupdf.Matrix(1, 0, 0, 1, -area.x0, -area.y0)
    level = pymupdf.Matrix(1, -kept.slope, 0, 1, 0, kept.slope * area.width / 2)
    lines = _dotted([_levelled(line, kept.slope, area.width / 2) for line, _ in kept.lines])
    pictures = list(kept.pictures)
    sheet = Sheet(number, area.width, area.height, unsplit(lines), pictures)
    back = None if not turned and not kept.slope else ~(matrix * level)
    return Scan(sheet, back, PageNote(number, confidence, "ocr", reason if confidence < 0.8 else ""))


def _of_script(languages: str, found: _Found) -> str:
    """Of these languages, those of the script that most letters are of."""
    text = "".join(w.text for w, _ in found.words())
    cyrillic = sum("Ѐ" <= c <= "ӿ" for c in text) > sum(c.isalpha() for c in text) / 2
    own = [code for code in languages.split("+") if (code in _CYRILLIC_CODES) == cyrillic]
    return "+".join(own) or languages


def _turned(page: Any, end: float) -> int:
    """By how many degrees, clockwise, the page's picture must be turned to be upright; 0 also where that is unsure."""
    if "osd" not in _installed() or time.monotonic() > end:
        return 0
    picture = _picture(page, _COARSE_DPI, 0, thick=False)
    try:
        told = _tesseract(picture, end, "--psm", "0", "--dpi", str(_COARSE_DPI), "-l", "osd")
    except OSError:  # too few letters to tell
        return 0
    way = re.search(rb"Rotate: (\d+)", told)
    sure = re.search(rb"Orientation confidence: ([\d.]+)", told)
    return int(way[1]) if way and sure and float(sure[1]) > 1 else 0


def _try(
    page: Any, number: int, languages: str, end: float, *, turned: int = 0, thick: bool = False
) -> _Found:
    wide, high = page.rect.width / 72, page.rect.height / 72
    dpi = min(_COARSE_DPI if thick else _DPI, int((_PIXELS / max(0.01, wide * high)) ** 0.5))
    picture = _picture(page, dpi, turned, thick=thick)
    options = (
        "--psm",
        "3",
        "--dpi",
        str(max(70, dpi)),
        "-l",
        languages,
        *(_SAUVOLA if thick else ()),
        "hocr",
    )
    return _parsed(_tesseract(picture, end, *options), number, 72 / dpi)


def _picture(page: Any, dpi: int, turned: int, *, thick: bool) -> bytes:
    """The page in grey, as PNM; `thick` widens dark strokes by a pixel on each side."""
    import numpy as np
    import pymupdf

    matrix = pymupdf.Matrix(dpi / 72, dpi / 72) * pymupdf.Matrix(turned)
    pixmap = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False)
    if not thick:
        return pixmap.tobytes("pnm")  # type: ignore[no-any-return]
    grey = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]
    for axis in (0, 1):
        grey = np.minimum(grey, np.minimum(np.roll(grey, 1, axis), np.roll(grey, -1, axis)))
    return b"P5 %d %d 255\n" % (pixmap.width, pixmap.height) + grey.tobytes()


def _tesseract(picture: bytes, end: float, *options: str) -> bytes:
    """What the program prints. Raises subprocess.TimeoutExpired, and OSError where it fails."""
    # Several threads make one page hardly faster, and starve what runs beside it.
    ran = subprocess.run(
        ["tesseract", "-", "-", *options],
        input=picture,
        capture_output=True,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        timeout=max(0.1, end - time.monotonic()),
        check=False,
    )
    if ran.returncode:
        raise OSError(ran.stderr.decode("utf-8", "replace").strip()[:200] or f"exit {ran.returncode}")
    return ran.stdout


# --- hOCR -----------------------------------------------------------------------------------------------------------


def _parsed(hocr: bytes, number: int, scale: float) -> _Found:
    from lxml import html

    root = html.fromstring(hocr) if hocr.strip() else html.fromstring("<html/>")
    lines: list[tuple[Line, list[float]]] = []
    slopes: list[float] = []
    for element in root.iterfind(".//span[@title]"):
        title = element.get("title", "")
        if "baseline" not in title:
            continue
        whole, low, high = (_value(title, f"x_{part}") for part in ("size", "descenders", "ascenders"))
        size = (whole - low - high) / _SMALL if whole > low + high else whole
        _, _, _, foot = _box(title)
        x0, *_ = _box(title)
        slope, offset = map(float, re.findall(r"baseline (\S+) ([^\s;]+)", title)[0])
        words, sure = [], []
        for span in element.iterfind("span[@title]"):
            text = "".join(span.itertext()).strip()
            left, _, right, _ = _box(span.get("title", ""))
            if text and right > left:
                base = foot + offset + slope * ((left + right) / 2 - x0)
                box = (left, base - _ABOVE * size, right, base + _BELOW * size)
                words.append(Word(text, *(round(v * scale, 2) for v in box)))
                sure.append(_value(span.get("title", ""), "x_wconf"))
        if words and size > 0:
            lines.append((Line(number, _one_script(words), size * scale), sure))
            if len(words) >= 5:
                slopes.append(slope)
    photos = (_box(e.get("title", "")) for e in root.iter() if e.get("class") == "ocr_photo")
    pictures = [(a * scale, b * scale, c * scale, d * scale) for a, b, c, d in photos]
    slope = median(slopes) if slopes else 0.0
    return _Found(lines, slope if abs(slope) > 0.004 else 0.0, pictures)


def _box(title: str) -> tuple[float, float, float, float]:
    a, b, c, d = map(float, re.findall(r"bbox (\d+) (\d+) (\d+) (\d+)", title)[0])
    return a, b, c, d


def _value(title: str, name: str) -> float:
    found = re.search(rf"{name} (-?[\d.]+)", title)
    return float(found[1]) if found else 0.0


def _one_script(words: list[Word]) -> list[Word]:
    """A Latin "o" among Cyrillic letters, and the other way round, becomes the letter of the line's script."""
    text = "".join(w.text for w in words)
    cyrillic = sum("Ѐ" <= c <= "ӿ" for c in text)
    latin = sum(c.isalpha() and c < "ɐ" for c in text)
    if not cyrillic or not latin:
        return words
    out = []
    for word in words:
        changed = word.text.translate(_TO_LATIN if latin > cyrillic else _TO_CYRILLIC)
        mixed = any("Ѐ" <= c <= "ӿ" for c in changed) and any(c.isalpha() and c < "ɐ" for c in changed)
        out.append(word if mixed else word._replace(text=changed))
    return out


def _sound(found: _Found) -> _Found:
    """Without the noise of pictures and stains: lines it is unsure of as a whole, and marks that are no words."""
    lines = []
    for line, sure in found.lines:
        letters = sum(len(w.text) for w in line.words)
        mean = sum(len(w.text) * c for w, c in zip(line.words, sure, strict=True)) / letters
        kept = [
            (w, c)
            for w, c in zip(line.words, sure, strict=True)
            if c >= _SURE or w.text in _DOTS or any(x.isalnum() for x in w.text) and c >= _NOISE / 2
        ]
        if mean >= _NOISE and kept:
            for piece in _apart(kept, line.size):
                lines.append((Line(line.page, [w for w, _ in piece], line.size), [c for _, c in piece]))
    return replace(found, lines=lines)


def _apart(words: list[tuple[Word, float]], size: float) -> list[list[tuple[Word, float]]]:
    """Pieces between wide gaps, as other readers bring them."""
    pieces = [[words[0]]]
    for word in words[1:]:
        dotted = len(pieces) == len(pieces[-1]) == 1 and pieces[0][0][0].text in _DOTS
        if word[0].x0 - pieces[-1][-1][0].x1 > (_GAP if dotted else 0.9) * size:
            pieces.append([word])
        else:
            pieces[-1].append(word)
    return pieces


def _dotted(lines: list[Line]) -> list[Line]:
    """Bullets, which are taken for letters, told by the text that begins to their right."""
    for line in lines:
        if len(line.words) == 1 and line.text in _DOTS:
            size = line.size
            for other in lines:
                if (
                    abs(other.middle - line.middle) < 0.5 * size
                    and _GAP * size < other.x0 - line.x1 < 5 * size
                ):
                    line.words[0] = line.words[0]._replace(text="•")
    return lines


def _levelled(line: Line, slope: float, middle: float) -> Line:
    """The line as it stood before the paper lay askew."""
    if not slope:
        return line
    words = []
    for w in line.words:
        down = slope * ((w.x0 + w.x1) / 2 - middle)
        words.append(w._replace(y0=w.y0 - down, y1=w.y1 - down))
    return Line(line.page, words, line.size)


def _smooth(sheets: list[Sheet]) -> None:
    """Line heights as measured differ by a pixel or two: those near a common one become it."""
    lines = [line for sheet in sheets for line in sheet.lines]
    while lines:
        weight: Counter[float] = Counter()
        for line in lines:
            weight[round(line.size * 2) / 2] += len(line.text)
        size = weight.most_common(1)[0][0] or lines[0].size
        near = [line for line in lines if abs(line.size - size) <= max(_ALIKE * size, 0.5)]
        for line in near:
            line.size = size
        lines = [line for line in lines if line not in near]

"""PDF files for tests: boxes of text at places of a page."""

from __future__ import annotations

from pathlib import Path

import pymupdf

LOREM = (
    "The training was held in the regional centre and brought together staff of the migration service from all "
    "districts of the province. Participants discussed how migrants can be told of their rights before they leave "
    "the country, and which documents they need. The trainers came from two partner organisations."
)


class Sheets:
    """A PDF in the making: boxes of text at places of a page."""

    def __init__(self) -> None:
        self.pdf = pymupdf.open()

    def page(self) -> Sheets:
        self.sheet = self.pdf.new_page()
        return self

    def put(
        self, text: str, x: float, y: float, width: float = 460, size: float = 10, font: str = "tiro", **more
    ) -> float:
        """The height below the text."""
        left = self.sheet.insert_textbox(
            (x, y, x + width, y + 400), text, fontsize=size, fontname=font, **more
        )
        assert left >= 0
        return y + 400 - left

    def save(self, path: Path) -> Path:
        self.pdf.save(path)
        return path

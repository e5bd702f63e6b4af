"""PowerPoint (.pptx)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb import hookimpl
from kb.archives import check_archive
from kb.errors import ReadError
from kb.merged import laid_out, row_block
from kb.records import Block, BlockRole, Document
from kb.settings import Settings
from kb.text import raised, tidy

SUFFIXES = frozenset({".pptx", ".pptm", ".ppsx"})

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DIAGRAM_DATA = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
_TITLE_WORDS = 16
_CAPTION_WORDS = 40
_BELOW = 457200  # half an inch in EMU: how far below its picture a caption stands
_REPEATED = 3

Place = tuple[int, int, int, int]
"""x0, y0, x1, y1 on the slide, in EMU."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A shape outside its groups: where it stands, and what it says."""

    place: Place
    blocks: tuple[Block, ...]
    title: int = 0
    """Level of the heading that it is; 0: none."""
    picture: bool = False


@hookimpl
def kb_read(path: Path, settings: Settings) -> Document | None:
    """Titles, texts, tables, charts, diagrams and notes, slide by slide; hidden slides and running feet set aside."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    check_archive(path, program="PowerPoint", suffix=".pptx")
    import pptx
    from pptx.exc import PythonPptxError

    try:
        deck = pptx.Presentation(str(path))
    except (PythonPptxError, KeyError, ValueError) as error:
        raise ReadError(
            f"{path}: it is damaged, or no presentation ({error}). Open it in PowerPoint and save it anew."
        ) from error
    slides = [
        (number, slide, list(_pieces(slide.shapes, number)))
        for number, slide in enumerate(deck.slides, 1)
        if slide.element.get("show") not in ("0", "false")
    ]
    repeated = _repeated([pieces for _, _, pieces in slides])
    blocks: list[Block] = []
    silent: list[int] = []
    for number, slide, pieces in slides:
        found = [*_slide(pieces, repeated), *_notes(slide, number)]
        if any(p.picture for p in pieces) and not any(b.role != "footer" for b in found):
            silent.append(number)
        blocks += found
    reason = f"{len(silent)} of {len(deck.slides)} slides hold pictures without text." if silent else ""
    title = (deck.core_properties.title or "").strip()
    return Document(id="", path=str(path), title=title, pages=len(deck.slides), blocks=tuple(blocks),
                    unreadable=tuple(silent), reason=reason)  # fmt: skip


def _slide(pieces: Sequence[Piece], repeated: frozenset[tuple[Place, str]]) -> Iterator[Block]:
    """The title first, then the other shapes as one reads them."""
    titles = [p for p in pieces if p.title]
    others = in_order([p for p in pieces if not p.title and p.blocks])
    if not titles and others and (promoted := _as_title(others[0])):
        titles, others = [promoted], others[1:]
    pictures = [p.place for p in pieces if p.picture]
    for piece in [*titles, *others]:
        for block in piece.blocks:
            if (piece.place, block.text) in repeated:
                yield replace(block, role="footer", level=0)
            elif block.role == "body" and _captions(piece, pictures):
                yield replace(block, role="caption")
            else:
                yield block


def _as_title(piece: Piece) -> Piece | None:
    """The first text of a slide without a title, where it looks like one."""
    if len(piece.blocks) != 1:
        return None
    block = piece.blocks[0]
    if block.role != "body" or len(block.text.split()) > _TITLE_WORDS or block.text[-1] in ".,;:":
        return None
    return replace(piece, blocks=(replace(block, role="heading", level=2),), title=2)


def _captions(piece: Piece, pictures: Sequence[Place]) -> bool:
    """Is it a short text just below a picture?"""
    x0, y0, x1, y1 = piece.place
    height = y1 - y0
    return sum(len(b.text.split()) for b in piece.blocks) <= _CAPTION_WORDS and any(
        left <= (x0 + x1) / 2 <= right and -height / 4 <= y0 - bottom <= _BELOW
        for left, _, right, bottom in pictures
    )


def _repeated(slides: Sequence[Sequence[Piece]]) -> frozenset[tuple[Place, str]]:
    """Texts that stand at the same place of most slides: they belong to the deck, not to a slide."""
    counts = Counter(
        mark for pieces in slides for mark in {(p.place, b.text) for p in pieces for b in p.blocks}
    )
    return frozenset(m for m, n in counts.items() if n >= max(_REPEATED, len(slides) / 2))


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """As one reads them: cut again and again at the widest gap, and the upper or left part read first.

    The gap between two columns is wider than the one between a heading and its text, so that a column stays whole.
    """
    best = (-1, 0, 0)
    for axis in (1, 0):  # of gaps alike the one between rows
        ordered = sorted(pieces, key=lambda p: p.place[axis])
        end = ordered[0].place[axis + 2] if ordered else 0
        for n, piece in enumerate(ordered[1:], 1):
            gap = piece.place[axis] - end
            if gap >= 0 and gap > best[0]:
                best = (gap, axis, n)
            end = max(end, piece.place[axis + 2])
    gap, axis, n = best
    if gap < 0:
        return sorted(pieces, key=lambda p: (p.place[1], p.place[0]))
    ordered = sorted(pieces, key=lambda p: p.place[axis])
    return in_order(ordered[:n]) + in_order(ordered[n:])


def _pieces(
    shapes: Any, number: int, shift: Callable[[Place], Place] = lambda place: place
) -> Iterator[Piece]:
    """The shapes of a slide or group; `shift` brings a place in the group to the slide."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    roles: dict[Any, BlockRole] = {
        PP_PLACEHOLDER.FOOTER: "footer",
        PP_PLACEHOLDER.SLIDE_NUMBER: "footer",
        PP_PLACEHOLDER.DATE: "footer",
        PP_PLACEHOLDER.HEADER: "header",
    }
    for shape in shapes:
        left, top = shape.left or 0, shape.top or 0
        place = shift((left, top, left + (shape.width or 0), top + (shape.height or 0)))
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if shape.element.tag.endswith("}grpSp"):
            yield from _pieces(shape.shapes, number, _within(shape, place))
        elif kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE):
            if text := " ".join(b.text for b in _paragraphs(shape.text_frame, number)).replace("\n", " "):
                level = 1 if shape.part.slide_layout.element.get("type") in ("title", "secHead") else 2
                yield Piece(place, (Block(text, number, "heading", level),), title=level)
        elif shape.has_text_frame:
            role = roles.get(kind, "body")
            if kind == PP_PLACEHOLDER.BODY and shape.part.slide_layout.element.get("type") == "picTx":
                role = "caption"
            yield Piece(place, tuple(replace(b, role=role) for b in _paragraphs(shape.text_frame, number)))
        elif getattr(shape, "has_table", False):
            yield Piece(place, tuple(_table(shape.table, number)))
        elif getattr(shape, "has_chart", False):
            yield Piece(place, tuple(_chart(shape.chart, number)))
        elif shape.element.tag.endswith("}graphicFrame"):
            yield Piece(place, tuple(_diagram(shape, number)))
        elif shape.element.tag.endswith("}pic"):
            yield Piece(place, (), picture=True)


def _within(group: Any, place: Place) -> Callable[[Place], Place]:
    """Brings places in a group's own measure to where the group stands."""
    frame = group.element.xpath("./p:grpSpPr/a:xfrm")
    offset = frame[0].find(f"{_A}chOff") if frame else None
    extent = frame[0].find(f"{_A}chExt") if frame else None
    if offset is None or extent is None:
        return lambda inner: inner
    x, y = int(offset.get("x")), int(offset.get("y"))
    across = (place[2] - place[0]) / max(int(extent.get("cx")), 1)
    down = (place[3] - place[1]) / max(int(extent.get("cy")), 1)

    def shift(inner: Place) -> Place:
        return (
            round(place[0] + (inner[0] - x) * across),
            round(place[1] + (inner[1] - y) * down),
            round(place[0] + (inner[2] - x) * across),
            round(place[1] + (inner[3] - y) * down),
        )

    return shift


def _paragraphs(frame: Any, number: int) -> Iterator[Block]:
    for paragraph in frame.paragraphs:
        parts: list[str] = []
        for child in paragraph._p:
            text = "\n" if child.tag == f"{_A}br" else (child.findtext(f"{_A}t") or "")
            lifted = child.find(f"{_A}rPr")
            if lifted is not None and int(lifted.get("baseline") or 0) > 0:
                text = raised("".join(parts), text)
            parts.append(text)
        if text := tidy("".join(parts).replace("\v", "\n")):
            sizes = [r.font.size.pt for r in paragraph.runs if r.font.size]
            yield Block(text, number, size=max(sizes, default=0.0))


def _table(table: Any, number: int) -> Iterator[Block]:
    rows, columns = len(table.rows), len(table.columns)
    owners = {(r, c): (r, c) for r in range(rows) for c in range(columns)}
    for r, c in list(owners):
        if (cell := table.cell(r, c)).is_merge_origin:
            for down in range(min(cell.span_height, rows - r)):
                for right in range(min(cell.span_width, columns - c)):
                    owners[r + down, c + right] = (r, c)
    texts = {
        at: " ".join(b.text for b in _paragraphs(table.cell(*at).text_frame, number)).replace("\n", " ")
        for at in set(owners.values())
    }
    grid = [[(owners[r, c], texts[owners[r, c]]) for c in range(columns)] for r in range(rows)]
    yield from (block for row in laid_out(grid) if (block := row_block(row, number)).text)


def _chart(chart: Any, number: int) -> Iterator[Block]:
    """The chart's title as a caption, and the data that it draws as the rows of a table."""
    if (
        chart.has_title
        and chart.chart_title.has_text_frame
        and (text := tidy(chart.chart_title.text_frame.text))
    ):
        yield Block(text.replace("\n", " "), number, "caption")
    try:
        plots = list(chart.plots)
    except ValueError:
        return  # of a kind that the library does not know
    for plot in plots:
        series = list(plot.series)
        yield row_block(["", *(s.name for s in series)], number)
        for n, category in enumerate(plot.categories):
            values = [s.values[n] if n < len(s.values) else None for s in series]
            yield row_block([str(category), *("" if v is None else f"{v:.10g}" for v in values)], number)


def _diagram(shape: Any, number: int) -> Iterator[Block]:
    """The texts of a diagram (SmartArt), in the order in which they were entered."""
    from pptx.oxml import parse_xml

    for names in shape.element.iter(f"{_DIAGRAM}relIds"):
        for relation in shape.part.rels.values():
            wanted = relation.rId in names.attrib.values() and relation.reltype == _DIAGRAM_DATA
            for point in parse_xml(relation.target_part.blob).iter(f"{_DIAGRAM}pt") if wanted else ():
                words = "".join(t.text or "" for t in point.iter(f"{_A}t"))
                # Points that only present another one repeat its words.
                if point.get("type") != "pres" and (text := tidy(words)):
                    yield Block(text, number)


def _notes(slide: Any, number: int) -> Iterator[Block]:
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        yield from _paragraphs(frame, number)

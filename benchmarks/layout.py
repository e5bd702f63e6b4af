"""How well pages are read: reading order, headings, tables, seconds a page and memory, side by side with other readers.

    python benchmarks/layout.py [READER…] [--details] [--slowest]

Readers: ours, plain (PyMuPDF's text and find_tables), pymupdf4llm (with its layout model, without OCR), docling; those that are
installed by default. Each runs in a process of its own over the same pages, those of `layout_truth/` (see its README), and is
compared with the truth:

- order: 1 - edit distance / length of the longer, over the letters and digits of the page (normalised Levenshtein distance).
  Furniture and the words of figures are taken out of truth and reading first.
- headings: F1 over the headings of all pages; a heading is found when its letters are to 90 % the same. Levels: of pairs of
  found headings of one document, the share that stands in the same order of rank.
- tables: F1 of neighbouring cells (Göbel, Hassan, Oro and Orsi, DocEng 2012), the mean over pages with tables in truth or reading.
- seconds a page: median over the pages. Ours reads a document at a time: its seconds divided by its pages.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pymupdf
import yaml
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "shared" / "corpus"
ALIKE = 90
"""Ratio from which two headings are the same."""
Table = list[list[str]]


@dataclass(slots=True)
class Page:
    """What a reader, or the truth, makes of a page."""

    text: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    """(level, words)."""
    tables: list[Table] = field(default_factory=list)
    seconds: float = 0.0
    aside: list[str] = field(default_factory=list)
    """Of the truth: lines of furniture and figures."""


# --- truth ----------------------------------------------------------------------------------------------------


def truth_of(file: Path) -> tuple[str, dict[int, Page]]:
    """The document's path below the corpus, and its pages: the words that stand in the boxes."""
    truth = yaml.safe_load(file.read_text("utf-8"))
    with pymupdf.open(CORPUS / truth["document"]) as pdf:
        return truth["document"], {
            p["page"]: _true_page(pdf[p["page"] - 1], p["blocks"]) for p in truth["pages"]
        }


def _true_page(page: Any, blocks: list[dict[str, Any]]) -> Page:
    words = page.get_text("words")
    inside: list[list[Any]] = [[] for _ in blocks]
    stray = []
    for word in words:
        x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
        for block, found in zip(blocks, inside, strict=True):
            a, b, c, d = block["box"]
            if a <= x <= c and b <= y <= d:
                found.append(word)
                break
        else:
            stray.append(word)
    made = Page(aside=[" ".join(line) for line in _lines(stray)])
    for block, found in zip(blocks, inside, strict=True):
        role = block["role"]
        if role in ("furniture", "figure"):
            made.aside += [" ".join(line) for line in _lines(found)]
            continue
        if role == "table" and "rows" in block:
            cells = _cells(block, found)
            made.tables.append(cells)
            text = " ".join(c for row in cells for c in row)
        else:
            text = " ".join(word for line in _lines(found) for word in line)
        if role == "heading":
            made.headings.append((block.get("level", 1), text))
        made.text += f" {text}"
    return made


def _lines(words: list[Any]) -> Iterator[list[str]]:
    """Words line by line: a word whose middle is within the height of the line's first word belongs to it."""
    left = sorted(words, key=lambda w: (w[1] + w[3]) / 2)
    while left:
        top, bottom = left[0][1], left[0][3]
        line = [w for w in left if top - 0.2 <= (w[1] + w[3]) / 2 <= bottom - 0.2 * (bottom - top)] or left[
            :1
        ]
        left = [w for w in left if w not in line]
        yield [w[4] for w in sorted(line, key=lambda w: w[0])]


def _cells(block: dict[str, Any], words: list[Any]) -> Table:
    """The words by row and column; those of a cell that spans several stand in its first place."""
    rows, columns = block["rows"], block["columns"]
    first = {
        (r + i, c + j): (r, c)
        for r, c, down, across in block.get("spans", ())
        for i in range(down)
        for j in range(across)
    }
    found: dict[tuple[int, int], list[Any]] = {}
    for word in words:
        at = (_between(rows, (word[1] + word[3]) / 2), _between(columns, (word[0] + word[2]) / 2))
        found.setdefault(first.get(at, at), []).append(word)
    return [
        [" ".join(w for line in _lines(found.get((r, c), [])) for w in line) for c in range(len(columns) - 1)]
        for r in range(len(rows) - 1)
    ]


def _between(edges: list[float], at: float) -> int:
    return next((i for i, edge in enumerate(edges[1:-1]) if at < edge), len(edges) - 2)


# --- readers --------------------------------------------------------------------------------------------------


def read_ours(path: Path, pages: Iterable[int]) -> dict[int, Page]:
    """The reader of this project, as ingest uses it."""
    from kb.plugins.read_pdf import kb_read
    from kb.settings import Settings

    began = time.perf_counter()
    document = kb_read(path=path, settings=Settings())
    assert document is not None
    each = (time.perf_counter() - began) / document.pages
    made = {n: Page(seconds=each) for n in pages}
    open_table = False
    told: set[tuple[float, ...]] = set()
    for block in document.blocks:
        if block.role in ("header", "footer", "toc"):
            continue
        page = made.get(block.page)
        if block.role == "heading" and page is not None:
            page.headings.append((block.level, block.text))
        words = []
        for start, end, *place in block.words:
            # A cell that spans rows is given in each of them; it stands on the page once.
            if block.role != "table" or tuple(place) not in told:
                words.append((start, end))
                if place[0] in made:
                    made[int(place[0])].text += f" {block.text[start:end]}"
            told.add(tuple(place))
        if block.role == "table" and page is not None:
            if not open_table:
                page.tables.append([])
            page.tables[-1].append(_our_cells(block.text, words))
        open_table = block.role == "table"
    return made


def _our_cells(text: str, words: list[tuple[int, int]]) -> list[str]:
    cells, at = [], 0
    for cell in text.split(" | "):
        end = at + len(cell)
        cells.append(" ".join(text[a:b] for a, b in words if at <= a < end))
        at = end + 3
    return cells


def read_plain(path: Path, pages: Iterable[int]) -> dict[int, Page]:
    """PyMuPDF's own order of text; its tables are not timed."""
    made = {}
    with pymupdf.open(path) as pdf:
        for number in pages:
            page = pdf[number - 1]
            began = time.perf_counter()
            text = page.get_text()
            seconds = time.perf_counter() - began
            made[number] = Page(text, tables=_found_tables(path, number), seconds=seconds)
    return made


def _found_tables(path: Path, number: int) -> list[Table]:
    """In a process of its own: find_tables() crashes on some pages, which then have no tables."""
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(_find_tables, path, number).result()
        except BrokenProcessPool:
            return []


def _find_tables(path: Path, number: int) -> list[Table]:
    with pymupdf.open(path) as pdf:
        page = pdf[number - 1]
        return [[[c or "" for c in row] for row in t.extract()] for t in page.find_tables().tables]


def read_pymupdf4llm(path: Path, pages: Iterable[int]) -> dict[int, Page]:
    """Markdown by PyMuPDF's layout model."""
    import pymupdf4llm

    made = {}
    for number in pages:
        began = time.perf_counter()
        chunks = pymupdf4llm.to_markdown(
            str(path),
            pages=[number - 1],
            page_chunks=True,
            use_ocr=False,
            header=False,
            footer=False,
            show_progress=False,
        )
        made[number] = _of_markdown(chunks[0]["text"])
        made[number].seconds = time.perf_counter() - began
    return made


def read_docling(path: Path, pages: Iterable[int]) -> dict[int, Page]:
    """Markdown by docling, where its models are on this machine."""
    from docling.document_converter import DocumentConverter  # type: ignore[import-not-found]

    converter = DocumentConverter()
    made = {}
    for number in pages:
        began = time.perf_counter()
        document = converter.convert(str(path), page_range=(number, number)).document
        made[number] = _of_markdown(document.export_to_markdown())
        made[number].seconds = time.perf_counter() - began
    return made


def _of_markdown(markdown: str) -> Page:
    made = Page()
    open_table = False
    for line in markdown.splitlines():
        line = re.sub(r"<br>", " ", line)
        line = re.sub(
            r"</?\w+>|\*\*==>.*?<==\*\*|!\[.*?\]\(.*?\)|-{5}.*picture text.*-{5}|[*`]|(?<!\w)_|_(?!\w)",
            "",
            line,
        )
        if heading := re.match(r"(#+)\s+(.*)", line):
            made.headings.append((len(heading[1]), heading[2]))
        if line.lstrip().startswith("|"):
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if all(re.fullmatch(r":?-+:?", c) for c in cells):
                continue
            if not open_table:
                made.tables.append([])
            made.tables[-1].append(cells)
        open_table = line.lstrip().startswith("|")
        made.text += f" {line}"
    return made


READERS: dict[str, Callable[[Path, Iterable[int]], dict[int, Page]]] = {
    "ours": read_ours,
    "plain": read_plain,
    "pymupdf4llm": read_pymupdf4llm,
    "docling": read_docling,
}


# --- scores ---------------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    """Letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", text).casefold()


def order(truth: Page, read: Page) -> float:
    """Normalised similarity of the texts, without what is neither right nor wrong."""
    text = bare(read.text)
    for line in sorted(map(bare, truth.aside), key=len, reverse=True):
        if len(line) > 3:
            text = text.replace(line, "", 1)
    return float(Levenshtein.normalized_similarity(bare(truth.text), text))


def matched(truth: Page, read: Page) -> tuple[list[tuple[int, int]], int, int]:
    """Levels (true, read) of the headings found, how many headings were read, and how many there are."""
    aside = "".join(map(bare, truth.aside))
    left = [(level, bare(h)) for level, h in truth.headings]
    pairs = []
    count = 0
    for level, text in ((n, bare(h)) for n, h in read.headings):
        best = max(left, key=lambda t: fuzz.ratio(t[1], text), default=None)
        if best is not None and fuzz.ratio(best[1], text) >= ALIKE:
            left.remove(best)
            pairs.append((best[0], level))
        elif text in aside:
            continue
        count += 1
    return pairs, count, len(truth.headings)


def neighbours(tables: list[Table]) -> Counter[tuple[str, str, str]]:
    """Pairs of cells with words that stand next to each other, empty ones passed over."""
    found: Counter[tuple[str, str, str]] = Counter()
    for table in tables:
        wide = max(map(len, table), default=0)
        rows = [[bare(c) for c in row] + [""] * (wide - len(row)) for row in table]
        for way, strips in (("across", rows), ("down", list(map(list, zip(*rows, strict=True))))):
            for strip in strips:
                cells = [c for c in strip if c]
                found.update((way, a, b) for a, b in pairwise(cells))
    return found


def f1(right: int, found: int, wanted: int) -> float:
    return 2 * right / (found + wanted) if found + wanted else 1.0


# --- the bench ------------------------------------------------------------------------------------------------


def read_all(reader: str) -> None:
    """Prints the pages read, as JSON, and the peak memory in MiB: the work of one process."""
    READERS[reader](CORPUS / "iom-tajikistan-newsletter-2012-09.pdf", [2])  # what is loaded once is not timed
    made = {}
    for file in sorted((HERE / "layout_truth").glob("*.yaml")):
        document, truth = truth_of(file)
        made[document] = {n: asdict(p) for n, p in READERS[reader](CORPUS / document, sorted(truth)).items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peak": peak, "pages": made}))


def compare(readers: list[str], *, details: bool) -> None:
    """Prints a line a reader."""
    truths = dict(truth_of(file) for file in sorted((HERE / "layout_truth").glob("*.yaml")))
    print(f"{sum(map(len, truths.values()))} pages of {len(truths)} documents")
    print(f"{'':12} {'order':>7} {'headings':>9} {'levels':>7} {'tables':>7} {'s/page':>8} {'MiB':>6}")
    for reader in readers:
        command = [sys.executable, __file__, "--read", reader]
        told = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        )
        orders, tables, seconds = [], [], []
        right = found = wanted = kept = pairs = 0
        for document, truth in truths.items():
            levels = []
            for number, true in truth.items():
                if not true.text.strip():  # all of it is neither right nor wrong
                    continue
                read = Page(**told["pages"][document][str(number)])
                orders.append(order(true, read))
                seconds.append(read.seconds)
                matches, count, there = matched(true, read)
                levels += matches
                right, found, wanted = right + len(matches), found + count, wanted + there
                a, b = neighbours(true.tables), neighbours(read.tables)
                if a or b:
                    tables.append(f1((a & b).total(), b.total(), a.total()))
                if details:
                    table = f"{tables[-1]:.3f}" if a or b else "-"
                    print(f"  {document[:50]:50} p. {number:3} order {orders[-1]:.3f}"
                          f" headings {len(matches)} of {there}, {count - len(matches)} wrong, tables {table}")  # fmt: skip
            for (a0, a1), (b0, b1) in combinations(levels, 2):
                pairs += 1
                kept += (a0 > b0) - (a0 < b0) == (a1 > b1) - (a1 < b1)
        print(f"{reader:12} {statistics.mean(orders):7.3f} {f1(right, found, wanted):9.3f} {kept / max(pairs, 1):7.3f} "
              f"{statistics.mean(tables):7.3f} {statistics.median(seconds):8.4f} {told['peak']:6}")  # fmt: skip


def slowest() -> None:
    """Reads each page of the corpus that has text as a document of its own, and prints the slowest; OCR is off."""
    from kb.plugins.read_pdf import kb_read
    from kb.settings import Settings

    times = []
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(CORPUS.rglob("*.pdf")):
            with pymupdf.open(file) as pdf:
                for number in range(len(pdf)):
                    if not pdf[number].get_text().strip():
                        continue
                    single = Path(folder) / "page.pdf"
                    with pymupdf.open() as one:
                        one.insert_pdf(pdf, from_page=number, to_page=number)
                        one.save(single)
                    began = time.perf_counter()
                    kb_read(path=single, settings=Settings(ocr=False))
                    times.append((time.perf_counter() - began, f"{file.name} p. {number + 1}"))
    print(f"{len(times)} pages one by one: median {statistics.median(t for t, _ in times):.4f} s; slowest:")
    for seconds, name in sorted(times, reverse=True)[:5]:
        print(f"  {seconds:.2f} s  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("readers", nargs="*", help=", ".join(READERS))
    parser.add_argument("--details", action="store_true", help="a line a page")
    parser.add_argument("--slowest", action="store_true", help="also time each page of the corpus by itself")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not CORPUS.is_dir():
        print(f"skipped: {CORPUS} is not there")
        return
    if given.read:
        read_all(given.read)
        return
    modules = {"pymupdf4llm": "pymupdf4llm", "docling": "docling"}
    installed = [r for r in READERS if r not in modules or importlib.util.find_spec(modules[r])]
    compare(given.readers or installed, details=given.details)
    if given.slowest:
        slowest()


if __name__ == "__main__":
    main()

"""Extraction against data of others, and its speed.

python benchmarks/extraction.py [--shared ../shared] [--only quality|speed] [--profile]

Quality: spans of quantities on MeasEval (train) and on the sentences of the quantulum tests, organisations and places on re3d;
a found span is right where it overlaps one of the data that no other took (lenient), or equals one (exact). These data ask for
more than the ledger holds: MeasEval marks years and bare numbers of any kind, re3d every unit of every army.
Speed: words a second on one core, from the sections of the shared documents to all that is stored but vectors.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import json
import pstats
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kb.evaluate import agreement
from kb.extract import Analyser
from kb.manager import Manager
from kb.records import Block, Document, Section
from kb.sandbox import Sandbox
from kb.settings import Settings

HOUSE = Path(__file__).parents[1]
BAR = 30_000
Span = tuple[int, int]
Finder = Callable[[str], list[Span]]


class Finders:
    """What this program finds in a bare text, and what a plain look into the authority lists finds."""

    def __init__(self) -> None:
        self.analyser = Analyser(Manager(), Settings())

    def quantities(self, text: str) -> list[Span]:
        return self._mentions(text, lambda m: m.kind == "figure")

    def quantities_and_dates(self, text: str) -> list[Span]:
        return self._mentions(text, lambda m: m.kind in ("figure", "date"))

    def entities(self, kind: str) -> Finder:
        return lambda text: self._mentions(text, lambda m: m.kind == kind)

    def listed(self, kind: str) -> Finder:
        """The base line: each name of the lists, without a look at what stands around it."""
        return lambda text: [(m.start, m.end) for m in self.analyser.names.find(text) if m.kind == kind]

    def _mentions(self, text: str, wanted: Callable) -> list[Span]:
        document = Document("0" * 64, "text.txt", language="en", pages=1)
        section = Section(0, "", 1, tuple(Block(line) for line in text.split("\n")))
        found = self.analyser.analyse(document, [section], lambda kind, name: None).mentions
        return sorted({(m.start, m.end) for m in found if wanted(m)})


def measeval(shared: Path) -> Iterator[tuple[str, list[Span]]]:
    """Paragraphs of articles with the spans of their quantities."""
    folder = shared / "bench" / "measeval" / "train"
    for file in sorted((folder / "tsv").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        text = (folder / "text" / f"{file.stem}.txt").read_text("utf-8")
        spans = [(int(r["startOffset"]), int(r["endOffset"])) for r in rows if r["annotType"] == "Quantity"]
        yield text, sorted(set(spans))


def quantities(shared: Path) -> Iterator[tuple[str, list[Span]]]:
    """Sentences with the quantities told by their surface."""
    for row in json.loads((shared / "bench" / "quantities" / "quantities.json").read_text("utf-8")):
        spans, at = [], 0
        for told in row["res"]:
            if (start := row["req"].find(told["surface"], at)) >= 0:
                at = start + len(told["surface"])
                spans.append((start, at))
        yield row["req"], spans


def re3d(shared: Path, type: str) -> Iterator[tuple[str, list[Span]]]:
    """Texts with the spans of one type. Where spans nest, the longest counts; what the annotators rejected, and what is
    no name ("the rebels"), does not."""
    for folder in sorted(p for p in (shared / "bench" / "re3d").iterdir() if p.is_dir()):
        spans: dict[str, set[Span]] = {}
        for row in _lines(folder / "entities.json"):
            is_name = re.search(r"[A-Z]", re.sub(r"^The\b", "", row["value"])) is not None
            if row["type"] == type and row["confidence"] >= 0.5 and is_name:
                spans.setdefault(row["documentId"], set()).add((row["begin"], row["end"]))
        for row in _lines(folder / "documents.json"):
            yield row["text"], _longest(spans.get(row["_id"], set()))


def _lines(path: Path) -> Iterator[dict]:
    return (json.loads(line) for line in path.read_text("utf-8-sig").splitlines() if line.strip())


def _longest(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if not any(a < span[1] and span[0] < b for a, b in kept):
            kept.append(span)
    return sorted(kept)


def compare(data: Iterable[tuple[str, list[Span]]], find: Finder) -> dict[str, dict[str, float]]:
    """Agreement of spans, lenient and exact."""
    lenient = exact = found_count = gold_count = 0
    for text, gold in data:
        found = find(text)
        left = list(gold)
        for a, b in found:
            hit = next((s for s in left if s[0] < b and a < s[1]), None)
            if hit is not None:
                left.remove(hit)
                lenient += 1
        exact += len(set(found) & set(gold))
        found_count, gold_count = found_count + len(found), gold_count + len(gold)
    return {
        "lenient": agreement(found_count, lenient, gold_count, lenient),
        "exact": agreement(found_count, exact, gold_count, exact),
    }


def quality(shared: Path) -> list[dict]:
    """One row a data set and finder."""
    finders = Finders()
    tasks: list[tuple[str, str, Callable, Finder]] = [
        ("quantities: MeasEval", "this program", measeval, finders.quantities),
        ("quantities: MeasEval", "with dates", measeval, finders.quantities_and_dates),
        ("quantities: quantulum", "this program", quantities, finders.quantities),
        ("quantities: quantulum", "with dates", quantities, finders.quantities_and_dates),
    ]
    for kind, type in (("organisation", "Organisation"), ("place", "Location")):
        name = f"{kind}s: re3d"
        data = lambda shared, type=type: re3d(shared, type)  # noqa: E731
        tasks += [
            (name, "this program", data, finders.entities(kind)),
            (name, "lists alone", data, finders.listed(kind)),
        ]
    return [
        {"data": name, "finder": finder, **compare(data(shared), find)} for name, finder, data, find in tasks
    ]


def documents(shared: Path) -> list[tuple[Document, list[Section]]]:
    """The shared documents, read; scans are left out."""
    found = []
    with Sandbox(Settings(ocr=False)) as sandbox:
        for path in sorted((shared / "corpus").rglob("*")):
            if path.suffix.lower() in (".pdf", ".md"):
                try:
                    found.append(sandbox.read(path, "0" * 64))
                except Exception as error:
                    print(f"left out: {error}")
    return found


def speed(read: list[tuple[Document, list[Section]]], runs: int) -> tuple[int, list[float]]:
    """Words, and words a second of processor time, a run. The first run, which also fills what is remembered, counts too."""
    words = sum(len(s.text.split()) for _, sections in read for s in sections)
    rates = []
    for _ in range(runs):
        analyser = _loaded()
        began = time.process_time()
        for document, sections in read:
            analyser.analyse(document, sections, lambda kind, name: None)
        rates.append(words / (time.process_time() - began))
    return words, rates


def _loaded() -> Analyser:
    analyser = Analyser(Manager(), Settings())
    analyser.names.find("Read the lists first.")
    return analyser


def profile(read: list[tuple[Document, list[Section]]]) -> None:
    """The functions that take longest themselves."""
    analyser, profiler = _loaded(), cProfile.Profile()
    profiler.enable()
    for document, sections in read:
        analyser.analyse(document, sections, lambda kind, name: None)
    profiler.disable()
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(25)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HOUSE.parent / "shared")
    parser.add_argument("--only", choices=("quality", "speed"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    if not given.shared.is_dir():
        print(f"{given.shared} is not here: nothing to measure on")
        return
    if given.only != "speed":
        print(f"{'data':24}{'finder':16}{'P':>7}{'R':>7}{'F1':>7}{'exact F1':>10}")
        for row in quality(given.shared):
            lenient = row["lenient"]
            print(
                f"{row['data']:24}{row['finder']:16}{lenient['precision']:7.3f}{lenient['recall']:7.3f}{lenient['f1']:7.3f}"
                f"{row['exact']['f1']:10.3f}"
            )
    if given.only != "quality":
        read = documents(given.shared)
        words, rates = speed(read, given.runs)
        print(f"{words} words of {len(read)} documents, words a second on one core: ", end="")
        print(
            f"median {statistics.median(rates):,.0f} of {', '.join(f'{r:,.0f}' for r in rates)} (bar {BAR:,})"
        )
        if given.profile:
            profile(read)


if __name__ == "__main__":
    main()

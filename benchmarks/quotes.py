"""Do citations hold? Every quote must stand in its document, and its boxes must hold its words in the original file.

    python benchmarks/quotes.py [--shared ../shared] [--root FOLDER] [--errors]

Asks all questions of the annotations and of the samples, answerable or not, over all these documents together. For each citation
and each near miss: the quote is a piece of the section's text; and where the original is a PDF with text, the words that PyMuPDF
finds in the boxes hold those of the quote, letters and digits compared. The bar: 100 per cent of both. How often they hold no
others is told besides: the box of a large letter may reach into the next line.
"""

from __future__ import annotations

import argparse
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import yaml
from answers import HOUSE, annotations, ingest

from kb.base import KnowledgeBase, open_kb

MARGIN = 0.5
"""Points that a word may stand out of its box: boxes are rounded."""


def letters(text: str) -> str:
    """The letters and digits of a text, ligatures taken apart, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def under(page: pymupdf.Page, boxes: list[list[float]]) -> str:
    """The words of a page whose middle lies in one of the boxes, box by box, each word once."""
    words = page.get_text("words")
    taken: dict[int, str] = {}
    for x0, y0, x1, y1 in boxes:
        inside = [
            (n, w)
            for n, w in enumerate(words)
            if x0 - MARGIN <= (w[0] + w[2]) / 2 <= x1 + MARGIN
            and y0 - MARGIN <= (w[1] + w[3]) / 2 <= y1 + MARGIN
        ]
        for n, w in inside:
            taken.setdefault(n, w[4])
    return " ".join(taken.values())


def citations(base: KnowledgeBase, shared: Path) -> Iterator[dict[str, Any]]:
    """All that the answers to all questions cite, and the near misses, each once."""
    own = yaml.safe_load((HOUSE / "samples" / "questions.yaml").read_text("utf-8"))
    asked = [q["q"] for q in (*own["questions"], *own["unanswerable"])]
    asked += [q.q for _, one in annotations(shared) for q in (*one.questions, *one.unanswerable)]
    seen = set()
    for question in asked:
        answer = base.ask(question)
        for c in (*answer["citations"], *answer["near_misses"]):
            key = (c["document"], c["page"], c["quote"])
            if key not in seen:
                seen.add(key)
                yield c


def covered(base: KnowledgeBase, cited: dict[str, Any]) -> tuple[bool, bool, str] | None:
    """Do the boxes hold the quote's words, and no others? And what they hold. None where the original has no words to compare."""
    path = base.original(base.document(cited["document"]))
    if path.read_bytes()[:1024].find(b"%PDF") < 0:
        return None
    with pymupdf.open(path, filetype="pdf") as pdf:
        page = pdf[cited["page"] - 1]
        if not page.get_text("words"):
            return None  # read by OCR
        found = under(page, cited["boxes"])
    # A line that is read in another order is covered as well: what counts is that each word lies below a mark.
    held, quoted = Counter(letters(found)), Counter(letters(cited["quote"]))
    return quoted <= held, quoted == held, found


def main() -> None:
    """Prints the two shares, and with `--errors` each quote that fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HOUSE.parent / "shared")
    parser.add_argument("--root", type=Path, default=Path(tempfile.gettempdir()) / "kb-quotes")
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    verbatim, boxed, exact, total, compared = 0, 0, 0, 0, 0
    with open_kb(given.root) as base:
        ingest(base, given.shared, [one for _, one in annotations(given.shared)])
        base.ingest(HOUSE / "corpus")
        for cited in citations(base, given.shared):
            total += 1
            there = cited["quote"] in base.section_text(cited["document"], cited["section_id"])
            verbatim += there
            result = covered(base, cited)
            if result is not None:
                compared, boxed, exact = compared + 1, boxed + result[0], exact + result[1]
            if given.errors and not (there and (result is None or result[1])):
                print(f"{Path(cited['path']).name}, page {cited['page']}, verbatim: {there}")
                print(f"    quote: {cited['quote']!r}\n    boxes: {result[2] if result else ''!r}")
    print(f"verbatim: {verbatim} of {total}")
    print(f"boxes hold the words: {boxed} of {compared}, and no others: {exact}")


if __name__ == "__main__":
    main()

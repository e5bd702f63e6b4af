"""Questions over the sample corpus: how many are answered right with the right document cited, how many are refused rightly.

python benchmarks/questions.py [--questions samples/questions.yaml] [--corpus corpus]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import yaml

import kb

HOUSE = Path(__file__).parents[1]


def right(question: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Does the answer hold one of the words asked for (each of them with `all`), and cite all documents of the evidence?"""
    other = question.get("alternatives", {})
    text = answer["answer"].casefold()
    told = [any(w.casefold() in text for w in (a, *other.get(a, ()))) for a in question["answers"]]
    cited = {Path(c["path"]).name for c in answer["citations"]}
    return (all if question.get("all") else any)(told) and cited >= set(question["evidence"])


def main() -> None:
    """Prints what was missed, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=Path, default=HOUSE / "samples" / "questions.yaml")
    parser.add_argument("--corpus", type=Path, default=HOUSE / "corpus")
    given = parser.parse_args()
    truth = yaml.safe_load(given.questions.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as root, kb.open_kb(root) as base:
        base.ingest(given.corpus)
        answers = [(q, base.ask(q["q"])) for q in truth["questions"]]
        missed = [(q, a) for q, a in answers if not right(q, a)]
        answered = [a for q in truth["unanswerable"] if (a := base.ask(q["q"]))["answered"]]
    for question, answer in missed:
        print(f"missed    {question['q']} {answer['answer'].splitlines()[:1]}")
    for answer in answered:
        print(f"answered  {answer['question']} {answer['answer'].splitlines()[:1]}")
    print(f"right and cited: {len(answers) - len(missed)} of {len(answers)}")
    print(f"refused: {len(truth['unanswerable']) - len(answered)} of {len(truth['unanswerable'])}")


if __name__ == "__main__":
    main()

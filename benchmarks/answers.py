"""Questions over all annotated documents in one knowledge base: answered right and cited, refused, and how sure one must be.

    python benchmarks/answers.py [--shared ../shared] [--root FOLDER] [--errors]

Every question of every annotation is asked of all documents together, as a mission's staff would ask it, and so are the ones
over several documents (`cross.yaml`). The state stays below `--root`: documents are read once.

The curve: were only answers of at least that confidence given, how many of the answerable questions would be answered right, and
how many of the unanswerable ones be answered. Below what `ask` itself asks for, there is no answer to judge, only that there
would be one: "–". The bars: 0.85 right and cited, 0.9 refused, 0.75 across issues.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb import gold
from kb.base import KnowledgeBase, open_kb
from kb.choose import ENOUGH
from kb.evaluate import judge

HOUSE = Path(__file__).parents[1]
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was answered."""

    file: str
    question: str
    answerable: bool
    right: bool
    cited: bool
    answer: dict[str, Any]


def annotations(shared: Path) -> list[tuple[str, gold.Gold]]:
    """The annotations of ../shared, by file."""
    return [(p.name, gold.load(p)) for p in sorted((shared / "gold").glob("*.yaml"))]


def ingest(base: KnowledgeBase, shared: Path, golds: Sequence[gold.Gold]) -> None:
    """Brings the annotated documents in; those that are in and unchanged are not read again."""
    report = base.ingest(gold.find(golds, shared / "corpus"))
    for path, reason in report.failed:
        print(f"failed: {path}: {reason}")


def answers(base: KnowledgeBase, named: Sequence[tuple[str, gold.Gold]]) -> list[Asked]:
    """Every question, asked and judged."""
    found = []
    for file, one in named:
        for question in one.questions:
            answer = base.ask(question.q)
            found.append(Asked(file, question.q, True, *judge(question, one, answer), answer))
        for question in one.unanswerable:
            answer = base.ask(question.q)
            found.append(Asked(file, question.q, False, not answer["answered"], False, answer))
    return found


def _share(rows: Sequence[Asked], test: Callable[[Asked], bool]) -> str:
    count = sum(map(test, rows))
    return f"{count} of {len(rows)} ({count / len(rows):.2f})" if rows else "–"


def curve(found: Sequence[Asked]) -> str:
    """A row a threshold."""
    may, may_not = [a for a in found if a.answerable], [a for a in found if not a.answerable]
    lines = [
        "| confidence from | answerable answered | answered right | unanswerable answered |",
        "| --- | --- | --- | --- |",
    ]
    for least in THRESHOLDS:

        def given(a: Asked, least: float = least) -> bool:
            return bool(a.answer["confidence"] >= least)

        right = _share(may, lambda a: given(a) and a.right) if least >= ENOUGH else "–"
        lines.append(f"| {least:.1f} | {_share(may, given)} | {right} | {_share(may_not, given)} |")
    return "\n".join(lines)


def table(found: Sequence[Asked]) -> str:
    """A row an annotation, and one of all."""
    lines = ["| questions of | right and cited | right | refused |", "| --- | --- | --- | --- |"]
    for file in [*dict.fromkeys(a.file for a in found), ""]:
        rows = [a for a in found if a.file == file or (not file and a.file != "cross.yaml")]
        may, may_not = [a for a in rows if a.answerable], [a for a in rows if not a.answerable]
        both = _share(may, lambda a: a.cited)
        lines.append(
            f"| {file.removesuffix('.yaml') or 'all but cross'} | {both} | {_share(may, lambda a: a.right)} | "
            f"{_share(may_not, lambda a: a.right)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Prints both tables; with `--errors` also what was missed and what should have been refused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HOUSE.parent / "shared")
    parser.add_argument("--root", type=Path, default=Path(tempfile.gettempdir()) / "kb-answers")
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    if not given.shared.is_dir():
        print(f"{given.shared} is not here: nothing is measured")
        return
    named = annotations(given.shared)
    with open_kb(given.root) as base:
        ingest(base, given.shared, [one for _, one in named])
        found = answers(base, named)
    for a in found if given.errors else ():
        if not (a.cited or (a.right and not a.answerable)):
            what = "answered" if not a.answerable else "not cited" if a.right else "missed"
            first = a.answer["answer"].partition("\n")[0]
            print(f"{what} ({a.answer['confidence']:.2f}) {a.file}: {a.question}\n    {first}")
    print(table(found), curve(found), sep="\n\n")


if __name__ == "__main__":
    main()

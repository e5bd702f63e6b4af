"""Writes the tables of quality into docs/quality.md, between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.

python benchmarks/quality_table.py [--shared ../shared] [--dry]

`gold`: annotated documents (`kb eval`), the samples' and those of ../shared; `extraction`: data of others (extraction.py).
Without ../shared the page stays as it is, since a table of half the documents would be no news.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import extraction

from kb import scores
from kb.evaluate import Score

HOUSE = Path(__file__).parents[1]
PAGE = HOUSE / "docs" / "quality.md"

KINDS = (
    "sections", "donors", "partners", "districts", "projects", "figures", "people", "organisations", "acronyms", "relations",
    "activities",
)  # fmt: skip


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def gold(shared: Path) -> str:
    """One row a document: F1, or recall where the annotation is not complete; "–" where there is nothing to find."""
    own = scores.of_gold(sorted((HOUSE / "tests" / "gold").glob("*.yaml")), HOUSE / "corpus")
    others = scores.of_gold(sorted((shared / "gold").glob("*.yaml")), shared / "corpus")
    rows = []
    for name, found in sorted(own.items()) + sorted(others.items()):
        kinds = {s.kind: s for s in found}
        rows.append([_short(name), *(_cell(kinds.get(k)) for k in KINDS), *_answers(kinds.get("questions"))])
    return table(["document", *KINDS, "questions", "refused"], rows)


def _short(name: str) -> str:
    stem = Path(name).stem
    return stem if len(stem) <= 40 else f"{stem[:38].rstrip(' -_')}…"


def _cell(score: Score | None) -> str:
    if score is None or not (score.measures["gold"] or score.measures.get("found")):
        return "–"
    return f"{score.measures.get('f1', score.measures['recall']):.2f}"


def _answers(score: Score | None) -> tuple[str, str]:
    if score is None:
        return "–", "–"
    m = score.measures
    return f"{m['cited']:g} of {m['questions']:g}", f"{m['refused']:g} of {m['unanswerable']:g}"


def others(shared: Path) -> str:
    """One row a data set and finder."""
    rows = [
        [row["data"], row["finder"], *(f"{row['lenient'][k]:.2f}" for k in ("precision", "recall", "f1")), f"{row['exact']['f1']:.2f}"]
        for row in extraction.quality(shared)
    ]  # fmt: skip
    return table(["data", "found by", "precision", "recall", "F1", "F1 of exact spans"], rows)


def written(text: str, name: str, content: str) -> str:
    """The text with the content between the markers of that name. Raises ValueError where there are none."""
    pattern = re.compile(rf"(<!-- bench:{name} -->\n).*?(\n<!-- /bench:{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(
            f"{PAGE} has no place for {name}: put in <!-- bench:{name} --> and <!-- /bench:{name} -->"
        )
    return pattern.sub(lambda m: f"{m[1]}{content}{m[2]}", text)


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=HOUSE.parent / "shared")
    parser.add_argument("--dry", action="store_true", help="only print")
    given = parser.parse_args()
    if not given.shared.is_dir():
        print(f"{given.shared} is not here: {PAGE} stays as it is")
        return
    text = PAGE.read_text("utf-8")
    for name, measure in (("extraction", others), ("gold", gold)):
        content = measure(given.shared)
        print(content)
        text = written(text, name, content)
    if not given.dry:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

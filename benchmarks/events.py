"""Tellings of one event: real facts told twice in other words, among others that are only alike; and pairs found in real documents.

python benchmarks/events.py [--facts ../shared/facts/facts.yaml] [--documents FOLDER...] [--errors]

Each fact that has a place is told in one issue in full and in a later one by its headline and its first clause; beside it, in that later issue, stands
the full text again with another day or another place. The days are invented, since few facts have one. With --documents, the
pairs that are joined, and those that are proposed, are printed from documents of yours, to be judged by eye.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

import kb

HOUSE = Path(__file__).parents[1]
NO_MODEL = {"disabled_plugins": ("embed_minilm",)}
MONTHS = ("April", "May", "June")
DATED = re.compile(r"\b(?:19|20)\d\d\b|\b(?:Janu|Febru|March|April|June|July|August|Septem|Octo|Novem|Decem)")
"""A fact with a time of its own is no other event where another day is set before it."""
PLACES = ("district", "city", "town", "settlement")


def written(facts: Iterable[dict[str, Any]]) -> dict[str, str]:
    """File name → text: the issue that tells all facts first, and the later one with retellings and with what is alike."""
    first, later = ["# Mission Letter, Issue 1\n\nApril – June 2012"], ["# Mission Letter, Issue 2\n\nJuly – September 2012"]  # fmt: skip
    facts = list(facts)
    towns = sorted({_town(f) for f in facts})
    for n, fact in enumerate(facts):
        kind = fact["activity_type"][0].replace("_", " ")
        day, other = (f"{1 + (n * 7 + more) % 27} {MONTHS[n % 3]} 2012" for more in (0, 5))
        town = _town(fact)
        elsewhere = towns[(towns.index(town) + 1) % len(towns)]
        text = "{} carried out on {} in {}: {}"
        headline = fact["headline"].rstrip(".")
        first.append(f"## Told {n}\n\n{text.format(kind.capitalize(), day, town, fact['what'])}")
        short = re.split(r"[,;:.] ", fact["what"])[0].rstrip(".")
        short = short[0].lower() + short[1:]
        later.append(
            f"## Again {n}\n\nLooking back: a {kind} was held on {day} in {town} ({headline}), where {short}."
        )
        what = fact["what"]
        for name in (p["as_spelled"] for p in fact["places"] if n % 2 == 0 and p["kind"] in PLACES):
            what = what.replace(name, elsewhere)
        alike = (other, town) if n % 2 else (day, elsewhere)
        later.append(f"## Alike {n}\n\n{text.format(kind.capitalize(), *alike, what)}")
    return {"issue-1.md": "\n\n".join(first) + "\n", "issue-2.md": "\n\n".join(later) + "\n"}


def _town(fact: dict[str, Any]) -> str:
    return str(next(p["modern"] for p in fact["places"] if p["kind"] in PLACES))


def measure(facts: Path, *, errors: bool) -> None:
    """Prints how many retellings are joined, how many wrongly, and how many are proposed."""
    truth = yaml.safe_load(facts.read_text("utf-8"))
    items = [
        i
        for d in truth["documents"]
        for i in d["items"]
        if i["activity_type"]
        and "only" not in i["what"]
        and not DATED.search(i["what"])
        and any(p["kind"] in PLACES for p in i["places"])
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in written(items).items():
            (Path(folder) / name).write_text(text, "utf-8")
        with kb.open_kb(Path(folder) / "state", NO_MODEL) as base:
            base.ingest([Path(folder) / n for n in ("issue-1.md", "issue-2.md")])
            pairs = {state: list(found(base, state)) for state in ("sure", "open")}
    real = len(items)
    for state, name in (("sure", "joined"), ("open", "proposed")):
        headings = {frozenset((a["section"], b["section"])) for _, a, b in pairs[state]}
        right = {h for h in headings if {n.split()[0] for n in h} == {"Told", "Again"} and len({n.split()[1] for n in h}) == 1}  # fmt: skip
        print(
            f"{name}: {len(headings)} pairs, {len(right)} right of {real} told twice, {len(headings - right)} wrong"
        )
        if errors:
            show(p for p in pairs[state] if frozenset((p[1]["section"], p[2]["section"])) not in right)


def found(base: Any, state: str) -> Iterable[tuple[list[str], dict[str, Any], dict[str, Any]]]:
    """Pairs of activities in a state: reasons, and a citation of each."""
    for p in base.proposals(state):
        if p["kind"] == "activity":
            yield p["reasons"], p["source_evidence"], p["target_evidence"]


def show(pairs: Iterable[tuple[list[str], dict[str, Any], dict[str, Any]]]) -> None:
    """Prints pairs to be judged by eye."""
    for reasons, *cites in pairs:
        print(f"\n{'; '.join(reasons)}")
        for c in cites:
            print(
                f"   {Path(c['path']).name}, page {c['page']}, {c['section']}: {' '.join(c['quote'].split())}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--facts", type=Path, default=HOUSE.parent / "shared" / "facts" / "facts.yaml")
    parser.add_argument(
        "--documents", type=Path, nargs="*", default=[], help="files or folders: print their pairs"
    )
    parser.add_argument("--errors", action="store_true", help="also the pairs that are wrong")
    given = parser.parse_args()
    if given.documents:
        with tempfile.TemporaryDirectory() as root, kb.open_kb(root, NO_MODEL) as base:
            base.ingest(given.documents)
            for state, name in (("sure", "joined"), ("open", "proposed")):
                pairs = list(found(base, state))
                print(f"\n{len(pairs)} {name}")
                show(pairs)
    else:
        measure(given.facts, errors=given.errors)


if __name__ == "__main__":
    main()

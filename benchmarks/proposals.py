"""Seconds for rules, merges and the review queue over many entities: `python benchmarks/proposals.py [ENTITIES]`.

The store is made of documents with invented names, of which some are spelled in two ways.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from kb.records import Activity, Analysis, Block, Document, Entity, Link, Mention, Section
from kb.review import refresh
from kb.store import Store

A_DOCUMENT = 200
SYLLABLES = "ba dzha kho ru mi san gul zar to pe ni vo la shi du far ke yan gho bek".split()


def invented(random_: random.Random) -> str:
    """Two or three words, the last one often common to many names."""
    words = ["".join(random_.choices(SYLLABLES, k=random_.randint(2, 4))).title() for _ in range(2)]
    return " ".join([*words, random_.choice(["Fund", "Committee", "Women", "Centre", ""])]).strip()


def fill(store: Store, count: int) -> None:
    """Documents with that many entities in all."""
    random_ = random.Random(7)
    names = [invented(random_) for _ in range(count * 19 // 20)]
    names += [
        n.replace("dzh", "j").replace("kh", "h", 1).replace("a", "o", 1)
        for n in random_.sample(names, count - len(names))
    ]
    random_.shuffle(names)
    for d in range(0, count, A_DOCUMENT):
        here = names[d : d + A_DOCUMENT]
        section = Section(0, "", 1, (Block("\n".join(here)),), "en")  # fmt: skip
        entities = [
            Entity(f"org:{d + n}", random_.choice(["organisation", "project", "place"]), name)  # type: ignore[arg-type]
            for n, name in enumerate(here)
        ]
        mentions = [
            Mention(e.kind, 0, 1, entity=e.id, section=0, role="partner" if e.kind == "organisation" else "")
            for e in entities
        ]
        activities = [
            Activity("training", "t", 0, (0, 1), links=tuple(Link("partner", e.id, 0, 1) for e in entities[i : i + 4]))
            for i in range(0, len(entities), 4)
        ]  # fmt: skip
        document = Document(f"{d:016d}", f"/invented/{d}", "Invented", pages=1)
        store.put(
            Analysis(document, (section,), (), tuple(entities), tuple(mentions), tuple(activities), ()),
            status="ok",
        )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "kb.sqlite3")
        fill(store, count)
        began, worked = time.perf_counter(), time.process_time()
        refresh(store, Path(folder), frozenset)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        states = [p["state"] for p in store.proposals(None)]
        print(f"{count} entities: {seconds:.2f} s, of the processor {worked:.2f} s")
        print(f"{states.count('open')} proposals, {states.count('sure')} sure merges")
        store.close()


if __name__ == "__main__":
    main()

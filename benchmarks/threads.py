"""Threads found against real ones: pairs of facts of different publications that a thread joins.

python benchmarks/threads.py [--facts ../shared/facts/facts.yaml] [--root FOLDER] [--errors]

Each publication of the fact sheet becomes a document, written here from its facts. The real threads are wider than recurring
activities: some join whatever was told of one topic ("heads of mission"). Every second one was looked at while the rules were
made; the figures of the others are those to believe.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Iterable
from itertools import accumulate, combinations
from pathlib import Path
from typing import Any

import yaml

import kb
from kb.records import Activity, Analysis, Block, Document, Entity, Link, Mention, Section
from kb.threads import find, relate

HOUSE = Path(__file__).parents[1]
NO_MODEL = {"disabled_plugins": ("embed_minilm",)}
NO_ACTIVITY = {"programme", "statistic"}
"""What the fact sheet calls a type and nobody carried out."""
HEADLINE_ONLY = re.compile(
    r"^(?:Article on page \d+ \(headline only\)|Headline in the list of contents; article not seen)[.;]\s*"
)
"""What the fact sheet says of an article that nobody could read; nothing of it stands in the publication."""
Pairs = set[frozenset[str]]


def written(publication: dict[str, Any]) -> str:
    """A publication as Markdown: an article for each fact."""
    parts = [
        f"# {publication['title']}",
        f"{publication['organisation']}, {publication.get('published') or publication['period']}",
    ]
    for item in publication["items"]:
        kinds = _listed(k.replace("_", " ") for k in item["activity_type"] if k not in NO_ACTIVITY)
        what = HEADLINE_ONLY.sub(f"{item['headline']}. ", item["what"])
        told = [f"{kinds.capitalize()} carried out: {what}" if kinds else what]
        told.append(f"Time: {item['date']}.")
        if item["places"]:
            told.append(f"Places: {_listed(p['as_spelled'] for p in item['places'])}.")
        if item["project"]:
            told.append(f"This is part of the project “{item['project']}”.")
        if item["donors"]:
            told.append(f"It was funded by {_listed(d['name'] for d in item['donors'])}.")
        if item["partners"]:
            told.append(f"It was carried out with {_listed(p['name'] for p in item['partners'])}.")
        parts += [f"## {item['headline']}", " ".join(told)]
    return "\n\n".join(parts) + "\n"


def _listed(names: Iterable[str]) -> str:
    *before, last = list(names) or [""]
    return f"{', '.join(before)} and {last}" if before else last


def joined(groups: Iterable[Iterable[str]], publication: dict[str, str]) -> Pairs:
    """Pairs of facts of different publications that stand in one group."""
    return {
        frozenset(pair)
        for group in groups
        for pair in combinations(sorted(set(group)), 2)
        if publication[pair[0]] != publication[pair[1]]
    }


def score(found: Pairs, real: Pairs, every: Pairs) -> str:
    """Precision over pairs with a fact of these threads, recall, F1."""
    facts = frozenset().union(*real)
    near = {p for p in found if p & facts}
    precision = len(near & every) / len(near) if near else 0.0
    recall = len(found & real) / len(real)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f} ({len(found & real)} of {len(real)} pairs, {len(near - every)} wrong)"


def of_project_and_type(base: Any) -> dict[tuple[str, str], list[str]]:
    """The base line: activities of one type and one project."""
    groups: dict[tuple[str, str], list[str]] = {}
    for a in base.export()["activities"]:
        for project in a["projects"]:
            groups.setdefault((a["type"], project), []).append(a["id"])
    return groups


def measure(facts: Path, root: Path, *, errors: bool) -> None:
    """Prints the figures of both halves and of the base line."""
    truth = yaml.safe_load(facts.read_text("utf-8"))
    folder = root / "publications"
    folder.mkdir(parents=True, exist_ok=True)
    publication = {i["id"]: d["id"] for d in truth["documents"] for i in d["items"]}
    headlines = {(f"{d['id']}.md", i["headline"]): i["id"] for d in truth["documents"] for i in d["items"]}
    told = {i["id"]: i["headline"] for d in truth["documents"] for i in d["items"]}
    for document in truth["documents"]:
        path = folder / f"{document['id']}.md"
        text = written(document)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    with kb.open_kb(root / "indexes", NO_MODEL) as base:
        base.ingest(folder)
        data = base.export()
        threads = [[m["activity"] for m in t["members"]] for t in base.threads()]
        names = [t["name"] for t in base.threads()]
        plain = of_project_and_type(base).values()
    paths = {d["id"]: Path(d["path"]).name for d in data["documents"]}
    section = {s["id"]: headlines.get((paths[s["document"]], s["heading"])) for s in data["sections"]}
    fact = {a["id"]: f for a in data["activities"] if (f := section[a["section"]])}

    def pairs(groups: Iterable[Iterable[str]]) -> Pairs:
        return joined([[fact[a] for a in group if a in fact] for group in groups], publication)

    real = [joined([[i for i in t["items"] if i in publication]], publication) for t in truth["threads"]]
    every = set().union(*real)
    active = set(fact.values())
    print(
        f"{len(threads)} threads; {sum(p <= active for p in every)} of {len(every)} real pairs have an activity on both sides"
    )
    for what, found in (("threads", pairs(threads)), ("base line: type and project", pairs(plain))):
        print(f"{what}: all threads: {score(found, every, every)}")
        for half, rest in (("looked at", 0), ("the others", 1)):
            print(f"{what}: {half}: {score(found, set().union(*real[rest::2]), every)}")
    if errors:
        for name, members in zip(names, threads, strict=True):
            print(f"\n{name}")
            for f in dict.fromkeys(fact.get(m, "?") for m in members):
                print(f"   {f}: {told.get(f, '')}")


def fill(store: Any, documents: int, each: int) -> None:
    """Invented documents, each with so many articles of one activity; words are as unevenly common as in a language (Zipf)."""
    random_ = random.Random(5)
    syllables = ["ba", "kho", "ri", "mu", "san", "te", "lo", "vi", "du"]
    words = ["".join(random_.choices(syllables, k=5)).title() for _ in range(20_000)]
    common = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    themes = [random_.sample(words, 5) for _ in range(4000)]
    bodies = [Entity(f"org:{n}", "organisation", f"Body {n}") for n in range(900)]
    for n in range(documents):
        when = f"{2005 + n % 19}-{1 + n % 12:02}"
        sections, activities, mentions = [], [], []
        for ordinal in range(each):
            theme, body = random_.choice(themes), random_.choice(bodies)
            told = [*random_.sample(theme, 3), *random_.choices(words, cum_weights=common, k=12)]
            more = random_.choices(words, cum_weights=common, k=50)
            heading = " ".join(theme[:2])
            sections.append(
                Section(
                    ordinal,
                    heading,
                    1,
                    (Block(heading, role="heading"), Block(" ".join([*told, *more]))),
                    "en",
                )
            )
            span = (len(heading) + 1, len(heading) + 1 + len(" ".join(told)))
            type = random_.choice(["training", "monitoring", "workshop"])
            links = (Link("partner", body.id, *span),)
            activities.append(Activity(type, heading, ordinal, span, when, when, "done", links))
            mentions.append(Mention("organisation", *span, entity=body.id, section=ordinal))
        document = Document(f"{n:016d}", f"/invented/{n}", "Invented", pages=1, language="en")
        named = {m.entity for m in mentions}
        here = tuple(b for b in bodies if b.id in named)
        store.put(
            Analysis(document, tuple(sections), (), here, tuple(mentions), tuple(activities), ()), status="ok"
        )


def speed(documents: int, each: int) -> None:
    """Seconds to find all threads of many documents."""
    from kb.store import Store

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "kb.sqlite3")
        fill(store, documents, each)
        for what, work in (("found, after an ingest", relate), ("told", find)):
            began = time.process_time()
            work(store)
            print(
                f"{documents} documents, {documents * each} activities: {what} in {time.process_time() - began:.2f} s"
            )
        print(f"{len(find(store))} threads")
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--facts", type=Path, default=HOUSE.parent / "shared" / "facts" / "facts.yaml")
    parser.add_argument("--root", type=Path, help="keep the state here; default: it is thrown away")
    parser.add_argument("--errors", action="store_true", help="also each thread with its facts")
    parser.add_argument("--speed", action="store_true", help="only the speed, over invented documents")
    given = parser.parse_args()
    if not given.speed:
        with tempfile.TemporaryDirectory() as folder:
            measure(given.facts, given.root or Path(folder), errors=given.errors)
    if given.speed or not given.root:
        speed(2000, 10)


if __name__ == "__main__":
    main()

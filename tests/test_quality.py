"""Quality does not fall: what is found in annotated documents, and by each extractor in its own examples, stays right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from bases import open_base

from kb import examples, gold
from kb.evaluate import score_document
from kb.manager import Manager
from kb.names import Names
from kb.scores import as_json

HOUSE = Path(__file__).parents[1]

# F1, or recall where only that is told: a little below what was measured on 24 November 2026. Raise them with the rules.
SAMPLES = {
    "newsletter-2012-q1": {"sections": 1.0, "donors": 0.95, "partners": 0.95, "districts": 0.97, "figures": 0.93, "people": 0.95, "organisations": 0.84, "acronyms": 0.95, "activities": 0.37},
    "newsletter-2019": {"sections": 1.0, "projects": 0.63, "donors": 0.82, "partners": 0.63, "districts": 0.8, "figures": 0.94, "people": 0.63, "organisations": 0.95, "acronyms": 0.77, "activities": 0.63},
}  # fmt: skip
SHARED = {
    "iom-tajikistan-newsletter-2012-09": {"projects": 0.97, "donors": 0.97, "partners": 0.97, "districts": 0.97, "figures": 0.97, "people": 0.97, "organisations": 0.97, "acronyms": 0.97, "relations": 0.97, "activities": 0.97},
    "ocha-drc-ebola-no4-2014-08-29": {"partners": 0.97, "districts": 0.97, "figures": 0.97, "organisations": 0.84, "activities": 0.97},
    "ocha-drc-ebola-no9-2014-09-09": {"partners": 0.22, "districts": 0.97, "figures": 0.97, "organisations": 0.70, "activities": 0.82},
    "ocha-ukraine-3w-2016-02-26": {"partners": 0.96, "districts": 0.97, "figures": 0.89},
}  # fmt: skip


@contextmanager
def read(paths: list[Path], corpus: Path, root: Path) -> Iterator[dict[str, dict[str, float]]]:
    """Annotation → kind → F1 or recall."""
    golds = [gold.load(path) for path in paths]
    with open_base(root) as base:
        assert not base.ingest(gold.find(golds, corpus)).failed
        export = base.export()
    yield {
        path.stem: {
            kind: row.get("f1", row.get("recall"))
            for kind, row in as_json(score_document(export, one)).items()
        }
        for path, one in zip(paths, golds, strict=True)
    }


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Iterator[dict[str, dict[str, float]]]:
    paths = [HOUSE / "tests" / "gold" / f"{name}.yaml" for name in SAMPLES]
    with read(paths, HOUSE / "corpus", tmp_path_factory.mktemp("samples")) as found:
        yield found


@pytest.fixture(scope="module")
def others(shared, tmp_path_factory) -> Iterator[dict[str, dict[str, float]]]:
    paths = [shared / "gold" / f"{name}.yaml" for name in SHARED]
    with read(paths, shared / "corpus", tmp_path_factory.mktemp("shared")) as found:
        yield found


def _floors(table: dict[str, dict[str, float]]) -> list[tuple[str, str, float]]:
    return [(name, kind, floor) for name, floors in table.items() for kind, floor in floors.items()]


@pytest.mark.parametrize(("name", "kind", "floor"), _floors(SAMPLES))
def test_sample_is_read_as_well_as_before(samples, name, kind, floor):
    assert samples[name][kind] >= floor


@pytest.mark.parametrize(("name", "kind", "floor"), _floors(SHARED))
def test_real_document_is_read_as_well_as_before(others, name, kind, floor):
    assert others[name][kind] >= floor


# --- examples of the extractors -----------------------------------------------------------------------------------


@cache
def _manager() -> Manager:
    return Manager()


@cache
def _names() -> Names:
    return Names(entry for entries in _manager().hook.kb_authority() for entry in entries)


EXAMPLES = {name: examples.load(path) for name, path in examples.files(_manager()).items()}
EACH = [(name, n) for name, each in EXAMPLES.items() for n, e in enumerate(each) if not e.open]


def test_each_extractor_has_examples_and_some_of_what_it_must_leave():
    extractors = {p.name for p in _manager().plugins if p.source == "built-in" and "kb_extract" in p.hooks}
    assert EXAMPLES.keys() == extractors
    assert not [name for name, each in EXAMPLES.items() if len(each) < 8 or all(e.find for e in each)]


@pytest.mark.parametrize(("plugin", "number"), EACH)
def test_extractor_finds_what_its_example_tells(plugin, number):
    outcome = examples.run(EXAMPLES[plugin][number], plugin, _manager(), _names())
    assert (outcome.missed, outcome.wrong) == ((), ())

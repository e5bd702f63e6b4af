"""Versions of one issue in several languages: which documents are such, which one leads, and that it alone is counted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import issues
import pytest
from bases import NO_MODEL, open_base
from typer.testing import CliRunner

from kb import versions
from kb.base import KnowledgeBase
from kb.cli import app


def named(base: KnowledgeBase) -> dict[str, str]:
    """File name → file name of its leading version."""
    names = {d["id"]: Path(d["path"]).stem for d in base.documents()}
    return {names[d["id"]]: names[d["version_of"]] for d in base.documents() if d["version_of"]}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("versions")
    files = issues.write(folder / "in", en=issues.ENGLISH, fr=issues.FRENCH, later=issues.LATER)
    with open_base(folder / "root") as base:
        base.ingest(files)
        yield base


def test_english_and_french_of_one_issue_are_versions(base):
    assert named(base) == {"fr": "en"}


@pytest.mark.parametrize(
    ("what", "change"),
    {
        "another issue number": ("No. 3", "No. 4"),
        "another week": ("12 mai 2016", "22 mai 2016"),
        "other figures": (("1 450", "1 720"), ("38", "52"), ("14 ne", "19 ne"), ("27", "31"), ("620", "810"), ("45", "60"), ("300 000", "450 000")),
        "nothing of it in figures": (("1 450", "Des"), ("38", ""), ("14", "dix"), ("27", "des"), ("620", "des"), ("45", "des"), ("300 000", ""), ("9 v", "des v")),
        "far longer": ("## Lacunes", "".join(f"## Annexe {c}\n\nLes détails suivent plus bas.\n\n" for c in "abcdefgh") + "## Lacunes"),
        "the same language": (("Point sur les inondations", "Flood note"),),
    }.items(),
)  # fmt: skip
def test_documents_that_differ_are_not_versions(tmp_path, what, change):
    text = issues.ENGLISH if what == "the same language" else issues.FRENCH
    for old, new in [change] if isinstance(change[0], str) else change:
        text = text.replace(old, new)
    with open_base(tmp_path / "root") as base:
        base.ingest(issues.write(tmp_path / "in", en=issues.ENGLISH, fr=f"{text}\n"))
        assert not named(base)


@pytest.mark.parametrize(("main", "found"), [("en", {"b": "a"}), ("fr", {"a": "b"}), ("ru", {"b": "a"})])
def test_version_in_the_main_language_leads_else_the_first(tmp_path, main, found):
    with open_base(tmp_path / "root", {**NO_MODEL, "language": main}) as base:
        base.ingest(issues.write(tmp_path / "in", a=issues.ENGLISH, b=issues.FRENCH))
        assert named(base) == found


def test_versions_follow_documents_that_come_and_go(tmp_path):
    files = issues.write(tmp_path / "in", fr=issues.FRENCH)
    with open_base(tmp_path / "root") as base:
        told = []
        base.ingest(files)
        told.append(named(base))
        issues.write(files, en=issues.ENGLISH)
        base.ingest(files)
        told.append(named(base))
        base.remove("en.md")
        told.append(named(base))
    assert told == [{}, {"fr": "en"}, {}]


def test_doctor_tells_versions_again_from_the_originals(tmp_path):
    with open_base(tmp_path / "root") as base:
        base.ingest(issues.write(tmp_path / "in", en=issues.ENGLISH, fr=issues.FRENCH))
        base._store._db.execute("PRAGMA user_version = 1")
    ran = CliRunner().invoke(app, ["doctor", "--root", str(tmp_path / "root")])
    assert ran.exit_code == 0, ran.output
    with open_base(tmp_path / "root") as base:
        assert named(base) == {"fr": "en"}


@pytest.mark.parametrize(
    ("question", "cited", "considered"),
    [
        ("How many nurses did the NGO Mwinda train in Kolda in update No. 3?", ["en"], 2),
        ("Which updates mention Velingara?", ["en", "later"], 2),
        ("How did the number of families change between update No. 3 and update No. 4?", ["en", "later"], 2),
        ("How many kits from UNICEF are in the French version of update No. 3?", ["fr"], 2),
        ("Combien d'infirmières ont été formées à Kolda ?", ["fr"], 2),
    ],
)
def test_an_issue_is_told_once(base, question, cited, considered):
    answer = base.ask(question)
    assert sorted({Path(c["path"]).stem for c in answer["citations"]}) == cited
    assert answer["coverage"]["documents_considered"] == considered


def test_what_only_the_other_version_tells_is_still_found(base):
    answer = base.ask("dispensaire mobile")
    assert [Path(c["path"]).stem for c in answer["citations"]] == ["fr"]


def test_a_filter_may_name_the_other_version(base):
    answer = base.ask("How many kits from UNICEF are there?", document="fr.md")
    assert {Path(c["path"]).stem for c in answer["citations"]} == {"fr"}


def test_search_finds_both_versions(base):
    assert {Path(h["path"]).stem for h in base.search("Velingara")} == {"en", "fr", "later"}


def test_an_entity_is_counted_once_an_issue(base):
    (place,) = (e for e in base.find("Kolda") if e["kind"] == "place")
    assert (place["issues"], place["mentions"], len(place["documents"])) == (2, 4, 3)


def test_a_dossier_tells_an_issue_once(base):
    (place,) = (e for e in base.find("Kolda") if e["kind"] == "place")
    dossier = base.entity(place["id"])
    told = {Path(m["path"]).stem for m in dossier["mentions"]}
    assert told == {"en", "later"}


def listed(base: KnowledgeBase, *words: str) -> Any:
    return CliRunner().invoke(app, ["list", *words, "--root", str(base.root)])


@pytest.mark.parametrize(("option", "once"), [((), True), (("--versions",), False)])
def test_lists_leave_out_what_another_version_tells(base, option, once):
    french = next(d["id"] for d in base.documents() if d["language"] == "fr")
    ran = listed(base, "figures", "--json", *option)
    assert (french not in ran.stdout) == once
    assert ("--versions shows them" in ran.stderr) == once


def test_documents_are_listed_with_what_they_are_versions_of(base):
    line = next(x for x in listed(base, "documents").stdout.split("\n") if "Point sur" in x)
    assert "Flood update No. 3" in line


def test_export_tells_versions(base):
    documents = {d["language"]: d for d in base.export()["documents"] if "3" in d["title"]}
    assert documents["fr"]["version_of"] == documents["en"]["id"]
    assert documents["en"]["version_of"] == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fr.md", "French version of Flood update No. 3"),
        ("en.md", "French version: Point sur les inondations No. 3"),
    ],
)
def test_a_document_shows_its_versions(base, name, said):
    assert said in CliRunner().invoke(app, ["show", name, "--root", str(base.root)]).stdout


def test_pairs_of_the_corpus(shared, tmp_path):
    """Issues 4 to 9 lie there in English and in French, 2 and 3 in French alone; no other document is a version of another."""
    files = sorted((shared / "corpus" / "drc-ebola-ocha").glob("*.pdf"))
    files += [
        p for part in ("ocha-frameworks", "car-3w") for p in sorted((shared / "corpus" / part).glob("*.pdf"))
    ]
    with open_base(tmp_path / "root") as base:
        base.ingest(files)
        rows = {d["id"]: d for d in base.documents()}
        pairs = [(d["title"], rows[d["version_of"]]["title"]) for d in rows.values() if d["version_of"]]
    numbers = sorted((a.partition("No. ")[2][:1], b.partition("No. ")[2][:1]) for a, b in pairs)
    assert numbers == [(n, n) for n in "456789"]


def test_marks_tell_versions_from_neighbours():
    texts = {
        n: versions.marks(t)
        for n, t in (("en", issues.ENGLISH), ("fr", issues.FRENCH), ("later", issues.LATER))
    }
    found = {
        pair
        for pair in combinations(texts, 2)
        if versions.shared(texts[pair[0]], texts[pair[1]]) >= versions.SHARED
    }
    assert found == {("en", "fr")}

"""The doctor: what it finds, what it mends, and that it leaves the sound alone."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from bases import NO_MODEL, open_base

import kb
from kb import originals
from kb.base import KnowledgeBase
from kb.doctor import rescue
from kb.errors import CorruptError, LockedError
from kb.ingest import INTERRUPTED, writing

WELLS = "# Wells\n\nIn March 2014 the Rural Water Project drilled 42 wells in Ayni District with funds from Japan.\n"
NURSES = "# Nurses\n\nIn May 2015 UNICEF trained 37 nurses in Khorog. The training was funded by Norway.\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "wells.md").write_text(WELLS)
    (folder / "nurses.md").write_text(NURSES)
    return folder


@pytest.fixture
def base(tmp_path: Path, files: Path) -> Iterator[KnowledgeBase]:
    with open_base(tmp_path / "root") as base:
        base.ingest(files)
        yield base


def sql(base: KnowledgeBase, statement: str) -> None:
    db = sqlite3.connect(base.root / "kb.sqlite3")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(statement)
    db.commit()
    db.close()


def wells(base: KnowledgeBase) -> dict:
    return next(d for d in base.documents() if d["path"].endswith("wells.md"))


def facts(base: KnowledgeBase) -> dict:
    """The truth, as far as it does not depend on when it was made."""
    data = base.export()
    return {key: sorted(map(str, data[key])) for key in data}


def test_all_is_well(base):
    report = base.doctor()
    assert (report.ok, report.problems, report.mended, report.left) == (True, [], [], [])


DAMAGE = {
    "the full text lost a passage": lambda base: sql(base, "DELETE FROM fulltext WHERE rowid = 1"),
    "the full text has one too many": lambda base: sql(base, "INSERT INTO fulltext (rowid, text) VALUES (999, 'x')"),
    "the full text is emptied": lambda base: sql(base, "DELETE FROM fulltext"),
    "a vector of no passage": lambda base: sql(base, "INSERT INTO vectors VALUES ('k', 'm', x'00')"),
    "mentions without their document": lambda base: sql(
        base, "INSERT INTO mentions SELECT 'gone', section, kind, entity, start, \"end\", name, role, level, page, "
        "date_start, date_end, long FROM mentions LIMIT 1"),
    "links without their activity": lambda base: sql(base, "INSERT INTO links VALUES ('gone', 'place', 'x', 0, 1)"),
    "an original is gone": lambda base: originals.original_path(base.root, wells(base)["id"]).unlink(),
    "an original was changed": lambda base: originals.original_path(base.root, wells(base)["id"]).write_text("x"),
    "the note of an original is gone": lambda base: originals.unnote(base.root, wells(base)["id"]),
    "an original of nobody": lambda base: (base.root / "originals" / ("0" * 64)).write_text("x"),
    "a note of nobody": lambda base: originals.note(base.root, "1" * 64, "/x.md"),
    "an unfinished file": lambda base: (base.root / "originals" / f"{originals.PART}x").write_text("x"),
    "an unfinished folder": lambda base: (base.root / f"{originals.PART}x").mkdir(),
    "a document was lost": lambda base: base._store.remove(wells(base)["id"]),
    "reading was interrupted": lambda base: base._store.remove(wells(base)["id"]) or base._store.fail(
        originals.sha256(Path(base.root.parent / "files" / "wells.md")),
        str(base.root.parent / "files" / "wells.md"), INTERRUPTED),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_found_and_mended(base, damage):
    before = facts(base)
    DAMAGE[damage](base)
    seen = base.doctor(mend=False)
    assert seen.problems
    assert not seen.ok
    assert base.doctor(mend=False).problems == seen.problems, "looking changes nothing"
    report = base.doctor()
    assert (report.ok, report.left) == (True, [])
    assert len(report.mended) == len(report.problems) > 0
    assert base.doctor().problems == []
    assert facts(base) == before
    assert base.search("wells drilled")


def test_an_original_that_cannot_be_restored_is_named(base, files):
    originals.original_path(base.root, wells(base)["id"]).unlink()
    (files / "wells.md").write_text("other")
    report = base.doctor()
    assert not report.ok
    assert "wells.md" in report.left[0]


def test_a_restored_document_follows_its_file_again(base, files):
    base._store.remove(wells(base)["id"])
    assert base.doctor().ok
    assert len(base.ingest(files).unchanged) == 2


def test_an_interrupted_document_without_original_is_forgotten(base, tmp_path):
    base._store.fail("2" * 64, str(tmp_path / "gone.md"), INTERRUPTED)
    assert base.doctor().ok
    assert len(base.documents()) == 2


def test_a_document_that_failed_is_no_problem(base, files):
    (files / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    base.ingest(files)
    assert base.doctor().problems == []


def test_waits_for_nobody_who_writes(base):
    with writing(base.root), pytest.raises(LockedError):
        base.doctor()


def test_looking_needs_no_lock(base):
    with writing(base.root):
        assert base.doctor(mend=False).ok


HARM = {
    "no database at all": lambda path: path.write_bytes(b"this is no database " * 1000),
    "cut to half": lambda path: path.write_bytes(
        path.read_bytes()[: path.stat().st_size // 2 // 4096 * 4096]
    ),
    "of an older version": lambda path: _version(path, 1),
}


def _version(path: Path, number: int) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {number}")
    db.close()


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_store_is_made_again(tmp_path, files, harm):
    root = tmp_path / "root"
    with open_base(root) as base:
        base.ingest(files)
        before = facts(base)
    shutil.rmtree(files)
    HARM[harm](root / "kb.sqlite3")
    try:
        with kb.open_kb(root, NO_MODEL) as base:
            report = base.doctor()
    except CorruptError:
        report = rescue(root, NO_MODEL)
    assert report.ok, report.left
    with open_base(root) as base:
        assert facts(base) == before
        assert base.doctor().problems == []
    assert len([p for p in root.glob("kb.sqlite3.damaged-*") if p.name[-1].isdigit()]) == 1


def test_a_lost_store_is_made_again(tmp_path, files):
    root = tmp_path / "root"
    with open_base(root) as base:
        base.ingest(files)
        before = facts(base)
    for file in root.glob("kb.sqlite3*"):
        file.unlink()
    with open_base(root) as base:
        assert base.documents() == []
        assert base.doctor().ok
        assert facts(base) == before


def test_missing_vectors_and_a_broken_index_are_made_again(tmp_path, files):
    with open_base(tmp_path / "root", {}) as base:
        base.ingest(files)
        hits = [r["passage"] for r in base.search("drinking water")]
        sql(base, "DELETE FROM vectors")
        shutil.rmtree(base.root / "vectors")
        report = base.doctor()
        assert len(report.mended) == 2
        assert base.doctor().problems == []
        assert [r["passage"] for r in base.search("drinking water")] == hits

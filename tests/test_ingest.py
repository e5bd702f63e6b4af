"""Documents in: what is new, changed, moved, gone, twice there, broken; and what becomes of their traces."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bases import NO_MODEL, open_base

import kb
from kb import originals
from kb.base import KnowledgeBase
from kb.errors import InputError, KBError, LockedError

WELLS = """# Wells in Ayni

In March 2014 the Rural Water Project, funded by Japan, drilled 42 wells in Ayni District with the NGO Obi Toza.
"""
NURSES = """# Nurses in Khorog

In May 2015 UNICEF trained 37 nurses in Khorog. The training was funded by the Government of Norway.
"""
SEEDS = """# Seeds for Rasht

In April 2016 the World Food Programme gave 512 families in Rasht seeds for spring.
"""


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with open_base(tmp_path / "root") as base:
        yield base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "wells.md").write_text(WELLS)
    (folder / "nurses.md").write_text(NURSES)
    return folder


def paths(base: KnowledgeBase) -> list[str]:
    return sorted(Path(d["path"]).name for d in base.documents())


def row(base: KnowledgeBase, name: str) -> dict:
    return next(d for d in base.documents() if Path(d["path"]).name == name)


def kept(base: KnowledgeBase) -> list[str]:
    return originals.kept(base.root)


def clean(base: KnowledgeBase) -> None:
    report = base.doctor(mend=False)
    assert report.problems == []


def write(path: Path, text: str) -> None:
    """Writes a file whose time stamp differs from the one before."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    if path.stat().st_mtime_ns == before:
        os.utime(path, ns=(before + 1, before + 1))


def test_new_files_are_added(base, folder):
    report = base.ingest(folder)
    assert sorted(Path(p).name for p in report.added) == ["nurses.md", "wells.md"]
    assert all(d["status"] == "ok" for d in base.documents())
    assert kept(base) == sorted(d["id"] for d in base.documents())
    clean(base)


def test_formats(base, tmp_path):
    docx = pytest.importorskip("docx")
    folder = tmp_path / "formats"
    folder.mkdir()
    document = docx.Document()
    document.add_heading("Latrines in Vanj", 1)
    document.add_paragraph(
        "In June 2013 the mission built 19 latrines in Vanj District with funds from Switzerland."
    )
    document.save(folder / "report.docx")
    (folder / "page.html").write_text(
        "<html><head><title>Bees</title></head><body><article><h1>Bees</h1><p>In July 2012 the mission gave 64 "
        "families in Tavildara beehives, as UNDP had asked, and taught them how to keep bees.</p></article></body></html>"
    )
    (folder / "note.txt").write_text(
        "School roofs\n\nIn August 2011 the mission mended 7 school roofs in Murghob.\n"
    )
    (folder / "wells.md").write_text(WELLS)
    assert base.ingest(folder).failed == []
    for word in ("latrines", "beehives", "roofs", "wells"):
        assert base.search(word), word
    clean(base)


def test_what_is_unchanged_is_not_read_again(base, folder):
    base.ingest(folder)
    report = base.ingest(folder)
    assert (len(report.unchanged), report.added, report.changed) == (2, [], [])


def test_what_is_unchanged_loads_nothing_heavy(folder, tmp_path):
    with open_base(tmp_path / "root") as base:
        base.ingest(folder)
    code = (
        "import sys, kb\n"
        f"with kb.open_kb({str(tmp_path / 'root')!r}, {NO_MODEL!r}) as base:\n"
        f"    assert len(base.ingest({str(folder)!r}).unchanged) == 2\n"
        "    assert '_sandbox' not in vars(base) or base._sandbox._worker is None\n"
        "print([m for m in ('torch', 'spacy', 'chromadb', 'sentence_transformers', 'pymupdf') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_a_file_only_touched_is_unchanged(base, folder):
    base.ingest(folder)
    os.utime(folder / "wells.md", ns=(1, 1))
    assert len(base.ingest(folder).unchanged) == 2
    assert len(base.ingest(folder).unchanged) == 2


def test_a_changed_file_takes_all_its_traces_along(base, folder):
    base.ingest(folder)
    old = row(base, "wells.md")["id"]
    write(folder / "wells.md", SEEDS)
    report = base.ingest(folder)
    assert [Path(p).name for p in report.changed] == ["wells.md"]
    data = base.export()
    assert base.search("wells Ayni") == [] or all("Ayni" not in r["text"] for r in base.search("wells Ayni"))
    assert not [
        x
        for kind in ("sections", "figures", "activities", "relations")
        for x in data[kind]
        if x["document"] == old
    ]
    assert not [e for e in data["entities"] if "Ayni" in e["name"] or old in e["documents"]]
    assert not [f for f in data["figures"] if f["value"] == 42]
    assert old not in kept(base)
    assert base.search("seeds")
    clean(base)


def test_aliases_of_a_removed_document_go(base, tmp_path):
    folder = tmp_path / "aliases"
    folder.mkdir()
    (folder / "a.md").write_text(
        "# Clinic\n\nIn May 2014 a clinic opened in Penjikent, and doctors came to it.\n"
    )
    (folder / "b.md").write_text(
        "# Bridge\n\nIn June 2014 a bridge was built in Panjakent with local masons.\n"
    )
    base.ingest(folder)
    before = base.find("Panjakent")
    assert len(before) == 1
    assert len(before[0]["documents"]) == 2
    (folder / "a.md").unlink()
    base.ingest(folder)
    assert len(base.find("Panjakent")[0]["documents"]) == 1


def test_a_removed_file_goes(base, folder):
    base.ingest(folder)
    gone = row(base, "wells.md")["id"]
    (folder / "wells.md").unlink()
    assert [Path(p).name for p in base.ingest(folder).removed] == ["wells.md"]
    assert paths(base) == ["nurses.md"]
    assert gone not in kept(base)
    clean(base)


def test_a_file_removed_elsewhere_stays(base, folder, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "seeds.md").write_text(SEEDS)
    base.ingest([folder, tmp_path / "other"])
    (folder / "wells.md").unlink()
    base.ingest(tmp_path / "other")
    assert paths(base) == ["nurses.md", "seeds.md", "wells.md"]


def test_a_renamed_file_stays_one_document(base, folder):
    base.ingest(folder)
    id = row(base, "wells.md")["id"]
    (folder / "wells.md").rename(folder / "water.md")
    report = base.ingest(folder)
    assert ([Path(p).name for p in report.renamed], report.added, report.removed) == (["water.md"], [], [])
    assert row(base, "water.md")["id"] == id
    assert len(base.ingest(folder).unchanged) == 2
    clean(base)


def test_a_renamed_file_whose_place_another_took(base, folder):
    base.ingest(folder)
    id = row(base, "wells.md")["id"]
    (folder / "wells.md").rename(folder / "water.md")
    (folder / "wells.md").write_text(SEEDS)
    report = base.ingest(folder)
    assert paths(base) == ["nurses.md", "water.md", "wells.md"]
    assert row(base, "water.md")["id"] == id
    assert report.failed == []
    assert base.search("seeds")[0]["path"].endswith("wells.md")
    assert base.search("drilled")[0]["path"].endswith("water.md")
    assert len(base.ingest(folder).unchanged) == 3
    clean(base)


def test_two_files_that_change_places(base, folder):
    base.ingest(folder)
    wells, nurses = row(base, "wells.md")["id"], row(base, "nurses.md")["id"]
    (folder / "wells.md").rename(folder / "x")
    (folder / "nurses.md").rename(folder / "wells.md")
    (folder / "x").rename(folder / "nurses.md")
    base.ingest(folder)
    assert (row(base, "wells.md")["id"], row(base, "nurses.md")["id"]) == (nurses, wells)
    assert len(base.ingest(folder).unchanged) == 2
    clean(base)


def test_a_file_moved_over_another(base, folder):
    base.ingest(folder)
    id = row(base, "wells.md")["id"]
    (folder / "wells.md").replace(folder / "nurses.md")
    base.ingest(folder)
    assert [(Path(d["path"]).name, d["id"]) for d in base.documents()] == [("nurses.md", id)]
    assert base.search("UNICEF Khorog") == []
    clean(base)


def test_a_moved_folder_is_followed(base, folder, tmp_path):
    base.ingest(folder)
    ids = {d["id"] for d in base.documents()}
    folder.rename(tmp_path / "elsewhere")
    report = base.ingest(tmp_path / "elsewhere")
    assert {d["id"] for d in base.documents()} == ids
    assert len(report.renamed) == 2
    assert all("elsewhere" in d["path"] for d in base.documents())
    clean(base)


def test_a_renamed_file_of_another_kind_is_read_anew(base, folder):
    base.ingest(folder)
    (folder / "wells.md").rename(folder / "wells.txt")
    base.ingest(folder)
    assert paths(base) == ["nurses.md", "wells.txt"]
    assert len(base.ingest(folder).unchanged) == 2
    clean(base)


def test_the_same_bytes_twice_are_one_document(base, folder):
    shutil.copy(folder / "wells.md", folder / "copy.md")
    report = base.ingest(folder)
    assert len(report.duplicates) == 1
    assert len(base.documents()) == 2
    assert len(base.ingest(folder).duplicates) == 1
    clean(base)


def test_the_copy_takes_over_when_the_first_goes(base, folder):
    base.ingest(folder)
    id = row(base, "wells.md")["id"]
    shutil.copy(folder / "wells.md", folder / "copy.md")
    base.ingest(folder)
    (folder / "wells.md").unlink()
    base.ingest(folder)
    assert row(base, "copy.md")["id"] == id
    assert len(base.documents()) == 2
    clean(base)


def test_a_changed_file_that_cannot_be_read_keeps_its_earlier_version(base, folder):
    base.ingest(folder)
    write(folder / "wells.md", "")
    report = base.ingest(folder)
    assert [Path(p).name for p, _ in report.failed] == ["wells.md"]
    assert "earlier version" in row(base, "wells.md")["reason"]
    assert base.search("drilled")
    assert [Path(p).name for p, _ in base.ingest(folder).failed] == ["wells.md"]
    write(folder / "wells.md", WELLS)
    base.ingest(folder)
    assert (row(base, "wells.md")["status"], row(base, "wells.md")["reason"]) == ("ok", "")
    clean(base)


def test_a_failed_file_that_is_repaired_becomes_ok(base, folder):
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    report = base.ingest(folder)
    assert [Path(p).name for p, _ in report.failed] == ["bad.pdf"]
    assert report.failed[0][1]
    assert row(base, "bad.pdf")["status"] == "failed"
    assert [Path(p).name for p, _ in base.ingest(folder).failed] == ["bad.pdf"]
    clean(base)
    shutil.copy(folder / "wells.md", folder / "good.md")
    write(folder / "good.md", SEEDS)
    (folder / "bad.pdf").unlink()
    (folder / "good.md").rename(folder / "bad.md")
    base.ingest(folder)
    assert row(base, "bad.md")["status"] == "ok"
    assert len(base.documents()) == 3


def test_a_failed_file_repaired_in_place(base, folder):
    write(folder / "late.md", "")
    base.ingest(folder)
    assert row(base, "late.md")["status"] == "failed"
    write(folder / "late.md", SEEDS)
    base.ingest(folder)
    assert row(base, "late.md")["status"] == "ok"
    assert len(base.documents()) == 3
    clean(base)


def test_an_unknown_ending_is_tried_when_named_outright(base, folder):
    odd = folder / "letter.xyz"
    odd.write_text(SEEDS)
    assert len(base.ingest(folder).added) == 2
    report = base.ingest(odd)
    assert len(report.added) + len(report.failed) == 1
    base.ingest(folder)
    assert odd.name in paths(base), "a file that is still there is not removed because its ending is unknown"


def test_what_is_not_there_is_named(base, folder, tmp_path):
    base.ingest(folder)
    with pytest.raises(InputError, match="no-such"):
        base.ingest([folder, tmp_path / "no-such"])
    assert len(base.documents()) == 2


def test_an_emptied_folder_takes_nothing_along(base, folder):
    base.ingest(folder)
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(InputError, match="mounted"):
        base.ingest(folder)
    assert len(base.documents()) == 2


def test_a_folder_without_rights_is_named(base, folder, tmp_path):
    base.ingest(folder)
    (folder / "closed").mkdir()
    with _without_rights(folder / "closed"), pytest.raises(InputError, match=r"closed.* right"):
        base.ingest(folder)
    assert len(base.documents()) == 2


def test_a_file_without_rights_costs_nobody_else(base, folder):
    (folder / "secret.md").write_text(SEEDS)
    with _without_rights(folder / "secret.md"):
        report = base.ingest(folder)
    assert [Path(p).name for p, _ in report.failed] == ["secret.md"]
    assert "right" in report.failed[0][1]
    assert len(report.added) == 2
    base.ingest(folder)
    assert row(base, "secret.md")["status"] == "ok"
    clean(base)


@contextmanager
def _without_rights(path: Path) -> Iterator[None]:
    """Takes this user's rights to a file or folder; root, who has them all, becomes nobody meanwhile."""
    mode = path.stat().st_mode
    path.chmod(0)
    user = os.geteuid()
    parents = [p for p in path.parents if p.stat().st_uid == 0 and p.stat().st_mode & 0o5 != 0o5]
    root = path.parents[1] / "root"
    if user == 0:
        modes = {p: p.stat().st_mode for p in parents}
        for parent in parents:
            parent.chmod(0o755)
        for file in [root, *root.rglob("*")]:
            os.chown(file, 65534, 65534)
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        path.chmod(mode)
        if user == 0:
            for parent, old in modes.items():
                parent.chmod(old)


def test_only_one_may_write(base, folder):
    from kb.ingest import writing

    with writing(base.root), pytest.raises(LockedError), open_base(base.root) as other:
        other.ingest(folder)
    assert len(base.ingest(folder).added) == 2


def test_readers_see_whole_documents_while_one_writes(base, folder):
    base.ingest(folder)
    stop, faults, rounds = threading.Event(), [], []

    def look() -> None:
        with open_base(base.root) as reader:
            while not stop.is_set():
                try:
                    hits = reader.search("training wells seeds nurses")
                    documents = {d["id"]: d for d in reader.documents()}
                    rounds.append(len(hits))
                    if any(d["status"] != "ok" and d["status"] != "failed" for d in documents.values()):
                        faults.append(documents)
                except Exception as error:
                    faults.append(error)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(6):
        write(folder / "wells.md", WELLS.replace("42", str(50 + n)))
        base.ingest(folder)
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert rounds


def test_threads_may_share_a_base(base, folder):
    base.ingest(folder)
    faults: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(5):
                assert base.search("wells")
                base.ask("How many wells were drilled?")
                base.documents()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_an_interrupt_leaves_whole_documents(base, folder):
    def stop(done: int, total: int, path: str, stage: str) -> None:
        if stage == "stored":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        base.ingest(folder, progress=stop)
    assert sum(d["status"] == "ok" for d in base.documents()) == 1
    assert base.ingest(folder).failed == []
    assert [d["status"] for d in base.documents()] == ["ok", "ok"]
    clean(base)


def test_a_removed_document_leaves_nothing(base, folder):
    base.ingest(folder)
    id = base.remove("wells.md")
    assert (paths(base), id in kept(base)) == (["nurses.md"], False)
    clean(base)


def test_what_was_removed_can_be_ingested_again(base, folder):
    base.ingest(folder)
    base.remove("wells.md")
    base.ingest(folder)
    assert paths(base) == ["nurses.md", "wells.md"]


class Toy:
    """An extractor that breaks on nurses."""

    @kb.hookimpl
    def kb_extract(self, section, document, context):
        if "nurses" in section.text:
            raise RuntimeError("I dislike nurses")
        return []


def test_an_extractor_that_breaks_costs_one_document(folder, tmp_path):
    with kb.open_kb(tmp_path / "root", NO_MODEL, plugins=[Toy()]) as base:
        report = base.ingest(folder)
        assert [Path(p).name for p in report.added] == ["wells.md"]
        ((path, reason),) = report.failed
        assert Path(path).name == "nurses.md"
        assert "I dislike nurses" in reason
        assert "Toy" in reason
        assert [Path(p).name for p, _ in base.ingest(folder).failed] == ["nurses.md"]


def test_another_engine_reads_again(base, folder):
    base.ingest(folder)
    base._ingester.__dict__["engine"] = "another"
    report = base.ingest(folder)
    assert len(report.changed) == 2
    assert len(base.ingest(folder).unchanged) == 2
    assert len(base.documents()) == 2
    clean(base)


def test_a_vanished_file_costs_nobody_else(base, folder):
    base.ingest(folder)
    (folder / "dead.md").symlink_to(folder / "nowhere.md")
    assert len(base.ingest(folder).unchanged) == 2


def test_errors_are_ours(base, tmp_path):
    for bad in ("", "\0", str(tmp_path / ("x" * 300))):
        with pytest.raises(KBError):
            base.ingest(bad)

"""The kb command on real files and a real store: results, shapes, exit codes, errors."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest
from bases import open_base
from typer.testing import CliRunner, Result

from kb import terminal
from kb.cli import app

WELLS = (
    "# Wells for Ayni\n\nIn March 2014 the Rural Water Project, funded by Japan, drilled 42 wells in Ayni District. "
    "The work was done with the NGO Obi Toza.\n"
)
NURSES = (
    "# Nurses trained\n\nIn May 2015 UNICEF trained 37 nurses in Khorog. The training was funded by Norway.\n"
)

CITATION = {"document", "path", "title", "section", "page", "quote", "boxes"}
EXPORT = {
    "documents": "id path title organisation period language pages status reason page_notes version_of",
    "sections": "id document ordinal heading level first_page last_page language",
    "entities": "id kind name aliases roles level description documents mentions",
    "figures": "id value unit counted qualifier status quote document section page",
    "activities": "id type title start end projects donors partners organisations districts places figures quote "
    "document section page",
    "relations": "kind source target quote document section page",
    "acronyms": "short long document",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with two documents in corpus/, a broken one, and the state made of them."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "wells.md").write_text(WELLS)
    (folder / "corpus" / "nurses.md").write_text(NURSES)
    (folder / "corpus" / "broken.pdf").write_bytes(b"%PDF-1.7\nnot much of it")
    with open_base(folder / "indexes") as base:
        base.ingest(folder / "corpus")
    return folder


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KB_ROOT", raising=False)
    # Without the model: loading it would take longer than all the rest.
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "embed_minilm")
    return tmp_path


@pytest.fixture
def mission(here: Path, made: Path) -> Path:
    """A copy of the made folder to work in and to spoil."""
    shutil.copytree(made / "indexes", here / "indexes")
    # The documents' paths are those of the made folder.
    os.symlink(made / "corpus", here / "corpus")
    return here


def kb(*arguments: object, input: str | None = None) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in arguments], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def as_json(*arguments: object) -> object:
    return json.loads(kb(*arguments, "--json").stdout)


def started(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kb.cli", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# --- results --------------------------------------------------------------------------------------------------


def test_ingest_tells_what_became_of_each_file(here):
    (here / "corpus").mkdir()
    (here / "corpus" / "wells.md").write_text(WELLS)
    (here / "corpus" / "empty.txt").write_text("")
    report = as_json("ingest")
    assert [Path(p).name for p in report["added"]] == ["wells.md"]
    assert [(Path(p).name, bool(reason)) for p, reason in report["failed"]] == [("empty.txt", True)]
    again = kb("ingest")
    assert again.stdout.startswith("1 unchanged, 1 failed")
    assert "empty.txt\t" in again.stdout


def test_search_shows_passages_with_their_pages(mission):
    assert kb("search", "wells").stdout.startswith("1. ")
    (hit,) = as_json("search", "wells drilled", "-n", 1)
    assert set(hit) == {
        "passage",
        "document",
        "path",
        "title",
        "section",
        "page",
        "score",
        "text",
        "highlights",
    }


def test_ask_answers_with_the_words_that_say_so(mission):
    answer = as_json("ask", "How many wells were drilled in Ayni?")
    assert set(answer) >= {"question", "answered", "answer", "kind", "confidence", "citations", "coverage", "near_misses"}  # fmt: skip
    assert answer["answered"]
    assert answer["suggestions"]
    assert "42" in answer["answer"]
    assert set(answer["citations"][0]) >= CITATION
    assert answer["citations"][0]["quote"] in WELLS
    shown = kb("ask", "How many wells were drilled in Ayni?").stdout
    assert all(words in shown for words in ("42 wells", "wells.md"))
    assert "page 1" not in shown  # Markdown has no pages


def test_ask_refuses_with_the_closest_passages(mission):
    result = kb("ask", "Who opened the brewery in Antarctica?")
    assert result.exit_code == 3
    assert "do not answer" in result.stdout
    assert as_json("ask", "Who opened the brewery in Antarctica?")["answered"] is False


def test_chat_leans_on_the_question_before_until_it_is_cleared(mission):
    lines = [
        "How many wells were drilled in Ayni?",
        "who paid for them?",
        "",
        "/clear",
        "and in 2014?",
        " ? ",
        "/quit",
        "Who?",
    ]
    shown = CliRunner().invoke(app, ["chat"], input="\n".join(lines))
    assert shown.exit_code == 0, shown.stderr
    assert "Kept from before: about: wells drilled; place: Ayni" in shown.stdout
    assert "Japan" in shown.stdout
    assert shown.stdout.count("The documents do not answer") == 2
    assert "stands by itself" in shown.stderr


def test_chat_speaks_json(mission):
    ran = CliRunner().invoke(app, ["chat", "--json"], input="How many wells were drilled in Ayni?\n")
    assert json.loads(ran.stdout)["answered"]


def test_conflicts_are_listed_and_ruled_on(mission, tmp_path):
    (tmp_path / "more").mkdir()
    other = WELLS.replace("42 wells", "45 wells").replace("# Wells for Ayni", "# More of Ayni")
    (tmp_path / "more" / "more.md").write_text(other, "utf-8")
    root = ["--root", str(tmp_path / "state")]
    assert kb("ingest", str(Path("corpus")), str(tmp_path / "more"), *root).exit_code == 0
    found = next(c for c in json.loads(kb("conflicts", "--json", *root).stdout) if "wells" in c["about"])
    assert {c["value"] for c in found["claims"]} == {"42 wells", "45 wells"}
    assert "is right" in kb("conflicts", "prefer", found["id"], "2", "--who", "Zarina", *root).stderr
    assert "right, says Zarina" in kb("conflicts", *root).stdout
    assert "Zarina ruled" in kb("ask", "How many wells were drilled in Ayni?", *root).stdout
    assert kb("conflicts", "prefer", found["id"], "9", *root).exit_code == 1


def test_filters_are_heeded(mission):
    assert kb("search", "wells", "--document", "wells.md").exit_code == 0
    assert kb("search", "trained", "--since", "2030").exit_code == 3
    assert kb("ask", "Who trained nurses?", "--donor", "Norway").exit_code == 0


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("documents", "wells.md"),
        ("failures", "broken.pdf"),
        ("projects", "Rural Water Project"),
        ("donors", "Japan"),
        ("partners", "Obi Toza"),
        ("organisations", "UNICEF"),
        ("districts", "Ayni"),
        ("places", "Khorugh"),
        ("people", "name"),
        ("activities", "training"),
        ("figures", "37"),
        ("relations", "funds"),
        ("acronyms", "short"),
        ("Donors", "Japan"),
    ],
)
def test_list_shows_each_kind(mission, kind, words):
    result = kb("list", kind)
    assert result.exit_code == 0
    head, *rows = result.stdout.splitlines()
    assert words in result.stdout
    assert all(row.count("\t") == head.count("\t") for row in rows)
    assert len(as_json("list", kind)) == len(rows)


def test_export_has_the_shapes_of_the_house(mission):
    data = as_json("export")
    assert list(data) == list(EXPORT)
    for table, columns in EXPORT.items():
        assert all(set(columns.split()) <= set(row) for row in data[table]), table
    assert {d["status"] for d in data["documents"]} == {"ok", "failed"}
    assert json.loads(kb("export").stdout) == data
    kb("export", "-o", "truth.json")
    assert json.loads((mission / "truth.json").read_text("utf-8")) == data


def test_show_tells_all_of_an_entity(mission):
    dossier = as_json("show", "Horog")
    assert set(dossier) == {"entity", "mentions", "activities", "relations"}
    shown = kb("show", dossier["entity"]["id"]).stdout
    assert "37 nurses" in shown
    assert "2015" in shown


def test_show_tells_what_a_document_holds(mission):
    content = as_json("show", "wells.md")
    assert set(content) == {"document", *EXPORT} - {"documents"}
    assert "Rural Water Project" in kb("show", "wells.md").stdout


def test_show_tells_which_pages_are_doubtful(here):
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), "In May 2014 the project trained 37 beekeepers.")
        made.new_page()
        made.save(here / "half.pdf")
    kb("ingest", "half.pdf")
    assert "page 2: not read: no text found" in kb("show", "half.pdf").stdout


def test_remove_asks_first(mission):
    assert kb("remove", "wells.md", input="n\n").exit_code == 1
    assert len(as_json("list", "documents")) == 3
    assert kb("remove", "wells.md", input="y\n").exit_code == 0
    assert len(as_json("list", "documents")) == 2
    assert set(as_json("remove", "nurses.md", "--yes")) == {"removed", "path"}
    assert as_json("list", "organisations") == []


def test_doctor_finds_and_mends(mission):
    assert as_json("doctor")["ok"]
    for original in (mission / "indexes" / "originals").glob("*.md"):
        original.unlink()
    shutil.rmtree(mission / "indexes" / "originals")
    assert kb("doctor", "--no-mend").exit_code == 1
    report = as_json("doctor")
    assert set(report) == {"ok", "problems", "mended", "left"}
    assert report["ok"]
    assert len(report["mended"]) >= 2


def test_pairs_are_reviewed_and_decisions_undone(here):
    (here / "corpus").mkdir()
    for n, name in enumerate(("Sanjarzor", "Sanjirzor")):
        text = f"# News\n\nIn May 201{n} the NGO {name} trained 30 farmers in Ayni district with funds from Japan.\n"
        (here / "corpus" / f"{n}.md").write_text(text)
    kb("ingest")
    (proposal,) = as_json("review")
    assert f"{proposal['id']}\topen\torganisation\t" in kb("review").stdout
    rule = as_json("review", "accept", proposal["id"], "--who", "ana", "--why", "one seal")
    assert (as_json("review"), as_json("review", "--all")[0]["state"]) == ([], "accepted")
    assert [len(e["documents"]) for e in as_json("list", "partners")] == [2]
    assert "\tana\torganisation “" in kb("rules").stdout
    assert kb("rules", "undo", rule["id"]).exit_code == 0
    assert [r["state"] for r in as_json("rules")] == ["undone", "in force"]
    assert kb("review", "reject", proposal["id"]).exit_code == 0
    assert as_json("review") == []


def test_names_and_fields_are_set_right(mission):
    assert kb("rename", "Obi Toza", "Clean Water").exit_code == 0
    assert kb("show", "clean water").stdout.startswith("Clean Water\n")
    kb("correct", "UNICEF", "role", "donor")
    assert as_json("show", "UNICEF")["entity"]["roles"] == ["donor"]
    unicef = as_json("show", "UNICEF")["entity"]
    assert kb("merge", "Obi Toza", "UNICEF").exit_code == 0
    assert as_json("show", "Obi Toza")["entity"]["name"] == unicef["name"]
    (wells,) = (a for a in as_json("list", "activities") if "wells" in a["quote"])
    kb("correct", wells["id"], "removed", "yes", "--why", "a plan")
    assert wells["id"] not in kb("list", "activities").stdout
    assert len(as_json("rules")) == 4


def test_plugins_are_listed_and_switched(here, monkeypatch):
    monkeypatch.delenv("KB_DISABLED_PLUGINS")
    (here / "indexes").mkdir()
    (here / "indexes" / "kb.toml").write_text('# ours\ncountry = "AF"\n')
    assert kb("plugins", "disable", "people").exit_code == 0
    assert [p["name"] for p in as_json("plugins") if not p["enabled"]] == ["people"]
    assert "people\tbuilt-in\tkb_extract\toff" in kb("plugins").stdout
    assert kb("plugins", "enable", "people").exit_code == 0
    assert all(p["enabled"] for p in as_json("plugins"))
    text = (here / "indexes" / "kb.toml").read_text()
    assert "# ours" in text
    assert 'country = "AF"' in text


# --- where the state lies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "variable"),
    [
        (("--root", "indexes"), (), "elsewhere"),
        ((), ("--root", "indexes"), "elsewhere"),
        ((), (), "indexes"),
        ((), (), ""),
    ],
    ids=["option first", "option last", "variable", "default"],
)
def test_root(mission, monkeypatch, before, after, variable):
    monkeypatch.setenv("KB_ROOT", variable)
    assert "wells.md" in kb(*before, "list", "documents", *after).stdout


# --- exit codes and errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["serch", "x"], 2, ["search"]),
        (["search"], 2, ["query"]),
        (["search", "x", "--limit", "0"], 2, ["limit"]),
        (["ingest", "no/such/file.pdf"], 1, ["no/such/file.pdf", "Check"]),
        (["ingest", "corpus", "no/such/folder"], 1, ["no/such/folder", "nothing was changed"]),
        (["ask", " "], 1, ["question is empty", "ask something"]),
        (["search", " "], 1, ["query is empty"]),
        (["ask", "Who?", "--donor", "Norwai"], 1, ["donor", "Norwai", "Norway"]),
        (["search", "x", "--since", "May"], 1, ["since", "May", "2012-09"]),
        (["search", "x", "--document", "wels.md"], 1, ["wels.md", "wells.md"]),
        (["list", "donor"], 1, ["donors"]),
        (["show", "Khorogg"], 1, ["Khorogg", "Khorog"]),
        (["remove", "wels.md", "--yes"], 1, ["wels.md", "wells.md"]),
        (["export", "--as", "cvs"], 1, ["cvs", "csv"]),
        (["export", "--as", "csv"], 1, ["-o"]),
        (["export", "-o", "no/folder/x.json"], 1, ["no/folder/x.json"]),
        (["plugins", "disable", "peple"], 1, ["peple", "people"]),
        (["search", "brewery Antarctica zythum"], 3, ["nothing found"]),
    ],
)
def test_error_names_the_thing_and_the_remedy_in_one_line(mission, arguments, code, words):
    result = kb(*arguments)
    assert result.exit_code == code
    assert all(w in result.stderr for w in words), result.stderr
    assert "Traceback" not in result.stderr
    if code != 2:
        assert len(result.stderr.splitlines()) == 1


def test_nothing_read_at_all_is_an_error(here):
    (here / "empty.pdf").write_bytes(b"")
    result = kb("ingest", "empty.pdf")
    assert (result.exit_code, "empty.pdf" in result.stdout) == (1, True)


def test_a_damaged_store_is_told_of_and_mended_by_the_doctor(mission):
    (mission / "indexes" / "kb.sqlite3").write_bytes(b"this is no database, whatever its name says" * 200)
    for leftover in (mission / "indexes").glob("kb.sqlite3-*"):
        leftover.unlink()
    result = kb("list", "documents")
    assert result.exit_code == 1
    assert all(words in result.stderr for words in ("kb.sqlite3", "kb doctor"))
    assert kb("doctor", "--no-mend").exit_code == 1
    assert kb("doctor").exit_code == 0
    assert "Rural Water Project" in kb("list", "projects").stdout


def test_a_wrong_setting_is_told_of(mission):
    (mission / "indexes" / "kb.toml").write_text("colour = 3\n")
    result = kb("list", "documents")
    assert (result.exit_code, "kb.toml" in result.stderr, "colour" in result.stderr) == (1, True, True)


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder that anyone may enter, for a user without rights: root sheds its own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    monkeypatch.chdir(folder)
    root = os.geteuid() == 0
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in folder.rglob("*"):
            path.chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_without_rights_is_named(mission, powerless):
    (powerless / "closed").mkdir()
    (powerless / "closed").chmod(0)
    with open_base(powerless / "state") as base:
        assert not base.documents()
    for path in (powerless / "state", *(powerless / "state").rglob("*")):
        path.chmod(0o777)
    if os.geteuid() == 0:
        os.seteuid(65534)
    result = kb("--root", powerless / "state", "ingest", powerless / "closed")
    assert result.exit_code == 1
    assert str(powerless / "closed") in result.stderr
    assert "right" in result.stderr


def test_a_root_without_rights_is_named(mission, powerless):
    (powerless / "closed").mkdir()
    (powerless / "closed").chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    result = kb("--root", powerless / "closed", "list", "documents")
    assert result.exit_code == 1
    assert str(powerless / "closed") in result.stderr


def test_a_reader_that_had_enough_is_no_error(mission):
    process = started(mission, "list", "figures")
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == ""


def test_an_interrupt_ends_at_once_and_keeps_what_is_stored(here):
    (here / "corpus").mkdir()
    for n in range(200):
        (here / "corpus" / f"{n}.md").write_text(WELLS.replace("42", str(n)))
    process = started(here, "ingest")
    end = time.monotonic() + 60
    while not list((here / "indexes").glob("originals/*")) and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert kb("doctor").exit_code == 0


# --- on a terminal --------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_drawn_table(mission, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    terminal.show_table(("name", "also"), [("Khorugh", "[red]Khorog[/red]"), (None, ":smile:")])
    drawn = sys.stdout.getvalue()
    assert "─" in drawn
    assert "[red]Khorog[/red]" in drawn
    assert ":smile:" in drawn


def test_progress_is_shown_on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with terminal.progress() as tell:
        tell(3, 7, "/corpus/[b]wells.md", "reading")
        time.sleep(0.2)
    assert "Reading" in sys.stderr.getvalue()
    assert "3/7" in sys.stderr.getvalue()


def test_text_of_documents_does_not_act_on_a_terminal(capsys):
    terminal.say("a\x1b[2Jb\x9bc\u202ed")
    terminal.show_table(("x",), [("a\x1b]0;owned\x07\tb\nc",)])
    terminal.show_json("a\x1b\x9b\u202e")
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown)
    assert json.loads(shown.splitlines()[-1]) == "a\x1b\x9b\u202e"

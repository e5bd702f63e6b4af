"""The pages' states, driven through AppTest on a real store, and the small parts behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.ui import chats, jobs, library
from kb.ui.common import clean, hits, marked, plain

APP = Path(__file__).parents[1] / "app.py"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://a.example/p.png)", r"\!\[x\]\(http\:" + "\u2060" + r"\/\/a\.example\/p\.png\)"),
        ("<script>alert(1)</script>", r"\<script\>alert\(1\)\<\/script\>"),
        ("www.a.example", r"www" + "\u2060" + r"\.a\.example"),
        ("a@b.example", r"a\@" + "\u2060" + r"b\.example"),
        (":smile: $x$", r"\:" + "\u2060" + r"smile\: \$x\$"),
        ("# one\n- two", r"\# one \- two"),
        ("a\x00b\u202ec", "abc"),
    ],
)
def test_plain_escapes_whatever_markdown_could_act_on(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_plain_cuts_at_a_limit() -> None:
    assert plain("a" * 50, 10) == "a" * 9 + "…"


def test_clean_keeps_line_breaks() -> None:
    assert clean("a\nb\x1b[31m") == "a\nb[31m"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trainings", ["training", "trained"]),
        ("Kulob", ["Kulob"]),
        ("what is in the", []),
        ("2012", ["2012"]),
    ],
)
def test_hits_are_the_words_asked_for(query: str, found: list[str]) -> None:
    text = "The training in Kulob: 24 were trained in 2012."
    assert [text[a:b] for a, b in hits(text, query)] == found


def test_marked_text_is_still_plain() -> None:
    text = "[a](http://b.example) word"
    assert marked(text, [(22, 26)]) == plain("[a](http://b.example)") + " :orange-background[word]"


def test_a_conversation_is_kept_turn_by_turn(tmp_path: Path) -> None:
    id = chats.new_id()
    chats.append(tmp_path, id, "who?", answer={"answered": True})
    chats.append(tmp_path, id, "when?", error="no")
    kept = chats.load(tmp_path, id)
    assert kept is not None
    assert [t["question"] for t in kept.turns] == ["who?", "when?"]
    assert [c.title for c in chats.recent(tmp_path)] == ["who?"]
    chats.delete(tmp_path, id)
    assert chats.recent(tmp_path) == []


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    id = chats.new_id()
    chats.append(tmp_path, id, "one", answer={})
    with (tmp_path / "conversations" / f"{id}.jsonl").open("a") as file:
        file.write('{"question": "to')
    chats.append(tmp_path, id, "two", answer={})
    kept = chats.load(tmp_path, id)
    assert kept is not None
    assert [t["question"] for t in kept.turns] == ["one", "two"]


@pytest.mark.parametrize("id", ["../../etc/passwd", "", "20200101-000000-zzzzzz"])
def test_an_id_from_the_address_is_no_path(tmp_path: Path, id: str) -> None:
    assert chats.load(tmp_path, id) is None
    with pytest.raises(ValueError, match="not the id"):
        chats.append(tmp_path, id, "x")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("June 2012.pdf", "June 2012.pdf"),
        ("../../x.pdf", "_.._x.pdf"),
        ("Панҷакент.docx", "Панҷакент.docx"),
        ("", "unnamed"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
    ],
)
def test_an_upload_keeps_its_name_within_its_folder(tmp_path: Path, name: str, kept: str) -> None:
    path = library.save_upload(tmp_path, name, b"data")
    assert path.name == kept
    assert path.parent.parent == tmp_path / "uploads"
    assert path.read_bytes() == b"data"


def test_two_uploads_of_one_name_are_two_files(tmp_path: Path) -> None:
    one = library.save_upload(tmp_path, "a.pdf", b"1")
    two = library.save_upload(tmp_path, "a.pdf", b"2")
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")


def test_a_job_whose_process_died_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    state = {"id": "1", "state": "running", "pid": 2**22 - 1}
    (tmp_path / "jobs" / "1.json").write_text(json.dumps(state))
    job = jobs.latest(tmp_path)
    assert job is not None
    assert job.state == "stopped"

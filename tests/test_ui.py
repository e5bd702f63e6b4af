"""The pages' states, driven through AppTest on a real store, and the small parts behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import issues
import pymupdf
import pytest
from streamlit.testing.v1 import AppTest

import kb
from kb.ingest import writing
from kb.ui import chats, jobs, library
from kb.ui.common import clean, marked, plain

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


def test_an_ingest_elsewhere_is_told(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("A note")
    with writing(tmp_path):
        jobs._work(tmp_path, "1", [str(note)])
    job = jobs.latest(tmp_path)
    assert job is not None
    assert job.state == "refused"
    assert "Wait until it has ended" in job.error


# The pages


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a text that can be read and a file that cannot. Full text only: no model is loaded."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "note.txt").write_text(
        "Newsletter of May 2013\n\nBeekeepers trained\n\nIn May 2013 UNDP trained 37 beekeepers in Khujand. "
        "UNDP <b>also</b> opened a library in Kulob for 120 pupils.\n",
        "utf-8",
    )
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    with kb.open_kb(folder / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest([folder / "note.txt", folder / "torn.pdf"])
    return folder / "indexes"


def open_page(monkeypatch: pytest.MonkeyPatch, root: Path, page: str = "ask", **query: str) -> AppTest:
    monkeypatch.setenv("KB_ROOT", str(root))
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "embed_minilm")
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    if page != "ask":
        app.switch_page(f"kb/ui/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, [e.message for e in app.exception]
    return app


def words(elements: Any) -> str:
    return " ".join(str(e.value) for e in elements)


@pytest.mark.parametrize("page", ["ask", "search", "entities"])
def test_a_first_visit_shows_the_next_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str
) -> None:
    app = open_page(monkeypatch, tmp_path / "indexes", page)
    assert "No documents yet" in words(app.subheader)


def test_documents_of_a_first_visit_asks_for_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = open_page(monkeypatch, tmp_path / "indexes", "documents")
    assert "No documents yet" in words(app.markdown)


def test_a_damaged_store_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kb.sqlite3").write_bytes(b"this is no database" * 100)
    app = open_page(monkeypatch, tmp_path)
    assert "kb doctor" in words(app.error).replace("\\", "")


def test_an_answer_has_its_source_and_is_kept(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled)
    app.chat_input[0].set_value("How many beekeepers were trained in Khujand?").run()
    assert "37" in words(app.markdown)
    assert any("Newsletter of May 2013" in b.label for b in app.button)
    assert "Looked through 1 document" in words(app.caption)
    later = open_page(monkeypatch, filled, chat=chats.recent(filled)[0].id)
    assert words(later.markdown) == words(app.markdown)


def test_a_follow_up_shows_what_is_kept_until_it_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, filled: Path
) -> None:
    app = open_page(monkeypatch, filled)
    app.chat_input[0].set_value("How many beekeepers were trained in Khujand?").run()
    app.chat_input[0].set_value("and in Kulob?").run()
    assert "Kept: :gray-badge[about" in words(app.markdown)
    next(b for b in app.button if b.label == "Forget what was asked").click().run()
    assert not app.exception
    assert "forgotten" in words(app.caption)
    app.chat_input[0].set_value("and in Kulob?").run()
    assert words(app.markdown).count("Kept:") == 1


def test_a_next_question_can_be_asked_with_a_click(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled)
    app.chat_input[0].set_value("How many beekeepers were trained in Khujand?").run()
    button = next(b for b in app.button if str(b.key).startswith("next-"))
    button.click().run()
    assert not app.exception
    kept = chats.load(filled, "".join(app.query_params["chat"]))
    assert kept is not None
    assert (len(kept.turns), kept.turns[1]["answer"]["answered"]) == (2, True)


def test_a_question_in_the_address_is_asked_once(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, q="Who won the football cup of Brazil?")
    assert "do not answer" in words(app.info)
    kept = len(chats.recent(filled))
    app.run()
    assert len(chats.recent(filled)) == kept


def test_an_example_is_a_question_of_these_documents(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled)
    next(b for b in app.button if "Khujand" in b.label or "Kulob" in b.label).click().run()
    assert not app.exception
    assert app.query_params["q"]


def test_search_marks_words_and_escapes_the_rest(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "search", q="library", show="Passages")
    assert ":orange-background[library]" in words(app.markdown)
    assert r"\<b\>also" in words(app.markdown)


def test_search_without_result_says_what_to_do(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "search", q="beekeepers", since="2030-01-01")
    assert "Take a filter away" in words(app.info)


def test_entities_are_found_by_any_name(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "entities", kind="Districts", name="kulyab")
    assert "1 in all" in words(app.caption)


def test_an_entity_shows_what_is_said_of_it(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "entity", entity="org:undp")
    assert "United Nations Development Programme" in words(app.title)
    assert "37 beekeepers" in words(app.markdown)


def test_an_entity_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "entity", entity="org:<script>")
    assert "Not in the documents" in words(app.title)
    assert "script" in words(app.error)


def test_a_failed_document_has_its_reason(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    app = open_page(monkeypatch, filled, "documents")
    assert "2 documents, 1 of them not read" in words(app.subheader)
    assert "torn.pdf" in words(app.text)


def test_a_document_says_of_what_it_is_a_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = issues.write(tmp_path / "in", en=issues.ENGLISH, fr=issues.FRENCH)
    with kb.open_kb(tmp_path / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest(files)
    app = open_page(monkeypatch, tmp_path / "indexes", "documents")
    assert "French version of Flood update" in words(app.caption)


def test_pages_that_are_doubtful_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), "In May 2014 UNDP trained 37 beekeepers in Khujand.")
        made.new_page()
        made.save(tmp_path / "half.pdf")
    with kb.open_kb(tmp_path / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest([tmp_path / "half.pdf"])
    app = open_page(monkeypatch, tmp_path / "indexes", "documents")
    assert "How its pages were read" in [e.label for e in app.expander]
    assert "page 2: not read: no text found" in words(app.text)


def test_what_is_removed_can_be_restored_or_deleted(tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text("A note of May 2014")
    with kb.open_kb(tmp_path / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest([source])
        document = base.documents()[0]
        library.keep(tmp_path, document, base.original(document))
        base.remove(document["id"])
    kept = library.removed(tmp_path)[0]
    assert library.restorable(tmp_path, kept) == source
    source.unlink()
    again = library.restorable(tmp_path, kept)
    assert again.read_text() == "A note of May 2014"
    library.discard(tmp_path, kept)
    assert not again.exists()
    assert library.removed(tmp_path) == []

"""The library desk through AppTest on a real store: what is new, review, pages to check, fields set right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pymupdf
import pytest
from test_ui import open_page, words

import kb
from kb.ui import looked

FILES = {
    "spring.md": "# Update of May 2014\n\nIn May 2014 the NGO Sanjarzor trained 30 farmers in Ayni district with funds from Japan.\n",
    "summer.md": "# Update of July 2014\n\nIn July 2014 the NGO Sanjirzor trained 25 farmers in Ayni district with funds from Japan.\n",
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with two names that may be one, and a page that nobody can read."""
    folder = tmp_path_factory.mktemp("library")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), "In May 2013 UNDP trained 37 beekeepers in Khujand.")
        made.new_page().draw_rect((72, 72, 300, 300), fill=(0.2, 0.4, 0.6))
        made.save(folder / "half.pdf")
    with kb.open_kb(folder / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        base.ingest([folder / name for name in (*FILES, "half.pdf")])
    return folder


@pytest.fixture
def root(read: Path, tmp_path: Path) -> Path:
    shutil.copytree(read / "indexes", tmp_path / "indexes")
    return tmp_path / "indexes"


def click(app, label):
    next(b for b in app.button if label in b.label).click().run()
    assert not app.exception, [e.message for e in app.exception]


def names(root: Path) -> set[str]:
    with kb.open_kb(root, {"disabled_plugins": ["embed_minilm"]}) as base:
        return {e["name"] for e in base.entities("organisation")}


@pytest.mark.parametrize("page", ["news", "review", "doubtful"])
def test_a_first_visit_takes_files(monkeypatch, tmp_path, page):
    app = open_page(monkeypatch, tmp_path / "indexes", page)
    assert "No documents yet" in words(app.subheader)
    assert len(app.get("file_uploader")) == 1


def test_what_is_new_tells_of_the_document_in_the_address(monkeypatch, root):
    with kb.open_kb(root, {"disabled_plugins": ["embed_minilm"]}) as base:
        summer = base.document("summer.md")["id"]
    app = open_page(monkeypatch, root, "news", document=summer)
    assert "Update of July 2014" in str(app.selectbox[0].options[app.selectbox[0].index])
    assert "Sanjirzor" in words(app.markdown)
    assert "Japan" not in " ".join(
        app.get("page_link")[i].proto.label for i in range(len(app.get("page_link")))
    )


def test_a_document_that_is_gone_is_told(monkeypatch, root):
    app = open_page(monkeypatch, root, "news", document="0" * 64)
    assert "not there any more" in words(app.warning)


@pytest.mark.parametrize(
    ("button", "after"),
    [
        ("One, called Sanjirzor", {"Sanjirzor"}),
        ("One, called Sanjarzor", {"Sanjarzor"}),
        ("Two things", {"Sanjarzor", "Sanjirzor"}),
    ],
)
def test_a_pair_is_decided_and_undone(monkeypatch, root, button, after):
    app = open_page(monkeypatch, root, "review")
    assert "differ in vowels alone" in words(app.markdown)
    app.text_input[0].set_value("Zarina").run()
    app.text_input[1].set_value("asked them").run()
    click(app, button)
    assert names(root) & {"Sanjarzor", "Sanjirzor"} == after
    assert "Nothing to decide" in words(app.info)
    with kb.open_kb(root) as base:
        assert [(r["who"], r["why"]) for r in base.rules()] == [("Zarina", "asked them")]
    click(app, "Undo")
    assert names(root) >= {"Sanjarzor", "Sanjirzor"}
    assert "Sanjarzor" in words(app.markdown)


def test_decisions_tell_who_and_can_be_undone(monkeypatch, root):
    with kb.open_kb(root, {"disabled_plugins": ["embed_minilm"]}) as base:
        base.rename("Sanjarzor", "Sanjarzor Farm", who="Zarina", why="their letter says so")
    app = open_page(monkeypatch, root, "review", show="Decisions")
    assert "Zarina" in words(app.caption)
    assert "their letter says so" in words(app.text)
    click(app, "Undo")
    assert "Sanjarzor Farm" not in names(root)


def test_a_damaged_rule_is_told(monkeypatch, root):
    (root / "rules.jsonl").write_text("{no rule\n")
    app = open_page(monkeypatch, root, "review", show="Decisions")
    assert "line 1" in words(app.error)


def test_a_doubtful_page_is_looked_at(monkeypatch, root):
    app = open_page(monkeypatch, root, "doubtful")
    click(app, "Look at it")
    assert "page 2 · not read" in words(app.caption)
    assert "Nothing was read" in words(app.text)
    click(app, "The text will do")
    assert "All pages were looked at" in words(app.info)
    assert [page for _, page in looked.at(root)] == [2]


def test_a_torn_line_of_what_was_looked_at_costs_only_itself(tmp_path):
    looked.note(tmp_path, "d", 1, well=True, who="Zarina")
    with (tmp_path / "looked.jsonl").open("a") as file:
        file.write('{"document": "d"')
    looked.note(tmp_path, "d", 2, well=True, who="Zarina")
    looked.note(tmp_path, "d", 1, well=False, who="Zarina")
    assert [*looked.at(tmp_path)] == [("d", 2)]


def test_documents_are_narrowed_by_the_address(monkeypatch, root):
    app = open_page(monkeypatch, root, "documents", show="With pages to check")
    assert "37 beekeepers" in words(app.markdown)
    assert "Update of May 2014" not in words(app.markdown)

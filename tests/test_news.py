"""What a document tells that no earlier one told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bases import open_base

from kb.base import KnowledgeBase
from kb.errors import InputError

FILES = {
    "one.md": "# Update of May 2014\n\nIn May 2014 the NGO Sanjarzor trained 30 farmers in Ayni district with funds from Japan.\n",
    "two.md": "# Update of July 2014\n\nIn July 2014 the NGO Sanjarzor trained 30 farmers in Ayni district with funds from "
    "Norway. The NGO Bonuvon trained 12 nurses in Khorog.\n",
    "three.md": "# Update of May 2015\n\nIn May 2015 the NGO Bonuvon trained 44 nurses in Khorog with funds from Norway.\n",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("mission")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with open_base(folder / "root") as base:
        assert not base.ingest([folder / name for name in FILES]).failed
        yield base


def told(base: KnowledgeBase, name: str) -> set[tuple[str, str]]:
    return {(e["group"], e["name"]) for e in base.news(name)["entities"]}


def entity(base: KnowledgeBase, document: str, name: str) -> dict[str, Any]:
    return next(e for e in base.news(document)["entities"] if e["name"] == name)


@pytest.mark.parametrize(
    ("document", "group", "name", "new"),
    [
        ("one.md", "donors", "Japan", True),
        ("two.md", "donors", "Norway", True),
        ("two.md", "partners", "Sanjarzor", False),
        ("two.md", "districts", "Khorugh", True),
        ("two.md", "districts", "Ayni", False),
        ("three.md", "donors", "Norway", False),
        ("three.md", "districts", "Khorugh", False),
    ],
)
def test_a_name_is_new_where_no_earlier_document_has_it(base, document, group, name, new):
    assert ((group, name) in told(base, document)) == new


def test_what_is_new_has_its_words_and_later_documents(base):
    norway = entity(base, "two.md", "Norway")
    assert "Norway" in norway["citation"]["quote"]
    assert (norway["known"], norway["later"]) == (False, 1)


@pytest.mark.parametrize(("document", "values"), [("two.md", {12.0}), ("three.md", {44.0})])
def test_a_figure_is_new_where_no_earlier_document_tells_it_of_the_same(base, document, values):
    assert {f["value"] for f in base.news(document)["figures"]} == values


def test_all_of_the_first_document_is_new(base):
    news = base.news("one.md")
    assert news["earlier"] == 0
    assert news["activities"]


def test_the_versions_of_an_issue_are_neither_earlier_nor_later(tmp_path):
    import issues

    with open_base(tmp_path / "root") as base:
        base.ingest(issues.write(tmp_path / "in", en=issues.ENGLISH, fr=issues.FRENCH))
        assert {base.news(d["id"])["earlier"] for d in base.documents()} == {0}


def test_of_a_document_that_is_not_there_it_is_told(base):
    with pytest.raises(InputError, match="there is no document"):
        base.news("nowhere.md")


def test_the_mark_of_the_truth_changes_with_each_decision(base):
    before = base.state
    rule = base.rename("Bonuvon", "Bonuvon Women")
    between = base.state
    base.undo(rule["id"])
    assert len({before, between, base.state}) == 3


def test_the_text_of_a_page_is_what_stands_on_it(base):
    document = base.document("three.md")
    assert "44 nurses" in base.page_text(document["id"], 1)
    assert base.page_text(document["id"], 7) == ""

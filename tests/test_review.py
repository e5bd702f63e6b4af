"""What people decide: rules are kept, hold after another reading, and are undone without a trace in the truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bases import open_base

from kb import rules
from kb.base import KnowledgeBase
from kb.doctor import rescue, set_aside
from kb.errors import InputError, StoreError

FILES = {
    "spring.md": "# Spring\n\nIn May 2014 the NGO Sanjarzor trained 30 farmers in Ayni district with funds from Japan."
    "\n\n# Nurses\n\nIn May 2014 the NGO Bonuvon trained 12 nurses in Khorog with funds from Japan.\n",
    "summer.md": "# Summer\n\nIn July 2014 the NGO Sanjirzor trained 25 farmers in Ayni district with funds from Japan.\n",
    "autumn.md": "# Autumn\n\nIn October 2014 the NGO Санджарзор trained 18 farmers in Ayni district with funds from Japan.\n",
}
ONE, OTHER, CYRILLIC = "Sanjarzor", "Sanjirzor", "Санджарзор"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mission")
    (folder / "files").mkdir()
    for name in ("spring.md", "summer.md"):
        (folder / "files" / name).write_text(FILES[name], "utf-8")
    with open_base(folder / "root") as base:
        assert not base.ingest(folder / "files").failed
    return folder


@pytest.fixture
def folder(ingested: Path, tmp_path: Path) -> Path:
    # The paths stay those of the first folder, from which nothing is ingested again.
    shutil.copytree(ingested / "root", tmp_path / "root")
    return tmp_path


@pytest.fixture
def base(folder: Path) -> Iterator[KnowledgeBase]:
    with open_base(folder / "root") as base:
        yield base


def names(base: KnowledgeBase) -> set[str]:
    return {e["name"] for e in base.entities("organisation")}


def add(base: KnowledgeBase, name: str, text: str = "") -> None:
    """Ingests one more document."""
    file = base.root.parent / name
    file.write_text(text or FILES[name], "utf-8")
    assert not base.ingest(file).failed


def read_again(base: KnowledgeBase) -> None:
    """Reads all documents anew from their originals, into a new store."""
    base._renew(set_aside)
    assert base.doctor().ok


def truth(base: KnowledgeBase) -> dict[str, Any]:
    """The export, in an order that does not depend on which document was read first."""
    return {key: sorted(json.dumps(row, sort_keys=True) for row in rows) for key, rows in base.export().items()}  # fmt: skip


def activity(base: KnowledgeBase, counted: str) -> dict[str, Any]:
    return next(a for a in base.export()["activities"] if counted in a["quote"])


def test_a_pair_that_is_unsure_is_proposed_and_not_merged(base):
    assert {ONE, OTHER} <= names(base)
    (proposal,) = base.proposals()
    assert {proposal["source_name"], proposal["target_name"]} == {ONE, OTHER}
    assert proposal["reasons"][0].endswith("differ in vowels alone")
    assert "Japan" in proposal["reasons"][1]
    assert "trained 25 farmers" in proposal["source_evidence"]["quote"] + proposal["target_evidence"]["quote"]


def test_a_name_in_other_letters_is_merged_without_asking(base):
    add(base, "autumn.md")
    (proposal,) = base.proposals("sure")
    assert proposal["reasons"][0].endswith("are one name in other letters")
    (entity,) = base.find(CYRILLIC)
    assert (entity["name"], len(entity["documents"])) == (ONE, 2)


def test_a_sure_merge_is_taken_back_by_a_person(base):
    add(base, "autumn.md")
    base.decide(base.proposals("sure")[0]["id"], accept=False, who="ana")
    assert {ONE, CYRILLIC} <= names(base)


def test_what_is_accepted_is_told_as_one_everywhere(base):
    proposal = base.proposals()[0]
    base.decide(proposal["id"], accept=True, who="ana", why="one office")
    (entity,) = base.find(OTHER)
    assert entity["id"] == base.find(ONE)[0]["id"] == proposal["target"]
    assert len(entity["documents"]) == 2
    assert {ONE, OTHER} <= {entity["name"], *entity["aliases"]}
    assert len(base.entity(proposal["source"])["activities"]) == 2
    assert len(base.search("farmers", partner=OTHER)) == 2
    data = base.export()
    told = [e["id"] for e in data["entities"]]
    linked = {i for a in data["activities"] for field in ("partners", "organisations") for i in a[field]}
    assert proposal["source"] not in {*told, *linked, *(r["source"] for r in data["relations"])}
    assert base.proposals() == []


@pytest.mark.parametrize(
    "decide",
    [
        lambda base: base.merge(OTHER, ONE),
        lambda base: base.decide(base.proposals()[0]["id"], accept=False),
        lambda base: base.rename(ONE, "Sanjarzor Women"),
        lambda base: base.correct(ONE, "role", "donor"),
        lambda base: base.correct(ONE, "kind", "project"),
        lambda base: base.correct("Ayni", "level", "region"),
        lambda base: base.correct(activity(base, "nurses")["id"], "removed", "yes"),
        lambda base: base.correct(activity(base, "nurses")["id"], "start", "2014-06"),
    ],
)
def test_undo_brings_back_exactly_what_was(base, decide):
    before, queue = base.export(), base.proposals(None)
    rule = decide(base)
    assert (base.export(), base.proposals(None)) != (before, queue)
    base.undo(rule["id"])
    assert (base.export(), base.proposals(None)) == (before, queue)
    base.undo(base.rules()[-1]["id"])  # the undo is undone
    assert (base.export(), base.proposals(None)) != (before, queue)


def test_rules_hold_after_all_is_read_again(base):
    base.merge(OTHER, ONE, who="ana")
    base.rename(ONE, "Sanjarzor Women", who="ana")
    base.correct(activity(base, "nurses")["id"], "type", "seminar", who="ana")
    before = truth(base)
    read_again(base)
    assert truth(base) == before
    assert activity(base, "nurses")["type"] == "seminar"


def test_rules_hold_after_a_damaged_store(folder):
    with open_base(folder / "root") as base:
        base.merge(OTHER, ONE)
    (folder / "root" / "kb.sqlite3").write_bytes(b"no database" * 1000)
    assert rescue(folder / "root", {"disabled_plugins": ("embed_minilm",)}).ok
    with open_base(folder / "root") as base:
        assert OTHER not in names(base)


def test_a_rule_holds_for_a_later_document(base):
    base.rename(ONE, "Sanjarzor Women")
    add(base, "later.md", "# Later\n\nIn May 2016 the NGO Sanjarzor built a school in Ayni district.\n")
    (entity,) = base.find(ONE)
    assert (entity["name"], len(entity["documents"])) == ("Sanjarzor Women", 2)
    assert base.find("sanjarzor women") == [entity]


def test_what_is_rejected_never_comes_back(base):
    rejected = base.proposals()[0]["id"]
    base.decide(rejected, accept=False)
    add(base, "autumn.md")
    read_again(base)
    assert rejected not in {p["id"] for p in base.proposals()}
    assert {ONE, OTHER} <= names(base)


def test_the_later_of_two_decisions_holds(base):
    proposal = base.proposals()[0]["id"]
    base.decide(proposal, accept=False)
    base.decide(proposal, accept=True)
    assert not {ONE, OTHER} <= names(base)
    base.decide(proposal, accept=False)
    assert {ONE, OTHER} <= names(base)


@pytest.mark.parametrize(
    ("field", "value"),
    [("type", "seminar"), ("title", "Nurses learn"), ("start", "2014-06"), ("end", "2014-06-30"), ("status", "planned")],
)  # fmt: skip
def test_a_field_of_an_activity_is_corrected(base, field, value):
    id = activity(base, "nurses")["id"]
    base.correct(id, field, value)
    (told,) = base._store.activities(ids=[id])
    assert told[{"start": "date_start", "end": "date_end"}.get(field, field)] == value


def test_what_is_no_activity_is_told_no_more(base):
    base.correct(activity(base, "nurses")["id"], "removed", "yes", why="a plan")
    assert not [a for a in base.export()["activities"] if "nurses" in a["quote"]]
    assert len(base.export()["activities"]) == 2


def test_the_role_of_an_entity_is_corrected_in_activities_too(base):
    base.correct("Bonuvon", "role", "donor")
    (entity,) = base.find("Bonuvon")
    told = activity(base, "nurses")
    assert (entity["roles"], entity["id"] in told["donors"], told["partners"]) == (["donor"], True, [])


def test_the_level_of_a_place_is_corrected_in_activities_too(base):
    (place,) = base.find("Ayni")
    assert place["id"] in activity(base, "30 farmers")["districts"]
    base.correct("Ayni", "level", "region")
    assert base.find("Ayni")[0]["level"] == "region"
    assert place["id"] not in activity(base, "30 farmers")["districts"]


def test_a_rule_about_a_removed_document_finds_nothing(base):
    base.correct(activity(base, "nurses")["id"], "status", "planned")
    base.remove("spring.md")
    assert [r["state"] for r in base.rules()] == ["finds nothing"]


def test_rules_tell_who_when_and_why(base):
    made = base.rename(ONE, "Sanjarzor Women", who="ana", why="its seal says so")
    undo = base.undo(made["id"], who="ben")
    told = [(r["who"], r["why"], r["what"], r["state"]) for r in base.rules()]
    assert told == [("ana", "its seal says so", "rename", "undone"), ("ben", "", "undo", "in force")]
    assert made["when"] <= undo["when"]


@pytest.mark.parametrize(
    ("decide", "words"),
    [
        (lambda base: base.merge(ONE, ONE), "one entity already"),
        (lambda base: base.merge(ONE, "Ayni"), "only entities of one kind"),
        (lambda base: base.merge("Nobody", ONE), "there is no entity 'Nobody'"),
        (lambda base: base.decide("0000", accept=True), "kb review"),
        (lambda base: base.undo("0000"), "kb rules"),
        (lambda base: base.rename(ONE, " "), "needs 'value'"),
        (lambda base: base.correct(ONE, "colour", "red"), "none of kind, role, level"),
        (lambda base: base.correct(ONE, "kind", "river"), "none of project"),
        (lambda base: base.correct(activity(base, "nurses")["id"], "start", "2014-13"), "is no date"),
        (lambda base: base.correct(activity(base, "nurses")["id"], "status", "lost"), "none of done"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(base, decide, words):
    with pytest.raises(InputError, match=words):
        decide(base)
    assert base.rules() == []


@pytest.mark.parametrize(
    "damage",
    ["{", "[]", '{"what": "merge", "id": "x"}', '{"what": "sing", "id": "x"}', '{"what": "undo", "id": "x", "of": "y"}',
     '{"what": "rename", "id": "x", "kind": "project", "name": "A", "value": "B", "colour": "red"}', "\udcff"],
)  # fmt: skip
def test_a_damaged_line_is_named_and_nothing_is_lost(base, damage):
    base.merge(OTHER, ONE)
    file, before = base.root / rules.FILE, base.export()
    content = file.read_bytes() + damage.encode("utf-8", "surrogateescape")
    file.write_bytes(content)
    for ask in (base.rules, lambda: base.rename(ONE, "B"), lambda: base.ingest(base.root.parent)):
        with pytest.raises(StoreError, match=r"rules\.jsonl, line 2: this rule is damaged"):
            ask()
    assert "line 2" in base.doctor().left[0]
    assert (file.read_bytes(), base.export()) == (content, before)


def test_a_last_line_that_was_left_open_is_kept_apart(base):
    base.merge(OTHER, ONE)
    file = base.root / rules.FILE
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    base.rename(ONE, "Sanjarzor Women")
    assert [r["what"] for r in base.rules()] == ["merge", "rename"]


def test_merging_in_a_ring_goes_by_the_later_rule(base):
    base.merge(OTHER, ONE)
    with pytest.raises(InputError, match="one entity already"):
        base.merge(ONE, OTHER)

"""Scores against gold annotations: what counts as found, as wrong, as neither, and what is said of a bad annotation."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb import examples, gold
from kb.cli import app
from kb.errors import InputError
from kb.evaluate import agreement, plain, score_document, score_questions
from kb.gold import Gold


def entity(id: str, kind: str, name: str, *aliases: str, roles=(), level=None) -> dict:
    return {"id": id, "kind": kind, "name": name, "aliases": list(aliases), "roles": list(roles), "level": level, "description": "", "documents": ["d"]}  # fmt: skip


def figure(id: str, value: float, counted: str, *, section: str = "s0", page: int = 1) -> dict:
    return {"id": id, "value": value, "unit": "", "counted": counted, "quote": f"{value:g} {counted} came.", "document": "d", "section": section, "page": page}  # fmt: skip


def export(**parts) -> dict:
    whole = {key: [] for key in ("sections", "entities", "figures", "activities", "relations", "acronyms")}
    return whole | {"documents": [{"id": "d", "path": "/corpus/a.md"}]} | parts


def scores(data: dict, **told) -> dict:
    return {s.kind: s for s in score_document(data, Gold.model_validate({"document": "a.md", **told}))}


SECTIONS = [
    {"id": f"s{n}", "heading": h, "document": "d"}
    for n, h in enumerate(("1.2 Wells", "Camps in the hills", "Thanks"))
]
DONORS = [
    entity("o1", "organisation", "European Union", "EU", roles=["donor"]),
    entity("o2", "organisation", "Norway", roles=["donor"]),
    entity("o3", "organisation", "Oxfam", roles=["partner"]),
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Éclair Foundation", "eclair foundation"),
        ("Khujand city", "Khujand"),
        ("NGO “Umed”", "Umed"),
        ("Women’s Union", "Womens Union"),
    ],
)
def test_names_are_the_same_in_any_dress(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("counts", "measures"),
    [((4, 3, 6, 3), (0.75, 0.5, 0.6)), ((0, 0, 0, 0), (1.0, 1.0, 1.0)), ((0, 0, 3, 0), (0.0, 0.0, 0.0)), ((2, 0, 0, 0), (0.0, 1.0, 0.0))],
)  # fmt: skip
def test_agreement(counts, measures):
    row = agreement(*counts)
    assert (row["precision"], row["recall"], row["f1"]) == measures


def test_donors_are_right_wrong_missed_or_acceptable():
    found = scores(export(entities=DONORS), donors=[{"name": "EU"}, "Japan"], acceptable_donors=["Norway"])[
        "donors"
    ]
    assert (found.measures["precision"], found.measures["recall"]) == (1.0, 0.5)
    assert [e.what for e in found.missed] == ["Japan"]
    found = scores(export(entities=DONORS), donors=["EU"])["donors"]
    assert [(e.what, e.entity) for e in found.wrong] == [("Norway", "o2")]


def test_projects_may_be_named_alike_and_described_ones_are_never_wrong():
    data = export(
        entities=[
            entity("p1", "project", "Safe Harvest Monitoring project"),
            entity("p2", "project", "Project to dig wells in the hills"),
        ]
    )
    found = scores(
        data, projects=["Safe Harvest Monitoring"], described_projects=[{"about": [["wells", "hills"]]}]
    )
    assert found["projects"].measures["f1"] == 1.0
    assert found["described projects"].measures["recall"] == 1.0


@pytest.mark.parametrize(
    ("told", "wrong", "missed"),
    [
        ([{"value": 12, "about": ["wells"]}, {"value": 40, "about": ["tents"]}], [], []),
        (
            [{"value": 12, "about": ["boats"]}, {"value": 40, "about": ["tents"]}],
            ["12 wells", "12 wells"],
            ["12 boats"],
        ),
        ([{"value": 12, "about": ["wells"]}], ["40 tents"], []),
    ],
)
def test_a_figure_is_right_with_its_words_and_may_be_told_twice(told, wrong, missed):
    data = export(figures=[figure("f1", 12, "wells"), figure("f2", 12, "wells"), figure("f3", 40, "tents")])
    found = scores(data, figures=told)["figures"]
    assert ([e.what for e in found.wrong], [e.what for e in found.missed]) == (wrong, missed)


@pytest.mark.parametrize("bounds", [{"pages": [1, 1]}, {"sections": ["Wells"], "figure_sections": [0]}])
def test_what_was_not_annotated_is_not_wrong(bounds):
    data = export(
        sections=SECTIONS, figures=[figure("f1", 12, "wells"), figure("f2", 9, "goats", section="s2", page=2)]
    )
    assert (
        scores(data, figures=[{"value": 12, "about": ["wells"]}], **bounds)["figures"].measures["f1"] == 1.0
    )


def test_sections_are_found_without_their_numbers_and_in_order():
    found = scores(export(sections=SECTIONS), sections=["Thanks", "Wells", "Camps in the hills", "Roads"])[
        "sections"
    ]
    assert (found.measures["recall"], found.measures["in_order"]) == (0.75, 0.5)
    assert [e.what for e in found.missed] == ["Roads"]


def test_activities_are_scored_with_their_fields():
    activity = {"type": "training", "title": "Training on wells", "quote": "IOM taught.", "start": "2014-05-02", "document": "d",
                "section": "s0", "districts": ["x"], "donors": ["o1"], "partners": []}  # fmt: skip
    data = export(sections=SECTIONS, entities=DONORS, activities=[activity])
    deed = {
        "type": "training",
        "about": ["wells"],
        "date": "2014-05",
        "donors": ["EU"],
        "districts": ["Ayni"],
        "section": 0,
    }
    found = scores(data, sections=["Wells"], activities=[deed, {**deed, "type": "seminar"}])["activities"]
    assert (found.measures["recall"], found.measures["fields"]) == (0.5, 0.667)


def test_acronyms_and_relations_are_scored_by_recall():
    data = export(
        entities=DONORS,
        acronyms=[{"short": "VWU", "long": "Valley Water Union", "document": "d"}],
        relations=[{"kind": "funds", "source": "o1", "target": "o3", "document": "d"}],
    )
    found = scores(data, acronyms={"VWU": "valley water union", "XY": "x y"}, relations=[{"kind": "funds", "source": "EU", "target": "Oxfam"}, {"kind": "funds", "source": "Norway", "target": "Oxfam"}])  # fmt: skip
    assert (found["acronyms"].measures["recall"], found["relations"].measures["recall"]) == (0.5, 0.5)


def test_questions_need_an_answer_a_source_and_a_refusal():
    answers = {
        "How many wells?": {"answered": True, "answer": "12 wells", "citations": [{"path": "/x/a.pdf", "section": "Wells"}]},
        "How many tents?": {"answered": True, "answer": "40 tents", "citations": [{"path": "/x/b.md", "section": "Tents"}]},
        "How many boats?": {"answered": False, "answer": "nothing of boats", "citations": []},
    }  # fmt: skip
    told = Gold.model_validate({
        "document": "a.md", "sections": ["Wells"], "unanswerable": [{"q": "How many boats?"}],
        "questions": [{"q": "How many wells?", "answers": ["12"], "section": 0}, {"q": "How many tents?", "answers": ["40", "tents"], "all": True}],
    })  # fmt: skip
    found = score_questions(told, answers.__getitem__).measures
    assert (found["right"], found["cited"], found["refused"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("document: [", "line 1"),
        ("- a\n- b", "needs the keys"),
        ("donors: [Norway]", "name one `document`"),
        ("document: a.md\nfigures: [{about: [x]}]", "figures.0.value"),
        ("document: a.md\nsections: [A]\nactivities: [{type: x, about: [y], section: 4}]", "no section 4"),
    ],
)
def test_a_bad_annotation_is_told_with_its_place(tmp_path, text, told):
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=f"bad.yaml.*{told}"):
        gold.load(tmp_path / "bad.yaml")


def test_an_empty_key_is_nothing_to_find(tmp_path):
    (tmp_path / "a.yaml").write_text("document: a.md\ndonors:\npartners: []\n", "utf-8")
    assert gold.load(tmp_path / "a.yaml").donors == ()


def test_an_example_with_an_unknown_field_is_told(tmp_path):
    (tmp_path / "x.toml").write_text('[[example]]\ntext = "A"\nfind = [{ word = "A" }]\n', "utf-8")
    with pytest.raises(InputError, match=r"x.toml: example 1: a mention has no 'word'"):
        examples.load(tmp_path / "x.toml")


ANNOTATION = """
document: wells.md
donors: [Norway, Sweden]
figures: [{value: 12, about: [wells]}]
questions: [{q: "How many wells were drilled in Ayni?", answers: ["12"]}]
"""


@pytest.fixture
def annotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "wells.md").write_text(
        "# Wells\n\nIn June 2014 the union drilled 12 wells in Ayni district, funded by Norway.\n\nSweden sent 3 boats.\n"
    )
    (tmp_path / "wells.yaml").write_text(ANNOTATION, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "embed_minilm")
    return tmp_path


def test_command_prints_scores_and_errors_with_their_words(annotated):
    ran = CliRunner().invoke(app, ["eval", "wells.yaml", "--corpus", "documents", "--errors"])
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "donors\t1.000\t0.500\t0.667\tfound 1, gold 2" in ran.stdout
    assert "missed, donors: Sweden\n      “Sweden sent 3 boats.”" in ran.stdout
    assert "wrong, figures: 3 boats\n      “Sweden sent 3 boats.”" in ran.stdout
    assert "right 1, cited 1" in ran.stdout
    assert not (annotated / "indexes").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.yaml"], "none.yaml: there is no such file"),
        (["wells.yaml", "--corpus", "nowhere"], "nowhere: there is no such folder"),
        (["wells.yaml", "--corpus", "empty"], "wells.md: not below empty"),
    ],
)
def test_command_tells_what_is_wrong(annotated, arguments, told):
    (annotated / "empty").mkdir()
    ran = CliRunner().invoke(app, ["eval", *arguments])
    assert ran.exit_code == 1
    assert told in ran.stderr

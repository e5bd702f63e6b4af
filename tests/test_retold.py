"""Tellings of one event: what is joined, what stays two, what people decide, and that all lists tell it once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from bases import open_base
from issues import ENGLISH, FRENCH

from kb.base import KnowledgeBase
from kb.errors import InputError
from kb.listing import table

GUARDS = "On 12 May 2019, IOM conducted a training on document inspection for 24 border guards in Khorog, funded by Japan."
"""An event as the first issue tells it."""


def issue(number: int, *articles: tuple[str, str], period: str = "April – June 2019") -> str:
    told = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in articles)
    return f"# Border News, Issue {number}\n\nBorder News Office, {period}\n\n{told}\n"


@pytest.fixture
def build(tmp_path):
    """A function that ingests issues (texts) and gives the open base."""
    with ExitStack() as stack:

        def make(*texts: str) -> KnowledgeBase:
            folder = tmp_path / "issues"
            folder.mkdir(exist_ok=True)
            for n, text in enumerate(texts):
                (folder / f"issue-{n}.md").write_text(text, "utf-8")
            base = stack.enter_context(open_base(tmp_path / "state"))
            base.ingest(folder)
            return base

        yield make


def trainings(base: KnowledgeBase) -> list[dict]:
    return [a for a in base.look_up("activities") if a["type"] == "training"]


LATER = issue(
    2,
    (
        "Looking back",
        "A training on document inspection for 24 border guards took place in Khorog on 12 May 2019.",
    ),
    period="July – September 2019",
)
ONE = {
    "the same day, place and number in a later issue": (issue(1, ("Guards trained", GUARDS)), LATER),
    "the front page and the article, without a date": (
        issue(
            1,
            ("In this issue", "IOM trained 24 border guards in document inspection and risk profiling in Khorog."),
            ("Guards learn to inspect", "In Khorog, IOM trained 24 border guards in document inspection, risk profiling and interviews."),
        ),
    ),
    "first planned, then done": (
        issue(1, ("Coming up", "A training on document inspection for border guards will be held in Khorog on 12 May 2019.")),
        LATER,
    ),
    "told of a month, and of a day in it": (
        issue(1, ("Guards trained", "In May 2019 a training on document inspection for 24 border guards was held in Khorog.")),
        LATER,
    ),
}  # fmt: skip


@pytest.mark.parametrize("texts", ONE.values(), ids=ONE)
def test_tellings_of_one_event_are_one_activity(build, texts):
    (one,) = trainings(build(*texts))
    assert len(one["tellings"]) == 2


def other(text: str) -> str:
    return issue(2, ("Guards trained", text), period="July – September 2019")


TWO = {
    "another day": "On 19 August 2019, IOM conducted a training on document inspection for 24 border guards in Khorog, funded by Japan.",
    "another place": "On 12 May 2019, IOM conducted a training on document inspection for 24 border guards in Kulob, funded by Japan.",
    "another number": "On 12 May 2019, IOM conducted a training on document inspection for 40 border guards in Khorog, funded by Japan.",
    "a second round": "On 12 May 2019, IOM conducted a second training on document inspection for 26 border guards in Khorog.",
    "other people": "On 12 May 2019, IOM conducted a training on first aid for 24 nurses in Khorog.",
    "another group on the same day": "On 12 May 2019, IOM conducted a training on document inspection for 24 customs officers in Khorog, funded by Japan.",
    "another topic on the same day": "On 12 May 2019, IOM conducted a training on fire safety for 24 border guards in Khorog, funded by Japan.",
    "every month": "IOM conducts a monthly training on document inspection for 24 border guards in Khorog, funded by Japan.",
    "long after, without a date": "IOM conducted a training on document inspection for 24 border guards in Ishkoshim.",
}  # fmt: skip


@pytest.mark.parametrize("text", TWO.values(), ids=TWO)
def test_alike_events_stay_two(build, text):
    rows = trainings(build(issue(1, ("Guards trained", GUARDS)), other(text)))
    assert [len(r["tellings"]) for r in rows] == [1, 1]


FIRST = issue(1, ("Guards trained", GUARDS))
UNSURE = other(
    "IOM conducted a training on document inspection for 24 border guards in Khorog, and on risk profiling."
)
"""Without a date, so that it may be another training."""


@pytest.fixture
def joined(build) -> KnowledgeBase:
    return build(FIRST, LATER)


def test_a_joined_event_has_the_fields_of_all_its_tellings_each_with_its_words(joined):
    (row,) = trainings(joined)
    assert {f["name"] for f in row["fields"]} >= {"Japan", "24 border guards"}
    cites = [joined.evidence(*t["span"]) for t in row["tellings"]]
    assert [c["title"] for c in cites] == ["Border News, Issue 1", "Border News, Issue 2"]
    assert all(c["quote"] == t["quote"] for c, t in zip(cites, row["tellings"], strict=True))


def test_the_export_has_one_activity_with_evidence_of_both_issues(joined):
    (one,) = [a for a in joined.export()["activities"] if a["type"] == "training"]
    assert len(one["documents"]) == len(one["evidence"]) == 2
    assert {e["document"] for e in one["evidence"]} == set(one["documents"])
    assert {"quote", "document", "section", "page"} <= one["evidence"][0].keys()


def test_a_donor_of_one_telling_and_the_issue_of_the_other_find_the_event(joined):
    for document in ("issue-0.md", "issue-1.md"):
        assert len(joined.look_up("activities", donor="Japan", document=document)) == 1


def test_a_timeline_and_a_dossier_tell_it_once(joined):
    (khorog,) = joined.find("Khorog")
    assert len(joined.entity(khorog["id"])["activities"]) == 1
    dossier = joined.dossier(khorog["id"])
    assert len(dossier["activities"]) == 1
    assert [i["activities"] for i in dossier["issues"]] == [1, 1]


def test_what_was_told_before_is_no_news(joined):
    assert joined.news("issue-0.md")["activities"]
    assert not joined.news("issue-1.md")["activities"]


def test_the_matrix_counts_it_once_with_both_sources(joined):
    (cell,) = [c for c in joined.matrix().chapters[0].parts[0].rows[0] if c.number]
    assert cell.text == "1"
    assert {n.document for n in cell.notes} == {d["id"] for d in joined.documents()}


def test_a_fact_pack_tells_it_once_with_both_sources(joined):
    record, results = (c for c in joined.factpack().chapters if c.title in ("Track record", "Results in figures"))  # fmt: skip
    (row,) = record.parts[0].rows
    assert {n.document for n in row[1].notes} == {d["id"] for d in joined.documents()}
    assert len(results.parts[0].rows) == 1


def test_an_answer_about_it_cites_both_issues(joined):
    answer = joined.ask("What was done in Khorog?")
    assert answer["answer"].count("Training (12 May 2019)") == 1
    assert {c["title"] for c in answer["citations"]} == {"Border News, Issue 1", "Border News, Issue 2"}


def test_language_versions_are_no_second_telling(build):
    base = build(ENGLISH, FRENCH)
    assert [d["version_of"] for d in base.documents()].count("") == 1
    assert all(len(a["tellings"]) == 1 for a in base.look_up("activities"))


def test_what_is_sure_can_be_parted_and_joined_again(joined):
    (pair,) = joined.proposals("sure")
    assert (pair["kind"], pair["source_evidence"]["quote"] != pair["target_evidence"]["quote"]) == ("activity", True)  # fmt: skip
    rule = joined.decide(pair["id"], accept=False, who="A")
    assert len(trainings(joined)) == 2
    joined.undo(rule["id"])
    assert len(trainings(joined)) == 1


@pytest.fixture
def unsure(build) -> KnowledgeBase:
    return build(FIRST, UNSURE.replace("24 border guards in Khorog", "border guards"))


def test_what_is_unsure_is_proposed_with_reasons_and_joined_by_people(unsure):
    (pair,) = unsure.proposals()
    assert any("words are the same" in r for r in pair["reasons"])
    assert len(trainings(unsure)) == 2
    unsure.decide(pair["id"], accept=True)
    assert len(trainings(unsure)) == 1
    assert unsure.proposals("accepted")[0]["id"] == pair["id"]


def test_a_decision_outlives_another_reading(unsure, tmp_path):
    unsure.decide(unsure.proposals()[0]["id"], accept=True)
    for n in range(2):
        unsure.remove(f"issue-{n}.md")
    assert [r["state"] for r in unsure.rules()] == ["finds nothing"]
    unsure.ingest(tmp_path / "issues")
    assert len(trainings(unsure)) == 1
    assert [r["state"] for r in unsure.rules()] == ["in force"]


def test_people_join_what_nobody_proposed_and_see_where_the_tellings_differ(build):
    base = build(FIRST, other(TWO["another number"]))
    one, two = (r["id"] for r in trainings(base))
    base.merge(one, two)
    (row,) = trainings(base)
    assert row["differ"] == [
        "24 border guards (Border News, Issue 1); 40 border guards (Border News, Issue 2)"
    ]
    assert any("40 border guards" in c["value"] for conflict in base.conflicts() for c in conflict["claims"])


def test_two_activities_of_one_section_are_not_joined_by_hand(build):
    base = build(
        issue(1, ("Guards trained", f"{GUARDS} On 3 June 2019, IOM held a workshop on maps in Kulob."))
    )
    one, two = (a["id"] for a in base.export()["activities"])
    with pytest.raises(InputError, match="one section"):
        base.merge(one, two)


def test_a_removed_document_takes_its_telling_along(joined):
    joined.remove("issue-1.md")
    (row,) = trainings(joined)
    assert len(row["tellings"]) == 1


def test_the_list_on_the_command_line_names_both_issues(joined):
    columns, rows = table(joined.export(), "activities")
    assert rows[0][columns.index("document")].count("Border News") == 2

"""Tellings of one event: what is joined, what stays two, what people decide, and that all lists tell it once."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from bases import open_base

from kb.base import KnowledgeBase

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
    "every month": "IOM conducts a monthly training on document inspection for 24 border guards in Khorog, funded by Japan.",
    "long after, without a date": "IOM conducted a training on document inspection for 24 border guards in Ishkoshim.",
}  # fmt: skip


@pytest.mark.parametrize("text", TWO.values(), ids=TWO)
def test_alike_events_stay_two(build, text):
    rows = trainings(build(issue(1, ("Guards trained", GUARDS)), other(text)))
    assert [len(r["tellings"]) for r in rows] == [1, 1]

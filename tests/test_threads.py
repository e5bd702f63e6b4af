"""Threads: what recurs over documents is found and described; what is only alike stays apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bases import open_base
from typer.testing import CliRunner

from kb.cli import app
from kb.errors import InputError
from kb.likeness import Telling, groups, weights
from kb.threads import _interval

APPLES = {
    2012: ("Japan", 9, "In October 2012 the mission carried out the monitoring of seasonal pickers in the apple orchards of Asht district."),
    2013: ("Japan", 14, "Monitoring of seasonal pickers in the apple orchards was carried out again in October 2013, in Asht district."),
    2014: ("Norway", 21, "In October 2014 monitoring of the apple orchards of Asht district looked at the wages of seasonal pickers."),
}  # fmt: skip
OTHERS = {
    2012: ("A bridge for Ishkashim", "In May 2012 a ceremony was held at the new bridge in Ishkashim. Engineers had tested its cables."),
    2013: ("Nurses learn to vaccinate", "In June 2013 a training on cold chains was held for 40 nurses in Khorog. They practised with cool boxes."),
    2014: ("Teachers learn to listen", "In June 2014 a training on dyslexia was held for 40 teachers in Khorog. They practised with picture cards."),
}  # fmt: skip


def _issue(folder: Path, year: int) -> Path:
    donor, sites, told = APPLES[year]
    heading, other = OTHERS[year]
    path = folder / f"letter-{year}.md"
    path.write_text(
        f"# Letter of the Hills - December {year}\n\n## Pickers in the apple orchards\n\n{told} Teams visited {sites} farms. "
        f"The monitoring was funded by the Government of {donor}.\n\n## {heading}\n\n{other}\n",
        "utf-8",
    )
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("letters")
    for year in APPLES:
        _issue(folder, year)
    with open_base(tmp_path_factory.mktemp("root")) as base:
        base.ingest(folder)
        yield base


@pytest.fixture
def thread(base):
    (thread,) = base.threads()
    return thread


def test_what_recurs_is_one_thread_and_what_is_only_alike_is_none(thread):
    assert {m["evidence"]["section"] for m in thread["members"]} == {"Pickers in the apple orchards"}
    assert [thread[k] for k in ("kind", "first", "last", "occasions", "interval", "status")] == [
        "monitoring", "2012-10", "2014-10", 3, "yearly", "ongoing",
    ]  # fmt: skip
    assert "apple orchards" in thread["name"]


def test_a_thread_says_what_stayed_and_what_changed(thread):
    assert "Asht" in thread["stayed"]["places"]
    assert [(c["name"], c["first"], c["last"]) for c in thread["changed"]["donors"] if c["name"] == "Norway" or "Norway" in c["name"]] == [
        ("Norway", "2014-10", "2014-10")
    ]  # fmt: skip


def test_members_are_in_time_order_with_words_that_stand_in_the_document(base, thread):
    assert [m["when"] for m in thread["members"]] == sorted(m["when"] for m in thread["members"])
    assert all(
        m["evidence"]["quote"] in base.section_text(m["document"], m["section"]) for m in thread["members"]
    )


def test_a_later_activity_follows_the_earlier_one_in_the_export(base, thread):
    data = base.export()
    when = {a["id"]: a["start"] for a in data["activities"]}
    told = [
        (when[r["source"]], when[r["target"]], r["quote"])
        for r in data["relations"]
        if r["kind"] == "follows"
    ]
    assert [t[:2] for t in told] == [("2013-10", "2012-10"), ("2014-10", "2013-10")]
    assert all(t[2] for t in told)


@pytest.mark.parametrize(
    ("filters", "count"), [({"district": "Asht"}, 1), ({"district": "Ishkashim"}, 0), ({"since": "2014"}, 1)]
)
def test_filters_keep_threads_with_a_member_there(base, filters, count):
    assert len(base.threads(**filters)) == count


def test_an_unknown_filter_is_an_error(base):
    with pytest.raises(InputError, match="no filter"):
        base.threads(colour="red")


ASKED = [
    ("What recurs?", ["apple orchards", "yearly", "3 times"]),
    ("Which activities are held every year?", ["apple orchards", "October 2014"]),
    ("What is done regularly in Asht?", ["apple orchards"]),
    ("Since when do we monitor the apple orchards?", ["Since October 2012"]),
]


@pytest.mark.parametrize(("question", "held"), ASKED)
def test_questions_about_what_recurs_are_answered_from_threads(base, question, held):
    answer = base.ask(question)
    assert answer["answered"]
    assert all(h in answer["answer"] for h in held), answer["answer"]
    assert {c["section"] for c in answer["citations"]} == {"Pickers in the apple orchards"}


@pytest.mark.parametrize(
    "question", ["Which activities are held every month?", "Since when do we monitor the glaciers?"]
)
def test_what_no_thread_tells_is_not_answered_from_one(base, question):
    assert "times" not in base.ask(question)["answer"]
    assert "Since October" not in base.ask(question)["answer"]


def test_the_command_lists_threads_and_shows_one(base, thread):
    run = CliRunner().invoke
    root = ["--root", str(base.root)]
    assert "apple orchards" in run(app, ["threads", *root]).stdout
    assert json.loads(run(app, ["threads", "--json", *root]).stdout) == base.threads()
    shown = run(app, ["threads", thread["id"], *root]).stdout
    assert all(w in shown for w in ("Asht", "Norway", "2013-10", APPLES[2013][2][:40]))
    assert run(app, ["threads", "thread-none", *root]).exit_code == 1


def test_where_nothing_recurs_the_command_says_so(tmp_path):
    with open_base(tmp_path / "root") as base:
        base.ingest(_issue(tmp_path, 2012))
    done = CliRunner().invoke(app, ["threads", "--root", str(tmp_path / "root")])
    assert (done.exit_code, "nothing recurs" in done.stderr) == (0, True)


def test_one_event_told_in_two_documents_is_no_thread(tmp_path):
    path = _issue(tmp_path, 2012)
    again = tmp_path / "news.md"
    again.write_text("# News of November 2012\n\n## Apple pickers\n\n" + APPLES[2012][2] + "\n", "utf-8")
    with open_base(tmp_path / "root") as base:
        base.ingest([path, again])
        assert base.threads() == []


def test_rules_and_removals_hold_for_threads(tmp_path):
    for year in APPLES:
        _issue(tmp_path, year)
    with open_base(tmp_path / "root") as base:
        base.ingest(list(tmp_path.glob("*.md")))
        rules = [
            base.correct(m["activity"], "removed", "yes", who="A", why="no such visit")
            for m in base.threads()[0]["members"]
            if m["occasion"] == "2013-10"
        ]
        assert [t["occasions"] for t in base.threads()] == [2]
        for rule in rules:
            base.undo(rule["id"], who="A", why="it was")
        assert [t["occasions"] for t in base.threads()] == [3]
        base.remove("letter-2012.md")
        assert [t["first"] for t in base.threads()] == ["2013-10"]


@pytest.mark.parametrize(
    ("times", "word"),
    [
        (["2012-10", "2013-10"], ""),
        (["2012-01", "2012-02", "2012-03", "2012-05"], "monthly"),
        (["2012-03", "2012-06", "2012-09"], "quarterly"),
        (["2011", "2012-09", "2013", "2014-10"], "yearly"),
        (["2010", "2012-09", "2018"], "irregular"),
    ],
)
def test_the_interval_is_told_in_a_word(times, word):
    assert _interval(times) == word


def _telling(document: str, words: str, *names: str, type: str = "visit") -> Telling:
    return Telling(document, type, dict.fromkeys(words.split(), 1.0), dict.fromkeys(names, 1.0))


FILLER = [_telling(f"f{n}", f"w{n} x{n} y{n} z{n}") for n in range(20)]


@pytest.mark.parametrize(
    ("tellings", "found"),
    [
        ([_telling("a", "beehive honey valley"), _telling("b", "beehive honey slope")], [[0, 1]]),
        ([_telling("a", "beehive honey"), _telling("a", "beehive honey")], []),
        ([_telling("a", "beehive slope", "d:x", "p:y"), _telling("b", "honey valley", "d:x", "p:y")], []),
        (
            [
                _telling("a", "k l"),
                _telling("b", "k l m n"),
                _telling("c", "m n o p"),
                _telling("d", "o p q r s t"),
            ],
            [[0, 1, 2]],
        ),
    ],
    ids=["alike", "one document", "names alone", "no chain"],
)
def test_tellings_are_grouped(tellings, found):
    every = [*tellings, *FILLER]
    assert groups(every, weights(every))[:1] == found[:1]

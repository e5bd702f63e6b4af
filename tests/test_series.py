"""Issues of one series: what is too rare in one of them is read as in its siblings."""

from __future__ import annotations

from pathlib import Path

import pytest
from bases import open_base
from sheets import LOREM, Sheets

from kb.series import levels, series


def _issue(folder: Path, name: str, *, story: bool = True, number: int = 0) -> Path:
    """An issue with a masthead, a big title of its story (or none) and small titles of notes."""
    made = Sheets().page()
    made.put("Letters of the Hill", 50, 50, size=26, font="hebo")
    if story:
        made.put("Work in the valley this month", 50, 110, size=18, font="hebo")
        made.put(f"{LOREM} It was day {number} of the year.", 50, 150)
    made.put("Notes of the office", 50, 260, size=13, font="hebo")
    made.put(f"{LOREM} The office has {number + 20} chairs.", 50, 290)
    folder.mkdir(exist_ok=True)
    return made.save(folder / f"{name}.pdf")


def _levels(base, path: Path) -> dict[str, int]:
    data = base.export()
    id = next(d["id"] for d in data["documents"] if d["path"] == str(path))
    return {s["heading"]: s["level"] for s in data["sections"] if s["document"] == id}


def test_an_issue_is_read_like_its_siblings_whatever_came_first_and_by_itself_when_they_go(tmp_path):
    folder = tmp_path / "issues"
    lone = _issue(folder, "Letters 1 - May 2012", story=False, number=1)
    siblings = [_issue(folder, f"Letters {n} - June 2012", number=n) for n in (2, 3, 4)]
    with open_base(tmp_path / "root") as base:
        base.ingest(lone)
        assert _levels(base, lone)["Notes of the office"] == 2
        base.ingest(folder)
        assert _levels(base, lone)["Notes of the office"] == 3
        assert base.ingest(folder).changed == []
        assert _levels(base, lone)["Notes of the office"] == 3
        base.remove(str(siblings[0]))
        base.remove(str(siblings[1]))
        assert _levels(base, lone)["Notes of the office"] == 2


@pytest.mark.parametrize(
    ("path", "other", "alike"),
    [
        ("a/Letters 1 - May 2012.pdf", "a/Letters 12 - June 2013.pdf", True),
        ("a/Letters 1.pdf", "a/Annual report 2012.pdf", False),
    ],
)
def test_issues_are_told_by_their_names(path, other, alike):
    one, two = (series({"organisation": "", "language": "en", "path": p}) for p in (path, other))
    assert (one == two) == alike


def test_a_name_of_numbers_alone_tells_no_series():
    assert not series({"organisation": "A", "language": "en", "path": "a/2021.pdf"})


@pytest.mark.parametrize(
    ("lone", "changed"),
    [
        ({"18": 1, "13": 2}, {"x-18": 2, "x-13": 3}),
        ({"26": 1, "13": 2}, {"x-13": 3}),
        ({"26": 1, "15": 2, "13": 4}, {"x-13": 3}),
        ({"26": 1, "14": 5, "13": 6}, {}),
        ({"26": 1, "18": 2, "13": 3}, {}),
    ],
    ids=["two styles", "one style", "up", "out of order", "as they are"],
)
def test_a_style_has_the_level_that_most_issues_give_it(lone, changed):
    issues = {"a": {"26": 1, "18": 2, "13": 3}, "b": {"26": 1, "18": 2, "13": 3}, "x": lone}
    issues |= {"c": issues["a"]}
    headings = [
        {"id": f"{issue}-{style}", "document": issue, "style": style, "own_level": level}
        for issue, styles in issues.items()
        for style, level in styles.items()
    ]
    assert levels(headings) == changed
    assert levels(headings[::-1]) == changed

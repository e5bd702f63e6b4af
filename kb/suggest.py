"""Next questions: made from the names that the ledger knows, kept only where the knowledge base answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kb.text import fold

SUGGESTED = 3
TRIED = 9
"""Questions that are asked to find those."""

_FORMS: dict[str, tuple[str, ...]] = {
    "project": ("Who funds {}?", "Which partners implement {}?", "Where does {} work?"),
    "place": (
        "What work has been done in {}?",
        "Which projects are active in {}?",
        "Which partners work in {}?",
    ),
    "donor": ("Which projects are funded by {}?", "What work has {} supported?"),
    "organisation": ("What work does {} do?", "Where does {} work?", "Which documents mention {}?"),
    "person": ("Who is {}?",),
}


def named(store: Any, sections: Sequence[str]) -> list[tuple[str, str]]:
    """Kind and name of what sections tell of, most told first; donors are a kind of their own."""
    counts: dict[str, int] = {}
    roles: dict[str, str] = {}
    for section in dict.fromkeys(sections):
        for m in store.mentions(section=section):
            if m["entity"]:
                counts[m["entity"]] = counts.get(m["entity"], 0) + 1
                if m["role"] == "donor":
                    roles[m["entity"]] = "donor"
    rows = store.names(counts) if counts else {}
    kept = [
        i for i in counts if i in rows and not (rows[i]["kind"] == "place" and rows[i]["level"] == "country")
    ]
    return [
        (roles.get(i, rows[i]["kind"]), rows[i]["name"]) for i in sorted(kept, key=lambda i: (-counts[i], i))
    ]


def most_told(store: Any) -> list[tuple[str, str]]:
    """Kind and name of what the documents speak of most: of each kind the first few."""
    found: list[tuple[str, str]] = []
    for kind in ("project", "place", "organisation"):
        rows = [e for e in store.entities(kind) if e["level"] != "country"]
        for e in sorted(rows, key=lambda e: (-e["mentions"], e["name"]))[:3]:
            found.append(("donor" if "donor" in e["roles"] else kind, e["name"]))
    return found


def questions(
    names: Sequence[tuple[str, str]], asked: Sequence[str], answered: Callable[[str], Mapping[str, Any]]
) -> list[str]:
    """Up to three questions on the names that are answered and were not `asked`, of different names where there are such."""
    before = {fold(a) for a in asked}
    tried: list[str] = []
    for n in range(max(map(len, _FORMS.values()))):  # the first form of each name before the second of any
        for kind, name in names:
            forms = _FORMS.get(kind, ())
            if (
                n < len(forms)
                and fold(question := forms[n].format(name)) not in before
                and question not in tried
            ):
                tried.append(question)
    found: list[str] = []
    for question in tried[:TRIED]:
        if len(found) < SUGGESTED and answered(question)["answered"]:
            found.append(question)
    return found

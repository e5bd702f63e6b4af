"""Who does what where: organisation × type of activity × district (the 4W of the sector, with time), counts that open their evidence."""

from __future__ import annotations

from collections import Counter

from kb.reports.factpack import nothing, remarks
from kb.reports.facts import Choice, Facts, Row, merged, targets
from kb.reports.model import Cell, Chapter, Part, Report, Table

COLUMNS = ("Organisation", "Activity", "Region", "District", "From", "To", "Activities")
TAGS = ("#org", "#activity", "#adm1", "#adm2", "#date+start", "#date+end", "#meta+count")
"""HXL tags (hxlstandard.org, 1.1)."""


def matrix(facts: Facts, choice: Choice) -> Report:
    """The matrix of a choice; the mission itself stands where an activity names no partner or other organisation."""
    by: dict[tuple[str, str, str], list[Row]] = {}
    for a in facts.chosen(choice):
        who = targets(a, "partner") or [o for o in targets(a, "organisation") if o not in facts.publishers]
        for org in who or [""]:
            for place in targets(a, "district") or [""]:
                by.setdefault((org, a["type"], place), []).append(a)

    def named(id: str) -> str:
        return facts.name(id) if id else ""

    rows = [
        _row(facts, named(org) or _mission(facts, own[0]), type, place, own)
        for (org, type, place), own in sorted(
            by.items(), key=lambda i: (named(i[0][0]), i[0][1], named(i[0][2]))
        )
    ]
    parts: tuple[Part, ...] = nothing("such activities")
    if rows:
        parts = (Table(COLUMNS, tuple(rows), tags=TAGS, widths=(5, 3, 3, 3, 2, 2, 2)),)
    return Report(
        "matrix", "Who does what where", facts.described(choice) or "all documents", (Chapter("Matrix", parts),), remarks(facts)
    )  # fmt: skip


def _row(facts: Facts, who: str, type: str, place: str, own: list[Row]) -> tuple[Cell, ...]:
    region = facts.entities.get(facts.entities.get(place, {}).get("parent", ""), {})
    dated = sorted(a["date_start"] for a in own if a["date_start"])
    ends = sorted(a["date_end"] or a["date_start"] for a in own if a["date_start"])
    return (
        Cell(who),
        Cell(type),
        Cell(region["name"] if region.get("level") == "region" else ""),
        Cell(facts.name(place) if place else ""),
        Cell(dated[0] if dated else ""),
        Cell(ends[-1] if ends else ""),
        Cell(str(len(own)), merged(n for a in own for n in facts.tellings(a)), number=True),
    )


def _mission(facts: Facts, activity: Row) -> str:
    """Who publishes the document; where it does not say so, who publishes most of them."""
    names = Counter(str(d["organisation"]) for d in facts.documents.values() if d["organisation"])
    own = str(facts.documents[activity["document"]]["organisation"])
    return own or (names.most_common(1)[0][0] if names else "")

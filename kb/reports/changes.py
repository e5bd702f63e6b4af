"""What changed: issue against issue, or since a date – what appeared, what stopped, which figures moved."""

from __future__ import annotations

from collections.abc import Sequence

from kb.errors import InputError
from kb.reports.factpack import moved, nothing, remarks
from kb.reports.facts import Facts, Row
from kb.reports.model import Chapter, Note, Paragraph, Part, Report, Sentence
from kb.reports.moves import Move, moves
from kb.reports.seen import KINDS, Kind, appeared, seen, told_in

SINGULAR: dict[Kind, str] = {
    "donor": "Donor",
    "partner": "Partner",
    "government": "Counterpart",
    "project": "Project",
    "place": "Place",
}


def between(facts: Facts, earlier: str, later: str) -> Report:
    """One issue against another, by the ids of their documents."""
    for id in (earlier, later):
        if id not in facts.documents:
            raise InputError(f"{id!r} is no document that is counted. See `kb list documents`.")
    if earlier == later:
        raise InputError("an issue cannot be compared with itself; name two.")
    one, other = told_in(facts, [earlier]), told_in(facts, [later])
    new = [(k, m) for k in KINDS for id, m in other[k].items() if id not in one[k]]
    gone = [(k, m) for k in KINDS for id, m in one[k].items() if id not in other[k]]
    types = [
        {a["type"]: a for a in reversed(facts.activities) if d in a["documents"]} for d in (earlier, later)
    ]
    figures = {f["id"] for f in facts.figures if f["document"] in (earlier, later)}
    chapters = (
        Chapter("What appeared", _named(facts, new, "not named in the earlier issue") + _types(facts, types[1], types[0], "not told of in the earlier issue")),
        Chapter("What stopped", _named(facts, gone, "not named in the later issue") + _types(facts, types[0], types[1], "not told of in the later issue")),
        Chapter("Figures that moved", _moved(facts, [m for m in moves(facts, figures) if _between(m, earlier, later)])),
    )  # fmt: skip
    title = "Issue against issue"
    return Report(
        "changes", title, f"{facts.issue(earlier)} – {facts.issue(later)}", chapters, remarks(facts)
    )


def since(facts: Facts, date: str) -> tuple[Part, ...]:
    """What documents of a date or later tell that earlier ones do not."""
    new = [(k, s.first) for k in KINDS for s in appeared(facts, seen(facts, k), date)]
    late = [m for m in moves(facts) if facts.issued(m.new["document"])[: len(date)] >= date]
    parts = _named(facts, new, "named for the first time")
    parts += _moved(facts, late) if late else ()
    return parts or nothing(f"changes since {date}")


def _named(facts: Facts, rows: Sequence[tuple[Kind, Row]], how: str) -> tuple[Part, ...]:
    return tuple(
        Paragraph((Sentence(f"{SINGULAR[kind]}: {facts.name(m['entity'])}, {how}.", _first(facts.told(m))),), bullet=True)
        for kind, m in rows
    )  # fmt: skip


def _types(facts: Facts, here: dict[str, Row], there: dict[str, Row], how: str) -> tuple[Part, ...]:
    """Types of activities of the one issue and not of the other."""
    return tuple(
        Paragraph((Sentence(f"Type of activity: {type}, {how}.", _first(facts.told(a))),), bullet=True)
        for type, a in here.items()
        if type not in there
    )


def _first(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return notes[:1]


def _moved(facts: Facts, found: Sequence[Move]) -> tuple[Part, ...]:
    parts: tuple[Part, ...] = tuple(Paragraph((moved(facts, m),), bullet=True) for m in found)
    return parts or nothing("figures that moved")


def _between(move: Move, earlier: str, later: str) -> bool:
    return {move.old["document"], move.new["document"]} == {earlier, later}

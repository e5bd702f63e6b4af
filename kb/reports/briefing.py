"""Briefing book for a new Chief of Mission: the mission in figures, who pays, who works with it, where, what is open, who is who."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from kb.reports import changes
from kb.reports.factpack import commitments, nothing, remarks, whole
from kb.reports.facts import Facts, Row, merged, targets
from kb.reports.model import Cell, Chapter, Note, Paragraph, Part, Report, Sentence, Table
from kb.reports.seen import Kind, Seen, quiet, seen
from kb.text import fold

FIGURES, QUESTIONS = 10, 10
"""Most figures of the mission, most guided questions."""
LATEST = 3
"""Issues that count as the present: figures are taken from them, and who is in none of them went quiet."""
ROWS = 40
"""Most rows of a table."""

_POST_END = re.compile(r", (?=[a-z]).*$")
"""Words of a sentence that go on after a post."""

Thread = tuple[str, Sequence[str]]
"""A recurring activity: its title and the ids of its activities."""
Ask = Callable[[str], Mapping[str, Any]]


def briefing(
    facts: Facts,
    *,
    since: str = "",
    ask: Ask | None = None,
    threads: Callable[[], Sequence[Thread]] | None = None,
    issues: int = LATEST,
    only: Collection[str] | None = None,
) -> Report:
    """The briefing book; `ask` answers the guided questions, `since` adds what changed from then on.

    What was told of in several issues but in none of the last `issues` went quiet. `only`: titles of the chapters that are
    written, the others stand empty; None: all.
    """
    parts: dict[str, Callable[[], tuple[Part, ...]]] = {
        "The mission in figures": lambda: _figures(facts),
        "Donors, and since when": lambda: _who(facts, "donor"),
        "Counterparts": lambda: _who(facts, "government"),
        "Partners": lambda: _who(facts, "partner"),
        "Where we work": lambda: _places(facts),
    }
    if threads is not None:
        parts["Recurring activities"] = lambda: _threads(facts, threads())
    parts["Open commitments"] = lambda: (
        _bullets(commitments(facts, facts.activities)) or nothing("open commitments")
    )
    parts["Gone quiet"] = lambda: _quiet(facts, issues)
    if since:
        parts[f"What changed since {since}"] = lambda: changes.since(facts, since)
    parts["People and their posts"] = lambda: _people(facts)
    parts["Acronyms"] = lambda: _acronyms(facts)
    if ask is not None:
        parts["Questions to begin with"] = lambda: _questions(facts, ask)
    chapters = [Chapter(t, write() if only is None or t in only else ()) for t, write in parts.items()]
    issued = [d["period_label"] for d in facts.documents.values() if d["period_label"]]
    told = f"{issued[0]} to {issued[-1]}" if len(issued) > 1 else "".join(issued)
    return Report("briefing", "Briefing book", told, tuple(chapters), remarks(facts))


def _bullets(sentences: Iterable[Sentence]) -> tuple[Part, ...]:
    return tuple(Paragraph((s,), bullet=True) for s in sentences)


def _figures(facts: Facts) -> tuple[Part, ...]:
    """Of the last issues, sentences with the largest numbers of people or things that were reached, helped, trained …"""
    last = list(facts.documents)[-LATEST:]
    rows = [
        f for f in facts.figures if f["document"] in last and f["counted"] and f["status"] and not f["unit"]
    ]
    rows = [f for f in rows if f["status"] not in ("planned", "targeted") and whole(f["quote"])]
    out: dict[str, Sentence] = {}
    for f in sorted(rows, key=lambda f: -f["value"]):
        if len(out) < FIGURES:
            out.setdefault(fold(f["quote"]), facts.quote(facts.told(f)))
    return _bullets(out.values()) or nothing("figures")


def _who(facts: Facts, kind: Kind) -> tuple[Part, ...]:
    found = seen(facts, kind)
    if not found:
        return nothing({"donor": "donors", "government": "counterparts"}.get(kind, "partners"))
    if kind == "government":  # who is named in one issue alone is seldom a counterpart
        found = [s for s in found if s.issues > 1] or found
    names = {"donor": "Donor", "government": "Counterpart"}.get(kind, "Partner")
    rows = tuple(_told_of(facts, s) for s in found[:ROWS])
    return (
        Table((names, "What with", "First told of", "Last told of", "Issues"), rows, widths=(5, 4, 3, 3, 2)),
    )


def _told_of(facts: Facts, s: Seen) -> tuple[Cell, ...]:
    """A row of who it is, the projects or the work it is linked to, and its first and last mention."""
    projects = [
        r["target"] for r in facts.relations if r["source"] == s.id and r["kind"] in ("funds", "implements")
    ]
    projects = [p for p in projects if facts.entities.get(p, {}).get("kind") == "project"]
    types = facts.types_with(s.id)
    linked = facts.names(projects) or ", ".join(dict.fromkeys(types[:4]))
    return (
        Cell(facts.name(s.id), facts.told(s.first)[:1]),
        Cell(linked),
        Cell(_label(facts, s.first["document"])),
        Cell(_label(facts, s.last["document"]), facts.told(s.last)[:1]),
        Cell(str(s.issues), number=True),
    )


def _label(facts: Facts, document: str) -> str:
    return str(facts.documents[document]["period_label"] or facts.issue(document))


def _places(facts: Facts) -> tuple[Part, ...]:
    by: dict[str, list[Row]] = {}
    for a in facts.activities:
        for id in targets(a, "district"):
            by.setdefault(id, []).append(a)
    if not by:
        return nothing("places of work")
    rows = []
    for id, own in sorted(by.items(), key=lambda item: (-len(item[1]), facts.name(item[0])))[:ROWS]:
        notes: list[Note] = []
        for a in (own[0], own[-1]):
            link = next(x for x in a["links"] if x["field"] == "district" and x["target"] == id)
            notes += facts.told({k: link[k] for k in ("section", "start")})
        types = ", ".join(dict.fromkeys(a["type"] for a in own))
        rows.append(
            (
                Cell(facts.name(id), merged(notes)),
                Cell(types),
                Cell(facts.names(t for a in own for t in targets(a, "partner"))),
                Cell(str(len(own)), number=True),
            )
        )
    return (Table(("District", "Activities", "Partners", "Number"), tuple(rows), widths=(3, 6, 6, 2)),)


def _threads(facts: Facts, threads: Sequence[Thread]) -> tuple[Part, ...]:
    by_id = {a["id"]: a for a in facts.activities}
    rows = []
    for title, ids in threads[:ROWS]:
        own = [by_id[i] for i in ids if i in by_id]
        if own:
            notes = merged(n for a in own for n in facts.tellings(a))
            rows.append(
                (
                    Cell(title[:1].upper() + title[1:], notes),
                    Cell(facts.when(own[0])),
                    Cell(facts.when(own[-1])),
                    Cell(str(len(own)), number=True),
                )
            )
    return (Table(("What", "First", "Last", "Activities"), tuple(rows), widths=(7, 3, 3, 2)),)


def _quiet(facts: Facts, issues: int) -> tuple[Part, ...]:
    kinds: tuple[Kind, ...] = ("donor", "partner", "project", "place")
    return _bullets(
        Sentence(f"{changes.SINGULAR[k]} {facts.name(s.id)}, last named in {_label(facts, s.last['document'])}.", facts.told(s.last)[:1])
        for k in kinds
        for s in quiet(facts, seen(facts, k), issues)
    ) or nothing("anything that went quiet")  # fmt: skip


def _people(facts: Facts) -> tuple[Part, ...]:
    """Persons with a post, those told of last first."""
    last: dict[str, Row] = {}
    for m in facts.mentions:
        if m["kind"] == "person" and m["role"] and len(m["role"]) > 4:
            last[m["entity"]] = m
    rows = tuple(
        (Cell(facts.name(id)), Cell(_POST_END.sub("", m["role"].strip(" :")), facts.told(m)[:1]), Cell(_label(facts, m["document"])))
        for id, m in reversed(last.items())
    )  # fmt: skip
    return (
        (Table(("Name", "Post as told", "Last told in"), rows[:ROWS], widths=(4, 7, 4)),)
        if rows
        else nothing("people with a post")
    )


def _acronyms(facts: Facts) -> tuple[Part, ...]:
    first: dict[str, Row] = {}
    for row in facts.store.acronyms():
        if row["document"] in facts.documents:
            first.setdefault(row["short"], row)
    rows = tuple(
        (Cell(short), Cell(r["long"], facts.notes(r["section"], r["start"], r["end"])[:1]))
        for short, r in sorted(first.items())
    )
    return (Table(("Acronym", "Stands for"), rows, widths=(2, 9)),) if rows else nothing("acronyms")


def _questions(facts: Facts, ask: Ask) -> tuple[Part, ...]:
    """Questions that the documents answer, each with its answer in short and the words it rests on."""
    out = []
    for question in _candidates(facts):
        answer = ask(question)
        notes = _cited(facts, answer["citations"])
        if answer["answered"] and notes:
            lead = "; ".join(
                x.strip(" -•") for x in answer["answer"].split("“")[0].split("\n") if x.strip(" -•")
            )
            told = f"{question} {lead or f'“{notes[0].quote}”'}"
            out.append(Sentence(told, notes, question=question))
        if len(out) == QUESTIONS:
            break
    return _bullets(out) or nothing("answers to the questions that a new Chief of Mission asks first")


def _candidates(facts: Facts) -> list[str]:
    projects = [facts.name(s.id) for s in seen(facts, "project")]
    donors = [facts.name(s.id) for s in seen(facts, "donor")]
    places = [facts.name(s.id) for s in seen(facts, "place")]
    out = ["Who is Chief of Mission?"]
    out += [f"Who funds the {p}?" for p in projects[:4]]
    out += [f"Which projects does {d} fund?" for d in donors[:3]]
    out += [f"Which partners work in {p}?" for p in places[:4]]
    out += [f"Which projects work in {p}?" for p in places[:3]]
    return out + [f"What is the aim of the {p}?" for p in projects[:3]]


def _cited(facts: Facts, citations: Iterable[Mapping[str, Any]]) -> tuple[Note, ...]:
    """The citations of an answer as notes."""
    notes: list[Note] = []
    for c in citations:
        if c["document"] in facts.documents and c["section_id"]:
            at = facts.text(c["section_id"]).find(c["quote"])
            if at >= 0:
                notes += facts.notes(c["section_id"], at, at + len(c["quote"]))
    return merged(notes)

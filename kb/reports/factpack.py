"""Fact pack for a proposal: context, track record, results, partners, lessons and open points of what was chosen.

Every sentence is a verbatim quote or is built from one typed record, and has a note with the words that say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from kb.reports.facts import Choice, Facts, Row, merged, targets
from kb.reports.model import Cell, Chapter, Paragraph, Part, Remark, Report, Sentence, Table
from kb.reports.moves import moves
from kb.text import fold

CONTEXT, LESSONS, RESULTS = 12, 12, 60
"""Most sentences of context and of lessons, most figures."""
LESSON = re.compile(
    r"\b(?:lessons?\b|recommend(?:ed|ations?|s)?\b|challeng\w+|difficult\w*|obstacles?\b|constraints?\b|best practices?\b|good practices?\b"
    r"|what works\b|proved\b|less effective\b|more effective\b|should (?:be|have|not)\b|must (?:be|therefore|not)\b|needs? to\b"
    r"|leçons?\b|recommand\w+|défis?\b|contraintes?\b|difficultés?\b|рекоменд\w+|трудност\w+|урок\w*)",
    re.I,
)
"""Words of sentences that tell what was learned, or what stood in the way."""
COMING = re.compile(
    r"\b(?:is|are|was|were) (?:to|planned|expected|foreseen|due)\b|\bwill\b|\bplann?(?:s|ing|ed) (?:to|for)\b|^plann?ed\b"
    r"|\bnext (?:year|quarter|phase|step)\b|\bsera\b|\bseront\b|\bprévus?\b|\bбудет\b|\bбудут\b",
    re.I,
)
"""Words of sentences that tell what is to come."""


def factpack(facts: Facts, choice: Choice) -> Report:
    """The fact pack of a choice; of the whole truth where it narrows nothing."""
    rows = facts.chosen(choice)
    sections = list(dict.fromkeys(t["section"] for a in rows for t in a["tellings"]))
    figures = _figures(facts, choice, rows)
    anew = {m.old["id"]: m for m in moves(facts, {f["id"] for f in figures})}
    picked = _passages(facts, choice)
    chapters = (
        Chapter("Context", picked or _context(facts, choice, sections, figures)),
        Chapter("Track record", _track_record(facts, rows)),
        Chapter("Results in figures", _results(facts, figures, anew)),
        Chapter("Partners and their capacity", _partners(facts, rows)),
        Chapter("Lessons", _lessons(facts, sections)),
        Chapter("Open points", _open(facts, rows, figures, anew)),
    )
    return Report(
        "factpack", "Fact pack", facts.described(choice) or "All documents", chapters, remarks(facts)
    )


def remarks(facts: Facts) -> tuple[str, ...]:
    """How a report is to be read."""
    return (
        f"Made from {len(facts.documents)} documents. Each sentence has a note with the document, the page and the words that say so. "
        "What is marked “told anew later” or “told otherwise elsewhere” needs a look at both notes before it is used.",
    )


def nothing(what: str) -> tuple[Part, ...]:
    """The part that stands where nothing was found."""
    return (Remark(f"The chosen documents tell nothing of {what}."),)


# -- context


def _context(
    facts: Facts, choice: Choice, sections: Sequence[str], figures: Sequence[Row]
) -> tuple[Part, ...]:
    """Sentences with figures that belong to no activity, of the sections chosen: the situation; the latest first."""
    own = {t for a in facts.activities for t in targets(a, "figure")}
    spans = {(t["section"], t["start"]) for a in facts.activities for t in a["tellings"]}
    seen: set[str] = set()
    out: list[Sentence] = []
    told = [f for f in facts.figures if f["section"] in set(sections)] if choice.narrow else facts.figures
    for f in sorted(told, key=lambda f: facts.issued(f["document"]), reverse=True):
        large = f["unit"] == "%" or f["value"] >= 1000
        if f["id"] in own or not large or not f["counted"] or (f["section"], f["quote_start"]) in spans:
            continue
        if whole(f["quote"]) and fold(f["quote"]) not in seen and not choice.basket:
            seen.add(fold(f["quote"]))
            out.append(facts.quote(facts.told(f)))
    return tuple(Paragraph((s,), bullet=True) for s in out[:CONTEXT]) or nothing("the context")


def whole(text: str) -> bool:
    """Is it a sentence of its own: with a capital or a figure before it, a stop after it, and no row of a table?"""
    text = text.strip()
    return (
        "|" not in text and len(text) > 30 and text[-1] in ".!?”" and (text[0].isupper() or text[0].isdigit())
    )


def _passages(facts: Facts, choice: Choice) -> tuple[Part, ...]:
    if not choice.basket:
        return ()
    rows = facts.store.passages(list(choice.basket))
    found = [facts.notes(r["section_id"], r["start"], r["end"]) for r in rows]
    found += [notes for id in choice.basket if (notes := facts.cited(id))]
    return tuple(Paragraph((facts.quote(notes),)) for notes in found)


# -- track record


def _track_record(facts: Facts, rows: Sequence[Row]) -> tuple[Part, ...]:
    if not rows:
        return nothing("such activities")
    columns = ("When", "What", "Where", "Project", "Donors", "Partners", "Results")
    table = tuple(_activity(facts, a) for a in _once(rows))
    return (Table(columns, table, "Activities in the order of time", widths=(3, 7, 3, 3, 3, 3, 3)),)


def _once(rows: Iterable[Row]) -> list[Row]:
    """Activities without those that one sentence tells as of a second type."""
    first: dict[tuple[str, int], Row] = {}
    for a in rows:
        first.setdefault((a["section"], a["start"]), a)
    return list(first.values())


def _activity(facts: Facts, a: Row) -> tuple[Cell, ...]:
    notes = list(facts.tellings(a))
    spans = [(t["section"], t["start"], t["end"]) for t in a["tellings"]]
    for link in a["links"]:
        own = any(s == link["section"] and start <= link["start"] < end for s, start, end in spans)
        if link["field"] in ("donor", "partner", "project", "district") and not own:
            notes += facts.told({k: link[k] for k in ("section", "start")})
    results = facts.results(a)
    what = f"{a['type'][:1].upper()}{a['type'][1:]}"
    title = "" if fold(a["title"]) == fold(a["type"]) else f": {a['title'].lstrip('•▪◦● ')}"
    planned = " (planned)" if a["status"] == "planned" else ""
    return (
        Cell(facts.when(a)),
        Cell(f"{what}{planned}{title}", merged(notes)),
        Cell(facts.names(targets(a, "district") or targets(a, "place"))),
        Cell(facts.names(targets(a, "project"))),
        Cell(facts.names(targets(a, "donor"))),
        Cell(facts.names(targets(a, "partner"))),
        Cell("; ".join(dict.fromkeys(said(facts, f) for f in results))),
    )


# -- results


def _figures(facts: Facts, choice: Choice, rows: Sequence[Row]) -> list[Row]:
    """Figures of the activities chosen, or picked, which say what they count."""
    known = {f["id"]: f for f in facts.figures}
    ids = set(choice.basket)
    for a in rows:  # what several tellings of an event count is told once
        own = [known[t] for t in targets(a, "figure") if t in known]
        ids.update({(f["value"], f["unit"], fold(f["counted"])): f["id"] for f in reversed(own)}.values())
    return [f for f in facts.figures if f["id"] in ids and f["counted"]]


def said(facts: Facts, f: Row) -> str:
    """A figure in words: as printed, with what it counts and its status."""
    text = facts.text(f["section"])
    printed = " ".join(text[f["start"] : f["end"]].split())
    qualifier = "" if f["qualifier"] and fold(f["qualifier"]) in fold(printed) else f["qualifier"]
    counted = "" if fold(f["counted"]) in fold(printed) else f["counted"]
    if f["unit"] == "%" and counted:
        counted = f"of {counted}"
    status = "" if not f["status"] or fold(f["status"]) in fold(counted) else f"({f['status']})"
    return " ".join(x for x in (qualifier, printed, counted, status) if x)


def _results(facts: Facts, figures: Sequence[Row], anew: dict[str, Any]) -> tuple[Part, ...]:
    if not figures:
        return nothing("results in figures")
    rows = []
    for f in sorted(figures, key=lambda f: facts.issued(f["document"]))[:RESULTS]:
        move = anew.get(f["id"])
        notes = facts.told(f) + (facts.told(move.new, move.mark) if move else ())
        rows.append(
            (
                Cell(said(facts, f), notes, move.mark if move else ""),
                Cell(facts.documents[f["document"]]["period_label"] or facts.issue(f["document"])),
                Cell(" ".join(f["quote"].split()) if whole(f["quote"]) else facts.heading(f["section"])),
            )
        )
    out: list[Part] = [
        Table(("Figure", "Told in", "In the words of the document"), tuple(rows), widths=(3, 2, 6))
    ]
    if len(figures) > RESULTS:
        out.append(
            Remark(f"{len(figures) - RESULTS} further figures are left out; narrow the choice to see them.")
        )
    return tuple(out)


# -- partners


def _partners(facts: Facts, rows: Sequence[Row]) -> tuple[Part, ...]:
    """What each partner did, since when, where."""
    by_partner: dict[str, list[Row]] = {}
    for a in rows:
        for id in targets(a, "partner"):
            by_partner.setdefault(id, []).append(a)
    if not by_partner:
        return nothing("partners")
    table = []
    for id, own in sorted(by_partner.items(), key=lambda item: (-len(item[1]), facts.name(item[0]))):
        own = _once(own)
        notes = merged(n for a in own for n in facts.tellings(a))
        table.append(
            (
                Cell(facts.name(id), notes),
                Cell(", ".join(dict.fromkeys(a["type"] for a in own))),
                Cell(facts.when(own[0]).removeprefix("told in ")),
                Cell(facts.names(t for a in own for t in targets(a, "district", "place"))),
                Cell(str(len(own)), number=True),
            )
        )
    columns = ("Partner", "What it did", "Since", "Where", "Activities")
    return (Table(columns, tuple(table), widths=(4, 4, 3, 4, 2)),)


# -- lessons and open points


def _lessons(facts: Facts, sections: Sequence[str]) -> tuple[Part, ...]:
    """Sentences of the sections chosen that speak of what was learned."""
    out: list[Sentence] = []
    seen: set[str] = set()
    for section in sections:
        text = facts.text(section)
        for start, end in facts.spans(section):
            sentence = text[start:end]
            if LESSON.search(sentence) and whole(sentence) and fold(sentence) not in seen:
                seen.add(fold(sentence))
                out.append(facts.quote(facts.notes(section, start, end)))
    return tuple(Paragraph((s,), bullet=True) for s in out[:LESSONS]) or nothing("lessons")


def _open(
    facts: Facts, rows: Sequence[Row], figures: Sequence[Row], anew: dict[str, Any]
) -> tuple[Part, ...]:
    """Planned things whose outcome is not told, and figures that are told otherwise elsewhere."""
    out: list[Part] = [Paragraph((s,), bullet=True) for s in commitments(facts, rows)]
    for f in figures:
        if (move := anew.get(f["id"])) is not None:
            out.append(Paragraph((moved(facts, move),), bullet=True))
    return tuple(out) or nothing("open points")


def moved(facts: Facts, move: Any) -> Sentence:
    """A sentence of a figure that another document tells anew."""
    verb = "later" if move.mark == "updated" else "elsewhere"
    text = f"{said(facts, move.old)} is told {verb} as {said(facts, move.new)}."
    return Sentence(text, facts.told(move.old) + facts.told(move.new, move.mark), mark=move.mark)


def commitments(facts: Facts, rows: Sequence[Row]) -> list[Sentence]:
    """Sentences of planned activities of which no later document tells the outcome."""
    out: dict[str, Sentence] = {}
    latest = _latest(facts)
    for a in rows:
        if a["status"] == "planned" and COMING.search(a["quote"]) and not _came(facts, a, latest):
            sentence = facts.quote(facts.told(a))
            if whole(sentence.text):
                out.setdefault(fold(sentence.text), sentence)
    return list(out.values())


def _latest(facts: Facts) -> dict[tuple[str, str], str]:
    """Type of activity and what it is tied to → when the last document was issued that tells of it as done."""
    latest: dict[tuple[str, str], str] = {}
    for a in facts.activities:
        if a["status"] != "planned":
            issued = facts.issued(a["document"])
            for tied in _tied(a):
                latest[a["type"], tied] = max(issued, latest.get((a["type"], tied), ""))
    return latest


def _came(facts: Facts, planned: Row, latest: dict[tuple[str, str], str]) -> bool:
    """Does a later document tell of an activity of that type, at one of its places or of its project, as done?"""
    issued = facts.issued(planned["document"])
    return any(latest.get((planned["type"], tied), "") > issued for tied in _tied(planned))


def _tied(activity: Row) -> list[str]:
    return targets(activity, "project", "place", "district", "partner")

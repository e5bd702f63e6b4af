"""The truth as reports need it: each issue once, rows chosen by donor, place, time and type, and their words as notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from kb.errors import InputError
from kb.joined import whole
from kb.paging import short
from kb.periods import long_date
from kb.reports.model import Mark, Note, Sentence
from kb.seek import label
from kb.text import fold, sentences
from kb.versions import counted

Row = Mapping[str, Any]

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a report is about; what is empty does not narrow it. Names are entity ids once `Facts.choice` made them."""

    donor: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    types: tuple[str, ...] = ()
    basket: tuple[str, ...] = ()
    """Ids of activities, figures and passages picked one by one; they alone are told where there are some."""

    @property
    def narrow(self) -> bool:
        """Does it leave anything out?"""
        return bool(self.donor or self.place or self.since or self.until or self.types or self.basket)


class Facts:
    """One reading of the truth, for one report. Use it within a snapshot of the store."""

    def __init__(self, store: Any) -> None:
        self.store = store
        readable = [d for d in store.documents() if d["status"] != "failed"]
        self.documents: dict[str, Row] = {d["id"]: d for d in sorted(counted(readable), key=period)}
        self._texts: dict[str, Row] = {}
        self._spans: dict[str, Sequence[tuple[int, int]]] = {}
        self._notes: dict[tuple[str, int, int, Mark], tuple[Note, ...]] = {}
        self._issues: dict[str, str] = {}

    # -- rows

    @cached_property
    def entities(self) -> dict[str, Row]:
        """All entities by id."""
        return {e["id"]: e for e in self.store.entities()}

    @cached_property
    def activities(self) -> list[Row]:
        """All activities of the counted documents, in the order of time."""
        rows = whole(self.store, self._counted(self.store.activities()))
        return sorted(rows, key=lambda a: (self.time(a), a["section"], a["start"]))

    def types_with(self, id: str) -> list[str]:
        """Types of the activities that an organisation takes part in, in the order of time."""
        return self._types.get(id, [])

    @cached_property
    def _types(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for a in self.activities:
            for id in targets(a, "donor", "partner", "organisation"):
                out.setdefault(id, []).append(a["type"])
        return out

    @cached_property
    def figures(self) -> list[Row]:
        """All figures of the counted documents."""
        return self._counted(self.store.figures())

    def results(self, activity: Row) -> list[Row]:
        """The figures of an activity that count something, in the order of the document."""
        linked = set(targets(activity, "figure"))
        sections = dict.fromkeys(t["section"] for t in activity["tellings"])
        figures = (f for section in sections for f in self._figures_of.get(section, ()))
        return [f for f in figures if f["id"] in linked and f["counted"]]

    @cached_property
    def _figures_of(self) -> dict[str, list[Row]]:
        out: dict[str, list[Row]] = {}
        for f in self.figures:
            out.setdefault(f["section"], []).append(f)
        return out

    @cached_property
    def relations(self) -> list[Row]:
        """All relations of the counted documents, in the order of the issues."""
        return sorted(self._counted(self.store.relations()), key=lambda r: self.issued(r["document"]))

    @cached_property
    def mentions(self) -> list[Row]:
        """All mentions of entities in the counted documents, in the order of the issues."""
        kinds = ("organisation", "place", "project", "person")
        rows = [m for kind in kinds for m in self._counted(self.store.mentions(kind=kind))]
        return sorted(rows, key=lambda m: (self.issued(m["document"]), m["section"], m["start"]))

    @cached_property
    def mentions_of(self) -> dict[str, list[Row]]:
        """Entity → its mentions in the order of the issues."""
        out: dict[str, list[Row]] = {}
        for m in self.mentions:
            out.setdefault(m["entity"], []).append(m)
        return out

    @cached_property
    def dates(self) -> dict[str, list[Row]]:
        """Section → the dates told in it."""
        out: dict[str, list[Row]] = {}
        for m in self._counted(self.store.mentions(kind="date")):
            if m["date_start"]:
                out.setdefault(m["section"], []).append(m)
        return out

    @cached_property
    def publishers(self) -> frozenset[str]:
        """Ids of the entities by whose name a document's organisation goes: who speaks, not whom it works with."""
        names = {fold(d["organisation"]) for d in self.documents.values() if d["organisation"]}
        names |= {name.rpartition(" ")[0] for name in names}
        return frozenset(i for name in names if name for i in self.store.find_entities(name))

    def _counted(self, rows: Iterable[Any]) -> list[Any]:
        return [r for r in rows if r["document"] in self.documents]

    def name(self, id: str) -> str:
        """The name of an entity."""
        return str(self.entities[id]["name"]) if id in self.entities else id

    def names(self, ids: Iterable[str]) -> str:
        """Names of entities in a list, each once."""
        return ", ".join(dict.fromkeys(self.name(i) for i in ids if i in self.entities))

    # -- time

    def issued(self, document: str) -> str:
        """The end of a document's period, by which issues are ordered; far ahead where it has none."""
        return period(self.documents[document])[0] or "9999"

    def issue(self, document: str) -> str:
        """A document's title with number and period."""
        if document not in self._issues:
            self._issues[document] = label(self.documents[document])
        return self._issues[document]

    def time(self, activity: Row) -> str:
        """When an activity began, else that of its document's period; for ordering."""
        return activity["date_start"] or self.documents[activity["document"]]["period_start"] or "9999"

    def when(self, activity: Row) -> str:
        """When an activity was, in words; of an undated one, when it was told."""
        if activity["date_start"]:
            return long_date(activity["date_start"], activity["date_end"])
        told = self.documents[activity["document"]]["period_label"]
        return f"told in {told}" if told else ""

    # -- words

    def notes(self, section: str, start: int, end: int, mark: Mark = "") -> tuple[Note, ...]:
        """The words of a section as notes, one a page."""
        key = (section, start, end, mark)
        if key not in self._notes:
            self._notes[key] = self._read(*key)
        return self._notes[key]

    def _read(self, section: str, start: int, end: int, mark: Mark) -> tuple[Note, ...]:
        text, out, at = self.text(section), [], start
        for e in self.store.evidence(section, start, end):
            at = text.index(e.quote, at)
            out.append(
                Note(e.document, self.issue(e.document), e.path, e.page, short(e.path, e.page), e.quote, e.boxes,
                     section, at, at + len(e.quote), mark)
            )  # fmt: skip
            at += len(e.quote)
        return tuple(out)

    def sentence(self, section: str, at: int) -> tuple[int, int]:
        """Offsets of the sentence that stands there."""
        within = next(((a, b) for a, b in self.spans(section) if a <= at < b), None)
        return within or (at, min(len(self.text(section)), at + 200))

    def told(self, row: Row, mark: Mark = "") -> tuple[Note, ...]:
        """The sentence that tells a row, as notes; of an activity, a figure, a relation or a mention."""
        if "quote_start" in row:
            return self.notes(row["section"], row["quote_start"], row["quote_end"], mark)
        if "links" in row:
            return self.notes(row["section"], row["start"], row["end"], mark)
        return self.notes(row["section"], *self.sentence(row["section"], row["start"]), mark)

    def cited(self, id: str) -> tuple[Note, ...]:
        """The notes of words kept in a basket (see `quoted`); none where they no longer stand there, or for another id."""
        section, _, words = id.partition("\n")
        at = self.text(section).find(words) if words and section in self._ordinals else -1
        return self.notes(section, at, at + len(words)) if at >= 0 else ()

    def tellings(self, activity: Row) -> tuple[Note, ...]:
        """The sentences of all sections and issues that tell an activity, as notes; those it is told by first."""
        others = (t for t in activity["tellings"] if t["id"] != activity["id"])
        return self.told(activity) + tuple(n for t in others for n in self.told(t))

    def quote(self, notes: Sequence[Note]) -> Sentence:
        """The words of notes as a verbatim sentence."""
        return Sentence(" ".join(" ".join(n.quote.split()) for n in notes), tuple(notes), quoted=True)

    def text(self, section: str) -> str:
        """The text of a section."""
        return str(self._section(section)["text"])

    def spans(self, section: str) -> Sequence[tuple[int, int]]:
        """Offsets of the sentences of a section."""
        if section not in self._spans:
            row = self._section(section)
            self._spans[section] = sentences(row["text"], row["language"])
        return self._spans[section]

    def heading(self, section: str) -> str:
        """The heading of a section."""
        document, n = self._ordinals[section]
        return str(self._sections[document][n]["heading"] or "")

    def article(self, section: str) -> str:
        """The text of a section with its heading and with the sections that it is a part of."""
        at = self._ordinals[section]
        rows = self._sections[at[0]]
        row = rows[at[1]]
        texts, level = [f"{row['heading']} {row['text']}"], row["level"]
        for above in reversed(rows[: at[1]]):
            if level and above["level"] and above["level"] < level:
                texts.append(above["text"])
                level = above["level"]
        return " ".join(texts)

    @cached_property
    def _sections(self) -> dict[str, list[Row]]:
        out: dict[str, list[Row]] = {}
        for row in self.store.sections():
            out.setdefault(row["document"], []).append(row)
        return out

    @cached_property
    def _ordinals(self) -> dict[str, tuple[str, int]]:
        """Section → its document and its place there."""
        return {r["id"]: (d, n) for d, rows in self._sections.items() for n, r in enumerate(rows)}

    def _section(self, section: str) -> Row:
        if section not in self._texts:
            self._texts[section] = self.store.section(section)
        return self._texts[section]

    # -- choosing

    def choice(
        self,
        *,
        donor: str = "",
        place: str = "",
        since: str = "",
        until: str = "",
        types: Sequence[str] = (),
        basket: Sequence[str] = (),
    ) -> Choice:
        """The names as ids. Raises InputError naming what is not known, and the closest that is."""
        for name, value in (("since", since), ("until", until)):
            if value and not _DATE.fullmatch(value):
                raise InputError(f"{name} {value!r} is no date; write 2012, 2012-09 or 2012-09-25.")
        if since and until and since > until:
            raise InputError(f"since {since} is later than until {until}; swap them.")
        known = {a["type"] for a in self.activities} if types else set()
        for type in types:
            if type not in known:
                raise InputError(f"there is no type of activity {type!r}{_closest(type, known)}")
        return Choice(
            donor=self._named("donor", donor), place=self._named("place", place), since=since, until=until,
            types=tuple(types), basket=tuple(basket),
        )  # fmt: skip

    def _named(self, kind: str, name: str) -> tuple[str, ...]:
        """Ids of the donors or places of that name or id, of places with those within."""
        if not name:
            return ()
        ids = {name, *self.store.find_entities(fold(name))}
        rows = [e for e in self.entities.values() if (e["kind"] == "place") == (kind == "place")]
        fits = [e["id"] for e in rows if e["id"] in ids and (kind == "place" or "donor" in e["roles"])]
        if not fits:
            known = [
                n
                for e in rows
                if kind == "place" or "donor" in e["roles"]
                for n in (e["name"], *e["aliases"])
            ]
            raise InputError(f"there is no {kind} {name!r} in these documents{_closest(name, known)}")
        for id in fits:  # grows while it is read
            fits += [e["id"] for e in rows if e["parent"] == id and kind == "place" and e["id"] not in fits]
        return tuple(fits)

    def chosen(self, choice: Choice) -> list[Row]:
        """The activities of a choice, in the order of time."""
        if choice.basket:
            return [a for a in self.activities if any(t["id"] in choice.basket for t in a["tellings"])]
        return [a for a in self.activities if self._fits(a, choice)]

    def _fits(self, activity: Row, choice: Choice) -> bool:
        targets = {link["target"] for link in activity["links"]}
        start, end = activity["date_start"], activity["date_end"] or activity["date_start"]
        if not start:
            start, end = (self.documents[activity["document"]][k] for k in ("period_start", "period_end"))
        return (
            (not choice.donor or self._funded(activity, choice.donor))
            and (not choice.place or bool(targets & set(choice.place)))
            and (not choice.types or activity["type"] in choice.types)
            and (not choice.since or bool(end) and end[: len(choice.since)] >= choice.since[: len(end)])
            and (not choice.until or bool(start) and start[: len(choice.until)] <= choice.until)
        )

    def _funded(self, activity: Row, donors: Collection[str]) -> bool:
        """Is one of the donors named with the activity, or does it fund a project of it?"""
        linked = {(link["field"], link["target"]) for link in activity["links"]}
        return any(
            ("donor", d) in linked or any(("project", p) in linked for p in self._projects.get(d, ()))
            for d in donors
        )

    @cached_property
    def _projects(self) -> dict[str, set[str]]:
        """Donor → projects that it funds."""
        out: dict[str, set[str]] = {}
        for r in self.relations:
            if r["kind"] == "funds":
                out.setdefault(r["source"], set()).add(r["target"])
        return out

    def described(self, choice: Choice) -> str:
        """The choice in words."""
        number = len(choice.basket)
        basket = f"{number} chosen {'fact' if number == 1 else 'facts'}" if number else ""
        words = (
            f"Donor: {self.name(choice.donor[0])}" if choice.donor else "",
            f"place: {self.name(choice.place[0])}" if choice.place else "",
            ", ".join(choice.types),
            f"since {choice.since}" if choice.since else "",
            f"until {choice.until}" if choice.until else "",
            basket,
        )
        told = "; ".join(w for w in words if w)
        return told[:1].upper() + told[1:]


def targets(activity: Row, *fields: str) -> list[str]:
    """What an activity is linked to in some fields, each once."""
    return list(dict.fromkeys(link["target"] for link in activity["links"] if link["field"] in fields))


def quoted(section: str, words: str) -> str:
    """The id by which a basket keeps words of a section, such as those that an answer cites."""
    return f"{section}\n{words}"


def period(document: Row) -> tuple[str, str]:
    """The end of a document's period (else when it was published), and its path: the order of issues."""
    return (
        document["period_end"] or document["published"] or document["period_start"] or "",
        document["path"],
    )


def merged(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Each place once; two notes of one place are one, with a mark where one has it."""
    out: dict[tuple[str, int, int], Note] = {}
    for note in notes:
        key = (note.section, note.start, note.end)
        out[key] = replace(note, mark=note.mark or out[key].mark) if key in out else note
    return tuple(out.values())


def _closest(value: str, known: Iterable[str]) -> str:
    names = {fold(n): n for n in sorted(known)}
    near = get_close_matches(fold(value), names, 3)
    return f"; close to it: {', '.join(names[n] for n in near)}." if near else "."

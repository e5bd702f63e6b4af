"""Statements of the ledger that disagree on one thing, side by side, with the likely cause and what people ruled.

Two figures are of one thing where they count the same in the same unit and their sentences share most of their words; two
dates, where two documents tell an activity of one type in nearly the same words; two donors, where two documents name others
for one project. What differs in place and in time is not one thing.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from kb.joined import whole
from kb.ledger import citation
from kb.periods import long_date, meets, when_of
from kb.records import Evidence
from kb.rules import Rule
from kb.words import content, numbers

Row = Mapping[str, Any]
SHARED = 0.6
"""Least share of the shorter sentence's words that the other one holds, numbers aside."""
SAME = 0.8
"""Least share of all the words of both sentences, for activities whose dates differ: a yearly event is told in like words."""
ROUGH = 1.1
"""Ratio up to which a number told with a word such as "about" agrees with another."""
WORDS = 3
"""Words at least that both hold."""
NEIGHBOURS = 200
"""Statements of one kind, in the order of time, that each is compared with: what lies further apart is another time anyway."""
PASSAGES = 20
"""Passages in which statements beside that of an answer are sought."""

_TOTAL = re.compile(
    r"\b(?:so far|to date|cumulative(?:ly)?|since|as of|until now|up to now|by the end of)\b", re.I
)
_LANGUAGE = "language version"
_CAUSES = {
    "planned": "one is planned, the other is not",
    "total": "one is a total up to then, the other is of a period",
    "place": "different place",
    "part": "one is of a place, the other may be of more",
    "date": "different date",
    _LANGUAGE: "two language versions of one issue",
    "donors": "both may fund it",
    "events": "these may be two events",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement: what it says of which thing, and where it stands."""

    kind: str
    """figure, date or donor."""
    about: str
    value: str
    document: str
    section: str
    start: int
    end: int
    key: tuple[object, ...] = ()
    """Two statements on one thing have the same."""
    words: frozenset[str] = frozenset()
    when: tuple[str, str] = ("", "")
    places: frozenset[str] = frozenset()
    amount: float | None = None
    """Of a figure."""
    rough: bool = False
    """Of a figure told with a word such as "about"."""
    numbers: frozenset[str] = frozenset()
    """All numbers of the sentence."""
    status: str = ""
    total: bool = False


def find(store: Any, rules: Iterable[Rule] = ()) -> list[dict[str, Any]]:
    """All conflicts, those without a likely cause first: dicts of id, kind, about, cause, claims, ruling.

    `claims` are citations with `value` and `when`; `ruling` is the rule by which people prefer one, with its `claim` (from 1), or None.
    """
    read = _Reader(store)
    figures = [c for f in store.figures() if (c := read.figure(f))]
    pairs = [
        *_pairs(figures, SHARED),
        *_pairs(read.dates(), SAME),
        *read.donors(),
        *read.versions(),
        *read.events(),
    ]
    return _shown(store, pairs, read, rules)


def beside(store: Any, evidence: Sequence[Evidence], rules: Iterable[Rule] = ()) -> list[dict[str, Any]]:
    """Conflicts of the figures that an answer tells, in the shape of `find`."""
    read = _Reader(store)
    mine: list[Claim] = []
    held = read.sections({e.section_id for e in evidence})
    for e in evidence:
        told = " ".join(e.facts)
        section, _, figures = held[e.section_id]
        for f in figures:
            number = section["text"][f["start"] : f["end"]].split()[0]
            if f["quote"] in e.quote and (not told or number in told) and (claim := read.figure(f)):
                mine.append(claim)
    others: dict[tuple[str, int], Claim] = {}
    for claim in mine:
        words = [claim.about[a:b] for a, b, _ in content(claim.about)]
        hits = [p for p, _ in store.fulltext(words, limit=PASSAGES)]
        found = list(dict.fromkeys(r["section_id"] for r in store.passages(hits)))
        held |= read.sections(found)
        for section in found:
            for f in held[section][2]:
                if other := read.figure(f):
                    others[other.section, f["start"]] = other
    pairs = [(a, b, cause) for a, b, cause in _pairs([*others.values()], SHARED) if a in mine or b in mine]
    return _shown(store, pairs, read, rules)


def preferring(conflict: Row, number: int) -> Rule:
    """The rule that the claim of that number (from 1) is right."""
    claim = conflict["claims"][number - 1]
    return Rule(
        "prefer", kind=conflict["kind"], name=conflict["about"], document=claim["document"],
        quote=claim["quote"], value=claim["value"],
    )  # fmt: skip


def said(conflict: Row) -> str:
    """A conflict in one sentence: its claims side by side, the likely cause, the ruling."""
    claims = conflict["claims"]
    told = " – ".join(f"{c['value']} ({c['title']}{', ' if c['when'] else ''}{c['when']})" for c in claims)
    cause = f" Likely cause: {conflict['cause']}." if conflict["cause"] else " No cause is seen."
    ruling = conflict["ruling"]
    ruled = f" {ruling['who']} ruled: {claims[ruling['claim'] - 1]['value']} is right." if ruling else ""
    return f"Documents disagree: {told}.{cause}{ruled}"


class _Reader:
    """Reads claims from the ledger; what a document or section says of time and place is read once."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.documents = {d["id"]: d for d in store.documents()}
        self._mentions: dict[str, list[Row]] = {}

    def mentions(self, section: str) -> list[Row]:
        """What a section names."""
        if section not in self._mentions:
            self._mentions[section] = self.store.mentions(section=section)
        return self._mentions[section]

    def sections(self, ids: Collection[str]) -> dict[str, tuple[Row, list[Row], list[Row]]]:
        """As `in_sections` of the store; what they name is remembered."""
        held = self.store.in_sections(ids)
        self._mentions |= {id: mentions for id, (_, mentions, _) in held.items()}
        return held  # type: ignore[no-any-return]

    def figure(self, f: Row) -> Claim | None:
        """What a figure claims; None where it does not say what it counts, or stands in a table."""
        counted = frozenset(s for _, _, s in content(f["counted"] or ""))
        if not counted or "|" in f["quote"]:
            return None
        number = f"{f['value']:,.0f}" if float(f["value"]).is_integer() else f"{f['value']:,}"
        unit = f["unit"] or ""
        value = " ".join(
            filter(None, (f["qualifier"], number + unit * (unit == "%"), unit * (unit != "%"), f["counted"]))
        )
        return self._claim(
            "figure", f["counted"], value, f, f["quote_start"], f["quote_end"], f["quote"],
            (unit, counted), status="planned" if f["status"] == "planned" else "",
            amount=float(f["value"]), rough=bool(f["qualifier"]),
        )  # fmt: skip

    def dates(self) -> list[Claim]:
        """What dated activities claim of their time."""
        return [self.date(a) for a in self.store.activities() if a["date_start"] and "|" not in a["quote"]]

    def date(self, a: Row) -> Claim:
        """What an activity claims of its time."""
        told = long_date(a["date_start"], a["date_end"])
        key = (a["type"], a["status"])
        return self._claim("date", a["title"], told, a, a["start"], a["end"], a["quote"], key)

    def events(self) -> Iterator[tuple[Claim, Claim, str]]:
        """What the tellings of one event say otherwise of its time and of what they count."""
        for event in whole(self.store, self.store.activities(ids=list(self.store.tellings()))):
            for a, b in combinations(event["tellings"], 2):
                if a["date_start"] and b["date_start"] and not meets(when_of(a), when_of(b)):
                    yield self.date(a), self.date(b), ""
                counted = [
                    [c for f in self.store.figures(ids=_figures(t)) if (c := self.figure(f))] for t in (a, b)
                ]
                for one, other in product(*counted):
                    if one.key == other.key and not _agree(one, other):
                        yield one, other, ""

    def _claim(
        self, kind: str, about: str, value: str, row: Row, start: int, end: int, quote: str,
        key: tuple[object, ...], *, status: str = "", amount: float | None = None, rough: bool = False,
    ) -> Claim:  # fmt: skip
        here = [m for m in self.mentions(row["section"]) if start <= m["start"] < end]
        dates = [m for m in here if m["kind"] == "date" and m["date_start"]]
        document = self.documents[row["document"]]
        period = (document["period_start"] or "", document["period_end"] or "")
        when = (min(d["date_start"] for d in dates), max(d["date_end"] for d in dates)) if dates else period
        apart = {s for d in dates for _, _, s in content(d["name"] or "")}
        words = frozenset(s for _, _, s in content(quote) if not s[:1].isdigit()) - apart
        places = frozenset(m["entity"] for m in here if m["kind"] == "place")
        return Claim(
            kind, about, value, row["document"], row["section"], start, end, (kind, *key), words, when, places,
            amount, rough, frozenset(numbers(quote)), status, bool(_TOTAL.search(quote)),
        )  # fmt: skip

    def donors(self) -> Iterator[tuple[Claim, Claim, str]]:
        """Documents that name different donors of one project."""
        told: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for r in self.store.relations(kind="funds"):
            told[r["target"]][r["document"]].append(r)
        several = {p: by for p, by in told.items() if len(by) > 1}
        ids = {i for p, by in several.items() for i in (p, *(r["source"] for rs in by.values() for r in rs))}
        entities = {e["id"]: e for e in self.store.entities(ids=list(ids))} if ids else {}
        for project, by in several.items():
            if project not in entities or entities[project]["kind"] != "project":
                continue
            for a, b in combinations(by.values(), 2):
                if not {r["source"] for r in a} & {r["source"] for r in b}:
                    name = entities[project]["name"]
                    one, other = (
                        self._claim("donor", name, entities[rs[0]["source"]]["name"], rs[0], rs[0]["start"], rs[0]["end"],
                                    rs[0]["quote"], (project,))
                        for rs in (a, b)
                    )  # fmt: skip
                    apart = one.when[0] and other.when[0] and not meets(one.when, other.when)
                    yield one, other, "date" if apart else "donors"

    def versions(self) -> Iterator[tuple[Claim, Claim, str]]:
        """Sections of two language versions whose figures agree but for a few."""
        for document in self.documents.values():
            if not document["version_of"]:
                continue
            both = [self.store.sections(d) for d in (document["version_of"], document["id"])]
            if len(both[0]) != len(both[1]):
                continue
            for a, b in zip(*both, strict=True):
                one, other = (self.store.figures(section=s["id"]) for s in (a, b))
                differ = [(x, y) for x, y in zip(one, other, strict=False) if x["value"] != y["value"]]
                if len(one) == len(other) > 3 * len(differ):
                    for x, y in differ:
                        if (c := self.figure(x)) and (d := self.figure(y)):
                            yield c, d, _LANGUAGE


def _figures(activity: Row) -> list[str]:
    return [k["target"] for k in activity["links"] if k["field"] == "figure"]


def _pairs(claims: Iterable[Claim], share: float) -> Iterator[tuple[Claim, Claim, str]]:
    """Claims on one thing with different values, with the key of the likely cause (empty: none is seen)."""
    groups: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.key].append(claim)
    for group in groups.values():
        group.sort(key=lambda c: (c.when, c.document, c.section, c.start))
        for i, a in enumerate(group):
            for b in group[i + 1 : i + NEIGHBOURS]:
                if a.section == b.section or _agree(a, b):
                    continue
                common = len(a.words & b.words)
                # Activities of one kind are told in like words: of these, nearly all must be the same.
                whole = len(a.words | b.words) if a.kind == "date" else min(len(a.words), len(b.words))
                if common < WORDS or common < share * whole:
                    continue
                cause = _cause(a, b)
                if cause is not None:
                    yield a, b, cause


def _agree(a: Claim, b: Claim) -> bool:
    """Do two claims say the same, or does the sentence of one tell the other's number as well, of another thing?"""
    if a.amount is None or b.amount is None:
        return a.value == b.value
    near = max(a.amount, b.amount) <= ROUGH * min(a.amount, b.amount)
    if a.amount == b.amount or ((a.rough or b.rough) and near):
        return True
    return _digits(b.amount) in a.numbers or _digits(a.amount) in b.numbers


def _digits(value: float) -> str:
    return str(int(value)) if value.is_integer() else str(value)


def _cause(a: Claim, b: Claim) -> str | None:
    """Why two claims on one thing may differ; None where they are not on one thing."""
    apart = bool(a.when[0] and b.when[0]) and not meets(a.when, b.when)
    elsewhere = bool(a.places and b.places) and not a.places & b.places
    if apart and elsewhere:
        return None
    if a.kind == "date":
        return None if elsewhere or not apart or a.document == b.document else "events"
    if a.status != b.status:
        return "planned"
    if a.total != b.total:
        return "total"
    if bool(a.places) != bool(b.places) and not apart:
        return "part"
    return "place" if elsewhere else "date" if apart else ""


def _shown(
    store: Any, pairs: Collection[tuple[Claim, Claim, str]], read: _Reader, rules: Iterable[Rule]
) -> list[dict[str, Any]]:
    """Claims that hang together as one conflict each."""
    groups: dict[Claim, set[Claim]] = {}
    causes: dict[Claim, list[str]] = defaultdict(list)
    for a, b, cause in pairs:
        causes[a].append(cause)
        merged = groups.get(a, {a}) | groups.get(b, {b})
        for claim in merged:
            groups[claim] = merged
    preferred = {(r.document, r.quote, r.value): r for r in rules if r.what == "prefer"}
    found = []
    for group in {id(g): g for g in groups.values()}.values():
        claims = sorted(group, key=lambda c: (c.when, c.document, c.section, c.start))
        told = [c for claim in claims for c in causes[claim]]
        rows = []
        for claim in claims:
            (first, *_) = store.evidence(claim.section, claim.start, claim.end)
            issue = read.documents[claim.document]
            when = long_date(*claim.when) if claim.when[0] else str(issue["period_label"] or "")
            rows.append({"value": claim.value, "when": when, **citation(first)})
        ruling = None
        for number, row in enumerate(rows, 1):
            if rule := preferred.get((row["document"], row["quote"], row["value"])):
                ruling = {
                    "rule": rule.id,
                    "who": rule.who,
                    "when": rule.when,
                    "why": rule.why,
                    "claim": number,
                }
        mark = repr([(r["document"], r["quote"], r["value"]) for r in rows])
        found.append({
            "id": hashlib.sha256(mark.encode()).hexdigest()[:8],
            "kind": claims[0].kind,
            "about": claims[0].about,
            # One pair that nothing explains leaves the whole unexplained.
            "cause": "" if "" in told else _CAUSES[max(sorted(set(told)), key=told.count)],
            "claims": rows,
            "ruling": ruling,
        })  # fmt: skip
    return sorted(found, key=lambda c: (bool(c["cause"]), c["kind"], c["about"], c["id"]))

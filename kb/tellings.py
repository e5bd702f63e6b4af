"""Which activities of two sections or issues tell of one event, which may, and why.

A false join loses an event, a missed one only counts it twice. So two tellings are one only where they share words of their
own and something that few others have (a day, a number, a name, a place), and nothing speaks against it; what is unsure is for
people to decide. Only what stands in the sentences themselves counts: what an activity takes from the sentences around it may
be another one's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from kb.likeness import WORD, Telling, stems_in, weights
from kb.periods import long_date, meets, when_of
from kb.proposals import Proposal, pair_id
from kb.text import fold
from kb.wording import figure
from kb.words import stem

Row = Mapping[str, Any]

RECENT, KEYS, SHARED = 20, 10, 2
"""Each telling is compared with so many before it that share a word; words looked for; of these, those that both must hold."""
MONTH, HALF_YEAR = 31, 200
"""Days within which two tellings, of which one has no date, are of one time, or may be."""
SAME, HELD, HALF, LITTLE = 0.85, 0.7, 0.5, 0.25
"""Shares of the weight of words that both hold: nearly the same sentence, one that holds the other, one that may."""
NAMED = ("project", "donor", "partner", "organisation", "person")
COMMON = 0.2
"""A name in a greater share of all activities tells nothing, where it is more than a few; nor does the publisher's."""
ONCE = frozenset(("project", "person"))
"""Of these, two tellings of one event do not name different ones."""
_ROUND = re.compile(
    r"\b(?:(?P<n>\d+)(?:st|nd|rd|th)|(?P<w>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|another|further"
    r"|follow-?up|refresher|deuxième|seconde?|troisième|dernière?|втор\w+|трет\w+|четв[её]рт\w+)"
    r"|(?:phase|round|session|part|batch|group|module|wave|cycle|stage|lot|no\.?) (?P<p>\d+|[ivx]+|one|two|three|four|five))"
    r"(?!\w)(?! (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.I,
)
"""Words for one of several rounds. "First" may be a deputy's or a time, and says nothing."""
_OFTEN = re.compile(
    r"\b(?:daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|regular(?:ly)?|every|each|usual(?:ly)?|always|today|yesterday|tomorrow"
    r"|(?:this|last|next|preceding|previous|past) (?:day|week|month|quarter|year)s?|(?:24|48|72) hours"
    r"|quotidien\w*|hebdomadaire\w*|mensuel\w*|chaque|aujourd.hui|ежедневн\w*|еженедельн\w*|ежемесячн\w*|ежегодн\w*|кажд\w+)\b",
    re.I,
)
"""Words of what is done again and again, or of a day that only the issue tells."""
_FOR = re.compile(
    r"\bfor (?:[\w’-]+ ){0,4}?([\w’-]+s)(?= (?:in|at|on|from|of|who|and|with|by|held|took|was|were|will|is|are)\b|[.,;:)]|$)",
    re.I,
)
"""For whom something was done."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentence of an activity tells."""

    row: Row
    words: Mapping[str, float]
    """Stem → how much it tells."""
    places: Mapping[str, frozenset[str]]
    """Below countries, each with itself and all that it lies in."""
    countries: frozenset[str]
    names: Mapping[str, frozenset[str]]
    """Field → ids."""
    around: frozenset[str]
    """Ids of all names of the activity, also those from the sentences around."""
    figures: Mapping[tuple[float, str, str], str]
    """Value, unit and stem of what is counted → the figure in words; without shares."""
    stems: frozenset[str]
    whom: frozenset[str]
    """Of the stems, those of whom or what it was done for."""
    rounds: frozenset[str]
    often: bool
    when: tuple[str, str]
    issued: tuple[str, str]
    """The time of its document, empty where it has none."""


def read(store: Any, rows: Sequence[Row], documents: Mapping[str, Row]) -> dict[str, Told]:
    """Activity (id) → what its sentence tells."""
    own = [[k for k in r["links"] if r["start"] <= k["start"] < r["end"]] for r in rows]
    words = [_stems(r, links) for r, links in zip(rows, own, strict=True)]
    weight = weights([Telling(r["document"], "", dict.fromkeys(w, 1.0), {}) for r, w in zip(rows, words, strict=True)])  # fmt: skip
    linked = {k["field"]: set[str]() for ks in own for k in ks}
    for k in chain.from_iterable(own):
        linked[k["field"]].add(k["target"])
    figures = {f["id"]: f for f in store.figures(ids=list(linked.get("figure", ())))}
    places = store.names(linked.get("district", set()) | linked.get("place", set()))
    within = _within(store)
    telling = _telling(store, rows, documents)
    found = {}
    for row, stems, links in zip(rows, words, own, strict=True):
        by: dict[str, frozenset[str]] = defaultdict(frozenset)
        for k in links:
            by[k["field"]] |= {k["target"]}
        here = by["district"] | by["place"]
        countries = frozenset(i for i in here if i in places and places[i]["level"] == "country")
        counts = [figures[i] for i in by["figure"] if i in figures and figures[i]["unit"] != "%"]
        document = documents[row["document"]]
        start = document["period_start"] or document["published"] or ""
        found[row["id"]] = Told(
            row,
            {w: weight[w] for w in stems if w in weight},
            _narrowest({i: frozenset(within(i)) for i in here - countries}),
            countries,
            {f: ids for f in NAMED if (ids := by[f] & telling)},
            frozenset(k["target"] for k in row["links"] if k["field"] in NAMED) & telling,
            {(f["value"], f["unit"], _head(f["counted"])): f"{figure(f)} {f['counted']}".strip() for f in counts},
            stems,
            _whom(row, counts, stems),
            frozenset((m["n"] or m["w"] or m["p"]).casefold() for m in _ROUND.finditer(row["quote"])),
            _OFTEN.search(row["quote"]) is not None,
            when_of(row),
            (start, document["period_end"] or start),
        )  # fmt: skip
    return found


def _stems(row: Row, links: Iterable[Row]) -> frozenset[str]:
    """Stems of the words of a sentence, without its names, which count by themselves."""
    text = row["quote"]
    for k in links:
        if k["field"] != "figure":
            start, end = (k[side] - row["start"] for side in ("start", "end"))
            text = text[:start] + " " * (end - start) + text[end:]
    known = stems_in(row["language"] or "en")
    return frozenset(s for w in WORD.findall(text) if (s := known[w]))


def _whom(row: Row, counts: Iterable[Row], stems: frozenset[str]) -> frozenset[str]:
    """Stems of the words for whom or what it was done: of what is counted, and of "for border guards" that of "guards"."""
    known = stems_in(row["language"] or "en")
    return (
        frozenset(
            {*(_head(f["counted"]) for f in counts), *(known[m[1]] for m in _FOR.finditer(row["quote"]))}
        )
        & stems
    )


def _telling(store: Any, rows: Sequence[Row], documents: Mapping[str, Row]) -> frozenset[str]:
    """Names that are not everywhere, and not the publishers'."""
    seen = Counter(i for r in rows for i in {k["target"] for k in r["links"] if k["field"] in NAMED})
    publishers = {
        i
        for d in documents.values()
        if d["organisation"]
        for i in store.find_entities(fold(d["organisation"]))
    }
    few = max(5, COMMON * len(rows))
    return frozenset(i for i, n in seen.items() if n <= few) - publishers


def _head(counted: str) -> str:
    """The stem of the word for what is counted: of "Tajik border guards" that of "guards"."""
    words = re.split(r"\b(?:of|in|from|with|who|that|for)\b", counted or "")[0].split()
    return stem(words[-1]) if words else ""


def _narrowest(places: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Of places with all that they lie in, those in which no other one lies: of "Kulob in Khatlon" Kulob."""
    around = {i for place, above in places.items() for i in above - {place}}
    return {i: above for i, above in places.items() if i not in around}


def _within(store: Any) -> Any:
    up = {child: parent for parent, children in store.places_within().items() for child in children if parent}

    def within(place: str) -> Iterator[str]:
        seen = set[str]()
        while place and place not in seen:
            seen.add(place)
            yield place
            place = up.get(place, "")

    return within


def against(a: Told, b: Told) -> bool:
    """Does something say that two activities are two?"""
    one, other = a.row, b.row
    if one["section"] == other["section"] or one["type"] != other["type"]:
        return True
    if a.when[0] and b.when[0] and not meets(a.when, b.when):
        return True
    if (a.rounds or b.rounds) and a.rounds != b.rounds and (a.rounds and b.rounds or not _day(a, b)):
        return True
    if any(f in a.names and f in b.names and not a.names[f] & b.names[f] for f in ONCE):
        return True
    if a.whom and b.whom and not a.whom & b.stems and not b.whom & a.stems:
        return True
    if a.countries and b.countries and not a.countries & b.countries:
        return True
    return (
        not _may_meet(a, b)
        or not (not a.places or not b.places or _covered(a.places, b.places) or _covered(b.places, a.places))
        or not _may_count(a, b)
    )


def _may_meet(a: Told, b: Told) -> bool:
    """May they be of one time, where one of them tells none?"""
    if a.when[0] and b.when[0] or a.row["document"] == b.row["document"]:
        return True
    return not (a.often or b.often) and _between(a, b) <= HALF_YEAR


def _between(a: Told, b: Told) -> float:
    """Days between a telling with a date and the issue of one without; of two without, from one issue's beginning to the other's end."""
    if a.when[0] and b.when[0]:
        return 0
    if a.when[0] or b.when[0]:
        # What is planned is told before, what was done after.
        dated, other = (a, b) if a.when[0] else (b, a)
        return _apart(dated.when, other.issued)
    return _spread(a.issued, b.issued)


def _covered(x: Mapping[str, frozenset[str]], y: Mapping[str, frozenset[str]]) -> bool:
    """Is each place of the one telling a place of the other, or within one, or around one?"""
    wide = frozenset[str]().union(*y.values())
    return all(place in wide or above & y.keys() for place, above in x.items())


def _may_count(a: Told, b: Told) -> bool:
    """Do their numbers agree, as far as they count the same?"""
    if not a.figures or not b.figures:
        return True
    if not {f[:2] for f in a.figures} & {f[:2] for f in b.figures}:
        return False
    one, other = ({f[1:]: {g[0] for g in t.figures if g[1:] == f[1:]} for f in t.figures} for t in (a, b))
    return all(one[k] & other[k] for k in one.keys() & other.keys())


def _apart(a: tuple[str, str], b: tuple[str, str]) -> float:
    """Days between two spans of time, 0 where they meet; endless where one is unknown."""
    if not a[0] or not b[0]:
        return float("inf")
    if meets(a, b):
        return 0
    (_, earlier), (later, _) = sorted((a, b))
    return (_first_day(later) - _first_day(earlier)).days


def _spread(a: tuple[str, str], b: tuple[str, str]) -> float:
    """Days from the beginning of the earlier to the end of the later span; endless where one is unknown."""
    if not a[0] or not b[0]:
        return float("inf")
    return (_first_day(max(a[1], b[1])) - _first_day(min(a[0], b[0]))).days


def _first_day(iso: str) -> date:
    return date.fromisoformat(iso + "0001-01-01"[len(iso) :])


def _day(a: Told, b: Told) -> bool:
    """Are both of the same day, or of days that are the same?"""
    return len(a.when[0]) == 10 and a.when == b.when


def find(told: Mapping[str, Told], names: Any) -> list[Proposal]:
    """Pairs that are (`sure`) or may be one event, best first. `names`: ids → rows with a name, as `store.names`."""
    found = []
    for a, b in _candidates([t for t in told.values() if "|" not in t.row["quote"]]):
        if not against(a, b) and (judged := _judged(a, b, names)) is not None:
            found.append(judged)
    return sorted(found, key=lambda p: (not p.sure, -p.score, p.id))


def _candidates(told: Iterable[Told]) -> Iterator[tuple[Told, Told]]:
    """Pairs of one type that share some of the words that tell most of them."""
    recent: dict[tuple[str, str], deque[Told]] = defaultdict(lambda: deque(maxlen=RECENT))
    for t in told:
        keys = sorted(t.words, key=lambda w: (-t.words[w], w))[:KEYS]
        near: Counter[str] = Counter()
        by_id: dict[str, Told] = {}
        for key in keys:
            for other in recent[t.row["type"], key]:
                near[other.row["id"]] += 1
                by_id[other.row["id"]] = other
            recent[t.row["type"], key].append(t)
        for id, shared in near.items():
            if shared >= SHARED:
                yield by_id[id], t


def _judged(a: Told, b: Told, names: Any) -> Proposal | None:
    common = a.words.keys() & b.words.keys()
    mass = [sum(t.words.values()) for t in (a, b)]
    held = sum(a.words[w] for w in common)
    part, whole = held / min(mass), held / (sum(mass) - held)
    here = a.row["document"] == b.row["document"]
    counts = [a.figures[f] for f in a.figures if f in b.figures and f[2]]
    named = set().union(*a.names.values()) & set().union(*b.names.values())
    places = a.places.keys() & b.places.keys()
    apart = any(f in a.names and f in b.names and not a.names[f] & b.names[f] for f in NAMED)
    ties = 2 * bool(counts) + bool(named) + bool(places)
    day, dated = _day(a, b), bool(a.when[0] and b.when[0])
    lasts = "ongoing" in (a.row["status"], b.row["status"])
    repeat = whole >= SAME and len(common) >= 3 and _spread(a.issued, b.issued) <= MONTH
    alone = not a.places or not b.places
    sure = (not apart and (alone or _covered(a.places, b.places) and _covered(b.places, a.places))) and (
        (day and part >= HELD and len(common) >= (2 if counts else 3 if ties else 4))
        or (dated and a.when == b.when and ties and whole >= SAME and len(common) >= 5)
        or (dated and ties > 1 and part >= HELD and len(common) >= 3)
        or (here and ties and not lasts and part >= HELD and whole >= HALF and len(common) >= 3)
        or (repeat and ties > 0)
        or (ties > 2 and _between(a, b) <= MONTH and part >= HELD and len(common) >= 3)
    )
    rare = day and places and len(common) >= 2 and part >= LITTLE
    may = rare or (
        part >= HALF
        and whole >= LITTLE
        and len(common) >= (3 if ties or day else 4)
        and (ties or day or part >= SAME or bool(a.around & b.around))
        and not (apart and not named)
    )
    if not sure and not may:
        return None
    reasons = []
    if day:
        reasons.append(f"both are of {long_date(*a.when)}")
    reasons += [f"both tell of {counted}" for counted in counts[:2]]
    called = sorted(e["name"] for e in names(named | places).values())
    reasons += [f"both name {', '.join(called[:3])}"] if called else []
    reasons.append(f"{whole:.0%} of their words are the same")
    if apart:
        reasons.append("but they name others besides")
    score = min(0.99, 0.5 * part + 0.2 * whole + 0.1 * min(ties, 2) + 0.1 * day)
    ids = (a.row["id"], b.row["id"])
    return Proposal(pair_id("activity", *ids), "activity", *ids, round(score, 3), tuple(reasons), sure)

"""Threads: activities that recur over issues (the yearly harvest monitoring), what stayed in them and what changed.

They are found from what the ledger tells, so that rules, merges and language versions count as everywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from kb.joined import whole
from kb.ledger import citation
from kb.likeness import WORD, WORDS, Telling, distinctive, groups, stems_in, weights
from kb.periods import issued
from kb.search import Scope
from kb.text import fold
from kb.versions import once
from kb.words import content, stem

Row = dict[str, Any]

NAMES: dict[str, float] = {
    "project": 2.0,
    "partner": 1.0,
    "donor": 0.7,
    "organisation": 0.7,
    "person": 0.5,
    "district": 0.5,
    "place": 0.5,
}
"""How much a name that two activities share counts against a word of the sentence, by its field."""
HEADING = 2.0
AROUND = 0.4
"""The same of words of the heading, and of those around the sentence."""
NAMED = 4
"""Words that the name of a thread has where no heading names it."""
HEADED = 2
"""Words with a meaning of their own that a heading must have for that: not "Foreword" nor "Next"."""
LONGEST = 90
"""Letters of such a heading."""
_FRONT = re.compile(
    r"(?:foreword|editorial|preface|introduction|summary|overview|highlights|news|in brief|at a glance|avant-propos|éditorial|résumé|предисловие|введение)\W*",
    re.I,
)
"""Headings that name no subject."""
INTERVALS = (
    ("monthly", 0.7, 1.5),
    ("quarterly", 2, 4.5),
    ("half-yearly", 5, 8),
    ("yearly", 9, 15),
    ("every two years", 20, 28),
)
"""Words for the usual months from one occasion to the next."""
REGULAR = 0.6
"""Share of the intervals that must agree with the word."""
YEARS, A_YEAR = 0.75, 2
"""Of the years from first to last, the share that must tell an occasion of what is yearly, and the most occasions a year."""
QUIET = 2.0
"""Usual intervals, within one year and three, after which a thread that nothing was heard of is quiet."""
_FIELDS = {
    "projects": ("project",),
    "donors": ("donor",),
    "partners": ("partner",),
    "places": ("district", "place"),
}


def find(store: Any, scope: Scope | None = None) -> list[Row]:
    """Threads, those with most occasions first, in the shape of `kb.base.KnowledgeBase.threads` without its evidence.

    `scope`: only those with a member that it holds; they are told whole.
    """
    documents = {d["id"]: d for d in store.documents()}
    together = _belonging(store)
    rows = {
        r["id"]: r
        for r in _in_time(
            whole(store, store.activities(ids=[i for ids, _ in together for i in ids])), documents
        )
    }
    found = [(_together([rows[i] for i in ids]), words) for ids, words in together]
    if scope is not None:
        found = [
            (ms, ws)
            for ms, ws in found
            if any(scope.holds(t["document"], t["section"]) for m in ms for t in m["tellings"])
        ]
    latest = max((issued(d) for d in documents.values()), default="")
    names, figures = _names(store, found), _figures(store, found)
    threads = [_described(members, words, names, figures, latest) for members, words in found]
    return sorted(threads, key=lambda t: (-t["occasions"], t["first"], t["id"]))


def recurs(store: Any) -> bool:
    """Is there a thread at all?"""
    return bool(_belonging(store))


def relate(store: Any) -> None:
    """Keeps what belongs together, which takes seconds to find among many activities; for a writer, after all else is told.

    It stands as `threads` in `meta` until a document comes or goes, or rules or versions change; readers without it find it anew.
    """
    if _known(store) is None:
        store.set_meta("threads", json.dumps([_judgement(), _grouped(store)]))


def _belonging(store: Any) -> list[tuple[list[str], list[str]]]:
    """Ids and words of each thread: as they are kept, else found anew."""
    known = _known(store)
    return _grouped(store) if known is None else known


def _known(store: Any) -> list[tuple[list[str], list[str]]] | None:
    """Ids and words of each thread, where they are kept and this code found them."""
    mark, groups = json.loads(store.meta("threads", '["", []]'))
    return groups if mark == _judgement() else None


@cache
def _judgement() -> str:
    folder = Path(__file__).parent
    return hashlib.sha256(
        b"".join((folder / f"{n}.py").read_bytes() for n in ("threads", "likeness"))
    ).hexdigest()


def with_evidence(store: Any, threads: Iterable[Row]) -> list[Row]:
    """The threads, each member with its citation."""
    return [
        {
            **thread,
            "members": [
                {**m, "evidence": citation(store.evidence(m["section"], m["start"], m["end"])[0])}
                for m in thread["members"]
            ],
        }
        for thread in threads
    ]


def follows(threads: Iterable[Row]) -> list[Row]:
    """Relations in the shape of the export: the first activity of each occasion follows that of the one before."""
    relations = []
    for thread in threads:
        firsts: dict[str, Row] = {}
        for member in thread["members"]:
            firsts.setdefault(member["occasion"], member)
        for earlier, later in pairwise(firsts.values()):
            told = {k: later[k] for k in ("quote", "document", "section", "page")}
            relations.append(
                {"kind": "follows", "source": later["activity"], "target": earlier["activity"], **told}
            )
    return relations


# What belongs together


def _grouped(store: Any) -> list[tuple[list[str], list[str]]]:
    """Ids of the activities of each thread, and the words that they share."""
    documents = {d["id"]: d for d in store.documents()}
    rows = _in_time(whole(store, once(store.activities(), documents.values())), documents)
    tellings = _tellings(rows)
    weight = weights(tellings)
    found = []
    for group in groups(tellings, weight):
        members = _together([rows[i] for i in group])
        if len({r["document"] for r in members}) < 2 or len(set(_occasions(members).values())) < 2:
            continue  # one occasion told in several issues is no thread
        kinds = {stem(w) for r in members for w in WORD.findall(r["type"])}
        words = [w for w in distinctive([tellings[i] for i in group], weight) if w not in kinds]
        if len(words) >= WORDS:
            found.append(([r["id"] for r in members], words))
    return found


def _tellings(rows: Sequence[Row]) -> list[Telling]:
    """What activities are compared by: their own words, those around them, and the names they are linked to."""
    return [
        Telling(
            row["document"],
            row["type"],
            _words(row),
            {k["target"]: NAMES[k["field"]] for k in reversed(row["links"]) if k["field"] in NAMES},
        )
        for row in rows
    ]


def _words(row: Row) -> dict[str, float]:
    """Stems of the words of a sentence, of its heading and around it, without numbers."""
    known = stems_in(row["language"] or "en").__getitem__
    # The stretch around begins and ends within a word.
    parts = (
        (WORD.findall(row["around"])[1:-1], AROUND),
        (WORD.findall(row["quote"]), 1.0),
        ([] if _FRONT.fullmatch(row["heading"]) else WORD.findall(row["heading"]), HEADING),
    )
    found: dict[str, float] = {}
    for words, weight in parts:
        found |= dict.fromkeys(map(known, words), weight)
    found.pop("", None)
    return found


# What is told of a thread


def _in_time(rows: Iterable[Row], documents: Mapping[str, Row]) -> list[Row]:
    """The rows in time order, each with `when`: its date, else the time of its document; undated ones last."""

    def when(row: Row) -> str:
        document = documents[row["document"]]
        return str(row["date_start"] or document["period_start"] or document["published"] or "")

    return sorted(({**r, "when": when(r)} for r in rows), key=_by_time)


def _by_time(row: Row) -> tuple[str, str]:
    return row["when"] or "9999", row["id"]


def _together(rows: Sequence[Row]) -> list[Row]:
    """The members of a thread in time order; an undated one takes the time of the nearest dated one in its document."""
    told = []
    for row in rows:
        here = [r for r in rows if r["document"] == row["document"] and r["date_start"]]
        near = min(
            here, key=lambda r: (r["section"] != row["section"], abs(r["start"] - row["start"])), default=row
        )
        told.append(row if row["date_start"] else {**row, "when": near["when"]})
    return sorted(told, key=_by_time)


def _occasions(members: Sequence[Row]) -> dict[str, str]:
    """Time → its occasion, a month; a year alone means the first of its months that others tell, if one does."""
    months = sorted({m["when"][:7] for m in members if m["when"]})
    return {
        m["when"]: next((o for o in months if len(o) == 7 and o.startswith(m["when"][:7])), m["when"][:7])
        for m in members
        if m["when"]
    }


def _described(
    rows: Sequence[Row],
    words: Sequence[str],
    names: Mapping[str, str],
    figures: Mapping[str, Row],
    latest: str,
) -> Row:
    occasions = _occasions(rows)
    members = [_member(r, occasions.get(r["when"], ""), names, figures) for r in rows]
    times = sorted(set(occasions.values()))
    kind = Counter(r["type"] for r in rows).most_common(1)[0][0]
    gaps = [_months(a, b) for a, b in pairwise(times)]
    usual = median(gaps)
    quiet = rows[-1]["status"] != "planned" and _months(times[-1], latest[:7]) > min(
        36, max(12, QUIET * usual)
    )
    held = {f: _held(members, f) for f in _FIELDS}
    most = len(times) / 2
    return {
        "id": f"thread-{rows[0]['id']}",
        "name": f"{kind}: {_headed(rows, words) or _named(rows, words[:NAMED])}",
        "kind": kind,
        "first": times[0],
        "last": times[-1],
        "occasions": len(times),
        "interval": _interval(times),
        "months": usual,
        "status": "quiet" if quiet else "ongoing",
        "quiet_since": times[-1] if quiet else "",
        "words": list(words),
        "stayed": {f: [n for n, told in held[f].items() if len(told) > most] for f in held},
        "changed": {
            f: [
                {"name": n, "first": min(told), "last": max(told)}
                for n, told in held[f].items()
                if len(told) <= most
            ]
            for f in held
        },
        "figures": _over_time(members),
        "members": members,
    }


def _member(row: Row, occasion: str, names: Mapping[str, str], figures: Mapping[str, Row]) -> Row:
    def linked(*fields: str) -> list[str]:
        return [k["target"] for k in row["links"] if k["field"] in fields]

    return {
        "activity": row["id"],
        **{k: row[k] for k in ("type", "title", "when", "status")},
        "until": row["date_end"],
        "occasion": occasion,
        **{
            f: list(dict.fromkeys(names[i] for i in linked(*fields) if i in names))
            for f, fields in _FIELDS.items()
        },
        "figures": [
            {k: figures[i][k] for k in ("value", "unit", "counted", "qualifier")}
            for i in linked("figure")
            if i in figures
        ],
        **{k: row[k] for k in ("quote", "document", "section", "page", "start", "end")},
    }


def _held(members: Iterable[Row], field: str) -> dict[str, set[str]]:
    """Name → occasions at which it is told."""
    held: dict[str, set[str]] = defaultdict(set)
    for m in members:
        for name in m[field] if m["occasion"] else ():
            held[name].add(m["occasion"])
    return held


def _over_time(members: Iterable[Row]) -> list[Row]:
    """Figures that count the same at two occasions and more: dicts of counted, unit, told (occasion, value, qualifier, activity)."""
    told: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for m in members:
        for f in m["figures"] if m["occasion"] else ():
            row = {**f, "occasion": m["occasion"], "activity": m["activity"]}
            same = told[fold(f["counted"]), f["unit"]]
            if not any((r["occasion"], r["value"]) == (row["occasion"], row["value"]) for r in same):
                same.append(row)
    return [
        {
            "counted": rows[0]["counted"],
            "unit": unit,
            "told": [{k: r[k] for k in ("occasion", "value", "qualifier", "activity")} for r in rows],
        }
        for (_, unit), rows in told.items()
        if len({r["occasion"] for r in rows}) > 1
    ]


def _interval(times: Sequence[str]) -> str:
    """The word for the usual interval; "irregular" where most differ, empty where two occasions tell nothing yet."""
    if len(times) < 3:
        return ""
    gaps = [_months(a, b) for a, b in pairwise(times)]
    if all(len(t) == 7 for t in times):
        for word, least, most in INTERVALS:
            if least <= median(gaps) <= most and sum(least <= g <= most for g in gaps) >= REGULAR * len(gaps):
                return word
    # A harvest may be told in autumn and once more in spring, or as of a year.
    years = {int(t[:4]) for t in times}
    every = len(years) >= max(3, YEARS * (max(years) - min(years) + 1))
    return "yearly" if every and len(times) <= A_YEAR * len(years) else "irregular"


def _months(earlier: str, later: str) -> float:
    """Months from one time to another, ISO; of a year alone its middle counts."""
    (y0, m0), (y1, m1) = ((int(t[:4]), int(t[5:7] or 6)) for t in (earlier, later or earlier))
    return 12 * (y1 - y0) + m1 - m0


def _headed(rows: Sequence[Row], words: Sequence[str]) -> str:
    """The heading that says best what the activities share; empty where none has words enough for a name."""
    best, most = "", (0, 0)
    for heading, times in Counter(r["heading"] for r in rows if r["heading"]).items():
        own = {s for _, _, s in content(heading)}
        if len(own) >= HEADED and len(heading) <= LONGEST and (score := (len(own & {*words}), times)) > most:
            best, most = heading, score
    return best


def _named(rows: Sequence[Row], words: Sequence[str]) -> str:
    """Words, given by their stems, as they stand in the member that holds most of them; neighbours without a comma."""
    best: list[tuple[str, bool]] = []
    for row in rows:
        seen: set[str] = set()
        told: list[tuple[str, bool]] = []
        last = -1
        text = f"{row['heading']} | {row['quote']} | {row['around']}"
        for match in WORD.finditer(text):
            if (base := stems_in(row["language"] or "en")[match[0]]) in words and base not in seen:
                seen.add(base)
                told.append((match[0], bool(told) and not text[last : match.start()].strip()))
                last = match.end()
        if len(told) > len(best):
            best = told
    return "".join(f"{' ' if near else ', ' if i else ''}{word}" for i, (word, near) in enumerate(best))


def _names(store: Any, found: Iterable[tuple[Sequence[Row], Any]]) -> dict[str, str]:
    ids = {k["target"] for rows, _ in found for r in rows for k in r["links"] if k["field"] in NAMES}
    return {e["id"]: e["name"] for e in store.entities(ids=sorted(ids))} if ids else {}


def _figures(store: Any, found: Iterable[tuple[Sequence[Row], Any]]) -> dict[str, Row]:
    ids = {k["target"] for rows, _ in found for r in rows for k in r["links"] if k["field"] == "figure"}
    return {f["id"]: f for f in store.figures(ids=sorted(ids))} if ids else {}

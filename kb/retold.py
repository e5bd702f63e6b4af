"""Events: activities that tell of one thing are kept as one, people's decisions first; what is unsure goes to the review queue.

What was read stays as it was read. What belongs together is found anew after each ingest and decision, as threads are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kb import rules
from kb.errors import InputError
from kb.proposals import Proposal
from kb.rules import Rule
from kb.tellings import Told, against, find, read
from kb.versions import once

Row = Mapping[str, Any]


def relate(store: Any, root: Path) -> None:
    """Keeps which activities tell of one event, and what is proposed; for a writer, after rules and merges were laid.

    What is kept holds until documents, rules or versions change. Raises StoreError where a rule is damaged.
    """
    ruled = [r for r in rules.in_force(rules.read(root)) if r.kind == "activity"]
    mark = hashlib.sha256(repr(ruled).encode() + _judgement()).hexdigest()
    if store.meta("retold") != mark:
        store.put_tellings(*_found(store, ruled), mark)


@cache
def _judgement() -> bytes:
    """The code that decides: another version of it judges anew."""
    folder = Path(__file__).parent
    return b"".join((folder / f"{name}.py").read_bytes() for name in ("retold", "tellings", "likeness"))


def _found(store: Any, ruled: Sequence[Rule]) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
    """Activity → its event, for those told more than once; and rows of proposals."""
    documents = {d["id"]: d for d in store.documents()}
    order = {id: n for n, id in enumerate(documents)}
    rows = {r["id"]: r for r in once(store.activities(), documents.values())}
    rows = dict(sorted(rows.items(), key=lambda i: (order[i[1]["document"]], i[1]["section"], i[1]["start"])))
    decided: dict[frozenset[str], bool] = {}
    for rule in ruled:  # of two rules about one pair, the later one holds
        if (pair := pair_of(store, rule)) and rows.keys() >= set(pair):
            decided[frozenset(pair)] = rule.what == "merge"
    told = read(store, list(rows.values()), documents)
    groups, queue = _grouped(find(told, store.names), told, decided)
    return {id: _fullest(group, rows) for group in groups for id in group}, queue


def _grouped(
    found: Sequence[Proposal], told: Mapping[str, Told], decided: Mapping[frozenset[str], bool]
) -> tuple[list[list[str]], list[tuple[Any, ...]]]:
    """Activities of each event, and rows of proposals. Nothing is joined with a group of which one member speaks against it."""
    groups = {id: [id] for id in told}

    def join(a: str, b: str) -> None:
        if groups[a] is not groups[b]:
            both = groups[a] + groups[b]
            groups.update(dict.fromkeys(both, both))

    def fit(a: str, b: str) -> bool:
        pairs = [(x, y) for x in groups[a] for y in groups[b]]
        return all(
            decided.get(frozenset(pair), True) and not against(told[pair[0]], told[pair[1]]) for pair in pairs
        )

    for pair, one in decided.items():
        if one:
            join(*pair)
    queue = []
    for p in found:
        pair = frozenset((p.source, p.target))
        if pair in decided:
            state = "accepted" if decided[pair] else "rejected"
        elif groups[p.source] is groups[p.target]:
            state = "sure"
        elif not fit(p.source, p.target):
            continue
        else:
            state = "sure" if p.sure else "open"
        if state == "sure":
            join(p.source, p.target)
        queue.append((p.id, p.kind, p.source, p.target, p.score, json.dumps(p.reasons, ensure_ascii=False), state))  # fmt: skip
    return [g for g in {id(g): g for g in groups.values()}.values() if len(g) > 1], queue


def _fullest(group: Sequence[str], rows: Mapping[str, Row]) -> str:
    """The telling that the event is told by: one with a date, with most fields, with most words."""
    return max(
        group, key=lambda i: (bool(rows[i]["date_start"]), len(rows[i]["links"]), len(rows[i]["quote"]), i)
    )


def about_pair(store: Any, what: str, source: str, target: str) -> Rule:
    """The rule that two activities (ids) are one event (merge) or two (apart). Raises InputError."""
    rows = {a["id"]: a for a in store.activities(ids=[source, target])}
    if len(rows) < 2:
        raise InputError("two activities are needed. See `kb list activities` for their ids.")
    a, b = rows[source], rows[target]
    if a["section"] == b["section"]:
        raise InputError("one section tells of both, one after the other; nothing was changed.")
    return Rule(
        what, "activity", a["title"], a["id"], b["title"], b["id"], a["document"], a["quote"],
        other_document=b["document"], other_quote=b["quote"],
    )  # fmt: skip


def pair_of(store: Any, rule: Rule) -> tuple[str, str] | None:
    """The activities that a rule says are one or two; None where their words stand nowhere any more."""
    found = []
    for document, quote, hint in (
        (rule.document, rule.quote, rule.entity),
        (rule.other_document, rule.other_quote, rule.other_entity),
    ):
        same = [a["id"] for a in store.activities_read([document]) if a["quote"] == quote]
        if not same:
            return None
        # One sentence may tell of two activities.
        found.append(hint if hint in same else same[0])
    return found[0], found[1]

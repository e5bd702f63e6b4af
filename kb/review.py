"""Rules and sure merges laid over what was read; what is unsure goes to the review queue.

Rules are applied when the store is written, not to each question in Python: all that reads the truth (lists, search, answers,
export, other programs) sees the same, at the price of one join. They are laid beside the rows as read (`told_…` in `kb.schema`)
and never written into them: so an undo is exact, since there is nothing to put back, and the order in which documents are read
does not matter. The whole layer is made anew each time, from the rows as read and from the file of rules.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import rules
from kb.errors import InputError
from kb.proposals import Proposal, Seen, find
from kb.retold import pair_of
from kb.rules import Rule
from kb.text import fold

if TYPE_CHECKING:
    from kb.manager import Manager

Authority = Callable[[], Collection[str]]
"""Ids that the authority lists know; asked only where they are needed, since reading the lists takes time."""
_COLUMNS = {"start": "date_start", "end": "date_end"}


def authority_of(manager: Manager) -> Authority:
    """The ids of all entries of the plugins."""
    return lambda: frozenset(e.id for entries in manager.hook.kb_authority() for e in entries)


def refresh(store: Any, root: Path, authority: Authority) -> None:
    """Brings the layer of rules up to the documents and the file of rules. Raises StoreError where a rule is damaged.

    The caller holds the writer's lock.
    """
    everything = rules.read(root)
    mark = hashlib.sha256(repr(everything).encode() + _judgement()).hexdigest()
    if store.meta("ruled") == mark:
        return
    known = authority()
    seen = seen_in(store)
    acronyms = [(a["short"], a["long"], a["document"]) for a in store.acronyms()]
    found = find(seen, acronyms, known)
    entities, activities, states, _ = _laid(store, seen, rules.in_force(everything), found, known)
    store.put_rulings(entities, activities, states, mark)


def _judgement() -> bytes:
    """The code that decides what is sure: another version of it judges anew."""
    return b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in ("proposals", "spelling", "review"))  # fmt: skip


def seen_in(store: Any) -> dict[str, Seen]:
    """All entities as they were read."""
    near = store.neighbours_read()
    return {
        e["id"]: Seen(
            e["id"], e["kind"], e["name"], tuple(e["aliases"]), e["level"], e["parent"], e["country"],
            e["documents"], e["mentions"], near.get(e["id"], set()),
        )
        for e in store.entities_read()
    }  # fmt: skip


def listed(store: Any, root: Path) -> list[dict[str, Any]]:
    """All rules, oldest first, as dicts; `says` tells each in words, `state` is in force, undone or finds nothing."""
    everything = rules.read(root)
    undone = rules.undone(everything)
    idle = _laid(store, seen_in(store), rules.in_force(everything), (), ())[3]
    return [
        {
            **asdict(r),
            "says": rules.said(r),
            "state": "undone" if r.id in undone else "finds nothing" if r.id in idle else "in force",
        }
        for r in everything
    ]


def about_pair(store: Any, what: str, source: str, target: str) -> Rule:
    """The rule that two entities (ids) are one (merge) or two (apart). Raises InputError where they can be neither."""
    a, b = (_read(store, id) for id in (source, target))
    if a.id == b.id:
        raise InputError(f"{a.name!r} and {b.name!r} are one entity already; nothing was changed.")
    if a.kind != b.kind:
        raise InputError(
            f"{a.name!r} is of the kind {a.kind}, {b.name!r} of the kind {b.kind}, and only entities of one kind can be one; "
            "nothing was changed."
        )
    return Rule(what, a.kind, a.name, a.id, b.name, b.id)


def about_entity(store: Any, what: str, id: str, *, field: str = "", value: str) -> Rule:
    """The rule that renames or corrects an entity. Raises InputError."""
    entity = _read(store, id)
    return Rule(what, entity.kind, entity.name, entity.id, field=field, value=value)


def about_activity(store: Any, id: str, *, field: str, value: str) -> Rule:
    """The rule that corrects an activity. Raises InputError."""
    read = [a for told in store.activities(ids=[id]) for a in store.activities_read([told["document"]])]
    row = next((a for a in read if a["id"] == id), None)
    if row is None:
        raise InputError(f"there is no activity {id!r}. See `kb list activities`.")
    return Rule("correct", document=row["document"], quote=row["quote"], title=row["title"], field=field, value=value)  # fmt: skip


def _read(store: Any, id: str) -> Seen:
    found = seen_in(store).get(id)
    if found is None:
        raise InputError(f"there is no entity {id!r}. See `kb list organisations` and the like.")
    return found


def login() -> str:
    """Who decides where nobody says so: the login name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a system without names of users
        return f"user {os.getuid()}"


class _Finder:
    """Finds the entities that rules speak of."""

    def __init__(self, seen: Mapping[str, Seen]) -> None:
        self._seen = seen
        self._called: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._bear: dict[tuple[str, str], list[str]] = defaultdict(list)
        for e in seen.values():
            self._called[e.kind, fold(e.name)].append(e.id)
            for name in dict.fromkeys(map(fold, e.names)):
                self._bear[e.kind, name].append(e.id)

    def __call__(self, kind: str, name: str, hint: str) -> str | None:
        """The one entity of the kind that is called so, else the one that bears the name as well; of several, the hint."""
        key = (kind, fold(name))
        for group in (self._called.get(key, []), self._bear.get(key, [])):
            if hint in group:
                return hint
            if len(group) == 1:
                return group[0]
        return None


class _Groups:
    """Entities that are told as one."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def top(self, id: str) -> str:
        while id in self._up:
            id = self._up[id]
        return id

    def members(self, id: str) -> set[str]:
        top = self.top(id)
        return self._members.get(top, {top})

    def join(self, source: str, target: str) -> None:
        """Tells the group of `source` as the one of `target`."""
        a, b = self.top(source), self.top(target)
        if a != b:
            self._members[b] = self.members(a) | self.members(b)
            self._members.pop(a, None)
            self._up[a] = b

    def merged(self) -> Iterator[tuple[str, str]]:
        return ((id, self.top(id)) for id in self._up)


def _laid(
    store: Any,
    seen: Mapping[str, Seen],
    in_force: Sequence[Rule],
    found: Iterable[Proposal],
    authority: Collection[str],
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]], set[str]]:
    """Rows of ruled_entities, ruled_activities and proposals, and the ids of the rules that find nothing."""
    finder = _Finder(seen)
    where = {r.id: finder(r.kind, r.name, r.entity) for r in in_force if not r.document and r.what != "undo"}
    others = {r.id: finder(r.kind, r.other, r.other_entity) for r in in_force if r.id in where and r.other}
    idle = {id for id, at in where.items() if at is None} | {id for id, at in others.items() if at is None}
    # Of two rules about one pair, the later one holds.
    pairs: dict[frozenset[str], Rule] = {}
    for rule in in_force:
        if rule.what in ("merge", "apart") and rule.id in where and rule.id not in idle:
            pair = frozenset((where[rule.id] or "", others[rule.id] or ""))
            pairs.pop(pair, None)
            pairs[pair] = rule
    groups = _Groups()
    for rule in pairs.values():
        if rule.what == "merge":
            groups.join(where[rule.id] or "", others[rule.id] or "")
    apart = {pair for pair, rule in pairs.items() if rule.what == "apart"}
    queue = _queue(found, pairs, apart, groups, authority)
    changes: dict[str, dict[str, str]] = defaultdict(dict)
    for rule in in_force:
        if (at := where.get(rule.id)) is not None and rule.what in ("rename", "correct"):
            changes[at]["name" if rule.what == "rename" else rule.field] = rule.value
    activities, missed = _corrected(store, in_force)
    return _entities(seen, groups, changes), activities, queue, idle | missed | _unquoted(store, in_force)


def _queue(
    found: Iterable[Proposal],
    pairs: Mapping[frozenset[str], Rule],
    apart: Collection[frozenset[str]],
    groups: _Groups,
    authority: Collection[str],
) -> list[tuple[Any, ...]]:
    """Rows of proposals; those that are sure are joined, save where a person or another merge speaks against it."""
    rows: list[tuple[Any, ...]] = []
    told: set[frozenset[str]] = set()
    for p in found:
        pair, reasons = frozenset((p.source, p.target)), p.reasons
        told.add(pair)
        one, other = groups.members(p.source), groups.members(p.target)
        if pair in pairs:
            state = "accepted" if pairs[pair].what == "merge" else "rejected"
        elif any(frozenset((a, b)) in apart for a in one for b in other):
            state = "rejected"
        elif p.target in one:
            state = "accepted"
        elif p.sure and sum(m in authority for m in one | other) > 1:
            state, reasons = "open", (*reasons, "but it may be one of several that the lists know")
        elif p.sure:
            state = "sure"
            groups.join(p.source, p.target)
        else:
            state = "open"
        rows.append(
            (p.id, p.kind, p.source, p.target, p.score, json.dumps(reasons, ensure_ascii=False), state)
        )
    return rows


def _entities(
    seen: Mapping[str, Seen], groups: _Groups, changes: Mapping[str, Mapping[str, str]]
) -> list[tuple[Any, ...]]:
    """Rows of ruled_entities: what was merged is told with the name and the fields of what it was merged into."""
    merged = dict(groups.merged())
    rows = []
    for id in sorted({*merged, *changes, *(id for top in changes for id in groups.members(top))}):
        top = merged.get(id, id)
        into, change, alias = seen[top], changes.get(top, {}), changes.get(id, {}).get("name")
        kind, level, role = (change.get(f) for f in ("kind", "level", "role"))
        field = _field(kind or into.kind, into.level if level is None else level, role)
        if id != top and level is None:
            level = into.level or None
        rows.append((
            id, top, change.get("name") or (into.name if id != top else None), alias, fold(alias) if alias else None,
            kind, level, role, field if change.keys() & {"kind", "level", "role"} else None,
        ))  # fmt: skip
    return rows


def _field(kind: str, level: str, role: str | None) -> str | None:
    """The field of an activity that an entity stands in after a correction; None: as read."""
    if kind == "place":
        return "district" if level == "district" else "place"
    if kind == "organisation":
        return role if role in ("donor", "partner") else "organisation" if role is not None else None
    return kind


def _corrected(store: Any, in_force: Sequence[Rule]) -> tuple[list[tuple[Any, ...]], set[str]]:
    """Rows of ruled_activities, and the ids of the rules whose words are nowhere any more."""
    about = [r for r in in_force if r.what == "correct" and r.document]
    read = store.activities_read(sorted({r.document for r in about})) if about else []
    changes: dict[str, dict[str, str]] = defaultdict(dict)
    missed = set()
    for rule in about:
        same = [a for a in read if a["document"] == rule.document and a["quote"] == rule.quote]
        exact = [a for a in same if a["title"] == rule.title]
        for activity in exact or same:
            changes[activity["id"]][_COLUMNS.get(rule.field, rule.field)] = rule.value
        if not same:
            missed.add(rule.id)
    columns = ("type", "title", "date_start", "date_end", "status")
    return [(id, *(c.get(k) for k in columns), int("removed" in c)) for id, c in changes.items()], missed


def _unquoted(store: Any, in_force: Sequence[Rule]) -> set[str]:
    """Ids of the rules that prefer, join or part words which stand nowhere any more."""
    preferring = [r for r in in_force if r.what == "prefer"]
    texts = {d: [s["text"] for s in store.sections(d)] for d in {r.document for r in preferring}}
    joining = [r for r in in_force if r.what in ("merge", "apart") and r.document]
    return {r.id for r in preferring if not any(r.quote in text for text in texts[r.document])} | {
        r.id for r in joining if pair_of(store, r) is None
    }

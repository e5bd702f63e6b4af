"""What people decide on a knowledge base: pairs that are one or two, names, corrections, which of two claims is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import InputError, StoreError

if TYPE_CHECKING:
    from kb.rules import Rule


class Decisions:
    """The rules of a knowledge base, which brings the parts named here."""

    root: Path
    _store: Any
    _manager: Any
    find: Callable[[str], list[dict[str, Any]]]

    def proposals(self, state: str | None = "open") -> list[dict[str, Any]]:
        """Pairs of entities, or of activities, that may be one, likeliest first; `state`: open, accepted, rejected, sure, or None for all.

        Dicts of id, kind, source, target (ids as read), source_name, target_name, score (0..1), reasons (in words), state,
        source_evidence, target_evidence (a citation of the first sentence with each name). `sure` ones were merged without
        asking; all can be decided.
        """
        from kb.ledger import example

        with self._store.snapshot():
            told = cache(partial(example, self._store))  # an activity may be like many others
            return [
                {**row, **{f"{side}_evidence": told(row[side], row["kind"]) for side in ("source", "target")}}
                for row in self._store.proposals(state)
            ]

    def decide(self, id: str, *, accept: bool, who: str = "", why: str = "") -> dict[str, Any]:
        """Says that what a proposal pairs is one (`accept`) or two, whatever its state; the rule. Raises InputError."""
        from kb import retold, review

        row = next((p for p in self._store.proposals(None) if p["id"] == id), None)
        if row is None:
            raise InputError(f"there is no proposal {id!r}. See `kb review --all`.")
        if row["state"] == ("accepted" if accept else "rejected"):
            raise InputError(f"the proposal {id!r} is {row['state']} already.")
        what = "merge" if accept else "apart"
        about_pair = retold.about_pair if row["kind"] == "activity" else review.about_pair
        return self._decide(lambda: about_pair(self._store, what, row["source"], row["target"]), who, why)

    def merge(self, name: str, into: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says that the entity of that name or id is the same as another one, whose name it takes; the rule. Raises InputError.

        Of two activities (ids): that they tell of one event.
        """
        from kb import retold, review

        if self._store.activities(ids=[name]):
            return self._decide(lambda: retold.about_pair(self._store, "merge", name, into), who, why)
        source, target = self._one(name), self._one(into)
        return self._decide(lambda: review.about_pair(self._store, "merge", source, target), who, why)

    def rename(self, name: str, to: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says how an entity (name or id) is called; it keeps its other names. The rule. Raises InputError."""
        from kb.review import about_entity

        id = self._one(name)
        return self._decide(lambda: about_entity(self._store, "rename", id, value=to), who, why)

    def correct(self, name: str, field: str, value: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Corrects a field of an entity (name or id) or of an activity (id); the rule. Raises InputError.

        Fields: of an entity kind, role, level; of an activity type, title, start, end, status, removed ("yes": it is none).
        """
        from kb.review import about_activity, about_entity

        if self._store.activities(ids=[name]):
            return self._decide(lambda: about_activity(self._store, name, field=field, value=value), who, why)
        id = self._one(name)
        return self._decide(
            lambda: about_entity(self._store, "correct", id, field=field, value=value), who, why
        )

    def rules(self) -> list[dict[str, Any]]:
        """All that people decided, oldest first, undone or not: dicts of id, when, who, why, what, says (in words), state, …

        `state`: in force, undone, or finds nothing (yet). Raises StoreError where the file of rules is damaged.
        """
        from kb.review import listed

        with self._store.snapshot():
            return listed(self._store, self.root)

    def undo(self, rule: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Undoes the rule of that id, an undoing one too: all is as if it had not been made. The rule. Raises InputError."""
        from kb.rules import Rule

        return self._decide(lambda: Rule("undo", of=rule), who, why)

    def conflicts(self) -> list[dict[str, Any]]:
        """Statements of documents that disagree: dicts of id, kind, about, cause (likely; or empty), claims, ruling (or None).

        `claims` are citations with `value` and `when`. Raises StoreError where the file of rules is damaged.
        """
        from kb.conflicts import find
        from kb.rules import in_force, read

        with self._store.snapshot():
            return find(self._store, in_force(read(self.root)))

    def prefer(self, conflict: str, claim: int, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says which claim (from 1) of the conflict of that id is right; the rule. Raises InputError."""
        from kb.conflicts import preferring

        row = next((c for c in self.conflicts() if c["id"] == conflict), None)
        if row is None or not 1 <= claim <= len(row["claims"]):
            what = f"conflict {conflict!r}" if row is None else f"claim {claim} in {conflict!r}"
            raise InputError(f"there is no {what}. See `kb conflicts`.")
        return self._decide(lambda: preferring(row, claim), who, why)

    def _decide(self, rule: Callable[[], Rule], who: str, why: str) -> dict[str, Any]:
        """Adds a rule to the file and applies it."""
        from dataclasses import asdict, replace

        from kb.files import writing
        from kb.review import login
        from kb.rules import append, said

        with writing(self.root):
            made = append(self.root, replace(rule(), who=who or login(), why=why))
            self._lay_rules()
        return {**asdict(made), "says": said(made)}

    def _in_force(self) -> list[Rule]:
        """The rules in force; none where the file is damaged, which `rules` tells of: questions are answered all the same."""
        from kb.rules import in_force, read

        try:
            return in_force(read(self.root))
        except StoreError:
            return []

    def _lay_rules(self) -> None:
        """Brings rules, merges, the review queue, events and threads up to the documents; for a writer."""
        from kb import retold, threads
        from kb.review import authority_of, refresh

        refresh(self._store, self.root, authority_of(self._manager))
        retold.relate(self._store, self.root)
        threads.relate(self._store)

    def _one(self, name: str) -> str:
        """Id of the one entity of that name or id. Raises InputError."""
        found = self.find(name)
        exact = [e for e in found if e["id"] == name] or found
        if len(exact) == 1:
            return str(exact[0]["id"])
        if not found:
            raise InputError(f"there is no entity {name!r}. See `kb list organisations` and the like.")
        which = ", ".join(f"{e['id']} ({e['kind']} {e['name']})" for e in found)
        raise InputError(f"{name!r} names {len(found)} entities: {which}. Name one by its id.")

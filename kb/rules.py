"""What people decided, as a file of rules: rules.jsonl in the root, one JSON object a line, only ever added to.

A rule speaks of an entity by its kind and name, and of an activity by its document and its words, never by a number that
another reading would give to something else: so it holds after a document was read again, and for documents to come. Its
entity id is a hint that tells namesakes apart.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import InputError, StoreError
from kb.text import iso_day

FILE = "rules.jsonl"
ENTITY_FIELDS = ("kind", "role", "level")
ACTIVITY_FIELDS = ("type", "title", "start", "end", "status", "removed")
_VALUES = {
    "kind": ("project", "organisation", "place", "person"),
    "level": ("country", "region", "district", "settlement", ""),
    "status": ("done", "ongoing", "planned"),
    "removed": ("yes",),
}
_NEEDS = {
    "merge": ("kind", "name", "other"),
    "apart": ("kind", "name", "other"),
    "rename": ("kind", "name", "value"),
    "correct": ("field",),
    "prefer": ("kind", "name", "document", "quote", "value"),
    "undo": ("of",),
}
"""What a rule may do, and the fields that it needs for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision. Which fields are filled depends on `what`."""

    what: str
    """merge (`name` into `other`), apart (`name` and `other` are two), rename (to `value`), correct (`field` to `value`),
    prefer (of what disagrees on `name`, the `value` that the words `quote` of `document` tell), undo (`of`)."""
    kind: str = ""
    name: str = ""
    entity: str = ""
    other: str = ""
    other_entity: str = ""
    document: str = ""
    quote: str = ""
    """The words that tell an activity, or what is preferred, verbatim."""
    title: str = ""
    """Of an activity: its title as read, which tells it from others with the same words."""
    field: str = ""
    value: str = ""
    other_document: str = ""
    other_quote: str = ""
    """The words that tell the other activity, where two are one event or are not (the kind is activity)."""
    of: str = ""
    """Id of the rule that is undone."""
    who: str = ""
    when: str = ""
    """UTC, ISO 8601."""
    why: str = ""
    id: str = ""


def read(root: Path) -> list[Rule]:
    """All rules, oldest first. Raises StoreError, which names the file and the line, for one that cannot be understood."""
    path = root / FILE
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error}). Give this user the right to read it.") from error
    found: dict[str, Rule] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rule = _rule(json.loads(line.decode()))
                if rule.id in found:
                    raise ValueError(f"the id {rule.id!r} stands in an earlier line as well")
                if rule.what == "undo" and rule.of not in found:
                    raise ValueError(f"no earlier line has the id {rule.of!r}")
            except ValueError as error:
                raise StoreError(
                    f"{path}, line {number}: this rule is damaged ({error}). Mend the line, or take it out of the file; "
                    "until then no rule is changed, and those applied before stay applied."
                ) from error
            found[rule.id] = rule
    return list(found.values())


def _rule(row: object) -> Rule:
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")
    known = {f.name for f in fields(Rule)}
    if wrong := [k for k, v in row.items() if k not in known or not isinstance(v, str)]:
        raise ValueError(f"{wrong[0]!r} is no field with a text")
    if "what" not in row or not row.get("id"):
        raise ValueError("it needs 'what' and 'id'")
    return checked(Rule(**row))


def checked(rule: Rule) -> Rule:
    """The rule, if it says all it must. Raises ValueError."""
    if rule.what not in _NEEDS:
        raise ValueError(f"{rule.what!r} is none of {', '.join(_NEEDS)}")
    if missing := [n for n in _NEEDS[rule.what] if not getattr(rule, n).strip()]:
        raise ValueError(f"{rule.what!r} needs {missing[0]!r}")
    words = (rule.document, rule.quote, rule.other_document, rule.other_quote)
    if rule.what in ("merge", "apart") and rule.kind == "activity" and not all(words):
        raise ValueError(f"{rule.what!r} of activities needs document, quote, other_document and other_quote")
    if rule.what == "correct":
        of_activity = bool(rule.document)
        allowed = ACTIVITY_FIELDS if of_activity else ENTITY_FIELDS
        if not (rule.quote if of_activity else rule.kind and rule.name):
            raise ValueError("'correct' needs kind and name, or document and quote")
        if rule.field not in allowed:
            raise ValueError(f"the field {rule.field!r} is none of {', '.join(allowed)}")
        if rule.value not in _VALUES.get(rule.field, (rule.value,)):
            raise ValueError(f"{rule.value!r} is none of {', '.join(filter(None, _VALUES[rule.field]))}")
        if rule.field in ("type", "title") and not rule.value.strip():
            raise ValueError(f"the {rule.field} must not be empty")
        if rule.field in ("start", "end") and not _is_date(rule.value):
            raise ValueError(f"{rule.value!r} is no date; write 2012, 2012-09 or 2012-09-25")
    return rule


def _is_date(value: str) -> bool:
    """Is it empty, or an ISO date as precise as told?"""
    whole = value + "0001-01-01"[len(value) :]
    return value == "" or (len(value) in (4, 7, 10) and iso_day(whole) == whole)


def append(root: Path, rule: Rule) -> Rule:
    """Adds a rule to the file, safely on disk; the rule with its id and time. Raises InputError, StoreError.

    The caller holds the writer's lock.
    """
    before = read(root)
    if rule.what == "undo" and rule.of not in {r.id for r in in_force(before)}:
        raise InputError(f"there is no rule {rule.of!r} in force. See `kb rules`.")
    rule = replace(rule, when=datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        checked(rule)
    except ValueError as error:
        raise InputError(f"{error}. Nothing was changed.") from None
    content = json.dumps([len(before), asdict(rule)], sort_keys=True)
    rule = replace(rule, id=hashlib.sha256(content.encode()).hexdigest()[:8])
    path = root / FILE
    line = json.dumps({k: v for k, v in asdict(rule).items() if v}, ensure_ascii=False) + "\n"
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                # Someone's editor may have left the last line open.
                line = line if file.read(1) == b"\n" else "\n" + line
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error}). Nothing was changed; check rights and disk."
        ) from error
    return rule


def undone(rules: Sequence[Rule]) -> set[str]:
    """Ids of the rules that were undone; an undo can be undone like any other rule."""
    found: set[str] = set()
    for rule in reversed(rules):
        if rule.what == "undo" and rule.id not in found:
            found.add(rule.of)
    return found


def in_force(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that were not undone."""
    gone = undone(rules)
    return [r for r in rules if r.id not in gone]


def said(rule: Rule) -> str:
    """What a rule does, in words."""
    if rule.kind == "activity" and rule.what in ("merge", "apart"):
        how = "tells of the same event as" if rule.what == "merge" else "tells of another event than"
        return f"the activity “{rule.quote}” {how} “{rule.other_quote}”"
    if rule.what == "merge":
        return f"{rule.kind} “{rule.name}” is the same as “{rule.other}”"
    if rule.what == "apart":
        return f"{rule.kind} “{rule.name}” is not “{rule.other}”"
    if rule.what == "rename":
        return f"{rule.kind} “{rule.name}” is called “{rule.value}”"
    if rule.what == "undo":
        return f"undoes {rule.of}"
    if rule.what == "prefer":
        return f"of what is said on “{rule.name}”, “{rule.value}” is right: “{rule.quote}”"
    about = f"the activity “{rule.quote}”" if rule.document else f"{rule.kind} “{rule.name}”"
    return (
        f"{about} is none"
        if rule.field == "removed"
        else f"{about}: {rule.field} is “{rule.value or 'unknown'}”"
    )

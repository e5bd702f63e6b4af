"""Tables of contacts and of those who took part: people with their posts, and the bodies that sent them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.bodies import HAS_BODY, KIND
from kb.hookspecs import Context, hookimpl
from kb.merged import Row, tables_of
from kb.persons import NAME_HEAD, NOT_NAMES, POST_HEAD, begins_with_given
from kb.phrases import CAPITAL
from kb.records import Mention, Section

POST_COLUMN = re.compile(
    r"^(?:job |current )?(?:positions?|titles?|posts?|functions?|fonctions?|postes?|roles?|rôles?|designations?|cargo|puesto|должность)\b",
    re.I,
)
BODY_COLUMN = re.compile(
    r"^(?:organi[sz]ations?|organisations?|agenc(?:y|ies)|agences?|institutions?|structures?|entit(?:y|ies|és?)|employer|организация)\b(?!.*\btype)",
    re.I,
)
WORD = rf"[{CAPITAL}][\w’'.-]*"
PERSON = re.compile(
    rf"(?:(?:Mr|Mrs|Ms|Dr|Prof|Mme|M)\.?\s+)?(?P<name>{WORD},?(?:\s+(?:(?:de|da|dos|del|van|von|bin|el|al)\s+)*{WORD}){{1,4}})\s*"
)
POST_WORD = re.compile(
    rf"\b(?:{POST_HEAD}|Chef(?:fe)?|Charg[ée]e?|Responsable|Coordonnat(?:eur|rice)|Direct(?:eur|rice)|Conseill[eè]re?|Point focal|Spécialiste|Lead|Analyst)\b",
    re.I,
)
MAIL = re.compile(r"\S+@\S+")
FEWEST = 3
GIVEN = 0.3
"""Share of names that begin or end with a given name, in a column without a head that says what it holds."""


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """People, the role being their post, and the organisations of their rows."""
    found: list[Mention] = []
    for table in tables_of(section):
        if (column := _of_names(table, context)) is not None:
            found += _contacts(table, column, context)
    return found


def _of_names(table: list[Row], context: Context) -> int | None:
    """Number of the column that holds people's names: by its head, or by what most of its cells look like."""
    width = max(map(len, table))
    for row in table[:2]:
        heads = [i for i, (_, title) in enumerate(row) if NAME_HEAD.match(title)]
        # "Name" alone may be that of anything: a post, a body or an address must stand beside it.
        told = any(
            POST_COLUMN.match(t) or BODY_COLUMN.match(t) or re.search(r"mail", t, re.I) for _, t in row
        )
        for column in heads:
            if told and sum(_person(r, column, context) is not None for r in table) * 2 >= len(table) - 2:
                return column
    if len(table) < FEWEST or width < 2:
        return None
    for column in range(width):
        people = [(r, p) for r in table if (p := _person(r, column, context))]
        given = sum(
            begins_with_given(p["name"]) or begins_with_given(p["name"].split()[-1]) for _, p in people
        )
        beside = sum(_tells_post(r, column) for r, _ in people)
        if len(people) >= max(FEWEST, 0.6 * len(table)) and given >= GIVEN * len(people) and 2 * beside > len(people):  # fmt: skip
            return column
    return None


def _tells_post(row: Row, column: int) -> bool:
    others = [text for i, (_, text) in enumerate(row) if i != column]
    return any(POST_WORD.search(text) or MAIL.search(text) for text in others)


def _person(row: Row, column: int, context: Context) -> re.Match[str] | None:
    """The name in a cell that holds one and nothing else."""
    if column >= len(row):
        return None
    at, text = row[column]
    match = PERSON.fullmatch(text)
    if match is None or HAS_BODY.search(text):
        return None
    words = [w.casefold().strip(".,’'") for w in match["name"].split()]
    if any(w in NOT_NAMES for w in words) or POST_WORD.search(text):
        return None
    whole = (n for n in context.names if n.start <= at and n.end >= at + len(text))
    return None if any(n.kind == "organisation" for n in whole) else match


def _contacts(table: list[Row], column: int, context: Context) -> Iterator[Mention]:
    head = next((r for r in table[:2] if column < len(r) and NAME_HEAD.match(r[column][1])), None)
    titles = [title for _, title in head] if head else []
    post = next((i for i, t in enumerate(titles) if POST_COLUMN.match(t)), None)
    body = next((i for i, t in enumerate(titles) if BODY_COLUMN.match(t)), None)
    for row in table:
        if row is head or (match := _person(row, column, context)) is None:
            continue
        at = row[column][0]
        if post is not None and titles:
            role = row[post][1] if post < len(row) else ""
        else:
            role = next((t for i, (_, t) in enumerate(row) if i != column and POST_WORD.search(t)), "")
        name = " ".join(match["name"].split())
        yield Mention(
            "person", at + match.start("name"), at + match.end("name"), name=name, role=role.strip()
        )
        if body is not None and body < len(row):
            yield from _body(*row[body], context)


def _body(at: int, text: str, context: Context) -> Iterator[Mention]:
    """The organisation of a row, where no list knows it."""
    known = any(n.kind == "organisation" and n.start < at + len(text) and at < n.end for n in context.names)
    if not known and 3 <= len(text) <= 60 and text[0].isupper() and not KIND.fullmatch(text):
        yield Mention("organisation", at, at + len(text), name=text)

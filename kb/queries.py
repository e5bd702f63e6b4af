"""Every question to the tables: documents and their text, entities, the ledger. Search by words and by vectors is in `kb.fulltext`, `kb.vectors`.

Rows come back as plain dicts with the columns of `kb.schema`. Filters that are None let everything through.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from kb.boxes import lines, unpack_words
from kb.connection import Row, json_of
from kb.fulltext import FullText
from kb.records import Evidence
from kb.text import fold
from kb.vectors import Vectors

_SECTION = "SELECT id, document, ordinal, heading, level, first_page, last_page, language, text FROM sections"
_PASSAGE = """SELECT p.id, p.document, d.path, d.title, s.heading AS section, p.section AS section_id, p.page, p.start, p."end", p.text,
  coalesce(d.version_of, d.id) AS issue FROM passages p JOIN documents d ON d.id = p.document JOIN sections s ON s.id = p.section"""
_FIGURE = """SELECT f.*, substr(s.text, quote_start + 1, quote_end - quote_start) AS quote
  FROM figures f JOIN sections s ON s.id = f.section"""
_ACTIVITY = """SELECT a.*, s.heading, s.language, substr(s.text, max(1, a.start - 199), a."end" - a.start + 400) AS around, substr(s.text, a.start + 1, a."end" - a.start) AS quote
  FROM told_activities a JOIN sections s ON s.id = a.section"""
_RELATION = """SELECT r.document, r.section, r.kind, r.source, r.target, r.start, r."end", r.page,
  substr(s.text, r.start + 1, r."end" - r.start) AS quote FROM told_relations r JOIN sections s ON s.id = r.section"""
_MENTION = """SELECT document, section, kind, entity, start, "end", name, role, level, page, date_start, date_end, long
  FROM told_mentions"""
# min(number): of several documents that know an entity, the one stored first names it. A town that is the district for one
# document, and a town abroad for another, is a district.
_ENTITY = "SELECT id, kind, name, iif(sum(level = 'district'), 'district', level) AS level, parent, country, lat, lon, description, min(number) AS number FROM told_entities"
# Of the entities read as these. The view `told_aliases` would be gone through from end to end.
_ALIASES = """SELECT coalesce(r.target, a.entity) AS entity, a.alias FROM aliases a LEFT JOIN ruled_entities r ON r.id = a.entity
  WHERE a.entity IN (SELECT value FROM json_each(?))
  UNION SELECT target, alias FROM ruled_entities WHERE fold IS NOT NULL AND id IN (SELECT value FROM json_each(?))
  ORDER BY entity, alias"""
_EVERY_ALIAS = """SELECT coalesce(r.target, a.entity) AS entity, a.alias FROM (SELECT DISTINCT entity, alias FROM aliases) a
  LEFT JOIN ruled_entities r ON r.id = a.entity UNION SELECT target, alias FROM ruled_entities WHERE fold IS NOT NULL
  ORDER BY entity, alias"""
# Each name once, before it is asked what its bearer is told as: documents repeat them a hundred times.
_EVERY_FOLD = """SELECT a.fold, coalesce(r.target, a.entity) AS entity FROM (SELECT DISTINCT fold, entity FROM aliases) a
  LEFT JOIN ruled_entities r ON r.id = a.entity UNION SELECT fold, target FROM ruled_entities WHERE fold IS NOT NULL
  ORDER BY fold, entity"""
# The ids as read of an entity, itself and what was merged into it.
_READ = "IN (SELECT value FROM json_each(?))"


class Queries(FullText, Vectors):
    """All that can be asked of the truth. Errors are StoreError and CorruptError."""

    def _where(self, sql: str, order: str, **equals: Any) -> list[Row]:
        """Rows for which the columns equal the values given (None: any); a column `read…` means an entity as it is told."""
        given = {column: value for column, value in equals.items() if value is not None}
        clause = " AND ".join(f"{c} {_READ if c.startswith('read') else '= ?'}" for c in given)
        given = {c: self._as_read([v]) if c.startswith("read") else v for c, v in given.items()}
        return self._rows(f"{sql}{' WHERE ' + clause if clause else ''} ORDER BY {order}", *given.values())

    def _as_read(self, ids: Iterable[str]) -> str:
        """The ids, as JSON, under which these entities were read: their own, and those of all that is told as the same."""
        known = "SELECT value AS id FROM json_each(?)"
        rows = self._rows(
            f"WITH asked AS ({known}), told AS (SELECT coalesce(r.target, a.id) AS id FROM asked a LEFT JOIN ruled_entities r USING (id)) "
            "SELECT id FROM told UNION SELECT r.id FROM told JOIN ruled_entities r ON r.target = told.id", json_of(ids))  # fmt: skip
        return json_of(r["id"] for r in rows)

    # Documents and their text

    def known_files(self) -> dict[str, Row]:
        """path → the file as last looked at: path, id (sha256), size, mtime_ns, engine, reason (of a failure)."""
        return {r["path"]: r for r in self._rows("SELECT * FROM files")}

    def documents(self) -> list[Row]:
        """All documents in the order of their periods.

        `unreadable` lists pages, `page_notes` tells how each was read, `version_of` is an id or empty.
        """
        sql = "SELECT * FROM documents ORDER BY period_start, title, path"
        # Copies: who asked may do with them what it likes.
        return [dict(r) for r in self._once("documents", lambda: [_document(r) for r in self._rows(sql)])]

    def document(self, id: str) -> Row | None:
        rows = self._rows("SELECT * FROM documents WHERE id = ?", id)
        return _document(rows[0]) if rows else None

    def sections(self, document: str | None = None) -> list[Row]:
        return self._where(_SECTION, "document, ordinal", document=document)

    def headings(self) -> list[Row]:
        """Id, document, own level and style of all headings whose look is known."""
        return self._rows("SELECT id, document, own_level, style FROM sections WHERE style <> '' ORDER BY id")

    def section(self, id: str) -> Row | None:
        rows = self._rows(f"{_SECTION} WHERE id = ?", id)
        return rows[0] if rows else None

    def in_sections(self, ids: Iterable[str]) -> dict[str, tuple[Row, list[Row], list[Row]]]:
        """Id of a section → the section, its mentions and its figures, in the order of the text."""
        chosen, asked = json_of(ids), "IN (SELECT value FROM json_each(?))"
        found: dict[str, tuple[Row, list[Row], list[Row]]] = {
            r["id"]: (r, [], []) for r in self._rows(f"{_SECTION} WHERE id {asked}", chosen)
        }
        for m in self._rows(f"{_MENTION} WHERE section {asked} ORDER BY section, start", chosen):
            found[m["section"]][1].append(m)
        for f in self._rows(f"{_FIGURE} WHERE f.section {asked} ORDER BY f.section, f.start", chosen):
            found[f["section"]][2].append(f)
        return found

    def passages(self, ids: Sequence[str] | None = None) -> list[Row]:
        """Passages in the order asked for (None: all)."""
        if ids is None:
            return self._rows(f"{_PASSAGE} ORDER BY p.number")
        rows = self._rows(f"{_PASSAGE} WHERE p.id IN (SELECT value FROM json_each(?))", json_of(ids))
        found = {r["id"]: r for r in rows}
        return [found[i] for i in ids if i in found]

    def evidence(self, section_id: str, start: int, end: int) -> list[Evidence]:
        """The words of a section from `start` to `end`: one Evidence a page, one box a line of words."""
        rows = self._rows(
            "SELECT s.heading, s.text, s.words, s.first_page, s.document, d.path, d.title "
            "FROM sections s JOIN documents d ON d.id = s.document WHERE s.id = ?", section_id)  # fmt: skip
        if not rows:
            return []
        row = rows[0]
        try:
            words = unpack_words(row["words"], start, end)
        except (zlib.error, ValueError) as error:
            raise self.error(zlib.error(f"word boxes of {section_id}: {error}")) from error
        runs = [(page, list(run)) for page, run in groupby(words, key=lambda w: w[2])]
        found = []
        for n, (page, here) in enumerate(runs or [(row["first_page"], [])]):
            a = here[0][0] if n else start
            b = here[-1][1] if n + 1 < len(runs) else end
            if quote := row["text"][a:b].strip():
                found.append(Evidence(row["document"], row["path"], row["title"], row["heading"], page, quote,
                                      lines(here), section_id))  # fmt: skip
        return found

    def page_texts(self, document: str, page: int) -> list[str]:
        """The part of each section that stands on a page; of formats without word boxes the whole section."""
        rows = self._rows(
            "SELECT text, words FROM sections WHERE document = ? AND ? BETWEEN first_page AND last_page ORDER BY ordinal", document, page)  # fmt: skip
        found = []
        for row in rows:
            words = unpack_words(row["words"])
            here = [(a, b) for a, b, on, *_ in words if on == page]
            if not words:
                found.append(row["text"])
            elif here:
                found.append(row["text"][min(a for a, _ in here) : max(b for _, b in here)])
        return found

    # Entities and the ledger

    def known_entity(self, kind: str, name: str) -> str | None:
        """Id of the entity of that kind that bears the name, folded: as it was read, so that no rule changes what is read."""
        rows = self._rows(
            "SELECT e.id FROM aliases a JOIN entities e ON e.id = a.entity AND e.document = a.document "
            "WHERE a.fold = ? AND e.kind = ? ORDER BY e.id LIMIT 1", fold(name), kind)  # fmt: skip
        return rows[0]["id"] if rows else None

    def find_entities(self, folded: str) -> list[str]:
        """Ids of all entities that bear the folded name."""

        def make() -> dict[str, list[str]]:
            # A question asks for each run of its words: some hundred times.
            found: dict[str, list[str]] = {}
            for r in self._rows(_EVERY_FOLD):
                found.setdefault(r["fold"], []).append(r["entity"])
            return found

        return list(self._once("folds", make).get(folded, ()))

    def entities(self, kind: str | None = None, ids: Sequence[str] | None = None) -> list[Row]:
        """Entities with aliases, roles, documents and the counts of their mentions and of issues, by kind and name.

        Language versions of an issue count once.
        """
        found = self._counted(ids) if ids is not None else self._once("entities", self._counted)
        lists = ("aliases", "roles", "documents")
        # Copies: who asked may do with them what it likes.
        return [{**e, **{k: list(e[k]) for k in lists}} for e in found if kind is None or e["kind"] == kind]

    def _counted(self, ids: Sequence[str] | None = None) -> list[Row]:
        inside, values = "", []
        if ids is not None:
            inside, values = f" WHERE read {_READ}", [self._as_read(ids)]
        grouped: dict[str, Row] = {
            r["id"]: {**r, "aliases": [], "roles": [], "documents": [], "mentions": 0, "issues": 0}
            for r in self._rows(f"{_ENTITY}{inside} GROUP BY id", *values)
        }
        aliases = self._rows(_ALIASES, *values, *values) if values else self._rows(_EVERY_ALIAS)
        for r in aliases if grouped else ():
            if (e := grouped.get(r["entity"])) is not None and r["alias"] != e["name"]:
                e["aliases"].append(r["alias"])
        leading = {
            r["id"]: r["version_of"]
            for r in self._rows("SELECT id, version_of FROM documents WHERE version_of IS NOT NULL")
        }
        counts = f"SELECT entity, role, document, count(*) AS n FROM told_mentions{inside} GROUP BY entity, role, document"
        rows = self._rows(counts, *values) if grouped else []
        told = {(r["entity"], r["document"]) for r in rows}
        for r in rows:
            if (e := grouped.get(r["entity"])) is not None:
                again = (r["entity"], leading.get(r["document"])) in told
                e["mentions"] += 0 if again else r["n"]
                if r["document"] not in e["documents"]:
                    e["issues"] += not again
                    e["documents"].append(r["document"])
                # A person's role is a post in the words of one document, not a role of the entity.
                if r["role"] and r["role"] not in e["roles"] and e["kind"] == "organisation":
                    e["roles"].append(r["role"])
        for e in grouped.values():
            del e["number"]
        return sorted(grouped.values(), key=lambda e: (e["kind"], fold(e["name"]), e["id"]))

    def names(self, ids: Iterable[str]) -> dict[str, Row]:
        """Id → id, kind, name, level, parent, lat, lon and aliases: what `entities` tells, without what takes long to count."""
        names, told_as = self._names()
        found = (names.get(told_as.get(i, i)) for i in dict.fromkeys(ids))
        return {e["id"]: {**e, "aliases": list(e["aliases"])} for e in found if e is not None}

    def places_within(self) -> dict[str, list[str]]:
        """Id of a place → ids of the places directly within it."""

        def make() -> dict[str, list[str]]:
            children: dict[str, list[str]] = {}
            for e in self._names()[0].values():
                if e["kind"] == "place":
                    children.setdefault(e["parent"], []).append(e["id"])
            return children

        return self._once("places", make)

    def _names(self) -> tuple[dict[str, Row], dict[str, str]]:
        """All that `names` tells, by id; and the ids of what was merged, with those of what it is told as."""

        def make() -> tuple[dict[str, Row], dict[str, str]]:
            names: dict[str, Row] = {
                r["id"]: {
                    **{k: r[k] for k in ("id", "kind", "name", "level", "parent", "lat", "lon")},
                    "aliases": [],
                }
                for r in self._rows(f"{_ENTITY} GROUP BY id")
            }
            for r in self._rows(_EVERY_ALIAS):
                if (e := names.get(r["entity"])) is not None and r["alias"] != e["name"]:
                    e["aliases"].append(r["alias"])
            merged = self._rows("SELECT id, target FROM ruled_entities WHERE target IS NOT NULL")
            return names, {r["id"]: r["target"] for r in merged}

        return self._once("names", make)

    def mentions(
        self,
        entity: str | None = None,
        document: str | None = None,
        section: str | None = None,
        kind: str | None = None,
    ) -> list[Row]:
        return self._where(_MENTION, "document, section, start",
                           read=entity, document=document, section=section, kind=kind)  # fmt: skip

    def countries(self) -> dict[str, dict[str, int]]:
        """How often each document names each country: document → entity → times."""
        sql = """SELECT document, entity, count(*) AS n FROM told_mentions WHERE kind = 'place' AND level = 'country'
          GROUP BY document, entity ORDER BY document, n DESC, entity"""

        def make() -> dict[str, dict[str, int]]:
            found: dict[str, dict[str, int]] = {}
            for r in self._rows(sql):
                found.setdefault(r["document"], {})[r["entity"]] = r["n"]
            return found

        return self._once("countries", make)

    def dates(self, sections: Iterable[str]) -> dict[str, list[Row]]:
        """Id of a section → the dates that it tells, in the order of the text."""
        found: dict[str, list[Row]] = {}
        told = f"{_MENTION} WHERE section IN (SELECT value FROM json_each(?)) AND kind = 'date' AND date_start <> '' ORDER BY section, start"
        for m in self._rows(told, json_of(sections)):
            found.setdefault(m["section"], []).append(m)
        return found

    def naming(self, entities: Iterable[str]) -> list[Row]:
        """Which documents name these entities, and in which role: entity, role, document."""
        named = f"SELECT DISTINCT entity, role, document FROM told_mentions WHERE read {_READ}"
        return self._rows(named, self._as_read(entities))

    def alike(self, document: str) -> list[Row]:
        """Figures of all documents with the numbers that this one tells: document, value, unit, counted."""
        of = "SELECT value FROM figures WHERE document = ?"
        return self._rows(
            f"SELECT document, value, unit, counted FROM figures WHERE value IN ({of})", document
        )

    def figures(
        self, document: str | None = None, section: str | None = None, ids: Sequence[str] | None = None
    ) -> list[Row]:
        """Figures; `quote` is the sentence that tells them."""
        if ids is not None:
            return self._rows(
                f"{_FIGURE} WHERE f.id IN (SELECT value FROM json_each(?)) ORDER BY f.id", json_of(ids)
            )
        order = "f.document, s.ordinal, f.start"
        return self._where(_FIGURE, order, **{"f.document": document, "f.section": section})

    def activities(
        self,
        document: str | None = None,
        entity: str | None = None,
        sections: Iterable[str] | None = None,
        ids: Sequence[str] | None = None,
    ) -> list[Row]:
        """Activities, each with its links; `entity`: only those linked to it. `quote` is the sentence that tells it.

        `heading` and `language` are those of its section.
        """
        order = "a.document, s.ordinal, a.start"
        if entity is not None:
            linked = f"a.id IN (SELECT activity FROM links WHERE target {_READ})"
            rows = self._rows(f"{_ACTIVITY} WHERE {linked} ORDER BY {order}", self._as_read([entity]))
        elif ids is not None or sections is not None:
            named = f"a.{'section' if ids is None else 'id'} IN (SELECT value FROM json_each(?))"
            rows = self._rows(f"{_ACTIVITY} WHERE {named} ORDER BY {order}", json_of(ids or sections or ()))
        else:
            rows = self._where(_ACTIVITY, order, **{"a.document": document})
        by_id: dict[str, Row] = {r["id"]: {**r, "links": []} for r in rows}
        # Of what was merged, the first link of a field stands for all.
        links = """SELECT activity, field, target, start, "end", min(number) FROM told_links
          WHERE activity IN (SELECT value FROM json_each(?)) GROUP BY activity, field, target ORDER BY min(number)"""
        for link in self._rows(links, json_of(by_id)) if by_id else ():
            of = by_id[link.pop("activity")]
            told = {k: link[k] for k in ("field", "target", "start", "end")}
            of["links"].append({**told, "section": of["section"]})
        return list(by_id.values())

    def tellings(self) -> dict[str, str]:
        """Activity → its event (the id of the activity that it is told as), for events that are told more than once."""
        return self._once("tellings", lambda: json.loads(self.meta("tellings", "{}")))

    def activity_types(self) -> list[str]:
        return [r["type"] for r in self._rows("SELECT DISTINCT type FROM told_activities ORDER BY type")]

    def relations(
        self,
        kind: str | None = None,
        source: str | None = None,
        target: str | None = None,
        document: str | None = None,
    ) -> list[Row]:
        """Relations; `quote` is the words that say so."""
        return self._where(_RELATION, "r.document, s.ordinal, r.start",
                           **{"r.kind": kind, "read_source": source, "read_target": target, "r.document": document})  # fmt: skip

    def acronym_pairs(self) -> list[tuple[str, str]]:
        """Short and long form of all acronyms, each pair once."""
        sql = """SELECT name, long FROM mentions WHERE kind = 'acronym' GROUP BY name, long
          ORDER BY name, min(document), min(rowid)"""
        return self._once("acronyms", lambda: [(r["name"], r["long"]) for r in self._rows(sql)])

    def acronyms(self, document: str | None = None) -> list[Row]:
        return self._where('SELECT name AS short, long, document, section, start, "end", page FROM mentions', "short, document",
                           kind="acronym", document=document)  # fmt: skip


def _document(row: Row) -> Row:
    lists = {key: json.loads(row[key]) for key in ("unreadable", "page_notes")}
    return {**row, **lists, "version_of": row["version_of"] or ""}

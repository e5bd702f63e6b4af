"""Writing the truth: one SQLite file, one transaction a document. Readers see the state before or after, never between.

The tables are in `kb.schema`, the questions to them in `kb.queries` (with `kb.fulltext` and `kb.vectors`) and `kb.rulings`; SQL stands in these files
and in `kb.connection` alone.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.boxes import pack_words, pages
from kb.errors import CorruptError, StoreError
from kb.languages import STEMMED, roots
from kb.records import Analysis, Section
from kb.rulings import Rulings
from kb.schema import SCHEMA, VERSION
from kb.text import fold, sentences

if TYPE_CHECKING:
    import numpy as np

_FULLTEXT = "INSERT INTO fulltext (rowid, text, folded, heading, title, stems) VALUES (?,?,?,?,?,?)"


class Store(Rulings):
    """The truth below a root: any number of readers, in threads and processes, and one writer at a time (`kb.ingest`)."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file. Raises StoreError, CorruptError."""
        super().__init__(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._check_version()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise self.error(error) from error
        except StoreError:
            self.close()
            raise

    def _check_version(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._create()
        elif version > VERSION:
            raise StoreError(
                f"{self.path} was written by a newer kb (schema {version}); upgrade kb to use it, or set KB_ROOT."
            )
        elif version < VERSION:
            raise CorruptError(
                f"{self.path} was written by an older kb (schema {version}). "
                "Run `kb doctor`: it sets the file aside and reads the originals again."
            )

    def _create(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        with self._transaction():
            # Another process may have been faster.
            if not self._db.execute("PRAGMA user_version").fetchone()[0]:
                for statement in filter(str.strip, SCHEMA.split(";\n")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._count("changes")
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.IntegrityError:
            raise  # what was to be written contradicts itself: the document's fault, not the store's
        except sqlite3.Error as error:
            raise self.error(error) from error

    # Documents

    def put(
        self,
        analysis: Analysis,
        *,
        status: str,
        reason: str = "",
        size: int = 0,
        mtime_ns: int = 0,
        engine: str = "",
        ingested_at: str = "",
    ) -> None:
        """Stores all that one document adds, in one transaction, instead of any older version of it or of its path.

        Raises sqlite3.IntegrityError or KeyError, and stores nothing, where the analysis contradicts itself.
        """
        document, period = analysis.document, analysis.document.period
        with self._transaction():
            old = self._delete("id = ? OR path = ?", document.id, document.path)
            self._insert("documents", [(document.id, document.path, document.title, document.organisation,
                *((period.start, period.end, period.label) if period else ("", "", "")), document.published, document.language,
                document.pages, status, reason, json.dumps(document.unreadable),
                json.dumps([asdict(n) for n in document.page_notes], ensure_ascii=False), ingested_at, engine, None)])  # fmt: skip
            self._insert_text(analysis)
            self._insert_names(analysis)
            self._insert_ledger(analysis)
            self._sweep(old)
            self._note([(document.path, document.id, size, mtime_ns, engine, "")])
            self._changed()

    def _insert_text(self, analysis: Analysis) -> None:
        document = analysis.document
        sections = {s.ordinal: s for s in analysis.sections}
        self._insert("sections", [(_id(analysis, s.ordinal), document.id, s.ordinal, s.heading, s.level, s.first_page, s.last_page,
                                   s.language, s.text, pack_words(s.words()), s.level, _style(s)) for s in analysis.sections])  # fmt: skip
        for p in analysis.passages:
            section = _id(analysis, p.section)
            row = self._db.execute("INSERT INTO passages VALUES (NULL,?,?,?,?,?,?,?,?,?)",
                                   (f"{section}-p{p.ordinal}", document.id, section, p.ordinal, p.start, p.end, p.page, p.text,
                                    text_key(p.text)))  # fmt: skip
            of = sections[p.section]
            self._db.execute(
                _FULLTEXT, _searched(row.lastrowid, p.text, of.heading, document.title, of.language)
            )

    def _insert_names(self, analysis: Analysis) -> None:
        document = analysis.document.id
        mentioned = {m.entity for m in analysis.mentions}
        here = [e for e in analysis.entities if e.id in mentioned]
        self._insert("entities", [(None, e.id, document, e.kind, e.name, e.level, e.parent, e.country, e.lat, e.lon, e.description)
                                  for e in here])  # fmt: skip
        self._insert("aliases", [(e.id, document, alias, folded) for e in here for alias in dict.fromkeys((e.name, *e.aliases))
                                 if (folded := fold(alias))])  # fmt: skip

    def _insert_ledger(self, analysis: Analysis) -> None:
        document = analysis.document.id
        sections = {s.ordinal: s for s in analysis.sections}
        page = {ordinal: pages(s) for ordinal, s in sections.items()}
        self._insert("mentions", [(document, _id(analysis, m.section), m.kind, m.entity, m.start, m.end, m.name, m.role, m.level,
            page[m.section](m.start), *((m.date.start, m.date.end) if m.date else ("", "")), m.long)
            for m in analysis.mentions if m.figure is None])  # fmt: skip
        self._insert("figures", [(m.id, document, _id(analysis, m.section), m.start, m.end,
            *sentence_span(sections[m.section], m.start, m.end),
            m.figure.value, m.figure.unit, m.figure.counted, m.figure.qualifier, m.figure.status, m.figure.sex, m.figure.age,
            int(m.figure.cumulative), m.figure.start, m.figure.end, m.figure.place, m.figure.part_of, page[m.section](m.start))
            for m in analysis.mentions if m.figure is not None])  # fmt: skip
        counts: Counter[int] = Counter()
        for a in analysis.activities:
            id = f"{_id(analysis, a.section)}-a{counts[a.section]}"
            counts[a.section] += 1
            self._insert("activities", [(id, document, _id(analysis, a.section), a.type, a.title, a.start, a.end, a.status, *a.span,
                                         page[a.section](a.span[0]))])  # fmt: skip
            self._insert("links", [(id, k.field, k.target, k.start, k.end) for k in a.links])
        self._insert("relations", [(document, _id(analysis, r.section), r.kind, r.source, r.target, *r.span,
                                    page[r.section](r.span[0])) for r in analysis.relations])  # fmt: skip

    def fail(
        self,
        id: str,
        path: str,
        reason: str,
        *,
        size: int = 0,
        mtime_ns: int = 0,
        engine: str = "",
        ingested_at: str = "",
    ) -> None:
        """Records a file that cannot be read.

        Where an earlier version of the file was read, that is kept, as `partial` and with the reason; its engine
        is taken off, so that it is read afresh should its bytes come back.
        """
        with self._transaction():
            self._note([(path, id, size, mtime_ns, engine, reason)])
            earlier = self._db.execute(
                "SELECT 1 FROM documents WHERE path = ? AND status <> 'failed'", (path,)
            ).fetchone()
            if earlier:
                kept = f"the file was changed and can no longer be read, so its earlier version is kept: {reason}"
                self._db.execute(
                    "UPDATE documents SET status = 'partial', reason = ?, engine = '' WHERE path = ?",
                    (kept, path),
                )
            elif not self._db.execute(
                "SELECT 1 FROM documents WHERE id = ? AND path <> ?", (id, path)
            ).fetchone():
                self._db.execute("DELETE FROM documents WHERE path = ?", (path,))
                self._db.execute(
                    "INSERT INTO documents (id, path, title, status, reason, engine, ingested_at) VALUES (?,?,?,'failed',?,?,?)",
                    (id, path, Path(path).stem, reason, engine, ingested_at),
                )

    def remove(self, id: str) -> None:
        """Takes a document and all its traces away."""
        with self._transaction():
            at = "path IN (SELECT path FROM documents WHERE id = ?)"
            self._db.execute(f"DELETE FROM files WHERE id = ? OR {at}", (id, id))
            self._sweep(self._delete("id = ?", id))
            self._changed()

    def rename(self, paths: Mapping[str, str]) -> None:
        """Documents (ids) that are now at other paths; all at once, so that two may change places."""
        with self._transaction():
            for id in paths:
                self._db.execute("UPDATE documents SET path = ? WHERE id = ?", (f"\0{id}", id))
            for id, path in paths.items():
                # What stood there before is a failure or was overwritten: it is nowhere any more.
                self._sweep(self._delete("path = ?", path))
                self._db.execute("UPDATE documents SET path = ? WHERE id = ?", (path, id))

    def set_versions(self, leading: Mapping[str, str], main: str) -> None:
        """Says which documents (ids) are versions of which leading ones.

        `main`, the main language that this was told for, stands as `versions` in `meta` until a document comes or goes.
        """
        with self._transaction():
            self._db.execute("UPDATE documents SET version_of = NULL WHERE version_of IS NOT NULL")
            self._db.executemany(
                "UPDATE documents SET version_of = ? WHERE id = ?", [(of, id) for id, of in leading.items()]
            )
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('versions', ?)", (main,))
            self._db.execute("DELETE FROM meta WHERE key IN ('retold', 'threads')")

    def set_levels(self, levels: Mapping[str, int]) -> None:
        """Gives sections (ids) the levels that their series tells, and all others the ones they were read with.

        That this was told stands as `series` in `meta` until a document comes or goes.
        """
        with self._transaction():
            self._db.execute("UPDATE sections SET level = own_level WHERE level <> own_level")
            self._db.executemany(
                "UPDATE sections SET level = ? WHERE id = ?", [(level, id) for id, level in levels.items()]
            )
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('series', 'told')")

    def put_rulings(
        self,
        entities: Sequence[Sequence[Any]],
        activities: Sequence[Sequence[Any]],
        proposals: Sequence[Sequence[Any]],
        mark: str,
    ) -> None:
        """Lays rules and merges over what was read, instead of all earlier ones; rows as in `kb.schema`.

        `mark`, what they were made from, stands as `ruled` in `meta` until a document comes or goes.
        """
        rows = {"ruled_entities": entities, "ruled_activities": activities, "proposals": proposals}
        with self._transaction():
            for table in rows:
                self._db.execute(f"DELETE FROM {table}")
            for table, new in rows.items():
                self._insert(table, new)
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('ruled', ?)", (mark,))
            self._db.execute("DELETE FROM meta WHERE key IN ('retold', 'threads')")

    def put_tellings(self, events: Mapping[str, str], proposals: Sequence[Sequence[Any]], mark: str) -> None:
        """Says which activities (ids) are told as which, and what may be one; rows of proposals as in `kb.schema`.

        `mark`, what this was found from, stands as `retold` in `meta` until a document comes or goes, or rules or versions change.
        """
        with self._transaction():
            self._db.execute("DELETE FROM proposals WHERE kind = 'activity'")
            self._insert("proposals", proposals)
            kept = {"tellings": json.dumps(dict(events)), "retold": mark}
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", kept.items())
            self._db.execute("DELETE FROM meta WHERE key = 'threads'")

    def note_files(
        self, files: Sequence[tuple[str, str, int, int, str, str]], gone: Collection[str] = ()
    ) -> None:
        """Remembers how files looked (path, id, size, mtime_ns, engine, reason), and forgets those that are gone."""
        with self._transaction():
            self._note(files)
            self._db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])

    def set_meta(self, key: str, value: str) -> None:
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def _note(self, files: Sequence[Sequence[Any]]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?)", files)

    def _insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)

    def _delete(self, clause: str, *values: Any) -> list[str]:
        """Deletes documents with all that hangs on them, save their vectors, whose keys are returned."""
        passages = f"FROM passages WHERE document IN (SELECT id FROM documents WHERE {clause})"
        keys = [r[0] for r in self._db.execute(f"SELECT DISTINCT vector_key {passages}", values)]
        # A new reading may give an activity's id to another one, which a correction must not touch.
        read = f"SELECT id FROM activities WHERE document IN (SELECT id FROM documents WHERE {clause})"
        self._db.execute(f"DELETE FROM ruled_activities WHERE id IN ({read})", values)
        gone = f"SELECT json_group_object(key, value) FROM json_each(meta.value) WHERE key NOT IN ({read})"
        self._db.execute(f"UPDATE meta SET value = ({gone}) WHERE key = 'tellings'", values)
        # Foreign keys do not reach the full text.
        self._db.execute(f"DELETE FROM fulltext WHERE rowid IN (SELECT number {passages})", values)
        self._db.execute(f"DELETE FROM documents WHERE {clause}", values)
        self._db.execute("DELETE FROM meta WHERE key IN ('versions', 'series', 'ruled', 'retold', 'threads')")
        return keys

    def _sweep(self, keys: Sequence[str]) -> None:
        """Of these vectors, those that no passage uses any more go."""
        self._db.execute(
            "DELETE FROM vectors WHERE key IN (SELECT value FROM json_each(?)) AND key NOT IN (SELECT vector_key FROM passages)",
            (json.dumps(keys),),
        )

    def _changed(self) -> None:
        """Counts each change of passages and vectors, so that what is made from them knows that it is behind."""
        self._count("generation")

    def _count(self, key: str) -> None:
        one = "INSERT INTO meta VALUES (?, '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        self._db.execute(one, (key,))

    # Vectors

    def put_vectors(self, model: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Stores one vector a text: an array of shape (texts, dimension), kept as float32."""
        rows = [(text_key(t), model, v.astype("<f4").tobytes()) for t, v in zip(texts, vectors, strict=True)]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?)", rows)
            self._changed()

    # Checks and mending

    def check(self) -> list[str]:
        """Damage inside the file, in words; empty when all is well."""
        rows = self._rows("PRAGMA integrity_check(20)")
        return [r["integrity_check"] for r in rows if r["integrity_check"] != "ok"]

    def check_fulltext(self) -> bool:
        """Does the full text hold exactly the passages?"""
        strays = self._rows(
            "SELECT (SELECT count(*) FROM passages WHERE number NOT IN (SELECT rowid FROM fulltext)) "
            "+ (SELECT count(*) FROM fulltext WHERE rowid NOT IN (SELECT number FROM passages)) AS n"
        )
        if strays[0]["n"]:
            return False
        try:
            with self._transaction():
                self._db.execute("INSERT INTO fulltext (fulltext) VALUES ('integrity-check')")
        except CorruptError:
            return False
        return True

    def rebuild_fulltext(self) -> None:
        """Makes the full text anew from the passages."""
        with self._transaction():
            self._db.execute("DROP TABLE fulltext")
            self._db.execute(next(s for s in SCHEMA.split(";\n") if "VIRTUAL TABLE fulltext" in s))
            rows = self._rows(
                "SELECT p.number, p.text, s.heading, s.language, d.title FROM passages p "
                "JOIN sections s ON s.id = p.section JOIN documents d ON d.id = p.document"
            )
            self._db.executemany(
                _FULLTEXT,
                [_searched(r["number"], r["text"], r["heading"], r["title"], r["language"]) for r in rows],
            )
            self._changed()

    def dangling(self) -> list[str]:
        """Rows whose document or passage is gone, in words."""
        found = [
            f"{r['table']} has rows without their {r['parent']}"
            for r in self._rows("PRAGMA foreign_key_check")
        ]
        vectors = self._rows(
            "SELECT count(*) AS n FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)"
        )
        if vectors[0]["n"]:
            found.append(f"{vectors[0]['n']} vectors belong to no passage")
        return list(dict.fromkeys(found))

    def drop_dangling(self) -> None:
        """Deletes them."""
        with self._transaction():
            for row in self._rows("PRAGMA foreign_key_check"):
                self._db.execute(f'DELETE FROM "{row["table"]}" WHERE rowid = ?', (row["rowid"],))
            self._db.execute("DELETE FROM aliases WHERE document NOT IN (SELECT id FROM documents)")
            self._db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
            self._changed()


def text_key(text: str) -> str:
    """The key of a text's vectors."""
    return hashlib.sha256(text.encode()).hexdigest()


def _searched(
    number: int | None, text: str, heading: str, title: str, language: str
) -> tuple[int | None, str, str, str, str, str]:
    """A passage's row in the full text."""
    foreign = language != "en" and language in STEMMED
    return (
        number,
        text,
        fold(text),
        heading,
        title,
        " ".join(roots(f"{heading}\n{text}", language)) if foreign else "",
    )


def sentence_span(section: Section, start: int, end: int) -> tuple[int, int]:
    """The sentence, or sentences, around a span."""
    spans = sentences(section.text, section.language)
    first = min((a for a, b in spans if b > start), default=start)
    return min(first, start), max((b for a, b in spans if a < end), default=end)


def _style(section: Section) -> str:
    """The look of a section's heading; empty where it has none, or its format tells none."""
    heading = section.blocks[0] if section.blocks else None
    if heading is None or heading.role != "heading" or not heading.size:
        return ""
    return f"{heading.size:g}{' bold' * heading.bold}{' capitals' * heading.text.isupper()}"


def _id(analysis: Analysis, ordinal: int) -> str:
    return f"{analysis.document.id[:16]}-{ordinal}"

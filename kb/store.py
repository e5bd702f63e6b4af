"""The truth: one SQLite file. All SQL of the project stands here.

One transaction a document; whatever a document brought goes with it. Readers see the state before or after, never between.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import CorruptError, StoreError
from kb.records import Analysis, Box, Evidence, Section, WordBox
from kb.text import fold

if TYPE_CHECKING:
    import numpy as np

VERSION = 1

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '', organisation TEXT NOT NULL DEFAULT '',
  period_start TEXT NOT NULL DEFAULT '', period_end TEXT NOT NULL DEFAULT '', period_label TEXT NOT NULL DEFAULT '',
  published TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', pages INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', unreadable TEXT NOT NULL DEFAULT '[]',
  size INTEGER NOT NULL DEFAULT 0, mtime_ns INTEGER NOT NULL DEFAULT 0, ingested_at TEXT NOT NULL DEFAULT '', engine TEXT NOT NULL DEFAULT ''
);
CREATE TABLE sections (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE ON UPDATE CASCADE, ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL, level INTEGER NOT NULL, first_page INTEGER NOT NULL, last_page INTEGER NOT NULL, text TEXT NOT NULL, words BLOB NOT NULL
);
CREATE INDEX sections_document ON sections (document, ordinal);
CREATE TABLE passages (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  section TEXT NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL,
  text TEXT NOT NULL, vector_key TEXT NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_key ON passages (vector_key);
CREATE VIRTUAL TABLE fulltext USING fts5 (text, folded, heading, title, tokenize = "porter unicode61 remove_diacritics 2");
CREATE TABLE vectors (key TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, key)) WITHOUT ROWID;
CREATE TABLE entities (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT NOT NULL, country TEXT NOT NULL,
  lat REAL, lon REAL, description TEXT NOT NULL
);
CREATE TABLE aliases (
  entity TEXT NOT NULL REFERENCES entities ON DELETE CASCADE, alias TEXT NOT NULL, fold TEXT NOT NULL, PRIMARY KEY (entity, alias)
) WITHOUT ROWID;
CREATE INDEX aliases_fold ON aliases (fold);
CREATE TABLE mentions (
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, kind TEXT NOT NULL, entity TEXT NOT NULL DEFAULT '',
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, level TEXT NOT NULL, page INTEGER NOT NULL,
  date_start TEXT NOT NULL DEFAULT '', date_end TEXT NOT NULL DEFAULT '', long TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mentions_document ON mentions (document);
CREATE INDEX mentions_entity ON mentions (entity);
CREATE INDEX mentions_section ON mentions (section);
CREATE TABLE figures (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, start INTEGER NOT NULL,
  "end" INTEGER NOT NULL, quote_start INTEGER NOT NULL, quote_end INTEGER NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  counted TEXT NOT NULL, qualifier TEXT NOT NULL, status TEXT NOT NULL, page INTEGER NOT NULL
);
CREATE INDEX figures_document ON figures (document);
CREATE TABLE activities (
  id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, type TEXT NOT NULL,
  title TEXT NOT NULL, date_start TEXT NOT NULL, date_end TEXT NOT NULL, status TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  page INTEGER NOT NULL
);
CREATE INDEX activities_document ON activities (document);
CREATE TABLE links (
  activity TEXT NOT NULL REFERENCES activities ON DELETE CASCADE, field TEXT NOT NULL, target TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX links_activity ON links (activity);
CREATE INDEX links_target ON links (target);
CREATE TABLE relations (
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, section TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
  target TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL
);
CREATE INDEX relations_document ON relations (document);
CREATE INDEX relations_source ON relations (source);
CREATE INDEX relations_target ON relations (target);
"""

_PASSAGE = """SELECT p.id, p.document, d.path, d.title, s.heading AS section, p.section AS section_id, p.page, p.start, p."end", p.text
  FROM passages p JOIN documents d ON d.id = p.document JOIN sections s ON s.id = p.section"""


class Store:
    """The truth below a root. One writer at a time (see `kb.ingest`), any number of readers. Not for sharing between threads
    without `check_same_thread=False`'s caution: each call is one statement or one transaction."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file. Raises StoreError, CorruptError."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            )
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                with self._transaction():
                    if not self._db.execute("PRAGMA user_version").fetchone()[0]:
                        for statement in filter(str.strip, SCHEMA.split(";")):
                            self._db.execute(statement)
                        self._db.execute(f"PRAGMA user_version = {VERSION}")
            elif version > VERSION:
                raise StoreError(
                    f"{path} was written by a newer version of kb (schema {version}); upgrade kb to read it."
                )
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def close(self) -> None:
        self._db.close()

    def _error(self, error: Exception) -> StoreError:
        text = str(error)
        if isinstance(error, sqlite3.DatabaseError) and ("malformed" in text or "not a database" in text):
            return CorruptError(
                f"{self.path} is damaged ({text}). `kb doctor` moves it aside and reads the originals again."
            )
        if "full" in text or getattr(error, "errno", 0) == 28:
            return StoreError(
                f"the disk of {self.path} is full; nothing was changed. Free some space and ingest again."
            )
        if "readonly" in text or isinstance(error, PermissionError):
            return StoreError(
                f"{self.path} cannot be written ({text}); give this user the right to write there, or set KB_ROOT."
            )
        return StoreError(f"{self.path}: {text}. Run `kb doctor`.")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        try:
            return [dict(row) for row in self._db.execute(sql, values)]
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _where(self, sql: str, order: str, **equals: Any) -> list[dict[str, Any]]:
        """Rows for which the columns equal the values given (None: any)."""
        given = {column: value for column, value in equals.items() if value is not None}
        clause = " AND ".join(f"{column} = ?" for column in given)
        return self._rows(f"{sql}{' WHERE ' + clause if clause else ''} ORDER BY {order}", *given.values())

    # Writing

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
        """Stores all that one document adds, in one transaction, instead of any older version of it or of its path."""
        document = analysis.document
        with self._transaction():
            self._delete("id = ? OR path = ?", document.id, document.path)
            period = document.period
            self._insert("documents", [(document.id, document.path, document.title, document.organisation,
                *((period.start, period.end, period.label) if period else ("", "", "")), document.published, document.language,
                document.pages, status, reason, json.dumps(document.unreadable), size, mtime_ns, ingested_at, engine)])  # fmt: skip
            sid = [f"{document.id[:16]}-{s.ordinal}" for s in analysis.sections]
            by_ordinal = {s.ordinal: s for s in analysis.sections}
            ids = {s.ordinal: i for s, i in zip(analysis.sections, sid, strict=True)}
            self._insert("sections", [(ids[s.ordinal], document.id, s.ordinal, s.heading, s.level, s.first_page, s.last_page, s.text, pack_words(s))
                                      for s in analysis.sections])  # fmt: skip
            for p in analysis.passages:
                row = self._db.execute(
                    'INSERT INTO passages (id, document, section, ordinal, start, "end", page, text, vector_key) VALUES (?,?,?,?,?,?,?,?,?)',
                    (
                        f"{ids[p.section]}-p{p.ordinal}",
                        document.id,
                        ids[p.section],
                        p.ordinal,
                        p.start,
                        p.end,
                        p.page,
                        p.text,
                        text_key(p.text),
                    ),
                )
                self._db.execute("INSERT INTO fulltext (rowid, text, folded, heading, title) VALUES (?,?,?,?,?)",
                                 (row.lastrowid, p.text, fold(p.text), by_ordinal[p.section].heading, document.title))  # fmt: skip
            for e in analysis.entities:
                self._db.execute("INSERT OR IGNORE INTO entities VALUES (?,?,?,?,?,?,?,?,?)",
                                 (e.id, e.kind, e.name, e.level, e.parent, e.country, e.lat, e.lon, e.description))  # fmt: skip
                self._db.executemany(
                    "INSERT OR IGNORE INTO aliases VALUES (?,?,?)",
                    [(e.id, a, fold(a)) for a in (e.name, *e.aliases) if fold(a)],
                )
            page = {m: by_ordinal[m.section].page_at(m.start) for m in analysis.mentions}
            self._insert("mentions", [(document.id, ids[m.section], m.kind, m.entity, m.start, m.end, m.name, m.role, m.level, page[m],
                *((m.date.start, m.date.end) if m.date else ("", "")), m.long) for m in analysis.mentions if m.kind != "figure"])  # fmt: skip
            self._insert("figures", [(m.id, document.id, ids[m.section], m.start, m.end, *sentence_span(by_ordinal[m.section], m.start, m.end),
                m.figure.value, m.figure.unit, m.figure.counted, m.figure.qualifier, m.figure.status, page[m])
                for m in analysis.mentions if m.figure is not None])  # fmt: skip
            counts: dict[int, int] = {}
            for a in analysis.activities:
                n = counts[a.section] = counts.get(a.section, -1) + 1
                id = f"{ids[a.section]}-a{n}"
                self._insert("activities", [(id, document.id, ids[a.section], a.type, a.title, a.start, a.end, a.status, *a.span,
                                             by_ordinal[a.section].page_at(a.span[0]))])  # fmt: skip
                self._insert(
                    "links", [(id, link.field, link.target, link.start, link.end) for link in a.links]
                )
            self._insert("relations", [(document.id, ids[r.section], r.kind, r.source, r.target, *r.span, by_ordinal[r.section].page_at(r.span[0]))
                                       for r in analysis.relations])  # fmt: skip
            self._sweep()
            self._changed()

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
        """Records a document that cannot be read. An older version stored under the same path is kept, under its own id."""
        with self._transaction():
            self._db.execute("DELETE FROM documents WHERE path = ? AND status = 'failed'", (path,))
            if not self._db.execute(
                "SELECT 1 FROM documents WHERE path = ? OR id = ?", (path, id)
            ).fetchone():
                self._db.execute(
                    "INSERT INTO documents (id, path, title, status, reason, size, mtime_ns, engine, ingested_at) VALUES (?,?,?,'failed',?,?,?,?,?)",
                    (id, path, Path(path).stem, reason, size, mtime_ns, engine, ingested_at),
                )
            else:
                self._db.execute("UPDATE documents SET reason = ?, size = ?, mtime_ns = ? WHERE path = ?",
                                 (f"the changed file could not be read, so its earlier version is kept: {reason}", size, mtime_ns, path))  # fmt: skip

    def remove(self, id: str) -> None:
        """Takes a document and all its traces away."""
        with self._transaction():
            self._delete("id = ?", id)
            self._sweep()
            self._changed()

    def rename(self, id: str, path: str, *, size: int = 0, mtime_ns: int = 0) -> None:
        """The same document, now at another path (or with another time stamp)."""
        with self._transaction():
            self._db.execute(
                "UPDATE documents SET path = ?, size = ?, mtime_ns = ? WHERE id = ?",
                (path, size, mtime_ns, id),
            )

    def _insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)

    def _delete(self, clause: str, *values: Any) -> None:
        self._db.execute(
            f"DELETE FROM fulltext WHERE rowid IN (SELECT number FROM passages WHERE document IN (SELECT id FROM documents WHERE {clause}))",
            values,
        )
        self._db.execute(f"DELETE FROM documents WHERE {clause}", values)

    def _sweep(self) -> None:
        """Entities that nothing mentions and vectors that no passage uses go."""
        self._db.execute("DELETE FROM entities WHERE id NOT IN (SELECT entity FROM mentions)")
        self._db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")

    def _changed(self) -> None:
        """Counts each change, so that caches and the index know that they are behind."""
        self._db.execute(
            "INSERT INTO meta VALUES ('generation', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )

    def set_meta(self, key: str, value: str) -> None:
        with self._transaction():
            self._db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    # Reading

    def meta(self, key: str, default: str = "") -> str:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0]["value"]) if rows else default

    def known_files(self) -> dict[str, dict[str, Any]]:
        """path → its row (id, size, mtime_ns, engine, status)."""
        return {
            r["path"]: r for r in self._rows("SELECT path, id, size, mtime_ns, engine, status FROM documents")
        }

    def documents(self) -> list[dict[str, Any]]:
        """All documents in the order of their periods; `unreadable` is a list of pages."""
        rows = self._rows("SELECT * FROM documents ORDER BY period_start, title, path")
        return [{**r, "unreadable": json.loads(r["unreadable"])} for r in rows]

    def document(self, id: str) -> dict[str, Any] | None:
        rows = self._rows("SELECT * FROM documents WHERE id = ?", id)
        return {**rows[0], "unreadable": json.loads(rows[0]["unreadable"])} if rows else None

    def sections(self, document: str | None = None) -> list[dict[str, Any]]:
        return self._where(
            "SELECT id, document, ordinal, heading, level, first_page, last_page, text FROM sections",
            "document, ordinal",
            document=document,
        )

    def section(self, id: str) -> dict[str, Any] | None:
        rows = self._where(
            "SELECT id, document, ordinal, heading, level, first_page, last_page, text FROM sections",
            "id",
            id=id,
        )
        return rows[0] if rows else None

    def passages(self, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Passages in the order asked for (None: all)."""
        if ids is None:
            return self._rows(f"{_PASSAGE} ORDER BY p.number")
        found = {
            r["id"]: r
            for chunk in _chunks(ids)
            for r in self._rows(f"{_PASSAGE} WHERE p.id IN ({_marks(chunk)})", *chunk)
        }
        return [found[i] for i in ids if i in found]

    def evidence(self, section_id: str, start: int, end: int) -> list[Evidence]:
        """The words of a section from `start` to `end`, one Evidence a page, with one box a line of words."""
        rows = self._rows(
            "SELECT s.heading, s.text, s.words, s.first_page, s.document, d.path, d.title FROM sections s JOIN documents d ON d.id = s.document WHERE s.id = ?",
            section_id,
        )
        if not rows:
            return []
        row = rows[0]
        words = [w for w in unpack_words(row["words"]) if w[0] < end and w[1] > start]
        pages = sorted({w[2] for w in words}) or [row["first_page"]]
        found = []
        for page in pages:
            here = [w for w in words if w[2] == page]
            a = start if page == pages[0] else here[0][0]
            b = end if page == pages[-1] else here[-1][1]
            if quote := row["text"][a:b].strip():
                found.append(
                    Evidence(
                        row["document"],
                        row["path"],
                        row["title"],
                        row["heading"],
                        page,
                        quote,
                        lines(here),
                        section_id,
                    )
                )
        return found

    def known_entity(self, kind: str, name: str) -> str | None:
        """Id of the entity of that kind that bears the name, folded."""
        rows = self._rows(
            "SELECT e.id FROM aliases a JOIN entities e ON e.id = a.entity WHERE a.fold = ? AND e.kind = ? ORDER BY e.id LIMIT 1",
            fold(name),
            kind,
        )
        return rows[0]["id"] if rows else None

    def find_entities(self, folded: str) -> list[str]:
        """Ids of all entities that bear the folded name."""
        return [
            r["entity"]
            for r in self._rows("SELECT entity FROM aliases WHERE fold = ? ORDER BY entity", folded)
        ]

    def entities(self, kind: str | None = None, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Entities with aliases, roles, documents and the count of their mentions, by kind and name."""
        rows: list[dict[str, Any]] = []
        for chunk in [None] if ids is None else _chunks(ids):
            clause, values = ("", ()) if chunk is None else (f" WHERE id IN ({_marks(chunk)})", tuple(chunk))
            rows += self._rows(f"SELECT * FROM entities{clause}", *values)
        rows = [r for r in rows if kind is None or r["kind"] == kind]
        if not rows:
            return []
        some = [r["id"] for r in rows] if ids is not None else None
        grouped: dict[str, dict[str, Any]] = {
            r["id"]: {**r, "aliases": [], "roles": [], "documents": [], "mentions": 0} for r in rows
        }
        for chunk in [None] if some is None else _chunks(some):
            inside, values = (
                ("", ()) if chunk is None else (f" AND entity IN ({_marks(chunk)})", tuple(chunk))
            )
            for r in self._rows(f"SELECT entity, alias FROM aliases WHERE 1{inside}", *values):
                if (e := grouped.get(r["entity"])) is not None and r["alias"] != e["name"]:
                    e["aliases"].append(r["alias"])
            for r in self._rows(
                f"SELECT entity, role, document, count(*) AS n FROM mentions WHERE entity <> ''{inside} GROUP BY entity, role, document",
                *values,
            ):
                if (e := grouped.get(r["entity"])) is not None:
                    e["mentions"] += r["n"]
                    if r["document"] not in e["documents"]:
                        e["documents"].append(r["document"])
                    if r["role"] and r["role"] not in e["roles"] and e["kind"] == "organisation":
                        e["roles"].append(r["role"])
        return sorted(grouped.values(), key=lambda e: (e["kind"], fold(e["name"])))

    def mentions(
        self,
        entity: str | None = None,
        document: str | None = None,
        section: str | None = None,
        kind: str | None = None,
    ) -> list[dict[str, Any]]:
        return self._where(
            "SELECT * FROM mentions",
            "document, section, start",
            entity=entity,
            document=document,
            section=section,
            kind=kind,
        )

    def figures(
        self, document: str | None = None, section: str | None = None, ids: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """Figures; `quote` is the sentence that tells them."""
        sql = "SELECT f.*, substr(s.text, quote_start + 1, quote_end - quote_start) AS quote FROM figures f JOIN sections s ON s.id = f.section"
        if ids is not None:
            return [
                r
                for chunk in _chunks(ids)
                for r in self._rows(f"{sql} WHERE f.id IN ({_marks(chunk)}) ORDER BY f.id", *chunk)
            ]
        return self._where(
            sql, "f.document, s.ordinal, f.start", **{"f.document": document, "f.section": section}
        )

    def activities(
        self, document: str | None = None, entity: str | None = None, section: str | None = None
    ) -> list[dict[str, Any]]:
        """Activities, each with its links; `entity`: only those linked to it. `quote` is the sentence that tells it."""
        sql = 'SELECT a.*, substr(s.text, a.start + 1, a."end" - a.start) AS quote FROM activities a JOIN sections s ON s.id = a.section'
        if entity is not None:
            sql += " JOIN (SELECT DISTINCT activity FROM links WHERE target = ?) l ON l.activity = a.id"
            rows = self._rows(f"{sql} ORDER BY a.document, s.ordinal, a.start", entity)
        else:
            rows = self._where(
                sql, "a.document, s.ordinal, a.start", **{"a.document": document, "a.section": section}
            )
        by_id: dict[str, dict[str, Any]] = {r["id"]: {**r, "links": []} for r in rows}
        for chunk in _chunks(list(by_id)):
            for link in self._rows(
                f"SELECT * FROM links WHERE activity IN ({_marks(chunk)}) ORDER BY rowid", *chunk
            ):
                by_id[link.pop("activity")]["links"].append(link)
        return list(by_id.values())

    def relations(
        self,
        kind: str | None = None,
        source: str | None = None,
        target: str | None = None,
        document: str | None = None,
    ) -> list[dict[str, Any]]:
        sql = 'SELECT r.*, substr(s.text, r.start + 1, r."end" - r.start) AS quote FROM relations r JOIN sections s ON s.id = r.section'
        return self._where(
            sql,
            "r.document, s.ordinal, r.start",
            **{"r.kind": kind, "r.source": source, "r.target": target, "r.document": document},
        )

    def acronyms(self, document: str | None = None) -> list[dict[str, Any]]:
        return self._where(
            'SELECT name AS short, long, document, section, start, "end", page FROM mentions',
            "short, document",
            kind="acronym",
            document=document,
        )

    def fulltext(
        self,
        terms: Sequence[str],
        *,
        limit: int = 50,
        any_: bool = True,
        documents: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passages that hold the terms (any or all), best first, with BM25 turned positive; headings and titles count too."""
        quoted = [
            f'"{t}"'
            for t in dict.fromkeys(x.replace('"', " ").strip() for x in (*terms, *map(fold, terms)))
            if t
        ]
        if not quoted:
            return []
        match = (" OR " if any_ else " AND ").join(quoted)
        inside, values = (
            ("", ()) if documents is None else (f" AND p.document IN ({_marks(documents)})", tuple(documents))
        )
        rows = self._rows(
            f"SELECT p.id, -bm25(fulltext, 1.0, 0.7, 0.6, 0.2) AS score FROM fulltext f JOIN passages p ON p.number = f.rowid "
            f"WHERE fulltext MATCH ?{inside} ORDER BY bm25(fulltext, 1.0, 0.7, 0.6, 0.2) LIMIT ?", match, *values, limit)  # fmt: skip
        return [(r["id"], r["score"]) for r in rows]

    def frequencies(self, terms: Iterable[str]) -> tuple[dict[str, int], int]:
        """How many passages hold a word that begins with each term, and how many passages there are."""
        found = {}
        for term in terms:
            if quoted := term.replace('"', " ").strip():
                found[term] = self._rows(
                    "SELECT count(*) AS n FROM fulltext WHERE fulltext MATCH ?", f'"{quoted}"*'
                )[0]["n"]
        return found, self._rows("SELECT count(*) AS n FROM passages")[0]["n"]

    # Vectors

    def missing_vectors(self, model: str) -> list[str]:
        """Texts of passages that have no vector of this model, each once."""
        sql = "SELECT DISTINCT p.text FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key AND v.model = ? WHERE v.key IS NULL"
        return [r["text"] for r in self._rows(sql, model)]

    def put_vectors(self, model: str, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Stores one float32 row a text."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?)",
                                 [(text_key(t), model, v.astype("<f4").tobytes()) for t, v in zip(texts, vectors, strict=True)])  # fmt: skip
            self._changed()

    def vectors(self, model: str) -> tuple[list[str], np.ndarray]:
        """Passage ids and their vectors: an array of shape (passages, dimension), float32."""
        import numpy as np

        rows = self._rows(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key AND v.model = ? ORDER BY p.number",
            model,
        )
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        return [r["id"] for r in rows], np.frombuffer(b"".join(r["vector"] for r in rows), "<f4").reshape(
            len(rows), -1
        )

    def vectors_by_key(self, model: str) -> tuple[list[str], np.ndarray]:
        """Keys of the stored vectors, and the vectors: an array of shape (keys, dimension), float32."""
        import numpy as np

        rows = self._rows("SELECT key, vector FROM vectors WHERE model = ? ORDER BY key", model)
        return [r["key"] for r in rows], np.array(
            [np.frombuffer(r["vector"], "<f4") for r in rows], np.float32
        )

    def passages_of_vectors(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """Vector key → ids of the passages with that text."""
        found: dict[str, list[str]] = {}
        for chunk in _chunks(keys):
            for r in self._rows(
                f"SELECT vector_key, id FROM passages WHERE vector_key IN ({_marks(chunk)})", *chunk
            ):
                found.setdefault(r["vector_key"], []).append(r["id"])
        return found

    def check(self) -> list[str]:
        """What is wrong inside the file, in words; empty when all is well."""
        found = [
            f"{self.path}: {r['integrity_check']}"
            for r in self._rows("PRAGMA integrity_check")
            if r["integrity_check"] != "ok"
        ]
        n = self._rows("SELECT (SELECT count(*) FROM passages) AS p, (SELECT count(*) FROM fulltext) AS f")[0]
        if n["p"] != n["f"]:
            found.append(f"full text has {n['f']} rows for {n['p']} passages")
        return found

    def rebuild_fulltext(self) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM fulltext")
            rows = self._rows(
                "SELECT p.number, p.text, s.heading, d.title FROM passages p JOIN sections s ON s.id = p.section JOIN documents d ON d.id = p.document"
            )
            self._db.executemany("INSERT INTO fulltext (rowid, text, folded, heading, title) VALUES (?,?,?,?,?)",
                                 [(r["number"], r["text"], fold(r["text"]), r["heading"], r["title"]) for r in rows])  # fmt: skip


def text_key(text: str) -> str:
    """The key of a text's vector."""
    return hashlib.sha256(text.encode()).hexdigest()


def sentence_span(section: Section, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span."""
    from kb.text import sentences

    spans = sentences(section.text)
    return min((a for a, b in spans if b > start), default=start), max(
        (b for a, b in spans if a < end), default=end
    )


def lines(words: Iterable[WordBox]) -> tuple[Box, ...]:
    """One box a line: words beside each other at the same height are joined."""
    boxes: list[list[float]] = []
    for _, _, _, x0, y0, x1, y1 in words:
        last = boxes[-1] if boxes else None
        if (
            last
            and abs((y0 + y1) - (last[1] + last[3])) < (y1 - y0)
            and last[0] <= x0
            and x0 - last[2] < 3 * (y1 - y0)
        ):
            last[1], last[2], last[3] = min(last[1], y0), max(last[2], x1), max(last[3], y1)
        else:
            boxes.append([x0, y0, x1, y1])
    return tuple((b[0], b[1], b[2], b[3]) for b in boxes)


def pack_words(section: Section) -> bytes:
    """Word boxes as compressed little-endian 32-bit numbers: starts, ends, pages, then x0, y0, x1, y1 in 1/100 point."""
    words = list(section.words())
    columns = [array("i", [round(w[i] * (1 if i < 3 else 100)) for w in words]) for i in range(7)]
    return zlib.compress(b"".join(c.tobytes() for c in columns), 6) if words else b""


def unpack_words(blob: bytes) -> list[WordBox]:
    if not blob:
        return []
    numbers = array("i", zlib.decompress(blob))
    n = len(numbers) // 7
    return [
        (numbers[i], numbers[n + i], numbers[2 * n + i], *(numbers[k * n + i] / 100 for k in (3, 4, 5, 6)))
        for i in range(n)
    ]  # type: ignore[misc]


def _chunks(ids: Sequence[str], size: int = 500) -> list[list[str]]:
    unique = list(dict.fromkeys(ids))
    return [unique[i : i + size] for i in range(0, len(unique), size)]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))

"""The file of the truth: a connection for each thread, one state for many questions, and what the caller is told of errors."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from kb.errors import CorruptError, StoreError

Row = dict[str, Any]
T = TypeVar("T")


class Connection:
    """A connection for each thread. Errors are StoreError and CorruptError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._held: dict[str, tuple[str, Any]] = {}
        self._closed = False

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection: readers in other threads never see a transaction half done."""
        if self._closed:
            raise StoreError(f"{self.path} was closed; open the knowledge base again.")
        if (db := getattr(self._local, "db", None)) is None:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            self._local.db = db
        return db  # type: ignore[no-any-return]

    def close(self) -> None:
        """Closes this thread's connection; those of other threads go with their threads."""
        if (db := getattr(self._local, "db", None)) is not None:
            db.close()
            del self._local.db
        self._closed = True

    def error(self, error: Exception) -> StoreError:
        """What the caller is told of an error of SQLite or of the disk."""
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, zlib.error):
            return CorruptError(
                f"{self.path} is damaged ({error}). Run `kb doctor`: it sets the file aside and reads the originals again."
            )
        if code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) == 28:
            return disk_full(self.path)
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM) or isinstance(
            error, OSError
        ):
            return StoreError(
                f"{self.path} cannot be opened or written ({error}). Give this user the right to write there, or set KB_ROOT."
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StoreError(f"{self.path} is held by another program ({error}). End it, then try again.")
        return StoreError(f"{self.path}: {error}. Run `kb doctor`.")

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        try:
            cursor = self._db.cursor()
            # A sqlite3.Row looks for each of its columns anew when it is made a dict: half the time of a report.
            cursor.row_factory = None
            names = [column[0] for column in cursor.execute(sql, values).description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
            raise self.error(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, all questions of this thread are answered from one state, whatever is written meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self._rows("BEGIN")
        try:
            yield
        finally:
            self._rows("COMMIT")

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made again when the truth has changed: for small tables that every question needs whole."""
        with self.snapshot():
            changes = self.meta("changes")
            held = self._held.get(name)
            if held is None or held[0] != changes:
                self._held[name] = held = (changes, make())
        return held[1]  # type: ignore[no-any-return]

    def meta(self, key: str, default: str = "") -> str:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0]["value"]) if rows else default


def disk_full(path: Path) -> StoreError:
    """The error for a disk without space; the transaction under way was rolled back."""
    return StoreError(
        f"the disk of {path} is full; what was stored before is unharmed. Free some space, then ingest again."
    )


def json_of(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))

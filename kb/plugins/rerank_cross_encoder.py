"""Search results reordered by a sentence-transformers cross-encoder; its folder is named by the setting reranker_model."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import SettingsError
from kb.hookspecs import Reranker, hookimpl
from kb.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

HOW = "Set reranker_model in kb.toml (KB_RERANKER_MODEL) to the folder of a sentence-transformers cross-encoder, or leave it empty."


class CrossEncoderReranker:
    """A cross-encoder from the disk, loaded at the first query. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._folder = folder
        self._model: CrossEncoder | None = None
        # One query after the other: a fast tokenizer that two threads use at once raises "Already borrowed".
        self._lock = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, 0..1, higher is better. Raises SettingsError where the model is broken."""
        if not texts:
            return []
        with self._lock:
            if self._model is None:
                self._model = self._load()
            found = self._model.predict([(query, t) for t in texts], show_progress_bar=False)
        return [float(s) for s in found]

    def _load(self) -> CrossEncoder:
        # Nothing is ever fetched: the model lies on the disk.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        try:
            # Trained with one label, a cross-encoder's raw score has no bounds; search promises 0..1.
            return CrossEncoder(str(self._folder), activation_fn=Sigmoid(), local_files_only=True)
        except Exception as error:
            raise SettingsError(
                f"{self._folder} cannot be loaded as a cross-encoder: {error}. {HOW}"
            ) from error


@hookimpl
def kb_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder of the setting, if one is set."""
    if not settings.reranker_model:
        return None
    folder = Path(settings.reranker_model)
    if not (folder / "config.json").is_file():
        raise SettingsError(f"reranker_model: {folder} holds no model (config.json is missing). {HOW}")
    return CrossEncoderReranker(folder)

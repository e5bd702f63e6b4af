"""Knowledge bases for tests: real ones, which share what is slow to load (authority lists, reading process)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from kb.base import KnowledgeBase, open_kb

NO_MODEL = {"disabled_plugins": ("embed_minilm",)}


@cache
def _shared() -> KnowledgeBase:
    import atexit
    import tempfile

    base = open_kb(tempfile.mkdtemp(), NO_MODEL)
    atexit.register(base.close)
    return base


@contextmanager
def open_base(root: Path, settings: dict[str, Any] | None = None) -> Iterator[KnowledgeBase]:
    """A knowledge base without plugins of its own, and without the embedding model unless `settings` say so."""
    shared = _shared()
    base = open_kb(root, NO_MODEL if settings is None else settings)
    base.__dict__["_sandbox"] = shared._sandbox
    base._ingester.__dict__["analyser"] = shared._ingester.analyser
    try:
        yield base
    finally:
        del base.__dict__["_sandbox"]  # the others need it
        base.close()

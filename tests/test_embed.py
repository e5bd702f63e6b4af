"""The embedding model: its vectors, its name, what it says when it cannot be loaded, and that it is quiet."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from kb.errors import SettingsError
from kb.plugins.embed_minilm import PACKAGE, kb_embedder
from kb.settings import Settings


@pytest.fixture(scope="module")
def embedder():
    return kb_embedder(settings=Settings())


def test_vectors_have_length_one_and_the_right_shape(embedder):
    vectors = embedder.embed(["Wells were drilled.", "Nurses were trained."])
    assert vectors.shape == (2, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_vector(embedder):
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_like_meanings_lie_near(embedder):
    a, b, c = embedder.embed(
        ["Wells were drilled in the village.", "The hamlet got boreholes.", "The ambassador gave a speech."]
    )
    assert a @ b > a @ c


def test_threads_may_share_it(embedder):
    texts = [f"Text {i} " + "word " * (i * 7 % 50) for i in range(24)]
    with ThreadPoolExecutor(6) as pool:
        found = np.concatenate(list(pool.map(lambda t: embedder.embed([t]), texts)))
    assert np.allclose(found, embedder.embed(texts), atol=1e-4)


def test_loading_it_says_nothing():
    code = (
        "from kb.plugins.embed_minilm import kb_embedder; from kb.settings import Settings;"
        "kb_embedder(settings=Settings()).embed(['x'])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, check=True
    )
    ours = [line for line in done.stderr.splitlines() if "Loading weights" in line or "embed_minilm" in line]
    assert ours == []


def test_a_folder_that_holds_no_model_is_named():
    with pytest.raises(SettingsError, match=r"/nowhere .*modules\.json"):
        kb_embedder(settings=Settings(embedding_model="/nowhere"))


def test_a_broken_model_is_named(tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "no.such.Module"}]')
    with pytest.raises(SettingsError, match="cannot be loaded"):
        kb_embedder(settings=Settings(embedding_model=str(tmp_path))).embed(["x"])


def test_another_model_in_the_same_folder_gets_another_name(tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    before = kb_embedder(settings=Settings(embedding_model=str(tmp_path))).name
    (tmp_path / "modules.json").write_text("[ ]")
    assert kb_embedder(settings=Settings(embedding_model=str(tmp_path))).name != before


def test_a_folder_of_ones_own_embeds_like_the_embedded_one(embedder):
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "model"
    own = kb_embedder(settings=Settings(embedding_model=str(folder)))
    assert own.name != embedder.name
    assert np.allclose(own.embed(["Wells were drilled."]), embedder.embed(["Wells were drilled."]), atol=1e-5)

"""Vectors: exact or by Chroma, always right; a broken or stale projection is never used and never the user's trouble."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb import index as index_module
from kb.index import Index
from kb.records import Analysis, Block, Document, Passage, Section
from kb.store import Store

SIZE = 32


def add(store: Store, name: str, count: int = 40) -> None:
    """A document of so many passages, with random vectors."""
    id = (name * 64)[:64]
    texts = [f"{name} passage {n}" for n in range(count)]
    section = Section(0, "", 1, tuple(Block(t) for t in texts))
    passages = tuple(
        Passage(0, n, section.starts[n], section.starts[n] + len(t), t, 1) for n, t in enumerate(texts)
    )
    store.put(Analysis(Document(id, f"/{name}", pages=1), (section,), passages, (), (), (), ()), status="ok")
    vectors = np.random.default_rng(sum(map(ord, name))).standard_normal((count, SIZE))
    store.put_vectors("m", texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "kb.sqlite3")
    add(store, "a")
    yield store
    store.close()


@pytest.fixture
def index(store: Store, tmp_path: Path) -> Index:
    return Index(store, tmp_path / "vectors", "m")


@pytest.fixture
def approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma answers, however small the collection."""
    monkeypatch.setattr(index_module, "EXACT_UP_TO", 0)


def query(store: Store, n: int = 3) -> tuple[np.ndarray, str]:
    ids, matrix = store.vectors("m")
    return matrix[n], ids[n]


def test_exact(store, index):
    vector, id = query(store)
    found = index.search(vector, 5)
    assert (found[0][0], len(found)) == (id, 5)
    assert found[0][1] == pytest.approx(1, abs=1e-6)
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    assert len(index.search(vector, 1000)) == 40


def test_nothing_to_find(tmp_path):
    store = Store(tmp_path / "kb.sqlite3")
    assert Index(store, tmp_path / "vectors", "m").search(np.ones(SIZE, np.float32), 5) == []
    store.close()


def test_a_change_of_another_process_is_seen(store, index, tmp_path):
    index.search(query(store)[0], 1)
    other = Store(tmp_path / "kb.sqlite3")
    add(other, "b")
    other.close()
    vector, id = query(store, 60)
    assert index.search(vector, 1)[0][0] == id


def test_the_projection_follows_the_truth(store, index):
    assert index.state() == "the vector index is not built"
    assert index.update() == ""
    assert index.state() == "ok"
    add(store, "b")
    assert index.state() == "the vector index is behind the store"
    assert (index.update(), index.state()) == ("", "ok")
    store.remove("a" * 64)
    assert (index.update(), index.state()) == ("", "ok")


def test_chroma_says_the_same(store, index, approximate, monkeypatch):
    add(store, "b", 300)
    index.update()
    vector, id = query(store, 100)
    found = index.search(vector, 10)
    monkeypatch.setattr(index_module, "EXACT_UP_TO", 10**6)
    exact = index.search(vector, 10)
    assert found[0][0] == exact[0][0] == id
    assert len({p for p, _ in found} & {p for p, _ in exact}) >= 9
    assert found[0][1] == pytest.approx(exact[0][1], abs=1e-3)


def test_chroma_is_asked_and_follows_updates(store, index, approximate):
    index.update()
    assert index._approximate(query(store)[0], 1) is not None
    add(store, "b")
    vector, id = query(store, 60)
    assert index._approximate(vector, 1) is None
    assert index.search(vector, 1)[0][0] == id
    index.update()
    assert index._approximate(vector, 1)[0][0] == id


def test_the_same_text_twice_is_found_twice(store, index, approximate):
    texts = ("a passage 3",)
    section = Section(0, "", 1, (Block(texts[0]),))
    store.put(Analysis(Document("c" * 64, "/c", pages=1), (section,), (Passage(0, 0, 0, 11, texts[0], 1),), (), (), (), ()),
              status="ok")  # fmt: skip
    index.update()
    vector, id = query(store)
    assert {p for p, _ in index.search(vector, 2)} == {id, "c" * 16 + "-0-p0"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: (f / "dirty").touch(),
        lambda f: shutil.rmtree(f),
        lambda f: (f / "made.json").write_text("{"),
        lambda f: (f / "chroma" / "chroma.sqlite3").write_bytes(b"\xa5" * 5000),
        lambda f: shutil.rmtree(f / "chroma"),
        lambda f: [p.write_bytes(b"\xa5" * 100) for p in (f / "chroma").rglob("*.bin")],
    ],
    ids=[
        "dirty",
        "gone",
        "made.json broken",
        "chroma's tables broken",
        "chroma gone",
        "chroma's vectors broken",
    ],
)
def test_whatever_is_broken_is_not_used_and_made_anew(store, tmp_path, approximate, harm):
    code = (
        "from pathlib import Path; from kb.store import Store; from kb.index import Index\n"
        f"root = Path({str(tmp_path)!r}); print(Index(Store(root / 'kb.sqlite3'), root / 'vectors', 'm').update())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "", done.stderr
    harm(tmp_path / "vectors")
    index = Index(store, tmp_path / "vectors", "m")
    vector, id = query(store)
    assert index.search(vector, 1)[0][0] == id
    add(store, "b")
    assert (index.update(), index.state()) == ("", "ok")
    vector, id = query(store, 70)
    assert index._approximate(vector, 1)[0][0] == id


def test_another_model_makes_it_anew(store, index, tmp_path):
    index.update()
    other = Index(store, tmp_path / "vectors", "another model, (with) ööö signs")
    assert other.state() == "the vector index is behind the store"
    assert (other.update(), other.state()) == ("", "ok")


def test_a_reader_goes_on_while_another_process_updates(store, tmp_path, approximate):
    index = Index(store, tmp_path / "vectors", "m")
    index.update()
    code = (
        "from pathlib import Path; from kb.store import Store; from kb.index import Index\n"
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_index import add\n"
        f"root = Path({str(tmp_path)!r}); store = Store(root / 'kb.sqlite3')\n"
        "index = Index(store, root / 'vectors', 'm')\n"
        "for n in range(12):\n    add(store, chr(98 + n)); assert index.update() == '', index.update()\n"
        "print(index.state())"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    vector, id = query(store)
    faults: list[object] = []

    def read() -> None:
        while writer.poll() is None:
            try:
                if index.search(vector, 3)[0][0] != id:
                    faults.append("another passage")
            except BaseException as error:
                faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    told, _ = writer.communicate(timeout=60)
    for thread in threads:
        thread.join()
    assert (told.strip(), faults) == ("ok", [])
    assert index._approximate(query(store, 400)[0], 1)[0][0] == query(store, 400)[1]

"""Killed at random moments of an ingest: nothing acknowledged is lost or doubled, nothing is left behind. A full disk."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from kb.base import open_kb

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from crash import NO_MODEL, Rounds, write


def test_killed_at_random_moments(tmp_path):
    rounds = Rounds(tmp_path, 4)
    chance = random.Random(2014)
    for number in range(3):
        assert rounds.round(number, chance) == []


FULL = """
import resource, sys, kb
with kb.open_kb(sys.argv[1], {"disabled_plugins": ("embed_minilm",)}) as base:
    base._sandbox._start()  # its process is not the one to be limited
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    try:
        base.ingest(sys.argv[2])
    except kb.errors.StoreError as error:
        print(error)
"""


def test_no_space_for_the_store(tmp_path):
    write(tmp_path / "files", 2, 1)
    with open_kb(tmp_path / "root", NO_MODEL) as base:
        base.ingest(tmp_path / "files")
        before = base.export()
    write(tmp_path / "more", 12, 2)
    size = (tmp_path / "root" / "kb.sqlite3").stat().st_size
    run = [sys.executable, "-c", FULL, tmp_path / "root", tmp_path / "more", str(size + (64 << 10))]
    done = subprocess.run(run, capture_output=True, text=True)
    assert "kb.sqlite3" in done.stdout, done.stderr
    assert "space" in done.stdout
    with open_kb(tmp_path / "root", NO_MODEL) as base:
        ids = {d["id"] for d in before["documents"]}
        assert ids <= {d["id"] for d in base.documents() if d["status"] == "ok"}
        assert base.doctor().ok
        assert base.ingest(tmp_path / "more").failed == []
        assert len(base.documents()) == 14


@pytest.mark.parametrize("limit", [1 << 10])
def test_no_space_for_an_original(tmp_path, limit):
    write(tmp_path / "files", 2, 1)
    with open_kb(tmp_path / "root", NO_MODEL) as base:
        base.documents()
    run = [sys.executable, "-c", FULL, tmp_path / "root", tmp_path / "files", str(limit)]
    done = subprocess.run(run, capture_output=True, text=True)
    assert "space" in done.stdout, done.stderr
    assert not list((tmp_path / "root").rglob(".part-*"))

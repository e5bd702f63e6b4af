"""What an ingest decides from how files look: a document follows its bytes."""

from __future__ import annotations

import os

import pytest

from kb.changes import File, compare, look

ENGINE = "now"


def known(**files: str) -> dict[str, dict]:
    """path=id of files as last looked at."""
    return {
        f"/{p}": {"path": f"/{p}", "id": i, "size": 1, "mtime_ns": 1, "engine": ENGINE, "reason": ""}
        for p, i in files.items()
    }


def documents(**paths: str) -> list[dict]:
    """id=path, or id="path:status:engine"; engine "-": none."""
    rows = []
    for id, told in paths.items():
        path, status, engine = (*told.split(":"), "", "")[:3]
        rows.append(
            {
                "id": id,
                "path": f"/{path}",
                "status": status or "ok",
                "engine": engine.strip("-") if engine else ENGINE,
            }
        )
    return rows


def files(**found: str) -> list[File]:
    """path=id of files that look new; "id=" of those that look as they did; "id!" of those that failed and do."""
    return [
        File(f"/{p}", 1, 2, i.rstrip("=!"), "broken" if i.endswith("!") else "", i.endswith(("=", "!")))
        for p, i in found.items()
    ]


CASES = {
    "new": (files(a="A"), {}, "", [], {"todo": ["/a"]}),
    "unchanged": (files(a="A="), known(a="A"), "", documents(A="a"), {"unchanged": ["/a"]}),
    "touched": (files(a="A"), known(a="A"), "", documents(A="a"), {"unchanged": ["/a"], "seen": ["/a"]}),
    "changed": (files(a="B"), known(a="A"), "", documents(A="a"), {"todo": ["/a"]}),
    "another engine": (files(a="A"), known(a="A"), "", documents(A="a:ok:then"), {"todo": ["/a"]}),
    "interrupted": (files(a="A"), known(a="A"), "", documents(A="a:failed:-"), {"todo": ["/a"]}),
    "failed, unchanged": (files(a="A!"), known(a="A"), "", documents(A="a:failed"), {"failed": ["/a"]}),
    "failed, but no document says so": (files(a="B!"), known(a="B"), "", [], {"todo": ["/a"]}),
    "renamed": (files(b="A"), known(a="A"), "a", documents(A="a"), {"moved": {"A": "/b"}, "seen": ["/b"]}),
    "gone": ([], known(a="A"), "a", documents(A="a"), {"removed": ["/a"]}),
    "not looked at": (files(b="B="), known(a="A", b="B"), "", documents(A="a", B="b"), {"unchanged": ["/b"]}),
    "two change places": (
        files(a="B", b="A"), known(a="A", b="B"), "", documents(A="a", B="b"),
        {"moved": {"A": "/b", "B": "/a"}, "seen": ["/a", "/b"]},
    ),
    "three in a ring, the last changed": (
        files(a="C", b="A", c="D"), known(a="A", b="B", c="C"), "", documents(A="a", B="b", C="c"),
        {"moved": {"A": "/b", "C": "/a"}, "removed": ["/b"], "seen": ["/a", "/b"], "todo": ["/c"]},
    ),
    "moved over another": (
        files(b="A"), known(a="A", b="B"), "a", documents(A="a", B="b"),
        {"moved": {"A": "/b"}, "removed": ["/b"], "seen": ["/b"]},
    ),
    "copied over another": (
        files(a="A=", b="A"), known(a="A", b="B"), "", documents(A="a", B="b"),
        {"removed": ["/b"], "unchanged": ["/a"], "duplicates": ["/b"], "seen": ["/b"]},
    ),
    "renamed, and its place taken": (
        files(a="N", b="A"), known(a="A"), "", documents(A="a"),
        {"moved": {"A": "/b"}, "todo": ["/a"], "seen": ["/b"]},
    ),
    "twice at once": (files(a="A", b="A"), {}, "", [], {"todo": ["/a"], "duplicates": ["/b"], "seen": ["/b"]}),
    "a copy takes over": (files(b="A="), known(a="A", b="A"), "a", documents(A="a"), {"moved": {"A": "/b"}}),
    "the copy is not read for its document": (
        files(a="A", b="A"), known(a="A", b="A"), "", documents(A="b:ok:then"),
        {"todo": ["/b"], "duplicates": ["/a"], "seen": ["/a"]},
    ),
    "the earlier version comes back elsewhere": (
        files(a="B!", b="A"), known(a="B"), "", documents(A="a:partial:-"),
        {"moved": {"A": "/b"}, "todo": ["/a", "/b"]},
    ),
    "renamed to another kind": (files(**{"a.txt": "A"}), known(**{"a.md": "A"}), "a.md", documents(A="a.md"),
        {"moved": {"A": "/a.txt"}, "todo": ["/a.txt"]}),
    "cannot be read any more": (files(a=""), known(a="A"), "", documents(A="a"), {"unreadable": ["/a"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_compare(name, monkeypatch):
    found, before, gone, rows, expected = CASES[name]
    # Whatever is known and not gone is on the disk.
    monkeypatch.setattr(os.path, "exists", lambda path: path not in {f"/{gone}"})
    changes = compare(found, before, {f"/{gone}"} if gone else set(), rows, ENGINE)
    told = {
        "moved": changes.moved,
        "removed": [r["path"] for r in changes.removed],
        "unchanged": changes.unchanged,
        "duplicates": changes.duplicates,
        **{k: [f.path for f in getattr(changes, k)] for k in ("todo", "unreadable", "seen", "failed")},
    }
    assert {k: v for k, v in told.items() if v} == expected


def test_a_file_is_opened_only_where_it_looks_different(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("one")
    asked = {"engine": ENGINE, "retry": False, "file_mb": 1}
    new = look(str(path), None, **asked)
    assert (len(new.id), new.unchanged) == (64, False)
    row = {"id": "told", "size": new.size, "mtime_ns": new.mtime_ns, "engine": ENGINE, "reason": ""}
    assert look(str(path), row, **asked).id == "told"
    assert look(str(path), row, **asked).unchanged
    assert not look(str(path), {**row, "engine": "then"}, **asked).unchanged
    assert look(str(path), {**row, "size": 9}, **asked).id == new.id
    assert look(str(path), {**row, "reason": "broken"}, **asked).unchanged
    assert not look(str(path), {**row, "reason": "broken"}, **(asked | {"retry": True})).unchanged


def test_what_cannot_be_had_has_a_reason(tmp_path):
    big = tmp_path / "big.txt"
    big.write_bytes(b"x" * (2 << 20))
    asked = {"engine": ENGINE, "retry": False, "file_mb": 1}
    assert "KB_FILE_MB" in look(str(big), None, **asked).reason
    assert "vanished" in look(str(tmp_path / "no"), None, **asked).reason

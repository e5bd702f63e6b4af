"""The truth: what is put comes out again, whole or not at all, and goes with its document."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.errors import CorruptError, StoreError
from kb.records import (
    Activity,
    Analysis,
    Block,
    Date,
    Document,
    Entity,
    Figure,
    Link,
    Mention,
    Passage,
    Period,
    Relation,
    Section,
)
from kb.store import Store

LINES = ("Safe water in Панҷакент", "UNDP trained 42 nurses in May 2014.", "Japan paid for the “course”.")


def analysis(
    id: str = "a", path: str = "/news/one.pdf", *, alias: str = "Penjikent", extra: str = ""
) -> Analysis:
    """One section over two pages: a heading, a paragraph on page 1, a paragraph on page 2."""
    id = id * 64
    words = lambda text, page: tuple(  # noqa: E731
        (i, i + len(w), page, 10.0 * n, 100.0, 10.0 * n + 8, 110.0)
        for n, w in enumerate(text.split())
        for i in [text.index(w)]
    )
    texts = (*LINES[:2], LINES[2] + extra)
    blocks = tuple(
        Block(text, page, "heading" if n == 0 else "body", words=words(text, page))
        for n, (text, page) in enumerate(zip(texts, (1, 1, 2), strict=True))
    )
    section = Section(0, LINES[0], 1, blocks)
    text = section.text
    at = {
        w: (text.index(w), text.index(w) + len(w)) for w in ("Панҷакент", "UNDP", "42", "May 2014", "Japan")
    }
    return Analysis(
        Document(id, path, "Water news", period=Period("2014-05-01", "2014-05-31", "May 2014"), language="en", pages=2),
        (section,),
        (Passage(0, 0, 0, len(text), text, 1),),
        (
            Entity("place:p", "place", "Panjakent", (alias,), level="district"),
            Entity("org:undp", "organisation", "UNDP"),
            Entity("org:jp", "organisation", "Japan"),
            Entity("org:silent", "organisation", "Never mentioned"),
        ),
        (
            Mention("place", *at["Панҷакент"], entity="place:p", level="district", section=0),
            Mention("organisation", *at["UNDP"], entity="org:undp", role="partner", section=0),
            Mention("organisation", *at["Japan"], entity="org:jp", role="donor", section=0),
            Mention("figure", *at["42"], figure=Figure(42, counted="nurses", status="trained"), section=0, id=f"{id[:16]}-0-f0"),
            Mention("date", *at["May 2014"], date=Date("2014-05", "2014-05"), section=0),
            Mention("acronym", *at["UNDP"], name="UNDP", long="United Nations Development Programme", section=0),
        ),
        (
            Activity("training", "nurses", 0, at["UNDP"], "2014-05", "2014-05", "done",
                     (Link("partner", "org:undp", *at["UNDP"]), Link("figure", f"{id[:16]}-0-f0", *at["42"]))),
        ),
        (Relation("funds", "org:jp", "org:undp", 0, at["Japan"]),),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "kb.sqlite3")
    yield store
    store.close()


def put(store: Store, *args: str, **kwargs: str) -> Analysis:
    it = analysis(*args, **kwargs)
    store.put(it, status="ok", size=1, mtime_ns=2, engine="e")
    return it


def everything(store: Store) -> dict[str, int]:
    names = [r["name"] for r in store._rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    # Rules and proposals are made of all documents together (test_review.py).
    names = [n for n in names if not n.startswith(("sqlite_", "fulltext_", "meta", "ruled_", "proposals"))]
    return {n: store._rows(f"SELECT count(*) AS n FROM {n}")[0]["n"] for n in names}


def test_what_is_put_comes_out_again(store):
    put(store)
    document = store.documents()[0]
    assert (document["title"], document["period_label"], document["pages"], document["status"]) == (
        "Water news",
        "May 2014",
        2,
        "ok",
    )
    assert store.document("a" * 64) == document
    section = store.sections("a" * 64)[0]
    assert (section["id"], section["first_page"], section["last_page"]) == ("a" * 16 + "-0", 1, 2)
    assert section["text"].split("\n")[1] == LINES[1]
    figure = store.figures(section=section["id"])[0]
    assert (figure["value"], figure["counted"], figure["quote"], figure["page"]) == (
        42,
        "nurses",
        LINES[1],
        1,
    )
    assert store.figures(ids=[figure["id"]]) == [figure]
    activity = store.activities(entity="org:undp")[0]
    assert (activity["id"], activity["quote"]) == ("a" * 16 + "-0-a0", "UNDP")
    assert [(k["field"], k["target"]) for k in activity["links"]] == [
        ("partner", "org:undp"),
        ("figure", figure["id"]),
    ]
    assert store.activities(ids=[activity["id"]]) == [activity]
    assert [(r["source"], r["target"], r["quote"], r["page"]) for r in store.relations(kind="funds")] == [
        ("org:jp", "org:undp", "Japan", 2)
    ]
    assert [(a["short"], a["long"]) for a in store.acronyms()] == [
        ("UNDP", "United Nations Development Programme")
    ]
    assert [m["date_start"] for m in store.mentions(kind="date")] == ["2014-05"]


def test_evidence_is_split_by_page_with_a_box_a_line(store):
    put(store)
    text = store.section("a" * 16 + "-0")["text"]
    start = text.index("UNDP")
    first, second = store.evidence("a" * 16 + "-0", start, len(text))
    assert (first.page, first.quote, len(first.boxes)) == (1, LINES[1], 1)
    assert (second.page, second.quote) == (2, LINES[2])
    assert first.boxes[0] == (0.0, 100.0, 68.0, 110.0)
    assert store.evidence("no-such", 0, 5) == []


def test_entities_have_aliases_roles_documents_and_counts(store):
    put(store)
    put(store, "b", "/news/two.pdf", alias="Penjekent", extra=" It was good.")
    place = store.entities(ids=["place:p"])[0]
    assert (place["aliases"], len(place["documents"]), place["mentions"]) == (
        ["Penjekent", "Penjikent"],
        2,
        2,
    )
    assert [e["roles"] for e in store.entities("organisation")] == [["donor"], ["partner"]]
    assert store.known_entity("place", "PENJEKENT") == "place:p"
    assert store.known_entity("organisation", "Penjekent") is None
    assert store.find_entities("penjikent") == ["place:p"]


def test_all_traces_go_with_a_document(store):
    before = everything(store)
    put(store)
    store.put_vectors("m", [store.passages()[0]["text"]], np.ones((1, 4), np.float32))
    assert all(everything(store).values())
    store.remove("a" * 64)
    assert everything(store) == before


def test_what_another_document_shares_stays(store):
    put(store)
    put(store, "b", "/news/two.pdf", alias="Penjekent")
    store.put_vectors("m", [store.passages()[0]["text"]], np.ones((1, 4), np.float32))
    store.remove("a" * 64)
    assert store.missing_vectors("m") == []
    assert store.entities(ids=["place:p"])[0]["aliases"] == ["Penjekent"]
    assert store.known_entity("place", "Penjikent") is None


def test_a_new_version_replaces_the_one_at_its_path(store):
    put(store)
    put(store, "b", "/news/one.pdf", extra=" More.")
    assert [d["id"] for d in store.documents()] == ["b" * 64]
    assert everything(store)["passages"] == everything(store)["fulltext"] == 1


def test_an_analysis_that_contradicts_itself_changes_nothing(store):
    put(store)
    good = analysis("b", "/news/one.pdf", extra=" More.")
    before = everything(store)
    for bad in (replace(good, activities=(*good.activities, replace(good.activities[0], section=7))),
                replace(good, mentions=good.mentions + good.mentions)):  # fmt: skip
        with pytest.raises((KeyError, sqlite3.IntegrityError)):
            store.put(bad, status="ok")
        assert everything(store) == before
        assert store.documents()[0]["id"] == "a" * 64


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (["nurses"], True),
        (["nurse"], True),
        (["Panjakent"], True),  # written in Cyrillic
        (["панҷакент"], True),
        (["water news"], True),  # the title
        (["trained 42"], True),
        (["42 trained"], False),
        (['"course"'], True),
        (["NEAR(", "AND", "*", '"', "\0", "a:b", "-x", ""], False),
        ([], False),
    ],
)
def test_full_text(store, terms, found):
    put(store)
    assert bool(store.fulltext(terms)) is found


def test_full_text_all_terms_and_documents(store):
    put(store)
    assert store.fulltext(["nurses", "Panjakent"], any_=False)
    assert not store.fulltext(["nurses", "elephants"], any_=False)
    assert store.fulltext(["nurses"], documents=["a" * 64])
    assert not store.fulltext(["nurses"], documents=[])
    assert store.frequencies(["nurs", "zebra"]) == ({"nurs": 1, "zebra": 0}, 1)


def test_many_ids_at_once(store):
    put(store)
    ids = [f"x{i}" for i in range(40_000)] + ["a" * 16 + "-0-p0"]
    assert len(store.passages(ids)) == 1
    assert store.fulltext(["nurses"], documents=[*ids, "a" * 64])


def test_a_failure_keeps_the_earlier_version(store):
    put(store)
    store.fail("c" * 64, "/news/one.pdf", "it is empty", size=0, mtime_ns=9)
    document = store.documents()[0]
    assert (document["id"], document["status"]) == ("a" * 64, "partial")
    assert "it is empty" in document["reason"]
    assert store.known_files()["/news/one.pdf"]["id"] == "c" * 64
    store.fail("d" * 64, "/news/new.pdf", "it is a bomb")
    store.fail("e" * 64, "/news/new.pdf", "it is empty")
    assert [(d["id"], d["reason"]) for d in store.documents() if d["status"] == "failed"] == [
        ("e" * 64, "it is empty")
    ]


def test_two_documents_change_places(store):
    put(store)
    put(store, "b", "/news/two.pdf")
    store.rename({"a" * 64: "/news/two.pdf", "b" * 64: "/news/one.pdf"})
    assert {d["id"][0]: d["path"] for d in store.documents()} == {"a": "/news/two.pdf", "b": "/news/one.pdf"}


def test_vectors(store):
    put(store)
    put(store, "b", "/news/two.pdf", extra=" More.")
    texts = store.missing_vectors("m")
    assert len(texts) == 2
    store.put_vectors("m", texts, np.arange(8, dtype=np.float64).reshape(2, 4))
    ids, matrix = store.vectors("m")
    assert (ids, matrix.shape, matrix.dtype) == ([f"{'a' * 16}-0-p0", f"{'b' * 16}-0-p0"], (2, 4), np.float32)
    assert (matrix[0] == [0, 1, 2, 3]).all()
    assert store.vectors("other")[0] == []
    keys, _ = store.vectors_by_key("m")
    assert sorted(p for found in store.passages_of_vectors(keys).values() for p in found) == ids


def test_a_snapshot_does_not_move(store, tmp_path):
    put(store)
    other = Store(tmp_path / "kb.sqlite3")
    with store.snapshot():
        assert len(store.documents()) == 1
        put(other, "b", "/news/two.pdf")
        assert len(store.documents()) == 1
        assert len(store.sections()) == 1
    assert len(store.documents()) == 2
    other.close()


def test_threads_do_not_see_a_transaction_half_done(store):
    seen = []
    with store._transaction():
        store._db.execute("INSERT INTO documents (id, path, title, status) VALUES ('x', 'x', 'x', 'ok')")
        thread = threading.Thread(target=lambda: seen.append(len(store.documents())))
        thread.start()
        thread.join()
    assert seen == [0]
    assert len(store.documents()) == 1


def test_a_full_disk_loses_nothing(store):
    put(store)
    pages = store._rows("PRAGMA page_count")[0]["page_count"]
    store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError, match=r"disk of .*kb\.sqlite3 is full"):
        put(store, "b", "/news/two.pdf", extra=" word" * 50_000)
    store._db.execute("PRAGMA max_page_count = 1000000")
    assert len(store.documents()) == 1
    assert store.check() == []
    put(store, "b", "/news/two.pdf")
    assert len(store.documents()) == 2


@pytest.mark.parametrize(
    ("version", "error", "words"), [(99, StoreError, "newer"), (1, CorruptError, "kb doctor")]
)
def test_a_store_of_another_version(tmp_path, version, error, words):
    path = tmp_path / "kb.sqlite3"
    Store(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    with pytest.raises(error, match=words):
        Store(path)


def test_a_file_that_is_no_store_is_named(tmp_path):
    path = tmp_path / "kb.sqlite3"
    path.write_bytes(b"no database at all" * 500)
    with pytest.raises(CorruptError, match=r"kb\.sqlite3.*kb doctor"):
        Store(path)


def test_damage_is_found(store, tmp_path):
    for n in range(20):
        put(store, chr(97 + n), f"/news/{n}.pdf", extra=" word" * 3000)
    store.close()
    path = tmp_path / "kb.sqlite3"
    data = bytearray(path.read_bytes())
    middle = len(data) // 4096 // 2 * 4096  # at the head of a page: what follows there is structure, not text
    for at in range(middle, middle + 40 * 4096, 4096):
        data[at : at + 64] = b"\xa5" * 64
    path.write_bytes(data)
    try:
        found = Store(path).check()
    except CorruptError as error:
        found = [str(error)]
    assert found


def test_full_text_is_checked_and_made_anew(store):
    put(store)
    assert store.check_fulltext()
    store._db.execute("DELETE FROM fulltext")
    assert not store.check_fulltext()
    store.rebuild_fulltext()
    assert store.check_fulltext()
    assert store.fulltext(["nurses"])


def test_a_closed_store_says_so(store):
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.documents()

"""Which entities may be one, which are for sure, and which are never."""

from __future__ import annotations

import pytest

from kb.proposals import Seen, find
from kb.spelling import romanised, skeleton


def proposed(*entities: Seen, acronyms=(), authority=()) -> dict[tuple[str, str], bool]:
    """(source, target) → whether it is sure."""
    seen = {e.id: e for e in entities}
    for a in entities:  # who is near another is so for both
        for other in a.near:
            seen.setdefault(other, Seen(other, "place", other))
    return {(p.source, p.target): p.sure for p in find(seen, acronyms, authority)}


def org(id: str, name: str, *aliases: str, near=(), kind: str = "organisation", **fields) -> Seen:
    return Seen(id, kind, name, aliases, near=set(near), **fields)


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [("Панҷакент", "Panjakent"), ("Хуҷанд", "Khujand"), ("Худжанд", "Khudjand"), ("Хуҷанд", "Khudjand"),
     ("Куляб", "Kulyab"), ("Ваҳдат", "Vahdat"), ("Вахдат", "Vakhdat"), ("Ғафуров", "Gafurov")],
)  # fmt: skip
def test_one_sound_is_written_in_one_way(cyrillic, latin):
    assert romanised(cyrillic) == romanised(latin)


@pytest.mark.parametrize(
    "names", [("Панҷакент", "Пенджикент", "Panjakent", "Penjikent"), ("Кӯлоб", "Куляб", "Kulob", "Kulyab")]
)
def test_transcriptions_have_their_consonants_in_common(names):
    assert len({skeleton(n) for n in names}) == 1


@pytest.mark.parametrize(
    ("a", "b", "sure"),
    [
        (org("a", "Sanjarzor"), org("b", "Санджарзор"), True),
        (org("a", "Women's Centre"), org("b", "Women's Center"), True),
        (org("a", "Kulvand", kind="place"), org("b", "Kulvond", kind="place"), False),
        (org("a", "Sadaf", near=["x"]), org("b", "Sadap", near=["x"]), None),
        (org("a", "Rural Growth Fund", near=["x"]), org("b", "Rural Groth Fund", near=["x"]), False),
        (org("a", "Rural Growth Fund"), org("b", "Rural Groth Fund"), None),
        (org("a", "RGF", near=["x"]), org("b", "Rural Growth Fund", near=["x"]), False),
        (org("a", "RGF"), org("b", "Rural Growth Fund"), None),
        (org("a", "Safe Wells", kind="project", near=["x"]), org("b", "Safe Wells Project", kind="project", near=["x"]), False),
        (org("a", "R. Nazarov", kind="person", near=["x"]), org("b", "Rustam Nazarov", kind="person", near=["x"]), False),
        (org("a", "School 12", near=["x"]), org("b", "School 14", near=["x"]), None),
        (org("a", "Sanjarzor", kind="place", level="district"), org("b", "Санджарзор", kind="place", level="settlement"), None),
        (org("a", "Sanjarzor", kind="place", country="TJ"), org("b", "Санджарзор", kind="place", country="UZ"), None),
        (org("a", "Sanjarzor"), org("b", "Санджарзор", kind="place"), None),
        (org("a", "Rural Growth Fund", near=["x", "b"]), org("b", "Rural Groth Fund", near=["x", "a"]), None),
    ],
)  # fmt: skip
def test_pairs(a, b, sure):
    found = {frozenset(pair): s for pair, s in proposed(a, b).items()}
    assert found.get(frozenset(("a", "b"))) is sure


def test_two_that_the_lists_know_are_two():
    pair = (org("a", "Sanjarzor"), org("b", "Санджарзор"))
    assert proposed(*pair, authority={"a", "b"}) == {}
    assert proposed(*pair, authority={"a"}) == {("b", "a"): True}


@pytest.mark.parametrize(
    ("acronyms", "sure"),
    [
        ([("RGF", "Rural Growth Fund", "d1")], {("a", "b"): True}),
        ([("RGF", "Rural Growth Fund", "d1"), ("RGF", "Regional Gas Firm", "d2")], {("a", "b"): False}),
        ([("RGF", "Regional Gas Firm", "d2")], {}),
    ],
)
def test_an_acronym_is_sure_where_documents_spell_it_out_in_one_way(acronyms, sure):
    assert proposed(org("a", "RGF"), org("b", "Rural Growth Fund"), acronyms=acronyms) == sure


def test_a_common_key_makes_no_pairs_of_all_with_all():
    many = [org(str(n), f"Committee of Village {n}") for n in range(500)]
    assert proposed(*many) == {}

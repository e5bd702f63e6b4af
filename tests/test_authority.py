"""The authority lists: unique, unambiguous where they must be, and right about known names."""

from collections import defaultdict
from pathlib import Path

import pytest

from kb import lists
from kb.errors import PluginError
from kb.lists import read_entries
from kb.names import Names
from kb.plugins import activity_types, authority_tajikistan, authority_world
from kb.records import AuthorityEntry
from kb.text import fold

ENTRIES = [e for p in (authority_tajikistan, authority_world, activity_types) for e in p.kb_authority()]
BY_ID = {e.id: e for e in ENTRIES}
LEVELS = {"country", "region", "district", "settlement"}
TYPES = {"un_agency", "government", "ngo", "company", "fund", "igo", "training_centre", "media"}


def bearers(name: str, *, kind: str = "", weak: bool = False) -> set[str]:
    """Ids of the entries that bear the name strongly (or, with `weak`, weakly)."""
    return {
        e.id
        for e in ENTRIES
        if kind in ("", e.kind) and fold(name) in {fold(n) for n in (e.weak if weak else strong(e))}
    }


def strong(entry: AuthorityEntry) -> list[str]:
    return [n for n in (entry.name, *entry.aliases) if n not in entry.weak]


def test_ids_are_unique():
    assert len(BY_ID) == len(ENTRIES)


def test_parents_exist():
    assert [(e.id, e.parent) for e in ENTRIES if e.parent and e.parent not in BY_ID] == []


def test_places_have_a_level_and_a_country_and_organisations_a_type():
    assert [
        e.id for e in ENTRIES if e.kind == "place" and (e.level not in LEVELS or len(e.country) != 2)
    ] == []
    assert [e.id for e in ENTRIES if e.kind == "organisation" and e.type not in TYPES] == []


def test_names_are_clean():
    for entry in ENTRIES:
        for name in (entry.name, *entry.aliases, *entry.weak):
            assert name == " ".join(name.split()), entry.id
            assert fold(name), entry.id


def test_a_name_is_not_both_strong_and_weak():
    assert [e.id for e in ENTRIES if set(e.aliases) & set(e.weak)] == []


def test_strong_names_are_unambiguous_within_country_kind_and_level():
    shared = defaultdict(set)
    for entry in ENTRIES:
        for name in strong(entry):
            shared[entry.country, entry.kind, entry.level, fold(name)].add(entry.id)
    assert {k: v for k, v in shared.items() if len(v) > 1} == {}


def test_strong_names_of_organisations_are_unambiguous_in_the_world():
    shared = defaultdict(set)
    for entry in ENTRIES:
        if entry.kind == "organisation":
            for name in strong(entry):
                shared[fold(name)].add(entry.id)
    assert {k: v for k, v in shared.items() if len(v) > 1} == {}


@pytest.mark.parametrize(
    ("id", "names"),
    [
        ("place:tj-panjakent", "Panjakent Penjikent Penjekent Pendzhikent Панҷакент Пенджикент"),
        ("place:tj-kulob", "Kulob Kulyab Куляб Кӯлоб"),
        ("place:tj-bokhtar", "Bokhtar Qurghonteppa Qurghontepa Kurgan-Tube Kurgan-Tyube Қӯрғонтеппа"),
        ("place:tj-shamsiddin-shohin", "Shurobod Shurabad Shuroabad"),
        ("place:tj-panj", "Panj Pyanj Pyandzh"),
        ("place:tj-jayhun", "Jayhun Qumsangir Kumsangir"),
        ("place:tj-abdurahmoni-jomi", "Jomi"),
        ("place:tj-yovon", "Yovon Yavan"),
        ("place:tj-konibodom", "Konibodom Kanibadam Канибадам"),
        ("place:tj-buston", "Chkalovsk"),
        ("place:tj-nurobod", "Nurobod Nurobad"),
        ("place:tj-hisor", "Hisor Hissar Гиссар"),
        ("place:tj-tursunzoda", "Tursunzoda Tursunzade"),
        ("place:tj-farkhor", "Farkhor Farhor"),
        ("place:tj-khorugh", "Khorugh Khorog Хорог"),
        ("place:tj-gbao", "GBAO Gorno-Badakhshan"),
        ("place:tj-sughd", "Sughd Soghd"),
        ("place:tj-dushanbe", "Dushanbe Душанбе"),
    ],
)
def test_spellings_of_tajik_places(id: str, names: str):
    for name in names.split():
        assert id in bearers(name, kind="place"), name


@pytest.mark.parametrize("name", ["Rumi", "Vahdat", "Rudaki", "Sino", "Spitamen", "Nov", "Jami"])
def test_words_and_persons_are_weak_names_of_tajik_places(name: str):
    assert not any(i.startswith("place:tj") for i in bearers(name))
    assert any(i.startswith("place:tj") for i in bearers(name, weak=True))


def test_the_village_of_vahdat_is_not_the_city():
    village, city = BY_ID["place:tj-vahdat-khurmi"], BY_ID["place:tj-vahdat"]
    assert (village.level, village.parent) == ("settlement", "place:tj-khurmi")
    assert (city.level, city.parent) == ("district", "place:tj-drs")
    assert BY_ID["place:tj-khurmi"].parent == "place:tj-panjakent"
    assert bearers("Vahdat village") == {"place:tj-vahdat-khurmi"}


def test_bokhtar_district_of_old_is_kushoniyon():
    assert bearers("Bokhtar district") == {"place:tj-kushoniyon"}


@pytest.mark.parametrize(
    ("name", "year", "id"),
    [
        ("Bokhtar", 2012, "place:tj-kushoniyon"),
        ("Бохтар", 2012, "place:tj-kushoniyon"),
        ("Bokhtar", 2018, "place:tj-bokhtar"),
        ("Qurghonteppa", 2012, "place:tj-bokhtar"),
        ("Levakant", 2012, "place:tj-levakant"),
    ],
)
def test_who_took_a_name_over_is_not_meant_before(name, year, id):
    names = Names(ENTRIES)
    assert names.bearers(name, names.lookup(name), year) == [id]


def test_a_former_name_without_a_year_is_an_error(tmp_path):
    (tmp_path / "places.csv").write_text("id,name,former\nplace:a,Anew,Aold\n")
    with pytest.raises(PluginError, match="Correct or delete it"):
        read_entries(tmp_path / "places.csv")


def test_all_districts_of_tajikistan_are_there():
    districts = [e for e in ENTRIES if e.country == "TJ" and e.level == "district"]
    # 47 districts, 17 cities of their rank, the capital and its 4 districts.
    assert len(districts) == 69
    assert all(e.lat and e.lon for e in districts)


@pytest.mark.parametrize(
    ("id", "type", "names"),
    [
        ("org:usaid", "government", ["USAID", "U.S. Agency for International Development"]),
        ("org:inl", "government", ["INL", "Bureau for International Narcotics and Law Enforcement Affairs"]),
        ("org:dfid", "government", ["DFID", "UK Department for International Development"]),
        ("org:unhcr", "un_agency", ["UNHCR", "United Nations High Comissioner for Refugees", "УВКБ ООН"]),
        ("org:undp", "un_agency", ["UNDP", "PNUD", "United Nations Development Program"]),
        ("org:gfatm", "fund", ["Global Fund", "The Global Fund", "GFATM"]),
        ("org:cerf", "fund", ["CERF"]),
        ("org:echo", "igo", ["DG ECHO"]),
        ("org:ifrc", "igo", ["IFRC"]),
        ("org:msf", "ngo", ["MSF", "Doctors Without Borders", "Médecins sans frontières"]),
        ("org:psi", "ngo", ["PSI", "Population Services International"]),
        ("org:tj-women-of-orient", "ngo", ["NGO Women of Orient", "Women of Orient"]),
    ],
)
def test_organisations(id: str, type: str, names: list[str]):
    assert BY_ID[id].type == type
    for name in names:
        assert bearers(name) == {id}, name


@pytest.mark.parametrize("name", ["DRC", "IRC", "CARE", "WHO", "GOAL", "HELP", "US", "UN"])
def test_acronyms_that_mean_more_are_weak(name: str):
    assert not bearers(name)
    assert bearers(name, weak=True)


def test_names_that_every_country_has_are_weak():
    assert bearers("Ministry of Health", weak=True) == {"org:tj-moh"}
    assert not bearers("Ministry of Health")


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("UK", "place:gb"),
        ("Russian Federation", "place:ru"),
        ("Côte d'Ivoire", "place:ci"),
        ("Lao PDR", "place:la"),
        ("République démocratique du Congo", "place:cd"),
        ("Узбекистан", "place:uz"),
        ("Boende", "place:cd-boende"),
        ("Geneva", "place:ch-geneva"),
        ("Donetska", "place:ua-donetsk"),
        ("Sa’ada", "place:ye-saada"),
        ("Lofa", "place:lr-lofa"),
        ("Cox’s Bazar", "place:bd-coxs-bazar"),
    ],
)
def test_places_of_the_world(name: str, id: str):
    assert id in bearers(name, kind="place")


@pytest.mark.parametrize(
    "name", ["Reading", "Mobile", "Nancy", "Split", "Bath", "Man", "Of", "Most", "Central", "March"]
)
def test_ordinary_words_are_no_strong_places(name: str):
    assert not bearers(name, kind="place")


def test_activity_types_cover_the_triggers_once():
    seen = defaultdict(set)
    for entry in ENTRIES:
        if entry.kind == "activity_type":
            for name in (entry.name, *entry.aliases):
                seen[name.casefold()].add(entry.name)
    assert {k: v for k, v in seen.items() if len(v) > 1} == {}
    assert seen["seminar"] == {"workshop"}
    assert seen["handed over"] == {"handover"}


def test_a_list_of_ones_own(tmp_path: Path):
    path = tmp_path / "partners.csv"
    path.write_text("# ours\nid,name,aliases,type\norg:lily,Lily Trust,LT|Lily,ngo\n", "utf-8")
    assert read_entries(path) == [
        AuthorityEntry("org:lily", "organisation", "Lily Trust", ("LT", "Lily"), type="ngo")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "name,aliases\nA,B\n",
        "id,name,colour\norg:a,A,red\n",
        "id,name\nthing:a,A\n",
        "id,name,lat\nplace:a,A,north\n",
        "",
    ],
)
def test_a_wrong_list_names_the_file(tmp_path: Path, text: str):
    path = tmp_path / "wrong.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(PluginError, match=r"wrong\.csv"):
        read_entries(path)


def test_a_missing_list_names_the_file():
    with pytest.raises(PluginError, match="nowhere"):
        read_entries("nowhere.csv")


def test_every_list_has_its_source_in_the_notice():
    notice = (lists.HERE / "NOTICE").read_text("utf-8")
    used = {
        "tajikistan_places",
        "cities",
        "regions",
        "countries",
        "organisations",
        "tajikistan_organisations",
        "activity_types",
    }
    assert all(f"{name}.csv" in notice for name in used)
    assert "Creative Commons Attribution 4.0" in notice

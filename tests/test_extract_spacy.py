"""Names from a spaCy pipeline on the disk, made here: a real one, though a small one."""

from __future__ import annotations

import pytest
import spacy
from bases import NO_MODEL, open_base

from kb.errors import SettingsError
from kb.plugins.extract_spacy import kb_extract_more
from kb.records import Block, Mention, Section
from kb.settings import Settings

TEXT = "In Sarob the Lindenblad Circle met Mavluda Saidzoda.\nAnvar came too, and the Moon was red."
PATTERNS = [("PERSON", "Mavluda Saidzoda"), ("PERSON", "Anvar"), ("ORG", "Lindenblad Circle"), ("GPE", "Sarob"), ("DATE", "Moon")]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Folders of pipelines by language; "deaf" finds no names."""
    root = tmp_path_factory.mktemp("pipelines")
    for language in ("en", "fr", "xx"):
        nlp = spacy.blank(language)
        nlp.add_pipe("entity_ruler").add_patterns([{"label": k, "pattern": p} for k, p in PATTERNS])
        nlp.to_disk(root / language)
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(root / "deaf")
    return root


def _found(setting: str, *, language: str = "en", found=()) -> list[tuple[str, str]]:
    section = Section(0, "", 1, tuple(Block(line) for line in TEXT.split("\n")), language)
    mentions = kb_extract_more(section, found, Settings(spacy_model=setting))
    return [(m.kind, TEXT[m.start : m.end]) for m in mentions]


EVERY = [("place", "Sarob"), ("organisation", "Lindenblad Circle"), ("person", "Mavluda Saidzoda")]


@pytest.mark.parametrize(
    ("names", "language", "count"),
    [
        ("en", "en", 3),
        ("", "en", 0),
        ("en", "fr", 0),
        ("en,fr", "fr", 3),
        ("xx", "ru", 3),
        ("fr, xx", "ru", 3),
    ],
)
def test_a_pipeline_is_asked_about_sections_in_its_language(folders, names, language, count):
    setting = ",".join(str(folders / n.strip()) for n in names.split(",") if n)
    assert _found(setting, language=language) == EVERY[:count]


def test_what_rules_found_stays_theirs(folders):
    at = TEXT.index("Circle")
    assert _found(str(folders / "en"), found=[Mention("project", at, at + 6)]) == [EVERY[0], EVERY[2]]


@pytest.mark.parametrize(("name", "words"), [("missing", "cannot be loaded"), ("deaf", "finds no names")])
def test_a_pipeline_that_is_of_no_use_is_an_error_with_the_remedy(folders, name, words):
    with pytest.raises(SettingsError) as error:
        _found(str(folders / name))
    assert all(w in str(error.value) for w in ("spacy_model", name, words, "spacy download"))


def test_an_ingest_stores_what_the_pipeline_finds_and_a_wrong_setting_stops_it(folders, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(TEXT, "utf-8")
    with open_base(tmp_path / "root", NO_MODEL | {"spacy_model": str(folders / "en")}) as base:
        base._ingester.__dict__.pop("analyser")  # the shared one has no pipeline
        base.ingest(path)
        assert base.find("Lindenblad Circle")[0]["kind"] == "organisation"
    with open_base(tmp_path / "other", NO_MODEL | {"spacy_model": "no_such_pipeline"}) as base:
        base._ingester.__dict__.pop("analyser")
        with pytest.raises(SettingsError, match="no_such_pipeline"):
            base.ingest(path)

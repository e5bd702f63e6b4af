"""Settings: where they come from, which wins, and what is said of a wrong one."""

from __future__ import annotations

import pytest

from kb.errors import SettingsError
from kb.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """A working folder of its own, and no variables."""
    (tmp_path / "here").mkdir()
    (tmp_path / "root").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KB_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("here", "root", "variable", "given", "country"),
    [
        (None, None, None, None, "TJ"),
        ("AF", None, None, None, "AF"),
        ("AF", "KG", None, None, "KG"),
        ("AF", "KG", "UZ", None, "UZ"),
        ("AF", "KG", "UZ", "KZ", "KZ"),
    ],
    ids=["default", "working folder", "root", "variable", "argument"],
)
def test_the_nearer_wins(tmp_path, monkeypatch, here, root, variable, given, country):
    for folder, value in (("here", here), ("root", root)):
        if value:
            (tmp_path / folder / "kb.toml").write_text(f'country = "{value}"\n')
    if variable:
        monkeypatch.setenv("KB_COUNTRY", variable)
    assert load_settings(tmp_path / "root", {"country": given} if given else None).country == country


def test_names_of_plugins_stand_with_commas_in_the_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "people, dates,")
    assert load_settings(tmp_path / "root").disabled_plugins == ("people", "dates")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'contry = "TJ"', "contry"),
        (b"read_seconds = 0", "read_seconds"),
        (b'read_memory_mb = "much"', "read_memory_mb"),
        (b"country = ", "Invalid value"),
        (b"\xff\xfe", "utf-8"),
    ],
)
def test_a_wrong_file_is_named_with_the_remedy(tmp_path, text, words):
    file = tmp_path / "root" / "kb.toml"
    file.write_bytes(text)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path / "root")
    assert all(w in str(error.value) for w in (str(file), words, "Correct"))


def test_a_wrong_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KB_FILE_MB", "big")
    with pytest.raises(SettingsError, match=r"KB_\*.*file_mb"):
        load_settings(tmp_path / "root")


def test_each_setting_says_what_it_is():
    assert all(field.description for field in Settings.model_fields.values())

"""What the README tells is true: its commands and programs run, and its tables leave nothing out."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from bases import NO_MODEL, open_base
from typer.testing import CliRunner

import kb
from kb.cli import app
from kb.settings import Settings

HOUSE = Path(__file__).parents[1]
README = (HOUSE / "README.md").read_text("utf-8")
SAMPLES = ("2011-h1", "2012-h2", "2019")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("kb ")]


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with some of the sample corpus, ingested."""
    folder = tmp_path_factory.mktemp("mission")
    (folder / "corpus").mkdir()
    for sample in SAMPLES:
        (file,) = (HOUSE / "corpus").glob(f"*newsletter-{sample}-sample.*")
        shutil.copy(file, folder / "corpus")
    (folder / "proposal.md").write_text(
        "In 2019, 176 grants created 300 jobs along the Afghan border.\n", "utf-8"
    )
    with open_base(folder / "indexes") as base:
        assert not base.ingest(folder / "corpus").failed
    return folder


@pytest.fixture
def there(mission: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, as where one is."""
    monkeypatch.chdir(mission)
    monkeypatch.delenv("KB_ROOT", raising=False)
    # Without the model: loading it would take longer than all the rest.
    monkeypatch.setenv("KB_DISABLED_PLUGINS", "embed_minilm")
    return mission


def test_commands_are_found():
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("command", COMMANDS)
def test_command_does_what_is_told(there, command):
    told = re.search(r"# exit code (\d)", command)
    ran = CliRunner().invoke(app, shlex.split(command, comments=True)[1:])
    assert ran.exit_code == int(told[1] if told else 0), ran.stderr
    assert ran.stdout or "wrote" in ran.stderr


def test_program_runs(there, capsys):
    exec(next(b for b in blocks("python") if "open_kb" in b), {})
    assert capsys.readouterr().out.startswith("80 young people")


def test_plugin_works(tmp_path, monkeypatch):
    (tmp_path / "kb_subtitles.py").write_text(next(b for b in blocks("python") if "hookimpl" in b), "utf-8")
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "Wells-in-Ayni.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nIn March 2014\nthe project\n\n2\n00:00:03,000 --> 00:00:05,000\ndrilled 42 wells in Ayni.\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with kb.open_kb(tmp_path / "root", NO_MODEL, plugins=["kb_subtitles"]) as base:
        report = base.ingest(tmp_path / "films")
        assert (len(report.added), report.failed) == (1, [])
        found = base.search("wells")[0]
        assert (found["title"], "the project drilled 42 wells" in found["text"]) == ("Wells in Ayni", True)


def test_entry_point_is_told_rightly():
    from kb.manager import GROUP

    (table,) = (tomllib.loads(b) for b in blocks("toml"))
    assert list(table["project"]["entry-points"]) == [GROUP]


def test_settings_are_all_told():
    section = README.split("\n## Settings", 1)[1].split("\n## ", 1)[0]
    told = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section, re.MULTILINE)
    assert told == [(name, f"KB_{name.upper()}") for name in Settings.model_fields]


def test_commands_are_all_told():
    names = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    section = README.split("\n## The command line", 1)[1].split("\n## ", 1)[0]
    names |= {g.name for g in app.registered_groups}
    assert names == set(re.findall(r"^\| `kb (\w+)", section, re.MULTILINE))


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_link_leads_somewhere(target):
    assert (HOUSE / target).exists()


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^make (\w+)$|`make (\w+)`", README, re.MULTILINE)))
)
def test_make_target_exists(target):
    target = "".join(target)
    assert re.search(rf"^{target}:", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_versions_are_pinned_for_all_that_is_needed():
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    pins = (HOUSE / "constraints.txt").read_text("utf-8")
    names = {
        re.sub(r"[-_.]+", "-", n).lower() for n in re.findall(r"^([\w.-]+)==[\w.]+$", pins, re.MULTILINE)
    }
    assert {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ;]", d)[0]).lower() for d in needed} <= names
    assert "+" not in pins


def test_annotation_is_one(tmp_path):
    from kb import gold

    (told,) = blocks("yaml")
    (tmp_path / "mine.yaml").write_text(told, "utf-8")
    assert gold.load(tmp_path / "mine.yaml").partners[0].name == "Umed"

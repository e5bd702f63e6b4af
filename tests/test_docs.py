"""What README.md and docs/ tell is true: commands and programs run, tables leave nothing out, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from bases import NO_MODEL, open_base
from typer.testing import CliRunner

import kb
from kb.cli import app
from kb.settings import Settings

HOUSE = Path(__file__).parents[1]
PAGES = {
    str(p.relative_to(HOUSE)): p.read_text("utf-8")
    for p in (HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md")))
}
EXAMPLE = HOUSE / "docs" / "example_plugin"
LARGEST_PICTURE = 150_000
SAMPLES = ("2011-h1", "2012-h2", "2019")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


def section(page: str, title: str) -> str:
    return PAGES[page].split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


COMMANDS = {
    line: page
    for page in PAGES
    for block in blocks(page, "sh")
    for line in block.splitlines()
    if line.startswith("kb ")
}
LINKS = [
    (page, target) for page, text in PAGES.items() for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text)
]


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


@pytest.mark.parametrize(
    "page", ["README.md", "docs/search.md", "docs/proposals.md", "docs/chief-of-mission.md"]
)
def test_page_has_commands_to_try(page):
    assert blocks(page, "sh")


@pytest.mark.parametrize("command", COMMANDS)
def test_command_does_what_is_told(there, command):
    told = re.search(r"# exit code (\d)", command)
    ran = CliRunner().invoke(app, shlex.split(command, comments=True)[1:])
    assert ran.exit_code == int(told[1] if told else 0), ran.stderr
    assert ran.stdout or "wrote" in ran.stderr


def test_program_runs(there, capsys):
    exec(blocks("docs/reference.md", "python")[0], {})
    assert capsys.readouterr().out.startswith("80 young people")


def test_smallest_plugin_works(tmp_path, monkeypatch):
    (tmp_path / "kb_subtitles.py").write_text(blocks("docs/plugins.md", "python")[0], "utf-8")
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


# --- the example plugin ---------------------------------------------------------------------------------------

BULLETIN = """Office bulletin, April to June 2014

In May 2014 the Naukat district administration and Jany-Jer ayil okmotu opened a water point for 640 people in Nookat.
The Kyrgyz Red Crescent and Jany-Jer aiyl okmotu trained 25 health workers in Noukat district.
"""


@pytest.mark.parametrize(
    ("language", "file"),
    [
        ("python", "kb_kyrgyzstan/__init__.py"),
        ("csv", "kb_kyrgyzstan/kyrgyzstan.csv"),
        ("toml", "kb_kyrgyzstan/examples/kb_kyrgyzstan.toml"),
        ("toml", "pyproject.toml"),
    ],
)
def test_example_is_shown_as_it_is(language, file):
    assert (EXAMPLE / file).read_text("utf-8") in blocks("docs/plugins.md", language)


def test_example_makes_one_of_each_name_in_all_its_spellings(tmp_path, monkeypatch):
    (tmp_path / "bulletin.txt").write_text(BULLETIN, "utf-8")
    monkeypatch.syspath_prepend(EXAMPLE)
    settings = {**NO_MODEL, "country": "KG"}
    with kb.open_kb(tmp_path / "root", settings, plugins=["kb_kyrgyzstan"]) as base:
        assert base.ingest(tmp_path / "bulletin.txt").added
        names = ("Naukat", "Jany-Jer aiyl okmotu", "Kyrgyz Red Crescent")
        found = [base.find(name)[0] for name in names]
        assert [(e["name"], e["mentions"]) for e in found] == [
            ("Nookat", 3),
            ("Jany-Jer ayil okmotu", 2),
            ("Red Crescent Society of Kyrgyzstan", 1),
        ]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a process that has the example installed: its modules and what pip would write beside them."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(EXAMPLE / "kb_kyrgyzstan", folder / "kb_kyrgyzstan")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    info = folder / f"kb_kyrgyzstan-{project['version']}.dist-info"
    info.mkdir()
    about = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(about, "utf-8")
    entries = "".join(
        f"[{group}]\n" + "".join(f"{name} = {module}\n" for name, module in names.items())
        for group, names in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(entries, "utf-8")
    return {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{HOUSE}", "KB_ROOT": str(folder / "indexes")}


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("plugins", r"kb_kyrgyzstan\t.*kb-kyrgyzstan\t.*Kyrgyzstan: districts"),
        ("eval", r"kb_kyrgyzstan\t1\.000\t1\.000\t1\.000"),
    ],
)
def test_example_that_is_installed_is_found_by_its_entry_point(installed, command, told):
    ran = subprocess.run(
        [sys.executable, "-m", "kb.cli", command], env=installed, capture_output=True, text=True, check=True
    )
    assert re.search(told, ran.stdout), ran.stdout


# --- nothing is left out, nothing leads nowhere ---------------------------------------------------------------


def test_settings_are_all_told():
    told = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section("docs/reference.md", "Settings"), re.MULTILINE)
    assert told == [(name, f"KB_{name.upper()}") for name in Settings.model_fields]


def test_commands_are_all_told():
    names = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    names |= {g.name for g in app.registered_groups}
    told = re.findall(r"^\| `kb (\w+)", section("docs/reference.md", "The command line"), re.MULTILINE)
    assert names == set(told)


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"README.md"}))
def test_page_is_reached_from_the_readme(page):
    assert ("README.md", page) in LINKS


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_link_leads_somewhere(page, target):
    path, _, anchor = target.partition("#")
    goal = (HOUSE / page).parent / path if path else HOUSE / page
    assert goal.exists()
    if anchor:
        titles = re.findall(r"^#+ (.+)$", goal.read_text("utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("picture", sorted((HOUSE / "docs").rglob("*.png")), ids=lambda p: p.name)
def test_picture_is_small_and_shown(picture):
    assert picture.stat().st_size < LARGEST_PICTURE
    assert [p for p, text in PAGES.items() if f"images/{picture.name})" in text]


@pytest.mark.parametrize(
    "target",
    sorted(
        {
            a or b
            for text in PAGES.values()
            for a, b in re.findall(r"^make (\w+)$|`make (\w+)`", text, re.MULTILINE)
        }
    ),
)
def test_make_target_exists(target):
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

    (told,) = blocks("docs/quality.md", "yaml")
    (tmp_path / "mine.yaml").write_text(told, "utf-8")
    assert gold.load(tmp_path / "mine.yaml").partners[0].name == "Umed"

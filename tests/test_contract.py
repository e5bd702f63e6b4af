"""The contract of the parts: hooks, layers, plugins found and switched off, a light command."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

import kb
from kb import hookspecs
from kb.base import KnowledgeBase
from kb.manager import Manager

HOUSE = Path(__file__).parents[1]
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("kb_"))
HEAVY = {"chromadb", "numpy", "pydantic", "pymupdf", "sentence_transformers", "spacy", "streamlit", "torch", "trafilatura"}  # fmt: skip

LAYERS = [
    {
        "errors",
        "records",
        "cues",
        "settings",
        "text",
        "hookspecs",
        "words",
        "languages",
        "paging",
        "patience",
        "spelling",
        "wording",
    },
    # Tools that the plugins and the core share; they know neither.
    {
        "boxes",
        "lists",
        "phrases",
        "levels",
        "persons",
        "bodies",
        "nations",
        "named",
        "short_forms",
        "layout",
        "quantities",
        "archives",
        "markup",
        "merged",
        "ocr",
        "legible",
        "notices",
        "continued",
        "llm",
        "spreadsheet",
    },
    {"plugins"},
    {"manager"},
    {
        "schema",
        "connection",
        "fulltext",
        "vectors",
        "queries",
        "rulings",
        "store",
        "index",
        "files",
        "originals",
        "changes",
        "rules",
        "reading",
        "sandbox",
    },
    {
        "question",
        "kinds",
        "periods",
        "abroad",
        "versions",
        "series",
        "likeness",
        "threads",
        "joined",
        "tellings",
        "retold",
        "recurring",
        "proposals",
        "news",
        "review",
        "parts",
        "agents",
        "select",
        "fits",
        "fit_numbers",
        "fit_names",
        "views",
        "listed",
        "matrix",
        "tables",
        "pairs",
        "seek",
        "choose",
        "compare",
        "times",
        "nearby",
        "conflicts",
        "talk",
        "suggest",
        "search",
        "lookup",
        "ledger",
        "dossier",
        "atlas",
        "names",
        "activities",
        "relations",
        "details",
        "events",
        "fields",
        "extract",
        "gold",
        "evaluate",
        "examples",
    },
    {"answer", "rephrase", "ingest", "reports"},
    {"contents", "decisions", "desk", "base", "doctor"},
    {
        "terminal",
        "listing",
        "switch",
        "scores",
        "command",
        "deciding",
        "browsing",
        "talking",
        "reporting",
        "tending",
        "cli",
        "ui",
        "app",
    },
]
"""Modules and packages from the lowest layer to the highest: none imports from a layer above its own."""

SQL_MODULES = {"schema", "connection", "fulltext", "vectors", "queries", "rulings", "store"}
SQL = re.compile(
    r"\b(?:SELECT\s.+?\sFROM|INSERT\s(?:OR\s\w+\s)?INTO|DELETE\sFROM|UPDATE\s\w+\sSET|PRAGMA\s\w"
    r"|(?:CREATE|DROP)\s(?:UNIQUE\s|VIRTUAL\s)?(?:TABLE|INDEX|TRIGGER|VIEW))",
    re.DOTALL,
)


# --- layers ---------------------------------------------------------------------------------------------------


def _modules() -> dict[str, ast.Module]:
    """Module → its syntax tree; names below `kb.`, such as "plugins.names"."""
    files = {
        ".".join(p.relative_to(HOUSE / "kb").with_suffix("").parts): p for p in (HOUSE / "kb").rglob("*.py")
    }
    files = {name.removesuffix(".__init__"): p for name, p in files.items() if name != "__init__"}
    return {name: ast.parse(p.read_text("utf-8")) for name, p in (files | {"app": HOUSE / "app.py"}).items()}


MODULES = _modules()


def _imports(tree: ast.Module) -> set[str]:
    """Our own modules that a module imports, late or at once; not those for type checkers alone."""
    typing = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in typing:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kb":
            inside = (node.module or "").partition(".")[2]
            for alias in node.names:
                whole = f"{inside}.{alias.name}".strip(".")
                found.add(whole if whole in MODULES else inside)
        elif isinstance(node, ast.Import):
            found |= {a.name.partition(".")[2] for a in node.names if a.name.split(".")[0] == "kb"}
    # `from kb import hookimpl` is a name of the front door, no module.
    return found - {""}


def _layer(module: str) -> int:
    top = module.split(".")[0]
    return next((n for n, layer in enumerate(LAYERS) if top in layer), -1)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_module_imports_from_no_layer_above_its_own(module):
    assert _layer(module) >= 0, f"say in LAYERS where {module} stands"
    assert not [m for m in _imports(MODULES[module]) if _layer(m) > _layer(module)]


@pytest.mark.parametrize("module", sorted({m.split(".")[0] for m in MODULES}))
def test_module_stands_in_the_readme(module):
    section = (
        (HOUSE / "README.md").read_text("utf-8").split("\n## How it is built", 1)[1].split("\n## ", 1)[0]
    )
    assert re.search(rf"`{module}(?:/|\.py)?`", section)


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.startswith("plugins.")))
def test_plugin_imports_no_other_plugin(module):
    assert not [m for m in _imports(MODULES[module]) if m.startswith("plugins")]


@pytest.mark.parametrize("module", sorted(m for m in MODULES if not m.startswith("plugins")))
def test_plugins_are_reached_through_hooks_alone(module):
    assert not [m for m in _imports(MODULES[module]) if m.startswith("plugins.")]


@pytest.mark.parametrize("module", sorted(MODULES.keys() - SQL_MODULES))
def test_sql_stands_in_the_store_alone(module):
    texts = [
        n.value for n in ast.walk(MODULES[module]) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    assert not [t for t in texts if SQL.search(t)]
    assert "sqlite3" not in {
        a.name for n in ast.walk(MODULES[module]) if isinstance(n, ast.Import) for a in n.names
    }


# --- a light command ------------------------------------------------------------------------------------------


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from kb.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ingest" in ran.stdout
    assert not HEAVY & set(ran.stderr.split())


def test_help_is_quick():
    def seconds() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "kb.cli", "--help"], capture_output=True, check=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    # Of the processor, not of the clock: other processes may have the machine for a while.
    assert min(seconds() for _ in range(3)) < 0.5


# --- hooks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_is_documented(hook):
    assert (getattr(hookspecs, hook).__doc__ or "").strip()
    assert f"`{hook}(" in (HOUSE / "docs" / "plugins.md").read_text("utf-8")


@pytest.mark.parametrize("hook", HOOKS)
def test_hook_has_a_built_in_plugin(hook):
    assert [p.name for p in Manager().plugins if p.source == "built-in" and hook in p.hooks]


def test_plugins_say_what_they_do():
    assert not [p.name for p in Manager().plugins if not p.about]


# --- each hook, served by an outsider -------------------------------------------------------------------------

PURSE = "Tidings from Zembla\nIn May 2014 the Zemblan Purse paid for 31 beds of the hospital in Onkhava.\n"
WELLS = "In June 2014 the project drilled 12 wells in Ayni district, which give water to 3,400 people of the valley.\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("zembla")
    (folder / "purse.toy").write_text(PURSE, "utf-8")
    (folder / "wells.txt").write_text(WELLS, "utf-8")
    with kb.open_kb(folder / "root", plugins=[toy]) as base:
        report = base.ingest([folder / "purse.toy", folder / "wells.txt"])
        assert not report.failed
        yield base


def test_an_outsider_reads_segments_and_describes(base):
    document = base.document("purse.toy")
    sections = [s["heading"] for s in base.export()["sections"] if s["document"] == document["id"]]
    assert (document["title"], sections) == ("Tidings from Zembla", ["All of it"])


def test_an_outsider_extracts_and_resolves(base):
    (trust,) = base.find("Zemblan Purse")
    assert (trust["id"], trust["name"], trust["roles"]) == (toy.ZEMBLA, "Zembla Trust", ["donor"])


def test_an_outsider_knows_names(base):
    (city,) = base.find("Onkhava")
    assert (city["id"], city["name"], city["lat"]) == ("place:zz-onhava", "Onhava", 70.0)


def test_an_outsider_embeds(base):
    ids, vectors = base._store.vectors("letters")
    assert len(ids) == 2
    assert vectors.shape == (2, 26)


def test_an_outsider_ranks(base):
    hits = base.search("hospital wells water people beds")
    assert [h["path"].rpartition("/")[2] for h in hits] == ["purse.toy", "wells.txt"]
    assert len(hits[0]["text"]) < len(hits[1]["text"])


def test_an_outsider_answers(base):
    answer = base.ask("How many wells did the project drill in Ayni district?")
    assert answer["answer"] == answer["citations"][0]["quote"].upper()


def test_an_outsider_exports(base, tmp_path):
    base.exporters()["names"].write(base.export(), tmp_path / "names.txt")
    assert "Zembla Trust" in (tmp_path / "names.txt").read_text("utf-8").splitlines()

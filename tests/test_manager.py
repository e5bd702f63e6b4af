"""Plugins: found, asked in order, named, switched off; what is wrong with one is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import toy

import kb
from kb.errors import PluginError
from kb.manager import Manager


def _plugin(**hooks: object) -> SimpleNamespace:
    return SimpleNamespace(**{name: kb.hookimpl(function) for name, function in hooks.items()})


def test_an_outsider_is_asked_first():
    mine = object()
    manager = Manager([_plugin(kb_embedder=lambda: mine)])
    assert manager.hook.kb_embedder(settings=None) is mine


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        (_plugin(kb_extarct=lambda section: []), "kb_extarct"),
        (_plugin(kb_read=lambda file: None), "file"),
    ],
    ids=["misspelt hook", "misspelt argument"],
)
def test_a_misspelling_is_an_error(plugin, words):
    with pytest.raises(PluginError, match=words):
        Manager([plugin])


def test_two_plugins_of_one_name_are_an_error():
    with pytest.raises(PluginError, match="two plugins"):
        Manager([toy, toy])


def test_a_plugin_is_switched_off_by_name():
    manager = Manager([toy], ["toy"])
    assert [p.enabled for p in manager.plugins if p.name == "toy"] == [False]
    assert "names" not in {e.kind for exporters in manager.hook.kb_export() for e in exporters}


def test_a_plugin_that_is_not_there_is_told_of():
    with pytest.raises(PluginError, match="no_such_module"):
        Manager(["no_such_module"])


def test_an_unknown_plugin_cannot_be_switched_off():
    with pytest.raises(PluginError, match="nobody"):
        Manager(disabled=["nobody"])


def _install(folder: Path, source: str) -> None:
    """What pip leaves of a package with one module and one entry point."""
    info = folder / "kb_zembla-1.5.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kb-zembla\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text("[kb.plugins]\nzembla = kb_zembla\n")
    (folder / "kb_zembla.py").write_text(source)


def _plugins(folder: Path, root: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kb.cli", "--root", str(root), "plugins", "--json"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(folder), **env},
    )


def test_an_installed_package_is_found(tmp_path):
    _install(tmp_path, '"""News of Zembla."""\nimport kb\n@kb.hookimpl\ndef kb_authority():\n    return []\n')
    found = json.loads(_plugins(tmp_path, tmp_path / "root").stdout)
    assert [p for p in found if p["name"] == "zembla"] == [
        {"name": "zembla", "source": "kb-zembla", "module": "kb_zembla", "hooks": ["kb_authority"],
         "enabled": True, "about": "News of Zembla."}
    ]  # fmt: skip


def test_a_broken_package_is_told_of_and_can_be_switched_off(tmp_path):
    _install(tmp_path, "import no_such_module\n")
    ran = _plugins(tmp_path, tmp_path / "root")
    assert ran.returncode == 1
    assert "zembla" in ran.stderr
    assert "Traceback" not in ran.stderr
    ran = _plugins(tmp_path, tmp_path / "root", KB_DISABLED_PLUGINS="zembla")
    assert ran.returncode == 0, ran.stderr
    assert [p["enabled"] for p in json.loads(ran.stdout) if p["name"] == "zembla"] == [False]

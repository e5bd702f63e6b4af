"""Switches plugins off and on: keeps `disabled_plugins` in the root's kb.toml, and leaves the rest of the file alone."""

from __future__ import annotations

import json
import pkgutil
import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from kb import plugins
from kb.errors import SettingsError
from kb.manager import GROUP

_LINE = re.compile(r"^[ \t]*disabled_plugins[ \t]*=[ \t]*\[[^\]]*\][^\n]*\n?", re.MULTILINE)


def plugin_names() -> list[str]:
    """Names of all plugins there are; none is loaded, so that a broken one can be switched off."""
    built_in = [m.name for m in pkgutil.iter_modules(plugins.__path__)]
    return sorted({*built_in, *(e.name for e in entry_points(group=GROUP))})


def switch(root: Path, name: str, *, on: bool) -> Path:
    """Switches a plugin and returns the file that says so. Raises SettingsError where the file cannot be understood."""
    # What ./kb.toml switches off stays off: the root's list is the one that counts from now on.
    off = set(_disabled(Path("kb.toml"))) | set(_disabled(root / "kb.toml"))
    if (root / "kb.toml").is_file() and "disabled_plugins" in _parsed(root / "kb.toml"):
        off = set(_disabled(root / "kb.toml"))
    off = off - {name} if on else off | {name}
    file = root / "kb.toml"
    text = file.read_text("utf-8") if file.is_file() else ""
    # Before the first table: a key after [table] would belong to it.
    text = f"disabled_plugins = {json.dumps(sorted(off))}\n" + _LINE.sub("", text)
    if set(tomllib.loads(text).get("disabled_plugins", ())) != off:
        raise SettingsError(
            f"{file}: cannot be changed safely. Set disabled_plugins = {json.dumps(sorted(off))} by hand."
        )
    root.mkdir(parents=True, exist_ok=True)
    part = file.with_name(".kb.toml.part")
    part.write_text(text, "utf-8")
    part.replace(file)
    return file


def _disabled(file: Path) -> list[str]:
    return list(_parsed(file).get("disabled_plugins", ())) if file.is_file() else []


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}. Correct or delete the line.") from error

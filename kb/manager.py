"""Plugins: found, registered, named, switched off."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

import pluggy

from kb import hookspecs, plugins
from kb.errors import PluginError

GROUP = "kb.plugins"


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """A plugin as `kb plugins` shows it."""

    name: str
    source: str
    """`built-in`, `given`, or the distribution that brings it."""
    module: str
    hooks: tuple[str, ...]
    enabled: bool
    about: str


class Manager:
    """The plugins of one knowledge base. Built-ins are registered first, so that pluggy asks outsiders before them."""

    def __init__(self, given: Iterable[Any] = (), disabled: Iterable[str] = ()) -> None:
        """`given`: modules or objects with hook implementations, or importable module names. Raises PluginError."""
        self._pm = pluggy.PluginManager("kb")
        self._pm.add_hookspecs(hookspecs)
        self.plugins: list[PluginInfo] = []
        off = set(disabled)
        for module in pkgutil.iter_modules(plugins.__path__):
            self._add(
                module.name, importlib.import_module(f"{plugins.__name__}.{module.name}"), "built-in", off
            )
        for entry in entry_points(group=GROUP):
            source = entry.dist.name if entry.dist else "entry point"
            if entry.name in off:  # not even loaded: it may be broken
                self.plugins.append(PluginInfo(entry.name, source, entry.module, (), False, ""))
                continue
            try:
                plugin = entry.load()
            except Exception as error:
                raise PluginError(
                    f"plugin {entry.name!r} ({entry.value}) cannot be loaded: {error}. "
                    f"Repair or uninstall it, or set KB_DISABLED_PLUGINS={entry.name}."
                ) from error
            self._add(entry.name, plugin, source, off)
        for plugin in given:
            if isinstance(plugin, str):
                try:
                    plugin = importlib.import_module(plugin)
                except ImportError as error:
                    raise PluginError(
                        f"plugin {plugin!r} cannot be imported: {error}. Install it."
                    ) from error
            self._add(getattr(plugin, "__name__", type(plugin).__name__), plugin, "given", off)
        if unknown := off - {p.name for p in self.plugins}:
            raise PluginError(
                f"cannot switch off {', '.join(sorted(unknown))}: no plugin of that name. See `kb plugins`."
            )
        try:
            self._pm.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(f"{error}. See kb/hookspecs.py for the hooks there are.") from error

    @property
    def hook(self) -> Any:
        """pluggy's caller: `manager.hook.kb_extract(...)`."""
        return self._pm.hook

    def extractor(self, name: str) -> Any:
        """pluggy's caller of `kb_extract` of one plugin alone."""
        others = [plugin for other, plugin in self._pm.list_name_plugin() if other != name and plugin]
        return self._pm.subset_hook_caller("kb_extract", others)

    def _add(self, name: str, plugin: Any, source: str, off: set[str]) -> None:
        if any(p.name == name for p in self.plugins):
            raise PluginError(f"two plugins are named {name!r}; rename or uninstall one of them.")
        hooks = tuple(
            h
            for h in dir(plugin)
            if h.startswith("kb_") and self._pm.parse_hookimpl_opts(plugin, h) is not None
        )
        about = (getattr(plugin, "__doc__", None) or "").strip().partition("\n")[0]
        module = getattr(plugin, "__name__", type(plugin).__module__)
        self.plugins.append(PluginInfo(name, source, module, hooks, name not in off, about))
        if name not in off:
            try:
                self._pm.register(plugin, name)
            except pluggy.PluginValidationError as error:
                raise PluginError(
                    f"plugin {name!r}: {error}. See kb/hookspecs.py for the arguments of each hook."
                ) from error

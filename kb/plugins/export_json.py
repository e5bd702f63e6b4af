"""Export as one JSON file: the whole truth in the shapes of the public interface."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kb.hookspecs import Exporter, hookimpl


class JsonExporter:
    """UTF-8, letters of all scripts as they are."""

    kind = "json"
    suffix = ".json"

    def write(self, data: Mapping[str, Any], path: Path) -> None:
        """Writes one file."""
        with path.open("w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=2)
            file.write("\n")


@hookimpl
def kb_export() -> list[Exporter]:
    """JSON."""
    return [JsonExporter()]

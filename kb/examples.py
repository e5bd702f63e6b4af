"""Examples that lie beside extractor plugins: sentences with the mentions expected of them, and what the plugin makes of them.

`examples/NAME.toml` in the folder of the plugin NAME, as in kb/plugins/examples/: see README.md there.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kb.errors import InputError
from kb.evaluate import Error, Score, agreement
from kb.extract import SectionContext
from kb.records import Block, Document, Mention, Period, Section

if TYPE_CHECKING:
    from kb.manager import Manager
    from kb.names import Names

PERIOD = Period("2014-07-01", "2014-09-30", "July - September 2014")
"""Of the document that the sentences are taken to stand in."""

_FIELDS = frozenset({"kind", "name", "role", "level", "long"})
_FIGURE = frozenset({"value", "unit", "counted", "qualifier", "status"})
_DATE = frozenset({"from", "to"})


class Example(BaseModel):
    """A few lines of text, and what is to be found in them: `words` of the text with any fields of the mention."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    heading: str = ""
    rows: tuple[str, ...] = ()
    """Rows of a table below the text, with " | " between the cells."""
    language: str = "en"
    organisation: str = ""
    """The publisher."""
    find: tuple[dict[str, str | float], ...] = ()
    """Empty: nothing is to be found."""
    open: bool = False
    """Known not to work yet: it counts in the score, but no test insists on it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one example."""

    example: Example
    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def files(manager: Manager) -> dict[str, Path]:
    """Plugin → its examples, of all loaded extractors that have some."""
    found = {}
    for plugin in manager.plugins:
        source = getattr(sys.modules.get(plugin.module), "__file__", None)
        if plugin.enabled and "kb_extract" in plugin.hooks and source:
            path = Path(source).parent / "examples" / f"{plugin.name}.toml"
            if path.is_file():
                found[plugin.name] = path
    return found


def load(path: Path) -> list[Example]:
    """The examples of a file. Raises InputError with the number of the wrong one."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as TOML: {error}. Mend the file.") from None
    examples = []
    for number, row in enumerate(data.get("example", ()), 1):
        try:
            example = Example.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise InputError(f"{path}: example {number}: {place}: {first['msg']}. Mend the file.") from None
        for wanted in example.find:
            if unknown := set(wanted) - {"words"} - _FIELDS - _FIGURE - _DATE:
                raise InputError(
                    f"{path}: example {number}: a mention has no {min(unknown)!r}. Mend the file."
                )
        examples.append(example)
    return examples


def run(example: Example, plugin: str, manager: Manager, names: Names) -> Outcome:
    """What one plugin finds in an example, beside what it should."""
    lines = [Block(line) for line in example.text.splitlines() if line.strip()]
    heading = [Block(example.heading, role="heading", level=1)] if example.heading else []
    table = [Block(row, role="table") for row in example.rows]
    section = Section(0, example.heading, 1, (*heading, *lines, *table), example.language)
    document = Document("0" * 64, "example.txt", organisation=example.organisation, period=PERIOD, language=example.language, pages=1)  # fmt: skip
    context = SectionContext(section, example.language, names)
    hook = manager.extractor(plugin)
    mentions = [m for found in hook(section=section, document=document, context=context) for m in found]
    return _compare(example, section.text, list(dict.fromkeys(mentions)))


def score(plugin: str, outcomes: Sequence[Outcome]) -> Score:
    """Precision and recall of a plugin over the mentions of its examples."""
    right = sum(o.right for o in outcomes)
    wrong = [Error(w, o.example.text) for o in outcomes for w in o.wrong]
    missed = [Error(m, o.example.text) for o in outcomes for m in o.missed]
    measures = agreement(right + len(wrong), right, right + len(missed), right)
    return Score(plugin, {**measures, "examples": len(outcomes)}, tuple(wrong), tuple(missed))


def _compare(example: Example, text: str, mentions: list[Mention]) -> Outcome:
    left = [_told(text, m) for m in mentions]
    missed = []
    for wanted in example.find:
        hit = next((told for told in left if all(told.get(k) == v for k, v in wanted.items())), None)
        if hit is None:
            missed.append(_shown(wanted))
        else:
            left.remove(hit)
    right = len(example.find) - len(missed)
    return Outcome(example, right, tuple(map(_shown, left)), tuple(missed))


def _told(text: str, mention: Mention) -> dict[str, Any]:
    """A mention in the terms of the examples; what is empty is left out."""
    told: dict[str, Any] = {"words": " ".join(text[mention.start : mention.end].split())}
    told |= {k: value for k in sorted(_FIELDS) if (value := getattr(mention, k))}
    if mention.figure:
        told |= {k: value for k in sorted(_FIGURE) if (value := getattr(mention.figure, k)) not in ("", None)}
    if mention.date:
        told |= {"from": mention.date.start, "to": mention.date.end}
    return told


def _shown(told: Mapping[str, Any]) -> str:
    return ", ".join([str(told.get("words", "")), *(f"{k} {v}" for k, v in told.items() if k != "words")])

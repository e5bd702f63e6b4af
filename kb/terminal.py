"""How results look on a terminal: JSON, tables, evidence, progress.

On a terminal tables are drawn; elsewhere they are lines of cells with tabs between, for other programs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kb.paging import place

# Documents are not ours: a control character in them could move the cursor, or turn the direction of writing.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: object) -> str:
    """The text without characters that act on a terminal."""
    return _UNSAFE.sub("", str(text))


def line(text: object) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def show_json(value: Any) -> None:
    """One JSON value on standard output, letters of all scripts as they are."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(_UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text))


def say(text: str = "", style: str = "", *, indent: int = 0, error: bool = False) -> None:
    """A paragraph, wrapped on a terminal only."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        print(" " * indent + clean(text), file=stream)
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    Console(file=stream, highlight=False).print(
        Padding(Text(clean(text), style=style), (0, 0, 0, indent), expand=False)
    )


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; None is an empty cell."""
    cells = [["" if c is None else line(c) for c in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(columns), *cells]:
            print("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)


def show_citations(
    citations: Sequence[Mapping[str, Any]], *, numbered: bool = True, answer: str = ""
) -> None:
    """Where each thing is said, and in which words, unless the answer holds these words itself."""
    for n, c in enumerate(citations, 1):
        mark = f"[{n}] " if numbered else "- "
        section = f" – {line(c['section'])}" if c["section"] else ""
        where = place(c["path"], c["page"])
        say(f"{mark}{line(c['title'])}{section}" + (f", {where}" if where else ""), "bold")
        if line(c["quote"]) not in line(answer):
            say(f"“{line(c['quote'])}”", indent=4)
        say(clean(c["path"]), "dim", indent=4)


@contextmanager
def progress() -> Iterator[Callable[[int, int, str, str], None]]:
    """A bar on standard error, told how far the work is by (done, total, path, stage); silent where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from pathlib import Path

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    with Progress(
        TextColumn("{task.fields[stage]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        bar = bars.add_task("", total=None, stage="Looking", name="")

        def tell(done: int, total: int, path: str, stage: str) -> None:
            stage = "Reading" if stage in ("reading", "stored") else stage.capitalize()
            name = Text(line(Path(path).name)).plain[:48]
            bars.update(bar, completed=done, total=total, stage=stage, name=name)

        yield tell

"""What the commands of the command line share: the folder of state, JSON, messages on standard error, hints of names."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

Root = Annotated[
    Path | None,
    typer.Option("--root", help="Folder of all state. Default: KB_ROOT, else ./indexes.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, in the shapes of the Python interface.")]

ERROR = 1
"""Exit code of an error."""

_given: dict[str, Path | None] = {"root": None}


def give_root(root: Path | None) -> None:
    """Remembers the root that was named before the command (`kb --root X list`)."""
    _given["root"] = root


def root_of(root: Path | None) -> Path:
    """The folder of state: named with the command, before it, by KB_ROOT, or indexes."""
    return root or _given["root"] or Path(os.environ.get("KB_ROOT") or "indexes")


def opened(root: Path | None) -> KnowledgeBase:
    """The knowledge base below the root."""
    from kb.base import open_kb

    return open_kb(root_of(root))


def tell(text: str) -> None:
    """A line on standard error."""
    from kb.terminal import line

    print(line(text), file=sys.stderr)


def closest(name: str, known: Any) -> str:
    """The end of a sentence: a hint with the nearest known names."""
    from rapidfuzz import process

    from kb.text import fold

    near = process.extract(fold(name), {k: fold(k) for k in known}, limit=3, score_cutoff=60)
    return f"; did you mean {' or '.join(repr(key) for _, _, key in near)}?" if near else "."

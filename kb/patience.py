"""More time for a reader that knows what it needs it for, such as one of scanned pages.

A reader asks; who runs it listens. Outside the sandbox nobody does, and nothing limits the time.
"""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[float], None]] = []


def listen(to: Callable[[float], None]) -> None:
    """`to` is told the seconds of each wish, in this process."""
    _listeners.append(to)


def ask(seconds: float) -> None:
    """Wishes for so many seconds of wall clock beyond the limit of the document."""
    for to in _listeners:
        to(seconds)

"""Mission knowledge base: a folder of newsletters becomes an evidenced activity ledger that answers questions."""

from typing import TYPE_CHECKING, Any

from kb.errors import KBError
from kb.hookspecs import hookimpl

if TYPE_CHECKING:
    from kb.base import KnowledgeBase as KnowledgeBase
    from kb.base import open_kb as open_kb

__all__ = ["KBError", "KnowledgeBase", "hookimpl", "open_kb"]


def __getattr__(name: str) -> Any:
    # Late, so that plugins can import kb.hookimpl without the core.
    if name in ("open_kb", "KnowledgeBase"):
        from kb import base

        return getattr(base, name)
    raise AttributeError(f"module 'kb' has no attribute {name!r}")

"""Conversations, kept below the root of state: one JSON Lines file each, one line a question with its answer."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. `turns` are dicts with `question`, `asked` (ISO time), and `answer` or `error`.

    A turn with `cleared` has no question: what follows it does not lean on what was before.
    """

    id: str
    turns: tuple[dict[str, Any], ...]

    @property
    def before(self) -> dict[str, Any] | None:
        """The answer on which the next question may lean; one source of an answer is none by itself."""
        for turn in reversed(self.turns):
            if turn.get("cleared"):
                return None
            answer = turn.get("answer")
            # Answers kept by earlier versions do not say what was asked.
            if isinstance(answer, dict) and "asked" in answer and not answer.get("shown"):
                return answer
        return None

    @property
    def title(self) -> str:
        return str(self.turns[0]["question"]) if self.turns else "Empty conversation"


def new_id() -> str:
    """Sorts by time and cannot be guessed from it."""
    return time.strftime("%Y%m%d-%H%M%S-") + secrets.token_hex(3)


def load(root: Path, id: str) -> Conversation | None:
    """The conversation, or None where there is none of that id. A line cut off by a crash is left out."""
    if not _ID.fullmatch(id):
        return None
    try:
        lines = _file(root, id).read_text("utf-8").splitlines()
    except OSError:
        return None
    return Conversation(id, tuple(turn for line in lines if (turn := _turn(line))))


def append(
    root: Path,
    id: str,
    question: str,
    *,
    answer: dict[str, Any] | None = None,
    error: str = "",
    cleared: bool = False,
) -> None:
    """Adds a turn. One write of one line, so that two tabs in one conversation cannot tear each other's lines."""
    if not _ID.fullmatch(id):
        raise ValueError(f"not the id of a conversation: {id!r}")
    turn = {
        "question": question,
        "asked": time.strftime("%Y-%m-%dT%H:%M:%S"),
        "answer": answer,
        "error": error,
        "cleared": cleared,
    }
    path = _file(root, id)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A leading line break ends a line that a crash left open.
    data = ("\n" + json.dumps(turn, ensure_ascii=False) + "\n").encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def recent(root: Path, limit: int = 20) -> list[Conversation]:
    """The latest conversations, newest first."""
    files = sorted(
        (p for p in _file(root, "x").parent.glob("*.jsonl") if _ID.fullmatch(p.stem)), reverse=True
    )
    return [c for p in files[:limit] if (c := load(root, p.stem)) and c.turns]


def delete(root: Path, id: str) -> None:
    """Forgets a conversation."""
    if _ID.fullmatch(id):
        _file(root, id).unlink(missing_ok=True)


def _file(root: Path, id: str) -> Path:
    return root / "conversations" / f"{id}.jsonl"


def _turn(line: str) -> dict[str, Any] | None:
    try:
        turn = json.loads(line)
    except ValueError:
        return None
    return turn if isinstance(turn, dict) and "question" in turn else None

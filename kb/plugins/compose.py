"""Words an answer from its evidence: the facts first, then the quotes with their sources."""

from __future__ import annotations

from collections.abc import Sequence

from kb.hookspecs import hookimpl
from kb.paging import short
from kb.records import Answer, Evidence

JOINED = 40
"""Facts up to this length are joined to a list in one sentence; longer ones stand on lines of their own."""


@hookimpl
def kb_answer(question: str, evidence: Sequence[Evidence]) -> Answer:
    """The facts, then each quote with title, section and page."""
    facts = list(dict.fromkeys(f for e in evidence for f in e.facts if f))
    parts = [lead(facts)] if facts else []
    parts += [f"“{' '.join(e.quote.split())}” ({source(e)})" for e in evidence]
    return Answer(question, True, "\n\n".join(parts), "", 0.0, tuple(evidence))


def lead(facts: Sequence[str]) -> str:
    """One sentence of short facts, or a list of long ones."""
    if len(facts) > 1 and any(len(f) > JOINED for f in facts):
        return "\n".join(f"- {f}" for f in facts)
    text = facts[0] if len(facts) == 1 else f"{', '.join(facts[:-1])} and {facts[-1]}"
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def source(evidence: Evidence) -> str:
    """Where a quote stands, such as "Newsletter of May 2012, “Training for teachers”, p. 4"; of a deck: "slide 4"."""
    title = evidence.title or evidence.path.rsplit("/", 1)[-1]
    heading = f", “{evidence.section}”" if evidence.section else ""
    where = short(evidence.path, evidence.page)
    return f"{title}{heading}" + (f", {where}" if where else "")

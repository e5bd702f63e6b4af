"""Ask: questions and answers, each answer with its sources. The address holds the conversation and the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import kb
from kb.ui import chats
from kb.ui.common import base, clean, count, entities, first_visit, header, plain, read, root, thinking
from kb.ui.evidence import sources

_SHORT = 120
"""An answer of one line up to this length is set in bold."""


def page() -> None:
    header("Ask the documents")
    documents = [d for d in read("documents") if d["status"] != "failed"]
    if not documents:
        first_visit()
        return
    id = st.query_params.get("chat", "")
    conversation = chats.load(root(), id)
    waiting = "" if conversation else st.query_params.get("q", "")
    _earlier(id)
    if conversation:
        for number, turn in enumerate(conversation.turns):
            _turn(turn, f"{id}-{number}")
    example = "" if conversation or waiting else _start(len(documents))
    typed = st.chat_input("Ask about activities, places, projects, donors, figures")
    if question := (typed or example or waiting).strip():
        id = conversation.id if conversation else chats.new_id()
        _ask(question, id, len(documents))
        st.query_params.from_dict({"chat": id, "q": question})
        st.rerun()


def _earlier(current: str) -> None:
    """Earlier conversations, in the sidebar. Buttons: links to this same page would all look like the current one."""
    with st.sidebar:
        if current and st.button("New conversation", type="tertiary", icon=":material/add:"):
            _go()
        recent = chats.recent(root(), limit=12)
        if recent:
            st.caption("Earlier conversations")
        with st.container(gap="xxsmall"):
            for conversation in recent:
                title = plain(conversation.title, 48)
                label = f"**{title}**" if conversation.id == current else title
                if st.button(
                    label, key=f"chat-{conversation.id}", type="tertiary", icon=":material/chat_bubble:"
                ):
                    _go(conversation.id)
        if current and st.button("Delete this conversation", type="tertiary", icon=":material/delete:"):
            chats.delete(root(), current)
            _go()


def _go(id: str = "") -> None:
    st.query_params.from_dict({"chat": id} if id else {})
    st.rerun()


def _start(documents: int) -> str:
    """The empty conversation, with example questions; returns the one that was chosen."""
    st.caption(
        f"Answers come from {count(documents, 'document')}, word for word, each with the page that says so. "
        "What the documents do not say is not answered."
    )
    chosen = ""
    for example in _examples():
        if st.button(plain(example), icon=":material/help:", width="stretch"):
            chosen = example
    return chosen


def _examples() -> list[str]:
    """Questions about what these documents speak of most."""

    def most(kind: str, *, role: str = "", level: str = "") -> str:
        found = entities(kind, role=role, level=level)
        return str(max(found, key=lambda e: (e["mentions"], e["name"]))["name"]) if found else ""

    district, donor, project = (
        most("place", level="district"),
        most("organisation", role="donor"),
        most("project"),
    )
    examples = [
        f"What happened in {district}?" if district else "",
        f"Which projects are funded by {donor}?" if donor else "",
        f"Who are the partners of {project}?" if project else "",
        "How many people were trained?",
    ]
    return [e for e in examples if e]


def _ask(question: str, id: str, documents: int) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(clean(question))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        answer, error = None, ""
        with thinking(f"Looking through {count(documents, 'document')}"):
            try:
                answer = base().ask(question)
            except kb.KBError as problem:
                error = str(problem)
    chats.append(root(), id, question, answer=answer, error=error)


def _turn(turn: Mapping[str, Any], key: str) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(clean(turn["question"]))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        if answer := turn.get("answer"):
            _answer(answer, key)
        else:
            st.error(plain(turn.get("error") or "No answer was kept. Ask again."), icon=":material/error:")


def _answer(answer: Mapping[str, Any], key: str) -> None:
    if answer["answered"]:
        _lead(answer)
        sources(answer["citations"], key)
    else:
        st.info(plain(answer["answer"] or "The documents do not answer this."), icon=":material/search_off:")
        if answer["near_misses"]:
            st.caption("Closest passages")
            sources(answer["near_misses"], key, shown=3)
    parts = [coverage(answer.get("coverage") or {})]
    if answer["answered"]:
        parts.append(_sureness(answer["confidence"]))
    st.caption(" ".join(parts))


def _lead(answer: Mapping[str, Any]) -> None:
    """The answer's lines but for the quotes, which the sources below it show; lines with a dash or bullet as a list."""
    quotes = {" ".join(c["quote"].split()) for c in answer["citations"]}
    lines = []
    for line in answer["answer"].splitlines():
        item = line.strip()
        if not item or (item[0] == "“" and any(quote in item for quote in quotes)):
            continue
        lines.append(f"- {plain(item[2:])}" if item[:2] in ("- ", "• ", "* ") else f"{plain(item)}\n")
    if len(lines) == 1 and len(lines[0]) < _SHORT:
        lines = [f"**{lines[0].strip()}**"]
    st.markdown("\n".join(lines) if lines else "The documents say:")


def _sureness(confidence: float) -> str:
    word = "high" if confidence >= 0.75 else "fair" if confidence >= 0.5 else "low"
    return f"Confidence is {word} ({confidence:.0%})."


def coverage(facts: Mapping[str, Any]) -> str:
    """What was looked through, in words."""
    parts = [f"Looked through {count(facts.get('documents_considered', 0), 'document')}"]
    if "documents_matching" in facts:
        matching = facts["documents_matching"]
        parts.append(f"{count(matching, 'speaks', 'speak') if matching else 'none speaks'} of this")
    if pages := facts.get("unreadable_pages"):
        number = pages if isinstance(pages, int) else len(pages)
        if number:
            parts.append(f"{count(number, 'page')} could not be read")
    return "; ".join(parts) + "."


if __name__ == "__main__":
    page()

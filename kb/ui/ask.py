"""Ask: questions and answers, each answer with its sources. The address holds the conversation and the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import kb
from kb import conflicts
from kb.ui import chats
from kb.ui.common import base, clean, count, first_visit, header, plain, read, root, thinking
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
        chosen = _next(conversation)
    else:
        chosen = "" if waiting else _start(len(documents))
    typed = st.chat_input("Ask about activities, places, projects, donors, figures")
    if question := (typed or chosen or waiting).strip():
        id = conversation.id if conversation else chats.new_id()
        _ask(question, id, len(documents), conversation.before if conversation else None)
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
    """Questions about what these documents speak of most, each of which they answer."""
    key = f"examples {root()} {[d['id'] for d in base().documents()]}"
    if key not in st.session_state:
        st.session_state[key] = base().suggest()
    return list(st.session_state[key])


def _next(conversation: chats.Conversation) -> str:
    """What may be asked next, and a button that forgets what is kept; returns the question that was chosen."""
    before = conversation.before
    if before is None:
        return ""
    chosen = ""
    for n, question in enumerate(before.get("suggestions") or ()):
        if st.button(plain(question), key=f"next-{n}", icon=":material/help:", type="tertiary"):
            chosen = question
    if st.button(
        "Forget what was asked",
        icon=":material/close:",
        type="tertiary",
        help="The next question then stands by itself.",
    ):
        chats.append(root(), conversation.id, "", cleared=True)
        st.rerun()
    return chosen


def _ask(question: str, id: str, documents: int, before: Mapping[str, Any] | None) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.text(clean(question))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        answer, error = None, ""
        with thinking(f"Looking through {count(documents, 'document')}"):
            try:
                answer = base().ask(question, context=before)
                answer["suggestions"] = base().suggest(answer)
            except kb.KBError as problem:
                error = str(problem)
    chats.append(root(), id, question, answer=answer, error=error)


def _turn(turn: Mapping[str, Any], key: str) -> None:
    if turn.get("cleared"):
        st.caption("What was asked before is forgotten.")
        return
    with st.chat_message("user", avatar=":material/person:"):
        st.text(clean(turn["question"]))
    with st.chat_message("assistant", avatar=":material/menu_book:"):
        if answer := turn.get("answer"):
            _answer(answer, key)
        else:
            st.error(plain(turn.get("error") or "No answer was kept. Ask again."), icon=":material/error:")


def _answer(answer: Mapping[str, Any], key: str) -> None:
    if kept := answer.get("context"):
        st.markdown("Kept: " + " ".join(f":gray-badge[{plain(label, 60)}]" for label in kept))
    for note in answer.get("time") or ():
        st.caption(f"Taken as {plain(note)}")
    if answer["answered"]:
        _lead(answer)
        sources(answer["citations"], key, keep=True)
    else:
        st.info(plain(answer["answer"] or "The documents do not answer this."), icon=":material/search_off:")
        if answer["near_misses"]:
            st.caption("Closest passages")
            sources(answer["near_misses"], key, shown=3)
    for conflict in answer.get("conflicts") or ():
        st.warning(plain(conflicts.said(conflict)), icon=":material/balance:")
    if answer.get("model_says"):
        st.caption(plain(f"{answer['model_says']}."))
    parts = [coverage(answer.get("coverage") or {})]
    if as_of := answer.get("as_of"):
        parts.append(f"As of {as_of['says']}.")
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

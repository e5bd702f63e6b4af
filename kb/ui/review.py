"""Review: names that may be one thing, tellings that may be of one event, side by side; what was decided, by whom, and its undo. The address holds what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

import kb
from kb.ui.common import base, clean, count, first_visit, header, plain, problem, read
from kb.ui.deciding import decide, said, who, why
from kb.ui.evidence import source

_PAGE = 10
_OPEN, _SURE, _RULES = "To decide", "Merged without asking", "Decisions"
_STATES = {_OPEN: "open", _SURE: "sure"}
_NONE = {
    _OPEN: "Nothing to decide: no two names look like one thing, no two activities like one event. After the next documents look here again.",
    _SURE: "Nothing was merged without asking.",
}


def page() -> None:
    header(
        "Review", "Names and activities that may be one, and what was decided. No document is changed by it."
    )
    if not read("documents"):
        first_visit()
        return
    said()
    show = st.segmented_control(
        "Show", [_OPEN, _SURE, _RULES], default=_OPEN, required=True, key="show", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if show == _RULES:
        _rules()
        return
    pairs = read("proposals", _STATES[show or _OPEN])
    if not pairs:
        st.info(_NONE[show or _OPEN], icon=":material/task_alt:")
        return
    st.caption(f"{count(len(pairs), 'pair')}, the likeliest first")
    left, right = st.columns(2)
    with left:
        name = who("review")
    with right:
        reason = why(f"review-{base().state}")  # an empty field after each decision
    at = st.pagination(-(-len(pairs) // _PAGE), key=f"pairs-{show}") if len(pairs) > _PAGE else 1
    for pair in pairs[(at - 1) * _PAGE : at * _PAGE]:
        _pair(pair, name, reason)


def _pair(pair: Mapping[str, Any], name: str, reason: str) -> None:
    one, other = pair["source_name"], pair["target_name"]
    event = pair["kind"] == "activity"
    with st.container(border=True):
        st.markdown(f"**{plain(one, 100)}** or **{plain(other, 100)}**")
        st.markdown("\n".join(f"- {plain(r, 300)}" for r in pair["reasons"]))
        st.caption(f"{plain(pair['kind']).capitalize()}, {pair['score']:.0%} alike")
        for side, called, column in zip(("source", "target"), (one, other), st.columns(2), strict=True):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{plain(called, 100)}**")
                if cite := pair[f"{side}_evidence"]:
                    source(cite, f"{side}-{pair['id']}")
        with st.container(horizontal=True):
            # Two names that are written alike need no choice between them.
            if pair["state"] == "open" and one != other and not event and st.button(
                f"One, called {plain(one, 40)}", key=f"turn-{pair['id']}", icon=":material/merge:"
            ):  # fmt: skip
                decide(lambda: base().merge(pair["target"], pair["source"], who=name, why=reason))
            if pair["state"] == "open" and st.button(
                "One event, told twice" if event else f"One, called {plain(other, 40)}",
                key=f"accept-{pair['id']}",
                icon=":material/merge:",
            ):
                decide(lambda: base().decide(pair["id"], accept=True, who=name, why=reason))
            if st.button(
                "Two events" if event else "Two things",
                key=f"reject-{pair['id']}",
                icon=":material/call_split:",
            ):
                decide(lambda: base().decide(pair["id"], accept=False, who=name, why=reason))


def _rules() -> None:
    try:
        rules: Sequence[Mapping[str, Any]] = read("rules")
    except kb.KBError as error:
        problem(error)
        return
    if not rules:
        st.info(
            "Nothing was decided yet. Decide about a pair here, or set a field right on the page of a name.",
            icon=":material/rule:",
        )
        return
    name = who("rules")
    told = {r["id"]: r["says"] for r in rules}
    at = st.pagination(-(-len(rules) // _PAGE), key="rules") if len(rules) > _PAGE else 1
    for rule in rules[::-1][(at - 1) * _PAGE : at * _PAGE]:
        with st.container(border=True, gap="xsmall"):
            says = f"undoes: {told[rule['of']]}" if rule["of"] in told else rule["says"]
            st.markdown(f"**{plain(says, 300)}**")
            when = rule["when"][:16].replace("T", " ")
            st.caption(f"{plain(rule['who'], 80)}, {plain(when)} UTC · {plain(rule['state'])}")
            if rule["why"]:
                st.text(clean(rule["why"]))
            if rule["state"] != "undone" and st.button("Undo", key=f"undo-{rule['id']}", icon=":material/undo:"):  # fmt: skip
                decide(lambda id=rule["id"]: base().undo(id, who=name))  # type: ignore[misc]


if __name__ == "__main__":
    page()

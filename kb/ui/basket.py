"""The basket: facts (activities, figures, passages) set aside for a proposal while one looks around. It lasts as long as the visit."""

from __future__ import annotations

import streamlit as st

from kb.ui.common import PAGES, clean, count, plain

_KEY = "basket"


def items() -> dict[str, str]:
    """Id of each fact → its words, in the order in which they were added."""
    kept: dict[str, str] = st.session_state.setdefault(_KEY, {})
    return kept


def button(id: str, words: str, key: str) -> None:
    """Puts a fact into the basket, or takes it out. `id`: of an activity, a figure, a passage or words (`kb.reports.facts.quoted`)."""
    inside = id in items()
    st.button(
        "In the basket" if inside else "Add to basket",
        key=f"basket-{key}",
        type="tertiary",
        icon=":material/check:" if inside else ":material/add_shopping_cart:",
        help="Take it out of the basket." if inside else "Keep it for a fact pack on the proposal desk.",
        on_click=_turn,
        args=(id, words),
    )


def _turn(id: str, words: str) -> None:
    if items().pop(id, None) is None:
        items()[id] = clean(words)


def panel() -> None:
    """What lies in the basket; each fact can be taken out."""
    kept = items()
    if not kept:
        st.info(
            "The basket is empty. Ask, search, or open a recurring activity, and press “Add to basket” below a fact.",
            icon=":material/shopping_cart:",
        )
        with st.container(horizontal=True):
            st.page_link(str(PAGES / "ask.py"), label="Ask", icon=":material/forum:")
            st.page_link(str(PAGES / "search.py"), label="Search", icon=":material/search:")
            st.page_link(str(PAGES / "crossref.py"), label="Recurring activities", icon=":material/timeline:")
        return
    with st.expander(f"{count(len(kept), 'fact')} in the basket", icon=":material/shopping_cart:"):
        for number, (id, words) in enumerate(list(kept.items())):
            with st.container(horizontal=True, vertical_alignment="top", wrap=False):
                st.markdown(plain(words, 160))
                st.button(
                    "Take out",
                    key=f"basket-out-{number}",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=_turn,
                    args=(id, words),
                )
        st.button("Empty the basket", icon=":material/remove_shopping_cart:", on_click=kept.clear)

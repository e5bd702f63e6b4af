"""Search: a query and filters over all passages. The address holds both, so a search can be linked to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

import kb
from kb.ui import basket
from kb.ui.common import (
    base,
    count,
    entities,
    first_visit,
    has_pages,
    header,
    marked,
    name_of,
    plain,
    problem,
    read,
    thinking,
    titles_of,
)
from kb.ui.evidence import place_of, show

_PAGE = 20
_EARLIEST = date(1950, 1, 1)


def page() -> None:
    header("Search")
    documents = [d for d in read("documents") if d["status"] != "failed"]
    if not documents:
        first_visit()
        return
    query = st.text_input(
        "Search for",
        key="q",
        bind="query-params",
        type="search",
        placeholder="Words or a question, such as: training for border guards",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    filters = _filters(documents)
    if not (query or "").strip():
        st.caption(
            "Type some words and press Enter. Filters narrow the search to a donor, a project, a place, a time."
        )
        return
    _results(query or "", filters)


def _filters(documents: list[dict[str, Any]]) -> dict[str, str]:
    """The filters that are set, as `base.search` takes them; their values are what the documents name."""
    named = {
        "donor": entities("organisation", role="donor"),
        "project": entities("project"),
        "partner": entities("organisation", role="partner"),
        "district": entities("place", level="district"),
    }
    choices = {name: sorted({e["name"] for e in found}, key=str.casefold) for name, found in named.items()}
    titles = titles_of(documents)
    choices["document"] = list(titles)
    chosen = sum(
        bool(st.session_state.get(k) or st.query_params.get(k)) for k in (*choices, "since", "until")
    )
    found: dict[str, Any] = {}
    with st.expander("Filters", icon=":material/tune:", expanded=chosen > 0):
        cells = st.columns(3) + st.columns(2) + st.columns(2)
        for cell, (name, values) in zip(cells, choices.items(), strict=False):
            found[name] = cell.selectbox(
                name.capitalize(),
                values,
                index=None,
                key=name,
                bind="query-params",
                placeholder=f"Any {name}" if values else "None named",
                disabled=not values,
            )
        for cell, name in zip(cells[-2:], ("since", "until"), strict=True):
            found[name] = cell.date_input(
                name.capitalize(),
                value=None,
                key=name,
                bind="query-params",
                format="YYYY-MM-DD",
                min_value=_EARLIEST,
            )
    found["document"] = titles.get(found["document"])
    return {name: str(value) for name, value in found.items() if value}


def _results(query: str, filters: Mapping[str, str]) -> None:
    limit = int(st.session_state.get("limit", _PAGE))
    with thinking("Searching"):
        try:
            found = base().search(query, limit=limit + 1, **filters)
        except kb.KBError as error:
            problem(error)
            return
    if not found:
        st.info(
            "Nothing found."
            + (" Take a filter away, or use other words." if filters else " Try other words."),
            icon=":material/search_off:",
        )
        return
    more = len(found) > limit
    st.caption(f"{'The first ' if more else ''}{count(min(len(found), limit), 'passage')}, best first")
    for result in found[:limit]:
        _result(result)
    if more and st.button("Show more", icon=":material/expand_more:"):
        st.session_state["limit"] = limit + _PAGE
        st.rerun()


def _result(result: Mapping[str, Any]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(name_of(result), 120)}**")
        st.caption(place_of(result))
        st.markdown(marked(result["text"], result["highlights"]))
        words = "Open the page" if has_pages(result) else "Open the text"
        if st.button(words, key=f"open-{result['passage']}", type="tertiary", icon=":material/article:"):
            show(base().passage(result["passage"]))
        basket.button(result["passage"], result["text"], result["passage"])


if __name__ == "__main__":
    page()

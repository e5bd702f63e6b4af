"""Search: a question and filters over activities, passages and figures. The address holds all of it, so a search can be linked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

import kb
from kb import lookup
from kb.spreadsheet import as_csv, as_xlsx
from kb.ui import basket, rows
from kb.ui.common import (
    base,
    choices,
    count,
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

_EARLIEST = date(1950, 1, 1)
_KINDS = {"Activities": "activities", "Passages": "passages", "Figures": "figures"}
_ONE = {"activities": "activity", "passages": "passage", "figures": "figure"}
_NARROWING = ("donor", "project", "partner", "district", "type", "document", "since", "until")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    shown = st.segmented_control(
        "Search in", list(_KINDS), default=None if "show" in st.session_state else "Activities", required=True,
        key="show", bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    _results(_KINDS[shown or "Activities"], (query or "").strip(), filters)


def _filters(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The filters that are set, as `base.search` takes them; their values are what the documents name."""
    titles = titles_of(documents)
    values = {**choices(), "document": list(titles)}
    chosen = sum(bool(st.session_state.get(k) or st.query_params.get(k)) for k in _NARROWING)
    found: dict[str, Any] = {}
    label = f"Filters ({chosen})" if chosen else "Filters"
    with st.expander(label, icon=":material/tune:", expanded=chosen > 0, key="filters"):
        cells = st.columns(2) + st.columns(2) + st.columns(2) + st.columns(2)
        for cell, (name, known) in zip(cells, values.items(), strict=False):
            found[name] = cell.selectbox(
                "Type of activity" if name == "type" else name.capitalize(),
                known,
                index=None,
                key=name,
                bind="query-params",
                placeholder=f"Any {name}" if known else "None named",
                disabled=not known,
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
        if chosen:
            st.button("Clear all filters", type="tertiary", icon=":material/filter_alt_off:", on_click=_clear)
    found["document"] = titles.get(found["document"])
    return {name: str(value) for name, value in found.items() if value}


def _clear() -> None:
    for name in _NARROWING:
        st.session_state[name] = None


def _results(kind: str, query: str, filters: Mapping[str, str]) -> None:
    try:
        if kind == "passages" and query:
            with thinking("Searching"):
                found = read("look_up", kind, query, **filters)
        else:
            found = read("look_up", kind, query, **filters)
    except kb.KBError as error:
        problem(error)
        return
    if not found:
        _nothing(kind, query, filters)
        return
    ways = lookup.orders(kind, asked=bool(query))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        order, view = _head(ways)
        found = ways[order](found)
        with st.container(horizontal=True, width="content", gap="xsmall"):
            _downloads(kind, found)
    st.caption(f"{count(len(found), _ONE[kind], kind)}, {order.lower()}")
    if view == "Table":
        _table(kind, found)
        return
    for number, row in enumerate(rows.paged(found, f"page-{kind}-{query}-{sorted(filters.items())}-{order}")):
        if kind == "passages":
            _passage(row, query)
        else:
            (rows.activity if kind == "activities" else rows.figure)(row, f"{kind}-{number}-{row['id']}")


def _nothing(kind: str, query: str, filters: Mapping[str, str]) -> None:
    """What to try next: fewer filters, other words, another list."""
    ways = [*(["Take a filter away"] if filters else []), *(["use other words"] if query else [])]
    told = ", or ".join([*ways, "look elsewhere"])
    st.info(f"Nothing found among the {kind}. {told[:1].upper()}{told[1:]}:", icon=":material/search_off:")
    with st.container(horizontal=True):
        for name in (name for name, other in _KINDS.items() if other != kind):
            st.button(f"Look among the {name.lower()}", key=f"look-{name}", on_click=_look, args=(name,))


def _look(name: str) -> None:
    st.session_state["show"] = name


def _head(ways: Mapping[str, Any]) -> tuple[str, str]:
    """How the list is sorted and drawn."""
    # Two keys: a question asked later must not be kept in the order that was chosen for all rows.
    key = "sort" if "Best first" in ways else "order"
    order = st.selectbox(
        "Sort", list(ways), key=key, bind="query-params", label_visibility="collapsed", width=170
    )
    view = st.segmented_control(
        "View", ["List", "Table"], default="List", required=True, key="view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return order, view or "List"


def _downloads(kind: str, found: Sequence[dict[str, Any]]) -> None:
    """The whole list as a file; made when it is asked for."""
    columns = lookup.columns(kind)
    files = {
        "CSV": (f"{kind}.csv", "text/csv", lambda: as_csv(columns, lookup.table(kind, found))),
        "Excel": (
            f"{kind}.xlsx",
            _XLSX,
            lambda: as_xlsx(columns, lookup.table(kind, found), kind.capitalize()),
        ),
    }
    for label, (name, mime, make) in files.items():
        st.download_button(
            label, make, name, mime, key=label, type="tertiary", icon=":material/download:", on_click="ignore"
        )


def _table(kind: str, found: Sequence[dict[str, Any]]) -> None:
    """All rows as a table; a click on a cell opens the words that it rests on."""
    names = [c for c in lookup.columns(kind) if c != "file"]
    flat = lookup.table(kind, found)
    numbers = ("value", "page")

    def asked() -> None:
        cells = st.session_state["table"].selection.cells
        st.session_state["cell"] = cells[0] if cells else None

    st.dataframe(
        [{c: row[c] for c in names} for row in flat],
        column_config={
            c: (st.column_config.NumberColumn if c in numbers else st.column_config.TextColumn)(
                c.capitalize(), width="large" if c in ("what", "quote", "text") else None
            )
            for c in names
        },
        hide_index=True,
        on_select=asked,
        selection_mode="single-cell",
        key="table",
        alt=f"Table of {kind}",
    )
    st.caption("Click a cell to see the words it rests on; click a heading to sort.")
    if cell := st.session_state.pop("cell", None):
        row, column = found[cell[0]], cell[1]
        if kind == "passages":
            show(base().passage(row["passage"]))
            return
        field = next((f for f in row["fields"] if f"{f['field']}s" == column or f["field"] == column), None)
        show(rows.words_of(row, field) if field else row)


def _passage(result: Mapping[str, Any], query: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(name_of(result), 120)}**")
        st.caption(place_of(result))
        # The heading, with which a passage's text begins, stands above already.
        cut = len(result["section"]) if result["text"].startswith(result["section"]) else 0
        spans = [(a - cut, b - cut) for a, b in result.get("highlights", ()) if a >= cut]
        st.markdown(marked(result["text"][cut:], spans))
        words = "Open the page" if has_pages(result) else "Open the text"
        with st.container(horizontal=True, gap="small"):
            if st.button(words, key=f"open-{result['passage']}", type="tertiary", icon=":material/article:"):
                show(base().passage(result["passage"]))
            basket.button(result["passage"], result["text"], result["passage"])


if __name__ == "__main__":
    page()

"""What is new: what one document tells that no earlier one told. The address holds the document: ?document=ID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from kb.news import GROUPS
from kb.ui.common import (
    clean,
    count,
    entity_link,
    first_visit,
    header,
    name_of,
    period_of,
    plain,
    read,
)
from kb.ui.evidence import cite_row, source

_PAGE = 15
_ONE = {"people": "person"}


def page() -> None:
    header("What is new", "What a document tells that no earlier one told.")
    documents = [d for d in read("documents") if d["status"] != "failed"]
    if not documents:
        first_visit()
        return
    known = {d["id"]: d for d in documents}
    # The one added last is what most come for.
    latest = max(documents, key=lambda d: (d["ingested_at"], d["period_start"]))["id"]
    chosen = st.query_params.get("document", "")
    ids = sorted(known, key=lambda id: known[id]["period_start"], reverse=True)
    id = st.selectbox(
        "Document", ids, index=ids.index(chosen if chosen in known else latest), format_func=lambda i: _called(known[i])
    )  # fmt: skip
    if id != chosen:
        st.query_params["document"] = id
    if chosen and chosen not in known:
        st.warning(
            "The document of this address is not there any more; here is the latest one.",
            icon=":material/warning:",
        )
    news = read("news", id)
    _summary(news)
    names, figures, activities = news["entities"], news["figures"], news["activities"]
    tabs = st.tabs([f"Names ({len(names)})", f"Figures ({len(figures)})", f"Activities ({len(activities)})"])
    with tabs[0]:
        _names(names)
    with tabs[1]:
        _rows(figures, known, "figures", "It tells no figure that was not told before.")
    with tabs[2]:
        _rows(activities, known, "activities", "It tells of no activity.")


def _called(document: Mapping[str, Any]) -> str:
    name, period = clean(name_of(document)), clean(period_of(document))
    return name if not period or period in name else f"{name}, {period}"


def _summary(news: Mapping[str, Any]) -> None:
    before = news["earlier"]
    told = (
        f"Compared with {count(before, 'earlier document')}."
        if before
        else "No earlier document is here, so all of it is new."
    )
    st.caption(told)
    numbers = [(g, sum(e["group"] == g for e in news["entities"])) for g in GROUPS]
    shown = [(g, n) for g, n in numbers if n]
    with st.container(horizontal=True):
        for group, number in shown:
            st.metric(f"New {group}", number, border=True, width=150)


def _names(names: Sequence[Mapping[str, Any]]) -> None:
    if not names:
        st.caption("It names nobody and nothing that was not named before.")
    for group, found in groupby(names, key=lambda e: e["group"]):
        st.subheader(f"New {group}", anchor=False)
        rows = list(found)
        at = st.pagination(-(-len(rows) // _PAGE), key=f"names-{group}") if len(rows) > _PAGE else 1
        for entity in rows[(at - 1) * _PAGE : at * _PAGE]:
            with st.container(border=True, gap="xxsmall"):
                entity_link(entity["id"], entity["name"])
                st.caption(_since(entity))
                if entity["citation"]:
                    source(entity["citation"], f"new-{group}-{entity['id']}", title=False)


def _since(entity: Mapping[str, Any]) -> str:
    """Whether it was known before in another part, and whether it is named again."""
    group = entity["group"]
    first = (
        f"named before, for the first time among the {group}"
        if entity["known"]
        else "named for the first time"
    )
    later = f"; again in {count(entity['later'], 'later document')}" if entity["later"] else ""
    return first[0].upper() + first[1:] + later


def _rows(
    rows: Sequence[Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]], key: str, none: str
) -> None:
    if not rows:
        st.caption(none)
    at = st.pagination(-(-len(rows) // _PAGE), key=key) if len(rows) > _PAGE else 1
    for row in rows[(at - 1) * _PAGE : at * _PAGE]:
        with st.container(border=True, gap="xxsmall"):
            if key == "figures":
                st.markdown(f"**{_figure(row)}**")
            else:
                st.markdown(f"**{plain(row['title'], 140)}**")
                st.caption(plain(" · ".join(p for p in (row["type"], row["status"], row["date_start"]) if p)))
            source(cite_row(row, documents), f"{key}-{row['id']}", title=False)


def _figure(figure: Mapping[str, Any]) -> str:
    """A figure in words, with its qualifier and status."""
    value = f"{figure['value']:,.10g}"
    parts = (figure["qualifier"], value, figure["unit"], figure["counted"])
    status = f" ({figure['status']})" if figure["status"] else ""
    return plain(" ".join(p for p in parts if p), 140) + plain(status)


if __name__ == "__main__":
    page()

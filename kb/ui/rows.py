"""Rows of the ledger on a page: activities and figures, each field a button that opens the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from kb.periods import long_date
from kb.ui import basket
from kb.ui.common import plain
from kb.ui.deciding import correct_activity
from kb.ui.evidence import show, source

_ICONS = {
    "donor": "payments",
    "partner": "handshake",
    "project": "folder_open",
    "organisation": "groups",
    "district": "location_on",
    "place": "location_on",
    "figure": "tag",
    "person": "person",
}
PAGE = 20
"""Rows that stand on one page of a list."""


def paged(rows: Sequence[Any], key: str) -> Sequence[Any]:
    """The rows of the page that is chosen; nothing to choose is drawn where they fit on one."""
    pages = -(-len(rows) // PAGE)
    at = st.pagination(pages, key=key) if pages > 1 else 1
    return rows[(at - 1) * PAGE : at * PAGE]


def activity(row: Mapping[str, Any], key: str) -> None:
    """An activity: what, when, its fields, and the sentence that tells it."""
    with st.container(border=True, gap="xsmall"):
        # A title made of the quote's beginning says nothing that the quote does not.
        if not row["quote"].startswith(row["what"].rstrip(" .…")):
            st.markdown(f"**{plain(row['what'], 140)}**")
        when = long_date(row["start"], row["end"]) if row["start"] else ""
        facts = [plain(f) for f in (row["status"], when) if f]
        st.markdown(" · ".join([f"**{plain(row['type'].capitalize())}**", *facts]))
        _fields(row, key)
        source(row, f"{key}-words")
        _tellings(row, key)
        with st.container(horizontal=True, gap="small"):
            basket.button(row["id"], row["quote"], key)
            if st.button("Set right", key=f"{key}-right", type="tertiary", icon=":material/edit:"):
                told = {"title": row["what"], "date_start": row["start"], "date_end": row["end"]}
                correct_activity({**row, **told})


def _tellings(row: Mapping[str, Any], key: str) -> None:
    """Where else an event is told, and what its tellings say otherwise."""
    if len(row["tellings"]) < 2:
        return
    issues = len(row["documents"])
    told = f"told in {issues} issues" if issues > 1 else f"told in {len(row['tellings'])} places of one issue"
    st.caption(f"This is {told}, and counted once.")
    for number, telling in enumerate(row["tellings"]):
        if telling["id"] != row["id"]:
            source(telling, f"{key}-telling-{number}")
    for differ in row["differ"]:
        st.caption(f":material/compare_arrows: They disagree: {plain(differ, 300)}")


def figure(row: Mapping[str, Any], key: str, *, fields: bool = True) -> None:
    """A figure: how much of what, where (`fields`), and the sentence that tells it."""
    with st.container(border=True, gap="xsmall"):
        when = long_date(row["start"], row["end"]) if row["start"] else ""
        facts = [plain(f) for f in (row["status"], when) if f]
        st.markdown(" · ".join([f"**{plain(row['what'], 140)}**", *facts]))
        if fields:
            _fields(row, key)
        source(row, f"{key}-words")
        basket.button(row["id"], row["quote"], key)


def _fields(row: Mapping[str, Any], key: str) -> None:
    if not row["fields"]:
        return
    with st.container(horizontal=True, gap="xsmall", key=f"fields-{key}"):
        for number, field in enumerate(row["fields"]):
            name = field["field"]
            if st.button(
                f":gray[{name.capitalize()}] {plain(field['name'], 120)}",
                key=f"{key}-field-{number}",
                type="tertiary",
                icon=f":material/{_ICONS.get(name, 'label')}:",
                wrap=True,
            ):
                show(words_of(row, field))


def words_of(row: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    """A field of a row as `evidence.show` takes it."""
    about = {} if field["field"] == "figure" else {"entity": {"id": field["id"], "name": field["name"]}}
    return {**row, "span": field["span"], **about}

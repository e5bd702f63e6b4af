"""Entities: who and what the documents name, by kind. The address holds kind and name."""

from __future__ import annotations

import streamlit as st

from kb.text import fold
from kb.ui.common import (
    counts,
    entities,
    entity_link,
    first_visit,
    header,
    read,
)

_KINDS = {
    "Projects": ("project", "", ""),
    "Donors": ("organisation", "donor", ""),
    "Partners": ("organisation", "partner", ""),
    "Organisations": ("organisation", "", ""),
    "Districts": ("place", "", "district"),
    "Places": ("place", "", ""),
    "People": ("person", "", ""),
}
_PAGE = 25


def page() -> None:
    if not any(d["status"] != "failed" for d in read("documents")):
        header("Entities")
        first_visit()
        return
    header("Entities", "Whom and what the documents name, over all issues.")
    kind = st.segmented_control(
        "Kind", list(_KINDS), default="Projects", required=True, key="kind", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    wanted = st.text_input(
        "Name", key="name", bind="query-params", type="search", live=True, placeholder="Name, alias or acronym",
        label_visibility="collapsed", icon=":material/search:",
    )  # fmt: skip
    of_kind, role, level = _KINDS[kind or "Projects"]
    found = [
        e
        for e in entities(of_kind, role=role, level=level)
        if fold(wanted or "") in fold(" ".join([e["name"], *e["aliases"]]))
    ]
    found.sort(key=lambda e: (-e["mentions"], e["name"].casefold()))
    if not found:
        st.info("None of that name." if wanted else "The documents name none.", icon=":material/search_off:")
        return
    st.caption(f"{len(found):,} in all, the most mentioned first" if len(found) > 1 else "1 in all")
    pages = -(-len(found) // _PAGE)
    at = st.pagination(pages, key=f"page-{kind}-{wanted}") if pages > 1 else 1
    with st.container(border=True, gap="small"):
        for entity in found[(at - 1) * _PAGE : at * _PAGE]:
            entity_link(entity["id"], entity["name"], note=counts(entity))


if __name__ == "__main__":
    page()

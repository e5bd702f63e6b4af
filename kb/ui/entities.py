"""Entities: who and what the documents name. With ?entity=ID in the address, all that they say of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

import kb
from kb.text import fold
from kb.ui.common import (
    PAGES,
    base,
    clean,
    count,
    entity_link,
    first_visit,
    header,
    name_of,
    period_of,
    plain,
    problem,
)
from kb.ui.evidence import source

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
_RELATIONS = {
    "funds": ("funds", "funded by"),
    "implements": ("implements", "implemented by"),
    "works_in": ("works in", "where works"),
    "part_of": ("part of", "includes"),
}


def page() -> None:
    knowledge = base()
    if not any(d["status"] != "failed" for d in knowledge.documents()):
        header("Entities")
        first_visit()
        return
    if id := st.query_params.get("entity"):
        _one(id)
    else:
        _all()


def _all() -> None:
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
        for e in base().entities(of_kind)
        if (not role or role in e["roles"])
        and (not level or e["level"] == level)
        and fold(wanted or "") in fold(" ".join([e["name"], *e["aliases"]]))
    ]
    found.sort(key=lambda e: (-e["mentions"], e["name"].casefold()))
    if not found:
        st.info("None of that name." if wanted else "The documents name none.", icon=":material/search_off:")
        return
    st.caption(f"{len(found):,} in all, the most mentioned first" if len(found) > 1 else "1 in all")
    pages = -(-len(found) // _PAGE)
    at = st.pagination(pages, key=f"page-{kind}-{wanted}") if pages > 1 else 1
    with st.container(border=True, gap="xxsmall"):
        for entity in found[(at - 1) * _PAGE : at * _PAGE]:
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
            ):
                entity_link(entity["id"], entity["name"])
                st.caption(_counts(entity), width="content")


def _counts(entity: Mapping[str, Any]) -> str:
    documents = entity["documents"]
    number = documents if isinstance(documents, int) else len(documents)
    return f"{count(entity['mentions'], 'mention')} in {count(number, 'document')}"


def _one(id: str) -> None:
    st.page_link(
        str(PAGES / "entities.py"), label="All entities", icon=":material/arrow_back:", query_params={}
    )
    try:
        dossier = base().entity(id)
    except kb.KBError as error:
        header("Not in the documents")
        problem(error)
        return
    entity, mentions = dossier["entity"], dossier["mentions"]
    header(plain(entity["name"]))
    _facts(entity, mentions)
    activities, relations = dossier["activities"], dossier["relations"]
    tabs = st.tabs(
        [f"Mentions ({len(mentions)})", f"Activities ({len(activities)})", f"Relations ({len(relations)})"]
    )
    with tabs[0]:
        _mentions(mentions)
    with tabs[1]:
        _activities(activities)
    with tabs[2]:
        _relations(id, relations)


def _facts(entity: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]]) -> None:
    words = [entity["level"] or entity["kind"], *entity["roles"]]
    st.markdown(" ".join(f":gray-badge[{plain(word)}]" for word in dict.fromkeys(w.replace("_", " ") for w in words)))
    if entity["description"]:
        st.text(clean(entity["description"]))
    aliases = [a for a in entity["aliases"] if a != entity["name"]]
    if aliases:
        st.caption(f"Also written {plain(', '.join(aliases), 300)}")
    dates = [d for m in mentions if (d := m.get("date"))]
    seen = f"{_counts(entity)}"
    if dates:
        seen += (
            f", from {plain(min(dates))} to {plain(max(dates))}"
            if min(dates) != max(dates)
            else f", {plain(dates[0])}"
        )
    st.caption(seen)
    if entity["parent"] and (above := base().entities(ids=[entity["parent"]])):
        entity_link(above[0]["id"], f"In {above[0]['name']}", icon=":material/subdirectory_arrow_right:")


def _mentions(mentions: Sequence[Mapping[str, Any]]) -> None:
    """All mentions, in the order of the issues, one heading an issue."""
    for (document, date), group in groupby(mentions, key=lambda m: (m["document"], m.get("date"))):
        items = list(group)
        with st.container(border=True):
            st.markdown(f"**{plain(name_of(items[0]), 100)}**")
            if date:
                st.caption(plain(period_of(items[0]) or date))
            for number, mention in enumerate(items):
                source(mention, f"mention-{document}-{date}-{number}")


def _activities(activities: Sequence[Mapping[str, Any]]) -> None:
    if not activities:
        st.caption("The documents tell of no activity with this name in it.")
    for activity in activities:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(activity['title'], 140)}**")
            span = " to ".join(dict.fromkeys(d for d in (activity["start"], activity["end"]) if d))
            st.caption(" · ".join(p for p in (plain(activity["type"].replace("_", " ")), plain(span)) if p))
            source(activity, f"activity-{activity['id']}")


def _relations(id: str, relations: Sequence[Mapping[str, Any]]) -> None:
    if not relations:
        st.caption("The documents tell of no relation.")
    for number, relation in enumerate(relations):
        out = relation["source"] == id
        other = relation["target"] if out else relation["source"]
        with st.container(border=True, gap="xsmall"):
            st.caption(_RELATIONS[relation["kind"]][0 if out else 1])
            entity_link(other, relation["target_name"] if out else relation["source_name"])
            source(relation, f"relation-{number}")


if __name__ == "__main__":
    page()

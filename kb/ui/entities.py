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
    plain,
    problem,
)
from kb.ui.evidence import source, sources

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
_ROLES = {"un_agency": "UN agency", "ngo": "NGO", "igo": "intergovernmental organisation"}
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
    documents = {d["id"]: d for d in base().documents()}
    activities, relations = dossier["activities"], dossier["relations"]
    tabs = st.tabs(
        [f"Mentions ({len(mentions)})", f"Activities ({len(activities)})", f"Relations ({len(relations)})"]
    )
    with tabs[0]:
        _mentions(mentions)
    with tabs[1]:
        _activities(activities, documents)
    with tabs[2]:
        _relations(id, relations, documents)


def _facts(entity: Mapping[str, Any], mentions: Sequence[Mapping[str, Any]]) -> None:
    words = [
        _ROLES.get(w, w.replace("_", " ")) for w in (entity["level"] or entity["kind"], *entity["roles"])
    ]
    st.markdown(" ".join(f":gray-badge[{plain(word)}]" for word in dict.fromkeys(words)))
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
    """All mentions, issue after issue; an issue's sentences are drawn when it is opened."""
    issues = [(document, list(group)) for document, group in groupby(mentions, key=lambda m: m["document"])]
    at = st.pagination(-(-len(issues) // _PAGE), key="issues") if len(issues) > _PAGE else 1
    for document, group in issues[(at - 1) * _PAGE : at * _PAGE]:
        # One sentence may name a thing twice.
        items = list({(m["section_id"], m["quote"]): m for m in group}.values())
        label = f"{plain(name_of(items[0]), 100)} ({count(len(items), 'passage')})"
        issue = st.expander(label, expanded=len(issues) == 1, key=f"issue-{document}", on_change="rerun")
        if issue.open:
            with issue:
                for number, mention in enumerate(items):
                    source(mention, f"mention-{document}-{number}")


def _activities(activities: Sequence[Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]]) -> None:
    if not activities:
        st.caption("The documents tell of no activity with this name in it.")
    at = st.pagination(-(-len(activities) // _PAGE), key="rows") if len(activities) > _PAGE else 1
    for activity in activities[(at - 1) * _PAGE : at * _PAGE]:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(activity['title'], 140)}**")
            span = " to ".join(dict.fromkeys(d for d in (activity["date_start"], activity["date_end"]) if d))
            facts = (activity["type"].replace("_", " "), activity["status"], span)
            st.caption(" · ".join(plain(fact) for fact in facts if fact))
            source(_cite(activity, documents), f"activity-{activity['id']}")


def _relations(
    id: str, relations: Sequence[Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]]
) -> None:
    if not relations:
        st.caption("The documents tell of no relation.")

    def side(relation: Mapping[str, Any]) -> tuple[str, bool, str]:
        out = relation["source"] == id
        return relation["kind"], out, relation["target"] if out else relation["source"]

    names = {e["id"]: e["name"] for e in base().entities(ids=list({side(r)[2] for r in relations}))}
    for (kind, out, other), group in groupby(sorted(relations, key=side), key=side):
        items = list(group)
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.caption(_RELATIONS[kind][0 if out else 1], width="content")
                entity_link(other, names.get(other, other))
            sources([_cite(r, documents) for r in items], f"relation-{kind}-{out}-{other}", shown=1)


def _cite(row: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A ledger row as `evidence.source` takes it."""
    title = name_of(documents.get(row["document"], {}))
    span = (row["section"], row["start"], row["end"])
    return {
        "document": row["document"],
        "title": title,
        "page": row["page"],
        "quote": row["quote"],
        "span": span,
    }


if __name__ == "__main__":
    page()

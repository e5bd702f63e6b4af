"""Entity: all that the documents say of one, over all issues. The address holds its id: ?entity=ID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

import kb
from kb.ui.common import (
    PAGES,
    base,
    clean,
    count,
    counts,
    entity_link,
    header,
    name_of,
    period_of,
    plain,
    problem,
    read,
)
from kb.ui.deciding import correct_activity, correct_entity, said
from kb.ui.evidence import cite_row, source, sources

_PAGE = 25
_OPEN = 30
"""Up to so many mentions all issues are open from the start."""
_ROLES = {"un_agency": "UN agency", "ngo": "NGO", "igo": "intergovernmental organisation"}
_RELATIONS = {
    "funds": ("funds", "funded by"),
    "implements": ("implements", "implemented by"),
    "works_in": ("works in", "place of work of"),
    "part_of": ("part of", "includes"),
}


def page() -> None:
    id = st.query_params.get("entity", "")
    st.page_link(
        str(PAGES / "entities.py"), label="All entities", icon=":material/arrow_back:", query_params={}
    )
    try:
        dossier = read("entity", id)
    except kb.KBError as error:
        header("Not in the documents")
        problem(error)
        return
    entity, mentions = dossier["entity"], dossier["mentions"]
    header(plain(entity["name"]))
    said()
    _facts(entity, mentions)
    if st.button("Something is wrong here", type="tertiary", icon=":material/edit:"):
        correct_entity(entity)
    documents = {d["id"]: d for d in read("documents")}
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
    st.caption(f"{counts(entity)}{_issues(mentions)}")
    if entity["parent"] and (above := base().entities(ids=[entity["parent"]])):
        entity_link(above[0]["id"], f"In {above[0]['name']}", icon=":material/subdirectory_arrow_right:")


def _issues(mentions: Sequence[Mapping[str, Any]]) -> str:
    """The first and the last issue that speak of it."""
    documents = {d["id"]: d for d in read("documents")}
    periods = [p for m in mentions if (p := period_of(documents[m["document"]]))]
    if not periods:
        return ""
    first, last = plain(periods[0]), plain(periods[-1])
    return f", {first}" if first == last else f", first {first}, last {last}"


def _mentions(mentions: Sequence[Mapping[str, Any]]) -> None:
    """All mentions, issue after issue; an issue's sentences are drawn when it is opened."""
    issues = [(document, list(group)) for document, group in groupby(mentions, key=lambda m: m["document"])]
    at = st.pagination(-(-len(issues) // _PAGE), key="issues") if len(issues) > _PAGE else 1
    for document, group in issues[(at - 1) * _PAGE : at * _PAGE]:
        # One sentence may name a thing twice.
        items = list({(m["section_id"], m["quote"]): m for m in group}.values())
        label = f"{plain(name_of(items[0]), 100)} ({count(len(items), 'passage')})"
        issue = st.expander(
            label, expanded=len(mentions) <= _OPEN, key=f"issue-{document}", on_change="rerun"
        )
        if issue.open:
            with issue:
                for number, mention in enumerate(items):
                    source(mention, f"mention-{document}-{number}", title=False)


def _activities(activities: Sequence[Mapping[str, Any]], documents: Mapping[str, Mapping[str, Any]]) -> None:
    if not activities:
        st.caption("The documents tell of no activity with this name in it.")
    at = st.pagination(-(-len(activities) // _PAGE), key="rows") if len(activities) > _PAGE else 1
    for activity in activities[(at - 1) * _PAGE : at * _PAGE]:
        with st.container(border=True, gap="xsmall"):
            # A title made of the quote's beginning says nothing that the quote does not.
            if not activity["quote"].startswith(activity["title"].rstrip(" .…")):
                st.markdown(f"**{plain(activity['title'], 140)}**")
            span = " to ".join(dict.fromkeys(d for d in (activity["date_start"], activity["date_end"]) if d))
            facts = (activity["type"].replace("_", " "), activity["status"], span)
            st.caption(" · ".join(plain(fact) for fact in facts if fact))
            source(cite_row(activity, documents), f"activity-{activity['id']}")
            if st.button("Set right", key=f"right-{activity['id']}", type="tertiary", icon=":material/edit:"):
                correct_activity(dict(activity))


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
            sources([cite_row(r, documents) for r in items], f"relation-{kind}-{out}-{other}", shown=1)


if __name__ == "__main__":
    page()

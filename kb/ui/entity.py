"""Entity: the dossier of one donor, partner, project, place or person, over all issues. The address holds its id and the view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

import kb
from kb.ui import charts, rows
from kb.ui.common import (
    PAGES,
    clean,
    count,
    counts,
    entity_link,
    header,
    name_of,
    plain,
    problem,
    read,
)
from kb.ui.deciding import correct_entity, said
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
_WITH = {
    "donor": "Donors",
    "partner": "Partners",
    "project": "Projects",
    "district": "Districts",
    "organisation": "Other organisations",
}
_NEW = 5
"""Activities of the latest issue, and names that went quiet, before the rest is folded away."""


def page() -> None:
    id = st.query_params.get("entity", "")
    st.page_link(
        str(PAGES / "entities.py"), label="All entities", icon=":material/arrow_back:", query_params={}
    )
    try:
        dossier = read("dossier", id)
    except kb.KBError as error:
        header("Not in the documents")
        problem(error)
        return
    entity, mentions, activities = dossier["entity"], dossier["mentions"], dossier["activities"]
    header(plain(entity["name"]))
    said()
    _facts(entity, dossier["issues"])
    if st.button("Something is wrong here", type="tertiary", icon=":material/edit:"):
        correct_entity(entity)
    view = st.segmented_control(
        "View", ["Overview", "Activities", "Works with", "Mentions"], default="Overview", required=True, key="view",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if view == "Activities":
        _activities(activities)
    elif view == "Works with":
        _together(dossier["together"])
        _relations(id, dossier["relations"])
    elif view == "Mentions":
        _mentions(mentions)
    else:
        _overview(dossier)


def _facts(entity: Mapping[str, Any], issues: Sequence[Mapping[str, Any]]) -> None:
    words = [
        _ROLES.get(w, w.replace("_", " ")) for w in (entity["level"] or entity["kind"], *entity["roles"])
    ]
    st.markdown(" ".join(f":gray-badge[{plain(word)}]" for word in dict.fromkeys(words)))
    if entity["description"]:
        st.text(clean(entity["description"]))
    aliases = [a for a in entity["aliases"] if a != entity["name"]]
    if aliases:
        st.caption(f"Also written {plain(', '.join(aliases), 300)}")
    st.caption(f"{counts(entity)}{_span(issues)}")
    if entity["parent"] and (above := read("entities", ids=(entity["parent"],))):
        entity_link(above[0]["id"], f"In {above[0]['name']}", icon=":material/subdirectory_arrow_right:")


def _span(issues: Sequence[Mapping[str, Any]]) -> str:
    """The first and the last issue that speak of it."""
    labels = [i["label"] for i in issues if i["mentions"] and i["label"]]
    if not labels:
        return ""
    first, last = plain(labels[0]), plain(labels[-1])
    return f", {first}" if first == last else f", first {first}, last {last}"


# Overview


def _overview(dossier: Mapping[str, Any]) -> None:
    _numbers(dossier)
    _news(dossier)
    if dossier["figures"]:
        st.subheader("Key figures", anchor=False)
        for number, figure in enumerate(dossier["figures"]):
            rows.figure(figure, f"key-{number}-{figure['id']}", fields=False)
    if any(issue["mentions"] for issue in dossier["issues"]):
        st.subheader("Issue by issue", anchor=False)
        charts.timeline(dossier["issues"], "timeline")
    _map(dossier)


def _numbers(dossier: Mapping[str, Any]) -> None:
    """How much there is, as numbers side by side."""
    kinds = [t["field"] for t in dossier["together"]]
    numbers = {
        "Activities": len(dossier["activities"]),
        "Issues": sum(bool(i["mentions"]) for i in dossier["issues"]),
        **{_WITH[field]: kinds.count(field) for field in ("donor", "partner", "project", "district")},
    }
    with st.container(horizontal=True, gap="medium"):
        for label, number in numbers.items():
            if number:
                st.metric(label, f"{number:,}", width="content")


def _news(dossier: Mapping[str, Any]) -> None:
    """What the latest issue adds, and what has gone quiet."""
    news = dossier["news"]
    latest, last = news["latest"], news["last"]
    if latest is None or last is None:
        return
    st.subheader("New in the latest issue", anchor=False)
    name = plain(latest["title"] or latest["label"], 100)
    if news["silent"]:
        ago = count(news["silent"], "issue")
        told = plain(last["title"] or last["label"], 100)
        st.markdown(f"The latest issue does not name it. The last that does is {ago} older: {told}.")
        return
    activities = count(len(news["activities"]), "activity", "activities")
    st.markdown(f"{name} tells of {activities if news['activities'] else 'no activity'}, and names it {count(latest['mentions'], 'time')}.")  # fmt: skip
    for number, row in enumerate(news["activities"][:_NEW]):
        rows.activity(row, f"new-{number}-{row['id']}")
    if news["met"]:
        st.markdown("For the first time together with")
        _names(news["met"], "label")
    if news["quiet"]:
        st.subheader("Gone quiet", anchor=False)
        st.markdown("Shared activities with it before; the latest two issues do not name them")
        _names(news["quiet"], "last")


def _names(found: Sequence[Mapping[str, Any]], note: str) -> None:
    with st.container(gap="small"):
        for row in found[:_NEW]:
            _name(row, note)
    if rest := found[_NEW:]:
        with st.expander(f"{len(rest)} more"), st.container(gap="small"):
            for row in rest:
                _name(row, note)


def _name(row: Mapping[str, Any], note: str) -> None:
    kind = row["field"] if note == "label" else f"{row['field']}, last named in {row['named']}"
    entity_link(row["id"], row["name"], note=kind)


def _map(dossier: Mapping[str, Any]) -> None:
    entity, points = dossier["entity"], dossier["points"]
    if not points:
        return
    st.subheader("Where", anchor=False)
    if len(points) == 1:  # one circle in an empty field tells less than its name
        st.markdown(f"All in {plain(points[0]['name'])}.")
        return
    charts.places(points, read("around", _frozen(points)), "map", chosen=entity["id"], height=340)
    if dossier["elsewhere"]:
        names = ", ".join(p["name"] for p in dossier["elsewhere"])
        st.caption(f"Too far off to be drawn: {plain(names, 300)}.")


def _frozen(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{k: p[k] for k in ("id", "lat", "lon")} for p in points]


# The other views


def _activities(activities: Sequence[Mapping[str, Any]]) -> None:
    if not activities:
        st.caption(
            "The documents tell of no activity with this name in it. See what they say under Mentions."
        )
    for number, row in enumerate(rows.paged(activities, "rows")):
        rows.activity(row, f"activity-{number}-{row['id']}")


def _together(together: Sequence[Mapping[str, Any]]) -> None:
    """With whom, on what and where it stands in the same activities."""
    if not together:
        st.caption("The documents tell of no activity that it shares with anyone.")
    for field, heading in _WITH.items():
        if not (here := [t for t in together if t["field"] == field]):
            continue
        st.subheader(heading, anchor=False)
        with st.container(border=True, gap="small"):
            for row in here:
                times = row["first"] if row["first"] == row["last"] else f"{row['first']} to {row['last']}"
                shared = count(len(row["activities"]), "activity", "activities")
                entity_link(row["id"], row["name"], note=f"{shared}, {times}")


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


def _relations(id: str, relations: Sequence[Mapping[str, Any]]) -> None:
    """What the documents say outright: who funds, implements, works where."""
    if not relations:
        return
    st.subheader("As the documents say it", anchor=False)
    documents = {d["id"]: d for d in read("documents")}

    def side(relation: Mapping[str, Any]) -> tuple[str, bool, str]:
        out = relation["source"] == id
        return relation["kind"], out, relation["target"] if out else relation["source"]

    names = {e["id"]: e["name"] for e in read("entities", ids=tuple(sorted({side(r)[2] for r in relations})))}
    for (kind, out, other), group in groupby(sorted(relations, key=side), key=side):
        items = list(group)
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.caption(_RELATIONS[kind][0 if out else 1], width="content")
                entity_link(other, names.get(other, other))
            sources([cite_row(r, documents) for r in items], f"relation-{kind}-{out}-{other}", shown=1)


if __name__ == "__main__":
    page()

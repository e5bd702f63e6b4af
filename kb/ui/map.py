"""Map: districts with activities, by year and donor, drawn without a map service. The address holds the filters and the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

import kb
from kb.ui import charts, rows
from kb.ui.common import choices, count, entity_link, first_visit, header, plain, problem, read

_SHOWN = 24
"""Places beside the map that are named."""


def page() -> None:
    header("Map", "Where the documents tell of activities: the larger the circle, the more there are.")
    if not any(d["status"] != "failed" for d in read("documents")):
        first_visit()
        return
    every = read("atlas")
    years = sorted({r["when"][0][:4] for r in every["activities"] if r["when"][0]}, reverse=True)
    with st.container(horizontal=True):
        year = st.selectbox(
            "Year", years, index=None, key="year", bind="query-params", placeholder="All years"
        )
        donor = st.selectbox(
            "Donor", choices()["donor"], index=None, key="donor", bind="query-params", placeholder="All donors"
        )  # fmt: skip
    filters = {**({"since": year, "until": year} if year else {}), **({"donor": donor} if donor else {})}
    try:
        atlas = read("atlas", **filters)
    except kb.KBError as error:
        problem(error)
        return
    if not atlas["points"]:
        st.info(
            "No activity of these years and donors names a place with known coordinates. Choose another year or donor.",
            icon=":material/location_off:",
        )
        return
    _drawn(atlas)


def _drawn(atlas: Mapping[str, Any]) -> None:
    points = [*atlas["points"], *atlas["elsewhere"]]
    ids = {p["name"]: p["id"] for p in points}
    # A place that another year or donor has not: none is chosen.
    if "place" in st.session_state and st.session_state["place"] not in ids:
        st.session_state["place"] = None

    def clicked() -> None:
        picked = st.session_state["map"].selection.get("point") or []
        st.session_state["place"] = next(
            (p["name"] for p in points if picked and p["id"] == picked[0]["id"]), None
        )

    place = st.session_state.get("place") or st.query_params.get("place", "")
    charts.places(
        atlas["points"], atlas["around"], "map", chosen=ids.get(place, ""), on_click=clicked, height=460
    )
    st.caption(_said(atlas))
    chosen = st.selectbox(
        "Place", list(ids), index=None, key="place", bind="query-params",
        placeholder="Choose a place, or click it on the map",
    )  # fmt: skip
    if chosen:
        _of_place(next(p for p in points if p["name"] == chosen), atlas["activities"])


def _said(atlas: Mapping[str, Any]) -> str:
    """What is on the map, and what is not."""
    total, hidden = len(atlas["activities"]), len(atlas["nowhere"])
    words = f"{count(total - hidden, 'activity', 'activities')} in {count(len(atlas['points']) + len(atlas['elsewhere']), 'place')}."
    if atlas["elsewhere"]:
        names = ", ".join(f"{p['name']} ({len(p['activities'])})" for p in atlas["elsewhere"][:_SHOWN])
        words += f" Too far off to be drawn: {plain(names)}."
    if hidden:
        words += f" {count(hidden, 'more activity', 'more activities')} {'names' if hidden == 1 else 'name'} no district or town."
    return words


def _of_place(point: Mapping[str, Any], activities: Sequence[Mapping[str, Any]]) -> None:
    here = [a for a in activities if a["id"] in set(point["activities"])]
    st.subheader(f"{plain(point['name'])}: {count(len(here), 'activity', 'activities')}", anchor=False)
    entity_link(point["id"], "Its dossier", icon=":material/hub:")
    for number, row in enumerate(rows.paged(here, f"page-{point['id']}-{len(here)}")):
        rows.activity(row, f"{point['id']}-{number}-{row['id']}")


if __name__ == "__main__":
    page()

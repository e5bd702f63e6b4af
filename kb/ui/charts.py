"""Charts that are drawn on the page itself: a timeline of issues, a map without tiles. Nothing is fetched for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from kb.ui.common import clean, count

_QUIET = "#8a96a3"
"""A grey that is seen on light and dark ground."""
_LOUD = "#2f82c0"
_CHOSEN = "#d97706"
_LABELS = 20
"""Issues that are all named below a timeline; of more, as many as there is room for."""
_LARGEST = 20
"""Pixels of the radius of the largest circle."""


def timeline(issues: Sequence[Mapping[str, Any]], key: str) -> None:
    """How often each issue names a thing; issues that are silent stand there as well."""
    import altair as alt

    names: list[str] = []
    for issue in issues:
        name = clean(issue["short"] or issue["label"] or issue["title"])
        # Two issues of one period are two bars: thin spaces tell them apart.
        names.append(name + "\u2009" * sum(n.rstrip("\u2009") == name for n in names))
    data = [
        {"issue": name, "mentions": i["mentions"], "activities": i["activities"]}
        for name, i in zip(names, issues, strict=True)
    ]
    bars = (
        alt.Chart(alt.Data(values=data))
        .mark_bar(color=_LOUD, cornerRadiusEnd=2)
        .encode(
            x=alt.X(
                "issue:N",
                sort=None,
                axis=alt.Axis(title=None, labelAngle=-40, labelLimit=110, labelOverlap=len(data) > _LABELS),
            ),
            y=alt.Y("mentions:Q", title="Mentions", axis=alt.Axis(tickMinStep=1)),
            tooltip=[
                alt.Tooltip("issue:N", title="Issue"),
                alt.Tooltip("mentions:Q", title="Mentions"),
                alt.Tooltip("activities:Q", title="Activities"),
            ],
        )
        .properties(height=230)
    )
    told = ", ".join(f"{row['issue']}: {row['mentions']}" for row in data)
    st.altair_chart(bars, key=key, width="stretch", alt=f"Mentions by issue. {told}")


def places(
    points: Sequence[Mapping[str, Any]],
    around: Sequence[Mapping[str, Any]],
    key: str,
    *,
    chosen: str = "",
    on_click: Callable[[], None] | None = None,
    height: int = 420,
) -> None:
    """Circles as large as there are activities, over grey dots of the places around. `chosen`: id of the one that stands out.

    A click stores the point's `id` in the chart's state, selection `point`, and calls `on_click`.
    """
    import altair as alt

    dots = [{**_flat(p), "kind": p["level"]} for p in around]
    most = max((len(p["activities"]) for p in points), default=1)
    circles = [
        {
            **_flat(p),
            "id": p["id"],
            "count": len(p["activities"]),
            "told": count(len(p["activities"]), "activity", "activities"),
            "chosen": p["id"] == chosen,
            "radius": (radius := round(_LARGEST * math.sqrt(max(len(p["activities"]) / most, 0.04)))),
            "area": math.pi * radius**2,
        }
        for p in points
    ]
    where = {"longitude": "lon:Q", "latitude": "lat:Q"}
    ground = (
        alt.Chart(alt.Data(values=[d for d in dots if d["kind"] != "region"]))
        .mark_circle(color=_QUIET, size=14, opacity=0.55)
        .encode(**where, tooltip=[alt.Tooltip("name:N", title="Place")])
    )
    named = _apart(circles)
    regions = [d for d in dots if d["kind"] == "region" and _is_free(d, named, 2 * _room(circles))]
    landmarks = (
        alt.Chart(alt.Data(values=regions))
        .mark_text(color=_QUIET, fontSize=11, fontStyle="italic")
        .encode(**where, text="name:N")
    )
    pick = alt.selection_point(name="point", fields=["id"], empty=False)
    spots = (
        alt.Chart(alt.Data(values=circles))
        .mark_circle(opacity=0.75, stroke="white", strokeWidth=1, cursor="pointer")
        .encode(
            **where,
            size=alt.Size(
                "count:Q", legend=None, scale=alt.Scale(type="sqrt", range=[60, 1400], domainMin=0)
            ),
            color=alt.condition("datum.chosen", alt.value(_CHOSEN), alt.value(_LOUD)),
            tooltip=[
                alt.Tooltip("name:N", title="Place"),
                alt.Tooltip("told:N", title="Told of"),
            ],
        )
        .add_params(pick)
    )
    # A name stands above its circle, so circles of about one size share a layer of names.
    ink = "#e6edf3" if st.context.theme.type == "dark" else "#0b1520"
    layers = [
        alt.Chart(alt.Data(values=[c for c in named if c["radius"] == radius]))
        .mark_text(dy=-radius - 8, fontSize=12, fontWeight=600, color=ink)
        .encode(**where, text="name:N")
        for radius in sorted({c["radius"] for c in named})
    ]
    chart = (
        alt.layer(ground, landmarks, spots, *layers)
        .project("mercator")
        .properties(height=height)
        .configure_view(stroke=None)
    )
    told = ", ".join(f"{c['name']}: {c['told']}" for c in circles[:30])
    st.altair_chart(
        chart, key=key, width="stretch", on_select=on_click or "ignore", alt=f"Map of activities. {told}"
    )


def _apart(circles: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of circles that stand close together the largest, and the chosen one: these bear their names."""
    room = _room(circles)
    named: list[Mapping[str, Any]] = []
    for circle in sorted(circles, key=lambda c: (not c["chosen"], -c["count"])):
        if _is_free(circle, named, room):
            named.append(circle)
    return named


def _room(circles: Sequence[Mapping[str, Any]]) -> float:
    """Degrees of latitude that a name needs."""
    lats = [c["lat"] for c in circles]
    return max((max(lats, default=0) - min(lats, default=0)) / 10, 0.05)


def _is_free(point: Mapping[str, Any], named: Sequence[Mapping[str, Any]], room: float) -> bool:
    """Has the name of a point its place beside those that are named?"""
    return all(
        abs(point["lat"] - n["lat"]) > room
        or abs(point["lon"] - n["lon"]) > room * max(2, 0.15 * len(point["name"] + n["name"]))
        for n in named
    )


def _flat(point: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": clean(point["name"]), "lat": point["lat"], "lon": point["lon"]}

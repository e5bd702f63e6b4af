"""Where activities were: points with coordinates, what lies near them, and what the map cannot show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

Row = dict[str, Any]

REACH = 3.0
"""A place so many times as far from the middle as half of them are is told beside the map, not on it."""
_LEAST = 250.0
"""Kilometres from the middle that are on the map in any case."""
_ROUND = 400
"""Places that are drawn for orientation, at most."""


def points(store: Any, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Places of activities (rows of `kb.lookup.told`), those with most first, and the rows that have no place with coordinates.

    Dicts of id, name, level, lat, lon, activities (ids). A settlement stands at its district, where that is known.
    """
    told = {f["id"] for row in rows for f in row["fields"] if f["field"] in ("district", "place")}
    places = store.names(told)
    places |= store.names(p["parent"] for p in places.values() if p["parent"])
    found: dict[str, Row] = {}
    nowhere = []
    for row in rows:
        ids = {f["id"] for f in row["fields"] if f["field"] in ("district", "place")}
        spots = {spot["id"]: spot for id in sorted(ids) if (spot := _spot(places, id))}
        for id, spot in spots.items():
            keys = ("id", "name", "level", "lat", "lon")
            found.setdefault(id, {**{k: spot[k] for k in keys}, "activities": []})["activities"].append(
                row["id"]
            )
        if not spots:
            nowhere.append(row)
    return sorted(found.values(), key=lambda p: (-len(p["activities"]), p["name"])), nowhere


def _spot(places: Mapping[str, Row], id: str) -> Row | None:
    """The place that stands on the map for one: of a settlement its district; none for a region or a country."""
    place = places.get(id)
    if place is None or place["level"] not in ("district", "settlement"):
        return None
    above = places.get(place["parent"])
    if place["level"] == "settlement" and above and above["level"] == "district" and above["lat"] is not None:
        return above
    return place if place["lat"] is not None else None


def near(found: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The points that lie together, and those too far from the rest for one map."""
    if not found:
        return [], []
    middle = (median(p["lat"] for p in found), median(p["lon"] for p in found))
    far = {p["id"]: kilometres(middle, (p["lat"], p["lon"])) for p in found}
    reach = max(_LEAST, REACH * median(far.values()))
    return [p for p in found if far[p["id"]] <= reach], [p for p in found if far[p["id"]] > reach]


def around(found: Sequence[Row], known: Iterable[Any]) -> list[Row]:
    """Places that are known (authority entries) between and beside the points: dicts of name, level, lat, lon.

    Districts, which tell the shape of a country best, and regions; towns where no list of the country's districts is known.
    """
    if not found:
        return []
    lats, lons = [p["lat"] for p in found], [p["lon"] for p in found]
    edge = max(0.5, 0.15 * max(max(lats) - min(lats), max(lons) - min(lons)))
    here = {p["id"] for p in found}
    inside = [
        e
        for e in known
        if e.kind == "place"
        and e.lat is not None
        and e.level in ("region", "district", "settlement")
        and e.id not in here
        and min(lats) - edge <= e.lat <= max(lats) + edge
        and min(lons) - edge <= e.lon <= max(lons) + edge
    ]
    listed = {e.country for e in inside if e.level == "district"}
    inside = [e for e in inside if e.level != "settlement" or e.country not in listed]
    order = {"region": 0, "district": 1, "settlement": 2}
    inside.sort(key=lambda e: (order[e.level], e.name))
    return [{"name": e.name, "level": e.level, "lat": e.lat, "lon": e.lon} for e in inside[:_ROUND]]


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The way between two points (latitude, longitude) over a sphere, by the haversine formula."""
    lat, other, turn = math.radians(a[0]), math.radians(b[0]), math.radians(b[1] - a[1])
    h = math.sin((other - lat) / 2) ** 2 + math.cos(lat) * math.cos(other) * math.sin(turn / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(h))

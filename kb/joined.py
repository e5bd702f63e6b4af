"""Activities as events: what several sections or issues tell of one event is one row, with all its tellings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]


def whole(store: Any, rows: Iterable[Row]) -> list[Row]:
    """The activities (rows of the store), each event once and whole, also where only one of its tellings is among the rows.

    Further keys: `tellings` (the rows that tell it, in the order of the issues) and `documents` (their ids, each once). The id,
    title and quote are those of the fullest telling, the date is the most exact, the status the latest; links are those of all.
    """
    event = store.tellings()
    rows = list(rows)
    asked = {event[r["id"]] for r in rows if r["id"] in event}
    have = {r["id"]: r for r in rows}
    missing = [id for id, of in event.items() if of in asked and id not in have] if asked else []
    told: dict[str, list[Row]] = {}
    for row in (*rows, *(store.activities(ids=missing) if missing else ())):
        told.setdefault(event.get(row["id"], row["id"]), []).append(row)
    order = {d["id"]: n for n, d in enumerate(store.documents())} if asked else {}
    return [_event(id, same, order) for id, same in told.items()]


def _event(id: str, rows: Sequence[Row], order: Mapping[str, int]) -> Row:
    if len(rows) == 1:
        return {**rows[0], "tellings": [rows[0]], "documents": [rows[0]["document"]]}
    told = sorted(rows, key=lambda r: (order[r["document"]], r["page"], r["start"]))
    # A person may have taken the fullest telling out.
    lead = next((r for r in told if r["id"] == id), told[0])
    dated = max((lead, *told), key=lambda r: len(r["date_start"]))
    links: dict[tuple[str, str], Row] = {}
    for link in (k for r in (lead, *told) for k in r["links"]):
        links.setdefault((link["field"], link["target"]), link)
    return {
        **lead,
        **{k: dated[k] for k in ("date_start", "date_end")},
        "status": told[-1]["status"],
        "links": list(links.values()),
        "tellings": told,
        "documents": list(dict.fromkeys(r["document"] for r in told)),
    }

"""Commands that show what is made of the whole ledger: threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from kb.command import Json, Root, opened, tell
from kb.errors import InputError

Row = Mapping[str, Any]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(threads)


def threads(
    id: Annotated[str | None, typer.Argument(help="Id of a thread: shows it with all its occasions.")] = None,
    donor: Annotated[
        str | None, typer.Option(help="Only threads told in connection with this donor.")
    ] = None,
    project: Annotated[str | None, typer.Option(help="Only those of this project.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only those with this partner.")] = None,
    district: Annotated[
        str | None, typer.Option(help="Only those in this district or a place in it.")
    ] = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """List activities that recur over documents: since when, how often, what stayed and what changed."""
    from kb.terminal import show_json, show_table

    filters = {"donor": donor, "project": project, "partner": partner, "district": district}
    with opened(root) as base:
        found = base.threads(**{k: v for k, v in filters.items() if v is not None})
    if id is not None:
        one = next((t for t in found if t["id"] == id), None)
        if one is None:
            raise InputError(f"there is no thread {id!r}. See `kb threads`.")
        show_json(one) if json else _show(one)
        return
    if json:
        show_json(found)
        return
    show_table(
        ("what", "times", "first", "last", "interval", "status", "id"),
        [
            (t["name"], t["occasions"], t["first"], t["last"], t["interval"], _status(t), t["id"])
            for t in found
        ],
    )
    if not found:
        tell("nothing recurs: no activity is told of in two documents and at two times.")


def _status(thread: Row) -> str:
    return f"quiet since {thread['quiet_since']}" if thread["quiet_since"] else str(thread["status"])


def _show(thread: Row) -> None:
    """A thread's facts, what stayed and changed, and its members in time order with their sources."""
    from kb.terminal import line, say, show_citations
    from kb.wording import figure

    say(line(thread["name"]), "bold")
    facts = (
        f"{thread['first']} – {thread['last']}",
        f"{thread['occasions']} times",
        thread["interval"],
        _status(thread),
    )
    say(" · ".join(line(f) for f in facts if f))
    for field, names in thread["stayed"].items():
        if names:
            say(line(f"Same {field}: {'; '.join(names)}"))
    for field, rows in thread["changed"].items():
        if rows:
            spans = (
                f"{r['name']} ({r['first']}{'' if r['first'] == r['last'] else ' – ' + r['last']})"
                for r in rows
            )
            say(line(f"Other {field}: {'; '.join(spans)}"))
    for row in thread["figures"]:
        told = ", ".join(f"{figure({**row, **f})} ({f['occasion']})" for f in row["told"])
        say(line(f"{row['counted'] or 'Figures'}: {told}"))
    for member in thread["members"]:
        say()
        say(line(f"{member['when'] or 'undated'}  {member['type']}: {member['title']}"))
        show_citations([member["evidence"]], numbered=False)

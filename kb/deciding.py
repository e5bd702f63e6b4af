"""Commands by which people decide: review, merge, rename, correct, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from kb.command import Json, Root, opened, tell

Who = Annotated[str, typer.Option(help="Who decides. Default: the login name.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why; kept with the rule.")]
Proposal = Annotated[str, typer.Argument(help="Id of a proposal, from `kb review`.")]

review_app = typer.Typer(
    invoke_without_command=True,
    help="List entities, and activities, that may be one; decide whether they are.",
)
rules_app = typer.Typer(invoke_without_command=True, help="List what people decided; undo it.")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(review_app, name="review")
    app.add_typer(rules_app, name="rules")
    for command in (merge, rename, correct):
        app.command()(command)


@review_app.callback()
def review(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Also what is decided, and what was merged without asking.")] = False,
    root: Root = None,
    json: Json = False,
) -> None:  # fmt: skip
    """List pairs of entities, or of activities, that may be one. `kb review accept ID` makes them one, `reject ID` keeps them apart."""
    if ctx.invoked_subcommand is not None:
        return
    from kb.terminal import say, show_json, show_table

    with opened(root) as base:
        found = base.proposals(None if all_ else "open")
    if json:
        show_json(found)
        return
    show_table(
        ("id", "state", "kind", "this", "may be the same as", "because"),
        [(p["id"], p["state"], p["kind"], p["source_name"], p["target_name"], "; ".join(p["reasons"])) for p in found],
    )  # fmt: skip
    say("Decide: kb review accept ID, kb review reject ID", "dim", error=True)


@review_app.command()
def accept(id: Proposal, who: Who = "", why: Why = "", root: Root = None, json: Json = False) -> None:
    """Say that the two entities, or the two activities, of a proposal are one."""
    with opened(root) as base:
        show_rule(base.decide(id, accept=True, who=who, why=why), json)


@review_app.command()
def reject(id: Proposal, who: Who = "", why: Why = "", root: Root = None, json: Json = False) -> None:
    """Say that the two of a proposal are two, also where they were merged without asking."""
    with opened(root) as base:
        show_rule(base.decide(id, accept=False, who=who, why=why), json)


def merge(
    name: Annotated[
        str,
        typer.Argument(
            help="Name or id of the entity that is told under another name; or id of an activity."
        ),
    ],
    into: Annotated[str, typer.Argument(help="Name or id of the entity, or id of the activity, that it is.")],
    who: Who = "",
    why: Why = "",
    root: Root = None,
    json: Json = False,
) -> None:
    """Say that one entity is the same as another one, whose name it takes; or that two activities (ids) are one event."""
    with opened(root) as base:
        show_rule(base.merge(name, into, who=who, why=why), json)


def rename(
    name: Annotated[str, typer.Argument(help="Name or id of an entity.")],
    to: Annotated[str, typer.Argument(help="How it is called.")],
    who: Who = "",
    why: Why = "",
    root: Root = None,
    json: Json = False,
) -> None:
    """Say how an entity is called; it is still found under its other names."""
    with opened(root) as base:
        show_rule(base.rename(name, to, who=who, why=why), json)


def correct(
    name: Annotated[str, typer.Argument(help="Name or id of an entity, or id of an activity.")],
    field: Annotated[str, typer.Argument(help="Of an entity: kind, role, level. Of an activity: type, title, start, end, status, removed.")],
    value: Annotated[str, typer.Argument(help="What is right; '' for unknown. Of removed: yes (this is no activity).")],
    who: Who = "",
    why: Why = "",
    root: Root = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Correct a field of an entity or of an activity."""
    with opened(root) as base:
        show_rule(base.correct(name, field, value, who=who, why=why), json)


@rules_app.callback()
def rules(ctx: typer.Context, root: Root = None, json: Json = False) -> None:
    """List all that people decided, oldest first. `kb rules undo ID` undoes one."""
    if ctx.invoked_subcommand is not None:
        return
    from kb.terminal import show_json, show_table

    with opened(root) as base:
        found = base.rules()
    if json:
        show_json(found)
        return
    columns = ("id", "when", "who", "says", "why", "state")
    show_table(columns, [[r[c] for c in columns] for r in found])


@rules_app.command()
def undo(
    id: Annotated[str, typer.Argument(help="Id of a rule, from `kb rules`.")],
    who: Who = "",
    why: Why = "",
    root: Root = None,
    json: Json = False,
) -> None:
    """Undo a rule: all is as if it had not been made. Both stay in the list."""
    with opened(root) as base:
        show_rule(base.undo(id, who=who, why=why), json)


def show_rule(rule: Mapping[str, Any], json: bool) -> None:
    """Tells of a rule that was made, and how to take it back."""
    from kb.terminal import show_json

    if json:
        show_json(rule)
    tell(f"rule {rule['id']}: {rule['says']}. Take it back: kb rules undo {rule['id']}")

"""Commands of conversation and contradiction: chat, conflicts; and how an answer looks on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from kb.command import Json, Root, opened, tell
from kb.deciding import Who, Why, show_rule

conflicts_app = typer.Typer(
    invoke_without_command=True, help="List statements of documents that disagree; say which is right."
)


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(conflicts_app, name="conflicts")
    app.command()(chat)


def chat(root: Root = None, json: Json = False) -> None:
    """Ask one question after the other; "and in 2013?" leans on the one before. /clear forgets it, /quit ends.

    With --json each line is answered with one JSON value.
    """
    from kb.errors import InputError
    from kb.terminal import say, show_json

    with opened(root) as base:
        talk = base.conversation()
        while (line := _line()) is not None:
            if line in ("/quit", "/exit"):
                break
            if line == "/clear":
                talk.clear()
                tell("forgotten; the next question stands by itself.")
                continue
            if not line:
                continue
            try:
                answer = talk.ask(line)
            except InputError as error:  # a line written wrongly is no reason to end
                tell(f"error: {error}")
                continue
            answer = {**answer, "suggestions": base.suggest(answer)}
            if json:
                show_json(answer)
            else:
                show_answer(answer)
                say()


def _line() -> str | None:
    """The next line; None at the end."""
    if sys.stdin.isatty():
        print("> ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line.strip() if line else None


def show_answer(answer: Mapping[str, Any]) -> None:
    """An answer with its sources, what was kept from before, disagreements, how complete it is, and what to ask next."""
    from kb.conflicts import said
    from kb.terminal import line, say, show_citations

    if answer["context"]:
        say(f"Kept from before: {'; '.join(map(line, answer['context']))}", "dim")
    for note in answer["time"]:
        say(f"Taken as: {line(note)}", "dim")
    say(answer["answer"])
    say()
    if answer["answered"]:
        show_citations(answer["citations"], answer=answer["answer"])
    elif answer["near_misses"]:
        say("Closest, but no answer:")
        show_citations(answer["near_misses"], numbered=False)
    for conflict in answer["conflicts"]:
        say(line(said(conflict)))
    if answer.get("model_says"):
        say(line(f"{answer['model_says']}."), "dim")
    coverage = answer["coverage"]
    unread = coverage["unreadable_pages"]
    as_of = f", as of {answer['as_of']['says']}" if answer["as_of"] else ""
    say(f"{coverage['documents_matching']} of {coverage['documents_considered']} documents speak of it{as_of}"
        + (f"; {unread} pages could not be read." if unread else "."), "dim")  # fmt: skip
    if answer.get("suggestions"):
        say(f"Next, perhaps: {' '.join(map(line, answer['suggestions']))}", "dim")


@conflicts_app.callback()
def conflicts(ctx: typer.Context, root: Root = None, json: Json = False) -> None:
    """List statements that disagree, side by side. `kb conflicts prefer ID CLAIM` says which is right."""
    if ctx.invoked_subcommand is not None:
        return
    from kb.terminal import say, show_json, show_table

    with opened(root) as base:
        found = base.conflicts()
    if json:
        show_json(found)
        return
    show_table(("id", "claim", "says", "time", "document", "page", "likely cause", "ruling"), _rows(found))
    say("Say which is right: kb conflicts prefer ID CLAIM", "dim", error=True)


def _rows(found: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for conflict in found:
        ruling = conflict["ruling"]
        for number, claim in enumerate(conflict["claims"], 1):
            said = f"right, says {ruling['who']}" if ruling and ruling["claim"] == number else ""
            rows.append((conflict["id"], number, claim["value"], claim["when"], claim["title"], claim["page"],
                         conflict["cause"], said))  # fmt: skip
    return rows


@conflicts_app.command()
def prefer(
    id: Annotated[str, typer.Argument(help="Id of a conflict, from `kb conflicts`.")],
    claim: Annotated[int, typer.Argument(help="Number of the claim that is right.")],
    who: Who = "",
    why: Why = "",
    root: Root = None,
    json: Json = False,
) -> None:
    """Say which of the claims is right; it is shown wherever they disagree."""
    with opened(root) as base:
        show_rule(base.prefer(id, claim, who=who, why=why), json)

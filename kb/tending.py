"""Commands that tend the system itself: its plugins, its health, its scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.command import ERROR, Json, Root, closest, opened, root_of, tell
from kb.errors import InputError

plugins_app = typer.Typer(invoke_without_command=True, help="List plugins; switch them off and on.")


def register(app: typer.Typer) -> None:
    """Adds the commands of this module, save those of `kb plugins`."""
    app.command()(doctor)
    app.command("eval")(eval_)


@plugins_app.callback()
def plugins(ctx: typer.Context, root: Root = None, json: Json = False) -> None:
    """List plugins with their hooks. `kb plugins disable NAME` switches one off, `enable NAME` on again."""
    if ctx.invoked_subcommand is None:
        from dataclasses import asdict

        from kb.manager import Manager
        from kb.settings import load_settings
        from kb.terminal import say, show_json, show_table

        found = Manager((), load_settings(root_of(root)).disabled_plugins).plugins
        if json:
            show_json([asdict(p) for p in found])
            return
        show_table(
            ("name", "source", "hooks", "state", "about"),
            [(p.name, p.source, " ".join(p.hooks), "on" if p.enabled else "off", p.about) for p in found],
        )
        say("Switch one off: kb plugins disable NAME", "dim", error=True)


@plugins_app.command()
def disable(name: str, root: Root = None) -> None:
    """Switch a plugin off: its name is written to kb.toml in the root."""
    from kb.switch import plugin_names, switch

    if name not in (known := plugin_names()):
        raise InputError(f"there is no plugin {name!r}{closest(name, known)} See `kb plugins`.")
    tell(f"{name} is off, by {switch(root_of(root), name, on=False)}.")


@plugins_app.command()
def enable(name: str, root: Root = None) -> None:
    """Switch a plugin on again."""
    from kb.switch import plugin_names, switch

    file = switch(root_of(root), name, on=True)
    known = plugin_names()
    if name not in known:
        raise InputError(f"there is no plugin {name!r}{closest(name, known)} See `kb plugins`.")
    tell(f"{name} is on, by {file}.")


def doctor(
    no_mend: Annotated[bool, typer.Option("--no-mend", help="Only look.")] = False,
    root: Root = None,
    json: Json = False,
) -> None:
    """Check store, full text, vectors, index and originals, and mend what can be mended.

    Exits with 0 where all is well or was mended.
    """
    from kb.errors import CorruptError
    from kb.terminal import say, show_json

    try:
        with opened(root) as base:
            report = base.doctor(mend=not no_mend)
    except CorruptError:
        if no_mend:
            raise
        from kb.doctor import rescue

        report = rescue(root_of(root))
    if json:
        names = ("ok", "problems", "mended", "left")
        show_json({name: getattr(report, name) for name in names})
    else:
        for word, found in (("mended", report.mended), ("left", report.left)):
            for text in found:
                say(f"{word}: {text}")
        if report.ok:
            say("all is well" if not report.problems else "all is well now")
    if not report.ok:
        raise typer.Exit(ERROR)


def eval_(
    gold: Annotated[
        list[Path] | None, typer.Argument(help="Gold annotations (.yaml); none: the plugins' own examples.")
    ] = None,
    corpus: Annotated[Path, typer.Option(help="Folder with the annotated documents, at any depth.")] = Path(
        "corpus"
    ),
    errors: Annotated[
        bool, typer.Option("--errors", help="Also what was missed and what is wrong, with the words.")
    ] = False,
    questions: Annotated[
        bool, typer.Option(help="Whether the annotations' questions are asked, too.")
    ] = True,
    root: Annotated[
        Path | None, typer.Option("--root", help="Keep the state here. Default: it is thrown away.")
    ] = None,
    json: Json = False,
) -> None:
    """Score what is found in documents against annotations made by hand: precision, recall and F1 by kind."""
    from kb import scores
    from kb.terminal import show_json

    if gold:
        found = scores.of_gold(gold, corpus, root=root, questions=questions)
    else:
        from kb.manager import Manager
        from kb.settings import load_settings

        found = {"examples": scores.of_examples(Manager((), load_settings(root_of(root)).disabled_plugins))}
    if json:
        show_json({name: scores.as_json(each) for name, each in found.items()})
        return
    for name, each in found.items():
        scores.show(name, each, errors=errors)

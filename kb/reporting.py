"""The command `kb report`: fact pack, briefing book, matrix, changes, check of a draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kb.command import Json, Root, opened, tell
from kb.errors import InputError

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.reports.model import Report

report_app = typer.Typer(
    no_args_is_help=True,
    help="Write what leaves the house: fact pack, briefing book, matrix, changes; check a draft.",
)

Donor = Annotated[str, typer.Option(help="Only activities that this donor pays for.")]
Place = Annotated[str, typer.Option(help="Only activities in this district or region.")]
Since = Annotated[str, typer.Option(help="Only activities of this time or later: 2012, 2012-09, 2012-09-25.")]
Until = Annotated[str, typer.Option(help="Only activities of this time or earlier.")]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Only this type of activity, such as training; repeat for more."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="File: .docx, .md, .html, .csv or .xlsx. Default: shown as Markdown."),
]
ShowNames = Annotated[
    bool, typer.Option("--show-names", help="Leave in the names and details of people who were helped.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.add_typer(report_app, name="report")


@report_app.command()
def factpack(
    donor: Donor = "", place: Place = "", since: Since = "", until: Until = "", type: Types = None,
    fact: Annotated[list[str] | None, typer.Option("--fact", help="Only this activity, figure or passage, by its id; repeat for more.")] = None,
    out: Out = None, show_names: ShowNames = False, root: Root = None, json: Json = False,
) -> None:  # fmt: skip
    """Facts for a proposal: context, track record, results, partners, lessons, open points, each with its source."""
    with opened(root) as base:
        made = base.factpack(
            donor=donor, place=place, since=since, until=until, types=type or (), basket=fact or ()
        )
        _give(base, made, out, json, show_names)


@report_app.command()
def briefing(
    since: Annotated[str, typer.Option(help="Also tell what changed since this date.")] = "",
    out: Out = None, show_names: ShowNames = False, root: Root = None, json: Json = False,
) -> None:  # fmt: skip
    """Briefing book for a new Chief of Mission."""
    with opened(root) as base:
        _give(base, base.briefing(since=since), out, json, show_names)


@report_app.command()
def matrix(
    donor: Donor = "", place: Place = "", since: Since = "", until: Until = "", type: Types = None,
    out: Out = None, show_names: ShowNames = False, root: Root = None, json: Json = False,
) -> None:  # fmt: skip
    """Who does what where: organisation by type of activity by district; .csv and .xlsx bear HXL tags."""
    with opened(root) as base:
        made = base.matrix(donor=donor, place=place, since=since, until=until, types=type or ())
        _give(base, made, out, json, show_names)


@report_app.command()
def changes(
    earlier: Annotated[str, typer.Argument(help="An issue: path, file name, title or id. Default: the last but one.")] = "",
    later: Annotated[str, typer.Argument(help="The issue to compare with it. Default: the last one.")] = "",
    out: Out = None, show_names: ShowNames = False, root: Root = None, json: Json = False,
) -> None:  # fmt: skip
    """Issue against issue: what appeared, what stopped, which figures moved."""
    with opened(root) as base:
        _give(base, base.changes(earlier, later), out, json, show_names)


@report_app.command()
def check(
    draft: Annotated[Path, typer.Argument(help="The draft: a Word, Markdown or text file; - reads standard input.")],
    out: Out = None, show_names: ShowNames = False, root: Root = None, json: Json = False,
) -> None:  # fmt: skip
    """Check a draft: each claim comes back as supported, contradicted, outdated or not found, with the source."""
    import sys

    with opened(root) as base:
        made = base.check_draft(sys.stdin.read() if str(draft) == "-" else draft)
        _give(base, made, out, json, show_names)


def _give(base: KnowledgeBase, made: Report, out: Path | None, json: bool, show_names: bool) -> None:
    """Writes or shows a report, protected."""
    from kb.terminal import clean, show_json

    if not base.documents():
        raise InputError("there are no documents yet. Read some first: `kb ingest FOLDER`.")
    report = base.protected(made, show_names=show_names)
    if out is not None:
        base.write_report(report, out)
        tell(f"wrote {out}")
    if json:
        show_json(report.as_dict())
    elif out is None:
        from kb.reports.markdown import text

        print(clean(text(report)), end="")

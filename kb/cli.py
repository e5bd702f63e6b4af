"""The kb command. Heavy things are imported inside the functions that use them, so that `kb --help` is quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kb import browsing, deciding, reporting, talking, tending
from kb.command import ERROR, Json, Root, closest, give_root, opened, root_of, tell
from kb.errors import InputError, KBError

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

OK, NOTHING, INTERRUPTED = 0, 3, 130

Row = Mapping[str, Any]


class Commands(TyperGroup):
    """Turns errors that a user can meet into one line on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(
                stream, "reconfigure"
            ):  # a letter that the terminal does not know is no reason to fail
                stream.reconfigure(errors="backslashreplace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader, such as `head`, had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(OK) from None
        except KeyboardInterrupt:
            tell("interrupted; what was stored is kept, and the same command goes on from there.")
            raise typer.Exit(INTERRUPTED) from None
        except KBError as error:
            tell(f"error: {error}")
            raise typer.Exit(ERROR) from None
        except OSError as error:
            tell(
                f"error: {error.filename or 'the system'}: {error.strerror or error}. Check the path, the rights and the disk."
            )
            raise typer.Exit(ERROR) from None
        return result


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 an error, told in one line; 2 the command is written wrongly; "
    "3 nothing found (search), or the documents do not answer (ask); 130 interrupted.",
)
app.add_typer(tending.plugins_app, name="plugins")
deciding.register(app)
browsing.register(app)
talking.register(app)
reporting.register(app)

Donor = Annotated[str | None, typer.Option(help="Only what speaks of this donor.")]
Project = Annotated[str | None, typer.Option(help="Only what speaks of this project.")]
Partner = Annotated[str | None, typer.Option(help="Only what speaks of this partner.")]
District = Annotated[str | None, typer.Option(help="Only what speaks of this district or a place in it.")]
Since = Annotated[
    str | None, typer.Option(help="Only documents of this time or later: 2012, 2012-09, 2012-09-25.")
]
Until = Annotated[str | None, typer.Option(help="Only documents of this time or earlier.")]
InDocument = Annotated[
    str | None, typer.Option("--document", help="Only this document: path, file name, title or id.")
]


@app.callback()
def options(root: Root = None) -> None:
    """Mission knowledge base: a folder of newsletters and reports answers questions, with the page and the words."""
    give_root(root)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; default: corpus/.")] = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """Read files and folders into the knowledge base; only what is new or changed is read.

    What vanished from a folder that is ingested again is removed. Exits with 1 where not one file could be read.
    """
    from dataclasses import asdict

    from kb.terminal import progress, say, show_json, show_table

    with opened(root) as base, progress() as tell:
        report = base.ingest(paths or [Path("corpus")], progress=tell)
    failed = dict(report.failed)
    if json:
        show_json(asdict(report))
    else:
        names = ("added", "changed", "unchanged", "renamed", "removed", "duplicates")
        counts = [(n, len(set(getattr(report, n)) - failed.keys())) for n in names] + [
            ("failed", len(failed))
        ]
        say(
            f"{', '.join(f'{count} {name}' for name, count in counts if count) or 'no documents found'} ({report.seconds:.1f} s)"
        )
        for path in report.duplicates:
            say(f"same content as another document: {path}", indent=2)
        if failed:
            show_table(("failed", "reason"), [(p, r.removeprefix(f"{p}: ")) for p, r in failed.items()])
    read = {
        *report.added,
        *report.changed,
        *report.unchanged,
        *report.renamed,
        *report.duplicates,
    } - failed.keys()
    if failed and not read:
        raise typer.Exit(ERROR)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words, names, numbers, in any spelling.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Passages to show.")] = 10,
    donor: Donor = None,
    project: Project = None,
    partner: Partner = None,
    district: District = None,
    since: Since = None,
    until: Until = None,
    document: InDocument = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """Find passages, best first. Exits with 3 where nothing fits."""
    from kb.paging import place
    from kb.terminal import line, say, show_json

    filters = {"donor": donor, "project": project, "partner": partner, "district": district,
               "since": since, "until": until, "document": document}  # fmt: skip
    with opened(root) as base:
        hits = base.search(query, limit, **{k: v for k, v in filters.items() if v is not None})
    if json:
        show_json(hits)
    for n, hit in enumerate([] if json else hits, 1):
        section = f" – {line(hit['section'])}" if hit["section"] else ""
        where = place(hit["path"], hit["page"])
        say(f"{n}. {line(hit['title'])}{section}{', ' if where else ''}{where}  ({hit['score']:.2f})", "bold")
        say(line(hit["text"]), indent=4)
        say(hit["path"], "dim", indent=4)
    if not hits:
        tell("nothing found; try fewer or other words, or leave out a filter.")
        raise typer.Exit(NOTHING)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in English.")],
    donor: Donor = None,
    project: Project = None,
    partner: Partner = None,
    district: District = None,
    since: Since = None,
    until: Until = None,
    document: InDocument = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """Answer a question, with the page and the words that say so. Exits with 3 where the documents do not answer."""
    from kb.talking import show_answer
    from kb.terminal import show_json

    filters = {"donor": donor, "project": project, "partner": partner, "district": district,
               "since": since, "until": until, "document": document}  # fmt: skip
    with opened(root) as base:
        given: dict[str, Any] = {k: v for k, v in filters.items() if v is not None}
        answer = base.ask(question, **given)
        answer = {**answer, "suggestions": base.suggest(answer)}
    if json:
        show_json(answer)
    else:
        show_answer(answer)
    if not answer["answered"]:
        raise typer.Exit(NOTHING)


@app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(help="One of: documents, failures, projects, donors, partners, organisations, "
                                             "districts, places, people, activities, figures, relations, acronyms.")],
    versions: Annotated[bool, typer.Option("--versions", help="Also what other language versions of a document tell again.")] = False,
    root: Root = None,
    json: Json = False,
) -> None:  # fmt: skip
    """List all records of a kind."""
    from kb.listing import KINDS, rows, table
    from kb.terminal import show_json, show_table

    kind = kind.casefold()
    if kind not in KINDS:
        raise InputError(f"there is no kind {kind!r}{closest(kind, KINDS)} Kinds: {', '.join(KINDS)}.")
    with opened(root) as base:
        data = base.export()
    if json:
        show_json(rows(data, kind, versions=versions))
    else:
        show_table(*table(data, kind, versions=versions))
    again = len(rows(data, kind)) - len(rows(data, kind, versions=versions))
    if again:
        tell(f"left out: {again} that other language versions tell again (--versions shows them).")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="Name or id of an entity, or path, file name, title or id of a document.")
    ],
    root: Root = None,
    json: Json = False,
) -> None:
    """Show all that is known of an entity (each mention in time order), or what a document holds."""
    from kb import listing
    from kb.terminal import show_json

    with opened(root) as base:
        found = base.find(name)
        if found:
            dossier = base.entity(found[0]["id"])
            show_json(dossier) if json else listing.show_dossier(base, dossier)
            if found[1:]:
                tell(
                    "also of this name: "
                    + ", ".join(f"{e['id']} ({e['kind']} {e['name']})" for e in found[1:])
                )
            return
        document = _document(base, name, entities=True)
        content = listing.of_document(base.export(), document["id"])
        show_json(content) if json else listing.show_document(content, base.documents())


@app.command()
def export(
    kind: Annotated[str, typer.Option("--as", help="json, csv, or a kind that a plugin brings.")] = "json",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File; for csv a .zip file or a folder.")
    ] = None,
    root: Root = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --as json.")] = False,
) -> None:
    """Write the whole truth: documents, sections, entities, figures, activities, relations, acronyms.

    JSON goes to standard output where no file is given.
    """
    from kb.terminal import show_json

    kind = "json" if json else kind
    with opened(root) as base:
        exporters = base.exporters()
        data = base.export() if kind == "json" or kind in exporters else {}
    if output is None and kind == "json":
        show_json(data)
        return
    if kind not in exporters:
        raise InputError(
            f"there is no exporter {kind!r}{closest(kind, exporters)} Kinds: {', '.join(sorted(exporters))}."
        )
    if output is None:
        raise InputError(f"{kind} needs a file: `kb export --as {kind} -o export{exporters[kind].suffix}`.")
    exporters[kind].write(data, output)
    tell(f"wrote {output}")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Path, file name, title or id of a document.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    root: Root = None,
    json: Json = False,
) -> None:
    """Remove a document and all that came from it. Its file is left alone: take it out of the folder as well."""
    from kb.terminal import line, show_json

    with opened(root) as base:
        document = _document(base, name)
        if not yes:
            typer.confirm(line(f"Remove {document['title']!r} ({document['path']})?"), abort=True, err=True)
        id = base.remove(document["id"])
    if json:
        show_json({"removed": id, "path": document["path"]})
    tell(
        f"removed {document['path']}; the next ingest of its folder adds it again while the file lies there."
    )


tending.register(app)


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Default: 8501, or the next that is free.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    root: Root = None,
) -> None:
    """Start the web interface, for this machine only."""
    page = Path(__file__).parents[1] / "app.py"
    if not page.is_file():
        raise InputError(f"{page}: the web interface is not there. Install from a checkout: pip install -e .")
    command = [sys.executable, "-m", "streamlit", "run", str(page), "--browser.gatherUsageStats=false"]
    command += [f"--server.port={port}"] if port else []
    command += ["--server.headless=true"] if headless else []
    os.environ["KB_ROOT"] = str(root_of(root).absolute())
    os.execv(sys.executable, command)


def _document(base: KnowledgeBase, name: str, *, entities: bool = False) -> dict[str, Any]:
    """The document of that name. Raises InputError with the closest names."""
    try:
        return base.document(name)
    except InputError as error:
        documents = base.documents()
        if any(name in (d["path"], Path(d["path"]).name, d["title"]) for d in documents):
            raise
        known = {n for d in documents for n in (d["title"], Path(d["path"]).name)}
        if entities:
            known |= {n for e in base.entities() for n in (e["name"], *e["aliases"])}
        what = "entity or document" if entities else "document"
        raise InputError(f"there is no {what} {name!r}{closest(name, known)} See `kb list`.") from error


if __name__ == "__main__":
    app()

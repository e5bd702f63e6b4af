"""A report as a page: its chapters one at a time, each sentence with a button that opens its words, and its files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

import kb
from kb.reports.model import MARKS, Cell, Mark, Note, Remark, Report, Sentence, Table
from kb.ui.common import PAGES, base, count, plain, problem, read
from kb.ui.evidence import show, show_all

_PAGE = 20
_LONG = 60
"""Characters from which a cell of a table stands on a line of its own."""
_COLOURS: dict[Mark, str] = {"updated": "orange", "contradicted": "red"}
_FORMS = {
    ".docx": ("Word", ":material/description:"),
    ".md": ("Markdown", ":material/code:"),
    ".html": ("HTML, to print", ":material/print:"),
    ".xlsx": ("Excel", ":material/table:"),
    ".csv": ("CSV", ":material/csv:"),
}
_SINCE = re.compile(r" since [\d-]+$")
Entry = tuple[Table, tuple[Cell, ...]] | Sentence | Remark | str


def names_shown() -> bool:
    """The visible switch of protection; off each time the page is opened."""
    shown = st.toggle("Show names of people who were helped", key="show_names")
    st.caption(
        "Names, ages and small places in stories of people who were helped are shown, here and in the files. "
        "Turn it off before you share them."
        if shown
        else "Off: names, ages and small places in stories of people who were helped are hidden, here and in the files. "
        "Small counts of victims or patients are always masked."
    )
    return shown


def made(kind: str, words: str, *, show_names: bool, **options: Any) -> Report | None:
    """The protected report of a kind (a method of the knowledge base), kept until the truth changes; None where it was refused.

    `words` say what is being done. A refusal is shown.
    """
    try:
        with st.spinner(words):
            return _made(base().state, kind, tuple(sorted(options.items())), show_names)
    except kb.KBError as error:
        problem(error)
        return None


@st.cache_resource(max_entries=32, show_spinner=False)
def _made(state: str, kind: str, options: tuple[tuple[str, Any], ...], show_names: bool) -> Report:
    # What is hidden is decided anew with each turn of the switch, what the report tells is not.
    return base().protected(read(kind, **dict(options)), show_names=show_names)


def files(report: Report, *forms: str, whole: Callable[[], Report] | None = None) -> None:
    """Buttons that give the report as files; each is written when it is asked for.

    `whole` makes the report that is written, where this one holds a part of it alone.
    """
    with st.container(horizontal=True):
        for form in forms:
            name, icon = _FORMS[form]
            st.download_button(
                name,
                _writer(whole or (lambda: report), form),
                file_name=f"{report.kind}{form}",
                key=f"file-{report.kind}{form}",
                icon=icon,
                on_click="ignore",
                help=f"Download as {name}",
            )


def _writer(whole: Callable[[], Report], form: str) -> Callable[[], bytes]:
    knowledge = base()

    def write() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"report{form}"
            knowledge.write_report(whole(), path)
            return path.read_bytes()

    return write


def told(report: Report) -> bool:
    """Does the report state anything?"""
    return next(report.sentences(), None) is not None or next(report.rows(), None) is not None


def chapters(report: Report) -> None:
    """The report, a chapter at a time; the address holds which."""
    show_chapter(report, chosen_chapter(report))


def chosen_chapter(report: Report) -> str:
    """The title of the chapter that is chosen among those of the report; the address holds it."""
    # A date in a title would change it, and with it the address, whenever another date is chosen.
    titles = {_SINCE.sub("", c.title): c for c in report.chapters}
    chosen = st.pills(
        "Chapter",
        list(titles),
        default=next(iter(titles)),
        required=True,
        key="chapter",
        bind="query-params",
        label_visibility="collapsed",
    )
    return (titles.get(chosen or "") or report.chapters[0]).title


def show_chapter(report: Report, title: str) -> None:
    """A chapter of the report, and how the report is to be read."""
    chapter = next(c for c in report.chapters if c.title == title)
    st.subheader(plain(chapter.title), anchor=False)
    entries: list[Entry] = []
    for part in chapter.parts:
        if isinstance(part, Table):
            entries += [part.title] if part.title else []
            entries += [(part, row) for row in part.rows]
        else:
            entries += [part] if isinstance(part, Remark) else part.sentences
    for number, entry in enumerate(paged(entries, f"{report.kind}-{chapter.title}")):
        _entry(entry, f"{report.kind}-{chapter.title}-{number}")
    for remark in report.remarks:
        st.caption(plain(remark))


def paged(rows: Sequence[Any], key: str, size: int = _PAGE) -> Sequence[Any]:
    """The rows of the page that is chosen; nothing to choose is drawn where they fit on one."""
    pages = -(-len(rows) // size)
    at = st.pagination(pages, key=f"page-{key}") if pages > 1 else 1
    return rows[(at - 1) * size : at * size]


def _entry(entry: Entry, key: str) -> None:
    if isinstance(entry, Remark):
        st.info(plain(entry.text), icon=":material/info:")
    elif isinstance(entry, str):
        st.caption(plain(entry))
    elif isinstance(entry, Sentence):
        _sentence(entry, key)
    else:
        _row(*entry, key)


def _sentence(sentence: Sentence, key: str) -> None:
    with st.container(border=True, gap="xsmall"):
        text = f"“{sentence.text}”" if sentence.quoted else sentence.text
        st.markdown(f"{plain(text)}{badge(sentence.mark)}")
        opener(sentence.notes, key)
        if sentence.question:
            st.page_link(
                str(PAGES / "ask.py"),
                label="Ask this, and go on from there",
                icon=":material/forum:",
                query_params={"q": sentence.question},
            )


def _row(table: Table, row: tuple[Cell, ...], key: str) -> None:
    """A row with the names of its columns, which stands on a narrow screen as well as on a wide one."""
    lead, *rest = [(c, cell) for c, cell in zip(table.columns, row, strict=True) if cell.text]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(lead[1].text)}**{badge(lead[1].mark)}")
        short: list[str] = []
        long: list[str] = []
        for column, cell in rest:
            words = f":gray[{plain(column)}] {plain(cell.text)}{badge(cell.mark)}"
            (long if len(cell.text) > _LONG else short).append(words)
        if short:
            st.markdown(" · ".join(short))
        for words in long:
            st.markdown(words)
        opener([n for cell in row for n in cell.notes], key)


def badge(mark: Mark) -> str:
    """What a later document does to a fact, as a word with a colour."""
    return f" :{_COLOURS[mark]}-badge[:material/warning: {MARKS[mark]}]" if mark else ""


def opener(notes: Sequence[Note], key: str, label: str = "") -> None:
    """A button that opens the words of notes, named after the first of them or as `label` says."""
    if not notes:
        return
    first = plain(notes[0].source, 80)
    more = f" and {count(len(notes) - 1, 'more source')}" if len(notes) > 1 else ""
    if st.button(
        label or f"{first}{more}", key=f"notes-{key}", type="tertiary", icon=":material/article:", wrap=True
    ):
        cites = [_cite(note) for note in notes]
        if len(cites) == 1:
            show(cites[0])
        else:
            show_all(cites)


def _cite(note: Note) -> dict[str, Any]:
    """A note as `evidence.show` takes it."""
    return {
        "document": note.document,
        "title": note.issue,
        "path": note.path,
        "page": note.page,
        "quote": note.quote,
        "boxes": note.boxes,
        "section_id": note.section,
        "mark": MARKS.get(note.mark, ""),
        # Whoever may see the names may see the page.
        "hidden": note.hidden and not st.session_state.get("show_names"),
    }

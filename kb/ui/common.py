"""What all pages share: the open knowledge base, safe text, empty states."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

import kb
from kb.terminal import clean
from kb.ui import jobs, library

FAVICON = str(Path(__file__).with_name("icon.png"))
PAGES = Path(__file__).parent

_JOINER = "\u2060"  # word joiner: no width, no break
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BREAK_AFTER = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\\\.)", re.IGNORECASE)


def plain(text: object, limit: int = 0) -> str:
    """Text as Markdown that shows these very characters: no link, image, icon, colour, formula or HTML comes of it.

    For everything that Streamlit reads as Markdown: labels, captions, titles, messages. Line breaks become spaces.
    `limit`: characters after which the text is cut with an ellipsis; 0: never.
    """
    line = " ".join(clean(text).split())
    if limit and len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    # Bare addresses and :codes: become links and pictures after the escapes are resolved, so the joiner splits them.
    return _BREAK_AFTER.sub(_JOINER, _PUNCTUATION.sub(r"\\\1", line))


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Like `plain`, with the spans (offsets in `text`, in order, not overlapping) on a coloured ground."""
    parts, at = [], 0
    for start, end in spans:
        parts += [_kept(text[at:start]), f":orange-background[{plain(text[start:end])}]"]
        at = end
    return "".join([*parts, _kept(text[at:])]).strip()


def _kept(text: str) -> str:
    """`plain` that keeps one space at either end."""
    if not text.strip():
        return " " if text else ""
    return " " * text[0].isspace() + plain(text) + " " * text[-1].isspace()


def root() -> Path:
    """The folder of state: KB_ROOT, or `indexes` in the working folder."""
    return Path(os.environ.get("KB_ROOT") or "indexes")


@st.cache_resource(show_spinner=False)
def _open(folder: str) -> kb.KnowledgeBase:
    return kb.open_kb(root=folder)


def base() -> kb.KnowledgeBase:
    """The knowledge base, one for all visitors of this process. Where it cannot be opened, the page says why and ends."""
    try:
        return _open(str(root().resolve()))
    except kb.KBError as error:
        problem(error)
        st.stop()


def read(question: str, *given: Any, **options: Any) -> Any:
    """What a method of the knowledge base returns, kept until the truth changes. Raises KBError."""
    return _held(base().state, question, given, tuple(sorted(options.items())))


# One object for all visitors, which no page changes: a copy for each would take longer than the rest of a page.
@st.cache_resource(max_entries=128, show_spinner=False)
def _held(state: str, question: str, given: tuple[Any, ...], options: tuple[tuple[str, Any], ...]) -> Any:
    return getattr(base(), question)(*given, **dict(options))


def entities(kind: str = "", *, role: str = "", level: str = "") -> list[dict[str, Any]]:
    """Entities of a kind, a role and a level; empty: any."""
    return [
        e
        for e in read("entities")
        if (not kind or e["kind"] == kind)
        and (not role or role in e["roles"])
        and (not level or e["level"] == level)
    ]


@dataclass(slots=True)
class _Model:
    """The language model of this process; two visitors who come first must not load it twice."""

    lock: threading.Lock
    loaded: bool = False


@st.cache_resource(show_spinner=False)
def _model() -> _Model:
    return _Model(threading.Lock())


@contextmanager
def thinking(words: str) -> Iterator[None]:
    """Says what is being waited for while the block searches; the first time, that the model is loaded as well."""
    model = _model()
    if model.loaded:
        with st.spinner(words):
            yield
        return
    with st.spinner(f"{words}. Loading the language model, about 10 seconds, once"), model.lock:
        yield
        model.loaded = True


def problem(error: kb.KBError) -> None:
    """An error with what to do about it."""
    logging.getLogger("kb.ui").info("shown to a visitor: %s", error)
    st.error(plain(error), icon=":material/error:")


# Long labels: Streamlit centres those of buttons and cuts those of links. Links from one entity to another would look
# like the current page. Quotes are what counts: not in grey. In the dark theme the main colour is light, so that words in it
# can be read, and words on it have to be dark.
_STYLE = """<style>
button[kind=tertiary] * {text-align: left}
button[kind^=primary]:enabled * {color: light-dark(#ffffff, #0b1520)}
.stMain [data-testid=stPageLink-NavLink] {background: none; padding-inline: 0}
.stMain [data-testid=stPageLink-NavLink] * {white-space: normal; overflow: visible; font-weight: 400; line-height: 1.35}
[class*=st-key-fields-] button {min-height: 0; padding-block: 0}
[data-testid=stElementToolbarButton]:has([aria-label^="Download as CSV"]) {display: none}
.stMain [data-testid=stPageLink-NavLink]:hover * {text-decoration: underline}
.stMarkdown blockquote {color: inherit; opacity: 1; margin-top: 0}
@media (max-width: 640px) {
[data-testid=stButtonGroup] button[data-variant=segmented_control] {border: 1px solid light-dark(#c9d3df, #3a4757); border-radius: .5rem; margin: 0 .3rem .3rem 0}
}
</style>"""


def header(title: str, about: str = "") -> None:
    """Heading of a page; both are ours or already safe."""
    st.html(_STYLE)
    st.title(title, anchor=False)
    if about:
        st.caption(about)


def first_visit() -> None:
    """What a page shows while there is no document to read: the next step."""
    job = jobs.latest(root())
    running = job is not None and job.state == "running"
    with st.container(border=True):
        st.subheader("Documents are being read" if running else "No documents yet", anchor=False)
        if running:
            st.write(
                "This page fills when the first one is read. How far it is stands on the page Documents."
            )
        else:
            st.write(
                "Choose newsletters and reports: PDF, Word, PowerPoint, Excel, e-mails, web pages, electronic books, "
                "Markdown or plain text. They stay on this computer. When they are read, questions are answered from them, each "
                "answer with the page that says so."
            )
            upload(running=False)
        st.page_link(str(PAGES / "documents.py"), label="To the documents", icon=":material/library_books:")


def upload(*, running: bool) -> None:
    """Takes files and has them read, while the page Documents tells how far it is."""
    with st.form("upload", clear_on_submit=True, border=False):
        files = st.file_uploader("Files", accept_multiple_files=True, label_visibility="collapsed")
        sent = st.form_submit_button(
            "Add these files", type="primary", icon=":material/upload_file:", disabled=running
        )
    if sent and files:
        with st.spinner(f"Saving {count(len(files), 'file')}"):
            paths = [library.save_upload(root(), file.name, file.getvalue()) for file in files]
        have_read(paths)
    elif sent:
        st.caption("Choose files first.")


def have_read(paths: Sequence[Path]) -> None:
    """Has files and folders read in the background, and shows how far it is."""
    jobs.start(root().resolve(), [p.resolve() for p in paths])
    st.switch_page(str(PAGES / "documents.py"))


def name_of(document: Mapping[str, Any]) -> str:
    """What a document goes by: its title, else its file's name."""
    return str(document.get("title") or Path(str(document.get("path") or "document")).name)


def titles_of(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Name as shown → id; documents of one name are told apart by their file, then by their id."""
    titles: dict[str, str] = {}
    for document in sorted(documents, key=lambda d: name_of(d).casefold()):
        label = name_of(document)
        if label in titles:
            label = f"{label} ({Path(document['path']).name})"
        if label in titles:
            label = f"{label} {document['id'][:8]}"
        titles[label] = document["id"]
    return titles


def has_pages(document: Mapping[str, Any]) -> bool:
    """Whether the document's format has pages that can be shown."""
    return Path(str(document["path"])).suffix.casefold() == ".pdf"


def period_of(document: Mapping[str, Any]) -> str:
    """The period a document covers, as printed or as dates."""
    dates = dict.fromkeys(d for d in (document["period_start"], document["period_end"]) if d)
    return str(document["period_label"] or " to ".join(dates) or document["published"])


def entity_link(id: str, name: str, *, icon: str = "", note: str = "") -> None:
    """Link to an entity's page; `note` stands in grey below the name."""
    with st.container(gap=None):
        st.page_link(str(PAGES / "entity.py"), label=plain(name, 120), icon=icon, query_params={"entity": id})
        if note:
            st.caption(plain(note))


def choices() -> dict[str, list[str]]:
    """What the filters of names and types can be set to: the values that the documents hold, by name."""
    found = {
        "donor": [e["name"] for e in entities("organisation", role="donor")],
        "project": [e["name"] for e in entities("project")],
        "partner": [e["name"] for e in entities("organisation", role="partner")],
        "district": [e["name"] for e in entities("place", level="district")],
        "type": read("activity_types"),
    }
    return {name: sorted(set(values), key=str.casefold) for name, values in found.items()}


def count(number: int, one: str, many: str = "") -> str:
    """`1 document`, `3 documents`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def counts(entity: Mapping[str, Any]) -> str:
    """How often an entity is named."""
    return f"{count(entity['mentions'], 'mention')} in {count(entity['issues'], 'document')}"

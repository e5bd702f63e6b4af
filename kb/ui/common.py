"""What all pages share: the open knowledge base, safe text, empty states."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

import kb
from kb.text import fold

FAVICON = str(Path(__file__).with_name("icon.png"))
PAGES = Path(__file__).parent

_WHOLE = 32
"""Characters of a note below which it is not broken into lines."""
_JOINER = "\u2060"  # word joiner: no width, no break
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BREAK_AFTER = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\\\.)", re.IGNORECASE)
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STOP = frozenset("a an and are at by did do does for from had has have how in into is it its many much of on or our that "
                  "the their there they this to was we were what when where which who whom why will with".split())  # fmt: skip


def clean(text: object) -> str:
    """The text without control characters and without those that turn the direction of writing."""
    return _UNSAFE.sub("", str(text))


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


def hits(text: str, query: str) -> list[tuple[int, int]]:
    """Spans of the words of `text` that the query asks for, endings aside, accents and script aside."""
    terms = {t for t in fold(query).split() if len(t) > 2 and t not in _STOP}
    found = []
    for word in re.finditer(r"\w+", text):
        folded = fold(word.group())
        if any(folded == t or (len(t) > 3 and _stem(folded) == _stem(t)) for t in terms):
            found.append(word.span())
    return found


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ied", "es", "ed", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


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
    return _cached(base().state, question, given, tuple(sorted(options.items())))


@st.cache_data(max_entries=256, show_spinner=False)
def _cached(state: str, question: str, given: tuple[Any, ...], options: tuple[tuple[str, Any], ...]) -> Any:
    return getattr(base(), question)(*given, **dict(options))


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
# like the current page. Fields of a row are words in a line, not a row of buttons. The table's own download would hold the
# formulas of documents, which ours makes harmless. Quotes are what counts: not in grey.
_STYLE = """<style>
button[kind=tertiary] * {text-align: left}
[class*=st-key-fields-] button {min-height: 0; padding-block: 0}
[data-testid=stElementToolbarButton]:has([aria-label^="Download as CSV"]) {display: none}
.stMain [data-testid=stPageLink-NavLink] {background: none}
.stMain [data-testid=stPageLink-NavLink] * {white-space: normal; overflow: visible; font-weight: 400; line-height: 1.35}
.stMain [data-testid=stPageLink-NavLink]:hover * {text-decoration: underline}
.stMarkdown blockquote {color: inherit; opacity: 1; margin-top: 0}
</style>"""


def header(title: str, about: str = "") -> None:
    """Heading of a page; both are ours or already safe."""
    st.html(_STYLE)
    st.title(title, anchor=False)
    if about:
        st.caption(about)


def first_visit() -> None:
    """What a page shows while there is no document to read: the next step."""
    with st.container(border=True):
        st.subheader("No documents yet", anchor=False)
        st.write(
            "Add newsletters and reports; then questions are answered from them, each answer with its page."
        )
        st.page_link(
            str(PAGES / "documents.py"), label="Add the first documents", icon=":material/upload_file:"
        )


def name_of(document: Mapping[str, Any]) -> str:
    """What a document goes by: its title, else its file's name."""
    return str(document.get("title") or Path(str(document.get("path") or "document")).name)


def has_pages(document: Mapping[str, Any]) -> bool:
    """Whether the document's format has pages that can be shown."""
    return Path(str(document["path"])).suffix.casefold() == ".pdf"


def period_of(document: Mapping[str, Any]) -> str:
    """The period a document covers, as printed or as dates."""
    dates = dict.fromkeys(d for d in (document["period_start"], document["period_end"]) if d)
    return str(document["period_label"] or " to ".join(dates) or document["published"])


def entity_link(id: str, name: str, *, icon: str = "", note: str = "") -> None:
    """Link to an entity's page; `note` follows the name in grey."""
    told = plain(note)
    if len(told) < _WHOLE:
        told = told.replace(" ", "\u00a0")
    label = plain(name, 90) + (f" :gray[·\u00a0{told}]" if note else "")
    st.page_link(str(PAGES / "entity.py"), label=label, icon=icon, query_params={"entity": id})


def choices() -> dict[str, list[str]]:
    """What the filters of names and types can be set to: the values that the documents hold, by name."""
    organisations, places = read("entities", "organisation"), read("entities", "place")
    found = {
        "donor": [e["name"] for e in organisations if "donor" in e["roles"]],
        "project": [e["name"] for e in read("entities", "project")],
        "partner": [e["name"] for e in organisations if "partner" in e["roles"]],
        "district": [e["name"] for e in places if e["level"] == "district"],
        "type": [a["type"] for a in read("look_up", "activities")],
    }
    return {name: sorted(set(values), key=str.casefold) for name, values in found.items()}


def count(number: int, one: str, many: str = "") -> str:
    """`1 document`, `3 documents`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def counts(entity: Mapping[str, Any]) -> str:
    """How often an entity is named."""
    return f"{count(entity['mentions'], 'mention')} in {count(entity['issues'], 'document')}"

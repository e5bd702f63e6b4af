"""Sources: what a document says, where, and its page with the words marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import streamlit as st

import kb
from kb.paging import place
from kb.reports.facts import quoted
from kb.ui import basket
from kb.ui.common import base, count, entity_link, marked, name_of, plain, problem

_BULLET = re.compile(r"^\s*[•▪◦●■–-]\s+(?:\| )?")
_DPI = 150
_MARGIN = 90  # points of page around the words in a close-up


def sources(evidence: Sequence[Mapping[str, Any]], key: str, shown: int = 4, *, keep: bool = False) -> None:
    """Numbered sources; those past `shown` are folded away. `keep`: each can be put into the basket."""
    for number, cite in enumerate(evidence[:shown], 1):
        source(cite, f"{key}-{number}", number, keep=keep)
    if rest := evidence[shown:]:
        with st.expander(count(len(rest), "more source")):
            for number, cite in enumerate(rest, shown + 1):
                source(cite, f"{key}-{number}", number, keep=keep)


def source(
    cite: Mapping[str, Any], key: str, number: int = 0, *, title: bool = True, keep: bool = False
) -> None:
    """One piece of evidence: where it stands, as a button that opens its page, and what it says.

    `cite`: document, title, path, page, section, quote, boxes, as in `base.ask`; or, instead of section and boxes,
    `span`: the arguments of `base.evidence`, looked up only when it is opened.
    """
    where = " · ".join(p for p in (plain(name_of(cite), 70) if title else "", place_of(cite)) if p)
    with st.container(gap="xxsmall"):
        label = f"**{number}**  {where}" if number else where
        if st.button(label, key=key, type="tertiary", icon=":material/article:", wrap=True):
            show(dict(cite))
        if cite["quote"]:
            # The sign of a list is no word of its point.
            st.markdown(f"> {plain(_BULLET.sub('', cite['quote']))}")
        if keep and cite["quote"] and cite.get("section_id"):
            basket.button(quoted(cite["section_id"], cite["quote"]), cite["quote"], key)


def cite_row(row: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A ledger row as `source` takes it."""
    document = documents[row["document"]]
    span = (row["section"], row["start"], row["end"])
    return {
        "document": row["document"],
        "path": document["path"],
        "title": name_of(document),
        "page": row["page"],
        "quote": row["quote"],
        "span": span,
    }


def place_of(cite: Mapping[str, Any]) -> str:
    """Page (or slide, or sheet) and section of a piece of evidence, as safe Markdown."""
    parts = [place(cite["path"], cite["page"]), plain(cite.get("section") or "", 60)]
    return " · ".join(p for p in parts if p)


@st.dialog("Source", width="medium")
def show(cite: dict[str, Any]) -> None:
    """The page with the words marked; where the format has no pages, the section's text. `entity`: whose dossier is linked."""
    _opened(cite)


@st.dialog("Sources", width="medium")
def show_all(cites: Sequence[Mapping[str, Any]]) -> None:
    """Like `show`, of several pieces of evidence one after the other."""
    st.caption(f"{len(cites)} places say so.")
    _opened(dict(cites[st.pagination(len(cites)) - 1]))


def _opened(cite: dict[str, Any]) -> None:
    about = cite.get("entity")
    try:
        if span := cite.get("span"):
            cite = base().evidence(*span)
        document = base().document(cite["document"])
    except kb.KBError as error:
        problem(error)
        return
    st.markdown(f"**{plain(name_of(cite))}**")
    st.caption(place_of(cite))
    if cite.get("mark"):
        st.caption(f"This is {cite['mark']}.")
    if cite.get("hidden"):
        st.markdown(f"> {plain(cite['quote'])}")
        st.caption(
            "People are protected here. Turn on “Show names of people who were helped” to open the page."
        )
        return
    if cite["boxes"]:
        _page(cite, document)
    else:
        _text(cite)
    if about:
        entity_link(about["id"], f"All that is told of {about['name']}", icon=":material/hub:")


def _page(cite: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    near, whole = "The words", "The whole page"
    view = st.segmented_control(
        "View", [near, whole], default=near, required=True, label_visibility="collapsed"
    )
    with st.spinner("Drawing the page"):
        try:
            image = picture(cite["document"], int(cite["page"]), tuple(tuple(box) for box in cite["boxes"]))
        except kb.KBError as error:
            problem(error)
            _text(cite)
            return
    if view == near:
        image = crop(image, cite["boxes"])
    st.image(image, width="stretch", alt=f"Page {cite['page']} with the cited words marked in yellow")
    st.caption(f"Page {cite['page']} of {document['pages']}. The words it rests on are marked in yellow.")
    st.markdown(f"> {plain(cite['quote'])}")


def _text(cite: Mapping[str, Any]) -> None:
    text = base().section_text(cite["document"], cite.get("section_id") or "", cite["quote"])
    at = text.find(cite["quote"])
    st.caption("The section's text, with the words it rests on marked.")
    with st.container(border=True):
        start = 0
        for line in text.split("\n"):
            end = start + len(line)
            span = (max(at - start, 0), min(at + len(cite["quote"]) - start, len(line)))
            st.markdown(marked(line, [span] if at >= 0 and span[0] < span[1] else []))
            start = end + 1


@st.cache_data(max_entries=64, show_spinner=False)
def picture(document: str, page: int, boxes: tuple[tuple[float, ...], ...]) -> bytes:
    """PNG of a page with the boxes marked. Drawn in the sandbox; kept, because it is the same for ever."""
    return base().page_image(document, page, boxes, dpi=_DPI)  # type: ignore[arg-type]


def crop(png: bytes, boxes: Sequence[Sequence[float]]) -> bytes:
    """The part of the page's width and height around the boxes (in points), as PNG."""
    from PIL import Image

    scale = _DPI / 72
    with Image.open(BytesIO(png)) as image:
        x0, y0 = (min(b[i] for b in boxes) - _MARGIN for i in (0, 1))
        x1, y1 = (max(b[i] for b in boxes) + _MARGIN for i in (2, 3))
        area = (
            max(x0 * scale, 0),
            max(y0 * scale, 0),
            min(x1 * scale, image.width),
            min(y1 * scale, image.height),
        )
        part = BytesIO()
        image.crop(area).save(part, "PNG")
    return part.getvalue()

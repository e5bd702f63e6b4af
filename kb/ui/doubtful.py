"""Pages to check: those whose text is doubtful, with their picture and what was read. The address holds document and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

import kb
from kb import legible
from kb.paging import place
from kb.ui import looked
from kb.ui.common import (
    base,
    clean,
    count,
    first_visit,
    has_pages,
    header,
    name_of,
    plain,
    problem,
    read,
    root,
)
from kb.ui.deciding import who
from kb.ui.evidence import picture

_PAGE = 10


def page() -> None:
    header(
        "Pages to check",
        "Pages whose text may be wrong or missing: what was read there, beside the page itself.",
    )
    documents = read("documents")
    if not documents:
        first_visit()
        return
    chosen, number = st.query_params.get("document", ""), st.query_params.get("page", "")
    well = looked.at(root())
    doubtful = [(d, n) for d in documents for n in d["page_notes"] if legible.doubtful(n)]
    doubtful.sort(key=lambda pair: pair[1]["confidence"])
    if one := [p for p in doubtful if p[0]["id"] == chosen and str(p[1]["page"]) == number]:
        _look(*one[0], doubtful, well)
        return
    _list([p for p in doubtful if chosen in ("", p[0]["id"])], well, chosen)


def _list(
    doubtful: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    well: Mapping[tuple[str, int], Mapping[str, Any]],
    chosen: str,
) -> None:
    if chosen and st.button("Of all documents", type="tertiary", icon=":material/arrow_back:"):
        _go()
    open_ = [p for p in doubtful if (p[0]["id"], p[1]["page"]) not in well]
    done = len(doubtful) - len(open_)
    show = (
        st.toggle(f"Show the {done} that were looked at", key="done", bind="query-params") if done else False
    )
    shown = doubtful if show else open_
    if not shown:
        st.info(
            "All pages were looked at." if done else "Every page was read without doubt.",
            icon=":material/task_alt:",
        )
        return
    st.caption(f"{count(len(open_), 'page')} to look at, the most doubtful first")
    at = st.pagination(-(-len(shown) // _PAGE), key="doubtful") if len(shown) > _PAGE else 1
    for document, note in shown[(at - 1) * _PAGE : at * _PAGE]:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(name_of(document), 120)}**")
            st.caption(_told(document, note))
            if by := well.get((document["id"], note["page"])):
                st.caption(f"Looked at by {plain(by['who'], 80)}, {plain(by['when'][:10])}")
            if st.button(
                "Look at it", key=f"look-{document['id']}-{note['page']}", icon=":material/preview:"
            ):
                _go(document["id"], note["page"])


def _look(
    document: Mapping[str, Any],
    note: Mapping[str, Any],
    doubtful: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    well: Mapping[tuple[str, int], Mapping[str, Any]],
) -> None:
    here = (document["id"], note["page"])
    if st.button("All pages to check", type="tertiary", icon=":material/arrow_back:"):
        _go()
    st.subheader(plain(name_of(document), 120), anchor=False)
    st.caption(_told(document, note))
    name = who("page")
    with st.container(horizontal=True):
        if here in well:
            if st.button("Look at it again later", icon=":material/undo:"):
                looked.note(root(), *here, well=False, who=name)
                st.rerun()
        elif st.button("The text will do", type="primary", icon=":material/check:"):
            looked.note(root(), *here, well=True, who=name)
            rest = [p for p in doubtful if (p[0]["id"], p[1]["page"]) not in {*well, here}]
            _go(*((rest[0][0]["id"], rest[0][1]["page"]) if rest else ()))
    st.caption(
        "Where the text will not do, scan the page again or ask for the file it was made from, and add that one."
    )
    left, right = st.columns(2)
    with left:
        st.caption("The page")
        _picture(document, note["page"])
    with right:
        st.caption("What was read there")
        with st.container(border=True):
            text = base().page_text(*here)
            st.text(clean(text) if text else "Nothing was read from this page.")


def _picture(document: Mapping[str, Any], page: int) -> None:
    if not has_pages(document):
        st.info(
            "Only pages of PDF files can be shown. Open the file itself.",
            icon=":material/image_not_supported:",
        )
        return
    try:
        with st.spinner("Drawing the page"):
            image = picture(document["id"], page, ())
    except kb.KBError as error:
        problem(error)
        return
    st.image(image, width="stretch", alt=f"Page {page} of the document")


def _told(document: Mapping[str, Any], note: Mapping[str, Any]) -> str:
    told = legible.told([note])[0].split(": ", 1)[1]
    return f"{place(document['path'], note['page'])} · {plain(told, 300)}"


def _go(document: str = "", page: int = 0) -> None:
    st.query_params.from_dict({"document": document, "page": str(page)} if document else {})
    st.rerun()


if __name__ == "__main__":
    page()

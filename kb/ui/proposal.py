"""Proposal desk: a fact pack of a choice or of the basket, and the check of a draft. The address holds what was chosen."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

import kb
from kb.reports.model import Cell, Report
from kb.ui import basket, choice, report
from kb.ui.common import PAGES, base, count, first_visit, header, plain, problem, read, thinking

_PACK, _CHECK = "Fact pack", "Check a draft"
_CHOICE, _BASKET = "A choice", "The basket"
_VERDICTS = {
    "contradicted": ("red", "close"),
    "outdated": ("orange", "history"),
    "not found": ("gray", "question_mark"),
    "supported": ("green", "check"),
}
"""Verdict → colour and sign, those that need a look first."""
_MANY = 100
"""Documents from which a fact pack is not made before something is chosen."""
_DRAFT = "checked-draft"
"""Where the visit keeps the check of the last draft: as made (under None), and protected without and with names."""


def page() -> None:
    header(
        "Proposal desk",
        "Facts from past work for a proposal, each with its source; and a check of what a draft claims.",
    )
    if not any(d["status"] != "failed" for d in base().documents()):
        first_visit()
        return
    view = st.segmented_control(
        "View",
        [_PACK, _CHECK],
        default=_PACK,
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    if view == _CHECK:
        _draft()
    else:
        _pack()


def _pack() -> None:
    kept = basket.items()
    source = st.segmented_control(
        "Facts from",
        [_CHOICE, _BASKET],
        default=_CHOICE,
        required=True,
        key="from",
        bind="query-params",
    )
    if source == _BASKET:
        basket.panel()
        if not kept:
            return
        chosen = {"basket": tuple(kept)}
    else:
        chosen = choice.choose()
        if not any(chosen.values()) and not _of_all():
            return
    shown = report.names_shown()
    made = report.made("factpack", "Gathering the facts", show_names=shown, **chosen)
    if made is None:
        return
    if not report.told(made):
        st.info(
            "The documents tell nothing of this choice. Take a filter away, or look for it with other words.",
            icon=":material/search_off:",
        )
        st.page_link(str(PAGES / "search.py"), label="Search", icon=":material/search:")
        return
    st.markdown(f"**{plain(made.subtitle)}**")
    marked = sum(bool(s.mark) for s in made.sentences()) + sum(bool(c.mark) for r in made.rows() for c in r)
    if marked:
        st.warning(
            f"{count(marked, 'fact is', 'facts are')} told anew or told otherwise in another document. "
            "They are marked; look at both sources before you use them.",
            icon=":material/warning:",
        )
    report.files(made, ".docx", ".md")
    report.chapters(made)


def _of_all() -> bool:
    """Is the fact pack to be of all documents? Of many that is a book, which is made when it is asked for."""
    documents = len([d for d in read("documents") if d["status"] != "failed"])
    if documents <= _MANY or "all" in st.query_params:
        return True
    st.info(
        "Choose a donor, a place, a time or a sector; the facts that fit it are gathered here.",
        icon=":material/filter_alt:",
    )
    if st.button(f"Gather the facts of all {documents:,} documents", icon=":material/library_books:"):
        st.query_params["all"] = "yes"
        st.rerun()
    return False


def _draft() -> None:
    st.caption(
        "Each sentence with a number, a date or a name is compared with the documents. The draft is not kept."
    )
    with st.form("draft", border=True):
        text = st.text_area(
            "Paste the draft",
            height=180,
            placeholder="In 2012 the mission trained 70 border guards in Khatlon with funds of …",
        )
        file = st.file_uploader("Or choose a file", type=["docx", "md", "txt"])
        sent = st.form_submit_button("Check the draft", type="primary", icon=":material/fact_check:")
    if sent:
        st.session_state.pop(_DRAFT, None)
        if file is None and not text.strip():
            st.warning(
                "There is nothing to check yet. Paste a text or choose a file.", icon=":material/warning:"
            )
            return
        with thinking("Comparing each claim with the documents"):
            try:
                made = _checked(file.name, file.getvalue()) if file else base().check_draft(text)
            except kb.KBError as error:
                problem(error)
                return
        st.session_state[_DRAFT] = {None: made}
    if (kept := st.session_state.get(_DRAFT)) is not None:
        shown = report.names_shown()
        if shown not in kept:
            with st.spinner("Protecting people in what is shown"):
                kept[shown] = base().protected(kept[None], show_names=shown)
        _judged(kept[shown])


def _checked(name: str, data: bytes) -> Report:
    """The check of an uploaded file, which is read as a document is and then deleted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"draft{Path(name).suffix.casefold()}"
        path.write_bytes(data)
        return base().check_draft(path)


def _judged(made: Report) -> None:
    rows = [dict(zip(table.columns, row, strict=True)) for table in made.tables() for row in table.rows]
    if not rows:
        st.info(
            "No sentence of the draft states a number, a date or a name that could be looked up.",
            icon=":material/info:",
        )
        return
    counts = Counter(row["Verdict"].text for row in rows)
    verdict = st.pills(
        "Verdict",
        [v for v in _VERDICTS if counts[v]],
        format_func=lambda v: f":material/{_VERDICTS[v][1]}: {counts[v]} {v}",
        key="verdict",
        help="Choose one to see its claims alone.",
        label_visibility="collapsed",
    )
    st.caption(
        "Not found is no contradiction: the documents are silent. Read the sources before you change a draft."
    )
    report.files(made, ".docx", ".md")
    wanted = [row for row in rows if verdict in (None, row["Verdict"].text)]
    for row in report.paged(wanted, f"claims-{verdict}"):
        _claim(row)


def _claim(row: Mapping[str, Cell]) -> None:
    verdict, source = row["Verdict"].text, row["Source"]
    colour, sign = _VERDICTS[verdict]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":{colour}-badge[:material/{sign}: {verdict.capitalize()}]")
        st.markdown(plain(row["Claim"].text))
        if source.notes and source.text:
            st.markdown(f":gray[{plain(source.text)}]")
        for number, note in enumerate(source.notes[:2]):
            report.opener([note], f"claim-{row['No.'].text}-{number}")
            st.markdown(f"> {plain(note.quote)}")


if __name__ == "__main__":
    page()

"""Cross-reference: what recurs over the issues, issue against issue, who does what where. The address holds view and choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from kb.periods import long_date
from kb.reports.model import Cell
from kb.text import fold
from kb.ui import basket, choice, report
from kb.ui.common import (
    PAGES,
    base,
    count,
    first_visit,
    header,
    plain,
    read,
    titles_of,
)
from kb.ui.evidence import source
from kb.versions import counted

_RECURS, _ISSUES, _MATRIX = "What recurs", "Issue against issue", "Who does what where"
_STATUS = {"All": "", "Ongoing": "ongoing", "Gone quiet": "quiet"}
_ORGANISATIONS = 10
_FIELDS = ("projects", "donors", "partners", "places")
_HERE = str(PAGES / "crossref.py")


def page() -> None:
    header("Cross-reference", "The issues side by side: what recurs, what changed, who does what where.")
    documents = [d for d in base().documents() if d["status"] != "failed"]
    if not documents:
        first_visit()
        return
    if id := st.query_params.get("thread", ""):
        _thread(id)
        return
    view = st.segmented_control(
        "View",
        [_RECURS, _ISSUES, _MATRIX],
        default=_RECURS,
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    if view == _ISSUES:
        _issues(documents)
    elif view == _MATRIX:
        _matrix()
    else:
        _threads()


# What recurs


def _threads() -> None:
    with st.spinner("Looking for what recurs"):
        threads = read("threads")
    if not threads:
        st.info(
            "Nothing recurs yet: no activity is told of in two documents at two times. Add further issues.",
            icon=":material/timeline:",
        )
        st.page_link(str(PAGES / "documents.py"), label="Add documents", icon=":material/upload_file:")
        return
    wanted = st.text_input(
        "Name",
        key="name",
        bind="query-params",
        type="search",
        live=True,
        placeholder="Activity, project, place, partner or donor",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    status = st.segmented_control(
        "Status", list(_STATUS), default="All", required=True, key="status", bind="query-params", label_visibility="collapsed"
    )  # fmt: skip
    found = [
        t
        for t in threads
        if _STATUS[status or "All"] in ("", t["status"]) and fold(wanted or "") in fold(_words(t))
    ]
    if not found:
        st.info("None of these. Take the name or the status away.", icon=":material/search_off:")
        return
    st.caption(
        f"{count(len(found), 'activity recurs', 'activities recur')}; those with most occasions first."
    )
    for thread in report.paged(found, f"threads-{status}-{wanted}"):
        with st.container(border=True, gap="xxsmall"):
            st.page_link(_HERE, label=plain(_title(thread), 120), query_params={"thread": thread["id"]})
            st.caption(_span(thread))


def _words(thread: Mapping[str, Any]) -> str:
    names = [n for f in _FIELDS for m in thread["members"] for n in m[f]]
    return " ".join([thread["name"], *dict.fromkeys(names)])


def _title(thread: Mapping[str, Any]) -> str:
    name = str(thread["name"]).replace("_", " ")
    return name[:1].upper() + name[1:]


def _span(thread: Mapping[str, Any]) -> str:
    parts = [
        count(thread["occasions"], "occasion"),
        f"{long_date(thread['first'], '')} to {long_date(thread['last'], '')}",
        thread["interval"],
        f"quiet since {long_date(thread['quiet_since'], '')}" if thread["quiet_since"] else thread["status"],
    ]
    return " · ".join(plain(p) for p in parts if p)


def _thread(id: str) -> None:
    st.page_link(_HERE, label="All that recurs", icon=":material/arrow_back:", query_params={})
    with st.spinner("Looking for what recurs"):
        thread = next((t for t in read("threads") if t["id"] == id), None)
    if thread is None:
        st.error(
            "This activity is no longer among those that recur: its documents were changed or removed. Go back to the list.",
            icon=":material/error:",
        )
        return
    st.subheader(plain(_title(thread)), anchor=False)
    st.caption(_span(thread))
    _kept_and_changed(thread)
    for figure in thread["figures"]:
        told = " → ".join(
            f"**{plain(' '.join(filter(None, (t['qualifier'], _number(t['value'])))))}** ({long_date(t['occasion'], '')})"
            for t in figure["told"]
        )
        st.markdown(
            f":gray[{plain(' '.join(filter(None, (figure['unit'], figure['counted']))).capitalize())}] {told}"
        )
    members = [(o, list(group)) for o, group in groupby(thread["members"], key=lambda m: m["occasion"])]
    for occasion, group in report.paged(members, f"occasions-{id}"):
        st.markdown(
            f"##### :material/event: {long_date(occasion, '') if occasion else 'At a time that is not told'}"
        )
        for member in group:
            _member(member)


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _kept_and_changed(thread: Mapping[str, Any]) -> None:
    stayed = [
        f":gray[{f.capitalize()}] {plain(', '.join(thread['stayed'][f]))}"
        for f in _FIELDS
        if thread["stayed"][f]
    ]
    changed = [
        f":gray[{f.capitalize()}] {'; '.join(_spell(row) for row in thread['changed'][f])}" for f in _FIELDS if thread["changed"][f]
    ]  # fmt: skip
    with st.container(border=True):
        left, right = st.columns(2)
        left.markdown("**What stayed**\n\n" + ("\n\n".join(stayed) or "Nothing is told at most occasions."))
        right.markdown("**What changed**\n\n" + ("\n\n".join(changed) or "Nothing."))


def _spell(row: Mapping[str, str]) -> str:
    """A name with the first and the last occasion that tell it."""
    when = dict.fromkeys((long_date(row["first"], ""), long_date(row["last"], "")))
    return f"{plain(row['name'])} :small[({plain(' to '.join(when))})]"


def _member(member: Mapping[str, Any]) -> None:
    with st.container(border=True, gap="xsmall"):
        facts = [f":gray[{f.capitalize()}] {plain(', '.join(member[f]))}" for f in _FIELDS if member[f]]
        kind = f"**{plain(member['type'].replace('_', ' ').capitalize())}**"
        st.markdown(" · ".join([kind, *filter(None, [plain(member["status"])]), *facts]))
        source(member["evidence"], f"member-{member['activity']}")
        basket.button(member["activity"], member["evidence"]["quote"], member["activity"])


# Issue against issue


def _issues(documents: Sequence[dict[str, Any]]) -> None:
    issues = counted(documents)
    if len(issues) < 2:
        st.info(
            "Two issues are needed, to compare one with the other. Add another one.",
            icon=":material/compare_arrows:",
        )
        st.page_link(str(PAGES / "documents.py"), label="Add documents", icon=":material/upload_file:")
        return
    titles = titles_of(issues)
    names = {id: name for name, id in titles.items()}
    order = [names[d["id"]] for d in issues]
    earlier = st.selectbox("Earlier issue", order, index=len(order) - 2, key="earlier", bind="query-params")
    later = st.selectbox("Later issue", order, index=len(order) - 1, key="later", bind="query-params")
    if earlier == later:
        st.info("Choose two different issues.", icon=":material/compare_arrows:")
        return
    shown = report.names_shown()
    made = report.made(
        "changes", "Comparing the issues", show_names=shown, earlier=titles[earlier], later=titles[later]
    )
    if made is None:
        return
    report.files(made, ".docx", ".md")
    report.chapters(made)


# Who does what where


def _matrix() -> None:
    chosen = choice.choose()
    shown = report.names_shown()
    made = report.made("matrix", "Counting who does what where", show_names=shown, **chosen)
    if made is None:
        return
    rows = [dict(zip(table.columns, row, strict=True)) for table in made.tables() for row in table.rows]
    if not rows:
        st.info("The documents tell of no such activity. Take a filter away.", icon=":material/search_off:")
        return
    rows.sort(key=lambda row: row["Organisation"].text.casefold())
    by_organisation = [
        (who, list(group)) for who, group in groupby(rows, key=lambda r: r["Organisation"].text)
    ]
    st.caption(
        f"{count(len(by_organisation), 'organisation')}, {count(len(rows), 'row')}. The files bear HXL tags in the second row."
    )
    report.files(made, ".xlsx", ".csv")
    for who, group in report.paged(by_organisation, f"matrix-{sorted(chosen.items())}", _ORGANISATIONS):
        with st.container(border=True, gap="xxsmall"):
            st.markdown(f"**{plain(who or 'Not told who')}**")
            for number, row in enumerate(group):
                _cell(row, f"matrix-{who}-{number}")


def _cell(row: Mapping[str, Cell], key: str) -> None:
    """What an organisation does in a district, and a count that opens the words."""
    what = row["Activity"].text.replace("_", " ").capitalize()
    where = ", ".join(dict.fromkeys(t for t in (row["District"].text, row["Region"].text) if t))
    dates = dict.fromkeys(long_date(t, "") for t in (row["From"].text, row["To"].text) if t)
    told = [plain(what), f":gray[{plain(where or 'place not told')}]", f":gray[{plain(' to '.join(dates))}]" if dates else ""]  # fmt: skip
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        gap="small",
        wrap=False,
    ):
        st.markdown(" · ".join(t for t in told if t))
        number = row["Activities"]
        report.opener(number.notes, key, count(int(number.text), "activity", "activities"))


if __name__ == "__main__":
    page()

"""Documents: what is in, what failed and why; add, remove, restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

import kb
from kb import languages, legible
from kb.ingest import INTERRUPTED
from kb.paging import counted
from kb.text import fold
from kb.ui import jobs, library
from kb.ui.common import (
    PAGES,
    base,
    clean,
    count,
    have_read,
    header,
    name_of,
    period_of,
    plain,
    problem,
    read,
    root,
    upload,
)
from kb.versions import said_of

_CORPUS = Path("corpus")
_PAGE = 25
_NEW = 5
"""Documents just added that are named one by one."""
_OUTCOMES = {
    "added": "added",
    "changed": "changed",
    "renamed": "renamed",
    "removed": "removed",
    "unchanged": "unchanged",
    "duplicates": "already there under another name",
}
_STATUS = {"ok": ("read", "green"), "partial": ("read in part", "orange"), "failed": ("failed", "red")}
_FEW = 8
"""So many documents need no filter."""
_ALL = "All"
_SHOWN: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    _ALL: lambda d: True,
    "Not read": lambda d: d["status"] == "failed",
    "Read in part": lambda d: d["status"] == "partial",
    "With pages to check": lambda d: any(map(legible.doubtful, d["page_notes"])),
}
_READING = ("being read", "blue")


def page() -> None:
    header("Documents")
    documents = read("documents")
    job = jobs.latest(root())
    running = job is not None and job.state == "running"
    _add(running, empty=not documents)
    # Below the form: what a job tells comes and goes by itself, and must not move what is about to be clicked.
    _job(job, documents)
    _restore(running, {d["id"] for d in documents})
    _list(documents, running)


def _job(job: jobs.Job | None, documents: Sequence[Mapping[str, Any]]) -> None:
    if job is None:
        return
    if job.state == "running":
        _running()
        return
    if job.state == "done":
        _report(job.report or {})
        _added(job.report or {}, documents)
    elif job.state == "refused":
        st.error(plain(job.error), icon=":material/error:")
    else:
        st.error(
            "Adding documents stopped before its end. What was finished is kept; start it again to go on with the rest.",
            icon=":material/error:",
        )
    if st.button("Close this message", type="tertiary", icon=":material/close:"):
        jobs.forget(root(), job.id)
        st.rerun()


@st.fragment(run_every="1s")
def _running() -> None:
    job = jobs.latest(root())
    if job is None or job.state != "running":
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    if job.stage in ("reading", "stored"):
        words = f"Document {min(job.done + 1, job.total)} of {job.total}: {plain(Path(job.path).name, 60)}"
    elif job.stage == "embedding":
        words = f"Learning to find what was read: passage {job.done} of {job.total}"
    else:
        words = "Bringing the index up to date" if job.stage == "indexing" else "Starting"
    st.progress(min(share, 1.0), text=words)
    st.caption("You can go on asking and searching meanwhile; this goes on when you leave the page.")


def _report(report: Mapping[str, Any]) -> None:
    def number(field: str) -> int:
        value = report.get(field) or 0
        return value if isinstance(value, int) else len(value)

    told = (
        ", ".join(f"{n} {words}" for field, words in _OUTCOMES.items() if (n := number(field)))
        or "Nothing new"
    )
    failed = report.get("failed") or []
    st.success(f"Done: {told} in {report.get('seconds', 0):.0f} seconds.", icon=":material/check_circle:")
    for note in report.get("notes") or []:
        st.warning(plain(note), icon=":material/warning:")
    if failed:
        st.warning(f"{count(len(failed), 'file')} could not be read:", icon=":material/warning:")
        for path, reason in failed:
            st.text(clean(_reason(path, reason)))


def _added(report: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> None:
    """What the documents that came with this job tell first."""
    paths = {*report.get("added", ()), *report.get("changed", ())}
    new = [d for d in documents if d["path"] in paths and d["status"] != "failed"]
    with st.container(gap="xxsmall"):
        for document in new[:_NEW]:
            _news_link(document, f"What is new in {plain(name_of(document), 80)}")
    if len(new) > _NEW:
        st.caption(f"and in {count(len(new) - _NEW, 'other')} below")


def _news_link(document: Mapping[str, Any], label: str) -> None:
    st.page_link(
        str(PAGES / "news.py"),
        label=label,
        icon=":material/fiber_new:",
        query_params={"document": document["id"]},
    )


def _add(running: bool, *, empty: bool) -> None:
    with st.container(border=True):
        st.subheader("Add documents", anchor=False)
        if empty:
            st.write(
                "No documents yet. Choose newsletters and reports: PDF, Word, PowerPoint, Excel, e-mails, web pages, electronic "
                "books, Markdown or plain text. They stay on this computer."
            )
        upload(running=running)
        if _CORPUS.is_dir() and any(_CORPUS.iterdir()):
            label = f"Read the folder {plain(_CORPUS)}"
            if st.button(label, icon=":material/folder_open:", disabled=running):
                have_read([_CORPUS])
            st.caption(
                "New, changed, renamed and deleted files of the folder are followed; the folder itself is left as it is."
            )


def _restore(running: bool, present: set[str]) -> None:
    kept = [k for k in library.removed(root()) if k.id not in present]
    if not kept:
        return
    with st.expander(f"Removed ({len(kept)})", icon=":material/restore_from_trash:"):
        for entry in kept:
            st.markdown(f"**{plain(entry.title or Path(entry.path).name, 100)}**")
            with st.container(horizontal=True):
                if st.button("Restore", key=f"restore-{entry.id}", icon=":material/undo:", disabled=running):
                    have_read([library.restorable(root(), entry)])
                if st.button("Delete for good", key=f"discard-{entry.id}", icon=":material/delete_forever:"):
                    library.discard(root(), entry)
                    st.rerun()


def _list(documents: Sequence[Mapping[str, Any]], running: bool) -> None:
    if not documents:
        return
    failed = sum(d["status"] == "failed" and not (running and d["reason"] == INTERRUPTED) for d in documents)
    told = count(len(documents), "document") + (f", {failed} of them not read" if failed else "")
    st.subheader(told, anchor=False)
    documents = _filtered(documents)
    if not documents:
        st.info("None of these. Take the filter away, or type another name.", icon=":material/search_off:")
        return
    order = {"failed": 0, "partial": 1, "ok": 2}
    latest = sorted(documents, key=lambda d: d["period_start"], reverse=True)
    latest.sort(key=lambda d: order[d["status"]])
    names = {d["id"]: name_of(d) for d in read("documents")}
    at = st.pagination(-(-len(latest) // _PAGE), key="documents-page") if len(latest) > _PAGE else 1
    for document in latest[(at - 1) * _PAGE : at * _PAGE]:
        _document(document, running, names)


def _filtered(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The documents that are to be shown; the filter stands where there are enough to need one, or in the address."""
    if len(documents) <= _FEW and not {"show", "name"} & {*st.query_params}:
        return list(documents)
    show = st.segmented_control(
        "Show",
        list(_SHOWN),
        default=_ALL,
        required=True,
        key="show",
        bind="query-params",
        label_visibility="collapsed",
    )
    wanted = fold(st.text_input(
        "Name", key="name", bind="query-params", type="search", live=True, placeholder="Title or file name",
        label_visibility="collapsed", icon=":material/search:",
    ) or "")  # fmt: skip
    return [
        d
        for d in documents
        if _SHOWN[show or _ALL](d) and wanted in fold(f"{name_of(d)} {Path(d['path']).name} {period_of(d)}")
    ]


def _document(document: Mapping[str, Any], running: bool, names: Mapping[str, str]) -> None:
    # A document counts as failed until all of it is stored.
    reading = running and document["reason"] == INTERRUPTED
    word, colour = _READING if reading else _STATUS[document["status"]]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(name_of(document), 120)}**", width="content")
            st.badge(word, color=colour)  # type: ignore[arg-type]
        facts = [
            plain(document["organisation"], 80),
            plain(period_of(document)),
            counted(document["path"], document["pages"]),
            plain(languages.name_of(document["language"])),
        ]
        st.caption(" · ".join(f for f in facts if f))
        if version := said_of(document, names):
            st.caption(plain(version, 160))
        if document["reason"] and not reading:
            st.text(clean(_reason(document["path"], document["reason"])))
        if pages := [] if reading else legible.told(document["page_notes"]):
            with st.expander("How its pages were read", icon=":material/document_scanner:"):
                st.text(clean("\n".join(pages)))
                if any(map(legible.doubtful, document["page_notes"])):
                    st.page_link(
                        str(PAGES / "doubtful.py"), label="Look at these pages", icon=":material/preview:",
                        query_params={"document": document["id"]},
                    )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(plain(_where(Path(document["path"])), 200), width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                if not reading and document["status"] != "failed":
                    _news_link(document, "What is new in it")
                remove = st.button(
                    "Remove",
                    key=f"remove-{document['id']}",
                    type="tertiary",
                    icon=":material/delete:",
                    disabled=running,
                )
            if remove:
                _confirm(dict(document))


def _reason(path: str, reason: str) -> str:
    """The reason with the file's name for its whole path."""
    return reason.replace(path, Path(path).name)


def _where(path: Path) -> str:
    """The file as a person would name it."""
    if path.is_relative_to(root().resolve() / "uploads"):
        return f"{path.name} (uploaded)"
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


@st.dialog("Remove this document?")
def _confirm(document: dict[str, Any]) -> None:
    st.text(clean(name_of(document)))
    st.write(
        "Its text, names, figures and activities leave the knowledge base. You can restore it from this page."
    )
    path = Path(document["path"])
    if path.is_file() and not path.is_relative_to(root().resolve() / "uploads"):
        st.write("Its file stays where it is, so reading that folder again brings the document back.")
    with st.container(horizontal=True):
        if st.button("Remove", type="primary", icon=":material/delete:"):
            try:
                _remove(document)
            except kb.KBError as error:
                problem(error)
                return
            st.rerun()
        if st.button("Keep it"):
            st.rerun()


def _remove(document: Mapping[str, Any]) -> None:
    original = base().original(dict(document))
    if original.is_file():
        library.keep(root(), document, original)
    base().remove(document["id"])


if __name__ == "__main__":
    page()

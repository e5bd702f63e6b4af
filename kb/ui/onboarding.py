"""Briefing: the briefing book for a new Chief of Mission. The address holds the chapter and the date since when to tell what changed."""

from __future__ import annotations

from kb.ui import choice, report
from kb.ui.common import base, first_visit, header


def page() -> None:
    header(
        "Briefing",
        "The mission on a few pages, for a new Chief of Mission: each statement with the words that say so.",
    )
    if not any(d["status"] != "failed" for d in base().documents()):
        first_visit()
        return
    since = choice.date_field("What changed since", "since")
    shown = report.names_shown()
    made = report.made(
        "briefing",
        "Writing the briefing book and answering its questions, which takes some seconds the first time",
        show_names=shown,
        since=str(since) if since else "",
    )
    if made is None:
        return
    report.files(made, ".docx", ".html")
    report.chapters(made)


if __name__ == "__main__":
    page()

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
    changed = str(since) if since else ""
    # The chapter that is shown alone is written: all of them, with the questions, take seconds.
    outline = report.made("briefing", "Opening the briefing book", show_names=shown, since=changed, only=())
    if outline is None:
        return
    knowledge = base()
    report.files(
        outline, ".docx", ".html",
        whole=lambda: knowledge.protected(knowledge.briefing(since=changed), show_names=shown),
    )  # fmt: skip
    title = report.chosen_chapter(outline)
    made = report.made("briefing", f"Writing {title}", show_names=shown, since=changed, only=(title,))
    if made is not None:
        report.show_chapter(made, title)


if __name__ == "__main__":
    page()

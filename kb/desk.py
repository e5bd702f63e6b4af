"""What a knowledge base gives out: fact pack, briefing book, matrix, changes, the check of a draft; and how it is protected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import InputError

if TYPE_CHECKING:
    from kb.records import AuthorityEntry
    from kb.reports.facts import Facts
    from kb.reports.model import Report
    from kb.settings import Settings


class Desk:
    """The reports of a knowledge base, which brings the parts named here."""

    settings: Settings
    _store: Any
    _index: Any
    _embedder: Any
    _sandbox: Any
    _ingester: Any
    _manager: Any
    ask: Callable[..., dict[str, Any]]
    document: Callable[[str], dict[str, Any]]
    _facts: tuple[str, Facts] | None = None
    """A mark of the truth, and what reports read of it: the next report, or the same one protected, need not read it again."""
    _told: tuple[str, dict[str, dict[str, Any]]] = ("", {})
    """A mark of the truth, and the guided questions that were answered from it."""

    def factpack(
        self,
        *,
        donor: str = "",
        place: str = "",
        since: str = "",
        until: str = "",
        types: Sequence[str] = (),
        basket: Sequence[str] = (),
    ) -> Report:
        """Facts for a proposal: of a donor, place, time, types of activities, or a basket of ids; unprotected. Raises InputError.

        `basket`: ids of activities, figures and passages, and quotes as `kb.reports.facts.quoted` names them. What leaves the house goes through `protected`.
        """
        from kb.reports.factpack import factpack

        return self._report(
            lambda facts: factpack(
                facts,
                facts.choice(donor=donor, place=place, since=since, until=until, types=types, basket=basket),
            )
        )

    def briefing(self, *, since: str = "", only: Collection[str] | None = None) -> Report:
        """The briefing book for a new Chief of Mission; with what changed since a date; unprotected. Raises InputError.

        `only`: titles of the chapters that are written, the others stand empty; None: all.
        """
        from kb.reports.briefing import Thread, briefing
        from kb.threads import find, recurs

        def threads() -> list[Thread]:
            return [(t["name"], [m["activity"] for m in t["members"]]) for t in find(self._store)]

        def report(facts: Facts) -> Report:
            changed = facts.choice(since=since).since
            some = threads if recurs(self._store) else None
            return briefing(facts, since=changed, ask=self._guided, threads=some, only=only)

        return self._report(report)

    def _guided(self, question: str) -> dict[str, Any]:
        """The answer to a guided question, kept until the truth changes: the same book with another date need not wait for it."""
        changes = self._store.meta("changes")
        if self._told[0] != changes:
            self._told = (changes, {})
        told = self._told[1]
        if question not in told:
            told[question] = self.ask(question)
        return told[question]

    def matrix(
        self, *, donor: str = "", place: str = "", since: str = "", until: str = "", types: Sequence[str] = ()
    ) -> Report:
        """Who does what where: organisation × type × district, with HXL tags; unprotected. Raises InputError."""
        from kb.reports.matrix import matrix

        return self._report(
            lambda facts: matrix(
                facts, facts.choice(donor=donor, place=place, since=since, until=until, types=types)
            )
        )

    def changes(self, earlier: str = "", later: str = "") -> Report:
        """Issue against issue, each by id, path, file name or title; by default the last two; unprotected. Raises InputError."""
        from kb.reports.changes import between

        ids = [str(self.document(name)["id"]) if name else "" for name in (earlier, later)]

        def report(facts: Facts) -> Report:
            counted = list(facts.documents)
            if len(counted) < 2:
                raise InputError("two issues are needed, to compare one with the other. Ingest another one.")
            last = ids[1] or next(d for d in reversed(counted) if d != ids[0])
            before = [d for d in counted if d != last]
            return between(facts, ids[0] or before[-1], last)

        return self._report(report)

    def check_draft(self, draft: str | Path) -> Report:
        """Each claim of a draft (its text, or the path of a file): supported, contradicted, outdated or not found.

        Raises InputError for an empty draft, ReadError for a file that cannot be read.
        """
        from kb.reports import claims
        from kb.reports.draft import as_report, check

        analyser, known = self._ingester.analyser, self._store.known_entity
        if isinstance(draft, Path) and not draft.is_file():
            raise InputError(f"there is no file {draft}. Check the path.")
        if isinstance(draft, Path):
            found = claims.of_sections(self._sandbox.read(draft, "draft")[1], analyser, known)
        elif draft.strip():
            found = claims.of_text(draft, analyser, known)
        else:
            raise InputError("the draft is empty; paste a text, or name a file.")
        name = draft.name if isinstance(draft, Path) else "a draft"
        return self._report(lambda facts: as_report(check(facts, self._index, self._embedder, found), name))

    def protected(self, report: Report, *, show_names: bool = False) -> Report:
        """The report as it may leave: names of those helped hidden, small counts of victims or patients masked (`mask_below`).

        `show_names` leaves the names in, for those who may see them.
        """
        from kb.reports.protect import protect

        def authority() -> dict[str, AuthorityEntry]:
            return {e.id: e for entries in self._manager.hook.kb_authority() for e in entries}

        return self._report(
            lambda facts: protect(
                report, facts, show_names=show_names, mask_below=self.settings.mask_below, authority=authority
            )
        )

    def write_report(self, report: Report, path: Path) -> None:
        """Writes a report as .docx, .md, .html, .csv or .xlsx. Raises InputError."""
        from kb.reports.write import write

        write(report, path, template=self.settings.report_template)

    def _report(self, make: Callable[[Facts], Report]) -> Report:
        from kb.reports.facts import Facts

        with self._store.snapshot():
            changes = self._store.meta("changes")
            held = self._facts
            if held is None or held[0] != changes:
                self._facts = held = (changes, Facts(self._store))
            return make(held[1])

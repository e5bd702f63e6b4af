"""open_kb(): the one place that wires the parts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kb.contents import Contents
from kb.decisions import Decisions
from kb.desk import Desk
from kb.manager import Manager, PluginInfo
from kb.settings import Settings, load_settings
from kb.store import Store

if TYPE_CHECKING:
    from kb.doctor import DoctorReport
    from kb.hookspecs import Embedder, Reranker
    from kb.index import Index
    from kb.ingest import Ingester, IngestReport, Progress
    from kb.sandbox import Sandbox
    from kb.talk import Conversation


def open_kb(
    root: str | Path = "indexes",
    settings: dict[str, Any] | Settings | None = None,
    plugins: Sequence[Any] = (),
) -> KnowledgeBase:
    """Opens (or creates) the knowledge base whose state lies below `root`; use it in a `with` statement.

    `settings`: values that win over kb.toml and KB_* variables. `plugins`: modules, objects or importable names
    with hook implementations, for this knowledge base only. Raises KBError.
    """
    return KnowledgeBase(Path(root), settings, plugins)


class KnowledgeBase(Contents, Decisions, Desk):
    """The public face. Nothing heavy is loaded before it is needed."""

    def __init__(
        self, root: Path, settings: dict[str, Any] | Settings | None = None, plugins: Sequence[Any] = ()
    ) -> None:
        self.root = root.absolute()
        self.settings = load_settings(self.root, settings)
        self._manager = Manager(plugins, self.settings.disabled_plugins)
        self._given = [p.__name__ for p in plugins if isinstance(p, ModuleType)] + [
            p for p in plugins if isinstance(p, str)
        ]
        self._store = Store(self.root / "kb.sqlite3")

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the reading process and closes the store."""
        if "_sandbox" in self.__dict__:
            self._sandbox.close()
        self._store.close()

    @cached_property
    def _sandbox(self) -> Sandbox:
        from kb.sandbox import Sandbox

        return Sandbox(self.settings, self._given)

    @cached_property
    def _embedder(self) -> Embedder | None:
        return self._manager.hook.kb_embedder(settings=self.settings)  # type: ignore[no-any-return]

    @cached_property
    def _reranker(self) -> Reranker | None:
        return self._manager.hook.kb_reranker(settings=self.settings)  # type: ignore[no-any-return]

    @cached_property
    def _index(self) -> Index | None:
        from kb.index import Index

        return Index(self._store, self.root / "vectors", self._embedder.name) if self._embedder else None

    @cached_property
    def _ingester(self) -> Ingester:
        from kb.ingest import Ingester

        return Ingester(
            self.root, self._store, self._index, self._manager, self.settings, self._sandbox, self._embedder
        )

    @property
    def plugins(self) -> list[PluginInfo]:
        """All plugins found, switched on or off."""
        return self._manager.plugins

    # In and out

    def ingest(
        self, paths: str | Path | Sequence[str | Path], *, progress: Progress | None = None
    ) -> IngestReport:
        """Brings the truth up to these files and folders; only what is new or changed is read. Raises KBError."""
        return self._ingester.ingest([paths] if isinstance(paths, str | Path) else list(paths), progress)

    def remove(self, name: str) -> str:
        """Removes the document of that id, path, file name or title with all its traces; its id. Raises InputError.

        The file it came from stays where it is: ingesting its folder again brings the document back.
        """
        from kb import rules, series, versions
        from kb.ingest import forget, writing

        with writing(self.root):
            rules.read(self.root)  # a damaged rule is told of before anything is changed
            id = str(self.document(name)["id"])
            forget(self.root, self._store, id)
            versions.relate(self._store, self.settings.language)
            series.relate(self._store)
            self._lay_rules()
        return id

    def doctor(self, *, mend: bool = True) -> DoctorReport:
        """Checks store, full text, vectors, index and originals, and mends what can be mended."""
        from kb.doctor import examine

        return examine(self, mend=mend)

    def _renew(self, set_aside: Callable[[Path], Path]) -> Path:
        """Starts with an empty store in the place of a damaged one; where that was set aside. For the doctor."""
        self._store.close()
        aside = set_aside(self._store.path)
        self._store = Store(self._store.path)
        for part in ("_index", "_ingester"):
            self.__dict__.pop(part, None)
        return aside

    # Asking

    def search(self, query: str, limit: int = 10, **filters: Any) -> list[dict[str, Any]]:
        """Passages that fit the query, best first. Filters: donor, project, partner, district, type, since, until, document."""
        from kb.search import search

        with self._store.snapshot():
            return search(
                self._store,
                self._index,
                self._embedder,
                query,
                limit=limit,
                filters=filters,
                reranker=self._reranker,
            )

    def ask(
        self, question: str, *, context: Mapping[str, Any] | None = None, **filters: Any
    ) -> dict[str, Any]:
        """An answer with its evidence, or a refusal with near misses. Filters as in `search`.

        `context`: the answer to the question before, on which this one may lean ("and in 2013?"). Raises InputError.
        """
        answer = self._answer(question, context, filters)
        if not self.settings.llm_answers:
            return answer
        from kb.rephrase import reworded

        # Outside the snapshot: a model may take its time, and ingests need not wait for it.
        return reworded(self.settings, answer)

    def _answer(
        self,
        question: str,
        context: Mapping[str, Any] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer as the knowledge base words it."""
        from kb.answer import Sources, ask

        with self._store.snapshot():
            parts = (self._store, self._index, self._embedder, self._manager, self._in_force())
            return ask(Sources(*parts), question, filters=filters, context=context)

    def conversation(self) -> Conversation:
        """Questions one after the other, each of which may lean on the one before: `.ask`, `.clear()`, `.context`."""
        from kb.talk import Conversation

        return Conversation(self.ask)

    def suggest(self, answer: Mapping[str, Any] | None = None) -> list[str]:
        """Up to three questions that may come after an answer, or first of all; each of them is answered."""
        from kb.suggest import most_told, questions

        names = answer["names"] if answer and answer["names"] else most_told(self._store)
        asked = [answer["question"], answer["asked"]] if answer else []
        return questions(names, asked, self._answer)

    def threads(self, **filters: Any) -> list[dict[str, Any]]:
        """Activities that recur over documents, those with most occasions first. Filters as in `search`: threads with a member there.

        Dicts of id, name, kind (type of activity), first, last (ISO months or years), occasions (count), interval (such as
        "yearly"; "irregular"; "" for two occasions), months (the usual interval), status (ongoing or quiet), quiet_since,
        words (stems), stayed (projects, donors, partners, places → names told at most occasions), changed (the same → dicts
        of name, first, last), figures (dicts of counted, unit, told: occasion, value, qualifier, activity) and members in
        time order (activity, type, title, when, until, status, occasion, names by field, figures, evidence).
        """
        from kb.search import scope_of
        from kb.threads import find, with_evidence

        with self._store.snapshot():
            scope = scope_of(self._store, filters) if filters else None
            return with_evidence(self._store, find(self._store, scope))

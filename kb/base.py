"""open_kb(): the one place that wires the parts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kb.desk import Desk
from kb.errors import InputError, StoreError
from kb.manager import Manager, PluginInfo
from kb.records import Box
from kb.settings import Settings, load_settings
from kb.store import Store

if TYPE_CHECKING:
    from kb.doctor import DoctorReport
    from kb.hookspecs import Embedder, Exporter, Reranker
    from kb.index import Index
    from kb.ingest import Ingester, IngestReport, Progress
    from kb.rules import Rule
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


class KnowledgeBase(Desk):
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

    # What people decide

    def proposals(self, state: str | None = "open") -> list[dict[str, Any]]:
        """Pairs of entities, or of activities, that may be one, likeliest first; `state`: open, accepted, rejected, sure, or None for all.

        Dicts of id, kind, source, target (ids as read), source_name, target_name, score (0..1), reasons (in words), state,
        source_evidence, target_evidence (a citation of the first sentence with each name). `sure` ones were merged without
        asking; all can be decided.
        """
        from kb.ledger import example

        with self._store.snapshot():
            return [
                {
                    **row,
                    **{
                        f"{side}_evidence": example(self._store, row[side], row["kind"])
                        for side in ("source", "target")
                    },
                }
                for row in self._store.proposals(state)
            ]

    def decide(self, id: str, *, accept: bool, who: str = "", why: str = "") -> dict[str, Any]:
        """Says that a proposal's two entities are one (`accept`) or two, whatever its state; the rule. Raises InputError."""
        from kb import retold, review

        row = next((p for p in self._store.proposals(None) if p["id"] == id), None)
        if row is None:
            raise InputError(f"there is no proposal {id!r}. See `kb review --all`.")
        if row["state"] == ("accepted" if accept else "rejected"):
            raise InputError(f"the proposal {id!r} is {row['state']} already.")
        what = "merge" if accept else "apart"
        about_pair = retold.about_pair if row["kind"] == "activity" else review.about_pair
        return self._decide(lambda: about_pair(self._store, what, row["source"], row["target"]), who, why)

    def merge(self, name: str, into: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says that the entity of that name or id is the same as another one, whose name it takes; the rule. Raises InputError.

        Of two activities (ids): that they tell of one event.
        """
        from kb import retold, review

        if self._store.activities(ids=[name]):
            return self._decide(lambda: retold.about_pair(self._store, "merge", name, into), who, why)
        source, target = self._one(name), self._one(into)
        return self._decide(lambda: review.about_pair(self._store, "merge", source, target), who, why)

    def rename(self, name: str, to: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says how an entity (name or id) is called; it keeps its other names. The rule. Raises InputError."""
        from kb.review import about_entity

        id = self._one(name)
        return self._decide(lambda: about_entity(self._store, "rename", id, value=to), who, why)

    def correct(self, name: str, field: str, value: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Corrects a field of an entity (name or id) or of an activity (id); the rule. Raises InputError.

        Fields: of an entity kind, role, level; of an activity type, title, start, end, status, removed ("yes": it is none).
        """
        from kb.review import about_activity, about_entity

        if self._store.activities(ids=[name]):
            return self._decide(lambda: about_activity(self._store, name, field=field, value=value), who, why)
        id = self._one(name)
        return self._decide(
            lambda: about_entity(self._store, "correct", id, field=field, value=value), who, why
        )

    def rules(self) -> list[dict[str, Any]]:
        """All that people decided, oldest first, undone or not: dicts of id, when, who, why, what, says (in words), state, …

        `state`: in force, undone, or finds nothing (yet). Raises StoreError where the file of rules is damaged.
        """
        from kb.review import listed

        with self._store.snapshot():
            return listed(self._store, self.root)

    def undo(self, rule: str, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Undoes the rule of that id, an undoing one too: all is as if it had not been made. The rule. Raises InputError."""
        from kb.rules import Rule

        return self._decide(lambda: Rule("undo", of=rule), who, why)

    def _decide(self, rule: Callable[[], Rule], who: str, why: str) -> dict[str, Any]:
        """Adds a rule to the file and applies it."""
        from dataclasses import asdict, replace

        from kb.files import writing
        from kb.review import login
        from kb.rules import append, said

        with writing(self.root):
            made = append(self.root, replace(rule(), who=who or login(), why=why))
            self._lay_rules()
        return {**asdict(made), "says": said(made)}

    def _lay_rules(self) -> None:
        """Brings rules, merges, the review queue, events and threads up to the documents; for a writer."""
        from kb import retold, threads
        from kb.review import authority_of, refresh

        refresh(self._store, self.root, authority_of(self._manager))
        retold.relate(self._store, self.root)
        threads.relate(self._store)

    def _one(self, name: str) -> str:
        """Id of the one entity of that name or id. Raises InputError."""
        found = self.find(name)
        exact = [e for e in found if e["id"] == name] or found
        if len(exact) == 1:
            return str(exact[0]["id"])
        if not found:
            raise InputError(f"there is no entity {name!r}. See `kb list organisations` and the like.")
        which = ", ".join(f"{e['id']} ({e['kind']} {e['name']})" for e in found)
        raise InputError(f"{name!r} names {len(found)} entities: {which}. Name one by its id.")

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

    def conflicts(self) -> list[dict[str, Any]]:
        """Statements of documents that disagree: dicts of id, kind, about, cause (likely; or empty), claims, ruling (or None).

        `claims` are citations with `value` and `when`. Raises StoreError where the file of rules is damaged.
        """
        from kb.conflicts import find
        from kb.rules import in_force, read

        with self._store.snapshot():
            return find(self._store, in_force(read(self.root)))

    def prefer(self, conflict: str, claim: int, *, who: str = "", why: str = "") -> dict[str, Any]:
        """Says which claim (from 1) of the conflict of that id is right; the rule. Raises InputError."""
        from kb.conflicts import preferring

        row = next((c for c in self.conflicts() if c["id"] == conflict), None)
        if row is None or not 1 <= claim <= len(row["claims"]):
            what = f"conflict {conflict!r}" if row is None else f"claim {claim} in {conflict!r}"
            raise InputError(f"there is no {what}. See `kb conflicts`.")
        return self._decide(lambda: preferring(row, claim), who, why)

    def _in_force(self) -> list[Rule]:
        """The rules in force; none where the file is damaged, which `rules` tells of: questions are answered all the same."""
        from kb.rules import in_force, read

        try:
            return in_force(read(self.root))
        except StoreError:
            return []

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

    # Reading the truth

    @property
    def state(self) -> str:
        """A mark that is another one after each write, whoever wrote: what was read under the same mark still holds."""
        return f"{self.root} {self._store.meta('changes')}"

    def news(self, name: str) -> dict[str, Any]:
        """What a document (id, path, file name or title) tells that no earlier one told. Raises InputError.

        Dict of document, earlier (count of documents), entities (dicts of id, name, kind, level, group, known, later and a
        citation), figures and activities, as told by the document.
        """
        from kb.news import news

        with self._store.snapshot():
            return news(self._store, self.document(name))

    def documents(self) -> list[dict[str, Any]]:
        """All documents with status and reason, in the order of their periods."""
        return self._store.documents()

    def document(self, name: str) -> dict[str, Any]:
        """The document of that id, path, file name or title. Raises InputError."""
        documents = self._store.documents()
        for key in (
            lambda d: d["id"],
            lambda d: d["path"],
            lambda d: Path(d["path"]).name,
            lambda d: d["title"],
        ):
            found = [d for d in documents if key(d) == name or key(d) == str(Path(name).absolute())]
            if len(found) == 1:
                return found[0]
            if found:
                raise InputError(
                    f"{name!r} names {len(found)} documents; use a path or an id. See `kb list documents`."
                )
        raise InputError(f"there is no document {name!r}. See `kb list documents`.")

    def entities(self, kind: str | None = None, *, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Entities with aliases, roles, documents and the count of their mentions."""
        return self._store.entities(kind, ids)

    def find(self, name: str) -> list[dict[str, Any]]:
        """Entities that bear the name or id, in any spelling, those with most mentions first."""
        from kb.text import fold

        found = self._store.entities(ids=[name, *self._store.find_entities(fold(name))])
        return sorted(found, key=lambda e: -e["mentions"])

    def entity(self, id: str) -> dict[str, Any]:
        """All that is known of an entity: entity, mentions in time order, activities, relations. Raises InputError."""
        from kb.ledger import dossier

        try:
            with self._store.snapshot():
                return dossier(self._store, id)
        except KeyError:
            raise self._unknown(id) from None

    @staticmethod
    def _unknown(id: str) -> InputError:
        return InputError(f"there is no entity {id!r}. See `kb list organisations` and the like.")

    def dossier(self, id: str) -> dict[str, Any]:
        """`entity`, with figures, issues, together (who it works with), news, points on a map. Raises InputError."""
        from kb.dossier import dossier

        try:
            with self._store.snapshot():
                return dossier(self._store, id)
        except KeyError:
            raise self._unknown(id) from None

    def look_up(self, kind: str, query: str = "", **filters: Any) -> list[dict[str, Any]]:
        """Activities, figures or passages (`kind`) that fit, without a query all, the newest first; rows as in `kb.lookup`.

        Filters as in `search`. Raises InputError.
        """
        from kb.lookup import dated, look_up
        from kb.search import DEPTH

        with self._store.snapshot():
            if kind == "passages" and query.strip():
                return dated(self._store, self.search(query, DEPTH, **filters))
            return look_up(self._store, kind, query, filters)

    def atlas(self, **filters: Any) -> dict[str, Any]:
        """Where the activities were that the filters leave: points, elsewhere (too far off), around (known places), nowhere.

        Shapes as in `kb.atlas`; `activities` are the rows, `nowhere` those of them without a place on the map. Raises InputError.
        """
        from kb import atlas

        rows = self.look_up("activities", **filters)
        found, nowhere = atlas.points(self._store, rows)
        close, elsewhere = atlas.near(found)
        return {
            "points": close,
            "elsewhere": elsewhere,
            "nowhere": nowhere,
            "activities": rows,
            "around": self.around(close),
        }

    def around(self, points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Known places between and beside points, by which one finds one's way on a map."""
        from kb.atlas import around

        return around(points, (e for entries in self._manager.hook.kb_authority() for e in entries))

    def passage(self, id: str) -> dict[str, Any]:
        """A passage as a citation: document, path, title, section, page, quote, boxes. Raises InputError."""
        from kb.ledger import citation

        rows = self._store.passages([id])
        if not rows:
            raise InputError(f"there is no passage {id!r}; its document was changed or removed.")
        return citation(self._store.evidence(rows[0]["section_id"], rows[0]["start"], rows[0]["end"])[0])

    def evidence(self, section: str, start: int, end: int) -> dict[str, Any]:
        """The words of a section (by id, offsets) as a citation. Raises InputError where they are no longer there."""
        from kb.ledger import citation

        found = self._store.evidence(section, start, end) if self._store.section(section) else []
        if not found:
            raise InputError("these words are no longer there; their document was changed or removed.")
        return citation(found[0])

    def page_text(self, document: str, page: int) -> str:
        """What was read from a page of a document (id), section after section; empty where nothing was."""
        return "\n\n".join(self._store.page_texts(document, page))

    def activity_types(self) -> list[str]:
        """The types of activity that the ledger holds."""
        return self._store.activity_types()

    def section_text(self, document: str, section: str = "", quote: str = "") -> str:
        """The text of a section: by its id, or the one of the document that holds the quote."""
        row = (
            self._store.section(section)
            if section
            else next((s for s in self._store.sections(document) if quote in s["text"]), None)
        )
        return str(row["text"]) if row else ""

    def page_image(self, document: str, page: int, boxes: Sequence[Box] = (), dpi: int = 110) -> bytes:
        """PNG of a page of the original with the boxes marked, drawn in a child process. Raises InputError, ReadError."""
        row = self.document(document)
        path = self.original(row)
        if not path.exists():
            raise InputError(f"{path}: the kept original of {row['path']} is missing. Ingest the file again.")
        return self._sandbox.render_page(path, page, boxes, dpi)

    def original(self, document: dict[str, Any]) -> Path:
        """Where the kept original of a document lies."""
        from kb.originals import original_path

        return original_path(self.root, document["id"])

    def export(self) -> dict[str, Any]:
        """The whole truth: documents, sections, entities, figures, activities, relations, acronyms."""
        from kb.ledger import export
        from kb.threads import find, follows

        with self._store.snapshot():
            return export(self._store, follows(find(self._store)))

    def exporters(self) -> dict[str, Exporter]:
        """Exporters by kind."""
        found: dict[str, Exporter] = {}
        for exporters in self._manager.hook.kb_export():
            for exporter in exporters:
                found.setdefault(exporter.kind, exporter)
        return found

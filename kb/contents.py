"""What a knowledge base holds: documents, entities, activities, passages and pages, to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import InputError
from kb.records import Box

if TYPE_CHECKING:
    from kb.hookspecs import Exporter


class Contents:
    """The contents of a knowledge base, which brings the parts named here."""

    root: Path
    _store: Any
    _sandbox: Any
    _manager: Any
    search: Callable[..., list[dict[str, Any]]]

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

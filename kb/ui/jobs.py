"""Ingest jobs: each runs in a process of its own, so that reading goes on, and tells how far it is in a file.

Run as `python -m kb.ui.jobs ROOT ID PATH...`. The file below ROOT/jobs is seen by every tab and survives a restart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

_KEEP = 20


@dataclass(frozen=True, slots=True)
class Job:
    """How far an ingest is. `state`: running, done, refused (told why in `error`) or stopped (without a word)."""

    id: str
    state: str = "running"
    pid: int = 0
    done: int = 0
    total: int = 0
    path: str = ""
    stage: str = ""
    error: str = ""
    report: dict[str, Any] | None = None
    """Of a finished job: the fields of IngestReport."""


def start(root: Path, paths: Sequence[Path]) -> Job:
    """Starts an ingest of the files and folders, unless one runs; returns the one that runs."""
    if (job := latest(root)) and job.state == "running":
        return job
    id = f"{time.time_ns():020d}"
    _write(root, Job(id))
    process = subprocess.Popen(
        [sys.executable, "-m", "kb.ui.jobs", str(root), id, *map(str, paths)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    job = Job(id, pid=process.pid)
    # Waited for, so that it does not stay a zombie, which would look alive.
    threading.Thread(target=process.wait, daemon=True).start()
    for old in sorted(_folder(root).glob("*.json"))[:-_KEEP]:
        old.unlink(missing_ok=True)
    return job


def latest(root: Path) -> Job | None:
    """The newest job, as far as it is now."""
    files = sorted(_folder(root).glob("*.json"))
    if not files:
        return None
    try:
        job = Job(**json.loads(files[-1].read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if job.state == "running" and not _alive(job, files[-1]):
        return replace(job, state="stopped")
    return job


def forget(root: Path, id: str) -> None:
    """Takes a finished job off the page."""
    if id.isdigit():
        (_folder(root) / f"{id}.json").unlink(missing_ok=True)


def _alive(job: Job, file: Path) -> bool:
    if not job.pid:  # the process has not written its first line yet
        return time.time() - file.stat().st_mtime < 30
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    return True


def _folder(root: Path) -> Path:
    return root / "jobs"


def _write(root: Path, job: Job) -> None:
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{job.id}.part"
    part.write_text(json.dumps(asdict(job), default=str), "utf-8")
    os.replace(part, folder / f"{job.id}.json")


def _work(root: Path, id: str, paths: Sequence[str]) -> None:
    from kb import KBError, open_kb

    job = Job(id, pid=os.getpid(), stage="starting")
    _write(root, job)
    wrote = 0.0

    def progress(done: int, total: int, path: object, stage: str) -> None:
        nonlocal job, wrote
        job = replace(job, done=done, total=total, path=str(path), stage=stage)
        if time.monotonic() - wrote > 0.2:
            wrote = time.monotonic()
            _write(root, job)

    try:
        with open_kb(root=root) as base:
            report = base.ingest(paths, progress=progress)
        job = replace(job, state="done", report=asdict(report))
    except KBError as error:
        job = replace(job, state="refused", error=str(error))
    _write(root, job)


if __name__ == "__main__":
    _work(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])

"""Untrusted files are read in a child process with limits; what comes back is JSON, never code.

A long-lived worker (`python -m kb.sandbox`) imports the reader plugins once. For each document it forks a child, which
sets its limits, reads, segments and describes, and writes its answer into a pipe. The worker enforces the wall clock
and the size of the answer; the caller watches the worker. Whatever a file does, only the child dies of it.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from kb import patience
from kb.errors import KBError, PluginError, ReadError
from kb.reading import decode, perform
from kb.records import Box, Document, Section
from kb.settings import Settings

MIB = 1 << 20
_HEAD = struct.Struct(">Q")
_MORE = 1 << 63
"""In a child's message instead of a length: it wishes for so many more milliseconds."""
_START_SECONDS = 60.0
_GRACE_SECONDS = 10.0
# Loaded before the first fork, so that no child pays for them.
_WARM = (
    "pymupdf",
    "docx",
    "pptx",
    "openpyxl",
    "trafilatura",
    "lxml.html",
    "markdown_it",
    "charset_normalizer",
    "py3langid",
)


class Sandbox:
    """Reads documents and draws pages in child processes. A context manager; the worker starts at the first call."""

    def __init__(self, settings: Settings, plugins: Iterable[str] = ()) -> None:
        """`plugins`: importable names of the modules given to `open_kb` besides the built-in ones."""
        self._settings = settings
        self._plugins = tuple(plugins)
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def interrupt(self) -> None:
        """From another thread: kills the worker, so that the call under way ends at once with a ReadError."""
        if (worker := self._worker) is not None:
            worker.kill()

    def close(self) -> None:
        """Ends the worker; the next call would start a new one."""
        with self._lock:
            self._stop()

    def read(self, path: str | Path, id: str) -> tuple[Document, list[Section]]:
        """The document and its sections. Raises ReadError saying what happened and what to do about it.

        Raises PluginError where the reading process cannot start at all.
        """
        path = Path(path)
        try:
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise ReadError(_why_not(path, error)) from error
        if size == 0:
            raise ReadError(f"{path}: the file is empty. Copy it again from its source.")
        if size > self._settings.file_mb * MIB:
            raise ReadError(
                f"{path}: the file has {size / MIB:.0f} MiB, more than the limit of {self._settings.file_mb} MiB. "
                "Split it, or raise file_mb (KB_FILE_MB)."
            )
        document, sections = decode(self._call(path, {"op": "read", "path": str(path)}))
        return replace(document, id=id, path=str(path)), sections

    def render_page(self, path: str | Path, page: int, boxes: Sequence[Box] = (), dpi: int = 110) -> bytes:
        """PNG of a page (from 1) of a PDF with the boxes marked. Raises ReadError."""
        request = {
            "op": "render",
            "path": str(path),
            "page": page,
            "boxes": [list(b) for b in boxes],
            "dpi": dpi,
        }
        return base64.b64decode(self._call(Path(path), request))

    def _call(self, path: Path, request: dict[str, Any]) -> Any:
        """Sends one request; the answer's value. Raises ReadError."""
        with self._lock:
            worker = self._start()
            try:
                _send(worker.stdin, request)
                answer = _receive(worker.stdout, _longest(self._settings) + _GRACE_SECONDS)
            except (OSError, EOFError, TimeoutError) as error:
                self._stop()
                raise ReadError(f"{path}: the reading process died ({error}). Ingest it again.") from error
            except BaseException:
                self._stop()  # an interrupted exchange must not leave its answer to the next caller
                raise
        if "error" in answer:
            raise ReadError(f"{path}: {answer['error']}")
        return answer["value"]

    def _start(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is None:
            return self._worker
        self._stop()
        # Numeric libraries must not start threads in a process that forks.
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        search = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._worker = worker = subprocess.Popen(
            [sys.executable, "-m", "kb.sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | threads | {"PYTHONPATH": os.pathsep.join(search)},
            start_new_session=True,  # an interrupt from the keyboard is the caller's to handle
        )
        # What reads untrusted files has no use for a key.
        settings = self._settings.model_dump(mode="json", exclude={"llm_key"})
        try:
            _send(worker.stdin, {"settings": settings, "plugins": self._plugins, "path": sys.path})
            answer = _receive(worker.stdout, _START_SECONDS)
        except (OSError, EOFError, TimeoutError) as error:
            self._stop()
            raise ReadError(
                f"the reading process did not start ({error}). See its messages above."
            ) from error
        if "error" in answer:
            self._stop()
            raise PluginError(answer["error"])
        return worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for pipe in (worker.stdin, worker.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        try:
            worker.wait(1)  # end of input ends it
        except subprocess.TimeoutExpired:
            worker.kill()  # takes its child along (PR_SET_PDEATHSIG)
            worker.wait()


# --- messages: a length, then JSON -------------------------------------------------------------------------------


def _send(pipe: IO[bytes] | None, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    assert pipe is not None
    pipe.write(_HEAD.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes] | None, seconds: float) -> dict[str, Any]:
    """One message. Raises EOFError, TimeoutError."""
    assert pipe is not None
    end = time.monotonic() + seconds
    (size,) = _HEAD.unpack(_exactly(pipe.fileno(), _HEAD.size, end))
    return json.loads(_exactly(pipe.fileno(), size, end))  # type: ignore[no-any-return]


def _exactly(fd: int, size: int, end: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        if not select.select([fd], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError("no answer in time")
        chunk = os.read(fd, min(MIB, size - len(data)))
        if not chunk:
            raise EOFError("it closed its end")
        data += chunk
    return bytes(data)


def _why_not(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path}: the file has vanished. Put it back, or ingest its folder again to forget it."
    if isinstance(error, PermissionError):
        return f"{path}: no right to read the file. Change its permissions (chmod +r)."
    return f"{path}: {error.strerror or error}. Check the disk and ingest it again."


# --- the worker and its children --------------------------------------------------------------------------------


def _serve() -> None:
    """The worker's loop: start message, then one request at a time until the end of input."""
    requests, answers = os.dup(0), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)  # what a library prints must not end up between the answers
    source = os.fdopen(requests, "rb")
    from kb.manager import Manager

    try:
        start = _receive(source, _START_SECONDS)
        sys.path[:] = start["path"]
        settings = Settings(**start["settings"])
        manager = Manager(start["plugins"], settings.disabled_plugins)
        _warm_up()
    except Exception as error:
        what = (
            str(error)
            if isinstance(error, KBError)
            else f"a plugin cannot be loaded ({error!r}). Repair or uninstall it."
        )
        _send(answers, {"error": what})
        return
    _send(answers, {"value": "ready"})
    while True:
        try:
            request = _receive(source, float("1e9"))
        except EOFError:
            return
        data = _in_child(partial(perform, request, manager, settings), settings, request["path"], requests)
        answers.write(_HEAD.pack(len(data)) + data)
        answers.flush()


def _warm_up() -> None:
    import importlib

    for name in _WARM:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import py3langid

    py3langid.classify("warm")  # loads its model


def _in_child(work: Callable[[], Any], settings: Settings, path: str, requests: int) -> bytes:
    """Runs `work` in a forked child under the limits; the answer as JSON: {"value": …} or {"error": …}.

    Nothing comes on `requests` meanwhile; when it can be read, it is because the caller is gone.
    """
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        _child(work, settings, into, path)
    os.close(into)
    data, over = bytearray(), ""
    granted, end = settings.read_seconds, time.monotonic() + settings.read_seconds
    while not over and not _complete(data):
        if len(data) >= _HEAD.size and (wish := _HEAD.unpack_from(data)[0]) & _MORE:
            del data[: _HEAD.size]
            more = min((wish ^ _MORE) / 1000, _longest(settings) - granted)
            granted, end = granted + more, end + more
            continue
        ready = select.select([out, requests], [], [], max(0.0, end - time.monotonic()))[0]
        if requests in ready:
            os.killpg(pid, signal.SIGKILL)
            os._exit(1)
        if not ready:
            over = f"reading took longer than {granted:g} s. Raise read_seconds, or save the file anew."
        elif not (chunk := os.read(out, MIB)):
            break
        else:
            data += chunk
        if len(data) > settings.read_output_mb * MIB:
            over = f"its text has more than {settings.read_output_mb} MiB. Split it, or raise read_output_mb."
    os.close(out)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL) if over else None
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)  # what the child may have left running
    if not over and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            over = f"reading took more than {settings.read_cpu_seconds} s of processor time. Raise read_cpu_seconds."
        elif number == signal.SIGXFSZ:
            over = f"reading wrote more than {settings.read_output_mb} MiB to disk. Raise read_output_mb."
        else:
            over = f"the reader crashed (signal {number}, {signal.Signals(number).name}). Save the file anew or as text."
    elif not over and not data:
        over = f"the reader ended without an answer (exit {os.waitstatus_to_exitcode(status)}). Save the file anew."
    return json.dumps({"error": over}).encode() if over else bytes(data[_HEAD.size :])


def _longest(settings: Settings) -> float:
    """Seconds that one document may take in all, with what its reader may wish for."""
    return settings.read_seconds + settings.ocr_document_seconds


def _complete(data: bytearray) -> bool:
    if len(data) < _HEAD.size:
        return False
    size = _HEAD.unpack_from(data)[0]
    return not size & _MORE and len(data) >= _HEAD.size + size


def _child(work: Callable[[], Any], settings: Settings, into: int, path: str) -> None:
    """Never returns."""
    code = 1
    try:
        os.setsid()
        _die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        limit(settings)
        patience.listen(lambda seconds: _all(into, _HEAD.pack(_MORE | int(seconds * 1000))))
        try:
            data = json.dumps({"value": work()}, ensure_ascii=False, separators=(",", ":")).encode(
                "utf-8", "replace"
            )
        except ReadError as error:
            data = json.dumps({"error": str(error).removeprefix(f"{path}: ")}).encode()
        except MemoryError:
            raise
        except RecursionError:
            data = json.dumps({"error": "it is nested too deeply, or damaged. Save the file anew."}).encode()
        except OSError as error:
            data = json.dumps({"error": _why_not(Path(path), error).removeprefix(f"{path}: ")}).encode()
        except Exception as error:
            if "malloc" in str(error) or "memory" in str(error).lower():
                raise MemoryError from error
            what = f"{type(error).__name__}: {error}"[:300]
            data = json.dumps(
                {"error": f"it is damaged or not of its kind ({what}). Save the file anew."}
            ).encode()
        _write(into, data)
        code = 0
    except MemoryError:
        over = f"reading needs more memory than {settings.read_memory_mb} MiB. Split it, or raise read_memory_mb."
        _write(into, json.dumps({"error": over}).encode())
        code = 0
    finally:
        os._exit(code)


def _write(fd: int, data: bytes) -> None:
    _all(fd, _HEAD.pack(len(data)) + data)


def _all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def limit(settings: Settings) -> None:
    """Limits this process: memory beyond what it holds now, CPU seconds, size of files, no core dump."""
    held = (
        int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        if sys.platform == "linux"
        else 0
    )
    memory = held + settings.read_memory_mb * MIB
    cpu = settings.read_cpu_seconds
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, settings.read_output_mb * MIB, settings.read_output_mb * MIB),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit of the system stands
            resource.setrlimit(kind, (soft, hard))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)  # it died in between


if __name__ == "__main__":
    _serve()

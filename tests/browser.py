"""A running interface and a browser before it, for tests that do what a person does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOUSE = Path(__file__).parents[1]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WAIT = 60_000


def chromium() -> str:
    """Path of Chromium; the test is skipped without it, except where `CI=true`."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    if not path and os.environ.get("CI") != "true":
        pytest.skip("needs Chromium, which is not installed")
    assert path, "Chromium is not installed"
    return path


@contextmanager
def served(root: Path, log: Path, **environment: str) -> Iterator[str]:
    """The address of an interface over this root."""
    chromium()
    pytest.importorskip("playwright")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(HOUSE / "app.py"), f"--server.port={port}", "--server.headless=true"]  # fmt: skip
    with log.open("wb") as file:
        server = subprocess.Popen(
            command, cwd=HOUSE, env={**os.environ, "KB_ROOT": str(root), **environment}, stdout=file, stderr=subprocess.STDOUT
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the interface ended before it served a page"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


@contextmanager
def browsing(profile: Path, **options: Any) -> Iterator[Page]:
    """A page of a fresh browser; a request that leaves the machine fails the test."""
    from playwright.sync_api import sync_playwright

    strangers: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium(),
            headless=True,
            args=FLAGS,
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        browser.on("request", lambda r: None if _ours(r.url) else strangers.append(r.url))
        yield page
        browser.close()
    assert not strangers, strangers


def _ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def settled(page: Page) -> None:
    """Waits until the script of the page has run to its end."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(300)

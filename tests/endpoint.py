"""A real HTTP server on this machine that behaves like an OpenAI-compatible endpoint, or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = str | bytes | int | float
"""A text to answer with, bytes as the whole body, a state, or seconds to wait."""


@dataclass
class Endpoint:
    """Where it listens, and what it was sent."""

    url: str
    sent: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def serving(*replies: Reply | Callable[[dict[str, Any]], str]) -> Iterator[Endpoint]:
    """Answers request after request with the replies, the last of them from then on."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = replies[min(len(here.sent), len(replies) - 1)]
            here.sent.append(body)
            here.keys.append(self.headers["Authorization"])
            if isinstance(reply, float):
                time.sleep(reply)
                reply = "late"
            if callable(reply):
                reply = reply(body)
            if isinstance(reply, int):
                self.send_response(reply)
                self.send_header("Location", f"{here.url}/elsewhere")
                self.end_headers()
                return
            data = reply
            if isinstance(data, str):
                data = json.dumps({"choices": [{"message": {"role": "assistant", "content": data}}]}).encode()
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):  # the client had enough
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

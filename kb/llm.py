"""Asks a language model behind an OpenAI-compatible interface; used only where settings name one."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence

from kb.errors import ModelError
from kb.settings import Settings

SECONDS = 60.0
"""Wall-clock limit for one answer."""
BYTES = 1 << 20
"""Most that is read of one answer."""
PIECE = 1 << 14


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: texts and key go to the address that was set, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def chat(settings: Settings, messages: Sequence[Mapping[str, str]]) -> str:
    """What the model answers to the messages (dicts of role and content). Raises ModelError, which names the address."""
    if not settings.llm_url or not settings.llm_model:
        raise ModelError("no language model is set. Set llm_url and llm_model (KB_LLM_URL, KB_LLM_MODEL).")
    url = f"{settings.llm_url.rstrip('/')}/chat/completions"
    if not url.startswith(("http://", "https://")):
        raise ModelError(
            f"{settings.llm_url}: no address of the web. Set llm_url to one with http:// or https://."
        )
    headers = {"Content-Type": "application/json"}
    if settings.llm_key:
        headers["Authorization"] = f"Bearer {settings.llm_key}"
    body = {"model": settings.llm_model, "messages": [dict(m) for m in messages], "temperature": 0}
    try:
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        answer = json.loads(_read(request))
        text = answer["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        raise ModelError(
            f"{url}: it answers with the status {error.code}. Check llm_url, llm_model and llm_key."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(
            f"{url}: it cannot be reached ({error}). Check llm_url, and that it runs."
        ) from error
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise ModelError(f"{url}: its answer is not of the OpenAI interface. Check llm_url.") from error
    if not isinstance(text, str):
        raise ModelError(f"{url}: its answer holds no text. Check llm_model.")
    return text


def _read(request: urllib.request.Request) -> bytes:
    """The body of the answer. Raises OSError where it takes too long, ValueError where it is too large."""
    end = time.monotonic() + SECONDS
    read = b""
    with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as response:
        # Piece by piece: one that sends a letter a second never runs into the limit on a single wait.
        while piece := response.read1(PIECE):
            read += piece
            if len(read) > BYTES:
                raise ValueError("too large")
            if time.monotonic() > end:
                raise TimeoutError(f"no whole answer within {SECONDS:.0f} seconds")
    return read

"""A client for an OpenAI-compatible endpoint. Nothing is sent unless a caller was switched on and `llm_url` is set."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from typing import TYPE_CHECKING

from kb.errors import LanguageModelError, SettingsError

if TYPE_CHECKING:
    from kb.settings import Settings

Message = dict[str, str]
"""role ("system" or "user") and content."""

TRIES = 3
PAUSE = 1.0
"""Seconds before the second try; twice as long before the third."""
ANSWER = 1 << 20
"""Bytes of an answer beyond which it is refused."""
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""States that may pass."""
_REMEDY = "Check llm_url (KB_LLM_URL) and llm_model (KB_LLM_MODEL), or leave llm_url empty."


def chat(settings: Settings, messages: Sequence[Message], *, tries: int = TRIES, pause: float = PAUSE) -> str:
    """The model's answer to messages. Raises SettingsError where no model is set, LanguageModelError where none answers.

    Temperature 0, and each try ends after `llm_seconds`. What comes back is any text at all: a caller checks it.
    """
    for name in ("llm_url", "llm_model"):
        if not getattr(settings, name):
            raise SettingsError(
                f"{name} is empty, and a language model is asked for. Set {name} (KB_{name.upper()})."
            )
    body = {"model": settings.llm_model, "messages": list(messages), "temperature": 0, "stream": False}
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {settings.llm_key}"} if settings.llm_key else {}
    address = f"{settings.llm_url.rstrip('/')}/chat/completions"
    try:
        request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    except ValueError as error:
        raise SettingsError(f"llm_url: {settings.llm_url} is no address ({error}). Correct it.") from error
    for n in range(tries):
        try:
            return _told(_sent(request, settings.llm_seconds), settings.llm_url)
        except _Passing as error:
            if n + 1 == tries:
                raise LanguageModelError(
                    f"{settings.llm_url}: {error}{f', {tries} times' if tries > 1 else ''}. {_REMEDY}"
                ) from error
            time.sleep(pause * 2**n)
    raise AssertionError("unreachable")


class _Passing(Exception):
    """A failure that another try may not meet."""


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: document text and key go to the address that was set, and to no other."""

    def redirect_request(self, *_: object) -> None:
        return None


def _sent(request: urllib.request.Request, seconds: float) -> bytes:
    """The bytes of the answer. Raises _Passing, LanguageModelError."""
    # A proxy named by the environment would see the documents.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Staying())
    ends = time.monotonic() + seconds
    try:
        with opener.open(request, timeout=seconds) as answer:
            data = b""
            # An answer that trickles never times out by itself.
            while chunk := answer.read1(1 << 16):
                data += chunk
                if len(data) > ANSWER:
                    raise LanguageModelError(
                        f"{request.full_url}: the answer has more than {ANSWER >> 20} MiB. {_REMEDY}"
                    )
                if time.monotonic() > ends:
                    raise TimeoutError
            return data
    except urllib.error.HTTPError as error:
        told = f"it answers {error.code} {error.reason}"
        error.close()
        if error.code in _AGAIN:
            raise _Passing(told) from error
        raise LanguageModelError(f"{request.full_url}: {told}. {_REMEDY}") from error
    except TimeoutError as error:
        raise _Passing(f"no answer within {seconds:g} s (llm_seconds)") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise _Passing(
            "no answer in time" if isinstance(reason, TimeoutError) else f"it cannot be reached ({reason})"
        ) from error
    except ValueError as error:
        raise SettingsError(f"llm_url: {request.full_url!r} is no address ({error}). {_REMEDY}") from error


def _told(data: bytes, url: str) -> str:
    """The text of an answer. Raises _Passing where it has another shape."""
    try:
        content = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _Passing("its answer is no chat completion") from error
    if not isinstance(content, str):
        raise _Passing("its answer holds no text")
    return content

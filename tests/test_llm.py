"""The client of a language model's endpoint, against a real server that answers, waits, fails and babbles."""

from __future__ import annotations

import pytest
from endpoint import serving

from kb import llm
from kb.errors import LanguageModelError, SettingsError
from kb.settings import Settings

ASKED = [{"role": "user", "content": "Say it."}]


def _settings(url: str, **more) -> Settings:
    return Settings(llm_url=url, llm_model="toy", **more)


def test_the_answer_comes_back_and_model_and_key_are_sent():
    with serving("It is said.") as endpoint:
        assert llm.chat(_settings(endpoint.url, llm_key="k1"), ASKED) == "It is said."
    assert (endpoint.sent[0]["model"], endpoint.sent[0]["messages"], endpoint.keys) == (
        "toy",
        ASKED,
        ["Bearer k1"],
    )


def test_without_a_key_none_is_sent():
    with serving("Yes.") as endpoint:
        llm.chat(_settings(endpoint.url), ASKED)
    assert endpoint.keys == [None]


@pytest.mark.parametrize(
    "first", [500, 429, b"<html>", b'{"choices": []}', b'{"choices": [{"message": {"content": 5}}]}']
)
def test_a_failure_that_may_pass_is_tried_again(first):
    with serving(first, "At last.") as endpoint:
        assert llm.chat(_settings(endpoint.url), ASKED, pause=0) == "At last."
    assert len(endpoint.sent) == 2


@pytest.mark.parametrize(
    ("reply", "tries", "words"),
    [
        (503, 3, "503"),
        (401, 1, "401"),
        (302, 1, "302"),
        (b"nonsense", 3, "no chat completion"),
        (b" " * (llm.ANSWER + 1), 1, "1 MiB"),
        (0.6, 3, "0.2 s"),
    ],
    ids=["failing", "key refused", "redirect", "nonsense", "huge", "slow"],
)
def test_what_stays_wrong_is_an_error_with_the_remedy(reply, tries, words):
    with serving(reply) as endpoint, pytest.raises(LanguageModelError) as error:
        llm.chat(_settings(endpoint.url, llm_seconds=0.2), ASKED, pause=0)
    assert all(w in str(error.value) for w in (words, "KB_LLM_URL", endpoint.url))
    assert len(endpoint.sent) == tries


def test_nobody_there_is_an_error():
    with serving("x") as endpoint:
        pass
    with pytest.raises(LanguageModelError, match="cannot be reached"):
        llm.chat(_settings(endpoint.url), ASKED, pause=0)


@pytest.mark.parametrize("missing", ["llm_url", "llm_model"])
def test_without_a_model_set_nothing_is_asked(missing):
    values = {"llm_url": "http://127.0.0.1:9/v1", "llm_model": "toy"} | {missing: ""}
    with pytest.raises(SettingsError, match=missing):
        llm.chat(Settings(**values), ASKED)


def test_the_key_is_not_printed():
    assert "secret" not in repr(Settings(llm_key="secret"))

"""What is known of languages: which one a text is in, its words that carry no topic, its stems."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kb.text import fold

NAMES: dict[str, str] = {
    "ar": "Arabic", "en": "English", "es": "Spanish", "fr": "French", "pt": "Portuguese", "ru": "Russian", "tg": "Tajik",
    "uk": "Ukrainian", "uz": "Uzbek", "zh": "Chinese",
}  # fmt: skip
"""The languages that reports of missions are written in, besides the language of the document itself."""

STEMMED: dict[str, str] = {
    "ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "pt": "portuguese", "ru": "russian",
}  # fmt: skip
"""Language → its Snowball stemmer."""

LETTERS = 80
"""Letters that a section must have for its language to be told from them."""
MARGIN = 0.25
"""Log likelihood for each letter by which another language must fit better than the document's."""

_AUTHORITY = Path(__file__).parent / "authority"
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’ʼ][^\W_]+)?")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’ʼ](?=\w)", re.I)
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")


def name_of(code: str) -> str:
    """The English name of a language; the code where none is known."""
    return NAMES.get(code, code)


def language_of(text: str, usual: str = "") -> str:
    """ISO 639-1 code of a text's language; `usual`, the document's, unless another one clearly fits better.

    With `usual` it is one of that and of NAMES, and a short text keeps to it. Empty where the text has no letters.
    """
    import py3langid

    count = sum(c.isalpha() for c in text)
    if not count or (usual and count < LETTERS):
        return usual
    ranked = [(str(code), float(value)) for code, value in py3langid.rank(text) if len(code) == 2]
    if not usual:
        return next((code for code, _ in ranked), "")
    best, value = next((r for r in ranked if r[0] == usual or r[0] in NAMES), (usual, 0.0))
    own = dict(ranked).get(usual)
    return best if own is None or value - own > MARGIN * count else usual


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words of a language that carry no topic; empty where no list is kept. The English ones are in `kb.words`."""
    path = _AUTHORITY / f"stop_{language}.txt"
    if not path.is_file():
        return frozenset()
    lines = path.read_text("utf-8").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())


@lru_cache(maxsize=8192)
def tokens(text: str, language: str = "en") -> tuple[tuple[int, int], ...]:
    """Offsets of the words and numbers of a text, without what French elides before them ("l'eau")."""
    found = _TOKEN.finditer(text)
    if language != "fr":
        return tuple(m.span() for m in found)
    return tuple((m.start() + _elided(m[0]), m.end()) for m in found)


def _elided(word: str) -> int:
    match = _ELIDED.match(word)
    return len(match[0]) if match else 0


@cache
def _stemmer(algorithm: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(algorithm)


@lru_cache(maxsize=200_000)
def root(word: str, language: str) -> str:
    """The stem of a word in Latin letters; the folded word where the language has no stemmer, or other letters than it."""
    if word[:1].isdigit():
        return re.sub(r"[.,](?=\d{3}\b)", "", word)
    word = unicodedata.normalize("NFC", word).casefold().replace("ё", "е")
    if language in STEMMED and (language == "ru") == bool(_CYRILLIC.search(word)):
        word = _stemmer(STEMMED[language]).stemWord(word)
    return fold(word).replace(" ", "")


def roots(text: str, language: str) -> tuple[str, ...]:
    """Stems of all the words of a text, in order."""
    return tuple(root(text[a:b], language) for a, b in tokens(text, language))

"""People, organisations and places that an installed spaCy pipeline finds; named by the setting spacy_model, off without it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from kb.errors import SettingsError
from kb.hookspecs import hookimpl
from kb.records import Mention, Section
from kb.settings import Settings

if TYPE_CHECKING:
    from spacy.language import Language

HOW = "Install it (python -m spacy download NAME), set spacy_model (KB_SPACY_MODEL) to its folder, or leave it empty."
KINDS: dict[str, Literal["person", "organisation", "place"]] = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
}
LONGEST = 100_000
"""Characters that a pipeline is given at once: its memory grows with them."""
ANY = "xx"
"""Language of a pipeline that was trained on several."""


@hookimpl
def kb_extract_more(section: Section, found: Sequence[Mention], settings: Settings) -> list[Mention]:
    """Names that overlap nothing found, by the first pipeline of the setting that knows the section's language.

    Raises SettingsError where a pipeline is not there or broken.
    """
    names = [n.strip() for n in settings.spacy_model.split(",") if n.strip()]
    pipelines = [pipeline(n) for n in names]
    nlp = next((p for p in pipelines if p.lang in (section.language or "en", ANY)), None)
    if nlp is None:
        return []
    taken = [(m.start, m.end) for m in found if m.kind not in ("figure", "date")]
    mentions = []
    for at in range(0, len(section.text), LONGEST):
        for entity in nlp(section.text[at : at + LONGEST]).ents:
            a, b = at + entity.start_char, at + entity.end_char
            kind = KINDS.get(entity.label_)
            if kind and _is_name(section.text[a:b], kind) and not any(s < b and a < e for s, e in taken):
                mentions.append(Mention(kind, a, b, name=" ".join(section.text[a:b].split())))
                taken.append((a, b))
    return mentions


def _is_name(words: str, kind: str) -> bool:
    """Has it a capital, lies it within a line, and has a person two names?"""
    return words[:1].isupper() and "\n" not in words and len(words) > 2 and (kind != "person" or " " in words)


@lru_cache(maxsize=8)
def pipeline(name: str) -> Language:
    """The pipeline of that name or folder. Raises SettingsError."""
    import spacy

    try:
        nlp = spacy.load(name)
    except Exception as error:
        raise SettingsError(
            f"spacy_model: {name!r} cannot be loaded as a spaCy pipeline: {error}. {HOW}"
        ) from error
    if not {"ner", "entity_ruler", "span_ruler"} & set(nlp.pipe_names):
        raise SettingsError(
            f"spacy_model: the pipeline {name!r} finds no names ({', '.join(nlp.pipe_names)}). {HOW}"
        )
    return nlp

"""Known names: places, organisations and projects of the authority lists."""

from __future__ import annotations

import re

from kb.hookspecs import Context, hookimpl
from kb.phrases import BEFORE_PLACE
from kb.records import Mention, Section, altered

PLACE_WORD = re.compile(
    r"\W*(district|city|town|village|jamoat|raion|rayon|region|province|oblast|governorate|municipality|camp|subdistrict"
    r"|area|border|county|state|settlement|hukumat)s?\b",
    re.I,
)
LIST_GLUE = re.compile(r"^[\s,;/&]*(?:and|et|и|or|the)?[\s,;/&]*$")


NO_PLACE = re.compile(
    r"\s+(?:River|Valley|Avenue|Street|Road|Sea|Lake|Mountains?|Pass|Bridge|University|Declaration|Convention|Protocol)\b"
)


@hookimpl
def kb_extract(section: Section, context: Context) -> list[Mention]:
    """Authority names; weak ones only where the context says that the name is meant."""
    text, names = section.text, context.names
    kept: list[Mention] = []
    for i, mention in enumerate(names):
        around = (names[i - 1] if i else None, names[i + 1] if i + 1 < len(names) else None)
        if mention.kind == "place" and NO_PLACE.match(text, mention.end):
            continue
        if mention.role != "weak" or _is_meant(text, mention, *around):
            kept.append(_typed(mention, context))
    return kept


def _typed(mention: Mention, context: Context) -> Mention:
    entry = context.authority[mention.candidates[0]]
    if mention.kind == "place":
        return altered(mention, level=entry.level, role="")
    return altered(mention, role=entry.type)


def _is_meant(text: str, mention: Mention, before: Mention | None, after: Mention | None) -> bool:
    """A weak place counts beside a word for a place, after a preposition of place, or in a list of places; others in capitals or at length."""
    if mention.kind != "place":
        name = text[mention.start : mention.end]
        return name.isupper() or name.count(" ") >= 2
    if PLACE_WORD.match(text, mention.end) or BEFORE_PLACE.search(
        text[max(0, mention.start - 40) : mention.start]
    ):
        return True
    return any(
        other is not None
        and other.kind == "place"
        and LIST_GLUE.match(text[min(mention.end, other.end) : max(mention.start, other.start)])
        for other in (before, after)
    )

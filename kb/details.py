"""What a figure tells besides its number: of whom, when and where it is told, whether it adds up, and the whole it is part of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.cues import Cue
from kb.records import Figure, Mention, altered
from kb.text import within

_SEX = {
    "female": re.compile(
        r"\b(?:wom[ae]n|girls?|females?|mothers?|daughters?|wives|widows?|sisters?|femmes?|filles?|женщин\w*|девоч\w+)\b",
        re.I,
    ),
    "male": re.compile(
        r"\b(?:m[ae]n|boys?|males?|fathers?|sons?|husbands?|brothers?|hommes?|garçons?|мужчин\w*|мальчик\w*)\b",
        re.I,
    ),
}
_AGE = {
    "children": re.compile(
        r"\b(?:child(?:ren)?|minors?|girls?|boys?|infants?|babies|bab(?:y|ies)|pupils?|under[- ](?:five|5|18)s?|enfants?|filles?|garçons?|дет(?:и|ей)|девоч\w+|мальчик\w*)\b",
        re.I,
    ),
    "youth": re.compile(
        r"\b(?:youths?|young (?:people|men|women|persons?)|adolescents?|teenagers?|jeunes|молод[её]ж\w*)\b",
        re.I,
    ),
    "adults": re.compile(r"\b(?:adults?|adultes?|взрослы\w+)\b", re.I),
    "elderly": re.compile(
        r"\b(?:elderly|older (?:people|persons?|women|men)|pensioners?|personnes âgées|пожилы\w+)\b", re.I
    ),
}
_CUMULATIVE = Cue(
    r"\b(?:to date|so far|in total|a total of|cumulative(?:ly)?|since the (?:start|beginning|outbreak|launch)|since (?:19|20)\d\d|altogether|overall"
    r"|à ce jour|au total|depuis|всего|с начала)\b",
    re.I,
)
_OF = re.compile(
    r"(?:\s+[\w-]+){0,4}?\s+(?:out )?of\s+(?:the\s+|these\s+|those\s+|all\s+|a total of\s+|some\s+)*", re.I
)
_INCLUDING = re.compile(
    r"[^.;:]{0,60}\b(?:including|includes|included|of (?:whom|which|them|these)|among (?:them|whom|these)|comprising|namely|dont|parmi|из них|в том числе)\b[^.;:]{0,30}",
    re.I,
)
_JOINED = re.compile(r"\s+(?:and|or|et|и)\s+\w+")
_BRACKET = re.compile(r"[^().;]{0,60}\([^().;]{0,25}")
_AND = re.compile(r"[^.;:()]{0,45}(?:,|\band\b|\bet\b|\bи\b)\s*(?:\w+\s+){0,2}")


def with_details(text: str, spans: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of a section (resolved, figures with ids), each figure with what its sentence tells of it."""
    by_start = sorted((m for m in mentions if m.figure is not None), key=lambda m: m.start)
    told: dict[str, Mention] = {}
    for start, end in spans:
        figures = within(by_start, start, end)
        if not figures:
            continue
        here = within(mentions, start, end)
        dates = [m for m in here if m.kind == "date" and m.date]
        places = [m for m in here if m.kind == "place" and m.level != "country"]
        cumulative = _CUMULATIVE.search(text, start, end) is not None
        wholes = _wholes(text, figures, end)
        for m in figures:
            assert m.figure is not None
            date, place = _nearest(m, dates), _nearest(m, places)
            told[m.id] = altered(
                m,
                figure=altered(
                    _of_whom(m.figure, text[m.end : m.end + len(m.figure.counted) + 30]),
                    cumulative=cumulative,
                    start=date.date.start if date and date.date else "",
                    end=date.date.end if date and date.date else "",
                    place=place.entity if place else "",
                    part_of=wholes.get(m.id, ""),
                ),
            )
    return [told.get(m.id, m) if m.figure is not None else m for m in mentions]


def _of_whom(figure: Figure, after: str) -> Figure:
    """With sex and age group, where the words counted name one of each; "boys and girls" are of both."""
    after = after.lstrip()
    joined = _JOINED.match(after, len(figure.counted)) if after.startswith(figure.counted) else None
    words = after[: joined.end()] if joined else figure.counted
    sexes = [s for s, pattern in _SEX.items() if pattern.search(words)]
    ages = [a for a, pattern in _AGE.items() if pattern.search(words)]
    return altered(figure, sex=sexes[0] if len(sexes) == 1 else "", age=ages[0] if len(ages) == 1 else "")


def _nearest(figure: Mention, others: Sequence[Mention]) -> Mention | None:
    return min(others, key=lambda m: max(m.start - figure.end, figure.start - m.end, 0), default=None)


def _wholes(text: str, figures: Sequence[Mention], end: int) -> dict[str, str]:
    """Ids of parts → id of their whole: "28 of the 31", "250 (100 women and 150 men)", "40 people, including 12 children"."""
    found: dict[str, str] = {}
    for i, whole in enumerate(figures[:-1]):
        after = figures[i + 1]
        between = text[whole.end : after.start]
        if _OF.fullmatch(between) and _may_be_part(whole, after):
            found[whole.id] = after.id
            continue
        opened = _BRACKET.fullmatch(between)
        if not (opened or _INCLUDING.fullmatch(between)):
            continue
        stop = text.find(")", after.start, end) if opened else end
        left = _value(whole)
        last = whole
        for part in figures[i + 1 :]:
            joined = last is whole or _AND.fullmatch(text[last.end : part.start])
            if not joined or part.start > stop or not _may_be_part(part, whole) or _value(part) > left:
                break
            left -= _value(part) if not _is_share(part) else 0
            found[part.id] = whole.id
            last = part
    return found


def _value(m: Mention) -> float:
    return m.figure.value if m.figure else 0.0


def _is_share(m: Mention) -> bool:
    return m.figure is not None and m.figure.unit == "%"


def _may_be_part(part: Mention, whole: Mention) -> bool:
    """A share of anything, or a smaller number of the same unit."""
    if part.figure is None or whole.figure is None or _is_share(whole):
        return False
    return _is_share(part) or (
        part.figure.unit == whole.figure.unit and part.figure.value <= whole.figure.value
    )

"""Acronyms that a text explains: "Population Services International (PSI)", "VCT (voluntary …)", "ACF – Action contre la Faim"."""

from __future__ import annotations

import re
from itertools import pairwise

from kb.hookspecs import Context, hookimpl
from kb.records import Document, Mention, Section
from kb.short_forms import initials_fit, is_short, legend, long_form

SHORT = r"[A-ZА-ЯЁ0-9][A-Za-zА-Яа-яё0-9&./+\-]{0,12}"
AFTER = re.compile(rf"[(\[]\s*[“\"]?({SHORT}?|[A-Z]{{2,5}} [A-Z]{{2,5}})(s|’s|'s)?[”\"]?\s*[)\]]")
WHO_WHAT_WHERE = re.compile(
    r"\b(?:(?P<after>\dWs?) ?\((?P<long>who[^()]{6,80})\)|(?P<told>who (?:is )?do(?:es|ing) what[,]? where[^()\n]{0,40}?) ?\((?P<before>\dWs?)\)"
    r"|(?P<title>\dWs?) \((?P<words>Who Does What Where[^()]{0,40})\))",
    re.I,
)
"""The sector's own: "3W (Who does What Where)"."""
BEFORE = re.compile(rf"\b({SHORT}) ?\(([^()]{{6,120}})\)")
LISTED = re.compile(rf"^\s*[•·\-]?\s*({SHORT})\s*(?:[:=–—|\t]|-\s)\s*(\S[^|\n]{{4,120}}?)\s*$")


@hookimpl
def kb_extract(section: Section, document: Document, context: Context) -> list[Mention]:
    """Pairs of a short and a long form; the span is the long form with its short one."""
    text = section.text
    whole = "\n".join(b.text for b in document.blocks) if "s)" in text else text
    found: dict[str, Mention] = {}
    for full, brief in pairwise(context.names):
        # One body's two names, whatever the languages: "Fonds central d’intervention d’urgence (CERF)".
        between, after = text[full.end : brief.start], text[brief.end : brief.end + 1]
        if between.strip() == "(" and after == ")" and set(full.candidates) & set(brief.candidates):
            long, short = text[full.start : full.end], text[brief.start : brief.end]
            if is_short(short) and len(long) > 2 * len(short):
                found.setdefault(short, Mention("acronym", full.start, brief.end + 1, name=short, long=long))
    for match in AFTER.finditer(text):
        short = match[1]
        if short in found or not is_short(short):
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        before = text[max(line, match.start() - 12 * len(short) - 60) : match.start()].rstrip()
        if (length := long_form(short, before)) is not None:
            start = (
                match.start() - (len(text[: match.start()]) - len(text[: match.start()].rstrip())) - length
            )
            long = text[start : start + length]
            # As printed ("Sustainable Development Goals (SDGs)"), except where one is spoken of as well ("an STI").
            if (
                match[2] == "s"
                and long.endswith("s")
                and not re.search(rf"\b{re.escape(short)}\b(?! ?\d)", whole)
            ):
                short += "s"
            found.setdefault(short, Mention("acronym", start, match.end(), name=short, long=long))
    for match in BEFORE.finditer(text):
        short, long = match[1], match[2].strip(' “”"')
        if short not in found and is_short(short) and initials_fit(short, long):
            found[short] = Mention("acronym", match.start(), match.end(), name=short, long=long)
    for start, block in zip(section.starts, section.blocks, strict=True):
        row = LISTED.match(block.text) if len(block.text) < 160 else None
        if row and row[1] not in found and is_short(row[1]) and initials_fit(row[1], row[2]):
            found[row[1]] = Mention(
                "acronym", start + row.start(1), start + row.end(2), name=row[1], long=row[2]
            )
    for match in WHO_WHAT_WHERE.finditer(text):
        short = match["after"] or match["before"] or match["title"]
        long = match["long"] or match["told"] or match["words"]
        found.setdefault(short, Mention("acronym", *match.span(), name=short, long=long))
    for (a, b), (start, end) in legend(text):
        long = " ".join(text[start:end].split())
        found.setdefault(text[a:b], Mention("acronym", start, end, name=text[a:b], long=long))
    return list(found.values())

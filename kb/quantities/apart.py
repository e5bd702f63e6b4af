"""Numbers that count nothing: page and article numbers, phones, ages, durations, times, addresses, codes, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator

_N = r"\d+(?:[.,]\d+)?"
_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    r"nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]\w+)?|"
    r"deux|trois|quatre|cinq|sept|huit|neuf|dix|quinze|vingt|trente|две|два|двух|три|трёх|трех|четыре|четырех|пять|пяти|шесть|шести|десять|десяти)"
)
_NUM = rf"(?:{_N}|{_WORD})"
_TIME = (
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|weekends?|fortnights?|months?|years?|yrs?|decades?|century|centuries|semesters?|"
    r"trimesters?|heures?|jours?|journées?|semaines?|mois|ans?|années?|секунд\w*|минут\w*|час(?:а|ов)?|дн(?:я|ей)|день|недел\w+|месяц\w*|лет|год(?:а|у)?)"
)
_ADJECTIVES = r"(?:working|consecutive|calendar|full|more|additional|other|academic|school|long|whole|successive|business|further)"
_LABELS = (
    r"[Pp]ages?|pp?\.|[Nn]os?\.|No|Nos|Nr\.?|N°|№|[Nn]umbers?(?=\s+\d+\b(?!\s+[a-z]))|[Aa]rticles?|[Aa]rts?\.|[Ss]ections?|[Cc]hapters?|[Cc]hapitres?|"
    r"[Aa]nnex(?:es)?|[Aa]ppendix|[Mm]odules?|Goals?(?:\s+Areas?)?|SDGs?|ODD|[Ff]igures?|[Ff]ig\.|[Tt]ables?|[Tt]ableaux?|[Gg]raphs?|[Cc]harts?|[Mm]aps?|"
    r"[Bb]ox|[Pp]hases?|[Ss]teps?|[Ii]ssues?|[Vv]olumes?|Vol\.|[Pp]arts?|[Ll]evels?|[Gg]rades?|[Rr]ooms?|[Rr]esolutions?|[Dd]ecrees?|"
    r"[Vv]ersion|[Rr]oute|[Ff]light|[Bb]lock|[Zz]ones?|[Ss]ector|[Ww]ard|[Oo]bjectives?|[Oo]utcomes?|[Oo]utputs?|[Ii]ndicators?|"
    r"[Cc]omponents?|[Cc]ategory|[Tt]iers?|[Ll]ot|[Cc]ode|ID|[Pp]hotos?|[Pp]ictures?|[Ss]lides?|[Dd]ays?|[Ww]eeks?|[Qq]uestions?|[Aa]pt\.?|[Pp]aragraphs?|[Pp]aras?\.?|"
    r"[Cc]lauses?|[Ff]ootnotes?|[Ll]ines?|[Pp]riority|[Pp]illars?|[Nn]ewsletter|[Bb]ulletin|[Tt]ext|[Ss]chool(?=\s+№)|P\.?\s?O\.?\s+[Bb]ox|B\.\s?P\.|"
    r"[Cc]hannel|[Ss]chedule|[Aa]mendment|[Rr]ule|[Rr]egulation|[Pp]rotocol|[Tt]heme|[Tt]opic|[Aa]ctivity|[Tt]ype|[Gg]ames?|стр\.|ст\.|статья|п\.|глава|раздел"
)

_WEB = re.compile(r"\S*(?:@|//|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|int|info|gov)\b\S*")
_LABEL = (
    rf"(?<![\w-])(?:{_LABELS})\s?(?:[Nn]o\.?\s?|№\s?|[Nn]umber\s)?\d+(?:[.,/-]\d+)*(?!\s?%)"
    r"(?:\s*(?:,|and|&|to|-|–|et)\s*\d+(?:\.\d+)*(?![\w%]|[.,]\d|\s[a-z]))*"
)
_DURATION = rf"(?:\s*(?:-|–|—|to|or|and|et|à|ou|и|до)\s*{_NUM})?\s?(?:[-–]\s?|\s)\s?(?:{_ADJECTIVES}[\s-])?{_TIME}(?!\w)"
_APART = re.compile(
    # None begins within a word: there, none needs to be tried. Those that begin with a letter are tried at letters only.
    rf"""(?!(?<=\w)[^\W\d])(?:(?=[^\W\d_])(?:
      (?P<called>(?i:\b(?:tel|phone|telephone|fax|mobile|mob|cell|hotline|whatsapp|call|sms|тел|факс|моб)\b[\s.:)]*(?:numbers?|no\.?|is|are|us\s+at|us\s+on|at|on)?[\s.:]*)[+(\d][\d\s()./\-–]{{3,}}\d)
    | (?P<aged>(?i:\b(?:aged?|ages|âgée?s?\s+de|between\s+the\s+ages\s+of|в\s+возрасте|от)\s+(?:between\s+|from\s+|of\s+|under\s+|over\s+|above\s+|below\s+)?(?:{_NUM})(?:\s*(?:-|–|—|to|and|et|à|до)\s*(?:{_NUM}))?\+?)(?!\s*(?:%|[\d.,]|{_ADJECTIVES}?\s*people))
        |\b(?:[Uu]nder|[Oo]ver|[Bb]elow|[Aa]bove)[- ](?:(?:the\s+age\s+of\s+)?\d{{1,2}}s?|one|two|three|five|six|seven|eighteen)(?=[.,;:)](?!\d)|$|-year|\s+(?:who|were|are|and\s+(?:pregnant|lactating|women)|in|with|at|years|old)))
    | (?P<lasting>(?i:{_WORD}{_DURATION}))
    | (?P<proportion>\b(?:one|une?)[ -](?:in|sur)[ -]\s?(?:\d+|two|three|four|five|six|seven|eight|ten|deux|trois|cinq|dix)\b)
    | (?P<street>(?i:\b(?:street|avenue|ave\.|str\.|boulevard|blvd|rue|ул\.|улица|кӯчаи|дом|д\.|road)),?\s+(?:[№\w’'.-]+,?\s+)?\d+(?:/\d+)?\b|\b[A-Z]{{1,2}}-?\d{{4,6}}\b)
    | (?P<label>{_LABEL})
    | (?P<standard>\bISO\s?\d+|\bISBN[\s:\d-]+)
    | (?P<each>(?i:\b(?:one|two|three|four)(?:-|\s)to(?:-|\s)\s?(?:one|two|many|three)\b|\b(?:one|two)[\s-](?:hands?|sides?|another|other|off|way|stop|time|fold)\b
        |\bat\s+(?:one|a)\s+(?:time|point)|\b(?:day|step|week|one|hand|two)\s+(?:by|to)\s+(?:one|two)\b|\b(?:day|number|square|phase|room|group)\s+one\b|\bone\s+day\b|\bonce\b|\bin\s+(?:one|two)\s+(?:words?|ways?)\b))
    ) | (?![^\W\d_])(?:
      (?P<phone>\+\s?\d[\d\s().\-–/]{{6,}}\d|(?<![\w.,])\(?0\d{{1,4}}\)?(?:[\s.\-–]\d{{2,4}}){{2,}}(?!\d))
    | (?P<time>(?<![\d.,])\d{{1,2}}[:h]\d{{2}}(?!\d)(?:\s?[ap]\.?m\b\.?)?|(?<![\d.,])\d{{1,2}}(?:\.\d\d)?\s?(?:[ap]\.?m\b\.?|hrs\b|o[’']clock)|(?<!\d)[0-2]\d[0-5]\d\s?(?:hrs|hours)\b)
    | (?P<ordinal>(?<![\w.,])\d+(?:st|nd|rd|th|er|ère|ers|e|è?me|ème)(?!\w)|\d+-(?:й|го|я|е|м|ой|ая|ые|ых)(?!\w))
    | (?P<age>(?<=[a-zà-ÿ],)\s\d{{1,2}},(?=\s[a-z])|(?<=\()\d{{1,2}}(?:\s?[-–]\s?\d{{1,2}})?\s*(?:years?|yrs?|ans)\b
        |(?<![\w.,])\d{{1,2}}\s?[-–]\s?\d{{1,2}}(?=\s(?:age|year)))
    | (?P<duration>(?<![\w.,$€£])(?i:{_N}{_DURATION}))
    | (?P<around>\b1[ -](?:in|sur)[ -]\s?(?:\d+|two|three|four|five|six|seven|eight|ten|deux|trois|cinq|dix)\b|\b\d{{1,2}}/7\b|\b\d{{1,2}}\s?[:x×]\s?\d{{1,3}}\b(?!\.)|(?<![\w.,/])\d+/\d+(?![\w/]))
    | (?P<place>\d+(?:[.,]\d+)?\s?°|\b\d{{1,3}}\.\d{{2,}}\s*[NSEW]\b|\b\d+(?:/\d+)?[A-Za-z]?,?\s+(?:[A-ZŠ][\w’'.-]+\s+){{1,3}}(?:Street|St\b\.?|Avenue|Ave\b|Road|Rd\b|Boulevard|Blvd|Lane|Drive|Square))
    | (?P<numbered>(?=№){_LABEL})
    | (?P<legal>(?<=[\w])/\d+|\(\d{{4}}\)|\#\s?\d+|©\s?\d+)))
    """,
    re.X,
)

_LIST = re.compile(
    r"^[ \t]*(?:\(?\d{1,2}(?:\.\d{1,2})*[.)](?=\s)|\d{1,2}(?:\.\d{1,2})+(?=\s+[A-ZÀ-ÞА-Я]))", re.M
)
_OPTIONS = re.compile(r"\((\d{1,2})\)(?=\s+[a-zа-я])")


def apart_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Stretches of `text[start:end]` whose numbers count nothing. Dates are not among them (see `calendar`)."""
    end = len(text) if end is None else end
    for pattern in (_WEB, _APART, _LIST):
        if pattern is _WEB and not any(
            mark in text for mark in ("@", "//", "www.", ".org", ".com", ".net", ".int")
        ):
            continue
        for match in pattern.finditer(text, start, end):
            yield match.span()
    options = list(_OPTIONS.finditer(text, start, end))
    if any(m[1] == "1" for m in options):  # (1) to do this; (2) to do that
        yield from (m.span() for m in options)


def in_word(text: str, start: int, end: int) -> bool:
    """Is the number at `start` to `end` a piece of a word or a code ("3W", "COVID-19", "UNI724524", "A/RES/70/1")?"""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or before in ("_", "#", "№", "°", "^", "\\", "@"):
        return True
    if before in ("-", "‑", "–", "/", ".", ":") and text[start - 2 : start - 1].isalnum() and start >= 2:
        return not (
            before in "–-" and text[start - 2].isdigit() or before == ":" and not text[start - 2].isdigit()
        )
    if after.isalpha() or after in ("_", "°", "@", "’", "'"):
        return True
    return after == "/" and text[end + 1 : end + 2].isalnum()

"""Title, organisation, period and language of a document, from its metadata, first page, running heads and file name."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from kb import hookimpl
from kb.languages import language_of
from kb.records import Block, Document, Period
from kb.text import fold

_FIRST_BLOCKS = 30
_FIRST_CHARACTERS = 600
_LANGUAGE_CHARACTERS = 6000
_NO_TITLE = re.compile(
    r"\.(docx?|pdf|pptx?|indd|qxd|xlsx?|odt|rtf|html?|ai|pub)$|^microsoft (word|powerpoint|excel)|^untitled|^powerpoint pres"
    r"|template|^slide \d|^document\d*$|^layout \d|papier|^new |^copy of",
    re.I,
)
_ISSUE = re.compile(
    r"(?:\b(?:no|nr|issue|vol(?:ume)?|edition|numéro|выпуск)\b|\bn[º°]|№|#)\.?\s*#?\s*\d{1,4}\b", re.I
)

# --- periods ----------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier januar enero январь января jan",
            "february février fevrier februar febrero февраль февраля feb fév",
            "march mars märz marzo март марта mar",
            "april avril abril апрель апреля apr avr",
            "may mai mayo май мая",
            "june juin juni junio июнь июня jun",
            "july juillet juli julio июль июля jul juil",
            "august août aout agosto август августа aug",
            "september septembre septiembre сентябрь сентября sept sep",
            "october octobre oktober octubre октябрь октября oct okt",
            "november novembre noviembre ноябрь ноября nov",
            "december décembre decembre dezember diciembre декабрь декабря dec déc",
        ),
        1,
    )
    for name in names.split()
}
_M = "(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b\.?"
_Y = r"(?:19|20)\d\d"
_D = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er)?"
_TO = r"\s*(?:-|–|—|/|to|until|and|&|au|à|a|al|по|bis)\s*"
_OF = r"(?:\s+(?:of|de|du)\s+|[\s,_]+)"
_NTH = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "premier": 1,
    "deuxième": 2,
    "troisième": 3,
    "quatrième": 4,
}
_Q = r"(?:[1-4](?:st|nd|rd|th|er|e|ème)?|first|second|third|fourth|premier|deuxième|troisième|quatrième)"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("days", rf"\b({_D}){_OF}?({_M})?{_OF}?({_Y})?{_TO}({_D}){_OF}({_M}),?\s*({_Y})\b"),
        ("months", rf"\b({_M}){_OF}?({_Y})?{_TO}({_M}){_OF}({_Y})\b"),
        (
            "ended",
            rf"\b(year|quarter|month|period|exercice|half[- ]year)\s+(?:ended|ending|to|clos le)\s+({_D}){_OF}({_M}),?\s*({_Y})\b",
        ),
        ("day", rf"\b({_D}){_OF}({_M}),?[\s_]*({_Y})\b"),
        ("us_day", rf"\b({_M})\s+({_D}),?\s+({_Y})\b"),
        ("iso", rf"\b({_Y})-(\d\d)-(\d\d)\b"),
        ("numbers", rf"\b(\d\d?)[./](\d\d?)[./]({_Y})\b"),
        ("quarter", rf"\b(?:Q\s?([1-4])|({_Q})\s+(?:quarter|trimestre)|quarter\s+([1-4])),?{_OF}?({_Y})\b"),
        ("quarter_back", rf"\b({_Y})[\s,-]*Q([1-4])\b"),
        ("half", rf"\b(?:H([12])|(first|second|1st|2nd)\s+(?:half|semester)){_OF}({_Y})\b"),
        ("month", rf"\b({_M}){_OF}?[’']?({_Y})\b"),
        ("month_back", rf"\b({_Y})[-_ ]({_M})\b"),
        ("iso_month", rf"\b({_Y})-(0[1-9]|1[0-2])\b"),
        ("years", rf"\b({_Y})\s*[-–/]\s*({_Y})\b"),
        ("year", rf"\b({_Y})\b"),
    )
)


_NUMBER_BEFORE = re.compile(r"(\b(no|nr|issue|vol|n)[.º°]?|#|№)\s*$", re.I)


def periods(text: str) -> list[Period]:
    """All periods told in a text, the most telling form first at each place; impossible dates are left out."""
    text = text.replace("_", " ")
    found: list[tuple[int, int, Period]] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in found):
                continue
            if name == "days" and _NUMBER_BEFORE.search(text[: match.start()]):
                continue  # "No. 5 - 30 August 2014"
            try:
                start, end = _span(name, match.groups())
            except (ValueError, KeyError):
                continue
            if start <= end:
                label = " ".join(match[0].split())
                found.append((*match.span(), Period(start.isoformat(), end.isoformat(), label)))
    return [period for _, _, period in sorted(found, key=lambda f: f[0])]


def _span(kind: str, g: tuple[str | None, ...]) -> tuple[date, date]:
    def month(name: str | None) -> int:
        return _MONTHS[(name or "").casefold().rstrip(".")]

    def number(text: str | None) -> int:
        text = (text or "").casefold()
        return _NTH[text] if text in _NTH else int(re.sub(r"\D", "", text))

    def months(first: int, last: int, y0: int, y1: int) -> tuple[date, date]:
        return date(y0, first, 1), date(y1, last, monthrange(y1, last)[1])

    if kind == "days":
        last_day = date(number(g[5]), month(g[4]), number(g[3]))
        return date(number(g[2] or g[5]), month(g[1] or g[4]), number(g[0])), last_day
    if kind == "months":
        first, last, year = month(g[0]), month(g[2]), number(g[3])
        return months(first, last, number(g[1]) if g[1] else year - (first > last), year)
    if kind == "ended":
        last_day = date(number(g[3]), month(g[2]), number(g[1]))
        back = {"quarter": 3, "month": 1, "half-year": 6, "half year": 6}.get((g[0] or "").casefold(), 12)
        return _months_before(last_day, back), last_day
    if kind in ("day", "us_day", "iso", "numbers"):
        d, m, y = {"us_day": (g[1], g[0], g[2]), "iso": (g[2], g[1], g[0])}.get(kind, g)
        if kind == "numbers" and number(d) != number(m) and max(number(d), number(m)) < 13:
            raise ValueError("day and month cannot be told apart")
        if kind == "numbers" and number(m) > 12:
            d, m = m, d
        day = date(number(y), month(m) if kind in ("day", "us_day") else number(m), number(d))
        return day, day
    if kind in ("quarter", "quarter_back"):
        quarter, year = (
            (number(g[0] or g[1] or g[2]), number(g[3]))
            if kind == "quarter"
            else (number(g[1]), number(g[0]))
        )
        return months(3 * quarter - 2, 3 * quarter, year, year)
    if kind == "half":
        part, year = number(g[0] or g[1]), number(g[2])
        return months(6 * part - 5, 6 * part, year, year)
    if kind in ("month", "month_back", "iso_month"):
        name, told = (g[0], g[1]) if kind == "month" else (g[1], g[0])
        which = number(name) if kind == "iso_month" else month(name)
        return months(which, which, number(told), number(told))
    first, last = number(g[0]), number(g[1] if kind == "years" else g[0])
    if last - first > 5:
        raise ValueError("a span of years that is no reporting period")
    return months(1, 12, first, last)


def _months_before(last_day: date, count: int) -> date:
    """First day of the span of `count` months that ends with that day's month."""
    index = last_day.year * 12 + last_day.month - count
    return date(index // 12, index % 12 + 1, 1)


def _period(document: Document, title: str, cover: list[Block], heads: list[str]) -> Period | None:
    """The issue's period: from the title, else the cover, the running heads, the file name."""
    top = [b.text for b in cover if b.role == "heading"]
    near = [b.text for b in cover[:12]]
    name = Path(document.path).stem
    best: Period | None = None
    for texts in ([title], top, heads, near, [name], [b.text for b in cover]):
        told = [p for text in texts for p in periods(text)]
        exact = [p for p in told if _days(p) < 360] or told
        if exact and (best is None or _within(exact[0], best)):
            best = exact[0]
        if best and not best.label.isdigit():
            break  # more than a bare year
    if best is None:
        return None
    # A title that names its last month or day may belong to a longer span told elsewhere on the cover or above.
    for text in (*heads, *near):
        for wider in periods(text):
            if _within(best, wider) and wider.end[:7] == best.end[:7] and _days(best) < _days(wider) < 200:
                return replace(wider, label=best.label)
    opening = " ".join(b.text for b in document.blocks[:60])
    if 27 < _days(best) < 32 and re.search(r"\b(quarterly|trimestriel)", opening, re.I):
        return replace(best, start=_months_before(date.fromisoformat(best.end), 3).isoformat())
    return best


def _days(period: Period) -> int:
    return (date.fromisoformat(period.end) - date.fromisoformat(period.start)).days + 1


def _within(inner: Period, outer: Period) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


# --- title ------------------------------------------------------------------------------------------------------


_NUMBERED = re.compile(r"^\d{1,2}(\.\d{1,2})*[.)]?\s")


def _title(document: Document, cover: list[Block]) -> str:
    """Metadata where the cover bears it out, else the biggest text of the cover with its issue or period, else the file."""
    given = " ".join(document.title.split())
    # The masthead of the first page may have been set aside as a running head.
    seen = set(fold(" ".join(b.text for b in document.blocks if b in cover or b.page == 1)).split())
    words = fold(given).split()
    if (
        len(words) > 2
        and not _NO_TITLE.search(given)
        and (not any(b.words for b in cover) or sum(w in seen for w in words) >= 0.75 * len(words))
    ):
        return given
    top = [b for b in cover if b.role == "heading"]
    top = [b for b in top if not _NUMBERED.match(b.text)] or top
    top = top or [b for b in cover[:3] if len(b.text) < 120 and b.role != "table"]
    if not top:
        return given if words and not _NO_TITLE.search(given) else Path(document.path).stem.replace("_", " ")
    biggest = max(top, key=lambda b: (b.size, -b.level, *_like_title(b, cover)))
    title = " ".join(biggest.text.split())
    after = cover[cover.index(biggest) + 1 :][:3]
    if not _ISSUE.search(title):
        issue = next((m[0] for b in after if len(b.text) < 60 and (m := _ISSUE.search(b.text))), "")
        told = next((p.label for b in after if len(b.text) < 60 for p in periods(b.text)), "")
        ended = next(
            (b.text for b in after if len(b.text) < 60 and re.search(r"\b(ended|ending)\b", b.text)), ""
        )
        extra = issue or (ended or told if not periods(title) else "")
        title = f"{title} - {extra}" if extra else title
    return title


def _like_title(block: Block, cover: list[Block]) -> tuple[bool, bool]:
    """Between headings that look alike: is it no body's name, and is its issue or period told with it?"""
    near = [block, *cover[cover.index(block) + 1 :][:2]]
    told = any(len(b.text) < 120 and (_ISSUE.search(b.text) or periods(b.text)) for b in near)
    return not (_BODY.search(block.text) or re.search(r"\bnations\b", block.text, re.I)), told


# --- organisation -----------------------------------------------------------------------------------------------

_KIND = (
    r"(?:monthly |quarterly |weekly |annual |bi-?annual |trustees['’]? |donor )*"
    r"(?:e-?newsletter|news ?letter|news bulletin|bulletin|annual report|gazette)"
)
_BY_TITLE = re.compile(rf"^(?:the )?(?P<name>[^\W\d_][\w.&'’/ -]*?)[\s:,–-]+{_KIND}\b", re.I)
_NO_NAME = re.compile(
    r"^(trustees['’]?|annual|our|this|monthly|quarterly|weekly|the|community|email|staff)$", re.I
)
_BODY = re.compile(
    r"\b(organi[sz]ation|office|agency|fund|programme|program|ministry|committee|council|campaign|group|foundation|cluster"
    r"|association|society|mission|federation|union|network|trust|secretariat|commission|institute|centre|center|department"
    r"|charity|initiative|alliance|bureau|organisation|ministère|министерство|агентство)\b",
    re.I,
)
_ACRONYM = re.compile(r"^[A-Z][A-Z&-]{1,9}$")
_NOT_NAME = re.compile(r"[@\d]|https?:|www\.|[.!?;]$", re.I)


def _organisation(document: Document, title: str, cover: list[Block], heads: list[str]) -> str:
    """Who publishes it: told by the title or the running head, named like a body on the cover, or by its address."""
    text = " ".join(b.text for b in document.blocks)
    for line in (title, *heads, *(b.text for b in cover if b.role == "heading")):
        match = _BY_TITLE.match(line)
        if (
            match
            and len(match["name"].split()) <= 6
            and match["name"][0].isupper()
            and not _NO_NAME.match(match["name"])
        ):
            name = " ".join(match["name"].split())
            return _long_form(name, text) if _ACRONYM.match(name) else name
    own = fold(title)
    for line in [h for h in heads if _ACRONYM.match(h)] + [h for h in heads if _like_body(h, 12)]:
        if fold(line) not in own:
            return line
    for block in cover[:15]:
        line = " ".join(block.text.split())
        if block.role in ("heading", "body") and _like_body(line, 8):
            return line.title() if line.isupper() else line
    return _by_address(text)


def _like_body(line: str, most: int) -> bool:
    """Is it a name such as "Cambridge Refugee Resettlement Campaign", in capitals throughout?"""
    words = [w for w in re.findall(r"[^\W\d_]+", line) if len(w) > 3 or w.isupper()]
    named = bool(_BODY.search(line)) and not _NOT_NAME.search(line) and 3 <= len(line.split()) <= most
    return named and all(w[0].isupper() for w in words) and not line.startswith(("By ", "For "))


def _by_address(text: str) -> str:
    """The body whose web or mail address stands in the text most often, as the text writes its short name."""
    hosts = Counter(
        h.lower()
        for h in re.findall(
            r"(?:@|www\.|https?://)(?:[\w-]+\.)*?([\w-]{2,20})\.(?:org|int|net|gov|com)\b", text
        )
    )
    for host, _ in hosts.most_common():
        if host in ("facebook", "twitter", "youtube", "instagram", "linkedin", "gmail", "yahoo", "hotmail"):
            continue
        shouted = re.findall(r"\b[A-Z]{3,15}\b", text)
        names = Counter(
            w for w in shouted if host.endswith(w.lower()) and 1.7 * len(w) > len(host) and not _BODY.match(w)
        )
        if names:
            return names.most_common(1)[0][0]
    return ""


def _long_form(short: str, text: str) -> str:
    """The name that an acronym stands for, where the text spells it out; else the acronym."""
    initials = r"[\w'’-]*\s+(?:of |the |and |for |de |des |du |la )*".join(
        re.escape(c) for c in short if c.isalpha()
    )
    match = re.search(rf"\b({initials}[\w'’-]+)", text)
    return match[1] if match else short


@hookimpl
def kb_describe(document: Document) -> Document | None:
    """Fills in what can be told; leaves empty what cannot."""
    readable = [b for b in document.blocks if b.role not in ("header", "footer", "toc")]
    first = readable[0].page if readable else 1
    cover = [replace(b, text=b.text[:_FIRST_CHARACTERS]) for b in readable if b.page == first][:_FIRST_BLOCKS]
    counts = Counter(b.text[:_FIRST_CHARACTERS] for b in document.blocks if b.role in ("header", "footer"))
    # A repeated head of a table is no running head of the document.
    heads = [text for text, n in counts.most_common(8) if n >= 0.3 * document.pages]
    title = _title(document, cover)
    period = _period(document, title, cover, heads)
    published = document.published
    if (
        published
        and period
        and not 0 <= (date.fromisoformat(published) - date.fromisoformat(period.end)).days < 370
    ):
        published = ""
    return replace(
        document,
        title=title,
        organisation=_organisation(document, title, cover, heads),
        period=period,
        published=published,
        language=_language(document),
    )


def _language(document: Document) -> str:
    text = " ".join(b.text for b in document.blocks if b.role in ("body", "heading"))[:_LANGUAGE_CHARACTERS]
    text = text if len(text) > 100 else " ".join(b.text for b in document.blocks)[:_LANGUAGE_CHARACTERS]
    return language_of(text)

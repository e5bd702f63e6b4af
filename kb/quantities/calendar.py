"""Dates and spans of time in text: English, French and Russian months, quarters, years, relative spans."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kb.cues import at_words
from kb.records import Period


@dataclass(frozen=True, slots=True)
class Dated:
    """A stretch of text that tells a date. `first` and `last` are ISO, as precise as told; empty where the year is unknown."""

    start: int
    end: int
    first: str
    last: str


_MONTHS = (
    "jan(?:uary|vier)?|янв(?:ар[ьяе])?",
    "feb(?:ruary)?|f[ée]v(?:rier)?|фев(?:рал[ьяе])?",
    "mar(?:ch|s)?|март[ае]?",
    "apr(?:il)?|avr(?:il)?|апр(?:ел[ьяе])?",
    "may|mai|ма[йяе]",
    "june?|juin|июн[ьяе]",
    "july?|juillet|июл[ьяе]",
    "aug(?:ust)?|ao[uû]t|авг(?:уста?|усте)?",
    "sept?(?:ember|embre)?|сент(?:ябр[ьяе])?",
    "oct(?:ober|obre)?|окт(?:ябр[ьяе])?",
    "nov(?:ember|embre)?|ноя(?:бр[ьяе])?",
    "dec(?:ember)?|d[ée]c(?:embre)?|дек(?:абр[ьяе])?",
)
_MONTH_VALUES = tuple(re.compile(m, re.I) for m in _MONTHS)
_M = rf"(?:{'|'.join(_MONTHS)})(?!\w)\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th|er)\b|-?го\b)?"
_Y = r"(?:19|20)\d\d(?!\d)(?![.,]\d)"
_TO = r"\s*(?:-|–|—|‑|/|\b(?:to|until|till|through|thru|and|au|et|à|по|до|и)\b)\s*"
_OF = r"(?:\s+(?:of|de)\s+|[-–/.]|\s*)"
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "printemps": (3, 5),
    "été": (6, 8),
    "automne": (9, 11),
}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1er": 1, "2e": 2,
    "3e": 3, "4e": 4, "premier": 1, "deuxième": 2, "troisième": 3, "quatrième": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4,
    "первый": 1, "первом": 1, "второй": 2, "втором": 2, "третий": 3, "третьем": 3, "четвертый": 4, "четвертом": 4,
}  # fmt: skip
_NTH = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_NUMBER = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}

_PATTERN = re.compile(
    rf"""(?<!\w)(?<!\d[.,])(?:
      (?P<iso>{_Y}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)
    | (?P<slash>\d{{1,2}}(?P<sep>[./-])\d{{1,2}}(?P=sep)(?:19|20)\d\d)(?!\d)
    | (?P<quarter>(?:Q\s?(?P<q>[1-4])|(?P<h>H[12])|(?P<nth>{_NTH})\s+(?P<part>quarter|trimest(?:er|re)|semest(?:er|re)|half|квартале?|полугоди[ие]))
        (?:(?:\s+of)?(?:\s+the\s+year)?[\s,/]*(?P<qy>{_Y}))?)
    | (?P<dmspan>(?P<d1>{_DAY})\s*(?P<m1>{_M})?(?:,?\s*(?P<y1>{_Y}))?{_TO}(?P<d2>{_DAY}){_OF}(?P<m2>{_M})(?:,?\s*(?P<y2>{_Y}))?)
    | (?P<dm>(?P<dd>{_DAY}){_OF}(?P<dmm>{_M})(?!\s*\d{{1,2}}(?!\d),)(?:,?\s*(?:of\s+)?(?P<dy>{_Y}))?)
    | (?P<mdspan>(?P<sm1>{_M})\s*(?P<sd1>{_DAY})(?:,?\s*(?P<sy1>{_Y}))?{_TO}(?P<sm2>{_M})?\s*(?P<sd2>{_DAY})(?![\d%])(?:,?\s*(?P<sy2>{_Y}))?)
    | (?P<md>(?P<mm>{_M})\s*(?P<md1>{_DAY})(?![\d%]|[.,]\d{{3}})(?:,?\s*(?P<my>{_Y}))?)
    | (?P<mspan>(?P<a>{_M})(?:,?\s*(?P<ay>{_Y}))?{_TO}(?P<b>{_M})(?:,?\s*(?:of\s+)?(?P<by>{_Y}))?)
    | (?P<my_>(?P<month>{_M})(?:\s+of)?[\s,/-]*(?P<year>{_Y}))
    | (?P<season>(?P<sname>{'|'.join(_SEASONS)})(?:\s+of)?\s+(?P<syear>{_Y}))
    | (?P<yspan>(?P<ys>(?:19|20)\d\d)(?:(?P<short>[/–-]\d\d)(?!\d)|{_TO}(?P<ye>{_Y})))
    | (?P<past>(?P<which>last|past|previous|coming|next|following)\s+(?:(?P<count>\d{{1,2}}|{'|'.join(_NUMBER)})\s+)?(?P<unit>months?|years?|decades?)\b)
    | (?P<this>(?P<rel>this|last|next|current|previous)\s+(?P<runit>year|month|quarter)\b)
    | (?P<alone>(?P<only>{_M})(?![\w’'-]*\s*\d))
    | (?P<y>{_Y})
    )(?:\s*(?:г\.|гг\.|год[ауеы]?\b|год\b))?(?!\w)""",
    re.I | re.X,
)  # fmt: skip

_FIRST = re.compile(
    rf"\d|{'|'.join(_MONTHS)}|{_NTH}|{'|'.join(_SEASONS)}|[QH]|last|past|previous|coming|next|following|this|current",
    re.I,
)
"""First words of a date, a number by its first digit."""
_ENGLISH_MONTH = re.compile(
    r"jan|february|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov|dec(?:ember)?"
)
_BEFORE_MONTH = re.compile(
    r"(?:\b(?:in|since|until|till|by|from|during|of|early|late|mid|through|before|after|this|last|en|depuis|в|с|до|к)[\s-]+|^)$",
    re.I,
)
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|until|till|by|during|of|the|year|before|after|between|late|early|mid|end|for|and|or|to|from|through|"
    r"en|depuis|de|fin|année|l[’']an|в|с|до|к|за|и)[\s-]+|[(,;:–/|-]\s*|^\s*)$",
    re.I,
)
_SURE_YEAR = re.compile(r"\b(?:in|since|by|during|until|of|from|for|en|depuis|в|с)\s+$", re.I)
_NOT_YEAR = re.compile(
    r"\b(?:over|than|some|about|around|nearly|almost|approximately|under|least|up to|total of|reached|to reach)\s+(?:an?\s+)?$",
    re.I,
)
_FUTURE = re.compile(
    r"\b(?:will|plan(?:s|ned)?|scheduled|due|upcoming|next|forthcoming|expected|to be)\b", re.I
)
_COUNTED_NEXT = re.compile(
    r"\s+(?:[a-z]+[ -])?(?!(?:was|is|has|this|its|as|mais|dans|sans|plus|vers|les|des|sous|ses|nous|vous|reports?)\b)[a-z]{3,}s\b|\s+people\b|\s*(?:%|per ?cent)"
)


@lru_cache(maxsize=256)
def find_dates(text: str, period: Period | None = None) -> tuple[Dated, ...]:
    """Dates in order. A day or month without a year is put into the document's period, or the year told nearest."""
    return tuple(_dates(text, period))


@lru_cache(maxsize=100_000)
def _begins_date(word: str) -> bool:
    return _FIRST.fullmatch(word) is not None


def _dates(text: str, period: Period | None) -> Iterator[Dated]:
    years = [(m.start(), int(m[0])) for m in re.finditer(rf"(?<!\d){_Y}", text)]
    for match in at_words(text, _PATTERN, _begins_date):
        kind = match.lastgroup or ""
        for kind in _READERS:
            if match[kind] is not None:
                break
        else:
            continue
        told = _Telling(text, match, period, years)
        span = _READERS[kind](told)
        if span is not None:
            # The dot of "Sept." is the sentence's as often as not.
            end = match.end() - (match[0].endswith(".") and not match[0].endswith("г."))
            yield Dated(match.start(), end, *span)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A match with what is known around it."""

    text: str
    match: re.Match[str]
    period: Period | None
    years: list[tuple[int, int]]

    def __getitem__(self, group: str) -> str:
        return self.match[group] or ""

    def year(self, group: str) -> int:
        return int(self.match[group]) if self.match[group] else 0

    def guess(self, month: int, day: int = 1) -> int:
        """The year of a date told without one; 0 where nothing says."""
        if self.period is None:
            return min(self.years, key=lambda y: abs(y[0] - self.match.start()))[1] if self.years else 0
        end = self.period.end[:10]
        year = int(end[:4])
        before = re.split(r"[.;\n]", self.text[max(0, self.match.start() - 80) : self.match.start()])[-1]
        after = re.split(r"[.;\n]", self.text[self.match.end() : self.match.end() + 60])[0]
        ahead = _FUTURE.search(before) or _FUTURE.search(after)
        if f"{year}-{month:02}-{day:02}" > end and not ahead and len(end) == 10:
            # Issues come out a little after the period they cover and tell of its aftermath.
            late = (month - int(end[5:7])) * 30 + day - int(end[8:10])
            return year if late <= 45 else year - 1
        return year


def _month(name: str) -> int:
    name = name.rstrip(".")
    return next(i for i, m in enumerate(_MONTH_VALUES, 1) if m.fullmatch(name))


def _day(text: str) -> int:
    return int(re.match(r"\d+", text)[0])  # type: ignore[index]


def _iso(year: int, month: int = 0, day: int = 0) -> str:
    if not year:
        return ""
    if day > monthrange(year, month)[1] if month else False:
        return f"{year:04}-{month:02}"
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


_Span = tuple[str, str] | None


def _iso_date(t: _Telling) -> _Span:
    return _single(t["iso"])


def _single(day: str) -> tuple[str, str]:
    return day, day


def _slashed(t: _Telling) -> _Span:
    first, second, year = map(int, re.split(r"[./-]", t["slash"]))
    if t["sep"] == "." or first > 12 or first == second:
        day, month = first, second
    elif second > 12:
        day, month = second, first
    else:  # 03/04/2012: nobody can say; the year is certain.
        return _single(_iso(year))
    return _single(_iso(year, month, day)) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _quarter(t: _Telling) -> _Span:
    year = t.year("qy") or (int(t.period.end[:4]) if t.period else 0)
    if t["q"]:
        months, nth = 3, int(t["q"])
    elif t["h"]:
        months, nth = 6, int(t["h"][1])
    else:
        nth = _ORDINALS[t["nth"].casefold()]
        months = 3 if t["part"].casefold().startswith(("q", "trim", "кв")) else 6
        if len(t["nth"]) < 3 and not t.match["qy"]:
            return None
    if nth > 12 // months or not t.match["qy"] and (t["h"] or t["q"] or months == 6):
        return None
    return _iso(year, months * (nth - 1) + 1), _iso(year, months * nth)


def _day_span(t: _Telling) -> _Span:
    m2 = _month(t["m2"])
    m1 = _month(t["m1"]) if t["m1"] else m2
    return _ends(t, m1, _day(t["d1"]), t.year("y1"), m2, _day(t["d2"]), t.year("y2"))


def _month_day_span(t: _Telling) -> _Span:
    m1 = _month(t["sm1"])
    m2 = _month(t["sm2"]) if t["sm2"] else m1
    return _ends(t, m1, _day(t["sd1"]), t.year("sy1"), m2, _day(t["sd2"]), t.year("sy2"))


def _ends(t: _Telling, m1: int, d1: int, y1: int, m2: int, d2: int, y2: int) -> _Span:
    y2 = y2 or y1 or t.guess(m2, d2)
    y1 = y1 or (y2 - 1 if (m1, d1) > (m2, d2) and y2 else y2)
    return _iso(y1, m1, d1), _iso(y2, m2, d2)


def _day_month(t: _Telling) -> _Span:
    return _on_day(t, t["dmm"], t["dd"], t.year("dy"))


def _month_day(t: _Telling) -> _Span:
    return _on_day(t, t["mm"], t["md1"], t.year("my"))


def _on_day(t: _Telling, name: str, day: str, year: int) -> _Span:
    if not year and _ENGLISH_MONTH.fullmatch(name):  # "may", "march", "dec" in small letters are other words
        return None
    month = _month(name)
    return _single(_iso(year or t.guess(month, _day(day)), month, _day(day)))


def _month_span(t: _Telling) -> _Span:
    if not t["by"] and not (t["a"][0].isupper() and t["b"][0].isupper()) and t["a"][0] < "а":
        return None
    first, last = _month(t["a"]), _month(t["b"])
    y2 = t.year("by") or t.year("ay") or t.guess(last)
    y1 = t.year("ay") or (y2 - 1 if first > last and y2 else y2)
    return _iso(y1, first), _iso(y2, last)


def _month_year(t: _Telling) -> _Span:
    return _single(_iso(t.year("year"), _month(t["month"])))


def _season(t: _Telling) -> _Span:
    first, last = _SEASONS[t["sname"].casefold()]
    return _iso(t.year("syear"), first), _iso(t.year("syear"), last)


def _year_span(t: _Telling) -> _Span:
    first = t.year("ys")
    if t["short"]:
        last = first // 100 * 100 + int(t["short"][1:])
        if last != first + 1 and t["short"][0] == "-" and 1 <= int(t["short"][1:]) <= 12:
            return _single(_iso(first, int(t["short"][1:])))
    else:
        last = t.year("ye")
    return (_iso(first), _iso(last)) if first < last else None


def _past(t: _Telling) -> _Span:
    if not t["count"] and t["unit"].casefold() in ("year", "month"):
        return _this(t) if t["which"].casefold() in ("last", "previous", "next") else None
    if t.period is None or not t["count"] and not t["unit"].casefold().startswith("decade"):
        return None
    count = _NUMBER.get(t["count"].casefold()) or int(t["count"] or 1)
    ahead = t["which"].casefold() in ("coming", "next", "following")
    year, month = int(t.period.end[:4]), int(t.period.end[5:7] or 12)
    if t["unit"].casefold().startswith("month"):
        other = year * 12 + month - 1 + (count if ahead else -count + 1)
        there = _iso(other // 12, other % 12 + 1)
        return (_iso(year, month), there) if ahead else (there, _iso(year, month))
    years = count * (10 if t["unit"].casefold().startswith("decade") else 1)
    return (_iso(year), _iso(year + years)) if ahead else (_iso(year - years), _iso(year))


def _this(t: _Telling) -> _Span:
    which = (t.match["rel"] or t.match["which"]).casefold()
    unit = (t.match["runit"] or t.match["unit"]).casefold()
    if t.period is None:
        return None
    shift = {"last": -1, "previous": -1, "next": 1}.get(which, 0)
    year, month = int(t.period.end[:4]), int(t.period.end[5:7] or 12)
    if unit == "year":
        return _single(_iso(year + shift))
    if unit == "quarter":
        if which == "last":  # A quarterly that writes of "the last quarter" means the one it covers.
            return _single_span(t.period)
        return None
    other = year * 12 + month - 1 + shift
    return _single(_iso(other // 12, other % 12 + 1))


def _single_span(period: Period) -> _Span:
    return period.start[:7], period.end[:7]


def _month_alone(t: _Telling) -> _Span:
    name = t["only"].rstrip(".")
    before = t.text[max(0, t.match.start() - 12) : t.match.start()]
    if (
        len(name) < 4
        and name != "May"
        or not name[0].isupper()
        and name[0] < "а"
        or not _BEFORE_MONTH.search(before)
    ):
        return None
    if before == "" or before.endswith("\n"):
        return None
    month = _month(name)
    return _single(_iso(t.guess(month), month))


def _year(t: _Telling) -> _Span:
    before = t.text[max(0, t.match.start() - 24) : t.match.start()]
    after = t.text[t.match.end() : t.match.end() + 40]
    if before[-1:] in "$€£+" and before:
        return None
    counted = _COUNTED_NEXT.match(after)
    if _NOT_YEAR.search(before) and (counted or not _BEFORE_YEAR.search(before)):
        return None
    if counted and (not _SURE_YEAR.search(before) or t.year("y") % 100 == 0):
        return None
    return _single(t["y"])


_READERS = {
    "iso": _iso_date, "slash": _slashed, "quarter": _quarter, "dmspan": _day_span, "dm": _day_month,
    "mdspan": _month_day_span, "md": _month_day, "mspan": _month_span, "my_": _month_year, "season": _season,
    "yspan": _year_span, "past": _past, "this": _this, "alone": _month_alone, "y": _year,
}  # fmt: skip

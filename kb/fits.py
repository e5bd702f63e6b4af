"""Whether a sentence holds a thing of the kind asked for (a number, a date, a name …), and the fact in short."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from kb.agents import POSSESS, owners, standing
from kb.question import ROLE_WORDS, Question, Term
from kb.text import fold
from kb.views import Row, View, held
from kb.words import NUMBERS, STOP, content, stem, stems, tokens

_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:\d{{1,3}}(?:[,\s]\d{{3}})+|\d+)(?:[.,]\d+)?(?![\w/])|\b(?:{'|'.join(NUMBERS)})\b", re.I
)
LIKE = 0.05
"""Difference from which one number of a sentence fits better than another, whichever words stand around them."""
_MONEY = re.compile(r"[$€£¥]|\b(?:USD|US\$|EUR|GBP|CHF|TJS|somoni|dollars?|euros?|pounds?)\b", re.I)
_REASON = re.compile(
    r"\b(because|due to|since|so that|in order to|as a result|therefore|owing|reason|to (?:help|prevent))\b",
    re.I,
)
_AT = re.compile(r"\b(?:in|at|to|from|near)\s+(?:the\s+)?(?:[a-z]+\s+of\s+(?:the\s+)?)?$")
_NAME = re.compile(r"\b[A-ZÀ-ÞА-Я][\w’'-]+(?:\s+(?:of|for|and|the|de|du|des|la|al)?\s?[A-ZÀ-ÞА-Я][\w’'-]+)*")


def _asked(question: Question, mention: Row, words: str) -> bool:
    """Is this mention one of the names in the question itself?"""
    if any(mention.get("entity") and mention["entity"] in t.entities for t in question.terms):
        return True
    have = {s for t in question.terms for s in t.alternatives[0]}
    mine = {s for _, _, s in content(words, question.language)}
    return bool(mine) and mine <= have


def fit_of(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """0..1, and the facts of the kind asked for."""
    kind = question.kind
    if kind in ("count", "amount", "share", "change"):
        return _number_fit(question, view, i)
    if kind == "date":
        return _date_fit(question, view, i)
    if kind in ("who", "organisation", "person", "place", "project"):
        return _name_fit(question, view, i)
    if kind == "reason":
        return (1.0 if _REASON.search(view.sentence(i)) else 0.6), ()
    return 1.0, ()


def _number_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    head = next((t for t in question.terms if t.head), None)
    dates = [(m["start"], m["end"]) for m in view.mentions[i] if m["kind"] == "date"]
    text, (start, end) = view.text, view.spans[i]
    rows = [dict(f) for f in view.figures[i]]
    taken = dates + [(f["start"], f["end"]) for f in rows]
    for m in _NUMBER.finditer(text, start, end):
        note = m.start() == start and re.match(r"\d{1,2}\s+[A-Z]", text[start:end])
        if note or any(a <= m.start() < b for a, b in taken) or m[0].casefold() in ("one", "zero"):
            continue
        if not re.fullmatch(r"(?:19|20)\d\d", m[0]):
            rows.append({"start": m.start(), "end": m.end(), "unit": "", "counted": None, "qualifier": ""})
    asked = {t.alternatives[0][0] for t in question.terms}
    rows = [r for r in rows if stem(text[r["start"] : r["end"]].split()[0], question.language) not in asked]
    context = f"{view.heading} {text[max(0, start - 600) : end]}"
    best, fact, nearest = 0.0, "", (0, 0)
    # "Gap: USD 2 million" is the gap's and nobody else's.
    labelled = _LABELLED.fullmatch(view.sentence(i)) and any(
        t.name
        and not t.where
        and max(held(t, view.words[i], view.mentions[i]), held(t, view.title_words)) < 0.5
        for t in question.terms
    )
    for row in rows:
        unit = row["unit"] or ""
        money = len(unit) == 3 and unit.isupper()
        if question.kind == "amount":
            # A table's amounts often have their currency in the column's name only.
            large = not unit and len(re.sub(r"\D", "", text[row["start"] : row["end"]])) >= 3
            fit = 1.0 if money else 0.55 if large and _MONEY.search(context) else 0.2
            if question.language != "en" and not _of_body(question, view, i):
                fit *= 0.3
        elif question.kind == "share":
            fit = 1.0 if unit == "%" or re.match(r"\s*(?:%|per ?cent)", text[row["end"] :]) else 0.2
        else:
            fit = _counts(question, head, row, view, i)
            if money:
                fit *= 0.3
        label = text.find("|", start, end)
        if start < label and row["end"] <= label and re.search(r"\|\W*\d", text[label:end]):
            fit *= 0.7  # a number in a row's name is not its value
        if _of_other_time(question, view, i, row):
            fit *= 0.6
        if _of_other_place(question, view, i, row):
            fit *= 0.3 if _apart(question, view, i, row) else 0.6
        if labelled:
            fit *= 0.4
        if _PENDING.match(text, row["end"], end) and not _PENDING.search(question.text):
            fit *= 0.8
        distance = (-_shared(asked, view, i, row), _distance(question, view, i, row))
        if fit > best + LIKE or (fit and fit >= best - LIKE and distance < nearest):
            best, fact, nearest = max(fit, best), _figure_text(text, row), distance
    return best, ((fact,) if fact else ())


def _of_other_time(question: Question, view: View, i: int, row: Row) -> bool:
    """Is the time next to the number another one than asked about ("13.5 per cent in 2011 to 17.3 per cent in 2013")?"""
    if question.period is None:
        return False
    dates = [m for m in view.mentions[i] if m["kind"] == "date" and m["date_start"]]
    mine = [m for m in dates if meets(question.period, (m["date_start"], m["date_end"]))]
    if not mine or len(mine) == len(dates):
        return False
    # "… in 2011" follows its number, "for 2011 …" precedes it: the order of the first of each tells which.
    leading = min(dates, key=lambda m: m["start"])["start"] < min(_numbers_of(view, i), default=row["start"])

    def away(m: Row) -> int:
        gap = row["start"] - m["end"] if leading else m["start"] - row["end"]
        return gap if gap >= 0 else 10_000

    return min(dates, key=away) not in mine


def _of_other_place(question: Question, view: View, i: int, row: Row) -> bool:
    """Is the place next to the number another one than asked about, in a sentence that tells of both?"""
    asked = {e for t in question.terms if t.where for e in t.entities}
    levels = {m["entity"]: m.get("level") for m in view.mentions[i] if m["kind"] == "place"}
    mine = row.get("place")
    if not mine or mine in asked or not any(e in levels for e in asked):
        return False
    return not any(levels.get(e) in ("region", "country") or mine.startswith(e) for e in asked)


def _apart(question: Question, view: View, i: int, row: Row) -> bool:
    """Does a sentence end between the number and each place asked about, as within an item of a list?"""
    asked = {e for t in question.terms if t.where for e in t.entities}
    places = [m for m in view.mentions[i] if m["entity"] in asked]
    return all(
        re.search(r"[.;]\s", view.text[min(m["end"], row["end"]) : max(m["start"], row["start"])])
        for m in places
    )


def _numbers_of(view: View, i: int) -> list[int]:
    """Where the figures of a sentence start."""
    return [f["start"] for f in view.figures[i]]


def meets(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Do two spans of ISO dates, as precise as told, share a day?"""
    return bool(b[0]) and a[0][: len(b[1])] <= b[1][: len(a[0])] and b[0][: len(a[1])] <= a[1][: len(b[0])]


def _counts(question: Question, head: Term | None, row: Row, view: View, i: int) -> float:
    """How well a number counts the thing asked for."""
    text, (start, end) = view.text, view.spans[i]
    if row["unit"] == "%":
        return 0.3
    if (lasting := _LASTING.match(text, row["end"])) and stem(lasting[1]) not in {
        s for t in question.terms for s in t.alternatives[0]
    }:
        return 0.15
    if head is None:
        return 0.6
    counted = frozenset(stem_ for _, _, stem_ in content(row["counted"] or "", question.language))
    after = text[row["end"] : min(end, row["end"] + 60)]
    near = frozenset(stems(re.split(r"[;:()]", after)[0], question.language)[:6])
    before = frozenset(stems(text[max(start, row["start"] - 60) : row["start"]], question.language)[-8:])
    others = [t for t in question.terms if t is not head]
    told = any(held(t, counted | near) >= 0.8 for t in others)
    if is_anyone(head):
        # "People" says little: what they do must be told with the number ("179 subscribers", "13 people died").
        if told:
            return 0.9
        if counted & _ANYONE and any(held(t, before) >= 0.8 for t in others):
            return 0.85
        return 0.5 if held(head, counted | near) >= 0.8 else 0.15
    plain = not counted or counted & _ANYONE or not re.search(r"s$", row["counted"] or "s")
    of_nation = head.name and plain and held(head, counted) < 0.8
    if of_nation and (told or any(held(t, before) >= 0.8 for t in others)):
        return 0.7  # people of a nation are often "people" where the number stands ("over 250,000 people are banned")
    if _MORE.search(row["counted"] or "") and not _MORE.search(question.text):
        return 0.7 if held(head, counted) >= 0.8 else 0.15
    if held(head, counted) >= 0.8:
        asked = {s for t in question.terms for a in t.alternatives for s in a}
        total = re.search(r"\btotal\b(?: of)?\W*$", text[max(start, row["start"] - 12) : row["start"]])
        return (1.0 if total else 0.97) - 0.06 * min(2, len(counted - asked))
    if held(head, near) >= 0.8:
        return 0.9
    if held(head, before) >= 0.8:
        return 0.75
    if held(head, view.words[i]) >= 0.8:
        return 0.3 if counted and not counted & asked_of(question) else 0.55  # it counts something else
    if any(held(head, view.words[j]) >= 0.8 for j, w in view.around(i) if w >= 0.5):
        return 0.45
    return 0.35 if held(head, view.heading_words) >= 0.8 else 0.15


def asked_of(question: Question) -> frozenset[str]:
    """Stems of all that serves for the words of a question."""
    return frozenset(s for t in question.terms for a in t.alternatives for s in a)


_PENDING = re.compile(r".{0,30}\b(?:still|not yet|yet to be|pending|remaining)\b", re.I)
"""After a number of what is not done: no answer to how many were."""
_LABELLED = re.compile(
    r"\W*[^:|]{2,60}?\s*:\s*(?:[A-Z]{3}|[$€£])?\s?[\d.,  ]+\s*(?:[a-z]+)?\W*(?:\([^()]*\))?\W*", re.I
)
_LASTING = re.compile(
    r"(?:\W{1,3}(?:to|or|and)?\W{0,2}\w+)?\W{1,2}(years?|months?|weeks?|days?|hours?|minutes?|times)\b", re.I
)
"""After a number that measures time."""


def is_anyone(term: Term) -> bool:
    """Does the thing counted say no more than "people"?"""
    return term.head and term.alternatives[0][0] in _ANYONE


_MORE = re.compile(r"\b(?:new|newly|additional|further|more|other|extra)\b", re.I)
"""Words by which a number counts what came on top, not all."""


def _figure_text(text: str, row: Row) -> str:
    """The figure as the text words it, with what it counts."""
    words = " ".join(text[row["start"] : row["end"]].split())
    counted = row["counted"] or ""
    if counted and fold(counted) not in fold(words):
        in_table = (
            text.find("|", row["end"], row["end"] + 3) >= 0
            or "|" in text[max(0, row["start"] - 3) : row["start"]]
        )
        words = f"{words} ({counted})" if in_table else f"{words} {counted}"
    qualifier = row.get("qualifier") or ""
    return words if not qualifier or fold(qualifier) in fold(words) else f"{qualifier} {words}"


def _date_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    for j, weight in ((i, 1.0), (i - 1, 0.55), (i + 1, 0.45)):
        if not 0 <= j < len(view.spans):
            continue
        told = [m for m in view.mentions[j] if m["kind"] == "date" and m["date_start"]]
        told = [
            m for m in told if not (question.period and (m["date_start"], m["date_end"]) == question.period)
        ] or told
        if told:
            exact = max(told, key=lambda m: (_exactness(question, m), -_distance(question, view, j, m)))
            weight *= 1.0 if len(exact["date_start"]) == 10 or "year" in question.head.casefold() else 0.9
            facts = [
                long_date(m["date_start"], m["date_end"]) for m in ([exact] if not question.plural else told)
            ]
            return weight, tuple(dict.fromkeys(facts))
    if question.plural and re.search(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b", view.sentence(i)):
        return 0.9, ()
    return 0.0, ()


def _exactness(question: Question, date: Row) -> int:
    """How far a date is of the sort asked for: a day, or, where a year or a period is asked for, that."""
    head = question.head.casefold()
    if "year" in head:
        return 0
    if "period" in head:
        return int(date["date_start"] != date["date_end"])
    return len(date["date_start"])


def _distance(question: Question, view: View, j: int, mention: Row) -> int:
    """Characters between a mention and the nearest word of the question in its sentence."""
    start = view.spans[j][0]
    wanted = {s for t in question.terms for alternative in t.alternatives for s in alternative}
    at = [start + a for a, _, s in content(view.sentence(j), question.language) if s in wanted]
    return min((abs(x - mention["start"]) for x in at), default=999)


def _shared(asked: Set[str], view: View, i: int, row: Row) -> int:
    """How many words of the question stand in the clause of a number ("…, 13 have been confirmed, …")."""
    start, end = view.spans[i]
    before = re.split(r"[,;:|()]\s|\band\b", view.text[start : row["start"]])[-1]
    after = re.split(r"[,;:|()]\s|\band\b", view.text[row["end"] : end])[0]
    return len(asked & set(stems(f"{before} {after}")))


_HEADS = re.compile(r"\bwho (?:heads?|headed|chairs?|chaired|directs?|directed|is the head)\b", re.I)
"""What only a person does."""


def _name_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """Names of the kind asked for that the question does not hold itself, those nearest to its words first."""
    kinds = {
        "who": {"organisation", "person"},
        "organisation": {"organisation"},
        "person": {"person"},
        "place": {"place"},
        "project": {"project"},
    }[question.kind]
    if question.kind == "who" and _HEADS.search(question.text):
        kinds = {"person"}
    if question.kind == "place" and question.role == "donor":
        kinds = {"place", "organisation"}
    if question.kind == "person" and question.language != "en" and not _all_told(question, view, i):
        return 0.0, ()
    text = view.text
    verb = {a[0] for t in question.terms if t.verb for a in t.alternatives if len(a) == 1}
    if verb & POSSESS and (told := owners(view.sentence(i))):
        return 0.9, told
    if _GOVERNMENTS.search(question.head) and (told := _governments(view.sentence(i))):
        return 1.0, told
    subject = replace(question, terms=tuple(t for t in question.terms if not t.verb))
    found: list[tuple[float, int, str, str]] = []
    for j, weight in ((i, 1.0), (i - 1, 0.6), (i + 1, 0.6)):
        if not 0 <= j < len(view.spans):
            continue
        for m in view.mentions[j]:
            words = text[m["start"] : m["end"]]
            if m["kind"] not in kinds or _asked(question, m, words):
                continue
            fit = weight * _suits(question, m, view)
            of_role = question.role and m["role"] == question.role
            if verb and of_role and 150 < _distance(subject, view, j, m) < 999:
                fit *= 0.7  # in a long sentence it gives to something else
            if verb and question.kind != "place" and not of_role:
                at = view.spans[j][0]
                fit *= standing(view.sentence(j), (m["start"] - at, m["end"] - at), verb)
            found.append(
                (
                    fit,
                    _distance(question, view, j, m),
                    m["name"] or " ".join(words.split()),
                    m.get("entity") or "",
                )
            )
        if found:
            break
    if not found:
        return _unknown_name_fit(question, view, i)
    best = max(f for f, *_ in found)
    if best < 0.9 and (called := _called(question, view, i)):
        return 0.9, called
    found = sorted((x for x in found if x[0] >= best - 0.05), key=lambda x: x[1])
    unique = dict.fromkeys((name, entity) for _, _, name, entity in found)
    seen: dict[str, str] = {}
    for name, entity in unique:
        seen.setdefault(entity or name, name)
    return best, tuple(seen.values())


def _of_body(question: Question, view: View, i: int) -> bool:
    """Does the sentence name a body asked about, where there is one? What the whole plan gets is not what one of them gets."""
    bodies = [t for t in question.terms if any(e.startswith("org:") for e in t.entities)]
    return not bodies or any(held(t, view.words[i], view.mentions[i]) >= 0.8 for t in bodies)


def _all_told(question: Question, view: View, i: int) -> bool:
    """Does the sentence hold each word of the post asked for? "Coordinator of health" is no humanitarian coordinator."""
    return all(held(t, view.words[i]) >= 0.8 for t in question.terms if not (t.name or t.entities))


_GOVERNMENTS = re.compile(r"\bgovernments?\b", re.I)
_OF_COUNTRIES = re.compile(
    rf"\bGovernments? of (?:the )?(?P<names>{_NAME.pattern}(?:(?:,| and|, and) (?:the )?{_NAME.pattern})*)"
)


def _governments(sentence: str) -> tuple[str, ...]:
    """The countries whose governments a sentence names ("the Governments of Chile, Peru and Cuba")."""
    found = [
        name
        for m in _OF_COUNTRIES.finditer(sentence)
        for name in re.split(r",\s*(?:and\s+)?(?:the\s+)?|\s+and\s+(?:the\s+)?", m["names"])
    ]
    return tuple(dict.fromkeys(found))


def _unknown_name_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
    """The same by capital letters alone, where the ledger knows no name."""
    if called := _called(question, view, i):
        return 0.9, called
    if question.kind == "person":
        return 0.0, ()
    asked = {s for t in question.terms for a in t.alternatives for s in a}
    sentence = view.sentence(i)
    names = [m for m in _NAME.finditer(sentence) if m.start() or " " in m[0]]
    names = [m for m in names if not {s for _, _, s in content(m[0], question.language)} <= asked]
    if question.kind == "place":
        names = [m for m in names if _AT.search(sentence[: m.start()])]
        if level_asked(question.head):
            return (0.3 if names else 0.0), ()
        if names:
            return 0.7, (names[0][0],)
        return (0.45 if re.search(r"\b(?:in|at|near|to|from)\s", sentence) else 0.0), ()
    return (0.4 if names else 0.0), ()


def _called(question: Question, view: View, i: int) -> tuple[str, ...]:
    """Names that the sentence calls what is asked for: "the NGO X", "X, a non-governmental organisation", "the X festival"."""
    if question.kind not in ("organisation", "project", "place"):
        return ()
    noun = next((n for pattern, n in _SORTS if re.search(pattern, question.head, re.I)), "")
    if question.kind == "place" and level_asked(question.head):
        noun = r"\s+".join(map(re.escape, re.findall(r"[a-z]+", re.sub(r"s$", "", question.head))[-2:]))
    if not noun:
        return ()
    calls = (
        rf"\b(?i:{noun})s?\b(?:,| \(|:| named| called| of)? [“\"]?(?P<after>{_NAME.pattern})"
        rf"|(?P<before>{_NAME.pattern})[”\"]?,? (?:\(|(?:a|an|the|another) )(?:[\w-]+ ){{0,2}}(?i:{noun})\b"
    )
    asked = {s for t in question.terms for a in t.alternatives for s in a}
    names = []
    for m in re.finditer(calls, view.sentence(i)):
        found = m["after"] or m["before"]
        if not {s for _, _, s in content(found)} <= asked:
            names.append(found)
    return tuple(dict.fromkeys(names))


_SORTS = (
    (r"\bNGOs?\b|non-?governmental", r"NGO|non-?governmental organi[sz]ation"),
    (r"\bfoundation", "foundation"),
    (r"\bcompan", "company|firm"),
    (r"\bassociation", "association"),
    (r"\bcharit", "charity"),
    (r"\bbanks?\b", "bank"),
    (r"\buniversit", "university"),
    (r"\b(project|programme|program)", "project|programme|program"),
)
"""Words for a sort of body or undertaking in a question, and those that name it in a text."""


def _suits(question: Question, mention: Row, view: View) -> float:
    """How well a name is of the sort asked for."""
    role = mention.get("role") or ""
    if question.role and mention["kind"] == "organisation":
        # Whoever publishes the document is not the donor or partner that its reader asks for, unless it says so.
        return 1.0 if role == question.role else 0.3 if mention["entity"] in view.publishers else 0.65
    if mention["kind"] == "organisation" and re.search(r"\bNGOs?\b", question.head):
        if role in _NO_NGO or mention["entity"] in view.publishers:
            return 0.4
        called = re.search(r"\bNGOs?\W+$", view.text[: mention["start"]])
        return 1.0 if called or role in ("ngo", "partner", "implementer") else 0.9
    if question.kind == "place":
        want = level_asked(question.head)
        if want and (level := mention.get("level")):
            near = {level, *want} == {"settlement", "district"}
            return 1.0 if level in want else 0.8 if near else 0.3
        return 0.9
    if mention["kind"] == "person" and question.kind in ("person", "who"):
        asked = {s for t in question.terms if not t.verb for a in t.alternatives[:1] for s in a}
        posts = {s for _, _, s in content(role)} & _POSTS
        if question.kind == "person" and posts & asked:
            return 1.0
        return 0.6 if question.kind == "person" and posts and asked & _POSTS else 0.9
    return 0.9


def level_asked(head: str) -> frozenset[str]:
    """The levels of place that a noun phrase means ("health zone"); none where it means no sort of place."""
    words = {stem(head[a:b]) for a, b in tokens(head) if head[a:b].casefold() not in STOP}
    for level, names in _LEVELS.items():
        if words & names:
            return frozenset({level, "district"} if level == "settlement" and "city" in head else {level})
    return frozenset()


_NO_NGO = frozenset({"government", "un_agency", "donor", "igo", "media"})
_POSTS = frozenset(map(stem, ROLE_WORDS))

_ANYONE = frozenset(map(stem, ("people", "persons", "individuals", "beneficiaries")))
"""What is asked for may be told by a word for what they do ("179 subscribers")."""

_LEVELS: dict[str, frozenset[str]] = {
    "country": frozenset(map(stem, ("country", "state", "nation"))),
    "region": frozenset(map(stem, ("region", "province", "oblast", "governorate"))),
    "district": frozenset(map(stem, ("district", "raion", "county", "zone"))),
    "settlement": frozenset(map(stem, ("city", "town", "village", "settlement", "jamoat", "camp"))),
}

_MONTHS = "January February March April May June July August September October November December".split()


def long_date(start: str, end: str) -> str:
    """ISO dates in words: "25 September 2012", "23 – 26 July 2012", "August – September 2012", "2012"."""
    a, b = _parts(start), _parts(end or start)
    if a == b:
        return _join(a)
    if a[0] != b[0]:
        return f"{_join(a)} – {_join(b)}"
    if a[1] != b[1]:
        return f"{_join((0, *a[1:]))} – {_join(b)}"
    return f"{a[2]} – {_join(b)}"


def _parts(iso: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    return year, month, day


def _join(parts: tuple[int, ...]) -> str:
    year, month, day = parts
    return " ".join(x for x in (str(day or ""), _MONTHS[month - 1] if month else "", str(year or "")) if x)

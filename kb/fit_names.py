"""Whether a sentence names the organisation, person, place or project asked for, and which."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.agents import POSSESS, owners, standing
from kb.kinds import ROLE_WORDS
from kb.question import Question, asked_of
from kb.views import Row, View, held, word_distance
from kb.words import STOP, content, stem, tokens

_AT = re.compile(r"\b(?:in|at|to|from|near)\s+(?:the\s+)?(?:[a-z]+\s+of\s+(?:the\s+)?)?$")
_NAME = re.compile(r"\b[A-ZÀ-ÞА-Я][\w’'-]+(?:\s+(?:of|for|and|the|de|du|des|la|al)?\s?[A-ZÀ-ÞА-Я][\w’'-]+)*")
_HEADS = re.compile(r"\bwho (?:heads?|headed|chairs?|chaired|directs?|directed|is the head)\b", re.I)
"""What only a person does."""


def _all_told(question: Question, view: View, i: int) -> bool:
    """Does the sentence hold each word of the post asked for? "Coordinator of health" is no humanitarian coordinator."""
    return all(held(t, view.words[i]) >= 0.8 for t in question.terms if not (t.name or t.entities))


_GOVERNMENTS = re.compile(r"\bgovernments?\b", re.I)
_OF_COUNTRIES = re.compile(
    rf"\bGovernments? of (?:the )?(?P<names>{_NAME.pattern}(?:(?:,| and|, and) (?:the )?{_NAME.pattern})*)"
)
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
_NO_NGO = frozenset({"government", "un_agency", "donor", "igo", "media"})
_POSTS = frozenset(map(stem, ROLE_WORDS))
_LEVELS: dict[str, frozenset[str]] = {
    "country": frozenset(map(stem, ("country", "state", "nation"))),
    "region": frozenset(map(stem, ("region", "province", "oblast", "governorate"))),
    "district": frozenset(map(stem, ("district", "raion", "county", "zone"))),
    "settlement": frozenset(map(stem, ("city", "town", "village", "settlement", "jamoat", "camp"))),
}


def name_fit(question: Question, view: View, i: int) -> tuple[float, tuple[str, ...]]:
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
            if verb and of_role and 150 < word_distance(subject, view, j, m) < 999:
                fit *= 0.7  # in a long sentence it gives to something else
            if verb and question.kind != "place" and not of_role:
                at = view.spans[j][0]
                fit *= standing(view.sentence(j), (m["start"] - at, m["end"] - at), verb)
            found.append(
                (
                    fit,
                    word_distance(question, view, j, m),
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


def _asked(question: Question, mention: Row, words: str) -> bool:
    """Is this mention one of the names in the question itself?"""
    if any(mention.get("entity") and mention["entity"] in t.entities for t in question.terms):
        return True
    have = {s for t in question.terms for s in t.alternatives[0]}
    mine = {s for _, _, s in content(words, question.language)}
    return bool(mine) and mine <= have


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
    asked = asked_of(question)
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
    asked = asked_of(question)
    names = []
    for m in re.finditer(calls, view.sentence(i)):
        found = m["after"] or m["before"]
        if not {s for _, _, s in content(found)} <= asked:
            names.append(found)
    return tuple(dict.fromkeys(names))


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

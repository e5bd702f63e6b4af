"""The words that say what a number counts: the noun phrase after it, before it, or the label of its line."""

from __future__ import annotations

import re

TOKEN = re.compile(r"[^\W\d_](?:[\w’'‑-]|\.(?=\w\.?))*(?:(?<=\.\w)\.)?|[^\s]")
STOP = frozenset(
    """a an the this that these those which who whom whose what where when while because if than then as at by for from in into of off on
    onto out over per to towards under until till up upon via with within without about above across after against along among amongst around
    before behind below beneath beside between beyond despite down during except inside like near since through throughout versus
    and or but nor so yet not no is are was were be been being am has have had having do does did done can could may might must shall
    should will would it its itself they them themselves their he him his she her we us our you your i me my there here also only just already still now
    however therefore thus both all any some such each every either neither aimed including includes include included respectively
    said says told noted stated came come went go goes gave give took take takes made make makes got get held became become began
    began showed shows show rose rises grew grow grows fell falls put puts contains provides provide covers cover remain remains receive receives attended attend worldwide annually
    currently recently previously nationwide overall alone together ago away worth each apiece later earlier etc e.g i.e plus minus
    left ran run sat stood met joined ensuring making providing supporting using compared needed followed due according
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    ne pas se été cette mais plus soit ayant afin lors dès chez entre vers selon lorsque après avant puis comme si il elle ils elles on y
    sont sera seront avait avaient fut être le la les un une des du de au aux en et ou à par pour dans sur avec sans sous ont été est sont a ainsi dont qui que ce cette ces
    и в на с по для из от до о об при за к у не что как были был была было""".split()
)
"""Words that end a noun phrase."""
PLURALS = frozenset(
    "people persons men women children staff personnel police youth youths policemen policewomen workforce livestock cattle sheep poultry "
    "fish media data criteria phenomena girls boys livelihoods spokesmen businessmen businesswomen businesspeople households".split()
)
SINGULAR_S = re.compile(
    r"(?:ss|us|is|ics|ous|sis|ness|news|aids|covid|ebola|diabetes|tuberculosis|series|means|less)$", re.I
)
NOT_PLURAL = frozenset(
    "aids wash sos plus perhaps always sometimes besides towards overseas indoors outdoors upwards afterwards yes this its was has".split()
)
THINGS = frozenset(
    """case victim death NGO centre center school hospital clinic beneficiary participant migrant refugee family
    household truck vehicle ambulance generator tent borehole well laboratory workshop training seminar training-of-trainers course
    meeting session roundtable conference district village town city country region province municipality office officer doctor nurse teacher
    trainer instructor specialist expert volunteer worker staff student grant project programme building bridge house home shelter camp
    epidemiologist anthropologist helicopter boat ship bus car motorbike motorcycle laptop computer resident injured fatality patient
    post position team organization organisation agency department ministry hotline shop business""".split()
)
"""Nouns that "one" may count."""
_VERBS_S = frozenset(
    "leaves gives gets goes comes pays speaks says tells becomes receives exceeds brings keeps holds begins seeks sends allows helps enables "
    "aims ensures requires earns depends contributes suffers relies lives wants knows sees finds thinks believes continues".split()
)
"""Verbs that look like plurals; after a noun they end its phrase."""
_BETWEEN = frozenset("from by to at of rose rises grew grow grows fell falls put puts".split())
"""Words that may stand between a noun phrase and its number: "staff grew to 41"."""
_KINDS = frozenset(
    "village district province region city town county municipality state oblast raion community area valley border".split()
)
_ADVERB = re.compile(r"\w{3,}ly$")
_PARTICIPLE = re.compile(r"\w{2,}(?:ed|ing)$")
_NOUNS_ING = frozenset(
    "training funding housing building meeting monitoring screening counselling counseling clothing bedding learning nursing farming fishing "
    "drilling testing planning reporting briefing workshop being sitting hearing wedding farming parenting mentoring need seed feed".split()
)
FREE = frozenset({"fr", "ru", "tg", "uk", "es", "pt", "it", "ar", "fa"})
"""Languages whose plurals are not told here: a phrase of up to three words is taken."""
_AND = re.compile(
    r"\s+(?:and|or)\s+([a-z]+)(?=[.,;:)]|\s+(?:who|in|of|from|on|with|were|are|have|to|for|by|at|across|throughout)\b|$)"
)
_OF = re.compile(r"\s+of\s+(?!(?:whom|which|them|these|those|this|that|\d)\b)")


def plural(word: str) -> bool:
    """Does the word look like an English plural? "NGOs", "women", "staff"."""
    low = word.casefold()
    if low in PLURALS:
        return True
    if low in NOT_PLURAL or not low.endswith("s") or len(low) < 3 or re.search(r"[’']s$", low):
        return False
    return not SINGULAR_S.search(low) or low.endswith(("buses", "viruses", "campuses", "houses", "offices"))


def phrase_after(text: str, at: int, end: int, language: str = "") -> tuple[int, int, bool] | None:
    """The noun phrase that begins at `at`: start, end and whether its head is a plural. None where none begins.

    It ends with its first plural; else before the first verb, preposition or stop that can be told without a model.
    """
    words: list[tuple[int, int]] = []
    cut = head = -1
    position = at
    while len(words) < 9:
        match = TOKEN.match(text, _skip(text, position, end), end)
        if match is None:
            break
        word, low = match[0], match[0].casefold()
        if (
            head >= 0
            and language not in FREE
            and not (
                head == len(words) - 1
                and plural(word)
                and not _PARTICIPLE.fullmatch(low)
                and language != "fr"
            )
        ):
            break
        if low in ("and", "or", "&", ",", "/"):
            following = TOKEN.match(text, _skip(text, match.end(), end), end)
            if (
                not words
                or head >= 0
                or not following
                or following[0].casefold() in STOP
                or not following[0][0].isalpha()
            ):
                break
            if low == "," and (len(words) > 2 or not following[0][0].islower()):
                break
            cut = len(words) if cut < 0 else cut
        elif not word[0].isalpha():
            if words or word not in '“"‘«':
                break
        elif (
            (low in STOP and not (len(word) > 1 and word.isupper()))  # "UN" is no French article
            or words
            and low in _VERBS_S
            or "-" in low
            and STOP.issuperset(low.split("-"))
            or _ADVERB.fullmatch(low)
            and words
            or low.startswith(("www", "http"))
        ):
            break
        else:
            words.append(match.span())
            head = len(words) - 1 if plural(word) else head
        position = match.end()
        if language in FREE and len(words) == 3:
            break
    if not words:
        return None
    if head >= 0:
        return words[0][0], words[head][1], True
    if 0 < cut < len(words) and text[words[cut - 1][1] : words[cut][0]].strip() != ",":
        # "and" joins adjectives only where a plural follows: "four engaged and professional doulas".
        words = words[:cut]
    while len(words) > 1 and _verbal(text[slice(*words[-1])]):
        words.pop()
    return words[0][0], words[-1][1], False


def with_of(text: str, start: int, end: int, limit: int) -> int:
    """The end of a noun phrase with the "of …" that follows it ("members of the National Border Police")."""
    match = _OF.match(text, end, limit)
    if match is None:
        return end
    at = match.end()
    article = re.compile(r"(?:the|an?|their|its|our|his|her)\s+").match(text, at, limit)
    inner = phrase_after(text, article.end() if article else at, limit)
    if inner is None or inner[1] - start > 90:
        return end
    if inner[2]:
        return inner[1]
    # A name ends with its capitals ("citizens of Tajikistan live"), but for "Vahdat village".
    words = list(TOKEN.finditer(text, inner[0], inner[1]))
    if words[0][0][0].isupper():
        while len(words) > 1 and words[-1][0].islower() and words[-1][0] not in _KINDS:
            words.pop()
    return words[-1].end()


def with_other(text: str, end: int, limit: int) -> int:
    """The end of a plural with the plural joined to it: "towns and districts"."""
    match = _AND.match(text, end, limit)
    return (
        match.end(1)
        if match and plural(match[1]) and match[1] not in STOP and match[1] not in _VERBS_S
        else end
    )


def phrase_before(text: str, at: int, start: int) -> str:
    """The noun phrase that ends right before `at` ("industry average" of "an industry average of 20%"); may be empty."""
    words: list[str] = []
    for token in reversed(list(TOKEN.finditer(text, start, at))):
        low = token[0].casefold()
        if not token[0][0].isalpha() or low in STOP or low in _VERBS_S or _ADVERB.fullmatch(low):
            if words or token[0] not in "(–—-:" and low not in _BETWEEN:
                break
            continue
        if not words and _verbal(token[0]) and token[0].islower():
            continue
        if words and words[0][0].isupper() and not token[0][0].isupper():
            break
        words.insert(0, token[0])
        if len(words) == 6:
            break
    infinitive = (
        len(words) == 1 and words[0].islower() and re.search(rf"\bto\s+{words[0]}\W*$", text[start:at])
    )
    return "" if infinitive else " ".join(words)


def _verbal(word: str) -> bool:
    """Does the word look like a participle or adverb rather than the head of a noun phrase?"""
    low = word.casefold()
    return bool(_ADVERB.fullmatch(low) or _PARTICIPLE.fullmatch(low) and low not in _NOUNS_ING)


def _skip(text: str, at: int, end: int) -> int:
    while at < end and text[at] in " \u00a0\u202f\t*":
        at += 1
    return at

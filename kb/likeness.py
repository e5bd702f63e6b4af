"""Which of many short tellings tell of the same recurring thing: TF-IDF over words and names, grouped by average linkage.

Salton and Buckley, "Term-weighting approaches in automatic text retrieval" (1988). Pairs are compared only where they share
something rare, and a group grows only while its members stay alike on average, so that no chain of neighbours joins two ends.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from kb.ledger import GENERIC
from kb.words import idle, stem

RECENT = 20
"""Of the tellings that share a word or name, each is compared with so many before it: what recurs is told again before long."""
KEYS = 12
"""Heaviest words and names of a telling, of which another must share some among its own to be compared with it."""
ALIKE = 0.22
"""Least cosine of two tellings, and least average within a group."""
OTHER_TYPE = 1.25
"""How many times as alike two tellings must be that are not of one type."""
WORDS = 2
"""Words of their own that two tellings must share: names alone (a donor, a town) make no thread."""
COMMON = 0.2
"""A word in a greater share of all documents tells nothing apart, where there are more than a few."""
OTHERS = 20
"""Documents that are thought to be there besides, so that of two documents that share a word neither is punished for it."""
WORD = re.compile(r"[^\W\d_]\w+(?:-\w+)*")
_PLAIN = GENERIC | frozenset(
    stem(w)
    for w in """training workshop seminar meeting participant official representative conduct organise hold attend
    provide receive help assist assistance support service carry month year week day first second third new joint people
    person part held learn teach taught practise know knowledge skill course discuss January February March April May June July August September October November December total event""".split()
)
"""Stems of words that any activity may be told with."""

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared: `words` and `names` with their weights; names are ids of entities."""

    document: str
    type: str
    words: Mapping[str, float]
    names: Mapping[str, float]


def weights(tellings: Sequence[Telling]) -> dict[str, float]:
    """How much each word and name tells: rare ones most. Counted over documents, which repeat themselves."""
    held: dict[str, set[str]] = defaultdict(set)
    for t in tellings:
        held[t.document].update(t.words, t.names)
    seen = Counter(chain.from_iterable(held.values()))
    few = max(5, COMMON * len(held))
    return {term: math.log(1 + (len(held) + OTHERS) / n) for term, n in seen.items() if n <= few}


def groups(tellings: Sequence[Telling], weight: Mapping[str, float]) -> list[list[int]]:
    """Numbers of the tellings that belong together, groups of two and more. They come in time order; `weight` is that of `weights`."""
    vectors = [_vector(t, weight) for t in tellings]
    pairs = sorted(((-value, a, b) for (a, b), value in _pairs(tellings, vectors).items()))
    group = list(range(len(tellings)))
    members = {i: [i] for i in group}
    sums = {i: vectors[i] for i in group}
    for _, a, b in pairs:
        one, other = group[a], group[b]
        if one == other:
            continue
        if len(members[one]) < len(members[other]):
            one, other = other, one
        average = _dot(sums[other], sums[one]) / (len(members[one]) * len(members[other]))
        if average < ALIKE:
            continue
        for i in members[other]:
            group[i] = one
        members[one] += members.pop(other)
        sums[one] = _sum(sums[one], sums.pop(other))
    return [sorted(g) for g in members.values() if len(g) > 1]


def _pairs(tellings: Sequence[Telling], vectors: Sequence[Vector]) -> dict[tuple[int, int], float]:
    """Likeness of two tellings of different documents, where it is enough: the earlier, the later → cosine."""
    recent: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=RECENT))
    found: dict[tuple[int, int], float] = {}
    for i, (telling, vector) in enumerate(zip(tellings, vectors, strict=True)):
        keys = sorted(vector, key=lambda t, v=vector: (-v[t], t))[:KEYS]  # type: ignore[misc]
        near = Counter(chain.from_iterable(recent[term] for term in keys))
        for term in keys:
            recent[term].append(i)
        for j in [j for j, shared in near.items() if shared >= WORDS]:
            other = tellings[j]
            if telling.document == other.document:
                continue
            value = _dot(vector, vectors[j])
            least = ALIKE if telling.type == other.type else ALIKE * OTHER_TYPE
            if value >= least and len(telling.words.keys() & other.words.keys()) >= WORDS:
                found[j, i] = value
    return found


def _vector(telling: Telling, weight: Mapping[str, float]) -> Vector:
    """Words and names with their weights, of length 1."""
    vector = {
        k: v * weight[k] for part in (telling.words, telling.names) for k, v in part.items() if k in weight
    }
    length = math.hypot(*vector.values())
    return {k: v / length for k, v in vector.items()} if length else vector


def _dot(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(v * other[k] for k, v in one.items() if k in other)


def _sum(one: Vector, other: Vector) -> Vector:
    return {k: one.get(k, 0.0) + other.get(k, 0.0) for k in one.keys() | other.keys()}


def distinctive(members: Iterable[Telling], weight: Mapping[str, float]) -> list[str]:
    """Words that at least half of some tellings share, the most telling first."""
    tellings = list(members)
    held = Counter(w for t in tellings for w in t.words if w in weight)
    common = [w for w, n in held.items() if n >= max(2, len(tellings) / 2)]
    return sorted(common, key=lambda w: (-weight[w] * sum(t.words.get(w, 0.0) for t in tellings), w))


class _Stems(dict[str, str]):
    """Word → its stem; empty where any activity may be told with it. Each word is looked at once: there are many activities."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        # Of two letters, only short forms tell something.
        told = not idle(word, self._language) and (len(word) > 2 or word.isupper())
        base = stem(word, self._language) if told else ""
        self[word] = "" if base in _PLAIN else base
        return self[word]


@cache
def stems_in(language: str) -> Mapping[str, str]:
    """Word → its stem, for the words of a language; empty for a word that any activity may be told with."""
    return _Stems(language)

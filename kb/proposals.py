"""Entities that may be one: pairs of what was read under two names, with the reasons that speak for it.

A pair is `sure` where its reason leaves no doubt (the same name in other letters; an acronym that the documents spell out in one
way). All others are for a person to decide. Pairs are looked for among names that share a key, never among all.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz.fuzz import ratio

from kb.spelling import initials, numbers, romanised, skeleton, words
from kb.text import fold

BLOCK = 40
"""A key that more entities share tells nothing of them."""
ALIKE, VOWELS = 88, 70
"""Least likeness (0..100) of two names: in general, and where their consonants are the same."""
LETTERS = 5
"""Letters that a name must have to be the same name for sure in other letters."""
MANY = 60
"""An entity that stands with more than these others tells nothing of two that it stands with."""
_ADDED = frozenset(
    """project programme program initiative scheme phase ngo po pa llc ltd inc office mission branch country national international
    public organisation organization association foundation fund centre center company agency committee
    district region city town province oblast jamoat village""".split()
)
"""Words that a name may have more than another one of the same thing."""
_TITLES = frozenset("mr mrs ms dr prof h e his her excellency".split())


@dataclass(slots=True)
class Seen:
    """An entity as it was read, over all documents."""

    id: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    level: str = ""
    parent: str = ""
    country: str = ""
    documents: int = 0
    mentions: int = 0
    near: set[str] = field(default_factory=set)
    """Ids of entities that activities and relations tell of together with it."""
    # Of its names, once: each is compared with many.
    names: tuple[str, ...] = field(init=False)
    spelling: str = field(init=False)
    spellings: frozenset[str] = field(init=False)
    words: tuple[str, ...] = field(init=False)
    numbers: frozenset[str] = field(init=False)
    acronyms: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = (self.name, *self.aliases)
        self.spelling = romanised(self.name)
        self.spellings = frozenset(map(romanised, self.names))
        self.words = words(self.name)
        self.numbers = numbers(self.name)
        self.acronyms = frozenset(n for n in self.names if is_acronym(n))


@dataclass(frozen=True, slots=True)
class Proposal:
    """`source` may be the same as `target` (ids)."""

    id: str
    kind: str
    source: str
    target: str
    score: float
    reasons: tuple[str, ...]
    sure: bool


Reason = tuple[float, str, bool]
"""How much it tells (0..1), in words, and whether it leaves no doubt."""


def find(
    seen: Mapping[str, Seen], acronyms: Iterable[tuple[str, str, str]], authority: Collection[str]
) -> list[Proposal]:
    """Proposals, best first. `acronyms`: (short, long, document); `authority`: ids that the authority lists know, all different."""
    reasons: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    for pair, reason in _spelled_out(seen, acronyms):
        if _may_be_one(seen[pair[0]], seen[pair[1]], authority):
            reasons[pair].append(reason)
    for pair in _candidates(seen.values()):
        a, b = seen[pair[0]], seen[pair[1]]
        if _may_be_one(a, b, authority) and (found := _reasons(a, b, seen)):
            reasons[pair] += found
    proposals = [_proposal(seen[a], seen[b], rs, authority) for (a, b), rs in reasons.items()]
    return sorted(proposals, key=lambda p: (-p.score, p.id))


def _proposal(a: Seen, b: Seen, reasons: Sequence[Reason], authority: Collection[str]) -> Proposal:
    def weight(e: Seen) -> tuple[bool, int, int, int, str]:
        return e.id in authority, e.documents, len(e.words), e.mentions, e.id

    source, target = sorted((a, b), key=weight)
    ordered = sorted(reasons, reverse=True)
    return Proposal(
        pair_id(a.kind, a.id, b.id),
        a.kind,
        source.id,
        target.id,
        round(ordered[0][0], 2),
        tuple(dict.fromkeys(text for _, text, _ in ordered)),
        any(sure for _, _, sure in reasons),
    )


def pair_id(kind: str, a: str, b: str) -> str:
    """The id of a pair: the same after each ingest."""
    return hashlib.sha256("\0".join((kind, *sorted((a, b)))).encode()).hexdigest()[:8]


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def _spelled_out(
    seen: Mapping[str, Seen], acronyms: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[tuple[str, str], Reason]]:
    """Entities called by an acronym alone, and those called by its long form in other documents."""
    bearers: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for e in seen.values():
        for name in e.names:
            bearers[fold(name)].add(e.id)
        called[fold(e.name)].add(e.id)
    long_forms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for short, long, document in acronyms:
        if fold(short) in called:
            long_forms[short][fold(long)].add(document)
    for short, longs in long_forms.items():
        for one in called[fold(short)]:
            kind = seen[one].kind
            meant = {i for long in longs for i in bearers.get(long, ()) if seen[i].kind == kind and i != one}
            # Long forms that no entity bears may be a body of their own.
            alone = len(meant) == 1 and all(bearers.get(long) for long in longs)
            for other in meant:
                documents = {d for long, ds in longs.items() if other in bearers.get(long, ()) for d in ds}
                text = f"{short} stands for {seen[other].name} in {len(documents)} document{'s' * (len(documents) > 1)}"
                text += ", and for nothing else" if alone else ", but for something else as well"
                yield _pair(one, other), (0.95 if alone else 0.6, text, alone)


def _candidates(seen: Iterable[Seen]) -> list[tuple[str, str]]:
    """Pairs of one kind that share a key."""
    blocks: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for e in seen:
        keys = {(e.kind, "spelling", spelling) for spelling in e.spellings}
        keys |= {(e.kind, "consonants", skeleton(n)) for n in e.names}
        joined = skeleton(e.name).replace(" ", "")
        keys |= {(e.kind, "begins", joined[:4]), (e.kind, "ends", joined[-4:])}
        keys |= {(e.kind, "word", skeleton(w)) for w in e.words if len(w) > 3}
        short = fold(e.name) if is_acronym(e.name) else initials(e.name)
        if len(short) > 1:
            keys.add((e.kind, "initials", short))
        for key in keys:
            if key[2]:
                blocks[key].append(e.id)
    pairs = {
        _pair(a, b)
        for block in blocks.values()
        if 2 <= len(block) <= BLOCK
        for a, b in combinations(block, 2)
    }
    return sorted(pairs)


def _may_be_one(a: Seen, b: Seen, authority: Collection[str]) -> bool:
    """Does nothing speak against it?"""
    differ = any(
        x and y and x != y
        for x, y in ((a.level, b.level), (a.country, b.country), (a.parent, b.parent if a.kind == "place" else ""))
    )  # fmt: skip
    return not (
        differ
        or (a.id in authority and b.id in authority)
        or a.id in (b.id, b.parent)
        or b.id == a.parent
        or a.numbers != b.numbers
    )


def _reasons(a: Seen, b: Seen, seen: Mapping[str, Seen]) -> list[Reason]:
    """What speaks for it, spelling first; where that is weak, only together with what both stand with."""
    found: list[Reason] = []
    one, other = a.spelling, b.spelling
    likeness = ratio(one, other, score_cutoff=VOWELS)
    if fold(a.name) == fold(b.name):
        found.append((0.85, "both are called the same", False))
    elif shared := a.spellings & b.spellings:
        # Of a person, one word is no name; an alias may be an ordinary word.
        whole = one == other and len(one) >= LETTERS and (a.kind != "person" or " " in one)
        if whole or max(map(len, shared)) >= LETTERS:
            text = f"{a.name} and {b.name} are one name in other letters" if whole else _also(a, b, shared)
            found.append((0.97 if whole else 0.7, text, whole))
    elif likeness and skeleton(a.name) == skeleton(b.name):
        found.append((0.75, f"{a.name} and {b.name} differ in vowels alone", False))
    if found:
        return found + _together(a, b, seen)
    # Two names that one sentence tells of are mostly two things, and stand with the same others.
    around = [] if a.id in b.near else _together(a, b, seen)
    weak = _weak(a, b, likeness) if around else []
    return weak + around if weak else []


def _also(a: Seen, b: Seen, shared: Collection[str]) -> str:
    name = max((n for n in a.names if romanised(n) in shared), key=len)
    return f"{a.name} and {b.name} are both called {name} as well"


def _weak(a: Seen, b: Seen, likeness: float) -> list[Reason]:
    """What tells too little by itself."""
    found: list[Reason] = []
    if likeness >= ALIKE:
        found.append((likeness / 100 - 0.25, f"{a.name} and {b.name} are spelled alike", False))
    short, long = sorted((a, b), key=lambda e: len(e.name))
    if is_acronym(short.name) and not is_acronym(long.name) and initials(long.name) == fold(short.name):
        found.append((0.65, f"{short.name} are the initials of {long.name}", False))
    few, many = set(short.words), set(long.words)
    if a.kind in ("organisation", "project") and len(few) > 1 and few < many and many - few <= _ADDED:
        found.append((0.65, f"{long.name} says only “{' '.join(sorted(many - few))}” more than {short.name}", False))  # fmt: skip
    if a.kind == "person" and _shortened(short.name, long.name):
        found.append((0.6, f"{short.name} may be short for {long.name}", False))
    return found


def is_acronym(name: str) -> bool:
    """Does a name look like one: a few capitals?"""
    return 2 <= len(name) <= 8 and name.isalpha() and name.isupper()


def _shortened(short: str, long: str) -> bool:
    """Does a person's name give only the initial of what the other one spells out?"""
    few, many = (
        [w.strip(".") for w in fold(n).split() if w.strip(".") not in _TITLES] for n in (short, long)
    )
    if len(few) != 2 or len(many) < 2 or len(few[0]) != 1:
        return False
    return few[1] in many[1:] and many[0].startswith(few[0])


def _together(a: Seen, b: Seen, seen: Mapping[str, Seen]) -> list[Reason]:
    """Entities that both stand with; an acronym that both bear; the place that both lie in."""
    found: list[Reason] = []
    both = () if a.near.isdisjoint(b.near) else [seen[i] for i in a.near & b.near if i in seen]
    if common := sorted(e.name for e in both if e.level != "country" and len(e.near) <= MANY):
        more = f" and {len(common) - 3} more" if len(common) > 3 else ""
        found.append((0.5, f"both stand with {', '.join(common[:3])}{more}", False))
    if short := a.acronyms & b.acronyms:
        found.append((0.6, f"both are called {', '.join(sorted(short))}", False))
    if a.kind == "place" and a.parent and a.parent == b.parent:
        found.append((0.5, "both lie in the same place", False))
    return found

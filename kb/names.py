"""Finds the names of the authority lists in a text: one walk over its folded tokens, down a tree of the names' tokens.

spaCy says what a token is, but of each run of letters only once: its own cache is full after the authority lists, and its
PhraseMatcher would have every text cut anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from kb.phrases import BEFORE_PLACE
from kb.records import AuthorityEntry, Mention
from kb.text import fold

if TYPE_CHECKING:
    from spacy.language import Language

Token = tuple[int, int, str]
"""Start, end and folded form."""
Tree = dict[str, "Tree"]
"""Token → what may follow it; the empty token: a name may end here."""

_RUN = re.compile(r"\S+")
_ELIDED = re.compile(r"[«“\"(\[]*(?:[ldLD]|[Qq]u)[’'](?=\w)")
"""A French small word glued to the name after it: "l’UNICEF", "d’OCHA"."""
_REMEMBERED = 200_000
"""Runs of letters whose tokens are kept, so that a long-lived process does not grow with all it reads."""


_STATE_AFTER = re.compile(r"\s+(?:Government|authorities|territory|population)\b")


class Names:
    """All authority entries, matchable."""

    def __init__(self, entries: Iterable[AuthorityEntry]) -> None:
        self.entries: dict[str, AuthorityEntry] = {}
        for entry in entries:
            # An outsider's entry comes first and wins over a built-in one of the same id.
            self.entries.setdefault(entry.id, entry)
        self._runs: dict[str, tuple[Token, ...]] = {}
        self._matchable = [e for e in self.entries.values() if e.kind != "activity_type"]

    @cached_property
    def nlp(self) -> Language:
        """spaCy's blank English tokeniser; a token's NORM is its folded form, so that accents and case do not matter."""
        import spacy
        from spacy.attrs import NORM

        nlp = spacy.blank("en")
        # spaCy's own norms would turn "US" into "us" and "IOM's" parts into other words.
        nlp.vocab.lex_attr_getters[NORM] = lambda text: fold(text) or text  # type: ignore[attr-defined]
        nlp.tokenizer.rules = {}  # type: ignore[union-attr]
        nlp.max_length = 20_000_000
        return nlp

    @cached_property
    def _spellings(self) -> dict[str, list[tuple[str, str]]]:
        """Folded spelling → (spelling, entry id) of all that are written so."""
        spellings: dict[str, list[tuple[str, str]]] = {}
        for entry in self._matchable:
            for spelling in dict.fromkeys((entry.name, *entry.aliases, *entry.weak)):
                spellings.setdefault(fold(spelling), []).append((spelling, entry.id))
        return spellings

    @cached_property
    def _tree(self) -> Tree:
        tree: Tree = {}
        for group in self._spellings.values():
            for spelling, _ in group:
                branch = tree
                for _, _, folded in self._tokens(spelling):
                    branch = branch.setdefault(folded, {})
                branch[""] = {}
        return tree

    def _tokens(self, text: str) -> Iterator[Token]:
        """The tokens of a text. Where more than one space stands between two words, an empty one keeps them apart."""
        last = 0
        for run in _RUN.finditer(text):
            start = run.start()
            if start - last > 1 or text[last:start] not in ("", " "):
                yield last, start, " "
            last = run.end()
            for a, b, folded in self._runs.get(run[0]) or self._cut(run[0]):
                yield start + a, start + b, folded

    def _cut(self, run: str) -> tuple[Token, ...]:
        word = run[:-1] if run[-1] in ",;:" or (run[-1] == "." and run[-2:-1].islower()) else run
        tokens: tuple[Token, ...]
        if elided := _ELIDED.match(run):
            small, cut = elided[0], elided.end()
            rest = ((a + cut, b + cut, folded) for a, b, folded in self._cut(run[cut:]))
            tokens = ((0, cut, fold(small) or small), *rest)
        elif word.isalpha():  # what the tokeniser would make of it is plain, and it would take its time
            tokens = ((0, len(word), fold(word) or word), (len(word), len(run), run[-1]))[: 1 + (word != run)]
        else:
            tokens = tuple((t.idx, t.idx + len(t), t.norm_) for t in self.nlp.tokenizer(run))
        if len(self._runs) >= _REMEMBERED:
            self._runs.clear()
        self._runs[run] = tokens
        return tokens

    def find(self, text: str) -> list[Mention]:
        """The authority names of a text, longest first at each place, none overlapping another.

        `candidates` holds every entry that bears the name; a name that only weak aliases bear is
        returned with `role="weak"`, and whoever takes it must have a reason from the context.
        """
        tokens = list(self._tokens(text))
        taken = bytearray(len(tokens))
        found: list[Mention] = []
        for start, end in sorted(self._spans(tokens), key=lambda s: (s[0] - s[1], s[0])):
            if any(taken[start:end]):
                continue
            first, last = tokens[start][0], tokens[end - 1][1]
            if (mention := self._mention(text[first:last], first, last)) is not None:
                if mention.role == "weak" and _in_capitals(text, mention):
                    continue
                taken[start:end] = b"\1" * (end - start)
                found.append(self._of_one_kind(text, mention))
        return sorted(found, key=lambda m: m.start)

    def _spans(self, tokens: list[Token]) -> Iterator[tuple[int, int]]:
        """First token and the one after the last of whatever reads like a name."""
        root = self._tree
        for start, (_, _, folded) in enumerate(tokens):
            branch, end = root.get(folded), start + 1
            while branch is not None:
                if "" in branch:
                    yield start, end
                branch = branch.get(tokens[end][2]) if end < len(tokens) else None
                end += 1

    def _of_one_kind(self, text: str, mention: Mention) -> Mention:
        """Of a name that a place and a body share (DRC): the place beside words for one, else the body."""
        kinds = {i: self.entries[i].kind for i in mention.candidates}
        if len(set(kinds.values())) == 1:
            return mention
        is_place = BEFORE_PLACE.search(
            text[max(0, mention.start - 40) : mention.start]
        ) or _STATE_AFTER.match(text, mention.end)
        kind = "place" if is_place else "organisation"
        kind = kind if kind in kinds.values() else mention.kind
        ids = tuple(i for i in mention.candidates if kinds[i] == kind)
        return replace(mention, kind=kind, candidates=ids)  # type: ignore[arg-type]

    def lookup(self, name: str) -> list[str]:
        """Ids of the entries that bear the name, in any case."""
        return list(dict.fromkeys(id for _, id in self._spellings.get(fold(name), ())))

    def bearers(self, name: str, ids: Sequence[str], year: int) -> list[str]:
        """Of the entries `ids` that bear a name today, those that bore it in that year, and whoever else bore it then."""
        folded = fold(name)
        then = [id for until, id in self._former.get(folded, ()) if year < until]
        called = {
            id
            for id in ids
            if fold(self.entries[id].name) == folded
            and any(year < until for _, until in self.entries[id].former)
        }
        # Where nobody else bore it, an author of today writes of the past.
        return list(dict.fromkeys([*then, *(i for i in ids if i not in called)])) if then else list(ids)

    @cached_property
    def _former(self) -> dict[str, list[tuple[int, str]]]:
        """Folded former name → (year in which it was given up, entry id)."""
        found: dict[str, list[tuple[int, str]]] = {}
        for entry in self._matchable:
            for name, until in entry.former:
                found.setdefault(fold(name), []).append((until, entry.id))
        return found

    def _mention(self, text: str, start: int, end: int) -> Mention | None:
        # Tokens keep what is glued to them ("Kyiv-", "Margibi↑").
        while text and not (text[0].isalnum() or text[0] in '“"(«'):
            text, start = text[1:], start + 1
        while text and not (text[-1].isalnum() or text[-1] in "”\").»’'+"):
            text, end = text[:-1], end - 1
        strong: list[str] = []
        weak: list[str] = []
        for spelling, id in self._spellings.get(fold(text), ()):
            if _same_case(spelling, text):
                (weak if spelling in self.entries[id].weak else strong).append(id)
        ids = tuple(dict.fromkeys(strong or weak))
        if not ids:
            return None
        return Mention(self.entries[ids[0]].kind, start, end, candidates=ids, role="" if strong else "weak")  # type: ignore[arg-type]


def _in_capitals(text: str, mention: Mention) -> bool:
    """Does it stand in a line of words in capitals, where its own say nothing ("HILL CARE GROUP")?"""
    start, end = text.rfind("\n", 0, mention.start) + 1, text.find("\n", mention.end)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) > 2 and not re.search(r"[,;/|]", line)


def _same_case(spelling: str, text: str) -> bool:
    """Acronyms and short names must be written alike; longer names only need their capital."""
    letters = [c for c in spelling if c.isalpha()]
    if len(letters) <= 3 or sum(c.isupper() for c in letters) > len(letters) / 2:
        return spelling == text or (
            text.isupper() and len(letters) > 5 and spelling.casefold() == text.casefold()
        )
    if len(letters) <= 4 and text.isupper():
        return False  # ABBA is not the town of Abba
    first = next((c for c in text if c.isalpha()), "")
    return not first.islower()

"""Finds the names of the authority lists in a text: one pass of spaCy's PhraseMatcher over folded tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from kb.records import AuthorityEntry, Mention
from kb.text import fold

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


class Names:
    """All authority entries, matchable."""

    def __init__(self, entries: Iterable[AuthorityEntry]) -> None:
        self.entries: dict[str, AuthorityEntry] = {}
        for entry in entries:
            # An outsider's entry comes first and wins over a built-in one of the same id.
            self.entries.setdefault(entry.id, entry)
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
    def _matcher(self):
        from spacy.matcher import PhraseMatcher

        matcher = PhraseMatcher(self.nlp.vocab, attr="NORM")
        spellings = [spelling for group in self._spellings.values() for spelling, _ in group]
        matcher.add("name", list(self.nlp.pipe(dict.fromkeys(spellings))))
        return matcher

    def find(self, doc: Doc) -> list[Mention]:
        """The authority names of a text, longest first at each place, none overlapping another.

        `candidates` holds every entry that bears the name; a name that only weak aliases bear is
        returned with `role="weak"`, and whoever takes it must have a reason from the context.
        """
        spans = sorted(
            ((start, end) for _, start, end in self._matcher(doc)), key=lambda s: (s[0] - s[1], s[0])
        )
        taken = bytearray(len(doc))
        found: list[Mention] = []
        for start, end in spans:
            if any(taken[start:end]):
                continue
            span = doc[start:end]
            if (mention := self._mention(span.text, span.start_char, span.end_char)) is not None:
                taken[start:end] = b"\1" * (end - start)
                found.append(mention)
        return sorted(found, key=lambda m: m.start)

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
        # A place and a body may share a name (DRC); whoever takes the mention tells them apart by the context.
        return Mention(self.entries[ids[0]].kind, start, end, candidates=ids, role="" if strong else "weak")  # type: ignore[arg-type]


def _same_case(spelling: str, text: str) -> bool:
    """Acronyms and short names must be written alike; longer names only need their capital."""
    letters = [c for c in spelling if c.isalpha()]
    if len(letters) <= 3 or sum(c.isupper() for c in letters) > len(letters) / 2:
        return spelling == text or (
            text.isupper() and len(letters) > 5 and spelling.casefold() == text.casefold()
        )
    first = next((c for c in text if c.isalpha()), "")
    return not first.islower()

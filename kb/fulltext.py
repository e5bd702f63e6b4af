"""Full text: passages that hold words, and how many do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.connection import Connection, json_of
from kb.languages import STEMMED, roots
from kb.text import fold

_WEIGHTS = "bm25(fulltext, 1.0, 0.7, 0.6, 0.2, 0.7)"


class FullText(Connection):
    """What is asked of the words of passages."""

    def fulltext(
        self,
        terms: Sequence[str],
        *,
        limit: int = 50,
        any_: bool = True,
        documents: Iterable[str] | None = None,
        sections: Iterable[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passages that hold the terms (any or all), best first, with BM25 turned positive; headings and titles count too.

        `documents`, `sections`: ids to keep to. A term of several words is a phrase. Each is looked for as written, in Latin letters, and in other languages
        than English by its stem.
        """
        foreign = [code for code in self.languages() if code in STEMMED and code != "en"]
        groups = [g for t in dict.fromkeys(terms) if (g := _either(t, foreign))]
        if not groups:
            return []
        match = (" OR " if any_ else " AND ").join(groups)
        given = {"document": documents, "section": sections}
        kept = {column: json_of(ids) for column, ids in given.items() if ids is not None}
        inside = "".join(f" AND p.{column} IN (SELECT value FROM json_each(?))" for column in kept)
        if kept:
            found = f"""SELECT p.id, {_WEIGHTS} AS score, p.number FROM fulltext JOIN passages p ON p.number = fulltext.rowid
              WHERE fulltext MATCH ?{inside} ORDER BY score, p.number LIMIT ?"""
        else:
            # Only the best are looked up among the passages; the score is reckoned once.
            found = f"""SELECT p.id, f.score FROM (SELECT rowid AS number, {_WEIGHTS} AS score FROM fulltext
              WHERE fulltext MATCH ? ORDER BY score, number LIMIT ?) f JOIN passages p USING (number) ORDER BY f.score, number"""
        rows = self._rows(found, match, *kept.values(), limit)
        return [(r["id"], -r["score"]) for r in rows]

    def languages(self) -> list[str]:
        """Codes of the languages that sections are in."""
        sql = "SELECT DISTINCT language FROM sections ORDER BY 1"
        return self._once("languages", lambda: [r["language"] for r in self._rows(sql)])

    def frequencies(self, terms: Iterable[str]) -> tuple[dict[str, int], int]:
        """How many passages hold a word that begins with each term, and how many passages there are."""
        count = "SELECT count(*) AS n FROM fulltext WHERE fulltext MATCH ?"
        found = {t: self._rows(count, f"{quoted}*")[0]["n"] for t in terms if (quoted := _quoted(t))}
        return found, self.count_passages()

    def count_passages(self) -> int:
        return self._once("passages", lambda: int(self._rows("SELECT count(*) AS n FROM passages")[0]["n"]))


def _quoted(term: str) -> str:
    """The term as an FTS5 string: nothing in it is read as syntax."""
    words = " ".join(term.replace('"', " ").replace("\0", " ").split())
    return f'"{words}"' if words else ""


def _either(term: str, foreign: Iterable[str]) -> str:
    forms = [q for q in dict.fromkeys((_quoted(term), _quoted(fold(term)))) if q]
    stems = dict.fromkeys(_quoted(" ".join(roots(term, code))) for code in foreign)
    forms += [f"stems : {q}" for q in stems if q]
    return f"({' OR '.join(forms)})" if len(forms) > 1 else "".join(forms)

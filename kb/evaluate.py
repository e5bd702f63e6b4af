"""How far what was found in a document agrees with its gold annotation: plain functions over the export and the gold.

Names are compared without case, accents and punctuation, and without words such as "district" that some write and some do not.
Precision and recall count the distinct things of a document, not their mentions. What the annotation calls acceptable is neither
right nor wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from kb.errors import InputError

if TYPE_CHECKING:
    from kb.gold import Asked, Deed, Gold, Named, Number

Row = Mapping[str, Any]

HEADING, SAME_SECTION, NAME, LONG_FORM = 92, 85, 90, 85
"""From which likeness (0 to 100) two headings, sections, names and long forms are the same."""

_LEFT_OUT = re.compile(r"\b(?:the|ngos?|districts?|city|town|oblast|province|region)\b")
_PUNCTUATION = re.compile(r"[^\w\s%.]")
_NUMBERED = re.compile(r"^\d+(?:\.\d+)*\s+")


@dataclass(frozen=True, slots=True)
class Error:
    """A thing found wrongly, or missed: how it is called, and the words of the document where they are known."""

    what: str
    quote: str = ""
    entity: str = ""
    """Id of an entity found wrongly."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind of thing was found."""

    kind: str
    measures: Mapping[str, float]
    """`precision`, `recall`, `f1`, and counts; what cannot be told is left out."""
    wrong: tuple[Error, ...] = ()
    missed: tuple[Error, ...] = ()


def plain(text: object) -> str:
    """The text by which names are compared."""
    letters = unicodedata.normalize("NFKD", str(text)).casefold()
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    letters = _PUNCTUATION.sub(" ", letters.replace("’", "'").replace("'s", "s"))
    return " ".join(_LEFT_OUT.sub(" ", letters).split()).strip(" .")


def score_document(export: Row, gold: Gold) -> list[Score]:
    """One score a kind that the annotation tells of. Raises InputError where the document is not in the export."""
    seen = _Seen(export, gold)
    scores = [_sections(seen, gold), *_projects(seen, gold)]
    for kind, found in (
        ("donors", seen.bodies("donor")),
        ("partners", seen.bodies("partner")),
        ("districts", seen.districts()),
    ):
        scores.append(_entities(kind, found, getattr(gold, kind), getattr(gold, f"acceptable_{kind}")))
    scores.append(_figures(seen.figures(gold), gold.figures, gold.acceptable_figures))
    for kind, found in (("people", seen.of("person")), ("organisations", seen.of("organisation"))):
        scores.append(_recalled(_entities(kind, found, getattr(gold, kind), (), likeness=NAME)))
    scores += [_acronyms(seen, gold), _relations(seen, gold), _activities(seen, gold)]
    return [s for s in scores if s.measures]


def score_questions(gold: Gold, ask: Callable[[str], Row]) -> Score:
    """How many answers hold what they must, how many of these cite a right place, and how many questions are rightly refused."""
    right, cited, missed = 0, 0, []
    for question in gold.questions:
        answer = ask(question.q)
        held, shown = judge(question, gold, answer)
        right, cited = right + held, cited + shown
        if not held:
            missed.append(Error(question.q, answer["answer"]))
    told = [(q.q, answer["answer"]) for q in gold.unanswerable if (answer := ask(q.q))["answered"]]
    measures = {
        "right": right, "cited": cited, "questions": len(gold.questions),
        "refused": len(gold.unanswerable) - len(told), "unanswerable": len(gold.unanswerable),
    }  # fmt: skip
    return Score("questions", measures, tuple(Error(*t) for t in told), tuple(missed))


def judge(question: Asked, gold: Gold, answer: Row) -> tuple[bool, bool]:
    """Does the answer hold what it must, and does it besides cite a right place?"""
    if not _answers(question, answer):
        return False, False
    heading = gold.sections[question.section] if question.section is not None and gold.sections else None
    where = {Path(name).stem for name in question.documents or gold.named}
    return True, any(
        Path(c["path"]).stem in where and (heading is None or _alike(c["section"], heading) >= SAME_SECTION)
        for c in answer["citations"]
    )


def agreement(found: int, right_found: int, gold: int, right_gold: int) -> dict[str, float]:
    """Precision, recall and F1, rounded, with the counts they come from; nothing to find and nothing found is a full score."""
    precision = right_found / found if found else float(gold == 0)
    recall = right_gold / gold if gold else 1.0
    both = precision + recall
    return {
        "precision": round(precision, 3), "recall": round(recall, 3),
        "f1": round(2 * precision * recall / both, 3) if both else 0.0, "found": found, "gold": gold,
    }  # fmt: skip


class _Seen:
    """What the export holds of the annotated document."""

    def __init__(self, export: Row, gold: Gold) -> None:
        name = Path(gold.document).name
        document = next((d for d in export["documents"] if Path(d["path"]).name == name), None)
        if document is None:
            raise InputError(f"{name}: it was not read. Ingest it first.")
        self.id = document["id"]
        self.names = {e["id"]: _names(e) for e in export["entities"]}
        self._export = export
        self.entities = [e for e in export["entities"] if self.id in e["documents"]]
        self.headings = {s["id"]: s["heading"] or "" for s in self.rows("sections")}

    def rows(self, kind: str) -> list[Row]:
        # What several documents tell is one row; here it counts in the words of this one.
        rows = ({**r, **told} for r in self._export[kind] for told in r.get("evidence", ({},)))
        return [r for r in rows if r["document"] == self.id]

    def of(self, kind: str) -> list[Row]:
        return [e for e in self.entities if e["kind"] == kind]

    def bodies(self, role: str) -> list[Row]:
        return [e for e in self.of("organisation") if role in e["roles"]]

    def districts(self) -> list[Row]:
        return [e for e in self.of("place") if e["level"] == "district"]

    def figures(self, gold: Gold) -> list[Row]:
        """Figures of the pages and sections that were annotated."""
        first, last = gold.pages or (0, 10**9)
        rows = [f for f in self.rows("figures") if first <= (f["page"] or first) <= last]
        chosen = [gold.sections[n] for n in gold.figure_sections]
        if not chosen:
            return rows
        return [
            f for f in rows if any(_alike(self.headings[f["section"]], c) >= SAME_SECTION for c in chosen)
        ]


def _heading(text: object) -> str:
    """A heading without its number."""
    return _NUMBERED.sub("", plain(text))


def _alike(one: object, other: object) -> float:
    return fuzz.ratio(_heading(one or ""), _heading(other or ""))


def _names(entity: Row) -> set[str]:
    return {plain(n) for n in (entity["name"], *entity["aliases"])}


def _gold_names(item: Named) -> set[str]:
    return {plain(n) for n in (item.name, *item.aliases, *item.spellings)}


def _same(one: Iterable[str], other: Iterable[str], likeness: float) -> bool:
    """Does a name stand in both? Below 100, names of two words and more need only be alike."""
    one, other = set(one), set(other)
    if one & other:
        return True
    return likeness < 100 and any(
        min(len(a.split()), len(b.split())) >= 2 and fuzz.token_set_ratio(a, b) >= likeness
        for a in one
        for b in other
    )


def _entities(
    kind: str,
    found: Sequence[Row],
    gold: Sequence[Named],
    acceptable: Sequence[Named],
    *,
    likeness: float = 100,
) -> Score:
    may = [_gold_names(a) for a in acceptable]
    named = [(e, _names(e)) for e in found]
    counted = [(e, names) for e, names in named if not any(_same(names, m, likeness) for m in may)]
    wanted = [(g, _gold_names(g)) for g in gold]
    wrong = [e for e, names in counted if not any(_same(names, g, likeness) for _, g in wanted)]
    missed = [g for g, names in wanted if not any(_same(n, names, likeness) for _, n in counted)]
    return Score(
        kind,
        agreement(len(counted), len(counted) - len(wrong), len(wanted), len(wanted) - len(missed)),
        tuple(Error(e["name"], entity=e["id"]) for e in wrong),
        tuple(Error(g.name) for g in missed),
    )


def _recalled(score: Score) -> Score:
    """The same of a kind that is not annotated in full: what was found besides may be right."""
    if not score.measures["gold"]:
        return Score(score.kind, {})
    kept = {k: score.measures[k] for k in ("recall", "found", "gold")}
    return Score(score.kind, kept, (), score.missed)


def _share(kind: str, gold: int, missed: Sequence[Error], **more: float) -> Score:
    """What share of the gold was found; no measure where there is none."""
    if not gold:
        return Score(kind, {})
    recall = round((gold - len(missed)) / gold, 3)
    return Score(kind, {"recall": recall, **more, "gold": gold}, (), tuple(missed))


def _sections(seen: _Seen, gold: Gold) -> Score:
    found = [h for h in seen.headings.values() if h]
    places = [next((i for i, h in enumerate(found) if _alike(h, g) >= HEADING), None) for g in gold.sections]
    run = _longest_rise([p for p in places if p is not None])
    missed = [Error(g) for g, place in zip(gold.sections, places, strict=True) if place is None]
    in_order = round(run / len(places), 3) if places else 0
    return _share("sections", len(gold.sections), missed, in_order=in_order, found=len(found))


def _longest_rise(numbers: Sequence[int]) -> int:
    best: list[int] = []
    for i, number in enumerate(numbers):
        best.append(1 + max((b for n, b in zip(numbers[:i], best, strict=True) if n < number), default=0))
    return max(best, default=0)


def _projects(seen: _Seen, gold: Gold) -> list[Score]:
    """Named ones, and those that the text describes without a name; the latter are never wrong."""
    groups = [[[plain(w) for w in group] for group in d.about] for d in gold.described_projects]
    texts = {e["id"]: " ".join(_names(e)) + plain(e["description"] or "") for e in seen.of("project")}

    def told(text: str, described: list[list[str]]) -> bool:
        return any(all(word in text for word in group) for group in described)

    named = [e for e in seen.of("project") if not any(told(texts[e["id"]], g) for g in groups)]
    missed = [
        Error(" ".join(d.about[0])) for d, g in zip(gold.described_projects, groups, strict=True)
        if not any(told(text, g) for text in texts.values())
    ]  # fmt: skip
    return [
        _entities("projects", named, gold.projects, gold.acceptable_projects, likeness=NAME),
        _share("described projects", len(groups), missed),
    ]


def _figures(found: Sequence[Row], gold: Sequence[Number], acceptable: Sequence[Number]) -> Score:
    """Each gold figure takes one of the same value with one of its words; a number told again is no error."""
    texts = {f["id"]: plain(f"{f['counted'] or ''} {f['quote'] or ''} {f['unit'] or ''}") for f in found}
    left = {f["id"]: f for f in found}
    missed, told = [], {float(a.value) for a in acceptable}
    for figure in gold:
        words = [plain(w) for w in figure.about]
        near = 1e-6 * max(1, abs(figure.value))
        hit = next(
            (
                i
                for i, f in left.items()
                if abs(f["value"] - figure.value) <= near and any(w in texts[i] for w in words)
            ),
            None,
        )
        if hit is None:
            missed.append(Error(f"{figure.value:g} {' / '.join(figure.about)}"))
        else:
            told.add(left.pop(hit)["value"])
    wrong = [f for f in left.values() if f["value"] not in told]
    right = len(gold) - len(missed)
    return Score(
        "figures",
        agreement(right + len(wrong), right, len(gold), right),
        tuple(Error(f"{f['value']:g} {f['counted'] or ''}".strip(), f["quote"]) for f in wrong),
        tuple(missed),
    )


def _acronyms(seen: _Seen, gold: Gold) -> Score:
    have = {a["short"].casefold(): plain(a["long"]) for a in seen.rows("acronyms")}
    missed = [
        Error(f"{short}: {long}") for short, long in gold.acronyms.items()
        if fuzz.token_set_ratio(have.get(short.casefold(), ""), plain(long)) < LONG_FORM
    ]  # fmt: skip
    return _share("acronyms", len(gold.acronyms), missed)


def _relations(seen: _Seen, gold: Gold) -> Score:
    def bears(entity: str, name: str) -> bool:
        return any(fuzz.token_set_ratio(n, plain(name)) >= NAME for n in seen.names.get(entity, ()))

    have = seen.rows("relations")
    missed = [
        Error(f"{g.source} {g.kind} {g.target}") for g in gold.relations
        if not any(r["kind"] == g.kind and bears(r["source"], g.source) and bears(r["target"], g.target) for r in have)
    ]  # fmt: skip
    return _share("relations", len(gold.relations), missed)


def _activities(seen: _Seen, gold: Gold) -> Score:
    """Recall of activities, and how many of the told fields of those found are right."""
    missed, fields, good = [], 0, 0
    for deed in gold.activities:
        activity = next((a for a in seen.rows("activities") if _is_deed(a, deed, gold, seen)), None)
        if activity is None:
            missed.append(Error(f"{deed.type}: {' / '.join(deed.about)}"))
            continue
        checks = [str(activity["start"] or "").startswith(deed.date.split("/")[0])] if deed.date else []
        for kind in ("districts", "donors", "partners"):
            have = {n for i in activity[kind] for n in seen.names.get(i, ())}
            checks += [plain(name) in have for name in getattr(deed, kind)]
        fields, good = fields + len(checks), good + sum(checks)
    return _share(
        "activities", len(gold.activities), missed, fields=round(good / fields, 3) if fields else 1.0
    )


def _is_deed(activity: Row, deed: Deed, gold: Gold, seen: _Seen) -> bool:
    return (
        plain(activity["type"]) == plain(deed.type)
        and _alike(seen.headings.get(activity["section"]), gold.sections[deed.section]) >= SAME_SECTION
        and any(plain(w) in plain(f"{activity['title']} {activity['quote']}") for w in deed.about)
    )


def _answers(question: Asked, answer: Row) -> bool:
    text = plain(answer["answer"])
    held = [plain(w) in text for w in question.answers]
    return bool(answer["answered"]) and (all if question.all else any)(held)

"""What `kb list` and `kb show` print, read from the dict of `base.export()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kb import legible
from kb.languages import name_of
from kb.paging import counted
from kb.terminal import line, say, show_citations, show_table
from kb.versions import once, said_of
from kb.wording import figure, span

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

Row = Mapping[str, Any]

_ENTITIES: dict[str, Callable[[Row], bool]] = {
    "projects": lambda e: e["kind"] == "project",
    "donors": lambda e: "donor" in e["roles"],
    "partners": lambda e: "partner" in e["roles"],
    "organisations": lambda e: e["kind"] == "organisation",
    "districts": lambda e: e["kind"] == "place" and e["level"] == "district",
    "places": lambda e: e["kind"] == "place",
    "people": lambda e: e["kind"] == "person",
}

KINDS = ("documents", "failures", *_ENTITIES, "activities", "figures", "relations", "acronyms")


_TOLD = ("activities", "figures", "relations", "acronyms")
"""What each language version of an issue tells again."""


def rows(data: Row, kind: str, *, versions: bool = True) -> list[dict[str, Any]]:
    """The records of a kind, in the shapes of the public interface; `versions`: also what other language versions tell again."""
    if kind in _TOLD and not versions:
        return once(data[kind], data["documents"])
    if kind == "failures":
        return [d for d in data["documents"] if d["status"] != "ok"]
    if kind in _ENTITIES:
        return [e for e in data["entities"] if _ENTITIES[kind](e)]
    return list(data[kind])


def table(data: Row, kind: str, *, versions: bool = True) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Columns and rows for reading."""
    found = rows(data, kind, versions=versions)
    titles = {d["id"]: d["title"] for d in data["documents"]}
    if kind == "documents":
        return ("title", "period", "language", "pages", "status", "version of", "path"), [
            (d["title"], d["period"]["label"], d["language"], d["pages"], d["status"],
             titles.get(d["version_of"], ""), d["path"])
            for d in found
        ]  # fmt: skip
    if kind == "failures":
        return ("path", "status", "reason"), [
            (d["path"], d["status"], d["reason"].removeprefix(f"{d['path']}: ")) for d in found
        ]
    if kind in _ENTITIES:
        issues = {d["id"]: d["version_of"] or d["id"] for d in data["documents"]}
        return ("name", "roles", "level", "documents", "mentions", "also", "id"), [
            (e["name"], ", ".join(e["roles"]), e["level"], len({issues[d] for d in e["documents"]}), e["mentions"], "; ".join(e["aliases"]), e["id"])
            for e in found
        ]  # fmt: skip
    names = {e["id"]: e["name"] for e in data["entities"]}
    if kind == "activities":
        return _activities(found, names, titles)
    if kind == "figures":
        return ("figure", "counted", "status", "document", "page"), [
            (figure(f), f["counted"], f["status"], titles[f["document"]], f["page"]) for f in found
        ]
    if kind == "relations":
        names |= {a["id"]: a["title"] for a in data["activities"]}
        return ("source", "relation", "target", "document", "page"), [
            (names.get(r["source"], r["source"]), r["kind"], names.get(r["target"], r["target"]), titles[r["document"]], r["page"])
            for r in found
        ]  # fmt: skip
    return ("short", "long", "document"), [(a["short"], a["long"], titles[a["document"]]) for a in found]


def _activities(
    found: Sequence[Row], names: Mapping[str, str], titles: Mapping[str, str]
) -> tuple[Sequence[str], list[Sequence[object]]]:
    def named(activity: Row, *fields: str) -> str:
        return ", ".join(dict.fromkeys(names.get(i, i) for f in fields for i in activity[f]))

    return ("when", "type", "what", "where", "project", "donors", "partners", "document", "page", "id"), [
        (span(a["start"], a["end"]), a["type"], a["title"], named(a, "districts", "places"), named(a, "projects"),
         named(a, "donors"), named(a, "partners"), _told_in(a, titles), a["page"], a["id"])
        for a in sorted(found, key=lambda a: a["start"] or "9999")
    ]  # fmt: skip


def _told_in(activity: Row, titles: Mapping[str, str]) -> str:
    """The issues that tell an activity, the one whose page is shown first."""
    return "; ".join(titles[d] for d in dict.fromkeys((activity["document"], *activity["documents"])) if d in titles)  # fmt: skip


def of_document(data: Row, id: str) -> dict[str, Any]:
    """What one document holds: document, sections, entities, figures, activities, relations, acronyms."""
    return {
        "document": next(d for d in data["documents"] if d["id"] == id),
        "entities": [e for e in data["entities"] if id in e["documents"]],
        **{k: [r for r in data[k] if id in r.get("documents", (r["document"],))] for k in ("sections", "figures", "activities", "relations", "acronyms")},
    }  # fmt: skip


def show_document(content: Row, documents: Sequence[Row]) -> None:
    """A document's facts, contents and names; `documents` are all there are, among them its versions."""
    document = content["document"]
    say(line(document["title"]), "bold")
    facts = (document["organisation"], document["period"]["label"], document["language"],
             counted(document["path"], document["pages"]), document["status"], document["reason"])  # fmt: skip
    say(" · ".join(line(f) for f in facts if f))
    if version := said_of(document, {d["id"]: d["title"] for d in documents}):
        say(line(version))
    for other in documents:
        if other["version_of"] == document["id"]:
            say(line(f"{name_of(other['language'])} version: {other['title']}"))
    for told in legible.told(document["page_notes"]):
        say(line(told))
    say(document["path"], "dim")
    say(document["id"], "dim")
    say()
    show_table(
        ("page", "section"),
        [
            (s["first_page"], "  " * max(0, s["level"] - 1) + (s["heading"] or "…"))
            for s in content["sections"]
        ],
    )
    data = {**content, "documents": [document]}
    for kind in ("projects", "donors", "partners", "districts", "people"):
        if found := rows(data, kind):
            say(f"{kind.capitalize()}: {', '.join(line(e['name']) for e in found)}")
    counts = [f"{len(content[k])} {k}" for k in ("activities", "figures", "relations", "acronyms")]
    say(f"In the ledger: {', '.join(counts)}.")


def show_dossier(base: KnowledgeBase, dossier: Row) -> None:
    """An entity's facts, relations, activities, and all its mentions in time order."""
    entity = dossier["entity"]
    say(line(entity["name"]), "bold")
    facts = (entity["kind"], entity["level"], ", ".join(entity["roles"]), entity["id"])
    say(" · ".join(line(f) for f in facts if f))
    if entity["aliases"]:
        say(f"Also: {'; '.join(map(line, entity['aliases']))}")
    if entity["description"]:
        say(line(entity["description"]))
    titles = {d["id"]: d["title"] for d in base.documents()}
    names = {e["id"]: e["name"] for e in base.entities()}
    if found := dossier["relations"]:
        say()
        unique = dict.fromkeys((names.get(r["source"], r["source"]), r["kind"].replace("_", " "), names.get(r["target"], r["target"]))
                               for r in found)  # fmt: skip
        show_table(("source", "relation", "target"), list(unique))
    if found := dossier["activities"]:
        say()
        show_table(
            ("when", "type", "what", "document", "page"),
            [
                (
                    span(a["date_start"], a["date_end"]),
                    a["type"],
                    a["title"],
                    _told_in(a, titles),
                    a["page"],
                )
                for a in found
            ],
        )
    say()
    say(f"{len(dossier['mentions'])} mentions in {entity['issues']} documents", "bold")
    for mention in dossier["mentions"]:
        say()
        say(mention["date"] or "undated")
        show_citations([mention], numbered=False)

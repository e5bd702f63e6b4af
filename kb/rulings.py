"""Questions to what was read before any rule, and to the review queue. SQL stands here too."""

from __future__ import annotations

import json
from collections import defaultdict

from kb.connection import Row
from kb.queries import Queries


class Rulings(Queries):
    """The rows as they were read: rules and merges are made from these alone, so that they never build on each other."""

    def entities_read(self) -> list[Row]:
        """Entities as read: id, kind, name, level, parent, country, aliases, documents and mentions (counts)."""
        found = {
            r["id"]: {**r, "aliases": []}
            for r in self._rows(
                "SELECT id, kind, name, level, parent, country, min(number) AS number, count(*) AS documents FROM entities GROUP BY id"
            )
        }
        for r in self._rows("SELECT DISTINCT entity, alias FROM aliases ORDER BY entity, alias"):
            if r["entity"] in found and r["alias"] != found[r["entity"]]["name"]:
                found[r["entity"]]["aliases"].append(r["alias"])
        counts = "SELECT entity, count(*) AS n FROM mentions WHERE entity <> '' GROUP BY entity"
        mentions = {r["entity"]: r["n"] for r in self._rows(counts)}
        return [{**r, "mentions": mentions.get(id, 0)} for id, r in found.items()]

    def neighbours_read(self) -> dict[str, set[str]]:
        """Entity id → ids of what activities and relations, as read, tell of together with it."""
        near: dict[str, set[str]] = defaultdict(set)
        for r in self._rows("SELECT DISTINCT source, target FROM relations"):
            near[r["source"]].add(r["target"])
            near[r["target"]].add(r["source"])
        told: dict[str, set[str]] = defaultdict(set)
        for r in self._rows("SELECT activity, target FROM links WHERE field NOT IN ('figure', 'date')"):
            told[r["activity"]].add(r["target"])
        for targets in told.values():
            for target in targets:
                near[target] |= targets - {target}
        return near

    def activities_read(self, documents: list[str]) -> list[Row]:
        """Activities as read of these documents: id, document, title, quote."""
        return self._rows(
            'SELECT a.id, a.document, a.title, substr(s.text, a.start + 1, a."end" - a.start) AS quote '
            "FROM activities a JOIN sections s ON s.id = a.section "
            "WHERE a.document IN (SELECT value FROM json_each(?)) ORDER BY a.id",
            json.dumps(documents),
        )

    def first_mention(self, entity: str) -> Row | None:
        """Where an entity, as read, is first named: section, start, end."""
        rows = self._rows(
            'SELECT section, start, "end" FROM mentions WHERE entity = ? ORDER BY document, section, start LIMIT 1',
            entity,
        )
        return rows[0] if rows else None

    def proposals(self, state: str | None = "open") -> list[Row]:
        """The review queue, best first: id, kind, source, target, score, reasons, state, and the names as read."""
        name = (
            "coalesce((SELECT name FROM entities WHERE id = {0} ORDER BY number LIMIT 1), "
            "(SELECT title FROM told_activities WHERE id = {0}))"
        )
        rows = self._where(
            f"SELECT p.*, {name.format('p.source')} AS source_name, {name.format('p.target')} AS target_name FROM proposals p",
            "score DESC, id",
            state=state,
        )
        return [{**r, "reasons": json.loads(r["reasons"])} for r in rows]

"""Names that no list knows: acronyms by their long form, projects by their name without "project", others by their folded name."""

from __future__ import annotations

import re

from kb.hookspecs import Resolver, hookimpl
from kb.records import EntityRef, Mention
from kb.text import fold, slug

HEAD = re.compile(r"\s+(?:projects?|programmes?|programs?|initiatives?|schemes?)$")
PREFIX = {"organisation": "org", "place": "place", "project": "project", "person": "person"}


@hookimpl(trylast=True)
def kb_resolve(mention: Mention, context: Resolver) -> EntityRef | None:
    """The entity that already bears the name, else a new one."""
    if mention.kind not in PREFIX:
        return None
    name = mention.name or context.section.text[mention.start : mention.end]
    if mention.kind == "organisation":
        long = context.long_forms.get(name, "")
        for candidate in filter(None, (long, name)):
            for id in context.lookup(candidate):
                if context.authority[id].kind == "organisation":
                    return EntityRef(id, context.authority[id].name)
        name = long or name
    for spelling in _spellings(mention.kind, name, context):
        if (known := context.known(mention.kind, spelling)) is not None:
            return EntityRef(known, name)
    base = _bare(name, context) if mention.kind == "project" else name
    return EntityRef(f"{PREFIX[mention.kind]}:{slug(base)}", name)


def _spellings(kind: str, name: str, context: Resolver) -> list[str]:
    if kind != "project":
        return [name]
    folded, bare = HEAD.sub("", fold(name)), _bare(name, context)
    return list(
        dict.fromkeys(
            (
                name,
                folded,
                bare,
                *(
                    f"{b} {h}"
                    for b in (folded, bare)
                    for h in ("project", "programme", "program", "initiative")
                ),
            )
        )
    )


def _bare(name: str, context: Resolver) -> str:
    """The project's name without "project" and without the body it is named after: "USAID X Project" → "x"."""
    bare = HEAD.sub("", fold(name))
    words = bare.split()
    for n in (3, 2, 1):
        if len(words) - n >= 2 and any(
            context.authority[i].kind == "organisation" for i in context.lookup(" ".join(words[:n]))
        ):
            rest = words[n:]
            return " ".join(rest)
    return bare

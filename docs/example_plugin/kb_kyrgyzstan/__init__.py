"""Kyrgyzstan: districts with their spellings, bodies known by name, and village governments by their shape."""

import re
from pathlib import Path

from kb import hookimpl
from kb.lists import read_entries
from kb.records import Mention

# "Jany-Jer ayil okmotu", and the other ways in which it is spelt; "Each ayil okmotu" names none.
VILLAGE_GOVERNMENT = re.compile(
    r"\b(?!(?:The|This|Each|Every|An?) )(?P<village>[A-Z]\w+(?:[ -][A-Z]\w+)*) (?:ayil|aiyl|ayyl) okmot(?:u|ü)\b"
)


@hookimpl
def kb_authority():
    """The names of the list beside this module."""
    return read_entries(Path(__file__).with_name("kyrgyzstan.csv"))


@hookimpl
def kb_extract(section):
    """Village governments; `name` is one spelling for all, so that they become one body."""
    return [
        Mention("organisation", m.start(), m.end(), name=f"{m['village']} ayil okmotu", role="government")
        for m in VILLAGE_GOVERNMENT.finditer(section.text)
    ]

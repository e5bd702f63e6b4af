"""Three issues of a bulletin about bees: a donor that stays, a partner that goes quiet, districts on a map."""

from __future__ import annotations

from pathlib import Path

ISSUES = {
    "hives-2013": """Hive Bulletin, January – December 2013

Beekeepers trained

In May 2013 UNDP trained 37 beekeepers in Khujand with funds from the Government of Japan. The training was implemented by
the NGO Nilufar.

Hives handed over

In June 2013 UNDP distributed 120 hives to families in Kulob district with funds from the Government of Japan.
""",
    "hives-2014": """Hive Bulletin, January – December 2014

Honey fair

In April 2014 UNDP trained 52 traders in Khujand with funds from the Government of Japan.
""",
    "hives-2015": """Hive Bulletin, January – December 2015

Queens raised

In March 2015 UNDP trained 64 keepers of queens in Panjakent with funds from the Government of Japan and the European Union.
""",
}


def write(folder: Path) -> Path:
    """The issues as text files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ISSUES.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder

"""Seconds that each page of the web interface takes over many documents: `python benchmarks/pages.py [DOCUMENTS]`.

The documents are made of the sections of samples/*.md, mixed anew, with other numbers, names and times, and kept below the
folder for temporary files. Each page's script is run through AppTest: once with nothing read before, as after an
ingest (cold), then again (warm, the median of three).
"""

from __future__ import annotations

import logging
import os
import random
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

HOUSE = Path(__file__).parents[1]
FOLDER = Path(tempfile.gettempdir()) / "kb-benchmark-pages"
SECTIONS = 6
MONTHS = "January February March April May June July August September October November December".split()
SYLLABLES = "ba kho ru mi san gul zar to pe ni vo la shi du far ke yan gho bek".split()
_NUMBER = re.compile(r"(?<![\d,.–-])\d{2,3}(?![\d,.–-])")
_MARKS = re.compile(r"^(?:<!--.*|:::.*|!\[.*|Table:.*)$", re.MULTILINE)
BAR = 1.0
"""Seconds that a page may take."""


def sections() -> list[str]:
    """The sections of all samples, without what only their typesetter reads."""
    found = []
    for sample in sorted((HOUSE / "samples").glob("*.md")):
        if sample.name != "README.md":
            body = sample.read_text("utf-8").split("+++", 2)[2]
            found += [f"# {s.strip()}\n" for s in _MARKS.sub("", body).split("\n# ")[1:]]
    return found


def write(folder: Path, count: int) -> None:
    """That many issues, a month each."""
    random_, pieces = random.Random(11), sections()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        year, month = 1990 + number // 12, number % 12
        name = "".join(random_.choices(SYLLABLES, k=3)).title()
        here = [
            _NUMBER.sub(lambda m: str(random_.randint(10, 999)), s) for s in random_.sample(pieces, SECTIONS)
        ]
        here.append(
            f"# Work of {name}\n\nIn {MONTHS[month]} {year} the NGO {name} trained {random_.randint(12, 90)} farmers in Ayni "
            "district with funds from Japan.\n"
        )
        text = f"# Monthly bulletin, {MONTHS[month]} {year}\n\n" + "\n".join(here)
        (folder / f"bulletin-{year}-{month + 1:02}.md").write_text(text, "utf-8")


def root(count: int) -> Path:
    """A knowledge base of that many documents, as this version of the program reads them."""
    import kb

    folder = FOLDER / str(count)
    if not (folder / "files").exists():
        write(folder / "files", count)
    with kb.open_kb(folder / "indexes", {"disabled_plugins": ["embed_minilm"]}) as base:
        report = base.ingest(folder / "files")
    assert not report.failed, report.failed[:3]
    return folder / "indexes"


def pages(root: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Name → the page's file and what stands in its address."""
    import kb

    with kb.open_kb(root, {"disabled_plugins": ["embed_minilm"]}) as base:
        most = max(base.entities("organisation"), key=lambda e: e["mentions"])
        some = sorted(base.entities("project"), key=lambda e: e["mentions"])[-3]
        document = base.documents()[-1]["id"]
    found: dict[str, tuple[str, dict[str, str]]] = {
        p.stem: (p.stem, {}) for p in sorted((HOUSE / "kb" / "ui").glob("*.py")) if _shown(p)
    }
    found["entity"] = ("entity", {"entity": some["id"]})
    found[f"entity ({most['mentions']} mentions)"] = ("entity", {"entity": most["id"]})
    found["search for words"] = ("search", {"q": "training of border guards"})
    if "news" in found:
        found["news"] = ("news", {"document": document})
    return found


def _shown(page: Path) -> bool:
    return f"kb/ui/{page.name}" in (HOUSE / "app.py").read_text("utf-8")


def seconds(page: str, query: dict[str, str]) -> tuple[float, float]:
    """Cold and warm seconds of a page's script."""
    from streamlit.testing.v1 import AppTest

    from kb.ui import common

    common._held.clear()
    app = AppTest.from_file(str(HOUSE / "app.py"), default_timeout=120)
    app.switch_page(f"kb/ui/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    times = []
    for _ in range(4):
        began = time.perf_counter()
        app.run()
        times.append(time.perf_counter() - began)
        assert not app.exception, (page, [e.message for e in app.exception])
    return times[0], statistics.median(times[1:])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    os.environ["KB_ROOT"] = str(root(count))
    os.environ["KB_DISABLED_PLUGINS"] = "embed_minilm"
    logging.disable(logging.WARNING)  # Streamlit's, of being run without a browser
    asked = pages(Path(os.environ["KB_ROOT"]))
    seconds("ask", {})  # opens the knowledge base, which a server does once
    print("| page | cold | warm |\n| --- | --- | --- |")
    slow = []
    for name, (page, query) in asked.items():
        cold, warm = seconds(page, query)
        slow += [name] * (cold > BAR)
        print(f"| {name} | {cold:.2f} s | {warm:.2f} s |", flush=True)
    print(f"{count} documents. Slower than {BAR:g} s: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()

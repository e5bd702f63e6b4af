"""How long `kb ingest` takes, as whole processes: a new folder, and the same again.

    python benchmarks/ingest.py [--documents 100] [--repeats 5] [--folder FOLDER]

Without `--folder`, Markdown files of eight articles are written. The bar: an unchanged folder of 100 files, under 2 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crash import write

LOADED = """
import sys
from kb.base import open_kb
with open_kb(sys.argv[1]) as base:
    base.ingest(sys.argv[2])
print(*[m for m in ("torch", "spacy", "chromadb", "numpy", "pymupdf") if m in sys.modules] or ["none of the heavy ones"])
"""


def seconds(root: Path, folder: Path) -> float:
    """Wall-clock seconds of one `kb ingest`."""
    began = time.monotonic()
    command = [sys.executable, "-m", "kb.cli", "ingest", str(folder)]
    subprocess.run(command, env=os.environ | {"KB_ROOT": str(root)}, check=True, capture_output=True)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        root, folder = Path(work) / "root", given.folder or Path(work) / "files"
        if given.folder is None:
            write(folder, given.documents, 1)
        print(f"new: {seconds(root, folder):.1f} s")
        again = [seconds(root, folder) for _ in range(given.repeats)]
        print(f"unchanged: median {statistics.median(again):.2f} s ({min(again):.2f} to {max(again):.2f})")
        loaded = [sys.executable, "-c", LOADED, str(root), str(folder)]
        print("loaded:", subprocess.run(loaded, check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main()

"""Build the sample corpus: python samples/make.py [--out FOLDER] [SOURCE.md ...]; the same bytes at each run."""

from __future__ import annotations

import argparse
from pathlib import Path

import office
import pdf
import source

HERE = Path(__file__).resolve().parent
WRITERS = {".pdf": pdf.render, ".docx": office.docx, ".html": office.web}


def sources() -> list[Path]:
    """All source files of the corpus, by name."""
    return sorted(path for path in HERE.glob("*.md") if path.name != "README.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="sources; all of samples/*.md when none is given")
    parser.add_argument("--out", type=Path, default=HERE.parent / "corpus")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in options.paths or sources():
        document = source.read(path)
        data = WRITERS[Path(document.file).suffix](document)
        (options.out / document.file).write_bytes(data)
        print(f"{document.file}: {len(data) // 1024} KiB, {len(document.articles)} articles")


if __name__ == "__main__":
    main()

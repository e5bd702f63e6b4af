"""Reads every file below a folder of broken and odd PDFs and prints how each ended.

Usage: badpdf.py [FOLDER] [--seconds 20] [--ocr-seconds 60]. Exit code 1 where a file ended in any way but read or refused with a reason.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from kb.errors import ReadError
from kb.legible import DOUBTFUL
from kb.sandbox import Sandbox
from kb.settings import Settings

FOLDER = Path(__file__).parents[2] / "shared" / "badpdf"


def main() -> int:
    """Prints one line a file that was not read whole, then counts and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--memory", type=int, default=1024, help="MiB")
    parser.add_argument("--ocr-seconds", type=float, default=60, help="most for the scanned pages of a file")
    args = parser.parse_args()
    files = sorted(p for p in args.folder.rglob("*") if p.is_file())
    if not files:
        print(f"skipped: no files below {args.folder}")
        return 0
    statuses: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    bad = 0
    settings = Settings(
        read_seconds=args.seconds,
        read_cpu_seconds=int(args.seconds),
        read_memory_mb=args.memory,
        ocr_document_seconds=args.ocr_seconds,
    )
    with Sandbox(settings) as sandbox:
        for path in files:
            name = str(path.relative_to(args.folder))
            start = time.perf_counter()
            try:
                document, sections = sandbox.read(path, "0" * 64)
            except ReadError as error:
                reason = str(error).removeprefix(f"{path}: ")
                statuses["refused: " + reason.split(":")[0].split("(")[0].strip()[:60]] += 1
                print(f"refused  {name}: {reason}")
                bad += not reason
            except Exception as error:
                statuses[f"HOST ERROR {type(error).__name__}"] += 1
                print(f"ERROR    {name}: {error!r}")
                bad += 1
            else:
                status = "read in part" if document.unreadable or document.reason else "read"
                statuses[status] += 1
                pages.update(n.means for n in document.page_notes)
                pages["doubtful"] += sum(
                    n.means != "none" and n.confidence < DOUBTFUL for n in document.page_notes
                )
                if status != "read":
                    print(f"part     {name}: {document.reason}")
                bad += not sections and any(
                    b.role not in ("header", "footer", "toc") for b in document.blocks
                )
            times.append((time.perf_counter() - start, name))
    print()
    for status, count in statuses.most_common():
        print(f"{count:5d}  {status}")
    print("pages:", ", ".join(f"{n} {means}" for means, n in pages.most_common()))
    print(f"{len(files):5d}  files, {sum(t for t, _ in times):.0f} s; slowest:")
    for seconds, name in sorted(times, reverse=True)[:5]:
        print(f"       {seconds:5.1f} s  {name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

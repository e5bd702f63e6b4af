"""Prints how long the authority lists take to load, and how many entries and names they hold.

python benchmarks/authority_load.py
"""

from __future__ import annotations

import time
from collections import Counter

from kb.plugins import activity_types, authority_tajikistan, authority_world


def main() -> None:
    total = 0.0
    for plugin in (activity_types, authority_tajikistan, authority_world):
        start = time.perf_counter()
        entries = plugin.kb_authority()
        seconds = time.perf_counter() - start
        total += seconds
        names = sum(len({e.name, *e.aliases, *e.weak}) for e in entries)
        kinds = Counter(e.level or e.type or e.kind for e in entries)
        about = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
        print(f"{plugin.__name__}: {1000 * seconds:.0f} ms, {len(entries)} entries, {names} names ({about})")
    print(f"together {1000 * total:.0f} ms")


if __name__ == "__main__":
    main()

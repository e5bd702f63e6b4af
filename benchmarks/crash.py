"""Kills ingests at random moments (SIGKILL) and looks whether anything was lost, doubled or left behind.

    python benchmarks/crash.py [--rounds 20] [--documents 12] [--seed 1] [--model]

A round: ingest a folder, be killed somewhere on the way, ingest again. Every second round the folder was ingested
before, and all its files were changed since. `--model`: with vectors and index, as in life; slower.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kb.base import KnowledgeBase, open_kb
from kb.originals import sha256

NO_MODEL = {"disabled_plugins": ("embed_minilm",)}
PLACES = ("Ayni", "Khorog", "Rasht", "Vanj", "Murghob", "Shahrtuz", "Kulob", "Panjakent")


def write(folder: Path, documents: int, edition: int) -> None:
    """Writes the files of an edition; no two files and no two editions are alike."""
    folder.mkdir(exist_ok=True)
    for n in range(documents):
        articles = [
            f"# Wells in {PLACES[(n + k) % len(PLACES)]}\n\nIn March 20{10 + n % 10} the Rural Water Project, funded by "
            f"Japan, drilled {40 + n} wells in {PLACES[(n + k) % len(PLACES)]} District, and {100 * edition + k} families "
            "got clean water. The work was done with the NGO Obi Toza, and the village gave the pipes.\n"
            for k in range(8)
        ]
        (folder / f"report-{n:02}.md").write_text("\n".join(articles))


class Rounds:
    """Loads what is slow once; each ingest is then a forked process."""

    def __init__(self, work: Path, documents: int, *, model: bool = False) -> None:
        self.work, self.documents, self.model = work, documents, model
        self.settings: dict[str, Any] | None = None if model else NO_MODEL
        # Without the model: what torch starts would not survive a fork.
        with open_kb(work / "warm", NO_MODEL) as base:
            write(work / "one", 1, 3)
            base.ingest(work / "one")
            self.analyser = base._ingester.analyser
        self.seconds = {}
        for edition in (1, 2):
            write(work / "files", documents, edition)
            self._ingest(work / "calm")
            self.seconds[edition] = self.took
            if edition == 1:
                self.first = self._facts(work / "calm")
        self.second = self._facts(work / "calm")

    def open(self, root: Path) -> KnowledgeBase:
        base = open_kb(root, self.settings)
        base._ingester.__dict__["analyser"] = self.analyser
        return base

    def _facts(self, root: Path) -> dict[str, list[str]]:
        with self.open(root) as base:
            data = base.export()
            data["sections"] = [{**s, "text": base._store.section(s["id"])} for s in data["sections"]]
        return {key: sorted(map(str, data[key])) for key in data}

    def _ingest(self, root: Path, seconds: float | None = None) -> list[str]:
        """Ingests the folder in a process of its own; the paths it acknowledged. `seconds`: after which it is killed.

        They are counted from when the reading process is ready, so that kills do not all fall into its start.
        """
        out, into = os.pipe()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                os.setsid()
                os.close(out)

                def tell(done: int, total: int, path: str, stage: str) -> None:
                    if stage == "stored":
                        os.write(into, f"{path}\n".encode())

                with self.open(root) as base:
                    base._sandbox._start()
                    os.write(into, b"ready\n")
                    base.ingest(self.work / "files", progress=tell)
                code = 0
            finally:
                os._exit(code)
        os.close(into)
        with os.fdopen(out) as pipe:
            pipe.readline()
            began = time.monotonic()
            if seconds is not None:
                time.sleep(seconds)
                os.killpg(pid, signal.SIGKILL)
            told = pipe.read().splitlines()
        self.took = time.monotonic() - began
        _, status = os.waitpid(pid, 0)
        if seconds is None and status:
            raise RuntimeError(f"an undisturbed ingest failed ({status})")
        return told

    def round(self, number: int, chance: random.Random) -> list[str]:
        """One round; what is wrong afterwards."""
        root, edition = self.work / f"round-{number}", 1 + number % 2
        if edition == 2:
            write(self.work / "files", self.documents, 1)
            self._ingest(root)
        write(self.work / "files", self.documents, edition)
        acknowledged = self._ingest(root, chance.uniform(0, self.seconds[edition]))
        faults = []
        with self.open(root) as base:
            paths = [d["path"] for d in base.documents()]
            ok = {d["path"]: d["id"] for d in base.documents() if d["status"] == "ok"}
        faults += [f"acknowledged, but lost: {p}" for p in acknowledged if p not in ok]
        faults += [f"acknowledged, but old: {p}" for p in acknowledged if ok.get(p, "") != sha256(Path(p))]
        faults += [f"doubled: {p}" for p in set(paths) if paths.count(p) > 1]
        self._ingest(root)
        with self.open(root) as base:
            faults += [f"doctor after the next start: {p}" for p in base.doctor(mend=False).problems]
        if self._facts(root) != (self.first if edition == 1 else self.second):
            faults.append("the truth differs from that of an undisturbed ingest")
        here = {p.name for p in root.iterdir()} - {p.name for p in (self.work / "calm").iterdir()}
        faults += [f"left behind: {name}" for name in here]
        self.told = len(acknowledged)
        return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", action="store_true")
    given = parser.parse_args()
    chance, bad = random.Random(given.seed), 0
    with tempfile.TemporaryDirectory() as work:
        rounds = Rounds(Path(work), given.documents, model=given.model)
        print(f"undisturbed: {rounds.seconds[1]:.1f} s new, {rounds.seconds[2]:.1f} s changed")
        for number in range(given.rounds):
            faults = rounds.round(number, chance)
            bad += bool(faults)
            print(
                f"round {number + 1}: {rounds.told} acknowledged; {'; '.join(faults) or 'all well'}",
                flush=True,
            )
    print(f"{given.rounds - bad} of {given.rounds} rounds without a fault")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()

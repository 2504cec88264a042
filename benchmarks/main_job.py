"""The main job beside an older commit: wall and processor seconds in one run, as ratios.

    python benchmarks/main_job.py --against 6ae6665            both, in turn, three times; the least counts
    python benchmarks/main_job.py --against 6ae6665 --repeat 1 --provinces
    python benchmarks/main_job.py                              today alone

The older commit is checked out as a git worktree in a temporary folder and run by the same Python. Both plan
the built-in country without the cache, with every report. Processor seconds are those of the job and all its
processes; the parts are the wall seconds that the job itself tells in ``summary.json``. Then what both wrote
is compared: result tables, workbook and figures to the byte. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
# Tell how long something took: they differ from run to run.
TIMED = {"summary.json", "pdc-manifest.json", "report.html"}


PARTS = (
    "read", "plan", "bind", "build", "transfer", "solve", "prove", "check", "tables", "reports", "write",
)  # fmt: skip


@dataclass
class Side:
    """One commit's runs."""

    name: str
    root: Path
    out: Path
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)

    def run(self, extra: list[str]) -> None:
        """Run the job once."""
        roots = os.pathsep.join(str(self.root / name) for name in ("model", "reports"))
        command = [sys.executable, "solve.py", "plan", "--no-cache", "--out", str(self.out), *extra]
        known = {**os.environ, "PYTHONPATH": roots}
        # Compiled modules are kept, as on anybody's machine: compiling them takes half a second a run.
        known.pop("PYTHONDONTWRITEBYTECODE", None)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=self.root, env=known, check=True, stdout=subprocess.DEVNULL)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if not self.cpu or cpu < min(self.cpu):
            self.parts = json.loads((self.out / "summary.json").read_text("utf-8"))["seconds"]
        self.wall.append(wall)
        self.cpu.append(cpu)


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """A worktree of a commit, gone afterwards."""
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--detach", str(folder), commit], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True, capture_output=True)


def differing(a: Path, b: Path) -> list[str]:
    """Files of either folder that are not the same in both, those that tell seconds apart."""

    def content(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    one, other = content(a), content(b)
    return sorted(name for name in {*one, *other} - TIMED if one.get(name) != other.get(name))


def table(sides: list[Side]) -> None:
    """Seconds of each side, and how many times less now."""
    old, now = sides[0], sides[-1]
    both = len(sides) > 1
    print(f"{'':12}" + "".join(f"{side.name:>12}" for side in sides) + ("       times" if both else ""))
    rows = {"wall": [min(s.wall) for s in sides], "processor": [min(s.cpu) for s in sides]}
    rows |= {f"  {part}": [side.parts.get(part, 0.0) for side in (old, now)[-len(sides) :]] for part in PARTS}
    for name, values in rows.items():
        ratio = f"{values[0] / values[-1]:12.2f}" if both and values[-1] else ""
        print(f"{name:12}" + "".join(f"{value:12.2f}" for value in values) + ratio)


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", help="an older commit")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--provinces", action="store_true", help="also a page for every province")
    options = parser.parse_args()
    extra = ["--provinces"] if options.provinces else []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        now = Side("now", HERE, place / "now")
        if not options.against:
            for _ in range(options.repeat):
                now.run(extra)
            table([now])
            return
        with checked_out(options.against, place / "tree") as root:
            old = Side(options.against[:10], root, place / "old")
            for _ in range(options.repeat):
                old.run(extra)
                now.run(extra)
        table([old, now])
        for other in differing(old.out, now.out):
            print(f"differs: {other}")


if __name__ == "__main__":
    main()

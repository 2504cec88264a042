"""How fast pdc plans Turkey beside an older commit of itself, and both beside raw highspy: seconds, ratios.

    python benchmarks/before.py                    beside the commit before "Ten times faster" (issue 15)
    python benchmarks/before.py --commit 6ae6665   beside another one
    python benchmarks/before.py --repeat 3         the least of three runs of each counts
    python benchmarks/before.py --no-raw           without raw highspy (either commit's own national.py)

The older commit is checked out into a folder that goes again; it runs under the same Python (what it needs
has to be installed there: before issue 15 that was quicktions too). Runs take turns, so that other load
meets both alike; times are processor seconds of one process, without a cache. Nothing is asserted. The last
line holds the tables of the two plans together, byte by byte; the law may have changed between the commits.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
BEFORE = "0b740c8"
PARTS = ("read", "bind", "build", "transfer", "solve", "prove", "check", "tables")
ENGINE = ("build", "transfer", "solve")
RUN = """
import gc, json, pathlib, sys, time
time.perf_counter = time.process_time  # what else the machine does must not count
import pdc
try:
    from pdc.planning.write import write
except ImportError:  # before the house had rooms
    from pdc.output import write
gc.freeze()
gc.set_threshold(200_000, 20, 20)  # as the command does
begun = time.process_time()
made = pdc.plan(jobs=1, cache=False)
planning = time.process_time() - begun - made.seconds["read"]
folder = pathlib.Path(sys.argv[1])
write(made, folder, reports=False)
seconds = json.loads((folder / "summary.json").read_text("utf-8"))["seconds"]
print(json.dumps({**seconds, "read": made.seconds["read"], "planning": planning}))
"""


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with that commit."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "before"
        subprocess.run(["git", "-C", HERE, "worktree", "add", "--detach", folder, commit], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["git", "-C", HERE, "worktree", "remove", "--force", folder], check=True)


def run(folder: Path, *arguments: str) -> str:
    """What a Python of that folder's pdc prints; before its own lines HiGHS may greet."""
    paths = os.pathsep.join(str(folder / name) for name in ("model", "reports"))
    done = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": paths}, cwd=folder,
    )  # fmt: skip
    return done.stdout


def raw_seconds(folder: Path) -> tuple[float, float]:
    """Seconds of raw highspy on the models of a commit, and of that commit's engine on them."""
    told = run(folder, str(folder / "benchmarks" / "national.py"), "--all", "--no-plain", "--repeat", "1")
    raw = re.search(r"raw highspy, same models +([0-9.]+) s", told)
    engine = re.search(r"engine, same models again +([0-9.]+) s", told)
    assert raw and engine, told
    return float(raw[1]), float(engine[1])


def same_tables(one: Path, other: Path) -> list[str]:
    """Tables that are not the same bytes in both folders."""
    names = {path.name for folder in (one, other) for path in folder.glob("*.csv")}
    return sorted(
        name
        for name in names
        if not ((one / name).is_file() and (other / name).is_file())
        or (one / name).read_bytes() != (other / name).read_bytes()
    )


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--commit", default=BEFORE)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--no-raw", action="store_true")
    options = parser.parse_args()
    with checked_out(options.commit) as before, tempfile.TemporaryDirectory() as room:
        least: dict[Path, dict[str, float]] = {before: {}, HERE: {}}
        for turn in range(options.repeat):
            for folder, best in least.items():
                out = Path(room) / f"{'now' if folder == HERE else 'before'}_{turn}"
                for name, seconds in json.loads(run(folder, "-c", RUN, str(out)).splitlines()[-1]).items():
                    best[name] = min(seconds, best.get(name, seconds))
        old, new = least.values()
        for best in (old, new):
            best["engine"] = sum(best[name] for name in ENGINE)
        print(f"{'':24}{options.commit:>10}{'now':>10}{'now / before':>16}")
        for name in (*PARTS, "engine", "planning"):
            print(f"{name:24}{old[name]:10.2f}{new[name]:10.2f}{new[name] / max(old[name], 0.01):16.2f}")
        if not options.no_raw:
            (raw_old, engine_old), (raw_new, engine_new) = raw_seconds(before), raw_seconds(HERE)
            print(f"{'raw highspy':24}{raw_old:10.2f}{raw_new:10.2f}{raw_new / raw_old:16.2f}")
            print(f"{'engine / raw':24}{engine_old / raw_old:10.2f}{engine_new / raw_new:10.2f}")
            ratios = [best["planning"] / raw_old for best in (old, new)]
            print(f"{'planning / raw before':24}{ratios[0]:10.2f}{ratios[1]:10.2f}")
        differ = same_tables(Path(room) / "before_0", Path(room) / "now_0")
        print(f"tables: {'same bytes' if not differ else 'other bytes in ' + ', '.join(differ)}")


if __name__ == "__main__":
    main()

"""What a what-if and a sweep cost, whole processes, as a user waits for them.

    .venv/bin/python benchmarks/sweep.py                 everything (about ten minutes on two cores)
    .venv/bin/python benchmarks/sweep.py --part whatif   one changed parameter against the main job
    .venv/bin/python benchmarks/sweep.py --part sweep    200 scenarios of one title against separate runs

A what-if starts from a cache that the main job has filled. Separate runs are measured a few times (another
number each) and multiplied; everything else is measured as it is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHAT_IFS = (
    ("eczaci", "B.5.3.b.directorate=2"),
    ("tibbi_sekreter", "B.4.c.9.a.growth=1.4"),
    ("dis_tabibi", "B.5.1.a.growth=1.4"),
    ("pratisyen_tabip", "B.3.a.persons_per_gp=2100"),
    ("hemsire", "B.4.a.8.beds_per_nurse=4"),
)
SWEEP = """
titles = ["eczaci"]
[design]
kind = "latin_hypercube"
samples = {samples}
seed = 1
[[vary]]
parameter = "B.5.3.a.growth"
low = 1.2
high = 1.8
decimals = 4
[[vary]]
parameter = "B.5.3.e.fewest_beds"
low = 100
high = 400
"""


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and processor seconds of the command and its processes."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s wall {self.cpu:6.1f} s cpu"


def run(*arguments: str, cache: Path) -> Cost:
    """One command, from start to end."""
    paths = f"{ROOT / 'model'}:{ROOT / 'reports'}"
    environment = {**os.environ, "PDC_CACHE": str(cache), "PYTHONPATH": paths}
    before, started = os.times(), time.perf_counter()
    command = [sys.executable, str(ROOT / "solve.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}\n{done.stderr}")
    wall, after = time.perf_counter() - started, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, used)


def what_ifs(folder: Path) -> None:
    cache = folder / "cache"
    full = run("plan", "--out", str(folder / "full"), cache=cache)
    print(f"main job, empty cache, with reports            {full}")
    again = run("plan", "--out", str(folder / "full"), cache=cache)
    print(f"main job again, nothing changed                {again}")
    for title, setting in WHAT_IFS:
        out = ["plan", "--title", title, "--set", setting, "--out", str(folder / "what-if")]
        tables = run(*out, "--no-reports", cache=cache)
        share = f"{tables.wall / full.wall:5.1%} wall {tables.cpu / full.cpu:5.1%} cpu"
        pages = run(*out, cache=cache)
        print(f"  {title:16} {setting:28} {tables} = {share}   then with reports {pages}", flush=True)


def sweeps(folder: Path, samples: int, few: int) -> None:
    cache = folder / "cache"
    file = folder / "asked.toml"
    file.write_text(SWEEP.format(samples=samples), "utf-8")
    one = ["plan", "--title", "eczaci", "--out", str(folder / "alone")]
    run(*one, "--no-reports", cache=cache)
    growth = [f"B.5.3.a.growth={1.21 + i / 50:.4f}" for i in range(2 * few)]
    plain = [run(*one, "--set", g, "--no-cache", cache=cache) for g in growth[:few]]
    quick = [run(*one, "--set", g, "--no-reports", cache=cache) for g in growth[few:]]
    for text, found in (("with reports, no cache", plain), ("tables only, cache", quick)):
        print(f"separate runs, {text:24} {_times(found, samples / few)} for {samples} ({few} measured)")
    for jobs in (1, 2):
        out = folder / f"swept-{jobs}"
        swept = run("sweep", str(file), "--jobs", str(jobs), "--out", str(out), "--no-cache", cache=cache)
        print(f"sweep of {samples}, jobs {jobs}                       {swept}", end="")
        for text, found in (("with reports", plain), ("tables only", quick)):
            alone = _times(found, samples / few)
            print(
                f"; {text}: {alone.wall / swept.wall:.1f} × wall, {alone.cpu / swept.cpu:.1f} × cpu", end=""
            )
        print(flush=True)
    one_job = {p.relative_to(folder / "swept-1"): p for p in (folder / "swept-1").rglob("*") if p.is_file()}
    same = all((folder / "swept-2" / name).read_bytes() == p.read_bytes() for name, p in one_job.items())
    print(f"one job and two: {'the same bytes' if same else 'DIFFERENT BYTES'}")


def _times(found: list[Cost], factor: float) -> Cost:
    return Cost(factor * sum(c.wall for c in found), factor * sum(c.cpu for c in found))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--part", choices=("whatif", "sweep"))
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--few", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.part != "sweep":
            what_ifs(Path(name))
        if options.part != "whatif":
            sweeps(Path(name), options.samples, options.few)


if __name__ == "__main__":
    main()

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


def run(*arguments: str, cache: Path) -> float:
    """Seconds of one command, from start to end."""
    environment = {
        **os.environ,
        "PDC_CACHE": str(cache),
        "PYTHONPATH": f"{ROOT / 'model'}:{ROOT / 'reports'}",
    }
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "solve.py"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}\n{done.stderr}")
    return time.perf_counter() - started


def what_ifs(folder: Path) -> None:
    cache = folder / "cache"
    full = run("plan", "--out", str(folder / "full"), cache=cache)
    print(f"main job, empty cache, with reports      {full:7.1f} s")
    again = run("plan", "--out", str(folder / "full"), cache=cache)
    print(f"main job again, nothing changed          {again:7.1f} s")
    for title, setting in WHAT_IFS:
        out = ["plan", "--title", title, "--set", setting, "--out", str(folder / "what-if")]
        tables = run(*out, "--no-reports", cache=cache)
        again = run(*out, cache=cache)
        print(
            f"  {title:16} {setting:28} tables {tables:5.1f} s = {tables / full:5.1%} of the main job"
            f"   asked again, with reports {again:5.1f} s"
        )


def sweeps(folder: Path, samples: int, few: int) -> None:
    cache = folder / "cache"
    file = folder / "asked.toml"
    file.write_text(SWEEP.format(samples=samples), "utf-8")
    one = ["plan", "--title", "eczaci", "--out", str(folder / "alone")]
    run(*one, "--no-reports", cache=cache)
    growth = [f"B.5.3.a.growth={1.21 + i / 50:.4f}" for i in range(2 * few)]
    plain = [run(*one, "--set", g, "--no-cache", cache=cache) for g in growth[:few]]
    quick = [run(*one, "--set", g, "--no-reports", cache=cache) for g in growth[few:]]
    for text, seconds in (("with reports, no cache", plain), ("tables only, cache", quick)):
        mean = sum(seconds) / few
        spread = f"{min(seconds):.2f}–{max(seconds):.2f}"
        print(f"separate runs, {text:24} {mean:6.2f} s each ({spread}, {few} measured)", end="")
        print(f", {samples}: {samples * mean:7.0f} s")
    for jobs in (1, 2):
        seconds = run("sweep", str(file), "--jobs", str(jobs), "--out", str(folder / f"swept-{jobs}"),
                      "--no-cache", cache=cache)  # fmt: skip
        ratios = ", ".join(f"{samples * sum(s) / few / seconds:.1f}" for s in (plain, quick))
        print(f"sweep of {samples}, jobs {jobs}: {seconds:7.1f} s, {seconds / samples:.2f} s each", end="")
        print(f"; separate / sweep {ratios}")
    same = [
        all((folder / f"swept-{jobs}" / path.name).read_bytes() == path.read_bytes() for jobs in (1, 2))
        for path in sorted((folder / "swept-1").glob("*.*")) if path.is_file()
    ]  # fmt: skip
    print(f"one job and two: {'the same bytes' if all(same) else 'DIFFERENT BYTES'}")


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

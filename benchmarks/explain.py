"""How fast ``explain`` answers, and whether its costs are those of solving the country again with a pin.

``python benchmarks/explain.py [--title hemsire] [--cells 3] [--runs 15]``: plans the title on the built-in
country, times the command as a whole process, then pins some numbers one higher or lower and solves again.
Pharmacists have an order (B.5.3.f): where a floor breaks, the cost told is a lower bound.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "model"), str(ROOT / "reports")]

import pdc
from pdc.ask.explain import shifts
from pdc.base.levels import STAGES
from pdc.planning.write import write


def value(entry: dict) -> dict[str, float]:
    tiers = {f"tier{k}": float(v) for k, v in entry["shortfall_by_tier"].items()}
    return tiers | {level: float(v) for level, v in entry["deviation"].items()}


def seconds(folder: Path, title: str, place: list[str], runs: int) -> list[float]:
    command = [sys.executable, str(ROOT / "solve.py"), "explain", str(folder), "--title", title, *place]
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - started)
    return found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--title", default="hemsire")
    ask.add_argument("--cells", type=int, default=3)
    ask.add_argument("--runs", type=int, default=15)
    wanted = ask.parse_args()
    title = wanted.title
    with tempfile.TemporaryDirectory() as at:
        plan = pdc.plan(titles=[title])
        folder = write(plan, Path(at) / "plan", reports=False)
        units = plan.units[(plan.units["title"] == title) & (plan.units["posts"] > 0)]
        rng = random.Random(2006)
        rows = units.to_dict("records")
        for place in (
            ["--unit", str(rows[0]["unit_code"])],
            ["--district", str(rows[0]["district_code"])],
            ["--province", "19"],
            [],
        ):
            times = seconds(folder, title, place, wanted.runs)
            least, middle = min(times), statistics.median(times)
            print(f"{' '.join(place) or 'country'}: {least:.2f} s least, {middle:.2f} s median")
        before = value(plan.to_dict()["titles"][title])
        for row in rng.sample(rows, wanted.cells):
            step = rng.choice((1, -1))
            told = shifts(folder, title, "unit", str(row["unit_code"]))
            shift = told.more if step > 0 else told.fewer
            pin = Path(at) / "pin.toml"
            pin.write_text(
                f'[[pin]]\ntitle = "{title}"\nunit = "{row["unit_code"]}"\nposts = {row["posts"] + step}\n',
                "utf-8",
            )
            try:
                after = value(pdc.plan(titles=[title], scenario=[pin]).to_dict()["titles"][title])
            except pdc.ClashError:
                same = "the same" if shift is None else str(shift)
                print(f"{row['unit_code']} {step:+d}: no lawful plan; explain says {same}")
                continue
            gap = max(abs(after[s] - before[s] - (shift.cost.get(s, 0) if shift else 0)) for s in STAGES)
            cost = json.dumps(dict(shift.cost) if shift else None)
            print(f"{row['unit_code']} {step:+d}: {cost}; off by {gap:.1e}")


if __name__ == "__main__":
    main()

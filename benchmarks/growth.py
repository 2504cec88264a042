"""How planning grows with the country: 1, 4 and 10 copies of Turkey, as ratios to one.

    python benchmarks/growth.py                        every title and nurses with midwives, by both engines
    python benchmarks/growth.py --copies 1 --copies 4  these copies (repeatable)
    python benchmarks/growth.py --engine marginal      one engine (repeatable)

A copy is a country of its own in the same tables: other codes of provinces, districts and units, other
coordinates; the national numbers are those of all copies together. Four copies have 52,600 units, about what
the ministry's table has. Every measurement is a process of its own, without a certificate and without
writing: processor seconds of planning and the highest memory. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "model"), str(HERE / "reports")]

import pandas as pd

from pdc.ask.session import Session
from pdc.law.shipped import load_rulebook, own_data
from pdc.law.vocabulary import vocabulary
from pdc.program.options import Options
from pdc.tables import Tables, read

COPIES = (1, 4, 10)
WHAT = {"every title": (), "nurses, midwives": ("hemsire", "ebe")}
EAST = 20.0  # degrees between two copies


def copied(tables: Tables, copies: int) -> Tables:
    """So many copies of a country beside one another."""
    step = int(tables.provinces["province_code"].max())
    parts: dict[str, list[pd.DataFrame]] = {}
    for i in range(copies):
        for name in tables.vocabulary.schema.tables:
            frame = tables.frame(name).copy()
            if name in ("staff", "standards", "capacity", "training"):
                # Numbers of the whole country have no unit: they add up and stay one row.
                national = frame["unit_code"] == ""
                counts = [c for c in ("filled", "vacant", "absent") if c in frame]
                frame.loc[national, counts] *= copies
                frame = frame[~national] if i else frame
            if i:
                if "province_code" in frame:
                    frame["province_code"] += i * step
                for column in ("district_code", "unit_code", "parent_unit"):
                    if column in frame:
                        frame[column] = [f"{code}-{i}" if code else "" for code in frame[column]]
                if "longitude" in frame:
                    frame["longitude"] += i * EAST
            parts.setdefault(name, []).append(frame)
    sort = {name: list(table.sort) for name, table in tables.vocabulary.schema.tables.items()}
    frames = {
        name: pd.concat(found).sort_values(sort[name], kind="stable", ignore_index=True)
        for name, found in parts.items()
    }
    return tables.changed(frames)


def measure(copies: int, titles: tuple[str, ...], engine: str) -> dict[str, float]:
    """Plan the titles; where some are named, what they read was planned before, for another question."""
    book = load_rulebook(None)
    session = Session(
        copied(read(own_data(book), vocabulary(book)), copies), options=Options(proof=False, engine=engine)
    )
    # Reading and merging are not planning.
    session.ask(titles=titles or ["odyolog"], sets=["B.4.a.8.beds_per_nurse=4"])
    started = time.process_time()
    plan = session.ask(titles=titles)
    seconds = time.process_time() - started
    assert plan.status == "optimal"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "memory": memory, "units": len(plan.country.units)}


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--copies", type=int, action="append")
    parser.add_argument("--engine", choices=("highs", "marginal"), action="append")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(int(given.one[0]), WHAT[given.one[1]], given.one[2])))
        return
    print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, Python "
          f"{platform.python_version()}")  # fmt: skip
    print(f"{'':18}{'engine':10}{'copies':>7}{'units':>9}{'s':>8}{'ratio':>7}{'MiB':>7}")
    for what in WHAT:
        for engine in given.engine or ("marginal", "highs"):
            first = None
            for copies in given.copies or COPIES:
                words = [sys.executable, __file__, "--one", str(copies), what, engine]
                found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
                first = first or found["seconds"]
                print(f"{what:18}{engine:10}{copies:>7}{found['units']:>9,}{found['seconds']:>8.2f}"
                      f"{found['seconds'] / first:>7.2f}{found['memory']:>7.0f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

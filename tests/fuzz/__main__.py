"""``python -m tests.fuzz --minutes 60``: spoilt inputs for as long as one likes; what is found is kept as a case.

Inputs go on where the tests stop (number 1000). A finding is written below ``--cases`` with the input itself and a
line on how to make it again: ``python -m tests.fuzz --kind scenario --number 1234``.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ["PDC_CACHE"] = "off"
HERE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "model"), str(HERE.parent / "reports")]

from tests.fuzz.kinds import KINDS  # noqa: E402
from tests.fuzz.run import Found, many, one  # noqa: E402


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--kind", choices=sorted(KINDS), help="one kind alone")
    asked.add_argument("--number", type=int, help="one input alone, again")
    asked.add_argument("--from", dest="first", type=int, default=1000, help="number of the first input")
    asked.add_argument("--each", type=int, help="so many inputs of each kind, and a table of them: docs/quality.md")
    asked.add_argument("--cases", type=Path, default=Path("fuzz-cases"), help="folder for what is found")
    given = asked.parse_args()
    kinds = [given.kind] if given.kind else sorted(KINDS)
    if given.each:
        return _tally(kinds, range(given.first, given.first + given.each))
    end = time.monotonic() + 60 * given.minutes
    tried, found = 0, 0
    with tempfile.TemporaryDirectory(prefix="pdc-fuzz-") as place:
        for number in [given.number] if given.number is not None else itertools.count(given.first):
            for kind in kinds:
                result = one(kind, number, Path(place))
                tried += 1
                folder = Path(place) / f"{kind}-{number}"
                if result:
                    found += 1
                    _keep(result, folder, given.cases)
                shutil.rmtree(folder, ignore_errors=True)
            if time.monotonic() > end:
                break
    print(f"{tried} inputs tried, {found} without an answer")
    return 1 if found else 0


def _tally(kinds: list[str], numbers: range) -> int:
    failed = 0
    print("| kind | tried | without an answer |\n|---|---|---|")
    for kind in kinds:
        found = many(kind, numbers)
        failed += len(found)
        print(f"| {kind} | {len(numbers)} | {len(found)} |", flush=True)
        for one_found in found:
            print(one_found, file=sys.stderr)
    return 1 if failed else 0


def _keep(result: Found, folder: Path, cases: Path) -> None:
    print(result, flush=True)
    case = cases / f"{result.kind}-{result.number}"
    if case.exists():
        return
    shutil.copytree(folder, case, symlinks=True)
    again = f"python -m tests.fuzz --kind {result.kind} --number {result.number}"
    (case / "FOUND.txt").write_text(f"{result.why}\n{again}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

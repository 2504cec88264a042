"""How many small faults in the code the tests find: a mutation score, by mutmut (docs/quality.md).

    python -m pip install -r benchmarks/mutants.txt
    nice -n 15 python benchmarks/mutants.py                     all four parts; about an hour of two cores
    nice -n 15 python benchmarks/mutants.py --part evaluator    one part
    nice -n 15 python benchmarks/mutants.py --each 0            every mutant, not a sample (a night)

A mutant is the code with one small fault (``<`` for ``<=``, 1 for 0, a text changed, a call left out). It is
killed when a test of its part fails or does not end. The sample of a part is drawn with a fixed seed from all
its mutants. Mutants that no test could tell from the code are listed in ``mutants-equivalent.txt``, with the
reason, and are left out of the count.

mutmut imports a module by its path below ``src``, so that a copy of the repository is made first in which
``model`` has that name; nothing is written here.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EQUIVALENT = Path(__file__).with_name("mutants-equivalent.txt")
SEED = 20061128
KILLED = {"killed", "timeout", "segfault", "caught by type check"}
WITH_IT = (
    "reports", "tests", "data", "scenarios", "docs", "solve.py", "README.md", "pyproject.toml",
    "CONTRIBUTING.md",
)  # fmt: skip
MAKE = (
    "from mutmut.__main__ import *; makedirs('mutants', exist_ok=True); copy_src_dir(); "
    "copy_also_copy_files(); setup_source_paths(); create_mutants(1)"
)
RUN = "from mutmut.__main__ import cli; cli()"


@dataclass(frozen=True)
class Part:
    """Files that are changed, and the tests that are held against them."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    first: str = ""
    """Done once, before a process is split off for each mutant: what takes long and holds no mutant."""


PARTS = {
    "kinds": Part(("pdc/rules/kinds/*",), ("tests/rules/test_kinds.py",)),
    "evaluator": Part(("pdc/base/formula.py",), ("tests/base/test_formula.py",)),
    "hand": Part(
        ("pdc/ask/handmade/*",),
        (
            *(
                f"tests/ask/audit/test_hand_{name}.py"
                for name in ("told", "given", "tables", "looks", "years")
            ),
            "tests/ask/audit/test_what_numbers_say.py",
            "tests/ask/audit/test_rarer_hand_tables.py",
            "tests/ask/audit/test_table_shapes.py",
        ),
        "from helpers.turkey import turkey\n\nturkey()\n",
    ),
    "folder": Part(
        (
            *(f"pdc/base/{name}.py" for name in ("folder", "approved", "swap")),
            *("pdc_common/mark.py", "pdc/planning/seal.py"),
        ),
        ("tests/base/test_out.py", "tests/base/test_folders_rarely.py", "tests/planning/test_seal.py"),
    ),
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--part", choices=sorted(PARTS), action="append", help="default: all")
    asked.add_argument("--each", type=int, default=150, help="mutants tried of a part; 0: all")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--keep", type=Path, help="folder for the copies (there: mutmut show NAME)")
    asked.add_argument("--only", nargs="+", default=(), help="these mutants alone")
    given = asked.parse_args()
    below = 0
    for name in given.part or PARTS:
        with tempfile.TemporaryDirectory(prefix="pdc-mutants-") as place:
            room = (given.keep or Path(place)) / name
            below += score(name, _copy(room, PARTS[name]), given) < 90
    return 1 if below else 0


def _copy(room: Path, part: Part) -> Path:
    shutil.rmtree(room, ignore_errors=True)
    out = ("__pycache__", "*.pyc", ".pytest_cache")
    shutil.copytree(ROOT / "model", room / "src", ignore=shutil.ignore_patterns(*out))
    for name in WITH_IT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, room / name, ignore=shutil.ignore_patterns(*out))
        else:
            shutil.copy2(ROOT / name, room / name)
    settings = room / "pyproject.toml"
    # A test that kills a process of its own starts one that knows no mutants; any_table takes half a minute.
    text = settings.read_text("utf-8").replace('pythonpath = ["model", ', 'pythonpath = ["src", ')
    text += (
        "\n[tool.mutmut]\n"
        'source_paths = ["src"]\n'
        f"only_mutate = {json.dumps([f'src/{file}' for file in part.files])}\n"
        f"also_copy = {json.dumps(list(WITH_IT))}\n"
        f"pytest_add_cli_args_test_selection = {json.dumps(list(part.tests))}\n"
        'pytest_add_cli_args = ["-m", "not browser", "-k", "not killed and not any_table", '
        '"-p", "no:xdist"]\n'
        "track_dependencies = false\n"
        # Far off: on a busy machine tests take thrice as long, and that is no fault found.
        "timeout_multiplier = 8.0\n"
        "timeout_constant = 60.0\n"
    )
    settings.write_text(text, "utf-8")
    with (room / "tests" / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{part.first}")
    return room


def score(name: str, room: Path, given: argparse.Namespace) -> float:
    """Run one part and print its line; the score in per cent."""
    _mutmut(room, "-c", MAKE)
    known = {line.split("#")[0].strip() for line in EQUIVALENT.read_text("utf-8").splitlines()} - {""}
    every = sorted(_verdicts(room))
    chance, most = random.Random(given.seed), min(given.each or len(every), len(every))
    chosen = sorted(chance.sample(every, most))
    tried = [m for m in given.only or chosen if m not in known]
    _mutmut(room, "-c", RUN, "run", "--max-children", str(given.jobs), *tried)
    verdicts = _verdicts(room)
    if all(verdicts[m] == "not tried" for m in tried):
        sys.exit(f"{name}: the tests do not pass on the unchanged copy: {room / 'mutmut.log'} (--keep)")
    left = [m for m in tried if verdicts[m] not in KILLED]
    for mutant in left:
        print(f"  {verdicts[mutant]}: {mutant}")
    share = 1 - len(left) / max(1, len(tried))
    # Half the width of the interval (95 %) in which the score of all mutants lies.
    spread = 0.0 if len(chosen) == len(every) else 1.96 * math.sqrt(share * (1 - share) / max(1, len(tried)))
    print(
        f"{name}: {len(tried) - len(left)} of {len(tried)} killed, {100 * share:.1f} % ± {100 * spread:.1f} "
        f"(of {len(every)} mutants, {len(chosen) - len(tried)} of the sample equivalent)",
        flush=True,
    )
    return 100 * share


def _mutmut(room: Path, *words: str) -> None:
    roads = os.pathsep.join(str(room / "mutants" / name) for name in ("src", "reports"))
    # No PYTHONPATH of the repository itself: what runs is the copy.
    where = {**os.environ, "PDC_CACHE": "off", "PYTHONPATH": roads}
    with (room / "mutmut.log").open("ab") as log:
        subprocess.run([sys.executable, *words], cwd=room, env=where, stdout=log, stderr=log, check=False)


def _verdicts(room: Path) -> dict[str, str]:
    from mutmut.stats import status_by_exit_code  # noqa: PLC0415

    found: dict[str, str] = {}
    for meta in sorted((room / "mutants" / "src").rglob("*.py.meta")):
        for mutant, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items():
            found[mutant] = "not tried" if code is None else status_by_exit_code[code]
    return found


if __name__ == "__main__":
    sys.exit(main())

"""Write ``docs/clauses.md``: every clause, its reading, numbers, rules, worked cases and where it acts.

python docs/build_clauses.py                  writes docs/clauses.md
python docs/build_clauses.py --plan output    first counts where clauses act, from a plan's rules.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
for _folder in ("model", "reports", "tests"):
    sys.path.append(str(ROOT / _folder))

from helpers.clause_mark import Case, cases  # noqa: E402
from pdc.law import reading  # noqa: E402
from pdc.law.acts import FIELDS, Acts, acts, count  # noqa: E402
from pdc.law.reading import clause_order  # noqa: E402
from pdc.law.rulebook import Clause, Parameter  # noqa: E402
from pdc.law.scenario import plain  # noqa: E402

TARGET = HERE / "clauses.md"
COUNTS = ROOT / "model" / "pdc" / "law" / "acts.csv"

HEAD = """\
# The clauses

*Written by `docs/build_clauses.py`; do not edit. `solve.py rules` shows the same on the terminal.*

Every clause of the distribution principles of 2006: how it is read, its numbers (of the **law**, or an
**assumption** of ours where the law is silent), the rules that act for it, the worked cases that prove it,
and on how many places it acts in the built-in country (Türkiye 2023, base scenario): rows of `rules.csv`,
how many of them stand right at their limit (*binding*), how many are *short*. A clause of targets, supply,
eligibility, merges or lists has no such rows; it acts through the numbers that others are held against.

A number is changed with `--set CLAUSE.parameter=value` or in a scenario, never here.
"""

SECTIONS = {
    "A": "A. Genel hükümler · General provisions",
    "B.1": "B.1. Uzman tabip · Specialist physicians",
    "B.3": "B.3. Pratisyen tabip · General practitioners",
    "B.4.a": "B.4.a. Hemşire · Nurses",
    "B.4.b": "B.4.b. Ebe · Midwives",
    "B.4.c": "B.4.c. Sağlık teknisyeni, tıbbi sekreter · Technicians, medical secretaries",
    "B.5": "B.5. Diğer sağlık personeli · Other health staff",
}


def text() -> str:
    """The whole page."""
    book = reading.load()
    proofs: dict[str, list[Case]] = {}
    for case in cases():
        proofs.setdefault(case.clause, []).append(case)
    parts = [HEAD]
    shown = ""
    for number, entry in book.clauses.items():
        section = next(name for name in SECTIONS if number == name or number.startswith(f"{name}."))
        if section != shown:
            shown = section
            parts.append(f"## {SECTIONS[section]}\n")
        parts.append("\n".join(_clause(entry, proofs.get(number, []))))
    return "\n".join(parts)


def _clause(entry: Clause, proofs: list[Case]) -> Iterator[str]:
    yield f"### {entry.number}\n"
    yield f"{entry.text['en']}\n"
    yield f"> {entry.text['tr']}\n"
    if entry.parameters:
        yield "| parameter | value | unit | from | means |"
        yield "|---|---|---|---|---|"
        for parameter in entry.parameters.values():
            yield _parameter(parameter)
        yield ""
    file = f"[{entry.file}](../model/pdc/law/principles_2006/{entry.file})"
    yield f"- Rules: {', '.join(entry.kinds)}, in {file} ({entry.source})"
    yield f"- Acts on: {_acts(acts().get(entry.number, Acts()))}"
    if proofs:
        yield "- Worked cases:"
        for file_name, function, shows in _by_test(proofs):
            note = f" ({shows})" if shows else ""
            yield f"  - [{file_name}::{function}](../tests/law/{file_name}){note}"
    else:
        yield "- Worked cases: none"
    yield ""


def _by_test(proofs: list[Case]) -> Iterator[tuple[str, str, str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for case in proofs:
        found.setdefault((case.file, case.function), []).extend([case.shows] if case.shows else [])
    for (file, function), shows in found.items():
        yield file, function, ", ".join(sorted(set(shows)))


def _parameter(parameter: Parameter) -> str:
    value = shown_value(plain(parameter.value))
    if parameter.choices:
        value += f" (of {', '.join(parameter.choices)})"
    cells = (f"`{parameter.name}`", value, parameter.unit, parameter.origin, parameter.text["en"])
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def shown_value(value: Any) -> str:
    """A value as a reader wants it: ``34: 50, 6: 40``; ``100000 → 1, 200000 → 2``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown_value(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        pairs = [" → ".join(map(str, inner)) if isinstance(inner, list) else str(inner) for inner in value]
        return ", ".join(pairs)
    return str(value)


def _acts(found: Acts) -> str:
    if not found.instances:
        return "no row of its own"
    places = "place" if found.instances == 1 else "places"
    return f"{found.instances:,} {places}, {found.binding:,} binding, {found.short:,} short"


def refresh(plan: Path) -> None:
    """Count again where clauses act, from the ``rules.csv`` of a plan of the built-in country."""
    with (plan / "rules.csv").open(encoding="utf-8", newline="") as file:
        found = count(csv.DictReader(file))
    with COUNTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for number in sorted(found, key=clause_order):
            row = found[number]
            writer.writerow([number, row.instances, row.binding, row.short])
    acts.cache_clear()


def main() -> None:
    """Write the page (and the counts, with ``--plan``)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--plan", type=Path, help="plan folder of the built-in country, base scenario")
    arguments = parser.parse_args()
    if arguments.plan:
        refresh(arguments.plan)
    TARGET.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()

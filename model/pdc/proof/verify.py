"""Check a plan's certificate without any solver: feasibility, value and bound, in exact arithmetic.

For every group: numbers add up and keep their bounds and limits; they are the numbers of the plan's tables;
the MPS program holds for the plan's solution, row by row, in fractions; the prices explain every number,
which proves the optimum by duality (:mod:`pdc.proof.prices`). What cannot be proven that way is said.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isclose
from pathlib import Path
from typing import Any, Final

from pdc.base.levels import STAGES
from pdc.proof.files import FOLDER, ProofError, groups_in, read_sheet
from pdc.proof.nodes import Sheet
from pdc.proof.prices import links, unexplained
from pdc_common.levels import LEVELS

CLOSE: Final = 1e-9  # relative: sums of rounded terms
TABLES: Final = {"province": "plan_provinces.csv", "district": "plan_districts.csv", "unit": "plan_units.csv"}
CODE: Final = {level: f"{level}_code" for level in LEVELS}


@dataclass(frozen=True)
class Verdict:
    """What was found of a group: ``problems`` (empty: all holds), what is taken as given, why not proven."""

    group: str
    problems: tuple[str, ...]
    given: tuple[str, ...]
    unproven: str
    value: Mapping[str, float]

    @property
    def proven(self) -> bool:
        """Does everything hold, the optimum too?"""
        return not self.problems and not self.unproven


class NoCertificateError(Exception):
    """The plan was written without a certificate; ``why`` is ``kept`` (near a table) or ``tables_alone``."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(str(folder))
        self.folder = folder
        self.why = why


def verify_proof(folder: Path) -> Iterator[Verdict]:
    """Verdicts of all groups of a plan folder, one after the other.

    Raises :class:`NoCertificateError` where the plan never had one: nothing is missing then.
    """
    proof = folder / FOLDER
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    kept = "kept" in summary.get("options", {})
    if not proof.is_dir() and not summary.get("certificate", not kept):
        raise NoCertificateError(folder, "kept" if kept else "tables_alone")
    tables = {level: _posts(folder / name, CODE[level]) for level, name in TABLES.items()}
    planned = {entry["group"] for entry in summary["titles"].values()}
    found = set(groups_in(proof))
    for group in sorted(planned | found):
        if group not in found:
            yield Verdict(group, ("missing",), (), "", {})
            continue
        try:
            yield _group(proof, group, tables, summary["titles"])
        except ProofError as error:
            yield Verdict(group, (f"unreadable: {error}",), (), "", {})


def _posts(path: Path, code: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            found.setdefault(row["title"], {})[row[code]] = int(row["posts"])
    return found


def _group(
    proof: Path, group: str, tables: Mapping[str, dict[str, dict[str, int]]], titles: Mapping[str, Any]
) -> Verdict:
    sheet, price, stated = read_sheet(proof, group)
    problems = [*_sums(sheet), *_bounds(sheet), *_tables(sheet, tables)]
    value = sheet.value()
    summary = titles.get(sheet.titles[0], {})
    told = {f"tier{k}": v for k, v in summary.get("shortfall_by_tier", {}).items()} | summary.get(
        "deviation", {}
    )
    for stage in STAGES:
        for name, number in (("certificate", stated.get(stage)), ("summary", told.get(stage))):
            if number is None or not isclose(value[stage], number, rel_tol=CLOSE, abs_tol=CLOSE):
                problems.append(f"{stage}: {value[stage]} counted, {number} in the {name}")
    if (proof / f"{group}.mps.gz").is_file():
        problems += check_mps(proof / f"{group}.mps.gz", proof / f"{group}.sol.gz", value)
    elif sheet.unproven != "none_or":
        problems.append(f"{group}.mps.gz: missing")
    if not sheet.unproven:
        bad = unexplained(links(sheet), price)
        problems += [f"no price explains {'|'.join(map(str, link.step or link.above))}" for link in bad[:20]]
    return Verdict(group, tuple(problems), sheet.given, sheet.unproven, value)


def _sums(sheet: Sheet) -> Iterator[str]:
    """Children add up to their parent, provinces to the national number (A.1)."""
    below: dict[tuple[str, str, str], int] = {}
    for node in sheet.nodes:
        if node.level != LEVELS[0]:
            above = (node.title, LEVELS[LEVELS.index(node.level) - 1], node.parent)
            below[above] = below.get(above, 0) + node.posts
    for node in sheet.nodes:
        if node.level != LEVELS[-1] and below.get((node.title, node.level, node.code), 0) != node.posts:
            yield f"{node.title} {node.level} {node.code}: {node.posts} is not the sum below"
    for title, supply in sheet.supply.items():
        total = sum(n.posts for n in sheet.nodes if n.title == title and n.level == LEVELS[0])
        if supply is not None and total != supply:
            yield f"{title}: {total} is not the national number {supply}"


def _bounds(sheet: Sheet) -> Iterator[str]:
    for node in sheet.nodes:
        if node.posts < node.lower or (node.upper is not None and node.posts > node.upper):
            yield f"{node.title} {node.level} {node.code}: {node.posts} not in [{node.lower}, {node.upper}]"
    units = {(n.title, n.code): n.posts for n in sheet.nodes if n.level == LEVELS[-1]}
    for limit in sheet.together:
        total = sum(units.get((limit.title, unit), 0) for unit in limit.units)
        if total > limit.most:
            yield f"{limit.clause} {limit.title} {limit.province}: {total} > {limit.most}"


def _tables(sheet: Sheet, tables: Mapping[str, dict[str, dict[str, int]]]) -> Iterator[str]:
    """The certificate is of this plan: the same number everywhere, and nothing beside."""
    for title in sheet.titles:
        for level in LEVELS:
            mine = {n.code: n.posts for n in sheet.nodes if n.title == title and n.level == level}
            theirs = {code: posts for code, posts in tables[level].get(title, {}).items() if posts}
            for code in sorted(mine.keys() | theirs.keys()):
                if mine.get(code, 0) != theirs.get(code, 0):
                    yield (
                        f"{title} {level} {code}: {mine.get(code, 0)} in the certificate, "
                        f"{theirs.get(code, 0)} in {TABLES[level]}"
                    )


def check_mps(program: Path, solution: Path, value: Mapping[str, float]) -> Iterator[str]:
    """Every row and bound of the MPS program for the solution, in fractions; its objective rows too."""
    try:
        with gzip.open(solution, "rt", encoding="ascii") as text:
            x = {name: Fraction(number) for name, number in (line.split() for line in text)}
        yield from _rows(program, x, value)
    except (OSError, EOFError, ValueError, KeyError) as error:
        yield f"{program.name}: {error}"


def _rows(program: Path, x: Mapping[str, Fraction], value: Mapping[str, float]) -> Iterator[str]:
    section, whole = "", False
    left: dict[str, Fraction] = {}
    free: set[str] = set()
    columns: dict[str, bool] = {}
    low: dict[str, Fraction] = {}
    high: dict[str, Fraction] = {}
    with gzip.open(program, "rt", encoding="ascii") as text:
        for line in text:
            parts = line.split()
            if not line.startswith(" "):
                section = parts[0]
            elif section == "ROWS":
                left[parts[1]] = Fraction(0)
                if parts[0] == "N":
                    free.add(parts[1])
            elif section == "COLUMNS" and parts[1] == "'MARKER'":
                whole = parts[2] == "'INTORG'"
            elif section == "COLUMNS":
                columns[parts[0]] = whole
                if parts[0] in x:
                    left[parts[1]] += Fraction(parts[2]) * x[parts[0]]
            elif section == "RHS":
                left[parts[1]] -= Fraction(parts[2])
            elif section == "BOUNDS":
                (low if parts[0] == "LO" else high)[parts[2]] = Fraction(parts[3])
    for name in sorted(x.keys() - columns.keys()):
        yield f"{program.name}: no column {name}"
    for name, number in x.items():
        if number < low.get(name, 0) or (name in high and number > high[name]):
            yield f"{program.name}: {name} = {number} is out of its bounds"
        if columns.get(name) and number.denominator != 1:
            yield f"{program.name}: {name} = {number} is not whole"
    for name, least in low.items():
        if least > 0 and name not in x:
            yield f"{program.name}: {name} = 0 is out of its bounds"
    for row, gap in left.items():
        if row in free:
            if not isclose(float(gap), value[row], rel_tol=1e-7, abs_tol=1e-7):
                yield f"{program.name}: {row} comes to {float(gap)}, the plan to {value[row]}"
        elif gap:
            yield f"{program.name}: row {row} is off by {gap}"

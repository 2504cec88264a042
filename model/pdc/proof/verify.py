"""Check a plan's certificate without any solver: feasibility, value and bound, in exact arithmetic.

For every group: numbers add up and keep their bounds and limits; they are the numbers of the plan's tables;
the MPS program holds for the plan's solution, row by row, in fractions; the prices explain every number,
which proves the optimum by duality (:mod:`pdc.proof.prices`). What cannot be proven that way is said.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import isclose
from pathlib import Path
from typing import Any, Final

from pdc.base.levels import STAGES
from pdc.proof.counted import CODE, FREE, MARGINS, TABLES, Folder, against_tables, read, rows
from pdc.proof.files import (
    FOLDER,
    ProofError,
    graph_lines,
    groups_in,
    names,
    price_texts,
    read_rest,
    read_sheet,
    sheet_text,
)
from pdc.proof.folder_sums import folder_sums
from pdc.proof.margins import free, province_margins
from pdc.proof.near import FOLDER as NEAR
from pdc.proof.near import near_links, read_near, wrong
from pdc.proof.prices import (
    Graph,
    Link,
    NegativeCycleError,
    Vertex,
    links,
    merged,
    prices_and_core,
    unexplained,
)
from pdc.proof.program_check import Codes, Program, read_program, same_program
from pdc.proof.sheet import Cost, Sheet
from pdc_common.bounded import text_of, unpacked
from pdc_common.levels import LEVELS

CLOSE: Final = 1e-9  # relative: sums of rounded terms
MOST: Final = 50  # problems of a kind that are told
TABLES_OF: Final = "tables"  # the group of what the tables say among themselves


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
    summary = json.loads(text_of(folder / "summary.json"))
    kept = "kept" in summary.get("options", {})
    near = bool(summary.get("near_proof"))
    if near:
        proof = folder / NEAR
    elif not proof.is_dir() and not summary.get("certificate", not kept):
        raise NoCertificateError(folder, "kept" if kept else "tables_alone")
    try:
        tables = read(folder)
        codes = {level: [row[CODE[level]] for row in rows(folder / f"{level}s.csv")] for level in LEVELS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Verdict(TABLES_OF, (f"unreadable: {error!r}",), (), "", {})
        return
    wrong = tuple(islice(_guarded(folder_sums(folder, tables)), MOST))
    if wrong:
        yield Verdict(TABLES_OF, wrong, (), "", {})
    planned = {entry["group"] for entry in summary["titles"].values()}
    found = set(groups_in(proof))
    for group in sorted(planned | found):
        if group not in found:
            yield Verdict(group, ("missing",), (), "", {})
            continue
        try:
            yield (_near_group(proof, group, tables) if near else _group(proof, group, tables, codes))
        except ProofError as error:
            yield Verdict(group, (f"unreadable: {error}",), (), "", {})


def _guarded(found: Iterator[str]) -> Iterator[str]:
    """Problems; what cannot be counted at all is one."""
    try:
        yield from found
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        yield f"cannot be counted: {error!r}"


def _group(proof: Path, group: str, tables: Folder, codes: Codes) -> Verdict:
    sheet, price, stated = read_sheet(proof, group)
    problems = [*_sums(sheet), *_bounds(sheet), *_tables(sheet, tables)]
    problems += islice(_guarded(against_tables(sheet, tables)), MOST)
    value = sheet.value()
    problems += _values(sheet, value, stated, tables)
    if (proof / f"{group}.mps.gz").is_file():
        problems += check_mps(proof / f"{group}.mps.gz", proof / f"{group}.sol.gz", value, sheet, codes)
    elif sheet.unproven != "none_or":
        problems.append(f"{group}.mps.gz: missing")
    if not sheet.unproven:
        bad = unexplained(links(sheet), price)
        problems += [_unexplained(link) for link in bad[:20]]
        if not bad:
            problems += islice(_guarded(_from_prices(proof, sheet, price, tables)), MOST)
    return Verdict(group, tuple(problems), sheet.given, sheet.unproven, value)


def _unexplained(link: Link) -> str:
    return f"no price explains {'|'.join(map(str, link.step or link.above))}"


def _near_group(proof: Path, group: str, tables: Folder) -> Verdict:
    """A group that was kept near a table: its numbers, the moves, the prices of places and of a move."""
    sheet, price, stated = read_sheet(proof, group)
    near = read_near(proof, group)
    problems = [*_sums(sheet), *_bounds(sheet), *_tables(sheet, tables)]
    problems += islice(_guarded(against_tables(sheet, tables)), MOST)
    value = sheet.value()
    problems += _values(sheet, value, stated, tables)
    kept = tables.summary["options"]["kept"]
    if kept != {"level": near.level, "moves": near.moves}:
        problems.append(f"kept {near.level} {near.moves} in the certificate, {kept} in summary.json")
    if not sheet.unproven:
        problems += islice(_guarded(wrong(sheet, near)), MOST)
        if not problems:
            bad = unexplained(near_links(sheet, near), price)
            problems += [_unexplained(link) for link in bad[:20]]
    return Verdict(group, tuple(problems), (*sheet.given, "kept_table"), sheet.unproven, value)


def _values(
    sheet: Sheet, value: Mapping[str, float], stated: Mapping[str, float], tables: Folder
) -> Iterator[str]:
    """The values by stage, counted anew, against those of the certificate and of the summary."""
    summary = tables.summary["titles"].get(sheet.titles[0], {})
    told = {f"tier{k}": v for k, v in summary.get("shortfall_by_tier", {}).items()} | summary.get(
        "deviation", {}
    )
    for stage in STAGES:
        for name, number in (("certificate", stated.get(stage)), ("summary", told.get(stage))):
            if number is None or not isclose(value[stage], number, rel_tol=CLOSE, abs_tol=CLOSE):
                yield f"{stage}: {value[stage]} counted, {number} in the {name}"


def _from_prices(
    proof: Path, sheet: Sheet, price: Mapping[Vertex, Cost], tables: Folder
) -> Iterator[str]:
    """What stands in the folder and follows from the prices: arcs, free numbers, margins of the provinces."""
    found = links(sheet)
    plain = merged(found)
    given = read_rest(proof / f"{sheet.group}.json.gz")
    arcs = None
    if given.get("arcs") is not None:
        # Earlier versions wrote them down; what is there has to be right.
        arcs = graph_lines(Graph(plain).without("joint"))
    due = json.loads(sheet_text(sheet, sheet.value(), price_texts(price), arcs))
    yield from (
        f"{sheet.group}.json.gz: {key} is not what the nodes give"
        for key in due.keys() | given.keys()
        if due.get(key) != given.get(key)
    )
    posts = {(n.title, n.level, n.code): n.posts for n in sheet.nodes}
    could = {
        place[:3]: (str(posts[place[:3]]), str(int(more)), str(int(fewer)))
        for place, (more, fewer) in free(found, price).items()
    }
    told = {
        (row["title"], row["level"], row["code"]): (row["posts"], row["one_more"], row["one_fewer"])
        for title in sheet.titles
        for row in tables.beside[FREE].get(title, ())
    }
    yield from _same(could, told, FREE)
    try:
        margins = province_margins(found, price, prices_and_core(plain)[1])
    except NegativeCycleError as error:
        yield f"an exchange betters the plan: {names(error.steps)}"
        return
    costs = {
        (*step[:3], str(step[3])): (margin.near, margin.changes)
        for step, margin in margins.items()
        if margin is not None
    }
    listed = {
        (row["title"], row["level"], row["code"], row["step"]): (
            tuple(float(row[stage]) for stage in STAGES),
            row["changes"],
        )
        for title in sheet.titles
        for row in tables.beside[MARGINS].get(title, ())
    }
    yield from _same(costs, listed, MARGINS)


def _same(due: Mapping[Any, Any], told: Mapping[Any, Any], name: str) -> Iterator[str]:
    for key in sorted(due.keys() | told.keys()):
        if due.get(key) != told.get(key):
            yield f"{name}: {' '.join(key)}: {told.get(key)}, {due.get(key)} is due"


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


def _tables(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """The certificate is of this plan: the same number everywhere, and nothing beside."""
    for title in sheet.titles:
        for level in LEVELS:
            mine = {n.code: n.posts for n in sheet.nodes if n.title == title and n.level == level}
            every = tables.places(title, level)
            theirs = {code: int(row["posts"]) for code, row in every if row["posts"] != "0"}
            for code in sorted(mine.keys() | theirs.keys()):
                if mine.get(code, 0) != theirs.get(code, 0):
                    yield (
                        f"{title} {level} {code}: {mine.get(code, 0)} in the certificate, "
                        f"{theirs.get(code, 0)} in {TABLES[level]}"
                    )


def check_mps(
    program: Path,
    solution: Path,
    value: Mapping[str, float],
    sheet: Sheet | None = None,
    codes: Codes | None = None,
) -> Iterator[str]:
    """Every row and bound of the MPS program for the solution, in fractions; its objective rows too.

    With ``sheet`` and ``codes``: is it the program of those nodes, and the solution the plan?
    """
    try:
        with io.StringIO(unpacked(solution).decode("ascii")) as text:
            x = {name: Fraction(number) for name, number in (line.split() for line in text)}
        read = read_program(program)
        yield from _rows(program.name, read, x, value)
        if sheet is not None and codes is not None:
            found = same_program(sheet, read, x, codes)
            yield from (f"{program.name}: {problem}" for problem in islice(found, MOST))
    except (OSError, EOFError, ValueError, KeyError, IndexError, ZeroDivisionError) as error:
        yield f"{program.name}: {error!r}"


def _rows(
    name: str, program: Program, x: Mapping[str, Fraction], value: Mapping[str, float]
) -> Iterator[str]:
    left = {row: -rhs for row, rhs in program.rows.items()}
    for column, number in x.items():
        for row, entry in program.entries.get(column, {}).items():
            left[row] += entry * number
    for column in sorted(x.keys() - program.entries.keys()):
        yield f"{name}: no column {column}"
    for column, number in x.items():
        high = program.high.get(column)
        if number < program.low.get(column, 0) or (high is not None and number > high):
            yield f"{name}: {column} = {number} is out of its bounds"
        if column in program.whole and number.denominator != 1:
            yield f"{name}: {column} = {number} is not whole"
    for column, least in program.low.items():
        if least > 0 and column not in x:
            yield f"{name}: {column} = 0 is out of its bounds"
    for row, gap in left.items():
        if row in program.free:
            if not isclose(float(gap), value[row], rel_tol=1e-7, abs_tol=1e-7):
                yield f"{name}: {row} comes to {float(gap)}, the plan to {value[row]}"
        elif gap:
            yield f"{name}: row {row} is off by {gap}"

"""A certificate against the tables beside it: whatever the folder says twice must say the same.

Targets, national numbers, floors, limits, shortfalls and norm of the certificate are those of ``plan_*.csv``,
``national.csv``, ``rules.csv`` and ``summary.json``; a group that must have a proof has one. That all of them
say what tables and law give is for :mod:`pdc.ask.verify` to find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import Any, Final

from pdc.base.exact import Fraction
from pdc.base.levels import LEAST_TARGET
from pdc.base.numbers import DIGITS, decimal
from pdc.proof.sheet import TIERS, Node, Sheet
from pdc_common.bounded import held, text_of
from pdc_common.cells_csv import plain_dicts
from pdc_common.levels import LEVELS

Row = Mapping[str, str]
Place = tuple[str, str, str]  # title, level, code
TABLES: Final = {"province": "plan_provinces.csv", "district": "plan_districts.csv", "unit": "plan_units.csv"}
CODE: Final = {level: f"{level}_code" for level in LEVELS}
CLOSE: Final = 1e-9
FREE, MARGINS = "free_cells.csv", "margins.csv"
STOPPED: Final = "time_limit"


@dataclass(frozen=True)
class Folder:
    """The tables of a plan folder, read once."""

    summary: Mapping[str, Any]
    plan: Mapping[Place, Row]
    soft: Mapping[Place, list[Row]]  # rules with a tier, by title (or titles, joined by +), level, code
    hard: Mapping[Place, list[Row]]
    kinds: Mapping[str, frozenset[str]]  # of clauses
    national: Mapping[str, Row]
    pins: Mapping[Place, int]
    clauses: Mapping[str, int] = field(default_factory=dict)  # posts short by clause, counted
    beside: Mapping[str, Mapping[str, list[Row]]] = field(default_factory=dict)  # by file, by title

    def places(self, title: str, level: str) -> Iterator[tuple[str, Row]]:
        """Rows of a title at a level of the plan, by code."""
        return ((code, row) for (t, of, code), row in self.plan.items() if t == title and of == level)


def read(folder: Path) -> Folder:
    """All tables that a certificate is held against. Raises what reading raises."""
    summary = json.loads(text_of(folder / "summary.json"))
    plan: dict[Place, Row] = {}
    for level, name in TABLES.items():
        for row in rows(folder / name):
            plan[row["title"], level, row[CODE[level]]] = row
    soft: dict[Place, list[Row]] = {}
    hard: dict[Place, list[Row]] = {}
    short: dict[str, int] = {}
    for row in rows(folder / "rules.csv"):
        found = soft if row["tier"] else hard
        found.setdefault((row["title"], row["level"], row["code"]), []).append(row)
        if row["tier"] and int(row["shortfall"]):
            short[row["clause"]] = short.get(row["clause"], 0) + int(row["shortfall"])
    kinds = {row["clause"]: frozenset(row["kinds"].split("+")) for row in rows(folder / "clauses.csv")}
    national = {row["title"]: row for row in rows(folder / "national.csv")}
    pins = {
        (pin["title"], pin["level"], str(pin["code"])): int(pin["posts"])
        for pin in summary.get("scenario", {}).get("pins", ())
    }
    beside: dict[str, dict[str, list[Row]]] = {name: {} for name in (FREE, MARGINS)}
    for name, titles in beside.items():
        for row in rows(folder / name) if (folder / name).is_file() else ():
            titles.setdefault(row["title"], []).append(row)
    return Folder(summary, plan, soft, hard, kinds, national, pins, short, beside)


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with held(path).open(encoding="utf-8", newline="") as text:
        return list(plain_dicts(text))


def against_tables(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """Where a certificate and the tables beside it do not say the same."""
    yield from _group(sheet, tables)
    yield from _supply(sheet, tables)
    yield from _targets(sheet, tables)
    for node in sheet.nodes:
        yield from _floors(node, tables)
        yield from _bounds(node, sheet, tables)
    yield from _joint(sheet, tables)
    yield from _together(sheet, tables)
    yield from _elsewhere(sheet, tables)


def _group(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """Titles and norm, and whether the group may go without a proof."""
    titles = {title for title, entry in tables.summary["titles"].items() if entry["group"] == sheet.group}
    if titles and titles != set(sheet.titles):
        yield f"{'+'.join(sheet.titles)} in the certificate, {'+'.join(sorted(titles))} in summary.json"
    norm = tables.summary["options"]["norm"]
    if sheet.norm != norm:
        yield f"norm {sheet.norm} in the certificate, {norm} in summary.json"
    if sheet.unproven and sheet.unproven not in _may_lack(sheet, tables):
        yield f"unproven ({sheet.unproven}) in the certificate, though nothing in the plan makes it so"
    kinds = {"orders": "order", "totals": "share"}
    for what in sheet.given:
        if not any(kinds.get(what, "") in tables.kinds.get(row["clause"], ()) for row in _of(sheet, tables)):
            yield f"{what} taken as given, though rules.csv has none"


def _of(sheet: Sheet, tables: Folder) -> Iterator[Row]:
    """Rules of the group's titles."""
    for found in (tables.hard, tables.soft):
        for (title, _, _), listed in found.items():
            if title in sheet.titles:
                yield from listed


def _may_lack(sheet: Sheet, tables: Folder) -> set[str]:
    """Reasons for which this group may go without prices."""
    may = {sheet.norm} & {"minimax"}
    if any("none_or" in tables.kinds.get(row["clause"], ()) for row in _of(sheet, tables)):
        may.add("none_or")
    states = {tables.summary["titles"].get(title, {}).get("status") for title in sheet.titles}
    if states == {STOPPED} and tables.summary["status"] == STOPPED:
        may.add(STOPPED)
    if "kept" in tables.summary["options"]:
        may.add("near")  # kept near a table, and no tree: docs/repair.md
    if any("on_top" in tables.summary["titles"].get(title, {}) for title in sheet.titles):
        may.add("on_top")  # made in two steps: summary.json says how many posts the second added
    limited = [(limit.title, unit) for limit in sheet.together for unit in limit.units]
    together: dict[str, tuple[str, ...]] = {}
    crossed = any(together.setdefault(j.unit, j.titles) != j.titles for j in sheet.joint)
    units = {unit for _, unit in limited}
    if crossed or len(limited) != len(set(limited)) or any(j.unit in units for j in sheet.joint):
        may.add("crossed")
    return may


def _supply(sheet: Sheet, tables: Folder) -> Iterator[str]:
    for title in sheet.titles:
        supply = sheet.supply.get(title)
        entry, national = tables.summary["titles"].get(title, {}), tables.national.get(title, {})
        posts = sum(n.posts for n in sheet.nodes if n.title == title and n.level == LEVELS[0])
        text = "" if supply is None else str(supply)
        if entry.get("supply") != supply:
            yield f"{title}: national number {text or 'none'}, {entry.get('supply')} in summary.json"
        if national.get("supply") != text:
            yield f"{title}: national number {text or 'none'}, {national.get('supply')} in national.csv"
        for name, told in (("summary.json", entry.get("posts")), ("national.csv", national.get("posts"))):
            if str(told) != str(posts):
                yield f"{title}: {posts} posts, {told} in {name}"


def _targets(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """The same targets, rounded as tables round them; nothing where the title may not be."""
    known = {(n.title, n.level, n.code): n for n in sheet.nodes}
    for title in sheet.titles:
        for level in LEVELS:
            for code, row in tables.places(title, level):
                node = known.get((title, level, code))
                if node is None and level != LEVELS[0] and int(row["posts"]):
                    yield f"{title} {level} {code}: {row['posts']} posts in {TABLES[level]}, no place for any"
                target = "" if node is None else f"{decimal(Fraction(node.target)):.{DIGITS}f}"
                if node is not None and row["target"] != target:
                    yield f"{title} {level} {code}: target {target}, {row['target']} in the table"
                gap = round(int(row["posts"]) - float(row["target"]), DIGITS)
                if float(row["deviation"]) != gap:
                    yield f"{title} {level} {code}: deviation {gap}, {row['deviation']} in the table"
    for place, node in known.items():
        if place not in tables.plan:
            yield f"{node.title} {node.level} {node.code}: not in {TABLES[node.level]}"


def _floors(node: Node, tables: Folder) -> Iterator[str]:
    """What tiers ask of a place is what its rows in rules.csv come to."""
    place = (node.title, node.level, node.code)
    found = tables.soft.get(place, [])
    name = " ".join(place)
    hard = tables.hard.get(place, ()) if node.level == LEVELS[-1] else ()  # above: sums of some units
    for row in (*found, *hard):
        if row["posts"] != str(node.posts):
            yield f"{name}: {node.posts} posts, {row['posts']} in rules.csv ({row['clause']})"
    below = 0
    for tier in TIERS:
        need, end = node.required[tier - 1], node.excess[tier - 1]
        mine = [row for row in found if int(row["tier"]) == tier]
        # A soft band shows the end that is nearer; what it asks for is not to be seen.
        upto = [row for row in found if int(row["tier"]) <= tier]
        banded = any("band" in tables.kinds.get(row["clause"], ()) for row in upto)
        asked = [int(row["required"]) for row in upto]
        if need < below:
            yield f"{name}: tier {tier} asks for less than the tier before"
        if not banded and need > below + sum(int(row["required"]) for row in mine):
            yield f"{name}: {need} asked for in tier {tier}, less in rules.csv"
        if asked and not banded and need < max(asked):
            yield f"{name}: {need} asked for in tier {tier}, {max(asked)} in rules.csv"
        if len(asked) == 1 and not banded and need != asked[0]:
            yield f"{name}: {need} asked for in tier {tier}, {asked[0]} in rules.csv"
        if end is not None and not mine:
            yield f"{name}: at most {end} in tier {tier}, nothing in rules.csv"
        short, told = node.shortfall(tier, node.posts), sum(int(row["shortfall"]) for row in mine)
        over = end is not None and node.posts > end
        if (short == 0) != (told == 0) or (not banded and not over and short != told):
            yield f"{name}: {short} short in tier {tier}, {told} in rules.csv"
        below = need


def _bounds(node: Node, sheet: Sheet, tables: Folder) -> Iterator[str]:
    """Hard bounds are those of caps, bands and pins, or of what the proof takes as given."""
    place = (node.title, node.level, node.code)
    hard = [(tables.kinds.get(row["clause"], frozenset()), row) for row in tables.hard.get(place, ())]
    if any("band" in kinds for kinds, _ in hard):
        return  # rules.csv shows the nearer end alone
    pin = tables.pins.get(place)
    caps = [
        int(row["required"]) for kinds, row in hard
        if node.level == LEVELS[-1] and row["required"] and (kinds & {"cap"} or not kinds & {"none_or"})
    ]  # fmt: skip
    least = pin or 0
    most = min([*caps, *([] if pin is None else [pin])], default=None)
    if "totals" in sheet.given and node.level == LEVELS[0]:
        least = most = node.posts
    if tables.summary["options"]["strict"]:
        least = max(least, node.required[-1])
        ends = [end for end in (*node.excess, most) if end is not None]
        most = min(ends, default=None)
    lowers, uppers = {least}, {most}
    if "orders" in sheet.given and node.level == LEVELS[-1]:
        lowers.add(max(least, node.required[-1]))
        uppers.add(0)
        if node.lower <= node.posts and node.lower not in lowers and _ordered(node, tables):
            lowers.add(node.lower)  # what the first units of an order with a number of its own need
    name = " ".join(place)
    if node.lower not in lowers:
        yield f"{name}: at least {node.lower}, {least} by rules.csv"
    if node.upper not in uppers:
        yield f"{name}: at most {node.upper}, {most} by rules.csv"


def _ordered(node: Node, tables: Folder) -> bool:
    """Has the title an order whose need is a number, not the floors?"""
    need = max(node.required[-1], 1)
    for (title, level, _), found in tables.hard.items():
        if title != node.title or level != LEVELS[0]:
            continue
        for row in found:
            waits = "order" in tables.kinds.get(row["clause"], ())
            if waits and row["required"] == "" and row["posts"] not in ("", "0"):
                return node.lower <= need
    return False


def _joint(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """Joint floors are those of rules.csv, and none is left out."""
    asked: dict[tuple[str, int], int] = {}
    for (titles, level, code), found in tables.soft.items():
        if "+" in titles and level == LEVELS[-1] and set(titles.split("+")) & set(sheet.titles):
            for row in found:
                key = code, int(row["tier"])
                asked[key] = max(asked.get(key, 0), int(row["required"]))
    held: dict[tuple[str, int], int] = {}
    for joint in sheet.joint:
        key = joint.unit, joint.tier
        held[key] = max(held.get(key, 0), joint.amount)
    open_ = {n.code for n in sheet.nodes if n.level == LEVELS[-1]}
    for key in sorted(held.keys() | {key for key in asked if key[0] in open_}):
        if held.get(key, 0) != asked.get(key, 0):
            amounts = f"{held.get(key, 0)}, {asked.get(key, 0)} in rules.csv"
            yield f"joint floor of {key[0]}, tier {key[1]}: {amounts}"


def _together(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """Common limits are those of rules.csv."""
    for limit in sheet.together:
        found = tables.hard.get((limit.title, LEVELS[0], limit.province), ())
        told = {row["required"] for row in found if row["clause"] == limit.clause}
        if str(limit.most) not in told:
            yield f"{limit.clause} {limit.title} {limit.province}: at most {limit.most}, not so in rules.csv"
    known = {(limit.clause, limit.title, limit.province) for limit in sheet.together}
    for (title, level, code), found in tables.hard.items():
        if title not in sheet.titles or level != LEVELS[0]:
            continue
        for row in found:
            kinds = tables.kinds.get(row["clause"], frozenset())
            limits = kinds & {"cap", "share"} and not kinds & {"band", "order"}
            if limits and row["required"] and (row["clause"], title, code) not in known:
                yield f"{row['clause']} {title} {code}: a limit of rules.csv is not in the certificate"


def _elsewhere(sheet: Sheet, tables: Folder) -> Iterator[str]:
    """What is short, and how far provinces are, where the title may not be."""
    known = {(n.title, n.level, n.code) for n in sheet.nodes}
    open_ = {n.code for n in sheet.nodes if n.level == LEVELS[-1]}
    for tier in TIERS:
        short = 0
        for place, found in tables.soft.items():
            titles = set(place[0].split("+"))
            away = place not in known if len(titles) == 1 else place[2] not in open_
            if titles & set(sheet.titles) and away:
                short += sum(int(row["shortfall"]) for row in found if int(row["tier"]) == tier)
        known_short = sheet.elsewhere.get(f"tier{tier}", 0)
        if short != known_short:
            yield f"tier {tier}: {known_short} short where the title may not be, {short} in rules.csv"
    far = sum(
        max(float(row["target"]), float(LEAST_TARGET))
        for title in sheet.titles
        for code, row in tables.places(title, LEVELS[0])
        if (title, LEVELS[0], code) not in known
    )
    told = float(sheet.elsewhere.get(LEVELS[0], 0))
    if not isclose(far, told, rel_tol=CLOSE, abs_tol=1e-6):
        yield f"provinces: {told} where the title may not be, {far} by plan_provinces.csv"

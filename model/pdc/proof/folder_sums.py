"""A plan folder's tables against one another: sums, statuses, vacancies, what could be otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Final

from pdc.base.levels import STAGES
from pdc.proof.counted import CLOSE, CODE, STOPPED, Folder, rows
from pdc.proof.sheet import TIERS
from pdc_common.levels import ALL_LEVELS, LEVELS

OPTIMAL: Final = "optimal"
STATES: Final = {"kept", "binding", "short", "not_applicable"}


def folder_sums(folder: Path, tables: Folder) -> Iterator[str]:
    """Where the tables and the summary do not add up."""
    yield from _summary(tables)
    yield from _national(tables)
    yield from _rules(tables)
    if (folder / "changes.csv").is_file():
        yield from _changes(folder, tables)
    if (folder / "since.csv").is_file():
        yield from _since(folder, tables)


def _summary(tables: Folder) -> Iterator[str]:
    summary, titles = tables.summary, tables.summary["titles"]
    groups = {entry["group"]: entry for entry in titles.values()}
    for tier in TIERS:
        told = summary["shortfall"].get(str(tier))
        counted = sum(int(entry["shortfall_by_tier"][str(tier)]) for entry in groups.values())
        if told != counted:
            yield f"summary.json: {told} short in tier {tier}, {counted} by its titles"
        soft = (row for found in tables.soft.values() for row in found)
        listed = sum(int(row["shortfall"]) for row in soft if row["tier"] == str(tier))
        if told != listed:
            yield f"summary.json: {told} short in tier {tier}, {listed} in rules.csv"
    if summary["shortfall_by_clause"] != tables.clauses:
        yield f"summary.json: shortfall_by_clause is not that of rules.csv ({tables.clauses})"
    for level in LEVELS:
        told = summary["deviation"].get(level)
        far = sum(float(entry["deviation"][level]) for entry in groups.values())
        if told is None or not isclose(float(told), far, rel_tol=CLOSE, abs_tol=CLOSE):
            yield f"summary.json: deviation of {level} {told}, {far} by its titles"
    states = {entry["status"] for entry in titles.values()}
    if summary["status"] != (OPTIMAL if states <= {OPTIMAL} else STOPPED):
        yield f"summary.json: status {summary['status']}, {', '.join(sorted(states))} by its titles"
    for title, entry in titles.items():
        if entry["shortfall"] != sum(entry["shortfall_by_tier"].values()):
            yield f"summary.json: {title}: shortfall is not the sum of its tiers"
        if entry["gap"] != (0.0 if entry["status"] == OPTIMAL else None):
            yield f"summary.json: {title}: gap {entry['gap']} of a plan that is {entry['status']}"
        value = {f"tier{k}": v for k, v in entry["shortfall_by_tier"].items()} | entry["deviation"]
        for stage in STAGES:
            bound = entry["bound"].get(stage)
            if entry["status"] == OPTIMAL and (
                bound is None or not isclose(bound, value[stage], rel_tol=CLOSE, abs_tol=CLOSE)
            ):
                yield f"summary.json: {title}: bound of {stage} {bound}, the plan comes to {value[stage]}"


def _national(tables: Folder) -> Iterator[str]:
    titles = tables.summary["titles"]
    for title, row in tables.national.items():
        planned = title in titles
        if row["planned"] != str(int(planned)) or (not planned and row["posts"] != "0"):
            yield f"national.csv: {title}: planned {row['planned']}, posts {row['posts']}"
    yield from (f"national.csv: {title} is missing" for title in titles if title not in tables.national)


def _rules(tables: Folder) -> Iterator[str]:
    """A row's status and shortfall are those of its numbers."""
    for found in (tables.soft, tables.hard):
        for place, listed in found.items():
            for row in listed:
                name = f"rules.csv: {row['clause']} {' '.join(place)}"
                if place[1] not in ALL_LEVELS:
                    yield f"{name}: level {place[1]}"
                if row["status"] not in STATES:
                    yield f"{name}: status {row['status']}"
                short = int(row["shortfall"])
                if row["tier"] and row["required"] and (short > 0) and row["status"] != "short":
                    yield f"{name}: {short} short, {row['status']}"
                if not row["tier"] and short:
                    yield f"{name}: a hard rule is broken by {short}"
                yield from _posts(row, place, tables, name)
                yield from _status(row, name)


def _posts(row: Mapping[str, str], place: tuple[str, str, str], tables: Folder, name: str) -> Iterator[str]:
    titles, level, code = place
    if not row["posts"] or level not in LEVELS:
        if row["posts"] and level == "national" and titles in tables.national:
            total = tables.national[titles]["posts"]
            if row["posts"] != total:
                yield f"{name}: {row['posts']} posts, {total} in national.csv"
        return
    kinds = tables.kinds.get(row["clause"], frozenset())
    if level == LEVELS[0] and not row["tier"] and kinds & {"cap", "share", "order"}:
        return  # posts of some units of the province
    have = sum(int(tables.plan.get((t, level, code), {}).get("posts", 0)) for t in titles.split("+"))
    if int(row["posts"]) != have:
        yield f"{name}: {row['posts']} posts, {have} in the plan"


def _status(row: Mapping[str, str], name: str) -> Iterator[str]:
    """Right at the limit is binding; below what is asked for is short."""
    if not row["tier"] or not row["required"] or not row["posts"]:
        return
    have, need, short = int(row["posts"]), int(row["required"]), int(row["shortfall"])
    if short > abs(need - have):
        yield f"{name}: {short} short with {have} of {need}"
    if not short and row["status"] == "binding" and have != need:
        yield f"{name}: binding with {have} of {need}"
    if row["status"] == "kept" and have == need:
        yield f"{name}: kept with {have} of {need}, right at the limit"


def _changes(folder: Path, tables: Folder) -> Iterator[str]:
    """Vacancies and surplus are the plan less the staff; staff of the provinces add up."""
    filled: dict[tuple[str, str], int] = {}
    place = {
        row["unit_code"]: (row["province_code"], row["district_code"]) for row in rows(folder / "units.csv")
    }
    for row in rows(folder / "changes.csv"):
        title, unit = row["title"], row["unit_code"]
        posts = int(tables.plan.get((title, LEVELS[-1], unit), {}).get("posts", 0))
        have = int(row["filled"])
        wanted = (str(posts), str(max(0, posts - have)), str(max(0, have - posts)))
        if (row["posts"], row["vacancy"], row["surplus"]) != wanted:
            yield f"changes.csv: {title} {unit}: posts, vacancy, surplus {', '.join(wanted)} are due"
        if place.get(unit) != (row["province_code"], row["district_code"]):
            yield f"changes.csv: {title} {unit}: not in district {row['district_code']}"
        key = row["province_code"], title
        filled[key] = filled.get(key, 0) + have
    for row in rows(folder / "filled.csv"):
        key = row["province_code"], row["title"]
        if row["title"] in tables.summary["titles"] and filled.get(key, 0) != int(row["filled"]):
            yield f"filled.csv: {key[1]} {key[0]}: {row['filled']}, {filled.get(key, 0)} in changes.csv"


def _since(folder: Path, tables: Folder) -> Iterator[str]:
    """What changed since last year's table is told with the numbers of this plan."""
    for row in rows(folder / "since.csv"):
        title, level = row["title"], row["level"]
        name = f"since.csv: {title} {level} {row['code']}"
        if int(row["plan"]) - int(row["base"]) != int(row["difference"]):
            yield f"{name}: {row['difference']} is not {row['plan']} − {row['base']}"
        posts = int(tables.plan.get((title, level, row["code"]), {}).get("posts", 0))
        if level in LEVELS and int(row["plan"]) != posts:
            yield f"{name}: {row['plan']}, {posts} in the plan"


assert CODE

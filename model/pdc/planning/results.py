"""Result tables of a plan (docs/data.md), and beside them what a reader needs to know.

Frames are built once, sorted canonically; ``write`` turns them into files, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.base.levels import STAGES
from pdc.base.numbers import Floats, Ints, decimals
from pdc.country.country import Country, Notice, level_sums
from pdc.law.rulebook import Rulebook
from pdc.planning.group_plan import GroupPlan
from pdc.planning.names import names, province_codes
from pdc.planning.staffing import changes, group_tables, has_staff, lists
from pdc.rules.assignments import assignments
from pdc.rules.cells import KEPT, NOT_APPLICABLE
from pdc.rules.kinds import KINDS, Finding
from pdc_common.levels import ALL_LEVELS, LEVELS
from pdc_common.text import Lang, say, table

FINEST_FIRST: Final = LEVELS[::-1]
_KEYS: Final = {
    "unit": ["province_code", "district_code", "unit_code"],
    "district": ["province_code", "district_code"],
    "province": ["province_code"],
}
PLURAL: Final = {"unit": "units", "district": "districts", "province": "provinces"}


@dataclass(frozen=True, eq=False)
class Results:
    """All result tables by file name (without ``.csv``), and the notices still to be worded."""

    frames: Mapping[str, pd.DataFrame]
    notices: tuple[Notice, ...]


def build(
    country: Country, rulebook: Rulebook, plans: Iterable[GroupPlan], reasons: Mapping[str, Notice]
) -> Results:
    """Tables of the planned titles; ``reasons`` says why the others are not planned."""
    plans = tuple(plans)
    order = {title.code: i for i, title in enumerate(rulebook.titles)}
    frames: dict[str, pd.DataFrame] = {}
    for level in FINEST_FIRST:
        frames[f"plan_{PLURAL[level]}"] = _plan(country, plans, order, level)
    frames["rules"] = _rules(country, rulebook, plans, order)
    if has_staff(country):
        frames["changes"] = changes(country, plans, order)
        frames |= lists(frames["changes"], order)
        provinces = country.provinces["province_code"].tolist()
        frames |= group_tables(frames["changes"], provinces, rulebook.service_groups, order)
    frames["filled"] = _filled(country)
    frames["free_cells"] = _free(country, plans, order)
    frames["margins"] = _margins(plans, order)
    planned = {title: plan.solution.posts[title] for plan in plans for title in plan.group.titles}
    named, left = assignments(country, rulebook, planned)
    if len(named):
        frames["assignments"] = named
    notices = [*country.notices, *_left_out(country, rulebook), *left]
    notices += [reason for reason in reasons.values() if reason.key != "not_requested"]
    notices += [notice for plan in plans for notice in plan.notices]
    frames |= names(country, rulebook)
    place = {number: i for i, number in enumerate(rulebook.clauses)}

    def key(notice: Notice) -> tuple[int, int, str, str, str]:
        clause, title = place.get(notice.clause, len(place)), order.get(notice.title, -1)
        return (clause, title, notice.level, notice.code, notice.key)

    return Results(frames, tuple(sorted(notices, key=key)))


def _plan(
    country: Country, plans: tuple[GroupPlan, ...], order: Mapping[str, int], level: str
) -> pd.DataFrame:
    """Every number of a level: by province, district and unit code, then title."""
    cells = [_level(country, plan, title, level) for plan in plans for title in plan.group.titles]
    titles = [title for plan in plans for title in plan.group.titles]
    columns = [*_KEYS[level], "title", "target", "posts", "deviation"]
    if not cells:
        return pd.DataFrame(columns=columns)
    sizes = [len(rows) for rows, _, _, _ in cells]
    at, target, posts, deviation = (np.concatenate(part) for part in zip(*cells, strict=True))
    by_title = np.repeat([order[title] for title in titles], sizes)
    provinces = province_codes(country, level)
    district = country.codes("district")
    if level == "unit":
        district = district[country.unit_district]
    held: dict[str, Any] = {"province_code": provinces}
    if level != "province":
        held["district_code"] = district
    if level == "unit":
        held["unit_code"] = country.codes("unit")
    # Places in their order once, not every row of theirs.
    rank = np.empty(len(provinces), dtype=np.int64)
    rank[pd.DataFrame(held).sort_values(_KEYS[level], kind="stable").index.to_numpy()] = np.arange(len(rank))
    by = np.lexsort((by_title, rank[at]))
    data = {name: values[at[by]] for name, values in held.items()}
    data["title"] = np.repeat(np.array(titles, dtype=object), sizes)[by]
    data |= {"target": target[by], "posts": posts[by], "deviation": deviation[by]}
    return pd.DataFrame(data)[columns]


def _level(country: Country, plan: GroupPlan, title: str, level: str) -> tuple[Ints, Floats, Ints, Floats]:
    """Positions of a title's places at a level, their targets, posts and deviations."""
    target = getattr(plan.targets[title], level)
    posts = level_sums(country, plan.solution.posts[title], level)
    eligible = plan.targets[title].eligible
    match level:
        case "unit":
            rows = np.flatnonzero(eligible | _shut(country, plan, title))
        case "district":
            rows = np.unique(country.unit_district[eligible])
        case _:
            rows = np.arange(len(country.provinces))
    exact, deviations = decimals(target[rows].tolist(), posts[rows])
    return rows, exact, posts[rows], deviations


def _shut(country: Country, plan: GroupPlan, title: str) -> np.ndarray[Any, Any]:
    """Units closed by a clause: they stay in the table with 0 posts."""
    return np.zeros(len(country.units), dtype=bool) | plan.targets[title].closed


def _rules(
    country: Country, rulebook: Rulebook, plans: tuple[GroupPlan, ...], order: Mapping[str, int]
) -> pd.DataFrame:
    """One row a rule instance; clauses that act elsewhere or nowhere have one row of their own."""
    codes = {level: country.codes(level) for level in ALL_LEVELS}
    rows: list[tuple[Any, ...]] = []
    seen: set[str] = set()
    for plan in plans:
        for f in plan.findings:
            seen.add(f.clause)
            rows.append(
                (
                    f.clause,
                    f.title,
                    f.level,
                    codes[f.level][f.at],
                    "" if f.required is None else f.required,
                    "" if f.posts is None else f.posts,
                    f.shortfall,
                    "" if f.tier is None else f.tier,
                    f.status,
                )
            )
    for number, clause in rulebook.clauses.items():
        if number not in seen:
            acts = any(rule.kind not in KINDS for rule in clause.rules)
            rows.append((number, "", "national", "", "", "", 0, "", KEPT if acts else NOT_APPLICABLE))
    clauses = {number: i for i, number in enumerate(rulebook.clauses)}
    levels = {"national": 0, "province": 1, "district": 2, "unit": 3}
    province = {str(code): code for code in country.provinces["province_code"].tolist()}
    first = {title: order.get(title.split("+")[0], -1) for title in {row[1] for row in rows}}

    def key(row: tuple[Any, ...]) -> tuple[Any, ...]:
        clause, title, level, code = row[:4]
        at = province.get(code, 0) if level == "province" else 0
        return clauses[clause], first[title], title, levels[level], at, code

    rows.sort(key=key)
    columns = ["clause", "title", "level", "code", "required", "posts", "shortfall", "tier", "status"]
    return pd.DataFrame(rows, columns=columns)


def _free(country: Country, plans: tuple[GroupPlan, ...], order: Mapping[str, int]) -> pd.DataFrame:
    """Numbers that could be one more or one fewer at the same optimum (only the order of ties decides)."""
    level_order = {level: i for i, level in enumerate(LEVELS)}
    rows = []
    at = {level: {str(c): i for i, c in enumerate(country.codes(level))} for level in FINEST_FIRST}
    sums: dict[tuple[str, str], Ints] = {}
    for plan in plans:
        if plan.certificate is None:
            continue
        for (title, level, code, _), (more, fewer) in plan.certificate.free.items():
            if (title, level) not in sums:
                sums[title, level] = level_sums(country, plan.solution.posts[title], level)
            posts = sums[title, level][at[level][code]]
            rows.append((title, level, code, int(posts), int(more), int(fewer)))
    rows.sort(key=lambda row: (order[row[0]], level_order[row[1]], row[2]))
    return pd.DataFrame(rows, columns=["title", "level", "code", "posts", "one_more", "one_fewer"])


def _margins(plans: tuple[GroupPlan, ...], order: Mapping[str, int]) -> pd.DataFrame:
    """What one post more or fewer in a province would cost by stage, and which numbers would change."""
    rows: list[tuple[Any, ...]] = []
    for plan in plans:
        known = plan.certificate.margins if plan.certificate else {}
        for (title, level, code, step), margin in known.items():
            if margin is None:
                continue
            rows.append((title, level, code, step, *margin.near, margin.changes))
    rows.sort(key=lambda row: (order[row[0]], int(row[2]), -row[3]))
    return pd.DataFrame(rows, columns=["title", "level", "code", "step", *STAGES, "changes"])


def _filled(country: Country) -> pd.DataFrame:
    known = country.filled[country.filled["at"] >= 0]
    codes = province_codes(country, "unit")[known["at"].to_numpy(dtype=np.int64)]
    sums = known.assign(province_code=codes).groupby(["province_code", "title"])["filled"].sum()
    return sums.sort_index().reset_index()


def _left_out(country: Country, rulebook: Rulebook) -> list[Notice]:
    clause = rulebook.speaks("left_out")
    left = country.left_out
    return [
        Notice(
            clause,
            "national",
            "",
            title,
            filled,
            "left_out",
            {"title": title, "branch": branch, "filled": filled},
        )
        for title, branch, filled in zip(
            left["title"].tolist(), left["branch"].tolist(), left["filled"].tolist(), strict=True
        )
    ]


def national(
    country: Country,
    rulebook: Rulebook,
    plans: Iterable[GroupPlan],
    reasons: Mapping[str, Notice],
    lang: Lang,
) -> pd.DataFrame:
    """``national.csv``: every title, planned or not, and why."""
    planned = {title: plan for plan in plans for title in plan.group.titles}
    listed = [title.code for title in rulebook.titles]
    others = sorted(set(country.national_filled) - set(listed))
    rows = []
    for title in [*listed, *others]:
        filled = country.national_filled.get(title, 0)
        if title in planned:
            plan = planned[title]
            supply = plan.targets[title].supply
            posts = int(plan.solution.posts[title].sum())
            rows.append((title, filled, "" if supply is None else supply, posts, 1, ""))
        else:
            notice = reasons[title]
            rows.append((title, filled, "", 0, 0, say(f"notice.{notice.key}", lang, **notice.values)))
    return pd.DataFrame(rows, columns=["title", "filled", "supply", "posts", "planned", "reason"])


def notices_frame(notices: Iterable[Notice], lang: Lang, titles: Mapping[str, str]) -> pd.DataFrame:
    """``notices.csv`` in a language; titles inside sentences by their names."""
    rows = []
    for n in notices:
        values = dict(n.values)
        for key in WORDED & values.keys():
            values[key] = _worded(key, str(values[key]), titles, lang)
        text = " ".join(say(f"notice.{n.key}", lang, **values).split())
        rows.append((n.clause, n.level, n.code, n.title, "" if n.posts is None else n.posts, text))
    return pd.DataFrame(rows, columns=["clause", "level", "code", "title", "posts", "text"])


WORDED: Final = {"by", "title", "branch"}


def _worded(key: str, code: str, titles: Mapping[str, str], lang: Lang) -> str:
    """A title or branch inside a sentence by its name; a branch in brackets."""
    full = f"uzman.{code}" if key == "branch" else code
    message = f"reports.unplanned.{full}"
    name = titles.get(full) or (say(message, lang) if message in table() else code.replace("_", " "))
    return f"({name})" if key == "branch" and name else name


def version_of(name: str) -> str:
    """Version of an installed package; ``source`` for one that runs uninstalled."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "source"


def short_by_clause(findings: Iterable[Finding]) -> dict[str, int]:
    """Posts missing by clause."""
    totals: dict[str, int] = {}
    for f in findings:
        if f.shortfall:
            totals[f.clause] = totals.get(f.clause, 0) + f.shortfall
    return totals

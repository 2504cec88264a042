"""Today's staff beside the plan, as the reports show it: from ``changes.csv`` and ``service_groups.csv``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc_common.text import Lang, say
from pdc_reports.folder.plan import PlanTables, kept

SUMMED: Final = ("filled", "absent", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "surplus": ("filled", "posts", "surplus", "locked_4924", "movable"),
    "vacancies": ("filled", "posts", "vacancy", "blocked_4924"),
    "locked": ("filled", "posts", "locked_4924", "blocked_4924"),
}
"""The lists by unit, each with its numbers."""


def known(tables: PlanTables) -> bool:
    """Does the plan know which staff are at which unit?"""
    return not tables.changes.empty


def placed(tables: PlanTables) -> pd.DataFrame:
    """``changes`` with province and district, in reading order: places as everywhere, titles as planned."""
    return kept(tables, "staffing.placed", lambda: _placed(tables))


def _placed(tables: PlanTables) -> pd.DataFrame:
    changes = tables.changes
    at = {code: i for i, code in enumerate(tables.units["unit_code"].tolist())}
    rank = {title: i for i, title in enumerate(tables.planned)}
    where = np.asarray([at.get(code, -1) for code in changes["unit_code"].tolist()], dtype=np.int64)
    which = np.asarray([rank.get(title, -1) for title in changes["title"].tolist()], dtype=np.int64)
    order = np.lexsort([which, where])
    order = order[(where[order] >= 0) & (which[order] >= 0)]
    places = tables.units[["province_code", "district_code", "unit"]].iloc[where[order]]
    return pd.concat([changes.iloc[order].reset_index(drop=True), places.reset_index(drop=True)], axis=1)


def listed(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    """Of :func:`placed` the rows of one of :data:`LISTS`; ``movable`` is the surplus less the locked."""
    some = {
        "surplus": rows["surplus"] > 0,
        "vacancies": rows["vacancy"] > 0,
        "locked": rows["locked_4924"] + rows["blocked_4924"] > 0,
    }[which]
    return rows.assign(movable=rows["surplus"] - rows["locked_4924"])[some]


def sums(rows: pd.DataFrame, keys: Sequence[str], titles: Sequence[str]) -> pd.DataFrame:
    """Numbers summed by ``keys``: places in the order in which they stand, titles as planned."""
    found = rows.groupby(list(keys), sort=False)[list(SUMMED)].sum().reset_index()
    if "title" not in keys:
        return found
    place = pd.MultiIndex.from_frame(found[[key for key in keys if key != "title"] or ["title"]])
    at = place.factorize()[0] if len(keys) > 1 else 0
    rank = {title: i for i, title in enumerate(titles)}
    found = found.assign(_at=at, _title=found["title"].map(rank))
    found = found.sort_values(["_at", "_title"], kind="stable")
    return found.drop(columns=["_at", "_title"]).reset_index(drop=True)


def full_title(tables: PlanTables, title: str, lang: Lang) -> str:
    """Name of a title in a list of all groups: a specialist's branch says that it is one."""
    name = tables.title_name(title, lang)
    return say("reports.staff.specialist", lang, branch=name) if title in tables.specialists else name


def rule(tables: PlanTables) -> Mapping[str, Any]:
    """The rule of the service groups, as the summary tells it; empty without one."""
    return tables.summary.get("service_groups") or {}


def codes(tables: PlanTables) -> tuple[str, ...]:
    """The groups in their order."""
    told = rule(tables)
    found = dict.fromkeys([*(told.get("sizes") or {}), *([told["last"]] if told.get("last") else [])])
    if found:
        return tuple(found)
    held = {*tables.service_groups["group"].unique(), *tables.service_groups_before["group"].unique()}
    return tuple(sorted(held - {""}))


def groups(frame: pd.DataFrame) -> Mapping[tuple[str, int], str]:
    """Group by title and plate code; a province without a rank has none."""
    keys = zip(frame["title"].tolist(), frame["province_code"].tolist(), strict=True)
    return dict(zip(keys, frame["group"].tolist(), strict=True))


def groups_of(tables: PlanTables, *, last: bool = False) -> Mapping[tuple[str, int], str]:
    """The same of the plan, or of what was before it (``last``); made once for all titles."""
    frame = before(tables) if last else tables.service_groups
    return kept(tables, f"staffing.groups {last}", lambda: groups(frame))


def before(tables: PlanTables) -> pd.DataFrame:
    """Groups before the plan: of last year's table where there is one beside it, else by today's posts."""
    return tables.service_groups_before


def moved(tables: PlanTables) -> Mapping[str, int]:
    """How many provinces have another group than before, by title; titles without a "before" are left out."""
    old, new = groups(before(tables)), groups(tables.service_groups)
    found: dict[str, int] = {}
    for (title, code), group in old.items():
        found[title] = found.get(title, 0) + (new.get((title, code), "") != group)
    return found

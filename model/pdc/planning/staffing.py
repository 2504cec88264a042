"""From today's staff to the plan: what changes at each unit, surplus and vacancies, service groups.

``changes`` holds all that is needed: every other table here is made of it alone (and of the list of
provinces), so anyone can make them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.base.exact import Fraction
from pdc.base.numbers import DIGITS
from pdc.country.country import Country
from pdc.country.staff import excess_locked, staff_columns
from pdc.law.service_groups import ServiceGroups
from pdc.planning.group_plan import GroupPlan
from pdc.planning.names import province_codes

PLACES: Final = ("province_code", "district_code", "unit_code")
CHANGES: Final = (
    *PLACES, "title", "filled", "absent", "vacant", "posts", "vacancy", "surplus", "locked_4924",
    "blocked_4924",
)  # fmt: skip
"""Columns of ``changes.csv``. The names of the last two are fixed, whatever the law calls such staff."""

SUMMED: Final = ("filled", "absent", "posts", "vacancy", "surplus", "locked_4924", "blocked_4924")
# a/b and c/d that differ are 1/bd apart, 1/ad of the larger: more than 1/2⁵² where all four are below this.
_APART: Final = 2**26
GROUPS: Final = ("title", "province_code", "filled", "posts", "fill_rate", "rank", "group")
"""Columns of ``service_groups.csv``."""


def has_staff(country: Country) -> bool:
    """Do the tables say of any staff at which unit they are?"""
    return bool((country.filled["at"] >= 0).any())


def changes(country: Country, plans: Iterable[GroupPlan], order: Mapping[str, int]) -> pd.DataFrame:
    """What the plan changes at each unit: vacancies, surplus, staff and positions that are locked.

    A row is a unit and a planned title with a post, with staff or with a vacant position (``vacant``: as the
    staff table tells it).
    """
    each: list[dict[str, Any]] = []
    titles: list[str] = []
    for plan in plans:
        for title in plan.group.titles:
            posts = plan.solution.posts[title]
            staff = staff_columns(country, title)
            locked, blocked = excess_locked(staff, posts)
            rows = np.flatnonzero((posts > 0) | (staff["filled"] > 0) | (staff["vacant"] > 0))
            values: dict[str, Any] = {
                "at": np.arange(len(posts)),
                "filled": staff["filled"], "absent": staff["absent"], "vacant": staff["vacant"],
                "posts": posts, "vacancy": np.maximum(0, posts - staff["filled"]),
                "surplus": np.maximum(0, staff["filled"] - posts), "locked_4924": locked,
                "blocked_4924": blocked,
            }  # fmt: skip
            each.append({name: column[rows] for name, column in values.items()})
            titles.append(title)
    if not each:
        return pd.DataFrame(columns=list(CHANGES))
    data = {name: np.concatenate([one[name] for one in each]) for name in each[0]}
    sizes = [len(one["at"]) for one in each]
    # Units in the order of their codes once, not every row of theirs.
    codes = country.codes("unit")
    rank = np.empty(len(codes), dtype=np.int64)
    rank[np.argsort(codes, kind="stable")] = np.arange(len(codes))
    by = np.lexsort((np.repeat([order[title] for title in titles], sizes), rank[data["at"]]))
    at = data.pop("at")[by]
    return pd.DataFrame(
        {
            "province_code": province_codes(country, "unit")[at],
            "district_code": country.codes("district")[country.unit_district[at]],
            "unit_code": codes[at],
            "title": np.repeat(np.array(titles, dtype=object), sizes)[by],
            **{name: column[by] for name, column in data.items()},
        }
    )[list(CHANGES)]


def lists(changed: pd.DataFrame, order: Mapping[str, int]) -> dict[str, pd.DataFrame]:
    """Surplus, vacancies and what 4924 locks, by unit; all of it summed by district and province."""
    placed = changed.sort_values(["province_code", "district_code"], kind="stable")  # units stand in order
    found = {
        "surplus": _rows(placed, placed["surplus"] > 0, "surplus", "locked_4924").assign(
            movable=lambda frame: frame["surplus"] - frame["locked_4924"]
        ),
        "vacancies": _rows(placed, placed["vacancy"] > 0, "vacancy", "blocked_4924"),
        "locked_4924": _rows(
            placed, placed[["locked_4924", "blocked_4924"]].sum(axis=1) > 0, "locked_4924", "blocked_4924"
        ),
    }
    for name, keys in (("staff_districts", PLACES[:2]), ("staff_provinces", PLACES[:1])):
        sums = changed.groupby([*keys, "title"], sort=False)[list(SUMMED)].sum().reset_index()
        found[name] = _sorted(sums, keys, order)
    return found


def _rows(changed: pd.DataFrame, which: pd.Series, *columns: str) -> pd.DataFrame:
    return changed.loc[which, [*PLACES, "title", "filled", "posts", *columns]].reset_index(drop=True)


def _sorted(frame: pd.DataFrame, keys: Sequence[str], order: Mapping[str, int]) -> pd.DataFrame:
    ranked = frame.assign(_order=frame["title"].map(order))
    ranked = ranked.sort_values([*keys, "_order"], kind="stable")
    return ranked.drop(columns="_order").reset_index(drop=True)


def group_tables(
    changed: pd.DataFrame, provinces: Sequence[int], rule: ServiceGroups | None, order: Mapping[str, int]
) -> dict[str, pd.DataFrame]:
    """``service_groups``, and ``service_groups_before`` by today's posts where they tell provinces apart.

    Today's posts are the filled and the vacant ones of the staff table. Where it tells (nearly) no vacancies,
    every province is full and the plate code alone would make the groups: such titles have no "before".
    """
    if rule is None:
        return {}
    numbers = ["filled", "absent", "vacant", "posts"]
    changed = changed.groupby(["title", "province_code"], sort=False)[numbers].sum().reset_index()
    changed = changed.sort_values("title", key=lambda titles: titles.map(order), kind="stable")
    found = {"service_groups": service_groups(changed, provinces, rule)}
    before = service_groups(
        changed.assign(posts=changed["filled"] + changed["vacant"]), provinces, rule, apart=True
    )
    return found | ({"service_groups_before": before} if len(before) else {})


def service_groups(
    changed: pd.DataFrame, provinces: Sequence[int], rule: ServiceGroups, *, apart: bool = False
) -> pd.DataFrame:
    """By title the provinces in order of filled ÷ posts with their groups (:data:`GROUPS`).

    ``changed`` needs ``province_code, title, filled, absent, posts`` a row a unit. Staff who are tied to no
    unit are in no province; those away for more than three months are left out unless the rule counts them.
    Rates are compared exactly; at an equal rate more vacancies come later, then the larger plate code. Staff
    without any post stand before all others (no rate). A province without either has neither rank nor group.
    With ``apart`` a title is left out where only the plate code tells two provinces of different groups
    apart.
    """
    there = changed["filled"] if rule.absent_count else changed["filled"] - changed["absent"]
    sums = changed.assign(filled=there).groupby(["title", "province_code"])[["filled", "posts"]].sum()
    known = {
        (str(title), int(code)): (int(filled), int(posts))
        for (title, code), filled, posts in zip(
            sums.index.tolist(), sums["filled"].tolist(), sums["posts"].tolist(), strict=True
        )
    }
    key = _key if any(max(pair) >= _APART for pair in known.values()) else _quick_key
    rows: list[tuple[Any, ...]] = []
    for title in dict.fromkeys(changed["title"].tolist()):
        numbers = {code: known.get((title, code), (0, 0)) for code in provinces}
        ranked = sorted(
            (code for code, pair in numbers.items() if any(pair)), key=lambda c: (*key(*numbers[c]), c)
        )
        groups = [rule.group_of(rank) for rank in range(1, len(ranked) + 1)]
        if apart and _by_code_alone([key(*numbers[code]) for code in ranked], groups):
            continue
        for rank, (code, group) in enumerate(zip(ranked, groups, strict=True), 1):
            filled, posts = numbers[code]
            rate = round(filled / posts, DIGITS) if posts else float("nan")
            rows.append((title, code, filled, posts, rate, rank, group))
        rows += [(title, code, 0, 0, float("nan"), "", "") for code in sorted(set(numbers) - set(ranked))]
    return pd.DataFrame(rows, columns=list(GROUPS))


def _key(filled: int, posts: int) -> tuple[int, Fraction, int]:
    """What a province is ranked by, before its code: no posts first, the rate downwards, then vacancies."""
    return (int(posts > 0), -Fraction(filled, posts) if posts else Fraction(0), posts - filled)


def _quick_key(filled: int, posts: int) -> tuple[int, float, int]:
    """The same of numbers below :data:`_APART`: two rates that differ are two doubles in the same order."""
    return (int(posts > 0), -(filled / posts) if posts else 0.0, posts - filled)


def _by_code_alone(keys: Sequence[tuple[Any, ...]], groups: Sequence[str]) -> bool:
    """Do two neighbours of different groups differ in nothing but their code?"""
    return any(keys[i] == keys[i + 1] and groups[i] != groups[i + 1] for i in range(len(keys) - 1))

"""What the workbook, the page and the figures say alike: state line, rule counts, rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc_common.text import Lang, known, say
from pdc_reports.folder.plan import PlanTables, Sheet, kept

STATUSES: Final = ("kept", "binding", "short", "not_applicable")
ALL_SPECIALISTS: Final = "uzman"
TIERS: Final = ("1", "2", "3", "4")
SHORT_RULES: Final = "views.short_rules"  # what they are kept under
BY_PROVINCE: Final = "views.by_province"


def state_line(tables: PlanTables, lang: Lang) -> str:
    """Draft or approved, by whom, when, by which decision; and whether the optimum is proven (A.5)."""
    state = tables.summary.get("state") or {}
    if is_approved(tables):
        known = {name: state.get(name) or "–" for name in ("by", "date", "decision")}
        line = say("reports.state.approved", lang, **known)
    else:
        line = say("reports.state.draft", lang)
    return line if is_proven(tables) else f"{line} {say('reports.state.unproven', lang)}"


def is_approved(tables: PlanTables) -> bool:
    """Whether the plan is approved."""
    return (tables.summary.get("state") or {}).get("status") == "approved"


def is_proven(tables: PlanTables) -> bool:
    """Whether the optimum is proven: a plan stopped at the time limit is lawful, not proven."""
    return bool(tables.summary.get("status", "optimal") == "optimal")


def fingerprint(tables: PlanTables, part: str) -> str:
    """First 12 digits of the SHA-256 of the data or of the rulebook."""
    return str((tables.summary.get(part) or {}).get("sha256") or "–")[:12]


def kind_name(kind: str, lang: Lang) -> str:
    """Name of a kind of unit; an unknown one stays as it is."""
    return say(f"reports.kind.{kind}", lang) if known(f"reports.kind.{kind}") else kind


def short_name(sheet: Sheet, lang: Lang) -> str:
    """Short name of a title group, else its whole name."""
    key = f"reports.sheet_short.{sheet.code}"
    return say(key, lang) if known(key) else sheet.names[lang]


def level_name(level: str, lang: Lang) -> str:
    """Name of a level of ``rules.csv``."""
    return say(f"reports.level.{level}", lang) if known(f"reports.level.{level}") else level


def rules_by_clause(tables: PlanTables) -> pd.DataFrame:
    """Clause × (kept, binding, short, not_applicable, shortfall), in the order of the rulebook."""
    return kept(tables, "views.rules_by_clause", lambda: _rules_by_clause(tables))


def _rules_by_clause(tables: PlanTables) -> pd.DataFrame:
    rules = tables.rules
    counts = rules.groupby(["clause", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(STATUSES), fill_value=0)
    total = rules.groupby("clause")["shortfall"].sum().reindex(counts.index)
    rank = {clause: i for i, clause in enumerate(tables.clauses["clause"])}
    found: pd.DataFrame = counts.assign(shortfall=total.fillna(0))
    order = sorted(found.index, key=lambda c: (rank.get(c, len(rank)), c))
    return found.loc[order]


def short_rules(tables: PlanTables) -> pd.DataFrame:
    """Every rule that is short, by tier, then the largest shortfall first, then in reading order."""
    return kept(tables, SHORT_RULES, lambda: _short_rules(tables))


def _short_rules(tables: PlanTables) -> pd.DataFrame:
    short = tables.rules[tables.rules["status"] == "short"]
    # Equal shortfalls in reading order: plate code, central district first, names.
    codes = (tables.districts["district_code"].tolist(), tables.units["unit_code"].tolist())
    order = {code: float(i) for i, code in enumerate(chain(*codes))}
    known = pd.Series([order.get(code, math.nan) for code in short["code"].tolist()], index=short.index)
    place = known.fillna(pd.to_numeric(short["code"], errors="coerce")).fillna(-1)
    return (
        short.assign(place=place)
        .sort_values(
            ["tier", "shortfall", "clause", "title", "place"],
            ascending=[True, False, True, True, True],
            kind="stable",
        )
        .drop(columns="place")
        .reset_index(drop=True)
    )


@dataclass(frozen=True)
class ByProvince:
    """A title (or all specialists) by province, in plate order; nan where it cannot be placed."""

    people: npt.NDArray[np.float64]
    filled: npt.NDArray[np.float64]
    target: npt.NDArray[np.float64]
    posts: npt.NDArray[np.float64]

    @property
    def per_100k(self) -> npt.NDArray[np.float64]:
        """Posts per 100,000 people."""
        return per_100k(self.posts, self.people)

    @property
    def deviation(self) -> npt.NDArray[np.float64]:
        """Posts − target."""
        return self.posts - self.target

    @property
    def vacancies(self) -> npt.NDArray[np.float64]:
        """Posts − filled; below 0 where more people work than are planned."""
        return self.posts - self.filled


def per_100k(posts: npt.NDArray[np.float64], people: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Posts per 100,000 people; nan where nobody lives."""
    rate: npt.NDArray[np.float64] = posts * 100_000 / np.where(people > 0, people, np.nan)
    return rate


def by_province(tables: PlanTables, title: str) -> ByProvince:
    """The numbers of one title, summed once; ``uzman`` is all specialist branches together."""
    summed: dict[str, ByProvince] = kept(tables, BY_PROVINCE, dict)
    if title not in summed:
        summed[title] = _summed(tables, title)
    return summed[title]


def _summed(tables: PlanTables, title: str) -> ByProvince:
    def column(name: Literal["plan_provinces", "filled"], value: str) -> npt.NDArray[np.float64]:
        if title != ALL_SPECIALISTS:
            sums = kept(tables, f"views.{name}.{value}", lambda: _by_title(tables, name, value))
            return sums[title] if title in sums else np.full(len(tables.provinces), np.nan)
        frame: pd.DataFrame = getattr(tables, name)
        return _sums(tables, frame[frame["title"].isin(tables.specialists)], value)

    posts = column("plan_provinces", "posts")
    filled = column("filled", "filled")
    if len(tables.filled):
        filled = np.where(np.isnan(filled), 0.0, filled)
    return ByProvince(
        people=tables.provinces["etf_population"].to_numpy(dtype=np.float64),
        filled=filled,
        target=column("plan_provinces", "target"),
        posts=posts,
    )


def _sums(tables: PlanTables, rows: pd.DataFrame, value: str) -> npt.NDArray[np.float64]:
    sums: Any = rows.groupby("province_code")[value].sum()
    return np.asarray(sums.reindex(pd.Index(tables.provinces["province_code"])).to_numpy(dtype=np.float64))


def _by_title(
    tables: PlanTables, name: Literal["plan_provinces", "filled"], value: str
) -> Mapping[str, npt.NDArray[np.float64]]:
    """A column's sums by province of every title: all titles are summed at once."""
    sums = getattr(tables, name).groupby(["title", "province_code"])[value].sum()
    wide = sums.unstack().reindex(columns=tables.provinces["province_code"].tolist())
    return dict(zip(wide.index.tolist(), wide.to_numpy(dtype=np.float64), strict=True))


def title_choices(tables: PlanTables, lang: Lang) -> list[tuple[str, str, str]]:
    """(code, name, group) of what a reader may choose: all specialists together, then every title."""
    names = tables.title_names(lang)
    chosen = [
        (title, names.get(title, title), sheet.names[lang])
        for sheet in tables.sheets
        for title in sheet.titles
    ]
    if tables.specialists:
        chosen.insert(
            0, (ALL_SPECIALISTS, say("reports.all_specialists", lang), tables.sheets[0].names[lang])
        )
    return chosen


def choice_name(tables: PlanTables, title: str, lang: Lang) -> str:
    """Name of a title or of all specialists together."""
    return (
        say("reports.all_specialists", lang) if title == ALL_SPECIALISTS else tables.title_name(title, lang)
    )

"""Two tables of posts beside one another: cell by cell, and both measured on every clause."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.ask.audit.counting import Progress, measure
from pdc.ask.audit.result import Audit, Where
from pdc.ask.audit.write import as_json, parts
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.ask.handmade.table import FINER
from pdc.base.cache import Cache, user_cache
from pdc.base.folder import ApprovedError, Folder, is_approved, to_csv
from pdc.country.setting import Data, Files, Setting, prepare
from pdc_common.levels import LEVELS
from pdc_common.text import Lang, wording

COLUMNS: Final = (
    "level", "province_code", "district_code", "unit_code", "place", "title", "a", "b", "difference", "share",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """Tables A and B at the coarser of their levels, each measured; names tell them apart."""

    a: Audit
    b: Audit
    level: str

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles that both have."""
        return tuple(t for t in self.a.cetvel.titles if t in self.b.cetvel.posts)

    def summary(self, lang: Lang = "en") -> str:
        """What a person reads of a comparison: both tables, each measured."""
        return f"A: {self.a.summary(lang)}\nB: {self.b.summary(lang)}"

    def __repr__(self) -> str:
        return self.summary()

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels that both show, the finest first."""
        return FINER[FINER.index(self.level) : -1]

    def differences(self, level: str | None = None) -> pd.DataFrame:
        """``differences.csv``: one row a cell where A and B differ, of one level or of all that show.

        ``difference`` is a − b, ``share`` that over b (empty where b is 0).
        """
        where = Where(self.a.setting.country)
        shown = [level] if level is not None else [lv for lv in LEVELS if lv in self.levels]
        frames = [self._cells(lv, where) for lv in shown]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))

    def _both(self, level: str) -> np.ndarray[Any, Any]:
        """Places of a level that both tables have."""
        return self.a.cetvel.covered[level] & self.b.cetvel.covered[level]

    def counts(self) -> dict[str, int]:
        """Cells of the finest common level (with posts in one of the two): all, equal, different."""
        found = {"cells": 0, "equal": 0, "different": 0}
        here = self._both(self.level)
        for title in self.titles:
            a, b = self.a.cetvel.at(title, self.level)[here], self.b.cetvel.at(title, self.level)[here]
            some = (a > 0) | (b > 0)
            different = int((a != b).sum())
            found["cells"] += int(some.sum())
            found["different"] += different
            found["equal"] += int(some.sum()) - different
        return found

    def _cells(self, level: str, where: Where) -> pd.DataFrame:
        country = self.a.setting.country
        here = self._both(level)
        parts_ = []
        for title in self.titles:
            a, b = self.a.cetvel.at(title, level), self.b.cetvel.at(title, level)
            rows = np.flatnonzero(here & (a != b))
            gap = a[rows] - b[rows]
            districts: Any = ""
            if level != "province":
                at = country.unit_district[rows] if level == "unit" else rows
                districts = country.codes("district")[at]
            names = np.array(where.country.place_names[level], dtype=object)[rows]
            plates = np.array(where.provinces[level], dtype=np.int64)[rows]
            shares = [
                "" if not y else f"{g / y:.6f}" for g, y in zip(gap.tolist(), b[rows].tolist(), strict=True)
            ]
            parts_.append(
                pd.DataFrame(
                    {
                        "level": level, "province_code": plates, "district_code": districts,
                        "unit_code": country.codes("unit")[rows] if level == "unit" else "", "place": names,
                        "title": title, "a": a[rows], "b": b[rows], "difference": gap, "share": shares,
                    },
                    columns=list(COLUMNS),
                )
            )  # fmt: skip
        if not parts_:
            return pd.DataFrame(columns=list(COLUMNS))
        order = {title: i for i, title in enumerate(self.titles)}
        frame = pd.concat(parts_, ignore_index=True)
        frame["_order"] = frame["title"].map(order)
        keys = ["province_code", "district_code", "unit_code", "_order"]
        return frame.sort_values(keys, kind="stable").drop(columns="_order").reset_index(drop=True)

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """``compare_summary.json``."""
        only = {
            "a": [t for t in self.a.cetvel.titles if t not in self.b.cetvel.posts],
            "b": [t for t in self.b.cetvel.titles if t not in self.a.cetvel.posts],
        }
        country = self.a.setting.country
        codes = country.codes("province")
        cover = {side: getattr(self, side).cetvel.covered["province"] for side in ("a", "b")}
        return {
            "lang": lang,
            "a": self.a.cetvel.name,
            "b": self.b.cetvel.name,
            "level": self.level,
            "titles": list(self.titles),
            "only_titles": only,
            "only_provinces": {
                "a": codes[cover["a"] & ~cover["b"]].tolist(),
                "b": codes[cover["b"] & ~cover["a"]].tolist(),
            },
            "posts": {side: self._posts(side) for side in ("a", "b")},
            **self.counts(),
        }

    def _posts(self, side: str) -> int:
        cetvel: Cetvel = getattr(self, side).cetvel
        here = self._both(self.level)
        return sum(int(cetvel.at(t, self.level)[here].sum()) for t in self.titles)


def compare(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    data: Data = None,
    scenario: Files = (),
    *,
    sets: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
    rulebook: str | os.PathLike[str] | None = None,
    cache: bool = True,
) -> Comparison:
    """Compare two tables (plan folders, hand-made tables, ``"filled"``).

    ``rulebook`` and ``cache`` as for :func:`pdc.plan`. Raises :class:`~pdc.base.faults.InputError` where one
    cannot be read.
    """
    store = user_cache() if cache else None
    setting = prepare(data, scenario, sets, rulebook, store)
    return compare_tables(setting, read_cetvel(a, setting), read_cetvel(b, setting), jobs, progress, store)


def compare_tables(
    setting: Setting,
    a: Cetvel,
    b: Cetvel,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Comparison:
    """Compare tables that were read: both at the coarser of their levels."""
    level = max(a.level, b.level, key=FINER.index)
    if a.name == b.name:
        a, b = replace(a, name=f"A: {a.name}"), replace(b, name=f"B: {b.name}")
    tables = (a.coarser(level), b.coarser(level))
    tell = progress or (lambda done, total, name: None)
    made = []
    for k, table in enumerate(tables):
        made.append(measure(setting, table, jobs, _part(tell, k), cache))
    return Comparison(made[0], made[1], level)


def _part(tell: Progress, k: int) -> Progress:
    """Progress of the first or second of two tables."""
    return lambda done, total, now: tell(k * total + done, 2 * total, now)


def write_comparison(comparison: Comparison, target: Path, lang: Lang = "tr") -> Path:
    """Write ``differences.csv``, both audits (``a_…``, ``b_…``), ``compare.html``; whole or not at all."""
    if is_approved(target):
        raise ApprovedError(str(target))
    folder = Folder(target)
    try:
        folder.write("differences.csv", to_csv(comparison.differences()))
        folder.write("compare_summary.json", as_json(comparison.to_dict(lang)))
        from pdc_reports.audit_page import write_compare_page  # noqa: PLC0415 - it draws

        with wording(comparison.a.setting.rulebook.about.words):
            parts(comparison.a, folder, lang, "a_")
            parts(comparison.b, folder, lang, "b_")
            write_compare_page(folder.path, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise

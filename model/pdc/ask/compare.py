"""Two tables of posts beside one another: cell by cell, and both measured on every clause.

A plan folder is measured by its own law and data (:mod:`pdc.ask.own_law`), so the two may stand in different
countries: places are matched by their codes, and one that only one of them has is a row of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, overload

import numpy as np
import pandas as pd

from pdc.ask.audit.counting import Progress, measure
from pdc.ask.audit.result import Audit, Where
from pdc.ask.audit.tables import by_clause
from pdc.ask.audit.write import as_json, parts
from pdc.ask.beside import Beside
from pdc.ask.difference import Difference, difference
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.ask.handmade.table import FINER
from pdc.ask.measured import names_of, sides_of
from pdc.ask.own_law import Law, own_law, sentence
from pdc.base.cache import Cache, user_cache
from pdc.base.faults import Fault, InputError
from pdc.base.folder import Folder, place, to_csv
from pdc.country.setting import Data, Files, Setting, prepare
from pdc.planning.plan import Plan
from pdc_common.levels import LEVELS
from pdc_common.text import Lang, wording

COLUMNS: Final = (
    "level", "province_code", "district_code", "unit_code", "place", "title", "a", "b", "difference", "share",
    "only",
)  # fmt: skip
SIDES: Final = ("a", "b")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Tables A and B at the coarser of their levels, each measured; names tell them apart.

    ``laws`` is what each was measured by: for ``a``, then ``b``.
    """

    a: Audit
    b: Audit
    level: str
    laws: tuple[Law, ...] = field(default=())

    @property
    def sides(self) -> dict[str, Audit]:
        """Both audits."""
        return {"a": self.a, "b": self.b}

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

    @cached_property
    def common(self) -> dict[str, Audit]:
        """Both audits, of the titles that both have alone: what one has beyond them is not compared."""
        return {side: _of_titles(audit, set(self.titles)) for side, audit in self.sides.items()}

    def deviation(self, side: str) -> dict[str, float]:
        """Σ (x − q)² / q of the common titles, by level."""
        titles = self.common[side].titles.values()
        return {
            level: sum(title.deviation[level] for title in titles)
            for level in self.levels
            if all(level in title.deviation for title in titles)
        }

    def clauses(self, side: str) -> dict[str, dict[str, int]]:
        """Counts by clause, of rules about common titles."""
        audit = self.common[side]
        return by_clause(audit, Where(audit.setting.country))

    @cached_property
    def difference(self) -> Difference:
        """B beside A, A its base: the same tables as of two plans, of what both tell of."""
        levels = tuple(level for level in LEVELS if level in self.levels)
        base, plan = sides_of(self.a, self.b, self.titles, self.beside)
        plates, own = (set(self.beside[lv].places["province_code"]) for lv in ("province", self.level))
        return Difference(base, plan, levels=levels, sums="province" if own <= plates else self.level)

    def frame(self) -> pd.DataFrame:
        """``differences.csv``: :meth:`~pdc.ask.difference.Difference.frame`."""
        return self.difference.frame()

    def differences(self, level: str | None = None) -> pd.DataFrame:
        """One row a cell where A and B differ, of one level or of all that show, with its names.

        ``difference`` is b − a, what B adds; ``share`` that over a (empty where a is 0). ``only`` says which
        side alone has the place (``a``, ``b``; else empty): there the other has 0.
        """
        shown = [level] if level is not None else [lv for lv in LEVELS if lv in self.levels]
        frames = [self._cells(lv) for lv in shown]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))

    @cached_property
    def beside(self) -> dict[str, Beside]:
        """Places matched, by level."""
        return {level: Beside.of(self.a.cetvel, self.b.cetvel, level) for level in self.levels}

    def counts(self) -> dict[str, int]:
        """Cells of the finest common level (with posts in one of the two): all, equal, different."""
        found = {"cells": 0, "equal": 0, "different": 0}
        beside = self.beside[self.level]
        for title in self.titles:
            a, b = beside.posts(title)
            some, different = int(((a > 0) | (b > 0)).sum()), int((a != b).sum())
            found["cells"] += some
            found["different"] += different
            found["equal"] += some - different
        return found

    def _cells(self, level: str) -> pd.DataFrame:
        beside = self.beside[level]
        rows_ = []
        for rank, title in enumerate(self.titles):
            a, b = beside.posts(title)
            rows = np.flatnonzero(a != b)
            gap = b[rows] - a[rows]
            shares = [
                "" if not x else f"{g / x:.6f}" for g, x in zip(gap.tolist(), a[rows].tolist(), strict=True)
            ]
            frame = beside.places.iloc[rows].assign(
                level=level, title=title, a=a[rows], b=b[rows], difference=gap, share=shares, _order=rank
            )
            rows_.append(frame)
        if not rows_:
            return pd.DataFrame(columns=list(COLUMNS))
        keys = ["province_code", "district_code", "unit_code", "_order"]
        every = pd.concat(rows_, ignore_index=True).sort_values(keys, kind="stable")
        return every[list(COLUMNS)].reset_index(drop=True)

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """``compare_summary.json``."""
        cover = {
            side: set(_codes(audit)[audit.cetvel.covered["province"]].tolist())
            for side, audit in self.sides.items()
        }
        other = {"a": "b", "b": "a"}
        only = {
            side: [t for t in audit.cetvel.titles if t not in self.sides[other[side]].cetvel.posts]
            for side, audit in self.sides.items()
        }
        tables = {
            side: {
                "deviation": self.deviation(side),
                "clauses": self.clauses(side),
                "shortfall": sum(f.shortfall for f in self.common[side].findings if f.tier is not None),
            }
            for side in SIDES
        }
        return {
            "lang": lang,
            "a": self.a.cetvel.name,
            "b": self.b.cetvel.name,
            "level": self.level,
            "law": {side: law.told() for side, law in zip(SIDES, self.laws, strict=False)},
            "law_lines": law_lines(self, lang),
            "titles": list(self.titles),
            "only_titles": only,
            "only_provinces": {
                side: [c for c in _codes(audit).tolist() if c in cover[side] - cover[other[side]]]
                for side, audit in self.sides.items()
            },
            "only_places": {
                level: beside.only for level, beside in self.beside.items()
            },
            "posts": {side: self._posts(side) for side in SIDES},
            "common": tables,
            **self.counts(),
        }

    def _posts(self, side: str) -> int:
        beside = self.beside[self.level]
        return sum(int(beside.posts(t)[SIDES.index(side)].sum()) for t in self.titles)


def _codes(audit: Audit) -> Any:
    return audit.setting.country.codes("province")


def _of_titles(audit: Audit, titles: set[str]) -> Audit:
    """What an audit says of these titles; joint rules count where all their titles are among them."""
    if set(audit.cetvel.titles) == titles:
        return audit
    groups = tuple(
        replace(
            g,
            findings=tuple(f for f in g.findings if set(f.title.split("+")) <= titles),
            titles={t: found for t, found in g.titles.items() if t in titles},
            hidden=tuple(h for h in g.hidden if set(h.title.split("+")) <= titles),
        )
        for g in audit.groups
    )
    return replace(audit, groups=groups, extra=tuple(f for f in audit.extra if f.title in titles))


@overload
def compare(a: Plan, b: Plan) -> Difference: ...


@overload
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
    same_law: bool = False,
) -> Comparison: ...


def compare(
    a: str | os.PathLike[str] | Plan,
    b: str | os.PathLike[str] | Plan,
    data: Data = None,
    scenario: Files = (),
    *,
    sets: Sequence[str] = (),
    jobs: int = 1,
    progress: Progress | None = None,
    rulebook: str | os.PathLike[str] | None = None,
    cache: bool = True,
    same_law: bool = False,
) -> Comparison | Difference:
    """Compare two tables (plan folders, hand-made tables, ``"filled"``); or two plans in memory.

    Two :class:`~pdc.planning.plan.Plan` give a :class:`~pdc.ask.difference.Difference`, ``a`` its base: each
    stands as its own law made it, and nothing is measured again.

    A plan folder is measured by its own law and data, as it was made; ``data``, ``scenario``, ``sets`` and
    ``rulebook`` are for the others (and ``data`` is where those of a plan are looked for, if they are no
    longer where they were). Where nothing is given, a table beside a plan is measured by the law of that
    plan. With ``same_law`` both are measured by what is given. ``cache`` as for :func:`pdc.plan`. Raises
    :class:`~pdc.base.faults.InputError` where one cannot be read.
    """
    if isinstance(a, Plan) and isinstance(b, Plan):
        return difference(a, b)
    if isinstance(a, Plan) or isinstance(b, Plan):
        raise TypeError("compare: two plans, or two tables (pdc.planning.write.write makes a folder)")
    store = user_cache() if cache else None
    laws = laws_of((a, b), data, scenario, sets, rulebook, store, same_law)
    tables = read_both((a, b), laws)
    return compare_by(laws, tables, jobs, progress, store)


def laws_of(
    tables: Sequence[str | os.PathLike[str]],
    data: Data = None,
    scenario: Files = (),
    sets: Sequence[str] = (),
    rulebook: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    same: bool = False,
) -> tuple[Law, Law]:
    """What each of two tables is measured by, as :func:`compare` says; the faults of both at once."""
    found: list[Law | None] = []
    faults: list[Fault] = []
    for table in () if same else tables:
        try:
            found.append(own_law(Path(table), data, cache))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    known = [law for law in found if law is not None]
    if len(known) < len(SIDES):
        nothing = data is None and not scenario and not sets and rulebook is None
        if known and nothing:
            rest = Law(known[0].setting, "other")
        else:
            rest = Law(prepare(data, scenario, sets, rulebook, cache), "given")
        known = [law or rest for law in found] if found else [rest, rest]
    return known[0], known[1]


def read_both(tables: Sequence[str | os.PathLike[str]], laws: Sequence[Law]) -> tuple[Cetvel, Cetvel]:
    """Both tables, or the faults of both at once."""
    found: list[Cetvel] = []
    faults: list[Fault] = []
    for table, law in zip(tables, laws, strict=True):
        try:
            found.append(read_cetvel(table, law.setting))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found[0], found[1]


def compare_tables(
    setting: Setting,
    a: Cetvel,
    b: Cetvel,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Comparison:
    """Compare tables that were read, both measured by one law."""
    law = Law(setting, "given")
    return compare_by((law, law), (a, b), jobs, progress, cache)


def compare_by(
    laws: tuple[Law, Law],
    tables: tuple[Cetvel, Cetvel],
    jobs: int = 1,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Comparison:
    """Compare tables that were read, each measured by its law: both at the coarser of their levels."""
    a, b = tables
    level = max(a.level, b.level, key=FINER.index)
    if a.name == b.name:
        a, b = replace(a, name=f"A: {a.name}"), replace(b, name=f"B: {b.name}")
    tell = progress or (lambda done, total, name: None)
    made = []
    for k, table in enumerate((a.coarser(level), b.coarser(level))):
        made.append(measure(laws[k].setting, table, jobs, _part(tell, k), cache))
    return Comparison(made[0], made[1], level, laws)


def law_lines(made: Comparison, lang: Lang) -> list[str]:
    """By what each of the two is measured, a line each."""
    sides = zip("AB", made.sides.values(), made.laws, strict=False)
    return [sentence(side, audit.cetvel.name, law.told(), lang) for side, audit, law in sides]


def _part(tell: Progress, k: int) -> Progress:
    """Progress of the first or second of two tables."""
    return lambda done, total, now: tell(k * total + done, 2 * total, now)


def write_comparison(comparison: Comparison, target: Path, lang: Lang = "tr") -> Path:
    """Write ``differences.csv``, both audits (``a_…``, ``b_…``), ``difference.html``; whole or not at all."""
    inputs = (*comparison.a.inputs, *comparison.b.inputs)
    folder = Folder(place(target, "compare", inputs))
    try:
        folder.write("differences.csv", to_csv(comparison.frame()))
        folder.write("compare_summary.json", as_json(comparison.to_dict(lang)))
        from pdc_reports.audit_page import Shown, write_compare_page  # noqa: PLC0415 - it draws

        with wording(comparison.a.setting.rulebook.about.words):
            parts(comparison.b, folder, lang, "b_")
            parts(comparison.a, folder, lang, "a_", beside=comparison.b)
            shown = Shown(
                comparison.difference.to_dict(),
                comparison.difference.by_province_and_title(),
                comparison.differences(),
                names_of(comparison.a, comparison.b),
            )
            write_compare_page(folder.path, shown, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise

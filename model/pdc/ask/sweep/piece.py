"""One scenario planned: what of its plan the tables need, as bytes that do not depend on where or when.

A piece is JSON, compressed, under its SHA-256: it travels between processes and machines and lies in the work
area until the sweep is whole.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pdc.ask.sweep.design import Case, law_of, tables_of
from pdc.ask.sweep.spec import Sweep
from pdc.base.cache import Cache, digest
from pdc.base.faults import InputError
from pdc.base.numbers import Ints
from pdc.country.country import Country, level_sums
from pdc.country.merges import merge
from pdc.country.setting import Setting, merging
from pdc.law.scenario import NORMS
from pdc.planning.group_plan import GroupPlan
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.summary import OPTIMAL
from pdc.program.options import Options
from pdc.solve.no_plan.errors import ClashError
from pdc.tables import Tables, change
from pdc_common.fairness import fairness
from pdc_common.levels import LEVELS

NO_PLAN = "no_plan"
_DIGITS = 9
_LEAST_TARGET = 0.01  # as the deviation reads a target


@dataclass(eq=False)
class Bench:
    """All that a worker keeps from one scenario to the next: the tables, and countries merged from them."""

    sweep: Sweep
    tables: Tables
    cache: Cache | None
    key: str = ""
    merged: dict[str, Country] = field(default_factory=dict)

    def setting(self, case: Case) -> Setting:
        """What a scenario is planned from."""
        sweep = self.sweep
        book = law_of(sweep, case)
        tables = tables_of(sweep, case, self.tables)
        if tables is not self.tables:
            country = merge(change(tables, sweep.scenario.edits), book)
            return Setting(country, book, sweep.scenario, {})
        how = digest(*merging(book))
        if how not in self.merged:
            self.merged[how] = merge(change(tables, sweep.scenario.edits), book)
        key = digest("sweep", self.tables.sha256, sweep.scenario.edits, how)
        return Setting(self.merged[how], book, sweep.scenario, {}, key=key)

    def plan(self, case: Case, jobs: int = 1) -> Plan:
        """The plan of a scenario."""
        options = Options(norm=self.sweep.scenario.norm or NORMS[0])
        return plan_setting(self.setting(case), self.sweep.titles, options, jobs, cache=self.cache)


def piece(bench: Bench, case: Case, jobs: int = 1) -> bytes:
    """Plan a scenario. One that no lawful plan can meet is a result too: it says what clashes."""
    content: dict[str, Any] = {"scenario": case.number}
    try:
        plan = bench.plan(case, jobs)
    except ClashError as error:
        content |= {"status": NO_PLAN, "why": [error.group, *error.names]}
    except InputError as error:
        content |= {"status": NO_PLAN, "why": [fault.text("en") for fault in error.faults[:5]]}
    else:
        content |= {"status": OPTIMAL, "why": [], **measured(plan)}
    return pack(content)


def pack(content: Mapping[str, Any]) -> bytes:
    """Content of a piece → bytes."""
    return zlib.compress(json.dumps(content, sort_keys=True, ensure_ascii=False).encode(), 6)


def unpack(piece_: bytes) -> dict[str, Any]:
    """Bytes → content of a piece."""
    found: dict[str, Any] = json.loads(zlib.decompress(piece_))
    return found


def measured(plan: Plan) -> dict[str, Any]:
    """What a sweep keeps of a plan: ``titles`` (posts, deviation, fairness) and ``shortfall`` by clause."""
    country = plan.country
    people = np.zeros(len(country.provinces), dtype=np.int64)
    np.add.at(
        people,
        country.district_province,
        country.districts[plan.rulebook.schema.population].to_numpy(dtype=np.int64),
    )
    titles: dict[str, Any] = {}
    short: dict[str, dict[str, int]] = {}
    for group in plan.groups:
        for title in group.group.titles:
            titles[title] = _title(country, group, title, people, plan.options.norm)
        for finding in group.findings:
            if finding.shortfall and not finding.hard:
                clauses = short.setdefault(finding.title, {})
                clauses[finding.clause] = clauses.get(finding.clause, 0) + finding.shortfall
    return {"titles": titles, "shortfall": short}


def _title(country: Country, group: GroupPlan, title: str, people: Ints, norm: str) -> dict[str, Any]:
    units, targets = group.solution.posts[title], group.targets[title]
    found: dict[str, Any] = {"posts": {}, "deviation": {}}
    for level in LEVELS:
        posts = level_sums(country, units, level)
        codes = country.codes(level)
        some = np.flatnonzero(posts)
        found["posts"][level] = {str(codes[i]): int(posts[i]) for i in some.tolist()}
        found["deviation"][level] = _deviation(
            country, posts, getattr(targets, level), targets.eligible, level, norm
        )
    lived = people > 0
    spread = fairness(people[lived], level_sums(country, units, "province")[lived])
    found["fairness"] = {
        name: None if math.isnan(value) or math.isinf(value) else round(value, _DIGITS)
        for name, value in (("gini", spread.gini), ("max_min", spread.ratio), ("theil", spread.theil))
    }
    return found


def _deviation(country: Country, posts: Ints, target: Any, eligible: Any, level: str, norm: str) -> float:
    """Σ (x − q)² / q, or Σ |x − q|, over the places of a level, as the objective sums it."""
    at = {"unit": np.arange(len(country.units)), "district": country.unit_district}.get(level)
    places = np.arange(len(posts)) if at is None else np.unique(at[eligible])
    q = np.array([max(float(target[i]), _LEAST_TARGET) for i in places.tolist()])
    gap = posts[places] - q
    terms = gap * gap / q if norm == NORMS[0] else np.abs(gap)
    return round(math.fsum(terms.tolist()), _DIGITS)

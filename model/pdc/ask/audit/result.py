"""What an audit finds, as frozen results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.ask.audit.hidden import Hidden
from pdc.ask.handmade import Cetvel
from pdc.base.numbers import Ints
from pdc.country.country import Country, Notice
from pdc.country.setting import Setting
from pdc.law.groups import Group
from pdc.planning.shelf import Floats
from pdc.rules.cells import BINDING, KEPT, NOT_APPLICABLE, SHORT
from pdc.rules.kinds import KINDS, Finding
from pdc_common.levels import LEVELS
from pdc_common.numerals import number
from pdc_common.text import Lang, say

BROKEN, NOT_VISIBLE = "broken", "not_visible"


AUDIT_COLUMNS: Final = (
    "clause", "title", "level", "code", "required", "posts", "shortfall", "tier", "status", "province_code",
    "place", "people", "at_least", "reason",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Where:
    """Codes, provinces and people of places, by level and position."""

    country: Country

    @cached_property
    def codes(self) -> dict[str, list[str]]:
        """Codes as text."""
        return {lv: self.country.codes(lv).tolist() for lv in ("national", *LEVELS)}

    @cached_property
    def provinces(self) -> dict[str, list[int]]:
        """Plate code of each place's province."""
        plates = self.country.provinces["province_code"].to_numpy(dtype=np.int64)
        return {
            "province": plates.tolist(),
            "district": plates[self.country.district_province].tolist(),
            "unit": plates[self.country.unit_province].tolist(),
        }

    @cached_property
    def people(self) -> dict[str, list[int]]:
        """Population of a province or district; whom a unit serves, or its district's where it has none."""
        c = self.country
        etf = c.population()
        catchment = c.served()
        province = np.zeros(len(c.provinces), dtype=np.int64)
        np.add.at(province, c.district_province, etf)
        return {
            "national": [int(etf.sum())],
            "province": province.tolist(),
            "district": etf.tolist(),
            "unit": np.where(catchment > 0, catchment, etf[c.unit_district]).tolist(),
        }

    def affected(self, findings: Iterable[Finding]) -> int:
        """People of all these places, nobody twice."""
        c = self.country
        by_level: dict[str, set[int]] = {lv: set() for lv in ("national", *LEVELS)}
        for f in findings:
            by_level[f.level].add(f.at)
        if by_level["national"]:
            return self.people["national"][0]
        catchment = c.served().tolist()
        provinces, districts = by_level["province"], set(by_level["district"])
        alone = set()
        for u in by_level["unit"]:
            if catchment[u] > 0:
                alone.add(u)
            else:
                districts.add(int(c.unit_district[u]))
        total = sum(self.people["province"][p] for p in provinces)
        districts = {d for d in districts if int(c.district_province[d]) not in provinces}
        total += sum(self.people["district"][d] for d in districts)
        total += sum(
            self.people["unit"][u]
            for u in alone
            if int(c.unit_district[u]) not in districts and int(c.unit_province[u]) not in provinces
        )
        return total


def status_of(finding: Finding) -> str:
    """``broken`` for a hard rule that does not hold, else the finding's own word."""
    return BROKEN if finding.hard and finding.status == SHORT else finding.status


def audit_frame(audit: Audit, where: Where) -> pd.DataFrame:
    """``audit.csv``: one row a rule instance, then what the table cannot show."""
    order = {title.code: i for i, title in enumerate(audit.setting.rulebook.titles)}
    clauses = {clause: i for i, clause in enumerate(audit.setting.rulebook.clauses)}
    depth = {"national": 0, "province": 1, "district": 2, "unit": 3}
    mark = int(audit.at_least)
    rows: list[tuple[Any, ...]] = []
    for f in audit.findings:
        national = f.level == "national"
        rows.append(
            (
                f.clause, f.title, f.level, where.codes[f.level][f.at],
                "" if f.required is None else f.required, "" if f.posts is None else f.posts, f.shortfall,
                "" if f.tier is None else f.tier, status_of(f),
                "" if national else where.provinces[f.level][f.at], where.country.place_names[f.level][f.at],
                where.people[f.level][f.at], mark if f.shortfall else 0, "",
            )
        )  # fmt: skip
    hidden = {(h.clause, h.title, h.level, h.reason, h.what) for g in audit.groups for h in g.hidden}
    for clause, title, level, reason, what in hidden:
        text = f"{reason}:{what}" if what else reason
        rows.append((clause, title, level, "", "", "", 0, "", NOT_VISIBLE, "", "", "", 0, text))
    seen = {row[0] for row in rows}
    for clause, entry in audit.setting.rulebook.clauses.items():
        if clause not in seen:
            acts = any(rule.kind not in KINDS for rule in entry.rules)
            state = KEPT if acts else NOT_APPLICABLE
            rows.append((clause, "", "national", "", "", "", 0, "", state, "", "", "", 0, ""))
    rows.sort(
        key=lambda r: (
            clauses.get(r[0], len(clauses)), order.get(r[1].split("+")[0], -1), r[1], depth[r[2]],
            r[9] if r[9] != "" else 0, r[3], r[8],
        )
    )  # fmt: skip
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


@dataclass(frozen=True, eq=False)
class TitleAudit:
    """One title: its supply and, by level, the places in the plan's tables, their targets and posts.

    ``places[level]`` are positions, ``target[level]`` decimals, ``posts[level]`` whole numbers, in one order;
    ``deviation`` is what the objective sums up, Σ (x − q)² / q.
    """

    supply: int | None
    places: Mapping[str, Ints]
    target: Mapping[str, Floats]
    posts: Mapping[str, Ints]
    deviation: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class GroupAudit:
    """Findings of one group, and what could not be judged."""

    group: Group
    findings: tuple[Finding, ...]
    titles: Mapping[str, TitleAudit]
    hidden: tuple[Hidden, ...]


@dataclass(frozen=True, eq=False)
class Audit:
    """A table measured on every clause."""

    setting: Setting
    cetvel: Cetvel
    groups: tuple[GroupAudit, ...]
    extra: tuple[Finding, ...]
    missing: tuple[str, ...]
    not_planned: Mapping[str, Notice]

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files and folders that were read: no result is written over them."""
        return (*self.setting.inputs, *((self.cetvel.path,) if self.cetvel.path else ()))

    @property
    def findings(self) -> list[Finding]:
        """All findings."""
        return [*self.extra, *(f for g in self.groups for f in g.findings)]

    @property
    def titles(self) -> dict[str, TitleAudit]:
        """Measured titles in the order of the rulebook."""
        found = {t: a for g in self.groups for t, a in g.titles.items()}
        return {t.code: found[t.code] for t in self.setting.rulebook.titles if t.code in found}

    @property
    def frame(self) -> pd.DataFrame:
        """``audit.csv`` as a frame."""
        return audit_frame(self, Where(self.setting.country))

    @property
    def at_least(self) -> bool:
        """A table by district or province proves less: its findings are lower bounds."""
        return self.cetvel.level != "unit"

    def summary(self, lang: Lang = "en") -> str:
        """What a person reads of an audit, in a few lines."""
        states = Counter(status_of(f) for f in self.findings)
        posts = sum(int(one.posts["province"].sum()) for one in self.titles.values())
        told = {state: number(states[state], lang) for state in (KEPT, BINDING, SHORT, BROKEN)}
        return say(
            "audit.summary", lang, name=self.cetvel.name, titles=len(self.titles), posts=number(posts, lang),
            short_posts=number(sum(f.shortfall for f in self.findings), lang), **told,
        )  # fmt: skip

    def __repr__(self) -> str:
        return self.summary()

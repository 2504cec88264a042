"""An audit as tables: every clause at every place, doubts, the numbers beside their targets, the summary."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.ask.audit.counting import Audit
from pdc.ask.handmade.table import Doubt
from pdc.country.country import Country
from pdc.program.value import DIGITS
from pdc.rules.kinds import Finding
from pdc.rules.kinds.base import KEPT, NOT_APPLICABLE, SHORT
from pdc_common.fairness import fairness
from pdc_common.text import Lang, say

BROKEN, NOT_VISIBLE = "broken", "not_visible"
STATUSES: Final = ("kept", "binding", "short", "broken", "not_visible", "not_applicable")
AUDIT_COLUMNS: Final = (
    "clause", "title", "level", "code", "required", "posts", "shortfall", "tier", "status", "province_code",
    "place", "people", "at_least", "reason",
)  # fmt: skip
DOUBT_COLUMNS: Final = (
    "kind", "file", "row", "column", "text", "level", "code", "name", "score", "alternatives", "posts",
    "expected", "sentence",
)  # fmt: skip
_CONSTRAINING: Final = {"floor", "fix", "ratio", "band", "cap", "share", "order", "none_or"}
_LEVELS: Final = ("province", "district", "unit")


@dataclass(frozen=True, eq=False)
class Where:
    """Codes, provinces and people of places, by level and position."""

    country: Country

    @cached_property
    def codes(self) -> dict[str, list[str]]:
        """Codes as text."""
        return {lv: self.country.codes(lv).tolist() for lv in ("national", *_LEVELS)}

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
        by_level: dict[str, set[int]] = {lv: set() for lv in ("national", *_LEVELS)}
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
    clauses = {number: i for i, number in enumerate(audit.setting.rulebook.clauses)}
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
    for number, entry in audit.setting.rulebook.clauses.items():
        if number not in seen:
            acts = any(rule.kind not in _CONSTRAINING for rule in entry.rules)
            state = KEPT if acts else NOT_APPLICABLE
            rows.append((number, "", "national", "", "", "", 0, "", state, "", "", "", 0, ""))
    rows.sort(
        key=lambda r: (
            clauses.get(r[0], len(clauses)), order.get(r[1].split("+")[0], -1), r[1], depth[r[2]],
            r[9] if r[9] != "" else 0, r[3], r[8],
        )
    )  # fmt: skip
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def doubts_of(audit: Audit) -> list[Doubt]:
    """Doubts of the reading, and titles that the table does not have."""
    names = {title.code: title.name["tr"] for title in audit.setting.rulebook.titles}
    name = audit.cetvel.name
    return [
        *audit.cetvel.doubts,
        *(Doubt("absent_title", name, None, "", names[t], "national", t) for t in audit.missing),
    ]


def sentence(doubt: Doubt, lang: Lang) -> str:
    """A doubt in words."""
    key = f"{doubt.kind}_{doubt.reason}" if doubt.kind in ("row", "column") else doubt.kind
    score = "" if doubt.score is None else f"{doubt.score:.0f}"
    values: dict[str, object] = {
        "text": doubt.text,
        "name": doubt.name,
        "posts": doubt.posts if doubt.posts is not None else "–",
    }
    values |= {"expected": doubt.expected, "score": score, "reason": doubt.reason}
    values |= {"column": doubt.column}
    return say(f"audit.doubt.{key}", lang, **values)


def doubts_frame(audit: Audit, lang: Lang) -> pd.DataFrame:
    """``doubts.csv``."""
    rows = [
        (
            d.kind, d.file, "" if d.row is None else d.row, d.column, d.text, d.level, d.code, d.name,
            "" if d.score is None else f"{d.score:.1f}",
            "; ".join(f"{n} ({s:.0f})" for n, s in d.alternatives),
            "" if d.posts is None else d.posts, "" if d.expected is None else d.expected, sentence(d, lang),
        )
        for d in doubts_of(audit)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(DOUBT_COLUMNS))


def level_frame(audit: Audit, level: str) -> pd.DataFrame:
    """``audit_provinces.csv`` and its sisters: the columns of ``plan_provinces.csv``."""
    country = audit.setting.country
    province = country.provinces["province_code"].to_numpy(dtype=np.int64)
    parts = []
    for rank, (title, found) in enumerate(audit.titles.items()):
        if level not in found.places:
            continue
        rows = found.places[level]
        data: dict[str, Any] = {}
        at = {"unit": country.unit_province, "district": country.district_province}.get(level)
        data["province_code"] = province[rows] if at is None else province[at[rows]]
        if level != "province":
            in_district = country.unit_district[rows] if level == "unit" else rows
            data["district_code"] = country.codes("district")[in_district]
        if level == "unit":
            data["unit_code"] = country.codes("unit")[rows]
        target = found.target[level]
        data |= {
            "title": title, "target": target, "posts": found.posts[level],
            "deviation": np.round(found.posts[level] - target, DIGITS), "_order": rank,
        }  # fmt: skip
        parts.append(pd.DataFrame(data))
    keys = {"unit": ["unit_code"], "district": ["district_code"]}.get(level, [])
    if not parts:
        return pd.DataFrame(columns=["province_code", *keys, "title", "target", "posts", "deviation"])
    frame = pd.concat(parts, ignore_index=True)
    by = ["province_code", *(["district_code"] if level != "province" else []), *keys]
    by = list(dict.fromkeys(by))
    return frame.sort_values([*by, "_order"], kind="stable").drop(columns="_order").reset_index(drop=True)


def by_clause(audit: Audit, where: Where) -> dict[str, dict[str, int]]:
    """Counts of every clause by status, posts short, posts beyond hard limits, people concerned."""
    found: dict[str, dict[str, int]] = {}
    bad: dict[str, list[Finding]] = {}

    def entry(clause: str) -> dict[str, int]:
        if clause not in found:
            found[clause] = {**dict.fromkeys(STATUSES[:-1], 0), "shortfall": 0, "excess": 0, "people": 0}
        return found[clause]

    for f in audit.findings:
        row, state = entry(f.clause), status_of(f)
        row[state] += 1
        if f.shortfall:
            row["excess" if state == BROKEN else "shortfall"] += f.shortfall
            bad.setdefault(f.clause, []).append(f)
    for clause, _ in sorted({(h.clause, h.title) for g in audit.groups for h in g.hidden}):
        entry(clause)[NOT_VISIBLE] += 1
    for clause, findings in bad.items():
        found[clause]["people"] = where.affected(findings)
    return {number: found[number] for number in audit.setting.rulebook.clauses if number in found}


def summary(audit: Audit, where: Where, lang: Lang) -> dict[str, Any]:
    """``audit_summary.json``."""
    setting, cetvel = audit.setting, audit.cetvel
    clauses = by_clause(audit, where)
    tiers = {str(k): 0 for k in (1, 2, 3, 4)}
    for f in audit.findings:
        if f.tier is not None:
            tiers[str(f.tier)] += f.shortfall
    titles = {title: _title(audit, title, where) for title in audit.titles}
    kinds: dict[str, int] = {}
    for d in doubts_of(audit):
        kinds[d.kind] = kinds.get(d.kind, 0) + 1
    broken = sum(row["broken"] for row in clauses.values())
    return {
        "lang": lang,
        "table": {
            "name": cetvel.name,
            "level": cetvel.level,
            "titles": list(cetvel.titles),
            "posts": sum(int(p.sum()) for p in cetvel.posts.values()),
            "provinces": int(cetvel.covered["province"].sum()),
            "whole": cetvel.whole,
        },
        "at_least": audit.at_least,
        "scenario": {
            "names": list(setting.scenario.names),
            "changes": dict(setting.scenario.changes),
            "clauses": list(setting.scenario.clauses),
        },
        "data": {"name": setting.country.name, "sha256": setting.country.sha256},
        "rulebook": {"sha256": setting.rulebook.sha256, "clauses": len(setting.rulebook.clauses)},
        "people": where.people["national"][0],
        "lawful": broken == 0,
        "broken": broken,
        "short": sum(row["short"] for row in clauses.values()),
        "excess": sum(row["excess"] for row in clauses.values()),
        "shortfall": tiers,
        "deviation": {
            level: math.fsum(entry["deviation"][level] for entry in titles.values())
            for level in _LEVELS
            if all(level in entry["deviation"] for entry in titles.values()) and titles
        },
        "clauses": clauses,
        "titles": titles,
        "missing_titles": list(audit.missing),
        "not_planned": list(audit.not_planned),
        "doubts": kinds,
    }


def _title(audit: Audit, title: str, where: Where) -> dict[str, Any]:
    found = audit.titles[title]
    # A table of a few districts judges no province: then nothing is to be compared.
    rows = found.places.get("province", np.zeros(0, dtype=np.int64))
    people = np.array(where.people["province"], dtype=np.float64)[rows]
    entry: dict[str, Any] = {
        "supply": found.supply,
        "posts": int(audit.cetvel.posts[title].sum()),
        "filled": audit.setting.country.national_filled.get(title, 0),
        "deviation": dict(found.deviation),
    }
    some = people > 0
    for name, values in (
        ("posts", found.posts.get("province")),
        ("target", found.target.get("province")),
    ):
        if values is not None and some.sum() > 1 and values[some].sum() > 0:
            measured = fairness(people[some], np.maximum(values[some], 0).astype(np.float64))
            entry[f"fairness_{name}"] = {
                key: None if math.isnan(v) or math.isinf(v) else round(v, 9)
                for key, v in vars(measured).items()
            }
        else:
            entry[f"fairness_{name}"] = None
    return entry

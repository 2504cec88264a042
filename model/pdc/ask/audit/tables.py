"""An audit as tables: every clause at every place, doubts, the numbers beside their targets, the summary."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from pdc.ask.audit.result import BROKEN, NOT_VISIBLE, Audit, Where, status_of
from pdc.ask.handmade.table import Doubt
from pdc.base.numbers import DIGITS
from pdc.rules.kinds import Finding
from pdc_common.fairness import fairness
from pdc_common.levels import LEVELS
from pdc_common.text import Lang, say

STATUSES: Final = ("kept", "binding", "short", "broken", "not_visible", "not_applicable")
FARTHEST: Final = 3  # places of a title that are farthest from their targets
DOUBT_COLUMNS: Final = (
    "kind", "file", "row", "column", "text", "level", "code", "name", "score", "alternatives", "posts",
    "expected", "sentence",
)  # fmt: skip


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
    """``doubts.csv`` of an audit."""
    return doubts_table(doubts_of(audit), lang)


def doubts_table(doubts: Iterable[Doubt], lang: Lang) -> pd.DataFrame:
    """``doubts.csv``: what was not beyond doubt in reading a table."""
    rows = [
        (
            d.kind, d.file, "" if d.row is None else d.row, d.column, d.text, d.level, d.code, d.name,
            "" if d.score is None else f"{d.score:.1f}",
            "; ".join(f"{n} ({s:.0f})" for n, s in d.alternatives),
            "" if d.posts is None else d.posts, "" if d.expected is None else d.expected, sentence(d, lang),
        )
        for d in doubts
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
            for level in LEVELS
            if all(level in entry["deviation"] for entry in titles.values()) and titles
        },
        "clauses": clauses,
        "titles": titles,
        "missing_titles": list(audit.missing),
        "not_planned": list(audit.not_planned),
        "doubts": kinds,
    }


def farthest(audit: Audit, title: str, most: int = FARTHEST) -> list[dict[str, Any]]:
    """Places of a title farthest from their targets, in posts, at the finest level of the table."""
    found, country = audit.titles[title], audit.setting.country
    level = next((lv for lv in reversed(LEVELS) if lv in found.places), None)
    if level is None:
        return []
    deviation = np.round(found.posts[level] - found.target[level], DIGITS)
    codes, names = country.codes(level), country.place_names[level]
    rows = np.argsort(-np.abs(deviation), kind="stable")[:most].tolist()
    at = found.places[level]
    return [
        {
            "level": level, "code": str(codes[at[i]]), "place": names[at[i]],
            "target": float(found.target[level][i]), "posts": int(found.posts[level][i]),
            "deviation": float(deviation[i]),
        }
        for i in rows
        if deviation[i]
    ]  # fmt: skip


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
        "farthest": farthest(audit, title),
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

"""Merges that come before any planning, of places and of staff.

Each merge acts only where the rulebook has a rule of kind ``merge`` for it, with the rule's parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc.base.exact import ZERO, Fraction
from pdc.base.formula import FUNCTIONS, FormulaError, is_text, truth
from pdc.base.frames import frame_of, rows_of, same_rows
from pdc.base.numbers import Floats, Ints, Mask, first_rows, objects
from pdc.country.country import Country, Notice
from pdc.law.reading import blame
from pdc.law.rulebook import Rule, Rulebook
from pdc.law.vocabulary import vocabulary
from pdc.tables import Tables, Vocabulary
from pdc.tables.schema import Schema
from pdc_common.text import fill


@dataclass
class _Places:
    """Frames while they are being merged; ``moved`` and ``joined`` say where units and districts went."""

    schema: Schema
    provinces: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    moved: dict[str, str]
    notices: list[Notice]
    joined: dict[str, str] = field(default_factory=dict)

    def columns(self, table: str, *types: str) -> list[str]:
        """Columns of these types."""
        return [column.name for column in self.schema.tables[table].columns if column.type in types]


def merge(tables: Tables, rulebook: Rulebook) -> Country:
    """Apply the merges of the rulebook and index everything by position."""
    units = tables.units.assign(integrated=np.int64(0))
    places = _Places(rulebook.schema, tables.provinces, tables.districts.copy(), units, {}, [])
    for what, work in _MERGES.items():
        for rule in rulebook.of_kind("merge"):
            if rule.what == what:
                try:
                    work(places, rule, rulebook.parameters_of(rule.clause))
                except FormulaError as error:
                    raise blame(rulebook, error) from error
    return _index(tables, places, rulebook)


def _holds(places: _Places, rule: Rule, key: str, law: Mapping[str, Any]) -> Mask:
    """Where a formula of a merge holds: at each district for a rule of that level, else at each unit."""
    own = places.districts if rule.level == "district" else places.units
    formula = rule.formula(key)
    if formula is None:
        return np.zeros(len(own), dtype=bool)
    chain = [("districts", places.districts), ("provinces", places.provinces)]
    if rule.level == "unit":
        chain.insert(0, ("units", places.units))
    names: dict[str, Any] = {}
    frame, rows = own, np.arange(len(own))
    for table, known in chain:
        if known is not own:
            rows = _rows_of(frame, known, f"{table.removesuffix('s')}_code")[rows]
            frame = known
        for column in places.schema.tables[table].columns:
            if column.word in formula.names and column.name in frame:
                names[column.word] = frame[column.name].to_numpy()[rows]
    value = formula({**names, **law}, FUNCTIONS)
    if is_text(value):
        raise FormulaError("formula.text").of(formula)
    return np.broadcast_to(truth(value), (len(own),)).copy()


def _rows_of(frame: pd.DataFrame, known: pd.DataFrame, link: str) -> npt.NDArray[np.int64]:
    """For each row of ``frame`` the row of ``known`` that it names."""
    row = {code: at for at, code in enumerate(known[link].tolist())}
    return np.fromiter(map(row.__getitem__, frame[link].tolist()), dtype=np.int64, count=len(frame))


def _absorb(places: _Places, into: dict[str, str], keeps: Sequence[str]) -> None:
    """Add each unit named in ``into`` to its host: counts add (but ``keeps``), flags are or-ed, rows go."""
    if not into:
        return
    units = places.units
    codes, marks = units["unit_code"].tolist(), units["not_ready"].tolist()
    row = {code: at for at, code in enumerate(codes)}
    # Titles a unit is not ready for travel with it; "1" (all of them) wins.
    for gone, host in into.items():
        if marks[row[gone]] not in ("", "0"):
            marks[row[host]] = _join_marks(marks[row[host]], marks[row[gone]])
    rows = np.array([row[gone] for gone in into], dtype=np.int64)
    hosts = np.array([row[host] for host in into.values()], dtype=np.int64)
    joined: dict[str, Any] = {"not_ready": objects(marks)}
    counts = (name for name in places.columns("units", "count") if name not in keeps)
    for names, join in ((counts, np.add), (places.columns("units", "flag"), np.maximum)):
        for name in names:
            values = units[name].to_numpy()
            joined[name] = values.copy()
            join.at(joined[name], hosts, values[rows])
    kept = np.ones(len(units), dtype=bool)
    kept[rows] = False
    places.units = rows_of(units, kept, joined)


def _join_marks(a: str, b: str) -> str:
    marks = {m for m in (*a.split(";"), *b.split(";")) if m not in ("", "0")}
    return "1" if "1" in marks else ";".join(sorted(marks)) or "0"


def _into_parent(places: _Places, rule: Rule, law: Mapping[str, Any]) -> None:
    """Units of ``where`` go into the unit they belong to."""
    own = places.units[["unit_code", "parent_unit"]][_holds(places, rule, "where", law)]
    into = dict(zip(own["unit_code"].tolist(), own["parent_unit"].tolist(), strict=True))
    _report(places, rule.clause, into, "merged_unit")
    _absorb(places, into, rule.keeps)
    places.moved |= into


def _mean(values: Sequence[Fraction | None], people: Sequence[int]) -> Fraction | None:
    """Mean of a measure by people; none where one is not known, or nobody lives there."""
    known = [value * count for value, count in zip(values, people, strict=True) if value is not None]
    total = sum(map(int, people))
    return sum(known, ZERO) / total if len(known) == len(values) and total else None


def _one_district(places: _Places, rule: Rule, law: Mapping[str, Any]) -> None:
    """Districts of ``where`` in one province are one, under the lowest of their codes and the rule's name."""
    own = places.districts[_holds(places, rule, "where", law)]
    counts, measures = places.columns("districts", "count"), places.columns("districts", "measure")
    people = own[places.schema.population].tolist()
    into: dict[str, str] = {}
    at = {code: i for i, code in enumerate(places.districts["district_code"].tolist())}
    provinces = places.provinces
    province_names = dict(
        zip(provinces["province_code"].tolist(), provinces["province"].tolist(), strict=True)
    )
    codes, names = own["district_code"].tolist(), own["district"].tolist()
    columns = {name: own[name].tolist() for name in (*counts, *measures)}
    members: dict[int, list[int]] = {}
    for i, code in enumerate(own["province_code"].tolist()):
        members.setdefault(code, []).append(i)
    new: dict[str, dict[int, Any]] = {}
    for code, group in sorted(members.items()):
        lowest = min(codes[i] for i in group)
        into |= {codes[i]: lowest for i in group}
        here = [people[i] for i in group]
        row: dict[str, Any] = {name: _mean([columns[name][i] for i in group], here) for name in measures}
        row |= {name: sum(columns[name][i] for i in group) for name in counts}
        if "central" in places.districts:
            row["central"] = 1
        row["district"] = fill(rule.name, {"province": province_names[code]})
        row |= {name: _middle(own[name].to_numpy()[group]) for name in ("latitude", "longitude")}
        for column, value in row.items():
            new.setdefault(column, {})[at[lowest]] = value
        for gone, name in sorted((codes[i], names[i]) for i in group if codes[i] != lowest):
            values = {"district": name, "into": lowest}
            places.notices.append(Notice(rule.clause, "district", gone, "", None, "merged_district", values))
    for column, found in new.items():
        places.districts[column] = _with_values(places.districts[column], found)
    gone_codes = [district for district, lowest in into.items() if district != lowest]
    places.districts = places.districts[~places.districts["district_code"].isin(gone_codes)]
    known = [into.get(code, code) for code in places.units["district_code"].tolist()]
    places.units["district_code"] = pd.Series(objects(known), places.units.index, dtype=object)
    places.joined |= into


def _middle(degrees: Floats) -> float:
    """Mean of the degrees that are known; NaN where none is."""
    known = ~np.isnan(degrees)
    return float(np.where(known, degrees, 0.0).sum() / known.sum()) if known.any() else math.nan


def _with_values(column: pd.Series, new: Mapping[int, Any]) -> pd.Series:
    """A column with other values at some positions, of the same type."""
    values = column.tolist()
    for at, value in new.items():
        values[at] = value
    return pd.Series(values, column.index, dtype=column.dtype)


def _one_roof(places: _Places, rule: Rule, law: Mapping[str, Any]) -> None:
    """Units of ``where`` in one district are one, at the ``host`` with most ``by``; some ``stay``.

    Only where there are both hosts and others.
    """
    units = places.units
    member, host, stay = (_holds(places, rule, key, law) for key in ("where", "host", "stay"))
    size = units[rule.by].to_numpy() if rule.by else np.zeros(len(units), dtype=np.int64)
    by_district: dict[str, list[int]] = {}
    codes, districts = units["unit_code"].tolist(), units["district_code"].tolist()
    for at in np.flatnonzero(member).tolist():
        by_district.setdefault(districts[at], []).append(at)
    into: dict[str, str] = {}
    hosts: list[str] = []
    for group in by_district.values():
        institutions = sorted((-int(size[at]), codes[at]) for at in group if host[at])
        if not institutions or len(institutions) == len(group):
            continue
        chosen = institutions[0][1]
        into |= {codes[at]: chosen for at in group if codes[at] != chosen and not stay[at]}
        hosts.append(chosen)
    _report(places, rule.clause, into, "merged_unit")
    _absorb(places, into, rule.keeps)
    if hosts:
        places.units.loc[places.units["unit_code"].isin(hosts), "integrated"] = 1
    places.moved = {gone: into.get(host, host) for gone, host in places.moved.items()} | into


_MERGES: Final[Mapping[str, Callable[[_Places, Rule, Mapping[str, Any]], None]]] = {
    "into_parent": _into_parent,
    "one_district": _one_district,
    "one_roof": _one_roof,
}
"""In their order: each sees what those before it left."""


def _report(places: _Places, clause: str, into: dict[str, str], key: str) -> None:
    if not into:
        return
    names = dict(zip(places.units["unit_code"].tolist(), places.units["unit"].tolist(), strict=True))
    places.notices += [
        Notice(clause, "unit", gone, "", None, key, {"unit": names[gone], "into": names[host], "code": host})
        for gone, host in sorted(into.items())
    ]


def _index(tables: Tables, places: _Places, rulebook: Rulebook) -> Country:
    provinces = tables.provinces.sort_values("province_code").reset_index(drop=True)
    districts = places.districts.sort_values(["province_code", "district_code"]).reset_index(drop=True)
    units = places.units.sort_values("unit_code").reset_index(drop=True)
    district_province = _rows_of(districts, provinces, "province_code")
    unit_district = _rows_of(units, districts, "district_code")
    district_at = {code: i for i, code in enumerate(districts["district_code"].tolist())}
    unit_at = {code: i for i, code in enumerate(units["unit_code"].tolist())}

    position = {"": -1, **unit_at, **{gone: unit_at[host] for gone, host in places.moved.items()}}

    def at(codes: pd.Series) -> np.ndarray:
        return np.fromiter(map(position.__getitem__, codes.tolist()), dtype=np.int64, count=len(codes))

    staff = tables.staff.assign(at=at(tables.staff["unit_code"]))
    filled, trainers, left_out, national = _staff(staff, rulebook)
    limits = {}
    lapsed: list[Notice] = []
    for name in ("standards", "capacity"):
        frame = tables.frame(name)
        if frame.empty:
            limits[name] = frame.assign(at=at(frame["unit_code"]))[["at", "title", "posts"]]
            continue
        # A limit given for a unit that was merged away adds to its host's; a host without a limit has none.
        own = ~frame["unit_code"].isin(list(places.moved))
        groups = frame.assign(at=at(frame["unit_code"]), own=own).groupby(["at", "title"])
        sums = groups["posts"].sum()[groups["own"].any()]
        limits[name] = sums.reset_index()
        lapsed += _merged_limits(frame[~own], places, rulebook, (name, sums))
    training = tables.training.assign(at=at(tables.training["unit_code"]))
    return Country(
        provinces=provinces,
        districts=districts,
        units=units,
        district_province=district_province,
        unit_district=unit_district,
        unit_province=district_province[unit_district] if len(units) else unit_district,
        training=training[["at", "branch", "clinics"]],
        filled=filled,
        trainers=trainers,
        limits=limits,
        national_filled=national,
        left_out=left_out,
        notices=(*places.notices, *lapsed),
        fingerprint=tables.fingerprint,
        name=tables.name,
        schema=rulebook.schema,
        speaks=rulebook.about.speaks,
        before={
            "districts": tables.districts[["district_code", "province_code", "district"]].assign(
                at=[district_at[places.joined.get(code, code)] for code in tables.districts["district_code"]]
            ),
            "units": tables.units[["unit_code", "district_code", "unit", "kind"]].assign(
                at=at(tables.units["unit_code"])
            ),
        },
    )


def _merged_limits(
    gone: pd.DataFrame, places: _Places, rulebook: Rulebook, limit: tuple[str, pd.Series]
) -> list[Notice]:
    """What became of limits given for units merged away: added to their host's, or lapsed (A.9, A.18.d)."""
    name, sums = limit
    column = _LIMITS[name]
    clause = next((r.clause for r in rulebook.of_kind("cap") if _reads(r, column)), "")
    codes = sorted(places.units["unit_code"])
    found = []
    rows = gone[["unit_code", "title", "posts"]].itertuples(index=False, name=None)
    for code, title, posts in sorted(rows):
        host = places.moved[code]
        at = (codes.index(host), title)
        key, total = ("limit_added", int(sums[at])) if at in sums.index else ("limit_lapsed", 0)
        values = {"posts": int(posts), "code": host, "total": total}
        found.append(Notice(clause, "unit", str(code), str(title), int(posts), key, values))
    return found if clause else []


_LIMITS: Final = {"standards": "standard", "capacity": "capacity"}
"""Tables of limits, and the column of the units by which formulas read them."""


def _reads(rule: Rule, column: str) -> bool:
    """Does a formula of the rule read a column?"""
    return any(column in formula.names for formula in rule.formulas.values())


def _staff(
    staff: pd.DataFrame, rulebook: Rulebook
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Counted staff by (unit, planning title), roles by (unit, branch), those left out, national counts."""
    words = vocabulary(rulebook)
    roles: dict[str, str] = {}
    counted: set[str] = set()
    for rule in rulebook.of_kind("scope"):
        values = rulebook.parameters_of(rule.clause)
        if rule.what == "excluded_titles":
            roles |= {title: role for role, titles in values.items() for title in titles}
        elif rule.what == "statuses":
            counted |= set(values["counted"])
    which, pairs = _pairs(staff["title"], staff["branch"])
    role = objects([roles.get(title, "") for title, _ in pairs])
    out = (role != "")[which]
    left_out = staff[out].assign(role=role[which[out]])
    trainers = _filled_by(left_out[left_out["at"] >= 0], "at", "branch", "role")
    trainers = trainers.rename(columns={"role": "kind"})
    planned = [_planning_title(title, branch, words) for title, branch in pairs]
    names = sorted(set(planned))
    number = np.array([names.index(title) for title in planned], dtype=np.int64)[which]
    rows = np.flatnonzero(~out & staff["status"].isin(list(counted)).to_numpy())
    filled = _counted(staff.iloc[rows], names, number[rows], _locked(rulebook))
    left = _filled_by(left_out, "title", "branch")
    national = _filled_by(filled, "title")
    counts = dict(zip(national["title"].tolist(), national["filled"].tolist(), strict=True))
    return filled, trainers, left, counts


def _pairs(titles: pd.Series, branches: pd.Series) -> tuple[Ints, list[tuple[str, str]]]:
    """Which of the different pairs of title and branch each row has (n), and those pairs."""
    columns = titles.to_numpy(), branches.to_numpy()
    which = same_rows(columns)
    first = first_rows(which)
    return which, list(zip(*(column[first].tolist() for column in columns), strict=True))


def _counted(
    staff: pd.DataFrame, titles: Sequence[str], number: Ints, locked: Sequence[str]
) -> pd.DataFrame:
    """Sums of staff by (unit position, planning title), those whose status is ``locked`` apart.

    ``number`` is each row's title among ``titles``, which stand in the order of their signs.
    """
    at = staff["at"].to_numpy(dtype=np.int64)
    order = np.lexsort((number, at))
    at, number = at[order], number[order]
    begins = np.flatnonzero(np.append(True, (np.diff(at) != 0) | (np.diff(number) != 0))[: len(at)])
    held = staff["status"].isin(list(locked)).to_numpy()
    columns: dict[str, Any] = {"at": at[begins], "title": objects(titles)[number[begins]]}
    for name in ("filled", "vacant", "absent", "filled_locked", "vacant_locked"):
        posts = staff[name.removesuffix("_locked")].to_numpy()
        own = (np.where(held, posts, 0) if name.endswith("_locked") else posts)[order]
        columns[name] = np.add.reduceat(own, begins) if len(begins) else own
    return frame_of(columns)


def _filled_by(staff: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Sums of ``filled`` by these columns, in the order of their values."""
    columns = {name: staff[name].to_numpy() for name in keys}
    which = same_rows(list(columns.values()))
    first = first_rows(which)
    sums = np.zeros(len(first), dtype=np.int64)
    np.add.at(sums, which, staff["filled"].to_numpy(dtype=np.int64))
    rows = list(zip(*(column[first].tolist() for column in columns.values()), strict=True))
    order = np.array(sorted(range(len(rows)), key=rows.__getitem__), dtype=np.int64)
    return frame_of({**{n: column[first[order]] for n, column in columns.items()}, "filled": sums[order]})


def _locked(rulebook: Rulebook) -> list[str]:
    """Employment statuses whose holders may not be moved."""
    return [
        status for rule in rulebook.of_kind("status") if rule.what == "locked" for status in rule.statuses
    ]


def _planning_title(title: str, branch: str, words: Vocabulary) -> str:
    if title in words.titles or title in words.excluded:
        return title
    if title in words.families:
        return f"{title}.{branch}"
    return words.raw_titles.get((title, branch)) or words.raw_titles.get((title, ""), title)

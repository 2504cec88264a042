"""What must hold between cells: keys, places, parts, parents, branches; each failing row is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pdc.base.numbers import first_rows
from pdc.tables.cells import quote
from pdc.tables.draft import Distinct, Draft
from pdc.tables.schema import Schema
from pdc.tables.words import Words, nearest

_FEW = 5  # values of a column, from which on one may stand out
_FAR = 8  # times the median, or less than that part of it


def check(drafts: Mapping[str, Draft], words: Words) -> None:
    """Run every check that the tables at hand allow; a table that could not be read hides no other fault."""
    for draft in drafts.values():
        _unique(draft)
        _dangling(draft, drafts)
        _outliers(draft)
    if "districts" in drafts:
        _population(drafts["districts"], words.schema.population)
        if "provinces" in drafts:
            _districts_of_provinces(drafts["provinces"], drafts["districts"])
    if "units" in drafts:
        units = drafts["units"]
        _parts(units, words.schema.parts)
        _percents(units)
        _parents(units, words.schema)
        _unit_branches(units, words.schema)
        _near_branches(units, words)
        if "training" in drafts:
            _training(drafts["training"], units, words.schema)
    if "training" in drafts:
        _near_branches(drafts["training"], words)
    if "staff" in drafts:
        _staff_branches(drafts["staff"], words)
        _parts(drafts["staff"], (("filled", ("absent",)),))


def _unique(draft: Draft) -> None:
    key = draft.table.key
    if not key or not draft.has(*key):
        return
    # A code that is itself bad (not ASCII, say) must still be given once; an empty one is no code.
    again, first = _repeated(draft, key)

    def twice(at: int) -> dict[str, object]:
        row = ", ".join(_shown(draft, column, at) for column in key)
        return {"text": quote(row), "first": draft.rows[first[at]]}

    told = [at for at in again if all(_shown(draft, column, at) for column in key)]
    draft.faults(told, key[-1], "duplicate", twice)


def _repeated(draft: Draft, columns: Sequence[str]) -> tuple[list[int], dict[int, int]]:
    """Rows in which these columns are as in a row above, and which is the first row of each of them."""
    numbers = draft.row_numbers(columns, _all_shown)
    if int(numbers.max(initial=-1)) + 1 == len(draft):
        return [], {}
    first: dict[int, int] = {}
    at = {row: first.setdefault(number, row) for row, number in enumerate(numbers.tolist())}
    again = [row for row, one in at.items() if row != one]
    return again, {row: at[row] for row in again}


def _all_shown(cells: Distinct) -> Sequence[object]:
    if set(map(type, cells.values)) == {str}:
        return cells.values
    return list(map(_as_shown, cells.values, cells.texts))


def _as_shown(value: object, text: str) -> str:
    """Texts that are equal where the values are: ``01`` is 1; a bad cell is shown as written."""
    return str(text if value is None else value)


def _shown(draft: Draft, column: str, at: int) -> str:
    return _as_shown(draft.values[column][at], draft.texts[column][at])


def _dangling(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    for column in draft.table.columns:
        if column.to is None or not draft.has(column.name):
            continue
        table, key = column.to
        if table not in drafts or not drafts[table].has(key) or not len(drafts[table]):
            continue  # that table's own fault is told; here every row would repeat it
        if column.name == "parent_unit":
            continue  # _parents tells it, with the kinds that a parent may be of
        keys = drafts[table].distinct(key)
        known = {*keys.values, *keys.texts, None, ""}
        values = draft.values[column.name]
        own = draft.distinct(column.name)
        lost = own.rows({value for value in own.values if value not in known}.__contains__)
        draft.faults(lost, column.name, "dangling", partial(_to, values, column.to))


def _to(values: NDArray[np.object_], to: tuple[str, str], at: int) -> dict[str, object]:
    return {"text": quote(str(values[at])), "target": to[0], "column": to[1]}


def _population(districts: Draft, column: str) -> None:
    if districts.has(column) and len(districts):
        people = districts.values[column]
        if not districts.bad[column].any() and not people.any():
            districts.fault(None, column, "no_population")


def _districts_of_provinces(provinces: Draft, districts: Draft) -> None:
    if not (provinces.has("province_code") and districts.has("province_code") and len(districts)):
        return
    members: dict[object, list[int]] = {}
    for at, code in enumerate(districts.values["province_code"]):
        members.setdefault(code, []).append(at)
    seen = {None}
    for at, code in enumerate(provinces.values["province_code"]):
        if code in seen:
            continue
        seen.add(code)
        name = f"{provinces.texts['province'][at]} ({code})" if provinces.has("province") else str(code)
        if code not in members:
            provinces.fault(at, "province_code", "no_district", province=name)
        elif districts.has("central", "metropolitan_centre"):
            _central(districts, members[code], name)


def _central(districts: Draft, members: list[int], province: str) -> None:
    central, metropolitan = districts.values["central"], districts.values["metropolitan_centre"]
    if any(central[at] is None or metropolitan[at] is None for at in members):
        return
    centres = [at for at in members if central[at] == 1]
    if not centres:
        districts.fault(members[0], "central", "no_central", province=province)
    elif len(centres) > 1 and not all(metropolitan[at] == 1 for at in centres):
        # One of them may stand: the metropolitan centre if there is one, else the first.
        outside = [at for at in centres if metropolitan[at] == 0]
        extra = outside if len(outside) < len(centres) else outside[1:]
        labels = districts.texts.get("district_code", districts.texts["central"])
        listed = quote(", ".join(labels[at] for at in centres))
        for at in extra:
            districts.fault(at, "central", "two_central", province=province, codes=listed)


def _parts(units: Draft, of: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    for whole, parts in of:
        columns = (whole, *parts)
        if not units.has(*columns):
            continue
        most, *values = (np.where(units.bad[c], 0, units.values[c]) for c in columns)
        for at in np.flatnonzero((sum(values) > most) & units.good(*columns)).tolist():
            told = " + ".join(f"{name} {value[at]}" for name, value in zip(parts, values, strict=True))
            units.fault(at, whole, "parts", parts=told, whole=int(most[at]))


def _percents(draft: Draft) -> None:
    for column in draft.table.columns:
        if column.type != "percent" or not draft.has(column.name):
            continue
        for at in draft.distinct(column.name).rows(lambda value: value is not None and 0 < value <= 1):
            draft.warn(at, column.name, "small_percent", text=draft.texts[column.name][at])


def _outliers(draft: Draft) -> None:
    """Rates and factors far from the others of their column: 0.014 among 14s, 105 among 1s."""
    for column in draft.table.columns:
        if column.type not in ("decimal", "positive", "percent") or not draft.has(column.name):
            continue
        cells, percent = draft.distinct(column.name), column.type == "percent"
        values: list[Any] = [value or 0 for value in cells.values]
        # Fractions are slow to compare: doubles bring them into an order where hardly any has to move.
        order = sorted(sorted(range(len(values)), key=lambda i: float(values[i])), key=values.__getitem__)
        some = [i for i in order if values[i]]
        counts = np.cumsum(np.bincount(cells.which, minlength=len(values))[some])
        if not some or counts[-1] < _FEW:
            continue
        median = values[some[int(np.searchsorted(counts, counts[-1] // 2, side="right"))]]
        low, high = median / _FAR, median * _FAR

        def far(value: Any, low: Any = low, high: Any = high, percent: bool = percent) -> bool:
            # A small percentage is told as such.
            return bool(value) and not (percent and value <= 1) and not low <= value <= high

        for at in cells.rows(far):
            text = draft.texts[column.name][at]
            draft.warn(at, column.name, "outlier", text=quote(text), median=f"{float(median):g}")


def repeated(staff: Draft) -> None:
    """Rows of one unit, title, branch and status: added up, even one that was copied by mistake."""
    columns = ("unit_code", "title", "branch", "status")
    if not staff.has(*columns):
        return
    again, _ = _repeated(staff, columns)
    if again:
        row = ", ".join(text for column in columns if (text := _shown(staff, column, again[0])))
        staff.warn(again[0], "title", "repeated_rows", text=quote(row), count=len(again))


def _parents(units: Draft, schema: Schema) -> None:
    if not units.has("unit_code", "kind"):
        return
    kinds, parents = units.values["kind"], units.values["parent_unit"]
    members = units.distinct("kind").rows(schema.parent_kinds.__contains__)
    told = sorted({*members, *units.distinct("parent_unit").rows(bool)})
    # Of a code that is given twice, the first row counts.
    last = len(units) - 1
    at_code = dict(zip(units.values["unit_code"][::-1].tolist(), range(last, -1, -1), strict=True))
    at_text = dict(zip(units.texts["unit_code"][::-1].tolist(), range(last, -1, -1), strict=True))
    for at, kind, parent in zip(told, kinds[told], parents[told], strict=True):
        if kind not in schema.parent_kinds:
            if kind is not None:
                known = ", ".join(schema.parent_kinds) or "–"
                units.warn(at, "parent_unit", "parent_ignored", text=quote(parent), known=known)
            continue
        if parent == "":
            units.fault(at, "parent_unit", "parent_missing", kind=kind)
            continue
        if parent is None:
            continue
        position = at_code.get(parent, at_text.get(parent))
        if position is None:
            units.fault(at, "parent_unit", "dangling", text=quote(parent), target="units", column="unit_code")
        elif kinds[position] is not None and not _may_host(units, position, schema):
            units.fault(at, "parent_unit", "parent_kind", text=quote(parent), kind=kinds[position], own=kind)


def _may_host(units: Draft, at: int, schema: Schema) -> bool:
    kind = units.values["kind"][at]
    some = (schema.parent_some or {}).get(kind)
    number = units.values[some][at] if some else None
    return kind in schema.parent_of and (some is None or number is None or number > 0)


def _unit_branches(units: Draft, schema: Schema) -> None:
    if not units.has("kind") or schema.branch_kinds is None:
        return
    members = units.distinct("kind").rows(schema.branch_kinds.__contains__)
    told = sorted({*members, *units.distinct("branch").rows(bool)})
    for at, kind, branch in zip(told, units.values["kind"][told], units.values["branch"][told], strict=True):
        if kind in schema.branch_kinds and branch == "":
            units.warn(at, "branch", "branch_wanted", kind=kind)
        elif branch and kind is not None and kind not in schema.branch_kinds:
            known = ", ".join(schema.branch_kinds)
            units.warn(at, "branch", "branch_ignored", text=quote(branch), known=known)


def _training(training: Draft, units: Draft, schema: Schema) -> None:
    if not (training.has("unit_code") and units.has("unit_code", "kind")):
        return
    kinds = dict(zip(units.values["unit_code"], units.values["kind"], strict=True))
    for at, code in enumerate(training.values["unit_code"]):
        kind = kinds.get(code)
        if code is not None and kind is not None and schema.training_at and kind not in schema.training_at:
            known = ", ".join(schema.training_at)
            training.fault(at, "unit_code", "training_kind", text=quote(code), kind=kind, known=known)


def _near_branches(draft: Draft, words: Words) -> None:
    """Warn of branches spelt nearly as a planned one: a branch that is not planned is no fault (A.3)."""
    if draft.has("branch"):
        guess_of = _slips(words)
        for at in draft.distinct("branch").rows(lambda branch: bool(guess_of(branch))):
            branch = draft.values["branch"][at]
            draft.warn(at, "branch", "near_branch", text=quote(branch), nearest=guess_of(branch))


def _slips(words: Words) -> Callable[[Any], str]:
    """Finds the planned branch that a branch is spelt nearly as; empty where there is none, or it is one."""
    known = {"", None, *words.branches}

    @cache
    def guess_of(branch: str | None) -> str:
        return "" if branch is None or branch in known else nearest(branch, words.branches, least=90)

    return guess_of


def _staff_branches(staff: Draft, words: Words) -> None:
    if not staff.has("title", "branch") or not len(staff):
        return
    which = staff.row_numbers(("title", "branch"), attrgetter("values"))
    first = first_rows(which)
    pairs = list(zip(staff.values["title"][first], staff.values["branch"][first], strict=True))
    judged = [_branch_fault(*pair, words) for pair in pairs]
    guess_of = _slips(words)
    guesses = [guess_of(_own_branch(*pair, words)) for pair in pairs]
    wrong = np.array([problem is not None for problem in judged], dtype=bool)
    near = np.array(list(map(bool, guesses)), dtype=bool)
    for at in np.flatnonzero(wrong[which]).tolist():
        if (problem := judged[which[at]]) is not None:
            code, values = problem
            staff.fault(at, "branch", code, **values)
    for at in np.flatnonzero(near[which]).tolist():
        title, branch = pairs[which[at]]
        column = "branch" if title in words.families else "title"
        text = quote(_own_branch(title, branch, words) or "")
        staff.warn(at, column, "near_branch", text=text, nearest=guesses[which[at]])


def _own_branch(title: str | None, branch: str | None, words: Words) -> str | None:
    """The branch of a family's staff: in a column of its own, or in the title."""
    if title in words.families:
        return branch
    return title.partition(".")[2] if title and "." in title else None


def _branch_fault(
    title: str | None, branch: str | None, words: Words
) -> tuple[str, dict[str, object]] | None:
    if title is None or branch is None:
        return None
    if title in words.families:
        return ("branch_missing", {"title": title}) if branch == "" else None
    allowed = words.branches_of.get(title)
    if allowed is None or branch in allowed or (branch == "" and title in words.planning_titles):
        return None
    if allowed == ("",):
        return "no_branch_wanted", {"title": title, "text": quote(branch)}
    known = ", ".join(name or "–" for name in allowed)
    return "unknown_branch", {
        "title": title,
        "text": quote(branch),
        "known": known,
        "nearest": nearest(branch, allowed),
    }

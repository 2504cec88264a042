"""What must hold between cells: keys, places, parts, parents, branches; each failing row is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pdc.tables.cells import quote
from pdc.tables.draft import Draft
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
    rows = list(zip(*(_shown(draft, column) for column in key), strict=True))
    first: dict[tuple[str, ...], int] = {}
    again = [at for at, row in enumerate(rows) if first.setdefault(row, at) != at and all(row)]

    def twice(at: int) -> dict[str, object]:
        return {"text": quote(", ".join(rows[at])), "first": draft.rows[first[rows[at]]]}

    draft.faults(again, key[-1], "duplicate", twice)


def _shown(draft: Draft, column: str) -> list[str]:
    """Texts that are equal where the values are: ``01`` is 1; a bad cell is shown as written."""
    pairs = zip(draft.values[column], draft.texts[column], strict=True)
    return [str(text if value is None else value) for value, text in pairs]


def _dangling(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    for column in draft.table.columns:
        if column.to is None or not draft.has(column.name):
            continue
        table, key = column.to
        if table not in drafts or not drafts[table].has(key) or not len(drafts[table]):
            continue  # that table's own fault is told; here every row would repeat it
        if column.name == "parent_unit":
            continue  # _parents tells it, with the kinds that a parent may be of
        known = {*drafts[table].values[key], *drafts[table].texts[key], None, ""}
        values = draft.values[column.name]
        lost = [at for at, value in enumerate(values) if value not in known]
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
        values = draft.values[column.name]
        for at in np.flatnonzero([value is not None and 0 < value <= 1 for value in values]):
            draft.warn(int(at), column.name, "small_percent", text=draft.texts[column.name][at])


def _outliers(draft: Draft) -> None:
    """Rates and factors far from the others of their column: 0.014 among 14s, 105 among 1s."""
    for column in draft.table.columns:
        if column.type not in ("decimal", "positive", "percent") or not draft.has(column.name):
            continue
        values = [value or 0 for value in draft.values[column.name]]
        # Fractions are slow to compare: doubles bring them into an order where hardly any has to move.
        some = sorted(sorted((value for value in values if value), key=float))
        if len(some) < _FEW:
            continue
        median = some[len(some) // 2]
        if some[0] * _FAR >= median and some[-1] <= median * _FAR:
            continue
        for at, value in enumerate(values):
            if not value or (column.type == "percent" and value <= 1):  # which is told as a small percentage
                continue
            if value * _FAR < median or value > median * _FAR:
                text = draft.texts[column.name][at]
                draft.warn(at, column.name, "outlier", text=quote(text), median=f"{float(median):g}")


def repeated(staff: Draft) -> None:
    """Rows of one unit, title, branch and status: added up, even one that was copied by mistake."""
    columns = ("unit_code", "title", "branch", "status")
    if not staff.has(*columns):
        return
    rows = list(zip(*(_shown(staff, column) for column in columns), strict=True))
    first: dict[tuple[str, ...], int] = {}
    again = [at for at, row in enumerate(rows) if first.setdefault(row, at) != at]
    if again:
        row = ", ".join(text for text in rows[again[0]] if text)
        staff.warn(again[0], "title", "repeated_rows", text=quote(row), count=len(again))


def _parents(units: Draft, schema: Schema) -> None:
    if not units.has("unit_code", "kind"):
        return
    kinds = units.values["kind"]
    at_code = {code: at for at, code in reversed(list(enumerate(units.values["unit_code"])))}
    at_text = {text: at for at, text in reversed(list(enumerate(units.texts["unit_code"])))}
    for at, (kind, parent) in enumerate(zip(kinds, units.values["parent_unit"], strict=True)):
        if kind not in schema.parent_kinds:
            if parent and kind is not None:
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
    for at, (kind, branch) in enumerate(zip(units.values["kind"], units.values["branch"], strict=True)):
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
        for at, branch, guess in _slips(list(draft.values["branch"]), words):
            draft.warn(at, "branch", "near_branch", text=quote(branch), nearest=guess)


def _slips(branches: list[str | None], words: Words) -> Iterator[tuple[int, str, str]]:
    known = {"", None, *words.branches}
    guesses: dict[str, str] = {}
    for at, branch in enumerate(branches):
        if branch is None or branch in known:
            continue
        if branch not in guesses:
            guesses[branch] = nearest(branch, words.branches, least=90)
        if guesses[branch]:
            yield at, branch, guesses[branch]


def _staff_branches(staff: Draft, words: Words) -> None:
    if not staff.has("title", "branch"):
        return
    titles, branches = list(staff.values["title"]), list(staff.values["branch"])
    judged = {pair: _branch_fault(*pair, words) for pair in set(zip(titles, branches, strict=True))}
    for at, pair in enumerate(zip(titles, branches, strict=True)):
        if (problem := judged[pair]) is not None:
            code, values = problem
            staff.fault(at, "branch", code, **values)
    of_families = [
        branch if title in words.families else title.partition(".")[2] if title and "." in title else None
        for title, branch in zip(titles, branches, strict=True)
    ]
    for at, branch, guess in _slips(of_families, words):
        column = "branch" if titles[at] in words.families else "title"
        staff.warn(at, column, "near_branch", text=quote(branch), nearest=guess)


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

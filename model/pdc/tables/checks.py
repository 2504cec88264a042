"""What must hold between cells: keys, places, beds, parents, branches; each failing row is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pdc.tables.cells import quote
from pdc.tables.draft import Draft
from pdc.tables.vocabulary import HOSPITALS
from pdc.tables.words import Words, nearest

_EAH = ("eah", "eah_dal")
_INPATIENT = frozenset({*HOSPITALS, "ilce_gun_hastanesi", "saglik_merkezi"})


def check(drafts: Mapping[str, Draft], words: Words) -> None:
    """Run every check that the tables at hand allow; a table that could not be read hides no other fault."""
    for draft in drafts.values():
        _unique(draft)
        _dangling(draft, drafts)
    if "districts" in drafts:
        _population(drafts["districts"])
        if "provinces" in drafts:
            _districts_of_provinces(drafts["provinces"], drafts["districts"])
    if "units" in drafts:
        units = drafts["units"]
        _beds(units)
        _occupancy(units)
        _parents(units)
        _unit_branches(units)
        _near_branches(units, words)
        if "training" in drafts:
            _training(drafts["training"], units)
    if "training" in drafts:
        _near_branches(drafts["training"], words)
    if "staff" in drafts:
        _staff_branches(drafts["staff"], words)


def _unique(draft: Draft) -> None:
    key = draft.table.key
    if not key or not draft.has(*key):
        return
    # A code that is itself bad (not ASCII, say) must still be given once; an empty one is no code.
    texts = pd.DataFrame({column: pd.Series(_shown(draft, column), dtype=object) for column in key})
    given = (texts != "").all(axis=1).to_numpy()
    again = texts.duplicated().to_numpy() & given
    if again.any():
        first: dict[tuple[str, ...], int] = {}
        for at, row in enumerate(texts.itertuples(index=False, name=None)):
            first.setdefault(row, at)
            if again[at]:
                text = quote(", ".join(row))
                draft.fault(at, key[-1], "duplicate", text=text, first=draft.rows[first[row]])


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
            continue  # said already; every row here would say it again
        if column.name == "parent_unit":
            continue  # told in one go with what kind the parent is
        known = {*drafts[table].values[key], *drafts[table].texts[key], None, ""}
        values = draft.values[column.name]
        for at in np.flatnonzero([value not in known for value in values]):
            draft.fault(
                int(at), column.name, "dangling", text=quote(str(values[at])), target=table, column=key
            )


def _population(districts: Draft) -> None:
    if districts.has("etf_population") and len(districts):
        people = districts.values["etf_population"]
        if not districts.bad["etf_population"].any() and not people.any():
            districts.fault(None, "etf_population", "no_population")


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


def _beds(units: Draft) -> None:
    columns = ("beds", "special_beds", "khd_beds")
    beds, special, khd = (np.where(units.bad[c], 0, units.values[c]).astype("int64") for c in columns)
    for at in np.flatnonzero((special + khd > beds) & units.good(*columns)):
        units.fault(int(at), "beds", "parts", beds=int(beds[at]), special=int(special[at]), khd=int(khd[at]))


def _occupancy(units: Draft) -> None:
    values = units.values["bed_occupancy"]
    for at in np.flatnonzero([value is not None and 0 < value <= 1 for value in values]):
        units.warn(int(at), "bed_occupancy", "small_percent", text=units.texts["bed_occupancy"][at])


def _parents(units: Draft) -> None:
    if not units.has("unit_code", "kind"):
        return
    kinds = units.values["kind"]
    at_code = {code: at for at, code in reversed(list(enumerate(units.values["unit_code"])))}
    at_text = {text: at for at, text in reversed(list(enumerate(units.texts["unit_code"])))}
    for at, (kind, parent) in enumerate(zip(kinds, units.values["parent_unit"], strict=True)):
        if kind != "semt_poliklinigi":
            if parent and kind is not None:
                units.warn(at, "parent_unit", "parent_ignored", text=quote(parent))
            continue
        if parent == "":
            units.fault(at, "parent_unit", "parent_missing")
            continue
        if parent is None:
            continue
        position = at_code.get(parent, at_text.get(parent))
        if position is None:
            units.fault(at, "parent_unit", "dangling", text=quote(parent), target="units", column="unit_code")
        elif kinds[position] is not None and not _inpatient(units, position):
            units.fault(at, "parent_unit", "parent_kind", text=quote(parent), kind=kinds[position])


def _inpatient(units: Draft, at: int) -> bool:
    kind, beds = units.values["kind"][at], units.values["beds"][at]
    return kind in _INPATIENT and (kind != "saglik_merkezi" or beds is None or beds > 0)


def _unit_branches(units: Draft) -> None:
    if not units.has("kind"):
        return
    for at, (kind, branch) in enumerate(zip(units.values["kind"], units.values["branch"], strict=True)):
        if kind == "eah_dal" and branch == "":
            units.warn(at, "branch", "branch_wanted")
        elif branch and kind not in ("eah_dal", None):
            units.warn(at, "branch", "branch_ignored", text=quote(branch))


def _training(training: Draft, units: Draft) -> None:
    if not (training.has("unit_code") and units.has("unit_code", "kind")):
        return
    kinds = dict(zip(units.values["unit_code"], units.values["kind"], strict=True))
    for at, code in enumerate(training.values["unit_code"]):
        kind = kinds.get(code)
        if code is not None and kind is not None and kind not in _EAH:
            training.fault(at, "unit_code", "training_kind", text=quote(code), kind=kind)


def _near_branches(draft: Draft, words: Words) -> None:
    """Warn of branches that are nearly a planned one: an uncovered branch is lawful (A.3), a slip unseen."""
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
    of_specialists = [
        branch if title == "uzman" else title[6:] if title and title.startswith("uzman.") else None
        for title, branch in zip(titles, branches, strict=True)
    ]
    for at, branch, guess in _slips(of_specialists, words):
        column = "branch" if titles[at] == "uzman" else "title"
        staff.warn(at, column, "near_branch", text=quote(branch), nearest=guess)


def _branch_fault(
    title: str | None, branch: str | None, words: Words
) -> tuple[str, dict[str, object]] | None:
    if title is None or branch is None:
        return None
    if title == "uzman":
        return ("branch_missing", {}) if branch == "" else None
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

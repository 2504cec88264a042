"""Codes found by name: where a file gives ``İl``, ``İlçe`` or ``Birim`` and the code is due."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from pdc.tables.cells import quote
from pdc.tables.draft import Draft
from pdc_common.text import fold

_PLACES = {"province": "provinces", "district": "districts", "unit": "units"}
_fold = lru_cache(maxsize=200_000)(fold)


def resolve(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    """Fill the code column that ``draft`` gives by name; where it gives both, say which names disagree."""
    places = [place for place in _PLACES if place in draft.names]
    if not places or (target := _target(draft, places)) is None:
        return
    code_column = f"{target}_code"
    known = drafts.get(_PLACES[target])
    if known is None or not known.has(code_column) or not len(known):
        if not draft.has(code_column):
            empty = np.full(len(draft), None, dtype=object)
            draft.put(code_column, empty, np.ones(len(draft), dtype=bool))
        return
    codes = _codes(known, target, places, drafts)
    if draft.has(code_column):
        _compare(draft, target, places, codes)
    else:
        _fill(draft, target, places, codes)


def _target(draft: Draft, places: list[str]) -> str | None:
    """The place whose code column this table has, if it gives that place's name."""
    own = [place for place in places if f"{place}_code" in {column.name for column in draft.table.columns}]
    return own[-1] if own else None


def _codes(
    known: Draft, target: str, places: list[str], drafts: Mapping[str, Draft]
) -> dict[tuple[str, ...], set[object]]:
    """Codes of the target table by the folded names of ``places``."""
    names = {place: _names(known, target, place, drafts) for place in places}
    found: dict[tuple[str, ...], set[object]] = {}
    for at, code in enumerate(known.values[f"{target}_code"]):
        if code is not None:
            found.setdefault(tuple(_fold(names[place][at]) for place in places), set()).add(code)
    return found


def _names(known: Draft, target: str, place: str, drafts: Mapping[str, Draft]) -> list[str]:
    """For each row of the target table, the name of the place it lies in."""
    codes: list[object] = list(known.values[f"{target}_code"])
    at, table = target, known
    while True:
        if at == place:
            own = dict(
                zip(table.values[f"{at}_code"], table.values.get(at, table.texts[f"{at}_code"]), strict=True)
            )
            return [str(own.get(code) or "") for code in codes]
        up = "province" if at == "district" else "district"
        above = drafts.get(_PLACES[up])
        if above is None or not above.has(f"{up}_code") or not table.has(f"{up}_code"):
            return [""] * len(codes)
        parents = dict(zip(table.values[f"{at}_code"], table.values[f"{up}_code"], strict=True))
        codes = [parents.get(code) for code in codes]
        at, table = up, above


def _fill(draft: Draft, target: str, places: list[str], codes: dict[tuple[str, ...], set[object]]) -> None:
    column = draft.table.column(f"{target}_code")
    own = {str(code): code for found in codes.values() for code in found}
    draft.headings[column.name] = draft.headings[f"{target} name"]
    draft.letters[column.name] = draft.letters[f"{target} name"]
    values, bad = np.full(len(draft), None, dtype=object), np.zeros(len(draft), dtype=bool)
    rows = zip(*(draft.names[place] for place in places), strict=True)
    for at, names in enumerate(rows):
        text = names[places.index(target)]
        found = codes.get(tuple(map(_fold, names)), set())
        if len(found) == 1:
            (values[at],) = found
        elif text in own:
            values[at] = own[text]
        elif text == "" and column.blank:
            values[at] = ""
        else:
            bad[at] = True
            _say(draft, at, target, text, found)
    draft.put(column.name, values, bad)


def _say(draft: Draft, at: int, target: str, text: str, found: set[object]) -> None:
    column, table = f"{target}_code", _PLACES[target]
    if text == "":
        draft.fault(at, column, "empty", wanted="text")
    elif found:
        listed = quote(", ".join(sorted(map(str, found))))
        draft.fault(at, column, "ambiguous_name", text=quote(text), target=table, codes=listed)
    else:
        draft.fault(at, column, "unknown_name", text=quote(text), target=table)


def _compare(draft: Draft, target: str, places: list[str], codes: dict[tuple[str, ...], set[object]]) -> None:
    column = f"{target}_code"
    rows = zip(*(draft.names[place] for place in places), strict=True)
    for at, (code, names) in enumerate(zip(draft.values[column], rows, strict=True)):
        found = codes.get(tuple(map(_fold, names)))
        if found and code not in found and code not in (None, ""):
            text = names[places.index(target)]
            draft.warn(at, f"{target} name", "name_disagrees", text=quote(text), code=code)

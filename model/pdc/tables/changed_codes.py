"""Codes of own tables put back as they were before Excel or pandas changed them, with a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pdc.tables.cells import quote
from pdc.tables.codes import Codes, restored
from pdc.tables.draft import Draft


def restore(drafts: Mapping[str, Draft]) -> None:
    """Keys first (``4592.0`` is 4592 where no other row has that code), then what points to them."""
    for draft in drafts.values():
        for column in draft.table.columns:
            if column.type == "code" and column.to is None and draft.has(column.name):
                _keys(draft, column.name)
    for draft in drafts.values():
        for column in draft.table.columns:
            if column.to is None or not draft.has(column.name):
                continue
            table, key = column.to
            if table in drafts and drafts[table].has(key):
                codes = Codes(_texts(drafts[table], key))
                strange = _texts(draft, column.name) - codes.known
                _replace(draft, column.name, {text: codes.find(text) for text in strange})


def _keys(draft: Draft, column: str) -> None:
    texts = _texts(draft, column)
    back = {text: code for text in texts if (code := restored(text)) != text}
    count = Counter((*texts.difference(back), *back.values()))
    _replace(draft, column, {text: code for text, code in back.items() if count[code] == 1})


def _texts(draft: Draft, column: str) -> set[str]:
    return {value for value in draft.distinct(column).values if isinstance(value, str) and value}


def _replace(draft: Draft, column: str, codes: Mapping[str, str | None]) -> None:
    """Put codes in the place of texts (None: as it is), and say so once."""
    changed = {text: code for text, code in codes.items() if code is not None}
    if not changed:
        return
    before = draft.values[column]
    at = draft.replace(column, changed)
    first = before[at[0]]
    draft.warn(at[0], column, "code_changed", text=quote(first), code=changed[first], count=len(at))

"""Codes of own tables put back as they were before Excel or pandas changed them, with a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

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
                codes = Codes(code for code in drafts[table].values[key] if isinstance(code, str))
                _replace(draft, column.name, {text: codes.find(text) for text in _texts(draft, column.name)})


def _keys(draft: Draft, column: str) -> None:
    texts = _texts(draft, column)
    back = {text: restored(text) for text in texts}
    count = Counter(back.values())
    _replace(draft, column, {text: code if count[code] == 1 else None for text, code in back.items()})


def _texts(draft: Draft, column: str) -> set[str]:
    return {value for value in draft.values[column] if isinstance(value, str) and value}


def _replace(draft: Draft, column: str, codes: Mapping[str, str | None]) -> None:
    """Put codes in the place of texts (None: as it is), and say so once."""
    changed = {text: code for text, code in codes.items() if code is not None and code != text}
    if not changed:
        return
    values: NDArray[np.object_] = draft.values[column].copy()
    at = [i for i, value in enumerate(values) if isinstance(value, str) and value in changed]
    first = values[at[0]]
    for i in at:
        values[i] = changed[values[i]]
    draft.values[column] = values
    draft.warn(at[0], column, "code_changed", text=quote(first), code=changed[first], count=len(at))

"""Doubles as texts: the fewest digits that are read as the same double again, as ``repr`` writes them.

orjson writes them five times as fast as ``repr``. Very small and very large ones it writes otherwise
(``2e-5`` or ``0.00002`` for ``2e-05``): those are ``repr``'s.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import orjson

from pdc.base.numbers import Floats

PLAIN: Final = (1e-4, 1e15)  # between these both write plain decimals, whatever the version


def shortest(values: Floats, head: str = "") -> list[str]:
    """``head`` (without a comma) and the text of each number, none of which is infinite or no number.

    Raises :class:`ValueError` for a head that has a comma.
    """
    if "," in head:
        raise ValueError("head with a comma")
    numbers = values.tolist()
    if not numbers:
        return []
    texts = orjson.dumps(numbers)[1:-1].decode("ascii")
    found = (head + texts.replace(",", f",{head}")).split(",")
    size = np.abs(values)
    for i in np.flatnonzero((size < PLAIN[0]) & (size > 0) | (size >= PLAIN[1])).tolist():
        found[i] = f"{head}{numbers[i]!r}"
    return found

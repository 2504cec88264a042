"""Frames from columns as they stand: pandas is left nothing to guess about their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pdc.base.numbers import WRAPS, Ints

Column = npt.NDArray[Any]


def frame_of(columns: Mapping[str, Column]) -> pd.DataFrame:
    """Columns (arrays, n) side by side, index from 0; texts stay ``object``."""
    index = pd.RangeIndex(len(next(iter(columns.values()))))
    series: dict[str, pd.Series[Any]] = {
        name: pd.Series(values, index, dtype=values.dtype) for name, values in columns.items()
    }
    return pd.DataFrame(series, index)


def rows_of(frame: pd.DataFrame, rows: Column, other: Mapping[str, Column]) -> pd.DataFrame:
    """Some rows (mask or positions) of a frame, index from 0; ``other`` columns in the place of its own."""
    names = list(map(str, frame.columns))
    return frame_of({name: np.asarray(other.get(name, frame[name]))[rows] for name in names})


def same_rows(columns: Sequence[Column]) -> Ints:
    """A number for every row (n), the same where all these columns are: 0, 1, … as they first appear."""
    which, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        codes, different = pd.factorize(column)
        if size * len(different) > WRAPS:
            which, size = pd.factorize(which)[0], len(which)
        which, size = which * len(different) + codes, size * len(different)
    return pd.factorize(which)[0]

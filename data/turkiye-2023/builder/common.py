"""What every part of the builder uses: fixed random streams, exact sharing out, exact writing."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Settings = dict[str, Any]


class Noise:
    """One stream of chance, its seed taken from the builder's seed and the stream's name.

    Only uniform doubles are drawn (the part of NumPy's generators that never changed), and whatever
    went through a logarithm or an exponential is rounded, so that no machine's last bit shows.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode("ascii"))]))

    def uniform(self, size: int, low: float = 0.0, high: float = 1.0) -> Floats:
        """Evenly spread numbers."""
        drawn = self._generator.random(size)
        return np.round(low + (high - low) * drawn, 9)

    def normal(self, size: int) -> Floats:
        """Nearly normal numbers, mean 0, variance 1: twelve uniform ones added up, less six."""
        return np.round(self._generator.random((size, 12)).sum(axis=1) - 6.0, 9)

    def factor(self, size: int, sigma: float) -> Floats:
        """Log-normal factors around 1."""
        return np.round(np.exp(sigma * self.normal(size)), 6)

    def chance(self, size: int, probability: float | Floats) -> Bools:
        """True with the given probability."""
        return np.asarray(self._generator.random(size) < probability)

    def whole(self, size: int, low: int, high: int) -> Ints:
        """Whole numbers from low to high, both included."""
        return (low + np.floor(self._generator.random(size) * (high - low + 1))).astype(np.int64)

    def order(self, size: int) -> Ints:
        """A random order of 0 … size - 1."""
        return np.argsort(self._generator.random(size), kind="stable").astype(np.int64)


def share_out(total: int, weights: Sequence[float] | Floats) -> Ints:
    """Share out a whole number by weights, exactly: largest remainder, ties to the earlier place."""
    weight = np.round(np.asarray(weights, dtype=np.float64), 9)
    sum_ = weight.sum()
    if total == 0 or sum_ <= 0:
        if total:
            raise ValueError(f"{total} to share out, but no place may have any")
        return np.zeros(len(weight), dtype=np.int64)
    quota = np.round(total * weight / sum_, 6)
    given = np.floor(quota).astype(np.int64)
    left = total - int(given.sum())
    order = np.lexsort((np.arange(len(weight)), -np.round(quota - given, 6)))
    if left > 0:
        given[order[:left]] += 1
    elif left < 0:  # six decimals rounded up to a whole number too often
        holders = [i for i in order[::-1] if given[i] > 0]
        given[holders[:-left]] -= 1
    return given


def share_out_from(total: int, weights: Sequence[float] | Floats, least: Ints) -> Ints:
    """Give each place its least, then share out the rest by weights."""
    return least + share_out(total - int(least.sum()), weights)


def half_up(values: Floats) -> Ints:
    """Round half up, after cutting what lies beyond the sixth decimal."""
    return np.floor(np.round(values, 6) + 0.5).astype(np.int64)


def text(values: pd.Series, decimals: int) -> list[str]:
    """Write numbers with so many decimals at most and none that say nothing."""
    written = []
    for value in values:
        number = f"{float(value):.{decimals}f}"
        written.append(number.rstrip("0").rstrip(".") if "." in number else number)
    return written


def as_csv(name: str, table: pd.DataFrame) -> bytes:
    """A table of ready texts and whole numbers as CSV: UTF-8, line feeds, no index."""
    for column in table.columns:
        if pd.api.types.is_float_dtype(table[column]):
            raise TypeError(f"{name}.csv: {column} would be written as a float; round and format it first")
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")

"""How evenly a title is spread over the people of the provinces.

All measures weigh a place by its ETF population w and its posts x; a place with posts but no people
is an error of the data, not of the measure, and is left out by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fairness:
    """The three measures of one distribution; nan where they are not defined."""

    gini: float
    ratio: float
    theil: float


def lorenz(people: npt.ArrayLike, posts: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Cumulative shares (X, Y) of people and posts, places ordered from fewest posts per head up.

    X₀ = Y₀ = 0, Xₖ = Σᵢ≤ₖ wᵢ / Σ w, Yₖ = Σᵢ≤ₖ xᵢ / Σ x.
    """
    w, x = _arrays(people, posts)
    order = np.argsort(x / w, kind="stable")
    return _cumulative(w[order]), _cumulative(x[order])


def gini(people: npt.ArrayLike, posts: npt.ArrayLike) -> float:
    """Gini coefficient by the Lorenz curve: G = 1 − Σₖ (Xₖ − Xₖ₋₁)(Yₖ + Yₖ₋₁).

    0: every place has the same number per head; towards 1: all posts in one small place.
    """
    if not _arrays(people, posts)[1].sum() > 0:
        return float("nan")
    x, y = lorenz(people, posts)
    return float(1 - np.sum(np.diff(x) * (y[1:] + y[:-1])))


def max_min_ratio(people: npt.ArrayLike, posts: npt.ArrayLike) -> float:
    """Largest posts per head over the smallest: R = maxᵢ(xᵢ/wᵢ) / minᵢ(xᵢ/wᵢ); ∞ where a place has none."""
    w, x = _arrays(people, posts)
    if not x.sum() > 0:
        return float("nan")
    rate = x / w
    return float(rate.max() / rate.min()) if rate.min() > 0 else float("inf")


def theil(people: npt.ArrayLike, posts: npt.ArrayLike) -> float:
    """Theil's T: T = Σᵢ sᵢ ln(sᵢ / pᵢ), sᵢ the share of posts, pᵢ of people, and 0·ln 0 = 0."""
    w, x = _arrays(people, posts)
    if not x.sum() > 0:
        return float("nan")
    s, p = x / x.sum(), w / w.sum()
    some = s > 0
    return float(np.sum(s[some] * np.log(s[some] / p[some])))


def fairness(people: npt.ArrayLike, posts: npt.ArrayLike) -> Fairness:
    """All three measures."""
    return Fairness(gini(people, posts), max_min_ratio(people, posts), theil(people, posts))


def _arrays(people: npt.ArrayLike, posts: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    w, x = np.asarray(people, dtype=np.float64), np.asarray(posts, dtype=np.float64)
    if w.shape != x.shape or w.ndim != 1:
        raise ValueError("people and posts: two lists of one length are expected")
    if (w <= 0).any() or (x < 0).any():
        raise ValueError("people above 0 and posts of at least 0 are expected")
    return w, x


def _cumulative(values: npt.NDArray[Any]) -> Numbers:
    return np.concatenate([[0.0], np.cumsum(values) / values.sum()])

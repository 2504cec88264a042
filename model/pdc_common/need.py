"""Posts beside need: concentration curve, concentration index, and how the two part (Kakwani's index).

Places are ordered by their need per head, from the least to the most; a place has people w, posts x and a
need of r per head. Places of equal need are taken as one, so that their order decides nothing.

Kakwani, N. C. (1977), Measurement of tax progressivity: an international comparison, Economic Journal
87(345), 71-80. Wagstaff, A., Paci, P., van Doorslaer, E. (1991), On the measurement of inequalities in
health, Social Science & Medicine 33(5), 545-557.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Need:
    """The indices of one distribution of posts; nan where they are not defined.

    ``need`` is the concentration of need itself, ``posts`` that of the posts in the order of need,
    ``kakwani`` the second less the first.
    """

    need: float
    posts: float
    kakwani: float


def concentration(
    people: npt.ArrayLike, need: npt.ArrayLike, posts: npt.ArrayLike
) -> tuple[Numbers, Numbers]:
    """Cumulative shares (X, Y) of people and of ``posts``, from the place of least need per head up.

    X₀ = Y₀ = 0, Xₖ = Σᵢ≤ₖ wᵢ / Σ w, Yₖ = Σᵢ≤ₖ xᵢ / Σ x. Unlike a Lorenz curve it may lie above the diagonal.
    """
    w, r, x = _arrays(people, need, posts)
    levels, of = np.unique(r, return_inverse=True)
    sums = [np.bincount(of, weights=values, minlength=len(levels)) for values in (w, x)]
    shares = [np.concatenate([[0.0], np.cumsum(one) / one.sum()]) for one in sums]
    return shares[0], shares[1]


def concentration_index(people: npt.ArrayLike, need: npt.ArrayLike, posts: npt.ArrayLike) -> float:
    """C = 1 − Σₖ (Xₖ − Xₖ₋₁)(Yₖ + Yₖ₋₁): from −1, all where need is least, to 1, all where it is most."""
    if not _arrays(people, need, posts)[2].sum() > 0:
        return float("nan")
    x, y = concentration(people, need, posts)
    return float(1 - np.sum(np.diff(x) * (y[1:] + y[:-1])))


def kakwani(people: npt.ArrayLike, need: npt.ArrayLike, posts: npt.ArrayLike) -> Need:
    """K = C(posts) − C(need), need being r·w people's worth in each place.

    0: posts follow need; below 0: posts gather less where need does; above 0: more.
    """
    w, r, x = _arrays(people, need, posts)
    c_need, c_posts = concentration_index(w, r, r * w), concentration_index(w, r, x)
    return Need(c_need, c_posts, c_posts - c_need)


def _arrays(people: npt.ArrayLike, need: npt.ArrayLike, posts: npt.ArrayLike) -> tuple[Numbers, ...]:
    w, r, x = (np.asarray(values, dtype=np.float64) for values in (people, need, posts))
    if not w.shape == r.shape == x.shape or w.ndim != 1:
        raise ValueError("people, need and posts: three lists of one length are expected")
    if not ((w > 0).all() and (r >= 0).all() and (x >= 0).all()):
        raise ValueError("people above 0, need and posts of at least 0 are expected")
    return w, r, x

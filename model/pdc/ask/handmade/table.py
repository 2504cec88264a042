"""A table as it was understood: posts by place and title, and everything that is not beyond doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pdc.base.numbers import Ints
from pdc.country.country import Country

Mask = npt.NDArray[np.bool_]
FINER = ("unit", "district", "province", "national")


@dataclass(frozen=True)
class Doubt:
    """One line of ``doubts.csv``; the sentence is ``say("audit.doubt." + kind, lang, **values)``.

    Kinds: ``match`` a name taken though not exact; ``merged`` a place added to the one it is merged into;
    ``row``, ``column`` and ``sheet`` left out (``reason`` says why); ``sum`` a written sum that is wrong;
    ``absent`` and ``not_given`` places that the table does not have; ``added`` and ``added_rows`` two of one
    planning title; ``hidden``, ``hidden_column`` and ``hidden_sheet`` what Excel hides (a sheet is not read);
    ``struck`` and ``struck_column`` what a line goes through; ``seen`` a format that shows another number;
    ``signed`` a number with a plus;
    ``short_row`` a row of a CSV file with fewer cells than the heading; ``filled`` a column of people read as
    posts; ``says`` a line that speaks of other numbers than posts; ``context`` a province told by a heading;
    ``coarser`` a title in more detail than the others;
    ``untied`` filled posts without a unit.
    """

    kind: str
    file: str
    row: int | None
    column: str
    text: str
    level: str = ""
    code: str = ""
    name: str = ""
    score: float | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    posts: int | None = None
    expected: int | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Cetvel:
    """A hand-made table (or a plan, or the staff there is) in the country's positions.

    ``level`` is ``unit``, ``district`` or ``province``. ``posts`` maps each title that the table has, in the
    order of the rulebook, to an ``int64`` array over the positions of that level (after the merges of A.10,
    A.13 and B.3.e), 0 where the table has nothing. ``covered`` says by level which places can be judged:
    those of provinces that the table does not have are not given, which is not the same as 0. ``path`` is
    what was read; None for the staff there is.
    """

    name: str
    country: Country
    level: str
    posts: Mapping[str, Ints]
    covered: Mapping[str, Mask]
    doubts: tuple[Doubt, ...] = field(default=())
    path: Path | None = None

    def __repr__(self) -> str:
        size = f"titles={len(self.posts)}, doubts={len(self.doubts)}"
        return f"Cetvel({self.name!r}, level={self.level!r}, {size})"

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles that the table has."""
        return tuple(self.posts)

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels that show, the finest first; ``national`` only where every province is there."""
        found = FINER[FINER.index(self.level) : -1]
        return (*found, "national") if self.whole else found

    @property
    def whole(self) -> bool:
        """Is every province there?"""
        return bool(self.covered["province"].all())

    def coarser(self, level: str) -> Cetvel:
        """The same table summed up to a coarser level; itself where it is not finer."""
        if FINER.index(level) <= FINER.index(self.level):
            return self
        posts = {title: self.at(title, level) for title in self.posts}
        covered = dict(self.covered)
        for finer in FINER[: FINER.index(level)]:
            covered[finer] = np.zeros(self.country.size(finer), dtype=bool)
        return Cetvel(self.name, self.country, level, posts, covered, self.doubts, self.path)

    def at(self, title: str, level: str) -> Ints:
        """Posts of a title at every place of a level, summed up from finer ones. KeyError for finer."""
        if FINER.index(level) < FINER.index(self.level):
            raise KeyError(level)
        own = self.posts[title]
        if level == self.level:
            return own
        return _up(self.country, own, self.level, level)


def _up(country: Country, values: Ints, finer: str, level: str) -> Ints:
    if level == "national":
        return np.array([values.sum()], dtype=np.int64)
    at = {
        ("unit", "district"): country.unit_district,
        ("unit", "province"): country.unit_province,
        ("district", "province"): country.district_province,
    }[finer, level]
    totals = np.zeros(country.size(level), dtype=np.int64)
    np.add.at(totals, at, values)
    return totals

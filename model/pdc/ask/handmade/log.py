"""What a whole file gave: faults, doubts, and how many numbers were read and left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.posts import posts_of
from pdc.ask.handmade.table import Doubt
from pdc.base.faults import Fault, InputError
from pdc.tables.cells import BadCellError

MOST_FAULTS: Final = 1_000
"""Faults of a file, from which on the rest is not read: each unknown name is compared with all names."""
_TENTH: Final = 10


@dataclass
class Lost:
    """Numbers that were left out: where, how many, what they add up to."""

    file: str
    row: int | None
    column: str
    reason: str
    text: str
    count: int
    posts: int


@dataclass(eq=False)
class Log:
    """Faults and doubts of a whole file, in the order they were found."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    years: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """The tables of the file that speak of years: the sheet or the row of the head, and which."""
    lost: list[Lost] = field(default_factory=list)
    count: int = 0
    posts: int = 0
    decimals: frozenset[str] = frozenset()
    """Signs before fractions anywhere in the file (:func:`~pdc.ask.handmade.posts.decimal_signs`)."""

    def fault(self, grid: Grid, i: int | None, column: str, code: str, **values: object) -> None:
        """Note what makes the table unusable."""
        row, letter = (None, "") if i is None else grid.line(i)
        self.add(Fault(grid.file, row, column or letter or None, code, values))

    def add(self, fault: Fault) -> None:
        """Note a fault; InputError with all of them where there are too many to go on."""
        self.faults.append(fault)
        if len(self.faults) > MOST_FAULTS:
            values = {"found": len(self.faults), "most": MOST_FAULTS}
            raise InputError([*self.faults, Fault(fault.file, None, None, "limit.faults", values)])

    def left(
        self, grid: Grid, i: int | None, column: str, reason: str, text: str, values: Iterable[Any]
    ) -> None:
        """Numbers that were not read, though they may be posts."""
        count, posts = 0, 0
        for value in values:
            if value in (None, ""):
                continue
            try:
                posts += posts_of(value, self.decimals)
            except BadCellError:
                continue
            count += 1
        if count:
            row, letter = (None, "") if i is None else grid.line(i)
            self.lost.append(Lost(grid.file, row, column or letter, reason, text, count, posts))

    def too_much_left_out(self) -> list[Fault]:
        """Where more than a tenth of the numbers or of the posts was left out: what, and why."""
        count, posts = sum(x.count for x in self.lost), sum(x.posts for x in self.lost)
        if count * _TENTH <= count + self.count and posts * _TENTH <= posts + self.posts:
            return []
        values = {"count": count, "all": count + self.count, "posts": posts, "all_posts": posts + self.posts}
        file = self.lost[0].file
        return [
            Fault(file, None, None, "cetvel.left_out", values),
            *(
                Fault(x.file, x.row, x.column or None, f"cetvel.lost_{x.reason}",
                      {"text": x.text, "count": x.count, "posts": x.posts})
                for x in self.lost
            ),
        ]  # fmt: skip

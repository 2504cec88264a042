"""``repair``: the lawful table with the fewest posts moved from a given one, and the moves there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pdc.ask.handmade import Cetvel
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import Ints
from pdc.country.country import level_sums
from pdc.country.named_places import named_pins
from pdc.country.setting import Setting
from pdc.law.pins import Pin, read_pins
from pdc.law.scenario import NORMS
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.processes import Progress
from pdc.program.options import KeptTable, Options
from pdc.solve.exchanges import OUTSIDE
from pdc.solve.moves import Move, best_first

POOL: Final = "pool"
"""The national number of a title, where it gives a post to the table or takes one back."""

KEYS = {"unit": "unit_code", "district": "district_code", "province": "province_code"}


@dataclass(frozen=True, eq=False)
class Repair:
    """The lawful plan nearest to a table, and how to get there."""

    plan: Plan
    cetvel: Cetvel
    moves: tuple[Move, ...]

    @property
    def moved(self) -> int:
        """Posts that are moved, given up or added: max(given, taken) by title."""
        total = 0
        planned = {t for p in self.plan.groups for t in p.group.titles}
        for title, before in self.cetvel.posts.items():
            if title not in planned:  # left out by the law; the summary says why
                continue
            gap = self._after(title) - before
            gap = gap[self.cetvel.covered[self.cetvel.level]]
            total += max(int(np.maximum(gap, 0).sum()), int(np.maximum(-gap, 0).sum()))
        return total

    def _after(self, title: str) -> Ints:
        return level_sums(self.plan.country, self.plan.posts(title), self.cetvel.level)

    def changes(self) -> pd.DataFrame:
        """``repair.csv``: every number that changes: place, title, given, lawful, difference."""
        level = self.cetvel.level
        codes = self.plan.country.codes(level)
        covered = self.cetvel.covered[level]
        parts = []
        planned = {t for p in self.plan.groups for t in p.group.titles}
        for title, before in self.cetvel.posts.items():
            if title not in planned:
                continue
            after = self._after(title)
            rows = np.flatnonzero((after != before) & covered)
            parts.append(
                pd.DataFrame(
                    {
                        KEYS[level]: codes[rows], "title": title, "given": before[rows],
                        "posts": after[rows], "change": (after - before)[rows],
                    }
                )
            )  # fmt: skip
        columns = [KEYS[level], "title", "given", "posts", "change"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def moves_frame(self, most: int | None = None) -> pd.DataFrame:
        """``moves.csv``: the best moves first; ``most`` posts of them, all by default.

        Where a post comes from no place of the table, or goes to none, :data:`POOL` stands there.
        """
        codes = [str(code) for code in self.plan.country.codes(self.cetvel.level)]
        supply = {t: p.targets[t].clause for p in self.plan.groups for t in p.group.titles}
        speaks = self.plan.country.speaks
        rows, left = [], most
        for rank, move in enumerate(self.moves, 1):
            if left is not None and left <= 0:
                break
            posts = move.posts if left is None else min(left, move.posts)
            left = None if left is None else left - posts
            share = [c * posts // move.posts for c in move.cost]
            giver, taker = (POOL if at == OUTSIDE else codes[at] for at in (move.giver, move.taker))
            # What no place asks for, the country does: the national number, or that the levels add up.
            national = supply.get(move.title) or speaks["supply"]
            mends = move.mends or ((national if POOL in (giver, taker) else speaks["sums"]),)
            rows.append((rank, move.title, giver, taker, posts, " ".join(mends), *share))
        columns = [
            "rank",
            "title",
            "from",
            "to",
            "posts",
            "mends",
            "hard",
            *(f"tier{k}" for k in (1, 2, 3, 4)),
        ]
        return pd.DataFrame(rows, columns=columns)


def locked(files: Sequence[Path], setting: Setting, cetvel: Cetvel) -> tuple[Pin, ...]:
    """Cells that stay as the table gives them. Raises :class:`~pdc.base.faults.InputError`."""
    faults: list[Fault] = []
    pins = [pin for file in files for pin in read_pins(file, setting.rulebook, faults, posts_due=False)]
    found = []
    for pin in named_pins(setting.country, pins, faults):
        places = [str(code) for code in setting.country.codes(pin.level)]
        if pin.title not in cetvel.posts or pin.level not in cetvel.levels:
            values = {"title": pin.title, "level": pin.level, "cetvel": cetvel.name}
            faults.append(Fault(pin.source, None, pin.title, "scenario.lock_not_given", values))
        else:
            posts = int(cetvel.at(pin.title, pin.level)[places.index(pin.code)])
            found.append(replace(pin, posts=posts, lock=True))
    if faults:
        raise InputError(faults)
    return tuple(found)


def repair(
    setting: Setting,
    cetvel: Cetvel,
    *,
    locks: Sequence[Pin] = (),
    options: Options | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Repair:
    """The lawful table nearest to ``cetvel``; ``locks`` are cells that must stay.

    Shortfalls come first, tier by tier, then Σ|x − given|; what that leaves open the targets decide. Titles
    the table does not have are not planned, unless a title of it is tied to them (nurses and midwives).
    """
    options = options or Options()
    near = KeptTable(cetvel.level, dict(cetvel.posts), cetvel.covered[cetvel.level])
    norm = options.norm or setting.scenario.norm or NORMS[0]
    options = replace(options, norm=norm, kept_table=near, proof=False)
    pins = (*setting.scenario.pins, *locks)
    setting = replace(setting, scenario=replace(setting.scenario, pins=pins))
    made = plan_setting(setting, list(cetvel.titles), options, jobs, progress)
    moves = best_first([p.moves for p in made.groups])
    made = replace(made, kept=cetvel.path)
    return Repair(made, cetvel, tuple(m for m in moves if m.title in cetvel.posts))

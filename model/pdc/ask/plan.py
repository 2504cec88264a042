"""Plan a country: the question behind ``solve.py plan``."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pdc.base.cache import user_cache
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.country.setting import Data, Files, Setting, prepare, titles_asked
from pdc.law.scenario import NORMS
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.processes import Progress
from pdc.program.options import KeptTable, Options

if TYPE_CHECKING:
    from pdc.ask.handmade import Cetvel


def plan(
    data: Data = None,
    scenario: Files = (),
    *,
    sets: Sequence[str] = (),
    titles: Sequence[str] = (),
    options: Options | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    rulebook: str | os.PathLike[str] | None = None,
    cache: bool = True,
    keep: str | None = None,
    moves: int | None = None,
    read: Callable[[Cetvel], None] | None = None,
    tables_only: bool = False,
) -> Plan:
    """Plan a country.

    ``data`` is a folder, a workbook, tables already read, or None for the built-in country; ``scenario``
    one or several scenario files (later ones win); ``sets`` single numbers ``CLAUSE.parameter=value``;
    ``titles`` the planning titles wanted, all by default; ``rulebook`` the folder of another law. With
    ``cache``, groups that nothing has changed for since an earlier run are taken from the user's cache; the
    plan is the same either way.

    ``keep`` is a plan folder or a table (as ``audit`` reads them) of which no more than ``moves`` posts of a
    title may move: the best plan within that reach. Province numbers of titles with shares (GPs) stay as
    kept, or the nearest that their band allows. ``read`` is told the table: titles that it lacks are planned
    freely, and reading it may have left doubts. With ``tables_only`` the plan is for its tables and reports:
    its groups may lack the targets in fractions.

    Raises :class:`~pdc.base.faults.InputError` for bad input, :class:`StrictError` and :class:`ClashError`
    where no lawful plan exists, :class:`~pdc.base.errors.MovesError` where so few moves do not make one.
    """
    started = time.perf_counter()
    store = user_cache() if cache and keep is None else None
    given = prepare(data, scenario, sets, rulebook, store, keep_now=False)
    options = options or Options()
    options = replace(options, norm=options.norm or given.scenario.norm or NORMS[0])
    if keep is not None:
        from pdc.ask.handmade import read_cetvel  # noqa: PLC0415 - few ask for it

        table = read_cetvel(keep, given)
        asked = titles_asked(given.rulebook, titles)
        if asked and not set(asked) & set(table.posts):
            raise InputError([Fault(str(keep), None, None, "keep.no_titles", {"titles": ", ".join(asked)})])
        if read is not None:
            read(table)
        near = KeptTable(table.level, table.posts, table.covered[table.level], moves)
        options = replace(options, kept_table=near)
    made = plan_setting(
        given, titles, options, jobs, progress, store, started, laws=True, tables_only=tables_only
    )
    return made if keep is None else replace(made, kept=Path(keep).resolve())


def monotone(given: Setting, made: Plan, jobs: int = 1, progress: Progress | None = None) -> pd.DataFrame:
    """The paradox guard: places that have fewer posts when every pool is a hundredth larger.

    Columns ``title,level,code,place,posts,grown``. Webster has no such place where no rule binds; floors that
    read other titles' plans, caps and the other norms can make one.
    """
    options = replace(made.options, growth=Fraction(1, 100), proof=False)
    titles = [title for p in made.groups for title in p.group.titles]
    larger = plan_setting(given, titles, options, jobs, progress)
    frames = []
    for name, level in (
        ("plan_provinces", "province"),
        ("plan_districts", "district"),
        ("plan_units", "unit"),
    ):
        key = f"{level}_code"
        before = made.results.frames[name][[key, "title", "posts"]]
        after = larger.results.frames[name][[key, "title", "posts"]].rename(columns={"posts": "grown"})
        both = before.merge(after, on=[key, "title"])
        both = both[both["grown"] < both["posts"]].rename(columns={key: "code"}).assign(level=level)
        both = both.astype({"code": str})
        names = dict(zip(given.country.codes(level), given.country.place_names[level], strict=True))
        both["place"] = both["code"].map(names)
        frames.append(both[["title", "level", "code", "place", "posts", "grown"]])
    return pd.concat(frames, ignore_index=True)

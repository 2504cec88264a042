"""What the terminal says of the tables that a plan was held beside: that of ``--keep``, last year's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from pdc.planning.plan import Plan
from pdc_common.numerals import number
from pdc_common.text import Lang, say

if TYPE_CHECKING:
    from pdc.ask.handmade import Cetvel
    from pdc.ask.since import LastTable


def doubts(tables: Iterable[Cetvel], lang: Lang) -> dict[str, pd.DataFrame]:
    """``doubts.csv`` of a table that left some."""
    found = [doubt for table in tables for doubt in table.doubts]
    if not found:
        return {}
    from pdc.ask.audit.tables import doubts_table  # noqa: PLC0415 - few plans have any

    return {"doubts": doubts_table(found, lang)}


def kept_lines(tables: Iterable[Cetvel], made: Plan, lang: Lang) -> Iterator[str]:
    """Doubts in reading the table of ``--keep``, and titles that it does not hold near to itself."""
    for table in tables:
        if table.doubts:
            yield say("keep.cli.doubts", lang, name=table.name, count=len(table.doubts))
        planned = [title for group in made.groups for title in group.group.titles]
        if free := [title for title in planned if title not in table.posts]:
            yield say("keep.cli.free", lang, name=table.name, titles=_names(free, made, lang))


def since_lines(
    last: LastTable | None, tables: Mapping[str, pd.DataFrame], made: Plan, lang: Lang
) -> Iterator[str]:
    """What changed since last year's table, and what one of the two alone has."""
    if last is None:
        return
    units = tables["since"]
    units = units[units["level"] == "unit"]
    values: dict[str, Any] = {key: last.told[key] for key in ("name", "decision", "date")}
    moved = int(units["difference"].clip(lower=0).sum())
    yield say("since.cli.told", lang, **values, units=number(len(units), lang), moved=number(moved, lang))
    for where, titles, count in last.alone(made):
        what = [_names(titles, made, lang)] if titles else []
        what += [say("since.cli.units", lang, count=count)] if count else []
        if what:
            yield say(f"since.cli.{where}", lang, what=", ".join(what))


def _names(titles: Iterable[str], made: Plan, lang: Lang) -> str:
    names = {title.code: title.name[lang] for title in made.rulebook.titles}
    return ", ".join(names.get(title, title) for title in titles)

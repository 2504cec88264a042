"""The service groups of the shown title: two maps, base and now, and the table beside them.

The groups are those of ``service_groups.csv`` of each plan, by its own rule; nothing is ranked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdc.country.setting import Setting
from pdc.explore.desk import Answer
from pdc.explore.measures import Places
from pdc.planning.plan import Plan
from pdc.planning.staffing import has_staff
from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.maps import GROUP_COLOURS
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable

GROUP_MODES: Final = ("groups", "groups_base")


@dataclass(frozen=True)
class Ranked:
    """A province among the others: its group, its rank, filled ÷ posts (None without posts)."""

    group: str
    rank: int
    rate: float | None


NOWHERE: Final = Ranked("", 0, None)


def group_modes(setting: Setting) -> tuple[str, ...]:
    """The maps that there are: none without staff by unit, or where the law has no service groups."""
    there = setting.rulebook.service_groups is not None and has_staff(setting.country)
    return GROUP_MODES if there else ()


@dataclass(frozen=True, eq=False)
class Grouped:
    """The groups of one title, base and now, by plate code."""

    title: str
    base: Mapping[str, Ranked]
    now: Mapping[str, Ranked]
    codes: Mapping[str, tuple[str, ...]]  # the groups in their order, of ``base`` and ``now``

    def maps(self, places: Places, lang: Lang) -> dict[str, Any]:
        """Fill and note by plate code, and the legend, of both maps."""
        return {
            "groups": self._painted(places, self.now, self.codes["now"], lang),
            "groups_base": self._painted(places, self.base, self.codes["base"], lang),
        }

    def _painted(
        self, places: Places, side: Mapping[str, Ranked], codes: tuple[str, ...], lang: Lang
    ) -> dict[str, Any]:
        colours = [GROUP_COLOURS[min(i, len(GROUP_COLOURS) - 1)] for i in range(len(codes))]
        by_group = dict(zip(codes, colours, strict=True))
        fill = {}
        for code, name in zip(places.codes, places.names, strict=True):
            base, now = self.base.get(code, NOWHERE), self.now.get(code, NOWHERE)
            note = say(
                "explore.groups.note", lang, name=name, base=_told(base, lang), plan=_told(now, lang)
            )
            fill[code] = [by_group.get(side.get(code, NOWHERE).group, ""), note]
        return {"fill": fill, "legend": list(zip(colours, codes, strict=True))}

    def table(self, places: Places, lang: Lang) -> HtmlTable:
        """The table twin of both maps; ``change`` is how many groups a province goes down the order."""
        keys = ("province", "base", "now", "change", "rate_base", "rate", "rank_base", "rank")
        numeric = keys[3:]
        heads = tuple(Heading(key, say(f"explore.groups.{key}", lang), key in numeric) for key in keys)
        rows = []
        for code, name in zip(places.codes, places.names, strict=True):
            base, now = self.base.get(code, NOWHERE), self.now.get(code, NOWHERE)
            pair = (_at(self.codes["base"], base), _at(self.codes["now"], now))
            moved = None if None in pair else pair[1] - pair[0]  # type: ignore[operator]
            rows.append(
                [
                    cells.asked(cells.text(name), f"place|province|{code}", False),
                    cells.text(base.group or "–"), cells.text(now.group or "–"),
                    cells.figure(moved, lang, sign=True),
                    *(_percent(one, lang) for one in (base, now)),
                    *(cells.figure(one.rank or None, lang) for one in (base, now)),
                ]
            )  # fmt: skip
        return HtmlTable("groups", say("explore.groups.caption", lang), heads, rows)


def grouped(answer: Answer) -> Grouped | None:
    """The groups of an answer; None for several titles together, or where either plan has none."""
    titles = answer.difference.titles
    if len(titles) != 1:
        return None
    base, now = _ranked(answer.base, titles[0]), _ranked(answer.now, titles[0])
    if not base or not now:
        return None
    codes = {"base": _codes(answer.base), "now": _codes(answer.now)}
    return Grouped(titles[0], base, now, codes)


def _codes(plan: Plan) -> tuple[str, ...]:
    rule = plan.rulebook.service_groups
    return () if rule is None else rule.codes


def _ranked(plan: Plan, title: str) -> dict[str, Ranked]:
    frame = plan.service_groups
    if frame is None:
        return {}
    own = frame[frame["title"] == title]
    columns = (own[key].tolist() for key in ("province_code", "group", "rank", "filled", "posts"))
    return {
        str(code): Ranked(str(group), int(rank or 0), filled / posts if posts else None)
        for code, group, rank, filled, posts in zip(*columns, strict=True)
    }


def _at(codes: tuple[str, ...], one: Ranked) -> int | None:
    return codes.index(one.group) if one.group in codes else None


def _told(one: Ranked, lang: Lang) -> str:
    if not one.group:
        return "–"
    if one.rate is None:
        return one.group
    return say("explore.groups.told", lang, group=one.group, rate=number(one.rate * 100, lang, 1))


def _percent(one: Ranked, lang: Lang) -> Cell:
    return cells.figure(None if one.rate is None else one.rate * 100, lang, 1)

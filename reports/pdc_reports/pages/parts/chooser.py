"""One title at a time: what the chooser of the page shows, by province and by district.

Map classes, plots and facts are made here for every title; the script of the page only shows them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from markupsafe import Markup

from pdc_common.fairness import Fairness, fairness
from pdc_reports.figures.groups import group_classes, when
from pdc_reports.figures.maps import MEASURES, Classes, classes_of
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import ALL_SPECIALISTS, ByProvince, by_province, title_choices
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.environment import script_json
from pdc_reports.pages.parts.explanations import key
from pdc_reports.pages.parts.svg import lorenz_plot, scatter

GROUPS: Final = ("group", "group_before")
"""Measures of the map that are service groups: by the plan, and before it."""


@dataclass(frozen=True)
class Choice:
    """A title, or all specialists together, with its numbers by province and by district."""

    code: str
    name: str
    group: str
    numbers: ByProvince
    before: Fairness
    after: Fairness
    districts: Sequence[tuple[int, float, int]]
    """(row of the district, target, posts) where the title may be placed."""


def choices(edition: Edition) -> list[Choice]:
    """Everything a reader may choose."""
    districts = _district_numbers(edition.tables)
    found = []
    for code, name, group in title_choices(edition.tables, edition.lang):
        numbers = by_province(edition.tables, code)
        before, after = (_fairness(numbers.people, posts) for posts in (numbers.filled, numbers.posts))
        found.append(Choice(code, name, group, numbers, before, after, districts[code]))
    return found


def shown_first(found: Sequence[Choice], first: Sequence[str]) -> Choice:
    """What the page shows before anything is chosen, without scripts, and in print."""
    by_code = {choice.code: choice for choice in found}
    return next((by_code[code] for code in first if code in by_code), found[0])


def measures(edition: Edition) -> tuple[str, ...]:
    """What the map can show: numbers, and service groups where the plan has some."""
    tables = edition.tables
    held = {GROUPS[0]: tables.service_groups, GROUPS[1]: tables.service_groups_before}
    return (*MEASURES, *(name for name, frame in held.items() if not frame.empty))


def classes(choice: Choice, measure: str, edition: Edition) -> Classes:
    """Map classes of a measure by province."""
    if measure in GROUPS:
        return group_classes(edition.tables, choice.code, before=measure == GROUPS[1])
    assert measure in MEASURES
    return classes_of(choice.numbers, measure, edition.lang)


def legend(found: Classes) -> list[tuple[str, str]]:
    """Colours and labels."""
    return list(zip(found.colours, found.labels, strict=True))


def map_fill(choice: Choice, edition: Edition) -> Mapping[int, tuple[str, str]]:
    """Colour and hover text of each province, posts per 100,000."""
    found = classes(choice, "per_100k", edition)
    p = edition.tables.provinces
    rows = zip(
        p["province_code"].tolist(), p["province"], choice.numbers.per_100k.tolist(), found.of, strict=True
    )
    return {
        code: (found.colours[c] if c >= 0 else "", f"{name}: {edition.num(rate, 1)}")
        for code, name, rate, c in rows
    }


def facts(choice: Choice, edition: Edition) -> list[tuple[str, str]]:
    """The headline figures of a title."""
    numbers, before, after = choice.numbers, choice.before, choice.after
    people = float(numbers.people.sum())
    posts, filled = float(np.nansum(numbers.posts)), float(np.nansum(numbers.filled))

    def pair(first: float, second: float, decimals: int) -> str:
        return f"{edition.num(first, decimals)} → {edition.num(second, decimals)}"

    return [
        (edition.say("column.filled_placed"), edition.num(filled)),
        (edition.say("column.posts"), edition.num(posts)),
        (edition.say("column.per_100k"), edition.num(posts * 1e5 / people if people else None, 1)),
        (edition.say("page.gini_pair"), pair(before.gini, after.gini, 3)),
        (edition.say("page.ratio_pair"), pair(before.ratio, after.ratio, 1)),
    ]


def province_table(choice: Choice, edition: Edition, links: Mapping[int, str]) -> HtmlTable:
    """A title by province."""
    columns = (
        "province", "etf_population", "filled_placed", "target", "posts", "deviation", "vacancies",
        "per_100k",
    )  # fmt: skip
    x, lang, p = choice.numbers, edition.lang, edition.tables.provinces
    rows = []
    for i, (code, name) in enumerate(zip(p["province_code"].tolist(), p["province"], strict=True)):
        posts, filled, target = float(x.posts[i]), float(x.filled[i]), float(x.target[i])
        if math.isnan(posts):
            continue
        linked = Markup('<a href="{}">{}</a>').format(links[code], name) if code in links else name
        rows.append(
            [
                cells.text(linked),
                cells.figure(float(x.people[i]), lang),
                cells.figure(filled, lang),
                cells.figure(_short(target), lang, 2),
                cells.asked(cells.figure(posts, lang), *_asked(edition, choice.code, "province", str(code))),
                cells.figure(_short(posts - _short(target)), lang, 2, sign=True),
                cells.figure(posts - filled, lang, sign=True),
                cells.figure(float(x.per_100k[i]), lang, 1),
            ]
        )
    caption = edition.say("page.provinces_caption", title=choice.name)
    note = " ".join(edition.say(f"page.{name}") for name in ("why_note", "free_note"))
    return HtmlTable("provinces", caption, cells.headings(columns, columns[1:], lang), rows, note=note)


def district_table(choice: Choice, edition: Edition) -> HtmlTable:
    """A title by district."""
    columns = ("district", "province", "etf_population", "target", "posts", "deviation", "per_100k")
    d, lang = edition.tables.districts, edition.lang
    names, people, codes = d["district"].tolist(), d["etf_population"].tolist(), d["district_code"].tolist()
    provinces = [edition.tables.province_name.get(code, "") for code in d["province_code"].tolist()]
    rows = [
        [
            cells.text(names[i]),
            cells.text(provinces[i]),
            cells.figure(people[i], lang),
            cells.figure(target, lang, 2),
            cells.asked(
                cells.figure(posts, lang), "", (choice.code, "district", codes[i]) in edition.tables.free
            ),
            cells.figure(_short(posts - target), lang, 2, sign=True),
            cells.figure(posts * 1e5 / people[i] if people[i] else None, lang, 1),
        ]
        for i, target, posts in choice.districts
    ]
    caption = edition.say("page.districts_caption", title=choice.name)
    heads = cells.headings(columns, columns[2:], lang)
    note = edition.say("page.free_note")
    return HtmlTable("districts", caption, heads, rows, classes="long", note=note)


def _asked(edition: Edition, title: str, level: str, code: str) -> tuple[str, bool]:
    """Key of a cell's explanation, and whether its number is free."""
    explained = edition.tables.folder is not None and title != ALL_SPECIALISTS
    return key(title, level, code) if explained else "", (title, level, code) in edition.tables.free


def chooser_data(
    found: Sequence[Choice], edition: Edition, borders: frozenset[int], links: Mapping[int, str]
) -> Markup:
    """What the script needs to show another title, as JSON; ``borders`` are the provinces on the map."""
    p, d = edition.tables.provinces, edition.tables.districts
    names = p["province"].tolist()
    codes = p["province_code"].tolist()
    row_of = {code: i for i, code in enumerate(codes)}
    people = [
        p["etf_population"].fillna(0).astype(int).tolist(),
        d["etf_population"].fillna(0).astype(int).tolist(),
    ]
    free = _free(edition.tables, {str(code): i for i, code in enumerate(codes)})
    titles = {}
    for choice in found:
        x = choice.numbers
        maps = {measure: classes(choice, measure, edition) for measure in measures(edition)}
        titles[choice.code] = {
            "name": choice.name,
            "f": _compact(x.filled),
            "q": _compact(x.target),
            "x": _compact(x.posts),
            "d": [*chain.from_iterable((at, _whole(q), posts) for at, q, posts in choice.districts)],
            "maps": {
                m: ["".join("-" if c < 0 else str(c) for c in of.of), legend(of)] for m, of in maps.items()
            },
            "scatter": scatter(x, names, edition.lang),
            "lorenz": lorenz_plot(x, edition.lang),
            "facts": facts(choice, edition),
            "free": [sorted(free.get((choice.code, level), ())) for level in ("province", "district")],
        }
    return script_json(
        {
            "first": shown_first(found, edition.tables.shown).code,
            "provinces": [
                [code if code in borders else None, name, count, links.get(code, "")]
                for code, name, count in zip(codes, names, people[0], strict=True)
            ],
            "districts": [
                [row_of.get(code, -1), name, count]
                for code, name, count in zip(
                    d["province_code"].tolist(), d["district"].tolist(), people[1], strict=True
                )
            ],
            "codes": codes,
            "whole": ALL_SPECIALISTS,
            "captions": {
                level: edition.say(f"page.{level}_caption", title="{title}")
                for level in ("provinces", "districts")
            },
            "units": units(edition),
            "titles": titles,
        }
    )


def units(edition: Edition) -> dict[str, str]:
    """What the map shows, in words, by measure."""
    found = {measure: edition.say(f"measure.{measure}_unit") for measure in MEASURES}
    groups = {name: when(edition.tables, name == GROUPS[1], edition.lang) for name in GROUPS}
    return found | {name: groups[name] for name in measures(edition) if name in groups}


def _fairness(people: npt.NDArray[np.float64], posts: npt.NDArray[np.float64]) -> Fairness:
    known = (people > 0) & ~np.isnan(posts)
    return fairness(people[known], posts[known])


def _free(tables: PlanTables, provinces: Mapping[str, int]) -> Mapping[tuple[str, str], Sequence[int]]:
    """Rows of provinces and districts whose number could be otherwise, by title and level."""
    rows = {"province": provinces, "district": _rows(tables)}
    found: dict[tuple[str, str], list[int]] = {}
    for title, level, code in tables.free:
        at = rows.get(level, {}).get(code)
        if at is not None:
            found.setdefault((title, level), []).append(at)
    return found


def _rows(tables: PlanTables) -> Mapping[str, int]:
    """Row of each district."""
    return {code: i for i, code in enumerate(tables.districts["district_code"].tolist())}


def _district_numbers(tables: PlanTables) -> Mapping[str, Sequence[tuple[int, float, int]]]:
    row_of, plan = _rows(tables), tables.plan_districts
    at = np.array([row_of.get(code, -1) for code in plan["district_code"].tolist()], dtype=np.int64)
    order = np.argsort(at, kind="stable")
    order = order[at[order] >= 0]
    columns = [plan[name].to_numpy()[order] for name in ("target", "posts")]
    found: dict[str, list[tuple[int, float, int]]] = {title: [] for title in tables.planned}
    rows = zip(
        plan["title"].to_numpy()[order].tolist(), at[order].tolist(), *(c.tolist() for c in columns),
        strict=True,
    )  # fmt: skip
    for title, row, target, posts in rows:
        found[title].append((row, _short(target), int(posts)))
    some = plan["title"].isin(tables.specialists).to_numpy()[order]
    frame = pd.DataFrame({"at": at[order][some], "q": columns[0][some], "x": columns[1][some]})
    sums = frame.groupby("at", as_index=False)[["q", "x"]].sum()
    together = zip(*(sums[name].tolist() for name in ("at", "q", "x")), strict=True)
    return {**found, ALL_SPECIALISTS: [(int(i), _short(q), int(x)) for i, q, x in together]}


def _short(value: float) -> float:
    """Two decimals, as they are shown; what is sent to the script and what Python writes are one number."""
    return value if math.isnan(value) else round(value, 2)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _compact(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(v) else _whole(round(v, 2)) for v in values.tolist()]

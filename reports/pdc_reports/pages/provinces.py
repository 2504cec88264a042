"""A page a province: its numbers by title, its districts and units, and the clause behind each number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pdc_common.numerals import number
from pdc_common.text import Lang, fold, say
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.folder.views import by_province, kind_name, level_name
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import EMPTY, Cell, Heading, HtmlTable
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.environment import common, environment
from pdc_reports.pages.parts.explanations import Whys, key


class _Section(NamedTuple):
    id: str
    heading: str
    tables: Sequence[HtmlTable]


class _Rule(NamedTuple):
    clause: str
    required: float
    shortfall: float
    status: str


def page_name(code: int, name: str) -> str:
    """File name of a province's page: plate and ASCII name."""
    slug = "".join(c if c.isascii() and c.isalnum() else "-" for c in fold(name)).strip("-")
    return f"{code:02d}-{slug}.html"


def page_paths(tables: PlanTables, folder: Path) -> list[Path]:
    """Where the pages are written, in plate order."""
    return [folder / page_name(code, name) for code, name in tables.province_name.items()]


@worded
def write_province_pages(
    tables: PlanTables, folder: Path, lang: Lang = "tr", start: int = 0, step: int = 1
) -> list[Path]:
    """Write all pages, or every ``step``-th from ``start``, and return the paths of all."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = _Maker(tables, lang)
    template = environment().get_template("province.html.j2")
    paths = page_paths(tables, folder)
    for code, path in list(zip(tables.province_name, paths, strict=True))[start::step]:
        path.write_text(template.render(maker.context(code)), "utf-8", newline="\n")
    return paths


class _Maker:
    def __init__(self, tables: PlanTables, lang: Lang) -> None:
        self.tables, self.lang = tables, lang
        edition = Edition(tables, lang)
        self.common = common(edition)
        self.whys = Whys(edition)
        self.asked: list[tuple[str, str, str]] = []
        self.sheet_of = {title: sheet.code for sheet in tables.sheets for title in sheet.titles}
        self.numbers = {title: by_province(tables, title) for title in tables.planned}
        self.row_of = {code: i for i, code in enumerate(tables.provinces["province_code"].tolist())}
        self.units = dict(iter(tables.units.groupby("province_code")))
        self.districts = dict(iter(tables.districts.groupby("province_code")))
        self.plan = dict(iter(tables.plan_units.groupby("province_code")))
        self.by_district = dict(iter(tables.plan_districts.groupby("province_code")))
        self.unit_rules = _rules_of_units(tables.rules)
        self.other_rules = self._rules_above_units()

    def say(self, key: str, **values: object) -> str:
        return say(f"reports.{key}", self.lang, **values)

    def posts(self, posts: float, title: str, level: str, code: str) -> Cell:
        """A number of posts with its explanation behind it."""
        self.asked.append((title, level, code))
        why = key(title, level, code) if self.whys.known else ""
        return cells.asked(cells.figure(posts, self.lang), why, (title, level, code) in self.tables.free)

    def context(self, code: int) -> dict[str, Any]:
        province = self.tables.provinces.iloc[self.row_of[code]]
        self.asked = []
        tables = [self._titles(code), self._units(code), self._above(code), self._numbers(code)]
        titles, *others = [_Section(table.id, table.caption, [table]) for table in tables]
        districts = _Section("districts", self.say("page.h.districts"), self._districts(code))
        return {
            **self.common,
            # After the tables: it explains the cells that they show.
            "why": self.whys.pack(self.asked),
            "code": code,
            "name": str(province["province"]),
            "facts": [
                (self.say("column.etf_population"), number(float(province["etf_population"]), self.lang)),
                (self.say("province.region"), number(int(province["service_region"]), self.lang)),
                (self.say("province.districts"), number(len(self.districts.get(code, ())), self.lang)),
                (self.say("province.units"), number(len(self.units.get(code, ())), self.lang)),
            ],
            "sections": [titles, *([districts] if districts.tables else []), *others],
        }

    def _titles(self, code: int) -> HtmlTable:
        columns = (
            "title",
            "filled_placed",
            "target",
            "posts",
            "deviation",
            "vacancies",
            "per_100k",
            "per_100k_country",
        )
        at = self.row_of[code]
        rows = []
        for title, x in self.numbers.items():
            posts, target, filled = float(x.posts[at]), float(x.target[at]), float(x.filled[at])
            if math.isnan(posts):
                continue
            country = float(pd.Series(x.posts).sum()) * 1e5 / float(x.people.sum())
            rows.append(
                [
                    cells.text(self.tables.title_name(title, self.lang)),
                    cells.figure(filled, self.lang),
                    cells.figure(round(target, 2), self.lang, 2),
                    self.posts(posts, title, "province", str(code)),
                    cells.figure(round(posts - round(target, 2), 2), self.lang, 2, sign=True),
                    cells.figure(posts - filled, self.lang, sign=True),
                    cells.figure(float(x.per_100k[at]), self.lang, 1),
                    cells.figure(country, self.lang, 1),
                    cells.text(self._clauses(code, title)),
                ]
            )
        heads = (
            *cells.headings(columns, columns[1:], self.lang),
            Heading("clauses", self.say("province.by_clause")),
        )
        note = " ".join(self.say(f"page.{name}") for name in ("why_note", "free_note"))
        return HtmlTable("titles", self.say("section.titles"), heads, rows, note=note, classes="tail")

    def _clauses(self, code: int, title: str) -> str:
        """Clauses that a title's numbers in the province stand at, the most frequent first."""
        found = self.at_limit.get((code, title))
        if not found:
            return self.say("province.by_target")
        return ", ".join(f"{clause} ({number(count, self.lang)})" for clause, count in found.most_common())

    @cached_property
    def at_limit(self) -> Mapping[tuple[int, str], Counter[str]]:
        """How often each clause is at its limit or short, by province and title."""
        rules = self.tables.rules
        rows = rules[rules["status"].isin(["binding", "short"]) & (rules["required"] > 0)]
        homes = {code: place[0] for code, place in self.tables.unit_place.items()}
        found: dict[tuple[int, str], Counter[str]] = {}
        columns = (rows[name].tolist() for name in ("clause", "title", "level", "code"))
        for clause, titles, level, at in zip(*columns, strict=True):
            home = homes.get(at) if level == "unit" else self.tables.district_province.get(at)
            if level == "province":
                home = int(at)
            if home is not None and level != "national":
                for title in titles.split("+"):
                    found.setdefault((home, title), Counter())[clause] += 1
        return found

    def _districts(self, code: int) -> list[HtmlTable]:
        districts = self.districts.get(code)
        plan = self.by_district.get(code)
        if districts is None or plan is None:
            return []
        posts = plan.pivot(index="district_code", columns="title", values="posts")
        posts = posts.reindex(pd.Index(districts["district_code"]))
        found = []
        for sheet in self.tables.sheets:
            titles = [t for t in sheet.titles if t in posts.columns]
            if not titles:
                continue
            rows = [
                [
                    cells.text(name),
                    *(
                        EMPTY if math.isnan(v) else self.posts(v, title, "district", at)
                        for title, v in zip(titles, values, strict=True)
                    ),
                    *((cells.figure(_known(values), self.lang),) if len(titles) > 1 else ()),
                ]
                for name, at, values in zip(
                    districts["district"],
                    districts["district_code"],
                    posts[titles].to_numpy().tolist(),
                    strict=True,
                )
            ]
            names = self.tables.title_names(self.lang)
            heads = (
                *cells.headings(("district",), (), self.lang),
                *(Heading(t, names.get(t, t), numeric=True) for t in titles),
                *(cells.headings(("total",), ("total",), self.lang) if len(titles) > 1 else ()),
            )
            caption = f"{sheet.names[self.lang]}, {self.say('by_level.district')}"
            classes = "matrix" if len(titles) > 4 else ""
            found.append(HtmlTable(f"d-{sheet.code}", caption, heads, rows, search=False, classes=classes))
        return found

    def _units(self, code: int) -> HtmlTable:
        units, plan = self.units.get(code), self.plan.get(code)
        sheets = self.tables.sheets
        heads = (
            *cells.headings(("unit", "district", "kind", "beds"), ("beds",), self.lang),
            *(Heading(s.code, s.names[self.lang], numeric=True) for s in sheets),
            *cells.headings(("total",), ("total",), self.lang),
        )
        rows: list[Sequence[Cell]] = []
        if units is not None and plan is not None:
            groups = plan.assign(sheet=plan["title"].map(self.sheet_of))
            sums = groups.groupby(["unit_code", "sheet"])["posts"].sum().unstack()
            sums = sums.reindex(index=pd.Index(units["unit_code"]), columns=[s.code for s in sheets])
            for unit, values in zip(units.to_dict("records"), sums.to_numpy().tolist(), strict=True):
                rows.append(
                    [
                        cells.text(unit["unit"]),
                        cells.text(self.tables.district_name.get(unit["district_code"], "")),
                        cells.text(kind_name(unit["kind"], self.lang)),
                        cells.figure(unit["beds"], self.lang),
                        *(EMPTY if math.isnan(v) else cells.figure(v, self.lang) for v in values),
                        cells.figure(_known(values), self.lang),
                    ]
                )
        return HtmlTable("units", self.say("province.units_caption"), heads, rows, classes="reasons")

    def _numbers(self, code: int) -> HtmlTable:
        """Every (unit, title) with a post, a target of at least a half, or a rule not simply kept."""
        columns = ("unit", "district", "title", "target", "posts", "clauses")
        plan, units = self.plan.get(code), self.units.get(code)
        rows: list[Sequence[Cell]] = []
        if plan is not None and units is not None:
            place = {c: i for i, c in enumerate(units["unit_code"].tolist())}
            rank = {t: i for i, t in enumerate(self.tables.planned)}
            read = (plan[name].tolist() for name in ("unit_code", "title", "target", "posts"))
            lines = sorted(zip(*read, strict=True), key=lambda line: (place[line[0]], rank[line[1]]))
            names = self.tables.title_names(self.lang)
            for unit, title, target, posts in lines:
                rules = self.unit_rules.get((unit, title), ())
                if not posts and target < 0.5 and all(r.status == "kept" for r in rules):
                    continue
                _, district, name = self.tables.unit_place[unit]
                rows.append(
                    [
                        cells.text(name),
                        cells.text(self.tables.district_name.get(district, "")),
                        cells.text(names.get(title, title)),
                        cells.figure(round(target, 2), self.lang, 2),
                        self.posts(posts, title, "unit", unit),
                        cells.text(self._reasons(rules)),
                    ]
                )
        heads = cells.headings(columns, ("target", "posts"), self.lang)
        return HtmlTable(
            "numbers", self.say("province.numbers_caption"), heads, rows,
            note=self.say("province.numbers_note"), classes="reasons",
        )  # fmt: skip

    def _reasons(self, rules: Sequence[_Rule]) -> str:
        if not rules:
            return self.say("province.by_target")
        return "; ".join(
            self.say(
                f"status.{r.status}",
                clause=r.clause,
                required=number(r.required, self.lang, 0 if r.required.is_integer() else 2),
                short=number(r.shortfall, self.lang, 0 if r.shortfall.is_integer() else 2),
            )
            for r in rules
        )

    def _rules_above_units(self) -> Mapping[int, list[dict[Hashable, Any]]]:
        """Binding and short rules of districts and provinces, by province."""
        rules = self.tables.rules
        above = rules[
            rules["level"].isin(["province", "district"]) & rules["status"].isin(["binding", "short"])
        ]
        found: dict[int, list[dict[Hashable, Any]]] = {}
        for line in above.to_dict("records"):
            code = str(line["code"])
            if line["level"] == "district":
                home = self.tables.district_province.get(code)
            else:
                home = int(code) if code.isdecimal() else None
            # A floor of 0 is met by every number: it says nothing about this one.
            if home is not None and (line["status"] == "short" or line["required"] > 0):
                found.setdefault(home, []).append(line)
        return found

    def _above(self, code: int) -> HtmlTable:
        columns = ("clause", "title", "level", "district", "required", "posts", "shortfall")
        rows = [
            [
                cells.text(line["clause"]),
                cells.text(self.tables.title_name(line["title"], self.lang)),
                cells.text(level_name(line["level"], self.lang)),
                cells.text(self.tables.place(line["level"], line["code"])[1]),
                *(cells.amount(line[key], self.lang) for key in columns[4:]),
            ]
            for line in self.other_rules.get(code, [])
        ]
        heads = cells.headings(columns, columns[4:], self.lang)
        return HtmlTable("above", self.say("province.above_caption"), heads, rows)


def _known(values: Sequence[float]) -> float:
    return sum(v for v in values if not math.isnan(v))


def _rules_of_units(rules: pd.DataFrame) -> Mapping[tuple[str, str], Sequence[_Rule]]:
    """Rules by (unit, title), those that are short or binding first; a joint rule counts for each title."""
    rank = {"short": 0, "binding": 1, "kept": 2}
    rows = rules[(rules["level"] == "unit") & rules["status"].isin(list(rank))]
    rows = rows.assign(rank=rows["status"].map(rank)).sort_values("rank", kind="stable")
    found: dict[tuple[str, str], list[_Rule]] = {}
    columns = (rows[name].tolist() for name in ("code", "title", "clause", "required", "shortfall", "status"))
    for code, titles, clause, required, short, status in zip(*columns, strict=True):
        for title in titles.split("+"):
            found.setdefault((code, title), []).append(_Rule(clause, required, short, status))
    return found

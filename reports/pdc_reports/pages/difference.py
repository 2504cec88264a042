"""A plan beside a base: cards, map and tables; ``difference.html``, and what the page of ``explore`` shows.

Made from plain data (``pdc.ask.difference.Difference.to_dict``) and the tables of names of a plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.figures.maps import attribution, differing, no_map, shapes, svg_map
from pdc_reports.folder.views import kind_name
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable
from pdc_reports.pages.parts.environment import asset, environment, script_json
from pdc_reports.pages.parts.summary import Card

_WORDS: Final = frozenset(
    {"title", "place", "province", "kind", "clause", "reading", "through", "level", "measure"}
)
_MANY: Final = 2  # clauses told with their readings


@dataclass(frozen=True, eq=False)
class Names:
    """Names of titles, clauses, kinds and provinces in one language, from the tables of a plan.

    ``sides`` are what the two are called at the head of a column, where they are not base and plan.
    """

    frames: Mapping[str, pd.DataFrame]
    lang: Lang
    borders: Mapping[str, Any] | None = None
    sides: tuple[str, str] | None = None

    @property
    def provinces(self) -> pd.DataFrame:
        """Codes, names, people, coordinates."""
        return self.frames["provinces"]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Names of titles by code."""
        return self._column("titles", "title", f"name_{self.lang}")

    @cached_property
    def clauses(self) -> dict[str, str]:
        """Readings by clause."""
        return self._column("clauses", "clause", f"text_{self.lang}")

    @cached_property
    def people(self) -> dict[str, float]:
        """People by plate code."""
        found = self._column("provinces", "province_code", "etf_population")
        return {code: float(value) for code, value in found.items()}

    @cached_property
    def province(self) -> dict[str, str]:
        """Names of provinces by plate code."""
        return self._column("provinces", "province_code", "province")

    def title(self, code: str) -> str:
        """Name of a title."""
        return self.titles.get(code, code)

    def kind(self, code: str) -> str:
        """Name of a kind of unit."""
        own = self._kinds.get(code, "")
        return own or kind_name(code, self.lang)

    def head(self, key: str) -> str:
        """Heading of a column."""
        if self.sides and key in ("base", "plan"):
            return self.sides[key == "plan"]
        return say_(f"column.{key}", self.lang)

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return self._column("kinds", "kind", f"name_{self.lang}") if "kinds" in self.frames else {}

    def _column(self, table: str, key: str, value: str) -> dict[str, Any]:
        frame = self.frames[table]
        return dict(zip(frame[key].astype(str), frame[value].tolist(), strict=True))


def say_(key: str, lang: Lang, **values: object) -> str:
    """A sentence of the differences."""
    return say(f"difference.{key}", lang, **values)


def cards(told: Mapping[str, Any], lang: Lang) -> list[Card]:
    """Posts, what moves, what is short, deviation and fairness, before → after."""

    def both(pairs: Sequence[Mapping[str, Any]], decimals: int = 0) -> str:
        sums = [sum(row[side] or 0 for row in pairs) for side in ("base", "plan")]
        return arrow(sums[0], sums[1], lang, decimals)

    provinces = [row for row in told["deviation"] if row["level"] == "province"]
    gini = [row for row in told["fairness"] if row["measure"] == "gini"]
    changed = sum(1 for row in told["provinces"] if row["gained"] or row["lost"])
    places = {"units": number(_places(told), lang), "provinces": number(changed, lang)}
    note = say_(f"card.moved_note_{told['finest']}", lang, **places)
    made = [
        Card(say_("card.posts", lang), both(told["titles"]), ""),
        Card(say_("card.moved", lang), number(told["moved"], lang), note),
        Card(say_("card.short", lang), both(told["clauses"]), ""),
        Card(say_("card.deviation", lang), both(provinces, 2), ""),
    ]
    if len(gini) == 1:  # a sum of Ginis says nothing
        made.append(Card(say_("card.gini", lang), both(gini, 4), ""))
    return made


def _places(told: Mapping[str, Any]) -> int:
    return int(told["changed"][told["finest"]])


def arrow(base: float | None, plan: float | None, lang: Lang, decimals: int = 0) -> str:
    """``1.172 → 1.180``; one number where nothing changed."""
    a, b = number(base, lang, decimals), number(plan, lang, decimals)
    return a if a == b else say_("card.arrow", lang, base=a, plan=b)


def tables(told: Mapping[str, Any], names: Names) -> dict[str, HtmlTable]:
    """Every table of a difference by its name."""
    lang = names.lang
    return {
        "titles": _table(
            "titles",
            names,
            ("title", *_NUMBERS),
            [[cells.text(names.title(row["title"])), *_numbers(row, lang)] for row in told["titles"]],
        ),
        "provinces": _table(
            "provinces",
            names,
            ("province", *_NUMBERS, "gained", "lost", "per_100k", "through"),
            [
                [
                    cells.text(names.province.get(str(row["code"]), row["code"])),
                    *_numbers(row, lang),
                    cells.figure(row["gained"], lang),
                    cells.figure(row["lost"], lang),
                    cells.figure(
                        _rate(row["difference"], names.people.get(str(row["code"]))), lang, 2, sign=True
                    ),
                    cells.text(through(row, lang) if row["gained"] or row["lost"] else ""),
                ]
                for row in _by_gain(told["provinces"])
            ],
            search=True,
        ),
        "kinds": _table(
            "kinds",
            names,
            ("kind", *_NUMBERS, "gained", "lost"),
            [
                [
                    cells.text(names.kind(row["kind"])),
                    *_numbers(row, lang),
                    cells.figure(row["gained"], lang),
                    cells.figure(row["lost"], lang),
                ]
                for row in _by_gain(told["kinds"])
            ],
        ),
        "largest": _table(
            "largest",
            names,
            ("place", "title", *_NUMBERS, "through"),
            [
                [
                    cells.text(row["place"]),
                    cells.text(names.title(row["title"])),
                    *_numbers(row, lang),
                    cells.text(through(row, lang)),
                ]
                for row in told["largest"]
            ],
        ),
        "clauses": _table(
            "clauses",
            names,
            ("clause", "reading", *_NUMBERS),
            [
                [
                    cells.text(row["clause"]),
                    cells.text(names.clauses.get(row["clause"], "")),
                    *_numbers(row, lang),
                ]
                for row in told["clauses"]
            ],
            classes="wordy",
        ),
        "deviation": _table(
            "deviation",
            names,
            ("title", "level", "base", "plan", "difference"),
            [
                [
                    cells.text(names.title(row["title"])),
                    cells.text(say(f"reports.level.{row['level']}", lang)),
                    *_measured(row, lang, 2),
                ]
                for row in told["deviation"]
            ],
        ),
        "fairness": _table(
            "fairness",
            names,
            ("title", "measure", "base", "plan", "difference"),
            [
                [
                    cells.text(names.title(row["title"])),
                    cells.text(say_(f"measure.{row['measure']}", lang)),
                    *_measured(row, lang, 4),
                ]
                for row in told["fairness"]
            ],
        ),
    }


_NUMBERS: Final = ("base", "plan", "difference", "percent")


def through(row: Mapping[str, Any], lang: Lang) -> str:
    """Clauses that a change goes through; sharing out where none asks for something else."""
    return ", ".join(row["clauses"][: 2 * _MANY]) or say_("shares", lang)


def _by_gain(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: -row["difference"])


def _table(
    name: str,
    names: Names,
    keys: Sequence[str],
    rows: list[list[Cell]],
    *,
    search: bool = False,
    classes: str = "",
) -> HtmlTable:
    lang = names.lang
    heads = tuple(Heading(key, names.head(key), key not in _WORDS) for key in keys)
    return HtmlTable(f"d-{name}", say_(f"h.{name}", lang), heads, rows, search=search, classes=classes)


def _numbers(row: Mapping[str, Any], lang: Lang) -> list[Cell]:
    share = row["difference"] / row["base"] * 100 if row["base"] else None
    return [
        cells.figure(row["base"], lang),
        cells.figure(row["plan"], lang),
        cells.figure(row["difference"], lang, sign=True),
        cells.figure(share, lang, 1, sign=True),
    ]


def _measured(row: Mapping[str, Any], lang: Lang, decimals: int) -> list[Cell]:
    return [
        cells.figure(row["base"], lang, decimals),
        cells.figure(row["plan"], lang, decimals),
        cells.figure(row["difference"], lang, decimals, sign=True),
    ]


def _rate(posts: float, people: float | None) -> float | None:
    return posts * 1e5 / people if people else None


def difference_map(told: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Fill and note of every province, and the legend: posts per 100,000 people, plan − base."""
    lang = names.lang
    rates = [_rate(row["difference"], names.people.get(str(row["code"]))) for row in told["provinces"]]
    classes = differing(np.array([math.nan if r is None else r for r in rates], dtype=np.float64), lang)
    fill = {}
    for row, of in zip(told["provinces"], classes.of, strict=True):
        numbers = {
            key: number(row[key], lang, sign=key == "difference") for key in ("base", "plan", "difference")
        }
        note = say_("map_note", lang, place=names.province.get(str(row["code"]), row["code"]), **numbers)
        fill[int(row["code"])] = (classes.colours[of] if of >= 0 else "", note)
    return {"fill": fill, "legend": list(zip(classes.colours, classes.labels, strict=True))}


@dataclass(frozen=True, eq=False)
class Measured:
    """What the page has beside when two tables were measured: how, by title, and what was found.

    ``sections`` are tables by section; ``foot`` are fingerprints. ``views`` are maps and scatters by title.
    """

    laws: Sequence[str]
    cards: Sequence[Card]
    choices: Mapping[str, str]
    views: Mapping[str, Mapping[str, Any]]
    sections: Mapping[str, Sequence[HtmlTable]]
    foot: Sequence[str]


_SECTIONS: Final = ("titles", "provinces", "kinds", "largest", "clauses", "deviation", "fairness")
ALL: Final = "*"


def difference_html(told: Mapping[str, Any], names: Names, measured: Measured | None = None) -> bytes:
    """The whole page, in one file; with ``measured`` the page of ``compare``."""
    lang = names.lang
    shown = [s for s in _SECTIONS if s != "kinds" or "unit" in told["changed"]]
    context = {
        "lang": lang,
        "shown": shown,
        "m": measured,
        "a": lambda key, **values: say(f"audit.{key}", lang, **values),
        "no_map": no_map(names, lang),
        "t": lambda key, **values: say(f"reports.{key}", lang, **values),
        "d": lambda key, **values: say_(key, lang, **values),
        "style": asset("style.css"),
        "script": asset("script.js"),
        "words": script_json(
            {key: say(f"reports.script.{key}", lang) for key in ("found", "no_number", "no_why")}
        ),
        "told": told,
        "only": ", ".join(names.title(code) for side in ("base", "plan") for code in told["only"][side]),
        "same": not any(told["changed"].values()),
        "cards": [*cards(told, lang), *(measured.cards if measured else ())],
        "tables": tables(told, names),
        "map": svg_map(shapes(names)),
        "drawn": difference_map(told, names),
        "attribution": attribution(names),
    }
    if measured:
        views = measured.views
        every = views[ALL]
        noted = zip(every["fill"], every["notes"], strict=True)
        context |= {
            "drawn": {"fill": dict(zip(every["codes"], noted, strict=True)), "legend": every["legend"]},
            "scatter": Markup(every["scatter"]),
            "compare_script": asset("compare.js"),
            "data": script_json(
                {"views": views, "names": measured.choices, "codes": every["codes"]}
            ),
        }
    return environment().get_template("difference.html.j2").render(context).encode("utf-8")

"""The page and its parts as HTML: everything that came from a table or an address is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader

from pdc.ask.against import names_of
from pdc.ask.audit import Audit
from pdc.ask.difference import Difference
from pdc.ask.session import Question
from pdc.base.exact import Fraction
from pdc.country.country import Country
from pdc.explore.changes import (
    Asked,
    Change,
    CloseUnit,
    DataChange,
    NewUnit,
    PinNumber,
    SetNumber,
    Shipped,
    command_line,
    to_query,
    to_toml,
)
from pdc.explore.desk import Answer, Desk
from pdc.explore.dropped import tables as dropped_tables
from pdc.explore.figures import STEPS, change_in_words, say_column, step_of, written
from pdc.explore.measures import MEASURES, Provinces, decimals, provinces
from pdc.law.rulebook import Parameter
from pdc.law.search import clauses_about, planned_by
from pdc_common.numerals import number
from pdc_common.text import known, say, wording
from pdc_reports.figures.maps import attribution, shapes, svg_map
from pdc_reports.pages.difference import Names, cards, tables
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Heading, HtmlTable
from pdc_reports.pages.parts.environment import environment as report_environment

MOST_CLAUSES: Final = 12
MOST_UNITS: Final = 400
HEARD: Final = 3  # changes that are read out


@cache
def environment() -> Environment:
    """Templates of the page; those of the reports stand behind them."""
    reports = report_environment()
    loaders = ChoiceLoader([PackageLoader("pdc.explore"), PackageLoader("pdc_reports")])
    made: Environment = reports.overlay(loader=loaders)
    return made


class Page:
    """What the server sends, in one language."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.lang = desk, desk.lang

    def say(self, key: str, **values: object) -> str:
        """A sentence of the page."""
        return say(f"explore.{key}", self.lang, **values)

    def render(self, template: str, **values: Any) -> str:
        """A template with the words of the page."""
        words: dict[str, Any] = {
            "lang": self.lang,
            "e": self.say,
            "t": lambda key, **v: say(f"reports.{key}", self.lang, **v),
            "d": lambda key, **v: say(f"difference.{key}", self.lang, **v),
        }
        with wording(self.desk.book.about.words):
            return environment().get_template(template).render(words | values)

    # the whole page ---------------------------------------------------------------------------------------

    def whole(self) -> str:
        """The page, before anything is asked."""
        desk, lang = self.desk, self.lang
        setting = desk.setting
        names = names_of(desk.session.answer(_nothing(desk)), lang) if desk.titles else None
        drawn = None if names is None else svg_map(shapes(names))
        country = setting.country
        return self.render(
            "explore.html.j2",
            titles={code: t for code, t in self._titles().items() if code in desk.titles},
            first=desk.first_title,
            scenarios=[(one.name, one.title[lang], one.text[lang]) for one in desk.scenarios],
            map=drawn,
            attribution="" if names is None else attribution(names),
            measures=MEASURES,
            country=country.name,
            given=" ".join(w for o, values in desk.given.options.items() for v in values for w in (o, v)),
            places=list(zip(country.codes("province"), country.place_names["province"], strict=True)),
        )

    def _titles(self) -> dict[str, str]:
        return {title.code: title.name[self.lang] for title in self.desk.book.titles}

    # ask --------------------------------------------------------------------------------------------------

    def clauses(self, word: str, asked: Asked) -> str:
        """Clauses that are asked for, each with its reading and its parameters as sliders."""
        book, lang = self.desk.book, self.lang
        found = clauses_about(book, word)
        now = {change.name: change.value for change in asked.on if isinstance(change, SetNumber)}
        planned, titles = set(self.desk.titles), self._titles()
        shown = []
        for clause in found[:MOST_CLAUSES]:
            about = [code for code in planned_by(book, clause) if code in planned]
            fields = [self._field(clause.number, p, now) for p in clause.parameters.values()]
            shown.append(
                {
                    "number": clause.number,
                    "text": clause.text[lang],
                    "source": clause.source,
                    "fields": fields,
                    "every": about,
                    "titles": [(code, titles[code]) for code in about[:4]],
                }
            )
        # Who searches wants to turn something: clauses without a number stand last.
        shown.sort(key=lambda one: not one["fields"])
        return self.render("clauses.html.j2", clauses=shown, count=len(found), word=word)

    def _field(self, clause: str, parameter: Parameter, now: Mapping[str, str]) -> dict[str, Any]:
        name = f"{clause}.{parameter.name}"
        value = parameter.value
        text = written(value)
        field = {
            "name": name,
            "label": parameter.text[self.lang],
            "unit": self._unit(parameter.unit),
            "origin": self.say(f"origin.{parameter.origin}"),
            "law": text,
            "now": now.get(name, text),
            "kind": "other",
        }
        if isinstance(value, bool):
            return field | {"kind": "switch"}
        if parameter.choices:
            return field | {"kind": "choice", "choices": parameter.choices}
        if isinstance(value, (int, Fraction)):
            step = step_of(value)
            most = max(2 * float(value), float(step) * STEPS)
            return field | {"kind": "number", "step": written(step), "most": f"{most:g}"}
        return field

    def _unit(self, unit: str) -> str:
        """A parameter's unit in words, where the page has some for it; no unit that would read foreign."""
        key = f"explore.unit.{unit.replace(' ', '_')}"
        return say(key, self.lang) if known(key) else unit if self.lang == "en" else ""

    # see --------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked, base: Asked, answer: Answer) -> dict[str, Any]:
        """Everything that follows a question."""
        asked = self.desk.complete(asked)
        lang, told = self.lang, answer.difference.to_dict()
        with wording(self.desk.book.about.words):
            names = Names(answer.now.results.frames, lang)
            found = tables(told, names)
            numbers = provinces(answer)
            html = {name: self.render("table.html.j2", table=table) for name, table in found.items()}
            html["places"] = self.render("table.html.j2", table=self.places(numbers, asked))
            html["cards"] = self.render("cards.html.j2", cards=cards(told, lang))
            maps = {measure: self._map(numbers, measure) for measure in MEASURES}
        return {
            "html": html,
            "maps": maps,
            "live": self._live(told, names, asked),
            **self.question(asked),
            "base": to_query(base),
        }

    def question(self, asked: Asked) -> dict[str, Any]:
        """The question in words: chips, address, command line, scenario file."""
        pairs = [(self.chip(change), on) for change, on in asked.changes]
        return {
            "query": to_query(asked),
            "chips": self.render("chips.html.j2", chips=pairs),
            "command": command_line(asked, self.desk.given.options),
            "toml": to_toml(asked.own, self.say("toml_title")),
        }

    def _map(self, numbers: Provinces, measure: str) -> dict[str, Any]:
        classes, values = numbers.classes(measure, self.lang), numbers.of(measure)
        sign = measure not in ("per_100k", "short")
        fill = {}
        for code, name, value, of in zip(
            numbers.codes, numbers.names, values.tolist(), classes.of, strict=True
        ):
            text = number(value, self.lang, decimals(measure), sign=sign)
            fill[code] = [classes.colours[of] if of >= 0 else "", f"{name}: {text}"]
        return {"fill": fill, "legend": list(zip(classes.colours, classes.labels, strict=True))}

    def places(self, numbers: Provinces, asked: Asked) -> HtmlTable:
        """The table twin of the map: every measure by province; a number opens its explanation."""
        lang, title = self.lang, asked.titles[0] if asked.titles else ""
        keys = ("province", "base", "plan", "target", *MEASURES)
        heads = [
            Heading(
                key,
                self.say(f"measure.{key}") if key in MEASURES else self.say(f"column.{key}"),
                key != keys[0],
            )
            for key in keys
        ]
        columns = {measure: numbers.of(measure).tolist() for measure in MEASURES}
        rows = []
        for i, (code, name) in enumerate(zip(numbers.codes, numbers.names, strict=True)):
            now = cells.figure(float(numbers.now[i]), lang)
            rows.append(
                [
                    cells.asked(cells.text(name), f"place|province|{code}", False),
                    cells.figure(float(numbers.base[i]), lang),
                    cells.asked(now, f"why|{title}|province|{code}", False),
                    cells.figure(float(numbers.target[i]), lang, 2),
                    *(
                        cells.figure(columns[m][i], lang, decimals(m), sign=m not in ("per_100k", "short"))
                        for m in MEASURES
                    ),
                ]
            )
        return HtmlTable("places", self.say("places"), tuple(heads), rows)

    def _live(self, told: Mapping[str, Any], names: Names, asked: Asked) -> str:
        """What a screen reader hears: the totals, what was touched, then the largest changes."""
        rows = [row for row in told["provinces"] if row["difference"]]
        parts = [self._step(names.title(row["title"]), row) for row in told["titles"]]
        touched = {
            c.code for c in asked.on if isinstance(c, (PinNumber, DataChange)) and c.level == "province"
        }
        rows.sort(key=lambda row: (str(row["code"]) not in touched, -abs(row["difference"])))
        for row in rows[: max(HEARD, len(touched))]:
            parts.append(self._step(str(names.province.get(str(row["code"]), row["code"])), row))
        if not rows:  # posts that move inside provinces alone
            parts += [self._step(row["place"], row) for row in told["largest"][:HEARD]]
        same = not any(told["changed"].values())
        return self.say("live_same") if same else self.say("live", what="; ".join(parts))

    def _step(self, name: str, row: Mapping[str, Any]) -> str:
        return f"{name}: {number(row['base'], self.lang)} → {number(row['plan'], self.lang)}"

    # a place ----------------------------------------------------------------------------------------------

    def place(self, level: str, code: str, asked: Asked, answer: Answer) -> str:
        """A place: its numbers of the shown titles, what can be changed there, and the places inside."""
        country = answer.now.country
        title = self.desk.complete(asked).titles[0]
        here = _number(answer, level, code, title)
        side = answer.difference.plan
        return self.render(
            "place.html.j2",
            level=level,
            code=code,
            name=side.name_of(level, code),
            title=title,
            title_name=self._titles().get(title, title),
            here=here,
            population=country.schema.population,
            size=country.schema.size or "",
            alone=_alone(country, level, code),
            kinds=[(k.code, k.name[self.lang]) for k in country.schema.kinds],
            inside=self._inside(level, code, title, answer),
        )

    def _inside(self, level: str, code: str, title: str, answer: Answer) -> HtmlTable | None:
        below = {"province": "district", "district": "unit"}.get(level)
        if below is None:
            return None
        side, lang = answer.difference.plan, self.lang
        frame = side.frames[f"{below}s"]
        codes = frame.loc[frame[f"{level}_code"].astype(str) == code, f"{below}_code"].astype(str).tolist()
        every = answer.difference.cells(below, every=True)
        found = every[every["title"] == title]
        pairs = zip(found["base"].tolist(), found["plan"].tolist(), strict=True)
        numbers = dict(zip(found["code"].tolist(), pairs, strict=True))
        rows = []
        for one in codes[:MOST_UNITS]:
            a, b = numbers.get(one, (0, 0))
            rows.append(
                [
                    cells.asked(cells.text(side.name_of(below, one)), f"place|{below}|{one}", False),
                    cells.figure(a, lang),
                    cells.asked(cells.figure(b, lang), f"why|{title}|{below}|{one}", False),
                    cells.figure(b - a, lang, sign=True),
                ]
            )
        keys = (below, "base", "plan", "difference")
        heads = tuple(Heading(k, say(f"difference.column.{k}", lang), k != below) for k in keys)
        return HtmlTable("inside", self.say(f"inside.{below}"), heads, rows, search=False)

    def dropped(self, name: str, audit: Audit) -> str:
        """What a hand-made table comes to."""
        with wording(self.desk.book.about.words):
            line, found = dropped_tables(audit, self._titles(), self.lang)
        return self.render("dropped.html.j2", name=name, line=line, tables=found)

    def point(self, difference: Difference, province: str) -> dict[str, float | None]:
        """The outcomes of one point of a line."""
        titles, clauses = difference.by_title(), difference.by_clause()
        deviation = difference.by_deviation()
        cells_ = difference.cells("province", every=True)
        changed = difference.cells("unit")
        return {
            "posts": int(titles["plan"].sum()),
            "short": int(clauses["plan"].sum()),
            "deviation": round(float(deviation.loc[deviation["level"] == "province", "plan"].sum()), 6),
            "moved": int(changed["difference"].clip(lower=0).sum()),
            "province": int(cells_.loc[cells_["code"] == province, "plan"].sum()) if province else None,
        }

    # chips ------------------------------------------------------------------------------------------------

    def chip(self, change: Change) -> str:
        """A change in a few words."""
        desk, country = self.desk, self.desk.setting.country
        match change:
            case SetNumber(name, value):
                clause, _, parameter = name.rpartition(".")
                entry = desk.book.clauses.get(clause)
                found = entry.parameters.get(parameter) if entry else None
                label = found.text[self.lang] if found else parameter
                was = written(found.value) if found else "–"
                return self.say("chip.set", clause=clause, label=label, was=was, value=value)
            case Shipped(name):
                return next((one.title[self.lang] for one in desk.scenarios if one.name == name), name)
            case DataChange(_, column, level, code, sign, amount):
                place = self.say("chip.country") if level == "country" else _place(country, level, code)
                what = say_column(column, self.lang)
                return self.say(
                    "chip.data", place=place, what=what, change=change_in_words(sign, amount, self.lang)
                )
            case CloseUnit(code):
                return self.say("chip.close", place=_place(country, "unit", code))
            case NewUnit(values):
                found_ = dict(values)
                beds = next((v for k, v in found_.items() if k == country.schema.size), "")
                return self.say("chip.new", name=found_.get("unit", "–"), beds=beds or "–")
            case PinNumber(title, level, code, posts):
                name = self._titles().get(title, title)
                return self.say("chip.pin", place=_place(country, level, code), title=name, posts=posts)


def _place(country: Country, level: str, code: str) -> str:
    codes = country.codes(level).tolist()
    return country.place_names[level][codes.index(code)] if code in codes else code


def _alone(country: Country, level: str, code: str) -> bool:
    """Is the place one row of the tables? A merged one is several; changing one is another question."""
    table = country.before.get(f"{level}s")
    if table is None or code not in country.codes(level).tolist():
        return True
    return int((table["at"] == country.codes(level).tolist().index(code)).sum()) <= 1


def _number(answer: Answer, level: str, code: str, title: str) -> dict[str, int]:
    cells_ = answer.difference.cells(level, every=True)
    row = cells_[(cells_["title"] == title) & (cells_["code"] == code)]
    return {side: int(row[side].sum()) for side in ("base", "plan")}


def _nothing(desk: Desk) -> Question:
    return Question(titles=(desk.first_title,))

"""The page and its parts as HTML: everything that came from a table or an address is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader

from pdc.ask.against import names_of
from pdc.ask.one_more import Answer as Found
from pdc.ask.one_more import OneMore
from pdc.ask.one_more.levers import written as written_number
from pdc.ask.repair import Repair
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
    as_pair,
    command_line,
    to_toml,
)
from pdc.explore.desk import MOST_ONE_MORE, Answer, Desk
from pdc.explore.district_map import district_map
from pdc.explore.dropped import ENDINGS, MOST_MEND, TABLE_MODES, Beside, maps, moves
from pdc.explore.dropped import tables as dropped_tables
from pdc.explore.figures import STEPS, change_in_words, say_column, step_of, written
from pdc.explore.grouped import group_modes, grouped
from pdc.explore.lists import list_field
from pdc.explore.measures import MEASURES, MODES, Places, Seen
from pdc.explore.varied import OUTCOMES
from pdc.law.rulebook import Clause, Parameter
from pdc.law.search import clauses_about, planned_by
from pdc.planning.names import PEOPLE
from pdc.planning.summary import OPTIMAL
from pdc_common.numerals import number
from pdc_common.text import known, lower, mentions, say, wording
from pdc_reports.figures.maps import Shape, attribution, shapes, svg_map
from pdc_reports.pages.difference import Names, cards, tables
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Heading, HtmlTable
from pdc_reports.pages.parts.environment import environment as report_environment

MOST_CLAUSES: Final = 12
MOST_UNITS: Final = 400
MOST_PLACES: Final = 6
LONG_WORD: Final = 6
HEARD: Final = 3  # changes that are read out


@cache
def environment() -> Environment:
    """Templates of the page; those of the reports stand behind them."""
    reports = report_environment()
    loaders = ChoiceLoader([PackageLoader("pdc.explore"), PackageLoader("pdc_reports")])
    made: Environment = reports.overlay(loader=loaders)
    return made


# Further questions about a number that is being explained, a button each. ``name`` is an entry of
# server.Routes.posts that takes what ``explain`` takes and answers in its shape, and a sentence
# explore.action.<name>.
WHY_ACTIONS: Final = ("one_more",)


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
            table_modes=TABLE_MODES,
            group_modes=group_modes(setting),
            endings=ENDINGS,
            outcomes=OUTCOMES,
            actions=[[name, self.say(f"action.{name}")] for name in WHY_ACTIONS],
            most_search=round(MOST_ONE_MORE),
            most_mend=round(MOST_MEND / 60),
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
        # Who searches wants to turn something: first the clauses whose numbers are called as the search is.
        words = word.split()
        found = sorted(found, key=lambda clause: self._far(clause, words))
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
        places = self._places_called(word)
        return self.render("clauses.html.j2", clauses=shown, count=len(found), word=word, places=places)

    def _far(self, clause: Clause, words: Sequence[str]) -> tuple[bool, int, bool]:
        """How far a clause is from a search: without a number last, then by the words that a number says.

        A number that already is what was asked for ("4 beds a nurse") stands after those to be changed.
        """
        # "yatağa" is asked of a number that is called "yatak": the end of a long word may be another.
        stems = [one if len(one) < LONG_WORD else one[:-2] for one in words]
        asked = {one.replace(".", "") for one in words}
        said = [
            (
                sum(mentions(" ".join(one.text.values()), stem) for stem in stems),
                written(one.value) not in asked,
            )
            for one in clause.parameters.values()
        ]
        score, to_change = max(said, default=(0, True))
        return not said, -score, not to_change

    def _places_called(self, word: str) -> list[tuple[str, str, str]]:
        """Places that are named in a search: level, code, name. Provinces first."""
        country = self.desk.setting.country
        words = {part.strip(".,;:'’\"") for part in lower(word).replace("’", "'").split()}
        words |= {part.partition("'")[0] for part in words}  # Van'a
        found = []
        for level in ("province", "district"):
            names = country.place_names[level]
            for code, name in zip(map(str, country.codes(level)), names, strict=True):
                if lower(name.partition(",")[0].strip()) in words:
                    found.append((level, code, name))
        return found[:MOST_PLACES]

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
            "law_text": text,
            "now": now.get(name, text),
            "kind": "other",
            "shape": "",
        }
        if isinstance(value, bool):
            return field | {"kind": "switch"}
        if parameter.choices:
            return field | {
                "kind": "choice",
                "choices": [(one, parameter.choice(one, self.lang)) for one in parameter.choices],
                "law_text": parameter.choice(text, self.lang),
            }
        if isinstance(value, (int, Fraction)):
            step = step_of(value)
            most = max(2 * float(value), float(step) * STEPS)
            return field | {"kind": "number", "step": written(step), "most": f"{most:g}"}
        as_list = list_field(parameter, self.desk.book, self.desk.setting.country, self.lang)
        return field | (as_list or {"kind": "text"})

    def parameters(self, asked: Asked) -> list[list[str]]:
        """Numbers of the law that are about the shown titles: name, label, and where they could go."""
        book, shown = self.desk.book, set(self.desk.complete(asked).titles)
        found = []
        for clause in book.clauses.values():
            if not shown & set(planned_by(book, clause)):
                continue
            for one in clause.parameters.values():
                if isinstance(one.value, bool) or not isinstance(one.value, (int, Fraction)):
                    continue
                name = f"{clause.number}.{one.name}"
                found.append([name, f"{clause.number} {one.text[self.lang]}", written(one.value)])
        return found

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
            seen = Seen(answer)
            numbers = seen.province
            html = {name: self.render("table.html.j2", table=table) for name, table in found.items()}
            html["places"] = self.render("table.html.j2", table=self.places(numbers, asked))
            html["cards"] = self.render("cards.html.j2", cards=cards(told, lang))
            drawn = {measure: numbers.drawn(measure, lang) for measure in MEASURES}
            groups, html["groups"] = grouped(answer), ""
            if groups is not None:
                drawn |= groups.maps(numbers, lang)
                html["groups"] = self.render("table.html.j2", table=groups.table(numbers, lang))
        return {
            "html": html,
            "maps": drawn,
            "live": self._live(told, names, asked),
            **self.question(asked),
            "base": [self.chip(change) for change in base.on],
        }

    def question(self, asked: Asked) -> dict[str, Any]:
        """The question in words: chips, address, command line, scenario file."""
        pairs = [(self.chip(change), on) for change, on in asked.changes]
        every = replace(asked, titles=())
        return {
            "chips": self.render("chips.html.j2", chips=pairs),
            "command": command_line(
                every if asked.titles == self.desk.titles else asked, self.desk.given.options
            ),
            "toml": to_toml(asked.own, self.say("toml_title")),
        }

    def places(self, numbers: Places, asked: Asked) -> HtmlTable:
        """The table twin of the map: every measure by province; a number opens its explanation."""
        lang, title = self.lang, asked.titles[0] if len(asked.titles) == 1 else ""
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
                    cells.asked(now, f"why|{title}|province|{code}" if title else "", False),
                    cells.figure(float(numbers.target[i]), lang, 2),
                    *(
                        cells.figure(columns[m][i], lang, mode.decimals, sign=mode.signed)
                        for m, mode in MODES.items()
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

    def place(self, level: str, code: str, asked: Asked, answer: Answer) -> dict[str, Any]:
        """A place: its numbers of the shown titles, what can be changed there, and the places inside.

        A province comes with the map of its districts, and how each measure colours it.
        """
        country = answer.now.country
        titles = self.desk.complete(asked).titles
        title = titles[0] if len(titles) == 1 else ""
        here = _number(answer, level, code, titles)
        side = answer.difference.plan
        inner, drawn = self._districts(code, answer) if level == "province" else (None, {})
        html = self.render(
            "place.html.j2",
            map=inner,
            pinned=any(
                isinstance(c, PinNumber) and (c.title, c.level, c.code) == (title, level, code)
                for c in asked.on
            ),
            shut=any(isinstance(c, CloseUnit) and c.code == code for c in asked.on),
            up=_up(side.frames, level, code),
            beds=_size(answer, level, code),
            level=level,
            code=code,
            name=side.name_of(level, code),
            title=title,
            title_name=self._titles().get(title, self.say("all_titles")),
            here=here,
            population=country.schema.population,
            size=country.schema.size or "",
            alone=_alone(country, level, code),
            kinds=[(k.code, k.name[self.lang]) for k in country.schema.kinds],
            first_kind=_largest_kind(country),
            districts=_districts_of(side.frames, code) if level == "province" else [],
            inside=self._inside(level, code, title, answer),
        )
        return {"html": html, "maps": drawn}

    def _districts(self, code: str, answer: Answer) -> tuple[Any, dict[str, Any]]:
        """The map of a province's districts, and its colours by measure."""
        frame = answer.difference.plan.frames["districts"]
        every = Seen(answer).district
        mine = set(frame.loc[frame["province_code"].astype(str) == code, "district_code"].astype(str))
        places = every.at([i for i, one in enumerate(every.codes) if one in mine])
        if not places.codes:
            return None, {}
        outlines: dict[str, Shape] = {}
        names = names_of(answer.now, self.lang)
        if names.borders is not None:
            outlines = {str(shape.province_code): shape for shape in shapes(names)}
        found = district_map(outlines.get(code), places, frame)
        return found, {m: places.drawn(m, self.lang) for m in MEASURES}

    def _inside(self, level: str, code: str, title: str, answer: Answer) -> HtmlTable | None:
        below = {"province": "district", "district": "unit"}.get(level)
        if below is None:
            return None
        side, lang = answer.difference.plan, self.lang
        frame = side.frames[f"{below}s"]
        codes = frame.loc[frame[f"{level}_code"].astype(str) == code, f"{below}_code"].astype(str).tolist()
        every = answer.difference.cells(below, every=True)
        found = every[every["title"].isin(self.desk.titles if not title else [title])]
        found = found.groupby("code", sort=False)[["base", "plan"]].sum().reset_index()
        pairs = zip(found["base"].tolist(), found["plan"].tolist(), strict=True)
        numbers = dict(zip(found["code"].tolist(), pairs, strict=True))
        rows = []
        for one in codes[:MOST_UNITS]:
            a, b = numbers.get(one, (0, 0))
            rows.append(
                [
                    cells.asked(cells.text(side.name_of(below, one)), f"place|{below}|{one}", False),
                    cells.figure(a, lang),
                    cells.asked(cells.figure(b, lang), f"why|{title}|{below}|{one}" if title else "", False),
                    cells.figure(b - a, lang, sign=True),
                ]
            )
        keys = (below, "base", "plan", "difference")
        heads = tuple(Heading(k, say(f"difference.column.{k}", lang), k != below) for k in keys)
        return HtmlTable("inside", self.say(f"inside.{below}"), heads, rows, search=False)

    def dropped(self, key: str, name: str, beside: Beside) -> dict[str, Any]:
        """What a hand-made table comes to, beside the plan."""
        titles = self._titles()
        with wording(self.desk.book.about.words):
            line, read_as, found = dropped_tables(beside, titles, self.lang)
            drawn = maps(beside, self.lang)
        there = [
            (code, titles.get(code, code)) for code in beside.cetvel.titles if code in set(self.desk.titles)
        ]
        html = self.render(
            "dropped.html.j2", key=key, name=name, line=line, read_as=read_as, tables=found,
            has_title=beside.has_title, there=there, title=titles.get(beside.title, beside.title),
        )  # fmt: skip
        return {
            "html": html,
            "maps": drawn,
            "table": key,
            "shows": beside.has_title,
            "first": there[0][0] if there else "",
        }

    def mended(self, made: Repair) -> str:
        """The fewest moves that mend a table."""
        with wording(self.desk.book.about.words):
            line, table = moves(made, self._titles(), self.lang)
            unproven = 0 if made.plan.status == OPTIMAL else round(MOST_MEND / 60)
            return self.render(
                "moves.html.j2", line=line, table=table, more=len(made.moves), unproven=unproven
            )

    # one more ---------------------------------------------------------------------------------------------

    def one_more(self, told: OneMore) -> dict[str, Any]:
        """What would give one more: a sentence a lever, and what each does as a change of the address."""
        with wording(self.desk.book.about.words):
            lines, changes = list(told.lines(self.lang)), [_lever(one) for one in told.answers]
            before = len(lines) - len(changes)  # a sentence about all of them may come first
            chips = [None] * before + [
                None if one is None else {"change": list(as_pair(one)), "text": self.chip(one)}
                for one in changes
            ]
        heading = say("one_more.heading", self.lang)
        return {"heading": heading, "parts": [{"heading": heading, "lines": lines, "does": chips}]}

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
                if found:
                    was, value = found.choice(was, self.lang), found.choice(value, self.lang)
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
                place = _place(country, "district", found_.get("district_code", ""))
                return self.say("chip.new", name=found_.get("unit", "–"), place=place, beds=beds or "–")
            case PinNumber(title, level, code, posts):
                name = self._titles().get(title, title)
                return self.say("chip.pin", place=_place(country, level, code), title=name, posts=posts)


def _lever(answer: Found) -> Change | None:
    """The change of a lever that gives one more; None where it gives none."""
    if answer.found is None:
        return None
    lever, value = answer.lever, written_number(answer.lever.value(answer.found.step))
    if lever.kind == "set":
        return SetNumber(lever.name, value)
    table, _, column = lever.name.partition(".")
    return DataChange(table, column, lever.level, lever.code, "=", value)


def _place(country: Country, level: str, code: str) -> str:
    codes = country.codes(level).tolist()
    return country.place_names[level][codes.index(code)] if code in codes else code


def _largest_kind(country: Country) -> str:
    """The kind that has most of the size (beds): what a new unit most likely is."""
    size = country.schema.size
    if not size or not len(country.units):
        return ""
    return str(country.units.groupby("kind")[size].sum().idxmax())


def _districts_of(frames: Mapping[str, Any], province: str) -> list[tuple[str, str]]:
    """Districts of a province, the largest first."""
    frame = frames["districts"]
    mine = frame[frame["province_code"].astype(str) == province]
    mine = mine.sort_values(PEOPLE, ascending=False, kind="stable")
    return [(str(a), str(b)) for a, b in zip(mine["district_code"], mine["district"], strict=True)]


def _up(frames: Mapping[str, Any], level: str, code: str) -> tuple[str, str] | None:
    """Level and code of the place around a district or a unit."""
    above = {"district": "province", "unit": "district"}.get(level)
    if above is None:
        return None
    frame = frames[f"{level}s"]
    found = frame.loc[frame[f"{level}_code"].astype(str) == code, f"{above}_code"].astype(str).tolist()
    return (above, found[0]) if found else None


def _size(answer: Answer, level: str, code: str) -> int | None:
    """Beds of a unit, or whatever its size is."""
    size = answer.now.country.schema.size
    frame = answer.difference.plan.frames["units"]
    if level != "unit" or not size or size not in frame:
        return None
    found = frame.loc[frame["unit_code"].astype(str) == code, size].tolist()
    return int(found[0]) if found else None


def _alone(country: Country, level: str, code: str) -> bool:
    """Is the place one row of the tables? A merged one is several; changing one is another question."""
    table = country.before.get(f"{level}s")
    if table is None or code not in country.codes(level).tolist():
        return True
    return int((table["at"] == country.codes(level).tolist().index(code)).sum()) <= 1


def _number(answer: Answer, level: str, code: str, titles: Sequence[str]) -> dict[str, int]:
    cells_ = answer.difference.cells(level, every=True)
    row = cells_[cells_["title"].isin(titles) & (cells_["code"] == code)]
    return {side: int(row[side].sum()) for side in ("base", "plan")}


def _nothing(desk: Desk) -> Question:
    return Question(titles=(desk.first_title,))

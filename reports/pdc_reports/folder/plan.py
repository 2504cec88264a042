"""The tables of a plan folder, read once and never changed. Nothing here knows the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from pdc_common.access import FILE as BANDS
from pdc_common.access import Bands, read_bands
from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.roads import read_roads
from pdc_common.text import Lang, known, say, sort_key, wording

P = ParamSpec("P")
R = TypeVar("R")

Level = Literal["province", "district", "unit"]
KEY: Final[Mapping[Level, str]] = {
    "province": "province_code",
    "district": "district_code",
    "unit": "unit_code",
}

# Columns a report relies on; a type says how blanks are read: text "", number missing, count 0.
_SCHEMA: Final[Mapping[str, Mapping[str, str]]] = {
    "plan_units": {
        "province_code": "count",
        "district_code": "text",
        "unit_code": "text",
        "title": "text",
        "target": "number",
        "posts": "count",
        "deviation": "number",
    },
    "plan_districts": {
        "province_code": "count",
        "district_code": "text",
        "title": "text",
        "target": "number",
        "posts": "count",
        "deviation": "number",
    },
    "plan_provinces": {
        "province_code": "count",
        "title": "text",
        "target": "number",
        "posts": "count",
        "deviation": "number",
    },
    "national": {
        "title": "text",
        "filled": "number",
        "supply": "number",
        "posts": "number",
        "planned": "count",
        "reason": "text",
    },
    "rules": {
        "clause": "text",
        "title": "text",
        "level": "text",
        "code": "text",
        "required": "number",
        "posts": "number",
        "shortfall": "number",
        "tier": "text",
        "status": "text",
    },
    "notices": {
        "clause": "text",
        "level": "text",
        "code": "text",
        "title": "text",
        "posts": "number",
        "text": "text",
    },
    "changes": {
        "unit_code": "text",
        "title": "text",
        "filled": "count",
        "absent": "count",
        "posts": "count",
        "vacancy": "count",
        "surplus": "count",
        "locked_4924": "count",
        "blocked_4924": "count",
    },
    "service_groups": {
        "title": "text",
        "province_code": "count",
        "filled": "count",
        "posts": "count",
        "fill_rate": "number",
        "rank": "number",
        "group": "text",
    },
    "service_groups_before": {
        "title": "text",
        "province_code": "count",
        "filled": "count",
        "posts": "count",
        "fill_rate": "number",
        "rank": "number",
        "group": "text",
    },
    "since": {
        "level": "text",
        "code": "text",
        "title": "text",
        "base": "number",
        "plan": "number",
        "difference": "number",
    },
    "provinces": {
        "province_code": "count",
        "province": "text",
        "service_region": "count",
        "metropolitan": "count",
        "etf_population": "number",
        "need": "number",
        "latitude": "number",
        "longitude": "number",
    },
    "districts": {
        "district_code": "text",
        "province_code": "count",
        "district": "text",
        "etf_population": "number",
        "central": "count",
        "latitude": "number",
        "longitude": "number",
    },
    "units": {
        "unit_code": "text",
        "district_code": "text",
        "province_code": "count",
        "unit": "text",
        "kind": "text",
        "beds": "count",
        "catchment_population": "number",
        "latitude": "number",
        "longitude": "number",
        "source": "text",
    },
    "titles": {
        "title": "text",
        "sheet": "text",
        "sheet_tr": "text",
        "sheet_en": "text",
        "name_tr": "text",
        "name_en": "text",
    },
    "clauses": {
        "clause": "text",
        "kinds": "text",
        "titles": "text",
        "level": "text",
        "tier": "text",
        "text_tr": "text",
        "text_en": "text",
        "file": "text",
    },
    "parameters": {
        "clause": "text",
        "parameter": "text",
        "value": "text",
        "unit": "text",
        "origin": "text",
        "text_tr": "text",
        "text_en": "text",
    },
    "filled": {"province_code": "count", "title": "text", "filled": "count"},
    "training": {"unit_code": "text", "branch": "text", "clinics": "count"},
    "kinds": {"kind": "text", "name_tr": "text", "name_en": "text"},
    "words": {"key": "text", "tr": "text", "en": "text"},
    "assignments": {
        "clause": "text",
        "unit_code": "text",
        "person": "count",
        "title": "text",
        "post": "count",
    },
}
_OPTIONAL: Final = frozenset(
    (
        "notices", "changes", "clauses", "parameters", "filled", "training", "kinds", "words", "assignments",
        "service_groups", "service_groups_before", "since",
    )
)  # fmt: skip
_REQUIRED: Final = frozenset(_SCHEMA) - _OPTIONAL


class PlanFolderError(ValueError):
    """A folder that is no plan folder: what is missing is named."""


@dataclass(frozen=True)
class Sheet:
    """A title group: its code, names and titles that were planned, in official column order."""

    code: str
    names: Mapping[str, str]
    titles: tuple[str, ...]


@dataclass(frozen=True)
class PlanTables:
    """All tables of one plan, rows in reading order (plate code, central district first)."""

    plan_units: pd.DataFrame
    plan_districts: pd.DataFrame
    plan_provinces: pd.DataFrame
    national: pd.DataFrame
    rules: pd.DataFrame
    notices: pd.DataFrame
    changes: pd.DataFrame
    service_groups: pd.DataFrame
    service_groups_before: pd.DataFrame
    since: pd.DataFrame
    provinces: pd.DataFrame
    districts: pd.DataFrame
    units: pd.DataFrame
    titles: pd.DataFrame
    clauses: pd.DataFrame
    parameters: pd.DataFrame
    filled: pd.DataFrame
    training: pd.DataFrame
    kinds: pd.DataFrame
    words: pd.DataFrame
    assignments: pd.DataFrame
    road_km: pd.DataFrame
    bands: tuple[Bands, ...]
    borders: Mapping[str, Any] | None
    summary: Mapping[str, Any]
    free: frozenset[tuple[str, str, str]] = frozenset()
    """(title, level, code) of numbers that could be otherwise at the same optimum."""
    folder: Path | None = None
    """Where the tables were read; None: they were made of frames."""

    @classmethod
    def read(cls, folder: Path) -> PlanTables:
        """Read a plan folder; optional tables that are not there come out empty."""
        missing = sorted(n for n in _REQUIRED if not (folder / f"{n}.csv").is_file())
        if missing:
            raise PlanFolderError(f"{folder}: " + ", ".join(f"{n}.csv" for n in missing))
        frames = {}
        for name, columns in _SCHEMA.items():
            path = folder / f"{name}.csv"
            if path.is_file():
                frames[name] = _read(path, columns)
        free = folder / "free_cells.csv"
        if free.is_file():
            frames["free_cells"] = read_table(free, dtype=str, keep_default_na=False)
        summary = folder / "summary.json"
        return cls.of_folder(folder, frames, json.loads(text_of(summary)) if summary.is_file() else {})

    @classmethod
    def of_folder(
        cls, folder: Path, frames: Mapping[str, pd.DataFrame], summary: Mapping[str, Any]
    ) -> PlanTables:
        """Tables of a plan folder that need not be read: what its tables and its summary say is known."""
        return cls.from_frames(
            frames,
            summary,
            borders=folder / "provinces.geojson",
            road_km=folder / "road_km.csv",
            bands=folder / BANDS,
            folder=folder,
        )

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        summary: Mapping[str, Any] | None = None,
        *,
        borders: Path | None = None,
        road_km: Path | None = None,
        bands: Path | None = None,
        folder: Path | None = None,
    ) -> PlanTables:
        """Make the tables of frames by file name (without ``.csv``); nothing of a plan need be on disk."""
        missing = sorted(_REQUIRED.difference(frames))
        if missing:
            raise PlanFolderError(", ".join(missing))
        held = {name: _typed(frames.get(name), columns) for name, columns in _SCHEMA.items()}
        held["provinces"] = held["provinces"].sort_values("province_code", ignore_index=True)
        held["districts"] = _in_order(held["districts"], "district", [], central_first=True)
        place = {code: i for i, code in enumerate(held["districts"]["district_code"])}
        kind_rank = {kind: i for i, kind in enumerate(held["kinds"]["kind"])}
        units = held["units"]
        ranks = [
            units["district_code"].map(place).fillna(len(place)),
            units["kind"].map(kind_rank).fillna(len(kind_rank)),
        ]
        held["units"] = _in_order(units, "unit", ranks)
        return cls(
            road_km=read_roads(road_km) if road_km and road_km.is_file() else pd.DataFrame(),
            bands=read_bands(bands if bands and bands.is_file() else None),
            borders=json.loads(text_of(borders, "utf-8-sig")) if borders and borders.is_file() else None,
            summary=summary or {},
            free=_free(frames.get("free_cells")),
            folder=folder,
            **held,
        )

    def only(self, *names: str) -> PlanTables:
        """These tables and what is kept with them under these names; who asks for anything else fails."""
        part = object.__new__(PlanTables)
        vars(part).update({name: vars(self)[name] for name in names})
        return part

    def plan(self, level: Level) -> pd.DataFrame:
        """The plan at one level."""
        plans = {"province": self.plan_provinces, "district": self.plan_districts, "unit": self.plan_units}
        return plans[level]

    def places(self, level: Level) -> pd.DataFrame:
        """The places of one level, in reading order."""
        return {"province": self.provinces, "district": self.districts, "unit": self.units}[level]

    def wide(self, level: Level, value: str = "posts") -> pd.DataFrame:
        """Place × planned title; a missing cell is a title that cannot be placed there."""
        plan, key = self.plan(level), KEY[level]
        codes, titles = self.places(level)[key].tolist(), self.planned
        row, column = ({one: i for i, one in enumerate(every)} for every in (codes, titles))
        try:
            rows = [row[code] for code in plan[key].tolist()]
        except KeyError:
            unknown = sorted(set(plan[key].tolist()) - row.keys())
            raise PlanFolderError(f"{key}: {', '.join(map(str, unknown[:5]))}") from None
        values = plan[value].to_numpy()
        wide = np.full((len(codes), len(titles)), np.nan)
        wide[rows, [column[title] for title in plan["title"].tolist()]] = values
        held = np.count_nonzero(~np.isnan(wide))
        if held < len(plan):
            raise PlanFolderError(f"{key}: a title stands twice at a place")
        # Where nothing is missing the numbers are what they were.
        if held == wide.size:
            wide = wide.astype(values.dtype)
        return pd.DataFrame(wide, index=pd.Index(codes), columns=pd.Index(titles))

    @cached_property
    def planned(self) -> tuple[str, ...]:
        """Codes of the planned titles, in official column order; unlisted ones last."""
        held = set(self.plan_provinces["title"])
        listed = [t for t in self.titles["title"] if t in held]
        return (*listed, *sorted(held.difference(listed)))

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Title groups with at least one planned title, in official order."""
        of = _pairs(self.titles, "title", "sheet")
        names = self.titles.drop_duplicates("sheet").set_index("sheet")
        last = str(names.index[-1])
        found: dict[str, list[str]] = {str(code): [] for code in names.index}
        for title in self.planned:
            found[of.get(title, last)].append(title)
        return tuple(
            Sheet(code, {lang: str(names.loc[code, f"sheet_{lang}"]) for lang in ("tr", "en")}, tuple(titles))
            for code, titles in found.items()
            if titles
        )

    def title_names(self, lang: Lang) -> Mapping[str, str]:
        """Names of the titles in one language; use :meth:`title_name` for codes that may be joined."""
        return self._names[lang]

    def title_name(self, code: str, lang: Lang) -> str:
        """Name of a title, or of the titles of a joint rule (``hemsire+ebe``); an unknown code in words."""
        names = self._names[lang]
        return " + ".join(names.get(part) or in_words(part, lang) for part in code.split("+")) if code else ""

    @cached_property
    def _names(self) -> Mapping[Lang, Mapping[str, str]]:
        langs: tuple[Lang, Lang] = ("tr", "en")
        return {lang: _pairs(self.titles, "title", f"name_{lang}") for lang in langs}

    @cached_property
    def province_name(self) -> Mapping[int, str]:
        """Province names by plate code."""
        return _pairs(self.provinces, "province_code", "province")

    @cached_property
    def district_name(self) -> Mapping[str, str]:
        """District names by code."""
        return _pairs(self.districts, "district_code", "district")

    @cached_property
    def district_province(self) -> Mapping[str, int]:
        """Plate code of each district."""
        return _pairs(self.districts, "district_code", "province_code")

    @cached_property
    def unit_place(self) -> Mapping[str, tuple[int, str, str]]:
        """Province, district and name of each unit."""
        names = ("unit_code", "province_code", "district_code", "unit")
        codes, *places = (self.units[name].tolist() for name in names)
        return dict(zip(codes, zip(*places, strict=True), strict=True))

    def place(self, level: str, code: str) -> tuple[str, str, str]:
        """Province, district and unit names of a code of ``rules.csv``; what does not apply is empty."""
        if level == "unit" and code in self.unit_place:
            province, district, name = self.unit_place[code]
            return self.province_name.get(province, ""), self.district_name.get(district, ""), name
        if level == "district" and code in self.district_name:
            province = self.district_province[code]
            return self.province_name.get(province, ""), self.district_name[code], ""
        if level == "province" and code.isdecimal():
            return self.province_name.get(int(code), code), "", ""
        # A district that was merged into another (A.10) has no name in the plan.
        return ("", code, "") if level == "district" else ("", "", "" if level == "national" else code)

    def clause_text(self, lang: Lang) -> Mapping[str, str]:
        """What each clause says."""
        return _pairs(self.clauses, "clause", f"text_{lang}")

    @cached_property
    def wording(self) -> dict[str, dict[str, str]]:
        """What the rulebook words its own way: names of its kinds of unit, and its messages."""
        kinds, words = self.kinds, self.words
        rows = [
            *zip("reports.kind." + kinds["kind"], kinds["name_tr"], kinds["name_en"], strict=True),
            *zip(words["key"], words["tr"], words["en"], strict=True),
        ]
        return {key: {"tr": tr, "en": en} for key, tr, en in rows}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Titles that figures show, the page's first choice first: the rulebook's, else the first four.

        A plan that has none of the rulebook's shows its own: it would have no map at all.
        """
        named = tuple((self.summary.get("rulebook") or {}).get("shown") or ())
        held = {*self.planned, *(("uzman",) if self.specialists else ())}
        return named if held.intersection(named) else self.planned[:4]

    @property
    def has_branches(self) -> bool:
        """Has the law titles with branches, whose holders may be the only one of theirs?"""
        return bool(self.titles["title"].str.contains(".", regex=False).any())

    @cached_property
    def specialists(self) -> tuple[str, ...]:
        """The planned specialist branches."""
        return tuple(t for t in self.planned if t.startswith("uzman."))


def kept(tables: PlanTables, name: str, make: Callable[[], R]) -> R:
    """What is made of these tables once for all who ask: it is never changed."""
    made: dict[str, R] = vars(tables)
    if name not in made:
        made[name] = make()
    return made[name]


def _pairs(frame: pd.DataFrame, key: str, value: str) -> dict[Any, Any]:
    """One column by another. By lists: a column of texts is slow to go through one by one."""
    return dict(zip(frame[key].tolist(), frame[value].tolist(), strict=True))


def worded(
    work: Callable[Concatenate[PlanTables, P], R],
) -> Callable[Concatenate[PlanTables, P], R]:
    """A writer that words what it writes as the plan's rulebook does."""

    @wraps(work)
    def write(tables: PlanTables, /, *rest: P.args, **named: P.kwargs) -> R:
        with wording(tables.wording):
            return work(tables, *rest, **named)

    return write


def in_words(code: str, lang: Lang) -> str:
    """A title that is never planned, or that the official list does not have."""
    key = f"reports.unplanned.{code}"
    return say(key, lang) if known(key) else code.removeprefix("uzman.").replace("_", " ")


def _read(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    # A place may well be called "NA": only the numeric columns have missing values.
    return read_table(
        path,
        usecols=lambda name: name in columns,
        dtype={name: "str" for name, kind in columns.items() if kind == "text"},
        keep_default_na=False,
        na_values={name: [""] for name, kind in columns.items() if kind != "text"},
    )


def _typed(frame: pd.DataFrame | None, columns: Mapping[str, str]) -> pd.DataFrame:
    """The columns of docs/data.md, each of its type; what is not there is blank."""
    if frame is None:
        return pd.DataFrame({name: pd.Series(dtype=_dtype(kind)) for name, kind in columns.items()})
    blank = {"text": "", "number": np.nan, "count": 0}
    typed = {}
    for name, kind in columns.items():
        found = frame[name] if name in frame else pd.Series(blank[kind], index=frame.index)
        if kind != "text":
            if not pd.api.types.is_numeric_dtype(found):
                # Frames of a plan just made hold "" where their files will have an empty cell.
                found = pd.to_numeric(found.where(found != "", None))
            found = found.fillna(0) if kind == "count" else found
        typed[name] = found.astype(np.dtype(_dtype(kind)) if kind != "text" else "str")
    return pd.DataFrame(typed).reset_index(drop=True)


def _free(frame: pd.DataFrame | None) -> frozenset[tuple[str, str, str]]:
    if frame is None:
        return frozenset()
    columns = (frame["title"], frame["level"], frame["code"].astype(str))
    return frozenset(zip(*(column.tolist() for column in columns), strict=True))


def _dtype(kind: str) -> str:
    return {"text": "str", "count": "int64", "number": "float64"}[kind]


def _in_order(
    frame: pd.DataFrame, name: str, ranks: Sequence[pd.Series[Any]], *, central_first: bool = False
) -> pd.DataFrame:
    """Rows by province, then ``ranks`` (central districts first), then Turkish order of the names."""
    letters = {text: i for i, text in enumerate(sorted(set(frame[name]), key=lambda t: (sort_key(t), t)))}
    keys = [frame["province_code"].to_numpy(), *(r.to_numpy() for r in ranks)]
    if central_first:
        keys.append((1 - frame["central"]).to_numpy())
    keys.append(frame[name].map(letters).to_numpy())
    keys.append(frame.iloc[:, 0].to_numpy())
    order = np.lexsort([np.asarray(k) for k in reversed(keys)])
    return frame.iloc[order].reset_index(drop=True)

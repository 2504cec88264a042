"""Names, places and the law's wording beside a plan, so that its folder stands alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from pdc.country.country import Country
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import plain
from pdc_common.text import LANGS

PEOPLE = "etf_population"
"""The people of a place, as the tables of every law name them."""

NEED = "need"
"""What people need, per 1,000 of them; a column of every law's provinces and districts."""

_DEGREES = {"latitude": 6, "longitude": 6}  # decimals of coordinates: a tenth of a metre


def names(country: Country, rulebook: Rulebook) -> dict[str, pd.DataFrame]:
    """The tables of names by the name of their file."""
    words = _words(rulebook)
    return {
        **({"words": words} if len(words) else {}),
        "kinds": _kinds(country),
        "training": _training(country),
        "provinces": _provinces(country),
        "districts": _districts(country),
        "units": _units(country),
        "titles": _titles(rulebook),
        "clauses": _clauses(rulebook),
        "parameters": _parameters(rulebook),
    }


def province_codes(country: Country, level: str) -> Any:
    """Plate code of the province of every place of a level."""
    codes = country.provinces["province_code"].to_numpy(dtype=np.int64)
    at = {"unit": country.unit_province, "district": country.district_province}
    return codes[at[level]] if level in at else codes


def _provinces(country: Country) -> pd.DataFrame:
    people = np.zeros(len(country.provinces), dtype=np.int64)
    np.add.at(people, country.district_province, country.population())
    by_province = country.districts.assign(at=country.district_province).groupby("at")
    places = by_province[["latitude", "longitude"]].mean()
    frame = _with(country.provinces, "service_region", "metropolitan")
    return frame[["province_code", "province", "service_region", "metropolitan"]].assign(
        etf_population=people,
        need=["" if np.isnan(value) else value for value in need(country)[1].tolist()],
        latitude=places["latitude"].round(6).to_numpy(),
        longitude=places["longitude"].round(6).to_numpy(),
    )


def need(country: Country) -> tuple[str, Any]:
    """What stands for need, and its value per 1,000 people of every province (nan where it is not known).

    The column ``need`` of the provinces, else that of their districts (the mean by people), where one is
    given anywhere; else the column that the law's tables name. Empty, and nan, where there is neither.
    """
    own = [None if value is None else float(value) for value in country.provinces[NEED].tolist()]
    people = country.population()
    within: list[list[tuple[Any, int]]] = [[] for _ in own]
    for at, value, count in zip(
        country.district_province.tolist(), country.districts[NEED].tolist(), people.tolist(), strict=True
    ):
        within[at].append((value, count))
    for at, pairs in enumerate(within):
        total = sum(count for _, count in pairs)
        if own[at] is None and total and all(value is not None for value, count in pairs if count):
            own[at] = float(sum(value * count for value, count in pairs if count) / total)
    if any(value is not None for value in own):
        return NEED, np.array([np.nan if value is None else round(value, 6) for value in own])
    column = country.schema.need
    if not column:
        return "", np.full(len(own), np.nan)
    values = country.provinces[column].tolist()
    return column, np.array([np.nan if value is None else float(value) for value in values])


def _districts(country: Country) -> pd.DataFrame:
    frame = _with(country.districts, "central").assign(etf_population=country.population())
    columns = [
        "district_code", "province_code", "district", "etf_population", "central", "latitude", "longitude",
    ]  # fmt: skip
    return frame[columns].round(_DEGREES)


def _units(country: Country) -> pd.DataFrame:
    size = country.schema.size
    frame = _with(country.units, "catchment_population").assign(
        province_code=province_codes(country, "unit"), beds=country.units[size] if size else 0
    )
    columns = [
        "unit_code", "district_code", "province_code", "unit", "kind", "integrated", "beds",
        "catchment_population", "latitude", "longitude", "source",
    ]  # fmt: skip
    # Here too as the file will say it: Python rounds as it writes, a whole column's rounding may not.
    rounded = {name: [round(v, digits) for v in frame[name].tolist()] for name, digits in _DEGREES.items()}
    return frame[columns].assign(**rounded)


def _titles(rulebook: Rulebook) -> pd.DataFrame:
    sheets = dict(rulebook.sheets)
    rows = [
        (
            t.code, t.sheet, *(sheets.get(t.sheet, {}).get(lang, "") for lang in LANGS),
            *(t.name[lang] for lang in LANGS),
        )
        for t in rulebook.titles
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["title", "sheet", "sheet_tr", "sheet_en", "name_tr", "name_en"])


def _clauses(rulebook: Rulebook) -> pd.DataFrame:
    rows = [
        (
            c.number, "+".join(c.kinds), ";".join(dict.fromkeys(t for r in c.rules for t in r.titles)),
            c.rules[0].level, ";".join(map(str, sorted({r.tier for r in c.rules if r.tier is not None}))),
            c.text["tr"], c.text["en"], c.source, c.file,
        )
        for c in rulebook.clauses.values()
    ]  # fmt: skip
    columns = ["clause", "kinds", "titles", "level", "tier", "text_tr", "text_en", "source", "file"]
    return pd.DataFrame(rows, columns=columns)


def _parameters(rulebook: Rulebook) -> pd.DataFrame:
    rows = [
        (
            c.number, p.name, json.dumps(plain(p.value), ensure_ascii=False), p.unit, p.origin,
            p.text["tr"], p.text["en"],
        )
        for c in rulebook.clauses.values()
        for p in c.parameters.values()
    ]  # fmt: skip
    columns = ["clause", "parameter", "value", "unit", "origin", "text_tr", "text_en"]
    return pd.DataFrame(rows, columns=columns)


def _training(country: Country) -> pd.DataFrame:
    at = country.training["at"].to_numpy(dtype=np.int64)
    frame = country.training.assign(unit_code=country.codes("unit")[at])
    frame = frame.sort_values(["unit_code", "branch"]).reset_index(drop=True)
    return frame[["unit_code", "branch", "clinics"]]


def _kinds(country: Country) -> pd.DataFrame:
    rows = [(kind.code, *(kind.name[lang] for lang in LANGS)) for kind in country.schema.kinds]
    return pd.DataFrame(rows, columns=["kind", "name_tr", "name_en"])


def _words(rulebook: Rulebook) -> pd.DataFrame:
    rows = [(key, *(text[lang] for lang in LANGS)) for key, text in sorted(rulebook.about.words.items())]
    return pd.DataFrame(rows, columns=["key", "tr", "en"])


def _with(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with columns that the outputs name and this law's tables may lack: 0."""
    return frame.assign(**{name: 0 for name in columns if name not in frame})

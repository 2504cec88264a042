"""standards.csv (A.9) and capacity.csv (A.18.d): a few upper limits, so that these clauses act."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.common import Noise, Settings

STANDARD_TITLES = ("hemsire", "tibbi_sekreter", "laboratuvar_teknisyeni")
CAPACITY_TITLES = ("anestezi_teknisyeni", "rontgen_teknisyeni", "uzman.goz_hastaliklari", "eczaci")


def _drawn(units: pd.DataFrame, settings: Settings, name: str) -> pd.DataFrame:
    fit = units[(units["kind"] == "devlet_hastanesi") & units["beds"].between(75, 400)]
    order = Noise(settings["seed"], f"limits.{name}").order(len(fit))
    return fit.iloc[np.sort(order[: settings["limits"][name]])].reset_index(drop=True)


def build_standards(units: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Nurses 1.5 a third of the ward beds, secretaries a bed in 20, laboratory technicians a bed in 25."""
    rows = []
    for i, unit in enumerate(_drawn(units, settings, "standards").itertuples()):
        ward = unit.beds - unit.special_beds - unit.khd_beds
        title = STANDARD_TITLES[i % len(STANDARD_TITLES)]
        posts = {
            "hemsire": (3 * ward + 9 * unit.special_beds) // 6 + unit.khd_beds // 9,
            "tibbi_sekreter": -(-unit.beds // 20),
            "laboratuvar_teknisyeni": 4 + unit.beds // 25,
        }[title]
        rows.append((unit.unit_code, title, int(posts)))
    return _table(rows)


def build_capacity(units: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Room in theatres (two a table), at devices (three a device), one eye clinic room, one pharmacy desk."""
    rows = []
    for i, unit in enumerate(_drawn(units, settings, "capacity").itertuples()):
        title = CAPACITY_TITLES[i % len(CAPACITY_TITLES)]
        posts = {
            "anestezi_teknisyeni": 2 * unit.operating_tables,
            "rontgen_teknisyeni": 3 * unit.imaging_devices,
            "uzman.goz_hastaliklari": 1 + unit.beds // 200,
            "eczaci": 1 + unit.beds // 150,
        }[title]
        rows.append((unit.unit_code, title, int(posts)))
    return _table(rows)


def _table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["unit_code", "title", "posts"])
    return table.sort_values(["unit_code", "title"], ignore_index=True)

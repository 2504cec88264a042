"""Short words for the worked cases of B.4.c and B.5: countries of one town or of two provinces."""

from __future__ import annotations

from typing import Any

import pdc
from helpers.small import Small, posts, rule

FEW = ("A.3.minimum=0",)  # a worked case may have fewer posts than A.3 asks for


def town(etf: int = 100_000, code: int = 19) -> Small:
    """One province with one central district ``D``."""
    return Small().province(code).district("D", code, etf, central=1)


def two_provinces(kind: str, **columns: Any) -> Small:
    """Provinces 19 and 55 of 200,000 and 100,000 people, each with one unit (``H19``, ``H55``)."""
    country = Small()
    for code, people in ((19, 200_000), (55, 100_000)):
        country.province(code).district(f"D{code}", code, people, central=1)
        country.unit(f"H{code}", f"D{code}", kind, **columns)
    return country


def made(country: Small, *titles: str, sets: tuple[str, ...] = ()) -> pdc.Plan:
    """Plan some titles, however few their posts."""
    return country.plan(*titles, sets=[*FEW, *sets])


def open_units(plan: pdc.Plan, title: str) -> set[str]:
    """Units where the title may be placed."""
    return set(plan.units.loc[plan.units["title"] == title, "unit_code"])


def row(
    plan: pdc.Plan, clause: str, code: str | int = "", title: str | None = None
) -> tuple[int, int, int, str]:
    """``required, posts, shortfall, status`` of a clause at a place."""
    found = rule(plan, clause, code, title)
    return int(found["required"]), int(found["posts"]), int(found["shortfall"]), str(found["status"])


def notices(plan: pdc.Plan, clause: str) -> dict[str, str]:
    """What is listed for a clause: place → sentence."""
    frame = plan.notices("en")
    frame = frame[frame["clause"] == clause]
    return dict(zip(frame["code"], frame["text"], strict=True))


def numbers(plan: pdc.Plan, title: str, *codes: str | int) -> list[int]:
    """Posts of some places."""
    return [posts(plan, title, code) for code in codes]

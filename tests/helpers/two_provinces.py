"""Çorum and Amasya with a few hospitals and health centres: small enough to be solved again for every question."""

from __future__ import annotations

from helpers.small import Small

FEW = ["A.3.minimum=0"]


def country() -> Small:
    town = Small().province(19, "Çorum").province(5, "Amasya", crude_birth_rate=20)
    town.district("C1", 19, 90_000, central=1).district("C2", 19, 30_000).district("A1", 5, 60_000, central=1)
    for code, district, beds in (("H1", "C1", 200), ("H2", "C2", 50), ("H3", "A1", 120)):
        town.unit(code, district, "devlet_hastanesi", beds=beds, special_beds=beds // 10, khd_beds=beds // 10)
    for code, district in (("S1", "C1"), ("S2", "C2"), ("S3", "A1"), ("S4", "A1")):
        town.unit(code, district, "saglik_ocagi", catchment_population=20_000)
    for title, posts in (("hemsire", 190), ("ebe", 90), ("eczaci", 11), ("pratisyen_tabip", 101)):
        town.filled(title, posts)
    return town

"""Çorum in small: places with the codes and names that the built-in country gives them."""

from __future__ import annotations

from helpers.small import Small

CENTRE, ALACA, SUNGURLU = "TR-19-004", "TR-19-001", "TR-19-013"
LARGE, SUNGURLU_HOSPITAL, ALACA_HOSPITAL = "4609", "4553", "4592"


def corum() -> Small:
    """A centre with a large training hospital, two districts with a state hospital each."""
    town = Small().province(19, "Çorum")
    for code, name, people, central in ((CENTRE, "Çorum", 450_000, 1), (ALACA, "Alaca", 30_000, 0),
                                        (SUNGURLU, "Sungurlu", 49_000, 0)):  # fmt: skip
        town.district(code, 19, people, central=central, district=name)
        town.unit(f"{code}-SO01", code, "saglik_ocagi", catchment_population=people)
    town.unit(LARGE, CENTRE, "eah", beds=800, special_beds=100, khd_beds=50)
    town.unit(SUNGURLU_HOSPITAL, SUNGURLU, "devlet_hastanesi", beds=120, special_beds=9, khd_beds=8)
    town.unit(ALACA_HOSPITAL, ALACA, "devlet_hastanesi", beds=75, special_beds=3, khd_beds=4)
    town.unit(f"{ALACA}-SE01", ALACA, "saglik_evi", catchment_population=1_500)
    for title, count in (("hemsire", 300), ("pratisyen_tabip", 160), ("diyetisyen", 3)):
        town.filled(title, count)
    return town

"""Levels of places, from the country's first division down. The one list that model and reports go by."""

from typing import Final

LEVELS: Final = ("province", "district", "unit")
ALL_LEVELS: Final = ("national", *LEVELS)

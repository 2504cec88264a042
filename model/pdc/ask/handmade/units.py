"""Units of a country as its tables name them: made once a country, however many tables are read."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from pdc.ask.handmade.text import key, plain
from pdc.country.country import Country
from pdc.tables.codes import Codes


class Place(NamedTuple):
    """A place that a row names: position after the merges, its own code, whether it was merged away."""

    level: str
    at: int
    code: str
    name: str
    merged: bool


class Units:
    """Units before the merges, in the order of the tables, and by what finds them.

    It holds the country's frames, not the country: it goes when the country does.
    """

    def __init__(self, country: Country) -> None:
        self._before = country.before
        self._province = country.district_province
        units, codes = country.before["units"], country.codes("unit")
        rows = zip(units["unit_code"].tolist(), units["unit"].tolist(), units["at"].tolist(), strict=True)
        self.every = [Place("unit", at, code, name, codes[at] != code) for code, name, at in rows]

    @cached_property
    def codes(self) -> dict[str, Place]:
        """By code, as written and folded."""
        return {p.code: p for p in self.every} | {plain(p.code): p for p in self.every}

    @cached_property
    def numbers(self) -> Codes:
        """Codes as a program may have changed them."""
        return Codes(place.code for place in self.every)

    @cached_property
    def keys(self) -> list[str]:
        """Folded names, in order."""
        return [key(p.name) for p in self.every]

    @cached_property
    def names(self) -> frozenset[str]:
        """Folded names."""
        return frozenset(self.keys)

    @cached_property
    def _district(self) -> list[int]:
        """Position (after the merges) of the district that each unit is named in."""
        before = self._before["districts"]
        at = dict(zip(before["district_code"], before["at"].tolist(), strict=True))
        return [at[code] for code in self._before["units"]["district_code"]]

    @cached_property
    def by_district(self) -> dict[int, list[int]]:
        """Places in ``every`` by the position of the district."""
        found: dict[int, list[int]] = {}
        for i, d in enumerate(self._district):
            found.setdefault(d, []).append(i)
        return found

    @cached_property
    def by_province(self) -> dict[int, list[int]]:
        """Places in ``every`` by the position of the province."""
        found: dict[int, list[int]] = {}
        for i, d in enumerate(self._district):
            found.setdefault(int(self._province[d]), []).append(i)
        return found

    @cached_property
    def districts(self) -> dict[str, int]:
        """Position of the district that each unit is named in, by the unit's code."""
        return {place.code: at for place, at in zip(self.every, self._district, strict=True)}


_KNOWN: Final[WeakKeyDictionary[Country, Units]] = WeakKeyDictionary()


def units_of(country: Country) -> Units:
    """The units of a country; of the same country the same ones, which nobody changes."""
    if country not in _KNOWN:
        _KNOWN[country] = Units(country)
    return _KNOWN[country]

"""Places of pins and locks found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pdc.base.faults import Fault
from pdc.country.country import Country
from pdc.country.pins import restored_pins
from pdc.law.pins import ABOVE, Pin
from pdc_common.names import Names, plain


class PlaceNames:
    """Codes of a country's places by code or name.

    ``Alaca`` is a district, ``Merkez, Çorum`` or ``Çorum Merkez`` the one of several of that name; of units
    the district, the province or both may stand beside the name.
    """

    def __init__(self, country: Country) -> None:
        self._country = country
        self._made: dict[str, tuple[Names, list[frozenset[str]], list[frozenset[str]]]] = {}

    def find(self, level: str, text: str) -> tuple[str, ...]:
        """Codes that the text may mean: none, one, or several."""
        names, own, around = self._level(level)
        head, _, above = text.partition(ABOVE)
        whole = names.find(text)
        if len(whole) == 1:
            return whole
        codes = list(names.shown)
        if above and head in names.shown:  # a code says which; what stands beside it must not say otherwise
            return (head,) if self._fits(level, codes.index(head), above) else ()
        words = frozenset(plain(text).split())
        hits = tuple(
            code
            for code, mine, beside in zip(codes, own, around, strict=True)
            if mine <= words <= mine | beside and words
        )
        if above or len(hits) == 1 or not whole:
            return hits
        return tuple(code for code in whole if code in hits) or whole

    def listed(self, level: str, codes: Iterable[str]) -> str:
        """Places with those above them, as a message lists them."""
        return self._level(level)[0].listed(codes)

    def nearest(self, level: str, text: str) -> str:
        """The place most like a text."""
        return self._level(level)[0].nearest(text.partition(ABOVE)[0])

    def _fits(self, level: str, at: int, above: str) -> bool:
        return frozenset(plain(above).split()) <= self._level(level)[2][at]

    def _level(self, level: str) -> tuple[Names, list[frozenset[str]], list[frozenset[str]]]:
        if level not in self._made:
            country = self._country
            frame = {
                "province": country.provinces, "district": country.districts, "unit": country.units,
            }[level]  # fmt: skip
            short = frame[level].astype(str).tolist()
            codes = [str(code) for code in country.codes(level)]
            names = Names({
                code: (whole, one)
                for code, whole, one in zip(codes, country.place_names[level], short, strict=True)
            })
            above = [*self._above(level)]
            self._made[level] = (names, [frozenset(plain(one).split()) for one in short], above)
        return self._made[level]

    def _above(self, level: str) -> Iterable[frozenset[str]]:
        country = self._country
        provinces = [
            f"{name} {code}"
            for name, code in zip(country.provinces["province"], country.codes("province"), strict=True)
        ]
        if level == "province":
            return (frozenset[str]() for _ in provinces)
        districts = [
            f"{name} {code}"
            for name, code in zip(country.districts["district"], country.codes("district"), strict=True)
        ]
        if level == "district":
            pairs = (provinces[p] for p in country.district_province)
        else:
            pairs = (
                f"{districts[d]} {provinces[p]}"
                for d, p in zip(country.unit_district, country.unit_province, strict=True)
            )
        return (frozenset(plain(text).split()) for text in pairs)


def named_pins(country: Country, pins: Iterable[Pin], faults: list[Fault]) -> tuple[Pin, ...]:
    """Pins with the codes of their places; a fault for each name that no place has, or that several have."""
    known: PlaceNames | None = None
    codes = {level: frozenset(map(str, country.codes(level))) for level in ("province", "district", "unit")}
    found = []
    for pin in restored_pins(country, pins):
        if pin.code in codes[pin.level]:
            found.append(pin)
            continue
        known = known or PlaceNames(country)
        hits = known.find(pin.level, pin.code)
        if len(hits) == 1:
            found.append(replace(pin, code=hits[0]))
        elif hits:
            values = {"name": pin.code, "places": known.listed(pin.level, hits)}
            faults.append(Fault(pin.source, None, None, "scenario.place_of_several", values))
        else:
            values = {"level": pin.level, "code": pin.code, "nearest": known.nearest(pin.level, pin.code)}
            faults.append(Fault(pin.source, None, pin.code, "scenario.pin_place", values))
    return tuple(found)

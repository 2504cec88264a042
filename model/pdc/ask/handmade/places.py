"""Provinces, districts and units as people name them, found by position in the country."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import numpy as np
from rapidfuzz import fuzz

from pdc.ask.handmade.match import DOUBTFUL, UNKNOWN, Found, Patience, ambiguous, exact, likeness
from pdc.ask.handmade.text import key, lexicon, plain, without
from pdc.ask.handmade.units import Place, units_of
from pdc.country.country import Country
from pdc.tables.codes import Codes

_PLATE: Final = re.compile(r"^0*(\d{1,6})(?:[.,]0*)?$")
_PLATE_AND_NAME: Final = re.compile(
    r"^0*(\d{1,3})\s*[-–.)/]?\s*([^\d\s].*)$|^(.*[^\d\s])\s*[-–(/]\s*0*(\d{1,3})\)?$"
)

_BRACKETS: Final = re.compile(r"(.+?)\s*\((.+)\)\s*")
_CHANGED: Final = 100.0  # likeness of a code that a program has changed: its digits are all there


class Places:
    """Names of a country's places, before and after its merges."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self._units = units_of(country)
        self.plates = {int(code): i for i, code in enumerate(country.provinces["province_code"])}
        self.province_names = country.provinces["province"].tolist()
        self._provinces: dict[str, set[int]] = {}
        for i, name in enumerate(self.province_names):
            self._provinces.setdefault(plain(name), set()).add(i)
        for plate, names in lexicon()["provinces"].items():
            # Other names are Turkey's: only where the plate code has that province.
            at = self.plates.get(int(plate))
            for name in names if at is not None else ():
                self._provinces.setdefault(plain(name), {self.plates[int(plate)]})
        self._central = frozenset(plain(word) for word in lexicon()["central"]["words"])
        self._patience = Patience()
        self._found: dict[tuple[object, ...], Found] = {}
        self._words: dict[tuple[int | None, int | None], frozenset[str]] = {}

    # provinces ---------------------------------------------------------------------------------------

    def plate(self, text: str) -> Found:
        """A province by its plate code."""
        match = _PLATE.match(text)
        at = self.plates.get(int(match[1])) if match else None
        if at is None:
            return Found(UNKNOWN)
        if not text.isdigit():
            return Found(DOUBTFUL, self._province(at), self.province_names[at], _CHANGED)
        return exact(self._province(at), self.province_names[at])

    def province(self, text: str) -> Found:
        """A province by name, plate code, or both ("19 - Çorum")."""
        return self._once(("province", text), lambda: self._find_province(text))

    def is_province(self, text: str) -> bool:
        """Is this exactly the name of a province?"""
        return plain(text) in self._provinces

    def provinces_in(self, line: str) -> list[Place]:
        """Provinces named in a line, as whole words: "ÇORUM İLİ KADRO CETVELİ"."""
        words = f" {plain(line)} "
        found = {at for name, places in self._provinces.items() if f" {name} " in words for at in places}
        return [self._province(at) for at in sorted(found)]

    @property
    def count(self) -> int:
        """Provinces, districts and units, before the merges."""
        return len(self.province_names) + len(self._districts) + len(self.country.before["units"])

    def names_of(self, at: int) -> list[str]:
        """Folded names of a province."""
        return [name for name, found in self._provinces.items() if at in found]

    def _province(self, at: int) -> Place:
        code = str(self.country.provinces["province_code"].iloc[at])
        return Place("province", at, code, self.province_names[at], False)

    def _find_province(self, text: str) -> Found:
        if _PLATE.match(text):
            return self.plate(text)
        both = _PLATE_AND_NAME.match(text)
        if both:
            plate, name = (both[1], both[2]) if both[1] else (both[4], both[3])
            by_name, by_plate = self._find_province(name), self.plate(plate)
            if by_name.usable and by_plate.usable and by_name.what != by_plate.what:
                return ambiguous([by_name.name, by_plate.name])
            return by_name
        if (names := _BRACKETS.fullmatch(text)) and not self.is_province(text):
            # "Kocaeli (İzmit)": both names of one province.
            first, second = (self._provinces.get(plain(name), set()) for name in names.groups())
            if len(first) == 1 and first == second:
                (i,) = first
                return exact(self._province(i), self.province_names[i])
        for name in (plain(text), key(text)):
            if len(at := self._provinces.get(name, set())) == 1:
                (i,) = at
                return exact(self._province(i), self.province_names[i])
        return self._as_place(
            self._patience.choose("province", lambda: self._province_scores(text)), self._province
        )

    def _province_scores(self, text: str) -> dict[int, tuple[str, float]]:
        scores: dict[int, tuple[str, float]] = {}
        for name, at in self._provinces.items():
            score = fuzz.ratio(key(text) or plain(text), name)
            for i in at:
                if score > scores.get(i, ("", 0.0))[1]:
                    scores[i] = (self.province_names[i], score)
        return scores

    # districts ---------------------------------------------------------------------------------------

    @cached_property
    def _districts(self) -> list[Place]:
        """Districts before the merges, then those that a merge has given a new name."""
        before = self.country.before["districts"]
        names = self.country.districts["district"].tolist()
        codes = self.country.codes("district")
        rows = zip(before["district_code"], before["district"], before["at"], strict=True)
        found = [Place("district", int(at), code, name, codes[at] != code) for code, name, at in rows]
        have = {(place.at, plain(place.name)) for place in found}
        found += [
            Place("district", i, codes[i], name, False)
            for i, name in enumerate(names)
            if (i, plain(name)) not in have
        ]
        return found

    @cached_property
    def _district_keys(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for place in self._districts:
            for name in {plain(place.name), key(place.name)}:
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def _district_codes(self) -> dict[str, Place]:
        return {plain(p.code): p for p in reversed(self._districts)}

    @cached_property
    def _district_numbers(self) -> Codes:
        return Codes(place.code for place in self._districts)

    @cached_property
    def _districts_of(self) -> dict[int, list[Place]]:
        """Districts by the position of their province."""
        found: dict[int, list[Place]] = {}
        for place in self._districts:
            found.setdefault(int(self.country.district_province[place.at]), []).append(place)
        return found

    def district_code(self, text: str) -> Found:
        """A district by its code."""
        place = self._district_codes.get(plain(text))
        if place is None and (code := self._district_numbers.find(text)) is not None:
            place = self._district_codes[plain(code)]
            return Found(DOUBTFUL, place, place.name, _CHANGED)
        return exact(place, place.name) if place else Found(UNKNOWN)

    def district(self, text: str, province: int | None) -> Found:
        """A district by name, inside a province where that is known."""
        return self._once(("district", text, province), lambda: self._find_district(text, province))

    def _find_district(self, text: str, province: int | None) -> Found:
        country = self.country
        if province is None and (both := _BRACKETS.fullmatch(text)) and self.is_province(both[2]):
            # "Ortaköy (Çorum)": the province in brackets.
            return self._find_district(both[1], self._find_province(both[2]).what.at)
        inside = self._districts if province is None else self._districts_of.get(province, [])
        names = {plain(text), key(text)}
        if province is not None:
            own = set(plain(self.province_names[province]).split())
            names.add(without(plain(text), own))
            names.discard("")
            own_centres = country.districts.get("central", np.zeros(len(country.districts), dtype=np.int64))
            if names & self._central and not any(plain(p.name) in names for p in inside):
                middle = np.flatnonzero(
                    (country.district_province == province) & (np.asarray(own_centres, dtype=np.int64) == 1)
                )
                if len(middle) == 1:
                    at = int(middle[0])
                    name = country.districts["district"].iloc[at]
                    return exact(Place("district", at, country.codes("district")[at], name, False), name)
        here = set(inside)
        hits = {p for name in names for p in self._district_keys.get(name, ()) if p in here}
        if len({p.at for p in hits}) == 1:
            place = min(hits, key=lambda p: (p.merged, p.code))
            return exact(place, place.name)
        if hits:
            return ambiguous(sorted(self.full_name(p) for p in hits))
        if plain(text) in self._district_codes and self._district_codes[plain(text)] in inside:
            return self.district_code(text)
        return self._patience.choose(
            "district",
            lambda: {
                p: (
                    self.full_name(p) if province is None else p.name,
                    max(fuzz.ratio(n, plain(p.name)) for n in names),
                )
                for p in inside
                if names
            },
        )

    # units -------------------------------------------------------------------------------------------

    def unit_code(self, text: str) -> Found:
        """A unit by its code."""
        place = self._units.codes.get(text) or self._units.codes.get(plain(text))
        if place is None and (code := self._units.numbers.find(text)) is not None:
            place = self._units.codes[code]
            return Found(DOUBTFUL, place, place.name, _CHANGED)
        return exact(place, place.name) if place else Found(UNKNOWN)

    def unit(self, text: str, district: int | None, province: int | None) -> Found:
        """A unit by name, inside a district or province where that is known."""
        return self._once(
            ("unit", text, district, province), lambda: self._find_unit(text, district, province)
        )

    def _find_unit(self, text: str, district: int | None, province: int | None) -> Found:
        if district is not None:
            inside: Iterable[int] = self._units.by_district.get(district, [])
        elif province is not None:
            inside = self._units.by_province.get(province, [])
        else:
            inside = range(len(self._units.every))
        at = (district, province)
        if at not in self._words:
            self._words[at] = self._around(*at)
        around = self._words[at]
        asked = key(text)
        hits = self._same(inside, asked, around)
        if len({self._units.every[i].at for i in hits}) == 1:
            place = self._units.every[hits[0]]
            return exact(place, place.name)
        if hits:
            return ambiguous(sorted(self.full_name(self._units.every[i]) for i in hits))
        if self.unit_code(text).usable:
            return self.unit_code(text)
        for phrase, meant in lexicon()["loose"].items():
            if f" {phrase} " in f" {asked} ":
                other = f" {asked} ".replace(f" {phrase} ", f" {meant} ").strip()
                hits = self._same(inside, other, around)
                if len(hits) == 1:
                    place = self._units.every[hits[0]]
                    return Found(DOUBTFUL, place, place.name, 90.0)
        bare = without(asked, around) or asked
        return self._patience.choose(
            "unit",
            lambda: {
                self._units.every[i]: (
                    self.full_name(self._units.every[i]) if district is None else self._units.every[i].name,
                    max(
                        likeness(asked, self._units.keys[i]),
                        likeness(bare, without(self._units.keys[i], around)),
                    ),
                )
                for i in inside
            },
        )

    def _around(self, district: int | None, province: int | None) -> frozenset[str]:
        """Words that a name inside these places may or may not repeat."""
        words = {"merkez"}
        if district is not None:
            words |= {w for p in self._districts if p.at == district for w in key(p.name).split()}
            province = int(self.country.district_province[district])
        if province is not None:
            words |= set(plain(self.province_names[province]).split())
        return frozenset(words)

    def _same(self, inside: Iterable[int], asked: str, around: frozenset[str]) -> list[int]:
        keys = self._units.keys
        hits = [i for i in inside if keys[i] == asked]
        if hits:
            return hits
        bare = without(asked, around)
        return [i for i in inside if bare and without(keys[i], around) == bare]

    def is_district(self, text: str) -> bool:
        """Is this exactly the name or code of some district, or "Merkez"?"""
        return bool({plain(text), key(text)} & (self._district_keys.keys() | self._central)) or (
            plain(text) in self._district_codes
        )

    def is_unit(self, text: str) -> bool:
        """Is this exactly the name of some unit?"""
        return key(text) in self._units.names

    def districts_of_unit(self, place: Place) -> list[int]:
        """Positions of the district that a unit lies in: as named first, then after the merges."""
        named = self._units.districts.get(place.code)
        after = int(self.country.unit_district[place.at])
        return [after] if named is None or named == after else [named, after]

    # common ------------------------------------------------------------------------------------------

    def full_name(self, place: Place) -> str:
        """A place's name with its province's, and its code."""
        country = self.country
        at = {
            "province": lambda: place.at,
            "district": lambda: int(country.district_province[place.at]),
            "unit": lambda: int(country.unit_province[place.at]),
        }[place.level]()
        return f"{self.province_names[at]} / {place.name} [{place.code}]"

    def _as_place(self, found: Found, make: object) -> Found:
        if found.what is None:
            return found
        return Found(found.state, self._province(found.what), found.name, found.score, found.alternatives)

    def _once(self, at: tuple[object, ...], find: object) -> Found:
        if at not in self._found:
            self._found[at] = find()  # type: ignore[operator]
        return self._found[at]

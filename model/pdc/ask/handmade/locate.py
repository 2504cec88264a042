"""Which place each row of a sheet is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.heads import Head, is_total, split_places
from pdc.ask.handmade.log import Log
from pdc.ask.handmade.match import AMBIGUOUS, DOUBTFUL, EXACT, Found, likeness
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.table import Doubt
from pdc.ask.handmade.text import key
from pdc.ask.handmade.units import Place
from pdc.tables.cells import quote

_NO_NAME: Final = 60.0  # likeness below which a text beside a plate code is no spelling of that province


@dataclass(slots=True)
class Row:
    """A row that says something about posts: its texts by role, and the place it was found to be.

    ``around`` is the province that a line above it names, where no column does. ``heading``: it has no
    numbers and only names the province or district of the rows below it.
    """

    i: int
    texts: dict[str, str]
    own: str
    total: bool = False
    place: Place | None = None
    province: int | None = None
    district: int | None = None
    around: int | None = None
    heading: bool = False


class Teller:
    """Tells each match and each fault of a sheet once."""

    def __init__(self, grid: Grid, head: Head, log: Log) -> None:
        self.grid, self.head, self.log = grid, head, log
        self.told: set[tuple[str, str]] = set()

    def match(self, i: int, column: str, text: str, found: Found, level: str) -> None:
        """List a match that is not exact."""
        if found.state == EXACT or (level, text) in self.told:
            return
        self.told.add((level, text))
        what = found.what
        code = what.code if isinstance(what, Place) else str(what)
        row, letter = self.grid.line(i)
        self.log.doubts.append(
            Doubt("match", self.grid.file, row, column or letter, text, level, code, found.name,
                  found.score, found.alternatives)
        )  # fmt: skip

    def fault(self, row: Row, level: str, code: str, **values: Any) -> None:
        """A fault at the place of a row."""
        key = (code, str(values.get("text")))
        if key not in self.told:
            self.told.add(key)
            self.log.fault(self.grid, row.i, self.heading(level), code, **values)

    def heading(self, level: str) -> str:
        """Heading of the column that names places of a level."""
        for role in (level, f"{level}_code", "place", "province"):
            if columns := self.head.of(role):
                return columns[0].heading or self.grid.where(0, columns[0].j)[1]
        return ""


class Locator:
    """Rows to places; ``finest`` is the level of the table."""

    def __init__(self, teller: Teller, places: Places, finest: str) -> None:
        self.teller, self.places, self.finest = teller, places, finest
        self.grid, self.head = teller.grid, teller.head

    def locate(self, rows: list[Row]) -> None:
        """Say which place each row is; sums keep the places around them."""
        province = rows[0].around if rows else None
        district: int | None = None
        context: dict[str, str] = {}
        for row in rows:
            texts = dict(row.texts)
            if self.finest == "place":
                province, district = self._outline(row, province, district)
                continue
            # Cells left blank under a name go on with it; what names a sum is no name of a place.
            for role in ("province_code", "province", "district_code", "district"):
                if role in (self.finest, f"{self.finest}_code"):
                    break
                text = texts.get(role, "")
                if text and not is_total(text):
                    if context.get(role) != text and role.startswith("province"):
                        context = {r: t for r, t in context.items() if r.startswith("province") and r == role}
                    context[role] = text
                elif role in context and not text:
                    texts[role] = context[role]
            province = self._province(row, texts)
            if row.total:
                row.province, row.district = province, self._district(row, texts, province, quiet=True)
                continue
            if self.finest == "province":
                continue
            district = self._district(row, texts, province)
            row.province, row.district = province, district
            if self.finest == "unit" and not row.total:
                self._unit(row, texts, district, province)
        if self.finest == "place":
            self._provinces_alone(rows)

    def _provinces_alone(self, rows: list[Row]) -> None:
        """In one column of places, a province without districts below it is a place and no sum."""
        with_districts = {row.province for row in rows if row.place is not None}
        for row in rows:
            alone = row.total and row.place is None and row.province not in with_districts
            if alone and not is_total(row.own):
                found = self.places.province(row.own)
                if found.state == EXACT and found.what.at == row.province:
                    row.place, row.total = found.what, False

    def _province(self, row: Row, texts: Mapping[str, str]) -> int | None:
        name, plate = texts.get("province", ""), texts.get("province_code", "")
        found = None
        if plate and not is_total(plate):
            found = self.places.plate(plate)
            if not found.usable:
                found = self.places.province(plate)
        if name and not is_total(name):
            named = self.places.province(name)
            if found is not None and found.usable and named.usable and found.what != named.what:
                self.teller.fault(row, "province", "cetvel.places_disagree", text=quote(f"{plate} {name}"),
                               first=found.name, second=named.name)  # fmt: skip
                return None
            if found is None or not found.usable:
                found = named
            elif not named.usable and self._strange(row, "province", name, found, named):
                return None
        if found is None:
            if row.around is not None:
                return row.around
            if self.finest == "province" and not row.total:
                row.total = True  # numbers without a place: a sum that does not say so, or a fault
            return None
        if not self._taken(row, "province", name or plate, found, quiet=row.total):
            return None
        place: Place = found.what
        row.province = place.at
        if self.finest == "province" and not row.total:
            row.place = place
        return place.at

    def _district(
        self, row: Row, texts: Mapping[str, str], province: int | None, *, quiet: bool = False
    ) -> int | None:
        code, name = texts.get("district_code", ""), texts.get("district", "")
        found = self.places.district_code(code) if code and not is_total(code) else None
        text = name or code
        if (found is None or not found.usable) and name and not is_total(name):
            parts = split_places(name)
            if province is None and len(parts) == 2 and self.places.province(parts[0]).usable:
                province = self.places.province(parts[0]).what.at
                name = parts[1]
            found = self.places.district(name, province)
        if found is None:
            if self.finest == "district" and not row.total and not quiet:
                row.total = True
            return None
        if not self._taken(row, "district", text, found, quiet=quiet):
            return None
        place: Place = found.what
        if code and not quiet and self._elsewhere(row, "district", place, name, (province, None)):
            return None
        row.province = int(self.places.country.district_province[place.at])
        if self.finest == "district" and not row.total:
            row.place = place
        return place.at

    def _unit(self, row: Row, texts: Mapping[str, str], district: int | None, province: int | None) -> None:
        code, name = texts.get("unit_code", ""), texts.get("unit", "")
        found = self.places.unit_code(code) if code else None
        if found is None or (not found.usable and name):
            if not name:
                row.total = True
                return
            found = self.places.unit(name, district, province)
            if found.state != EXACT and row.texts.get("district") and district is not None:
                inside = int(self.places.country.district_province[district])
                other = self.places.unit(name, None, inside)
                if other.state == EXACT and district not in self.places.districts_of_unit(other.what):
                    named = str(self.places.country.districts["district"].iloc[district])
                    self._disagree(row, "unit", other.what, named)
                    return
            if found.state != EXACT and not row.texts.get("district") and province is not None:
                # The district above goes on only as far as it has such a unit.
                wider = self.places.unit(name, None, province)
                found = wider if wider.state == EXACT or not found.usable else found
        if self._taken(row, "unit", name or code, found):
            if code and self._elsewhere(row, "unit", found.what, name, (province, district)):
                return
            row.place = found.what
            row.district = int(self.places.country.unit_district[found.what.at])
            row.province = int(self.places.country.unit_province[found.what.at])

    def _elsewhere(
        self, row: Row, level: str, place: Place, name: str, around: tuple[int | None, int | None]
    ) -> bool:
        """Does the row name another place beside this one's code, or a province or district it is not in?"""
        country = self.places.country
        districts = {place.at} if level == "district" else self.places.districts_of_unit(place)
        at = next(iter(districts))
        province, district = around
        if row.texts.get("province") or row.texts.get("province_code"):
            inside = int(country.district_province[at])
            if province is not None and province != inside:
                return self._disagree(row, level, place, self.places.province_names[province])
        named = row.texts.get("district") or row.texts.get("district_code")
        if level == "unit" and named and district is not None and district not in districts:
            return self._disagree(row, level, place, str(country.districts["district"].iloc[district]))
        if not name or is_total(name):
            return False
        own = int(country.district_province[at])
        if level == "unit":
            near, wide = self.places.unit(name, at, own), self.places.unit(name, None, own)
        else:
            near, wide = self.places.district(name, own), self.places.district(name, None)
        for found in (near, wide):
            if found.state == EXACT:
                return found.what.at != place.at and self._disagree(row, level, place, found.name)
        return self._strange(row, level, name, Found(EXACT, place, place.name), near)

    def _disagree(self, row: Row, level: str, place: Place, other: str) -> bool:
        text = quote(" ".join(text for text in row.texts.values() if text))
        values = {"text": text, "first": f"{place.name} [{place.code}]", "second": other}
        self.teller.fault(row, level, "cetvel.places_disagree", **values)
        return True

    def _strange(self, row: Row, level: str, name: str, found: Found, named: Found) -> bool:
        """A name that is nobody's beside a code: told where it may be an old one, else refused."""
        score = likeness(key(name), key(found.name))
        if score < _NO_NAME and level == "province":
            return self._disagree(row, level, found.what, quote(name))
        taken = Found(DOUBTFUL, found.what, found.name, round(score, 1), named.alternatives)
        self.teller.match(row.i, self.teller.heading(level), name, taken, level)
        return False

    def _outline(self, row: Row, province: int | None, district: int | None) -> tuple[int | None, int | None]:
        """One column of places: provinces with their districts below, or "Çorum / Alaca"."""
        column = self.head.of("place", "province")[0]
        text = self.grid.texts[row.i][column.j]
        plate, above = row.texts.get("province_code", ""), province
        if plate and self.places.plate(plate).usable:
            province = self.places.plate(plate).what.at
        row.province, row.district = province, district
        if row.total or not text:
            if not text:
                row.total = True
            return province, district
        parts = split_places(text)
        if len(parts) > 1 and self.places.province(parts[0]).usable:
            province = self.places.province(parts[0]).what.at
            found = self.places.district(parts[1], province)
            if self._taken(row, "district", text, found):
                row.place, row.province, row.district = found.what, province, found.what.at
                district = found.what.at
            return province, district
        inside = self.places.district(text, province) if province is not None else None
        named = self.places.province(text)
        if named.state == "exact" and not (
            inside is not None and inside.state == "exact" and named.what.at == above
        ):
            # A province's own line: a sum over its districts, or only their heading. Below it, a district
            # may have the same name.
            row.province, row.district, row.total = named.what.at, None, True
            row.own = text
            return named.what.at, None
        found = inside if inside is not None else self.places.district(text, None)
        if self._taken(row, "district", text, found):
            row.place, row.district = found.what, found.what.at
            row.province = int(self.places.country.district_province[found.what.at])
        return province, row.district

    def _taken(self, row: Row, level: str, text: str, found: Found, *, quiet: bool = False) -> bool:
        """Use a match, list it where it is doubtful, refuse it where it is none."""
        column = self.teller.heading(level)
        if found.usable:
            if not quiet:
                self.teller.match(row.i, column, text, found, level)
            return True
        if not quiet:
            code = "cetvel.place_ambiguous" if found.state == AMBIGUOUS else "cetvel.place_unknown"
            self.teller.fault(row, level, code, text=quote(text), others=found.others or "–")
        return False

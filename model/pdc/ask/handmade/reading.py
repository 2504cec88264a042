"""Read a hand-made table into the country's positions: all faults at once, every doubt listed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from pdc.ask.handmade.given import FILLED, PLAN_FILE, filled_posts, is_ours, plan_posts, workbook_posts
from pdc.ask.handmade.grid import Grid, read_grids
from pdc.ask.handmade.log import Log, Lost
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import decimal_signs, is_number
from pdc.ask.handmade.sheet import Entry, read_sheet
from pdc.ask.handmade.table import FINER, Cetvel, Doubt, Mask
from pdc.ask.handmade.text import lexicon
from pdc.ask.handmade.titles import Titles
from pdc.ask.own_law import hint
from pdc.base.faults import Fault, InputError
from pdc.base.numbers import Ints
from pdc.country.country import Country, level_sums
from pdc.country.setting import Setting
from pdc_common.levels import LEVELS


def read_cetvel(path: str | os.PathLike[str], setting: Setting) -> Cetvel:
    """Read ``path``: a CSV file, a workbook, a plan folder, or the word ``filled``.

    Raises :class:`~pdc.base.faults.InputError` where it cannot be read, or where a place, a title or a number
    could only be guessed.
    """
    path = Path(path)
    if str(path) == FILLED and not path.exists():
        return _read(path, setting)
    try:
        found = _read(path, setting)
    except InputError as error:
        raise InputError([*error.faults, *hint(path, setting)]) from None
    return replace(found, path=path.resolve())


def _read(path: Path, setting: Setting) -> Cetvel:
    country, book = setting.country, setting.rulebook
    if str(path) == FILLED and not path.exists():
        posts, doubts = filled_posts(country, book)
        return _all(FILLED, country, posts, doubts)
    if path.is_dir():
        posts, doubts = plan_posts(path, country, book)
        return _all(path.resolve().name, country, posts, doubts)
    if path.suffix.casefold() in (".xlsx", ".xlsm") and is_ours(path):
        posts, doubts = workbook_posts(path, country, book)
        return _all(path.name, country, posts, doubts)
    if path.name == PLAN_FILE and path.is_file():
        posts, doubts = plan_posts(path.parent, country, book)
        return _all(path.name, country, posts, doubts)
    return _Hand(path, country, Titles(book), Places(country)).read()


def _all(name: str, country: Country, posts: Mapping[str, Ints], doubts: list[Doubt]) -> Cetvel:
    covered = {level: np.ones(country.size(level), dtype=bool) for level in LEVELS}
    return Cetvel(name, country, "unit", posts, covered, tuple(doubts))


def _other_sign(grid: Grid) -> Fault | None:
    """Lines of one cell each, that all have one sign as often: it parts their cells, and is not read."""
    if grid.width != 1 or not grid.separator:
        return None
    lines = [row[0] for row in grid.texts if row[0]]
    signs = sorted({c for c in lines[0] if not c.isalnum() and c not in "_\"'"})
    sign = next((s for s in signs if len({line.count(s) for line in lines}) == 1), "")
    return Fault(grid.file, None, None, "separator", {"sign": sign}) if sign and len(lines) > 1 else None


_Seen = tuple[tuple[str, str], str]  # file and row, and the title as read


class _Hand:
    """The sheets of a hand-made table put together."""

    def __init__(self, path: Path, country: Country, titles: Titles, places: Places) -> None:
        self.path, self.country, self.titles, self.places = path, country, titles, places
        self.log = Log()
        self.posts: dict[tuple[str, str], Ints] = {}
        self.given: dict[tuple[str, str], Mask] = {}
        # The same while cells come in: lists, where single numbers are set five times as fast.
        self.taken: dict[str, dict[str, tuple[list[int], list[bool]]]] = {}
        self.seen: dict[tuple[str, str], dict[str, _Seen]] = {}

    def read(self) -> Cetvel:
        sheets = read_grids(self.path)
        grids = [grid for grid in sheets if any(any(row) for row in grid.texts)]
        if not grids:
            raise InputError([Fault(self.path.name, None, None, "cetvel.empty")])
        for grid in sheets:
            if grid.unseen:
                self.log.doubts.append(Doubt("hidden_sheet", grid.file, None, "", grid.file))
        # One hand writes its numbers one way, in all columns of all sheets.
        self.log.decimals = decimal_signs(value for grid in grids for value in grid.distinct)
        found = 0
        for grid in grids:
            entries = read_sheet(grid, self.titles, self.places, self.log)
            if entries is None:
                if len(grids) > 1:
                    self.log.doubts.append(Doubt("sheet", grid.file, None, "", grid.file))
                    self._lost_sheet(grid)
                continue
            found += 1
            for entry in entries:
                self._take(grid, entry)
        if not found:
            self.log.faults.append(
                _other_sign(grids[0]) or Fault(self.path.name, None, None, "cetvel.no_head")
            )
        elif (several := self._years()) is not None:
            self.log.faults.append(several)
        elif not self.taken and not self.log.faults:
            self.log.faults.append(Fault(self.path.name, None, None, "cetvel.no_rows"))
        if self.log.faults:
            raise InputError(self.log.faults)
        made = self._together()
        if left := self.log.too_much_left_out():
            raise InputError(left)
        return made

    def _years(self) -> Fault | None:
        """Tables of several years in one file: put together they would be the table of none."""
        told = self.log.years
        apart = next(((a, b) for k, (a, x) in enumerate(told) for b, y in told[:k] if not x & y), None)
        if apart is None:
            return None
        values = {"sheets": ", ".join(dict.fromkeys(where for where, _ in told))}
        return Fault(self.path.name, None, None, "cetvel.years", values)

    def _lost_sheet(self, grid: Grid) -> None:
        """Numbers of a sheet that was not understood, where it names places: they may be posts."""
        texts = {text for row in grid.texts for text in row if text and not text.isdigit()}
        known = sum(1 for text in texts if self.places.is_province(text) or self.places.is_district(text))
        if known > 1:
            numbers = (value for row in grid.values for value in row if is_number(value))
            self.log.left(grid, None, "", "sheet", grid.file, numbers)

    def _take(self, grid: Grid, entry: Entry) -> None:
        place, row = entry.place, entry.row
        here = (grid.file, entry.at)
        seen = self.seen.setdefault((place.level, place.code), {})
        taken = self.taken.setdefault(place.level, {})
        added = 0
        for title, (posts, raw) in entry.titles.items():
            first = seen.get(title)
            if first is not None and not self._beside(first, entry, grid, raw, title):
                return
            seen[title] = here, raw
            column = taken.get(title)
            if column is None:
                size = self.country.size(place.level)
                column = taken[title] = [0] * size, [False] * size
            column[0][place.at] += posts
            column[1][place.at] = True
            added += posts
        if place.merged:
            names = (
                self.country.districts["district"]
                if place.level == "district"
                else self.country.units["unit"]
            )
            host = str(self.country.codes(place.level)[place.at])
            self.log.doubts.append(
                Doubt(
                    "merged",
                    grid.file,
                    row,
                    "",
                    place.name,
                    place.level,
                    host,
                    str(names.iloc[place.at]),
                    posts=added,
                )
            )

    def _beside(self, first: _Seen, entry: Entry, grid: Grid, raw: str, title: str) -> bool:
        """A second number of a place and title: added where the titles read differ, else a fault."""
        (file, row), before = first
        name, place = self.titles.name[title], entry.place
        if not (raw and before and raw != before):
            values = {"text": f"{place.name} – {name}", "first": f"{file}:{row}"}
            self.log.add(Fault(grid.file, entry.row, entry.column or None, "cetvel.place_twice", values))
            return False
        self.log.doubts.append(
            Doubt(
                "added_rows",
                grid.file,
                entry.row,
                entry.column,
                place.name,
                place.level,
                title,
                name,
                reason=f"{file}:{row}",
            )
        )
        return True

    # putting together --------------------------------------------------------------------------------

    def _together(self) -> Cetvel:
        for level_, columns in self.taken.items():
            for title, (numbers, given) in columns.items():
                self.posts[level_, title] = np.array(numbers, dtype=np.int64)
                self.given[level_, title] = np.array(given, dtype=bool)
        titles = [t for t in self.titles.order if any(t == title for _, title in self.posts)]
        finest = {t: next(lv for lv in FINER if (lv, t) in self.posts) for t in titles}
        level = max(finest.values(), key=FINER.index)
        posts: dict[str, Ints] = {}
        for title in titles:
            own = self.posts[finest[title], title]
            posts[title] = self._sum(own, finest[title], level)
            if finest[title] != level:
                self.log.doubts.append(
                    Doubt(
                        "coarser",
                        self.path.name,
                        None,
                        "",
                        self.titles.name[title],
                        level,
                        title,
                        reason=finest[title],
                    )
                )
            self._compare_levels(title, finest[title])
        covered = self._covered(titles, finest, level)
        return Cetvel(self.path.name, self.country, level, posts, covered, tuple(self._sorted()))

    def _sorted(self) -> list[Doubt]:
        return sorted(self.log.doubts, key=lambda d: (d.file, d.row or 0, d.kind, d.column, d.text))

    def _sum(self, values: Ints, finer: str, level: str) -> Ints:
        if finer == level:
            return values
        if finer == "unit":
            return level_sums(self.country, values, level)
        totals = np.zeros(self.country.size(level), dtype=np.int64)
        np.add.at(totals, self.country.district_province, values)
        return totals

    def _compare_levels(self, title: str, finest: str) -> None:
        """A sheet by province beside one by district says the same, or that is a finding."""
        for level in FINER[FINER.index(finest) + 1 : -1]:
            if (level, title) not in self.posts:
                continue
            written = self.posts[level, title]
            self._lost_coarser(title, finest, level)
            found = self._sum(self.posts[finest, title], finest, level)
            given = self.given[level, title]
            for at in np.flatnonzero(given & (written != found)).tolist():
                name = (
                    str(self.country.provinces["province"].iloc[at])
                    if level == "province"
                    else str(self.country.districts["district"].iloc[at])
                )
                self.log.doubts.append(
                    Doubt("sum", self.path.name, None, self.titles.name[title], name, level,
                          str(self.country.codes(level)[at]), posts=int(written[at]), expected=int(found[at]))
                )  # fmt: skip

    def _lost_coarser(self, title: str, finest: str, level: str) -> None:
        """Numbers of places that have no finer ones are not in the table that is read."""
        finer = self._sum(self.given[finest, title].astype(np.int64), finest, level)
        alone = self.given[level, title] & (finer == 0)
        numbers = self.posts[level, title][alone].tolist()
        if numbers:
            self.log.lost.append(
                Lost(self.path.name, None, "", "coarser", self.titles.name[title], len(numbers), sum(numbers))
            )

    def _covered(self, titles: list[str], finest: Mapping[str, str], level: str) -> dict[str, Mask]:
        """Places to judge: a whole province, or only the districts that are there if most of its are not."""
        country = self.country
        here: dict[str, Mask] = {lv: np.zeros(country.size(lv), dtype=bool) for lv in LEVELS}
        for title in titles:
            here[finest[title]] |= self.given[finest[title], title]
        np.logical_or.at(here["district"], country.unit_district, here["unit"])
        np.logical_or.at(here["province"], country.district_province, here["district"])
        missing = np.flatnonzero(~here["province"]).tolist()
        names = country.provinces["province"].tolist()
        if missing:
            self.log.doubts.append(
                Doubt("not_given", self.path.name, None, "", ", ".join(names[p] for p in missing[:12])
                      + (" …" if len(missing) > 12 else ""), "province", posts=len(missing))
            )  # fmt: skip
        if level == "province":
            none = {lv: np.zeros(country.size(lv), dtype=bool) for lv in ("district", "unit")}
            return {"province": here["province"], **none}
        partial = float(lexicon()["match"]["partial"])
        # Where no unit stands there is nothing to give, and nothing is missing.
        due = np.bincount(country.unit_district, minlength=len(country.districts)) > 0
        whole, districts = here["province"].copy(), np.zeros(len(country.districts), dtype=bool)
        for p in np.flatnonzero(here["province"]).tolist():
            own = np.flatnonzero(country.district_province == p)
            there = own[here["district"][own]]
            asked = own[due[own] | here["district"][own]]
            names_of = country.districts["district"]
            lacking = [names_of.iloc[d] for d in asked.tolist() if not here["district"][d]]
            few = len(there) < partial * len(asked)
            whole[p] = not few
            districts[there if few else own] = True
            if lacking:
                kind = "not_given" if few else "absent"
                text = ", ".join(lacking[:12]) + (" …" if len(lacking) > 12 else "")
                self.log.doubts.append(
                    Doubt(kind, self.path.name, None, "", text, "district", str(country.codes("province")[p]),
                          names[p], posts=len(lacking))
                )  # fmt: skip
        units = (
            districts[country.unit_district] if level == "unit" else np.zeros(len(country.units), dtype=bool)
        )
        return {"province": whole, "district": districts, "unit": units}

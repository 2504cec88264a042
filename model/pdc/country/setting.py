"""What a run starts from: tables, merges, the rulebook with its scenarios; and which titles are planned."""

from __future__ import annotations

import csv
import os
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pdc.base.cache import Cache, code_version, digest
from pdc.base.faults import Fault, InputError
from pdc.base.formula import FUNCTIONS, Formula, FormulaError, is_number, is_text
from pdc.base.garbage import no_collection
from pdc.country.country import Country, Notice
from pdc.country.merges import merge
from pdc.country.named_places import named_pins
from pdc.law.groups import Group
from pdc.law.reading import blame
from pdc.law.rulebook import Rulebook, plain_rule
from pdc.law.scenario import Scenario, apply
from pdc.law.shipped import builtin_data, load_rulebook, own_data, rulebook_folder, scenario_file
from pdc.law.title_names import find_title
from pdc.law.vocabulary import vocabulary
from pdc.tables import CellChange, Tables, change, read, side_file
from pdc.tables.borders import borders_fault, has_mark
from pdc_common import access, roads
from pdc_common.mark import sha256

BORDERS: Final = "provinces.geojson"
SIDE_FILES: Final = (BORDERS, roads.FILE, access.FILE)
Data = Tables | str | os.PathLike[str] | None
Files = Sequence[str | os.PathLike[str]] | str | os.PathLike[str]


@dataclass(frozen=True)
class Origin:
    """What a run was started with, so that its folder can say it and it can be started again.

    ``data`` is a folder or a workbook (None: the rulebook's own tables), ``rulebook`` a folder, or the name
    of one that pdc ships (empty: the principles of 2006); ``scenarios`` are files with what stood in them,
    ``tables`` those of their pins: which scenario, what it calls the table, what stood in it.
    """

    data: Path | None = None
    rulebook: str = ""
    scenarios: tuple[tuple[Path, bytes], ...] = ()
    sets: tuple[str, ...] = ()
    tables: tuple[tuple[int, str, bytes], ...] = ()

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files and folders that were read."""
        law_ = (Path(self.rulebook),) if self.rulebook else ()
        files = [path for path, _ in self.scenarios]
        tables = [files[number].parent / name for number, name, _ in self.tables]
        return (*((self.data,) if self.data else ()), *law_, *files, *tables)


@dataclass(frozen=True, eq=False)
class Setting:
    """A country after its merges, and the law that holds there; ``side_files`` travel to the reports.

    ``warnings`` are the oddities of the data and of the scenario's changes of it. ``key`` is the fingerprint
    of all that the country comes from; empty where it is not known (tables that a caller brings).
    ``changes`` are the cells of the tables that the scenario changed, ``origin`` what it was made ready from;
    ``fresh`` are the warnings of tables that were read anew for a cache, which could keep the country
    (:func:`keep`); None for others.
    """

    country: Country
    rulebook: Rulebook
    scenario: Scenario
    side_files: Mapping[str, Path]
    warnings: tuple[Fault, ...] = ()
    key: str = ""
    origin: Origin = field(default_factory=Origin)
    changes: tuple[CellChange, ...] = ()
    fresh: tuple[Fault, ...] | None = None

    def __post_init__(self) -> None:
        """Pins may name places as people do; from here on they hold this country's codes."""
        faults: list[Fault] = []
        pins = named_pins(self.country, self.scenario.pins, faults)
        if faults:
            raise InputError(faults)
        if pins != self.scenario.pins:
            object.__setattr__(self, "scenario", replace(self.scenario, pins=pins))

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files and folders that were read: no result is written over them."""
        return (*self.origin.inputs, *self.side_files.values())


@no_collection()
def prepare(
    data: Data = None,
    scenario: Files = (),
    sets: Sequence[str] = (),
    rulebook: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    *,
    pins: bool = True,
    keep_now: bool = True,
) -> Setting:
    """Read tables, apply scenarios, merge.

    ``rulebook`` is a folder, or the name of one that pdc ships; None: the principles of 2006. With a
    ``cache``, tables of the same bytes are read and merged once. Without ``pins`` those of the scenarios
    are not read: a table is not measured by them. Without ``keep_now`` the caller has the cache keep the
    country at a better moment (:func:`keep`). Raises
    :class:`~pdc.base.faults.InputError`, every fault at once.
    """
    given = [scenario] if isinstance(scenario, (str, os.PathLike)) else list(scenario)
    files = [scenario_file(f) for f in given]
    book, described = apply(load_rulebook(rulebook), files, sets, pins_read=pins)
    origin = origin_of(data, rulebook, files, sets, described.tables)
    if isinstance(data, Tables):
        tables = change(data, described.edits)
        sides, country = sides_of(data.folder, book), merge(tables, book)
        made = Setting(country, book, described, sides, tables.warnings, "", origin, tables.changes)
        return _beside_good(made)
    place = Path(data or own_data(book))
    key = ""
    if cache is not None and (found := _bytes_of(place)):
        key = digest("country", code_version(), found, str(place.resolve()), *merging(book), described.edits)
        if (kept := _kept(cache, key)) is not None:
            country, warnings, changes = kept
            sides = sides_of(_folder(place), book)
            return _beside_good(Setting(country, book, described, sides, warnings, key, origin, changes))
    tables = read(place, vocabulary(book))
    sides = sides_of(tables.folder, book)
    tables = change(tables, described.edits)
    country = merge(tables, book)
    fresh = tables.warnings if cache is not None and key else None
    made = Setting(country, book, described, sides, tables.warnings, key, origin, tables.changes, fresh)
    if keep_now and fresh is not None:
        keep(made, cache)
        made = replace(made, fresh=None)
    return _beside_good(made)


def keep(given: Setting, cache: Cache | None) -> None:
    """Have the cache keep a country that was read anew, with the warnings of its tables."""
    if cache is not None and given.fresh is not None:
        found = given.country, given.fresh, given.changes
        cache.put(given.key, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))


def origin_of(
    data: Data,
    rulebook: str | os.PathLike[str] | None,
    files: Sequence[Path],
    sets: Sequence[str],
    tables: Sequence[tuple[Path, str]] = (),
) -> Origin:
    """Where everything came from, wherever the user goes next; ``tables`` are those of the pins."""
    if isinstance(data, Tables):
        book = data.folder / data.name
        data = book if book.is_file() else data.folder
    named = "" if rulebook is None else str(rulebook)
    law_ = str(Path(named).resolve()) if named and rulebook_folder(named) == Path(named) else named
    return Origin(
        Path(data).resolve() if data is not None else None,
        law_,
        tuple((path.resolve(), path.read_bytes()) for path in files),
        tuple(sets),
        tuple((list(files).index(file), name, (file.parent / name).read_bytes()) for file, name in tables),
    )


def sides_of(folder: Path, book: Rulebook) -> dict[str, Path]:
    """Files beside the data that travel to the reports, or the rulebook's own where the data have none."""
    beside = Path(book.about.folder) / book.about.side_files if book.about.side_files else None
    return {name: path for name in SIDE_FILES if (path := side_file(folder, name) or _beside(beside, name))}


def _beside_good(given: Setting) -> Setting:
    """Without boundaries that no map can be drawn from; a warning says what is wrong with them."""
    provinces = given.country.provinces["province_code"].tolist()
    left, faults = usable(given.side_files, provinces)
    return replace(given, side_files=left, warnings=(*given.warnings, *faults)) if faults else given


def usable(sides: Mapping[str, Path], provinces: Sequence[int]) -> tuple[dict[str, Path], list[Fault]]:
    """Side files that can be used, and what is wrong with (or odd about) the others."""
    left, faults = dict(sides), list[Fault]()
    path = left.get(access.FILE)
    if path is not None and (fault := _bands_fault(path)):
        del left[access.FILE]
        faults.append(fault)
    path = left.get(roads.FILE)
    if path is not None and (fault := _roads_fault(path)):
        del left[roads.FILE]
        faults.append(fault)
    path = left.get(BORDERS)
    if path is None or path.is_relative_to(builtin_data()):
        return left, faults
    if fault := borders_fault(path, provinces):
        del left[BORDERS]
        return left, [*faults, fault]
    return left, [*faults, *([Fault(path.name, None, None, "borders.mark")] if has_mark(path) else [])]


def _bands_fault(path: Path) -> Fault | None:
    """What is wrong with a file of bands of distance; None where it can be used."""
    try:
        access.read_bands(path)
    except access.BandsError as error:
        return Fault(path.name, error.line or None, None, f"bands.{error.code}")
    except (OSError, csv.Error) as error:
        return Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})
    return None


def _roads_fault(path: Path) -> Fault | None:
    """What is wrong with a table of road kilometres; None where it can be used."""
    try:
        roads.read_roads(path)
    except roads.RoadsError as error:
        return Fault(path.name, error.line or None, None, f"roads.{error.code}")
    except OSError as error:
        return Fault(path.name, None, None, "unreadable", {"why": type(error).__name__})
    return None


def _folder(place: Path) -> Path:
    resolved = place.resolve()
    return resolved if resolved.is_dir() else resolved.parent


def _bytes_of(place: Path) -> str:
    """Fingerprint of a workbook, or of the CSV files of a folder; empty where there is nothing to read."""
    try:
        files = (
            sorted(p for p in place.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
            if place.is_dir() else [place]
        )
        return digest([(p.name, sha256(p)) for p in files])
    except OSError:  # reading says what is wrong with it
        return ""


def merging(book: Rulebook) -> tuple[Any, ...]:
    """What reading and merging take from the law."""
    clauses = [
        (clause.number, book.parameters_of(clause.number), [plain_rule(rule) for rule in clause.rules])
        for clause in book.clauses.values()
        if {"merge", "scope"} & set(clause.kinds)
    ]
    return clauses, vocabulary(book), book.about.speaks


_Kept = tuple[Country, tuple[Fault, ...], tuple[CellChange, ...]]


def _kept(cache: Cache, key: str) -> _Kept | None:
    """Country and warnings from the cache, if nobody else may write there: a pickle can run code."""
    content = cache.get(key) if cache.ours() else None
    if content is None:
        return None
    try:
        country, warnings, changes = pickle.loads(content)
    except Exception:  # whatever is wrong with it, the tables are there to be read
        cache.drop(key)
        return None
    return country, warnings, changes


def _beside(folder: Path | None, name: str) -> Path | None:
    """A side file of the rulebook, for data that have none of their own."""
    return folder / name if folder and (folder / name).is_file() else None


def titles_asked(book: Rulebook, titles: Sequence[str], where: str = "--title") -> list[str]:
    """Codes of titles given by code or by name, each once, in their order.

    Raises :class:`~pdc.base.faults.InputError` for names that no title has, or that several have.
    """
    faults: list[Fault] = []
    found = [find_title(book, title, (where, None, None), faults) for title in titles]
    if faults:
        raise InputError(faults)
    return list(dict.fromkeys(code for code in found if code is not None))


def wanted_titles(country: Country, book: Rulebook) -> tuple[list[str], dict[str, Notice]]:
    """Titles to plan, and why each other one is not (A.3)."""
    known = [title.code for title in book.titles]
    rule = next((r for r in book.of_kind("scope") if r.formula("planned")), None)
    clause = rule.clause if rule else book.speaks("scope")
    parameters = book.parameters_of(clause)
    covered = _covered(book, known)
    wanted: list[str] = []
    reasons: dict[str, Notice] = {}
    for title in [*known, *sorted(set(country.national_filled) - set(known))]:
        filled = country.national_filled.get(title, 0)
        formula = rule.formula("planned") if rule else None
        if title not in covered:
            reasons[title] = Notice(clause, "national", "", title, 0, "uncovered", {})
        elif formula is not None and not _planned(book, formula, {"filled": filled, **parameters}):
            values = {"filled": filled, "minimum": parameters.get("minimum", 0)}
            reasons[title] = Notice(clause, "national", "", title, 0, "few_filled", values)
        else:
            wanted.append(title)
    return wanted, reasons


def _planned(book: Rulebook, formula: Formula, names: Mapping[str, Any]) -> bool:
    try:
        value = formula(names, FUNCTIONS)
        if is_text(value):
            raise FormulaError("formula.text").of(formula)
    except FormulaError as error:
        raise blame(book, error) from error
    return bool(value)


_TOLD_ONE_BY_ONE: Final = 5  # titles; the reasons of more are told together


def nothing_planned(book: Rulebook, reasons: Mapping[str, Notice], titles: Sequence[str]) -> InputError:
    """That no title is planned: why each of ``titles`` (or all of them together) is not, and both ways out.

    The ways are a limit set for a region's own tables, and tables that hold the staff of the whole country.
    """
    clause = next((r.clause for r in book.of_kind("scope") if r.formula("planned")), book.speaks("scope"))
    known = {title.code for title in book.titles}
    limit = next((n for n, p in book.parameters_of(clause).items() if is_number(p)), "")
    few = [title for title in reasons if reasons[title].key == "few_filled" and title in known]
    if len(titles) > _TOLD_ONE_BY_ONE:
        few = [title for title in few if title in titles]
        titles = ()
    filled = {title: int(str(reasons[title].values["filled"])) for title in few}
    faults = []
    for title in titles or few[:1]:
        reason = reasons[title]
        if not titles:
            most = max(few, key=lambda code: filled[code])
            values: dict[str, object] = {"count": len(few), "title": most, **reasons[most].values}
            faults.append(Fault(clause, None, None, "nothing.all", values))
        else:
            values = {"title": title, **reason.values}
            faults.append(Fault(clause, None, None, f"nothing.{reason.key}", values))
    if few and limit:
        faults.append(Fault(clause, None, None, "nothing.ways", {"set": f"{clause}.{limit}"}))
    return InputError(faults or [Fault(clause, None, None, "nothing.none")])


def needed_groups(order: Sequence[Group], asked: set[str]) -> list[Group]:
    """Groups asked for and every group whose plan they read, directly or not.

    A title planned alone gets the number it has in the whole plan: the law reads "the physicians planned
    there" either way.
    """
    needed: set[str] = set(asked)
    for group in reversed(order):
        if group.name in needed:
            needed |= {other.name for other in order if group.waits_for & set(other.titles)}
    return [group for group in order if group.name in needed]


def _covered(book: Rulebook, known: list[str]) -> set[str]:
    """Titles the PDC covers: for specialists the branches that B.1.ç lists."""
    covered = set(known)
    for rule in book.of_kind("scope"):
        if rule.what == "covered_branches":
            branches = {b for values in book.parameters_of(rule.clause).values() for b in values}
            covered = {t for t in covered if not rule.covers(t) or t.partition(".")[2] in branches}
    return covered

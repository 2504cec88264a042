"""What a run starts from: tables, merges, the rulebook with its scenarios; and which titles are planned."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pdc.country import Country, Notice
from pdc.faults import Fault, InputError
from pdc.groups import Group
from pdc.law import rulebook as law
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import Scenario, apply, nearest
from pdc.merges import merge, vocabulary
from pdc.tables import Tables, change, read

SIDE_FILES: Final = ("provinces.geojson", "road_km.csv")
Data = Tables | str | os.PathLike[str] | None
Files = Sequence[str | os.PathLike[str]] | str | os.PathLike[str]


@dataclass(frozen=True, eq=False)
class Setting:
    """A country after its merges, and the law that holds there; ``side_files`` travel to the reports.

    ``warnings`` are the oddities of the data and of the scenario's changes of it.
    """

    country: Country
    rulebook: Rulebook
    scenario: Scenario
    side_files: Mapping[str, Path]
    warnings: tuple[Fault, ...] = ()


def prepare(
    data: Data = None,
    scenario: Files = (),
    sets: Sequence[str] = (),
    rulebook: str | os.PathLike[str] | None = None,
) -> Setting:
    """Read tables, apply scenarios, merge.

    ``rulebook`` is a folder, or the name of one that pdc ships; None: the principles of 2006. Raises
    :class:`~pdc.faults.InputError`, every fault at once.
    """
    files = [scenario] if isinstance(scenario, (str, os.PathLike)) else list(scenario)
    book, described = apply(load_rulebook(rulebook), [scenario_file(f) for f in files], sets)
    tables = data if isinstance(data, Tables) else read(data or own_data(book), vocabulary(book))
    beside = Path(book.about.folder) / book.about.side_files if book.about.side_files else None
    sides = {name: path for name in SIDE_FILES if (path := tables.side_file(name) or _beside(beside, name))}
    tables = change(tables, described.edits)
    return Setting(merge(tables, book), book, described, sides, tables.warnings)


def _beside(folder: Path | None, name: str) -> Path | None:
    """A side file of the rulebook, for data that have none of their own."""
    return folder / name if folder and (folder / name).is_file() else None


def load_rulebook(name: str | os.PathLike[str] | None = None) -> Rulebook:
    """A rulebook by its folder, or by its name where pdc ships it (``child-support``)."""
    if name is None:
        return law.load()
    path = Path(name)
    if path.name == str(name) and not path.exists():
        path = scenario_folder() / path.name / "rulebook"
    return law.load(path)


def own_data(book: Rulebook) -> Path:
    """The tables that a rulebook brings; the built-in country for the built-in one."""
    if not book.about.folder:
        return builtin_data()
    if not book.about.data:
        raise InputError([Fault("rulebook.toml", None, "data", "rulebook.no_data")])
    return Path(book.about.folder) / book.about.data


def builtin_data() -> Path:
    """Folder of the built-in country: beside the source, or inside the installed package."""
    here = Path(__file__).resolve().parent
    places = (here / "data" / "turkiye-2023", here.parents[1] / "data" / "turkiye-2023")
    return next(path for path in places if path.is_dir())


def scenario_folder() -> Path:
    """Folder of the scenarios that pdc ships."""
    here = Path(__file__).resolve().parent
    places = (here / "scenarios", here.parents[1] / "scenarios")
    return next(path for path in places if path.is_dir())


def scenario_file(name: str | os.PathLike[str]) -> Path:
    """A scenario's file; a bare name such as ``gp-2000`` is one that pdc ships (or a file so called)."""
    path = Path(name)
    if path.name != str(name) or path.suffix or path.exists():
        return path
    return scenario_folder() / f"{path.name}.toml"


def wanted_titles(
    country: Country, book: Rulebook, titles: Sequence[str]
) -> tuple[list[str], dict[str, Notice]]:
    """Titles to plan, and why each other one is not (A.3)."""
    known = [title.code for title in book.titles]
    faults = [
        Fault(
            "--title",
            None,
            title,
            "scenario.unknown_title",
            {"title": title, "nearest": nearest(title, known)},
        )
        for title in titles
        if title not in known
    ]
    if faults:
        raise InputError(faults)
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
        elif formula is not None and not formula({"filled": filled, **parameters}, {}):
            values = {"filled": filled, "minimum": parameters.get("minimum", 0)}
            reasons[title] = Notice(clause, "national", "", title, 0, "few_filled", values)
        else:
            wanted.append(title)
    return wanted, reasons


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

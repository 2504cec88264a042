"""What pdc ships: the built-in country, the scenarios, other rulebooks."""

from __future__ import annotations

import os
from pathlib import Path

from pdc.base.faults import Fault, InputError
from pdc.law import reading
from pdc.law.rulebook import Rulebook


def load_rulebook(name: str | os.PathLike[str] | None = None) -> Rulebook:
    """A rulebook by its folder, or by its name where pdc ships it (``child-support``)."""
    if name is None:
        return reading.load()
    return reading.load(rulebook_folder(name))


def rulebook_folder(name: str | os.PathLike[str]) -> Path:
    """Folder of a rulebook by its name or its own path."""
    path = Path(name)
    if path.name == str(name) and not path.exists():
        return scenario_folder() / path.name / "rulebook"
    return path


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
    places = (here.parent / "data" / "turkiye-2023", here.parents[2] / "data" / "turkiye-2023")
    return next(path for path in places if path.is_dir())


def scenario_folder() -> Path:
    """Folder of the scenarios that pdc ships."""
    here = Path(__file__).resolve().parent
    places = (here.parent / "scenarios", here.parents[2] / "scenarios")
    return next(path for path in places if path.is_dir())


def scenario_file(name: str | os.PathLike[str]) -> Path:
    """A scenario's file; a bare name such as ``gp-2000`` is one that pdc ships (or a file so called)."""
    path = Path(name)
    if path.name != str(name) or path.suffix or path.exists():
        return path
    return scenario_folder() / f"{path.name}.toml"

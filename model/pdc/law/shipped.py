"""What pdc ships: the built-in country, the scenarios, other rulebooks."""

from __future__ import annotations

import os
from pathlib import Path

from pdc.base.faults import Fault, InputError
from pdc.law import reading
from pdc.law.rulebook import Rulebook
from pdc_common.likeness import did_you_mean


def load_rulebook(name: str | os.PathLike[str] | None = None) -> Rulebook:
    """A rulebook by its folder, or by its name where pdc ships it (``child-support``)."""
    if name is None:
        return reading.load()
    folder = rulebook_folder(name)
    if folder != Path(name) and not os.path.isdir(folder):  # noqa: PTH112 - a name that is none is not there
        near = did_you_mean(str(name), [path.parent.name for path in scenario_folder().glob("*/rulebook")])
        raise InputError([Fault(str(name), None, None, "rulebook.no_folder", {"nearest": near})])
    return reading.load(folder)


def rulebook_folder(name: str | os.PathLike[str]) -> Path:
    """Folder of a rulebook by its name or its own path."""
    path = Path(name)
    if path.name == str(name) and not _exists(path):
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
    if path.name != str(name) or path.suffix or _exists(path):
        return path
    return scenario_folder() / f"{path.name}.toml"


def _exists(path: Path) -> bool:
    """Is it there? What can be no name (too long, a NUL) is not."""
    return os.path.exists(path)  # noqa: PTH110 - unlike Path.exists it raises nothing

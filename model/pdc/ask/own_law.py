"""The law and the data that a plan folder was made by, from the folder itself.

A plan folder carries its scenario files (``scenario/``) and, in ``made_from`` of its summary, the ``--set``
numbers, which rulebook it was made by and where its data lie. The data themselves are not copied: they are
looked for where they were, then where the caller says, and must have the fingerprint they had.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pdc.base.cache import Cache
from pdc.base.faults import Fault, InputError
from pdc.country.setting import Data, Setting, prepare
from pdc.tables import Tables
from pdc_common.bounded import text_of
from pdc_common.text import Lang, say

_SUMMARY: Final = "summary.json"
_TABLES: Final = ("plan_units.csv", "cetvel.xlsx")


def _text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _text_or_none(value: object) -> bool:
    return value is None or _text(value)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


_FORM: Final[Mapping[str, Mapping[str, Callable[[object], bool]]]] = {
    "made_from": {"scenario": _texts, "set": _texts, "rulebook": _text_or_none, "data": _text_or_none},
    "options": {
        "norm": _text, "strict": lambda value: isinstance(value, bool),
        "kept": lambda value: value is None or isinstance(value, dict),
    },
    "data": {"sha256": _text},
    "rulebook": {"sha256": _text},
    "scenario": {},
}  # fmt: skip
"""Parts of a summary that are read again, and what their keys hold."""


@dataclass(frozen=True, eq=False)
class Law:
    """What a table is measured by.

    ``source`` is ``own`` (the plan's folder says it), ``given`` (by the caller) or ``other`` (that of the
    plan it is compared with). ``changed``: the rulebook is no longer the one the plan was made by.
    """

    setting: Setting
    source: str
    changed: bool = False

    def told(self) -> dict[str, Any]:
        """As a summary tells it."""
        setting = self.setting
        return {
            "source": self.source,
            "rulebook_changed": self.changed,
            "scenario": list(setting.scenario.names),
            "changes": dict(setting.scenario.changes),
            "data": {"name": setting.country.name, "sha256": setting.country.sha256},
        }


def sentence(side: str, name: str, told: Mapping[str, Any], lang: Lang) -> str:
    """A law in words, from :meth:`Law.told`."""
    changes = [f"{key}={value}" for key, value in told["changes"].items()]
    what = ", ".join([*told["scenario"], *changes]) or say("audit.law.base", lang)
    text = say(
        f"audit.law.{told['source']}", lang, side=side, name=name, what=what, data=told["data"]["name"]
    )
    return f"{text} {say('audit.law.changed', lang)}" if told["rulebook_changed"] else text


def record(path: Path) -> tuple[Path, dict[str, Any]] | None:
    """Folder and summary of the plan that a table is, or lies in; None where it is no plan's.

    Raises :class:`~pdc.base.faults.InputError` where a summary stands there that cannot be read: what the
    plan was made by is not guessed.
    """
    folder = path if path.is_dir() else path.parent if path.name in _TABLES else None
    if folder is None or not path.exists():
        return None
    file = folder / _SUMMARY
    try:
        summary = json.loads(text_of(file)) if file.exists() else None
    except (OSError, ValueError, RecursionError):
        raise _Faults(folder)("record") from None
    if not isinstance(summary, dict) or "titles" not in summary:
        return None
    if not _formed(summary):
        raise _Faults(folder)("record")
    return folder, summary


def _formed(summary: Mapping[str, Any]) -> bool:
    """Has a plan's summary the form that pdc gives to what is read of it again? What is missing is older."""
    titles = summary["titles"]
    if not isinstance(titles, dict) or not all(isinstance(entry, dict) for entry in titles.values()):
        return False
    for part, kinds in _FORM.items():
        held = summary.get(part)
        if held is None:
            continue
        if not isinstance(held, dict):
            return False
        if any(key in held and not good(held[key]) for key, good in kinds.items()):
            return False
    return True


@dataclass(frozen=True, eq=False)
class MadeFrom:
    """What a plan was made from, as its folder records it.

    ``places`` are where its data may lie, first of all where they were; ``data_sha256`` is their fingerprint.
    """

    files: tuple[Path, ...]
    sets: tuple[str, ...]
    rulebook: str | None
    places: tuple[Data, ...]
    place: str
    data_sha256: str
    rulebook_sha256: str


def made_from(path: Path, data: Data = None) -> MadeFrom | None:
    """The record of a plan folder; None where the table is none, or the folder is too old to say.

    ``data`` is where its data may lie now. Raises :class:`~pdc.base.faults.InputError` where the record is
    damaged, or what it names is gone.
    """
    found = record(path)
    if found is None or not isinstance(found[1].get("made_from"), dict):
        return None
    folder, summary = found
    made, fault = summary["made_from"], _Faults(folder)
    try:
        files = [folder / name for name in made["scenario"]]
        sets, rulebook, place = list(map(str, made["set"])), made["rulebook"] or None, made["data"]
        prints = summary["data"]["sha256"], summary["rulebook"]["sha256"]
    except (KeyError, TypeError):
        raise fault("record") from None
    if any(not file.resolve().is_relative_to(folder.resolve()) or not file.is_file() for file in files):
        raise fault("record")
    if rulebook and Path(rulebook).is_absolute() and not Path(rulebook).is_dir():
        raise fault("rulebook_lost", rulebook=rulebook)
    places: list[Data] = [None] if not place else [Path(place)] if Path(place).exists() else []
    places += [data] if data is not None else []
    if not places:
        raise fault("data_lost", data=place)
    return MadeFrom(tuple(files), tuple(sets), rulebook, tuple(places), place or "", *prints)


def own_law(path: Path, data: Data = None, cache: Cache | None = None) -> Law | None:
    """The law of a plan folder; None where the table is none, or the folder is too old to say.

    ``data`` is where its data may lie now. Raises :class:`~pdc.base.faults.InputError` where they are not
    found as they were.
    """
    made = made_from(path, data)
    if made is None:
        return None
    setting = None
    for one in made.places:
        kept = None if isinstance(one, Tables) else cache
        setting = prepare(one, made.files, made.sets, made.rulebook, kept, pins=False)
        if setting.country.sha256 == made.data_sha256:
            return Law(setting, "own", setting.rulebook.sha256 != made.rulebook_sha256)
    assert setting is not None
    raise data_changed(path, made, setting.country.name)


def data_changed(path: Path, made: MadeFrom, name: str) -> InputError:
    """The fault of data that are no longer those of the plan."""
    found = record(path)
    return _Faults(found[0] if found else path)("data_changed", data=made.place or name)


def hint(path: Path, setting: Setting) -> list[Fault]:
    """A fault that says how the plan's own law is given, where it is another one than ``setting``'s."""
    found = record(path)
    if found is None:
        return []
    folder, summary = found
    told, made = summary.get("scenario"), summary.get("made_from")
    if not isinstance(told, dict) or not isinstance(made, dict):
        return []
    own = setting.scenario.told()
    same = all(own.get(key) == told.get(key) for key in ("names", "changes", "clauses", "data"))
    if same and setting.country.sha256 == (summary.get("data") or {}).get("sha256"):
        return []
    options = [f"--data {made['data']}"] if made.get("data") else []
    options += [f"--rulebook {made['rulebook']}"] if made.get("rulebook") else []
    options += [f"--scenario {folder / name}" for name in made.get("scenario", [])]
    options += [f"--set {text}" for text in made.get("set", [])]
    return [_Faults(folder)("other_law", options=" ".join(options) or "–").faults[0]]


class _Faults:
    """Faults of a plan folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, code: str, **values: object) -> InputError:
        return InputError([Fault(str(self.folder), None, None, f"own_law.{code}", values)])

"""Scenarios: small named diffs of the rulebook, composed in their order (later ones win)."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from pdc.country import LEVELS
from pdc.faults import Fault, InputError
from pdc.law.rulebook import Parameter, Rulebook, freeze, merge_clauses

_RESERVED = {"title", "text", "set", "pin"}


@dataclass(frozen=True)
class Pin:
    """A number the Ministry has set for a place and a title (A.4)."""

    title: str
    level: str
    code: str
    posts: int
    source: str = ""


@dataclass(frozen=True)
class Scenario:
    """What was changed, in full, as the summary tells it."""

    names: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()


def apply(
    rulebook: Rulebook, files: Sequence[Path] = (), sets: Sequence[str] = ()
) -> tuple[Rulebook, Scenario]:
    """Rulebook with the scenarios of ``files``, then single numbers ``CLAUSE.parameter=value``.

    Raises :class:`~pdc.faults.InputError` for every name the rulebook does not know, each with the nearest
    one that it does.
    """
    faults: list[Fault] = []
    changes: dict[str, Any] = {}
    pins: list[Pin] = []
    clauses: list[str] = []
    names: list[str] = []
    for file in files:
        content = _read(file, faults)
        if content is None:
            continue
        names.append(file.stem)
        extra = {key: value for key, value in content.items() if key not in _RESERVED}
        if extra:
            try:
                rulebook = merge_clauses(rulebook, extra, file.name)
                clauses += list(extra)
            except InputError as error:
                faults += list(error.faults)
        for clause, values in _table(content.get("set", {})).items():
            for name, value in _table(values).items():
                rulebook = _set(rulebook, (file.name, clause, name), freeze(value), changes, faults)
        pins += _pins(content.get("pin", []), file.name, rulebook, faults)
    for text in sets:
        left, _, right = text.partition("=")
        clause, _, name = left.strip().rpartition(".")
        if not right or not clause:
            faults.append(Fault("--set", None, text, "scenario.set_shape"))
            continue
        rulebook = _set(rulebook, ("--set", clause, name), _parse(right.strip()), changes, faults)
    if faults:
        raise InputError(faults)
    return rulebook, Scenario(tuple(names), changes, tuple(clauses), tuple(pins))


def _read(file: Path, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        near = difflib.get_close_matches(file.stem, [f.stem for f in file.parent.glob("*.toml")], n=1)
        faults.append(Fault(str(file), None, None, "scenario.missing", {"nearest": near[0] if near else ""}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(file.name, None, None, "rulebook.toml", {"why": str(error)}))
    return None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _set(
    rulebook: Rulebook, where: tuple[str, str, str], value: Any, changes: dict[str, Any], faults: list[Fault]
) -> Rulebook:
    file, clause, name = where
    if clause not in rulebook.clauses:
        near = nearest(clause, rulebook.clauses)
        faults.append(Fault(file, None, clause, "scenario.unknown_clause", {"nearest": near}))
        return rulebook
    parameters = rulebook.clauses[clause].parameters
    if name not in parameters:
        values = {
            "parameter": name,
            "known": ", ".join(parameters) or "–",
            "nearest": nearest(name, parameters),
        }
        faults.append(Fault(file, None, clause, "scenario.unknown_parameter", values))
        return rulebook
    old = parameters[name]
    new = _fit(value, old)
    if new is None:
        expected = ", ".join(old.choices) if old.choices else str(old.value)
        values = {"parameter": name, "value": value, "expected": expected}
        faults.append(Fault(file, None, clause, "scenario.bad_value", values))
        return rulebook
    changes[f"{clause}.{name}"] = plain(new)
    return rulebook.with_parameter(clause, name, new)


def _fit(value: Any, old: Parameter) -> Any:
    """The value if it is of the parameter's own type (and among its choices), else None."""
    if old.choices:
        return value if value in old.choices else None
    if isinstance(old.value, bool):
        return value if isinstance(value, bool) else None
    if isinstance(old.value, (int, Fraction)):
        return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None
    if isinstance(old.value, str):
        return str(value)
    return value if isinstance(value, type(old.value)) else None


def _parse(text: str) -> Any:
    """Value of ``--set``: true/false, a number (point or comma), else text."""
    if text in {"true", "false"}:
        return text == "true"
    try:
        number = Fraction(Decimal(text.replace(",", ".")))
    except InvalidOperation:
        return text
    return int(number) if number.denominator == 1 and "." not in text and "," not in text else number


def plain(value: Any) -> Any:
    """A parameter's value as JSON tells it."""
    if isinstance(value, Fraction):
        return float(value) if value.denominator != 1 else int(value)
    if isinstance(value, Mapping):
        return {key: plain(v) for key, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, tuple) else value


def nearest(name: str, among: Iterable[str]) -> str:
    """Closest known name."""
    found = difflib.get_close_matches(name, list(among), n=1, cutoff=0.0)
    return found[0] if found else ""


def _pins(entries: Any, file: str, rulebook: Rulebook, faults: list[Fault]) -> list[Pin]:
    pins: list[Pin] = []
    titles = {title.code for title in rulebook.titles}
    for number, entry in enumerate(entries, 1):
        places = [level for level in LEVELS[1:] if level in entry]
        title, posts = entry.get("title"), entry.get("posts")
        if set(entry) - {*LEVELS[1:], "title", "posts"} or len(places) != 1:
            faults.append(Fault(file, None, f"pin {number}", "scenario.pin_shape"))
        elif title not in titles:
            near = nearest(str(title), titles)
            faults.append(
                Fault(file, None, f"pin {number}", "scenario.pin_title", {"title": title, "nearest": near})
            )
        elif not isinstance(posts, int) or posts < 0:
            faults.append(Fault(file, None, f"pin {number}", "scenario.pin_posts", {"posts": posts}))
        else:
            pins.append(Pin(title, places[0], str(entry[places[0]]), posts, f"{file}#{number}"))
    return pins

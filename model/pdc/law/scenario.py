"""Scenarios: small named diffs of rulebook and data, composed in their order (later ones win).

A file holds, all optional: ``[set."CLAUSE"]`` numbers, ``["CLAUSE"]`` clauses of its own, ``[[pin]]`` numbers
of the Ministry, ``norm``, and changes of the data: ``[[data]]`` by formula, ``[[remove]]`` and ``[[add]]``
rows, made in this order (what is added stands as written).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pdc.base import limits
from pdc.base.document import (
    ANY,
    CELL,
    CODE,
    FORMULA,
    NAMES,
    TEXT,
    WHOLE,
    NumberFault,
    exact_number,
    read_document,
    record,
    records,
    shown,
)
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import Formula, FormulaError
from pdc.law.kinds import FORMULAS, constraining
from pdc.law.named_values import Comparisons, chosen, named, yes
from pdc.law.pins import Pin, read_pins
from pdc.law.ranges import wrong
from pdc.law.reading import conditions, freeze, merge_clauses
from pdc.law.rulebook import Parameter, Rulebook
from pdc.law.service_groups import MOST as MOST_PROVINCES
from pdc.law.service_groups import NAME as SERVICE_GROUPS
from pdc.law.service_groups import good_size
from pdc.law.shapes import CLAUSE
from pdc.law.title_names import find_title
from pdc.tables import Addition, Change, Edit, Removal
from pdc_common.levels import LEVELS
from pdc_common.likeness import did_you_mean

LIKE: Final = 60  # of 100: how like a name must be to be the one that was meant
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")
NORMS: Final = ("webster", "l1", "minimax")
"""How deviation may be measured; the first is what holds where nobody says otherwise."""

_KEYS: Final = {
    "title": NAMES,
    "text": NAMES,
    "norm": TEXT,
    "set": record({}, record({}, ANY, "set"), "set"),
    "pin": records({"title": TEXT, "posts": WHOLE, "table": TEXT, **dict.fromkeys(LEVELS, CODE)}),
    "data": records({"table": TEXT, "where": TEXT, "set": record({}, FORMULA)}),
    "remove": records({"table": TEXT, "where": TEXT}),
    "add": records({"table": TEXT}, CELL),
}
_SHAPE: Final = record(_KEYS, replace(CLAUSE, test=lambda _: True))  # what is no clause is told as unknown
_RESERVED: Final = tuple(_KEYS)
_PLANNING: Final = frozenset({*constraining(), "target", "supply", "eligible"})
"""Kinds of rule whose titles are those that are planned."""


@dataclass(frozen=True)
class Scenario:
    """What was changed, in full, as the summary tells it."""

    names: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    edits: tuple[Edit, ...] = ()
    norm: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    """What stood in the rulebook: values by ``CLAUSE.parameter`` of ``changes``, texts by clause."""
    tables: tuple[tuple[Path, str], ...] = ()
    """Tables of pins that were read: the scenario's file, and what it calls the table."""

    def told(self) -> dict[str, Any]:
        """Everything it says, as JSON tells it."""
        return {
            "names": list(self.names),
            "changes": dict(self.changes),
            "before": dict(self.before),
            "clauses": list(self.clauses),
            "pins": [vars(pin) for pin in self.pins],
            "data": [_told(edit) for edit in self.edits],
            **({"norm": self.norm} if self.norm else {}),
        }


def _told(edit: Edit) -> dict[str, Any]:
    if isinstance(edit, Change):
        return {"change": edit.table, "where": edit.where, "set": dict(edit.set), "source": edit.source}
    if isinstance(edit, Removal):
        return {"remove": edit.table, "where": edit.where, "source": edit.source}
    return {"add": edit.table, "values": plain(edit.values), "source": edit.source}


@dataclass(frozen=True)
class Listed:
    """A scenario as a list shows it: its file's name, title and text by language."""

    name: str
    title: Mapping[str, str]
    text: Mapping[str, str]


def listed(folder: Path) -> list[Listed]:
    """Every scenario of a folder, by name; ``base`` first. Raises :class:`~pdc.base.faults.InputError`."""
    faults: list[Fault] = []
    found = []
    for file in sorted(folder.glob("*.toml"), key=lambda file: (file.stem != "base", file.stem)):
        content = _read(file, faults)
        if content is not None:
            found.append(Listed(file.stem, _worded(content, "title"), _worded(content, "text")))
    if faults:
        raise InputError(faults)
    return found


def _worded(content: Mapping[str, Any], key: str) -> dict[str, str]:
    texts = content.get(key, {})
    return {lang: str(texts.get(lang, "")) for lang in ("tr", "en")}


def apply(
    rulebook: Rulebook, files: Sequence[Path] = (), sets: Sequence[str] = (), *, pins_read: bool = True
) -> tuple[Rulebook, Scenario]:
    """Rulebook with the scenarios of ``files``, then single numbers ``CLAUSE.parameter=value``.

    Without ``pins_read`` numbers of the Ministry are passed over.

    Raises :class:`~pdc.base.faults.InputError` for every name the rulebook does not know, each with the
    nearest one that it does.
    """
    faults: list[Fault] = []
    original = rulebook
    changes: dict[str, Any] = {}
    pins, tables = list[Pin](), list[tuple[Path, str]]()
    clauses: list[str] = []
    names, edits = list[str](), list[Edit]()
    norm = ""
    for file in files:
        content = _read(file, faults)
        if content is None:
            continue
        names.append(file.stem)
        extra = {key: value for key, value in content.items() if key not in _RESERVED}
        for key in [key for key, value in extra.items() if not isinstance(value, dict)]:
            near = {"key": key, "nearest": did_you_mean(key, _RESERVED)}
            faults.append(Fault(file.name, None, key, "rulebook.unknown_key", near))
            del extra[key]
        if "norm" in content:
            norm = content["norm"]
            if norm not in NORMS:
                values = {"norm": norm, "known": ", ".join(NORMS), "nearest": did_you_mean(norm, NORMS)}
                faults.append(Fault(file.name, None, "norm", "scenario.norm", values))
        _with_codes(content, rulebook, file.name, faults)
        if extra:
            try:
                rulebook = merge_clauses(rulebook, extra, file.name)
                clauses += list(extra)
            except InputError as error:
                faults += list(error.faults)
        for clause, values in content.get("set", {}).items():
            for name, value in values.items():
                rulebook = _set(rulebook, (file.name, clause, name), freeze(value), changes, faults)
        if pins_read:
            pins += _pins(content.get("pin", []), file, rulebook, faults)
            tables += [(file, entry["table"]) for entry in content.get("pin", []) if "table" in entry]
        edits += _edits(content, file.name, faults)
    for text in sets:
        left, _, right = text.partition("=")
        clause, _, name = left.strip().rpartition(".")
        if not right or not clause:
            faults.append(Fault("--set", None, shown(text), "scenario.set_shape"))
            continue
        value = _parse(right.strip())
        if isinstance(value, NumberFault):
            faults.append(Fault("--set", None, shown(text), f"document.{value.code}", value.values))
            continue
        rulebook = _set(rulebook, ("--set", clause, name), value, changes, faults)
    if not faults:
        changed = {name.rpartition(".")[0] for name in changes}
        touched = [clause for number, clause in rulebook.clauses.items() if number in changed]
        faults += conditions(touched, ", ".join([*names, *(["--set"] if sets else [])]))
    if faults:
        raise InputError(faults)
    before = _before(original, changes, clauses)
    return rulebook, Scenario(
        tuple(names), changes, tuple(clauses), tuple(pins), tuple(edits), norm, before, tuple(tables)
    )


def _with_codes(content: Mapping[str, Any], rulebook: Rulebook, file: str, faults: list[Fault]) -> None:
    """Put codes in the place of names in the formulas of a scenario that compare columns with them."""
    parts: list[tuple[str, str | None, dict[str, Any], Sequence[str]]] = []
    for kind in ("data", "remove"):
        for number, entry in enumerate(content.get(kind, []), 1):
            source = f"{file}#{kind}-{number}"
            table, set_ = entry.get("table"), entry.get("set", {})
            parts += [(source, table, entry, ("where",)), (source, table, set_, tuple(set_))]
    for clause, entry in content.items():
        if clause not in _RESERVED and isinstance(entry, dict):
            for rule in entry.get("rule", []):
                parts.append((file, clause, rule, FORMULAS))
                if rule.get("kind") in _PLANNING and (titles := rule.get("titles")):
                    texts = [titles] if isinstance(titles, str) else titles
                    rule["titles"] = [_title(text, rulebook, (file, None, clause), faults) for text in texts]
    known = Comparisons(rulebook) if parts else None
    for source, where, part, keys in parts:
        for key in keys:
            if known is None or not isinstance(part.get(key), str):
                continue
            part[key], unknown = known.coded(part[key])
            for text, near in unknown.items():
                told = {"text": text, "nearest": near}
                faults.append(Fault(source, None, where, "unknown_kind", told))


def _title(
    text: str, rulebook: Rulebook, where: tuple[str, int | None, str | None], faults: list[Fault]
) -> str:
    """The code of a title that a rule is for; ``family.*``, ``*`` and a ``-`` before either stay."""
    minus, name = ("-", text[1:]) if text.startswith("-") else ("", text)
    if name == "*" or (name.endswith(".*") and any(t.code.startswith(name[:-1]) for t in rulebook.titles)):
        return text
    return minus + (find_title(rulebook, name, where, faults) or name)


def _before(
    old: Rulebook, changes: Mapping[str, Any], clauses: Sequence[str]
) -> dict[str, Any]:
    """What stood where something was changed; nothing for what is new."""
    found: dict[str, Any] = {}
    for name in changes:
        clause, _, parameter = name.rpartition(".")
        if clause in old.clauses and parameter in old.clauses[clause].parameters:
            found[name] = plain(old.clauses[clause].parameters[parameter].value)
        elif clause == SERVICE_GROUPS and old.service_groups is not None:
            found[name] = old.service_groups.sizes[parameter]
    return found | {clause: dict(old.clauses[clause].text) for clause in clauses if clause in old.clauses}


def _read(file: Path, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return read_document(file, _SHAPE, faults)
    except FileNotFoundError:
        near = did_you_mean(file.stem, sorted(f.stem for f in file.parent.glob("*.toml")), LIKE)
        faults.append(Fault(str(file), None, None, "scenario.missing", {"nearest": near}))
    return None


def _set(
    rulebook: Rulebook, where: tuple[str, str, str], value: Any, changes: dict[str, Any], faults: list[Fault]
) -> Rulebook:
    file, clause, name = where
    if clause == SERVICE_GROUPS and rulebook.service_groups is not None:
        return _set_group(rulebook, (file, name), value, changes, faults)
    if clause not in rulebook.clauses:
        near = did_you_mean(clause, rulebook.clauses)
        faults.append(Fault(file, None, clause, "scenario.unknown_clause", {"nearest": near}))
        return rulebook
    parameters = rulebook.clauses[clause].parameters
    if name not in parameters:
        values = {
            "parameter": name,
            "known": ", ".join(parameters) or "–",
            "nearest": did_you_mean(name, parameters),
        }
        faults.append(Fault(file, None, clause, "scenario.unknown_parameter", values))
        return rulebook
    old = parameters[name]
    value, told = named(value, old, rulebook)
    if told is not None:
        faults.append(Fault(file, None, clause, *told))
        return rulebook
    new = fit(value, old)
    if new is None:
        faults.append(Fault(file, None, clause, "scenario.bad_value", bad_value(value, old)))
        return rulebook
    told = wrong(new, old.range, old.value)
    if told is not None:
        values = {"parameter": name, "value": plain(new), **told[1]}
        faults.append(Fault(file, None, clause, f"scenario.{told[0]}", values))
        return rulebook
    changes[f"{clause}.{name}"] = plain(new)
    return rulebook.with_parameter(clause, name, new)


def _set_group(
    rulebook: Rulebook, where: tuple[str, str], value: Any, changes: dict[str, Any], faults: list[Fault]
) -> Rulebook:
    """How many provinces a service group takes."""
    (file, name), rule = where, rulebook.service_groups
    assert rule is not None
    if name not in rule.sizes:
        values = {"parameter": name, "known": ", ".join(rule.sizes), "nearest": ""}
        faults.append(Fault(file, None, SERVICE_GROUPS, "scenario.unknown_parameter", values))
        return rulebook
    if not good_size(value):
        told = {"group": name, "most": MOST_PROVINCES}
        faults.append(Fault(file, None, SERVICE_GROUPS, "rulebook.groups_size", told))
        return rulebook
    changes[f"{SERVICE_GROUPS}.{name}"] = value
    return replace(rulebook, service_groups=rule.with_size(name, value))


def bad_value(value: Any, old: Parameter) -> dict[str, object]:
    """What the message of a value that does not fit a parameter says."""
    expected = ", ".join(old.choices) if old.choices else shown(plain(old.value))
    return {"parameter": old.name, "value": shown(plain(value)), "expected": expected}


def fit(value: Any, old: Parameter) -> Any:
    """The value if it is of the parameter's own type (and among its choices), else None.

    A choice may be told by its words, and yes or no by theirs, in either language.
    """
    if old.choices:
        return chosen(value, old)
    if isinstance(old.value, bool) and isinstance(value, str):
        return yes(value)
    return value if _like(value, old.value) else None


def _like(value: Any, old: Any) -> bool:
    """Is it of the same make: a number for a number, a table for a table?"""
    if isinstance(old, bool) or isinstance(value, bool):
        return isinstance(old, bool) and isinstance(value, bool)
    if isinstance(old, (int, Fraction)):
        return isinstance(value, (int, Fraction))
    return isinstance(value, Mapping if isinstance(old, Mapping) else type(old))  # what is inside: law/ranges


def _parse(text: str) -> Any:
    """Value of ``--set``: true/false, a number (point or comma), else text."""
    if text in {"true", "false"}:
        return text == "true"
    if _GROUPED.fullmatch(text):  # a thousand to some, one and nothing to others
        return NumberFault("grouped", {"value": shown(text)})
    number = exact_number(text)
    return text if number is None else number


def plain(value: Any) -> Any:
    """A parameter's value as JSON tells it."""
    if isinstance(value, Fraction):
        return float(value) if value.denominator != 1 else int(value)
    if isinstance(value, Mapping):
        return {key: plain(v) for key, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, tuple) else value


def _pins(entries: Any, path: Path, rulebook: Rulebook, faults: list[Fault]) -> list[Pin]:
    """Pins of a scenario; ``[[pin]] table = "pins.csv"`` takes them from a table beside it."""
    pins: list[Pin] = []
    file = path.name
    for number, entry in enumerate(entries, 1):
        if set(entry) == {"table"} and isinstance(entry["table"], str):
            pins += _pins_of_table(path, entry["table"], f"pin {number}", rulebook, faults)
            continue
        places = [level for level in LEVELS if level in entry]
        title, posts = entry.get("title"), entry.get("posts")
        if set(entry) - {*LEVELS, "title", "posts"} or len(places) != 1:
            faults.append(Fault(file, None, f"pin {number}", "scenario.pin_shape"))
        elif (code := find_title(rulebook, str(title), (file, None, f"pin {number}"), faults)) is None:
            continue
        elif not isinstance(posts, int) or not 0 <= posts <= limits.POSTS:
            values = {"posts": shown(posts), "most": limits.POSTS}
            faults.append(Fault(file, None, f"pin {number}", "scenario.pin_posts", values))
        else:
            place, clause = places[0], rulebook.speaks("pins")
            pins.append(Pin(code, place, str(entry[place]), posts, f"{file}#{number}", clause))
    return pins


def _pins_of_table(path: Path, name: str, where: str, rulebook: Rulebook, faults: list[Fault]) -> list[Pin]:
    table = path.parent / name
    try:
        there = table.is_file()
    except (OSError, ValueError):  # what can be no name
        there = False
    if not there:
        faults.append(Fault(path.name, None, where, "scenario.pin_table", {"table": shown(name)}))
        return []
    return read_pins(table, rulebook, faults)


def _edits(content: Mapping[str, Any], file: str, faults: list[Fault]) -> list[Edit]:
    """Changes of the data: ``[[data]]``, then ``[[remove]]``, then ``[[add]]``."""
    found: list[Edit] = []
    for kind, keys in (("data", {"table", "where", "set"}), ("remove", {"table", "where"}), ("add", None)):
        for number, entry in enumerate(content.get(kind, []), 1):
            source = f"{file}#{kind}-{number}"
            wrong = [key for key in entry if keys is not None and key not in keys]
            faults += [
                Fault(
                    source, None, key, "rulebook.unknown_key",
                    {"key": key, "nearest": did_you_mean(key, keys)},
                )
                for key in wrong
                if keys is not None
            ]
            edit = None if wrong else _edit(kind, entry, source)
            if edit is not None:
                found.append(edit)
                _parse_formulas(edit, faults)
            elif not wrong:
                faults.append(Fault(source, None, None, f"scenario.{kind}_shape"))
    return found


def _edit(kind: str, entry: Mapping[str, Any], source: str) -> Edit | None:
    """One change of the data; None where the entry lacks what it needs."""
    name, where = entry.get("table"), entry.get("where", "")
    if name is None:
        return None
    if kind == "remove":
        return Removal(name, where, source) if where.strip() else None
    if kind == "add":
        values = {column: freeze(value) for column, value in entry.items() if column != "table"}
        return Addition(name, values, source) if values else None
    settings = entry.get("set")
    if not settings:
        return None
    texts = {
        column: f"{value:f}" if isinstance(value, Decimal) else str(value)
        for column, value in settings.items()
    }
    return Change(name, texts, where, source)


def _parse_formulas(edit: Edit, faults: list[Fault]) -> None:
    if isinstance(edit, Addition):
        return
    texts = {"where": edit.where, **(edit.set if isinstance(edit, Change) else {})}
    for key, text in texts.items():
        if text.strip():
            try:
                Formula(text, numbers=True).degree({})
            except FormulaError as error:
                code = f"rulebook.{error.code.removeprefix('formula.')}"
                faults.append(Fault(edit.source, None, edit.table, code, {"key": key, **error.values}))

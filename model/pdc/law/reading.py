"""Reading a rulebook: a folder of clauses, checked whole."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pdc.base.document import Shape, read_document, read_text
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.base.formula import FUNCTIONS, Formula, FormulaError
from pdc.law import words
from pdc.law.about import FILES, about, wordings
from pdc.law.definitions import degrees, problems
from pdc.law.kinds import FORMULAS, LAW, REGISTRY
from pdc.law.ranges import TIERS, divisors, range_of, wrong
from pdc.law.rulebook import Clause, Parameter, Rule, Rulebook, Title, _roles
from pdc.law.service_groups import FILE as SERVICE_GROUPS
from pdc.law.service_groups import service_groups
from pdc.law.shapes import FILE, SPECIAL
from pdc.tables.schema import Schema, schema
from pdc_common.levels import ALL_LEVELS
from pdc_common.likeness import did_you_mean
from pdc_common.text import braces, fields, known, table

ORIGINS: Final = ("law", "assumption")


_SOFT: Final = ("floor", "fix", "ratio")
_CLAUSE_KEYS: Final = ("tr", "en", "source", "rule", "parameters", "must")
_ENDS: Final = ("least", "most")
# What a list with a sentence of its own tells it, by ``what`` (pdc.rules.notices).
_TOLD: Final = {"list_planned": frozenset({"posts"}), "responsible": frozenset({"hospital", "code"})}
_PARAMETER_KEYS: Final = {"value", "origin", "unit", "tr", "en", "choices", "choice_names", *_ENDS}


class _Reader:
    """Collects every fault of a rulebook before raising them all at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.words: Mapping[str, Mapping[str, str]] = {}

    def fault(self, file: str, where: str, code: str, **values: object) -> None:
        self.faults.append(Fault(file, None, where, f"rulebook.{code}", values))

    def parameter(self, file: str, clause: str, name: str, entry: Any) -> Parameter | None:
        if "value" not in entry:
            self.fault(file, clause, "parameter_shape", name=name)
            return None
        for key in set(entry) - _PARAMETER_KEYS:
            self.fault(file, clause, "unknown_key", key=key, nearest=did_you_mean(key, _PARAMETER_KEYS))
        for key in _ENDS:
            if key in entry and (isinstance(entry[key], bool) or not isinstance(entry[key], (int, Decimal))):
                self.fault(file, clause, "parameter_end", name=name, key=key)
                return None
        choices = entry.get("choices", ())
        for choice in set(entry.get("choice_names", ())) - set(choices):
            self.fault(file, clause, "unknown_key", key=choice, nearest=did_you_mean(choice, choices))
        if entry.get("origin") not in ORIGINS:
            self.fault(file, clause, "origin", name=name)
        return Parameter(
            name,
            freeze(entry["value"]),
            str(entry.get("origin", "")),
            str(entry.get("unit", "")),
            {"tr": str(entry.get("tr", "")), "en": str(entry.get("en", ""))},
            tuple(entry.get("choices", ())),
            range_of(str(entry.get("unit", "")), {k: freeze(v) for k, v in entry.items() if k in _ENDS}),
            {code: dict(names) for code, names in entry.get("choice_names", {}).items()},
        )

    def tier(self, file: str, clause: str, kind: str, entry: dict[str, Any]) -> None:
        """A tier is 1, 2, 3 or 4, and due where a rule may be short of what it asks."""
        tier = entry.get("tier")
        due = kind in _SOFT and "amount" in entry
        if (tier is not None or due) and (type(tier) is not int or tier not in TIERS):
            self.fault(file, clause, "tier", kind=kind, tier="–" if tier is None else tier)

    def titles(
        self, file: str, titles: list[dict[str, Any]], sheets: list[dict[str, Any]]
    ) -> tuple[list[Title], list[tuple[str, Mapping[str, str]]]]:
        """Titles and their sheets; a title wants a code, a sheet and names in two languages."""
        good: dict[str, list[dict[str, Any]]] = {"title": [], "sheet": []}
        for kind, entries, keys in (
            ("title", titles, {"code", "sheet", "name"}),
            ("sheet", sheets, {"code", "name"}),
        ):
            for number, entry in enumerate(entries, 1):
                if set(entry) == keys and set(entry["name"]) == {"tr", "en"}:
                    good[kind].append(entry)
                else:
                    self.fault(file, f"{kind} {number}", "title_shape", keys=", ".join(sorted(keys)))
        return (
            [Title(t["code"], t["sheet"], t["name"]) for t in good["title"]],
            [(s["code"], s["name"]) for s in good["sheet"]],
        )

    def what(self, file: str, clause: str, kind: str, entry: dict[str, Any]) -> None:
        whats = REGISTRY[kind].whats
        what = entry.get("what")
        if whats and what is not None and what not in whats:
            self.fault(file, clause, "unknown_what", what=what, kind=kind, nearest=did_you_mean(what, whats))

    def say(self, file: str, clause: str, entry: dict[str, Any]) -> None:
        """The sentence of a list is there, and names nothing that the list does not tell."""
        if "say" not in entry:
            return
        key = f"notice.{entry['say']}"
        if key in self.words:
            used = set().union(*map(braces, self.words[key].values()))
        elif known(key):
            used = set().union(*map(fields, table()[key].values()))
        else:
            self.fault(file, clause, "unknown_say", key=key)
            return
        told = _TOLD.get(str(entry.get("what")), frozenset())
        if not used <= told:
            names = ", ".join(f"{{{name}}}" for name in sorted(told)) or "–"
            self.fault(file, clause, "say_values", key=key, known=names)

    def rule(self, file: str, clause: str, number: int, entry: dict[str, Any]) -> Rule | None:
        kind = str(entry.get("kind"))
        if kind not in REGISTRY:
            self.fault(file, clause, "unknown_kind", kind=kind, kinds=", ".join(REGISTRY))
            return None
        allowed = REGISTRY[kind].allowed
        for key in set(entry) - allowed:
            self.fault(file, clause, "unknown_key", key=key, nearest=did_you_mean(key, allowed))
        self.what(file, clause, kind, entry)
        self.tier(file, clause, kind, entry)
        self.say(file, clause, entry)
        titles = entry.get("titles", "*")
        level = entry.get("level", "unit")
        if level not in ALL_LEVELS:
            self.fault(file, clause, "unknown_level", level=level, levels=", ".join(ALL_LEVELS))
            return None
        formulas: dict[str, Formula] = {}
        for key in FORMULAS:
            if key in entry and key in allowed:
                formula = Formula(str(entry[key]))
                try:
                    _ = formula.tree
                except FormulaError as error:
                    self.fault(file, clause, error.code.removeprefix("formula."), key=key, **error.values)
                    continue
                formulas[key] = formula
        for key in sorted(REGISTRY[kind].needs):
            if key not in entry:
                self.fault(file, clause, "missing_key", key=key)
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in entry.items()
            if key not in FORMULAS and key in allowed and key not in {"titles", "level", "kind"}
        }
        return Rule(
            clause=clause,
            number=number,
            kind=kind,
            titles=(titles,) if isinstance(titles, str) else tuple(titles),
            level=level,
            formulas=formulas,
            **plain,
        )

    def defined(
        self, definitions: Iterable[tuple[str, Rule]], by_level: words.Columns
    ) -> Mapping[str, int]:
        """Look at the definitions, each with its file; returns the degree of each (none where one is bad)."""
        files = {id(rule): file for file, rule in definitions}
        rules = [rule for _, rule in definitions]
        taken = {name for names in by_level.values() for name in names}
        bad = False
        for rule, code, values in problems(rules, taken):
            bad = True
            self.fault(files[id(rule)], rule.define, code, **values)
        return {} if bad else degrees(rules)

    def names(
        self,
        file: str,
        rule: Rule,
        parameters: Mapping[str, Any],
        readable: Callable[[str], frozenset[str]],
        degree: Mapping[str, int],
    ) -> None:
        """Every name of every formula is a parameter, or ``readable`` at its level."""
        for key, formula in rule.formulas.items():
            at = REGISTRY[rule.kind].level_of(key, rule.level)
            for name in sorted(formula.names - parameters.keys() - readable(at)):
                nearest = did_you_mean(name, parameters.keys() | readable(at))
                self.fault(file, rule.clause, "unknown_name", key=key, name=name, nearest=nearest)
            try:
                formula.degree(degree)
            except FormulaError as error:
                self.fault(file, rule.clause, error.code.removeprefix("formula."), key=key, **error.values)
            callable_names = set(FUNCTIONS) | (set() if at == LAW else set(words.FUNCTIONS))
            for name, _ in formula.calls:
                if name not in callable_names:
                    self.fault(
                        file,
                        rule.clause,
                        "unknown_function",
                        key=key,
                        name=name,
                        nearest=did_you_mean(name, callable_names),
                    )


def blame(book: Rulebook, error: FormulaError) -> InputError:
    """What a formula cannot compute, told with the clause and key where it stands."""
    code = f"rulebook.{error.code.removeprefix('formula.')}"
    every = [(rule, key, f) for rule in (*book.rules, *book.definitions) for key, f in rule.formulas.items()]
    # The very formula where it can be found; a copy from the cache has the same text.
    same = [entry for entry in every if entry[2] is error.formula] or [
        entry for entry in every if error.formula is not None and entry[2].text == error.formula.text
    ]
    if not same:
        return InputError([Fault("", None, None, code, {"key": "", **error.values})])
    rule, key, _ = same[0]
    clause = book.clauses.get(rule.clause)
    name = rule.clause if clause else rule.define
    return InputError([Fault(clause.file if clause else "", None, name, code, {"key": key, **error.values})])


def freeze(value: Any) -> Any:
    """TOML value → exact and unchangeable: decimals become fractions, lists tuples."""
    if isinstance(value, Decimal):
        return Fraction(value)
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {str(key): freeze(item) for key, item in value.items()}
    return value



_PLACE: Final = re.compile("[0-9]{1,9}")


def clause_order(number: str) -> tuple[tuple[int, str], ...]:
    """Order of the law: numbers by size, letters by the Turkish alphabet (``c`` < ``ç``, ``g`` < ``ğ``)."""
    alphabet = "abcçdefgğhıijklmnoöprsştuüvyz"


    def place(part: str) -> tuple[int, str]:
        if _PLACE.fullmatch(part):
            return int(part), ""
        return alphabet.find(part) if len(part) == 1 else -1, part

    return tuple(place(part) for part in number.split("."))


def builtin() -> Traversable:
    """Folder of the health rulebook that pdc ships."""
    return resources.files("pdc.law") / "principles_2006"


def load(folder: Traversable | Path | None = None) -> Rulebook:
    """Read a rulebook folder; None: the one that pdc ships.

    Raises :class:`~pdc.base.faults.InputError` with every fault in it.
    """
    if folder is None:
        return _builtin_rulebook()
    if not folder.is_dir() or not (folder / "rulebook.toml").is_file():
        raise InputError([Fault(str(folder), None, None, "rulebook.no_folder")])
    book = _load(folder)
    return replace(book, about=replace(book.about, folder=str(folder)))


@cache
def _builtin_rulebook() -> Rulebook:
    """The rulebook that pdc ships, read once: nothing in it ever changes, scenarios make copies."""
    return _load(builtin())


@dataclass
class _Content:
    """What the files of a rulebook hold, clause by clause, before names and levels are looked up."""

    clauses: dict[str, Clause] = field(default_factory=dict)
    titles: list[Title] = field(default_factory=list)
    sheets: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    definitions: list[tuple[str, Rule]] = field(default_factory=list)
    tables: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)

    @property
    def levels(self) -> dict[str, str]:
        """Level of every word that is defined here."""
        found = {rule.define: rule.level for _, rule in self.definitions}
        return found | {r.define: r.level for c in self.clauses.values() for r in c.rules if r.define}

    @property
    def own(self) -> list[tuple[str, Rule]]:
        """Definitions that clauses bring themselves, with their files."""
        return [(c.file, rule) for c in self.clauses.values() for rule in c.rules if rule.define]


def _load(folder: Traversable | Path) -> Rulebook:
    """Read every file, look up every name, and raise all faults at once."""
    reader = _Reader()
    special = _special(reader, folder)
    reader.words = wordings(special["words.toml"])
    content = _content(reader, folder, special)
    try:
        tables_of = schema(special["tables.toml"])
    except InputError as error:
        raise InputError((*reader.faults, *error.faults)) from None
    said, faults = about(special["rulebook.toml"], special["words.toml"], content.clauses)
    reader.faults += faults
    staffed, faults = service_groups(special[SERVICE_GROUPS])
    reader.faults += faults
    by_level = _looked_up(reader, content, tables_of)
    if reader.faults:
        raise InputError(tuple(reader.faults))
    ordered = {number: content.clauses[number] for number in sorted(content.clauses, key=clause_order)}
    every = [rule for _, rule in content.definitions]
    every += [r for c in ordered.values() for r in c.rules if r.define]
    return Rulebook(
        ordered, tuple(content.titles), tuple(content.sheets), tuple(every), content.tables, tables_of,
        by_level, said, staffed,
    )  # fmt: skip


def _content(reader: _Reader, folder: Traversable | Path, special: Collection[str]) -> _Content:
    """The files with clauses, titles, definitions and tables, in the order of their names."""
    found = _Content()
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            found.tables[file.name.removesuffix(".csv")] = _rows(reader, file)
        elif file.name.endswith(".toml") and file.name not in special:
            _read_file(reader, file, found)
    if not found.titles:
        reader.fault("titles.toml", "", "missing_key", key="[[title]]")
    return found


def _read_file(reader: _Reader, file: Traversable | Path, found: _Content) -> None:
    """Titles, sheets, definitions and clauses of one file."""
    content = _toml(reader, file, FILE)
    titles, sheets = reader.titles(file.name, content.pop("title", []), content.pop("sheet", []))
    found.titles += titles
    found.sheets += sheets
    for place, entry in enumerate(content.pop("define", []), 1):
        define = reader.rule(file.name, "define", place, {"kind": "scope", **entry})
        if define:
            found.definitions.append((file.name, define))
    for number, entry in content.items():
        if number in found.clauses:
            reader.fault(file.name, number, "duplicate_clause")
        found.clauses[number] = _clause(reader, file.name, number, entry)


def _looked_up(reader: _Reader, content: _Content, tables_of: Schema) -> words.Columns:
    """Columns by level, once every name of every formula has been looked up among them."""
    by_level, twice = words.columns(tables_of, _roles(content.clauses.values()))
    for name in twice:
        reader.fault("tables.toml", name, "two_meanings", heading=name)
    degree = reader.defined([*content.definitions, *content.own], by_level)
    readable = _readable(content.levels, by_level)
    for name, rule in content.definitions:
        reader.names(name, rule, {}, readable, degree)
    for clause in content.clauses.values():
        for rule in clause.rules:
            reader.names(clause.file, rule, clause.parameters, readable, degree)
    return by_level


def _readable(defined: Mapping[str, str], by_level: words.Columns) -> Callable[[str], frozenset[str]]:
    """What formulas of a level may name: its columns, and definitions (by their level) that it reaches."""

    @cache
    def readable(at: str) -> frozenset[str]:
        if at == LAW:  # the clause's own parameters, and nothing else
            return frozenset()
        reached = {name for name, level in defined.items() if words.reaches(at, level)}
        return frozenset(words.known(by_level, at) | reached)

    return readable


def _rows(reader: _Reader, file: Traversable | Path) -> frozenset[tuple[str, ...]]:
    """The rows of a table of the law, without its heading."""
    text = read_text(file)
    if isinstance(text, Fault):
        reader.faults.append(text)
        return frozenset()
    try:
        return frozenset(tuple(row) for row in list(csv.reader(text.splitlines()))[1:])
    except csv.Error as error:
        reader.fault(file.name, "", "csv", why=str(error))
        return frozenset()


def _special(reader: _Reader, folder: Traversable | Path) -> dict[str, dict[str, Any]]:
    """The files that hold no clauses; one that is not there is empty."""
    files = {name: folder / name for name in FILES}
    found = {name: file for name, file in files.items() if file.is_file()}
    return {name: _toml(reader, found[name], SPECIAL[name]) if name in found else {} for name in FILES}


def _toml(reader: _Reader, file: Traversable | Path, shape: Shape) -> dict[str, Any]:
    return read_document(file, shape, reader.faults) or {}


def _clause(reader: _Reader, file: str, number: str, entry: Any) -> Clause:
    for key in set(entry) - set(_CLAUSE_KEYS):
        reader.fault(file, number, "unknown_key", key=key, nearest=did_you_mean(key, _CLAUSE_KEYS))
    for key in ("tr", "en", "source", "rule"):
        if not entry.get(key):
            reader.fault(file, number, "missing_key", key=key)
    parameters = {
        name: p
        for name, value in entry.get("parameters", {}).items()
        if (p := reader.parameter(file, number, name, value)) is not None
    }
    rules = [reader.rule(file, number, i, r) for i, r in enumerate(entry.get("rule", []), 1)]
    dividing = divisors(formula for rule in rules if rule for formula in rule.formulas.values())
    for name in dividing & set(parameters):
        old = parameters[name]
        parameters[name] = replace(old, range=replace(old.range, least=old.range.least or 0, above=True))
    for name, p in parameters.items():
        told = wrong(p.value, p.range)
        if told is not None:
            values = {"parameter": name, "value": p.value, **told[1]}
            reader.faults.append(Fault(file, None, number, f"scenario.{told[0]}", values))
    clause = Clause(
        number,
        MappingProxyType({"tr": str(entry.get("tr", "")), "en": str(entry.get("en", ""))}).copy(),
        str(entry.get("source", "")),
        file,
        parameters,
        tuple(rule for rule in rules if rule),
        _must(reader, file, number, entry, parameters),
    )
    if not reader.faults:
        reader.faults += conditions([clause], file)
    return clause


def _must(
    reader: _Reader, file: str, number: str, entry: Mapping[str, Any], parameters: Mapping[str, Parameter]
) -> tuple[Formula, ...]:
    """Conditions between the numbers of a clause; they read nothing else."""
    given = entry.get("must", [])
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        reader.fault(file, number, "must_shape")
        return ()
    found = []
    for text in given:
        formula = Formula(text)
        try:
            strange = sorted(formula.names - set(parameters))
        except FormulaError as error:
            reader.fault(file, number, error.code.removeprefix("formula."), key="must", **error.values)
            continue
        for name in strange:
            near = did_you_mean(name, parameters)
            reader.fault(file, number, "unknown_name", key="must", name=name, nearest=near)
        if not strange:
            found.append(formula)
    return tuple(found)


def conditions(clauses: Iterable[Clause], file: str) -> list[Fault]:
    """A fault for every condition between numbers of one clause that does not hold."""
    return [
        Fault(file, None, clause.number, "scenario.must", {"condition": condition, "numbers": numbers})
        for clause in clauses
        for condition, numbers in clause.unmet()
    ]


def merge_clauses(rulebook: Rulebook, content: Mapping[str, Any], file: str) -> Rulebook:
    """Rulebook with clauses added, or replaced where the number is known (rules of a scenario)."""
    reader = _Reader()
    clauses = dict(rulebook.clauses)
    fresh = [_clause(reader, file, number, entry) for number, entry in content.items()]
    clauses |= {clause.number: clause for clause in fresh}
    base = [rule for rule in rulebook.definitions if rule.clause not in content]
    definitions = (*base, *(rule for clause in fresh for rule in clause.rules if rule.define))
    readable = _readable({rule.define: rule.level for rule in definitions}, rulebook.columns)
    degree = reader.defined([(file, rule) for rule in definitions], rulebook.columns)
    for clause in fresh:
        for rule in clause.rules:
            reader.names(file, rule, clause.parameters, readable, degree)
    if reader.faults:
        raise InputError(tuple(reader.faults))
    ordered = {number: clauses[number] for number in sorted(clauses, key=clause_order)}
    return replace(rulebook, clauses=ordered, definitions=definitions)

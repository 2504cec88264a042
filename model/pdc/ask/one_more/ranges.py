"""Ranges of a lever in which a place surely has not got the post: proven by bounds, without a plan.

A lever's whole range is parted where a merge of places changes; inside a part every table cell that the lever
moves is a straight line, and the law is bound once for all of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from pdc.ask.one_more.levers import Lever
from pdc.ask.session import Question, Session
from pdc.base.exact import Fraction
from pdc.base.faults import InputError
from pdc.base.interval import Bound, UndeterminedError, hull
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.country.merges import merge
from pdc.country.setting import Setting
from pdc.law.groups import Group
from pdc.law.rulebook import Rule, Rulebook
from pdc.law.scenario import NORMS
from pdc.planning.plan import to_plan
from pdc.program.options import Options
from pdc.rules.between import Moved, Sight
from pdc.rules.bind import BoundGroup, bind_group
from pdc.solve.marginal.between import Counted
from pdc.tables import Tables
from pdc.tables.cells import DECIMALS
from pdc.tables.schema import PLACES, Derived
from pdc_common.levels import LEVELS

_Cells = Mapping[tuple[str, str], Mapping[int, "_Line"]]
"""Cells that move with a lever, by level, name and position."""

ENGINE_NORMS = ("webster", "l1")


def asked_with(base: Question, lever: Lever, steps: int) -> Question:
    """The question with a lever moved."""
    if not steps:
        return base
    if lever.kind == "set":
        return replace(base, sets=(*base.sets, lever.set(steps)))
    return replace(base, edits=(*base.edits, lever.edit(steps)))


@dataclass(eq=False)
class Number:
    """The number that is asked for, and the session in which it is planned."""

    session: Session
    base: Question
    title: str
    level: str
    code: str
    options: Options
    planned: Mapping[str, Ints]  # posts of the titles that this one reads, in the base

    def group(self, given: Setting) -> Group:
        """The group of the title, which is planned last."""
        return next(g for g in to_plan(given, (self.title,)).needed if self.title in g.titles)


@dataclass(eq=False)
class _Part:
    """Steps of a lever between which no merge changes, bound at one of them."""

    least: int
    most: int
    given: Setting
    bound: BoundGroup
    cells: _Cells
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """What is known of a lever before it is asked.

    ``excludes`` is asked for two steps and a number of posts: has the place fewer with every value between?
    None: nothing answers that. From step ``least`` to ``most`` it moves only ``moved`` of the titles that are
    read; elsewhere places may be merged otherwise, so that all of them may move.
    """

    excludes: Callable[[int, int, int], bool] | None
    moved: frozenset[str]
    least: int
    most: int

    def again(self, steps: int) -> frozenset[str] | None:
        """Titles to be planned again at a step; None: all."""
        return self.moved if self.least <= steps <= self.most else None


NOTHING: Final = Course(None, frozenset(), 1, 0)


def course(number: Number, lever: Lever) -> Course:
    """What a lever moves, and what proves ranges of it empty."""
    given = number.session.setting(number.base)
    if lever.kind == "set" and not _for_titles_alone(given.rulebook, lever):
        return NOTHING
    edges = [] if lever.kind == "set" else _edges(given, lever, number.session.tables(number.base))
    if edges is None or number.options.kept_table is not None:
        return NOTHING
    starts = sorted({lever.least, *(e for e in edges if lever.least < e <= lever.most)})
    least = max((s for s in starts if s <= 0), default=lever.least)
    most = min((s for s in starts if s > 0), default=lever.most + 1) - 1
    moved = _moved_below(number, given, lever)
    norm = number.options.norm or given.scenario.norm or NORMS[0]
    if moved or norm not in ENGINE_NORMS or number.options.strict:
        return Course(None, moved, least, most)
    parts: dict[int, _Part | None] = {}

    def part_of(step: int) -> _Part | None:
        start = max(s for s in starts if s <= step)
        if start not in parts:
            until = min((s for s in starts if s > start), default=lever.most + 1) - 1
            # What is read is known in the base part alone; of a single step it takes as long to be asked.
            known = until > start and (start == least or not number.planned)
            try:
                parts[start] = _part(number, lever, start, until) if known else None
            except (InputError, UndeterminedError):
                parts[start] = None
        return parts[start]

    def excludes(first: int, last: int, wanted: int) -> bool:
        known = part_of(first)
        if known is None or known is not part_of(last):
            return False
        return not _may(number, lever, known, (first, last), wanted, norm)

    return Course(excludes, moved, least, most)


def _may(number: Number, lever: Lever, part: _Part, steps: tuple[int, int], wanted: int, norm: str) -> bool:
    """May the place have so many somewhere between two steps? True where nobody knows."""
    country = part.given.country
    found = np.flatnonzero(country.codes(number.level) == number.code)
    if number.title not in part.bound.targets or not len(found):
        return True
    parameters: dict[tuple[str, str], Bound] = {}
    if lever.kind == "set":
        clause, _, name = lever.name.rpartition(".")
        parameters[clause, name] = hull(*(_whole(lever.value(n)) for n in steps))
    columns = {
        key: {at: hull(*(_whole(line.at(n)) for n in steps)) for at, line in moved.items()}
        for key, moved in part.cells.items()
    }
    sight = Sight(part.bound.scenes[number.title], Moved(parameters, columns), part.kept)
    try:
        counted = Counted(
            sight, part.bound.cells, part.given.scenario.pins, number.level, int(found[0]), norm
        )
        return counted.may_have(wanted)
    except UndeterminedError:
        return True


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


@dataclass(frozen=True)
class _Line:
    """A cell by the lever's steps: a straight line, or (a mean by weights that move) one line over another.

    Neither turns: between two steps the cell lies between its values there, with ``below`` above 0.
    """

    above: tuple[Fraction, Fraction]  # at no step; what a step adds
    below: tuple[Fraction, Fraction] = (Fraction(1), Fraction(0))

    def at(self, steps: int) -> Fraction:
        """The cell after so many steps. Raises UndeterminedError where it has no value."""
        under = self.below[0] + steps * self.below[1]
        if under <= 0:
            raise UndeterminedError
        return (self.above[0] + steps * self.above[1]) / under


def _line(steps: tuple[int, int], one: Any, two: Any) -> tuple[Fraction, Fraction]:
    rate = (Fraction(two) - Fraction(one)) / (steps[1] - steps[0])
    return Fraction(one) - steps[0] * rate, rate


def _part(number: Number, lever: Lever, least: int, most: int) -> _Part:
    """The law bound at one step of a part, and how the cells that the lever moves go on from there."""
    cells: _Cells = {}
    if lever.kind == "set":
        given = number.session.setting(number.base)
    else:
        given = number.session.setting(number.base)
        start = 0 if least <= 0 <= most else least  # the base stands already
        if start:
            given = replace(given, country=_country(number, lever, start))
        ends = [end for end in (least, most) if end != start]
        # Two points make a line; who is the largest of a district is looked at on both sides.
        sized = any(rule.by == lever.name.rpartition(".")[2] for rule in given.rulebook.of_kind("merge"))
        for end in ends if sized else ends[:1]:
            cells = _lines(given, _country(number, lever, end), (start, end), lever)
    bound = bind_group(
        given.country, given.rulebook, number.group(given), number.planned, number.options.growth
    )
    return _Part(least, most, given, bound, cells)


def _country(number: Number, lever: Lever, steps: int) -> Country:
    """The country with a lever moved, whether or not a table may have that number."""
    tables = number.session.tables(number.base)
    name, _, column = lever.name.partition(".")
    frame = tables.frame(name).copy()
    value: Any = lever.value(steps)
    if tables.vocabulary.schema.tables[name].column(column).type not in DECIMALS:
        value = int(value)
    row = int(np.flatnonzero(frame[f"{lever.level}_code"].astype(str) == lever.code)[0])
    frame.iat[row, list(frame.columns).index(column)] = value
    return merge(tables.changed({name: frame}), number.session.setting(number.base).rulebook)


def _lines(given: Setting, other: Country, steps: tuple[int, int], lever: Lever) -> _Cells:
    """Cells that differ between the two ends of a part, as lines of the steps.

    Raises UndeterminedError where places differ, or a column that is no such line.
    """
    country = given.country
    for level in LEVELS:
        if not np.array_equal(country.codes(level), other.codes(level)):
            raise UndeterminedError
        if not np.array_equal(country.parent(level), other.parent(level)):
            raise UndeterminedError
    words, weighed = _words(given.rulebook, lever)
    found: dict[tuple[str, str], dict[int, _Line]] = {}
    for level, columns in country.columns.items():
        for name, values in columns.items():
            one, two = (
                np.atleast_1d(np.asarray(v, dtype=object)) for v in (values, other.columns[level][name])
            )
            for i in np.flatnonzero(one != two).tolist():
                if name in words:
                    line = _Line(_line(steps, one[i], two[i]))
                elif name in weighed:
                    ends = zip(_mean(country, weighed[name], i), _mean(other, weighed[name], i), strict=True)
                    above, below = (_line(steps, a, b) for a, b in ends)
                    line = _Line(above, below)
                else:
                    raise UndeterminedError
                found.setdefault((level, name), {})[i] = line
    return found


def _mean(country: Country, derived: Derived, place: int) -> tuple[Any, Any]:
    """Sum of a weighted column over a place, and of its weights."""
    table, column = derived.of
    own = next(level for level, known in PLACES.items() if known == table)
    word = country.schema.tables[table].column(column).word
    values, weights = country.columns[own][word], country.columns[own][derived.by]
    if derived.level == "national":
        inside = list(range(len(values)))
    elif own == "district":
        inside = np.flatnonzero(country.district_province == place).tolist()
    else:
        raise UndeterminedError
    pairs = [(Fraction(values[i]), int(weights[i])) for i in inside]
    return sum((v * w for v, w in pairs), start=Fraction(0)), sum(w for _, w in pairs)


def _words(book: Rulebook, lever: Lever) -> tuple[frozenset[str], dict[str, Derived]]:
    """Names that move in straight lines with a lever's column, and means that it only weighs."""
    if lever.kind == "set":
        return frozenset(), {}
    table, _, column = lever.name.partition(".")
    words = {book.schema.tables[table].column(column).word}
    words |= {d.name for d in book.schema.derived if d.of == (table, column)}
    weighed = {d.name: d for d in book.schema.derived if d.mean and d.by in words}
    return frozenset(words - {""}), weighed


def _for_titles_alone(book: Rulebook, lever: Lever) -> bool:
    """Is a parameter read by nothing but formulas of titles?"""
    clause, _, name = lever.name.rpartition(".")
    shared = (r for r in book.rules if r.kind in ("merge", "scope") and r.clause == clause and not r.define)
    return not any(name in _names(rule) for rule in shared)


def _names(rule: Rule) -> frozenset[str]:
    return frozenset(name for formula in rule.formulas.values() for name in formula.names)


def _edges(given: Setting, lever: Lever, tables: Tables) -> list[int] | None:
    """Steps at which a part begins since a merge may change there; None where merges read it otherwise.

    Which unit of a district is the largest (``by``) is looked at again at both ends of a part.
    """
    table, _, column = lever.name.partition(".")
    book = given.rulebook
    word = book.schema.tables[table].column(column).word
    values: set[Fraction] = set()
    for rule in book.of_kind("merge"):
        law = book.parameters_of(rule.clause)
        for formula in rule.formulas.values():
            found = list(_thresholds(formula.tree, word, law))
            if None in found:
                return None
            values |= {v for v in found if v is not None}
        if values and not _as_it_stands(given.country, lever):
            return None
        if rule.by == column and table == "units":
            frame = tables.units
            district = frame.loc[frame["unit_code"] == lever.code, "district_code"].iloc[0]
            beside = (frame["district_code"] == district) & (frame["unit_code"] != lever.code)
            values |= {Fraction(int(v)) for v in frame.loc[beside, column] if v}
    edges = []
    for value in values:
        steps = (value - lever.old) / lever.step
        edges += [-int(-steps // 1), int(steps // 1) + 1]
    return edges


def _as_it_stands(country: Country, lever: Lever) -> bool:
    """Has the lever's place its own number once merged, so that merges saw that number too?"""
    at = np.flatnonzero(country.codes(lever.level) == lever.code)
    if not len(at):
        return False
    table, _, column = lever.name.partition(".")
    value = {"provinces": country.provinces, "districts": country.districts, "units": country.units}[table][
        column
    ].iloc[int(at[0])]
    return value is not None and Fraction(str(value)) == lever.old


def _thresholds(tree: ast.expr, word: str, law: Mapping[str, Any]) -> Iterator[Fraction | None]:
    """Numbers that a name is compared with; None for any other way in which it is read."""
    compared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = node.left, node.comparators[0]
            for own, other in ((left, right), (right, left)):
                if isinstance(own, ast.Name) and own.id == word:
                    value = (
                        law.get(other.id) if isinstance(other, ast.Name) else getattr(other, "value", None)
                    )
                    compared.add(id(own))
                    yield Fraction(value) if isinstance(value, (int, Fraction)) else None
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == word and id(node) not in compared:
            yield None


def _moved_below(number: Number, given: Setting, lever: Lever) -> frozenset[str]:
    """Titles that this one reads and that a lever moves, as long as no merge changes."""
    below = [group for group in to_plan(given, (number.title,)).needed if number.title not in group.titles]
    book = given.rulebook
    population = book.schema.tables[PLACES["district"]].column(book.schema.population).word
    straight, weighed = _words(book, lever)
    words = straight | set(weighed)
    clause = lever.name.rpartition(".")[0] if lever.kind == "set" else ""
    own = (clause, lever.name.rpartition(".")[2])
    # A definition moves whoever reads it; the walk comes by there.
    moving = [
        rule
        for rule in (book.rules if below else ())
        if not rule.define and rule.kind not in ("merge", "scope") and _touched(book, rule, words, own)
    ]
    found: set[str] = set()
    for group in below:
        if (
            population in words
            or group.waits_for & found
            or any(rule.covers(title) for rule in moving for title in group.titles)
        ):
            found |= set(group.titles)
    return frozenset(found)


def _touched(book: Rulebook, rule: Rule, words: Iterable[str], own: tuple[str, str]) -> bool:
    """Does a rule's formula read a moved column, its clause's moved parameter, or a definition that does?"""
    definitions = {d.define: d for d in book.definitions}
    seen: set[tuple[str, str]] = set()
    todo = [(name, rule.clause) for name in _names(rule)]
    while todo:
        name, clause = todo.pop()
        if (name, clause) in seen:
            continue
        seen.add((name, clause))
        if (clause, name) == own or name in set(words):
            return True
        if name in definitions and name not in book.parameters_of(clause):
            todo += [(n, definitions[name].clause) for n in _names(definitions[name])]
    return False

"""What can be moved to give a place one post more: numbers of the data around it, numbers of its clauses.

Which they are is read off the plan's own derivation: the columns and the parameters that the target and the
rules read there. No column and no clause is named here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from pdc.base.exact import Fraction
from pdc.law.ranges import SHARE
from pdc.law.rulebook import Parameter, Rulebook
from pdc.law.scenario import plain
from pdc.tables import Change, Tables
from pdc.tables.schema import PLACES, Column, Schema
from pdc_common.levels import LEVELS
from pdc_reports.explain.tables import TitleFacts

TIMES: Final = 10  # a number is tried up to so many times what it is,
FAR: Final = 1000  # a count at least so far
POSTS: Final = "posts"  # a unit that begins so counts whole posts
FINE_BELOW: Final = 100  # whole numbers of a clause below this are moved by hundredths, the others by one
_STEPS: Final = {
    "count": Fraction(1),
    "percent": Fraction(1),
    "decimal": Fraction(1, 10),
    "positive": Fraction(1, 100),
}
_NAME: Final = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Lever:
    """A number that can be moved, from ``old`` by whole steps; ``least`` and ``most`` are numbers of steps.

    ``kind`` is ``data`` (``name`` is ``table.column``, of the row of ``level`` and ``code``) or ``set``
    (``name`` is ``CLAUSE.parameter``). ``text`` by language.
    """

    kind: str
    name: str
    old: Fraction
    step: Fraction
    least: int
    most: int
    text: Mapping[str, str]
    level: str = ""
    code: str = ""

    def value(self, steps: int) -> Fraction:
        """The number after so many steps."""
        return self.old + steps * self.step

    def edit(self, steps: int) -> Change:
        """The change of the tables (``data`` only)."""
        table, _, column = self.name.partition(".")
        return Change(table, {column: written(self.value(steps))}, self.where, "--one-more")

    def set(self, steps: int) -> str:
        """The change as ``--set`` takes it (``set`` only)."""
        return f"{self.name}={written(self.value(steps))}"

    @property
    def where(self) -> str:
        """The row as a formula."""
        code = self.code if self.level == LEVELS[0] else "'" + self.code.replace("'", "\\'") + "'"
        return f"{self.level}_code == {code}"

    def scenario(self, steps: int) -> str:
        """The change as a scenario file says it."""
        table, _, column = self.name.partition(".")
        if self.kind == "set":
            clause, _, name = self.name.rpartition(".")
            return f'[set."{clause}"]\n{name} = {written(self.value(steps))}\n'
        value = written(self.value(steps))
        return f'[[data]]\ntable = "{table}"\nwhere = "{self.where}"\nset = {{ {column} = "{value}" }}\n'


def written(value: Fraction) -> str:
    """A number of the law or of a table as a decimal; all of them end."""
    if value.denominator == 1:
        return str(value.numerator)
    scale, digits = value, 0
    while scale.denominator != 1:
        scale, digits = scale * 10, digits + 1
        if digits > 30:
            raise ValueError(f"{value} has no end as a decimal")
    sign, whole = ("-" if scale < 0 else ""), str(abs(scale.numerator)).rjust(digits + 1, "0")
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}"


def of_law(book: Rulebook, told: Sequence[Mapping[str, Any]]) -> Iterator[Lever]:
    """Parameters among the explanation's levers that are one number."""
    for lever in told:
        clause, _, name = str(lever["set"]).rpartition(".")
        entry = book.clauses.get(clause)
        known = entry.parameters.get(name) if entry else None
        if (
            known is not None
            and isinstance(plain(known.value), (int, float))
            and not isinstance(known.value, bool)
        ):
            yield _of_parameter(clause, known)


def _of_parameter(clause: str, known: Parameter) -> Lever:
    old = Fraction(known.value)
    counts = known.unit.startswith(POSTS) and old.denominator == 1
    step = Fraction(1) if counts or (old.denominator == 1 and abs(old) >= FINE_BELOW) else Fraction(1, 100)
    while (old / step).denominator != 1 and not counts:
        step /= 10
    allowed = known.range
    far = max(abs(old) * TIMES, Fraction(TIMES) if counts else Fraction(1))
    top = old + far if allowed.most is None else min(old + far, Fraction(allowed.most))
    low = old - far if allowed.least is None else max(old - far, Fraction(allowed.least))
    if known.unit.startswith(SHARE):
        top = min(top, Fraction(1)) if old <= 1 else top
    least = -int((old - low) / step)
    if allowed.above and allowed.least is not None and old + least * step == allowed.least:
        least += 1
    return Lever("set", f"{clause}.{known.name}", old, step, least, int((top - old) / step), known.text)


def of_data(
    book: Rulebook, tables: Tables, facts: TitleFacts, places: Sequence[tuple[str, str]], pool: frozenset[str]
) -> Iterator[Lever]:
    """Columns that the title's derivation reads, at the place, above it, and at its largest place below.

    ``places`` are the place and those it lies in, itself first; ``pool`` the codes of what lies in it.
    """
    words = _columns_read(book, facts, places, pool)
    own = places[0][0]
    above = dict(places)
    for level in sorted(LEVELS, key=lambda one: (one != own, -LEVELS.index(one))):
        table = book.schema.tables[PLACES[level]]
        frame = tables.frame(table.name)
        for column in table.columns:
            if column.type not in _STEPS or (table.name, column.name) not in words:
                continue
            if level in above:
                code = above[level]
            elif column.type == "count" and LEVELS.index(level) > LEVELS.index(own):
                code = _largest(frame, f"{level}_code", column.name, pool)
            else:
                continue
            row = frame[frame[f"{level}_code"].astype(str) == code]
            if len(row) == 1 and (made := _of_cell(column, row[column.name].iloc[0])) is not None:
                made = _within_parts(book.schema, table.name, row, column.name, made)
                yield Lever("data", f"{table.name}.{column.name}", *made, _column_text(column), level, code)


def _of_cell(column: Column, cell: object) -> tuple[Fraction, Fraction, int, int] | None:
    """Value, step, least and most steps of a cell; None for one that is empty."""
    if cell is None or cell == "":
        return None
    old, step = Fraction(str(cell)), _STEPS[column.type]
    while (old / step).denominator != 1:
        step /= 10
    far = max(old * TIMES, Fraction(FAR) * step)
    low = Fraction(max(0, column.least)) + (step if column.type == "positive" else 0)
    top = min(old + far, Fraction(column.most)) if column.most else old + far
    return old, step, min(0, -int((old - low) / step)), max(0, int((top - old) / step))


def _within_parts(
    schema: Schema, table: str, row: pd.DataFrame, column: str, made: tuple[Fraction, Fraction, int, int]
) -> tuple[Fraction, Fraction, int, int]:
    """A whole is never below its parts, so parts never above their whole: no table may have such a row."""
    old, step, least, most = made
    for whole, parts in schema.parts if table == PLACES["unit"] else ():
        if column not in (whole, *parts) or not {whole, *parts} <= set(row.columns):
            continue
        room = Fraction(int(row[whole].iloc[0])) - sum(int(row[part].iloc[0]) for part in parts)
        if column == whole:
            least = max(least, -int(room / step))
        else:
            most = min(most, int(room / step))
    return old, step, least, most


def _column_text(column: Column) -> Mapping[str, str]:
    return {"tr": column.heading, "en": column.name.replace("_", " ")}


def _largest(frame: pd.DataFrame, key: str, column: str, pool: frozenset[str]) -> str:
    """Code of the row of the place with most of a column, the first code among equals; empty without one."""
    best: tuple[float, str] = (0.0, "")
    for code, value in zip(frame[key].astype(str), frame[column], strict=True):
        if code in pool and value not in ("", None) and value > best[0]:
            best = (float(value), code)
    return best[1]


def _columns_read(
    book: Rulebook, facts: TitleFacts, places: Sequence[tuple[str, str]], pool: frozenset[str]
) -> set[tuple[str, str]]:
    """Table and column of everything that is read at the place, above it, below it and nationally."""
    wanted = {*places, ("national", ""), *((level, code) for code in pool for level in LEVELS)}
    names: set[str] = set()
    for block in facts.why.touching(wanted):
        read = (name for name, texts in block.reads.items() if texts is not None)
        names |= set(_NAME.findall(" ".join(read)))
        # A pool's key is the formula that it is shared out by.
        names |= set(_NAME.findall(block.shared["how"])) if block.row == "pool" else set()
    known = bool(facts.why.blocks)
    found: set[tuple[str, str]] = {(PLACES["district"], book.schema.population)} if known else set()
    words = {
        column.word: (table, column.name)
        for table in PLACES.values()
        for column in book.schema.tables[table].columns
        if column.word
    }
    definitions = {rule.define: rule for rule in book.definitions}
    derived = {one.name: one.of for one in book.schema.derived}
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if name in words:
            found.add(words[name])
        if name in derived:
            found.add(derived[name])
        if name in definitions:
            for formula in definitions[name].formulas.values():
                names |= {node.id for node in ast.walk(formula.tree) if isinstance(node, ast.Name)}
    return found

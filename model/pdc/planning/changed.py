"""Everything in which a plan differs from the base: law, norm, pins and data, with old and new value.

One list, made once: ``summary.json`` holds it, and the terminal, the report and the workbook show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from pdc.country.country import Country
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import NORMS, Scenario, plain
from pdc.law.service_groups import NAME as SERVICE_GROUPS
from pdc.law.shipped import load_rulebook
from pdc.program.options import Options
from pdc.tables import CellChange

CELLS: Final = 20  # cells of one change of the data in the list; all of them are in data_changes.csv


class Changed(Protocol):
    """What is read of a plan."""

    @property
    def country(self) -> Country:
        """The merged country."""

    @property
    def rulebook(self) -> Rulebook:
        """The law."""

    @property
    def scenario(self) -> Scenario:
        """What was asked for."""

    @property
    def options(self) -> Options:
        """How it was planned."""

    @property
    def data_changes(self) -> Sequence[CellChange]:
        """Cells of the tables that a scenario changed."""


def changed(made: Changed) -> list[dict[str, Any]]:
    """Entries ``{what, name, old, new, …}``; ``old`` is None where nothing stood there."""
    return [*_law(made), *_pins(made), *_data(made.data_changes)]


def _law(made: Changed) -> Iterator[dict[str, Any]]:
    book, scenario = made.rulebook, made.scenario
    if book.about.folder:
        old = dict(load_rulebook(None).about.name)
        yield {"what": "rulebook", "name": "", "old": old, "new": dict(book.about.name)}
    if made.options.norm and made.options.norm != NORMS[0]:
        yield {"what": "norm", "name": "", "old": NORMS[0], "new": made.options.norm}
    for clause in scenario.clauses:
        new = dict(book.clauses[clause].text)
        yield {"what": "clause", "name": clause, "old": scenario.before.get(clause), "new": new}
    for name in scenario.changes:
        clause, _, parameter = name.rpartition(".")
        if clause == SERVICE_GROUPS and book.service_groups is not None:
            text, size = dict(book.service_groups.name), book.service_groups.sizes[parameter]
            was = scenario.before.get(name)
            yield {"what": "parameter", "name": name, "text": text, "unit": "", "old": was, "new": size}
            continue
        p = book.clauses[clause].parameters[parameter]
        yield {
            "what": "parameter", "name": name, "text": dict(p.text), "unit": p.unit,
            "old": scenario.before.get(name), "new": plain(p.value),
        }  # fmt: skip


def _pins(made: Changed) -> Iterator[dict[str, Any]]:
    titles = {title.code: dict(title.name) for title in made.rulebook.titles}
    for pin in made.scenario.pins:
        codes = [str(code) for code in made.country.codes(pin.level)]
        yield {
            "what": "pin", "name": made.country.place_names[pin.level][codes.index(pin.code)],
            "level": pin.level, "code": pin.code, "title": titles[pin.title], "old": None, "new": pin.posts,
            "clause": pin.clause, "source": pin.source,
        }  # fmt: skip


def _data(cells: Sequence[CellChange]) -> Iterator[dict[str, Any]]:
    told: dict[tuple[str, str, str, str], int] = {}
    for cell in cells:
        key = (cell.source, cell.table, cell.column, cell.what)
        told[key] = told.get(key, 0) + 1
        if told[key] <= CELLS:
            yield {
                "what": cell.what, "name": cell.row, "table": cell.table, "column": cell.column,
                "old": cell.old, "new": cell.new, "source": cell.source,
            }  # fmt: skip
    for (source, table, column, what), count in told.items():
        if count > CELLS:
            yield {
                "what": "more", "name": f"{table}.{column}" if column else table, "old": None, "new": None,
                "count": count - CELLS, "of": what, "source": source,
            }  # fmt: skip

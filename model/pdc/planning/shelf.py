"""What the law asks of a group's places, as far as tables are measured; from the cache where it can be.

Binding is most of the work of an audit, and tables on the same data differ in their posts alone. So what
binding gives is stored under the fingerprint of all that it reads: code, data, rulebook, and the table's
numbers of the titles that this group's clauses read. What is stored is small: numbers, no scenes. A plan has
bound everything too, and leaves it for the audits that follow.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pdc.base.cache import Cache, code_version, digest
from pdc.base.exact import ZERO, Fraction
from pdc.base.numbers import Ints, Objects, decimal
from pdc.country.country import Country
from pdc.law.groups import Group
from pdc.law.rulebook import Rule, Rulebook
from pdc.program.build import program_of, with_needs
from pdc.program.options import Options
from pdc.rules.bind import BoundGroup, bind_group
from pdc.rules.kinds import Cells
from pdc.rules.scene import Mask
from pdc.rules.targets import Targets
from pdc_common.levels import LEVELS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TitleLaw:
    """A title's targets in posts: exact for provinces; by level the nearest floats, and nine decimals.

    ``eligible`` and ``closed`` are masks over the units, ``clause`` (if any) gives the national number
    ``supply``.
    """

    supply: int | None
    clause: str
    eligible: Mask
    closed: Mask
    province: tuple[Fraction, ...]
    nearest: Mapping[str, Floats]
    shown: Mapping[str, Floats]
    spare_at: Ints | None = None  # districts whose one post may be on top of ``supply``


@dataclass(frozen=True, eq=False)
class LawInNumbers:
    """Targets by title (those that a unit may have), and the cells of every constraining rule."""

    targets: Mapping[str, TitleLaw]
    cells: tuple[Cells, ...]


@dataclass(frozen=True, eq=False)
class Shelf:
    """Where laws are kept: a cache that only its owner can write to, and the fingerprint of the data."""

    cache: Cache | None
    country_key: str

    @property
    def open(self) -> bool:
        """May it be used? What lies there is unpickled, and a pickle can run code."""
        return self.cache is not None and bool(self.country_key) and self.cache.ours()

    def key(self, book: Rulebook, group: Group, read: Mapping[str, Ints], by_unit: bool) -> str:
        """Fingerprint of all that binding a group reads."""
        return digest(
            "law", code_version(), self.country_key, book.sha256, group.titles, sorted(group.waits_for),
            {title: read[title] for title in sorted(read)}, by_unit,
        )  # fmt: skip

    def has(self, key: str) -> bool:
        """Is there an entry? (It may turn out to be damaged.)"""
        return bool(key) and self.cache is not None and self.cache.has(key)

    def take(self, book: Rulebook, key: str) -> LawInNumbers | None:
        """A law that was stored; None where there is none, or none that can be read."""
        content = self.cache.get(key) if self.cache is not None and self.open else None
        if content is None:
            return None
        try:
            found = _Unpickler(io.BytesIO(content), {rule.key: rule for rule in book.rules}).load()
        except Exception:  # whatever is wrong with it, it can be worked out anew
            found = None
        return found if isinstance(found, LawInNumbers) else None

    def put(self, key: str, law: LawInNumbers) -> None:
        """Store a law."""
        if self.cache is not None and self.open:
            out = io.BytesIO()
            _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(law)
            self.cache.put(key, out.getvalue())


class _Pickler(pickle.Pickler):
    """A rule is stored by its key: the rulebook is there when the law is read."""

    def persistent_id(self, value: object) -> str | None:
        return value.key if isinstance(value, Rule) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, rules: Mapping[str, Rule]) -> None:
        super().__init__(file)
        self.rules = rules

    def persistent_load(self, key: Any) -> Rule:
        return self.rules[key]


def bind_law(
    country: Country, book: Rulebook, group: Group, read: Mapping[str, Ints], *, by_unit: bool
) -> LawInNumbers:
    """Bind a group. ``by_unit``: the needs that orders wait for are filled in, as units are judged."""
    return law_of(country, bind_group(country, book, group, read), by_unit=by_unit)


def law_of(country: Country, bound: BoundGroup, *, by_unit: bool) -> LawInNumbers:
    """What a table is measured by, of a group that is bound."""
    cells = bound.cells
    if by_unit and any(c.first_need is not None and bool((c.first_need < 0).any()) for c in cells):
        program = program_of(country, bound, Options())
        cells = tuple(with_needs(program, c) for c in cells)
    targets = {title: _title(target) for title, target in bound.targets.items()}
    # Left out: the order of a floor's places (ties need it) and how targets came about (`explain` needs it).
    return LawInNumbers(targets, tuple(replace(c, priority=None) for c in cells))


def _title(target: Targets) -> TitleLaw:
    exact = {level: getattr(target, level) for level in LEVELS}
    return TitleLaw(
        target.supply,
        target.clause,
        target.eligible,
        target.closed,
        tuple(exact["province"].tolist()),
        {level: _floats(q, lambda v: v.numerator / v.denominator) for level, q in exact.items()},
        {level: _floats(q, decimal) for level, q in exact.items()},
        target.spare_at,
    )


def _floats(values: Objects, as_float: Callable[[Fraction], float]) -> Floats:
    """Exact targets as floats; most are 0 and need no conversion."""
    return np.array([as_float(v) if v is not ZERO else 0.0 for v in values.tolist()], dtype=np.float64)

"""What the numbers of a title came from, as a plan folder tells it: rows are put together when asked for.

``why/<title>.json.gz`` is read as :mod:`pdc_common.derivation` has it. Folders of earlier versions hold the
same rows one by one, in ``why/<title>.csv.gz``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from gzip import BadGzipFile
from pathlib import Path
from typing import Final, NamedTuple

from pdc_common.bounded import unpacked
from pdc_common.cells_csv import rows_of
from pdc_common.derivation import SHARED, Block, Places, Reader, Texts

FOLDER: Final = "why"
END: Final = ".json.gz"
OLD: Final = ".csv.gz"
Place = tuple[str, str]  # level, code


class Reason(NamedTuple):
    """A row: what a number, or a rule at its place, came from."""

    row: str
    level: str
    code: str
    clause: str
    value: str
    formula: str
    inputs: str
    kind: str
    tier: str
    how: str
    titles: str
    parameters: str


class Derivation:
    """All rows of one title."""

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        self.blocks = blocks
        self._by: dict[Place, list[Block]] = {}
        self._at: dict[str, list[Block]] = {}
        for block in blocks:
            self._by.setdefault((block.places.level, block.row), []).append(block)
            self._at.setdefault(block.places.level, []).append(block)
        self._reasons: dict[tuple[Place, str], Sequence[Reason]] = {}
        self._sums: dict[Place, dict[str, float]] = {}

    def of(self, level: str, row: str) -> Sequence[Block]:
        """Blocks of one kind of row at a level, in their order."""
        return self._by.get((level, row), ())

    def reasons(self, place: Place, row: str) -> Sequence[Reason]:
        """Rows of one kind at a place; the same ones each time."""
        key = place, row
        found = self._reasons.get(key)
        if found is None:
            level, code = place
            found = self._reasons[key] = [
                _reason(block, code, at)
                for block in self._by.get((level, row), ())
                if (at := block.places.at.get(code)) is not None
            ]
        return found

    def __iter__(self) -> Iterator[Reason]:
        """Every row, block by block."""
        for block in self.blocks:
            for at, code in enumerate(block.places.codes):
                yield _reason(block, code, at)

    def rows(self, place: Place) -> Iterator[tuple[str, Sequence[Reason]]]:
        """All rows at a place by their kind, as the file has them."""
        kinds = (b.row for b in self._at.get(place[0], ()) if place[1] in b.places.at)
        return ((row, self.reasons(place, row)) for row in dict.fromkeys(kinds))

    def sums(self, level: str, row: str) -> dict[str, float]:
        """Sum of the values of such rows by place, where there are some."""
        key = level, row
        if key not in self._sums:
            found = self._sums[key] = {}
            for block in self.of(level, row):
                for code, value in zip(block.places.codes, block.value.numbers, strict=True):
                    found[code] = found.get(code, 0.0) + value
        return self._sums[key]

    def first(self, level: str, *rows: str) -> dict[str, float]:
        """Value of the first such row of each place."""
        found: dict[str, float] = {}
        for row in reversed(rows):
            own: dict[str, float] = {}
            for block in self.of(level, row):
                for code, value in zip(block.places.codes, block.value.numbers, strict=True):
                    own.setdefault(code, value)
            found |= own
        return found

    @cached_property
    def weights(self) -> dict[str, float]:
        """Weight of every unit that has one, with its factors."""
        found = dict(self.sums("unit", "weight"))
        for block in self.of("unit", "factor"):
            for code, value in zip(block.places.codes, block.value.numbers, strict=True):
                if code in found:
                    found[code] *= value
        return found

    def touching(self, places: Iterable[Place]) -> Iterator[Block]:
        """Blocks with a row at one of some places."""
        wanted: dict[str, set[str]] = {}
        for level, code in places:
            wanted.setdefault(level, set()).add(code)
        for block in self.blocks:
            if not wanted.get(block.places.level, set()).isdisjoint(block.places.codes):
                yield block


def _reason(block: Block, code: str, at: int) -> Reason:
    inputs = [name if texts is None else f"{name}={texts.text(at)}" for name, texts in block.reads.items()]
    told = block.shared.get
    return Reason(
        block.row, block.places.level, code, told("clause", ""), block.value.text(at), told("formula", ""),
        ";".join(inputs), told("kind", ""), told("tier", ""), told("how", ""), told("titles", ""),
        told("parameters", ""),
    )  # fmt: skip


def told_titles(folder: Path) -> set[str]:
    """Titles whose numbers a plan folder tells about."""
    return {path.name.removesuffix(end) for end in (END, OLD) for path in (folder / FOLDER).glob(f"*{end}")}


def read_derivation(folder: Path, title: str, reader: Reader | None = None) -> Derivation:
    """What a title's numbers came from; nothing where the folder does not say.

    ``reader`` where several titles are read. Raises OSError, and ValueError for a damaged file.
    """
    path, old = (folder / FOLDER / f"{title}{end}" for end in (END, OLD))
    if path.is_file():
        return Derivation((reader or Reader()).read(_text(path)))
    return Derivation(list(_old(old)) if old.is_file() else ())


def _text(path: Path) -> str:
    try:
        return unpacked(path).decode("utf-8")
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _old(path: Path) -> Iterator[Block]:
    """Rows one by one, as earlier versions wrote them, put together as blocks have them."""
    lines = rows_of(_text(path))
    if tuple(next(lines, ())) != Reason._fields:
        return
    rule: tuple[str, ...] = ()
    blocks: dict[tuple[str, ...], list[Reason]] = {}
    seen: set[str] = set()
    for reason in map(Reason._make, lines):
        # Rows of one rule follow one another; their formula may differ by the choices in it.
        own = (reason.row, reason.level, reason.clause, *reason[7:])
        if own != rule or reason.code in seen:
            yield from map(_block, blocks.values())
            rule, blocks, seen = own, {}, set()
        names = (name for name, _ in _pairs(reason.inputs))
        blocks.setdefault((reason.formula, *names), []).append(reason)
        seen.add(reason.code)
    yield from map(_block, blocks.values())


def _block(rows: Sequence[Reason]) -> Block:
    first, count = rows[0], len(rows)
    read = list(zip(*(_pairs(row.inputs) for row in rows), strict=True))
    reads = {
        one[0][0]: None if one[0][1] is None else Texts([str(value) for _, value in one], count)
        for one in read
    }
    shared = {name: getattr(first, name) for name in SHARED if getattr(first, name)}
    places = Places(first.level, [row.code for row in rows])
    return Block(first.row, places, Texts([row.value for row in rows], count), reads, shared)


def _pairs(inputs: str) -> list[tuple[str, str | None]]:
    """Name and value of each input; a name alone has none."""
    found: list[tuple[str, str | None]] = []
    for part in inputs.split(";") if inputs else ():
        name, sign, value = part.rpartition("=")
        found.append((name, value) if sign else (part, None))
    return found

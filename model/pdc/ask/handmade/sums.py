"""Subtotals: which rows or columns a written sum adds up, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pdc.ask.handmade.heads import Column, is_grand, is_total
from pdc.ask.handmade.table import Mask
from pdc.base.numbers import Ints


@dataclass(frozen=True)
class Wrong:
    """A written sum that is not the sum of its cells (row and column as indices of the sheet)."""

    i: int
    j: int
    label: str
    written: int
    found: int


@dataclass(slots=True)
class Line:
    """A row of numbers: a place's, or a sum's (``total``), with the places around it as positions."""

    i: int
    total: bool
    label: str
    province: int | None = None
    district: int | None = None
    named: tuple[str, int] | None = None


def wrong_rows(lines: Sequence[Line], numbers: Ints, filled: Mask, columns: Sequence[int]) -> Iterator[Wrong]:
    """Sums written as rows; ``numbers``, ``filled``: line × column, ``columns`` indices in the sheet."""
    own = np.array([not line.total for line in lines], dtype=bool)
    province = np.array([-1 if x.province is None else x.province for x in lines], dtype=np.int64)
    district = np.array([-1 if x.district is None else x.district for x in lines], dtype=np.int64)
    since = outer = 0
    for k, line in enumerate(lines):
        if not line.total:
            continue
        before, after = np.zeros(len(lines), dtype=bool), np.zeros(len(lines), dtype=bool)
        before[since:k] = True
        end = next((n for n in range(k + 1, len(lines)) if lines[n].total), len(lines))
        after[k + 1 : end] = True
        since = k + 1
        every = np.ones(len(lines), dtype=bool)
        if line.named is not None:
            level, at = line.named
            candidates = [province == at if level == "province" else district == at]
            # "Çorum" may stand over its own districts or under them, and be a province or a district.
            candidates += [before, after]
        elif is_grand(line.label):
            candidates = [every]
        else:
            candidates = [before, after]
            if line.district is not None:
                candidates.append(district == line.district)
            if line.province is not None:
                candidates.append(province == line.province)
            # A region's sum stands below the sums of its provinces.
            region = np.zeros(len(lines), dtype=bool)
            region[outer:k] = True
            candidates += [region, every]
            outer = k + 1
        cells = np.flatnonzero(filled[k])
        if not numbers[k].any() and not (before & own).any():
            continue  # the sum of a region without places
        best, misses = None, None
        for chosen in candidates:
            rows = chosen & own
            if not rows.any():
                continue
            found = numbers[rows].sum(axis=0)
            wrong = [c for c in cells.tolist() if numbers[k, c] != found[c]]
            if misses is None or len(wrong) < len(misses):
                best, misses = found, wrong
        if best is None or misses is None:  # a province of which there is no row
            best, misses = np.zeros(len(columns), dtype=np.int64), np.flatnonzero(numbers[k]).tolist()
        for c in misses:
            yield Wrong(line.i, columns[c], line.label, int(numbers[k, c]), int(best[c]))


def sum_columns(
    lines: Sequence[Line], numbers: Ints, filled: Mask, columns: Sequence[Column]
) -> Iterator[tuple[Column, list[Wrong]] | tuple[Column, None]]:
    """Each column of sums with its wrong cells; None where no columns add up to it in most rows.

    Wrong cells are put right in ``numbers``, so that one mistake is told once.
    """
    titles = [k for k, column in enumerate(columns) if column.role == "title"]
    own = np.array([not line.total for line in lines], dtype=bool)
    previous = -1
    for k, column in enumerate(columns):
        if column.role != "total":
            continue
        group = [c for c in titles if column.above and columns[c].above[:1] == column.above[:1]]
        near = [c for c in titles if previous < c < k]
        # Titles of one family (specialists), and they with one title more (all physicians).
        family = [c for c in titles if "." in columns[c].code]
        with_one = [[*family, c] for c in titles if "." not in columns[c].code] if family else []
        right = [c for c in titles if c > k]
        candidates = [group, near, titles, family, right, [c for c in titles if c < k], *with_one]
        previous = k
        # Sums of rows have totals of their own; they are checked downwards.
        rows = np.flatnonzero(filled[:, k] & own)
        best: tuple[int, list[int]] | None = None
        for chosen in candidates:
            if not chosen or not len(rows):
                continue
            found = numbers[rows][:, chosen].sum(axis=1)
            hits = int((found == numbers[rows, k]).sum())
            if best is None or hits > best[0]:
                best = hits, chosen
        if best is None or (best[0] * 2 < len(rows) and not (is_total(column.heading) and best[0])):
            yield column, None
            continue
        found = numbers[rows][:, best[1]].sum(axis=1)
        written = numbers[rows, k].tolist()
        numbers[rows, k] = found  # what the column should say, for the sums below it
        wrong = [
            Wrong(lines[r].i, column.j, column.heading, said, value)
            for r, said, value in zip(rows.tolist(), written, found.tolist(), strict=True)
            if value != said
        ]
        yield column, wrong

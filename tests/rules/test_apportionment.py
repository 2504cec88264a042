"""With no rule binding the engine gives published apportionments: Webster by default, Hamilton with ``l1``."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.oracle import Place, Tree
from helpers.programs import program_of
from pdc.solve.lexicographic import solve

FILE = Path(__file__).parent / "data" / "balinski_young_1975.csv"


def published() -> dict[tuple[str, str], tuple[int, list[int], list[int]]]:
    """(example, method) → house, votes, published seats."""
    found: dict[tuple[str, str], tuple[int, list[int], list[int]]] = {}
    with FILE.open(encoding="utf-8") as file:
        assert next(file).startswith("# source: Balinski & Young")
        for row in csv.DictReader(file):
            house, votes, seats = found.setdefault(
                (row["example"], row["method"]), (int(row["house"]), [], [])
            )
            assert house == int(row["house"])
            votes.append(int(row["votes"]))
            seats.append(int(row["seats_published"]))
    return found


PUBLISHED = published()
EXAMPLES = sorted({example for example, _ in PUBLISHED})
METHODS = sorted({method for _, method in PUBLISHED})


def engine(votes: Sequence[int], house: int, norm: str = "webster") -> list[int]:
    """Seats by pdc: parties are provinces of one district with one unit, quotas their targets."""
    quotas = [Fraction(house * v, sum(votes)) for v in votes]
    levels = tuple([Place(i, q) for i, q in enumerate(quotas)] for _ in range(3))
    solution = solve(program_of(Tree(levels, house, norm)))  # type: ignore[arg-type]
    assert solution.proven
    return [int(n) for n in solution.posts["title0"]]


# reference methods, from their textbook definitions ------------------------------------------------------


def divisor(votes: Sequence[int], house: int, mark: Callable[[int], Fraction]) -> list[int]:
    """Seat after seat to the largest v² / mark(s); ``mark`` is the squared divisor of the next seat."""
    seats = [0] * len(votes)
    for _ in range(house):
        free = [i for i in range(len(votes)) if mark(seats[i]) == 0]
        if free:
            winner = max(free, key=lambda i: votes[i])
        else:
            winner = max(
                range(len(votes)), key=lambda i: (Fraction(votes[i] ** 2) / mark(seats[i]), votes[i])
            )
        seats[winner] += 1
    return seats


def hamilton(votes: Sequence[int], house: int) -> list[int]:
    quotas = [Fraction(house * v, sum(votes)) for v in votes]
    seats = [int(q) for q in quotas]
    order = sorted(range(len(votes)), key=lambda i: (seats[i] - quotas[i], -votes[i], i))
    for i in order[: house - sum(seats)]:
        seats[i] += 1
    return seats


def quota(votes: Sequence[int], house: int) -> list[int]:
    """Balinski & Young's own: Jefferson's order, but nobody goes above the upper quota on the way."""
    seats = [0] * len(votes)
    for size in range(1, house + 1):
        allowed = [i for i, v in enumerate(votes) if seats[i] < Fraction(size * v, sum(votes))]
        winner = max(allowed, key=lambda i: Fraction(votes[i], seats[i] + 1))
        seats[winner] += 1
    return seats


REFERENCE: dict[str, Callable[[Sequence[int], int], list[int]]] = {
    "hamilton": hamilton,
    "quota": quota,
    "jefferson": lambda votes, house: divisor(votes, house, lambda s: Fraction(s + 1) ** 2),
    "webster": lambda votes, house: divisor(votes, house, lambda s: Fraction(2 * s + 1, 2) ** 2),
    "adams": lambda votes, house: divisor(votes, house, lambda s: Fraction(s) ** 2),
    "hill": lambda votes, house: divisor(votes, house, lambda s: Fraction(s * (s + 1))),
    "dean": lambda votes, house: divisor(votes, house, lambda s: Fraction(2 * s * (s + 1), 2 * s + 1) ** 2),
}


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("method", METHODS)
def test_the_file_is_read_right(example: str, method: str) -> None:
    house, votes, seats = PUBLISHED[example, method]
    assert sum(seats) == house
    assert REFERENCE[method](votes, house) == seats


@pytest.mark.parametrize("example", EXAMPLES)
def test_without_rules_the_engine_gives_the_published_webster_apportionment(example: str) -> None:
    house, votes, seats = PUBLISHED[example, "webster"]
    assert engine(votes, house) == seats


@pytest.mark.parametrize("example", EXAMPLES)
def test_l1_gives_the_published_hamilton_apportionment(example: str) -> None:
    house, votes, seats = PUBLISHED[example, "hamilton"]
    assert engine(votes, house, "l1") == seats


VOTES = st.lists(st.integers(1, 5000), min_size=1, max_size=8)
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(VOTES, st.integers(0, 150))
def test_webster_for_any_votes(votes: list[int], house: int) -> None:
    """Ties go to the larger party, then the lower code: the reference's ``max`` and list order."""
    order = sorted(range(len(votes)), key=lambda i: (-votes[i], i))
    wanted = REFERENCE["webster"]([votes[i] for i in order], house)
    assert engine(votes, house) == [wanted[order.index(i)] for i in range(len(votes))]


@QUICK
@given(VOTES, st.integers(0, 150))
def test_l1_is_hamilton(votes: list[int], house: int) -> None:
    quotas = [Fraction(house * v, sum(votes)) for v in votes]
    if all(q >= Fraction(1, 100) for q in quotas):  # below that pdc reads a target as 0.01
        seats = engine(votes, house, "l1")
        best = sum(abs(n - q) for n, q in zip(hamilton(votes, house), quotas, strict=True))
        assert sum(abs(n - q) for n, q in zip(seats, quotas, strict=True)) == best
        rests = sorted(q - int(q) for q in quotas)
        cut = house - sum(int(q) for q in quotas)
        if cut == 0 or rests[-cut] != rests[-cut - 1]:
            assert seats == hamilton(votes, house)


@QUICK
@given(VOTES, st.integers(0, 150))
def test_a_larger_pool_takes_a_post_from_nobody(votes: list[int], house: int) -> None:
    before, after = engine(votes, house), engine(votes, house + 1)
    assert all(a <= b for a, b in zip(before, after, strict=True))
    assert sum(after) == sum(before) + 1


def test_l1_has_the_alabama_paradox_and_webster_has_not() -> None:
    """The textbook case: populations 6, 6, 2; the third loses its second seat when the house goes from 10 to 11."""
    votes = [6, 6, 2]
    assert engine(votes, 10, "l1") == hamilton(votes, 10) == [4, 4, 2]
    assert engine(votes, 11, "l1") == hamilton(votes, 11) == [5, 5, 1]
    ten, eleven = engine(votes, 10), engine(votes, 11)
    assert all(a <= b for a, b in zip(ten, eleven, strict=True))


@pytest.mark.parametrize("votes", [[1_921_334, 1_000_015], [1_000_015, 1_921_334]])
def test_near_ties_are_decided_exactly(votes: list[int]) -> None:
    """The last post costs 2·10⁻¹⁰ more in the one place than in the other: no tie, however close."""
    assert engine(votes, 761) == REFERENCE["webster"](votes, 761)

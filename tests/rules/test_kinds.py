"""Each kind of rule by itself: what it binds, what it tells a program, what it finds in a plan that is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.small import Small
from pdc.base.exact import Fraction
from pdc.base.faults import InputError
from pdc.base.formula import FormulaError
from pdc.country.country import Country
from pdc.country.merges import merge
from pdc.law import reading
from pdc.law.groups import groups
from pdc.law.rulebook import Rulebook
from pdc.law.scenario import apply
from pdc.rules.bind import bind_group
from pdc.rules.cells import Cells, Finding, Numbers
from pdc.rules.kinds import KINDS
from pdc.rules.kinds.base import Kind
from pdc.rules.kinds.demand import Floor
from pdc.rules.kinds.limits import group_sums, limits, share_ask

ECZ, SEC = "eczaci", "tibbi_sekreter"
UNITS = ["A1", "A2", "A3", "B1", "B2", "N1"]
POSTS = 180
BEDS = {"A1": 100, "A2": 50, "A3": 7, "B1": 30, "B2": 20, "N1": 60}


@pytest.fixture(scope="module")
def country() -> Small:
    built = Small()
    for code, letter in ((5, "A"), (19, "B")):
        built.province(code).district(f"D{letter}", code, 300_000, central=1)
    for unit in UNITS:
        built.unit(unit, "DB" if unit[0] == "B" else "DA", "devlet_hastanesi", beds=BEDS[unit])
    return built.filled(ECZ, 120).filled(SEC, 130)


class Told:
    """A program that only listens."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *words: self.calls.append((name, words))


class Bound:
    """The cells of one rule of a study, with the plan that is held against them."""

    def __init__(self, country: Small, folder: Path, rule: str, more: str = "", title: str = ECZ) -> None:
        file = folder / "study.toml"
        file.write_text(
            f'["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n[["Z.1".rule]]\ntitles = ["{title}"]\n{rule}\n{more}', "utf-8"
        )
        book, _ = apply(reading.load(), [file], ["A.3.minimum=0"])
        self.book: Rulebook = book
        self.place: Country = merge(country.tables(), book)
        group = next(g for g in groups(book, [title]) if title in g.titles)
        cells = [c for c in bind_group(self.place, book, group, {}).cells if c.rule.clause == "Z.1"]
        assert len(cells) <= 1
        self.none = not cells
        if cells:
            self.cells: Cells = cells[0]
            self.kind: Kind = KINDS[self.cells.rule.kind]

    def codes(self, at: Any, level: str = "unit") -> list[str]:
        return [str(code) for code in self.place.codes(level)[at]]

    def numbers(self, **posts: int) -> Numbers:
        found = np.array([posts.get(str(c), 0) for c in self.place.codes("unit")], dtype=np.int64)
        return Numbers(self.place, {ECZ: found, SEC: 2 * found})

    def check(self, **posts: int) -> list[tuple[Any, ...]]:
        return [self.row(f) for f in self.kind.check(self.numbers(**posts), self.cells)]

    def row(self, f: Finding) -> tuple[Any, ...]:
        place = self.codes([f.at], f.level)[0]
        assert f.clause == "Z.1"
        return place, f.required, f.posts, f.shortfall, f.tier, f.status, f.hard

    def told(self) -> list[tuple[str, tuple[Any, ...]]]:
        program = Told()
        self.kind.constrain(program, self.cells)  # type: ignore[arg-type]
        return program.calls


PARAMETERS = """
["Z.1".parameters]
ten = { value = 10, origin = "law", tr = "a", en = "a" }
fifty = { value = 50, origin = "law", tr = "a", en = "a" }
part = { value = 0.25, origin = "law", tr = "a", en = "a" }
"""


def test_a_floor_asks_softly_where_something_is_asked(country: Small, tmp_path: Path) -> None:
    bound = Bound(
        country, tmp_path,
        'kind = "floor"\nlevel = "unit"\nwhere = "beds != fifty"\namount = "(beds - ten) / fifty"\ntier = 2\norder_by = "beds"\nstack = "s"\non_top = true',
        PARAMETERS,
    )  # fmt: skip
    cells = bound.cells
    # 90/50, 20/50 → 0, 10/50 → 0, 50/50: halves up, and nothing is asked where it comes to nought.
    assert bound.codes(cells.at) == ["A1", "N1"]
    assert cells.amount.tolist() == [2, 1]
    assert cells.priority is not None
    assert cells.priority.tolist() == [100, 60]
    assert (cells.level, cells.titles, cells.title, cells.upper, cells.members) == ("unit", (ECZ,), ECZ, None, None)
    (name, (title, level, ask, priority)) = bound.told()[0]
    assert (name, title, level, priority is cells.priority) == ("ask", ECZ, "unit", True)
    assert (ask.tier, ask.stack, ask.on_top, ask.exact) == (2, "s", True, False)
    assert ask.at is cells.at
    assert ask.amount is cells.amount
    assert bound.check(A1=1, N1=1) == [("A1", 2, 1, 1, 2, "short", False), ("N1", 1, 1, 0, 2, "binding", False)]
    assert bound.check(A1=5, N1=9)[0] == ("A1", 2, 5, 0, 2, "kept", False)


def test_a_floor_alone_is_its_own_stack(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "floor"\nlevel = "unit"\namount = "1"\ntier = 1')
    ask = bound.told()[0][1][2]
    assert (ask.stack, ask.rule, ask.on_top) == (bound.cells.rule.key, bound.cells.rule.key, False)
    assert bound.cells.priority is None
    assert bound.codes(bound.cells.at) == UNITS


def test_a_fix_asks_for_nought_too(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "fix"\nlevel = "unit"\nwhere = "beds < fifty"\namount = "1 if beds > ten else 0"\ntier = 4', PARAMETERS)
    assert dict(zip(bound.codes(bound.cells.at), bound.cells.amount.tolist(), strict=True)) == {"A3": 0, "B1": 1, "B2": 1}
    assert bound.told()[0][1][2].exact


def test_a_floor_of_provinces_and_one_that_lapses(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "floor"\nlevel = "province"\namount = "ten"\ntier = 2\n'
    bound = Bound(country, tmp_path, rule, PARAMETERS)
    assert bound.codes(bound.cells.at, "province") == ["5", "19"]
    assert bound.check(A1=4, A2=7, B1=10) == [("5", 10, 11, 0, 2, "kept", False), ("19", 10, 10, 0, 2, "binding", False)]
    assert Bound(country, tmp_path, f'{rule}unless = "asked_places > 1"', PARAMETERS).none
    assert not Bound(country, tmp_path, f'{rule}unless = "asked_places > 1 + 1"', PARAMETERS).none


def test_a_cap_limits_hard(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "cap"\nwhere = "beds > ten"\namount = "beds / ten"', PARAMETERS)
    assert bound.codes(bound.cells.at) == ["A1", "A2", "B1", "B2", "N1"]
    assert bound.cells.amount.tolist() == [10, 5, 3, 2, 6]
    (name, (title, at, most)), = bound.told()
    assert (name, title) == ("at_most", ECZ)
    assert at is bound.cells.at
    assert most is bound.cells.amount
    rows = bound.check(A1=11, A2=5, B1=2)
    assert rows[0] == ("A1", 10, 11, 1, None, "short", True)
    assert rows[1] == ("A2", 5, 5, 0, None, "binding", True)
    assert rows[2] == ("B1", 3, 2, 0, None, "kept", True)


def test_a_cap_together_limits_the_sum_of_a_province(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "cap"\ntogether = true\nwhere = "beds > ten"\namount = "ten"', PARAMETERS)
    cells = bound.cells
    assert (bound.codes(cells.at, "province"), cells.amount.tolist()) == (["5", "19"], [10, 10])
    assert cells.members is not None
    assert cells.member_of is not None
    assert (bound.codes(cells.members), cells.member_of.tolist()) == (["A1", "A2", "B1", "B2", "N1"], [0, 0, 1, 1, 0])
    assert [name for name, _ in bound.told()] == ["at_most_together"]
    assert bound.check(A1=6, N1=5, A3=9, B1=10) == [("5", 10, 11, 1, None, "short", True), ("19", 10, 10, 0, None, "binding", True)]


def test_a_band_has_two_ends(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "band"\nlevel = "unit"\nwhere = "beds > fifty"\namount = "beds / fifty"\nupper = "beds / ten"\n'
    bound = Bound(country, tmp_path, f"{rule}tier = 3", PARAMETERS)
    assert bound.codes(bound.cells.at) == ["A1", "N1"]
    assert bound.cells.amount.tolist() == [2, 1]
    assert bound.cells.upper is not None
    assert bound.cells.upper.tolist() == [10, 6]
    assert [name for name, _ in bound.told()] == ["band"]
    assert bound.check(A1=1, N1=9) == [("A1", 2, 1, 1, 3, "short", False), ("N1", 6, 9, 3, 3, "short", False)]
    assert bound.check(A1=2, N1=6) == [("A1", 2, 2, 0, 3, "binding", False), ("N1", 6, 6, 0, 3, "binding", False)]
    assert bound.check(A1=6, N1=4) == [("A1", 2, 6, 0, 3, "kept", False), ("N1", 6, 4, 0, 3, "kept", False)]
    hard = Bound(country, tmp_path, rule, PARAMETERS)
    assert hard.check(A1=1)[0] == ("A1", 2, 1, 1, None, "short", True)


def test_a_band_that_is_empty_is_its_target(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "band"\nlevel = "province"\namount = "ten"\nupper = "0"\n'
    soft = Bound(country, tmp_path, f"{rule}tier = 3", PARAMETERS).cells
    assert soft.upper is not None
    assert (soft.amount.tolist(), soft.upper.tolist()) == ([10, 10], [0, 0])
    hard = Bound(country, tmp_path, rule, PARAMETERS).cells  # 120 × 1.5, halved
    assert hard.upper is not None
    assert hard.amount.tolist() == hard.upper.tolist() == [POSTS // 2, POSTS // 2]


def test_an_empty_band_of_a_unit_is_refused(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "band"\nlevel = "unit"\nwhere = "beds >= fifty"\namount = "ten"\nupper = "beds / ten"\n'
    soft = Bound(country, tmp_path, f"{rule}tier = 3", PARAMETERS).cells
    assert soft.upper is not None
    assert (soft.amount.tolist(), soft.upper.tolist()) == ([10, 10, 10], [10, 5, 6])
    with pytest.raises(InputError) as caught:
        Bound(country, tmp_path, rule, PARAMETERS)
    (fault,) = caught.value.faults
    assert (fault.code, fault.column) == ("rulebook.empty_band", "Z.1")
    assert "comes to 5 at the unit A2, below the lower end (10)" in fault.text("en")
    assert (fault.values["formula"], fault.values["key"]) == ("beds / ten", "upper")
    assert "A2 biriminde (5) alt uçtan (10)" in fault.text("tr")


@pytest.mark.parametrize(("rounding", "want"), [("", [3, 1]), ('rounding = "half_up"', [3, 2])])
def test_a_share_is_a_part_of_the_province(country: Small, tmp_path: Path, rounding: str, want: list[int]) -> None:
    more = f"{rounding}\ntier = 2" if rounding else ""
    bound = Bound(country, tmp_path, f'kind = "share"\nwhere = "beds > fifty or beds == 1 + 1 + 1"\nrate = "part"\n{more}', PARAMETERS)
    cells = bound.cells
    assert cells.rate == (Fraction(1, 4),)
    assert cells.members is not None
    assert (bound.codes(cells.at, "province"), bound.codes(cells.members)) == (["5"], ["A1", "N1"])
    assert [name for name, _ in bound.told()] == ["share"]
    if rounding:
        assert bound.check(A1=9) == []
    else:
        assert bound.check(A1=2, N1=2, A2=9) == [("5", 3, 4, 1, None, "short", True)]
        assert bound.check(A1=2, N1=1, A2=10) == [("5", 3, 3, 0, None, "binding", True)]


def test_none_or_enough(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "none_or"\nwhere = "beds > ten"\namount = "beds / fifty"', PARAMETERS)
    assert (bound.codes(bound.cells.at), bound.cells.amount.tolist()) == (["A1"], [2])
    assert [name for name, _ in bound.told()] == ["none_or_at_least"]
    assert bound.check() == [("A1", 2, 0, 0, None, "kept", True)]
    assert bound.check(A1=1) == [("A1", 2, 1, 1, None, "short", True)]
    assert bound.check(A1=2) == [("A1", 2, 2, 0, None, "binding", True)]
    assert bound.check(A1=3) == [("A1", 2, 3, 0, None, "kept", True)]


def test_an_order_lets_some_wait(country: Small, tmp_path: Path) -> None:
    bound = Bound(
        country, tmp_path, 'kind = "order"\nfirst = "beds >= fifty"\nafter = "beds < ten"\nat_least = "1 + 1"', PARAMETERS
    )  # fmt: skip
    cells = bound.cells
    assert cells.members is not None
    assert cells.first is not None
    assert cells.first_of is not None
    assert cells.first_need is not None
    assert bound.codes(cells.at, "province") == ["5"]
    assert (bound.codes(cells.members), bound.codes(cells.first)) == (["A3"], ["A1", "A2", "N1"])
    assert (cells.first_of.tolist(), cells.first_need.tolist()) == ([0, 0, 0], [2, 2, 2])
    assert [name for name, _ in bound.told()] == ["first_then"]
    assert bound.check(A1=2, A2=1, N1=2, A3=3) == [("5", 0, 3, 3, None, "short", True)]
    assert bound.check(A1=2, A2=1, N1=2) == [("5", 0, 0, 0, None, "binding", True)]
    assert [type(number) for number in bound.check(A1=2, A2=1, N1=2)[0][1:4]] == [int, int, int]  # "3", not "3.0", in a table
    assert bound.check(A1=2, A2=2, N1=9, A3=3) == [("5", None, 3, 0, None, "kept", True)]
    floors = Bound(country, tmp_path, 'kind = "order"\nfirst = "beds >= fifty"\nafter = "beds < ten"', PARAMETERS)
    assert floors.cells.first_need is not None
    assert floors.cells.first_need.tolist() == [-1, -1, -1]


def test_an_order_without_units_that_wait_is_no_cell(country: Small, tmp_path: Path) -> None:
    assert Bound(country, tmp_path, 'kind = "order"\nfirst = "beds > ten"', PARAMETERS).none


@pytest.mark.parametrize(
    "rule",
    [
        'kind = "floor"\nlevel = "unit"\namount = "far"\ntier = 1', 'kind = "cap"\namount = "far"', 'kind = "none_or"\namount = "far"',
        'kind = "floor"\nlevel = "unit"\namount = "1"\norder_by = "far"\ntier = 1', 'kind = "share"\nwhere = "beds > 0"\nrate = "far"',
        'kind = "band"\nlevel = "unit"\namount = "0"\nupper = "far"\ntier = 1', 'kind = "cap"\ntogether = true\nwhere = "beds > 0"\namount = "far"',
        'kind = "order"\nfirst = "beds > 0"\nafter = "beds > 0"\nat_least = "far"', 'kind = "floor"\nlevel = "unit"\namount = "0 - far"\ntier = 1',
    ],
)  # fmt: skip
def test_a_number_that_no_place_could_have_is_refused(country: Small, tmp_path: Path, rule: str) -> None:
    far = '["Z.1".parameters]\nfar = { value = 1000000000000000, origin = "law", tr = "a", en = "a" }'
    with pytest.raises((InputError, FormulaError)) as caught:
        Bound(country, tmp_path, rule, far)
    assert isinstance(caught.value, InputError)
    (fault,) = caught.value.faults
    assert (fault.code, fault.column) == ("rulebook.range", "Z.1")
    keys = [key for key in ("order_by", "rate", "upper", "at_least") if key in rule] or ["amount"]
    assert fault.values["key"] == keys[0]
    assert "far" in str(fault.values["formula"])


CLOSED = """
["Z.2"]
source = "x"
tr = "x"
en = "x"
[["Z.2".rule]]
kind = "eligible"
titles = ["eczaci"]
forbid = "beds == fifty"
closes = true
["Z.2".parameters]
fifty = { value = 50, origin = "law", tr = "a", en = "a" }
"""


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ('kind = "floor"\nlevel = "unit"\nwhere = "beds > ten"\namount = "beds / ten"\ntier = 2', "unit"),
        ('kind = "fix"\nlevel = "unit"\nwhere = "beds > ten"\namount = "beds / ten"\ntier = 2', "unit"),
        ('kind = "cap"\nwhere = "beds > ten"\namount = "beds / ten"', "unit"),
        ('kind = "band"\nlevel = "unit"\nwhere = "beds > ten"\namount = "beds / ten"\nupper = "beds"\ntier = 3', "unit"),
    ],
)
def test_closed_units_are_told_apart_with_their_numbers(country: Small, tmp_path: Path, rule: str, level: str) -> None:
    cells = (bound := Bound(country, tmp_path, rule, PARAMETERS + CLOSED)).cells
    assert cells.level == level
    assert bound.codes(cells.at) == ["A1", "B1", "B2", "N1"]
    assert cells.amount.tolist() == [10, 3, 2, 6]
    assert cells.void is not None
    assert (bound.codes(cells.void[0]), cells.void[1].tolist()) == (["A2"], [5])


def test_a_cap_together_is_of_the_units_that_may_have_the_title(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "cap"\ntogether = true\nwhere = "beds > ten"\namount = "ten"'
    cells = (bound := Bound(country, tmp_path, rule, PARAMETERS + CLOSED)).cells
    assert cells.members is not None
    assert bound.codes(cells.members) == ["A1", "B1", "B2", "N1"]


def test_a_number_that_no_place_could_have_is_refused_at_a_closed_unit_too(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "band"\nlevel = "unit"\nwhere = "beds == fifty"\namount = "fifty ** ten"\nupper = "fifty"\ntier = 3'
    with pytest.raises(InputError) as caught:
        Bound(country, tmp_path, rule, PARAMETERS + CLOSED)
    (fault,) = caught.value.faults
    assert (fault.code, fault.values["key"], fault.values["formula"]) == ("rulebook.range", "amount", "fifty ** ten")


def test_an_order_does_not_wait_for_a_closed_unit(country: Small, tmp_path: Path) -> None:
    rule = 'kind = "order"\nfirst = "beds >= fifty"\nafter = "beds < ten"'
    bound = Bound(country, tmp_path, rule, PARAMETERS + CLOSED)
    assert bound.cells.first is not None
    assert bound.codes(bound.cells.first) == ["A1", "N1"]


def test_kinds_of_one_place_alone_are_of_its_level(country: Small, tmp_path: Path) -> None:
    bound = Bound(country, tmp_path, 'kind = "none_or"\nwhere = "beds > 1"\namount = "beds / ten"', PARAMETERS)
    assert bound.cells.level == "unit"
    # 0.7 is 1 when rounded: a least number of one is no rule.
    assert dict(zip(bound.codes(bound.cells.at), bound.cells.amount.tolist(), strict=True)) == {"A1": 10, "A2": 5, "B1": 3, "B2": 2, "N1": 6}
    assert bound.check(A1=10, B1=1)[2] == ("B1", 3, 1, 2, None, "short", True)
    share = Bound(country, tmp_path, 'kind = "share"\nwhere = "beds == ten + ten"\nrate = "part"', PARAMETERS)
    assert share.cells.level == "province"
    assert share.check(A1=50, B1=8, B2=3) == [("19", 2, 3, 1, None, "short", True)]
    cap = Bound(country, tmp_path, 'kind = "cap"\ntogether = true\nwhere = "beds == ten + ten"\namount = "1"', PARAMETERS)
    assert cap.cells.level == "province"
    assert cap.check(A1=5, B2=2) == [("19", 1, 2, 1, None, "short", True)]


def test_what_a_share_comes_to(country: Small, tmp_path: Path) -> None:
    totals = np.array([10], dtype=np.int64)
    for rounding, want in (("", 2), ('rounding = "half_up"\ntier = 2', 3)):
        rule = f'kind = "share"\nwhere = "beds > fifty"\nrate = "part"\n{rounding}'
        assert limits(Bound(country, tmp_path, rule, PARAMETERS).cells, totals).tolist() == [want]
    assert group_sums(np.arange(6), Bound(country, tmp_path, rule, PARAMETERS).cells).tolist() == [5]


def test_a_rounded_share_is_a_fix_of_its_units(country: Small, tmp_path: Path) -> None:
    for inside in ("", '\ninside = "1"'):
        rule = f'kind = "share"\nwhere = "beds > fifty"\nrate = "part"\nrounding = "half_up"\ntier = 2{inside}'
        cells = Bound(country, tmp_path, rule, PARAMETERS).cells
        ask = share_ask(cells, np.array([7], dtype=np.int64))
        assert (ask.rule, ask.stack, ask.tier, ask.exact) == (cells.rule.key, cells.rule.key, 2, True)
        assert ask.amount.tolist() == [7, 7]
        assert ask.at is cells.members
        assert ask.on_top == (not inside) == (not cells.inside)


def test_the_registry_is_a_mapping_of_the_kinds_that_constrain() -> None:
    assert len(KINDS) == len(list(KINDS)) == len(set(KINDS))
    assert {"floor", "fix", "ratio", "cap", "band", "share", "none_or", "order"} <= set(KINDS)
    assert KINDS["floor"] is KINDS["floor"]
    for name in ("merge", "nowhere"):
        with pytest.raises(KeyError, match=name):
            KINDS[name]
    assert type(KINDS["floor"]) is Floor
    assert [type(type(KINDS)()[name]) for name in KINDS] == [type(KINDS[name]) for name in KINDS]


def test_a_kind_says_nothing_by_itself() -> None:
    kind, told = Kind(), Told()
    assert kind.bind(None, None, ()) is None  # type: ignore[arg-type]
    kind.constrain(told, None)  # type: ignore[arg-type]
    assert told.calls == []
    assert list(kind.check(None, None)) == []  # type: ignore[arg-type]



"""No plan: the smallest sets that clash and the cheapest ways out, against every plan of tiny countries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from helpers.oracle import Place, Tree
from helpers.programs import country_of, rule, targets_of
from helpers.small import Small, posts
from pdc.cli import app
from pdc.cli.codes import DONE, NO_PLAN
from pdc.law.groups import Group
from pdc.law.pins import Pin
from pdc.planning.group import plan_bound
from pdc.program.build import program_of
from pdc.program.options import Job, Options
from pdc.rules.bind import BoundGroup, bind_group
from pdc.rules.kinds import Cells
from pdc.solve.no_plan.conflicts import CLOSED, NOWHERE, PIN, SUPPLY, Feasibility, Member, conflicts
from pdc.solve.no_plan.errors import ClashError, StrictError
from pdc.solve.no_plan.pool import least_short, pool_needed
from pdc.solve.no_plan.ways_out import pin_changes

FLOOR = 3  # the largest number that a rule or a pin of a tiny country asks for
TITLES = ("title0", "title1")
RUN = CliRunner()


# tiny countries, every plan looked at ----------------------------------------------------------------------


@dataclass(frozen=True)
class Tiny:
    """A bound group over a few units, and its pins."""

    tree: Tree
    bound: BoundGroup
    pins: tuple[Pin, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(self.bound.targets)

    def every(self) -> Iterator[dict[str, tuple[int, ...]]]:
        """All posts by title and unit, eligible places only, nothing else asked."""
        # No plan needs more than every floor of its own place asks for, or the pool.
        most = max(FLOOR * len(self.tree.levels[2]), FLOOR + 1)
        ranges = [range(most + 1) if unit.open else range(1) for unit in self.tree.levels[2]]
        one = [units for units in product(*ranges) if sum(units) <= most]
        for combination in product(one, repeat=len(self.titles)):
            yield dict(zip(self.titles, combination, strict=True))

    def number(self, plan: dict[str, tuple[int, ...]], title: str, level: str, at: int) -> int:
        depth = ("province", "district", "unit").index(level)
        return sum(self.tree.sums(plan[one])[depth][at] for one in title.split("+"))

    def keeps(self, plan: dict[str, tuple[int, ...]], member: Member) -> bool:
        """Does a plan do what a member of a conflict says?"""
        if member.form == SUPPLY:
            return sum(plan[member.title]) == member.posts
        if member.form == CLOSED:
            return True  # no plan that is looked at has posts there
        for spot in member.spots:
            found = self.number(plan, member.title, spot.level, spot.at)
            if member.form in (PIN, NOWHERE) and found != spot.posts:
                return False
            if member.form in ("floor", "band") and found < spot.posts:
                return False
            if member.form == "limit" and found > spot.posts:
                return False
            if member.form == "band" and spot.upper is not None and found > spot.upper:
                return False
        return True

    def possible(self, members: Sequence[Member]) -> bool:
        return any(all(self.keeps(plan, member) for member in members) for plan in self.every())

    def supplies(self) -> list[tuple[str, int]]:
        """National numbers, of titles that have one."""
        return [(t, target.supply) for t, target in self.bound.targets.items() if target.supply is not None]

    def lawful(
        self, plan: dict[str, tuple[int, ...]], pins: Sequence[Pin], supply: bool, tiers: bool
    ) -> bool:
        """Caps, bands and pins; the national numbers; and nothing short."""
        for title, target in self.bound.targets.items():
            if supply and target.supply is not None and sum(plan[title]) != target.supply:
                return False
        for pin in pins:
            if self.number(plan, pin.title, pin.level, _at(self, pin)) != pin.posts:
                return False
        for cells in self.bound.cells:
            for i, at in enumerate(cells.at.tolist()):
                found = self.number(plan, cells.title, cells.level, at)
                if cells.rule.kind == "cap" and found > cells.amount[i]:
                    return False
                if cells.rule.kind == "band":
                    assert cells.upper is not None
                    if self.is_open(cells, at) and not cells.amount[i] <= found <= cells.upper[i]:
                        return False
        return not tiers or not any(self.shortfall(plan))

    def is_open(self, cells: Cells, at: int) -> bool:
        depth = ("province", "district", "unit").index(cells.level)
        return self.tree.is_open(depth, at)

    def shortfall(self, plan: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
        """Posts missing by tier, each once: the largest floor of a place counts (no rule adds up here)."""
        short = []
        for tier in (1, 2, 3, 4):
            need: dict[tuple[str, str, int], list[int]] = {}
            for cells in self.bound.cells:
                if cells.rule.kind not in ("floor", "ratio") or cells.rule.tier is None:
                    continue
                for at, amount in zip(cells.at.tolist(), cells.amount.tolist(), strict=True):
                    pair = need.setdefault((cells.title, cells.level, at), [0, 0])
                    # A joint floor is a row of its own in each tier.
                    if cells.rule.tier < tier and len(cells.titles) == 1:
                        pair[0] = max(pair[0], amount)
                    if cells.rule.tier == tier or (cells.rule.tier < tier and len(cells.titles) == 1):
                        pair[1] = max(pair[1], amount)
            short.append(
                sum(
                    max(0, own - max(before, self.number(plan, title, level, at)))
                    for (title, level, at), (before, own) in need.items()
                )
            )
        return tuple(short)


def _at(tiny: Tiny, pin: Pin) -> int:
    return int(np.flatnonzero(country_of(tiny.tree).codes(pin.level) == pin.code)[0])


@st.composite
def tinies(draw: st.DrawFn, titles: int = 1, pinned: bool = True, least: int = 0) -> Tiny:
    shape = draw(st.sampled_from([[[2]], [[3]], [[1, 1]], [[2], [1]], [[1], [1]]] if titles == 1 else [[[1]], [[2]], [[1], [1]]]))  # fmt: skip
    levels: tuple[list[Place], list[Place], list[Place]] = ([], [], [])
    for p, counts in enumerate(shape):
        levels[0].append(Place(0, Fraction(1)))
        for count in counts:
            levels[1].append(Place(p, Fraction(1)))
            levels[2].extend(
                Place(len(levels[1]) - 1, Fraction(1), open=draw(st.integers(0, 7)) > 0) for _ in range(count)
            )
    levels[2][0].open = True
    names = TITLES[:titles]
    targets = {}
    for name in names:
        tree = Tree(levels, draw(st.integers(0, FLOOR + 1)))
        targets[name] = targets_of(tree)
    cells: list[Cells] = []
    kinds = ("floor", "floor", "cap", "band") if titles == 1 else ("floor", "cap", "joint")
    for number in range(draw(st.integers(1 + least, 5))):
        kind = draw(st.sampled_from(kinds))
        depth = 2 if kind in ("cap", "joint") else draw(st.integers(0, 2))
        # Floors of units are also asked where the title may not be.
        places = [i for i in range(len(levels[depth])) if depth == 2 or tree.is_open(depth, i)]
        at = sorted(draw(st.sets(st.sampled_from(places), min_size=1)))
        amount = [draw(st.integers(0 if kind in ("cap", "band") else 1, FLOOR)) for _ in at]
        upper = None
        if kind == "band":
            upper = np.array([a + draw(st.integers(0, 2)) for a in amount], dtype=np.int64)
        tier = None if kind in ("cap", "band") else draw(st.integers(1, 3 if kind == "joint" else 4))
        made = rule("ratio" if kind == "joint" else kind, number, tier, joint=kind == "joint")
        made = replace(made, level=("province", "district", "unit")[depth], clause=f"T.{number}")
        own = names if kind == "joint" else (draw(st.sampled_from(names)),)
        cells.append(
            Cells(
                made, own, made.level, np.array(at, dtype=np.int64), np.array(amount, dtype=np.int64), upper
            )
        )
    pins = []
    if pinned:
        country = country_of(Tree(levels, 0))
        for n in range(draw(st.integers(0, 2))):
            level = draw(st.sampled_from(["province", "district", "unit"]))
            codes = country.codes(level)
            code = str(draw(st.sampled_from(codes.tolist())))
            pin = Pin(
                draw(st.sampled_from(names)), level, code, draw(st.integers(0, FLOOR)), f"pin{n}", "T.pin"
            )
            if (pin.title, pin.level, pin.code) not in {(p.title, p.level, p.code) for p in pins}:
                pins.append(pin)
    return Tiny(Tree(levels, 0), BoundGroup({}, targets, tuple(cells)), tuple(pins))


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def _minimal(tiny: Tiny, strict: bool) -> None:
    country = country_of(tiny.tree)
    found = conflicts(country, tiny.bound, Options(), tiny.pins, strict)
    plan_exists = any(tiny.lawful(plan, tiny.pins, True, strict) for plan in tiny.every())
    assert bool(found) != plan_exists
    for conflict in found:
        members = conflict.members
        assert not tiny.possible(members), members
        for member in members:
            if member.form != CLOSED:
                assert tiny.possible([m for m in members if m is not member]), (member, members)


@examples(80)
@given(tinies())
def test_a_set_clashes_and_without_any_one_of_it_a_plan_exists(tiny: Tiny) -> None:
    _minimal(tiny, strict=True)


@examples(40)
@given(tinies(titles=2, pinned=False))
def test_so_it_is_for_titles_that_a_joint_floor_ties(tiny: Tiny) -> None:
    _minimal(tiny, strict=True)


@examples(60)
@given(tinies())
def test_hard_rules_and_pins_alone_clash_in_such_sets_too(tiny: Tiny) -> None:
    _minimal(tiny, strict=False)


def _pool(tiny: Tiny) -> None:
    country = country_of(tiny.tree)
    program = program_of(country, tiny.bound, Options())
    lawful = [plan for plan in tiny.every() if tiny.lawful(plan, (), False, False)]
    found = pool_needed(program)
    if not lawful:
        assert found is None
        return
    best = min(tiny.shortfall(plan) for plan in lawful)
    supplies = {title: target.supply or 0 for title, target in tiny.bound.targets.items()}

    def change(plan: dict[str, tuple[int, ...]]) -> int:
        return sum(abs(sum(plan[title]) - supply) for title, supply in supplies.items())

    assert found is not None
    assert found.left == sum(best)
    assert sum(abs(n) for n in found.posts.values()) == min(
        change(plan) for plan in lawful if tiny.shortfall(plan) == best
    )
    # Where only the hard rules are to hold, less may do.
    any_plan = pool_needed(program_of(country, tiny.bound, Options()), strict=False)
    assert any_plan is not None
    assert sum(abs(n) for n in any_plan.posts.values()) == min(change(plan) for plan in lawful)


@examples(60)
@given(tinies(pinned=False))
def test_the_posts_more_in_the_pool_are_the_fewest_that_do(tiny: Tiny) -> None:
    _pool(tiny)


@examples(40)
@given(tinies(titles=2, pinned=False))
def test_so_are_those_of_two_titles_together(tiny: Tiny) -> None:
    _pool(tiny)


@examples(60)
@given(tinies(pinned=False))
def test_what_stays_short_is_as_little_as_can_be_tier_by_tier(tiny: Tiny) -> None:
    country = country_of(tiny.tree)
    lawful = [plan for plan in tiny.every() if tiny.lawful(plan, (), True, False)]
    found = least_short(program_of(country, tiny.bound, Options()))
    assert (found is not None) == bool(lawful)
    if found is not None:
        plan = {title: tuple(units.tolist()) for title, units in found.items()}
        assert tiny.lawful(plan, (), True, False)
        assert tiny.shortfall(plan) == min(tiny.shortfall(plan) for plan in lawful)


@examples(80)
@given(tinies(), st.booleans())
def test_a_pin_is_told_the_nearest_number_that_lets_a_plan_exist(tiny: Tiny, strict: bool) -> None:
    country = country_of(tiny.tree)
    found = conflicts(country, tiny.bound, Options(), tiny.pins, strict)
    question = Feasibility(country, tiny.bound, Options(), tiny.pins, strict)
    changes = {change.pin: change for change in pin_changes(question, found)}
    for pin in tiny.pins:
        others = [other for other in tiny.pins if other is not pin]
        at = _at(tiny, pin)
        change = changes.get(pin)
        able = _numbers(tiny, pin, at, [p for p in tiny.every() if tiny.lawful(p, others, True, strict)])
        if not found:
            assert change is None
        elif change is None or change.inside:
            assert not able  # no number of this one pin makes a whole plan
        if change is not None and change.inside:
            part, own = _own_province(tiny, pin, at)
            kept = [other for other in others if _at(tiny, other) in own[other.level]]
            # No province has more than the country.
            few = [
                p for p in tiny.every() if all(_province(tiny, p, t, own) <= n for t, n in tiny.supplies())
            ]
            able = _numbers(tiny, pin, at, [p for p in few if part.lawful(p, kept, False, strict)])
        if change is not None:
            assert abs(change.posts - pin.posts) == min(abs(n - pin.posts) for n in able)


def _numbers(tiny: Tiny, pin: Pin, at: int, plans: Sequence[dict[str, tuple[int, ...]]]) -> set[int]:
    return {tiny.number(plan, pin.title, pin.level, at) for plan in plans}


def _province(tiny: Tiny, plan: dict[str, tuple[int, ...]], title: str, own: dict[str, set[int]]) -> int:
    return sum(tiny.number(plan, title, "province", at) for at in own["province"])


def _own_province(tiny: Tiny, pin: Pin, at: int) -> tuple[Tiny, dict[str, set[int]]]:
    """The rules of a pin's province alone, and its places by level."""
    provinces = {
        "province": list(range(len(tiny.tree.levels[0]))),
        "district": [place.parent for place in tiny.tree.levels[1]],
        "unit": [tiny.tree.levels[1][place.parent].parent for place in tiny.tree.levels[2]],
    }
    mine = provinces[pin.level][at]
    own = {level: {i for i, p in enumerate(of) if p == mine} for level, of in provinces.items()}
    cells = []
    for c in tiny.bound.cells:
        here = np.isin(c.at, sorted(own[c.level]))
        upper = None if c.upper is None else c.upper[here]
        cells.append(replace(c, at=c.at[here], amount=c.amount[here], upper=upper))
    return replace(tiny, bound=replace(tiny.bound, cells=tuple(cells))), own


# countries with names --------------------------------------------------------------------------------------


def capped() -> Small:
    """A hospital that should have 4 pharmacists and may have 3; a second one alike; room elsewhere."""
    country = Small().province(19, "Çorum").district("D1", 19, 400_000, central=1, district="Merkez")
    country.province(5, "Amasya").district("D2", 5, 300_000, central=1, district="Suluova")
    country.unit("H1", "D1", "devlet_hastanesi", beds=400, unit="Çorum Devlet Hastanesi")
    country.unit("H2", "D2", "devlet_hastanesi", beds=400, unit="Suluova Devlet Hastanesi")
    country.unit("M1", "D1", "il_saglik_mudurlugu").unit("M2", "D2", "il_saglik_mudurlugu")
    return country.limit("capacity", "H1", "eczaci", 3).filled("eczaci", 101)


def poor() -> Small:
    """Two provinces of eight hospitals that ask for 12 pharmacists each, and 152 of them in the country."""
    country = Small()
    for code in (6, 19):
        country.province(code).district(f"D{code}", code, 100_000, central=1)
        country.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        for n in range(8):
            country.unit(f"H{code}{n}", f"D{code}", "devlet_hastanesi", beds=1200)
    return country.filled("eczaci", 101)


def strict_error(country: Small, *titles: str, **how: object) -> StrictError:
    with pytest.raises(StrictError) as caught:
        country.plan(*titles, options=Options(strict=True, proof=False), **how)  # type: ignore[arg-type]
    return caught.value


def told(country: Small, tmp_path: Path, *more: str) -> tuple[int, str]:
    data = country.write(tmp_path / "data")
    out = tmp_path / "out"
    done = RUN.invoke(
        app, ["plan", "--data", str(data), "--out", str(out), "--no-reports", "--no-cache", *more]
    )
    assert out.exists() == (done.exit_code == DONE)
    return done.exit_code, done.output


def test_a_floor_above_a_limit_is_told_with_both_clauses_the_numbers_and_the_hospital(tmp_path: Path) -> None:
    code, text = told(capped(), tmp_path, "--strict", "--title", "eczaci", "--lang", "en")
    assert code == NO_PLAN
    assert "unit H1 “Çorum Devlet Hastanesi” (Merkez, Çorum)" in text
    assert "A.18.d – Pharmacist: at most 3" in text
    assert "B.5.3.e – Pharmacist: at least 4" in text
    assert "B.5.3.e (Pharmacist): 1 post" in text
    assert "H2" not in text and "pool" not in text  # no pool mends a limit


def test_the_same_in_turkish(tmp_path: Path) -> None:
    code, text = told(capped(), tmp_path, "--strict", "--title", "eczaci")
    assert code == NO_PLAN
    assert "H1 “Çorum Devlet Hastanesi” (Merkez, Çorum)" in text
    assert "A.18.d – Eczacı: en çok 3" in text
    assert "B.5.3.e – Eczacı: en az 4" in text


def test_a_pool_that_is_too_small_clashes_with_the_floors_and_is_told_by_how_much(tmp_path: Path) -> None:
    (trouble,) = strict_error(poor(), "eczaci").troubles
    (conflict,) = trouble.conflicts
    assert {(m.form, m.clause) for m in conflict.members} == {("floor", "B.5.3.e"), (SUPPLY, "B.5.3.a")}
    code, text = told(poor(), tmp_path, "--strict", "--title", "eczaci", "--lang", "en")
    assert code == NO_PLAN
    assert "42 posts more in the pool of Pharmacist: nothing is short" in text
    assert "B.5.3.e – Pharmacist: 192 in all at 16 places" in text
    assert "and 6 more" in text or "and 13 more" in text


def test_with_one_post_fewer_in_the_pool_something_is_short_and_with_that_number_nothing() -> None:
    country = poor()
    (trouble,) = strict_error(country, "eczaci").troubles
    (pool,) = trouble.pools
    assert (pool.posts, pool.left) == ({"eczaci": 42}, 0)
    plan = country.plan("eczaci")
    group = Group(("eczaci",), frozenset())
    bound = bind_group(plan.country, plan.rulebook, group, {})
    for more, short in ((41, True), (42, False)):
        target = bound.targets["eczaci"]
        assert target.supply is not None
        larger = replace(bound, targets={"eczaci": replace(target, supply=target.supply + more)})
        made = plan_bound(plan.country, group, larger, Job(Options(strict=True, proof=False)))
        assert any(f.shortfall for f in made.findings if not f.hard) == short


def test_what_comes_after_the_province_numbers_is_kept_under_strict_where_other_numbers_can() -> None:
    """A.16 moves posts inside a province only; as a hard rule it may ask a post of another province."""
    country = Small()
    for code in (6, 19):
        country.province(code)
        for n in range(3):
            etf = 400_000 if code == 19 else 2_000 if n else 20_000
            country.district(f"D{code}{n}", code, etf, central=int(n == 0))
            country.unit(f"H{code}{n}", f"D{code}{n}", "devlet_hastanesi", beds=50)
    title, sets = "tibbi_teknolog", ["A.3.minimum=0"]  # by people alone: 0.16 of 8 for the small province
    country.filled(title, 8)
    usual = country.plan(title, sets=sets)
    assert usual.shortfall_by_clause == {"A.16": 3}
    assert (posts(usual, title, 6), posts(usual, title, 19)) == (0, 8)
    strict = country.plan(title, sets=sets, options=Options(strict=True))
    assert strict.shortfall_by_clause == {}
    assert (posts(strict, title, 6), posts(strict, title, 19)) == (3, 5)
    # From the cache it is the same, and not the usual one.
    assert country.plan(title, sets=sets, options=Options(strict=True)).units.equals(strict.units)
    assert country.plan(title, sets=sets).units.equals(usual.units)


def crowded() -> Small:
    """Two provinces whose target is 200 GPs, 170 to 230 by B.3.b; in the first the units ask for far more."""
    country = Small()
    for code, name in ((1, "Adana"), (2, "Van")):
        country.province(code, name).district(f"D{code}", code, 440_000, central=1)
        country.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
    for n in range(3):
        country.unit(f"S{n}", "D1", "saglik_ocagi", catchment_population=400_000)
    country.unit("S9", "D2", "saglik_ocagi", catchment_population=700_000)
    return country.filled("pratisyen_tabip", 150)


def test_a_province_of_gps_is_told_the_number_beyond_its_band_with_which_nothing_is_short() -> None:
    (trouble,) = strict_error(crowded(), "pratisyen_tabip").troubles
    (conflict,) = trouble.conflicts
    assert {member.clause for member in conflict.members} == {"B.3.b", "B.3.d"}
    (pool,) = trouble.pools
    assert pool.spot is not None
    assert (pool.spot.posts, pool.posts) == (230, {"pratisyen_tabip": 127})
    how = Options(strict=True, proof=False)
    # 1.785 × 200 is 357; with one post fewer it is not enough.
    made = crowded().plan("pratisyen_tabip", sets=["B.3.b.width=0.785"], options=how)
    assert posts(made, "pratisyen_tabip", 1) == 357
    with pytest.raises(StrictError):
        crowded().plan("pratisyen_tabip", sets=["B.3.b.width=0.784"], options=how)


def pin(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "pins.toml"
    file.write_text("".join(f"[[pin]]\n{row}\n".replace("; ", "\n") for row in rows), "utf-8")
    return file


def test_pins_that_clash_are_named_with_their_places_and_what_each_would_have_to_be(tmp_path: Path) -> None:
    pins = pin(
        tmp_path, 'title = "eczaci"; district = "D1"; posts = 4', 'title = "eczaci"; unit = "M1"; posts = 6'
    )
    how = ["--scenario", str(pins), "--title", "eczaci", "--lang"]
    code, text = told(capped(), tmp_path, *how, "en")
    assert code == NO_PLAN
    assert "A.4 pins.toml#1 – Pharmacist, district D1 Merkez (Çorum): pinned at 4" in text
    assert "A.4 pins.toml#2 – Pharmacist, unit M1 “Birim M1” (Merkez, Çorum): pinned at 6" in text
    assert "6 instead of 4" in text and "4 instead of 6" in text
    code, text = told(capped(), tmp_path, *how, "tr")
    assert "sabitleme, 4" in text and "4 yerine 6" in text


def test_a_pin_where_the_title_may_not_be_is_told_so(tmp_path: Path) -> None:
    country = capped().unit("S1", "D1", "saglik_ocagi")
    pins = pin(tmp_path, 'title = "eczaci"; unit = "S1"; posts = 2')
    code, text = told(country, tmp_path, "--scenario", str(pins), "--title", "eczaci", "--lang", "en")
    assert code == NO_PLAN
    assert "pinned at 2, but the title may not be there" in text
    assert "0 instead of 2" in text


def test_more_posts_than_the_limits_of_all_units_leave_room_for_are_told_by_how_much(tmp_path: Path) -> None:
    country = uncapped()
    for unit in ("H1", "H2", "M1", "M2"):
        country.limit("capacity", unit, "eczaci", 30)
    code, text = told(country, tmp_path, "--title", "eczaci", "--lang", "en")
    assert code == NO_PLAN
    assert "A.18.d – Pharmacist: the limits of 4 places" in text
    assert "32 posts fewer in the pool of Pharmacist: there is a plan" in text  # 152 and four times 30


def test_two_numbers_for_one_place_are_both_told(tmp_path: Path) -> None:
    pins = pin(
        tmp_path, 'title = "eczaci"; province = 19; posts = 40', 'title = "eczaci"; province = 19; posts = 50'
    )
    code, text = told(capped(), tmp_path, "--scenario", str(pins), "--title", "eczaci", "--lang", "en")
    assert code == NO_PLAN
    assert "province 19 Çorum: pinned at 40" in text and "province 19 Çorum: pinned at 50" in text


def test_pins_of_a_strict_plan_are_told_the_number_that_keeps_the_floors(tmp_path: Path) -> None:
    pins = pin(tmp_path, 'title = "eczaci"; province = 5; posts = 2')
    (trouble,) = strict_error(uncapped(), "eczaci", scenario=[pins]).troubles
    (change,) = trouble.changes
    plan = uncapped().plan("eczaci")
    asked: dict[str, int] = {}
    for f in plan.groups[0].findings:
        if f.level == "unit" and f.at >= 0:
            code = str(plan.country.codes("unit")[f.at])
            asked[code] = max(asked.get(code, 0), f.required or 0)
    least = asked["H2"] + asked["M2"]
    assert (change.pin.posts, change.posts) == (2, least)


def uncapped() -> Small:
    country = capped()
    country.rows["capacity"] = []
    return country


def test_a_clash_in_a_script_has_its_parts_as_data(tmp_path: Path) -> None:
    pins = pin(tmp_path, 'title = "eczaci"; province = 19; posts = 500')
    with pytest.raises(ClashError) as caught:
        capped().plan("eczaci", scenario=[pins])
    (trouble,) = caught.value.troubles
    assert trouble.group == "eczaci"
    assert {m.form for c in trouble.conflicts for m in c.members} >= {PIN}
    assert [change.posts for change in trouble.changes] == [152]

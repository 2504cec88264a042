"""No bound is wrong: where a range is proven empty, not one of its values gives the post, each asked by planning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pdc
from helpers.small import Small
from helpers.two_provinces import FEW
from pdc.ask.one_more.levers import Lever
from pdc.ask.one_more.ranges import Number, asked_with, course
from pdc.ask.one_more.search import Search
from pdc.ask.session import Question, Session
from pdc.base.exact import Fraction
from pdc.country.country import level_sums
from pdc.program.options import MARGINAL, Options
from pdc.solve.no_plan.errors import ClashError

KINDS = ("devlet_hastanesi", "saglik_ocagi", "saglik_grup_baskanligi", "adsm", "acsap", "saglik_merkezi")
TITLES = (
    "eczaci", "hemsire", "ebe", "fizyoterapist", "diyetisyen", "pratisyen_tabip",
    "uzman.ic_hastaliklari", "uzman.genel_cerrahi", "uzman.adli_tip",
)  # fmt: skip
REACH = 5  # steps either way


@st.composite
def countries(draw: st.DrawFn) -> Small:
    """Two or three provinces with a few districts and units, and not many posts."""
    small, units = Small(), 0
    for p, code in enumerate((19, 5, 34)[: draw(st.integers(2, 3))]):
        small.province(code, crude_birth_rate=draw(st.integers(8, 25)))
        for d in range(draw(st.integers(1, 3))):
            district = f"D{p}{d}"
            small.district(district, code, draw(st.integers(d == 0, 40)) * 1500, central=int(d == 0))
            for _ in range(draw(st.integers(1, 3))):
                units += 1
                kind = draw(st.sampled_from(KINDS))
                beds = draw(st.integers(0, 30)) * 12 if kind in ("devlet_hastanesi", "saglik_merkezi") else 0
                small.unit(
                    f"U{units:02}", district, kind, beds=beds, special_beds=beds // 10, khd_beds=beds // 12,
                    catchment_population=draw(st.integers(0, 12)) * 1000,
                    dental_chairs=draw(st.integers(1, 9)) if kind == "adsm" else 0,
                )  # fmt: skip
    small.unit("U00", "D00", "devlet_hastanesi", beds=60)
    for title in TITLES:
        name, _, branch = title.partition(".")
        small.staff("", name, draw(st.integers(1, 40)), branch=branch)
    if draw(st.booleans()):
        small.limit("standards", "U01", draw(st.sampled_from(TITLES)), draw(st.integers(0, 3)))
    return small


def levers(small: Small) -> list[Lever]:
    """Numbers that may be moved: of the first district, of its hospital, of clauses."""
    people = next(row["etf_population"] for row in small.rows["districts"] if row["district_code"] == "D00")
    text = {"tr": "", "en": ""}

    def data(name: str, old: int, step: int, level: str, code: str) -> Lever:
        return Lever(
            "data", name, Fraction(old), Fraction(step), -min(REACH, old // step), REACH, text, level, code
        )

    def law(name: str, old: str, step: str) -> Lever:
        value, by = Fraction(old), Fraction(step)
        return Lever("set", name, value, by, -min(REACH, int((value - by) / by)), REACH, text)

    return [
        data("districts.etf_population", people, 1700, "district", "D00"),
        data("units.beds", 60, 23, "unit", "U00"),
        data("units.special_beds", 0, 4, "unit", "U00"),
        law("B.5.3.a.growth", "1.5", "0.2"),
        law("B.5.3.e.beds_per_pharmacist", "100", "13"),
        law("B.5.3.d.few_beds", "100", "20"),
        law("B.4.a.1.growth", "1.2", "0.2"),
        law("B.4.a.7.beds_per_nurse", "4", "0.5"),
        law("B.4.a.8.beds_per_nurse", "3", "0.4"),
        law("B.4.b.1.growth", "0.2", "0.1"),
    ]


def asked(session: Session, number: Number, lever: Lever, steps: int) -> int:
    """Posts by planning; nought where there is no plan or no such value."""
    try:
        made = session.answer(asked_with(replace(number.base, titles=(number.title,)), lever, steps))
    except (ClashError, pdc.InputError):
        return 0
    group = next((g for g in made.groups if number.title in g.group.titles), None)
    at = np.flatnonzero(made.country.codes(number.level) == number.code)
    if group is None or number.title not in group.solution.posts or not len(at):
        return 0
    return int(level_sums(made.country, group.solution.posts[number.title], number.level)[at[0]])


def number_of(session: Session, title: str, level: str, code: str) -> Number:
    base = Question()
    options = session.planned_as(session.setting(base))
    return Number(session, base, title, level, code, options, session.planned_below(base, title))


def check(small: Small, title: str, place: tuple[str, str], lever: Lever, norm: str = "") -> tuple[int, int]:
    """Every range that bounds prove empty is empty; how many single values were proven, of how many empty."""
    session = Session(small.tables(), sets=FEW, options=Options(norm, engine=MARGINAL))
    try:
        number = number_of(session, title, *place)
    except ClashError:
        return 0, 0  # no lawful plan of what the title reads
    excludes = course(number, lever).excludes
    if excludes is None:
        return 0, 0
    posts = {n: asked(session, number, lever, n) for n in range(lever.least, lever.most + 1)}
    proven = empty = 0
    for wanted in sorted({posts.get(0, 0) + 1, *posts.values(), max(posts.values()) + 1}):
        if wanted < 1:
            continue
        for a, value in posts.items():
            for b in (a, a + 1, a + 3, lever.most):
                if a <= b <= lever.most and excludes(a, b, wanted):
                    most = max(posts[n] for n in range(a, b + 1))
                    assert most < wanted, (title, place, lever.name, a, b, wanted, posts)
            if value < wanted:
                empty += 1
                proven += excludes(a, a, wanted)
    wanted = posts.get(0, 0) + 1
    search = Search(posts.__getitem__, wanted, lambda a, b: excludes(a, b, wanted))
    found = search.first(lever.least, lever.most)
    fits = [n for n in posts if n and posts[n] >= wanted]
    smallest = min(fits, key=lambda n: (abs(n), n < 0), default=None)
    assert (found.step if found else None) == smallest or search.open_below(lever.least, lever.most)
    return proven, empty


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_a_range_proven_empty_has_no_value_that_gives_the_post(data: st.DataObject) -> None:
    small = data.draw(countries())
    lever = data.draw(st.sampled_from(levers(small)))
    title = data.draw(st.sampled_from(TITLES))
    place = data.draw(st.sampled_from([("unit", "U00"), ("unit", "U01"), ("district", "D00"), ("district", "D10"),
                                       ("province", "19"), ("province", "5")]))  # fmt: skip
    check(small, title, place, lever, data.draw(st.sampled_from(["", "", "l1"])))


# What bounds must be able to prove ------------------------------------------------------------------------


def single_values(small: Small, title: str, place: tuple[str, str], name: str) -> tuple[int, int]:
    lever = next(one for one in levers(small) if one.name == name)
    return check(small, title, place, lever)


def two_provinces() -> Small:
    small = Small().province(19).province(5)
    small.district("D00", 19, 60_000, central=1).district("D01", 19, 40_000).district(
        "D10", 5, 80_000, central=1
    )
    for code, district, beds in (("U00", "D00", 60), ("U01", "D01", 240), ("U02", "D10", 150)):
        small.unit(
            code, district, "devlet_hastanesi", beds=beds, special_beds=beds // 10, khd_beds=beds // 12
        )
    for code, district in (("U03", "D00"), ("U04", "D01"), ("U05", "D10")):
        small.unit(code, district, "saglik_ocagi", catchment_population=9_000)
    for title, posts in (("eczaci", 9), ("hemsire", 330), ("ebe", 60), ("pratisyen_tabip", 60)):
        small.filled(title, posts)
    return small


@pytest.mark.parametrize("level", ["unit", "district", "province"])
@pytest.mark.parametrize("name", ["districts.etf_population", "units.beds", "B.5.3.a.growth"])
def test_pharmacists_of_a_small_country_are_proven_at_every_value(name: str, level: str) -> None:
    """A title that is a tree."""
    place = {"unit": "U00", "district": "D00", "province": "19"}
    proven, empty = single_values(two_provinces(), "eczaci", (level, place[level]), name)
    assert empty - 1 <= proven <= empty  # where two places tie for a post, bounds leave it open
    assert empty


@pytest.mark.parametrize("level", ["district", "province"])
@pytest.mark.parametrize("name", ["B.4.a.1.growth", "B.4.a.8.beds_per_nurse"])
def test_nurses_with_midwives_are_proven_nearly_everywhere(name: str, level: str) -> None:
    """Two trees that floors tie at their units."""
    place = {"district": "D00", "province": "19"}
    proven, empty = single_values(two_provinces(), "hemsire", (level, place[level]), name)
    assert empty >= proven > empty / 2


def test_a_lever_that_reaches_what_the_title_reads_has_no_bounds() -> None:
    """Nurses read what physicians are given, and people move those too."""
    small = two_provinces()
    session = Session(small.tables(), sets=FEW, options=Options(engine=MARGINAL))
    people = next(one for one in levers(small) if one.name == "districts.etf_population")
    nurses = course(number_of(session, "hemsire", "district", "D00"), people)
    assert nurses.excludes is None
    assert "pratisyen_tabip" in nurses.moved
    pharmacists = course(number_of(session, "eczaci", "district", "D00"), people)
    assert pharmacists.excludes is not None
    assert not pharmacists.moved


@pytest.mark.parametrize("name", ["units.beds", "districts.etf_population"])
def test_a_range_in_which_units_are_merged_is_not_proven_as_one(name: str) -> None:
    """B.3.e puts hospital and health centre under one roof below 30,000 people."""
    small = two_provinces()
    small.rows["districts"][0]["etf_population"] = 28_300
    lever = next(one for one in levers(small) if one.name == name)
    check(small, "eczaci", ("unit", "U00"), lever)
    check(small, "eczaci", ("district", "D00"), lever)


def test_units_that_must_wait_give_their_posts_to_others() -> None:
    """B.5.3.f: no pharmacist at the group directorate while the hospital, held below its floor, is short."""
    small = Small().province(19).province(5)
    small.district("D00", 19, 30_000, central=1).district("D01", 19, 60_000).district(
        "D10", 5, 50_000, central=1
    )
    small.unit("U00", "D00", "devlet_hastanesi", beds=60).unit("U01", "D00", "devlet_hastanesi", beds=320)
    small.unit("U02", "D01", "devlet_hastanesi", beds=90)
    for unit in range(3, 7):
        small.unit(f"U{unit:02}", "D01", "saglik_grup_baskanligi")
    small.unit("U10", "D10", "devlet_hastanesi", beds=200).limit("standards", "U01", "eczaci", 1)
    small.filled("eczaci", 12)
    for place in (("unit", "U02"), ("unit", "U00"), ("district", "D00")):
        proven, empty = single_values(small, "eczaci", place, "B.5.3.a.growth")
        assert empty
        assert proven


@pytest.mark.parametrize("midwives", [1, 12])
def test_floors_shared_with_midwives_may_be_filled_by_nurses(midwives: int) -> None:
    """B.4.a.4, B.4.a.7: a nurse for whom there is no midwife."""
    small = Small().province(19).province(5)
    small.district("D00", 19, 40_000, central=1).district("D10", 5, 90_000, central=1)
    small.unit("U00", "D00", "devlet_hastanesi", beds=60).unit("U01", "D10", "devlet_hastanesi", beds=20)
    for unit, district in ((2, "D00"), (3, "D00"), (4, "D00"), (5, "D10")):
        small.unit(f"U{unit:02}", district, "saglik_ocagi", catchment_population=3_000)
    small.filled("hemsire", 22).filled("ebe", midwives).filled("pratisyen_tabip", 60)
    for place in (("unit", "U02"), ("district", "D00")):
        _, empty = single_values(small, "hemsire", place, "B.4.a.1.growth")
        assert empty

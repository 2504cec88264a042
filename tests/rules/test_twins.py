"""The checks do not lean on the solver: a rule left out of the program is found by its own check.

Every case plans a country with one clause left out of the program (its numbers are bound, the solver just
never hears of them) and then checks the plan against the whole law.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from helpers.poor_places import POOR, Poor
from helpers.small import Small
from pdc.base.formula import Formula
from pdc.country.merges import merge
from pdc.law import reading
from pdc.law.groups import groups
from pdc.law.rulebook import Rule, Rulebook
from pdc.law.scenario import apply
from pdc.program.build import program_of, with_needs
from pdc.program.options import Options
from pdc.rules.bind import bind_group
from pdc.rules.cells import SHORT
from pdc.rules.checks import broken, check_group
from pdc.rules.kinds import KINDS, Cells, Finding, Numbers
from pdc.solve.lexicographic import solve

FEW = "A.3.minimum=0"


def left(cells: Cells, without: Sequence[str]) -> list[Cells]:
    """What the program is told. A hard band stays as a wide one: GPs have no other end of their number."""
    if cells.rule.clause not in without:
        return [cells]
    if cells.rule.kind == "band" and cells.rule.tier is None:
        assert cells.upper is not None
        return [replace(cells, amount=cells.amount * 0, upper=cells.upper * 10)]
    return []


def findings(
    country: Small, titles: Sequence[str], sets: Sequence[str] = (), without: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Plan the titles, some clauses left out of the programs; check the last group against all of them."""
    book, _ = apply(reading.load(), (), [FEW, *sets])
    place = merge(country.tables(), book)
    planned: dict[str, np.ndarray] = {}
    found: tuple[Finding, ...] = ()
    for group in groups(book, titles):
        bound = bind_group(place, book, group, planned)
        told = replace(bound, cells=tuple(c for cell in bound.cells for c in left(cell, without)))
        solution = solve(program_of(place, told, Options()))
        whole = program_of(place, bound, Options())
        cells = [with_needs(whole, c) for c in bound.cells]
        found = check_group(place, bound.targets, cells, Numbers(place, solution.posts))
        planned |= solution.posts
    return found


def two_districts(first: int, second: int) -> Small:
    """One province with a central district ``D`` and another, ``E``."""
    return Small().province(19).district("D", 19, first, central=1).district("E", 19, second)


def poor_province() -> Small:
    """Province 55 has so few people that targets alone would give it no orthopaedics technician."""
    country = Small().filled("ortopedi_teknisyeni", 2)
    for code, people in ((19, 900_000), (55, 30_000)):
        country.province(code).district(f"D{code}", code, people, central=1)
        country.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100)
    return country


def tiny_district() -> Small:
    """A group directorate in a district of 1,000 people, a hospital in one of 999,000."""
    country = two_districts(999_000, 1_000).unit("H", "D", "devlet_hastanesi", beds=100)
    return country.unit("G", "E", "saglik_grup_baskanligi").filled("tibbi_sekreter", 20)


def heavy_directorate() -> Small:
    """By its weight the directorate would have several of the nine dentists."""
    country = two_districts(100_000, 100_000).unit("M", "D", "il_saglik_mudurlugu")
    return country.unit("A", "E", "adsm", dental_chairs=1).filled("dis_tabibi", 6)


def specialists_in_a_village() -> Small:
    """All FTR specialists are in the small district, since the large one may not have any."""
    country = two_districts(190_000, 10_000).unit("K", "D", "devlet_hastanesi", beds=500)
    country.unit("H", "E", "devlet_hastanesi", beds=100).limit(
        "standards", "K", "uzman.fizik_tedavi_ve_rehabilitasyon", 0
    )
    return country.filled("uzman.fizik_tedavi_ve_rehabilitasyon", 6).filled("fizyoterapist", 2)


def patient_rights_in_a_village() -> Small:
    """A day hospital with a patient-rights unit, where nobody lives."""
    country = two_districts(199_000, 1_000).unit("H", "D", "devlet_hastanesi", beds=900)
    country.unit("G", "E", "ilce_gun_hastanesi", beds=10, patient_rights_unit=1)
    return country.filled("psikolog", 1).filled("sosyal_calismaci", 1)


def many_stations() -> Small:
    """10,000 people make 4.5 GPs; three stations ask for fifteen."""
    country = Small().province(19).district("D", 19, 10_000, central=1)
    for code in "ABC":
        country.unit(code, "D", "istasyon_112_a")
    return country.filled("pratisyen_tabip", 10)


def crowded_health_post() -> Small:
    """A health post for 9,000 in a district that is counted 2,200."""
    country = two_districts(220_000, 2_200).unit("H", "D", "devlet_hastanesi", beds=500)
    country.unit("S", "D", "saglik_ocagi", catchment_population=200_000)
    return country.unit("O", "E", "saglik_ocagi", catchment_population=9_000).filled("pratisyen_tabip", 90)


def large_hospital() -> Small:
    """One hospital of 1,800 beds and one of 100 share 60 pharmacists."""
    country = Small().province(19).district("D", 19, 1_000_000, central=1).filled("eczaci", 40)
    return country.unit("H", "D", "devlet_hastanesi", beds=1_800).unit("K", "D", "devlet_hastanesi", beds=100)


def dentists_without_chairs() -> Small:
    """The neighbour province may hold one dentist only, so this one has more than its target."""
    country = Small().filled("dis_tabibi", 12)
    for code in (19, 55):
        country.province(code).district(f"D{code}", code, 100_000, central=1)
    country.unit("M", "D19", "il_saglik_mudurlugu").unit("A", "D19", "adsm", dental_chairs=4)
    country.unit("O", "D19", "saglik_ocagi", catchment_population=100_000)
    return country.unit("B", "D55", "adsm", dental_chairs=9).limit("capacity", "B", "dis_tabibi", 1)


def busy_dispensary() -> Small:
    """220,000 people make 100 GPs, of whom a dispensary may have one."""
    country = Small().province(19).district("D", 19, 220_000, central=1).filled("pratisyen_tabip", 100)
    country.unit("V", "D", "verem_savas_dispanseri", catchment_population=3_000_000)
    return country.unit("S", "D", "saglik_ocagi", catchment_population=200_000)


def directorate_of_gps() -> Small:
    """440,000 people make 200 GPs: 6 and 4 deputies at the directorate."""
    country = Small().province(19).district("D", 19, 440_000, central=1).unit("M", "D", "il_saglik_mudurlugu")
    return country.unit("S", "D", "saglik_ocagi", catchment_population=700_000).filled("pratisyen_tabip", 200)


def acsap_of_its_own() -> Small:
    """Two specialists for three children's hospitals; the AÇS-AP's district has half of the people."""
    country = two_districts(100_000, 100_000).unit("P", "D", "acsap").filled("cocuk_gelisim_uzmani", 2)
    for code in ("C1", "C2", "C3"):
        country.unit(code, "E", "cocuk_hastanesi", beds=100)
    return country


TWINS = {"B.5.5.h": ("B.5.5.h", "B.5.6.d")}  # two clauses that say the same

CASES = [
    ("floor", "B.4.c.6.b", poor_province, ["ortopedi_teknisyeni"], []),
    ("floor", "A.16", tiny_district, ["tibbi_sekreter"], []),
    ("fix", "B.5.1.d", heavy_directorate, ["dis_tabibi"], []),
    ("ratio", "B.5.2.c", specialists_in_a_village, ["uzman.fizik_tedavi_ve_rehabilitasyon", "fizyoterapist"], []),
    ("ratio", "B.5.5.h", patient_rights_in_a_village, ["psikolog", "sosyal_calismaci"],
     ["B.5.5.a.growth=1.0", "B.5.6.a.growth=1.0"]),
    ("band", "B.3.b", many_stations, ["pratisyen_tabip"], []),
    ("band", "B.3.d", crowded_health_post, ["pratisyen_tabip"], []),
    ("cap", "B.5.3.e", large_hospital, ["eczaci"], []),
    ("cap", "A.18.d", dentists_without_chairs, ["dis_tabibi"], []),
    ("cap", "B.5.1.c", dentists_without_chairs, ["dis_tabibi"], []),
    ("share", "B.3.g", busy_dispensary, ["pratisyen_tabip"], []),
    ("share", "B.3.c", directorate_of_gps, ["pratisyen_tabip"], []),
    ("order", "B.5.8.c", acsap_of_its_own, ["cocuk_gelisim_uzmani"], ["B.5.8.a.growth=1.0"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "clause", "build", "titles", "sets"),
    [pytest.param(*case, id=f"{case[0]} {case[1]}") for case in CASES],
)
def test_a_rule_that_the_solver_is_not_told_is_found_by_its_check(
    kind: str, clause: str, build: Callable[[], Small], titles: list[str], sets: list[str]
) -> None:
    assert kind in reading.load().clauses[clause].kinds
    country = build()
    wrong = [f for f in findings(country, titles, sets, TWINS.get(clause, (clause,))) if f.clause == clause]
    right = [f for f in findings(country, titles, sets) if f.clause == clause]
    assert [(f.level, f.at) for f in wrong] == [(f.level, f.at) for f in right]
    assert sum(f.shortfall for f in wrong) > sum(f.shortfall for f in right)
    assert SHORT in {f.status for f in wrong}
    assert not broken(right)
    if any(f.hard for f in right):
        assert broken(wrong)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.name} at {case.kind}") for case in POOR])
def test_a_floor_that_the_solver_is_not_told_is_found_short_where_few_people_live(case: Poor) -> None:
    country = case.country()
    wrong = [f for f in findings(country, case.titles, case.sets, (case.clause,)) if f.clause == case.clause]
    right = [f for f in findings(country, case.titles, case.sets) if f.clause == case.clause]
    assert {f.status for f in wrong} >= {SHORT}
    assert sum(f.shortfall for f in wrong) > sum(f.shortfall for f in right)


def test_every_constraining_kind_is_left_out_at_least_once() -> None:
    assert {kind for kind, *_ in CASES} == {rule.kind for rule in reading.load().of_kind(*KINDS)}


# who may be where ----------------------------------------------------------------------------------------


def opened(book: Rulebook, clause: str, rule: Rule) -> Rulebook:
    """The rulebook in which that rule of eligibility lets the title in everywhere, or shuts nothing out."""
    key, text = ("where", "True") if rule.formula("where") else ("forbid", "False")
    other = replace(rule, formulas={**rule.formulas, key: Formula(text)})
    entry = book.clauses[clause]
    rules = tuple(other if r.key == rule.key else r for r in entry.rules)
    return replace(book, clauses={**book.clauses, clause: replace(entry, rules=rules)})


def closed_kinds(title: str) -> Small:
    """Province 19 has a place for every title; province 55 only units where this title may not be."""
    country = Small().filled(title, 150)
    for code in (19, 55):
        country.province(code).district(f"D{code}", code, 200_000, central=1)
    flags = dict.fromkeys(
        (
            "laboratory",
            "prosthesis_laboratory",
            "audiology_laboratory",
            "emergency_service",
            "duty_24h",
            "adolescent_unit",
        ),
        1,
    )
    country.unit(
        "A1",
        "D19",
        "devlet_hastanesi",
        beds=500,
        imaging_devices=5,
        operating_tables=3,
        dental_chairs=2,
        **flags,
    )
    country.unit("A2", "D19", "cocuk_hastanesi", beds=300, **flags).unit("A3", "D19", "adsm", dental_chairs=9)
    country.unit("A4", "D19", "saglik_ocagi", catchment_population=200_000).unit(
        "A5", "D19", "il_saglik_mudurlugu"
    )
    kind = NO_PLACE.get(title, "saglik_evi")
    return country.unit("B1", "D55", kind).district("E55", 55, 100_000).unit("B2", "E55", kind)


NO_PLACE = {"ebe": "istasyon_112_b", "odyolog": "ilce_gun_hastanesi"}  # elsewhere a health house will do


def eligibility() -> list[tuple[str, Rule, str]]:
    """Rules that say where a title may be, each with one title it names."""
    found = []
    for clause, entry in reading.load().clauses.items():
        for rule in entry.rules:
            names = [t for t in rule.titles if "*" not in t and not t.startswith(("uzman.", "-"))]
            if rule.kind == "eligible" and rule.formula("where") and names:
                found.append((clause, rule, names[0]))
    return found


@pytest.mark.parametrize(
    ("clause", "rule", "title"), [pytest.param(c, r, t, id=r.key) for c, r, t in eligibility()]
)
def test_a_title_placed_where_it_may_not_be_is_found_by_the_check(
    clause: str, rule: Rule, title: str
) -> None:
    book, _ = apply(reading.load(), (), [FEW])
    place = merge(closed_kinds(title).tables(), book)
    (group,) = groups(book, [title])
    bound = bind_group(place, book, group, {})
    wrong = bind_group(place, opened(book, clause, rule), group, {})
    posts = solve(program_of(place, wrong, Options())).posts
    misplaced = broken(check_group(place, bound.targets, bound.cells, Numbers(place, posts)))
    assert "A.12" in {f.clause for f in misplaced}
    right = solve(program_of(place, bound, Options())).posts
    assert not broken(check_group(place, bound.targets, bound.cells, Numbers(place, right)))

"""From today's staff to the plan: everything is made again from ``changes.csv`` alone, by other means."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.small import Small
from pdc.base.faults import InputError
from pdc.law import reading
from pdc.law.service_groups import FILE, ServiceGroups, service_groups
from pdc.planning import staffing
from pdc.planning.write import write

FEW = ["A.3.minimum=0"]
RULE = reading.load().service_groups
assert RULE is not None


def many(provinces: int = 64) -> Small:
    """A hospital a province; staff of several kinds, some of them away."""
    country = Small()
    for code in range(1, provinces + 1):
        country.province(code).district(f"D{code}", code, 20_000 + 700 * (code % 9), central=1)
        country.unit(f"U{code}", f"D{code}", "devlet_hastanesi", beds=60 + 10 * (code % 5))
        country.staff(f"U{code}", "hemsire", 10 + code * 7 % 23, vacant=code % 4)
        country.rows["staff"][-1]["absent"] = code % 3
        country.staff(f"U{code}", "hemsire", code % 6 // 5 * 30, "4924", vacant=code % 7 // 6 * 40)
    return country.unit("Z", "D1", "saglik_ocagi", catchment_population=9_000).staff("Z", "hemsire", 9)


BELOW = st.integers(0, 2**26 - 1)
CLOSE = st.tuples(st.integers(2**26 - 9, 2**26 - 1), st.integers(2**26 - 9, 2**26 - 1))


@given(st.lists(st.one_of(st.tuples(BELOW, BELOW), CLOSE), min_size=2, max_size=2))
def test_rates_are_told_apart_as_their_fractions_are(pairs: list[tuple[int, int]]) -> None:
    exact, quick = ([key(*pair) for pair in pairs] for key in (staffing._key, staffing._quick_key))
    assert (exact[0] < exact[1], exact[0] == exact[1]) == (quick[0] < quick[1], quick[0] == quick[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = many().plan("hemsire", sets=FEW)
    return write(plan, tmp_path_factory.mktemp("staff") / "plan", reports=False)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_groups_and_fill_rates_are_made_again_from_changes_alone(folder: Path) -> None:
    """The rule in words: filled without those away ÷ posts, 20, 20, 20 and the rest."""
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in read(folder / "changes.csv"):
        numbers = (int(row["filled"]) - int(row["absent"]), int(row["posts"]), int(row["vacant"]))
        one = sums[row["title"], int(row["province_code"])]
        one[:] = [a + b for a, b in zip(one, numbers, strict=True)]
    for name, posts_of in (("service_groups", lambda one: one[1]), ("service_groups_before", None)):
        if posts_of is None:  # today's posts: all that are filled, and the vacant ones
            filled = defaultdict(int)
            for row in read(folder / "changes.csv"):
                filled[row["title"], int(row["province_code"])] += int(row["filled"]) + int(row["vacant"])
        keyed = []
        for (title, code), one in sums.items():
            posts = posts_of(one) if posts_of else filled[title, code]
            keyed.append((title, -Fraction(one[0], posts), posts - one[0], code, one[0], posts))
        keyed.sort()
        wanted = [
            {
                "title": title, "province_code": str(code), "filled": str(there), "posts": str(posts),
                "fill_rate": f"{there / posts:.9f}", "rank": str(rank), "group": "ABCD"[min((rank - 1) // 20, 3)],
            }
            for rank, (title, _, _, code, there, posts) in enumerate(keyed, 1)
        ]  # fmt: skip
        assert read(folder / f"{name}.csv") == wanted
        assert [row["group"] for row in wanted].count("D") == 4


def test_lists_and_sums_are_made_again_from_changes_alone(folder: Path) -> None:
    changes = read(folder / "changes.csv")
    surplus, vacancies, locked = (read(folder / f"{n}.csv") for n in ("surplus", "vacancies", "locked_4924"))
    place = ("province_code", "district_code", "unit_code", "title", "filled", "posts")
    by_place = sorted(changes, key=lambda row: (int(row["province_code"]), *(row[name] for name in place[1:3])))

    def some(test: str, *columns: str) -> list[dict[str, str]]:
        names = test.split("+")
        rows = [row for row in by_place if any(int(row[name]) for name in names)]
        return [{name: row[name] for name in (*place, *columns)} for row in rows]

    for row in surplus:
        assert int(row.pop("movable")) == int(row["surplus"]) - int(row["locked_4924"]) >= 0
    assert surplus == some("surplus", "surplus", "locked_4924")
    assert vacancies == some("vacancy", "vacancy", "blocked_4924")
    assert locked == some("locked_4924+blocked_4924", "locked_4924", "blocked_4924")
    assert surplus and vacancies and any(row["locked_4924"] != "0" for row in locked)
    assert any(row["blocked_4924"] != "0" for row in locked)
    for name, keys in (("staff_provinces", place[:1]), ("staff_districts", place[:2])):
        for row in read(folder / f"{name}.csv"):
            own = [one for one in changes if all(one[key] == row[key] for key in (*keys, "title"))]
            assert [int(row[c]) for c in staffing.SUMMED] == [sum(int(one[c]) for one in own) for c in staffing.SUMMED]
            filled, posts, vacancy, gone = (int(row[c]) for c in ("filled", "posts", "vacancy", "surplus"))
            assert filled + vacancy - gone == posts


def frame(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    """``changes`` of a title: province, filled, absent, posts."""
    made = pd.DataFrame(rows, columns=["province_code", "filled", "absent", "posts"])
    return made.assign(title="ebe")


def grouped(changed: pd.DataFrame, provinces: list[int], rule: ServiceGroups = RULE) -> dict[int, str]:
    found = staffing.service_groups(changed, provinces, rule)
    return dict(zip(found["province_code"].tolist(), found["group"], strict=True))


ONES = ServiceGroups(RULE.name, RULE.text, RULE.source, {"A": 1, "B": 1, "C": 1}, "D")


def test_an_equal_rate_goes_by_vacancies_and_then_by_the_code() -> None:
    same = frame((7, 50, 0, 100), (6, 5, 0, 10), (5, 5, 0, 10), (4, 1, 0, 10))
    assert grouped(same, [4, 5, 6, 7], ONES) == {5: "A", 6: "B", 7: "C", 4: "D"}
    # Three thirds of a large number differ from a third only in exact numbers.
    near = frame((1, 10**15, 0, 3 * 10**15 + 1), (2, 1, 0, 3))
    assert list(grouped(near, [1, 2], ONES).items()) == [(2, "A"), (1, "B")]


def test_staff_without_a_post_are_the_fullest_and_a_province_with_neither_has_no_group() -> None:
    made = staffing.service_groups(frame((1, 3, 0, 0), (2, 30, 0, 10), (3, 0, 0, 4)), [1, 2, 3, 9], ONES)
    assert made["province_code"].tolist() == [1, 2, 3, 9]
    assert made["group"].tolist() == ["A", "B", "C", ""]
    assert made["rank"].tolist() == [1, 2, 3, ""]
    assert made["fill_rate"].fillna(-1).tolist() == [-1, 3.0, 0.0, -1]  # 30 of 10 is told as it is


def test_with_fewer_provinces_than_a_group_takes_all_are_in_the_first() -> None:
    assert set(grouped(frame(*((c, c, 0, 50) for c in range(1, 13))), list(range(1, 13))).values()) == {"A"}


def test_those_away_count_only_where_the_rule_says_so() -> None:
    away = frame((1, 10, 8, 10), (2, 9, 0, 10))
    assert grouped(away, [1, 2], ONES) == {2: "A", 1: "B"}
    counting = ServiceGroups(RULE.name, RULE.text, RULE.source, ONES.sizes, "D", absent_count=True)
    assert grouped(away, [1, 2], counting) == {1: "A", 2: "B"}


def test_there_is_no_before_where_only_the_code_tells_provinces_apart() -> None:
    full = frame(*((c, 10, 0, 10) for c in range(1, 30))).assign(vacant=0)
    assert set(staffing.group_tables(full, list(range(1, 30)), RULE, {"ebe": 0})) == {"service_groups"}
    told = full.assign(vacant=full["province_code"] % 7 + full["province_code"])
    assert "service_groups_before" in staffing.group_tables(told, list(range(1, 30)), RULE, {"ebe": 0})
    assert staffing.group_tables(full, [1], None, {"ebe": 0}) == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 5)), min_size=1, max_size=70),
    st.integers(1, 25), st.integers(1, 25),
)  # fmt: skip
def test_fuller_provinces_are_never_in_a_lower_group(
    rows: list[tuple[int, int, int]], first: int, second: int
) -> None:
    rule = ServiceGroups(RULE.name, RULE.text, RULE.source, {"A": first, "B": second}, "C")
    changed = frame(*((i, f + a, a, p) for i, (f, p, a) in enumerate(rows, 1)))
    made = staffing.service_groups(changed, list(range(1, len(rows) + 1)), rule)
    ranked = made[made["group"] != ""]
    counts = ranked["group"].value_counts()
    known = len(ranked)
    assert [int(counts.get(g, 0)) for g in "AB"] == [min(first, known), min(second, max(0, known - first))]
    rates = [Fraction(f, p) if p else None for f, p in zip(ranked["filled"], ranked["posts"], strict=True)]
    some = [rate for rate in rates if rate is not None]
    assert some == sorted(some, reverse=True)
    assert rates[len(rates) - len(some) :] == some
    assert sorted(made["province_code"]) == list(range(1, len(rows) + 1))


def test_the_numbers_are_parameters_and_a_run_says_so(tmp_path: Path) -> None:
    plan = many(8).plan("hemsire", sets=[*FEW, "service_groups.A=3", "service_groups.C=1"])
    assert plan.service_groups is not None
    assert plan.service_groups["group"].value_counts().to_dict() == {"A": 3, "B": 5}
    told = plan.to_dict()
    assert told["service_groups"]["sizes"] == {"A": 3, "B": 20, "C": 1}
    assert [(e["name"], e["old"], e["new"]) for e in told["changed"] if "service" in e["name"]] == [
        ("service_groups.A", 20, 3),
        ("service_groups.C", 20, 1),
    ]
    scenario = tmp_path / "fives.toml"
    scenario.write_text("[set.service_groups]\nA = 5\nB = 2\n", "utf-8")
    again = many(8).plan("hemsire", sets=FEW, scenario=[scenario]).service_groups
    assert again is not None
    assert again["group"].value_counts().to_dict() == {"A": 5, "B": 2, "C": 1}


@pytest.mark.parametrize("text", ["service_groups.D=3", "service_groups.A=0", "service_groups.A=2.5", "service_groups.E=1"])
def test_a_number_that_no_group_can_take_is_refused(text: str) -> None:
    with pytest.raises(InputError) as told:
        many(3).plan("hemsire", sets=[*FEW, text])
    assert "service_groups" in told.value.faults[0].text("en")


def test_a_plan_without_staff_by_unit_has_none_of_it(tmp_path: Path) -> None:
    country = Small().province(1).district("D", 1, 50_000, central=1).unit("U", "D", "devlet_hastanesi", beds=50)
    plan = country.filled("hemsire", 40).plan("hemsire", sets=FEW)
    assert plan.service_groups is None
    names = {path.stem for path in write(plan, tmp_path / "plan", reports=False).glob("*.csv")}
    assert not names & {"changes", "surplus", "vacancies", "staff_provinces", "service_groups", "locked_4924"}


GOOD = {
    "name": {"tr": "a", "en": "b"}, "text": {"tr": "a", "en": "b"}, "source": {"tr": "a", "en": "b"},
    "absent": "left_out", "group": [{"code": "A", "provinces": 2}, {"code": "B"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"abscent": "left_out"}, "unknown_key"),
        ({"absent": "maybe"}, "groups_absent"),
        ({"source": {"tr": "a"}}, "missing_key"),
        ({"group": [{"code": "A"}]}, "groups_few"),
        ({"group": [{"code": "A", "provinces": 0}, {"code": "B"}]}, "groups_size"),
        ({"group": [{"code": "A", "provinces": True}, {"code": "B"}]}, "groups_size"),
        ({"group": [{"code": "a b", "provinces": 1}, {"code": "B"}]}, "groups_code"),
        ({"group": [{"code": "A", "provinces": 1}, {"code": "A"}]}, "groups_twice"),
        ({"group": [{"code": "A", "provinces": 1}, {"code": "B", "provinces": 1}]}, "groups_rest"),
        ({"group": [{"code": "A", "province": 1}, {"code": "B"}]}, "unknown_key"),
    ],
)
def test_a_slip_in_the_rule_is_told(change: dict[str, object], code: str) -> None:
    assert service_groups(GOOD)[0] is not None
    rule, faults = service_groups({**GOOD, **change})
    assert rule is None
    assert f"rulebook.{code}" in [fault.code for fault in faults]
    assert all(fault.file == FILE and fault.text("tr") for fault in faults)

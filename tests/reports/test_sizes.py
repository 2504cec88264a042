"""Sizes in whole columns: the same places as unit by unit, ties and all."""

from __future__ import annotations

from heapq import nsmallest
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from pdc_common.derivation import Block, Places, Texts
from pdc_reports.explain.sizes import Field, Ground, farthest

MEASURES = {"beds": "bed", "ward_beds": "bed", "visits": "visit"}
NUMBERS = st.sampled_from(["0", "1", "2", "3", "4", "7.5", "40", "0.333333", "-1", "many"])
Sizes = dict[tuple[str, str], dict[str, float]]


@st.composite
def countries(draw: st.DrawFn) -> tuple[dict[str, tuple[str, str]], dict[str, int], list[Block]]:
    """Units with kind and district; posts of a plan that has some of them; blocks of weights."""
    codes = [f"U{i}" for i in range(draw(st.integers(1, 12)))]
    units = {code: (draw(st.sampled_from("xy")), draw(st.sampled_from(["D1", "D2"]))) for code in codes}
    plan = draw(st.permutations([*draw(st.lists(st.sampled_from(codes), unique=True, min_size=1)), "stray"]))
    posts = {code: draw(st.integers(0, 6)) for code in plan}
    blocks = []
    for _ in range(draw(st.integers(0, 4))):
        own = draw(st.lists(st.sampled_from([*codes, "stray"]), unique=True, min_size=1))
        reads = {
            name: None if name == "factor" else Texts([draw(NUMBERS) for _ in own], len(own))
            for name in draw(st.lists(st.sampled_from([*MEASURES, "factor", "staff"]), unique=True))
        }
        value = Texts([draw(NUMBERS) for _ in own], len(own))
        blocks.append(Block("weight", Places("unit", own), value, reads, {}))
    return units, posts, blocks


def number(text: str) -> float:
    return 0.0 if text == "many" else float(text)


def one_by_one(units: dict[str, tuple[str, str]], posts: dict[str, int], blocks: list[Block]) -> Sizes:
    """Sizes by kind and measure, each unit by itself."""
    found: Sizes = {}
    for code in posts:
        for block in blocks:
            at = block.places.at.get(code)
            for name, texts in block.reads.items() if at is not None else ():
                if name in MEASURES and texts is not None and (size := number(texts.text(at))) > 0:
                    own = found.setdefault((units.get(code, ("", ""))[0], MEASURES[name]), {})
                    own[code] = own.get(code, 0.0) + size
    return found


@given(countries(), st.integers(1, 4))
def test_the_farthest_units_are_those_found_one_by_one(
    country: tuple[dict[str, tuple[str, str]], dict[str, int], list[Block]], most: int
) -> None:
    units, posts, blocks = country
    field = Field(Ground(units, [posts]), list(posts), list(posts.values()))
    kin, sized = field.kin(blocks, MEASURES), one_by_one(units, posts, blocks)
    assert [((one.kind, one.measure), [field.codes[i] for i in one.at]) for one in kin] == [
        (key, list(sizes)) for key, sizes in sized.items()
    ]
    worst: dict[str, tuple[float, str, float, float]] = {}
    for (_, measure), sizes in sized.items():
        rate = sum(posts[code] for code in sizes) / sum(sizes.values())
        for code, size in sizes.items():
            said, here = size * rate, posts[code]
            if said and max(said, here) >= 1:
                far = ((here - said) ** 2 / said, measure, size, said)
                worst[code] = max(worst.get(code, (0.0, "", 0.0, 0.0)), far)
    expected = nsmallest(most, worst, key=lambda code: (-worst[code][0], code))
    assert farthest(kin, field.codes, most) == [(code, worst[code]) for code in expected]


@given(countries(), st.sampled_from([1.0, 2.0, 3.0]), st.integers(1, 3))
def test_heavy_loads_are_those_found_one_by_one(
    country: tuple[dict[str, tuple[str, str]], dict[str, int], list[Block]], times: float, least: int
) -> None:
    units, posts, blocks = country
    field = Field(Ground(units, [posts]), list(posts), list(posts.values()))
    found = [
        (one.measure, field.codes[at], size, load, middle)
        for one in field.kin(blocks, MEASURES)
        for at, size, load, middle in one.heavy(times, least)
    ]
    expected = []
    for (_, measure), sizes in one_by_one(units, posts, blocks).items():
        loads = {code: size / posts[code] for code, size in sizes.items() if posts[code]}
        if len(loads) >= least:
            middle = median(loads.values())
            rows = ((code, load) for code, load in loads.items() if load > times * middle)
            expected += [(measure, code, sizes[code], load, middle) for code, load in rows]
    assert found == expected


@given(countries())
def test_weights_are_added_up_by_district_with_their_factors(
    country: tuple[dict[str, tuple[str, str]], dict[str, int], list[Block]],
) -> None:
    units, posts, blocks = country
    field = Field(Ground(units, [posts]), list(posts), list(posts.values()))
    weights = field.weights(blocks[:2], blocks[2:])
    sums: dict[str, float] = {}
    for code, weight in zip(posts, weights.tolist(), strict=True):
        own = 0.0
        for k, block in enumerate(blocks):
            if code in block.places.at:
                value = number(block.value.text(block.places.at[code]))
                own = own + value if k < 2 else own * value
        assert weight == own
        district = units.get(code, ("", ""))[1]
        sums[district] = sums.get(district, 0.0) + own
    by_district = field.by_district(weights)
    assert {name: total for name, total in by_district.items() if name in sums} == sums

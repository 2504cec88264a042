"""Need beside people, worked out by hand: concentration, Kakwani's index, access by floating catchments."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import pdc
from helpers.fake_plan import write_fake_plan
from helpers.small import Small
from pdc.country.setting import usable
from pdc.planning.names import need as need_of
from pdc.planning.write import write
from pdc_common.access import FILE, Bands, BandsError, e2sfca, ranked, read_bands, within
from pdc_common.fairness import gini
from pdc_common.geography import great_circle_km
from pdc_common.need import concentration, concentration_index, kakwani
from pdc_common.text import LANGS, Lang
from pdc_reports.figures.plots import plots
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.need import Reach, access_frame, need_frame, of_title
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import by_province
from pdc_reports.pages.report import write_page

PLACES = st.lists(
    st.tuples(st.integers(1, 1_000), st.integers(0, 40), st.integers(0, 50)), min_size=1, max_size=9
)

# concentration and Kakwani ---------------------------------------------------------------------------------


def test_the_concentration_curve_goes_from_the_least_need_up() -> None:
    # Need per head 2 and 1: the second place first, with 3 of 4 people and 1 of 4 posts.
    x, y = concentration([1, 3], [2, 1], [3, 1])
    assert x.tolist() == [0, 0.75, 1]
    assert y.tolist() == [0, 0.25, 1]


def test_the_index_of_two_places() -> None:
    # 1 − [(3/4)(1/4) + (1/4)(1/4 + 1)] = 1/2; turned round, the posts gather where need is least:
    # X = 1/4, Y = 3/4: 1 − [(1/4)(3/4) + (3/4)(3/4 + 1)] = −1/2.
    assert concentration_index([1, 3], [2, 1], [3, 1]) == pytest.approx(0.5)
    assert concentration_index([1, 3], [1, 2], [3, 1]) == pytest.approx(-0.5)


def test_kakwani_of_two_places() -> None:
    # People 1 and 1, need 1 and 3 a head: C(need) = 1 − [1/2·1/4 + 1/2·(1/4 + 1)] = 1/4.
    # Posts 1 and 1: C = 0, K = −1/4. Posts 1 and 3: in proportion to need, K = 0. Posts 0 and 4: C = 1/2, K = 1/4.
    for posts, index in (([1, 1], -0.25), ([1, 3], 0.0), ([0, 4], 0.25)):
        found = kakwani([1, 1], [1, 3], posts)
        assert found.need == pytest.approx(0.25)
        assert found.kakwani == pytest.approx(index)
        assert found.posts == pytest.approx(index + 0.25)


def test_what_is_not_defined_and_what_is_refused() -> None:
    assert math.isnan(kakwani([1, 2], [1, 2], [0, 0]).kakwani)
    assert math.isnan(kakwani([1, 2], [0, 0], [1, 1]).kakwani)
    for people, need, posts in (
        ([1], [1, 2], [1]),
        ([0, 1], [1, 1], [1, 1]),
        ([1, 1], [-1, 1], [1, 1]),
        ([1], [math.nan], [1]),
    ):
        with pytest.raises(ValueError, match="people"):
            kakwani(people, need, posts)


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing_even_with_equal_need(
    places: list[tuple[int, int, int]], chance: object
) -> None:
    turned = list(places)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    for index in (0, 1):
        sides = [concentration_index(*zip(*rows, strict=True)) for rows in (places, turned)]
        assert sides[0] == pytest.approx(sides[1], abs=1e-12, nan_ok=True), index


@given(PLACES)
def test_need_ranked_by_itself_is_a_gini_coefficient(places: list[tuple[int, int, int]]) -> None:
    people, need, posts = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    found = kakwani(people, need, posts)
    if need.sum() > 0:
        assert found.need == pytest.approx(gini(people, need * people), abs=1e-9)
        assert kakwani(people, need, 7 * need * people).kakwani == pytest.approx(0, abs=1e-9)
    if posts.sum() > 0:
        assert (
            abs(found.posts) <= gini(people, posts) + 1e-9
        )  # no order gathers more than that of posts a head


# access ----------------------------------------------------------------------------------------------------

BANDS = Bands("two", (10, 20), (1, 0.5))


def test_what_a_distance_counts() -> None:
    assert BANDS.weights([0, 10, 10.001, 20, 20.1, math.nan]).tolist() == [1, 1, 0.5, 0.5, 0, 0]


def test_access_of_two_places_15_km_apart() -> None:
    # R₁ = 4 / (100·1 + 200·0.5) = 0.02, R₂ = 5 / (200·1 + 100·0.5) = 0.02;
    # A₁ = 1·0.02 + 0.5·0.02 = 0.03, A₂ = 0.03: (100 + 200)·0.03 = 9 posts.
    weights = BANDS.weights([[0, 15], [15, 0]])
    assert e2sfca(weights, [100, 200], [4, 5]).tolist() == pytest.approx([0.03, 0.03])
    # Out of one another's reach each has its own.
    assert e2sfca(BANDS.weights([[0, 25], [25, 0]]), [100, 200], [4, 5]).tolist() == pytest.approx(
        [0.04, 0.025]
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 500), st.integers(0, 9)),
        min_size=1,
        max_size=8,
    )
)
def test_no_post_is_lost_or_made(places: list[tuple[int, int, int, int]]) -> None:
    x, y, people, posts = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    found = e2sfca(BANDS.weights(km), people, posts)
    assert (people * found).sum() == pytest.approx(posts.sum())
    assert found.tolist() == pytest.approx(by_hand(km, people, posts))


def by_hand(km: np.ndarray, people: np.ndarray, posts: np.ndarray) -> list[float]:
    """The two steps in plain loops."""

    def weight(d: float) -> float:
        return 1.0 if d <= 10 else 0.5 if d <= 20 else 0.0

    n = range(len(posts))
    ratio = [posts[j] / sum(weight(km[j][k]) * people[k] for k in n) for j in n]
    return [sum(weight(km[i][j]) * ratio[j] for j in n) for i in n]


def test_a_quantile_counts_people() -> None:
    rate, people = np.array([3.0, 1.0, 2.0]), np.array([1.0, 8.0, 1.0])
    assert [ranked(rate, people).quantile(share) for share in (0.1, 0.8, 0.81, 0.9, 1)] == [1, 1, 2, 2, 3]


@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=9)
    | st.lists(st.tuples(st.floats(36, 42), st.floats(26, 45)), min_size=5, max_size=9),
    st.floats(0, 25_000),
)
def test_no_pair_that_is_near_is_left_out(places: list[tuple[float, float]], km: float) -> None:
    lat, lon = np.array(places).T
    every = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    pairs, found = within(lat, lon, km)
    assert found.tolist() == every[pairs].tolist()
    assert (every <= km).sum() == (found <= km).sum()


def test_pairs_far_apart_are_not_measured() -> None:
    (first, second), _ = within([36.0, 36.5, 42.0, 36.0], [30.0, 30.0, 30.0, 33.0], 100)
    assert (first.tolist(), second.tolist()) == ([0, 0, 1, 1, 2, 3], [0, 1, 0, 1, 2, 3])


def test_the_bands_that_pdc_ships() -> None:
    shipped = {bands.name: bands for bands in read_bands()}
    assert shipped["near"].weight == (1, 0.68, 0.22)
    assert shipped["near_sharp"].weight == (1, 0.42, 0.09)
    assert all("Luo & Qi 2009" in bands.source for bands in shipped.values())


HEAD = "name,up_to_km,weight,source\n"
BAD = [
    ("name,km,weight,source\n", 1, "head"), (HEAD, 1, "empty"), (HEAD + "a,10,1\n", 2, "row"), (HEAD + ",1,1,\n", 2, "row"),
    (HEAD + "a,on,1,\n", 2, "number"), (HEAD + "a,0,1,\n", 2, "range"), (HEAD + "a,10,1.2,\n", 2, "range"),
    (HEAD + "a,inf,1,\n", 2, "range"), (HEAD + "a,10,1,\na,10,0.5,\n", 3, "order"), (HEAD + "a,10,0.5,\na,20,1,\n", 3, "order"),
    ("\ufeffname", 1, "head"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "code"), BAD)
def test_bands_that_cannot_be_used_are_left_out_with_a_warning(
    tmp_path: Path, text: str, line: int, code: str
) -> None:
    path = tmp_path / FILE
    path.write_text(text, "utf-8")
    with pytest.raises(BandsError) as caught:
        read_bands(path)
    assert (caught.value.line, caught.value.code) == (line, code)
    left, faults = usable({FILE: path}, [1])
    assert left == {}
    assert [(fault.file, fault.row, fault.code) for fault in faults] == [(FILE, line, f"bands.{code}")]
    assert all(faults[0].text(lang) for lang in LANGS)


# in a plan and its reports ---------------------------------------------------------------------------------


def towns(**columns: object) -> Small:
    small = (
        Small()
        .province(19, "Çorum", crude_birth_rate=10, **columns)
        .province(5, "Amasya", crude_birth_rate=30)
    )
    small.district("C1", 19, 60_000, central=1, latitude=40.5, longitude=35)
    small.district("C2", 19, 40_000, latitude=40.6, longitude=35)  # 11 km away
    small.district("A1", 5, 100_000, central=1, latitude=41.5, longitude=38)
    for unit, district in (("H1", "C1"), ("H2", "C2"), ("H3", "A1")):
        small.unit(unit, district, "devlet_hastanesi", beds=100)
    return small.filled("eczaci", 12)


def plan_of(small: Small) -> pdc.Plan:
    return pdc.plan(small.tables(), sets=["A.3.minimum=0"], titles=["eczaci"])


def test_need_is_the_column_of_the_provinces_or_of_their_districts_or_the_birth_rate() -> None:
    assert need_of(plan_of(towns()).country)[0] == "crude_birth_rate"
    assert need_of(plan_of(towns()).country)[1].tolist() == [30, 10]
    own = towns(need="7.5")
    name, values = need_of(plan_of(own).country)
    assert name == "need"
    assert math.isnan(values[0]) and values[1] == 7.5
    inside = towns()
    for row, need in zip(inside.rows["districts"], (5, 10, 2), strict=True):
        row["need"] = need
    name, values = need_of(plan_of(inside).country)
    assert (name, values.tolist()) == ("need", [2, 7])  # (60·5 + 40·10) / 100


def test_need_moves_no_number_and_tables_without_it_keep_their_fingerprint(tmp_path: Path) -> None:
    plain, given_ = towns(), towns(need="7.5")
    blank = towns(need="")
    assert plain.tables().sha256 == blank.tables().sha256 != given_.tables().sha256
    assert plan_of(plain).units.equals(plan_of(given_).units)
    reads = tmp_path / "reads.toml"
    reads.write_text(
        '["X.1"]\ntr = "x"\nen = "x"\nsource = "x"\norigin = "assumption"\n'
        '[["X.1".rule]]\nkind = "floor"\ntitles = ["eczaci"]\nlevel = "unit"\namount = "need"\ntier = 2\n',
        "utf-8",
    )
    with pytest.raises(pdc.InputError) as caught:  # no formula of the law reads it
        pdc.plan(plain.tables(), sets=["A.3.minimum=0"], titles=["eczaci"], scenario=reads)
    assert "unknown name need" in " ".join(fault.text("en") for fault in caught.value.faults)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(plan_of(towns()), tmp_path_factory.mktemp("need") / "plan", "tr", reports=False)


def test_the_numbers_of_a_plan_by_hand(folder: Path) -> None:
    tables = PlanTables.read(folder)
    numbers = by_province(tables, "eczaci")
    pair = of_title(tables, numbers)
    assert pair is not None
    amasya, corum = numbers.posts.tolist()
    # Çorum has half of the people and a quarter of the births.
    share = corum / (amasya + corum)
    assert pair[1].need == pytest.approx(1 - (0.5 * 0.25 + 0.5 * 1.25))
    assert pair[1].posts == pytest.approx(1 - (0.5 * share + 0.5 * (share + 1)))
    near = next(Reach(tables).of("eczaci"))
    posts = dict(zip(tables.plan_districts["district_code"], tables.plan_districts["posts"], strict=True))
    of = dict(zip(tables.districts["district_code"], near.rate, strict=True))
    c1, c2 = posts["C1"] / (60_000 + 0.68 * 40_000), posts["C2"] / (40_000 + 0.68 * 60_000)
    assert of["C1"] == pytest.approx(1e5 * (c1 + 0.68 * c2))
    assert of["C2"] == pytest.approx(1e5 * (c2 + 0.68 * c1))
    assert of["A1"] == pytest.approx(1e5 * posts["A1"] / 100_000)
    assert near.without == 0


def test_a_province_whose_need_is_not_known_is_left_out_and_said_so(tmp_path: Path) -> None:
    small = towns(need="7.5").province(6, "Ankara").district("B1", 6, 50_000, central=1)
    small.rows["provinces"][1]["need"] = "20"
    written = write(plan_of(small), tmp_path / "plan", "tr", reports=False)
    tables = PlanTables.read(written)
    assert tables.provinces["need"].isna().tolist() == [False, True, False]
    page = write_page(tables, lone_colleagues(tables), tmp_path / "r.html", "en").read_text("utf-8")
    assert "1 province whose need is not known is left out." in page
    assert "1 district without coordinates is left out." in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_it(folder: Path, tmp_path: Path, lang: Lang) -> None:
    tables = PlanTables.read(folder)
    path = write_page(tables, lone_colleagues(tables), tmp_path / "report.html", lang)
    page = path.read_text("utf-8")
    assert 'id="need-says"' in page
    assert 'id="access-says"' in page
    assert ("Kaba Doğum Hızı" if lang == "tr" else "crude birth rate") in page
    assert ("0,68" if lang == "tr" else "0.68") in page
    drawn = {plot.name: plot for plot in plots(tables, lone_colleagues(tables), lang)}
    drawn["concentration"].draw(Figure().add_subplot())


def test_own_bands_travel_with_the_plan_and_a_plan_without_need_says_nothing_of_it(tmp_path: Path) -> None:
    old = write_fake_plan(tmp_path / "old")  # as an older pdc wrote it: no column of need
    (old / FILE).write_text(HEAD + "walk,5,1,own\nwalk,50,0.1,\n", "utf-8")
    tables = PlanTables.read(old)
    assert [bands.name for bands in tables.bands] == ["walk"]
    page = write_page(tables, lone_colleagues(tables), tmp_path / "report.html", "en").read_text("utf-8")
    assert 'id="need-says"' not in page
    assert "walk (up to 5 km 1.00; up to 50 km 0.10)." in page
    drawn = {plot.name: plot for plot in plots(tables, lone_colleagues(tables), "en")}
    assert "concentration" not in drawn
    drawn[f"access-{tables.shown[0]}"].draw(Figure().add_subplot())


def test_bands_beside_the_data_are_copied_into_the_plan(tmp_path: Path) -> None:
    data = towns().write(tmp_path / "data")
    (data / FILE).write_text(HEAD + "walk,5,1,own\n", "utf-8")
    made = pdc.plan(data, sets=["A.3.minimum=0"], titles=["eczaci"], cache=False)
    assert made.side_files[FILE] == data / FILE
    (data / FILE).write_text("x\n", "utf-8")
    made = pdc.plan(data, sets=["A.3.minimum=0"], titles=["eczaci"], cache=False)
    assert FILE not in made.side_files
    assert [fault.code for fault in made.warnings] == ["bands.head"]


def test_the_tables_of_all_titles_have_what_the_page_has(folder: Path) -> None:
    tables = PlanTables.read(folder)
    need, access = need_frame(tables), access_frame(tables, Reach(tables))
    pair = of_title(tables, by_province(tables, "eczaci"))
    assert pair is not None
    assert need["title"].tolist() == ["eczaci"]
    assert need.loc[0, "kakwani_plan"] == pytest.approx(pair[1].kakwani, abs=1e-6)
    assert access["bands"].tolist() == [bands.name for bands in read_bands()]
    one = next(Reach(tables).of("eczaci"))
    assert access.loc[0, "access_50"] == pytest.approx(one.quantile(0.5), abs=1e-6)
    assert access["without_access"].tolist() == [0, 0, 0]

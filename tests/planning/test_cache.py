"""The cache saves work and never moves a number; what is damaged or strange is worked out anew."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.base import cache as caching
from pdc.base.cache import Cache, digest, spelt, user_cache
from pdc.base.folder import to_csv
from pdc.cli import app
from pdc.country import setting
from pdc.country.setting import prepare, wanted_titles
from pdc.law.groups import groups
from pdc.planning import group as planning_group
from pdc.planning import processes, reuse
from pdc.planning.reuse import input_key, program_key
from pdc.program.options import Options
from pdc.rules.bind import bind_group

TITLES = ["eczaci", "hemsire"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PDC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return country().write(tmp_path / "data")


def country() -> Small:
    built = Small()
    for code in (19, 34):
        built.province(code).district(f"D{code}", code, 50_000 + code, central=1).district(
            f"E{code}", code, 20_000
        )
        built.unit(f"M{code}", f"D{code}", "il_saglik_mudurlugu")
        built.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=350, special_beds=40, khd_beds=30)
        built.unit(f"O{code}", f"E{code}", "saglik_ocagi", catchment_population=9000)
    for title, count in {"eczaci": 120, "hemsire": 400, "ebe": 150, "pratisyen_tabip": 200,
                         "uzman.genel_cerrahi": 120}.items():  # fmt: skip
        built.filled(title, count)
    return built


@pytest.fixture
def solves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Groups that are solved, and not taken."""
    solved: list[str] = []
    original = planning_group.solve

    def counted(program: object, *arguments: object) -> object:
        solved.append("+".join(program.titles))  # type: ignore[attr-defined]
        return original(program, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(planning_group, "solve", counted)
    return solved


def tables(plan: pdc.Plan) -> dict[str, bytes]:
    return {name: to_csv(frame) for name, frame in plan.results.frames.items()} | {
        "notices": to_csv(plan.notices("tr"))
    }


def test_a_plan_from_the_cache_has_the_same_tables_and_solves_nothing(
    folder: Path, data: Path, solves: list[str]
) -> None:
    fresh = tables(pdc.plan(data, titles=TITLES, cache=False))
    assert not folder.exists()
    first = tables(pdc.plan(data, titles=TITLES))
    assert "hemsire+ebe" in solves
    solves.clear()
    second = pdc.plan(data, titles=TITLES)
    assert solves == []
    assert fresh == first == tables(second)
    assert second.to_dict()["titles"]["eczaci"]["status"] == "optimal"


def test_only_groups_that_a_parameter_touches_are_solved_again(
    folder: Path, data: Path, solves: list[str]
) -> None:
    pdc.plan(data)
    solves.clear()
    changed = pdc.plan(data, sets=["B.5.3.b.directorate=3"])
    assert solves == ["eczaci"]
    assert tables(changed) == tables(pdc.plan(data, sets=["B.5.3.b.directorate=3"], cache=False))


def test_a_group_is_solved_again_when_a_plan_it_reads_has_moved(
    folder: Path, data: Path, solves: list[str]
) -> None:
    pdc.plan(data, titles=["hemsire"])
    solves.clear()
    sets = ["B.3.a.persons_per_gp=1500"]
    changed = pdc.plan(data, titles=["hemsire"], sets=sets)
    assert solves == ["pratisyen_tabip", "hemsire+ebe"]
    assert tables(changed) == tables(pdc.plan(data, titles=["hemsire"], sets=sets, cache=False))


def test_data_that_a_group_does_not_read_leave_its_plan_alone(
    folder: Path, tmp_path: Path, data: Path, solves: list[str]
) -> None:
    pdc.plan(data, titles=["eczaci"])
    solves.clear()
    built = country()
    built.rows["units"][1]["dental_chairs"] = 5
    pdc.plan(built.write(tmp_path / "chairs"), titles=["eczaci"])
    assert solves == []
    built.rows["units"][1]["beds"] = 500
    pdc.plan(built.write(tmp_path / "beds"), titles=["eczaci"])
    assert solves == ["eczaci"]


def test_another_norm_or_a_pin_is_another_plan(
    folder: Path, data: Path, tmp_path: Path, solves: list[str]
) -> None:
    pdc.plan(data, titles=["eczaci"])
    solves.clear()
    pdc.plan(data, titles=["eczaci"], options=Options(norm="l1"))
    assert solves == ["eczaci"]
    pin = tmp_path / "pin.toml"
    pin.write_text('[[pin]]\ntitle = "eczaci"\nprovince = 19\nposts = 95\n', "utf-8")
    pinned = pdc.plan(data, pin, titles=["eczaci"])
    assert solves == ["eczaci", "eczaci"]
    assert pinned.provinces["posts"].tolist()[0] == 95


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("harm", [b"", b"rubbish", None])
def test_damaged_entries_are_worked_out_anew(
    folder: Path, data: Path, solves: list[str], harm: bytes | None
) -> None:
    good = tables(pdc.plan(data, titles=TITLES))
    for path in entries(folder):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if harm is None else harm)
    solves.clear()
    assert tables(pdc.plan(data, titles=TITLES)) == good
    assert "eczaci" in solves
    solves.clear()
    assert tables(pdc.plan(data, titles=TITLES)) == good
    assert solves == []


def test_posts_that_are_not_what_they_say_are_not_believed(
    folder: Path, data: Path, solves: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry whose seal fits, but whose posts were moved: its value gives it away."""
    original = reuse._packed

    def moved(solution: object, without: tuple[str, ...]) -> bytes:
        posts = {t: np.roll(p, 1) for t, p in solution.posts.items()}  # type: ignore[attr-defined]
        return original(replace(solution, posts=posts), without)  # type: ignore[type-var]

    monkeypatch.setattr(reuse, "_packed", moved)
    good = tables(pdc.plan(data, titles=["eczaci"]))
    solves.clear()
    assert tables(pdc.plan(data, titles=["eczaci"])) == good
    assert solves == ["eczaci"]


def test_another_version_of_the_code_is_a_stranger(
    folder: Path, data: Path, solves: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pdc.plan(data, titles=["eczaci"])
    solves.clear()
    monkeypatch.setattr(reuse, "code_version", lambda: "another")
    pdc.plan(data, titles=["eczaci"])
    assert solves == ["eczaci"]


def test_a_plan_stopped_at_the_time_limit_is_not_kept(folder: Path, data: Path, solves: list[str]) -> None:
    stopped = pdc.plan(data, titles=["eczaci"], options=Options(time_limit=0))
    assert stopped.status == "time_limit"
    solves.clear()
    assert pdc.plan(data, titles=["eczaci"]).status == "optimal"
    assert solves == ["eczaci"]


def test_pinned_posts_of_a_title_that_no_unit_may_have_clash_with_a_full_cache_too(
    folder: Path, data: Path, tmp_path: Path
) -> None:
    built = country().filled("acil_tip_teknisyeni", 150)
    place = built.write(tmp_path / "more")
    assert "acil_tip_teknisyeni" in pdc.plan(place, titles=["acil_tip_teknisyeni"]).reasons
    pin = tmp_path / "pin.toml"
    pin.write_text('[[pin]]\ntitle = "acil_tip_teknisyeni"\nprovince = 19\nposts = 5\n', "utf-8")
    with pytest.raises(pdc.ClashError):
        pdc.plan(place, pin, titles=["acil_tip_teknisyeni"])


def test_the_key_of_what_goes_in_never_stays_when_the_program_moves(tmp_path: Path, data: Path) -> None:
    """For every number of the law: where a group's first key is the same, so is its program."""
    base = prepare(data)
    wanted, _ = wanted_titles(base.country, base.rulebook)
    order = groups(base.rulebook, wanted)
    planned = {title: np.full(len(base.country.units), 2, dtype=np.int64) for title in wanted}

    def keys(book: pdc.law.rulebook.Rulebook) -> list[tuple[str, str]]:  # type: ignore[name-defined]
        found = []
        for group in order:
            read = {t: planned[t] for t in group.waits_for}
            bound = bind_group(base.country, book, group, read)
            how: tuple[Options, tuple[()]] = (Options(), ())
            found.append(
                (input_key("c", book, group, read, *how), program_key(base.country, group, bound, *how))
            )
        return found

    before = keys(base.rulebook)
    moved = same = 0
    for number, clause in base.rulebook.clauses.items():
        changed = base.rulebook
        for name, parameter in clause.parameters.items():
            if isinstance(parameter.value, int) and not isinstance(parameter.value, bool):
                changed = changed.with_parameter(number, name, parameter.value + 1)
        if changed is base.rulebook or {"merge", "scope"} & set(clause.kinds):
            continue
        for (old_in, old_program), (new_in, new_program) in zip(before, keys(changed), strict=True):
            moved += new_program != old_program
            same += new_in == old_in
            assert new_in != old_in or new_program == old_program, number
    assert moved > 10
    assert same > 100


# the folder ---------------------------------------------------------------------------------------------


def test_the_least_recently_used_entries_go_first(tmp_path: Path) -> None:
    store = Cache(tmp_path, bound=3 * (100 + caching.SEAL))
    keys = [digest(i) for i in range(5)]
    for age, key in enumerate(keys):
        store.put(key, bytes(100))
        os.utime(store._path(key), (1000 + age, 1000 + age))
    assert store.get(keys[0]) == bytes(100)  # used now
    store.trim()
    assert [store.get(key) is not None for key in keys] == [True, False, False, True, True]


def test_runs_side_by_side_never_see_half_an_entry(tmp_path: Path) -> None:
    store = Cache(tmp_path)
    key, contents = digest("one"), [bytes([i]) * 50_000 for i in range(8)]

    def work(i: int) -> bool:
        store.put(key, contents[i % 8])
        return store.get(key) in contents

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert len(entries(tmp_path)) == 1


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    store = Cache(tmp_path / "file" / "cache")
    store.put(digest(1), b"x")
    assert store.get(digest(1)) is None
    store.trim()


def test_the_cache_is_off_or_elsewhere_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDC_CACHE", "off")
    assert user_cache() is None
    monkeypatch.setenv("PDC_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = user_cache()
    assert found is not None
    assert found.folder == tmp_path / "pdc"


def test_a_country_is_not_unpickled_from_a_folder_that_others_may_write(folder: Path, data: Path) -> None:
    first = prepare(data, cache=user_cache())
    store = user_cache()
    assert store is not None
    assert store.ours()
    assert first.key
    folder.chmod(0o777)
    assert not store.ours()
    assert prepare(data, cache=store).country is not None


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_plan_has_the_country_kept_while_groups_are_planned(
    folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(processes, "SEPARATE", 1)
    first = pdc.plan(data, sets=["A.3.minimum=0"], jobs=jobs, cache=True)
    monkeypatch.setattr(setting, "read", lambda *_: pytest.fail("read again"))
    again = prepare(data, sets=["A.3.minimum=0"], cache=user_cache())
    assert again.country.sha256 == first.country.sha256
    assert again.warnings == first.warnings
    assert again.fresh is None


def test_a_country_read_without_a_cache_is_kept_nowhere(folder: Path, data: Path) -> None:
    given = prepare(data)
    assert given.fresh is None
    setting.keep(given, user_cache())
    assert not [file for file in folder.rglob("*") if file.is_file()]


def test_changed_tables_are_read_anew(folder: Path, data: Path) -> None:
    assert len(prepare(data, cache=user_cache()).country.units) == 6
    country().unit("N", "D34", "saglik_ocagi", catchment_population=500).write(data)
    assert len(prepare(data, cache=user_cache()).country.units) == 7
    assert prepare(data, sets=["B.5.3.b.directorate=2"], cache=user_cache()).rulebook.value(
        "B.5.3.b", "directorate"
    ) == 2  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (1, True), ("1", 1), ((1, 2), (12,)), ([("a",), ()], [(), ("a",)]), (None, "")],
)
def test_different_values_have_different_fingerprints(one: object, other: object) -> None:
    assert digest(one) != digest(other)


def test_equal_values_have_equal_fingerprints_whatever_their_order() -> None:
    assert digest({"a": 1, "b": np.arange(3)}) == digest({"b": np.arange(3), "a": 1})
    assert digest(frozenset("abc")) == digest(frozenset("cba"))
    for value in ({"b": (1, Fraction(1, 3)), "a": np.arange(3)}, [1, None, "x"], "x", 2):
        assert digest("k", {"v": spelt(value)}, [spelt(value)]) == digest("k", {"v": value}, [value])
        assert digest(spelt(value)) != digest(spelt([value]))
    with pytest.raises(TypeError):
        digest(object())


# others' entries ----------------------------------------------------------------------------------------


def planted(folder: Path) -> int:
    """Triple the posts of every stored plan and make its checksum fit, as somebody else could."""
    count = 0
    for path in entries(folder):
        try:
            content = json.loads(zlib.decompress(path.read_bytes()[caching.SEAL :]))
            content["posts"] = {title: [3 * x for x in posts] for title, posts in content["posts"].items()}
        except (zlib.error, ValueError, KeyError, TypeError):
            continue
        raw = zlib.compress(json.dumps(content).encode())
        path.write_bytes(hashlib.sha256(raw).digest() + raw)
        count += 1
    return count


@pytest.mark.parametrize("mode", [0o700, 0o777])
def test_planted_posts_are_found_also_of_titles_that_others_only_read(
    folder: Path, data: Path, mode: int
) -> None:
    pdc.plan(data, titles=["hemsire"])
    assert planted(folder) > 3
    folder.chmod(mode)
    assert tables(pdc.plan(data, titles=["hemsire"])) == tables(pdc.plan(data, titles=["hemsire"], cache=False))


def test_a_cache_that_is_open_is_told_and_left_as_it_is(folder: Path, data: Path, tmp_path: Path) -> None:
    pdc.plan(data, titles=["eczaci"])
    folder.chmod(0o777)
    before = {path: path.read_bytes() for path in entries(folder)}
    (tmp_path / "s.toml").write_text(
        'titles = ["eczaci"]\n[design]\nkind = "grid"\n[[vary]]\nparameter = "B.5.3.b.directorate"\nvalues = [1]\n'
    )
    for arguments in (
        ["plan", "--title", "eczaci", "--no-reports"], ["audit", "filled"], ["compare", "filled", "filled"],
        ["repair", "filled", "--title", "eczaci", "--no-reports"], ["sweep", str(tmp_path / "s.toml")],
    ):  # fmt: skip
        command = [*arguments, "--data", str(data), "--jobs", "1", "--lang", "en", "--out", str(tmp_path / arguments[0])]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        assert "The cache is not used" in " ".join(result.output.split())
    assert {path: path.read_bytes() for path in entries(folder)} == before

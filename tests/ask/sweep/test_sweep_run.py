"""A sweep is the same bytes whoever plans it, however often it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pdc
from helpers.sweeping import GRID, RANDOM, contents, country, write
from pdc.ask.sweep import OtherSweepError, UnfinishedError, run_sweep
from pdc.ask.sweep import run as running

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data and sweep files."""
    path = tmp_path_factory.mktemp("sweep")
    country().write(path / "data")
    write(path, GRID, "grid.toml")
    write(path, RANDOM, "random.toml")
    return path


@pytest.fixture(scope="module")
def unbroken(folder: Path) -> dict[str, Path]:
    """Both sweeps, one job."""
    return {
        name: run_sweep(folder / f"{name}.toml", folder / f"one-{name}", folder / "data", lang="en")
        for name in ("grid", "random")
    }


def table(path: Path, name: str = "results") -> pd.DataFrame:
    return pd.read_csv(path / f"{name}.csv", dtype={"scenario": str, "code": str}, keep_default_na=False)


def test_each_scenario_is_the_plan_that_plan_itself_makes(folder: Path, unbroken: dict[str, Path]) -> None:
    results = table(unbroken["grid"])
    sets = ["B.5.3.b.directorate=3", "B.5.3.e.fewest_beds=200"]
    alone = pdc.plan(folder / "data", sets=sets, titles=["eczaci"])
    chosen = table(unbroken["grid"], "scenarios")
    name = chosen[(chosen["B.5.3.b.directorate"] == 3) & (chosen["B.5.3.e.fewest_beds"] == 200)]["scenario"]
    name = name[name != "base"].iloc[0]
    swept = results[results["scenario"] == name].set_index("code")["posts"]
    assert (
        swept.to_dict()
        == alone.provinces.set_index(alone.provinces["province_code"].astype(str))["posts"].to_dict()
    )
    measures = table(unbroken["grid"], "measures")
    rows = measures[(measures["scenario"] == name) & (measures["title"] == "eczaci")].set_index(
        ["measure", "key"]
    )["value"]
    made = alone.groups[0].solution.value.stages
    for level in ("province", "district", "unit"):
        assert float(rows["deviation", level]) == pytest.approx(float(made[level]), abs=1e-8)
    assert int(rows["shortfall", ""]) == sum(alone.shortfall_by_clause.values())


def test_the_cost_of_a_clause_is_what_falls_without_it(folder: Path, unbroken: dict[str, Path]) -> None:
    costs = table(unbroken["grid"], "costs")
    assert set(costs["clause"]) == {"B.5.3.b", "B.5.3.d"}
    assert (
        costs["base"].astype(float) - costs["without"].astype(float) - costs["fall"].astype(float)
    ).abs().max() < 1e-8
    moved = costs[(costs["clause"] == "B.5.3.b") & (costs["measure"] == "changed") & (costs["key"] == "unit")]
    assert moved["without"].astype(float).max() > 0


def test_dropping_a_clause_is_a_plan_without_its_rules(folder: Path, unbroken: dict[str, Path]) -> None:
    # With no post due at the directorate, B.5.3.b asks for nothing.
    results = table(unbroken["grid"])
    swept = results[results["scenario"] == "without-B.5.3.b"].set_index("code")["posts"]
    none = pdc.plan(folder / "data", sets=["B.5.3.b.directorate=0"], titles=["eczaci"])
    assert swept.tolist() == none.provinces["posts"].tolist()


@pytest.mark.parametrize("name", ["grid", "random"])
def test_two_jobs_give_the_bytes_of_one(folder: Path, unbroken: dict[str, Path], name: str) -> None:
    out = run_sweep(folder / f"{name}.toml", folder / f"two-{name}", folder / "data", jobs=2, lang="en")
    assert contents(out) == contents(unbroken[name])


def test_dask_gives_the_bytes_of_one_job(folder: Path, unbroken: dict[str, Path]) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        out = run_sweep(folder / "random.toml", folder / "dask", folder / "data", dask=client, lang="en")
    assert contents(out) == contents(unbroken["random"])


class Stop(BaseException):
    """What Ctrl-C or a kill does to a run."""


def stopped_after(folder: Path, out: Path, name: str, many: int) -> None:
    def stop(done: int, total: int, now: str) -> None:
        if done == many:
            raise Stop

    with pytest.raises(Stop):
        run_sweep(folder / f"{name}.toml", out, folder / "data", lang="en", progress=stop)


@pytest.mark.parametrize("many", [1, 4])
def test_a_stopped_sweep_goes_on_where_it_was(
    folder: Path, unbroken: dict[str, Path], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / f"stopped-{many}"
    stopped_after(folder, out, "random", many)
    assert not (out / "results.csv").exists()
    planned: list[str] = []
    original = running.piece

    def counted(bench: Any, case: Any, jobs: int = 1) -> bytes:
        planned.append(case.name)
        return original(bench, case, jobs)

    monkeypatch.setattr(running, "piece", counted)
    run_sweep(folder / "random.toml", out, folder / "data", resume=True, lang="en")
    assert len(planned) == 7 - many
    assert contents(out) == contents(unbroken["random"])


def test_a_damaged_piece_is_planned_again(folder: Path, unbroken: dict[str, Path]) -> None:
    out = folder / "damaged"
    stopped_after(folder, out, "random", 4)
    piece = out / ".work" / "2.piece"
    piece.write_bytes(piece.read_bytes()[:-3])
    (out / ".work" / "3.piece").write_bytes(b"")
    run_sweep(folder / "random.toml", out, folder / "data", resume=True, lang="en")
    assert contents(out) == contents(unbroken["random"])


def test_a_sweep_killed_outright_is_gone_on_with(folder: Path, unbroken: dict[str, Path]) -> None:
    out = folder / "killed"
    command = [sys.executable, str(ROOT / "solve.py"), "sweep", str(folder / "random.toml"), "--out", str(out),
               "--data", str(folder / "data"), "--lang", "en"]  # fmt: skip
    process = subprocess.Popen([*command, "--jobs", "2"], cwd=folder, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while (
        not list((out / ".work").glob("*.piece")) and process.poll() is None and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"
    again = subprocess.run(
        [*command, "--jobs", "1", "--resume"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert contents(out) == contents(unbroken["random"])


def test_an_unfinished_sweep_is_never_thrown_away_unasked(folder: Path) -> None:
    out = folder / "unasked"
    stopped_after(folder, out, "grid", 2)
    with pytest.raises(UnfinishedError):
        run_sweep(folder / "grid.toml", out, folder / "data")


@pytest.mark.parametrize("what", ["sweep", "data", "rulebook"])
def test_another_sweep_is_not_gone_on_with(folder: Path, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    stopped_after(folder, out, "grid", 2)
    data, text = folder / "data", GRID
    if what == "sweep":
        text = GRID.replace("[1, 2, 3]", "[1, 2]")
    elif what == "data":
        data = country().district("X", 6, 5000).write(tmp_path / "data")
    else:
        write(tmp_path, '[set."B.5.3.a"]\ngrowth = 1.4\n', "more.toml")
        text = 'scenarios = ["more.toml"]\n' + GRID
    with pytest.raises(OtherSweepError) as caught:
        run_sweep(write(tmp_path, text), out, data, resume=True)
    assert caught.value.differs == (what,)


def test_a_finished_sweep_resumed_is_left_as_it_is(folder: Path, unbroken: dict[str, Path]) -> None:
    before = contents(unbroken["grid"])
    when = (unbroken["grid"] / "results.csv").stat().st_mtime_ns
    run_sweep(folder / "grid.toml", unbroken["grid"], folder / "data", resume=True, lang="en")
    assert contents(unbroken["grid"]) == before
    assert (unbroken["grid"] / "results.csv").stat().st_mtime_ns == when


def test_a_scenario_without_a_lawful_plan_is_a_result_too(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, '[[pin]]\ntitle = "eczaci"\nprovince = 19\nposts = 150\n', "pinned.toml")
    text = 'scenarios = ["pinned.toml"]\n' + GRID.replace('parameter = "B.5.3.b.directorate"\nvalues = [1, 2, 3]',
                                                          'parameter = "B.5.3.a.growth"\nvalues = [0.5, 2]')  # fmt: skip
    out = run_sweep(write(tmp_path, text), tmp_path / "out", folder / "data", lang="en")
    found = table(out, "scenarios")
    bad = found[found["B.5.3.a.growth"].astype(float) == 0.5]  # 60 pharmacists, 150 of them in one province
    assert set(bad["status"]) == {"no_plan"}
    assert bad["why"].str.contains("eczaci").all()
    assert "no lawful plan" in (out / "sensitivity.html").read_text("utf-8")


def test_units_come_packed_and_add_up_to_their_provinces(folder: Path, tmp_path: Path) -> None:
    out = run_sweep(write(tmp_path, 'level = "unit"\n' + GRID), tmp_path / "out", folder / "data")
    rows = pd.read_csv(out / "results.csv.gz", dtype={"scenario": str, "code": str})
    sums = rows.groupby(["scenario", "level"])["posts"].sum().unstack()
    assert (sums["unit"] == sums["province"]).all()
    assert (sums["district"] == sums["province"]).all()
    again = run_sweep(tmp_path / "asked.toml", tmp_path / "again", folder / "data")
    assert (again / "results.csv.gz").read_bytes() == (out / "results.csv.gz").read_bytes()


@pytest.mark.parametrize(
    ("argument", "told"),
    [("nosuch.toml", "nosuch"), ("--jobs", "requires an argument")],
)
def test_the_command_tells_what_is_wrong_without_a_traceback(folder: Path, argument: str, told: str) -> None:
    command = [
        sys.executable,
        str(ROOT / "solve.py"),
        "sweep",
        argument,
        "--data",
        str(folder / "data"),
        "--lang",
        "en",
    ]
    if argument == "--jobs":
        command = command[:4]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_dask_that_nobody_answers_is_told(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(running.NoDaskError):
        run_sweep(folder / "grid.toml", tmp_path / "out", folder / "data", dask="nonsense:address:1")

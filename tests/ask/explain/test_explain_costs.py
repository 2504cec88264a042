"""What one post more or fewer costs: read from the certificate's files, against solving again with the number pinned."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pdc
from helpers import brute
from helpers.certified import solved
from helpers.programs import joint_cases, program_of_case, trees
from helpers.two_provinces import FEW, country
from pdc.ask.explain import shifts
from pdc.base.levels import STAGES
from pdc.planning.write import write
from pdc.proof.certify import certify
from pdc.proof.files import graph_lines, packed, read_sheet
from pdc.proof.margins import margin
from pdc.proof.prices import Graph, links, merged, prices
from pdc.proof.verify import verify_proof

SHAPES = st.sampled_from([[[1]], [[2], [1]], [[2, 1], [1]], [[3, 2], [2]], [[1, 1], [1], [2]]])
CASES = st.one_of(
    SHAPES.flatmap(lambda shape: trees(shape, most=9)).map(lambda tree: brute.Case((tree,))), joint_cases()
)


def folder_of(case: brute.Case, folder: Path):
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return None
    sheet = pair[1]
    found = links(sheet)
    price = prices(found)
    (folder / "proof").mkdir(exist_ok=True)
    for name, content in certify(pair[0], program_of_case(case))[1].files.items():
        (folder / "proof" / name).write_bytes(content)
    titles = {title: {"group": sheet.group} for title in sheet.titles}
    (folder / "summary.json").write_text(json.dumps({"titles": titles}), "utf-8")
    return found, price


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(case=CASES)
def test_costs_read_from_the_files_are_those_of_the_whole_graph(
    tmp_path_factory: pytest.TempPathFactory, case: brute.Case
) -> None:
    folder = tmp_path_factory.mktemp("case")
    made = folder_of(case, folder)
    if made is None:
        return
    found, price = made
    for link in found:
        if link.step is None:
            continue
        title, level, code, _ = link.step
        rest = Graph(other for other in found if other is not link)
        told = shifts(folder, title, level, code)
        for step, shift in ((1, told.more), (-1, told.fewer)):
            whole = margin(rest, price, link, step)
            assert (whole is None) == (shift is None)
            if whole is None or shift is None:
                continue
            cost = {stage: float(c) for stage, c in zip(STAGES, whole.cost, strict=True) if c}
            assert shift.cost == cost
            # The asked number changes by one, and every other so that the sums hold.
            assert shift.steps[0] == (title, level, code, step)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = country().plan("hemsire", "ebe", "eczaci", "pratisyen_tabip", sets=FEW)
    return write(plan, tmp_path_factory.mktemp("explain") / "plan", reports=False)


@pytest.mark.parametrize(
    ("title", "level", "code", "step"),
    [
        ("hemsire", "unit", "H2", 1), ("hemsire", "unit", "S1", -1), ("hemsire", "district", "C2", 1),
        ("ebe", "unit", "S3", 1), ("ebe", "province", "5", -1), ("hemsire", "province", "19", 1),
        ("eczaci", "unit", "H1", 1), ("eczaci", "unit", "H2", -1), ("pratisyen_tabip", "unit", "S2", 1),
    ],
)  # fmt: skip
def test_the_cost_is_what_a_plan_with_that_number_pinned_is_worse_by(
    planned: Path, tmp_path: Path, title: str, level: str, code: str, step: int
) -> None:
    told = shifts(planned, title, level, code)
    shift = told.more if step > 0 else told.fewer
    assert shift is not None
    before = json.loads((planned / "summary.json").read_text("utf-8"))
    posts = _posts(planned, title, level, code)
    # The province numbers of GPs are decided before their shares; the answer holds with them given.
    pins = [(title, level, code, posts + step)]
    if told.given:
        pins += [(title, "province", p, _posts(planned, title, "province", p)) for p in ("5", "19")]
    file = tmp_path / "pin.toml"
    file.write_text(
        "".join(f'[[pin]]\ntitle = "{t}"\n{lv} = "{c}"\nposts = {n}\n' for t, lv, c, n in pins), "utf-8"
    )
    group = before["titles"][title]["group"].split("+")
    # What the group stands on must stay: titles planned before it are the same, pinned or not.
    again = country().plan("hemsire", "ebe", "eczaci", "pratisyen_tabip", sets=FEW, scenario=[file])
    after = again.to_dict()["titles"][title]
    found = _value(after)
    was = _value(before["titles"][title])
    for stage in STAGES:
        assert found[stage] - was[stage] == pytest.approx(shift.cost.get(stage, 0), abs=1e-7), (stage, group)


def test_a_folder_of_an_earlier_version_that_holds_the_arcs_is_explained_as_one_without_them(
    planned: Path, tmp_path: Path
) -> None:
    old = tmp_path / "plan"
    shutil.copytree(planned, old)
    for file in sorted((old / "proof").glob("*.json.gz")):
        rest = json.loads(gzip.decompress(file.read_bytes()))
        sheet = read_sheet(old / "proof", rest["group"])[0]
        assert rest["arcs"] is None
        rest["arcs"] = json.loads(f"[{','.join(graph_lines(Graph(merged(links(sheet))).without('joint')))}]")
        assert rest["arcs"]
        file.write_bytes(packed(json.dumps(rest)))
    assert all(verdict.problems == () for verdict in verify_proof(old))
    places = {level: _codes(planned, level) for level in ("unit", "district")}
    for title in ("hemsire", "ebe", "eczaci", "pratisyen_tabip"):
        for level, codes in places.items():
            for code in codes[title]:
                assert shifts(old, title, level, code) == shifts(planned, title, level, code)


def _codes(folder: Path, level: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with (folder / f"plan_{level}s.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["posts"] != "0":
                found.setdefault(row["title"], []).append(row[f"{level}_code"])
    return found


def _value(entry: dict) -> dict[str, float]:
    tiers = {f"tier{k}": float(v) for k, v in entry["shortfall_by_tier"].items()}
    return tiers | {level: float(v) for level, v in entry["deviation"].items()}


def _posts(folder: Path, title: str, level: str, code: str) -> int:
    plural = {"unit": "units", "district": "districts", "province": "provinces"}[level]
    lines = (folder / f"plan_{plural}.csv").read_text("utf-8").splitlines()
    head = lines[0].split(",")
    at, of, posts = head.index(f"{level}_code"), head.index("title"), head.index("posts")
    return next(
        int(row[posts]) for row in (line.split(",") for line in lines) if row[at] == code and row[of] == title
    )


def test_a_plan_without_certificate_says_that_costs_are_not_known(planned: Path, tmp_path: Path) -> None:
    for file in ("summary.json",):
        (tmp_path / file).write_bytes((planned / file).read_bytes())
    assert shifts(tmp_path, "hemsire", "unit", "H1").why == "no_proof"


def test_a_minimax_plan_says_that_costs_are_not_known(tmp_path: Path) -> None:
    plan = country().plan("eczaci", sets=FEW, options=pdc.Options(norm="minimax"))
    folder = write(plan, tmp_path / "plan", reports=False)
    assert shifts(folder, "eczaci", "unit", "H1").why == "minimax"

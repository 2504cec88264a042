"""The certificate in the plan's folder: read back, verified without the solver, and any change to it found."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import highspy
import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.cli import app
from pdc.planning.write import write
from pdc.proof.files import groups_in, packed, read_sheet
from pdc.proof.mps import plain_names
from pdc.proof.verify import Verdict, verify_proof

FEW = ["A.3.minimum=0"]  # titles with few filled posts are planned too


def country() -> Small:
    town = Small().province(19, "Çorum").province(5, "Amasya", crude_birth_rate=20)
    town.district("C1", 19, 90_000, central=1).district("C2", 19, 30_000).district("A1", 5, 60_000, central=1)
    for code, district, beds in (("H1", "C1", 200), ("H2", "C2", 50), ("H3", "A1", 120)):
        town.unit(code, district, "devlet_hastanesi", beds=beds, special_beds=beds // 10, khd_beds=beds // 10)
    for code, district in (("S1", "C1"), ("S2", "C2"), ("S3", "A1"), ("S4", "A1")):
        town.unit(code, district, "saglik_ocagi", catchment_population=20_000)
    for title, posts in (("hemsire", 190), ("ebe", 90), ("eczaci", 11), ("pratisyen_tabip", 101)):
        town.filled(title, posts)
    return town


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    return country().plan("hemsire", "ebe", "eczaci", "pratisyen_tabip", sets=FEW)


@pytest.fixture
def folder(plan: pdc.Plan, tmp_path: Path) -> Path:
    return write(plan, tmp_path / "plan", reports=False)


def verdicts(folder: Path) -> dict[str, Verdict]:
    return {verdict.group: verdict for verdict in verify_proof(folder)}


def test_every_group_of_a_plan_is_proven_without_the_solver(folder: Path) -> None:
    found = verdicts(folder)
    assert {"eczaci", "hemsire+ebe", "pratisyen_tabip"} <= found.keys()
    assert all(verdict.proven for verdict in found.values()), found
    assert found["pratisyen_tabip"].given == ("totals",)


def test_a_certificate_reads_back_as_it_was(plan: pdc.Plan, folder: Path) -> None:
    sheet, price, value = read_sheet(folder / "proof", "hemsire+ebe")
    made = next(p for p in plan.groups if p.group.name == "hemsire+ebe")
    posts = {n.code: n.posts for n in sheet.nodes if n.title == "ebe" and n.level == "unit"}
    codes = made_codes(plan)
    assert posts == {
        code: n for code, n in zip(codes, made.solution.posts["ebe"].tolist(), strict=True) if code in posts
    }
    assert value == pytest.approx({stage: float(v) for stage, v in made.solution.value.stages.items()})
    assert price
    assert sheet.joint


def made_codes(plan: pdc.Plan) -> list[str]:
    return [str(code) for code in plan.country.codes("unit")]


def test_highs_finds_the_same_first_stage_in_the_mps(folder: Path, tmp_path: Path) -> None:
    """The program is in a standard format: another reader gets the same shortfall of tier 1."""
    for group in groups_in(folder / "proof"):
        _, _, value = read_sheet(folder / "proof", group)
        path = tmp_path / f"{group}.mps"
        path.write_bytes(gzip.decompress((folder / "proof" / f"{group}.mps.gz").read_bytes()))
        live = highspy.Highs()
        live.setOptionValue("output_flag", False)
        assert live.readModel(str(path)) != highspy.HighsStatus.kError
        live.run()
        assert live.getInfo().objective_function_value == pytest.approx(value["tier1"]), group


def change(path: Path, edit: Callable[[str], str]) -> None:
    before = gzip.decompress(path.read_bytes()).decode()
    after = edit(before)
    assert after != before
    path.write_bytes(gzip.compress(after.encode(), mtime=0))


def moved(text: str) -> str:
    """One post of a unit with some goes to another unit of the same district."""
    rows = [line.split(",") for line in text.splitlines()]
    units = [r for r in rows if r[1] == "unit" and r[3] == "A1" and r[0] == "ebe"]
    giver = next(r for r in units if int(r[4]) > 0)
    taker = next(r for r in units if r is not giver)
    giver[4], taker[4] = str(int(giver[4]) - 1), str(int(taker[4]) + 1)
    return "\n".join(",".join(r) for r in rows) + "\n"


def chord(text: str) -> str:
    """A district's line above the plan's number costs what two steps cost, not the next one alone."""
    cost = re.compile(r"^( eczaci\.d0\.(?!0 ).* district )(\S+)", re.MULTILINE)
    return cost.sub(lambda found: f"{found[1]}{float(found[2]) + 0.5}", text)


def every_end(text: str) -> str:
    """All ends of the pharmacists' columns, as earlier versions wrote them."""
    named = dict.fromkeys(re.findall(r"^ (eczaci\.[pdu]\d+\.\d+) ", text, re.MULTILINE))
    lacking = [name for name in named if f" BND {name} " not in text]
    assert lacking
    ends = [f" UP BND {name} {17 - int(name.rpartition('.')[2])}\n" for name in lacking]
    return text.replace("BOUNDS\n", "".join(["BOUNDS\n", *ends]))


def test_a_program_with_every_end_is_the_same_program(folder: Path) -> None:
    change(folder / "proof" / "eczaci.mps.gz", every_end)
    assert verdicts(folder)["eczaci"].proven


@pytest.mark.parametrize(
    ("file", "edit", "found"),
    [
        ("hemsire+ebe.csv.gz", moved, "no price explains"),
        ("hemsire+ebe.csv.gz", lambda t: t.replace(",unit,H1,C1,", ",unit,H1,C2,", 1), "is not the sum below"),
        ("eczaci.sol.gz", lambda t: t.replace(" 3\n", " 2\n", 1), "eczaci.mps.gz"),
        ("eczaci.mps.gz", chord, "by the nodes"),
        ("eczaci.mps.gz", lambda t: re.sub(r" UP BND .*\n", "", t, count=1), "segments of the program do not meet"),
        ("eczaci.mps.gz", lambda t: t.replace("RHS A.1.eczaci 17", "RHS A.1.eczaci 18"), "row A.1.eczaci is off by"),
        ("eczaci.json.gz", lambda t: t.replace('"supply":{"eczaci":17}', '"supply":{"eczaci":16}'), "national number"),
        ("eczaci.json.gz", lambda t: t.replace('"tier1":', '"tier9":'), "tier1"),
        ("eczaci.json.gz", lambda t: t[: len(t) // 2], "unreadable"),
        ("eczaci.csv.gz", lambda t: t.replace("title,", "titel,", 1), "unreadable"),
    ],
)  # fmt: skip
def test_any_change_of_a_certificate_is_found(
    folder: Path, file: str, edit: Callable[[str], str], found: str
) -> None:
    change(folder / "proof" / file, edit)
    problems = verdicts(folder)[file.split(".", maxsplit=1)[0]].problems
    assert any(found in problem for problem in problems), problems


def test_a_packed_file_is_the_same_whatever_the_python() -> None:
    # No time stamp; as its maker 3 (Unix), which the module gzip turned to 255 in Python 3.12.
    head = packed("çok")[:10]
    assert (head[:8], head[9]) == (bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]), 3)
    assert gzip.decompress(packed("çok")).decode() == "çok"


def test_names_in_the_mps_are_ascii_and_stay_apart() -> None:
    assert plain_names(["B.1.g/0.p1", "B.1.ğ/0.p1"]) == ["B.1.g/0.p1", "B.1._11f_/0.p1"]


def test_prices_of_another_plan_prove_nothing(folder: Path) -> None:
    def worse(text: str) -> str:
        content = json.loads(text)
        content["prices"] = dict.fromkeys(content["prices"], "0 0 0 0 0 0 0")
        return json.dumps(content)

    change(folder / "proof" / "hemsire+ebe.json.gz", worse)
    assert any("no price explains" in problem for problem in verdicts(folder)["hemsire+ebe"].problems)


def test_a_table_that_is_not_the_proven_plan_is_found(folder: Path) -> None:
    path = folder / "plan_units.csv"
    rows = path.read_text("utf-8").splitlines()
    at = next(i for i, row in enumerate(rows) if ",eczaci," in row and not row.split(",")[5].startswith("0"))
    cells = rows[at].split(",")
    cells[5] = str(int(cells[5]) + 1)
    rows[at] = ",".join(cells)
    path.write_text("\n".join(rows) + "\n", "utf-8")
    assert any("plan_units.csv" in problem for problem in verdicts(folder)["eczaci"].problems)


def test_a_missing_certificate_is_a_problem(folder: Path) -> None:
    (folder / "proof" / "eczaci.json.gz").unlink()
    assert verdicts(folder)["eczaci"].problems == ("missing",)


def test_the_command_says_what_was_proven_and_fails_where_something_is_wrong(folder: Path) -> None:
    runner = CliRunner()
    good = runner.invoke(app, ["verify", str(folder), "--proof", "--lang", "en"])
    assert good.exit_code == 0, good.output
    assert "proven optimal without the solver" in " ".join(good.output.split())
    change(folder / "proof" / "eczaci.csv.gz", lambda t: t.replace(",unit,H1,C1,", ",unit,H1,C1,9", 1))
    assert runner.invoke(app, ["verify", str(folder), "--proof"]).exit_code == 2


def test_verifying_needs_no_solver(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pulp", "highspy"):
        monkeypatch.setitem(sys.modules, name, None)
    assert all(verdict.proven for verdict in verdicts(folder).values())


def test_numbers_that_could_be_otherwise_are_listed(folder: Path) -> None:
    rows = (folder / "free_cells.csv").read_text("utf-8").splitlines()
    assert rows[0] == "title,level,code,posts,one_more,one_fewer"


def test_twins_are_free_and_the_order_of_codes_decides(tmp_path: Path) -> None:
    """Two hospitals alike and an odd number of eye doctors: either could have the odd one."""
    town = Small().province(1, "Adana").district("D1", 1, 50_000, central=1)
    for code in ("H1", "H2"):
        town.unit(code, "D1", "devlet_hastanesi", beds=100)
    made = town.filled("uzman.goz_hastaliklari", 5).plan("uzman.goz_hastaliklari", sets=FEW)
    free = made.results.frames["free_cells"]
    units = free[free["level"] == "unit"]
    assert units[["code", "posts", "one_more", "one_fewer"]].to_numpy().tolist() == [
        ["H1", 3, 0, 1],
        ["H2", 2, 1, 0],
    ]


def test_a_minimax_plan_says_that_it_has_no_such_proof(tmp_path: Path) -> None:
    made = country().plan("eczaci", sets=FEW, options=pdc.Options(norm="minimax"))
    found = verdicts(write(made, tmp_path / "plan", reports=False))["eczaci"]
    assert (found.problems, found.unproven, found.proven) == ((), "minimax", False)


# plans without a certificate -----------------------------------------------------------------------------


def verified(folder: Path, lang: str = "en") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", str(folder), "--proof", "--lang", lang])
    return done.exit_code, " ".join((done.output + done.stderr).split())


@pytest.fixture(scope="module")
def input_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return country().write(tmp_path_factory.mktemp("data") / "in")


def planned(data: Path, out: Path, *extra: str) -> Path:
    plan = ["plan", "--data", str(data), "--title", "eczaci", "--set", FEW[0], "--jobs", "1"]
    done = CliRunner().invoke(app, [*plan, "--out", str(out), *extra])
    assert done.exit_code == 0, done.output
    return out


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_a_kept_plan_says_that_it_has_no_certificate_and_none_is_missing(
    input_folder: Path, tmp_path: Path, lang: str
) -> None:
    first = planned(input_folder, tmp_path / "first", "--no-reports")
    kept = planned(
        input_folder, tmp_path / "kept", "--no-reports", "--keep", str(first), "--change-at-most", "3"
    )
    code, said = verified(kept, lang)
    assert code == 2
    assert {"tr": "kanıt belgesi yok", "en": "no certificate"}[lang] in said
    assert {"tr": "eksilmiş bir dosya yoktur", "en": "no file is missing"}[lang] in said
    assert "eczaci" not in said  # no group is said to lack anything


def test_a_repaired_plan_has_none_either(input_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "hand.csv"
    table.write_text("unit_code,title,posts\nH1,eczaci,11\n", "utf-8")
    done = CliRunner().invoke(
        app,
        ["repair", str(table), "--data", str(input_folder), "--set", FEW[0], "--jobs", "1", "--no-reports",
         "--out", str(tmp_path / "repaired")],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    code, said = verified(tmp_path / "repaired")
    assert code == 2
    assert "kept near a table" in said


def test_tables_alone_have_none_and_say_how_to_get_one(input_folder: Path, tmp_path: Path) -> None:
    code, said = verified(planned(input_folder, tmp_path / "plan", "--no-reports"))
    assert code == 2
    assert "--no-reports" in said
    assert "no file is missing" in said


def test_a_certificate_that_was_taken_away_is_missing(folder: Path) -> None:
    shutil.rmtree(folder / "proof")
    code, said = verified(folder)
    assert code == 2
    assert "eczaci: missing" in said
    assert "no certificate" not in said

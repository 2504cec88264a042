"""Tables made by hand under another law: audit, compare, repair and the paradox guard take ``--rulebook``."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import pdc
from pdc.cli import app

LAW = "child-support"


@pytest.fixture(scope="module")
def plan() -> pdc.Plan:
    return pdc.plan(rulebook=LAW)


@pytest.fixture(scope="module")
def hand(plan: pdc.Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan as people would write it, by names; two psychologists at the wrong place."""
    names = {title.code: title.name["tr"] for title in plan.rulebook.titles}
    country = plan.country
    wide = plan.units.pivot(index="unit_code", columns="title", values="posts").fillna(0).astype(int)
    wide = wide.reindex(country.codes("unit"))
    wide.loc[wide["psikolog"].idxmax(), "psikolog"] -= 2
    wide.loc[wide["psikolog"].idxmin(), "psikolog"] += 2
    wide = wide.rename(columns=names)
    places = {
        "İl": country.provinces["province"].to_numpy()[country.unit_province],
        "İlçe": country.districts["district"].to_numpy()[country.unit_district],
        "Birim": country.units["unit"].to_numpy(),
    }
    path = tmp_path_factory.mktemp("hand") / "cetvel.csv"
    pd.concat([pd.DataFrame(places, index=wide.index), wide], axis=1).to_csv(path, index=False)
    return path


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments, "--lang", "en", "--jobs", "1"])
    assert done.exit_code == code, done.output + done.stderr
    return done.output + done.stderr


def test_a_table_of_the_centres_is_audited_by_their_law(hand: Path, tmp_path: Path) -> None:
    run("audit", str(hand), "--rulebook", LAW, "--out", str(tmp_path / "audit"))
    told = json.loads((tmp_path / "audit" / "audit_summary.json").read_text("utf-8"))
    assert told["table"]["whole"]
    assert told["table"]["titles"] == [
        "psikolog",
        "sosyal_calismaci",
        "cocuk_gelisimci",
        "hemsire",
        "ogretmen",
    ]
    assert told["lawful"]
    assert told["clauses"]["3.3"]["shortfall"] == 2  # the counsellors that were moved away
    assert told["doubts"] == {}
    page = (tmp_path / "audit" / "audit.html").read_text("utf-8")
    assert "3.3" in page
    assert "A.16" not in page


def test_the_built_in_law_does_not_know_the_centres(hand: Path, tmp_path: Path) -> None:
    run("audit", str(hand), "--out", str(tmp_path / "audit"), code=2)
    assert not (tmp_path / "audit").exists()


def test_a_table_of_the_centres_is_repaired_by_their_law(hand: Path, plan: pdc.Plan, tmp_path: Path) -> None:
    said = run("repair", str(hand), "--rulebook", LAW, "--no-reports", "--out", str(tmp_path / "repair"))
    assert "Posts moved: 2" in said
    assert "Psychologist" in said  # names, not codes
    fixed = pd.read_csv(tmp_path / "repair" / "plan_units.csv")
    before = plan.shortfall_by_clause
    told = json.loads((tmp_path / "repair" / "summary.json").read_text("utf-8"))
    assert told["shortfall_by_clause"] == before
    assert int(fixed["posts"].sum()) == int(plan.units["posts"].sum())


def test_two_tables_of_the_centres_are_compared_by_their_law(hand: Path, tmp_path: Path) -> None:
    run("repair", str(hand), "--rulebook", LAW, "--no-reports", "--out", str(tmp_path / "repair"))
    run("compare", str(hand), str(tmp_path / "repair"), "--rulebook", LAW, "--out", str(tmp_path / "compare"))
    told = json.loads((tmp_path / "compare" / "compare_summary.json").read_text("utf-8"))
    assert told["different"] == 2
    found = pdc.compare(str(hand), str(tmp_path / "repair"), rulebook=LAW)
    assert len(found.differences("unit")) == 2


def test_the_paradox_guard_reads_the_same_law(tmp_path: Path) -> None:
    said = run("plan", "--rulebook", LAW, "--title", "hemsire", "--check-monotone", "--no-reports",
               "--out", str(tmp_path / "plan"))  # fmt: skip
    assert "No place loses a post" in said

"""A summary with wrong types in what is read of it again: told as damage by every command that reads plans."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from typer.testing import CliRunner

from pdc.ask.own_law import record
from pdc.base.faults import InputError
from pdc.cli import app

TINY = Path(__file__).resolve().parents[1] / "fuzz" / "tiny"
DATA = ["--data", str(TINY), "--lang", "en"]
PLAN = ["plan", *DATA, "--set", "A.3.minimum=0", "--title", "dis_tabibi", "--no-reports"]
DAMAGE: tuple[tuple[str, Any], ...] = (
    ("made_from.rulebook", float("nan")), ("made_from.rulebook", 1), ("made_from.data", True), ("made_from.data", "a\0"),
    ("made_from.set", "A.3.minimum=0"), ("made_from.set", [1]), ("made_from.scenario", {}), ("made_from", [1]),
    ("titles.dis_tabibi", None), ("titles.dis_tabibi", 1), ("titles", True), ("titles", []),
    ("options", []), ("options.norm", []), ("options.strict", "x"), ("options.kept", 1), ("data", 1), ("data.sha256", 1),
)  # fmt: skip


@cache
def _plan() -> Path:
    folder = Path(mkdtemp(prefix="pdc-test-")) / "plan"
    assert CliRunner().invoke(app, [*PLAN, "--out", str(folder)]).exit_code == 0
    return folder


def _damaged(place: Path, key: str, value: Any) -> Path:
    folder = place / "plan"
    shutil.copytree(_plan(), folder)
    file = folder / "summary.json"
    summary = json.loads(file.read_text("utf-8"))
    *above, last = key.split(".")
    inside = summary
    for part in above:
        inside = inside[part]
    inside[last] = value
    file.write_text(json.dumps(summary), "utf-8")
    return folder


@pytest.mark.parametrize(("key", "value"), DAMAGE)
def test_a_record_of_a_wrong_type_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    with pytest.raises(InputError, match="record"):
        record(_damaged(tmp_path, key, value))
    assert record(_plan()) is not None


@pytest.mark.parametrize(
    "words",
    [
        ("appoint", "{plan}", "--posts", "1"), ("transfers", "{plan}"), ("compare", "{plan}", "filled"),
        ("explain", "{plan}", "--title", "dis_tabibi", "--province", "69", "--one-more"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("key", "value"), [("titles.dis_tabibi", None), ("made_from.rulebook", 1), ("options", [])])
def test_commands_tell_it(tmp_path: Path, words: tuple[str, ...], key: str, value: Any) -> None:
    folder, out = _damaged(tmp_path, key, value), tmp_path / "out"
    asked = [word.format(plan=folder) for word in words]
    done = CliRunner().invoke(app, [*asked, *DATA, *([] if words[0] == "explain" else ["--out", str(out)])])
    assert done.exit_code == 2, done.output
    assert "nternal" not in done.output
    assert not out.exists()


def test_tables_that_were_changed_are_told_as_changed(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(_plan(), folder)
    (folder / "plan_units.csv").write_text("a,b\n1,2\n", "utf-8")
    for words in (["appoint", str(folder), "--posts", "1"], ["transfers", str(folder)]):
        done = CliRunner().invoke(app, [*words, *DATA, "--out", str(tmp_path / "out")])
        assert done.exit_code == 2, done.output
        assert "plan_units.csv" in done.output


@pytest.mark.parametrize("limit", ["inf", "1e400", "nan", "-1"])
def test_a_limit_that_is_no_number_of_seconds_is_a_wrong_option(limit: str) -> None:
    asked = ["explain", str(_plan()), "--title", "dis_tabibi", "--province", "69", "--one-more", "--time-limit", limit]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2, done.output
    assert "--time-limit" in done.output


def test_a_folder_in_place_of_a_file_is_named() -> None:
    for asked in (["appoint", str(_plan()), *DATA, "--term", "."], [*PLAN, "--letterhead", "."]):
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 2, done.output
        assert ".:" in done.output

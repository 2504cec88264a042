"""A fault of ours is never told as a change of the plan's files, and a change never as a fault of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers.small import Small
from pdc.cli import app
from pdc.planning.write import write

COMMANDS = (["explain", "--title", "eczaci"], ["verify", "--proof"])


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = Small().province(19, "Çorum").district("C1", 19, 300_000, central=1)
    built.unit("H", "C1", "devlet_hastanesi", beds=200).filled("eczaci", 120)
    return write(built.plan("eczaci"), tmp_path_factory.mktemp("plan") / "p", "en", reports=False)


def ask(words: list[str], folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [words[0], str(folder), *words[1:], "--lang", "en"])
    return result.exit_code, " ".join(result.output.split())


def broken(*_: object, **__: object) -> None:
    raise ValueError("a slip of ours")


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_fault_of_ours_is_told_as_one(words: list[str], plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdc.cli.explain.explain_number", broken)
    monkeypatch.setattr("pdc.cli.approve.verify_proof", broken)
    code, text = ask(words, plan)
    assert code == 1
    assert "a slip of ours" in text
    assert "not as pdc wrote them" not in text


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("mark", [True, False])
def test_a_changed_file_is_named(
    words: list[str], mark: bool, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(plan, tmp_path / "p"))
    if mark:
        (folder / "units.csv").write_bytes(b"unit_code\n")
    else:
        (folder / "pdc-manifest.json").unlink()
    monkeypatch.setattr("pdc.cli.explain.explain_number", broken)
    monkeypatch.setattr("pdc.cli.approve.verify_proof", broken)
    code, text = ask(words, folder)
    assert code == 2
    assert f"not as pdc wrote them ({'units.csv' if mark else 'pdc-manifest.json'}" in text

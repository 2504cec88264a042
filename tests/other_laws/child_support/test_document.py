"""docs/your-own-rulebook.md: its files make a rulebook, its commands run and say what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pdc.cli import app

PAGE = Path(__file__).resolve().parents[3] / "docs" / "your-own-rulebook.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = ".venv/bin/python solve.py "


def test_the_page_builds_a_rulebook_from_nothing_and_every_command_on_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown, ran = "", 0
    for language, body in BLOCK.findall(PAGE.read_text("utf-8")):
        first, _, rest = body.partition("\n")
        if first.startswith("# file: "):
            file = Path(first.removeprefix("# file: "))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(rest, encoding="utf-8")
        elif language == "sh":
            shown = ""
            for line in body.splitlines():
                assert line.startswith(COMMAND), line
                result = CliRunner().invoke(app, [*shlex.split(line.removeprefix(COMMAND)), *few(line)])
                assert result.exit_code == 0, f"{line}\n{result.output}"
                shown, ran = shown + " ".join(result.output.split()), ran + 1
        elif language == "text":
            assert all(line in shown for line in body.splitlines()), (body, shown)
        else:
            pytest.fail(f"a block that is no file, command or output: {first}")
    assert ran == 7
    rows = Path("plan/assignments.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + 20 + 17 + 26
    assert not [row for row in rows if row.endswith(",,0")]


def few(line: str) -> list[str]:
    """Plans of the page are made in this process."""
    return ["--jobs", "1"] if line.startswith(f"{COMMAND}plan") else []

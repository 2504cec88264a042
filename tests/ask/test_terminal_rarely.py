"""What the terminal says where there is more to say than it shows, and where something goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import pdc
from helpers.small import Small
from pdc.base.errors import MovesError
from pdc.base.faults import Fault
from pdc.cli import app, common, main
from pdc.cli.common import SHOWN, told
from pdc.law import reading

EYE = "uzman.goz_hastaliklari"


def hamilton(folder: Path) -> Path:
    """6 : 6 : 2 with 10 and 11 posts: the third has 2, then 1 (Balinski and Young, 1975)."""
    town = Small()
    for code, part in enumerate((6, 6, 2), 1):
        town.province(code).district(f"D{code}", code, 100_000 * part, central=1)
        town.unit(f"H{code}", f"D{code}", "devlet_hastanesi", beds=100 * part)
    return town.filled(EYE, 10).write(folder)


def test_places_that_lose_and_changes_of_the_law_are_told_as_far_as_they_are_shown(tmp_path: Path) -> None:
    book = reading.load()
    numbers = [
        f"{number}.{name}={one.value}"
        for number, clause in book.clauses.items()
        for name, one in clause.parameters.items()
        if type(one.value) is int and number != "A.3"
    ][: SHOWN + 5]
    sets = [part for text in ["A.3.minimum=0", *numbers] for part in ("--set", text)]
    command = [
        "plan",
        "--data",
        str(hamilton(tmp_path / "data")),
        "--title",
        EYE,
        "--norm",
        "l1",
        "--check-monotone",
    ]
    more = ["--no-reports", "--no-cache", "--jobs", "1", "--lang", "en", "--out", str(tmp_path / "plan")]
    done = CliRunner().invoke(app, [*command, *sets, *more])
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    assert len(numbers) == SHOWN + 5
    assert " 7 more" in text  # with the norm and A.3.minimum: those are shown
    for place in ("Province 3", "District D3", "Unit H3"):
        assert f"({place}): 2 → 1" in text


def said(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(common.typer.Exit) as ended, told("en"):
        raise error
    return ended.value.exit_code, " ".join(capsys.readouterr().err.split())


def test_more_faults_than_fit_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    faults = [Fault(f"{i}.csv", None, None, "no_rows") for i in range(SHOWN + 3)]
    code, text = said(pdc.InputError(faults), capsys)
    assert code == 2
    assert text.count(".csv: ") == SHOWN
    assert f"and 3 more lines {SHOWN + 3} faults found, nothing was written" in text


def test_too_few_moves_and_what_nobody_foresaw_are_sentences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = said(MovesError("eczaci", 2, 5), capsys)
    assert code == 3
    assert text == "eczaci: the hard rules cannot be kept with 2 moves; it takes 5"
    monkeypatch.delenv("PDC_DEBUG", raising=False)
    code, text = said(RuntimeError("[unforeseen]"), capsys)
    assert code not in (0, 2)
    assert "unforeseen" in text
    assert "Traceback" not in text
    monkeypatch.setenv("PDC_DEBUG", "1")
    with pytest.raises(RuntimeError, match="unforeseen"), told("en"):
        raise RuntimeError("[unforeseen]")


def test_a_stream_that_cannot_change_its_letters_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> int:
            self.text += text
            return len(text)

        def flush(self) -> None: ...

    out: Any = Plain()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.argv", ["pdc", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, 2, None)


def test_the_module_has_its_app_and_nothing_else_by_name() -> None:
    import pdc.cli as module  # noqa: PLC0415

    assert module.app is app
    with pytest.raises(AttributeError, match="apps"):
        module.apps  # noqa: B018

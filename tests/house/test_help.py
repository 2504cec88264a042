"""The first page of the help: every command, in both languages, without a command's code being loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pdc.cli import MODULES, app
from pdc.cli.front import language
from pdc_common.text import LANGS, table

ROOT = Path(__file__).resolve().parents[2]


def told(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "solve.py"), *arguments],
        capture_output=True, text=True, check=True, timeout=120, encoding="utf-8",
        env={"PATH": "", "COLUMNS": "200", "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    return done.stdout


def test_every_command_is_listed_in_the_language_of_the_locale() -> None:
    english, turkish = told("--help"), told("--help", LANG="tr_TR.UTF-8")
    for name in MODULES:
        assert name in english
        assert table()[f"cli.help.{name}"]["en"][:40] in english
        assert table()[f"cli.help.{name}"]["tr"][:40] in turkish


def after_the_help(expression: str) -> str:
    """What an expression is in a process that has shown the first page of the help."""
    code = f"""
import sys
sys.path[:0] = {[str(ROOT / "model"), str(ROOT / "reports")]!r}
sys.argv = ["pdc", "--help"]
from pdc.cli import main
from pdc_common import text
try:
    main()
except SystemExit:
    pass
print({expression})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()[-1]


def test_the_help_loads_no_command() -> None:
    heavy = "{'pandas', 'numpy', 'pulp', 'highspy', 'matplotlib'}"
    assert after_the_help(f"sorted({heavy} & set(sys.modules))") == "[]"


@pytest.mark.parametrize("lang", LANGS)
def test_its_sentences_are_those_of_the_commands(lang: str) -> None:
    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    assert names == list(MODULES)
    assert [name for name in MODULES if not table()[f"cli.help.{name}"][lang]] == []


@pytest.mark.parametrize(
    ("arguments", "locale", "lang"),
    [
        (["--help"], "C.UTF-8", "en"), (["--help"], "tr_TR.UTF-8", "tr"), (["--lang", "en", "-h"], "tr_TR", "en"),
        (["--lang=tr", "--help"], "en_US", "tr"), (["--lang"], "", "en"),
    ],
)  # fmt: skip
def test_the_language_of_the_help(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], locale: str, lang: str
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    assert language(arguments) == lang


def test_the_first_page_waits_for_two_files_of_messages() -> None:
    assert after_the_help("text.table.cache_info().currsize") == "0"
    assert after_the_help("text._of_file.cache_info().currsize") == "2"
    assert after_the_help("'rich.markdown' in sys.modules") == "False"


def test_emphasis_and_lists_of_the_first_page() -> None:
    shown = told("--help", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[1mpdc\x1b[0m plans who works where" in shown
    assert "\x1b[3mPersonel Dağılım Cetveli\x1b[0m" in shown
    assert " • \x1b[1;36;40mpdc scenarios\x1b[0m lists the questions" in shown
    assert "`" not in shown and "* " not in shown

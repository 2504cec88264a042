"""Help and usage errors in Turkish: every command, every option, everything that can be misspelt on the line."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from pdc.cli import MODULES, app
from pdc.cli.speech import language, option_help
from pdc_common.text import known, say

COMMANDS: Any = typer.main.get_command(app)


def run(*arguments: str, **environment: str) -> Any:
    clean = {"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C", "COLUMNS": "400"}
    return CliRunner().invoke(app, list(arguments), env={**clean, **environment})


@pytest.mark.parametrize("command", MODULES)
def test_every_option_stands_in_the_message_table_in_both_languages(command: str) -> None:
    for param in COMMANDS.commands[command].params:
        if param.name == "help":
            continue
        keys = [
            key
            for key in (f"cli.option.{command}.{param.name}", f"cli.option.any.{param.name}")
            if known(key)
        ]
        assert keys, f"{command} {param.name}: an entry in pdc_common/text/messages/help.toml"
        assert say(keys[0], "en") == param.help, (
            f"{command} {param.name}: the text at the option is another one"
        )
        assert option_help(command, param.name, "tr", param.help) == say(keys[0], "tr") != param.help


@pytest.mark.parametrize("command", MODULES)
@pytest.mark.parametrize("how", [{"args": ["--lang", "tr"]}, {"LANG": "tr_TR.UTF-8"}, {"LANGUAGE": "tr:en"}])
def test_the_help_of_a_command_is_turkish(command: str, how: dict[str, Any]) -> None:
    args = how.get("args", [])
    done = run(command, *args, "--help", **{k: v for k, v in how.items() if k != "args"})
    assert done.exit_code == 0
    assert say(f"cli.help.{command}", "tr") in done.output.replace("\n", " ")
    assert "Kullanım" in done.output and "Seçenekler" in done.output
    for word in (
        "Usage",
        "Options",
        "Arguments",
        "required",
        "default:",
        "PATH",
        "TEXT",
        "Default",
        "Repeatable",
    ):
        assert word not in done.output
    for param in COMMANDS.commands[command].params:
        if param.param_type_name == "option" and param.name != "help" and not param.hidden:
            assert param.opts[0] in done.output
            assert option_help(command, param.name, "tr", param.help).replace("`", "")[:60] in done.output


def test_english_help_names_every_option_too() -> None:
    told = run("plan", "--help", "--lang", "en").output
    for param in (p for p in COMMANDS.commands["plan"].params if not p.hidden):
        assert all(option in told for option in (*param.opts, *param.secondary_opts))
    assert "WHOLE NUMBER 1–256" in told and "webster|l1|minimax" in told and "[default: output]" in told


MISSPELT = [
    (["plan", "--outt", "x"], "Böyle bir seçenek yok: --outt. Şu mu: --out"),
    (["plan", "--zzzz"], "Böyle bir seçenek yok: --zzzz"),
    (["explan"], "Böyle bir komut yok: explan. Şu mu: explain?"),
    (["qqqq"], "Böyle bir komut yok: qqqq. Şu mu:"),
    (["explain"], "Eksik: FOLDER verilmeli."),
    (["explain", "x"], "Eksik seçenek: --title verilmeli."),
    (["plan", "--jobs", "x"], "--jobs için geçersiz değer: “x”. Beklenen: TAM SAYI 1–256."),
    (["plan", "--jobs=0"], "--jobs için geçersiz değer: “0”. Beklenen: TAM SAYI 1–256."),
    (["plan", "--time-limit", "a"], "--time-limit için geçersiz değer: “a”. Beklenen: SAYI ≥ 0."),
    (["plan", "--time-limit", "inf"], "--time-limit: sonlu bir saniye sayısı verilmeli"),
    (["plan", "--norm", "x"], "--norm için geçersiz değer: “x”. Beklenen: webster|l1|minimax."),
    (["explain", "a", "b", "--title", "x"], "Fazladan verilmiş: b"),
    (["plan", "--strict=3"], "--strict değer almaz."),
    (["plan", "--out"], "--out bir değer ister."),
]


@pytest.mark.parametrize(("arguments", "text"), MISSPELT)
def test_what_is_misspelt_is_told_in_turkish(arguments: list[str], text: str) -> None:
    done = run(*arguments, LANG="tr_TR.UTF-8")
    assert done.exit_code == 2
    assert text in done.output.replace("\n", " ")
    for word in ("No such", "Missing", "Invalid", "Usage", "Error", "requires", "unexpected"):
        assert word not in done.output


def test_lang_is_enough_for_a_turkish_usage_error() -> None:
    assert "Böyle bir seçenek yok" in run("plan", "--nope", "--lang", "tr").output
    assert "No such option" in run("plan", "--nope", "--lang", "en", LANG="tr_TR").output
    assert "--lang için geçersiz değer: “xx”" in run("plan", "--lang", "xx", LANG="tr_TR").output


def test_the_order_of_the_locale_is_that_of_gettext(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LANGUAGE", ""), ("LC_ALL", "en_US"), ("LC_MESSAGES", "tr_TR"), ("LANG", "tr_TR")):
        monkeypatch.setenv(name, value)
    assert language([]) == "en"
    monkeypatch.setenv("LANGUAGE", "tr")
    assert language([]) == "tr"

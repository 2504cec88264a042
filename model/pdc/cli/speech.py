"""Help and usage errors in the language of the reader, whatever typer is installed.

typer speaks English alone, and what it says differs from version to version. Here stands one page of help for
both languages, made from the command itself and the message table, and the Turkish of what was misspelt.
"""

from __future__ import annotations

import os
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from pdc.cli.codes import BAD_INPUT
from pdc_common.likeness import did_you_mean
from pdc_common.text import Lang, known, say

_LOCALES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which gettext reads them."""
_USAGE: Final[type[Exception]] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError")
"""typer's own, wherever this typer has it from."""
_POINT: Final = "* "
_STYLES: Final = {r"`([^`]+)`": "bold cyan on black", r"\*\*([^*]+)\*\*": "bold", r"\*([^*]+)\*": "italic"}
_SHARED: Final = "any"  # what several commands have in common
_WORDS: Final = {Path: "path", int: "whole", float: "number", str: "text"}


def language(arguments: Sequence[str]) -> Lang:
    """Language of help and usage errors: of ``--lang``, else of a Turkish locale, else English."""
    for i, text in enumerate(arguments):
        asked = text.partition("=")[2] if text.startswith("--lang=") else ""
        if text == "--lang" and i + 1 < len(arguments):
            asked = arguments[i + 1]
        if asked in ("tr", "en"):
            return "tr" if asked == "tr" else "en"
    locale = next((os.environ[name] for name in _LOCALES if os.environ.get(name)), "")
    return "tr" if locale.startswith("tr") else "en"


class _Spoken:
    """Helps, and says what was misspelt, in the language asked for; before a class of typer's."""

    lang: Lang = "en"
    given: Sequence[str] = ()

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The same; the language is known from here on."""
        self.lang, self.given = language(args), tuple(args)
        with _told(self):
            return super().make_context(info_name, args, parent, **extra)  # type: ignore[misc]

    def invoke(self, ctx: Any) -> Any:
        """The same; what is refused in it is told alike."""
        with _told(self):
            return super().invoke(ctx)  # type: ignore[misc]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The page of help."""
        del formatter
        _page(self, ctx)


class Command(_Spoken, TyperCommand):
    """A command."""


class Group(_Spoken, TyperGroup):
    """The commands."""


# the page -------------------------------------------------------------------------------------------------


def option_help(command: str, name: str, lang: Lang, otherwise: str = "") -> str:
    """What an option or argument is, from the message table; else as it stands at the option."""
    for key in (f"cli.option.{command}.{name}", f"cli.option.{_SHARED}.{name}"):
        if known(key) and (lang == "tr" or say(key, "en") == otherwise or not otherwise):
            return say(key, lang)
    return otherwise


def _page(command: Any, ctx: Any) -> None:
    lang = command.lang
    page = Console()
    say_ = _sayer(lang)
    usage = [ctx.command_path]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name != "argument"]
    usage += [say_("options_mark")] if options or isinstance(command, TyperGroup) else []
    usage += [say_("command_mark")] if isinstance(command, TyperGroup) else []
    usage += [_argument(p) for p in arguments]
    page.print(f"\n{say_('usage')}: {' '.join(usage)}\n", style="bold", markup=False, highlight=False)
    for block in re.split(r"\n\s*\n", _about(command, lang).strip()):
        page.print(Padding(_points(block) if block.startswith(_POINT) else _styled(block), (0, 0, 1, 1)))
    if isinstance(command, TyperGroup):
        rows = [(name, _short(name, one, lang)) for name, one in command.commands.items()]
        _block(page, say_("commands"), [(name, "", text) for name, text in rows])
    _block(page, say_("arguments"), [(_argument(p), "", _explained(command, p, lang)) for p in arguments])
    told = [(", ".join([*p.opts, *p.secondary_opts]), _kind(command, p, lang), _explained(command, p, lang))
            for p in options if p.name != "help" and not getattr(p, "hidden", False)]  # fmt: skip
    _block(page, say_("options"), [*told, (", ".join(ctx.help_option_names), "", say_("help"))])
    if isinstance(command, TyperGroup) and command.epilog:
        page.print(Padding(command.epilog, (0, 0, 1, 1)), markup=False, highlight=False)


def _styled(paragraph: str) -> Text:
    """A paragraph with the words in ``**…**``, ``*…*`` and backticks set apart."""
    text = escape(" ".join(paragraph.split()))
    for pattern, style in _STYLES.items():
        text = re.sub(pattern, rf"[{style}]\1[/]", text)
    return Text.from_markup(text)


def _points(block: str) -> Table:
    """A list, a point a line. (rich's own reader of Markdown takes a fifth of the time of ``--help``.)"""
    table = Table(box=None, show_header=False, padding=0, pad_edge=False)
    for line in block.splitlines():
        table.add_row(" • ", _styled(line.removeprefix(_POINT)))
    return table


def _sayer(lang: Lang) -> Any:
    return lambda key, **values: say(f"cli.usage.{key}", lang, **values)


def _block(page: Console, heading: str, rows: Sequence[tuple[str, str, str]]) -> None:
    if not rows:
        return
    page.print(f" {heading}", style="bold cyan", markup=False, highlight=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    kinds = any(kind for _, kind, _ in rows)
    if kinds:
        table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, kind, text in rows:
        cells = [name, kind, text] if kinds else [name, text]
        table.add_row(*(_plain(cell) for cell in cells))
    page.print(Padding(table, (0, 0, 1, 3)))


def _plain(text: str) -> Text:
    """As it stands: brackets in a help text are no style."""
    return Text(text.replace("`", ""))


def _about(command: Any, lang: Lang) -> str:
    """What a command does: its sentence in the message table, then the rest that it says of itself."""
    if isinstance(command, TyperGroup):
        return say("cli.help.front", lang)
    rest = f"cli.help_rest.{command.name}"
    first = say(f"cli.help.{command.name}", lang) if known(f"cli.help.{command.name}") else command.help or ""
    return f"{first}\n\n{say(rest, lang)}" if known(rest) else first


def _short(name: str, command: Any, lang: Lang) -> str:
    return say(f"cli.help.{name}", lang) if known(f"cli.help.{name}") else command.get_short_help_str(200)


def _argument(param: Any) -> str:
    name = param.metavar or param.name.rstrip("_").upper()
    name = f"{name}…" if param.nargs == -1 else name
    return name if param.required else f"[{name}]"


def _explained(command: Any, param: Any, lang: Lang) -> str:
    text = option_help(command.name, param.name, lang, param.help or "")
    if param.param_type_name != "argument":
        if param.required:
            return f"{text} {say('cli.usage.due', lang)}"
        default = _default(param)
        if default:
            return f"{text} {say('cli.usage.default', lang, value=default)}"
    return text


def _default(param: Any) -> str:
    value = param.default
    if value is None or callable(value) or value in ("", (), []) or isinstance(value, bool):
        return next(iter(param.opts)) if value is True and param.secondary_opts else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


# what a parameter takes -----------------------------------------------------------------------------------


@cache
def _hints(callback: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(callback, include_extras=True)


def _annotation(command: Any, param: Any) -> tuple[Any, Any]:
    """A parameter's type without ``None`` and ``list``, and its typer.Option (None where there is none)."""
    callback = getattr(command, "callback", None)
    hints = _hints(getattr(callback, "__wrapped__", callback)) if callback is not None else {}
    kind, info = hints.get(param.name), None
    if typing.get_origin(kind) is Annotated:
        kind, *metadata = typing.get_args(kind)
        info = next((one for one in metadata if hasattr(one, "param_decls")), None)
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is list:
        kind = typing.get_args(kind)[0]
    return kind, info


def _kind(command: Any, param: Any, lang: Lang) -> str:
    """What an option takes, in a word or two; nothing for a switch."""
    kind, info = _annotation(command, param)
    if kind is bool or getattr(param, "is_flag", False):
        return ""
    if typing.get_origin(kind) is Literal:
        return "|".join(typing.get_args(kind))
    if param.metavar:
        return str(param.metavar)
    word = say(f"cli.usage.{_WORDS.get(kind, 'text')}", lang)
    low, high = (getattr(info, end, None) for end in ("min", "max"))
    if low is not None and high is not None:
        return f"{word} {low}–{high}"
    return f"{word} ≥ {low}" if low is not None else f"{word} ≤ {high}" if high is not None else word


# what was misspelt ----------------------------------------------------------------------------------------


@contextmanager
def _told(command: Any) -> Iterator[None]:
    """Turn a usage error into Turkish where that is asked for; English stays as typer says it."""
    try:
        yield
    except _USAGE as error:
        if command.lang != "tr" or type(error).__name__ == "NoArgsIsHelpError":
            raise
        out = Console(stderr=True)
        ctx = getattr(error, "ctx", None)
        if ctx is not None:
            see = say("cli.usage.see", "tr", command=f"{ctx.command_path} --help")
            out.print(see, style="dim", markup=False, highlight=False, soft_wrap=True)
        text = say("cli.usage.error", "tr", text=_in_turkish(error, command))
        out.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None


def _in_turkish(error: Any, command: Any) -> str:
    name = type(error).__name__
    hint = _hint(error)
    match name:
        case "NoSuchOption":
            near = ", ".join(sorted(error.possibilities or ()))
            key = "no_option_near" if near else "no_option"
            return say(f"cli.usage.{key}", "tr", option=error.option_name, near=near)
        case "MissingParameter":
            kind = (
                "missing_argument"
                if error.param and error.param.param_type_name == "argument"
                else "missing_option"
            )
            return say(f"cli.usage.{kind}", "tr", name=hint)
        case "BadParameter" if error.param is not None:
            return _bad_value(error, command, hint)
        case "BadParameter":
            return str(error.message)
    for pattern, key in _PATTERNS:
        found = re.fullmatch(pattern, error.message, re.DOTALL)
        if found and key == "no_command":
            near = did_you_mean(found["name"], list(getattr(error.ctx.command, "commands", ())), 0)
            return say("cli.usage.no_command", "tr", name=found["name"], near=near)
        if found:
            return say(f"cli.usage.{key}", "tr", **found.groupdict(default=""))
    return say("cli.usage.other", "tr", text=error.format_message())


_PATTERNS: Final = (
    (r"No such command '?(?P<name>.*?)'?\.(?: Did you mean .*\?)?", "no_command"),
    (r"Missing command\.?", "missing_command"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<names>.*)\)", "extra"),
    (r"Option '?(?P<option>--?[\w-]+)'? requires an argument\.?", "needs_value"),
    (r"Option '?(?P<option>--?[\w-]+)'? requires (?P<count>\d+) arguments\.?", "needs_values"),
    (r"Option '?(?P<option>--?[\w-]+)'? does not take a value\.?", "takes_none"),
)
"""What typer says of a command line as a whole, in every version that pdc allows."""


def _hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return str(getattr(error, "param_hint", "") or "")
    if param.param_type_name == "argument":
        return _argument(param).strip("[]…")
    return "/".join(param.opts)


def _bad_value(error: Any, command: Any, hint: str) -> str:
    """A value that its option does not take: what was given, and what would be right."""
    owner = getattr(error, "ctx", None)
    owner = owner.command if owner is not None else command
    given = _given(getattr(owner, "given", ()), error.param)
    wanted = _kind(owner, error.param, "tr")
    key = "bad_value" if given else "bad_value_unseen"
    text = say(f"cli.usage.{key}", "tr", name=hint, value=given)
    kind, _ = _annotation(owner, error.param)
    if kind in (int, float) or typing.get_origin(kind) is Literal:
        return f"{text} {say('cli.usage.wanted', 'tr', wanted=wanted)}"
    return f"{text} {error.message}"


def _given(arguments: Sequence[str], param: Any) -> str:
    """What stands at an option on the command line."""
    for i, text in enumerate(arguments):
        for option in param.opts:
            if text == option and i + 1 < len(arguments):
                return arguments[i + 1]
            if text.startswith(f"{option}="):
                return text.partition("=")[2]
    return ""

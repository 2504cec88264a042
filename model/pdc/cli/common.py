"""What every command shares: the app, its options, exit codes, and how things that go wrong are told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.console import Console

from pdc.base.errors import InternalError, MovesError
from pdc.base.faults import Fault, InputError, in_short
from pdc.base.limits import JOBS
from pdc.cli.codes import BAD_INPUT, DONE, INTERNAL, NO_PLAN, STOPPED, WOULD_OVERWRITE
from pdc.cli.speech import Group
from pdc_common.bounded import TooLargeError
from pdc_common.text import LANGS, Lang, say

if TYPE_CHECKING:
    from pdc.base.cache import Cache
    from pdc.solve.no_plan.errors import NoPlanError

__all__ = ["BAD_INPUT", "DONE", "INTERNAL", "NO_PLAN", "STOPPED", "WOULD_OVERWRITE", "app", "bar", "told"]
SHOWN: Final = 40  # lines of faults on the terminal before "and n more"
BESIDE: Final = ("borders.", "bands.", "roads.", "unreadable")
"""How codes begin of what is wrong with a file beside the tables: it is left out, and that is told."""
ODDITIES: Final = 4
"""Lines of what is odd in the cells of the tables; `check` lists them all."""
_NAMED: Final = 3  # changed files in a sentence
PATIENCE: Final = 2.0  # seconds before a progress bar shows
OUTPUT: Final = Path("output")
CORES: Final = os.cpu_count() or 1

app = typer.Typer(
    cls=Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

console = Console()
errors = Console(stderr=True)

Given = Annotated[
    str,
    typer.Argument(
        help="A hand-made table (CSV, .xlsx or .ods, long or wide), our own cetvel.xlsx, the folder of a "
        "plan, or `filled`: the staff there is."
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of CSV files, or a workbook (.xlsx, .ods). Default: the built-in Türkiye 2023."
    ),
]
Scenarios = Annotated[
    list[Path] | None,
    typer.Option(
        "--scenario",
        help="Scenario file (TOML), or the name of one that pdc ships (see `pdc scenarios`). Repeatable; "
        "later ones win.",
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="One number: CLAUSE.parameter=value, such as B.4.a.8.beds_per_nurse=4. Repeatable."
    ),
]
Law = Annotated[
    str | None,
    typer.Option(
        "--rulebook",
        help="Folder of another law's rulebook, or the name of one that pdc ships (child-support). "
        "Default: the principles of 2006.",
    ),
]
Cached = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache",
        help="Take what nothing has changed for from the cache (PDC_CACHE, else ~/.cache/pdc).",
    ),
]


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of these words: a choice that every typer understands (those before 0.19 know no Literal)."""

    def read(text: str) -> str:
        if text not in words:
            raise typer.BadParameter(f"“{text}”: {' | '.join(words)}")
        return text

    read.__name__ = "|".join(words)
    return read


Language = Annotated[
    Literal["tr", "en"],
    typer.Option("--lang", parser=one_of("tr", "en"), help="Language of reports and messages."),
]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=JOBS, help="Groups side by side. Default: all cores.")
]


def cache_of(wanted: bool, lang: Lang) -> Cache | None:
    """The user's cache, if it is wanted; where others can write to it that is told, and it is not used."""
    from pdc.base.cache import user_cache  # noqa: PLC0415 - with it numpy comes in

    store = user_cache() if wanted else None
    if store is not None and not store.ours():
        text = say("cli.cache_open", lang, folder=store.folder)
        errors.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)
        return None
    return store


@contextmanager
def files_of(folder: Path, lang: Lang, *known: type[BaseException]) -> Iterator[None]:
    """Reading a folder that pdc wrote: what goes wrong is told as a change of its files where there is one.

    pdc can read what it wrote; so an error over unchanged files is a fault of ours, and is told as that.
    ``known`` are errors that the command has a sentence for.
    """
    from pdc.base.approved import ApprovedError  # noqa: PLC0415 - only commands that read a folder need it

    told_elsewhere: tuple[type[BaseException], ...] = (
        InputError, InternalError, ApprovedError, OSError, typer.Exit, *known,
    )  # fmt: skip
    try:
        yield
    except told_elsewhere:
        raise
    except Exception as error:
        from pdc.base.folder import edited_tables  # noqa: PLC0415 - numpy comes in with it

        changed = edited_tables(folder) if folder.is_dir() else []
        if not changed:
            raise
        more = f" (+{len(changed) - _NAMED})" if len(changed) > _NAMED else ""
        why = f"{', '.join(changed[:_NAMED])}{more}; {type(error).__name__}: {error}"
        text = say("explain.changed", lang, folder=folder, why=why)
        errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None


def tell_oddities(warnings: Iterable[Fault], lang: Lang) -> None:
    """What was odd about the data: files left out, changes, and the first few cells."""
    told_, odd = list[Fault](), list[Fault]()
    for one in warnings:
        (told_ if one.code.startswith(("change.", *BESIDE)) else odd).append(one)
    lines = in_short(odd, lang)
    shown = lines if len(lines) <= ODDITIES else lines[: ODDITIES - 1]
    for line in (*in_short(told_, lang), *shown):
        console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
    if len(lines) > len(shown):
        text = say("cli.odd_more", lang, count=len(lines) - len(shown))
        console.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def told(lang: Lang) -> Iterator[None]:
    """Turn everything that can go wrong into a clear message and its exit code; never a traceback."""
    try:
        yield
    except InputError as error:
        lines = in_short(error.faults, lang)
        for line in lines[:SHOWN]:
            errors.print(line, markup=False, highlight=False, soft_wrap=True)
        if len(lines) > SHOWN:
            errors.print(say("cli.more", lang, count=len(lines) - SHOWN))
        errors.print(say("cli.faults", lang, count=len(error.faults)), style="bold red")
        raise typer.Exit(BAD_INPUT) from None
    except OSError as error:
        values = {"out": f" {error.filename}" if error.filename else "", "why": error.strerror or str(error)}
        errors.print(say("cli.no_out", lang, **values), style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None
    except (typer.Exit, typer.BadParameter, KeyboardInterrupt):
        raise
    except Exception as error:
        raise typer.Exit(_tell(error, lang)) from None


def _tell(error: Exception, lang: Lang) -> int:
    """Say what went wrong in a run; returns the exit code."""
    # Imported where something has gone wrong: these modules stand on pandas and the solver.
    from pdc.base.folder import ApprovedError  # noqa: PLC0415
    from pdc.planning import seal  # noqa: PLC0415
    from pdc.solve.no_plan.errors import ClashError, StrictError  # noqa: PLC0415

    match error:
        case StrictError():
            errors.print(say("cli.strict", lang), style="bold red")
            _no_plan(error, lang)
            return NO_PLAN
        case ClashError():
            errors.print(say("cli.clash", lang), style="bold red")
            _no_plan(error, lang)
            return NO_PLAN
        case MovesError():
            text = say("keep.cli.too_few", lang, group=error.group, moves=error.moves, needed=error.needed)
            errors.print(text, style="bold red", markup=False, soft_wrap=True)
            return NO_PLAN
        case ApprovedError():
            text = say("cli.approved", lang, folder=error)
            errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
            return WOULD_OVERWRITE
        case seal.NotAPlanError():
            errors.print(say("cli.not_a_plan", lang, folder=error), style="bold red", markup=False)
            return BAD_INPUT
        case TooLargeError():
            text = say("cli.too_large", lang, file=error.name, most=error.most)
            errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
            return BAD_INPUT
        case InternalError():
            errors.print(say("cli.internal", lang, why=error), style="bold red", markup=False)
            return INTERNAL
    # A user gets a sentence; PDC_DEBUG=1 gives developers the traceback.
    if os.environ.get("PDC_DEBUG"):
        raise error
    errors.print(
        say("cli.internal", lang, why=f"{type(error).__name__}: {error}"), style="bold red", markup=False
    )
    return INTERNAL


def _no_plan(error: NoPlanError, lang: Lang) -> None:
    """What clashes, and the cheapest ways out."""
    from pdc.ask.no_plan_in_words import lines  # noqa: PLC0415

    for depth, text in lines(error, lang):
        style = "bold" if depth == 0 else None
        errors.print(
            f"{'  ' * depth}{'– ' if depth > 1 else ''}{text}", style=style, markup=False, highlight=False,
            soft_wrap=True,
        )  # fmt: skip


@contextmanager
def bar(
    lang: Lang, what: str, left: bool = False, forks: bool = False
) -> Iterator[Callable[[int, int, str], None]]:
    """One progress bar on the terminal's error stream, with the time ``left``; silent elsewhere.

    It shows once the work has taken :data:`PATIENCE`: what is done by then needs no bar. Work that ``forks``
    processes is timed from its first word on: until then there must be no thread.
    """
    if not errors.is_terminal:
        yield lambda done, total, now: None
        return
    from rich.progress import (  # noqa: PLC0415 - only commands that take their time show it
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    clocks = (TimeElapsedColumn(), TextColumn("/"), TimeRemainingColumn()) if left else (TimeElapsedColumn(),)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *clocks,
        TextColumn("[dim]{task.fields[now]}"),
    )  # fmt: skip
    progress = Progress(*columns, console=errors, transient=True)
    task = progress.add_task(say(what, lang), total=None, now="")
    late: list[Timer] = []

    def begin() -> None:
        if not late:
            late.append(Timer(PATIENCE, progress.start))
            late[0].daemon = True
            late[0].start()

    def tell(done: int, total: int, now: str) -> None:
        begin()
        progress.update(task, completed=done, total=total, now=now)

    if not forks:
        begin()
    try:
        yield tell
    finally:
        for timer in late:
            timer.cancel()
            timer.join()
        progress.stop()


assert LANGS == ("tr", "en")  # the option above names them again, as typer wants

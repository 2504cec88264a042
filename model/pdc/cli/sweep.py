"""``sweep``: many scenarios of one question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pdc.ask.sweep import NoDaskError, OtherSweepError, UnfinishedError, run_sweep
from pdc.base.faults import Fault
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import (
    CORES,
    Data,
    Jobs,
    Language,
    app,
    bar,
    cache_of,
    console,
    errors,
    tell_oddities,
    told,
)
from pdc.cli.ending import ending
from pdc_common.bounded import text_of
from pdc_common.cells_csv import read_table
from pdc_common.text import Lang, say

SWEEP_OUT = Path("sweep-output")
INTERRUPTED = 130  # as a shell says of a command that Ctrl-C has ended


@app.command("sweep")
def sweep_command(
    file: Annotated[
        Path, typer.Argument(metavar="SWEEP.toml", help="The sweep: docs/sweep.md.", show_default=False)
    ],
    data: Data = None,
    jobs: Jobs = CORES,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask", metavar="ADDRESS", help="A Dask scheduler, for many machines: tcp://HOST:8786."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the sweep that lies unfinished in --out.")
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and the page; whole or not at all.")
    ] = SWEEP_OUT,
    lang: Language = "tr",
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Use the user's cache (PDC_CACHE, else ~/.cache/pdc).")
    ] = True,
) -> None:
    """Plan many scenarios: grid, one at a time, Latin hypercube or Monte Carlo, over parameters and data."""
    with told(lang):
        cache = cache_of(cache, lang) is not None
        odd = list[Fault]()
        try:
            with bar(lang, "cli.sweep.planning", left=True) as tell:
                folder = run_sweep(
                    file,
                    out,
                    data,
                    jobs=jobs,
                    dask=dask,
                    resume=resume,
                    cache=cache,
                    lang=lang,
                    progress=tell,
                    odd=odd.extend,
                )
        except KeyboardInterrupt:
            errors.print(say("cli.sweep.stopped", lang, folder=out), markup=False, highlight=False)
            raise typer.Exit(INTERRUPTED) from None
        except UnfinishedError as error:
            _stop(say("cli.sweep.unfinished", lang, folder=error))
        except OtherSweepError as error:
            what = ", ".join(say(f"cli.sweep.what_{name}", lang) for name in error.differs)
            _stop(say("cli.sweep.other", lang, folder=error.folder, what=what))
        except NoDaskError as error:
            _stop(say("cli.sweep.no_dask", lang, why=error))
        else:
            _told(folder, odd, lang)


def _stop(text: str) -> None:
    errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(BAD_INPUT)


def _told(folder: Path, odd: Sequence[Fault], lang: Lang) -> None:
    about = json.loads(text_of(folder / "sweep.json"))
    counts = about["count"]
    text = say("cli.sweep.done", lang, count=sum(counts.values()), design=counts["design"])
    console.print(text, style="bold", highlight=False)
    for left in about["not_planned"]:
        text = say(f"fault.nothing.{left['reason']}", lang, **left)
        console.print(text, style="yellow", markup=False, highlight=False)
    without = int((read_table(folder / "scenarios.csv", usecols=["status"])["status"] != "optimal").sum())
    if without:
        console.print(say("cli.sweep.no_plan", lang, count=without), style="yellow", highlight=False)
    tell_oddities(odd, lang)
    ending(folder, lang)

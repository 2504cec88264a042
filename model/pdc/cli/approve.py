"""``approve`` and ``verify``: the seal of A.5."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import SHOWN, Language, app, bar, console, errors, told
from pdc.planning import seal
from pdc.proof.verify import NoCertificateError, verify_proof
from pdc_common.text import Lang, say


@app.command()
def approve(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    by: Annotated[str, typer.Option("--by", help="Name of who approves.")],
    decision: Annotated[str, typer.Option("--decision", help="Number of the decision.")],
    lang: Language = "tr",
) -> None:
    """Seal a plan (A.5): state and fingerprints of every file; it is never overwritten from then on."""
    with told(lang):
        seal.approve(folder, by, decision, date.today())
        console.print(say("cli.sealed", lang, folder=folder, name=by, decision=decision), markup=False)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    proof: Annotated[
        bool,
        typer.Option(
            "--proof",
            help="Check the certificate too, in exact arithmetic, without the solver: minutes at most.",
        ),
    ] = False,
    lang: Language = "tr",
) -> None:
    """Was anything changed since the plan was approved? With --proof: is it optimal, without the solver?"""
    with told(lang):
        good = True
        if not proof or (folder / seal.SEAL).is_file():
            good = _seal(folder, lang)
        if proof:
            good &= _proof(folder, lang)
        if not good:
            raise typer.Exit(BAD_INPUT)


def _seal(folder: Path, lang: Lang) -> bool:
    verdict = seal.verify(folder)
    for what in ("changed", "missing", "added"):
        for file in getattr(verdict, what):
            errors.print(say(f"cli.{what}_file", lang, file=file), markup=False, highlight=False)
    if verdict.intact:
        console.print(say("cli.intact", lang, folder=folder), style="bold green", markup=False)
    return verdict.intact


def _proof(folder: Path, lang: Lang) -> bool:
    total = len(seal.groups_of(folder))
    verdicts = []
    try:
        with bar(lang, "cli.proving") as tell:
            for verdict in verify_proof(folder):
                verdicts.append(verdict)
                tell(len(verdicts), total, verdict.group)
    except NoCertificateError as none:
        text = say(f"cli.no_certificate_{none.why}", lang, folder=folder)
        errors.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)
        return False
    said: dict[str, list[str]] = {}
    for verdict in verdicts:
        for problem in verdict.problems[:SHOWN]:
            errors.print(f"{verdict.group}: {problem}", style="red", markup=False, highlight=False)
        if verdict.unproven and not verdict.problems:
            said.setdefault(f"cli.unproven_{verdict.unproven}", []).append(verdict.group)
        for what in verdict.given:
            said.setdefault(f"cli.given_{what}", []).append(verdict.group)
    for key, groups in sorted(said.items()):
        text = f"{', '.join(groups)}: {say(key, lang)}"
        console.print(text, style="dim", markup=False, highlight=False)
    proven = sum(verdict.proven for verdict in verdicts)
    bad = sum(bool(verdict.problems) for verdict in verdicts)
    text = say("cli.proof_told", lang, proven=proven, groups=len(verdicts), bad=bad)
    console.print(text, style="bold red" if bad else "bold green", markup=False)
    return not bad

"""``approve`` and ``verify``: the seal of A.5."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pdc.base.faults import Fault, InputError
from pdc.base.folder import SEAL
from pdc.cli.codes import BAD_INPUT
from pdc.cli.common import (
    SHOWN,
    Data,
    Language,
    Law,
    Scenarios,
    Sets,
    app,
    bar,
    console,
    errors,
    files_of,
    told,
)
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
        _minutes(seal.fingerprint_of(folder), folder, lang)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a plan.")],
    proof: Annotated[
        bool,
        typer.Option(
            "--proof",
            help="Check the certificate too, in exact arithmetic, without the solver: minutes at most. With "
            "--data (and the --scenario, --set, --rulebook of the plan): every file is made anew from tables "
            "and law, and compared.",
        ),
    ] = False,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--seal", metavar="SHA256", help="Fingerprint of the seal, as it stands in the minutes."
        ),
    ] = None,
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    rulebook: Law = None,
    lang: Language = "tr",
) -> None:
    """Was anything changed since the plan was approved? With --proof: is it optimal, without the solver?"""
    against = bool(data or scenario or set_ or rulebook)
    with told(lang):
        good = True
        if not (proof or against) or fingerprint is not None or os.path.lexists(folder / SEAL):
            good = _seal(folder, fingerprint, lang)
        if proof or against:
            good &= _proof(folder, lang)
        if against:
            good &= _against(folder, lang, (data, scenario or [], set_ or [], rulebook))
        if not good:
            raise typer.Exit(BAD_INPUT)


def _minutes(fingerprint: str, folder: Path, lang: Lang) -> None:
    """The fingerprint, on a line of its own so that it can be copied."""
    console.print(say("cli.fingerprint", lang, folder=folder), markup=False, highlight=False, soft_wrap=True)
    console.print(fingerprint, style="bold", markup=False, highlight=False, soft_wrap=True)


def _seal(folder: Path, fingerprint: str | None, lang: Lang) -> bool:
    if fingerprint is not None and not fingerprint.strip():
        raise InputError([Fault("--seal", None, None, "seal.print", {"text": fingerprint})])
    verdict = seal.verify(folder, fingerprint or "")
    for what in ("changed", "missing", "added"):
        for file in getattr(verdict, what):
            errors.print(say(f"cli.{what}_file", lang, file=file), markup=False, highlight=False)
    if not verdict.same_seal:
        text = say("cli.other_seal", lang, found=verdict.fingerprint, expected=verdict.expected)
        errors.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    if verdict.intact:
        console.print(say("cli.intact", lang, folder=folder), style="bold green", markup=False)
        if not verdict.expected:
            text = say("cli.forgeable", lang, found=verdict.fingerprint)
            console.print(text, style="dim", markup=False, highlight=False, soft_wrap=True)
    return verdict.intact


def _against(
    folder: Path, lang: Lang, given: tuple[Path | None, list[Path], list[str], str | None]
) -> bool:
    """Is every file what the tables and the law make of the plan?"""
    from pdc.ask.verify import differences  # noqa: PLC0415 - stands on all of the model

    data, scenario, sets, rulebook = given
    found = differences(folder, data, scenario, sets, rulebook)
    for one in found[: SHOWN * 2]:
        errors.print(f"{one.file}: {one.where}", style="red", markup=False, highlight=False, soft_wrap=True)
    files = len({one.file for one in found})
    key, style = ("cli.held_apart", "bold red") if found else ("cli.held_same", "bold green")
    console.print(say(key, lang, folder=folder, files=files, count=len(found)), style=style, markup=False)
    return not found


def _proof(folder: Path, lang: Lang) -> bool:
    total = len(seal.groups_of(folder))
    verdicts = []
    try:
        with files_of(folder, lang, NoCertificateError), bar(lang, "cli.proving") as tell:
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

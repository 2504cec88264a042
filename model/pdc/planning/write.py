"""Write a plan: every table of docs/data.md, the summary, then the reports made from those files alone."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

import pandas as pd

import pdc_reports
from pdc.base.folder import ApprovedError, Folder, OutError, is_approved, place, to_csv
from pdc.country.setting import Origin
from pdc.planning.plan import Plan
from pdc.proof.files import FOLDER as PROOF
from pdc.proof.near import FOLDER as NEAR
from pdc_common.text import Lang

if TYPE_CHECKING:
    from pdc_reports.drawing import Drawing

__all__ = ["ApprovedError", "OutError", "is_approved", "write"]
SCENARIOS = "scenario"
APART: Final = frozenset(
    ("plan_units", "plan_districts", "rules", "notices", "changes", "surplus", "vacancies", "staff_districts")
)
"""Large tables that no report reads from the folder: they are written beside the reports, as proofs are."""


def write(
    plan: Plan,
    target: Path,
    lang: Lang = "tr",
    *,
    reports: bool = True,
    provinces: bool = False,
    extra: Mapping[str, pd.DataFrame] | None = None,
    files: Mapping[str, bytes] | None = None,
    told: Mapping[str, object] | None = None,
    command: str = "plan",
    drawing: Drawing | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write everything into ``target``, whole or not at all; the seconds of writing go into the summary.

    ``extra`` are further tables by name, ``files`` further files as they stand, ``told`` what the summary
    says beside the plan (``letterhead``, ``since``), ``drawing`` a process that waits to draw the figures.
    ``target`` is replaced only if it is absent, empty, or holds nothing but what ``command`` wrote there
    before: else :class:`~pdc.base.folder.OutError`, or :class:`~pdc.base.folder.ApprovedError` for an
    approved plan.
    """
    started = time.perf_counter()
    folder = Folder(place(target, command, plan.inputs))
    try:
        for name, path in plan.side_files.items():
            shutil.copyfile(path, folder.path / name)
        frames = _frames(plan, extra or {}, lang)
        summary = plan.to_dict() | dict(told or {})
        summary |= {"lang": lang, "made_from": _made_from(folder, plan.origin)}
        summary = json.loads(_summary_text(summary))  # what whoever reads the file gets
        spent: dict[str, float] = summary["seconds"]

        def apart() -> None:
            _write_frames(folder, {name: frames[name] for name in frames.keys() & APART})
            _write_proofs(folder, plan)

        def tables() -> None:
            begun = time.perf_counter()
            _write_frames(folder, {name: frame for name, frame in frames.items() if name not in APART})
            for made in plan.groups:
                for title, why in made.why.items():
                    folder.write(f"why/{title}.json.gz", why)
            for name, content in (files or {}).items():
                folder.write(name, content)
            spent["tables"] = round(time.perf_counter() - begun + built, 3)
            folder.write("summary.json", _summary_text(summary))

        built = time.perf_counter() - started
        if reports:
            unwritten = pdc_reports.Unwritten(frames, summary, tables, apart, drawing)
            pdc_reports.write_reports(
                folder.path, lang=lang, provinces=provinces, progress=progress, unwritten=unwritten
            )
            took = time.perf_counter() - started
            spent["reports"] = round(took - spent.get("tables", 0.0), 3)
        if "tables" not in spent:  # written by now beside the reports, where there were any
            apart()
            built = time.perf_counter() - started
            tables()
        spent["write"] = round(time.perf_counter() - started, 3)
        folder.write("summary.json", _summary_text(summary))
        return folder.finish()
    except BaseException:
        folder.drop()
        raise


def _frames(plan: Plan, extra: Mapping[str, pd.DataFrame], lang: Lang) -> dict[str, pd.DataFrame]:
    """All tables by the name of their file."""
    found = {**plan.results.frames, **extra}
    if plan.data_changes:
        found["data_changes"] = pd.DataFrame([vars(one) for one in plan.data_changes])
    return {**found, "national": plan.national_in(lang), "notices": plan.notices(lang)}


def _write_frames(folder: Folder, frames: Mapping[str, pd.DataFrame]) -> None:
    for name, frame in frames.items():
        folder.write(f"{name}.csv", to_csv(frame))


def _write_proofs(folder: Folder, plan: Plan) -> None:
    """What proves the numbers of the tables."""
    for made in plan.groups:
        for name, content in made.certificate.files.items() if made.certificate else ():
            folder.write(f"{PROOF}/{name}", content)
        for name, content in made.near.items():
            folder.write(f"{NEAR}/{name}", content)


def _made_from(folder: Folder, origin: Origin) -> dict[str, object]:
    """What the plan was made from, so that it can be measured by its own law: scenarios as they were."""
    names: list[str] = []
    written: set[str] = set()
    for number, (path, content) in enumerate(origin.scenarios):
        files = _with_tables(path.name, content, [t[1:] for t in origin.tables if t[0] == number])
        inner = f"{number + 1}/" if written & files.keys() else ""
        for name, what in files.items():
            folder.write(f"{SCENARIOS}/{inner}{name}", what)
        written |= {inner + name for name in files}
        names.append(f"{SCENARIOS}/{inner}{next(iter(files))}")
    data = "" if origin.data is None else str(origin.data)
    return {"data": data, "rulebook": origin.rulebook, "scenario": names, "set": list(origin.sets)}


def _with_tables(file: str, content: bytes, tables: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """A scenario's file, and beside it the tables of its pins, so that it finds them under their names.

    Where it says ``../pins.csv`` it lies a folder deeper itself. A table with a whole path stays where it is.
    """
    ways = [(PurePath(name).parts, what) for name, what in tables if not PurePath(name).is_absolute()]
    ups = [sum(1 for _ in itertools.takewhile(lambda part: part == "..", parts)) for parts, _ in ways]
    deep = ("_",) * max(ups, default=0)
    files = {"/".join((*deep, file)): content}
    for (parts, what), up in zip(ways, ups, strict=True):
        if ".." not in parts[up:]:
            files["/".join((*deep[up:], *parts[up:]))] = what
    return files


def _summary_text(summary: Mapping[str, object]) -> bytes:
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=False)
    return (text + "\n").encode("utf-8")

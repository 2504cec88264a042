"""Everything a commission is shown, from one plan folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pdc_common.cells_csv import guarded_frame
from pdc_common.mark import SEAL, ChangedError, edited, foreign, renew
from pdc_common.text import Lang, say
from pdc_reports import processes
from pdc_reports.figures.early import load
from pdc_reports.figures.files import figure_paths, write_figures
from pdc_reports.folder import staffing
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.need import Reach, access_frame, need_frame
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import rules_by_clause, short_rules
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.environment import environment
from pdc_reports.pages.parts.explanations import Whys
from pdc_reports.pages.provinces import page_name
from pdc_reports.pages.report import write_page
from pdc_reports.processes import SideProcess, worth
from pdc_reports.word import write_word
from pdc_reports.workbook.blocks import known

if TYPE_CHECKING:
    import pandas as pd

    from pdc_reports.drawing import Drawing

COMMAND: Final = "reports"  # in the mark of a folder that holds reports alone


@dataclass(frozen=True)
class Unwritten:
    """A plan whose folder still lacks its tables: who has just made them need not read them again.

    ``frames`` and ``summary`` hold what the folder's files will say. ``write`` writes those files, and
    puts into ``summary`` what is known only then (seconds); ``apart`` writes those that no report reads from
    there. Side files lie in the folder already. ``drawing`` is a process that waits to draw the figures.
    """

    frames: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]
    write: Callable[[], None]
    apart: Callable[[], None]
    drawing: Drawing | None = None

    def tables(self, folder: Path) -> PlanTables:
        """The tables as they will be read from the folder."""
        return PlanTables.of_folder(folder, self.frames, self.summary)


def write_reports(
    plan_dir: Path,
    out_dir: Path | None = None,
    lang: Lang = "tr",
    provinces: bool = False,
    progress: Callable[[str], None] | None = None,
    *,
    unwritten: Unwritten | None = None,
) -> list[Path]:
    """Write the reports of the plan in ``plan_dir`` and return their paths.

    ``cetvel.xlsx``, ``report.html``, ``rapor.docx``, ``lone_colleagues.csv``, ``need.csv``, ``access.csv``,
    ``figures/`` and, with ``provinces``, ``provinces/`` go to ``out_dir`` (the plan folder itself when none
    is given). ``progress`` hears of each step as it is done. :class:`~pdc_common.mark.ChangedError` where a
    report there was changed by hand, or is not pdc's, or the plan is approved. With ``unwritten`` the tables
    of the folder are written too, while other processes are at the reports that need none of its files.
    """
    out = out_dir or plan_dir
    elsewhere = out.resolve() != plan_dir.resolve()
    _own(out, elsewhere)
    out.mkdir(parents=True, exist_ok=True)

    def done(step: str, **values: object) -> None:
        if progress:
            progress(say(f"reports.step.{step}", lang, **values))

    drawing = unwritten.drawing if unwritten else None
    parts = ["workbook", *(["provinces"] if provinces else [])]
    if unwritten is not None and not processes.forking():
        unwritten.write()
        unwritten.apart()
        unwritten = None
    with SideProcess(parts, plan_dir, out, lang, worth=_worth(plan_dir, unwritten)) as aside:
        tables = _tables(plan_dir, unwritten, aside)
        aside.start("workbook", tables)
        reach = Reach(tables)
        reach.measure()
        lone = lone_colleagues(tables)
        folder = out / "figures"
        begun = drawing.draw(tables, lone, folder, lang) if drawing else None
        aside.fork("figures", partial(_draw, tables, lone, folder, lang), begun)
        if unwritten is not None:
            unwritten.write()
        if provinces:
            Whys(Edition(tables, lang)).begin()
            aside.start("provinces", tables)
        # The first word only now: whoever hears it may start a thread, and processes are forked without one.
        done("read")
        lone_path = out / "lone_colleagues.csv"
        _write_csv(guarded_frame(lone), lone_path)
        done("lone")
        beside = _need_and_access(tables, reach, out)
        links = {code: f"provinces/{page_name(code, name)}" for code, name in tables.province_name.items()}
        whys = Whys(Edition(tables, lang))
        page = write_page(tables, lone, out / "report.html", lang, links if provinces else None, whys)
        written = [lone_path, *beside, page]
        done("page")
        figures = figure_paths if aside.done("figures") else write_figures
        written.extend(figures(tables, lone, folder, lang))
        done("figures")
        written.append(write_word(tables, out / "rapor.docx", folder, whys, lang))
        done("word")
        for part in parts:
            written.extend(aside.finish(part, tables))
            done(part)
        if unwritten is not None and not aside.done("tables"):
            unwritten.apart()
    renew(out, written, COMMAND if elsewhere else None)
    return written


def _tables(plan_dir: Path, unwritten: Unwritten | None, aside: SideProcess) -> PlanTables:
    """The tables of the plan; those that no report reads from the folder are being written by then."""
    if unwritten is not None:
        aside.fork("tables", unwritten.apart)
    tables = unwritten.tables(plan_dir) if unwritten else PlanTables.read(plan_dir)
    # What more than one process asks of the tables is worked out before they part.
    for shared in (staffing.placed, rules_by_clause, short_rules):
        shared(tables)
    return tables


def _draw(tables: PlanTables, lone: pd.DataFrame, folder: Path, lang: Lang) -> None:
    load()
    write_figures(tables, lone, folder, lang)


def _worth(plan_dir: Path, unwritten: Unwritten | None) -> bool:
    return worth(plan_dir) if unwritten is None else worth(len(unwritten.frames["plan_units"]))


def ready(draws: bool) -> None:
    """Make ready what every plan's reports need, so that nobody waits for it later; ``draws``: here."""
    known()
    environment().get_template("report.html.j2")
    for late in ("word.report", *(["figures.draw"] if draws else [])):
        import_module(f"pdc_reports.{late}")


def _need_and_access(tables: PlanTables, reach: Reach, out: Path) -> list[Path]:
    frames = {"need": need_frame(tables), "access": access_frame(tables, reach)}
    paths = [out / f"{name}.csv" for name in frames]
    for path, frame in zip(paths, frames.values(), strict=True):
        _write_csv(frame, path)
    return paths


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    # Not by its path: pandas takes a folder called "~" for the user's home.
    path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def _own(out: Path, elsewhere: bool) -> None:
    """Nothing is written into an approved plan, nor over what somebody has worked in.

    ``elsewhere``: not into the plan's own folder, so a report that pdc did not write there is somebody's.
    """
    here = out.resolve()
    for folder in (here, *here.parents):
        if (folder / SEAL).is_file():
            raise ChangedError(f"{folder}: an approved plan is never written to")
    if names := [*edited(out), *(foreign(out) if elsewhere else [])]:
        raise ChangedError(f"{out}: changed since pdc wrote it, and not written over: {', '.join(names)}")

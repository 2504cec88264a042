"""Everything a commission is shown, from one plan folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pdc_common.cells_csv import guarded_frame
from pdc_common.mark import SEAL, ChangedError, edited, renew
from pdc_common.text import Lang, say
from pdc_reports.figures import figure_paths, write_figures
from pdc_reports.folder.lone_specialists import lone_colleagues
from pdc_reports.folder.need import Reach, access_frame, need_frame
from pdc_reports.folder.plan import PlanTables
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.environment import environment
from pdc_reports.pages.parts.explanations import Whys
from pdc_reports.pages.provinces import page_name
from pdc_reports.pages.report import write_page
from pdc_reports.processes import SideProcess
from pdc_reports.workbook.blocks import known


def write_reports(
    plan_dir: Path,
    out_dir: Path | None = None,
    lang: Lang = "tr",
    provinces: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write the reports of the plan in ``plan_dir`` and return their paths.

    ``cetvel.xlsx``, ``report.html``, ``lone_colleagues.csv``, ``need.csv``, ``access.csv``, ``figures/`` and,
    with ``provinces``, ``provinces/`` go to ``out_dir`` (the plan folder itself when none is given).
    ``progress`` hears of each step as it is done. :class:`~pdc_common.mark.ChangedError` where a report
    there was changed by hand, or the plan is approved.
    """
    out = out_dir or plan_dir
    _own(out)
    out.mkdir(parents=True, exist_ok=True)

    def done(step: str, **values: object) -> None:
        if progress:
            progress(say(f"reports.step.{step}", lang, **values))

    parts = ["workbook", *(["provinces"] if provinces else [])]
    with SideProcess(parts, plan_dir, out, lang) as aside:
        tables = PlanTables.read(plan_dir)
        aside.start("workbook", tables)
        lone = lone_colleagues(tables)
        aside.fork("figures", lambda: write_figures(tables, lone, out / "figures", lang))
        if provinces:
            Whys(Edition(tables, lang)).begin()
            aside.start("provinces", tables)
        # The first word only now: whoever hears it may start a thread, and processes are forked without one.
        done("read")
        lone_path = out / "lone_colleagues.csv"
        guarded_frame(lone).to_csv(lone_path, index=False, lineterminator="\n", encoding="utf-8")
        done("lone")
        beside = [out / "need.csv", out / "access.csv"]
        frames = need_frame(tables), access_frame(tables, Reach(tables))
        for path, frame in zip(beside, frames, strict=True):
            frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        links = {code: f"provinces/{page_name(code, name)}" for code, name in tables.province_name.items()}
        page = write_page(tables, lone, out / "report.html", lang, links if provinces else None)
        written = [lone_path, *beside, page]
        done("page")
        figures = figure_paths if aside.done("figures") else write_figures
        written.extend(figures(tables, lone, out / "figures", lang))
        done("figures")
        for part in parts:
            written.extend(aside.finish(part, tables))
            done(part)
    renew(out, written)
    return written


def ready() -> None:
    """Make ready what every plan's reports need, so that nobody waits for it later."""
    known()
    environment().get_template("report.html.j2")


def _own(out: Path) -> None:
    """Nothing is written into an approved plan, nor over a report that somebody has worked in."""
    here = out.resolve()
    for folder in (here, *here.parents):
        if (folder / SEAL).is_file():
            raise ChangedError(f"{folder}: an approved plan is never written to")
    if names := edited(out):
        raise ChangedError(f"{out}: changed since pdc wrote it, and not written over: {', '.join(names)}")

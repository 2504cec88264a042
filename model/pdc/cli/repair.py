"""``repair``: the lawful table nearest to a hand-made one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from pdc.cli.beside_plan import doubts
from pdc.cli.common import (
    CORES,
    Data,
    Given,
    Jobs,
    Language,
    Law,
    Scenarios,
    Sets,
    app,
    bar,
    cache_of,
    console,
    tell_oddities,
    told,
)
from pdc.cli.ending import ending
from pdc_common.text import Lang, say

if TYPE_CHECKING:
    from pdc.ask.repair import Repair

SHOWN = 15


@app.command("repair")
def repair_command(
    cetvel: Given,
    data: Data = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    title: Annotated[
        list[str] | None, typer.Option("--title", help="Only these titles of the table. Repeatable.")
    ] = None,
    moves: Annotated[
        int | None, typer.Option("--moves", min=1, help="List only the best so many moves (posts).")
    ] = None,
    lock: Annotated[
        list[Path] | None,
        typer.Option(
            "--lock",
            help="CSV of cells that must stay as given: unit_code (or district_code, province_code), title. "
            "Repeatable.",
        ),
    ] = None,
    rulebook: Law = None,
    jobs: Jobs = CORES,
    lang: Language = "tr",
    out: Annotated[
        Path, typer.Option("--out", help="Folder for tables and reports; written whole or not at all.")
    ] = Path("repair"),
    reports: Annotated[
        bool, typer.Option("--reports/--no-reports", help="Workbook, page and figures, or the tables alone.")
    ] = True,
) -> None:
    """The lawful table with the fewest posts moved from the given one, and the best moves first.

    Aims, one after the other: what is short in tier 1, 2, 3, 4; then the posts moved, over all places and
    titles, inside a province or between provinces alike; then the deviation of provinces, districts, units.
    """
    from pdc.ask.handmade import read_cetvel  # noqa: PLC0415 - only this command needs them
    from pdc.ask.repair import locked, repair  # noqa: PLC0415
    from pdc.base.folder import check  # noqa: PLC0415
    from pdc.country.setting import prepare, titles_asked  # noqa: PLC0415
    from pdc.planning.write import write  # noqa: PLC0415

    with told(lang):
        check(out, "repair", [data, rulebook, cetvel, *(scenario or []), *(lock or [])])
        store = cache_of(True, lang)
        with bar(lang, "cli.reading_data"):
            setting = prepare(data, scenario or [], set_ or [], rulebook, store)
            table = read_cetvel(cetvel, setting)
        if title:
            asked = titles_asked(setting.rulebook, title)
            table = replace(table, posts={t: p for t, p in table.posts.items() if t in asked})
        locks = locked(lock or [], setting, table)
        with bar(lang, "repair.cli.planning", forks=True) as tell:
            made = repair(setting, table, locks=locks, jobs=jobs, progress=tell)
            made.plan.something(table.titles)
        with bar(lang, "cli.writing", forks=True) as tell:
            extra = {"repair": made.changes(), "moves": made.moves_frame(moves)}
            extra |= doubts([table], lang)
            folder = write(
                made.plan,
                out,
                lang,
                reports=reports,
                extra=extra,
                command="repair",
                progress=lambda what: tell(0, 0, str(what)),
            )
        tell_oddities(setting.warnings, lang)
        _told(made, moves, lang)
        ending(folder, lang)


def _told(made: Repair, most: int | None, lang: Lang) -> None:
    found, cetvel = made.moves_frame(most), made.cetvel
    console.print(say("repair.cli.moved", lang, moved=made.moved), style="bold", highlight=False)
    if cetvel.doubts:
        text = say("repair.cli.doubts", lang, doubts=len(cetvel.doubts))
        console.print(text, style="yellow", highlight=False)
    if not len(found):
        return
    table = Table(title=say("repair.cli.best", lang), title_justify="left")
    names = ("rank", "title", "from", "to", "posts", "mends")
    for name in names:
        table.add_column(say(f"repair.cli.{name}", lang), overflow="fold")
    country, level = made.plan.country, cetvel.level
    places = dict(zip(country.codes(level), getattr(country, f"{level}s")[level], strict=True))
    titles = {title.code: title.name[lang] for title in made.plan.rulebook.titles}
    shown = found.head(SHOWN)
    shown = shown.assign(
        **{
            key: [f"{places[c]} ({c})" if c in places else say("repair.cli.pool", lang) for c in shown[key]]
            for key in ("from", "to")
        },
        title=[titles.get(title, title) for title in shown["title"]],
    )
    for row in shown[list(names)].astype(str).to_numpy().tolist():
        table.add_row(*map(escape, row))
    console.print(table)
    if len(found) > SHOWN:
        console.print(say("repair.cli.more", lang, count=len(found) - SHOWN), highlight=False)

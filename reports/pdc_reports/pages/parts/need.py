"""Need beside people in the page: concentration curve, Kakwani's index, access by distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from pdc_common.need import concentration
from pdc_common.text import say
from pdc_reports.folder.need import Reach, known_need, need_name, of_title
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.chooser import Choice
from pdc_reports.pages.parts.edition import Edition
from pdc_reports.pages.parts.svg import square_plot


def sheets(found: Sequence[Choice], edition: Edition, reach: Reach) -> list[HtmlTable]:
    """Both tables, as far as the plan has what they are made from: the titles that figures show.

    All titles are in ``need.csv`` and ``access.csv``.
    """
    found = [choice for choice in found if choice.code in edition.tables.shown] or found[:1]
    both = need_table(found, edition), access_table(found, edition, reach)
    return [table for table in both if table is not None]


def need_table(found: Sequence[Choice], edition: Edition) -> HtmlTable | None:
    """Concentration of the posts in the order of need, and Kakwani's index, before and after."""
    columns = ("title", "concentration_before", "concentration_after", "kakwani_before", "kakwani_after")
    rows = []
    for choice in found:
        pair = of_title(edition.tables, choice.numbers)
        if pair is None:
            return None
        values = (pair[0].posts, pair[1].posts, pair[0].kakwani, pair[1].kakwani)
        figures = [cells.figure(value, edition.lang, 3, sign=True) for value in values]
        rows.append([cells.text(choice.name), *figures])
    heads = cells.headings(columns, columns[1:], edition.lang)
    caption = edition.say("need.caption", need=need_name(edition.tables, edition.lang))
    return HtmlTable("need", caption, heads, rows)


def need_sentence(first: Choice, edition: Edition) -> str:
    """What the numbers of the title shown first say, in a sentence; empty without need."""
    tables = edition.tables
    pair = of_title(tables, first.numbers)
    if pair is None or np.isnan(pair[1].kakwani):
        return ""
    told = round(pair[1].kakwani, 3)
    key = "with" if told == 0 else "less" if told < 0 else "more"
    known = known_need(tables)
    text = edition.say(
        f"need.{key}", title=first.name, need=need_name(tables, edition.lang),
        of=edition.num(pair[1].need, 3), posts=edition.num(pair[1].posts, 3),
        kakwani=edition.num(pair[1].kakwani, 3),
    )  # fmt: skip
    left = len(known) - int(known.sum())
    return f"{text} {edition.say('need.left_out', count=edition.num(left))}" if left else text


def concentration_plot(first: Choice, edition: Edition) -> Markup:
    """Inside of the plot: the diagonal, need itself (thin), filled posts (dashed), plan."""
    tables = edition.tables
    known = known_need(tables)
    need = tables.provinces["need"].to_numpy(dtype=np.float64)[known]
    people = first.numbers.people[known]
    curves = [("need", *concentration(people, need, need * people))]
    for posts, css in ((first.numbers.filled, "before"), (first.numbers.posts, "after")):
        values = np.where(np.isnan(posts), 0.0, posts)[known]
        if values.sum() > 0:
            curves.append((css, *concentration(people, need, values)))
    x_axis = say("reports.need.people_axis", edition.lang)
    return square_plot(curves, x_axis, say("reports.page.posts_axis", edition.lang), edition.lang)


def access_table(found: Sequence[Choice], edition: Edition, reach: Reach) -> HtmlTable | None:
    """By title, by the first bands: who reaches nothing; what tenth, half, nine tenths reach at most."""
    if not reach.known.any() or not edition.tables.bands:
        return None
    columns = ("title", "without_access", "access_10", "access_50", "access_90", "access_gini")
    rows = []
    for choice in found:
        one = next(reach.of(choice.code))
        figures = [
            cells.figure(one.without * 100, edition.lang, 1),
            *(cells.figure(one.quantile(share), edition.lang, 1) for share in (0.1, 0.5, 0.9)),
            cells.figure(one.gini, edition.lang, 3),
        ]
        rows.append([cells.text(choice.name), *figures])
    heads = cells.headings(columns, columns[1:], edition.lang)
    bands = band_name(edition.tables.bands[0].name, edition)
    return HtmlTable("access", edition.say("need.access_caption", bands=bands), heads, rows)


def band_name(name: str, edition: Edition) -> str:
    """Bands in words: those that pdc ships have a name in both languages."""
    key = f"need.bands.{name}"
    return edition.say(key) if edition.has(key) else name


def access_sentences(first: Choice, edition: Edition, reach: Reach) -> list[str]:
    """Each of the bands, and what the people reach by it of the title shown first."""
    told = []
    for one in reach.of(first.code) if reach.known.any() else ():
        name = band_name(one.bands.name, edition)
        parts = "; ".join(
            edition.say("need.band", km=edition.num(km), weight=edition.num(weight, 2))
            for km, weight in zip(one.bands.km, one.bands.weight, strict=True)
        )
        if np.isnan(one.quantile(0.5)):
            told.append(edition.say("need.bands_are", bands=name, parts=parts))
            continue
        numbers = {"middle": one.quantile(0.5), "low": one.quantile(0.1), "percent": one.without * 100}
        values = {key: edition.num(value, 1) for key, value in numbers.items()}
        told.append(edition.say("need.access", title=first.name, bands=name, parts=parts, **values))
    left = len(reach.known) - int(reach.known.sum())
    return [*told, *([edition.say("need.off_the_map", count=edition.num(left))] if left else [])]

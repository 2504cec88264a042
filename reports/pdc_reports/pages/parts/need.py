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
    """Both tables, as far as the plan has what they are made from."""
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
    """By title and bands: who reaches nothing; what the lowest tenth, the median, nine tenths reach."""
    if not reach.known.any() or not edition.tables.bands:
        return None
    columns = ("title", "bands", "without_access", "access_10", "access_50", "access_90", "access_gini")
    rows = []
    for choice in found:
        for one in reach.of(choice.code):
            figures = [
                cells.figure(one.without * 100, edition.lang, 1),
                *(cells.figure(one.quantile(share), edition.lang, 1) for share in (0.1, 0.5, 0.9)),
                cells.figure(one.gini, edition.lang, 3),
            ]
            rows.append([cells.text(choice.name), cells.text(band_name(one.bands.name, edition)), *figures])
    heads = cells.headings(columns, columns[2:], edition.lang)
    return HtmlTable("access", edition.say("need.access_caption"), heads, rows)


def band_name(name: str, edition: Edition) -> str:
    """Bands in words: those that pdc ships have a name in both languages."""
    key = f"need.bands.{name}"
    return edition.say(key) if edition.has(key) else name


def band_sentences(edition: Edition) -> list[str]:
    """Each of the bands: how far it reaches and what a distance counts."""
    told = []
    for bands in edition.tables.bands:
        parts = "; ".join(
            edition.say("need.band", km=edition.num(km), weight=edition.num(weight, 2))
            for km, weight in zip(bands.km, bands.weight, strict=True)
        )
        told.append(f"{band_name(bands.name, edition)}: {parts}.")
    return told


def access_sentence(first: Choice, edition: Edition, reach: Reach) -> str:
    """Access to the posts of the title shown first, by the first bands."""
    one = next(reach.of(first.code), None)
    if one is None or np.isnan(one.quantile(0.5)):
        return ""
    text = edition.say(
        "need.access", title=first.name, bands=band_name(one.bands.name, edition),
        middle=edition.num(one.quantile(0.5), 1), low=edition.num(one.quantile(0.1), 1),
        percent=edition.num(one.without * 100, 1),
    )  # fmt: skip
    left = len(reach.known) - int(reach.known.sum())
    return f"{text} {edition.say('need.off_the_map', count=edition.num(left))}" if left else text

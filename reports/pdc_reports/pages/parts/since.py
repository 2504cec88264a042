"""What changed since last year's approved table: from ``since.csv`` and the summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pdc_common.numerals import number
from pdc_common.text import say
from pdc_reports.folder.plan import PlanTables
from pdc_reports.pages.parts.edition import Edition

_MOST: Final = 5  # provinces and units that are named


def last_table(tables: PlanTables) -> Mapping[str, Any] | None:
    """What the seal of the last table says; None where the plan was not held beside one."""
    found: Mapping[str, Any] | None = tables.summary.get("since")
    return found


def title_rows(edition: Edition) -> list[list[str]]:
    """Titles whose national number changed, the largest change first."""
    rows = edition.tables.since
    rows = rows[rows["level"] == "national"]
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index
    return [
        [
            edition.title(row["title"]), edition.num(row["base"]), edition.num(row["plan"]),
            number(row["difference"], edition.lang, sign=True),
        ]
        for row in rows.loc[order].to_dict("records")
    ]  # fmt: skip


def sentences_since(edition: Edition) -> list[str]:
    """Which table it was; how much differs, where most; what is short now and was not."""
    told = last_table(edition.tables) or {}
    since, lang = edition.tables.since, edition.lang

    def said(key: str, **values: object) -> str:
        return say(f"reports.since.{key}", lang, **values)

    found = [
        said(
            "table",
            **{key: str(told.get(key) or "–") for key in ("decision", "date", "by")},
            seal=str(told.get("seal") or "–"),
        )
    ]
    units = since[since["level"] == "unit"]
    gained = float(units["difference"].clip(lower=0).sum())
    lost = float(-units["difference"].clip(upper=0).sum())
    if units.empty:
        found.append(said("same"))
    else:
        values = {"cells": edition.num(len(units)), "gained": edition.num(gained), "lost": edition.num(lost)}
        found.append(said("units", **values))
    provinces = since[since["level"] == "province"].groupby("code", sort=False)["difference"].sum()
    for key, part in (("up", provinces[provinces > 0]), ("down", provinces[provinces < 0])):
        order = part.abs().sort_values(ascending=False, kind="stable").index[:_MOST]
        if len(order):
            texts = [
                f"{edition.place('province', str(c))} {number(float(part[c]), lang, sign=True)}"
                for c in order
            ]
            found.append(said(key, places="; ".join(texts)))
    clauses = since[since["level"] == "clause"]
    if len(clauses):
        pairs = [
            f"{r['code']}: {edition.num(r['base'])} → {edition.num(r['plan'])}"
            for r in clauses.to_dict("records")
        ]
        found.append(said("clauses", clauses="; ".join(pairs)))
    only = told.get("only") or {}
    for key in ("base", "plan"):
        titles = [edition.title(str(title)) for title in only.get(key) or []]
        if titles:
            found.append(said(f"only_{key}", titles="; ".join(titles)))
    return found

"""The headline of the page: what is planned, what is short and where, how well it is proven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pdc_common.levels import LEVELS
from pdc_reports.folder.views import TIERS, is_proven, rules_by_clause, short_rules
from pdc_reports.pages.parts.edition import Edition


class Card(NamedTuple):
    """A headline figure."""

    name: str
    value: str
    note: str


def cards(edition: Edition) -> list[Card]:
    """The headline figures."""
    t, num, say = edition.tables, edition.num, edition.say
    posts = float(t.plan_provinces["posts"].sum())
    filled = float(t.national.loc[t.national["planned"] == 1, "filled"].sum())
    at_units = t.filled[t.filled["title"].isin(t.planned)]
    placed = float(at_units["filled"].sum()) if len(t.filled) else filled
    key = "card.posts_note" if placed == filled else "card.posts_note_both"
    note = say(key, filled=num(filled), placed=num(placed))
    left_out = int((t.national["planned"] == 0).sum())
    short = t.rules[t.rules["status"] == "short"]
    missing = sum(float(v or 0) for v in (t.summary.get("shortfall") or {}).values())
    solved = (t.summary.get("titles") or {}).values()
    proven = sum(info.get("status") == "optimal" for info in solved)
    places = say("card.places_note", districts=num(len(t.districts)), provinces=num(len(t.provinces)))
    rules = say("card.short_note", rules=num(len(short)), clauses=num(short["clause"].nunique()))
    proof = say("proof.optimal" if is_proven(t) else "proof.time_limit")
    return [
        Card(say("card.posts"), num(posts), note),
        Card(say("card.titles"), num(len(t.planned)), say("card.titles_note", count=num(left_out))),
        Card(say("card.places"), num(len(t.units)), places),
        Card(say("card.short"), num(missing), rules),
        Card(say("card.proof"), proof, say("card.proof_note", proven=num(proven), all=num(len(solved)))),
    ]


def shortfalls(edition: Edition, most: int = 5) -> list[str]:
    """What is short, by clause and where, in words; the largest first."""
    counts = rules_by_clause(edition.tables)
    short = counts[counts["short"] > 0].sort_values("shortfall", ascending=False, kind="stable")
    if short.empty:
        return [edition.say("figure.nothing_short")]
    worst = worst_places(edition)
    return [
        edition.say(
            "page.short_sentence",
            clause=clause,
            rules=edition.num(float(row["short"])),
            posts=edition.num(float(row["shortfall"])),
            places=worst[str(clause)],
        )
        for clause, row in short.head(most).iterrows()
    ]


def worst_places(edition: Edition, most: int = 3) -> Mapping[str, str]:
    """The places of each clause where most is missing."""
    short = short_rules(edition.tables).sort_values("shortfall", ascending=False, kind="stable")
    found: dict[str, list[str]] = {}
    for line in short.groupby("clause", sort=False).head(most).to_dict("records"):
        place = f"{edition.place(line['level'], line['code'])} ({edition.num(line['shortfall'])})"
        found.setdefault(line["clause"], []).append(place)
    return {clause: "; ".join(places) for clause, places in found.items()}


def objective(edition: Edition) -> list[tuple[str, str]]:
    """Shortfall by tier and deviation by level: what was minimised, in that order."""
    summary = edition.tables.summary
    shortfall, deviation = summary.get("shortfall") or {}, summary.get("deviation") or {}
    tiers = [(edition.say(f"tier.{tier}"), edition.num(shortfall.get(tier) or 0)) for tier in TIERS]
    return tiers + [
        (edition.say(f"deviation_by.{level}"), edition.num(deviation.get(level), 2)) for level in LEVELS
    ]

"""A plan in short: ``summary.json`` for programs, a dozen lines for people."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from pdc.base.levels import STAGES
from pdc.country.country import Country
from pdc.planning import results
from pdc.planning.changed import Changed, changed
from pdc.planning.group_plan import GroupPlan
from pdc.planning.names import need
from pdc.planning.told import about
from pdc.program.options import HIGHS
from pdc_common.levels import LEVELS
from pdc_common.numerals import number
from pdc_common.text import Lang, say

OPTIMAL, STOPPED = "optimal", "time_limit"
LARGEST: Final = 5  # titles that a person is shown


class Summed(Changed, Protocol):
    """What a summary reads of a plan."""

    @property
    def groups(self) -> tuple[GroupPlan, ...]:
        """The plan of every group that is shown."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds by what they went into."""

    @property
    def status(self) -> str:
        """``optimal`` or ``time_limit``."""

    @property
    def shortfall_by_clause(self) -> dict[str, int]:
        """Posts missing by clause."""


def lines(made: Summed, lang: Lang) -> Iterator[str]:
    """What ``print(plan)`` shows: status, what was planned, shortfalls, deviation, the largest titles."""
    told = to_dict(made)
    titles = told["titles"]
    rows = told["data"]["rows"]
    counts = {name: number(count, lang) for name, count in rows.items()}
    posts = sum(entry["posts"] for entry in titles.values())
    yield say("cli.optimal" if made.status == OPTIMAL else "cli.stopped", lang)
    yield say("cli.planned", lang, titles=len(titles), posts=number(posts, lang), **counts)
    short = sum(told["shortfall"].values())
    if not short:
        yield say("cli.none_short", lang)
    else:
        worst = sorted(made.shortfall_by_clause.items(), key=lambda pair: -pair[1])[:LARGEST]
        shown = ", ".join(f"{clause} {number(count, lang)}" for clause, count in worst)
        yield say("summary.short", lang, posts=number(short, lang), clauses=shown)
    deviation = {level: number(told["deviation"][level], lang, 3) for level in LEVELS}
    yield say("summary.deviation", lang, **deviation)
    names = {title.code: title.name[lang] for title in made.rulebook.titles}
    largest = sorted(titles, key=lambda title: -titles[title]["posts"])
    for title in largest[:LARGEST]:
        yield f"  {names.get(title, title)}: {number(titles[title]['posts'], lang)}"
    if len(largest) > LARGEST:
        yield say("summary.more", lang, count=len(largest) - LARGEST)


def _need(country: Country) -> dict[str, Any]:
    """What stands for need in ``provinces.csv``, with its heading; nothing where there is none."""
    name = need(country)[0]
    if not name:
        return {}
    column = country.schema.tables["provinces"].column(name)
    text = {"tr": column.heading, "en": column.name.replace("_", " ")}
    return {"need": {"column": name, **text}}


def to_dict(made: Summed) -> dict[str, Any]:
    """``summary.json``: status, scenario in full, fingerprints, seconds, objective by stage and title."""
    units = made.country.units
    # A row that is a fact in part ("facts/hospitals.csv; loads modelled") is no modelled row.
    modelled = units["source"].map(lambda text: text.startswith("modelled"))
    near = made.options.kept_table
    staffed = made.rulebook.service_groups
    by_title: dict[str, Any] = {}
    for p in made.groups:
        stages = p.solution.value.stages
        for title in p.group.titles:
            of = about(p, title)
            by_title[title] = {
                "group": p.group.name,
                "status": OPTIMAL if p.solution.proven else STOPPED,
                "form": p.solution.form,
                "supply": of.supply,
                **({} if of.on_top is None else {"on_top": of.on_top}),
                "posts": int(p.solution.posts[title].sum()),
                "shortfall": sum(int(stages[f"tier{k}"]) for k in (1, 2, 3, 4)),
                "shortfall_by_tier": {str(k): int(stages[f"tier{k}"]) for k in (1, 2, 3, 4)},
                "deviation": {level: float(stages[level]) for level in LEVELS},
                "bound": {stage: p.solution.dual_bound.get(stage) for stage in STAGES},
                "gap": 0.0 if p.solution.proven else None,
                "seconds": {name: round(value, 4) for name, value in p.seconds.items()},
            }
    return {
        "pdc": results.version_of("pdc"),
        "state": {"status": "draft"},
        "status": made.status,
        "certificate": made.options.proof and near is None,
        **({"near_proof": True} if any(p.near for p in made.groups) else {}),
        "scenario": made.scenario.told(),
        "changed": changed(made),
        "options": {
            "norm": made.options.norm,
            "strict": made.options.strict,
            "time_limit": made.options.time_limit,
            **({"engine": made.options.engine} if made.options.engine != HIGHS else {}),
            **({"kept": {"level": near.level, "moves": near.moves}} if near else {}),
        },
        "data": {
            "name": made.country.name,
            "sha256": made.country.sha256,
            "rows": {
                "provinces": len(made.country.provinces),
                "districts": len(made.country.districts),
                "units": len(units),
            },
            "modelled_rows": {"units": int(modelled.sum())},
        },
        "rulebook": {
            "name": dict(made.rulebook.about.name),
            "sha256": made.rulebook.sha256,
            "clauses": len(made.rulebook.clauses),
            "shown": list(made.rulebook.about.shown),
        },
        **({} if staffed is None else {"service_groups": staffed.told()}),
        **_need(made.country),
        "versions": {
            "python": platform.python_version(),
            **{name: results.version_of(name) for name in ("pulp", "highspy", "numpy", "pandas")},
        },
        "seconds": {name: round(value, 3) for name, value in made.seconds.items()},
        "shortfall": {
            str(k): sum(int(p.solution.value.stages[f"tier{k}"]) for p in made.groups) for k in (1, 2, 3, 4)
        },
        "shortfall_by_clause": made.shortfall_by_clause,
        "deviation": {
            level: sum(float(p.solution.value.stages[level]) for p in made.groups)
            for level in LEVELS
        },
        "titles": by_title,
    }

"""Who answers for whom: rules of kind ``assign`` share the persons a unit serves among its planned posts.

The rulebook says where (``where``), how many persons (``amount``), for which titles, and how many a post may
answer for (``upper``). Persons are numbered 1 … n at each unit; neighbours in that order go to one post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from pdc.base.numbers import Ints
from pdc.country.country import Country, Notice
from pdc.law.rulebook import Rule, Rulebook
from pdc.rules.cells import whole_amounts
from pdc.rules.scene import Frame, Scene

COLUMNS: Final = ("clause", "unit_code", "person", "title", "post")


def assignments(
    country: Country, rulebook: Rulebook, planned: Mapping[str, Ints]
) -> tuple[pd.DataFrame, list[Notice]]:
    """A row a person: ``clause, unit_code, person, title, post``; title empty, post 0 for one left over.

    ``planned`` has the posts of every planned title by unit. A unit that leaves persons over has a notice.
    Posts take persons in turn, so their numbers differ by one at most unless a limit says otherwise.
    """
    rows: list[tuple[str, str, int, str, int]] = []
    notices: list[Notice] = []
    for rule in rulebook.of_kind("assign"):
        for code, persons, loads, limits in _units(country, rulebook, rule, planned):
            person = 1
            for title, post, load in loads:
                rows += [(rule.clause, code, person + i, title, post) for i in range(load)]
                person += load
            left = persons - person + 1
            rows += [(rule.clause, code, person + i, "", 0) for i in range(left)]
            if left:
                values = {"persons": persons, "posts": len(loads), "left": left, "most": limits}
                notices.append(Notice(rule.clause, "unit", code, "", left, "unassigned", values))
    return pd.DataFrame(rows, columns=list(COLUMNS)), notices


def _units(
    country: Country, rulebook: Rulebook, rule: Rule, planned: Mapping[str, Ints]
) -> Iterator[tuple[str, int, list[tuple[str, int, int]], int]]:
    """Units of a rule: code, persons, (title, post, its persons) for every post, the largest limit."""
    titles = [title for title in rulebook.titles if rule.covers(title.code) and title.code in planned]
    if not titles:
        return
    frame = Frame(country, rulebook, planned)
    scenes = [Scene(frame, title) for title in titles]
    rows = np.flatnonzero(scenes[0].where(rule)).astype(np.int64)
    persons = whole_amounts(scenes[0].amounts(rule, "amount", rows), rule, "amount")
    limits = [whole_amounts(scene.amounts(rule, "upper", rows), rule, "upper") for scene in scenes]
    codes = country.codes("unit")
    for place, at in enumerate(rows.tolist()):
        posts = [
            (title.code, number, int(limit[place]))
            for title, limit in zip(titles, limits, strict=True)
            for number in range(1, int(planned[title.code][at]) + 1)
        ]
        loads = share_among(int(persons[place]), [limit for *_, limit in posts])
        named = [(title, number, load) for (title, number, _), load in zip(posts, loads, strict=True)]
        yield (
            str(codes[at]),
            int(persons[place]),
            named,
            max((int(limit[place]) for limit in limits), default=0),
        )


def share_among(persons: int, limits: list[int]) -> list[int]:
    """Persons of each post, as even as the limits allow; the first posts have one more."""
    loads = [0] * len(limits)
    left = persons
    while left:
        free = [i for i, limit in enumerate(limits) if loads[i] < limit]
        if not free:
            break
        least = min(loads[i] for i in free)
        for i in [i for i in free if loads[i] == least][:left]:
            loads[i] += 1
            left -= 1
    return loads

"""Two measured tables as the two sides of a difference, each cut down to what both tell of.

A hand-made table may tell of a few provinces, of other titles, or of posts where the law knows no target:
what the other does not tell of is left out on both sides; a post without a target is a post all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from pdc.ask.audit.result import Audit, Where, audit_frame
from pdc.ask.audit.tables import level_frame
from pdc.ask.beside import Beside
from pdc.ask.difference import Places, Side
from pdc.planning import names
from pdc.planning.results import PLURAL
from pdc_common.levels import LEVELS

_NAMES: Final = ("provinces", "districts", "units")
_SPOKEN: Final = ("provinces", "titles", "clauses", "kinds")


def sides_of(a: Audit, b: Audit, titles: Sequence[str], beside: Mapping[str, Beside]) -> tuple[Side, Side]:
    """Sides A and B of these titles; ``beside`` has the places that can be compared, by level."""
    return _side(a, 0, titles, beside), _side(b, 1, titles, beside)


def names_of(a: Audit, b: Audit) -> dict[str, pd.DataFrame]:
    """Names of provinces, titles, clauses and kinds of both; those that B alone has stand behind A's."""
    first, second = (names.names(one.setting.country, one.setting.rulebook) for one in (a, b))
    found = {}
    for name in _SPOKEN:
        key = first[name].columns[0]
        more = second[name][~second[name][key].isin(first[name][key])]
        found[name] = first[name] if more.empty else pd.concat([first[name], more], ignore_index=True)
    return found


def _side(audit: Audit, which: int, titles: Sequence[str], beside: Mapping[str, Beside]) -> Side:
    known = names.names(audit.setting.country, audit.setting.rulebook)
    places = Places({name: known[name] for name in _NAMES})
    shared = {level: set(one.places[f"{level}_code"].astype(str)) for level, one in beside.items()}
    frames = {f"plan_{PLURAL[level]}": _cells(audit, which, titles, level, beside) for level in LEVELS}
    frames["rules"] = _rules(audit, shared, places)
    lived = known["provinces"]
    frames["provinces"] = lived[lived["province_code"].astype(str).isin(shared["province"])]
    frames |= {name: known[name] for name in _NAMES[1:]}
    order = {title: rank for rank, title in enumerate(audit.titles)}
    shown = sorted(audit.cetvel.titles, key=lambda title: order.get(title, len(order)))
    return Side(audit.cetvel.name, frames, places, tuple(shown))


def _cells(
    audit: Audit, which: int, titles: Sequence[str], level: str, beside: Mapping[str, Beside]
) -> pd.DataFrame:
    """``…_code, title, target, posts``: the cells of the law and all others that have posts."""
    key = f"{level}_code"
    columns = [key, "title", "target", "posts"]
    if level not in beside:
        return pd.DataFrame(columns=columns)
    own, at = beside[level], beside[level].at[which]
    codes = own.places[key].astype(str)
    law = level_frame(audit, level)[columns].astype({key: str})
    law = law[law["title"].isin(list(titles)) & law[key].isin(set(codes[at >= 0]))]
    more = []
    for title in titles:
        posts = own.posts(title)[which]
        measured = set(law[key][law["title"] == title])
        rows = (posts > 0) & ~codes.isin(measured).to_numpy()
        found = {key: codes[rows], "title": title, "target": np.nan, "posts": posts[rows]}
        more.append(pd.DataFrame(found))
    some = [frame for frame in (law, *more) if len(frame)]
    return pd.concat(some, ignore_index=True)[columns] if some else law


def _rules(audit: Audit, shared: Mapping[str, set[str]], places: Places) -> pd.DataFrame:
    """Rules at the places that both tell of; those of the whole country only where both tell of all of it."""
    frame = audit_frame(audit, Where(audit.setting.country))
    every = set(places.frames["provinces"]["province_code"].astype(str))
    whole = every <= shared["province"]
    keep = []
    for level, code in zip(frame["level"], frame["code"].astype(str), strict=True):
        if level == "national":
            keep.append(whole)
        elif level in shared:
            keep.append(code in shared[level])
        else:
            keep.append(places.province_of.get((level, code), "") in shared["province"])
    return frame[keep].reset_index(drop=True)

"""Several tables below one another in a sheet: where the next one begins."""

from __future__ import annotations

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.heads import PLACE_ROLES, Head, head_texts, is_role
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import is_number
from pdc.ask.handmade.titles import Titles


def next_section(grid: Grid, head: Head, titles: Titles, places: Places) -> int | None:
    """The row in which another table begins: with another heading, or the same one for another province."""
    numbers = {c.j for c in head.of("title", "total", "posts")}
    own = {head_texts(grid, i) for i in range(head.top, head.body)}
    by_line = not head.of("province", "province_code", "district_code", "unit_code")
    for i in range(head.body, len(grid.values)):
        texts = head_texts(grid, i)
        if not texts or any(is_number(grid.values[i][j]) for j in numbers):
            continue
        if texts in own:
            start = _with_lines_above(grid, head, i, places)
            if by_line and any(_names_province(grid, k, places) for k in range(start, i)):
                return start
        elif _is_head(grid, i, head, numbers, titles):
            return _with_lines_above(grid, head, i, places)
    return None


def _is_head(grid: Grid, i: int, head: Head, numbers: set[int], titles: Titles) -> bool:
    texts = grid.texts[i]
    roles = {j for j, text in enumerate(texts) if text and is_role(text)}
    known = {j for j in numbers if texts[j] and (is_role(texts[j]) or titles.known(texts[j]))}
    if len(roles) > 1 or known:
        return True
    # In a long table a row without a number may name a title and a branch; in a wide one it has no titles.
    return not head.long and len(roles | {j for j, t in enumerate(texts) if t and titles.known(t)}) > 1


def _names_province(grid: Grid, i: int, places: Places) -> bool:
    lines = dict.fromkeys(t for t in grid.texts[i] if t)
    return any(len(places.provinces_in(line)) == 1 for line in lines)


def _with_lines_above(grid: Grid, head: Head, i: int, places: Places) -> int:
    """The first of the lines and groups that stand right above a heading, below the last row of the table."""
    named = [c.j for c in head.of(*PLACE_ROLES)]
    while i - 1 >= head.body:
        texts = grid.texts[i - 1]
        if any(is_number(value) for value in grid.values[i - 1]):
            break
        own = {t for t in texts if t}
        if len(own) > 1 and any(texts[j] for j in named):
            break
        name = next(iter(own), "")
        below_rows = any(is_number(value) for value in grid.values[i - 2])
        if (
            name
            and below_rows
            and (places.is_province(name) or places.is_district(name) or places.is_unit(name))
        ):
            break
        i -= 1
    return i

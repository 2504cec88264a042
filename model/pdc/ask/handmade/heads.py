"""The head of a hand-made table: which row it is in, and what each column below it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from pdc.ask.handmade.grid import Grid
from pdc.ask.handmade.match import DOUBTFUL, EXACT, UNKNOWN, Found
from pdc.ask.handmade.places import Places
from pdc.ask.handmade.posts import is_number
from pdc.ask.handmade.says import FILLED, OTHER, SCALED, said
from pdc.ask.handmade.text import keys, lexicon, plain
from pdc.ask.handmade.titles import NOTED, Titles

PLACE_ROLES: Final = ("province_code", "province", "district_code", "district", "unit_code", "unit", "place")
_SAMPLE: Final = 200
_PLATE: Final = re.compile(r"[0-9]{1,6}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SAYS: Final = (FILLED, OTHER, SCALED)
_SPLIT: Final = re.compile(r"\s*[/\\>|–—]\s*|\s+-\s+")


@dataclass(eq=False)
class Column:
    """A column and its role: a place's, ``title``, ``total``, ``long_title``, ``branch``, ``posts`` …

    ``filled``: it shows the people there are and is read as posts, because there is no column of posts.
    ``no_posts``: its heading names a title, and says that the numbers are none of posts.
    """

    j: int
    role: str
    heading: str
    above: tuple[str, ...] = ()
    found: Found | None = None
    filled: bool = False
    no_posts: bool = False

    @property
    def code(self) -> str:
        """Planning title of a title column."""
        return str(self.found.what) if self.found is not None and self.found.usable else ""


@dataclass
class Head:
    """Where the head stands and what it says; ``title`` is the only title, named outside the head."""

    top: int
    body: int
    columns: list[Column]
    title: Found | None = None

    def of(self, *roles: str) -> list[Column]:
        """Columns of some roles."""
        return [column for column in self.columns if column.role in roles]

    @property
    def long(self) -> bool:
        """One row a (place, title)?"""
        return bool(self.of("long_title")) and bool(self.of("posts"))

    @property
    def usable(self) -> bool:
        """Does the table say posts of titles?"""
        return bool(self.of("title")) or self.long or (self.title is not None and bool(self.of("posts")))


@cache
def _roles() -> dict[str, str]:
    found: dict[str, str] = {}
    for part in ("places", "long"):
        for role, texts in lexicon()["head"][part].items():
            for text in keys(texts):
                found.setdefault(text, "long_title" if role == "title" else role)
    return found


@cache
def _words(*path: str) -> frozenset[str]:
    entry: Any = lexicon()
    for name in path:
        entry = entry[name]
    return keys(entry)


@cache
def _regions() -> re.Pattern[str]:
    before, after = ("|".join(sorted(_words("totals", part))) for part in ("regions", "region"))
    return re.compile(rf"(?:\d{{1,2}}|[ivx]+|{before}) (?:{after})")


@lru_cache(maxsize=100_000)
def is_total(text: str) -> bool:
    """Does a name say that its row or column is a sum?"""
    name = plain(text)
    if name in _words("totals", "grand"):
        return True
    if _regions().fullmatch(name):
        return True
    return any(f" {word} " in f" {name} " for word in _words("totals", "words"))


def is_role(text: str) -> bool:
    """Is it the heading of a column of places, or of a long table?"""
    return plain(text) in _roles()


def head_texts(grid: Grid, i: int) -> tuple[str, ...]:
    """Texts of a row of headings, each that goes on over several columns once."""
    found: list[str] = []
    for text in grid.texts[i]:
        if text and (not found or found[-1] != text):
            found.append(text)
    return tuple(found)


def is_grand(text: str) -> bool:
    """Is it the sum of the whole table?"""
    return plain(text) in _words("totals", "grand")


def split_places(text: str) -> list[str]:
    """``Çorum / Alaca`` → its parts."""
    return [part for part in _SPLIT.split(text) if part]


def find_head(grid: Grid, titles: Titles, places: Places) -> Head | None:
    """The head, or None where nothing looks like one."""
    law = lexicon()["head"]
    scores = [_known(grid, i, titles) for i in range(min(law["rows"], len(grid.values)))]
    top = next((i for i, score in enumerate(scores) if score > 1), None)
    if top is None:
        top = next((i for i, score in enumerate(scores) if score == 1 and _filled(grid, i) > 1), None)
        if top is None:
            return None
    body = top + 1
    while (
        body < len(grid.values)
        and body < top + law["deep"]
        and not _is_long(grid, range(top, body))
        and not _numeric(grid, body)
        and (_known(grid, body, titles) or _sub_head(grid, body, titles))
    ):
        body += 1
    while top > 0 and body - top < law["deep"] and _is_group_row(grid, top - 1):
        top -= 1
    _spread_groups(grid, range(top, body))
    known = titles.resolve if _few(grid, range(top, body), titles) else titles.named
    columns = [_column(grid, j, range(top, body), titles, known) for j in range(grid.width)]
    head = Head(top, body, columns)
    _filled_instead(head)
    _totals_instead(head, titles)
    _single_title(head, grid, titles)
    _infer(head, grid, titles, places)
    return head


def _few(grid: Grid, rows: range, titles: Titles) -> bool:
    """Are there so few headings that each may be compared with every title?"""
    texts = {text for i in rows for text in grid.texts[i] if text and plain(text) not in _roles()}
    most: int = lexicon()["head"]["unknown"]
    return sum(1 for text in texts if not titles.known(text)) <= most


def _spread_groups(grid: Grid, rows: range) -> None:
    """A group's name over its first column only, as in CSV files, where no cells are merged, goes on.

    It goes on over the columns that have a heading of their own below it and none above.
    """
    for i in rows[:-1]:
        if any(row == i for row, _ in grid.repeats):
            continue
        group: Any = None
        text = ""
        for j in range(grid.width):
            if grid.texts[i][j]:
                own = plain(grid.texts[i][j]) in _roles() or is_total(grid.texts[i][j])
                group, text = (None, "") if own else (grid.values[i][j], grid.texts[i][j])
            elif text and any(grid.texts[k][j] for k in rows if k > i):
                if any(grid.texts[k][j] for k in rows if k < i):
                    group, text = None, ""
                    continue
                grid.values[i][j], grid.texts[i][j] = group, text
                grid.repeats.add((i, j))
            else:
                group, text = None, ""


def _filled_instead(head: Head) -> None:
    """Where there is no column of posts: the people there are, or the sum in a long table."""
    titled = {c.code for c in head.of("title")}
    for code in {c.code for c in head.of("filled") if c.code} - titled:
        own = [c for c in head.of("filled") if c.code == code]
        if len(own) == 1:
            own[0].role, own[0].filled = "title", True
    if not head.of("title", "posts"):
        filled = [c for c in head.of("filled") if not c.code]
        instead = filled or [c for c in head.of("total") if c.heading and head.of("long_title")]
        if len(instead) == 1:
            instead[0].role, instead[0].filled = "posts", True
    for column in head.of("filled"):
        column.role = "other"


def _totals_instead(head: Head, titles: Titles) -> None:
    """``Toplam Hemşire`` where no column of that title stands beside it: the title's posts."""
    titled = {c.code for c in head.of("title")}
    for column in head.of("total"):
        bottom = column.heading.removeprefix(" / ".join([*column.above, ""]))
        rest = " ".join(word for word in plain(bottom).split() if not is_total(word))
        found = titles.named(rest) if rest else Found(UNKNOWN)
        if found.state == EXACT and found.what not in titled:
            column.role = "title"
            column.found = Found(DOUBTFUL, found.what, found.name, NOTED, raw=found.raw)


def _distinct(grid: Grid, i: int) -> Iterable[str]:
    """Texts of a row, a merged cell once."""
    row, seen = grid.texts[i], ""
    for j, text in enumerate(row):
        if text and not ((i, j) in grid.repeats and text == seen):
            yield text
        seen = text


def _filled(grid: Grid, i: int) -> int:
    return sum(1 for _ in _distinct(grid, i))


def _known(grid: Grid, i: int, titles: Titles) -> int:
    """How many cells of a row are headings of places, of long tables, or titles."""
    if _numeric(grid, i):
        # A year over a column of numbers is a heading, beside headings of places.
        texts = [text for text in _distinct(grid, i) if not _YEAR.fullmatch(text)]
        roles = sum(1 for text in texts if plain(text) in _roles())
        if roles > 1 and not any(map(is_number, texts)):
            return roles
        # The row's own number before a heading that is repeated further down.
        texts = [text for text in texts if not is_number(text)]
        known = sum(1 for text in texts if plain(text) in _roles() or titles.known(text))
        return known if roles and known == len(texts) > 1 and is_number(grid.texts[i][0]) else 0
    return sum(1 for text in _distinct(grid, i) if plain(text) in _roles() or titles.known(text))


def _numeric(grid: Grid, i: int) -> bool:
    return any(is_number(value) for value in grid.values[i])


def _sub_head(grid: Grid, i: int, titles: Titles) -> bool:
    """A second row of a head: measures or sums, or branches that only their group makes a title."""
    texts = list(_distinct(grid, i))
    measures = _words("head", "measures", "posts") | _words("head", "measures", "other")
    measures |= _words("head", "measures", "filled")
    return (
        bool(texts)
        and any(plain(t) in measures or is_total(t) for t in texts)
        and not any(is_total(t) and len(texts) == 1 for t in texts)
    )


def _is_long(grid: Grid, rows: range) -> bool:
    roles = {_roles().get(plain(text)) for i in rows for text in grid.texts[i]}
    return "long_title" in roles and "posts" in roles


def _is_group_row(grid: Grid, i: int) -> bool:
    """A row of group titles above the head: several texts, or one that stands over some columns only."""
    if _numeric(grid, i):
        return False
    texts = [(j, text) for j, text in enumerate(grid.texts[i]) if text]
    if not texts:
        return False
    if len(set(_distinct(grid, i))) > 1:
        return True
    # One text: a title line of the sheet where it begins at the left; a group where it begins later.
    return texts[0][0] > 0 and len(texts) > 1


_Known = Callable[..., Found]


def _column(grid: Grid, j: int, rows: range, titles: Titles, known: _Known) -> Column:
    texts: list[str] = []
    for i in rows:
        text = grid.texts[i][j]
        own = j == 0 and text.isdigit() and not _YEAR.fullmatch(text)  # the row's number, no heading
        if text and not own and (not texts or texts[-1] != text):
            texts.append(text)
    if not texts:
        return Column(j, "none", "")
    *above, bottom = texts
    heading = " / ".join(texts)
    role = _roles().get(plain(bottom)) if "%" not in bottom else None
    posts, other, filled = (_words("head", "measures", name) for name in ("posts", "other", "filled"))
    if above and plain(bottom) in posts | other | filled:
        found = _first(titles, above)
        if found is not None:
            measure = "title" if plain(bottom) in posts else "filled" if plain(bottom) in filled else "other"
            return Column(j, measure, heading, tuple(above), found)
    if role is None and plain(bottom) in filled:
        return Column(j, "filled", heading, tuple(above))
    if role is None and above and plain(bottom) not in other:
        role = next((r for t in above if (r := _roles().get(plain(t))) in PLACE_ROLES), None)
        if f"{role}_code" in PLACE_ROLES and plain(bottom) in _words("head", "measures", "codes"):
            role = f"{role}_code"
    if role is not None:
        return Column(j, role, heading, tuple(above))
    if is_total(bottom):
        return Column(j, "total", heading, tuple(above))
    if (beside := titles.beside(bottom)) is not None and beside[0] in _SAYS:
        return _said(Column(j, "title", heading, tuple(above), beside[1]), beside[0])
    group = above[-1] if above else ""
    found = known(bottom, group)
    if found.state != "exact" and above:
        found = _below(found, group, bottom, titles, known)
    if found.state == "exact":
        # BOŞ KADROLAR over the title's name says it too.
        kinds = [said(text)[0] for text in above if not titles.known(text)]
        kind = next((kind for kind in kinds if kind in _SAYS), "")
        return _said(Column(j, "title", heading, tuple(above), found), kind)
    if plain(bottom) in _words("totals", "titles"):
        return Column(j, "total", heading, tuple(above), found)
    if _is_other(bottom):
        return Column(j, "other", heading, tuple(above))
    return Column(j, "title" if found.usable else "unknown", heading, tuple(above), found)


def _said(column: Column, kind: str) -> Column:
    """A title's column, whose heading says what the numbers are."""
    column.role = {FILLED: "filled", OTHER: "other", SCALED: "scaled"}.get(kind, "title")
    column.no_posts = kind == OTHER
    return column


def _below(found: Found, group: str, bottom: str, titles: Titles, known: _Known) -> Found:
    """A heading that is no title by itself: with its group perhaps; below a title it is a part of it."""
    both = known(f"{group} {bottom}")
    if titles.named(group).state == "exact":
        return both if both.state == "exact" else Found(UNKNOWN, alternatives=found.alternatives)
    return max((f for f in (found, both) if f.usable), key=lambda f: f.score, default=found)


def _first(titles: Titles, texts: Sequence[str]) -> Found | None:
    return next((f for text in reversed(texts) if (f := titles.resolve(text)).usable), None)


def _is_other(text: str) -> bool:
    name = plain(text)
    return "%" in text or any(
        name == word or (len(word) > 2 and name.startswith(f"{word} "))
        for word in _words("head", "other", "words")
    )


def _single_title(head: Head, grid: Grid, titles: Titles) -> None:
    """A table of one title that stands in the name of the sheet or in a line above the head."""
    posts = head.of("posts")
    if head.of("title", "long_title") or len(posts) != 1:
        return
    lines = [text for i in range(head.top) for text in _distinct(grid, i)]
    for text in (grid.sheet, *lines):
        kind, found = titles.beside(text) or ("", titles.named(text) if text else Found(UNKNOWN))
        if found.usable and kind in (OTHER, SCALED):
            posts[0].role, posts[0].no_posts = "scaled" if kind == SCALED else "other", kind == OTHER
            return
        if found.usable:
            head.title, posts[0].filled = found, posts[0].filled or kind == FILLED
            return


def _infer(head: Head, grid: Grid, titles: Titles, places: Places) -> None:
    """Places by what stands in a column, where its heading does not say it."""
    first = min((c.j for c in head.of("title", "posts", "total")), default=grid.width)
    named = bool(head.of(*PLACE_ROLES))
    for column in head.columns[:first]:
        open_ = column.role in ("none", "unknown") or (
            column.role in ("long_title", "branch") and not head.of("posts")
        )
        if not open_ or (named and column.heading):
            continue
        texts = [
            grid.texts[i][column.j]
            for i in range(head.body, min(len(grid.values), head.body + _SAMPLE))
            if grid.texts[i][column.j] and not is_total(grid.texts[i][column.j])
        ]
        role = role_of(texts, places)
        if role is not None and not (named and role == "province_code"):
            column.role, column.found = role, None


def role_of(texts: Sequence[str], places: Places) -> str | None:
    """What kind of place the texts of a column name; None where most name none."""
    if not texts:
        return None
    words = [text for text in texts if not _PLATE.fullmatch(text)]
    if not words:
        known = [int(text) for text in texts if int(text) in places.plates]
        return "province_code" if len(known) == len(texts) and len(set(known)) == len(texts) else None
    tests = (
        ("unit_code", lambda t: places.unit_code(t).usable),
        ("province", lambda t: places.is_province(split_places(t)[0] if split_places(t) else t)),
        ("district", places.is_district),
        ("unit", places.is_unit),
    )
    shares = {role: sum(map(test, words)) / len(words) for role, test in tests}
    best = max(shares, key=lambda role: shares[role])
    mixed = sum(1 for t in words if places.is_province(t) or places.is_district(t)) / len(words)
    if mixed > shares[best] or (mixed == 1 and 0 < shares["province"] < 1):
        return "place"
    return best if shares[best] * 2 >= 1 else None

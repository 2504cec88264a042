"""A hand-made table dropped on the page: read with its doubts, measured by the law of the question, mended.

It is held beside the plan of the question; when the question changes, the same table is measured again.
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc.ask.audit import Audit, measure
from pdc.ask.audit.result import Where
from pdc.ask.audit.tables import by_clause, doubts_of, sentence
from pdc.ask.handmade import Cetvel, read_cetvel
from pdc.ask.repair import POOL, Repair, repair
from pdc.ask.session import Cancel
from pdc.base.faults import Fault, InputError
from pdc.country.country import level_sums
from pdc.explore.changes import Asked
from pdc.explore.desk import Desk
from pdc.explore.measures import painted
from pdc.planning.plan import Plan
from pdc.planning.processes import Progress
from pdc.program.options import MARGINAL, Options
from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable

ENDINGS: Final = (".csv", ".xlsx", ".ods")
ABSENT: Final = "absent_title"
MOST: Final = 200  # findings, doubts, cells and moves that are shown
MOST_MEND: Final = 300.0  # seconds of a search for the fewest moves
SHOWN: Final = 8  # titles of a table that are named
TABLE_MODES: Final = ("table_gap", "table_short")
_SIGNS: Final = re.compile(r"[^\w .()-]")


@dataclass(frozen=True, eq=False)
class Beside:
    """A table that was measured, and the plan of the question."""

    audit: Audit
    plan: Plan
    title: str

    @property
    def cetvel(self) -> Cetvel:
        """The table."""
        return self.audit.cetvel

    @property
    def has_title(self) -> bool:
        """Does the table have the title that is shown?"""
        return self.title in self.cetvel.posts

    def posts(self, level: str) -> tuple[Any, Any]:
        """Posts of the shown title at a level: the table's, the plan's."""
        given = self.cetvel.at(self.title, level)
        return given, level_sums(self.plan.country, self.plan.posts(self.title), level)


def read(desk: Desk, asked: Asked, name: str, content: bytes) -> Cetvel:
    """Read a file by a question's law. Raises :class:`~pdc.base.faults.InputError`.

    The file lies in the private folder meanwhile, and goes.
    """
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    if not ending:
        raise InputError([Fault(name[:80], None, None, "explore.ending", {"known": ", ".join(ENDINGS)})])
    with desk.question(asked) as question:
        setting = desk.session.setting(question)
    with tempfile.TemporaryDirectory(dir=desk.room) as folder:
        # Faults name the file as its owner knows it; a name is a name here and no path.
        known = _SIGNS.sub("_", name.removesuffix(ending))[:80].strip(". ") or "cetvel"
        file = Path(folder) / f"{known}{ending}"
        file.write_bytes(content)
        return read_cetvel(file, setting)


def dropped(desk: Desk, asked: Asked, base: Asked, name: str, content: bytes) -> Beside:
    """Measure a file by a question's law, and hold it beside its plan."""
    asked = desk.complete(asked)
    cetvel = read(desk, asked, name, content)
    with desk.question(asked) as question:
        audit = measure(desk.session.setting(question), cetvel)
    return Beside(audit, desk.answer(asked, base).now, asked.titles[0] if asked.titles else "")


class Mends:
    """The search for the fewest moves that is going on: how far it is, and that it can be stopped."""

    def __init__(self) -> None:
        self._lock, self._newest, self.at = threading.Lock(), Cancel(), (0, 0)

    @contextmanager
    def begun(self) -> Iterator[Progress]:
        """A new search takes the place of the one before. Its progress raises ``CancelledError`` then."""
        with self._lock:
            self._newest.cancel()
            mine = self._newest = Cancel()
            self.at = (0, 0)

        def progress(done: int, total: int, name: str) -> None:
            mine.check()
            self.at = (done, total)

        yield progress
        mine.check()

    def stop(self) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._newest.cancel()


def mended(desk: Desk, asked: Asked, name: str, content: bytes, progress: Progress) -> Repair:
    """The lawful table nearest to a file, as ``repair`` finds it. Raises what a plan raises.

    Trees go without a solver; whatever is left stops after :data:`MOST_MEND` seconds at the best that it has.
    """
    asked = desk.complete(asked)
    cetvel = read(desk, asked, name, content)
    with desk.question(asked) as question:
        options = Options(engine=MARGINAL, time_limit=MOST_MEND)
        made = repair(desk.session.setting(question), cetvel, options=options, progress=progress)
    made.plan.something(cetvel.titles)
    return made


# as tables and maps ---------------------------------------------------------------------------------------


def maps(beside: Beside, lang: Lang) -> dict[str, Any]:
    """Two more maps: the table against the plan, and what its findings miss or exceed."""
    country = beside.audit.setting.country
    codes, names = list(map(str, country.codes("province"))), country.place_names["province"]
    found = {}
    if beside.has_title:
        given, plan = beside.posts("province")
        covered = beside.cetvel.covered["province"]
        gap = np.where(covered, (given - plan).astype(np.float64), np.nan)
        found["table_gap"] = painted(codes, names, gap, 0, lang, sign=True)
    missing = _by_province(beside.audit)
    found["table_short"] = painted(codes, names, missing, 0, lang, sign=False)
    return found


def _by_province(audit: Audit) -> Any:
    country = audit.setting.country
    where = Where(country)
    index = {plate: i for i, plate in enumerate(where.provinces["province"])}
    found = np.zeros(len(index))
    for finding in audit.findings:
        if finding.shortfall and finding.level != "national":
            found[index[where.provinces[finding.level][finding.at]]] += finding.shortfall
    return np.where(audit.cetvel.covered["province"], found, np.nan)


def tables(beside: Beside, titles: Mapping[str, str], lang: Lang) -> tuple[str, str, list[HtmlTable]]:
    """The audit in a line, how the table was read, then: beside the plan, clauses, findings, doubts."""
    audit, cetvel = beside.audit, beside.cetvel
    where = Where(audit.setting.country)
    named = [titles.get(one, one) for one in cetvel.titles[:SHOWN]]
    named += ["…"] if len(cetvel.titles) > SHOWN else []
    covered = int(cetvel.covered[cetvel.level].sum())
    read_as = say(
        "explore.dropped.read_as", lang,
        level=say(f"reports.level.{cetvel.level}", lang), places=covered,
        titles=", ".join(named),
        posts=number(float(sum(int(p.sum()) for p in cetvel.posts.values())), lang),
        doubts=len(cetvel.doubts),
    )  # fmt: skip
    found = [_doubts(audit, lang), _clauses(audit, where, lang), _findings(audit, where, titles, lang)]
    if beside.has_title:
        found.append(_provinces(beside, titles, lang))
        if cetvel.level != "province":
            found.append(_cells(beside, titles, lang))
    return audit.summary(lang), read_as, found


def _table(
    name: str,
    keys: tuple[str, ...],
    rows: Sequence[Sequence[Cell]],
    lang: Lang,
    numeric: tuple[str, ...],
    **values: object,
) -> HtmlTable:
    heads = tuple(Heading(key, say(f"explore.dropped.{key}", lang), key in numeric) for key in keys)
    caption = say(f"explore.dropped.{name}", lang, **values)
    return HtmlTable(f"dropped-{name}", caption, heads, rows, search=False)


def _clauses(audit: Audit, where: Where, lang: Lang) -> HtmlTable:
    book = audit.setting.rulebook
    rows = []
    for clause, counts in by_clause(audit, where).items():
        if counts["short"] or counts["broken"]:
            said = [cells.text(clause), cells.text(book.clauses[clause].text[lang])]
            numbers = (counts["short"], counts["broken"], counts["shortfall"] + counts["excess"])
            rows.append([*said, *(cells.figure(n, lang) for n in numbers)])
    keys = ("clause", "reading", "short", "broken", "posts")
    return _table("clauses", keys, rows, lang, keys[2:])


def _findings(audit: Audit, where: Where, titles: Mapping[str, str], lang: Lang) -> HtmlTable:
    bad = [f for f in audit.findings if f.shortfall]
    bad.sort(key=lambda f: -f.shortfall)
    rows = []
    for f in bad[:MOST]:
        title = " + ".join(titles.get(part, part) for part in f.title.split("+"))
        place = where.country.place_names[f.level][f.at]
        numbers: list[Any] = [f.required, f.posts, f.shortfall]
        said = [cells.text(place), cells.text(title), cells.text(f.clause)]
        rows.append([*said, *(cells.figure(None if n is None else float(n), lang) for n in numbers)])
    keys = ("place", "title", "clause", "required", "posts_there", "posts")
    return _table("findings", keys, rows, lang, keys[3:])


def _provinces(beside: Beside, titles: Mapping[str, str], lang: Lang) -> HtmlTable:
    """The twin of the two maps."""
    country = beside.audit.setting.country
    given, plan = beside.posts("province")
    missing = _by_province(beside.audit)
    rows = []
    for i in np.flatnonzero(beside.cetvel.covered["province"]).tolist():
        code, name = str(country.codes("province")[i]), country.place_names["province"][i]
        rows.append(
            [
                cells.asked(cells.text(name), f"place|province|{code}", False),
                *_pair(int(given[i]), int(plan[i]), lang),
                cells.figure(float(missing[i]), lang),
            ]
        )
    keys = ("province", "posts_there", "plan", "gap", "all_short")
    return _table("provinces", keys, rows, lang, keys[1:], title=titles.get(beside.title, beside.title))


def _cells(beside: Beside, titles: Mapping[str, str], lang: Lang) -> HtmlTable:
    """The cells of the table that differ most from the plan."""
    level, country = beside.cetvel.level, beside.audit.setting.country
    given, plan = beside.posts(level)
    gap = np.where(beside.cetvel.covered[level], np.abs(given - plan), 0)
    order = np.argsort(-gap, kind="stable")[:MOST].tolist()
    rows = [
        [cells.text(country.place_names[level][i]), *_pair(int(given[i]), int(plan[i]), lang)]
        for i in order
        if gap[i]
    ]
    keys = ("place", "posts_there", "plan", "gap")
    return _table("cells", keys, rows, lang, keys[1:], title=titles.get(beside.title, beside.title))


def _pair(given: int, plan: int, lang: Lang) -> list[Cell]:
    return [cells.figure(given, lang), cells.figure(plan, lang), cells.figure(given - plan, lang, sign=True)]


def _doubts(audit: Audit, lang: Lang) -> HtmlTable:
    """The same doubt of many rows is told once, with how often; titles that are not there in one line."""
    doubts = doubts_of(audit)
    counts = Counter(sentence(doubt, lang) for doubt in doubts if doubt.kind != ABSENT)
    rows = [[cells.text(text), cells.figure(count, lang)] for text, count in counts.most_common(MOST)]
    absent = [doubt.text for doubt in doubts if doubt.kind == ABSENT]
    if absent:
        named = ", ".join([*absent[:SHOWN], *(["…"] if len(absent) > SHOWN else [])])
        text = say("explore.dropped.absent_titles", lang, count=len(absent), titles=named)
        rows.append([cells.text(text), cells.figure(len(absent), lang)])
    return _table("doubts", ("doubt", "times"), rows, lang, ("times",))


def moves(made: Repair, titles: Mapping[str, str], lang: Lang) -> tuple[str, HtmlTable]:
    """The fewest moves that mend a table: how many posts, and each move with the clauses it mends."""
    country, level = made.plan.country, made.cetvel.level
    codes = map(str, country.codes(level))
    places = dict(zip(codes, country.place_names[level], strict=True)) | {POOL: say("repair.cli.pool", lang)}
    rows = []
    for row in made.moves_frame().head(MOST).to_dict("records"):
        said = (titles.get(row["title"], row["title"]), places[str(row["from"])], places[str(row["to"])])
        rows.append(
            [
                cells.text(row["rank"]), *map(cells.text, said), cells.figure(row["posts"], lang),
                cells.text(row["mends"]),
            ]
        )  # fmt: skip
    keys = ("rank", "title", "from", "to", "posts", "mends")
    heads = tuple(Heading(key, say(f"repair.cli.{key}", lang), key == "posts") for key in keys)
    line = say("repair.cli.moved", lang, moved=made.moved)
    return line, HtmlTable("dropped-moves", say("explore.dropped.moves", lang), heads, rows, search=False)

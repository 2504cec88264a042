"""A hand-made table dropped on the page: read with its doubts, measured by the law of the question."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

from pdc.ask.audit import Audit, measure
from pdc.ask.audit.result import Where
from pdc.ask.audit.tables import by_clause, doubts_of, sentence
from pdc.ask.handmade import read_cetvel
from pdc.base.faults import Fault, InputError
from pdc.explore.changes import Asked
from pdc.explore.desk import Desk
from pdc_common.numerals import number
from pdc_common.text import Lang, say
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import Cell, Heading, HtmlTable

ENDINGS: Final = (".csv", ".xlsx")
MOST: Final = 200  # findings and doubts that are shown
_SIGNS: Final = re.compile(r"[^\w .()-]")


def dropped(desk: Desk, asked: Asked, name: str, content: bytes) -> Audit:
    """Measure a file by a question's law. Raises :class:`~pdc.base.faults.InputError`.

    The file lies in the private folder meanwhile, and goes.
    """
    ending = next((end for end in ENDINGS if name.endswith(end)), "")
    if not ending:
        raise InputError([Fault(name[:80], None, None, "explore.ending", {"known": ", ".join(ENDINGS)})])
    asked = desk.complete(asked)
    with desk.question(asked) as question:
        setting = desk.session.setting(question)
    with tempfile.TemporaryDirectory(dir=desk.room) as folder:
        # Faults name the file as its owner knows it; a name is a name here and no path.
        known = _SIGNS.sub("_", name.removesuffix(ending))[:80].strip(". ") or "cetvel"
        file = Path(folder) / f"{known}{ending}"
        file.write_bytes(content)
        return measure(setting, read_cetvel(file, setting))


def tables(audit: Audit, titles: dict[str, str], lang: Lang) -> tuple[str, list[HtmlTable]]:
    """The audit in a line, then clauses that are not kept, the largest findings, the doubts."""
    where = Where(audit.setting.country)
    return audit.summary(lang), [
        _clauses(audit, where, lang),
        _findings(audit, where, titles, lang),
        _doubts(audit, lang),
    ]


def _table(
    name: str, keys: tuple[str, ...], rows: list[list[Cell]], lang: Lang, numeric: tuple[str, ...]
) -> HtmlTable:
    heads = tuple(Heading(key, say(f"explore.dropped.{key}", lang), key in numeric) for key in keys)
    return HtmlTable(f"dropped-{name}", say(f"explore.dropped.{name}", lang), heads, rows, search=False)


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


def _findings(audit: Audit, where: Where, titles: dict[str, str], lang: Lang) -> HtmlTable:
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


def _doubts(audit: Audit, lang: Lang) -> HtmlTable:
    """The same doubt of many rows is told once, with how often."""
    counts = Counter(sentence(doubt, lang) for doubt in doubts_of(audit))
    rows = [[cells.text(text), cells.text(number(count, lang))] for text, count in counts.most_common(MOST)]
    return _table("doubts", ("doubt", "times"), rows, lang, ("times",))

"""Why a number: explanations in plain sentences, made from the tables of a plan folder alone.

Nothing here imports pandas or the model, so that an answer on the terminal comes at once. What one post more
or fewer would cost is handed over as data (:class:`Shifts`); the model reads it from the certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdc_common.text import Lang, say
from pdc_reports.explain.cell import Part, Teller
from pdc_reports.explain.formula import written
from pdc_reports.explain.places import UnknownPlaceError, find_place, find_title
from pdc_reports.explain.shifts import Shift, Shifts, Words, shift_lines
from pdc_reports.explain.tables import Book, read_titles, rows

__all__ = ["Explanation", "Part", "Shift", "Shifts", "UnknownPlaceError", "explain_cell"]


@dataclass(frozen=True)
class Explanation:
    """Why a number: sentences under headings, and what stands behind them as data.

    ``level`` is national, province, district or unit; ``posts`` and ``target`` are None where the title is
    not planned. ``levers`` are the parameters that the number hangs on, ``shifts`` what one more or one fewer
    costs.
    """

    title: str
    level: str
    code: str
    heading: str
    posts: int | None
    target: float | None
    parts: tuple[Part, ...]
    levers: tuple[Mapping[str, Any], ...] = ()
    shifts: Shifts | None = None

    def text(self) -> str:
        """Everything as plain text."""
        blocks = [self.heading]
        blocks += ["\n".join([part.heading, *(f"  - {line}" for line in part.lines)]) for part in self.parts]
        return "\n\n".join(blocks) + "\n"

    def markdown(self) -> str:
        """Everything as Markdown."""
        blocks = [f"# {self.heading}"]
        blocks += [
            "\n".join([f"## {part.heading}", "", *(f"- {line}" for line in part.lines)])
            for part in self.parts
        ]
        return "\n\n".join(blocks) + "\n"

    def data(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        sides = {"more": self.shifts.more, "fewer": self.shifts.fewer} if self.shifts else {}
        return {
            "title": self.title, "level": self.level, "code": self.code, "heading": self.heading,
            "posts": self.posts, "target": self.target,
            "parts": [{"name": p.name, "heading": p.heading, "lines": list(p.lines)} for p in self.parts],
            "levers": [dict(lever) for lever in self.levers],
            "shifts": {side: None if shift is None else shift.data() for side, shift in sides.items()},
        }  # fmt: skip


def explain_cell(
    folder: Path,
    title: str,
    place: Mapping[str, str],
    lang: Lang = "tr",
    shifts: Callable[[str, str, str], Shifts] | None = None,
) -> Explanation:
    """Explain one number of the plan in ``folder``; ``place`` has a unit, district or province, or none.

    ``shifts(title, level, code)`` gives the costs of one post more and fewer. Raises
    :class:`UnknownPlaceError`.
    """
    book = Book.read(folder, lang)
    code = find_title(book, title)
    level = next((level for level in ("unit", "district", "province") if place.get(level)), "national")
    at = find_place(book, level, place[level]) if level != "national" else ""
    heading = f"{book.place_name(level, at)}: {book.title_name(code)}"
    facts = read_titles(book, [code])[code]
    teller = Teller(book, facts)
    if not facts.plan["province"]:
        return Explanation(
            code, level, at, heading, None, None, (teller.part("number", _not_planned(book, code)),)
        )
    cell = None
    if level != "national":
        cell = facts.plan[level].get(at)
        if cell is None:
            return Explanation(
                code, level, at, heading, None, None, (teller.part("number", _nowhere(book, code)),)
            )
    parts = teller.parts(level, at)
    cost = shifts(code, level, at) if shifts else None
    if cost is not None and cost.why != "national":
        words = Words(book, lambda other: read_titles(book, [other])[other], (code, level, at), {code: facts})
        parts.append(teller.part("shifts", tuple(shift_lines(words, cost))))
    levers = teller.levers(level, at)
    lines = tuple(lever_line(book, lever) for lever in levers)
    if lines:
        parts.append(teller.part("what_if", lines))
    posts = cell.posts if cell else sum(one.posts for one in facts.plan["province"].values())
    return Explanation(
        code, level, at, heading, posts, cell.target if cell else None, tuple(parts), tuple(levers), cost
    )


def lever_line(book: Book, lever: Mapping[str, Any]) -> str:
    """A parameter with what it is today and how a what-if says another value."""
    value = lever["value"]
    plain = not isinstance(value, (dict, list))
    return say(
        f"explain.lever.{lever['origin']}" if plain else f"explain.lever.table_{lever['origin']}",
        book.lang, set=lever["set"], text=lever["text"], value=written(value, book.lang) if plain else "",
        raw=value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else value,
    )  # fmt: skip


def _not_planned(book: Book, title: str) -> tuple[str, ...]:
    reason = next(
        (why for code, why in rows(book.folder / "national.csv", "title", "reason") if code == title), ""
    )
    return (say("explain.number.not_planned", book.lang, title=book.title_name(title), reason=reason or "–"),)


def _nowhere(book: Book, title: str) -> tuple[str, ...]:
    clauses = [
        clause
        for clause, held in book.clauses.items()
        if "eligible" in held.kinds and any(_covers(pattern, title) for pattern in held.titles)
    ]
    where = ", ".join(clauses)
    key = "explain.number.not_here" if where else "explain.number.not_here_by_weight"
    return (say(key, book.lang, title=book.title_name(title), clauses=where),)


def _covers(pattern: str, title: str) -> bool:
    return pattern == title or (pattern.endswith(".*") and title.startswith(pattern[:-1]))

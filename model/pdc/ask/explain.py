"""What one post more or fewer at a place of a plan would cost, from the plan's certificate alone.

:func:`explain` adds to that the sentences of :mod:`pdc_reports.explain`, which are made from the tables of
the plan folder. Only the place's own district and the arcs that a shortest path meets are read and made
exact, so that an answer takes a fraction of a second.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pdc.base.levels import STAGES
from pdc.proof.files import FOLDER, ProofError, cost_of, read_nodes, read_rest, sheet_without_nodes
from pdc.proof.margins import Margin, margin
from pdc.proof.prices import Arc, Graph, Link, Vertex, joint_links, link_of
from pdc.proof.sheet import Cost, Joint, Node, Sheet, Together
from pdc.proof.tree_arcs import TreeArcs
from pdc_common.bounded import text_of
from pdc_common.levels import LEVELS
from pdc_common.text import Lang
from pdc_reports.explain import Explanation, Shift, Shifts, explain_cell
from pdc_reports.explain.shifts import read_shifts

if TYPE_CHECKING:
    from pdc.planning.plan import Plan

SIDES: Final = {"more": 1, "fewer": -1}
Leaving = Callable[[Vertex], Mapping[Vertex, Arc]]


def explain(
    folder: Path | str | Plan,
    title: str,
    *,
    unit: str = "",
    district: str = "",
    province: str | int = "",
    lang: Lang = "tr",
) -> Explanation:
    """Why a place of the plan in ``folder`` has its number of a title; the country without a place.

    A plan in memory is explained from the tables it would write (in a folder that goes again).

    Codes, or names as people write them. Raises :class:`pdc_reports.explain.UnknownPlaceError` for a title or
    a place that the plan does not have, or that could be several.
    """
    if not isinstance(folder, (str, os.PathLike)):
        from pdc.planning.write import write  # noqa: PLC0415 - an explanation from a folder needs no pandas

        with tempfile.TemporaryDirectory(prefix="pdc-explain-") as room:
            written = write(folder, Path(room) / "plan", lang, reports=False)
            return explain(written, title, unit=unit, district=district, province=province, lang=lang)
    path = Path(folder)
    place = {"unit": unit, "district": district, "province": str(province)}
    return explain_cell(path, title, place, lang, lambda code, level, at: shifts(path, code, level, at))


def shifts(folder: Path, title: str, level: str, code: str) -> Shifts:
    """Exact cost of one post more and of one fewer at a place, with every number that would change.

    Without an answer (national level, a plan under minimax or ``none_or``, stopped at its time limit, a
    folder without certificate) both are None and ``why`` says so.
    """
    titles = json.loads(text_of(folder / "summary.json"))["titles"]
    group = titles[title]["group"]
    stem = folder / FOLDER / group
    if level not in LEVELS:
        return Shifts(why="national")
    if level == LEVELS[0]:
        known = read_shifts(folder, title, code)
        if known:
            return known[title, code]
    if not stem.with_name(f"{group}.json.gz").is_file():
        return Shifts(why="no_proof")
    try:
        rest = read_rest(stem.with_name(f"{group}.json.gz"))
        if rest["unproven"]:
            return Shifts(why=rest["unproven"])
        place = _Place(rest, stem.with_name(f"{group}.csv.gz"), title, level, code)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ProofError(f"{group}: {error}") from error
    found = {name: place.shift(step) for name, step in SIDES.items()}
    return Shifts(found["more"], found["fewer"], tuple(rest["given"]))


class _Place:
    """A number, its link between two prices, and the graph of everything else."""

    def __init__(self, rest: Mapping[str, Any], nodes: Path, title: str, level: str, code: str) -> None:
        together = tuple(Together(**{**t, "units": tuple(t["units"])}) for t in rest["together"])
        limit_at = {(t.title, u): ("", "limit", f"{i}") for i, t in enumerate(together) for u in t.units}
        every: list[Node] = []
        if rest["arcs"] is None:
            # Without floors that titles share no way leads from one title to another.
            every = read_nodes(nodes, title="" if rest["joint"] else title)
        near = every or read_nodes(nodes, code, title)
        own = [n for n in near if (n.title, n.level, n.code) == (title, level, code)]
        if not own:
            raise KeyError(f"{title} {level} {code}")
        node = own[0]
        # Units of one district stand between the same prices: theirs are made again, without this one.
        kin = (every or read_nodes(nodes, node.parent)) if level == LEVELS[-1] else own
        sisters = tuple(n for n in kin if n.level == level and n.parent == node.parent)
        codes = {n.code for n in sisters}
        joint = tuple(
            Joint(**{**j, "titles": tuple(j["titles"])}) for j in rest["joint"] if j["unit"] in codes
        )
        sheet = Sheet(
            rest["group"], tuple(rest["titles"]), rest["norm"], dict(rest["supply"]), sisters, joint
        )
        joint_at = {j.unit for j in joint}
        self.link = link_of(sheet, node, joint_at, limit_at)
        local: list[Link] = []
        if level == LEVELS[-1]:
            local = [link_of(sheet, n, joint_at, limit_at) for n in sisters if n != node]
            local += joint_links(sheet)
        self.prices = _Prices(rest["prices"])
        self.rest = _Rest(_leaving(rest, every), self.link, local)

    def shift(self, step: int) -> Shift | None:
        """One post more or fewer here; None where no lawful plan has it."""
        found = margin(self.rest, self.prices, self.link, step)
        return None if found is None else shift_of(found)


def shift_of(found: Margin) -> Shift:
    """A margin as plain data: what it costs by stage, and the numbers that change, the asked one first."""
    cost = {stage: float(value) for stage, value in zip(STAGES, found.cost, strict=True) if value}
    changed: dict[tuple[str, str, str], int] = {}
    for title, level, code, step in found.steps:
        changed[title, level, code] = changed.get((title, level, code), 0) + step
    return Shift(cost, tuple((*place, step) for place, step in changed.items() if step))


class _Prices(Mapping[Vertex, Cost]):
    """Prices by place, made exact when asked for."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self.written = written
        self.known: dict[Vertex, Cost] = {}

    def __getitem__(self, v: Vertex) -> Cost:
        if v not in self.known:
            self.known[v] = cost_of(self.written["|".join(v)])
        return self.known[v]

    def __iter__(self) -> Iterator[Vertex]:
        return (_vertex(name) for name in self.written)

    def __len__(self) -> int:
        return len(self.written)


def _leaving(rest: Mapping[str, Any], nodes: list[Node]) -> Leaving:
    """Cheapest arcs that leave a place: those that the nodes give, or that an earlier version wrote down."""
    if rest["arcs"] is None:
        return TreeArcs(sheet_without_nodes(rest), nodes).leaving
    at: dict[str, list[Any]] = {}
    for arc in rest["arcs"]:
        at.setdefault(arc[0], []).append(arc)

    def leaving(v: Vertex) -> Mapping[Vertex, Arc]:
        return {
            _vertex(to): (cost_of(cost), tuple(_step(step) for step in steps))
            for _, to, cost, steps in at.get("|".join(v), ())
        }

    return leaving


class _Rest(Graph):
    """Cheapest arcs of all numbers but one, made exact when a path comes by.

    There is one arc between two prices, the cheapest; where that may be the number's own, it is
    made again from the ``local`` numbers, which are all others that stand there.
    """

    def __init__(self, arcs: Leaving, own: Link, local: list[Link]) -> None:
        super().__init__(local)
        self.own = own
        self.near = {v for v in self.out if v[1] == LEVELS[1]} if local else set()
        self.near |= {own.above} if own.above[1] == LEVELS[1] else set()
        self.arcs = arcs
        self.ready: dict[Vertex, dict[Vertex, Arc]] = {}

    def leaving(self, v: Vertex) -> Mapping[Vertex, Arc]:
        """Arcs that leave a place, the one number left out."""
        if v not in self.ready:
            found = {to: arc for to, arc in self.arcs(v).items() if not self._again(v, to)}
            self.ready[v] = found | self.out.get(v, {})
        return self.ready[v]

    def _again(self, a: Vertex, b: Vertex) -> bool:
        """True for arcs rebuilt from ``local``, and for the arc of the asked number itself."""
        if self.near:
            # All arcs of this district are its units', and so in ``local``, but the one to its province.
            here, there = (a, b) if a in self.near else (b, a)
            return here in self.near and there[1] != LEVELS[0]
        return {a, b} == {self.own.above, self.own.below}


def _vertex(name: str) -> Vertex:
    title, kind, code = name.split("|")
    return title, kind, code


def _step(text: str) -> tuple[str, str, str, int]:
    title, level, code, step = text.split("|")
    return title, level, code, int(step)

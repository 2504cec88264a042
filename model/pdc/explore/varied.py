"""\"Vary this\": one number of the law, or two, stepped through; the points come as they are done.

It is the sweep of the terminal: the same file is written, read with the same strictness, cut into the same
scenarios and measured by the same functions. Only who plans is another: the session of the page, so that a
point costs what an answer costs.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pdc.ask.session import Cancel, Question, Session
from pdc.ask.sweep.design import Case, cases
from pdc.ask.sweep.piece import NO_PLAN, Bench, measured, piece, unpack
from pdc.ask.sweep.spec import read_sweep
from pdc.base.exact import Fraction
from pdc.base.faults import Fault, InputError
from pdc.explore.changes import BadChangeError, SetNumber, to_toml
from pdc.explore.figures import written
from pdc.planning.plan import Plan
from pdc.solve.no_plan.errors import NoPlanError

MOST_STEPS: Final = 60  # values of one number
MOST_POINTS: Final = 144  # of a map of two
HALVED: Final = 10  # intervals that are halved after the steps
FILE: Final = "sweep.toml"
OUTCOMES: Final = ("short", "moved", "deviation", "gini", "posts", "province")


@dataclass(frozen=True)
class Range:
    """A number of the law and where it goes: ``start``, ``start + step`` … ``end``, as they are written."""

    name: str
    start: str
    end: str
    step: str

    def values(self) -> list[str]:
        """Every value; the end is one of them. Raises InputError for a range that is none."""
        try:
            start, end, step = (
                Decimal(text.strip().replace(",", ".")) for text in (self.start, self.end, self.step)
            )
        except InvalidOperation:
            raise self._wrong("range") from None
        good = all(one.is_finite() and abs(one) < 10**12 for one in (start, end, step))
        if not good or step <= 0 or end <= start:
            raise self._wrong("range")
        if (end - start) / step > MOST_STEPS - 1:
            raise self._wrong("many", most=MOST_STEPS)
        found = [start + step * k for k in range(int((end - start) / step) + 1)]
        found += [] if found[-1] == end else [end]
        return [_text(one) for one in found]

    def _wrong(self, code: str, **values: object) -> InputError:
        told = {"start": self.start, "end": self.end, "step": self.step, **values}
        return InputError([Fault(self.name, None, None, f"explore.{code}", told)])


def _text(value: Decimal) -> str:
    text = f"{round(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sweep_toml(ranges: Sequence[Range], titles: Sequence[str], scenarios: Sequence[str]) -> str:
    """The file that asks the same at the terminal: ``solve.py sweep sweep.toml``."""
    lines = [f"titles = {_list(titles)}"] if titles else []
    lines += [f"scenarios = {_list(scenarios)}"] if scenarios else []
    lines += ["", "[design]", 'kind = "grid"']
    for one in ranges:
        lines += [
            "",
            "[[vary]]",
            f"parameter = {json.dumps(one.name)}",
            f"values = [{', '.join(one.values())}]",
        ]
    return "\n".join(lines) + "\n"


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(text, ensure_ascii=False) for text in texts) + "]"


@dataclass(eq=False)
class Held(Bench):
    """A bench whose scenarios the session of the page plans."""

    session: Session | None = None
    asked: Question = field(default_factory=Question)
    cancel: Cancel = field(default_factory=Cancel)

    def plan(self, case: Case, jobs: int = 1) -> Plan:
        """The plan of a scenario: the question, with its numbers set."""
        assert self.session is not None
        pairs = zip(self.sweep.factors, case.values, strict=True)
        sets = tuple(f"{factor.name}={written(value)}" for factor, value in pairs if value is not None)
        return self.session.answer(replace(self.asked, sets=(*self.asked.sets, *sets)), self.cancel)


class Turns:
    """Who goes first: a sweep waits between its points while a question is being answered."""

    def __init__(self) -> None:
        self._waiting, self._change = 0, threading.Condition()

    def __enter__(self) -> None:
        with self._change:
            self._waiting += 1

    def __exit__(self, *_: object) -> None:
        with self._change:
            self._waiting -= 1
            self._change.notify_all()

    def pause(self, seconds: float) -> None:
        """Until nobody waits."""
        with self._change:
            self._change.wait_for(lambda: not self._waiting, seconds)


@dataclass(frozen=True, eq=False)
class Variation:
    """A sweep of the page: what is asked, by which session, beside which plan."""

    session: Session
    question: Question
    own: tuple[SetNumber, ...]  # numbers that the page itself was started with
    files: tuple[str, ...]  # scenarios that it was started with
    ranges: tuple[Range, ...]
    base: Plan
    outcome: str = "short"
    province: str = ""
    cancel: Cancel = field(default_factory=Cancel)

    def points(self, room: str) -> Iterator[dict[str, Any]]:
        """First the file and how many points there are; then a point each, halvings of a line last.

        Raises :class:`~pdc.base.faults.InputError` before the first one, and ``CancelledError``.
        """
        if len(self.ranges) not in (1, 2) or self.outcome not in OUTCOMES:
            raise BadChangeError(self.outcome[:80])
        with tempfile.TemporaryDirectory(dir=room) as folder:
            bench, text = self._bench(Path(folder))
            every = [case for case in cases(bench.sweep) if case.kind == "design"]
            if len(every) > MOST_POINTS:
                raise InputError([Fault(FILE, None, None, "explore.many", {"most": MOST_POINTS})])
            before = measured(self.base)["titles"]
            yield {"toml": text, "count": len(every) + (HALVED if len(self.ranges) == 1 else 0)}
            found: list[tuple[Fraction, dict[str, Any]]] = []
            for case in every:
                point = self._point(bench, case, before)
                found.append((Fraction(case.values[0]), point))
                yield point
            if len(self.ranges) == 1:
                yield from self._halved(bench, found, before, len(every))

    def _bench(self, folder: Path) -> tuple[Held, str]:
        """The sweep as its file says it, read with the law of the question."""
        given = list(self.files)
        if self.own:
            file = folder / "given.toml"
            file.write_text(to_toml(self.own), "utf-8")
            given.append(str(file))
        files = [*given, *self.question.scenario]
        path = folder / FILE
        path.write_text(sweep_toml(self.ranges, self.question.titles, files), "utf-8")
        sweep = read_sweep(path, self.session.given_tables, self.session.rulebook)
        shown = [*self.files, *(["given.toml"] if self.own else []), *map(_shown, self.question.scenario)]
        text = sweep_toml(self.ranges, self.question.titles, shown)
        if self.own:
            text += "\n# given.toml\n" + "".join(f"# {line}\n" for line in to_toml(self.own).splitlines())
        asked = {"session": self.session, "asked": self.question, "cancel": self.cancel}
        return Held(sweep, self.session.given_tables, None, **asked), text  # type: ignore[arg-type]

    def _halved(
        self, bench: Held, found: list[tuple[Fraction, dict[str, Any]]], before: Mapping[str, Any], count: int
    ) -> Iterator[dict[str, Any]]:
        """Points in the middle of the intervals where the line changes most: they narrow down its breaks."""
        factor = bench.sweep.factors[0]
        law = self.session.rulebook.clauses[factor.clause].parameters[factor.parameter].value
        whole = isinstance(law, int) and all(x.denominator == 1 for x, _ in found)
        finest = Fraction(1) if whole else (found[-1][0] - found[0][0]) / 500
        for k in range(HALVED):
            found.sort(key=lambda pair: pair[0])
            gaps = []
            for (x, a), (y, b) in pairwise(found):
                ends = a.get(self.outcome), b.get(self.outcome)
                if None not in ends and ends[0] != ends[1] and y - x > finest:
                    gaps.append((abs(ends[1] - ends[0]), x, y))  # type: ignore[operator]
            if not gaps:
                return
            _, x, y = max(gaps, key=lambda gap: (gap[0], -gap[1]))
            middle = (x + y) / 2
            value = int(middle) if whole else Fraction(Decimal(_text(Decimal(float(middle)))))
            if value in (x, y):
                return
            point = self._point(bench, Case(count + 1 + k, f"{count + 1 + k}", (value,)), before)
            found.append((Fraction(value), point))
            yield point

    def _point(self, bench: Held, case: Case, before: Mapping[str, Any]) -> dict[str, Any]:
        """A scenario in the few numbers that are drawn; one without a lawful plan says why."""
        at = [float(value) for value in case.values]
        try:
            content = unpack(piece(bench, case))
        except NoPlanError as error:
            content = {"status": NO_PLAN, "why": [str(error)]}
        if content["status"] == NO_PLAN:
            return {"at": at, "why": "; ".join(map(str, content["why"])), **dict.fromkeys(OUTCOMES)}
        titles = {t: content["titles"][t] for t in self.question.titles if t in content["titles"]}
        return {"at": at, "why": "", **self._outcomes(titles, content["shortfall"], before)}

    def _outcomes(
        self, titles: Mapping[str, Any], shortfall: Mapping[str, Any], before: Mapping[str, Any]
    ) -> dict[str, float | None]:
        short = sum(
            sum(clauses.values())
            for joint, clauses in shortfall.items()
            if set(joint.split("+")) <= set(titles)
        )
        moved = 0
        for title, one in titles.items():
            old = before.get(title, {"posts": {"unit": {}}})["posts"]["unit"]
            moved += sum(max(posts - old.get(code, 0), 0) for code, posts in one["posts"]["unit"].items())
        ginis = [one["fairness"]["gini"] for one in titles.values()]
        return {
            "short": short,
            "moved": moved,
            "deviation": round(sum(one["deviation"]["province"] for one in titles.values()), 6),
            "gini": ginis[0] if len(ginis) == 1 else None,
            "posts": sum(sum(one["posts"]["province"].values()) for one in titles.values()),
            "province": sum(one["posts"]["province"].get(self.province, 0) for one in titles.values())
            if self.province
            else None,
        }


def _shown(file: str) -> str:
    """A scenario as the file for the terminal names it: shipped ones by name, the page's own as saved."""
    path = Path(file)
    return path.name if path.name == "scenario.toml" else path.stem

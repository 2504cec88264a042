"""Hold a plan folder against the tables and the law: every file of it is made anew, and compared.

Posts are taken from ``plan_units.csv``; nothing of the plan is solved. From them, the tables and the law come
targets, rules, shortfalls, certificates, explanations, tables and reports, as when the plan was written: a
number that was changed in any of the files is found, and a plan that is not the best, because its exchanges
are made and its numbers then differ. Groups that were planned for others alone, and are not in the folder,
are planned again, and so are those with posts on top (A.16). Seconds and versions are nobody's result: they
are not compared.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

import pdc_reports
from pdc.ask.plan import monotone
from pdc.base.errors import InternalError, NoLawfulPlanError, WrongAnswerError
from pdc.base.folder import MARK, timeless
from pdc.base.numbers import Ints
from pdc.country.country import Country
from pdc.country.setting import Data, Files, Setting, prepare
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.summary import STOPPED
from pdc.planning.write import write
from pdc.program.options import HeldPlan, KeptTable, Options
from pdc.proof.files import ProofError
from pdc.proof.near import FOLDER as NEAR
from pdc.proof.near import read_near
from pdc.solve.no_plan.errors import NoPlanError
from pdc_common.bounded import held, text_of, unpacked
from pdc_common.cells_csv import plain_dicts
from pdc_common.mark import sha256
from pdc_common.text import say

SEAL: Final = "seal.json"
MONOTONE: Final = "monotone.csv"
DOUBTS: Final = "doubts.csv"  # of the table that the plan was kept near to, which is not at hand
REPORTS: Final = (".html", ".xlsx", ".docx", ".png", ".svg")
LISTED: Final = 20  # differences of one file that are told
REFUSED: Final = (
    NoLawfulPlanError, NoPlanError, InternalError, WrongAnswerError, ProofError, OSError, ValueError,
    KeyError, TypeError,
)  # fmt: skip
# What the run says of itself.
_MADE: Final = ("seconds", "versions", "pdc", "state", "lang", "letterhead", "since")
_CARRIED: Final = ("since.csv", "service_groups_before.csv")  # of last year's table, which is not at hand
_OF_TITLE: Final = ("seconds",)


@dataclass(frozen=True)
class Difference:
    """A file that is not what tables and law make of the plan, and where."""

    file: str
    where: str


def differences(
    folder: Path,
    data: Data = None,
    scenario: Files = (),
    sets: Sequence[str] = (),
    rulebook: str | None = None,
) -> list[Difference]:
    """Where a plan folder is not what the tables and the law make of its posts; empty where it is.

    Raises :class:`~pdc.base.faults.InputError` for tables and scenarios that cannot be read.
    """
    try:
        with made_anew(folder, data, scenario, sets, rulebook) as fresh:
            return list(compared(folder, fresh))
    except REFUSED as error:
        return [Difference("plan_units.csv", f"no plan of these tables and this law: {error}")]


@contextmanager
def made_anew(
    folder: Path,
    data: Data = None,
    scenario: Files = (),
    sets: Sequence[str] = (),
    rulebook: str | None = None,
) -> Iterator[Path]:
    """A folder as the tables and the law make it of a plan's posts, for as long as it is looked at.

    Raises what planning raises, and ``ValueError``, ``KeyError`` or ``TypeError`` for a damaged folder.
    """
    setting = prepare(data, scenario, sets, rulebook)
    summary = json.loads(text_of(folder / "summary.json"))
    options = held_options(folder, summary, setting.country)
    made = plan_setting(setting, titles_in(folder, summary, setting), options)
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / folder.name
        _write(folder, fresh, made, setting, summary)
        yield fresh


def compared(folder: Path, fresh: Path) -> Iterator[Difference]:
    """Where two plan folders differ."""
    given, again = (json.loads(text_of(place / "summary.json")) for place in (folder, fresh))
    yield from _of_summary(given, again)
    there, due = (
        {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
        for place in (folder, fresh)
    )
    yield from _of_manifest(folder, there)
    for name in sorted((there | due) - {SEAL, MARK, "summary.json"}):
        if name not in there or name not in due:
            yield Difference(name, "missing" if name in due else "not a file of this plan")
        else:
            yield from (Difference(name, where) for where in _unequal(folder / name, fresh / name))


def _of_manifest(folder: Path, there: set[str]) -> Iterator[Difference]:
    """The manifest lists the files of the folder with their fingerprints: its own, seconds and all."""
    if MARK not in there:
        yield Difference(MARK, "missing")
        return
    try:
        manifest = json.loads(text_of(folder / MARK))
        files = dict(manifest["files"])
    except (ValueError, KeyError, TypeError) as error:
        yield Difference(MARK, f"cannot be read: {error!r}")
        return
    if set(manifest) != {"pdc", "files"} or manifest["pdc"] != "plan":
        yield Difference(MARK, "not the manifest of a plan")
    prints = {
        name: sha256(folder / name) for name in there - {SEAL, MARK}
    }
    prints |= timeless(folder, prints)
    for name in sorted(prints.keys() | files.keys()):
        if files.get(name) != prints.get(name):
            yield Difference(MARK, f"{name} is not as it was written")


def held_options(folder: Path, summary: Mapping[str, Any], country: Country) -> Options:
    """How the plan says it was made, with its posts."""
    told = summary["options"]
    titles: Mapping[str, Any] = summary["titles"]
    at = {str(code): i for i, code in enumerate(country.codes("unit"))}
    posts: dict[str, Ints] = {title: np.zeros(len(at), dtype=np.int64) for title in titles}
    with held(folder / "plan_units.csv").open(encoding="utf-8", newline="") as text:
        for row in plain_dicts(text):
            posts[row["title"]][at[row["unit_code"]]] = int(row["posts"])
    held_plan = HeldPlan(
        posts,
        {entry["group"]: entry["form"] for entry in titles.values()},
        frozenset(entry["group"] for entry in titles.values() if entry["status"] == STOPPED),
    )
    kept = _kept(folder, titles, country) if summary.get("near_proof") else None
    return Options(
        norm=told["norm"],
        strict=bool(told["strict"]),
        time_limit=told["time_limit"],
        proof=bool(summary["certificate"] or kept),
        kept_table=kept,
        held=held_plan,
    )


def _kept(folder: Path, titles: Mapping[str, Any], country: Country) -> KeptTable:
    """The table that the plan says it was kept near to."""
    posts: dict[str, Ints] = {}
    for group in dict.fromkeys(entry["group"] for entry in titles.values()):
        near = read_near(folder / NEAR, group)
        at = {str(code): i for i, code in enumerate(country.codes(near.level))}
        for title, given in near.table.items():
            posts[title] = np.zeros(len(at), dtype=np.int64)
            for code, number in given.items():
                posts[title][at[code]] = number
    return KeptTable(near.level, posts, np.ones(len(at), dtype=bool), near.moves)


def titles_in(folder: Path, summary: Mapping[str, Any], setting: Setting) -> list[str]:
    """Titles that were asked for; empty where all were."""
    known = {title.code for title in setting.rulebook.titles}
    left = say("notice.not_requested", summary.get("lang", "tr"))
    with held(folder / "national.csv").open(encoding="utf-8", newline="") as text:
        rows = [row for row in plain_dicts(text) if row["title"] in known]
    if not any(row["reason"] == left for row in rows):
        return []
    return [row["title"] for row in rows if row["title"] in summary["titles"]]


def _write(
    folder: Path, fresh: Path, made: Plan, setting: Setting, summary: Mapping[str, Any]
) -> None:
    """The folder made anew; its reports from its tables and from what the summary says of the run."""
    extra = {}
    if (folder / MONOTONE).is_file():
        solved = replace(made, options=replace(made.options, held=None))
        extra[MONOTONE.removesuffix(".csv")] = monotone(setting, solved)
    names = (*(_CARRIED if "since" in summary else ()), *([DOUBTS] if summary["options"].get("kept") else ()))
    carried = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    lang = summary.get("lang", "tr")
    write(made, fresh, lang, reports=False, extra=extra, files=carried)
    if not (folder / "report.html").is_file():
        return
    again = (fresh / "summary.json").read_text("utf-8")
    told = dict(json.loads(again))
    told |= {name: summary[name] for name in _MADE if name in summary}
    told["data"] = {**told["data"], "name": summary["data"]["name"]}
    if not (folder / SEAL).is_file():
        # When the reports were written, nobody knew yet how long that takes.
        told["seconds"] = {k: v for k, v in summary["seconds"].items() if k not in ("reports", "write")}
    for title, entry in told["titles"].items():
        entry["seconds"] = summary["titles"].get(title, {}).get("seconds", {})
    (fresh / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    pdc_reports.write_reports(fresh, lang=lang, provinces=(folder / "provinces").is_dir())
    (fresh / "summary.json").write_text(again, "utf-8")


def _of_summary(given: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Difference]:
    def result(summary: Mapping[str, Any]) -> dict[str, Any]:
        found = {key: value for key, value in summary.items() if key not in _MADE}
        found["data"] = {key: value for key, value in found.get("data", {}).items() if key != "name"}
        found["titles"] = {
            title: {key: value for key, value in entry.items() if key not in _OF_TITLE}
            for title, entry in found.get("titles", {}).items()
        }
        return found

    yield from (Difference("summary.json", where) for where in _apart(result(given), result(again), ""))


def _apart(given: Any, again: Any, where: str) -> Iterator[str]:
    """Paths at which two pieces of JSON differ."""
    if isinstance(given, Mapping) and isinstance(again, Mapping):
        for key in [*given, *(key for key in again if key not in given)]:
            yield from _apart(given.get(key), again.get(key), f"{where}.{key}" if where else str(key))
    elif given != again:
        yield f"{where}: {json.dumps(given)[:80]}, {json.dumps(again)[:80]} expected"


def _unequal(given: Path, again: Path) -> list[str]:
    """Where two files differ: rows of a table, or only that they do."""
    one, other = given.read_bytes(), again.read_bytes()
    if one == other:
        return []
    if given.suffix == ".gz":
        try:
            one, other = unpacked(given), unpacked(again)
        except (OSError, EOFError, ValueError) as error:
            return [str(error)]
        if one == other:
            return ["packed otherwise"]
    if given.suffix in REPORTS:
        return ["not what its tables give"]
    lines = [text.decode("utf-8", "replace").splitlines() for text in (one, other)]
    rows = [
        f"{row}: {_short(a)}; {_short(b)} expected"
        for row, (a, b) in enumerate(zip(*lines, strict=False), 1)
        if a != b
    ]
    if len(lines[0]) != len(lines[1]):
        rows.append(f"{len(lines[0])} rows, {len(lines[1])} expected")
    return rows[:LISTED] or ["not the same bytes"]


def _short(text: str) -> str:
    return text if len(text) <= LISTED * 6 else f"{text[: LISTED * 6]}…"

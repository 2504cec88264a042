"""A plan folder that somebody made worse, or changed anywhere, is found: by its own proof or against tables and law."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from helpers.small import Small
from pdc.ask.verify import differences
from pdc.cli import app
from pdc.proof.verify import verify_proof

FEW = ["A.3.minimum=0"]
TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip")


def country() -> Small:
    town = Small().province(19, "Çorum").province(5, "Amasya", crude_birth_rate=20)
    town.district("C1", 19, 90_000, central=1).district("C2", 19, 30_000).district("A1", 5, 60_000, central=1)
    for code, district, beds in (("H1", "C1", 200), ("H2", "C2", 50), ("H3", "A1", 120)):
        town.unit(code, district, "devlet_hastanesi", beds=beds, special_beds=beds // 10, khd_beds=beds // 10)
    for code, district in (("S1", "C1"), ("S2", "C2"), ("S3", "A1"), ("S4", "A1")):
        town.unit(code, district, "saglik_ocagi", catchment_population=20_000)
    for title, posts in (("hemsire", 190), ("ebe", 90), ("eczaci", 11), ("pratisyen_tabip", 101)):
        town.filled(title, posts)
    return town.staff("H1", "hemsire", 7).staff("S1", "ebe", 3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The data, and a plan of them with its reports."""
    place = tmp_path_factory.mktemp("forged")
    (place / "data").mkdir()
    data = country().write(place / "data")
    common = ["plan", "--data", str(data), "--set", *FEW, "--jobs", "1", "--no-cache", "--lang", "en"]
    titles = [part for title in TITLES for part in ("--title", title)]
    done = CliRunner().invoke(app, [*common, *titles, "--out", str(place / "plan")])
    assert done.exit_code == 0, done.output
    return data, place / "plan"


@pytest.fixture
def folder(made: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[1], tmp_path / "plan"))


def problems(folder: Path) -> list[str]:
    return [f"{verdict.group}: {problem}" for verdict in verify_proof(folder) for problem in verdict.problems]


def apart(made: tuple[Path, Path], folder: Path) -> list[str]:
    return [f"{one.file}: {one.where}" for one in differences(folder, made[0], [], FEW)]


def test_an_honest_plan_is_what_tables_and_law_make_of_it(made: tuple[Path, Path], folder: Path) -> None:
    assert problems(folder) == []
    assert apart(made, folder) == []
    way = ["verify", str(folder), "--proof", "--data", str(made[0]), "--set", *FEW, "--lang", "en"]
    done = CliRunner().invoke(app, way)
    assert done.exit_code == 0, done.output
    assert "every file is what the tables and the law make of the plan" in " ".join(done.output.split())


def test_without_the_scenario_of_the_plan_it_is_another_plan(made: tuple[Path, Path], folder: Path) -> None:
    way = ["verify", str(folder), "--proof", "--data", str(made[0]), "--lang", "en"]
    assert CliRunner().invoke(app, way).exit_code == 2


# every column of every file --------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")


def put(path: Path, text: str) -> None:
    content = text.encode("utf-8")
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def other(cell: str) -> str:
    """Another number (or text) that still looks like one."""
    if cell.isdigit():
        return str(int(cell) + 1)
    try:
        float(cell)
    except ValueError:
        return f"{cell}x" if cell else "1"
    changed = f"{cell[:-1]}{(int(cell[-1]) + 1) % 10 if cell[-1].isdigit() else 1}"
    # A seventeenth digit more may be the same double.
    return changed if float(changed) != float(cell) else repr(math.nextafter(float(cell), math.inf))


def changed_tables(path: Path) -> Iterator[tuple[str, str]]:
    """For each column of a table: its name, and the table with one cell of it changed (the last that is a number)."""
    rows = list(csv.reader(io.StringIO(text_of(path))))
    for column, name in enumerate(rows[0]):
        at = [i for i, row in enumerate(rows[1:], 1) if row[column].replace(".", "").isdigit()]
        at = at or [i for i, row in enumerate(rows[1:], 1) if row[column]] or list(range(1, len(rows)))
        if not at:
            continue
        changed = [list(row) for row in rows]
        changed[at[-1]][column] = other(changed[at[-1]][column])
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(changed)
        yield name, out.getvalue()


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """One way to each kind of leaf of a JSON: lists by their first entry, maps by every key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*way, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value[:1]):
            yield from leaves(inner, (*way, i))
    else:
        yield way


def with_leaf(value: Any, way: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(value))
    at = copy
    for key in way[:-1]:
        at = at[key]
    old = at[way[-1]]
    at[way[-1]] = 1 if old is None else (not old) if isinstance(old, bool) else old + 1 if isinstance(old, (int, float)) else f"{old}x"  # fmt: skip
    return copy


UNTOLD = ("seconds", "versions", "pdc", "state", "lang")  # what a run says of itself: no result
NAMES = ("data.name",)


def changes_of(path: Path) -> Iterator[tuple[str, str]]:
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        yield from changed_tables(path)
    elif name.endswith(".json"):
        content = json.loads(text_of(path))
        ways = [way for way in leaves(content) if not set(way) & set(UNTOLD) and ".".join(map(str, way)) not in NAMES]
        if name != "summary.json":  # a certificate: one of each kind
            ways = list({tuple("#" if i else key for i, key in enumerate(way)): way for way in ways}.values())
            ways += [way for way in leaves(content) if way[0] == "prices"][:3]
        for way in ways:
            yield ".".join(map(str, way)), json.dumps(with_leaf(content, way), ensure_ascii=False, indent=1) + "\n"
    elif name.endswith((".mps", ".sol")):
        lines = text_of(path).splitlines()
        kinds: dict[tuple[str, int], int] = {}
        section = ""
        for i, line in enumerate(lines):
            if not line.startswith(" "):
                section = line.split()[0] if name.endswith(".mps") else ""
            parts = line.split()
            if parts and parts[-1].lstrip("-").replace(".", "").isdigit():
                kinds[section, len(parts)] = i
        for (section, _), i in kinds.items():
            parts = lines[i].rsplit(" ", 1)
            yield f"{section} {i}", "\n".join([*lines[:i], f"{parts[0]} {other(parts[1])}", *lines[i + 1 :]]) + "\n"
            if section == "COLUMNS" and len(lines[i].split()) == 5:  # two entries: the first one too
                own, row, value, *rest = lines[i].split()
                yield f"{section} {i} first", "\n".join([*lines[:i], f" {' '.join([own, row, other(value), *rest])}", *lines[i + 1 :]]) + "\n"
    else:
        yield "a byte", ""


def test_each_changed_number_of_each_file_is_found(made: tuple[Path, Path], folder: Path) -> None:
    """By the folder's own proof, or by building it anew: every column of every table, every leaf of every JSON."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) > 40
    missed, total = [], 0
    from pdc.ask import verify  # noqa: PLC0415 - the folder is made anew once, not for every change

    with verify.made_anew(folder, made[0], [], FEW) as fresh:
        for path in files:
            before = path.read_bytes()
            for what, text in changes_of(path):
                total += 1
                if text:
                    put(path, text)
                else:
                    path.write_bytes(before + b" ")
                found = list(verify.compared(folder, fresh))
                if not found:
                    missed.append(f"{path.relative_to(folder)}: {what}")
                path.write_bytes(before)
    assert missed == []
    assert total > 300


OWN = (
    "plan_units.csv", "plan_districts.csv", "plan_provinces.csv", "rules.csv", "national.csv", "changes.csv", "filled.csv",
    "free_cells.csv", "margins.csv", "proof/eczaci.csv.gz", "proof/eczaci.json.gz", "proof/eczaci.mps.gz", "proof/eczaci.sol.gz",
    "proof/hemsire+ebe.csv.gz", "summary.json",
)  # fmt: skip
OWN_NOT = {
    ("plan_units.csv", "province_code"), ("plan_units.csv", "district_code"), ("plan_districts.csv", "province_code"),
    ("rules.csv", "clause"), ("rules.csv", "tier"), ("national.csv", "title"), ("national.csv", "filled"), ("national.csv", "reason"),
    ("filled.csv", "title"),
    ("changes.csv", "locked_4924"), ("changes.csv", "blocked_4924"),
}  # fmt: skip


@pytest.mark.parametrize("file", OWN)
def test_what_the_folder_says_twice_is_found_without_the_tables(folder: Path, file: str) -> None:
    path = folder / file
    before = path.read_bytes()
    missed = []
    for what, text in changes_of(path):
        if (file, what) in OWN_NOT or (file == "summary.json" and not what.startswith(("status", "titles", "shortfall", "deviation", "options.norm"))):  # fmt: skip
            continue
        if what.endswith(".form"):
            continue
        put(path, text)
        try:
            found = problems(folder)
        except (KeyError, ValueError):
            found = ["unreadable"]
        if not found:
            missed.append(what)
        path.write_bytes(before)
    assert missed == []


# forgeries -------------------------------------------------------------------------------------------------


def moved_by_hand(folder: Path, posts: int = 1) -> None:
    """Posts of pharmacists go from the largest unit to one of another province, in every table and in the certificate."""
    units = table(folder / "plan_units.csv")
    mine = [row for row in units if row["title"] == "eczaci"]
    giver = max(mine, key=lambda row: int(row["posts"]))
    taker = next(row for row in mine if row["province_code"] != giver["province_code"])
    places = {("unit", row["unit_code"]): by for row, by in ((giver, -posts), (taker, posts))}
    places |= {("district", row["district_code"]): by for row, by in ((giver, -posts), (taker, posts))}
    places |= {("province", row["province_code"]): by for row, by in ((giver, -posts), (taker, posts))}
    for level in ("unit", "district", "province"):
        path = folder / f"plan_{level}s.csv"
        rows = table(path)
        for row in rows:
            by = places.get((level, row[f"{level}_code"]), 0) if row["title"] == "eczaci" else 0
            row["posts"] = str(int(row["posts"]) + by)
            row["deviation"] = f"{int(row['posts']) - float(row['target']):.9f}"
        write_table(path, rows)

    def certificate(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["posts"] = str(int(row["posts"]) + places.get((row["level"], row["code"]), 0))

    edit_nodes(folder, certificate)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(path))))


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    put(path, out.getvalue())


def edit_nodes(folder: Path, edit: Callable[[list[dict[str, str]]], None]) -> None:
    path = folder / "proof" / "eczaci.csv.gz"
    rows = table(path)
    edit(rows)
    write_table(path, rows)


def edit_rest(folder: Path, **values: Any) -> None:
    path = folder / "proof" / "eczaci.json.gz"
    put(path, json.dumps(json.loads(text_of(path)) | values))


def values_fit(folder: Path) -> None:
    """The values of the forged certificate, wherever they stand."""
    from pdc.proof.files import read_sheet  # noqa: PLC0415

    value = read_sheet(folder / "proof", "eczaci")[0].value()
    edit_rest(folder, value=value)
    path = folder / "summary.json"
    summary = json.loads(path.read_text("utf-8"))
    entry = summary["titles"]["eczaci"]
    for level in ("province", "district", "unit"):
        summary["deviation"][level] += value[level] - entry["deviation"][level]
        entry["deviation"][level] = value[level]
    entry["bound"] = value
    path.write_text(json.dumps(summary), "utf-8")


def one_column(folder: Path) -> None:
    """An MPS program that says nothing, and its solution."""
    stages = ("tier1", "tier2", "tier3", "province", "tier4", "district", "unit")
    from pdc.proof.files import read_sheet  # noqa: PLC0415

    value = read_sheet(folder / "proof", "eczaci")[0].value()
    lines = ["NAME eczaci", "ROWS", *(f" N {stage}" for stage in stages), "COLUMNS", " x tier1 0", "RHS"]
    lines += [f" RHS {stage} {-value[stage]!r}" for stage in stages]
    put(folder / "proof" / "eczaci.mps.gz", "\n".join([*lines, "BOUNDS", " UP BND x 1", "ENDATA"]) + "\n")
    put(folder / "proof" / "eczaci.sol.gz", "")


def pinned_bounds(rows: list[dict[str, str]]) -> None:
    for row in rows:
        row["lower"] = row["upper"] = row["posts"]


def targets_as_posts(rows: list[dict[str, str]]) -> None:
    for row in rows:
        row["target"] = row["posts"]
        row.update({f"r{k}": "0" for k in (1, 2, 3, 4)} | {f"e{k}": "" for k in (1, 2, 3, 4)})


def no_prices(folder: Path) -> dict[str, str]:
    rest = json.loads(text_of(folder / "proof" / "eczaci.json.gz"))
    return dict.fromkeys(rest["prices"], "0 0 0 0 0 0 0")


def forged_bounds(folder: Path) -> None:
    edit_nodes(folder, pinned_bounds)
    edit_rest(folder, prices=no_prices(folder))


def forged_some_bounds(folder: Path) -> None:
    edit_nodes(folder, lambda rows: pinned_bounds([row for row in rows if row["level"] == "unit"]))
    edit_rest(folder, prices=no_prices(folder))


def forged_targets(folder: Path) -> None:
    edit_nodes(folder, targets_as_posts)
    edit_rest(folder, prices=no_prices(folder))


def forged_unproven(folder: Path) -> None:
    edit_rest(folder, unproven="minimax", prices={}, arcs=[])


def forged_none_or(folder: Path) -> None:
    edit_rest(folder, unproven="none_or", prices={}, arcs=[])
    for name in ("mps", "sol"):
        (folder / "proof" / f"eczaci.{name}.gz").unlink()


def forged_stopped(folder: Path) -> None:
    edit_rest(folder, unproven="time_limit", prices={}, arcs=[])


def forged_given(folder: Path) -> None:
    edit_nodes(folder, lambda rows: pinned_bounds([row for row in rows if row["level"] == "province"]))
    edit_rest(folder, given=["totals", "orders"], prices=no_prices(folder))


FORGERIES = (
    forged_bounds, forged_some_bounds, forged_targets, forged_unproven, forged_none_or, forged_stopped, forged_given,
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_plan_made_worse_on_purpose_is_not_proven(
    made: tuple[Path, Path], folder: Path, forge: Callable[[Path], None]
) -> None:
    moved_by_hand(folder)
    values_fit(folder)
    forge(folder)
    values_fit(folder)
    if (folder / "proof" / "eczaci.mps.gz").is_file():
        one_column(folder)
    found = problems(folder)
    assert any(problem.startswith("eczaci: ") for problem in found), found
    assert CliRunner().invoke(app, ["verify", str(folder), "--proof"]).exit_code == 2
    assert apart(made, folder)

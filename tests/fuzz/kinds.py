"""The kinds of input, each with good ones to spoil and what pdc does with them.

``try_`` of a kind writes one mutated input into a folder and hands it to pdc, in process, as a command would.
What a command tells in a sentence (bad input, no lawful plan, …) is an answer; everything else is found.
"""

from __future__ import annotations

import io
import json
import random
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pytest import MonkeyPatch
from typer.testing import CliRunner

import pdc
from helpers.lying import LIES, MORE_LIES, lying
from pdc.ask.audit import measure
from pdc.ask.handmade import read_cetvel
from pdc.ask.sweep.design import cases
from pdc.ask.sweep.spec import book_of, read_sweep
from pdc.base.errors import InternalError, MovesError, WrongAnswerError
from pdc.base.faults import InputError
from pdc.base.folder import ApprovedError
from pdc.cli import app
from pdc.cli.codes import BAD_INPUT, DONE, NO_PLAN, STOPPED, WOULD_OVERWRITE
from pdc.country.setting import Setting, prepare
from pdc.law import reading
from pdc.law.scenario import apply
from pdc.law.vocabulary import vocabulary
from pdc.planning import seal
from pdc.planning.plan import Plan, plan_setting
from pdc.planning.write import write
from pdc.program.options import Options
from pdc.solve.no_plan.errors import ClashError, StrictError
from pdc.tables import Tables, read

from .mutate import spoil, spoil_document

HERE = Path(__file__).parent
TINY = HERE / "tiny"
TITLE = "dis_tabibi"
SETS = ["A.3.minimum=0"]
ANSWERS = (InputError, ClashError, StrictError, ApprovedError, MovesError, seal.NotAPlanError, OSError)
"""What commands tell in a sentence and an exit code."""
DEEP = 10  # of how many inputs that are read one is planned or measured


@dataclass(frozen=True)
class Kind:
    """``make`` writes a mutated input and returns its path; ``use`` does with it what a command does."""

    name: str
    make: Callable[[random.Random, Path], Path]
    use: Callable[[Path, bool], object]


@cache
def tables() -> Tables:
    return read(TINY, vocabulary(reading.load()))


@cache
def setting() -> Setting:
    return prepare(tables(), sets=SETS)


@cache
def plan() -> Plan:
    return plan_setting(setting(), [TITLE], Options(norm="webster", proof=True))


@cache
def plan_folder(place: Path, approved: bool) -> Path:
    folder = place / ("approved" if approved else "draft")
    write(plan(), folder, "en", reports=False)
    if approved:
        seal.approve(folder, "Komisyon", "1", date(2026, 11, 28))
    return folder


def _plan(given: Setting) -> None:
    made = plan_setting(given, [TITLE], Options(norm=given.scenario.norm or "webster", proof=False))
    _ = made.results, made.summary(), made.notices("tr")


# tables and workbooks -------------------------------------------------------------------------------------


def _make_tables(chance: random.Random, place: Path) -> Path:
    folder = place / "data"
    shutil.copytree(TINY, folder)
    file = chance.choice(sorted(folder.glob("*.csv")))
    file.write_bytes(spoil(chance, file.read_bytes()))
    if chance.random() < 0.05:
        file.rename(folder / chance.choice(["Birimler.CSV", "x.csv", "units .csv", "staff.csv.csv"]))
    return folder


def _use_tables(path: Path, deep: bool) -> None:
    found = read(path, vocabulary(reading.load()))
    if deep:
        _plan(prepare(found, sets=SETS))


@cache
def _workbook() -> bytes:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook()
    book.remove(book.active)
    for file in sorted(TINY.glob("*.csv")):
        sheet = book.create_sheet(file.stem)
        for line in file.read_text("utf-8").splitlines()[:40]:
            sheet.append([int(c) if c.isdigit() and len(c) < 10 else c for c in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _open_document() -> bytes:
    """The same tables as LibreOffice keeps them, empty rows to the end of the sheet among them."""
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    sheets = []
    for file in sorted(TINY.glob("*.csv")):
        rows = "".join(f"<table:table-row>{''.join(map(_cell, line.split(',')))}</table:table-row>\n" for line in file.read_text("utf-8").splitlines()[:40])
        rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        sheets.append(f'<table:table table:name="{file.stem}"><table:table-column/>{rows}{rest}</table:table>')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr("META-INF/manifest.xml", "<manifest/>")
        new.writestr("content.xml", f"<office:document-content {spaces}><office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>")
    return out.getvalue()


def _cell(text: str) -> str:
    kind = f'float" office:value="{text}' if text.isdigit() and len(text) < 10 else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(text)}</text:p></table:table-cell>'


def _make_workbook(chance: random.Random, place: Path) -> Path:
    path = place / f"data{chance.choice(['.xlsx', '.xlsx', '.xlsm', '.XLSX', '.xls', '.ods', '.ods'])}"
    good = _open_document() if path.suffix == ".ods" else _workbook()
    if chance.random() < 0.2:
        raw = bytearray(good)
        for _ in range(chance.choice([1, 5, 50])):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw[: chance.choice([len(raw), len(raw), chance.randrange(len(raw))])])
        return path
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(path, "w") as new:
        names = old.namelist()
        chosen = chance.choice([*names, *[n for n in names if "worksheets" in n or n == "content.xml"] * 3])
        for name in names:
            raw = old.read(name)
            if name == chosen:
                raw = _spoil_xml(chance, raw)
            if raw or chance.random() < 0.9:
                new.writestr(name, raw)
    return path


_XML = [
    (b't="s"', b't="str"'), (b't="n"', b't="b"'), (b'<v>1</v>', b"<v>nan</v>"), (b'r="A2"', b'r="XFD1048576"'),
    (b'r="B3"', b'r="A0"'), (b"<v>", b"<v>1e999"), (b"<c ", b"<c><f>1+1</f></c><c "), (b"<row ", b'<row hidden="1" '),
    (b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:C3"/></mergeCells>'), (b"<v>0</v>", b"<v/>"),
    (b"<v>2</v>", b"<v>99999999</v>"), (b"sheetId=", b"sheetld="), (b'r="C2"', b'r="c-2"'), (b"<sheetData>", b"<sheetData><row/>"),
    (b"rows-repeated=\"1048000", b"rows-repeated=\"99999999999"), (b"<table:table-cell ", b"<table:table-cell table:number-columns-repeated=\"9999\" "),
    (b"<table:table-row>", b"<table:table-row table:number-rows-repeated=\"500000\">"), (b'office:value="', b'office:value="nan'),
    (b"<table:table-cell ", b"<table:table-cell table:formula=\"of:=1\" "), (b'"float"', b'"percentage"'), (b'"string"', b'"date"'), (b"<text:p>", b"<text:p><text:s text:c=\"99999999999\"/>"),
    (b"<table:table-cell ", b"<table:table-cell table:number-rows-spanned=\"999999999\" "), (b"<table:table-row>", b"<table:table-row table:visibility=\"collapse\">"),
]  # fmt: skip


def _spoil_xml(chance: random.Random, raw: bytes) -> bytes:
    if chance.random() < 0.5:
        old, new = chance.choice(_XML)
        return raw.replace(old, new, chance.choice([1, 3, -1]))
    return spoil(chance, raw)


# tables made by hand --------------------------------------------------------------------------------------


def _hand(name: str) -> bytes:
    made = plan().results.frames
    match name:
        case "unit":
            frame = made["plan_units"][["unit_code", "title", "posts"]]
        case "wide":
            frame = made["plan_districts"].merge(made["districts"][["district_code", "district"]], on="district_code")
            frame = frame.pivot_table(index="district", columns="title", values="posts").reset_index()
        case _:
            frame = made["plan_provinces"].merge(made["provinces"][["province_code", "province"]], on="province_code")
            frame = frame[["province", "title", "posts"]].rename(
                columns={"province": "İl", "title": "Unvan", "posts": "Kadro"}
            )
    return frame.to_csv(index=False).encode()


def _make_hand(chance: random.Random, place: Path) -> Path:
    path = place / "cetvel.csv"
    path.write_bytes(spoil(chance, _hand(chance.choice(["unit", "wide", "long"]))))
    return path


def _use_hand(path: Path, deep: bool) -> None:
    found = read_cetvel(str(path), setting())
    if deep:
        _ = measure(setting(), found).frame


# documents ------------------------------------------------------------------------------------------------


def _toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


SCENARIOS = [
    _toml(
        """
title = { tr = "a", en = "b" }
text = { tr = "a", en = "b" }
norm = "l1"
[set."A.3"]
minimum = 0
[set."B.5.1.c"]
[set."B.4.a.8"]
beds_per_nurse = 4
[[pin]]
title = "dis_tabibi"
province = 69
posts = 8
[[data]]
table = "units"
where = "beds > 0 and kind in ('devlet_hastanesi', 'adsm')"
set = { beds = "min(beds, beds * 1.1)" }
[[remove]]
table = "units"
where = "kind == 'saglik_evi'"
[[add]]
table = "units"
unit_code = "YENI"
district_code = "TR-69-001"
unit = "Yeni"
kind = "devlet_hastanesi"
beds = 30
"""
    ),
    _toml(
        """
["Z.1"]
source = "x"
tr = "x"
en = "x"
[["Z.1".rule]]
kind = "floor"
level = "unit"
where = "beds > least"
titles = ["dis_tabibi"]
amount = "ceil(beds / each) + steps(beds, table) + lookup(kind, by_kind, 0)"
tier = 2
[["Z.1".rule]]
kind = "target"
level = "unit"
titles = ["dis_tabibi"]
weight = "word + 1"
[["Z.1".rule]]
kind = "cap"
titles = ["dis_tabibi"]
where = "beds > least"
amount = "beds"
[["Z.1".rule]]
kind = "band"
level = "province"
titles = ["dis_tabibi"]
amount = "0"
upper = "total"
tier = 3
[["Z.1".rule]]
kind = "scope"
define = "word"
level = "unit"
value = "beds * beds / (beds + 1)"
[["Z.1".rule]]
kind = "order"
titles = ["dis_tabibi"]
first = "beds > least"
after = "beds == 0"
at_least = "1"
[["Z.1".rule]]
kind = "eligible"
titles = ["dis_tabibi"]
forbid = "beds > least"
closes = true
["Z.1".parameters]
least = { value = 10, origin = "assumption", tr = "a", en = "a" }
each = { value = 7.5, origin = "law", tr = "a", en = "a" }
total = { value = 500, origin = "law", tr = "a", en = "a" }
table = { value = [[10, 1], [100, 2]], origin = "law", tr = "a", en = "a" }
by_kind = { value = { adsm = 3 }, origin = "law", tr = "a", en = "a" }
"""
    ),
    _toml(
        """
["A.3"]
source = "x"
tr = "x"
en = "x"
[["A.3".rule]]
kind = "scope"
level = "national"
planned = "filled >= minimum"
["A.3".parameters]
minimum = { value = 0, origin = "law", tr = "a", en = "a" }
["Z.2"]
source = "x"
tr = "x"
en = "x"
[["Z.2".rule]]
kind = "supply"
titles = ["dis_tabibi"]
level = "district"
amount = "filled * growth"
share = "etf_population"
[["Z.2".rule]]
kind = "share"
titles = ["dis_tabibi"]
where = "beds > 0"
rate = "part"
tier = 2
rounding = "half_up"
[["Z.2".rule]]
kind = "ratio"
titles = ["dis_tabibi"]
amount = "ceil(beds / 1)"
tier = 3
stack = "s"
on_top = true
[["Z.2".rule]]
kind = "none_or"
titles = ["dis_tabibi"]
amount = "1 + 1"
[["Z.2".rule]]
kind = "fix"
titles = ["dis_tabibi"]
where = "kind == 'il_saglik_mudurlugu'"
amount = "1"
tier = 4
[["Z.2".rule]]
kind = "merge"
what = "one_district"
where = "kind == 'saglik_evi'"
[["Z.2".rule]]
kind = "status"
what = "list"
where = "beds > 0"
say = "unassigned"
["Z.2".parameters]
growth = { value = 1.2, origin = "assumption", tr = "a", en = "a" }
part = { value = 0.25, origin = "assumption", tr = "a", en = "a" }
"""
    ),
]


def _make_scenario(chance: random.Random, place: Path) -> Path:
    path = place / "asked.toml"
    path.write_bytes(spoil_document(chance, chance.choice(SCENARIOS)))
    return path


def _use_scenario(path: Path, deep: bool) -> None:
    _, described = apply(reading.load(), [path], SETS)
    _ = described.told()
    if deep:
        _plan(prepare(tables(), [path], SETS))


SWEEPS = [
    _toml(
        """
title = { tr = "a", en = "b" }
titles = ["dis_tabibi"]
level = "unit"
costs = ["B.5.1.c"]
[design]
kind = "grid"
[[vary]]
parameter = "A.3.minimum"
low = 0
high = 2
steps = 3
[[vary]]
parameter = "B.4.a.8.beds_per_nurse"
values = [2, 3.5, 4]
[[vary]]
table = "units"
column = "beds"
where = "beds > 0"
factor = { values = [0.9, 1.1] }
"""
    ),
    _toml(
        """
titles = "dis_tabibi"
scenarios = ["growth-5"]
costs = "all"
[design]
kind = "latin_hypercube"
samples = 4
seed = 7
[[vary]]
parameter = "B.5.3.a.growth"
distribution = "triangular"
low = 1.1
mode = 1.2
high = 1.5
decimals = 3
[[vary]]
table = "districts"
column = ["etf_population"]
each = "province"
factor = { distribution = "normal", mean = 1, sd = 0.1, low = 0.5 }
"""
    ),
]


def _make_sweep(chance: random.Random, place: Path) -> Path:
    path = place / "sweep.toml"
    path.write_bytes(spoil_document(chance, chance.choice(SWEEPS)))
    return path


def _use_sweep(path: Path, deep: bool) -> None:
    found = read_sweep(path, tables(), book_of(path))
    _ = found.print
    if deep and len(found.factors) < 10:
        _ = cases(found)


BOOK = pdc.scenario_folder() / "child-support" / "rulebook"


@cache
def _book() -> dict[str, dict[str, Any]]:
    return {file.name: _toml(file.read_text("utf-8")) for file in sorted(BOOK.glob("*.toml"))}


def _make_rulebook(chance: random.Random, place: Path) -> Path:
    folder = place / "rulebook"
    shutil.copytree(BOOK, folder)
    name = chance.choice([*_book(), "rulebook.toml", "tables.toml"])
    if chance.random() < 0.05:
        (folder / name).unlink()
    elif chance.random() < 0.1:
        file = chance.choice(sorted(folder.glob("*.csv")))
        file.write_bytes(spoil(chance, file.read_bytes()))
    else:
        (folder / name).write_bytes(spoil_document(chance, _book()[name]))
    return folder


def _use_rulebook(path: Path, deep: bool) -> None:
    book = reading.load(path)
    if deep:
        given = prepare(BOOK.parent / "data", rulebook=path)
        made = plan_setting(given, [book.titles[0].code], Options(norm="webster", proof=False))
        _ = made.results, made.summary(), made.notices("tr"), made.national_in("en")


# plan folders ---------------------------------------------------------------------------------------------


def _maker(approved: bool) -> Callable[[random.Random, Path], Path]:
    def make(chance: random.Random, place: Path) -> Path:
        folder = place / "plan"
        shutil.copytree(plan_folder(place.parent, approved), folder, symlinks=True)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        often = [path for path in files if path.name in ("seal.json", "summary.json", "plan_units.csv")]
        for _ in range(chance.choice([1, 1, 2])):
            file = chance.choice([*files, *often * 6])
            match chance.randrange(12):
                case 0:
                    file.unlink(missing_ok=True)
                case 1:
                    (file.parent / chance.choice(["new.txt", "seal.json", "summary.json", "x.csv"])).write_bytes(b"{")
                case 2:
                    (file.parent / "link").symlink_to("nowhere") if not (file.parent / "link").is_symlink() else None
                case 3:
                    (file.parent / "empty").mkdir(exist_ok=True)
                case _ if file.is_file():
                    file.write_bytes(spoil(chance, file.read_bytes()))
        return folder

    return make


def _use_plan(path: Path, deep: bool) -> None:
    if deep:
        for asked in (["verify", str(path), "--proof"], ["explain", str(path), "--title", TITLE]):
            command(asked)
    read_cetvel(str(path), setting())


def _use_seal(path: Path, deep: bool) -> None:
    if deep:
        command(["verify", str(path)])
    else:
        seal.verify(path)


# a solver that lies --------------------------------------------------------------------------------------

LAWS = {
    "plain": "",
    "none_or": '[["Z.1".rule]]\nkind = "none_or"\ntitles = ["dis_tabibi"]\namount = "1 + 1"\n',
    "share": '[["Z.1".rule]]\nkind = "share"\ntitles = ["dis_tabibi"]\nwhere = "beds > 0"\nrate = "part"\n',
    "fix": '[["Z.1".rule]]\nkind = "fix"\ntitles = ["dis_tabibi"]\nwhere = "beds > 0"\namount = "1"\ntier = 2\n',
    "order": '[["Z.1".rule]]\nkind = "order"\ntitles = ["dis_tabibi"]\nfirst = "beds > 0"\nafter = "beds == 0"\nat_least = "1"\n',
    "cap": '[["Z.1".rule]]\nkind = "cap"\ntitles = ["dis_tabibi"]\ntogether = true\nwhere = "beds == 0"\namount = "least"\n',
}
_CLAUSE = (
    '["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n["Z.1".parameters]\n'
    'part = { value = 0.25, origin = "law", tr = "a", en = "a" }\n'
    'least = { value = 20, origin = "law", tr = "a", en = "a" }\n'
)
LIED = (WrongAnswerError, InternalError)


@cache
def _lied_setting(law: str, place: Path) -> Setting:
    path = place / f"{law}.toml"
    path.write_text(_CLAUSE + LAWS[law], "utf-8")
    return prepare(tables(), [path] if LAWS[law] else [], SETS)


@cache
def _honest(law: str, norm: str, place: Path) -> tuple[Any, ...]:
    made = plan_setting(_lied_setting(law, place), [TITLE], Options(norm=norm, proof=False))
    return _measure(made)


def _measure(made: Plan) -> tuple[Any, ...]:
    return tuple((plan.solution.proven, plan.solution.value) for plan in made.groups)


def _make_lie(chance: random.Random, place: Path) -> Path:
    path = place / "lie.json"
    told = {
        "lie": chance.choice([*LIES, *MORE_LIES]),
        "first": chance.choice([1, 1, 2, 3, 4, 6, 9]),
        "last": chance.choice([1, 2, 10**6]),
        "norm": chance.choice(["webster", "l1", "minimax"]),
        "law": chance.choice(sorted(LAWS)),
    }
    path.write_text(json.dumps(told), "utf-8")
    return path


def _use_lie(path: Path, deep: bool) -> None:
    """Told a lie, the plan is the same, or an error: never a worse one that is called proven."""
    del deep
    told = json.loads(path.read_text("utf-8"))
    place = path.parent.parent
    want = _honest(told["law"], told["norm"], place)
    first, last = told["first"], told["first"] + told["last"]
    with MonkeyPatch.context() as patch, lying(patch, told["lie"], lambda now: first <= now < last):
        try:
            made = plan_setting(_lied_setting(told["law"], place), [TITLE], Options(norm=told["norm"], proof=False))
        except LIED:
            return
    for (proven, value), (was_proven, true) in zip(_measure(made), want, strict=True):
        if proven and not (was_proven and value.order == true.order):
            raise CommandError(f"{told}: {value.order}, {true.order} without the lie")


# whole commands -------------------------------------------------------------------------------------------

CODES = (DONE, BAD_INPUT, NO_PLAN, STOPPED, WOULD_OVERWRITE)


class CommandError(Exception):
    """A command ended as none may: an exit code that is not documented, or something written on exit 2."""


def command(arguments: list[str], out: Path | None = None) -> int:
    """Run a command in process; its exit code, which must be one of the documented ones."""
    whole = [*arguments, *(["--out", str(out)] if out else [])]
    found = CliRunner().invoke(app, whole)
    if found.exit_code not in CODES:
        raise CommandError(f"{' '.join(whole)}: exit {found.exit_code}: {found.output[-300:]}") from found.exception
    if found.exit_code == BAD_INPUT and out is not None and out.exists():
        raise CommandError(f"{' '.join(whole)}: exit 2, and {out.name} was written")
    return found.exit_code


def _on_tiny(*arguments: str) -> list[str]:
    return [*arguments, "--data", str(TINY), "--set", *SETS, "--jobs", "1"]


_QUICK = ["--title", TITLE, "--no-reports", "--jobs", "1"]
COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "tables": lambda path: ["plan", "--data", path, "--set", *SETS, *_QUICK],
    "workbook": lambda path: ["check", "--data", path],
    "hand": lambda path: _on_tiny("audit", path),
    "scenario": lambda path: ["plan", "--scenario", path, "--data", str(TINY), "--set", *SETS, *_QUICK],
    "sweep": lambda path: ["scenarios", "--folder", str(Path(path).parent)],
    "rulebook": lambda path: ["plan", "--rulebook", path, "--data", str(BOOK.parent / "data"), "--no-reports", "--jobs", "1"],
    "plan": lambda path: _on_tiny("compare", path, "filled"),
    "seal": lambda path: ["plan", "--data", str(TINY), "--set", *SETS, *_QUICK],
}
"""The command that an input of a kind goes through whole, now and then."""

KINDS = {
    kind.name: kind
    for kind in (
        Kind("tables", _make_tables, _use_tables),
        Kind("workbook", _make_workbook, _use_tables),
        Kind("hand", _make_hand, _use_hand),
        Kind("scenario", _make_scenario, _use_scenario),
        Kind("sweep", _make_sweep, _use_sweep),
        Kind("rulebook", _make_rulebook, _use_rulebook),
        Kind("plan", _maker(False), _use_plan),
        Kind("seal", _maker(True), _use_seal),
        Kind("solver", _make_lie, _use_lie),
    )
}


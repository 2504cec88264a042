"""Files that are too large, too deep, or unpack to too much: memory and time until they are refused.

    python benchmarks/monsters.py            a line a file (docs/quality.md); made below a folder that goes again
    python benchmarks/monsters.py seal ods   those whose name holds one of the words

Each goes through a command in a process of its own that may have 6 GB; what is told is what it took.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "fuzz" / "tiny"
BASE = ["--data", str(TINY), "--set", "A.3.minimum=0", "--lang", "en", "--jobs", "1"]
PLAN = ["plan", *BASE, "--title", "dis_tabibi", "--no-reports"]
EXPLAIN = ["--title", "dis_tabibi", "--province", "69", "--lang", "en"]
MOST_MB, MOST_SECONDS = 2048, 5.0
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
ODF = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
RUN = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
sys.path.insert(0, {model!r})
sys.argv = ["pdc", *{words!r}]
from pdc.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: that is the largest of this process and of the one that started it.
    most = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(f"@@{{int(most) / 1024:.0f}} {{used.ru_utime + used.ru_stime:.1f}}")
"""


class Place:
    """A folder to make monsters in, with a plan to spoil."""

    def __init__(self, folder: Path, plan: Path) -> None:
        self.folder, self.count, self.plan = folder, 0, plan

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def zipped(self, name: str, parts: dict[str, bytes]) -> str:
        with zipfile.ZipFile(self.folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
            for part, content in parts.items():
                book.writestr(part, content)
        return str(self.folder / name)

    def xlsx(self, name: str, sheet: bytes, **more: bytes) -> str:
        rel = f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="x/%s" Target="%s"/></Relationships>'
        book = f'<workbook xmlns="{MAIN}" xmlns:r="x"><sheets><sheet name="s" sheetId="1" r:id="a"/></sheets></workbook>'
        parts = {
            "_rels/.rels": (rel % ("officeDocument", "xl/workbook.xml")).encode(),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": (rel % ("worksheet", "s.xml")).encode(),
            "xl/s.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + sheet + b"</sheetData></worksheet>",
        }
        return self.zipped(name, {**parts, **more})

    def ods(self, name: str, rows: bytes) -> str:
        head = f'<office:document-content {ODF}><office:body><office:spreadsheet><table:table table:name="s">'
        end = b"</table:table></office:spreadsheet></office:body></office:document-content>"
        media = b"application/vnd.oasis.opendocument.spreadsheet"
        return self.zipped(name, {"mimetype": media, "content.xml": head.encode() + rows + end})

    def spoilt(self, source: Path, name: str, content: bytes) -> str:
        self.count += 1
        folder = self.folder / f"copy-{self.count}"
        shutil.copytree(source, folder)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        return str(folder)

    def proof(self, ending: str) -> str:
        return f"proof/{next((self.plan / 'proof').glob(f'*.{ending}')).name}"


def _bomb(size: int) -> bytes:
    return gzip.compress(b"a" * size, 1)


MONSTERS: dict[str, Callable[[Place], list[str]]] = {
    "seal.json of 300 MB: verify": lambda p: ["verify", p.spoilt(p.plan, "seal.json", b'{"files":{' + b'"a":"b",' * 37_000_000 + b'"c":"d"}}')],
    "proof .csv.gz, 1 GB unpacked: verify --proof": lambda p: ["verify", p.spoilt(p.plan, p.proof("csv.gz"), _bomb(1 << 30)), "--proof"],
    "proof .csv.gz, 1 GB unpacked: explain": lambda p: ["explain", p.spoilt(p.plan, p.proof("csv.gz"), _bomb(1 << 30)), *EXPLAIN],
    "proof .json.gz, 1 GB unpacked: verify --proof": lambda p: ["verify", p.spoilt(p.plan, p.proof("json.gz"), _bomb(1 << 30)), "--proof"],
    "summary.json of 300 MB: compare": lambda p: ["compare", p.spoilt(p.plan, "summary.json", b"[" * 300_000_000), "filled", *BASE],
    "summary.json of 300 MB: explain": lambda p: ["explain", p.spoilt(p.plan, "summary.json", b"[1]," * 75_000_000), *EXPLAIN],
    "plan_units.csv of 300 MB: audit": lambda p: ["audit", p.spoilt(p.plan, "plan_units.csv", b"unit_code,title,posts\n" + b"a,b,1\n" * 50_000_000), *BASE],
    "rules.csv of 300 MB: explain": lambda p: ["explain", p.spoilt(p.plan, "rules.csv", b"a,b\n" * 75_000_000), *EXPLAIN],
    "the mark, of 300 MB: plan over it": lambda p: [*PLAN, "--out", p.spoilt(p.plan, "pdc-manifest.json", b"[1]," * 75_000_000)],
    "geojson of 300 MB: plan": lambda p: ["plan", "--data", p.spoilt(TINY, "provinces.geojson", b"[" * 300_000_000), *PLAN[3:]],
    "pins.csv of 300 MB: plan": lambda p: [*PLAN, "--scenario", [p.file("pins.csv", b"title,province,posts\n" + b"dis_tabibi,69,1\n" * 19_000_000), p.file("pins.toml", b'[[pin]]\ntable = "pins.csv"\n')][1]],
    "toml of 300 MB: plan": lambda p: [*PLAN, "--scenario", p.file("a.toml", b'a="' + b"x" * 300_000_000 + b'"')],
    "toml, 400,000 deep: plan": lambda p: [*PLAN, "--scenario", p.file("b.toml", b"a=" + b"[" * 400_000 + b"]" * 400_000)],
    "toml, a list of 480,000: plan": lambda p: [*PLAN, "--scenario", p.file("c.toml", b"a=[" + b"1," * 480_000 + b"]")],
    "ods, 300 MB unpacked: audit": lambda p: ["audit", p.ods("a.ods", b" " * 300_000_000), *BASE],
    "ods, 100 million cells by repetition: audit": lambda p: ["audit", p.ods("b.ods", b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="100"/></table:table-row>'), *BASE],
    "ods, 8 million cells: audit": lambda p: ["audit", p.ods("c.ods", b"<table:table-row>" + b"<table:table-cell />" * 8_000_000 + b"</table:table-row>"), *BASE],
    "xlsx, 300 MB unpacked: audit": lambda p: ["audit", p.xlsx("a.xlsx", b" " * 300_000_000), *BASE],
    "xlsx, 8 million cells: audit": lambda p: ["audit", p.xlsx("b.xlsx", b"<row>" + b"<c><v>1</v></c>" * 8_000_000 + b"</row>"), *BASE],
    "csv of 300 MB: audit": lambda p: ["audit", p.file("a.csv", b"a;" * 150_000_000), *BASE],
    "csv, 250 MB of line feeds: audit": lambda p: ["audit", p.file("b.csv", b"\n" * 250_000_000), *BASE],
    "csv, 250 MB of commas: audit": lambda p: ["audit", p.file("c.csv", (b"," * 999 + b"\n") * 250_000), *BASE],
    "csv, a cell of 250 MB: audit": lambda p: ["audit", p.file("d.csv", b'a,b\n"' + b"x" * 250_000_000 + b'"\n'), *BASE],
    "units.csv, 20 million rows: check": lambda p: ["check", "--data", p.spoilt(TINY, "units.csv", b"unit_code,unit\n" + b"a,b,c,d,e\n" * 20_000_000)],
    "xls of 200 MB: audit": lambda p: ["audit", p.file("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 200_000_000), *BASE],
}  # fmt: skip


def main() -> int:
    bad = 0
    print("| what | exit | MB | seconds |\n|---|---|---|---|")
    for line, good in measured(sys.argv[1:]):
        print(line, flush=True)
        bad += not good
    return 1 if bad else 0


def measured(asked: list[str]) -> Iterator[tuple[str, bool]]:
    with tempfile.TemporaryDirectory(prefix="pdc-monsters-") as room:
        plan = Path(room) / "plan"
        done = _run([*[word for word in PLAN if word != "--no-reports"], "--out", str(plan)])
        assert done.returncode == 0, done.stderr
        yield from _measured(asked, plan)


def _measured(asked: list[str], plan: Path) -> Iterator[tuple[str, bool]]:
    for name, make in MONSTERS.items():
        if asked and not any(word in name for word in asked):
            continue
        with tempfile.TemporaryDirectory(prefix="pdc-monsters-") as room:
            place = Place(Path(room), plan)
            words = make(place)
            writes = words[0] in ("plan", "audit", "compare") and "--out" not in words
            out = ["--out", str(place.folder / "out")] if writes else []
            done = _run([*words, *out])
            took = [line[2:].split() for line in done.stdout.splitlines() if line.startswith("@@")]
            memory, seconds = (float(took[-1][0]), float(took[-1][1])) if took else (float("inf"), float("inf"))
            good = done.returncode in (0, 2) and memory <= MOST_MB and seconds <= MOST_SECONDS
            told = (done.stdout + done.stderr).replace("\n", " ")[:160]
            line = f"| {name} | {done.returncode} | {memory:.0f} | {seconds:.1f} |"
            yield line + ("" if good else f" **{told}**"), good


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    code = RUN.format(model=str(ROOT / "model"), words=words)
    where = {**os.environ, "PDC_CACHE": "off"}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=where, check=False)


if __name__ == "__main__":
    sys.exit(main())

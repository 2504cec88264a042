"""Write ``docs/earthquake-2023.md``: a term's appointments in ten provinces, from a real run.

python docs/build_earthquake.py                        the text again, from the extract in
docs/earthquake-2023/ python docs/build_earthquake.py --plan output          first run ``appoint`` on a
plan of built-in Türkiye
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
EXTRACT = HERE / "earthquake-2023"
PAGE = HERE / "earthquake-2023.md"
TERM = ROOT / "scenarios" / "terms" / "earthquake-2023.csv"
FIRST = 8  # lines that the page shows
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(plan: Path) -> None:
    """Run the command on a plan folder and keep what the page needs."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "earthquake"
        words = ["appoint", str(plan), "--term", "earthquake-2023", "--lang", "en", "--out", str(out)]
        subprocess.run([sys.executable, str(ROOT / "solve.py"), *words], check=True)
        EXTRACT.mkdir(exist_ok=True)
        for name in ("appointments_shared.csv", "appointments_summary.json"):
            shutil.copyfile(out / name, EXTRACT / name)
        lines = rows(out / "appointments.csv")
    _write("first.csv", lines[:FIRST])
    tiers: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        found = tiers.setdefault((line["row"], line["province"]), [0, 0])
        found[0] += 1
        found[1] += any(
            float(line[f"gain_{aim}"]) > 0 for aim in ("hard", "tier1", "tier2", "tier3", "tier4")
        )
    counted = [
        {"row": row, "province": province, "opened": str(all_), "mends": str(mends)}
        for (row, province), (all_, mends) in tiers.items()
    ]
    _write("by_province.csv", sorted(counted, key=lambda r: (r["row"], r["province"])))
    alone = [line for line in lines if line["colleague_km"] not in ("", "0.0")]
    far = sorted(alone, key=lambda line: -float(line["colleague_km"]))[:FIRST]
    _write("far.csv", [{**line, "of": str(len(alone))} for line in far])


def _write(name: str, found: list[Row]) -> None:
    with (EXTRACT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def table(heads: list[str], lines: list[list[str]]) -> str:
    """A table of the page; numbers at the right."""
    numbers = [bool(lines) and all(line[i].replace(",", "").replace(".", "").isdigit() for line in lines)
               for i in range(len(heads))]  # fmt: skip
    rule = ["---:" if number else "---" for number in numbers]
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, rule, *lines])


def text() -> str:
    """The page, from the extract and the term's table."""
    summary = json.loads((EXTRACT / "appointments_summary.json").read_text("utf-8"))
    shared, province, first, far = (
        rows(EXTRACT / f"{name}.csv") for name in ("appointments_shared", "by_province", "first", "far")
    )
    term = rows(TERM)
    posts = sum(int(row["posts"]) for row in term)
    opened = sum(int(row["opened"]) for row in summary["rows"])
    mended = sum(int(row["mends"]) for row in province)
    asked = [
        [
            f"`{row['title']}`",
            f"{int(row['posts']):,}",
            f"{_vacant(shared, row['title']):,}",
            f"{_opened(summary, row['title']):,}",
        ]
        for row in term
    ]
    names = sorted({row["province"] for row in province})
    counts = [[name, *(f"{_of(province, name, what):,}" for what in ("opened", "mends"))] for name in names]
    branches = [r for r in shared if r["row"] == "uzman.*"]
    full = [r for r in branches if r["opened"] == r["vacant"]]
    technicians = [
        [f"`{r['title']}`", f"{int(r['vacant']):,}", f"{int(r['opened']):,}"]
        for r in shared
        if r["row"] == "*_teknisyeni"
    ]
    lines = [
        [
            r["rank"],
            f"`{r['title']}`",
            f"{r['unit']} ({r['province']})",
            r["clause"],
            r["gain_tier1"].removesuffix(".0"),
            f"{float(r['gain_province']):.3f}",
            r["colleague_km"],
        ]
        for r in first
    ]
    distant = [
        [f"`{r['title']}`", f"{r['unit']} ({r['province']})", r["clause"], r["colleague_km"]] for r in far
    ]
    unproven = "; ".join(
        f"{', '.join(f'`{t}`' for t in titles)} ({why})" for why, titles in summary["unproven"].items()
    )
    return f"""# The earthquake term of 2023, worked

In 2023 a term of {posts:,} appointments was announced for the ten provinces of the earthquake: Adana,
Adıyaman, Diyarbakır, Gaziantep, Hatay, Kahramanmaraş, Kilis, Malatya, Osmaniye, Şanlıurfa. Which vacant
posts of the plan should they open, and in which order? The numbers of the term are those announced; staff
by unit and most loads of the built-in country are **modelled**
([README](../README.md#what-is-modelled-and-what-this-is-not)), so what follows shows the method and is no
advice about real hospitals. Made by `docs/build_earthquake.py` from a run of

```sh
.venv/bin/python solve.py plan --out output
.venv/bin/python solve.py appoint output --term earthquake-2023 --lang en --out earthquake
```

## The term

`scenarios/terms/earthquake-2023.csv` has a row a group of titles; [appoint.md](appoint.md) says how such
a table is read. A post is vacant where the plan has more than the staff there is.

{table(["row", "appointments", "vacant there", "opened"], asked)}

{opened:,} posts are opened. Where a row has fewer vacant posts than appointments, the rest is not given
out: the plan has no place for it in these provinces, and the command says so.

## How a row is shared out

The term gives numbers by group, not by title. The posts of a row go, one by one, to whichever of its
titles and places betters the aims most: floors tier by tier, then the deviation of the provinces, the
districts, the units. So of the {len(branches)} branches of specialists with a vacancy there {len(full)}
are filled whole. Health officers and technicians (`*_teknisyeni`):

{table(["title", "vacant", "opened"], technicians)}

## The first lines

{table(["rank", "title", "unit", "clause", "tier 1", "provinces", "next colleague (km)"], lines)}

"tier 1" is how many posts of a floor of tier 1 the line mends, "provinces" by how much Σ (x − q)² / q of
the provinces falls.

## Where they go

{mended:,} of the {opened:,} posts mend a floor or a hard rule somewhere; the others bring numbers nearer
to their targets.

{table(["province", "opened", "of these mend a rule"], counts)}

## The first of their title

{far[0]["of"] if far else 0} posts go to a unit that has nobody of the title. The farthest from a colleague:

{table(["title", "unit", "clause", "next colleague (km)"], distant)}

## What is proven

The list is nested: its first k lines are the best k appointments, whatever k is. That is exact for titles
that are trees. It is not proven for {unproven or "none of the titles"}:
[appoint.md](appoint.md#what-is-proven) says why.
"""


def _vacant(shared: list[Row], row: str) -> int:
    return sum(int(r["vacant"]) for r in shared if r["row"] == row)


def _opened(summary: dict[str, object], row: str) -> int:
    found = summary["rows"]
    assert isinstance(found, list)
    return next(int(r["opened"]) for r in found if r["row"] == row)


def _of(province: list[Row], name: str, what: str) -> int:
    return sum(int(r[what]) for r in province if r["province"] == name)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plan", type=Path, help="a plan of built-in Türkiye, to run the command on")
    given = parser.parse_args()
    if given.plan:
        run(given.plan)
    PAGE.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()

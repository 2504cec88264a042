"""Write ``docs/plausibility.md``: where the built-in country's numbers are far from their sizes.

python docs/build_plausibility.py --plan output   takes the lines of a plan with reports (base scenario) anew
python docs/build_plausibility.py                 writes the page from the lines in docs/plausibility/

Each line is explained by a sentence of ``docs/plausibility/explanations.toml``: the first entry that fits.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

HERE = Path(__file__).resolve().parent
for _folder in ("model", "reports"):
    sys.path.append(str(HERE.parent / _folder))

from pdc_reports.explain.derivation import told_titles  # noqa: E402
from pdc_reports.explain.plausibility import Line, plausibility  # noqa: E402
from pdc_reports.explain.tables import Book, read_titles  # noqa: E402
from pdc_reports.folder.views import level_name  # noqa: E402
from pdc_reports.pages.parts.plausibility import cause_words  # noqa: E402

KEPT: Final = HERE / "plausibility"
TARGET: Final = HERE / "plausibility.md"
COLUMNS: Final = (
    "part", "title", "title_name", "level", "code", "place", "kind", "kind_name",
    "measure", "size", "posts", "said",
    "far", "how", "clause", "cause", "count",
)  # fmt: skip
LEAD: Final = (
    "Where a number is far from what its size says, a commission will ask why. A unit's size is what the "
    "formula of its weight reads: beds, people, visits, chairs. *Says* is size times the rate of its kind, "
    "Σ posts / Σ size. The same lists are a section of `report.html` for any plan with reports. The clause "
    "behind each number is counted from the plan folder "
    "([how](../reports/pdc_reports/explain/plausibility.py)); the letter leads to the sentence that "
    "explains it."
)
KEYS: Final = ("part", "title", "level", "code", "kind", "measure", "how", "clause")
Row = dict[str, str]


def _kinds(plan: Path) -> dict[str, str]:
    """English names of the kinds of unit."""
    with (plan / "kinds.csv").open(encoding="utf-8", newline="") as text:
        return {row["kind"]: row["name_en"] for row in csv.DictReader(text)}


def taken(plan: Path) -> list[Row]:
    """Lines of a plan; heavy loads by title, kind, measure and cause, each with its heaviest unit."""
    book = Book.read(plan, "en")
    told = told_titles(plan)
    titles = [title for title in book.titles if title in told]
    kinds = _kinds(plan)
    lines = plausibility(book, read_titles(book, titles).values())
    rows = [_row(book, kinds, line, 1) for line in lines if line.part != "load"]
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in (one for one in lines if one.part == "load"):
        key = (line.title, line.kind, line.measure, line.cause.how, line.cause.clause)
        groups.setdefault(key, []).append(line)
    for found in groups.values():
        rows.append(_row(book, kinds, max(found, key=lambda one: (one.far, one.code)), len(found)))
    return rows


def _row(book: Book, kinds: dict[str, str], line: Line, count: int) -> Row:
    numbers = {
        "size": f"{line.size:.0f}",
        "posts": str(line.posts),
        "said": f"{line.said:.1f}",
        "far": f"{line.far:.1f}",
    }
    return {
        "part": line.part, "title": line.title, "title_name": book.title_name(line.title),
        "level": line.level, "code": line.code, "place": book.place_name(line.level, line.code),
        "kind": line.kind, "kind_name": kinds.get(line.kind, ""), "measure": line.measure, **numbers,
        "how": line.cause.how,
        "clause": line.cause.clause, "cause": cause_words(line.cause, "en"), "count": str(count),
    }  # fmt: skip


def explanations() -> list[dict[str, Any]]:
    """The sentences, in their order."""
    found: list[dict[str, Any]] = tomllib.loads((KEPT / "explanations.toml").read_text("utf-8"))["explain"]
    return found


def explained(row: Row, known: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The first entry whose keys all fit the line; a key may hold a list, ``*`` ends a beginning."""

    def fits(entry: dict[str, Any], key: str) -> bool:
        wanted = entry[key] if isinstance(entry[key], list) else [entry[key]]
        return any(
            row[key] == one or (one.endswith("*") and row[key].startswith(one[:-1])) for one in wanted
        )

    return next((e for e in known if all(fits(e, key) for key in e if key in KEYS)), None)


def page(rows: list[Row], about: dict[str, Any]) -> str:
    """The page."""
    return "\n".join(_lines(rows, about)) + "\n"


def _lines(rows: list[Row], about: dict[str, Any]) -> Iterator[str]:
    known = explanations()
    yield "# Plausibility"
    yield ""
    yield "*Written by `docs/build_plausibility.py` from a plan of the built-in country; do not edit.*"
    yield ""
    yield LEAD
    yield ""
    yield f"Rulebook `{about['rulebook'][:12]}`, data `{about['data'][:12]}`."
    used: dict[str, str] = {}
    for part, title in (
        ("size", "Places farthest from what their size says, three a title"),
        ("empty", "Places with a target of one post or more, and none"),
        (
            "load",
            "Units with more than three times their kind's median load a post, by title, kind and cause",
        ),
    ):
        own = [row for row in rows if row["part"] == part]
        yield ""
        yield f"## {title}"
        yield ""
        if not own:
            yield "None."
            continue
        yield from _table(part, own, known, used)
    yield ""
    yield "## Why"
    yield ""
    for letter, text in used.items():
        yield f"- **{letter}** {text}"


def _table(part: str, rows: list[Row], known: list[dict[str, Any]], used: dict[str, str]) -> Iterator[str]:
    heads = {
        "size": ("Title", "Unit", "Kind", "Size", "Says", "Posts", "What makes it so", ""),
        "empty": ("Title", "Level", "Place", "Target", "What makes it so", ""),
        "load": ("Title", "Kind", "Units", "Heaviest", "Times the median", "Posts", "What makes it so", ""),
    }[part]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        entry = explained(row, known)
        letter = "**?**"
        if entry is not None:
            letter = str(entry["letter"])
            used.setdefault(letter, str(entry["text"]))
        kind = row["kind_name"]
        title, place, level = row["title_name"], row["place"], level_name(row["level"], "en")
        size, end = f"{int(row['size']):,} {row['measure']}s", (row["cause"], letter)
        cells = {
            "size": (title, place, kind, size, row["said"], row["posts"], *end),
            "empty": (title, level, place, row["said"], *end),
            "load": (title, kind, row["count"], place, row["far"], row["posts"], *end),
        }[part]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def kept() -> tuple[list[Row], dict[str, Any]]:
    """Lines and fingerprints that are kept beside the page."""
    with (KEPT / "lines.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text)), json.loads((KEPT / "about.json").read_text("utf-8"))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plan", type=Path, help="folder of a plan with reports of the built-in country")
    plan = parser.parse_args().plan
    if plan is not None:
        summary = json.loads((plan / "summary.json").read_text("utf-8"))
        KEPT.mkdir(exist_ok=True)
        with (KEPT / "lines.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(taken(plan))
        about = {name: summary[name]["sha256"] for name in ("rulebook", "data")}
        (KEPT / "about.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    rows, about = kept()
    TARGET.write_text(page(rows, about), "utf-8")
    lost = [row for row in rows if explained(row, explanations()) is None]
    print(f"{TARGET.name}: {len(rows)} lines, {len(lost)} not explained")
    for row in lost[:20]:
        print("  ", {key: row[key] for key in KEYS if row[key]}, row["place"])


if __name__ == "__main__":
    main()

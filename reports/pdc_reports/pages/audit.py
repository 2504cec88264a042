"""``audit.html``: what a hand-made table keeps of the law and what not, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from pdc_common.text import Lang, say, table
from pdc_reports.figures.maps import attribution, no_map, sequential, shapes, svg_map
from pdc_reports.folder.audit import AuditFolder
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.audit import (
    by_plate,
    clause_table,
    common,
    farthest_table,
    heads,
    map_context,
    status_table,
    title_table,
)
from pdc_reports.pages.parts.cells import HtmlTable
from pdc_reports.pages.parts.environment import environment
from pdc_reports.pages.parts.summary import Card

MOST_ROWS: Final = 500
MOST_DOUBTS: Final = 1000
NAMED: Final = 12  # as many titles as fit in two lines
# In the order a reader should look at them.
_DOUBTS: Final = (
    "match", "filled", "says", "seen", "signed", "struck", "struck_column", "context", "sum", "short_row",
    "not_given", "absent", "absent_title", "added", "added_rows", "merged", "coarser", "untied", "hidden",
    "hidden_column", "hidden_sheet", "column", "row", "sheet",
)  # fmt: skip


def write_audit_page(path: Path, lang: Lang = "tr") -> Path:
    """Write ``audit.html`` into the folder of an audit and return its path."""
    folder = AuditFolder(path, lang)
    sheets = [
        status_table(folder, "broken", "broken"),
        status_table(folder, "short", "short"),
        clause_table(folder),
        _places(folder),
        title_table(folder),
        farthest_table(folder),
        _doubt_counts(folder),
        doubts_table(folder),
        hidden_table(folder),
    ]
    table_ = folder.summary["table"]
    state = folder.say(
        "state", name=folder.name(table_["name"]), level=say(f"reports.level.{table_['level']}", lang)
    )
    context = {
        **common(folder, state),
        "cards": _cards(folder),
        "verdict": _verdict(folder),
        "notes": _notes(folder),
        "tables": {sheet.id: sheet for sheet in sheets},
        "attribution": attribution(folder),
        "no_map": no_map(folder, folder.lang),
        **_map(folder),
        "source": _source(folder),
    }
    out = path / "audit.html"
    out.write_text(environment().get_template("audit.html.j2").render(context), "utf-8", newline="\n")
    return out


def _cards(folder: AuditFolder) -> list[Card]:
    s, num, tell = folder.summary, folder.num, folder.say
    given = s["table"]
    acting = [e for e in s["clauses"].values() if e["kept"] + e["binding"] + e["short"] + e["broken"]]
    clean = sum(1 for e in acting if not e["short"] and not e["broken"])
    listed = sum(s["doubts"].get(kind, 0) for kind in ("match", "sum"))
    mark = "≥ " if s["at_least"] and s["excess"] else ""
    soft = sum(s["shortfall"].values())
    return [
        Card(
            tell("card.posts"), num(given["posts"]),
            tell("card.posts_note", titles=num(len(given["titles"])), provinces=num(given["provinces"])),
        ),
        Card(tell("card.broken"), num(s["broken"]), tell("card.broken_note", posts=mark + num(s["excess"]))),
        Card(
            tell("card.short"), ("≥ " if s["at_least"] and soft else "") + num(soft),
            tell("card.short_note", rules=num(s["short"])),
        ),
        Card(tell("card.clauses"), num(clean), tell("card.clauses_note", all=num(len(acting)))),
        Card(tell("card.doubts"), num(listed), tell("card.doubts_note", all=num(len(folder.doubts)))),
    ]  # fmt: skip


def _verdict(folder: AuditFolder) -> str:
    s = folder.summary
    if s["broken"]:
        clauses = sum(1 for e in s["clauses"].values() if e["broken"])
        return folder.say("verdict.broken", count=folder.num(s["broken"]), clauses=folder.num(clauses))
    if s["at_least"]:
        return folder.say("verdict.not_proven")
    return folder.say("verdict.lawful" if s["table"]["whole"] else "verdict.lawful_part")


def _notes(folder: AuditFolder) -> list[str]:
    s, found = folder.summary, []
    if s["at_least"]:
        found.append(folder.say(f"note.at_least_{s['table']['level']}"))
    if not s["table"]["whole"]:
        found.append(folder.say("note.part", count=folder.num(s["table"]["provinces"])))
    if s["missing_titles"]:
        lacking = s["missing_titles"]
        names = ", ".join(folder.title(t) for t in lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
        found.append(folder.say("note.missing", count=folder.num(len(lacking)), titles=names))
    wrong = s["doubts"].get("sum", 0)
    if wrong:
        found.append(folder.say("note.sums", count=folder.num(wrong)))
    return found


def _places(folder: AuditFolder) -> HtmlTable:
    keys = ("place", "clause", "title", "required", "posts", "missing", "status", "people")
    lang = folder.lang
    rows = [
        [
            cells.text(folder.place(row)),
            cells.text(row["clause"]),
            cells.text(folder.title(row["title"])),
            cells.figure(row["required"], lang),
            cells.figure(row["posts"], lang),
            cells.figure(row["shortfall"], lang),
            cells.text(folder.say(f"status.{row['status']}")),
            cells.figure(row["people"], lang),
        ]
        for row in folder.bad.head(MOST_ROWS).to_dict("records")
    ]
    note = ""
    if len(folder.bad) > MOST_ROWS:
        note = _shown(folder, MOST_ROWS, len(folder.bad), "audit.csv")
    numeric = ("required", "posts", "missing", "people")
    return HtmlTable("places", folder.say("caption.places"), heads(folder, keys, numeric), rows, note=note)


def _shown(folder: AuditFolder, shown: int, count: int, file: str) -> str:
    return folder.say("shown", shown=folder.num(shown), all=folder.num(count), file=file)


def _doubt_name(folder: AuditFolder, kind: str) -> str:
    key = f"audit.kind.{kind}"
    return say(key, folder.lang) if key in table() else kind


def _doubt_counts(folder: AuditFolder) -> HtmlTable:
    found = folder.summary["doubts"]
    rows = [
        [cells.text(_doubt_name(folder, kind)), cells.figure(found[kind], folder.lang)]
        for kind in [*(k for k in _DOUBTS if k in found), *(k for k in found if k not in _DOUBTS)]
    ]
    keys = ("kind", "count")
    return HtmlTable(
        "doubt-counts", folder.say("caption.doubt_counts"), heads(folder, keys, ("count",)), rows,
        search=False, tall=False,
    )  # fmt: skip


def doubts_table(folder: AuditFolder) -> HtmlTable:
    """How a table was read, the doubts first that a reader should look at."""
    rank = {kind: i for i, kind in enumerate(_DOUBTS)}
    frame = folder.doubts.assign(_rank=folder.doubts["kind"].map(rank).fillna(len(rank)))
    frame = frame.sort_values("_rank", kind="stable")
    rows = [
        [
            cells.text(_doubt_name(folder, row["kind"])),
            cells.text(row["sentence"]),
            cells.text(f"{row['file']}:{row['row']}" if row["row"] else row["file"]),
            cells.text(row["column"]),
            cells.figure(float(row["score"]) if row["score"] else None, folder.lang),
            cells.text(row["alternatives"]),
        ]
        for row in frame.head(MOST_DOUBTS).to_dict("records")
    ]
    note = ""
    if len(frame) > MOST_DOUBTS:
        note = _shown(folder, MOST_DOUBTS, len(frame), f"{folder.prefix}doubts.csv")
    keys = ("kind", "doubt", "row", "column", "score", "alternatives")
    found = heads(folder, keys, ("score",))
    return HtmlTable("doubts", folder.say("caption.doubts"), found, rows, note=note, classes="wordy")


def hidden_table(folder: AuditFolder) -> HtmlTable:
    """Clauses that the table cannot show, and why."""
    rows_ = folder.rows[folder.rows["status"] == "not_visible"]
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows_.to_dict("records"):
        found.setdefault((row["clause"], row["reason"]), []).append(row["title"])
    rows = []
    for (clause, reason), titles in found.items():
        why, _, what = reason.partition(":")
        text = folder.say(f"hidden.{why}", titles=folder.title(what))
        names = ", ".join(folder.title(t) for t in titles)
        said = folder.clauses.get(clause, "")
        rows.append([cells.text(cell) for cell in (clause, said, names, text)])
    keys = ("clause", "clause_text", "titles", "reason")
    return HtmlTable("hidden", folder.say("caption.hidden"), heads(folder, keys, ()), rows, classes="wordy")


def _map(folder: AuditFolder) -> dict[str, Any]:
    """Posts short or beyond a limit by province, per 100,000 people."""
    bad = folder.bad[folder.bad["province_code"].notna()]
    sums = bad.groupby(bad["province_code"].astype(int))["shortfall"].sum()
    shown = set(folder.numbers("provinces")["province_code"].tolist())
    numbers = by_plate(folder, sums, shown)
    people = folder.provinces["etf_population"].to_numpy(dtype=np.float64)
    rates = np.where(people > 0, numbers * 1e5 / np.maximum(people, 1), np.nan)
    faulty = np.where(numbers > 0, rates, np.nan)  # where nothing is wrong there is nothing to colour
    names = folder.provinces["province"].tolist()
    notes = [
        f"{name}: {folder.num(posts)} ({folder.num(rate, 1)})"
        for name, posts, rate in zip(names, numbers.tolist(), rates.tolist(), strict=True)
    ]
    return map_context(folder, sequential(faulty, folder.lang), notes, svg_map(shapes(folder)))


def _source(folder: AuditFolder) -> list[tuple[str, str]]:
    s = folder.summary
    names = ", ".join(
        str(n.get(folder.lang, n)) if isinstance(n, dict) else str(n) for n in s["scenario"]["names"]
    )
    return [
        (folder.say("source.table"), folder.name(s["table"]["name"])),
        (folder.say("source.data"), f"{s['data']['name']} · {s['data']['sha256']}"),
        (folder.say("source.rulebook"), s["rulebook"]["sha256"]),
        (folder.say("source.scenario"), names or "–"),
    ]

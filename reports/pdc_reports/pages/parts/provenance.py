"""Where a plan comes from: data, modelled rows, rulebook, changed and assumed parameters, versions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pdc_common.numerals import number, percent
from pdc_common.text import Lang, say
from pdc_reports.folder.changed import lines, scenario_names
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import state_line
from pdc_reports.pages.parts import cells
from pdc_reports.pages.parts.cells import HtmlTable

_USUAL: Final = "webster"


@dataclass(frozen=True)
class Provenance:
    """Facts to list, and the tables of changed and of assumed parameters."""

    facts: Sequence[tuple[str, str]]
    changed: HtmlTable
    assumed: HtmlTable


def provenance(tables: PlanTables, lang: Lang) -> Provenance:
    """Read it from ``summary.json`` and ``parameters.csv``; what is not told is a dash."""
    summary = tables.summary
    data, scenario = summary.get("data") or {}, summary.get("scenario") or {}
    versions = {"pdc": summary.get("pdc") or "–", **(summary.get("versions") or {})}
    facts = [
        (say("reports.source.state", lang), state_line(tables, lang)),
        (say("reports.provenance.data", lang), str(data.get("name") or "–")),
        (say("reports.provenance.data_sha", lang), str(data.get("sha256") or "–")),
        (
            say("reports.provenance.rulebook_sha", lang),
            str((summary.get("rulebook") or {}).get("sha256") or "–"),
        ),
        (say("reports.source.scenario", lang), scenario_names(summary, lang)),
        *_norm(summary, lang),
        *_edits(scenario, lang),
        *_modelled(data, lang),
        (
            say("reports.provenance.versions", lang),
            ", ".join(f"{name} {version}" for name, version in versions.items()),
        ),
        (
            say("reports.provenance.seconds", lang),
            ", ".join(
                f"{stage} {number(float(value), lang, 1)}"
                for stage, value in (summary.get("seconds") or {}).items()
            )
            or "–",
        ),
    ]
    return Provenance(facts, _changed(tables, lang), _assumed(tables, lang))


def _norm(summary: Mapping[str, Any], lang: Lang) -> Iterator[tuple[str, str]]:
    """How deviation was measured, where it was not as usual."""
    norm = str((summary.get("options") or {}).get("norm") or _USUAL)
    if norm != _USUAL:
        yield say("reports.provenance.norm", lang), norm


def _edits(scenario: Mapping[str, Any], lang: Lang) -> Iterator[tuple[str, str]]:
    """What scenarios changed in the data, each in full: the fingerprint above is that of the files."""
    for edit in scenario.get("data") or []:
        label = say("reports.provenance.edit", lang, source=edit.get("source", ""))
        where = edit.get("where") or say("reports.provenance.everywhere", lang)
        if "change" in edit:
            made = "; ".join(f"{column} = {formula}" for column, formula in edit["set"].items())
            yield label, f"{edit['change']} [{where}]: {made}"
        elif "remove" in edit:
            yield label, say("reports.provenance.removed", lang, table=edit["remove"], where=where)
        else:
            row = ", ".join(f"{column} {value}" for column, value in edit["values"].items())
            yield label, say("reports.provenance.added", lang, table=edit["add"], row=row)


def _modelled(data: Mapping[str, object], lang: Lang) -> Iterator[tuple[str, str]]:
    modelled, rows = data.get("modelled_rows"), data.get("rows")
    if not isinstance(modelled, Mapping):
        return
    for name, count in modelled.items():
        label = say("reports.provenance.modelled", lang, table=name)
        text = number(float(count), lang)
        if isinstance(rows, Mapping) and rows.get(name):
            whole = float(rows[name])
            share = percent(float(count) / whole, lang)
            text = say("reports.provenance.of", lang, part=text, whole=number(whole, lang), share=share)
        yield label, text


def _numbers_changed(tables: PlanTables, changes: Mapping[str, object], lang: Lang) -> HtmlTable:
    texts = _texts(tables, lang)
    rows = []
    for name, old, new in _flat(changes):
        clause, _, parameter = name.rpartition(".")
        meaning = texts.get((clause, parameter), "")
        rows.append(
            [cells.text(v) for v in (clause, parameter, meaning, _value(old, lang), _value(new, lang))]
        )
    heads = cells.headings(("clause", "parameter", "meaning", "old_value", "new_value"), (), lang)
    return HtmlTable(
        "changed", say("reports.provenance.changed", lang), heads, rows, search=False, tall=False
    )


def _texts(tables: PlanTables, lang: Lang) -> Mapping[tuple[str, str], str]:
    p = tables.parameters
    return dict(zip(zip(p["clause"], p["parameter"], strict=True), p[f"text_{lang}"], strict=True))


def _flat(changes: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object, object]]:
    """(clause.parameter, old, new) of ``{name: new}``, ``{name: [old, new]}`` or either nested by clause."""
    for name, value in changes.items():
        if isinstance(value, Mapping) and not {"from", "to"} >= set(value):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Mapping):
            yield prefix + name, value.get("from"), value.get("to")
        elif isinstance(value, list) and len(value) == 2:
            yield prefix + name, value[0], value[1]
        else:
            yield prefix + name, None, value


def _changed(tables: PlanTables, lang: Lang) -> HtmlTable:
    if "changed" not in tables.summary:  # a folder from before the list
        return _numbers_changed(tables, (tables.summary.get("scenario") or {}).get("changes") or {}, lang)
    rows = [[cells.text(value) for value in line] for line in lines(tables.summary, lang)]
    heads = cells.headings(("what", "name", "old_value", "new_value"), (), lang)
    caption = say("reports.changed.caption", lang)
    return HtmlTable("changed", caption, heads, rows, search=False, tall=False)


def _assumed(tables: PlanTables, lang: Lang) -> HtmlTable:
    frame = tables.parameters[tables.parameters["origin"] == "assumption"]
    rows = [
        [
            cells.text(line["clause"]),
            cells.text(line["parameter"]),
            cells.text(line[f"text_{lang}"]),
            cells.text(_value(line["value"], lang)),
            cells.text(line["unit"]),
        ]
        for line in frame.to_dict("records")
    ]
    heads = cells.headings(("clause", "parameter", "meaning", "value", "measure_unit"), (), lang)
    return HtmlTable("assumed", say("reports.provenance.assumed", lang), heads, rows)


def _value(value: object, lang: Lang) -> str:
    """A parameter's value; a number is written as the language writes it, with all its decimals."""
    if value is None:
        return "–"
    text = str(value)
    try:
        exact = float(text)
    except ValueError:
        return text
    if not math.isfinite(exact):
        return text
    decimals = len(text.partition(".")[2]) if "e" not in text else 6
    return number(exact, lang, 0 if exact.is_integer() else decimals)

"""From pieces to tables: one row a scenario, title, place; measures; what each clause costs.

Everything is in canonical order (scenario, title in the order of the law, level, code), so the same sweep
gives the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pdc.ask.sweep.design import Case
from pdc.ask.sweep.piece import Bench, unpack
from pdc.ask.sweep.spec import Factor, Sweep
from pdc.base.exact import Fraction
from pdc.base.folder import Folder, Place, to_csv
from pdc.country.setting import BORDERS, Setting, sides_of, usable, wanted_titles
from pdc.law.reading import clause_order
from pdc.law.scenario import plain
from pdc.planning import names, results
from pdc_common.cells_csv import writer
from pdc_common.levels import LEVELS
from pdc_common.text import Lang

RESULTS: Final = ("scenario", "title", "level", "code", "posts")
MEASURES: Final = ("scenario", "title", "measure", "key", "value")
COSTS: Final = ("clause", "title", "measure", "key", "base", "without", "fall")
_ALL: Final = ""  # title of the sums over all titles
_DIGITS: Final = 9


def collect(
    bench: Bench,
    every: Sequence[Case],
    get: Callable[[Case], bytes],
    prints: Mapping[str, str],
    out: Place,
    lang: Lang = "tr",
) -> Path:
    """Write tables, figures and page of a whole sweep to where ``out`` says; its work area goes."""
    sweep = bench.sweep
    order = [t.code for t in sweep.rulebook.titles]
    folder = Folder(out)
    try:
        measures, statuses = _write_long(folder, bench, every, get, order)
        folder.write("scenarios.csv", _csv(*_scenarios(sweep, every, statuses)))
        if sweep.costs:
            folder.write("costs.csv", _csv(COSTS, _costs(sweep, every, measures)))
        base = bench.setting(every[0])
        frames = names.names(base.country, sweep.rulebook)
        for name in ("provinces", "titles", "clauses"):
            folder.write(f"{name}.csv", to_csv(frames[name]))
        codes = bench.tables.provinces["province_code"].tolist()
        borders = usable(sides_of(bench.tables.folder, sweep.rulebook), codes)[0].get(BORDERS)
        if borders is not None:
            shutil.copyfile(borders, folder.path / borders.name)
        about = _about(bench, every, prints, base)
        folder.write("sweep.json", (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
        # Only here: matplotlib takes its time to load, and most commands draw nothing.
        sensitivity = import_module("pdc_reports.sensitivity")
        sensitivity.write_sensitivity(folder.path, lang)
        return folder.finish()
    except BaseException:
        folder.drop()
        raise


def _write_long(
    folder: Folder,
    bench: Bench,
    every: Sequence[Case],
    get: Callable[[Case], bytes],
    order: Sequence[str],
) -> tuple[dict[str, dict[tuple[str, str, str], Any]], dict[str, tuple[str, str]]]:
    """Results and measures, scenario by scenario: a sweep of thousands never lies in memory whole."""
    levels = LEVELS[: LEVELS.index(bench.sweep.level) + 1]
    found: dict[str, dict[tuple[str, str, str], Any]] = {}
    statuses: dict[str, tuple[str, str]] = {}
    # Provinces alone are for Excel; units of hundreds of scenarios are millions of rows.
    packed = bench.sweep.level != LEVELS[0]
    path = folder.path / ("results.csv.gz" if packed else "results.csv")
    with path.open("wb") as raw:
        inner: Any = gzip.GzipFile("", "wb", 6, raw, mtime=0) if packed else raw
        text = io.TextIOWrapper(inner, "utf-8", newline="", write_through=True)
        rows_ = writer(text)
        rows_.writerow(RESULTS)
        base: dict[str, Any] = {}
        places: dict[str, list[str]] = {}
        for case in every:
            content = unpack(get(case))
            statuses[case.name] = (content["status"], "; ".join(content["why"]))
            titles = content.get("titles", {})
            if case.number == 0:
                base = titles
                places = _places(bench)
            for title in [t for t in order if t in titles]:
                for level in levels:
                    posts = titles[title]["posts"][level]
                    # All provinces, also those with none; below them only places with posts.
                    codes = places[level] if level == LEVELS[0] else sorted(posts)
                    rows_.writerows((case.name, title, level, code, posts.get(code, 0)) for code in codes)
            found[case.name] = _measures(content, base, order)
        text.detach()
        if packed:
            inner.close()
    rows = ((name, *key, _number(value)) for name, values in found.items() for key, value in values.items())
    folder.write("measures.csv", _csv(MEASURES, rows))
    return found, statuses


def _places(bench: Bench) -> dict[str, list[str]]:
    codes = bench.tables.provinces["province_code"].astype(str).tolist()
    return {LEVELS[0]: codes}


def _measures(
    content: Mapping[str, Any], base: Mapping[str, Any], order: Sequence[str]
) -> dict[tuple[str, str, str], Any]:
    """(title, measure, key) → value of one scenario; first the sums over all titles."""
    titles: Mapping[str, Any] = content.get("titles", {})
    if not titles:
        return {}
    own: dict[tuple[str, str, str], Any] = {}
    sums: dict[tuple[str, str, str], Any] = {}

    def put(title: str, measure: str, key: str, value: Any) -> None:
        own[title, measure, key] = value
        sums[_ALL, measure, key] = sums.get((_ALL, measure, key), 0) + value

    # Joint clauses name several titles: their rows come after those of single titles.
    short = sorted(content["shortfall"].items(), key=lambda pair: (pair[0].count("+"), pair[0]))
    for title in [t for t in order if t in titles]:
        put(title, "posts", "", sum(titles[title]["posts"][LEVELS[0]].values()))
        for level in LEVELS:
            put(title, "deviation", level, titles[title]["deviation"][level])
        for level in LEVELS:
            changes = _changes(
                base[title]["posts"][level] if title in base else {}, titles[title]["posts"][level]
            )
            put(title, "changed", level, sum(abs(v) for v in changes))
            put(title, "places_changed", level, sum(v != 0 for v in changes))
        for name, value in titles[title]["fairness"].items():
            own[title, name, LEVELS[0]] = value
        put(title, "shortfall", "", sum(dict(short).get(title, {}).values()))
    for title, clauses in short:
        if title not in titles:
            put(title, "shortfall", "", sum(clauses.values()))
        for clause in sorted(clauses, key=clause_order):
            put(title, "shortfall", clause, clauses[clause])
    return sums | own


def _changes(base: Mapping[str, int], posts: Mapping[str, int]) -> list[int]:
    return [posts.get(code, 0) - base.get(code, 0) for code in {**base, **posts}]


def _scenarios(
    sweep: Sweep, every: Sequence[Case], statuses: Mapping[str, tuple[str, str]]
) -> tuple[list[str], list[list[Any]]]:
    head = ["scenario", "kind", "status", "why", *(factor.name for factor in sweep.factors)]
    rows = [
        [case.name, case.kind, *statuses[case.name],
         *(_value(f, v, case) for f, v in zip(sweep.factors, case.values, strict=True))]
        for case in every
    ]  # fmt: skip
    return head, rows


def _value(factor: Factor, value: Any, case: Case) -> Any:
    """What a factor was; empty where every row had a draw of its own."""
    if value is None and factor.noise and case.kind == "design":
        return ""
    found = factor.base if value is None else value
    if isinstance(found, Fraction):
        return f"{float(found):.12g}"
    return json.dumps(plain(found)) if isinstance(found, (tuple, Mapping, bool)) else found


def _costs(
    sweep: Sweep, every: Sequence[Case], measures: Mapping[str, Mapping[tuple[str, str, str], Any]]
) -> Iterable[tuple[Any, ...]]:
    """What falls when a clause is dropped: shortfalls (of the other clauses: ``others``), deviations."""
    base = measures[every[0].name]
    for case in every:
        if not case.dropped or not measures[case.name]:
            continue
        without = measures[case.name]
        keys = [key for key in base if key[1] == "deviation" or key[1:] == ("shortfall", "")]
        for title, measure, key in keys:
            before, after = base[title, measure, key], without.get((title, measure, key), 0)
            yield case.dropped, title, measure, key, *map(_number, (before, after, before - after))
            if measure == "shortfall":
                before -= base.get((title, "shortfall", case.dropped), 0)
                after -= without.get((title, "shortfall", case.dropped), 0)
                yield case.dropped, title, measure, "others", *map(_number, (before, after, before - after))
        for title, measure, key in [key for key in without if key[1] == "changed"]:
            moved = without[title, measure, key]
            yield case.dropped, title, measure, key, 0, _number(moved), _number(-moved)


def _about(bench: Bench, every: Sequence[Case], prints: Mapping[str, str], base: Setting) -> dict[str, Any]:
    sweep = bench.sweep
    _, reasons = wanted_titles(base.country, sweep.rulebook)
    return {
        "pdc": results.version_of("pdc"),
        "sweep": sweep.name,
        "title": dict(sweep.title),
        "titles": list(sweep.titles),
        "not_planned": [
            {"title": title, "reason": reasons[title].key, **plain(reasons[title].values)}
            for title in sweep.titles
            if title in reasons
        ],
        "scenarios": [path.name for path in sweep.scenarios],
        "level": sweep.level,
        "design": {"kind": sweep.kind, "samples": sweep.samples, "seed": sweep.seed},
        "count": {kind: sum(case.kind == kind for case in every) for kind in ("base", "design", "cost")},
        "factors": [_factor(bench, factor) for factor in sweep.factors],
        "data": {"name": bench.tables.name, "sha256": bench.tables.sha256},
        "rulebook": {"sha256": sweep.rulebook.sha256},
        "prints": dict(prints),
    }


def _factor(bench: Bench, factor: Factor) -> dict[str, Any]:
    sweep, spread = bench.sweep, factor.spread
    told: dict[str, Any] = {
        "name": factor.name,
        "base": plain(factor.base),
        "values": plain(spread.values),
        "distribution": spread.distribution,
        "numbers": plain(spread.numbers),
        "each": factor.each,
    }
    if factor.clause:
        parameter = sweep.rulebook.clauses[factor.clause].parameters[factor.parameter]
        return told | {"clause": factor.clause, "text": dict(parameter.text), "unit": parameter.unit}
    known = {column.name: column for column in bench.tables.vocabulary.schema.tables[factor.table].columns}
    names = [known[name] for name in factor.columns]
    text = {
        "tr": ", ".join(column.heading for column in names),
        "en": ", ".join(column.name for column in names),
    }
    return told | {"table": factor.table, "where": factor.where, "text": text, "unit": "×"}


def _number(value: Any) -> Any:
    return "" if value is None else f"{value:.{_DIGITS}f}" if isinstance(value, float) else value


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    out = writer(text)
    out.writerow(head)
    out.writerows(rows)
    return text.getvalue().encode("utf-8")

"""Lists that clauses ask for beside the numbers: kinds ``status`` and ``substitute`` (``notices.csv``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from pdc.base.exact import Fraction
from pdc.base.formula import round_half_up
from pdc.base.numbers import Ints
from pdc.country.country import Country, Notice
from pdc.country.staff import excess_locked, staff_columns
from pdc.law.rulebook import Rule
from pdc.rules.cells import whole_amounts
from pdc.rules.kinds import Cells, Finding
from pdc.rules.kinds.demand import lapses
from pdc.rules.kinds.limits import group_sums
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc.rules.scene import Mask, Scene
from pdc.rules.targets import Targets
from pdc_common.geography import great_circle_km


def notices_of(
    scene: Scene, targets: Targets, posts: Ints, cells: Iterable[Cells], findings: Iterable[Finding]
) -> list[Notice]:
    """Everything to be listed for one planned title, in the order of the law."""
    title = scene.title.code
    found: list[Notice] = []
    staff = staff_columns(scene.country, title)
    for rule in scene.rulebook.for_title(title, "status", "substitute"):
        if rule.kind == "substitute":
            found += _substitutes(scene, rule, posts, staff)
        elif rule.what in _STATUSES:
            found += _STATUSES[rule.what](scene, rule, posts, staff)
    found += _no_place(scene, targets)
    found += _not_attainable(scene)
    found += _left_at_none(scene, targets, posts, cells, findings)
    found += [
        Notice(
            c.rule.clause,
            "province",
            str(scene.country.codes("province")[at]),
            title,
            low,
            "empty_band",
            {"posts": low},
        )
        for c in cells
        if c.rule.kind == "band" and c.rule.tier is None and c.titles == (title,) and c.upper is not None
        for at, low, high in zip(c.at.tolist(), c.amount.tolist(), c.upper.tolist(), strict=True)
        if low == high and _band_is_empty(scene, c.rule, at)
    ]
    return found


def _unit(scene: Scene, at: int) -> str:
    return scene.country.code_texts["unit"][at]


def _locked(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    title = scene.title.code
    locked, blocked = excess_locked(staff, posts)
    found = []
    for at in np.flatnonzero((locked > 0) | (blocked > 0)).tolist():
        code, number = _unit(scene, at), int(posts[at])
        if locked[at]:
            values = {"excess": int(locked[at])}
            found.append(Notice(rule.clause, "unit", code, title, number, "locked", values))
        if blocked[at]:
            values = {"blocked": int(blocked[at])}
            found.append(Notice(rule.clause, "unit", code, title, number, "blocked", values))
    return found


def _not_ready(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    del staff
    marked = scene.country.not_ready(scene.title.code) & (posts > 0)
    return [
        Notice(
            rule.clause,
            "unit",
            _unit(scene, at),
            scene.title.code,
            int(posts[at]),
            "not_ready",
            {"posts": int(posts[at])},
        )
        for at in np.flatnonzero(marked).tolist()
    ]


def _list_planned(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    """Units with posts; with ``over``, those with more posts than it says, and how many more."""
    del staff
    rows = np.flatnonzero(scene.where(rule)).astype(np.int64)
    more = posts[rows]
    if rule.formula("over") is not None:
        more = more - whole_amounts(scene.amounts(rule, "over", rows), rule, "over")
    return [
        Notice(rule.clause, "unit", _unit(scene, at), scene.title.code, number, rule.say, {"posts": number})
        for at, number in zip(rows.tolist(), more.tolist(), strict=True)
        if number > 0
    ]


def _list(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    del staff
    rows = np.flatnonzero(scene.where(rule))
    return [
        Notice(rule.clause, "unit", _unit(scene, at), scene.title.code, int(posts[at]), rule.say, {})
        for at in rows.tolist()
    ]


def _steps_end(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    del posts, staff
    level = "province" if rule.level == "unit" else rule.level
    people = _people(scene.country, level)
    at = scene.country.unit_province if rule.level == "unit" else np.arange(scene.country.size(rule.level))
    codes = scene.country.codes(level)
    return [
        Notice(
            rule.clause,
            level,
            str(codes[at[i]]),
            scene.title.code,
            None,
            "steps_end",
            {"population": int(people[at[i]])},
        )
        for i in np.flatnonzero(scene.where(rule)).tolist()
    ]


def _responsible(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    """Units of ``where`` without the title and the ``host`` that serves them: most posts, then nearest."""
    del staff
    country = scene.country
    hosts = np.flatnonzero(scene.where(rule, "host") & (posts > 0))
    names = country.units["unit"].to_numpy(dtype=object)
    most: dict[int, Ints] = {}
    found = []
    for at in np.flatnonzero(scene.where(rule) & (posts == 0)).tolist():
        province = int(country.unit_province[at])
        if province not in most:
            inside = hosts[country.unit_province[hosts] == province]
            most[province] = inside[posts[inside] == posts[inside].max(initial=0)]
        if not len(most[province]):
            continue
        best = _nearest(country, most[province], at)
        values = {"hospital": names[best], "code": _unit(scene, best)}
        found.append(Notice(rule.clause, "unit", _unit(scene, at), scene.title.code, 0, rule.say, values))
    return found


def _nearest(country: Country, units: Ints, to: int) -> int:
    """The nearest of some units, of those whose place is known; where none is known, the first in order."""
    if len(units) == 1:
        return int(units[0])
    latitude, longitude = (country.units[name].to_numpy(dtype=float) for name in ("latitude", "longitude"))
    away = great_circle_km(latitude[units], longitude[units], latitude[to], longitude[to])
    return int(units[np.argmin(np.nan_to_num(away, nan=np.inf))])


def _substitutes(scene: Scene, rule: Rule, posts: Ints, staff: Mapping[str, Ints]) -> list[Notice]:
    """Posts of the plan that nobody fills yet, and who may cover them meanwhile."""
    if not scene.country.filled_rows:
        return []
    missing = np.where(scene.where(rule), posts - staff["filled"], 0)
    key = "substitute_certified" if rule.by == "certified" else "substitute_title"
    return [
        Notice(
            rule.clause,
            "unit",
            _unit(scene, at),
            scene.title.code,
            int(missing[at]),
            key,
            {"missing": int(missing[at]), "by": rule.by},
        )
        for at in np.flatnonzero(missing > 0).tolist()
    ]


def _no_place(scene: Scene, targets: Targets) -> list[Notice]:
    """Provinces whose share cannot be placed because no unit there may have the title."""
    country = scene.country
    open_ = np.bincount(country.unit_province[targets.eligible], minlength=len(country.provinces)) > 0
    rules = scene.rulebook.for_title(scene.title.code, "eligible")
    # The title's own clause says where it may be placed; one that covers every title does not.
    clause = next((rule.clause for rule in rules if rule.covers(scene.title.code) > 1), None)
    clause = clause or scene.rulebook.speaks("places")
    return [
        Notice(
            clause,
            "province",
            str(country.codes("province")[p]),
            scene.title.code,
            0,
            "no_place",
            {"target": f"{float(targets.province[p]):.3f}"},
        )
        for p in np.flatnonzero(~open_).tolist()
        if targets.province[p] > 0
    ]


def _not_attainable(scene: Scene) -> list[Notice]:
    found = []
    for rule in scene.rulebook.for_title(scene.title.code, "floor"):
        if lapses(scene, rule):
            values = {
                "supply": int(scene.column("national", "supply")),
                "districts": int(scene.column("national", "asked_places")),
            }
            found.append(
                Notice(rule.clause, "national", "", scene.title.code, None, "not_attainable", values)
            )
    return found


def _left_at_none(
    scene: Scene, targets: Targets, posts: Ints, cells: Iterable[Cells], findings: Iterable[Finding]
) -> list[Notice]:
    """Districts that the last tier asks for a post and that have none, each with the reason (A.16)."""
    title, country = scene.title.code, scene.country
    cells = [c for c in cells if c.titles == (title,)]
    last = [c for c in cells if (c.rule.kind, c.level, c.rule.tier) == ("floor", "district", TIERS[-1])]
    asking = {c.rule.clause for c in last}
    findings = list(findings)
    if not any(f.shortfall and f.clause in asking for f in findings):
        return []
    speaking = {titles for titles in {f.title for f in findings} if title in titles.split("+")}
    own = [f for f in findings if f.title in speaking]
    held = _held(scene, own)
    found = []
    for c in last:
        short = {f.at for f in own if f.clause == c.rule.clause and f.level == c.level and f.shortfall}
        for at in sorted(short & set(c.at.tolist())):
            province = int(country.district_province[at])
            inside = targets.eligible & (country.unit_district == at)
            key, clauses = _holders(scene, cells, held, posts, inside)
            values = {
                "posts": int(posts[country.unit_province == province].sum()),
                "asking": int((country.district_province[c.at] == province).sum()),
                "clauses": ", ".join(clauses),
            }
            code = str(country.codes("district")[at])
            found.append(Notice(c.rule.clause, "district", code, title, 0, key, values))
    return found


def _held(scene: Scene, findings: Iterable[Finding]) -> dict[int, list[str]]:
    """Clauses of earlier tiers whose floors hold posts, at provinces or units, by province."""
    found: dict[int, list[str]] = {}
    for f in findings:
        if f.tier in TIERS[:-1] and f.posts is not None and f.required and f.posts <= f.required:
            if f.level == "province":
                found.setdefault(f.at, []).append(f.clause)
            elif f.level == "unit":
                found.setdefault(int(scene.country.unit_province[f.at]), []).append(f.clause)
    return found


def _holders(
    scene: Scene, cells: Iterable[Cells], held: Mapping[int, Sequence[str]], posts: Ints, inside: Mask
) -> tuple[str, list[str]]:
    """Why the units ``inside`` have none: limits of theirs, floors elsewhere in the province, or too few."""
    country, most = scene.country, np.full(len(inside), NO_LIMIT, dtype=np.int64)
    province = int(country.unit_province[np.flatnonzero(inside)[0]])
    limits = []
    for c in cells:
        if c.rule.kind == "cap" and c.members is None and inside[c.at].any():
            np.minimum.at(most, c.at, c.amount)
            limits.append(c.rule.clause)
        elif c.rule.kind == "cap" and c.members is not None:
            # Units that share a limit have nothing left where it is used up.
            full = (group_sums(posts, c) >= c.amount) & (c.at == province)
            if full.any():
                most[c.members[inside[c.members]]] = 0
                limits.append(c.rule.clause)
    if not (most[inside] > 0).any():
        return "short_limit", list(dict.fromkeys(limits))
    binding = held.get(province, [])
    return ("short_held" if binding else "short_few"), list(dict.fromkeys(binding))


def _band_is_empty(scene: Scene, rule: Rule, at: int) -> bool:
    rows = np.array([at], dtype=np.int64)
    low = Fraction(scene.amounts(rule, "amount", rows)[0])
    high = Fraction(scene.amounts(rule, "upper", rows)[0])
    return round_half_up(low) > round_half_up(high)


def _people(country: Country, level: str) -> Ints:
    """Population of provinces or districts."""
    people = country.population()
    if level == "district":
        return people
    totals = np.zeros(len(country.provinces), dtype=np.int64)
    np.add.at(totals, country.district_province, people)
    return totals


_STATUSES: Mapping[str, Callable[[Scene, Rule, Ints, Mapping[str, Ints]], list[Notice]]] = {
    "locked": _locked,
    "not_ready": _not_ready,
    "list_planned": _list_planned,
    "list": _list,
    "steps_end": _steps_end,
    "responsible": _responsible,
}

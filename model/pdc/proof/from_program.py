"""From a solved program to the sheet its proof is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pdc.base.numbers import Ints
from pdc.country.country import Country, level_sums
from pdc.program.program import Program, clamp
from pdc.proof.sheet import Joint, Node, Sheet, Together, exact_sum
from pdc.rules.requirements import NO_LIMIT, TIERS
from pdc_common.levels import LEVELS


def sheet_of(program: Program, posts: Mapping[str, Ints], given: tuple[str, ...] = ()) -> Sheet:
    """Everything of a group in exact numbers. ``program`` is the one whose optimum ``posts`` is."""
    codes = codes_of(program.country)
    nodes: list[Node] = []
    for title in program.titles:
        for level in LEVELS:
            nodes += _level(program, title, level, posts[title], codes)
    return replace(rules_across(program, codes, given), nodes=tuple(nodes))


def codes_of(country: Country) -> dict[str, list[str]]:
    """Codes of all places by level, as text."""
    return {level: country.code_texts[level] for level in LEVELS}


def rules_across(program: Program, codes: Mapping[str, list[str]], given: tuple[str, ...] = ()) -> Sheet:
    """The sheet without its nodes: what runs across the trees, national numbers, what stands elsewhere."""
    joint, crossed = _joint(program, codes["unit"])
    together = _together(program, codes)
    supply = {title: program.targets[title].supply for title in program.titles}
    return Sheet(
        "+".join(program.titles),
        program.titles,
        program.norm,
        supply,
        (),
        joint,
        together,
        given,
        _unproven(program, joint, together, crossed),
        _elsewhere(program),
    )


def _level(
    program: Program, title: str, level: str, units: Ints, codes: Mapping[str, list[str]]
) -> list[Node]:
    country = program.country
    at = program.open(level, title)
    asks = program.requirements[title, level]
    lower, upper = program.bounds[title, level]
    numbers = level_sums(country, units, level)
    required = np.stack([asks.required(k) for k in TIERS], axis=1)[at].tolist()
    excess = np.stack([asks.upper(k) for k in TIERS], axis=1)[at].tolist()
    exact = getattr(program.targets[title], level)
    above = _above(country, level, codes)
    return [
        Node(
            title, level, codes[level][i], above[i], posts, low, _end(high), tuple(need),
            tuple(_end(e) for e in ends), exact[i],
        )
        for i, posts, low, high, need, ends in zip(
            at.tolist(), numbers[at].tolist(), lower[at].tolist(), upper[at].tolist(), required, excess,
            strict=True,
        )
    ]  # fmt: skip


def _above(country: Country, level: str, codes: Mapping[str, list[str]]) -> list[str]:
    if level == "province":
        return [""] * country.size("province")
    parent = LEVELS[LEVELS.index(level) - 1]
    return [codes[parent][i] for i in country.parent(level).tolist()]


def _end(value: int) -> int | None:
    return None if value >= NO_LIMIT else int(value)


def _joint(program: Program, units: list[str]) -> tuple[tuple[Joint, ...], bool]:
    """Joint floors where one of the titles may be; and whether those of different titles meet at a unit."""
    found: dict[tuple[str, int, str], Joint] = {}
    together: dict[str, tuple[str, ...]] = {}
    crossed = False
    for tier, at, amount, key, titles in program.joint_required:
        clause = key.partition("/")[0]
        may = zip(*(program.targets[t].eligible[at].tolist() for t in titles), strict=True)
        known: dict[tuple[bool, ...], tuple[str, ...]] = {}
        for i, need, who in zip(at.tolist(), amount.tolist(), may, strict=True):
            if who not in known:
                known[who] = tuple(t for t, one in zip(titles, who, strict=True) if one)
            here, unit = known[who], units[i]
            if here:
                crossed |= together.setdefault(unit, here) != here
                found[unit, tier, key] = Joint(clause, tier, unit, here, need)
    return tuple(found[place] for place in sorted(found)), crossed


def _together(program: Program, codes: Mapping[str, list[str]]) -> tuple[Together, ...]:
    found = []
    for cells in program.together:
        assert cells.members is not None
        assert cells.member_of is not None
        for i, (province, most) in enumerate(zip(cells.at.tolist(), cells.amount.tolist(), strict=True)):
            units = tuple(codes["unit"][u] for u in cells.members[cells.member_of == i].tolist())
            found.append(
                Together(cells.rule.clause, cells.titles[0], codes["province"][province], units, most)
            )
    return tuple(found)


def _elsewhere(program: Program) -> dict[str, Fraction]:
    """Shortfall of floors, and deviation of provinces, where the title may not be placed at all."""
    total: dict[str, Fraction] = {}
    country = program.country
    for tier in TIERS:
        short = 0
        for title in program.titles:
            for level in LEVELS:
                asks = program.requirements[title, level]
                if not (asks.asks or asks.uppers):
                    continue
                away = np.ones(country.size(level), dtype=bool)
                away[program.open(level, title)] = False
                none = np.zeros(len(away), dtype=np.int64)
                short += int(asks.tier_shortfall(tier, none)[away].sum())
        for of, at, amount, _, titles in program.joint_required:
            if of == tier:
                anyone = np.any([program.targets[t].eligible[at] for t in titles], axis=0)
                short += int(amount[~anyone].sum())
        total[f"tier{tier}"] = Fraction(short)
    away_from = []
    for title in program.titles:
        targets = program.targets[title].province
        open_ = set(program.open("province", title).tolist())
        away_from += [clamp(q) for p, q in enumerate(targets.tolist()) if p not in open_]
    total["province"] = exact_sum(away_from)
    return total


def _unproven(
    program: Program, joint: tuple[Joint, ...], together: tuple[Together, ...], crossed: bool
) -> str:
    """Why prices cannot prove this form; empty where they can."""
    units = [(limit.title, unit) for limit in together for unit in limit.units]
    limited = {unit for _, unit in units}
    if program.none_or:
        return "none_or"
    if program.norm == "minimax":
        return "minimax"
    if crossed or len(units) != len(set(units)) or any(j.unit in limited for j in joint):
        return "crossed"
    return ""

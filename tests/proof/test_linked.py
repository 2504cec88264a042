"""Groups with rules across their trees: trees with a small core say what the whole graph says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from helpers import brute
from helpers.certified import solved
from helpers.oracle import Place, Tree
from helpers.programs import draft_of, program_of_case, rule, trees
from pdc.base.errors import NoLawfulPlanError
from pdc.program.program import Program
from pdc.program.value import _unit_shortfalls
from pdc.proof.certify import certify
from pdc.proof.files import read_sheet
from pdc.proof.from_program import codes_of, sheet_of
from pdc.proof.group_arrays import title_arrays, unit_posts
from pdc.proof.linked import linked_proof
from pdc.proof.margins import free, province_margins
from pdc.proof.prices import links, merged, prices_and_core, unexplained
from pdc.proof.reduced import rules_that_bind
from pdc.proof.sheet import Sheet
from pdc.rules.cells import Cells
from pdc.rules.requirements import TIERS
from pdc.solve.exchange import _Tree
from pdc.solve.lexicographic import solve
from pdc.solve.orders import with_decisions_fixed
from pdc.solve.settled import joint_change, settled

SHAPES = st.sampled_from(
    [
        [[2, 1], [1, 2]],
        [[2, 2, 1]],
        [[1, 1, 1], [2]],
        [[3, 2, 2], [2, 1]],
        [[2, 1, 1, 2, 1]],
        [[1, 1, 1, 1, 1, 1], [1, 1]],
    ]
)


@st.composite
def joint_cases(draw: st.DrawFn) -> brute.Case:
    """Two titles, most units asking for a number of both together: about as many as there are."""
    shape = draw(SHAPES)
    most = draw(st.sampled_from([6, 12, 30]))
    pair = (draw(trees(shape, most=most)), draw(trees(shape, most=most)))
    joint = [
        brute.Joint((0, 1), draw(st.sampled_from([1, 2, 2, 4])), unit, draw(st.integers(1, 5)))
        for unit in range(len(pair[0].levels[2]))
        if any(tree.levels[2][unit].open for tree in pair) and draw(st.integers(0, 3))
    ]
    return brute.Case(pair, tuple(joint))


@st.composite
def limited_cases(draw: st.DrawFn) -> brute.Case:
    """Province numbers given, some units sharing a part of their province's number."""
    tree = draw(trees(draw(SHAPES), most=12, bounds=False, asks=False))
    tree.supply = None
    for place in tree.levels[0]:
        place.lower = place.upper = draw(st.integers(0, 8))
    left = [i for i, unit in enumerate(tree.levels[2]) if unit.open]
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        if left:
            members = draw(st.sets(st.sampled_from(left), min_size=1))
            left = [i for i in left if i not in members]
            rate = draw(st.sampled_from([Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]))
            parts.append(brute.Part(tuple(sorted(members)), rate))
    return brute.Case((tree,), (), tuple(parts))


@st.composite
def capped_programs(draw: st.DrawFn) -> Program:
    """A title with a national number, some units of a province at most so many together, whatever their district."""
    tree = draw(trees(draw(SHAPES), most=14, bounds=False, asks=False))
    if draw(st.booleans()):
        # Equal units everywhere: many ways cost the same.
        for places in tree.levels:
            for place in places:
                place.target = Fraction(draw(st.sampled_from([1, 1, 2])))
    draft = draft_of(tree, titles=["title0"])
    left = [i for i, unit in enumerate(tree.levels[2]) if unit.open]
    for number in range(draw(st.integers(1, 3))):
        at = np.array(
            sorted(draw(st.sets(st.sampled_from(left), min_size=1)) if left else ()), dtype=np.int64
        )
        left = [i for i in left if i not in at]
        provinces, member_of = np.unique(draft.country.unit_province[at], return_inverse=True)
        most = np.array([draw(st.integers(0, 5)) for _ in provinces], dtype=np.int64)
        cells = Cells(
            rule("cap", number), ("title0",), "province", provinces, most, members=at, member_of=member_of
        )
        draft.at_most_together(cells)
    return draft.finish()


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(case=st.one_of(joint_cases(), limited_cases(), capped_programs()), l1=st.booleans())
def test_prices_free_numbers_and_margins_are_those_that_verify_works_out_of_the_nodes(
    tmp_path_factory: pytest.TempPathFactory, case: brute.Case | Program, l1: bool
) -> None:
    if isinstance(case, brute.Case):
        for tree in case.trees:
            tree.norm = "l1" if l1 else tree.norm
        case = program_of_case(case)
    try:
        solution = solve(case)
    except NoLawfulPlanError:
        return
    if sheet_of(with_decisions_fixed(case, solution.posts)[0], solution.posts).unproven:
        return
    solution, made = certify(solution, case)
    program, _ = with_decisions_fixed(case, solution.posts)
    sheet = sheet_of(program, solution.posts)
    folder = tmp_path_factory.mktemp("proof")
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    _, price, _ = read_sheet(folder, sheet.group)
    found = links(sheet)
    assert unexplained(found, price) == []
    assert set(price) == {end for link in found for end in (link.above, link.below)}
    assert made.free == free(found, price)
    whole = province_margins(found, price, prices_and_core(merged(found))[1])
    assert whole.keys() == made.margins.keys()
    for step, margin in whole.items():
        mine = made.margins[step]
        told = [None if one is None else (one.cost, one.changes) for one in (mine, margin)]
        assert told[0] == told[1], step
    _is_linked(program, solution.posts, sheet)


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    case=st.one_of(joint_cases(), limited_cases(), capped_programs()), moves=st.integers(0, 2), data=st.data()
)
def test_ranks_find_an_exchange_where_fractions_do(
    case: brute.Case | Program, moves: int, data: st.DataObject
) -> None:
    """At the best plan and at plans some moves away from it."""
    program = program_of_case(case) if isinstance(case, brute.Case) else case
    try:
        solution = solve(program)
    except NoLawfulPlanError:
        return
    program, _ = with_decisions_fixed(program, solution.posts)
    posts = {title: units.copy() for title, units in solution.posts.items()}
    for title, units in posts.items():
        open_ = program.open("unit", title).tolist()
        for _ in range(moves if open_ else 0):
            units[data.draw(st.sampled_from(open_))] += 1
            units[data.draw(st.sampled_from(open_))] -= 1
        if (units < 0).any():
            return
    for title in program.titles:
        looked_at = _Tree(program, title, posts).gain() is None
        event(f"{looked_at}, joint {bool(program.joint)}, together {bool(program.together)}")
        assert settled(program, title, posts) == looked_at


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(case=joint_cases(), step=st.sampled_from([1, -1]), data=st.data())
def test_a_step_changes_joint_floors_by_what_they_are_short_of_with_it(
    case: brute.Case, step: int, data: st.DataObject
) -> None:
    program = program_of_case(case)
    size = len(program.country.units)
    numbers = st.lists(st.integers(1, 4), min_size=size, max_size=size)
    posts = {title: np.array(data.draw(numbers), dtype=np.int64) for title in program.titles}
    for title in program.titles:
        later = posts | {title: posts[title] + step}
        found = joint_change(program, title, posts, step)
        own = program.requirements[title, "unit"]
        for tier in TIERS:
            change = _unit_shortfalls(program, later, tier) - _unit_shortfalls(program, posts, tier)
            change -= own.tier_shortfall(tier, later[title]) - own.tier_shortfall(tier, posts[title])
            assert found[:, tier - 1].tolist() == change.tolist()


def _is_linked(program, posts, sheet: Sheet) -> None:
    """The whole graph was not needed."""
    joint = {floor.unit for floor in sheet.joint}
    titles = [title_arrays(program, title, posts[title], joint) for title in program.titles]
    posts_there = unit_posts(titles)
    across = rules_that_bind(sheet, posts_there, sheet.joint_sums(posts_there))
    event(f"rules that bind: {min(len(across.links), 3)}")
    assert linked_proof(titles, sheet, across) is not None


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(case=st.one_of(joint_cases(), limited_cases()), data=st.data())
def test_a_plan_with_a_post_at_the_wrong_unit_is_bettered_before_it_is_proven(
    case: brute.Case, data: st.DataObject
) -> None:
    pair = solved(case)
    if pair is None or pair[1].unproven:
        return
    solution, sheet = pair
    title = data.draw(st.sampled_from(sheet.titles))
    posts = solution.posts[title].copy()
    rows = {code: row for row, code in enumerate(codes_of(program_of_case(case).country)["unit"])}
    units = [node for node in sheet.nodes if (node.title, node.level) == (title, "unit")]
    give = data.draw(st.sampled_from(units))
    take = data.draw(st.sampled_from([node for node in units if node.parent == give.parent]))
    if give is take or give.change(-1, sheet.norm) is None or take.change(1, sheet.norm) is None:
        return
    if any(title == limit.title and take.code in limit.units for limit in sheet.together):
        return
    posts[rows[give.code]] -= 1
    posts[rows[take.code]] += 1
    wrong = replace(solution, posts={**solution.posts, title: posts})
    mended, made = certify(wrong, program_of_case(case))
    assert made.proven
    assert dict(mended.value.stages) == pytest.approx(dict(solution.value.stages))
    event("mended" if "exchanged" in mended.form else "as good")


def test_a_title_that_may_be_nowhere_is_proven_alone_and_beside_another() -> None:
    def title(posts: int) -> Tree:
        units = [Place(0, Fraction(posts, 2), open=posts > 0) for _ in range(2)]
        return Tree(([Place(0, Fraction(posts))], [Place(0, Fraction(posts))], units), posts)

    for case in (brute.Case((title(0),)), brute.Case((title(4), title(0)), (brute.Joint((0, 1), 2, 0, 3),))):
        pair = solved(case)
        assert pair is not None
        _, made = certify(pair[0], program_of_case(case))
        assert made.proven

"""A certificate, its program and its tables, each made by hand: every single thing that does not hold is told."""

from __future__ import annotations

import gzip
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.oracle import Place, Tree
from helpers.programs import program_of
from pdc.base.levels import STAGES
from pdc.program.arrays import compiled
from pdc.proof import counted, folder_sums, verify
from pdc.proof.counted import Folder
from pdc.proof.files import ProofError, read_rest, read_sheet
from pdc.proof.mps import implied_ends, mps
from pdc.proof.near import Near, wrong
from pdc.proof.program_check import Program, read_program, same_program
from pdc.proof.sheet import ZERO, Joint, Node, Sheet, Together
from pdc.solve.guess import guess

NONE = (None, None, None, None)
HALF = (Fraction(1, 2), *ZERO[1:])


def node(level: str, code: str, parent: str, posts: int, **more: Any) -> Node:
    made = Node("ebe", level, code, parent, posts, 0, None, (0, 0, 0, 0), NONE, Fraction(posts))
    return replace(made, **more)


SHEET = Sheet(
    "ebe", ("ebe",), "webster", {"ebe": 5},
    (node("province", "1", "", 5), node("district", "D", "1", 5), node("unit", "A", "D", 3), node("unit", "B", "D", 2)),
)  # fmt: skip
TABLES = Folder(
    {"titles": {"ebe": {}}, "status": "optimal", "options": {"strict": False}}, {}, {}, {}, {}, {}, {}
)


def row(**more: Any) -> dict[str, str]:
    plain = {
        "clause": "X.1",
        "required": "3",
        "posts": "3",
        "shortfall": "0",
        "tier": "2",
        "status": "binding",
    }
    return plain | {key: str(value) for key, value in more.items()}


def hard(
    *rows: dict[str, str], place: tuple[str, str, str] = ("ebe", "province", "1"), **kinds: str
) -> Folder:
    return replace(
        TABLES,
        hard={place: list(rows)},
        kinds={c.replace("_", "."): frozenset({k}) for c, k in kinds.items()},
    )


# rules.csv -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (row(), ""),
        (row(posts=2, shortfall=1, status="short"), ""),
        (row(posts=2, shortfall=1, status="kept"), "1 short, kept"),
        (row(posts=2, shortfall=2, status="short"), "2 short with 2 of 3"),
        (row(posts=4), "binding with 4 of 3"),
        (row(status="kept"), "kept with 3 of 3, right at the limit"),
        (row(status="fine"), "status fine"),
        (row(tier="", shortfall=2), "a hard rule is broken by 2"),
        (row(tier="", required="", posts=9), ""),
    ],
)
def test_a_row_that_contradicts_itself_is_told(found: dict[str, str], words: str) -> None:
    at = ("ebe", "unit", "A")
    side = "soft" if found["tier"] else "hard"
    tables = replace(TABLES, plan={at: {"posts": found["posts"]}}, **{side: {at: [found]}})
    told = list(folder_sums._rules(tables))
    assert all(line.startswith("rules.csv: X.1 ebe unit A: ") for line in told)
    assert (words == "" and not told) or any(words in line for line in told)


def test_posts_of_the_country_are_those_of_the_national_table() -> None:
    at = ("ebe", "national", "")
    tables = replace(TABLES, national={"ebe": {"posts": "5"}})
    for posts, words in ((5, []), (6, ["rules.csv: X.1 ebe national : 6 posts, 5 in national.csv"])):
        found = replace(tables, hard={at: [row(tier="", posts=posts, required="")]})
        assert list(folder_sums._rules(found)) == words


def test_what_changed_since_last_year_is_counted_again(tmp_path: Path) -> None:
    head = "title,level,code,base,plan,difference\n"
    tables = replace(TABLES, plan={("ebe", "unit", "A"): {"posts": "3"}})
    for line, count in (
        ("ebe,unit,A,1,3,2", 0),
        ("ebe,unit,A,1,3,1", 1),
        ("ebe,unit,A,1,4,3", 1),
        ("ebe,national,,1,4,3", 0),
    ):
        (tmp_path / "since.csv").write_text(f"{head}{line}\n", "utf-8")
        assert len(list(folder_sums._since(tmp_path, tables))) == count


# what a certificate may lack, and what it is bound by ------------------------------------------------------


def test_a_certificate_may_go_without_prices_for_a_reason_that_its_folder_shows() -> None:
    def may(sheet: Sheet = SHEET, tables: Folder = TABLES) -> set[str]:
        return counted._may_lack(sheet, tables)

    assert may() == set()
    assert may(replace(SHEET, norm="minimax")) == {"minimax"}
    at = ("ebe", "unit", "A")
    assert may(tables=hard(row(tier=""), place=at, X_1="none_or")) == {"none_or"}
    assert may(tables=hard(row(tier=""), place=at, X_1="cap")) == set()
    stopped = {"titles": {"ebe": {"status": "time_limit"}}, "status": "time_limit", "options": {}}
    assert may(tables=replace(TABLES, summary=stopped)) == {"time_limit"}
    assert may(tables=replace(TABLES, summary={**stopped, "status": "optimal"})) == set()
    kept = {
        "titles": {"ebe": {"on_top": 2}},
        "status": "optimal",
        "options": {"kept": {"level": "unit", "moves": 2}},
    }
    assert may(tables=replace(TABLES, summary=kept)) == {"near", "on_top"}
    one, two = Joint("X.1", 1, "A", ("ebe", "x"), 3), Joint("X.2", 1, "A", ("ebe", "y"), 3)
    limit = Together("X.3", "ebe", "1", ("A", "B"), 4)
    assert may(replace(SHEET, joint=(one, two))) == {"crossed"}
    assert may(replace(SHEET, together=(limit, limit))) == {"crossed"}
    assert may(replace(SHEET, joint=(one,), together=(limit,))) == {"crossed"}
    assert may(replace(SHEET, joint=(one,), together=(replace(limit, units=("B",)),))) == set()


def test_hard_ends_are_those_of_the_rules_and_of_what_is_given() -> None:
    def ends(of: Node, tables: Folder = TABLES, *given: str) -> list[str]:
        return [line.split(": ")[1] for line in counted._bounds(of, replace(SHEET, given=given), tables)]

    unit = SHEET.nodes[2]
    at = ("ebe", "unit", "A")
    assert ends(unit) == []
    assert ends(replace(unit, lower=2)) == ["at least 2, 0 by rules.csv"]
    assert ends(replace(unit, upper=4)) == ["at most 4, None by rules.csv"]
    assert ends(replace(unit, upper=4), hard(row(tier="", required=4), place=at, X_1="cap")) == []
    strict = replace(TABLES, summary={**TABLES.summary, "options": {"strict": True}})
    asked = replace(unit, required=(0, 0, 1, 2), excess=(None, 5, None, 4))
    assert ends(replace(asked, lower=2, upper=4), strict) == []
    assert ends(replace(asked, lower=0, upper=5), strict) == [
        "at least 0, 2 by rules.csv",
        "at most 5, 4 by rules.csv",
    ]


@pytest.mark.parametrize(
    ("place", "kind", "posts", "lower", "good"),
    [
        (("ebe", "province", "1"), "order", 2, 1, True),
        (("ebe", "province", "1"), "order", 2, 2, False),
        (("ebe", "province", "1"), "order", 0, 1, False),
        (("ebe", "province", "1"), "cap", 2, 1, False),
        (("ebe", "unit", "A"), "order", 2, 1, False),
        (("hemsire", "province", "1"), "order", 2, 1, False),
    ],
)
def test_a_first_unit_of_an_order_needs_what_an_order_of_its_title_asks(
    place: tuple[str, str, str], kind: str, posts: int, lower: int, good: bool
) -> None:
    """An order with a number of its own, whose later units have posts; a first unit has 1 at most by it."""
    first = replace(SHEET.nodes[2], lower=lower)
    tables = hard(row(tier="", required="", posts=posts), place=place, X_1=kind)
    assert (list(counted._bounds(first, replace(SHEET, given=("orders",)), tables)) == []) == good


def test_a_joint_floor_and_what_is_short_elsewhere_are_those_of_the_rules() -> None:
    at = ("ebe+hemsire", "unit", "A")
    tables = replace(TABLES, soft={at: [row(required=4, tier=1)]})
    joint = Joint("X.1", 1, "A", ("ebe", "hemsire"), 4)
    assert list(counted._joint(replace(SHEET, joint=(joint,)), tables)) == []
    assert list(counted._joint(SHEET, tables)) == ["joint floor of A, tier 1: 0, 4 in rules.csv"]
    assert list(counted._joint(replace(SHEET, joint=(replace(joint, amount=5),)), tables)) == [
        "joint floor of A, tier 1: 5, 4 in rules.csv"
    ]
    away = replace(TABLES, soft={("ebe", "unit", "Z"): [row(required=2, shortfall=2, tier=3)]})
    assert list(counted._elsewhere(replace(SHEET, elsewhere={"tier3": Fraction(2)}), away)) == []
    assert list(counted._elsewhere(SHEET, away)) == [
        "tier 3: 0 short where the title may not be, 2 in rules.csv"
    ]


def test_a_limit_of_several_units_is_kept() -> None:
    limit = Together("X.3", "ebe", "1", ("A", "B"), 5)
    assert list(verify._bounds(replace(SHEET, together=(limit,)))) == []
    over = replace(limit, most=4)
    assert list(verify._bounds(replace(SHEET, together=(over,)))) == ["X.3 ebe 1: 5 > 4"]


# the program -----------------------------------------------------------------------------------------------

MPS = """NAME x
ROWS
 N tier1
 E row
COLUMNS
 MARKER 'MARKER' 'INTORG'
 a row 1 tier1 2
 MARKER 'MARKER' 'INTEND'
 b row 1
RHS
 RHS row 3
BOUNDS
 UP BND a 4
 LO BND b 1
ENDATA
"""


def program(folder: Path, text: str = MPS, solution: str = "a 2\nb 1\n") -> list[str]:
    for name, content in (("x.mps.gz", text), ("x.sol.gz", solution)):
        (folder / name).write_bytes(gzip.compress(content.encode("ascii")))
    found = verify.check_mps(folder / "x.mps.gz", folder / "x.sol.gz", {"tier1": 4.0})
    return [problem.removeprefix("x.mps.gz: ") for problem in found]


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ("a 2\nb 1\n", []),
        ("a 1\nb 2\n", ["tier1 comes to 2.0, the plan to 4.0"]),
        ("a 2\nb 1\nc 1\n", ["no column c"]),
        (
            "a 2.5\nb 0.5\n",
            ["a = 5/2 is not whole", "b = 1/2 is out of its bounds", "tier1 comes to 5.0, the plan to 4.0"],
        ),
        ("a 3\n", ["b = 0 is out of its bounds", "tier1 comes to 6.0, the plan to 4.0"]),
        ("a 2\nb 2\n", ["row row is off by 1"]),
    ],
)
def test_each_thing_that_a_solution_breaks_is_told(tmp_path: Path, solution: str, words: list[str]) -> None:
    assert sorted(program(tmp_path, solution=solution)) == sorted(words)


def test_a_program_says_which_columns_are_whole_and_what_it_does_not_know_is_no_part_of_it(
    tmp_path: Path,
) -> None:
    assert program(tmp_path, MPS.replace("BOUNDS", "RANGES\n RNG row 1\nBOUNDS")) == []
    read = read_program(tmp_path / "x.mps.gz")
    assert (read.whole, read.low, read.high) == ({"a"}, {"b": 1}, {"a": 4})
    assert program(tmp_path, MPS.replace("a row 1", "a row one"))[0].startswith("ValueError")


def test_joint_floors_and_limits_that_the_program_does_not_have_are_told(tmp_path: Path) -> None:
    program(tmp_path)
    read = read_program(tmp_path / "x.mps.gz")
    sheet = replace(
        SHEET, joint=(Joint("X.1", 1, "A", ("ebe",), 3),), together=(Together("X.3", "ebe", "1", ("A",), 4),)
    )
    codes = {"province": ["1"], "district": ["D"], "unit": ["A", "B"]}
    told = list(same_program(sheet, read, {}, codes))
    assert "X.1 A: the joint floor is not in the program" in told
    assert "X.3 1: the limit is not in the program" in told


def test_an_end_may_be_left_out_of_the_program_where_the_national_number_gives_it_and_nowhere_else() -> None:
    codes = {"province": ["1"], "district": ["D"], "unit": ["A", "B"]}

    def told(sheet: Sheet, **more: Any) -> list[str]:
        column = Program(entries={"ebe.u0.3": {}}, **more)
        return [problem for problem in same_program(sheet, column, {}, codes) if "a length is" in problem]

    capped = tuple(replace(n, upper=4) if n.code == "A" else n for n in SHEET.nodes)
    assert told(SHEET) == []
    assert told(replace(SHEET, nodes=capped), high={"ebe.u0.3": Fraction(1)}) == []
    lacking = ["column ebe.u0.3: a length is expected"]
    assert told(replace(SHEET, nodes=capped)) == lacking
    assert told(replace(SHEET, supply={"ebe": None})) == lacking
    assert told(SHEET, whole={"ebe.u0.3"}) == lacking


# near a table ----------------------------------------------------------------------------------------------


def test_the_price_of_a_move_is_not_below_nought_and_has_a_part_for_every_stage() -> None:
    near = Near("unit", 1, {"ebe": {"A": 4, "B": 1}}, {"ebe": HALF})
    assert list(wrong(SHEET, near)) == []
    below = replace(near, price={"ebe": tuple(-part for part in HALF)})
    assert list(wrong(SHEET, below)) == ["ebe: the price of a move is below nought"]
    assert list(wrong(SHEET, replace(near, moves=3))) == ["ebe: moves are left, and have a price"]
    assert list(wrong(SHEET, replace(near, moves=0))) == ["ebe: 2 posts differ from the table, 0 may"]
    assert list(wrong(replace(SHEET, supply={"ebe": None}), near)) == ["ebe: no price of a move"]
    written = near.as_json()
    assert Near.of(written) == near
    assert len(STAGES) == len(HALF)
    with pytest.raises(ValueError, match="price"):
        Near.of({**written, "price": {"ebe": "1 2"}})


# a program in whole numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [(), (0,), (1, 2, 5), (-1,)])
def test_columns_that_have_to_be_whole_and_ends_are_read_back_as_they_were(
    tmp_path: Path, whole: tuple[int, ...]
) -> None:
    tree = Tree(
        ([Place(0, Fraction(4))], [Place(0, Fraction(4))], [Place(0, Fraction(2)), Place(0, Fraction(2))]), 4
    )
    program_ = program_of(tree)
    nodes = program_.nodes()
    made = compiled(program_, nodes, guess(nodes, {0: 4}), np.full(len(nodes), 2, dtype=np.int64))
    integer, lower, upper = np.zeros(made.size, dtype=bool), made.lower.copy(), made.upper.copy()
    integer[list(whole)] = True
    lower[1], upper[2] = 0.5, np.inf
    made = replace(made, integer=integer, lower=lower, upper=upper)
    (tmp_path / "x.mps.gz").write_bytes(gzip.compress(mps(made, "x").encode("ascii")))
    read = read_program(tmp_path / "x.mps.gz")
    names = list(made.names)
    assert read.whole == {names[i] for i in whole}
    assert read.low == {names[1]: Fraction(1, 2)}
    assert read.high == {
        name: Fraction(up) for name, up in zip(names, upper.tolist(), strict=True) if np.isfinite(up)
    }
    assert set(read.entries) == set(names)


def test_ends_that_the_national_number_gives_are_not_written_but_of_columns_that_have_to_be_whole() -> None:
    tree = Tree(([Place(0, Fraction(4))], [Place(0, Fraction(4))], [Place(0, Fraction(4), upper=3)]), 4)
    program_ = program_of(tree)
    nodes = program_.nodes()
    made = compiled(program_, nodes, np.array([3, 3, 1]), None)
    text = dict.fromkeys(mps(made, "x", implied_ends(made, [4])).split("BOUNDS")[1].split("\n"))
    last = [name for name in made.names if name.endswith((".3", ".1"))]
    assert len(last) == 3
    written = [f" UP BND {name} {end}" in text for name, end in zip(last, (1, 1, 2), strict=True)]
    assert written == [False, False, True]
    whole = replace(made, integer=np.ones(made.size, dtype=bool))
    assert not implied_ends(whole, [4]).any()
    assert not implied_ends(made, [None]).any()


def test_a_certificate_that_is_none_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "g.json.gz").write_bytes(gzip.compress(b"[]"))
    with pytest.raises(ProofError, match=r"g\.json\.gz"):
        read_rest(tmp_path / "g.json.gz")
    (tmp_path / "g.csv.gz").write_bytes(gzip.compress(b"title,level\n"))
    with pytest.raises(ProofError, match=r"g\.csv\.gz: title,level,code"):
        read_sheet(tmp_path, "g")

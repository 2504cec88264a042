"""The formula language, by cases: each operation at one place and over many, exact, bounded, and refused by name."""

from __future__ import annotations

import math
from fractions import Fraction as Q
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base import formula as formulas
from pdc.base.exact import Fraction
from pdc.base.formula import (
    FUNCTIONS,
    Cut,
    Formula,
    FormulaError,
    exact,
    filled,
    fits,
    is_text,
    round_half_up,
    whole,
)
from pdc.base.limits import FORMULA_CHARACTERS, FORMULA_DEGREE, FORMULA_DEPTH, NUMBER, POWER_BITS
from pdc.base.numbers import objects

MOST = 2**63 - 1
SCOPE: dict[str, Any] = {
    "a": np.array([1, 2, 3], dtype=np.int64),
    "b": np.array([3, 0, -3], dtype=np.int64),
    "far": np.array([MOST, 1, 0], dtype=np.int64),
    "low": np.array([-(2**63), 1, 0], dtype=np.int64),
    "part": np.array([Fraction(1, 2), Fraction(5, 2), Fraction(0)], dtype=object),
    "kind": np.array(["x", "y", "z"], dtype=object),
    "on": np.array([True, False, True]),
    "none": np.empty(0, dtype=np.int64),
    "two": 2,
    "big": MOST,
    "growth": Fraction(23, 20),
    "word": "x",
    "yes": True,
    "ends": ((10, 1), (Fraction(41, 2), 5), (30, 7)),
    "parts": ((1, Fraction(1, 2)), (2, Fraction(7, 2))),
    "texts": ((1, "x"), (2, "y")),
    "by_kind": {"x": 10, "y": Fraction(1, 2)},
    "names": ("x", "z"),
}


def value(text: str, numbers: bool = False, **more: Any) -> Any:
    return Formula(text, numbers)({**SCOPE, **more}, FUNCTIONS)


def plain(found: Any) -> Any:
    return found.tolist() if isinstance(found, np.ndarray) else found


def code(text: str, numbers: bool = False) -> str:
    with pytest.raises(FormulaError) as caught:
        value(text, numbers)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("1 + 1", 2), ("two - 1", 1), ("two * two", 4), ("1 / two", Q(1, 2)), ("two / (0 - two)", Q(-1)), ("yes / two", Q(1, 2)), ("on / two", [Q(1, 2), Q(0), Q(1, 2)]), ("-two", -2),
        ("growth * two", Q(23, 10)), ("growth / growth", Q(1)), ("two / growth", Q(40, 23)), ("two ** two", 4), ("two ** -two", Q(1, 4)),
        ("growth ** 0", 1), ("0 ** 0", 1), ("growth ** two", Q(529, 400)), ("big + 1", 2**63), ("big * big", MOST * MOST),
        ("a + b", [4, 2, 0]), ("a - b", [-2, 2, 6]), ("a * b", [3, 0, -9]), ("a / two", [Q(1, 2), Q(1), Q(3, 2)]), ("-a", [-1, -2, -3]),
        ("a + part", [Q(3, 2), Q(9, 2), Q(3)]), ("a * part", [Q(1, 2), Q(5), Q(0)]), ("part * part", [Q(1, 4), Q(25, 4), Q(0)]),
        ("part * growth", [Q(23, 40), Q(23, 8), Q(0)]), ("growth * a", [Q(23, 20), Q(23, 10), Q(69, 20)]), ("a ** two", [1, 4, 9]),
        ("far + 1", [2**63, 2, 1]), ("far - far", [0, 0, 0]), ("far * two", [2 * MOST, 2, 0]), ("low - 1", [-(2**63) - 1, 0, -1]),
        ("0 - low", [2**63, -1, 0]), ("on + on", [2, 0, 2]), ("yes + yes", 2), ("none + 1", []), ("none + big", []), ("(a == 1) * big", [MOST, 0, 0]),
        ("a == 1", [True, False, False]), ("a != 1", [False, True, True]), ("a < two", [True, False, False]), ("a <= two", [True, True, False]),
        ("a > two", [False, False, True]), ("a >= two", [False, True, True]), ("0 < a < two", [True, False, False]), ("1 < two < 1", False),
        ("1 < two", True), ("0 <= b < a", [False, True, False]), ("kind == 'x'", [True, False, False]), ("word == 'x'", True),
        ("kind in ('x', 'z')", [True, False, True]), ("kind not in ('x', 'z')", [False, True, False]), ("word in ('y', 'x')", True),
        ("word not in names", False), ("kind in names", [True, False, True]), ("word in by_kind", True), ("a in two", [False, True, False]),
        ("two in (0,1)", False), ("kind in ('x',)", [True, False, False]),
        ("not a == 1", [False, True, True]), ("not yes", False), ("not b", [False, True, False]), ("on and a > 1", [False, False, True]),
        ("on or a == two", [True, True, True]), ("yes and two", True), ("0 and nowhere", False), ("yes or nowhere", True), ("yes and on", [True, False, True]),
        ("a > 0 and b > 0 and on", [True, False, False]), ("0 or 0 or on", [True, False, True]), ("0 or two", True), ("yes and 0", False),
        ("two if yes else nowhere", 2), ("nowhere if 0 else two", 2), ("a if on else b", [1, 0, 3]), ("1 if on else 0", [1, 0, 1]),
        ("part if on else 0", [Q(1, 2), 0, Q(0)]), ("growth if on else a", [Q(23, 20), 2, Q(23, 20)]), ("a if on else growth", [1, Q(23, 20), 3]),
        ("kind if on else 'no'", ["x", "no", "z"]), ("big + 1 if on else 0", [2**63, 0, 2**63]), ("0 if on else big + 1", [0, 2**63, 0]),
        ("ceil(part)", [1, 3, 0]), ("floor(part)", [0, 2, 0]), ("round_half_up(part)", [1, 3, 0]), ("ceil(growth)", 2), ("floor(growth)", 1),
        ("round_half_up(growth)", 1), ("round_half_up(0 - 1 / two)", 0), ("abs(b)", [3, 0, 3]), ("abs(0 - growth)", Q(23, 20)), ("abs(-two)", 2),
        ("min(a, two)", [1, 2, 2]), ("max(a, two)", [2, 2, 3]), ("max(a, b, 1)", [3, 2, 3]), ("min(two, 1)", 1), ("max(a, part)", [1, Q(5, 2), 3]),
        ("min(far + 1, 1)", [1, 1, 1]), ("max(two)", 2),
        ("steps(a, ends)", [1, 1, 1]), ("steps(two * two * two + two, ends)", 1), ("steps(a * a * a, ends)", [1, 1, 7]), ("steps(big, ends)", 7),
        ("steps(yes, ends)", 1), ("steps(a, parts)", [Q(1, 2), Q(7, 2), Q(7, 2)]), ("steps(two, parts)", Q(7, 2)), ("steps(a, texts)", ["x", "y", "y"]),
        ("lookup(kind, by_kind, 0)", [10, Q(1, 2), 0]), ("lookup(word, by_kind, 0)", 10), ("lookup('w', by_kind, two)", 2),
        ("lookup(kind, by_kind, a)", [10, Q(1, 2), 3]), ("listed(kind, by_kind)", [True, True, False]), ("listed(word, names)", True),
        ("listed('w', names)", False),
    ],
)  # fmt: skip
def test_it_is_computed(text: str, want: Any) -> None:
    assert plain(value(text)) == want


@pytest.mark.parametrize("text", ["a + 1", "far - 1", "ceil(part)", "floor(part)", "min(far + 1, 1)", "far - 1 + 1", "steps(a, ends)"])
def test_whole_numbers_that_fit_are_of_64_bits(text: str) -> None:
    assert value(text).dtype == np.int64


@pytest.mark.parametrize("text", ["far + 1", "low - 1", "far * two", "far * far", "low * low", "part", "ceil(part * big)", "growth if on else 0"])
def test_others_are_exact_and_never_wrap(text: str) -> None:
    assert value(text).dtype == object


def test_arithmetic_stays_where_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "exact", lambda v: pytest.fail("left 64 bits"))
    assert plain(value("a + b")) == [4, 2, 0]
    assert plain(value("far - 0 * a")) == [MOST, 1, 0]
    assert plain(value("a * b")) == [3, 0, -9]


def test_numbers_are_exact_where_they_are_allowed() -> None:
    assert value("1.15 * 200", numbers=True) == 230
    assert value("0.1 + 0.2", numbers=True) == Q(3, 10)
    assert value("1e20", numbers=True) == 10**20
    assert value("'7'", numbers=False) == "7"


def test_a_root_is_a_fine_fraction() -> None:
    assert value("two ** (1 / two)") == Fraction(math.sqrt(2)).limit_denominator(10**12)
    assert value("(0 * two) ** (1 / two)") == 0
    with pytest.raises(FormulaError) as caught:
        value("(0 - two) ** (1 / two)")
    assert caught.value.values["why"] == "root of a negative number"


def test_powers_are_bounded() -> None:
    assert value("two ** n", n=POWER_BITS // 2) == 2 ** (POWER_BITS // 2)
    assert value("two ** (0 - n)", n=POWER_BITS // 2) == Q(1, 2 ** (POWER_BITS // 2))
    assert value("half ** n", n=POWER_BITS // 2, half=Fraction(1, 2)) == Q(1, 2 ** (POWER_BITS // 2))
    for text in ("two ** n", "two ** (0 - n)", "half ** n"):
        with pytest.raises(FormulaError) as caught:
            value(text, n=POWER_BITS // 2 + 1, half=Fraction(1, 2))
        assert (caught.value.code, caught.value.values["why"]) == ("formula.failed", "power")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("2 * a", "number"), ("1.0 * a", "number"), ("True + 2", "number"), ("a +", "syntax"), ("", "syntax"), ("a = 1", "syntax"), ("(" * 3, "syntax"),
        ("a.real", "forbidden"), ("a[0]", "forbidden"), ("lambda: 1", "forbidden"), ("[a]", "forbidden"), ("{a: 1}", "forbidden"), ("a @ b", "forbidden"),
        ("a // b", "forbidden"), ("a % b", "forbidden"), ("a | b", "forbidden"), ("a is b", "forbidden"), ("+a", "forbidden"), ("~a", "forbidden"),
        ("f'{a}'", "forbidden"), ("(min)(a)(b)", "forbidden"), ("min(a, key=b)", "forbidden"), ("min(*a)", "forbidden"), ("(a := 1)", "forbidden"),
        ("a, b", "tuple"), ("()", "tuple"), ("min((a, b))", "tuple"), ("0,1", "decimal_comma"), ("min(0,1)", "decimal_comma"), ("a + 12,5", "decimal_comma"),
        ("None", "number"), ("b'x'", "number"), ("1j", "number"), ("...", "number"),
        ("nowhere + 1", "unknown_name"), ("nowhere(a)", "unknown_function"), ("kind * two", "not_a_number"), ("1 + kind", "not_a_number"),
        ("-kind", "not_a_number"), ("ends + 1", "not_a_number"), ("by_kind * 1", "not_a_number"), ("steps(kind, ends)", "not_a_number"),
        ("ends", "no_value"), ("by_kind", "no_value"), ("names", "no_value"), ("names if yes else 0", "no_value"), ("a / b", "failed"), ("two / 0", "failed"),
        ("min()", "failed"), ("ceil(kind)", "failed"), ("kind < a", "failed"), ("growth ** big", "failed"), ("kind if on else 1", "mixed"),
        ("a if on else 'x'", "mixed"), ("ends if on else 1", "mixed"), ("1 if on else by_kind", "mixed"), ("lookup(kind, by_kind, 'x')", "mixed"),
        ("steps(a, two)", "no_steps"), ("steps(a, names)", "no_steps"), ("steps(a, by_kind)", "no_steps"), ("lookup(kind, names, 0)", "no_table"),
        ("lookup(kind, two, 0)", "no_table"), ("listed(kind, two)", "no_table"), ("listed(kind, kind)", "no_table"),
    ],
)  # fmt: skip
def test_it_is_refused_by_name(text: str, want: str) -> None:
    assert code(text) == f"formula.{want}"


@pytest.mark.parametrize("text", ["a in (0,1)", "a in ( 0,1)", "kind == '0,8'", 'kind == "1,5" or a in (0,1)', "min(a,1)"])
def test_a_comma_between_numbers_is_no_slip_there(text: str) -> None:
    Formula(text).tree  # noqa: B018


def test_a_decimal_comma_is_told_with_what_is_right() -> None:
    with pytest.raises(FormulaError) as caught:
        Formula("a * 0,85").tree  # noqa: B018
    assert caught.value.values == {"formula": "a * 0,85", "number": "0,85", "right": "0.85"}


@pytest.mark.parametrize("ends", [((1, 2), (3,)), ((1, 2, 3),), (), (("x", 1),), ((True, 1),), ([1, 2],)])
def test_steps_that_are_none_are_refused(ends: Any) -> None:
    with pytest.raises(FormulaError) as caught:
        value("steps(a, odd)", odd=ends)
    assert caught.value.code == "formula.no_steps"
    assert caught.value.values["value"] == str(ends)[:40]


def test_what_is_too_long_too_deep_or_too_large_is_refused() -> None:
    Formula("a" * FORMULA_CHARACTERS).tree  # noqa: B018
    long = "a" * (FORMULA_CHARACTERS + 1)
    with pytest.raises(FormulaError) as caught:
        Formula(long).tree  # noqa: B018
    assert (caught.value.code, caught.value.values["formula"]) == ("formula.too_long", "a" * 40 + "…")
    # A name is one deep, with what loads it two; each ``not`` adds one.
    Formula("not " * ((FORMULA_DEPTH - 2) // 1) + "a").tree  # noqa: B018
    assert code("not " * FORMULA_DEPTH + "a") == "formula.too_deep"
    assert value(str(NUMBER), numbers=True) == NUMBER
    assert code(str(NUMBER + 1), numbers=True) == "formula.out_of_range"
    assert code("1e300", numbers=True) == "formula.out_of_range"
    assert code("1e999", numbers=True) == "formula.out_of_range"


def test_how_much_it_multiplies_is_bounded() -> None:
    assert Formula("a * b + c").degree({}) == 3
    assert Formula("1 + 0").degree({}) == 0
    assert Formula("2 * a", True).degree({"a": 5}) == 6
    assert Formula("min(a, b * c)").degree({"b": 3}) == 4
    assert Formula("'text'").degree({}) == 0
    assert Formula("a ** b").degree({}) == POWER_BITS // NUMBER.bit_length()
    assert Formula("a ** b").degree({"a": 150}) == 150
    assert Formula("a").degree({"a": FORMULA_DEGREE}) == FORMULA_DEGREE
    with pytest.raises(FormulaError) as caught:
        Formula("a").degree({"a": FORMULA_DEGREE + 1})
    assert (caught.value.code, caught.value.values) == ("formula.degree", {"formula": "a", "most": FORMULA_DEGREE})


def test_an_error_says_the_innermost_formula() -> None:
    inner, outer = Formula("a / 0"), Formula("word")
    with pytest.raises(FormulaError) as caught:
        inner(SCOPE, FUNCTIONS)
    error = caught.value
    assert (error.formula, error.values["formula"]) == (inner, "a / 0")
    assert error.of(outer) is error
    assert error.formula is inner
    assert str(error).startswith("formula.failed: ")
    with pytest.raises(FormulaError) as caught:
        Formula("ends")(SCOPE, FUNCTIONS)
    assert caught.value.values == {"value": str(SCOPE["ends"])[:40], "formula": "ends"}
    with pytest.raises(FormulaError) as caught:
        Formula("ceil(a, b)")(SCOPE, FUNCTIONS)
    assert caught.value.values["why"]
    with pytest.raises(FormulaError) as caught:
        Formula("silent(a)")(SCOPE, {"silent": _silent})
    assert caught.value.values["why"] == "ValueError"


def _silent(_: Any) -> Any:
    raise ValueError


def test_names_and_calls_are_known_before_it_is_computed() -> None:
    made = Formula("min(a, planned('uzman.*', 'x', b)) + min")
    assert made.names == {"a", "b", "min"}
    assert made.calls == (("min", ()), ("planned", ("uzman.*", "x"))) or set(made.calls) == {("min", ()), ("planned", ("uzman.*", "x"))}


class Half(Cut):
    """The first two places of three."""

    def __init__(self) -> None:
        self.all = SCOPE

    @property
    def whole(self) -> dict[str, Any]:
        return self.all

    def cut(self, found: Any) -> Any:
        return found[:2]

    def __getitem__(self, name: str) -> Any:
        found = self.all[name]
        return found[:2] if isinstance(found, np.ndarray) else found

    def __iter__(self) -> Any:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)


def test_a_function_that_looks_around_sees_every_place() -> None:
    def largest(column: Any) -> Any:
        return np.full(len(column), column.max())

    assert plain(Formula("a + largest(a)")(Half(), {"largest": largest})) == [3, 4]
    largest.looks_around = True  # type: ignore[attr-defined]
    assert plain(Formula("a + largest(a)")(Half(), {"largest": largest})) == [4, 5]
    assert plain(Formula("a + largest(a)")(SCOPE, {"largest": largest})) == [4, 5, 6]


def test_the_small_helpers() -> None:
    assert [fits(n) for n in (MOST, MOST + 1, -(2**63), -(2**63) - 1, Fraction(1, 3), "x")] == [True, False, True, False, True, True]
    assert exact(SCOPE["a"]).dtype == object
    assert exact(3) == 3
    assert whole("x") == "x"
    assert whole(np.array([1, 2**63], dtype=object)).dtype == object
    assert whole(np.array([1, 2], dtype=object)).dtype == np.int64
    assert (filled(3, 2).tolist(), filled(3, 2).dtype) == ([3, 3], np.int64)
    assert filled("longer", 1).tolist() == ["longer"]
    assert filled(Fraction(1, 2), 1).dtype == filled(MOST + 1, 1).dtype == object
    assert filled(True, 1).dtype == bool
    assert [round_half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3, 4)] == [-1, 0, 1, 2, 2]
    assert is_text(np.array(["x"], dtype=object))
    assert not is_text(np.empty(0, dtype=object))
    assert formulas.truth(np.array([0, 2], dtype=object)).dtype == bool
    assert formulas.truth(2) is True
    with pytest.raises(NotImplementedError):
        Cut.whole.fget(None)  # type: ignore[attr-defined]
    with pytest.raises(NotImplementedError):
        Cut.cut(None, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a, b", {"formula": "a, b"}), ("2 * a", {"formula": "2 * a", "number": "2"}), ("nowhere(a)", {"name": "nowhere", "formula": "nowhere(a)"}),
        ("nowhere", {"name": "nowhere", "formula": "nowhere"}), ("kind if on else 1", {"value": "1", "formula": "kind if on else 1"}),
        ("lookup(kind, names, 0)", {"value": "('x', 'z')", "formula": "lookup(kind, names, 0)"}), ("listed(kind, two)", {"value": "2", "formula": "listed(kind, two)"}),
        ("a.real", {"formula": "a.real", "what": "Attribute"}), ("min(a, key=b)", {"formula": "min(a, key=b)", "what": "call"}),
        ("1 + word", {"value": "x", "formula": "1 + word"}), ("1 + long", {"value": "y" * 40, "formula": "1 + long"}), ("1 + ends", {"value": str(SCOPE["ends"])[:40], "formula": "1 + ends"}),
    ],
)  # fmt: skip
def test_a_refusal_says_what(text: str, values: dict[str, Any]) -> None:
    with pytest.raises(FormulaError) as caught:
        value(text, long="y" * 50)
    assert caught.value.values == values


def test_what_no_formula_holds_is_refused_when_it_is_walked() -> None:
    with pytest.raises(FormulaError) as caught:
        formulas._walk(formulas.ast.parse("[1]", mode="eval").body, {}, {})
    assert (caught.value.code, caught.value.values) == ("formula.forbidden", {"formula": "", "what": "List"})


def test_texts_that_fit_a_sentence_are_shown_whole() -> None:
    with pytest.raises(FormulaError) as caught:
        value("lookup(kind, odd, 0)", odd="z" * 60)
    assert caught.value.values["value"] == "z" * 40


def test_lookups_over_many_places_are_of_64_bits_where_they_fit() -> None:
    assert value("lookup(kind, t, 0)", t={"x": 1}).dtype == np.int64
    assert value("lookup(kind, t, 0)", t={"x": MOST + 1}).dtype == object


def test_flags_and_numbers_of_objects_are_truth() -> None:
    on = SCOPE["on"]
    assert formulas.truth(on) is on
    assert plain(value("part and on")) == [True, False, False]
    assert plain(value("far * far > 1")) == [True, False, False]
    assert plain(value("1 + far * a")) == [MOST + 1, 3, 1]


EXACT = st.integers(-3, 3) | st.sampled_from([-MOST - 1, MOST, 10**25]) | st.fractions(-9, 9, max_denominator=12)
COLUMN = st.lists(EXACT, min_size=1, max_size=5) | st.lists(st.fractions(-9, 9), min_size=1, max_size=5)


def as_column(values: list[Any]) -> Any:
    return whole(objects(values)) if all(type(v) is int for v in values) else objects(values)


@given(COLUMN, COLUMN, st.integers(0, 4), st.booleans())
@pytest.mark.parametrize("text", ["x + y", "x - y", "x * y", "x / y", "x < y", "x <= y", "x == y", "x != y", "x > y", "x >= y", "ceil(x)", "floor(x)", "round_half_up(x)"])
def test_a_column_comes_to_what_each_of_its_places_comes_to(text: str, xs: list[Any], ys: list[Any], one: int, alone: bool) -> None:
    """Columns are worked out in bulk; one place at a time is what the formula says."""
    size = min(len(xs), len(ys))
    y = [ys[one % len(ys)]] * size if alone else ys[:size]
    if text == "x / y" and not all(y):
        return
    wanted = [value(text, x=a, y=b) for a, b in zip(xs, y, strict=False)]
    found = plain(value(text, x=as_column(xs[:size]), y=y[0] if alone else as_column(y)))
    assert found == wanted
    assert [type(v) for v in found] == [type(v) for v in wanted]

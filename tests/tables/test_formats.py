"""What people see of a number by its format, where it is not the number that the file holds."""

from __future__ import annotations

import pytest

from pdc.tables.formats import is_odd, seen, seen_otherwise

BIN = '0" bin"'
HARMLESS = (
    "General", "0", "0.00", "#,##0", "#,##0.00", "000", "@", "# ?/?", "0.00E+00", "#,##0;[Red]-#,##0",
    '_-* #,##0\\ _₺_-;\\-* #,##0\\ _₺_-;_-* "-"??\\ _₺_-;_-@_-', "#,##0_);(#,##0)", '0;-0;"-"', "0;;", "[=0]\"-\";0",
    "#\\.##0", "", "[>999]#,##0;0",
)  # fmt: skip


@pytest.mark.parametrize("code", HARMLESS)
def test_digits_grouped_rounded_or_filled_up_are_the_same_number(code: str) -> None:
    assert not is_odd(code)
    assert seen(code, 0) is None


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        (BIN, 12, "12 bin"),
        ("#,##0,", 12345, "12"),
        ("0,,", 2_400_000, "2"),
        ("0.0,", 12345, "12"),
        ('#,##0," bin"', 12345, "12 bin"),
        (";;;", 7, ""),
        ("0;;", -7, ""),
        ('[<5]"x";0', 3, "x"),
        ('0"000"', 12, "12000"),
        ("[$₺-41F]#,##0", 12, "₺12"),
        ('0\\ "kişi"', 12, "12 kişi"),
        ('"-"', 12, "-"),
        ('General" bin"', 1.5, "1.5 bin"),
        ('[<5]"x";[<10]"y"', 12, "y"),  # no section is for it: Excel shows ####
    ],
)
def test_another_number_or_a_word_beside_it_is_seen(code: str, number: float, text: str) -> None:
    assert seen(code, number) == text


def test_a_number_that_its_condition_leaves_alone_is_itself() -> None:
    assert seen('[<5]"x";0', 12) is None
    assert is_odd('[<5]"x";0')


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.345", 12345), ("12 345,00", 12345), ("12,5", 12.5), ("13", 12.6), ("0,33", 1 / 3), ("", 5), ("-", 0),
     ("1,23E+04", 12345), ("12 1/2", 12.5), ("-7", -7), ("(7)", -7), ("007", 7)],
)  # fmt: skip
def test_what_a_program_showed_is_the_number(text: str, number: float) -> None:
    assert seen_otherwise(text, number) is None


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12345), ("12 bin", 12), ("x", 3), ("-", 3), ("₺ 12", 12), ("12,3", 12345)]
)
def test_what_a_program_showed_is_another_number(text: str, number: float) -> None:
    assert seen_otherwise(text, number) == text

"""Files in TOML: encodings, sizes, numbers and types; every fault names the file and the key."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base import limits
from pdc.base.document import (
    FORMULA,
    NUMBER,
    TEXT,
    WHOLE,
    NumberFault,
    exact_number,
    read_document,
    record,
    records,
)
from pdc.base.exact import Fraction
from pdc.base.faults import Fault

SHAPE = record({"a": WHOLE, "name": TEXT, "table": record({"x": NUMBER}), "rows": records({"f": FORMULA})})


def read(tmp_path: Path, raw: bytes | str) -> tuple[object, str]:
    file = tmp_path / "asked.toml"
    file.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    faults: list[Fault] = []
    return read_document(file, SHAPE, faults), "\n".join(fault.text("en") for fault in faults)


@pytest.mark.parametrize(
    "raw",
    [
        'name = "Ağrı"\r\n'.encode(),
        'name = "Ağrı"\n'.encode("utf-8-sig"),
        'name = "Ağrı"\n'.encode("utf-16"),
        b"\xfe\xff" + 'name = "Ağrı"\n'.encode("utf-16-be"),
        'name = "Ağrı"\n'.encode("cp1254"),
    ],
)
def test_files_are_read_as_windows_and_editors_save_them(tmp_path: Path, raw: bytes) -> None:
    assert read(tmp_path, raw) == ({"name": "Ağrı"}, "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 'x'", 'asked.toml: a: "x" is given; expected: a whole number'),
        ("a = true", "a: true is given; expected: a whole number"),
        ("a = 1.0", "a: 1.0 is given; expected: a whole number"),
        ("a = 2026-01-01", "a: 2026-01-01 is given"),
        ("name = 5", "name: 5 is given; expected: a text"),
        ("table = []", "table: [ … ] is given; expected: a table"),
        ("table = { x = 'a' }", "table: x: \"a\" is given; expected: a number"),
        ("rows = { f = 1 }", "rows: { … } is given; expected: tables in double brackets: [[rows]]"),
        ("rows = [1]", "rows 1: 1 is given; expected: a table"),
        ("rows = [{ f = [] }]", "rows 1: f: [ … ] is given; expected: a formula or a number"),
        ("other = nan", "other: NaN is not a finite number"),
        ("table = { x = inf }", "table: x: Infinity is not a finite number"),
        ("other = [1, -inf]", "other 2: -Infinity is not a finite number"),
        ("other = 1e999999999", "out of its range"),
        ("other = 1e99999999999999999999", "not a finite number"),
        ("other = 1e-999999999", "out of its range"),
        ("other = 100000000000000000001", "out of its range"),
        ("other = 0.1234567890123456789012345678901", "at most 30 digits"),
        ("other = " + "9" * 5000, "at most 30 digits"),
        ("other = " + "[" * 13 + "]" * 13, "at most 12 levels"),
        ("other = " + "[" * 5000, "at most 12 levels"),
        ("a." * 200_000 + "b = 1", "at most 12 levels"),
        ("name = 'a", "cannot be read as TOML"),
        ("#" * (limits.TOML_BYTES + 1), "at most 1000000 bytes"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    content, faults = read(tmp_path, text)
    assert content is None
    assert told in faults
    assert faults.startswith("asked.toml: ")


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    _, faults = read(tmp_path, "a = 'x'\nname = 1\nother = nan\nrows = [{ f = {} }, 2]\n")
    assert len(faults.splitlines()) == 5


@given(st.decimals() | st.integers().map(Decimal))
def test_a_number_is_exact_or_refused_at_once(number: Decimal) -> None:
    found = exact_number(str(number))
    if isinstance(found, NumberFault):
        assert not number.is_finite() or abs(number) > limits.NUMBER or len(number.as_tuple().digits) > 30 or (
            number and number.adjusted() < -30
        )
    else:
        assert found == Fraction(number)


def test_the_page_of_limits_lists_every_limit() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "limits.md").read_text("utf-8")
    told = {n: int(v.replace(" ", "")) for n, v in re.findall(r"`([A-Z_]+)` *\| *([\d ]+?) *\|", page)}
    held: dict[str, int] = {}
    rooms = [root / "model" / "pdc" / room / "limits.py" for room in ("base", "tables")]
    rooms.append(root / "model" / "pdc_common" / "bounded.py")
    for file in [file for file in rooms if file.is_file()]:
        assert file.relative_to(root).as_posix() in page
        for name, value in re.findall(r"^([A-Z_]+): Final = ([\d_* ]+)$", file.read_text("utf-8"), re.MULTILINE):
            held[name] = math.prod(int(a) ** int(b or 1) for a, b in re.findall(r"(\d[\d_]*)(?:\*\*(\d+))?", value))
    assert {name: told.get(name) for name in held} == held
    if all(file.is_file() for file in rooms):
        assert sorted(told) == sorted(held)

"""Tables of pins and locks: every cell is read or refused, codes that Excel changed are put back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from pdc.base.faults import Fault
from pdc.country.pins import restored_pins
from pdc.country.setting import prepare
from pdc.law import reading
from pdc.law.pins import Pin, read_pins

BOOK = reading.load()


def pins(folder: Path, text: str, posts_due: bool = True) -> tuple[list[Pin], list[Fault]]:
    faults: list[Fault] = []
    path = folder / "pins.csv"
    path.write_text(text, "utf-8")
    return read_pins(path, BOOK, faults, posts_due), faults


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_row_longer_than_the_heading_is_refused(separator: str, tmp_path: Path) -> None:
    text = "unit_code,title,posts\nA02,hemsire,1,234\nA03,hemsire,5\n".replace(",", separator)
    found, faults = pins(tmp_path, text)
    assert [(f.code, f.row, f.values) for f in faults] == [("too_many_cells", 2, {"found": 4, "expected": 3})]
    assert [(p.code, p.posts) for p in found] == [("A03", 5)]


@pytest.mark.parametrize("posts", ["²", "1.250", "5,0", "-3", "x", "1e3", "٣", "9" * 30, ""])
def test_posts_that_are_no_whole_number_are_refused(posts: str, tmp_path: Path) -> None:
    found, faults = pins(tmp_path, f"unit_code;title;posts\nA02;hemsire;{posts}\n")
    assert (found, [f.code for f in faults]) == ([], ["scenario.pin_posts"])


def test_a_short_row_has_empty_cells_and_an_empty_one_is_none(tmp_path: Path) -> None:
    found, faults = pins(tmp_path, "title,unit_code,posts\nhemsire\n,,\nhemsire,A02,\n", posts_due=False)
    assert [(p.code, p.posts) for p in found] == [("", -1), ("A02", -1)]
    assert faults == []


class _Country:
    def codes(self, level: str) -> np.ndarray:
        return np.array({"unit": ["4592", "0012", "A02"], "province": ["5", "19"]}[level], dtype=object)


@pytest.mark.parametrize(
    ("level", "text", "code"),
    [
        ("unit", "4592.0", "4592"), ("unit", "4,592E+03", "4592"), ("unit", "12", "0012"), ("unit", "A02", "A02"),
        ("unit", "A99", "A99"), ("province", "19.0", "19"), ("province", "05", "5"), ("province", "7", "7"),
    ],
)  # fmt: skip
def test_codes_that_excel_changed_are_put_back_and_said(level: str, text: str, code: str) -> None:
    pin = Pin("hemsire", level, text, 3, "pins.csv:2")
    (found,) = restored_pins(_Country(), [pin])  # type: ignore[arg-type]
    assert (found.code, found.posts, found.title) == (code, 3, "hemsire")
    assert found.source == ("pins.csv:2" if text == code else f"pins.csv:2 ({text} → {code})")


def test_every_question_sees_the_codes_that_the_country_has(tmp_path: Path) -> None:
    (tmp_path / "pins.csv").write_text("province_code;title;posts\n19.0;eczaci;45\n", "utf-8")
    (tmp_path / "pins.toml").write_text('[[pin]]\ntable = "pins.csv"\n', "utf-8")
    (pin,) = prepare(scenario=tmp_path / "pins.toml").scenario.pins
    assert (pin.code, pin.posts, pin.source) == ("19", 45, "pins.csv:2 (19.0 → 19)")


@pytest.mark.parametrize(("look", "code"), [("format", "pins.seen"), ("line", "pins.struck")])
def test_a_pin_that_people_see_otherwise_is_refused(look: str, code: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["unit_code", "title", "posts"], ["A02", "hemsire", 12]):
        book.active.append(row)
    if look == "format":
        book.active["C2"].number_format = '0" bin"'
    else:
        book.active["A2"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "pins.xlsx")
    faults: list[Fault] = []
    assert read_pins(tmp_path / "pins.xlsx", BOOK, faults) == []
    assert [(f.code, f.row) for f in faults] == [(code, 2)]
    assert all(f.text(lang) for f in faults for lang in ("tr", "en"))

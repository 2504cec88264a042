"""What ought never to happen: a broken hard rule, a cache that lies, a folder that is none. It is found, not written."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers.two_provinces import FEW, country
from pdc.ask import verify
from pdc.base.errors import InternalError
from pdc.base.faults import InputError
from pdc.base.levels import STAGES
from pdc.country.setting import prepare
from pdc.explore.changes import DataChange, SetNumber, to_toml
from pdc.explore.figures import change_in_words
from pdc.law.pins import Pin
from pdc.planning import plan, reuse, seal
from pdc.planning.seal import NotAPlanError
from pdc.rules.kinds import Finding
from pdc_common import access
from pdc_common.access import BandsError, ranked, read_bands
from pdc_common.mark import MARK
from pdc_common.names import Names


def test_a_plan_that_breaks_a_hard_rule_is_our_fault_and_no_plan() -> None:
    def found(short: int, hard: bool) -> Any:
        status, tier = "short" if short else "kept", None if hard else 2
        return SimpleNamespace(
            findings=(Finding("A.1", "ebe", "unit", 3, 5, 7, short, tier, status, hard=hard),)
        )

    plan._none_broken([found(0, True), found(2, False)])
    with pytest.raises(InternalError, match=r"A\.1 ebe unit 3: 7 > 5"):
        plan._none_broken([found(0, True), found(2, True)])


def test_a_pin_beyond_all_posts_is_refused_however_it_comes() -> None:
    setting = prepare(country().tables(), (), FEW)
    pins = [Pin("ebe", "unit", "H1", 10**12, "x#1"), Pin("ebe", "unit", "H2", 3, "x#2")]
    with pytest.raises(InputError) as caught:
        plan._check_pins(setting.country, setting.rulebook, pins)
    assert [(fault.file, fault.column, fault.code) for fault in caught.value.faults] == [
        ("x#1", "H1", "scenario.pin_range")
    ]


@pytest.mark.parametrize(
    ("posts", "good"),
    [([1, 2, 0], True), ([1, 2], False), ([1, 2, -1], False), ([[1], [2], [0]], False), ("x", False)],
)
def test_a_stored_plan_of_other_units_or_below_nought_is_none(posts: Any, good: bool) -> None:
    stored = {
        "posts": {"ebe": posts}, "value": dict.fromkeys(STAGES, "0"), "bound": {}, "form": "", "without": [], "no_tree": "",
    }  # fmt: skip
    found = reuse._unpacked(zlib.compress(json.dumps(stored).encode()), 3)
    assert (found is not None) == good
    assert reuse._unpacked(b"nothing", 3) is None


def test_a_seal_without_a_name_is_not_whole_and_a_list_is_no_plan(tmp_path: Path) -> None:
    assert not seal._whole({"by": "A", "decision": 3, "date": "2026", "files": {}}, b"")
    for content, good in (("[]", False), ('{"titles": []}', False), ('{"titles": {}}', True)):
        (tmp_path / "summary.json").write_text(content, "utf-8")
        if good:
            assert seal._summary(tmp_path) == {"titles": {}}
        else:
            with pytest.raises(NotAPlanError):
                seal._summary(tmp_path)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (None, "missing"), ("[", "cannot be read"), ('{"pdc": "plan"}', "cannot be read"),
        ('{"pdc": "audit", "files": {}}', "not the manifest of a plan"), ('{"pdc": "plan", "files": {}}', ""),
    ],
)  # fmt: skip
def test_a_folder_without_its_manifest_is_told(tmp_path: Path, content: str | None, where: str) -> None:
    if content is not None:
        (tmp_path / MARK).write_text(content, "utf-8")
    found = list(verify._of_manifest(tmp_path, {MARK} if content is not None else set()))
    assert [one.file for one in found] == ([MARK] if where else [])
    assert not where or where in found[0].where


def test_the_same_text_packed_otherwise_is_told_as_that(tmp_path: Path) -> None:
    one, other = tmp_path / "a.csv.gz", tmp_path / "b.csv.gz"
    one.write_bytes(gzip.compress(b"text", mtime=0))
    other.write_bytes(gzip.compress(b"text", mtime=1))
    assert verify._unequal(one, one) == []
    assert verify._unequal(one, other) == ["packed otherwise"]
    other.write_bytes(gzip.compress(b"texts", mtime=0))
    assert verify._unequal(one, other) == ["1: text; texts expected"]
    other.write_bytes(b"no gzip")
    assert len(verify._unequal(one, other)) == 1


# what many rooms share -------------------------------------------------------------------------------------


def test_bands_beyond_the_limit_are_refused_and_nobody_has_no_quantile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert np.isnan(ranked(np.array([1.0, 2.0]), np.zeros(2)).quantile(0.5))
    assert ranked(np.array([1.0, 2.0]), np.array([3.0, 1.0])).quantile(0.5) == 1.0
    path = tmp_path / "bands.csv"
    path.write_text("x" * 50, "utf-8")
    monkeypatch.setattr(access, "_BYTES", 40)
    with pytest.raises(BandsError, match="too_large"):
        read_bands(path)


def test_a_name_of_nothing_but_signs_is_nobodys() -> None:
    names = Names({"a": ("–",), "b": ("Bir", "(…)")})
    assert names.find("…") == ()
    assert (names.find("bir"), names.find("a")) == (("b",), ("a",))


def test_changes_of_the_page_are_written_as_the_scenario_reads_them() -> None:
    changes = (
        SetNumber("A.19.a.close", "true"), SetNumber("A.3.minimum", "007"),
        DataChange("districts", "etf_population", "country", "", "*", "1.5"),
        DataChange("units", "beds", "unit", "H'1", "=", "20"),
    )  # fmt: skip
    text = to_toml(changes)
    assert "close = true" in text
    assert "minimum = 7" in text
    assert text.count("where") == 1


@pytest.mark.parametrize(
    ("sign", "amount", "text"),
    [("*", "0.8", "%−20"), ("*", "1.125", "%+12,5"), ("+", "300", "+300"), ("=", "600", "= 600")],
)
def test_a_change_is_told_in_few_signs(sign: str, amount: str, text: str) -> None:
    assert change_in_words(sign, amount, "tr") == text

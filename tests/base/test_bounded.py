"""What was not written by pdc, by its size alone, is not read into memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pdc.ask.own_law import record
from pdc.base.faults import InputError
from pdc.planning import seal
from pdc_common import bounded, cells_csv
from pdc_common.bounded import TooLargeError, held, text_of, unpacked


def test_a_file_at_the_limit_is_read_and_one_above_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_FILE", 10)
    plain, packed = tmp_path / "a.json", tmp_path / "a.gz"
    plain.write_text("çok az ş", "utf-8")
    packed.write_bytes(gzip.compress(b"0123456789"))
    assert text_of(plain) == "çok az ş"
    assert unpacked(packed) == b"0123456789"
    plain.write_bytes(b"x" * 11)
    packed.write_bytes(gzip.compress(b"x" * 11))
    for read, path in ((text_of, plain), (unpacked, packed)):
        with pytest.raises(TooLargeError, match=f"{path.name}: more than 10 bytes"):
            read(path)  # type: ignore[operator]


def test_a_table_has_a_limit_of_its_own_packed_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells_csv, "MOST_TABLE", 10)
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 10**5))
    assert cells_csv.read_table(tmp_path / "a.csv").to_numpy().tolist() == [[1, 2]]
    with pytest.raises(TooLargeError):
        cells_csv.read_table(tmp_path / "a.csv.gz")
    with pytest.raises(TooLargeError):
        held(tmp_path / "a.csv", 3)


def test_a_seal_beyond_the_limit_is_a_changed_seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_FILE", 10)
    (tmp_path / "seal.json").write_bytes(b'{"files": {}}')
    found = seal.verify(tmp_path)
    assert found.changed == ("seal.json",)
    assert found.fingerprint == seal.fingerprint_of(tmp_path)


def test_a_summary_that_cannot_be_read_is_not_as_if_there_were_none(tmp_path: Path) -> None:
    """compare would measure the plan by another law than its own, and say nothing."""
    assert record(tmp_path) is None
    for spoilt in (b"{", b"\xff", b"[" * 10**6):
        (tmp_path / "summary.json").write_bytes(spoilt)
        with pytest.raises(InputError, match=r"summary\.json"):
            record(tmp_path)

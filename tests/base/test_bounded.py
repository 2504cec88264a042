"""What was not written by pdc, by its size alone, is not read into memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pdc_common import bounded
from pdc_common.bounded import TooLargeError, text_of, unpacked


def test_a_file_at_the_limit_is_read_and_one_above_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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

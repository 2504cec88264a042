"""A pipe or a device is no input: reading one may never end."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.example_country import VOCABULARY, write_country
from pdc.base.document import read_text
from pdc.base.faults import Fault, InputError
from pdc.country.setting import prepare
from pdc.law import reading
from pdc.law.pins import read_pins
from pdc.tables import read
from pdc.tables.book import open_book
from pdc.tables.csvfile import read_csv
from pdc_common import bounded
from pdc_common.mark import sha256


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A pipe into which somebody writes, so that a reader who should not read comes to an end."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"x",), daemon=True)
    writer.start()
    yield path
    if writer.is_alive():
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writer.join()
        os.close(handle)


def _pins(path: Path) -> object:
    faults: list[Fault] = []
    assert read_pins(path, reading.load(), faults) == []
    return faults[0]


READERS: dict[str, Callable[[Path], object]] = {
    "a scenario": read_text,
    "a table": lambda path: read_csv(path, {}),
    "a workbook": open_book,
    "a list": _pins,
}


@pytest.mark.parametrize("what", READERS)
def test_a_pipe_is_refused_without_reading_it(what: str, pipe: Path) -> None:
    found = READERS[what](pipe)
    assert isinstance(found, Fault)
    assert (found.code, found.values) == ("unreadable", {"why": "SpecialFileError"})


@pytest.mark.parametrize("read_it", [bounded.bytes_of, bounded.unpacked, bounded.held, sha256])
def test_a_pipe_among_results_is_refused(read_it: Callable[[Path], object], pipe: Path) -> None:
    with pytest.raises(bounded.SpecialFileError):
        read_it(pipe)


def test_data_that_are_a_pipe_or_hold_one_are_refused(pipe: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(pipe, VOCABULARY)
    with pytest.raises(InputError):
        prepare(pipe)
    folder = write_country(tmp_path / "data")
    (folder / "staff.csv").unlink()
    os.mkfifo(folder / "staff.csv")
    with pytest.raises(InputError) as caught:
        prepare(folder)
    assert [f.code for f in caught.value.faults] == ["missing_file"]

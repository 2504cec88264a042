"""Nothing of a test goes into the user's cache, and nothing comes from it; no test harms the interpreter."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ["PDC_CACHE"] = "off"


@pytest.fixture(autouse=True, scope="module")
def shared_bytes_are_whole() -> Iterator[None]:
    """quicktions writes over CPython's shared ``b"\\x00"`` when it reads a text (``pdc/rational.py``)."""
    yield
    assert bytes([0])[0] == 0, "something gave quicktions a text of one letter"

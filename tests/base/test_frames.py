"""Frames from columns, rows that are the same, and a fingerprint that nobody waits for."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc.base import frames
from pdc.base.fingerprint import Fingerprint
from pdc.base.frames import frame_of, rows_of, same_rows
from pdc.base.numbers import first_rows, objects

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-2, 2), st.sampled_from(["", "x"])), max_size=12)


@given(ROWS, st.sampled_from([frames.WRAPS, 3]))
def test_rows_are_numbered_as_they_first_appear(rows: list[tuple[str, int, str]], wraps: float) -> None:
    columns = [objects([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=np.int64)]
    columns.append(objects([row[2] for row in rows]))
    known: dict[tuple[str, int, str], int] = {}
    with pytest.MonkeyPatch.context() as small:
        small.setattr(frames, "WRAPS", wraps)  # as if numbers had no more bits than that
        which = same_rows(columns)
    assert which.tolist() == [known.setdefault(row, len(known)) for row in rows]
    assert first_rows(which).tolist() == [rows.index(row) for row in known]


def test_texts_stay_objects_and_numbers_what_they_are() -> None:
    made = frame_of({"code": objects(["b", "a"]), "posts": np.array([1, 2]), "at": np.array([0.5, np.nan])})
    assert [str(kind) for kind in made.dtypes] == ["object", "int64", "float64"]
    assert list(made.index) == [0, 1]
    some = rows_of(made, np.array([False, True]), {"code": objects(["x", "y"])})
    assert (some["code"].tolist(), some["posts"].tolist(), list(some.index)) == (["y"], [2], [0])
    assert isinstance(some, pd.DataFrame) and str(some["code"].dtype) == "object"


def test_a_fingerprint_is_worked_out_once_and_only_when_asked_for() -> None:
    asked: list[int] = []

    def work() -> str:
        asked.append(1)
        return "ab12"

    mark = Fingerprint(work)
    assert asked == []
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: mark.sha256, range(20))) == {"ab12"}
    assert asked == [1]


def test_a_copy_for_another_process_knows_it() -> None:
    assert pickle.loads(pickle.dumps(Fingerprint(lambda: "ab12"))).sha256 == "ab12"

"""What numbers came from, in a file: every text comes back as it was, and a damaged file is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdc_common.derivation import Block, Column, Reader, Writer, column, decimals, places

TEXTS = st.lists(
    st.one_of(st.just("5"), st.text(max_size=4), st.sampled_from(["", " ", "0.50", "a b", "-0"])), min_size=1
)


def back(codes: list[str], value: Column, reads: dict[str, Column | None], **shared: str) -> Block:
    writer = Writer()
    writer.add("weight", writer.at("unit", places(codes)), value, reads, shared)
    [block] = Reader().read(writer.text())
    return block


@given(TEXTS)
def test_every_text_of_a_column_comes_back(texts: list[str]) -> None:
    codes = [f"{i} {i}" if i % 3 else f"U{i}" for i in range(len(texts))]
    block = back(codes, column(texts), {"beds": column(texts), "factor": None}, clause="B.1", kind="")
    assert list(block.value.all) == texts
    assert [block.value.text(i) for i in range(len(texts))] == texts
    assert list(block.places.codes) == codes
    assert block.reads["factor"] is None
    assert block.reads["beds"] is block.value or list(block.reads["beds"].all) == texts  # type: ignore[union-attr]
    assert block.shared == {"clause": "B.1"}


def test_a_column_of_one_text_says_it_once() -> None:
    assert column(["3"] * 900) == "3"
    assert column(["a b"] * 900) == ["a b"]
    assert list(back(["A", "B"], column(["a b", "a b"]), {}).value.all) == ["a b", "a b"]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_numbers_with_decimals_come_back_as_a_person_reads_them(numbers: list[float]) -> None:
    block = back([str(i) for i in range(len(numbers))], decimals(numbers), {})
    shown = [f"{one:.6f}".rstrip("0").rstrip(".") for one in numbers]
    assert list(block.value.all) == shown
    assert list(block.value.numbers) == [float(text) for text in shown]
    assert [block.value.text(i) for i in range(len(numbers))] == shown


def test_what_is_no_number_counts_as_nought() -> None:
    assert list(back(["A", "B"], column(["3", "0…1"]), {}).value.numbers) == [3.0, 0.0]


def test_lists_and_columns_that_are_alike_are_held_once() -> None:
    writer, reader = Writer(), Reader()
    for _ in range(2):
        writer.add("rule", writer.at("unit", places(["A", "B"])), column(["1", "2"]), {}, {})
    one, two = reader.read(writer.text())
    [third, _] = reader.read(writer.text())
    assert one.places is two.places is third.places
    assert one.value is two.value is third.value


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", '{"places":[],"rows":[{"row":"rule","at":0,"value":"1"}]}', '{"rows":[]}', "7", "null",
        '{"places":[{"level":1,"codes":"A"}],"rows":[]}', '{"places":[{"level":"unit","codes":[1]}],"rows":[]}',
        '{"places":[{"level":"unit","codes":"A"}],"rows":[{"row":"rule","at":"0","value":"1"}]}',
        '{"places":[{"level":"unit","codes":"A"}],"rows":[{"row":"rule","at":0,"value":7}]}',
        '{"places":[{"level":"unit","codes":"A"}],"rows":[{"row":"rule","at":0,"value":"1","reads":[]}]}',
        '{"places":[{"level":"unit","codes":"A"}],"rows":[{"row":"rule","at":0,"value":{"six":"1"}}]}',
    ],
)  # fmt: skip
def test_a_text_that_is_no_such_file_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Reader().read(text)


def test_a_column_with_too_few_texts_is_told() -> None:
    writer = Writer()
    writer.add("rule", writer.at("unit", places(["A", "B", "C"])), column(["1", "2", "3"]), {}, {})
    short = json.loads(writer.text())
    short["rows"][0]["value"] = "1 2"
    [block] = Reader().read(json.dumps(short))
    with pytest.raises(ValueError, match="2 texts for 3 places"):
        _ = block.value.numbers

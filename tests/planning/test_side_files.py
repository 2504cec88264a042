"""Files beside the tables, and a term's table: used as they are, or left out and told, or refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pdc.base.faults import InputError
from pdc.cli import app
from pdc.country.setting import prepare
from pdc.planning.letterhead import read_letterhead
from pdc_common.roads import RoadsError, read_roads

TINY = Path(__file__).resolve().parents[1] / "fuzz" / "tiny"
ASKED = ["--set", "A.3.minimum=0", "--title", "dis_tabibi", "--no-reports", "--lang", "en"]
GOOD = "plaka,69,34\n69,0,12\n34,12,0\n"


def _run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split())


def _roads(folder: Path, content: str | bytes) -> Path:
    path = folder / "road_km.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_roads_are_read_with_bom_and_unknown_ways(tmp_path: Path) -> None:
    assert read_roads(_roads(tmp_path, GOOD)).dtypes.astype(str).tolist() == ["int64"] * 2
    found = read_roads(_roads(tmp_path, b"\xef\xbb\xbf" + b"a,069,34\r\n069,0,12.5\r\n34,,0\r\n"))
    assert found.columns.tolist() == ["69", "34"]
    assert found.loc[69, "34"] == 12.5
    assert found.isna().loc[34, "69"]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("", 1, "head"), ("a\n69\n", 1, "head"), ("a,69,069\n", 1, "head"), ("a,İst\n", 1, "head"), ('a,69\n69,"1', 0, "head"),
        (GOOD.replace("\n34", "\n69"), 3, "row"), (GOOD.replace("12,0", "12,0,1"), 3, "row"), (GOOD.replace("\n69", "\nx"), 2, "row"),
        *[(GOOD.replace("12,0", f"{bad},0"), 3, "number") for bad in ("nan", "inf", "-1", "true", "1e5", "²", "x", "1 2", "=1")],
        (GOOD.replace("12,0", "20041,0"), 3, "range"), (GOOD.encode("utf-16"), 0, "not_utf8"), ("x" * 5_000_001, 0, "too_large"),
    ],
)  # fmt: skip
def test_roads_that_are_none_are_not_used(tmp_path: Path, content: str | bytes, line: int, code: str) -> None:
    with pytest.raises(RoadsError) as found:
        read_roads(_roads(tmp_path, content))
    assert (found.value.line, found.value.code) == (line, code)


def test_a_side_file_that_cannot_be_used_is_left_out_and_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(TINY, data)
    _roads(data, GOOD.replace("12,0", "1,5,0"))
    (data / "access_bands.csv").write_text("a,b\n", "utf-8")
    given = prepare(data, sets=["A.3.minimum=0"])
    assert {w.code for w in given.warnings} >= {"roads.row", "bands.head"}
    assert not {"road_km.csv", "access_bands.csv"} & set(given.side_files)
    for words in (["check", "--data", data, "--lang", "en"], ["plan", "--data", data, *ASKED, "--out", tmp_path / "plan"]):
        code, text = _run(*words)
        assert code == 0
        assert "road_km.csv:3" in text
        assert "access_bands.csv:1" in text
    code, text = _run("transfers", tmp_path / "plan", "--data", data, "--lang", "en", "--out", tmp_path / "moved")
    assert code == 0
    assert "road_km.csv:3" in text


def test_a_column_of_a_terms_table_that_is_not_known_is_refused(tmp_path: Path) -> None:
    """It may be the provinces under another name: the posts would go to the whole country."""
    assert _run("plan", "--data", TINY, *ASKED, "--out", tmp_path / "plan")[0] == 0
    table = tmp_path / "term.csv"
    for heading in ("şehirler", "", "not"):
        table.write_text(f"title,posts,{heading}\ndis_tabibi,2,Yozgat\n", "utf-8")
        words = ("appoint", tmp_path / "plan", "--data", TINY, "--lang", "en", "--out", tmp_path / "out")
        code, text = _run(*words, "--term", table)
        assert code == 2
        assert "title, posts, [provinces]" in text
        assert not (tmp_path / "out").exists()


def test_a_key_of_a_letterhead_that_is_not_known_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "letterhead.toml"
    for value in ("1", "true", "nan", "[1]", "{ b = 1 }", "1979-05-27"):
        path.write_text(f"prepared = {{ a = {value} }}\n", "utf-8")
        with pytest.raises(InputError, match="prepared"):
            read_letterhead(path)

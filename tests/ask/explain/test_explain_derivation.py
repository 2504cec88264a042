"""Where explanations are read from: folders of earlier versions, places with odd codes, damaged files."""

from __future__ import annotations

import gzip
import io
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pdc
from helpers.two_provinces import FEW, country
from pdc.cli import app
from pdc.planning.write import write
from pdc.proof.files import packed
from pdc_common.cells_csv import writer
from pdc_reports.explain.derivation import Reason, read_derivation, told_titles
from pdc_reports.explain.plausibility import plausibility
from pdc_reports.explain.tables import Book, read_titles

TITLES = ("hemsire", "ebe", "eczaci", "pratisyen_tabip", "tibbi_sekreter")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    land = country().filled("tibbi_sekreter", 60)
    land.unit("H 4", "C2", "devlet_hastanesi", beds=80, outpatient_visits=40_000)
    return write(land.plan(*TITLES, sets=FEW), tmp_path_factory.mktemp("why") / "plan", reports=False)


@pytest.fixture(scope="module")
def earlier(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder as versions before this form of the files wrote it: a row a line."""
    old = tmp_path_factory.mktemp("earlier") / "plan"
    shutil.copytree(folder, old)
    for path in (old / "why").iterdir():
        title, text = path.name.removesuffix(".json.gz"), io.StringIO()
        lines = writer(text)
        lines.writerow(Reason._fields)
        lines.writerows(read_derivation(folder, title))
        (old / "why" / f"{title}.csv.gz").write_bytes(packed(text.getvalue()))
        path.unlink()
    return old


PLACES = (
    {}, {"province": "19"}, {"province": "5"}, {"district": "C1"}, {"district": "C2"}, {"district": "A1"},
    *({"unit": code} for code in ("H1", "H2", "H3", "H 4", "S1", "S2", "S4")),
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_folder_of_an_earlier_version_is_explained_to_the_letter(
    folder: Path, earlier: Path, place: dict[str, str]
) -> None:
    for title in TITLES:
        told = pdc.explain(folder, title, lang="en", **place)  # type: ignore[arg-type]
        assert len(told.text()) > 100
        assert pdc.explain(earlier, title, lang="en", **place).data() == told.data()  # type: ignore[arg-type]


def test_a_folder_of_an_earlier_version_has_the_same_rows_and_plausibility(
    folder: Path, earlier: Path
) -> None:
    assert told_titles(folder) == told_titles(earlier) == set(TITLES)
    for title in TITLES:
        rows = list(read_derivation(folder, title))
        assert rows == list(read_derivation(earlier, title))
        assert {"rule", "district" if title != "pratisyen_tabip" else "target"} <= {row.row for row in rows}
    found = []
    for place in (folder, earlier):
        book = Book.read(place, "en")
        found.append(plausibility(book, read_titles(book, TITLES).values()))
    assert found[0] == found[1]
    assert found[0]


def test_a_code_with_a_blank_keeps_its_rows(folder: Path) -> None:
    facts = read_titles(Book.read(folder, "en"), ["hemsire"])["hemsire"]
    [weight] = facts.reasons(("unit", "H 4"), "weight")
    assert weight.inputs == "ward_beds=80;special_beds=0;khd_beds=0"
    assert facts.weight("H 4") == pytest.approx(float(weight.value))


def test_a_place_without_rows_and_a_folder_without_derivation_tell_nothing(
    folder: Path, tmp_path: Path
) -> None:
    assert list(read_derivation(tmp_path, "hemsire")) == []
    told = read_derivation(folder, "hemsire")
    assert told.reasons(("unit", "nowhere"), "weight") == []
    assert list(told.rows(("unit", "nowhere"))) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"no json"), gzip.compress(b"{}"), gzip.compress(b"\xff"),
     gzip.compress(b'{"places":[{"level":"unit","codes":"H1 H2"}],"rows":[{"row":"floor","at":0,"value":"1 2 3"}]}')],
)  # fmt: skip
def test_a_damaged_file_is_told_as_a_change_of_the_folder(
    folder: Path, tmp_path: Path, content: bytes
) -> None:
    plan = tmp_path / "plan"
    shutil.copytree(folder, plan)
    (plan / "why" / "hemsire.json.gz").write_bytes(content)
    done = CliRunner().invoke(
        app, ["explain", str(plan), "--title", "hemsire", "--unit", "H1", "--lang", "en"]
    )
    assert done.exit_code == 2
    assert "its files are not as pdc wrote them (why/hemsire.json.gz; " in done.output

"""What numbers came from: as binding found it, split where choices fall otherwise, whoever was told before."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.small import Small
from helpers.two_provinces import FEW
from helpers.two_provinces import country as two_provinces
from pdc.country.merges import merge
from pdc.law import reading
from pdc.law.groups import groups
from pdc.law.scenario import apply
from pdc.planning.write import write
from pdc.rules.bind import BoundGroup, bind_group
from pdc.rules.derivation import why_text
from pdc.rules.scene import Scene
from pdc_common.derivation import Block, Reader
from pdc_reports.explain.derivation import Derivation

ECZ = "eczaci"
PARAMETERS = """
["Z.1".parameters]
ten = { value = 10, origin = "law", tr = "a", en = "a" }
fifty = { value = 50, origin = "law", tr = "a", en = "a" }
many = { value = { "19" = 7 }, origin = "law", tr = "a", en = "a" }
"""


def town() -> Small:
    built = (
        Small()
        .province(19)
        .district("D1", 19, 90_000, central=1)
        .province(5)
        .district("D2", 5, 60_000, central=1)
    )
    for code, beds in (("H1", 100), ("H2", 50), ("H3", 20)):
        built.unit(code, "D1", "devlet_hastanesi", beds=beds)
    return built.unit("H4", "D2", "devlet_hastanesi", beds=70).filled(ECZ, 120)


def bound_of(folder: Path, rule: str = "") -> BoundGroup:
    """Pharmacists of the town bound, with a rule of a study."""
    files = []
    if rule:
        files.append(folder / "study.toml")
        text = f'["Z.1"]\nsource = "x"\ntr = "x"\nen = "x"\n[["Z.1".rule]]\ntitles = ["{ECZ}"]\n{rule}\n{PARAMETERS}'
        files[0].write_text(text, "utf-8")
    book, _ = apply(reading.load(), files, ["A.3.minimum=0"])
    group = next(g for g in groups(book, [ECZ]) if ECZ in g.titles)
    return bind_group(merge(town().tables(), book), book, group, {})


def blocks(bound: BoundGroup, clause: str = "Z.1") -> list[Block]:
    text = why_text(bound.scenes[ECZ], bound.targets[ECZ], bound.cells)
    return [one for one in Reader().read(text) if one.shared.get("clause") == clause]


def shown(found: list[Block]) -> list[tuple[str, dict[str, str], dict[str, list[str]]]]:
    return [
        (
            one.shared.get("formula", ""),
            dict(zip(one.places.codes, one.value.all, strict=True)),
            {name: list(texts.all) for name, texts in one.reads.items() if texts is not None},
        )
        for one in found
    ]


def test_explanations_ask_the_law_for_no_weight_and_no_factor_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = bound_of(tmp_path)
    asked: list[str] = []
    amounts = Scene.amounts

    def listening(self: Scene, rule: object, key: str, *rest: object) -> object:
        asked.append(key)
        return amounts(self, rule, key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Scene, "amounts", listening)
    text = why_text(bound.scenes[ECZ], bound.targets[ECZ], bound.cells)
    assert '"row":"weight"' in text
    assert set(asked) & {"weight", "factor"} == set()


def test_places_where_a_choice_falls_otherwise_are_another_block(tmp_path: Path) -> None:
    rule = 'kind = "floor"\nlevel = "unit"\namount = "beds - ten if beds > fifty else beds"\ntier = 2'
    assert shown(blocks(bound_of(tmp_path, rule))) == [
        ("beds - ten", {"H1": "90", "H4": "60"}, {"beds": ["100", "70"]}),
        ("beds", {"H2": "50", "H3": "20"}, {"beds": ["50", "20"]}),
    ]


def test_a_table_is_read_where_it_has_an_entry(tmp_path: Path) -> None:
    rule = 'kind = "floor"\nlevel = "unit"\namount = "lookup(province_code, many, ten) + 0 * beds"\ntier = 2'
    assert shown(blocks(bound_of(tmp_path, rule))) == [
        ("lookup(province_code, many) + 0 * beds", {"H1": "7", "H2": "7", "H3": "7"},
         {"province_code": ["19"] * 3, "beds": ["100", "50", "20"]}),
        ("ten + 0 * beds", {"H4": "10"}, {"beds": ["70"]}),
    ]  # fmt: skip


def test_of_a_band_both_ends_are_told_with_all_that_either_reads(tmp_path: Path) -> None:
    rule = (
        'kind = "band"\nlevel = "unit"\namount = "floor(beds / fifty)"\n'
        'upper = "ceil(beds / ten) if beds > fifty else beds + district_etf"\ntier = 2'
    )
    assert shown(blocks(bound_of(tmp_path, rule))) == [
        ("floor(beds / fifty) … ceil(beds / ten)", {"H1": "2…10", "H4": "1…7"}, {"beds": ["100", "70"]}),
        ("floor(beds / fifty) … beds + district_etf", {"H2": "1…90050", "H3": "0…90020"},
         {"beds": ["50", "20"], "district_etf": ["90000", "90000"]}),
    ]  # fmt: skip


def test_fractions_have_up_to_six_decimals_and_whole_numbers_none(tmp_path: Path) -> None:
    rule = 'kind = "target"\nlevel = "unit"\nweight = "beds / (ten + ten + ten)"'
    found = [one for one in blocks(bound_of(tmp_path, rule)) if one.row == "weight"]
    assert shown(found)[0][1] == {"H1": "3.333333", "H2": "1.666667", "H3": "0.666667", "H4": "2.333333"}
    rule = 'kind = "target"\nlevel = "unit"\nweight = "beds / ten"'
    found = [one for one in blocks(bound_of(tmp_path, rule)) if one.row == "weight"]
    assert shown(found)[0][1] == {"H1": "10", "H2": "5", "H3": "2", "H4": "7"}


def test_a_title_is_told_the_same_whoever_was_told_before_it(tmp_path: Path) -> None:
    titles = ("uzman.kardiyoloji", "uzman.noroloji", "uzman.genel_cerrahi", ECZ)
    land = two_provinces()
    for title in titles[:3]:
        land.filled(title, 12)
    alone = {t: write(land.plan(t, sets=FEW), tmp_path / t, reports=False) for t in titles}
    together = write(land.plan(*titles, sets=FEW), tmp_path / "all", reports=False)
    for title in titles:
        name = f"why/{title}.json.gz"
        assert (alone[title] / name).read_bytes() == (together / name).read_bytes()


def test_every_row_of_a_place_is_found_by_its_kind(tmp_path: Path) -> None:
    bound = bound_of(tmp_path)
    told = Derivation(Reader().read(why_text(bound.scenes[ECZ], bound.targets[ECZ], ())))
    assert {row.row for row in told} == {"pool", "share", "district", "weight", "floor"}
    for row in told:
        assert row in told.reasons((row.level, row.code), row.row)
    assert [row for row, _ in told.rows(("unit", "H1"))] == ["floor", "weight"]
    sums = told.sums("unit", "weight")
    assert sums["H1"] == sum(float(row.value) for row in told.reasons(("unit", "H1"), "weight"))

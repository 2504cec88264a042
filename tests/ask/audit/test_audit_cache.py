"""An audit from the cache tells the same; what is damaged, strange or open to others is bound anew."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdc
from helpers.small import Small
from pdc.ask.audit import counting
from pdc.base.cache import user_cache
from pdc.base.folder import to_csv
from pdc.country.setting import prepare
from pdc.planning.plan import plan_setting
from pdc.planning.write import write

TITLES = ("hemsire", "ebe", "eczaci", "uzman.genel_cerrahi")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PDC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    made = Small().province(19, "Çorum").district("C1", 19, 90_000, central=1).district("C2", 19, 30_000)
    made.unit("H1", "C1", "devlet_hastanesi", beds=400, special_beds=10, khd_beds=20)
    made.unit("O1", "C2", "saglik_ocagi", catchment_population=9_000)
    made.unit("M19", "C1", "il_saglik_mudurlugu")
    for title, filled in zip(TITLES, (400, 200, 120, 120), strict=True):
        made.filled(title, filled)
    return made.write(tmp_path / "data")


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Groups that are bound, and not taken."""
    names: list[str] = []
    original = counting.bind_law

    def counted(country: object, book: object, group: object, *rest: object, **named: object) -> object:
        names.append(group.name)  # type: ignore[attr-defined]
        return original(country, book, group, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(counting, "bind_law", counted)
    return names


def table(folder: Path, nurses: int = 30, surgeons: int = 4) -> str:
    rows = [("H1", "hemsire", nurses), ("O1", "hemsire", 2), ("H1", "ebe", 7), ("H1", "eczaci", 1)]
    rows.append(("H1", "uzman.genel_cerrahi", surgeons))
    path = folder / "cetvel.csv"
    path.write_text("unit_code,title,posts\n" + "".join(f"{c},{t},{n}\n" for c, t, n in rows), "utf-8")
    return str(path)


def told(audit: pdc.Audit) -> tuple[bytes, list[object]]:
    numbers = [
        (title, level, found.target[level].tolist(), found.posts[level].tolist(), found.deviation[level])
        for title, found in audit.titles.items()
        for level in found.places
    ]
    return to_csv(audit.frame), [*numbers]


def test_an_audit_from_the_cache_tells_the_same_and_binds_nothing(
    store: Path, data: Path, bound: list[str], tmp_path: Path
) -> None:
    path = table(tmp_path)
    fresh = told(pdc.audit(path, data, cache=False))
    assert not store.exists()
    bound.clear()
    first = told(pdc.audit(path, data))
    assert sorted(bound) == ["eczaci", "hemsire+ebe", "uzman.genel_cerrahi"]
    bound.clear()
    assert told(pdc.audit(path, data)) == first == fresh
    assert bound == []


def test_a_plan_leaves_its_law_for_audits(store: Path, data: Path, bound: list[str], tmp_path: Path) -> None:
    planned = pdc.plan(data)
    write(planned, tmp_path / "plan", reports=False)
    own = told(pdc.audit(tmp_path / "plan", data))
    assert bound == [], "the plan itself is measured by the law that it bound"
    assert own == told(pdc.audit(tmp_path / "plan", data, cache=False))
    bound.clear()
    table_ = told(pdc.audit(table(tmp_path), data))
    assert bound == ["hemsire+ebe"]  # other surgeons, and B.4.a reads the physicians
    assert table_ == told(pdc.audit(table(tmp_path), data, cache=False))


def test_other_posts_bind_again_only_what_reads_them(
    store: Path, data: Path, bound: list[str], tmp_path: Path
) -> None:
    pdc.audit(table(tmp_path), data)
    bound.clear()
    more = told(pdc.audit(table(tmp_path, nurses=31), data))
    assert bound == []  # nobody's rule reads the nurses
    assert more == told(pdc.audit(table(tmp_path, nurses=31), data, cache=False))
    bound.clear()
    path = table(tmp_path, surgeons=90)
    more = told(pdc.audit(path, data))
    assert bound == ["hemsire+ebe"]  # B.4.a reads the physicians
    assert more == told(pdc.audit(path, data, cache=False))


def test_another_law_or_other_data_are_bound_anew(
    store: Path, data: Path, bound: list[str], tmp_path: Path
) -> None:
    path = table(tmp_path)
    pdc.audit(path, data)
    bound.clear()
    sets = ["B.4.a.8.beds_per_nurse=4"]
    changed = told(pdc.audit(path, data, sets=sets))
    assert bound
    assert changed == told(pdc.audit(path, data, sets=sets, cache=False))
    bound.clear()
    units = data / "units.csv"
    units.write_text(units.read_text("utf-8").replace(",400", ",300"), "utf-8")
    assert told(pdc.audit(path, data)) == told(pdc.audit(path, data, cache=False))
    assert "hemsire+ebe" in bound


def test_damaged_entries_and_a_folder_open_to_others_are_not_believed(
    store: Path, data: Path, bound: list[str], tmp_path: Path
) -> None:
    path = table(tmp_path)
    first = told(pdc.audit(path, data))
    for entry in store.glob("*/*"):
        entry.write_bytes(entry.read_bytes()[:-1] + b"!")
    bound.clear()
    assert told(pdc.audit(path, data)) == first
    assert len(bound) == 3
    store.chmod(0o777)
    bound.clear()
    assert told(pdc.audit(path, data)) == first
    assert len(bound) == 3


def test_only_whole_runs_leave_a_law(store: Path, data: Path, bound: list[str], tmp_path: Path) -> None:
    """A sweep of thousands would fill the cache with laws that nobody audits by."""
    setting = prepare(data, cache=user_cache())
    plan_setting(setting, (), pdc.Options(norm="webster"), cache=user_cache())
    pdc.audit(table(tmp_path), data)
    assert sorted(bound) == ["eczaci", "hemsire+ebe", "uzman.genel_cerrahi"]

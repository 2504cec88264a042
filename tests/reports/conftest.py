"""One tiny plan folder and its reports for all tests of the reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers.fake_plan import write_fake_plan
from pdc_reports import write_reports
from pdc_reports.folder.plan import PlanTables


@pytest.fixture(scope="session")
def plan_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_plan(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="session")
def plan(plan_dir: Path) -> PlanTables:
    return PlanTables.read(plan_dir)


@pytest.fixture(scope="session")
def reports(plan_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    write_reports(plan_dir, out, provinces=True)
    (out / "plan.txt").write_text(str(plan_dir), "utf-8")
    return out


@pytest.fixture(scope="session")
def reports_en(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An approved plan that stopped at the time limit, in English."""
    folder = write_fake_plan(tmp_path_factory.mktemp("approved"), approved=True, status="time_limit")
    write_reports(folder, lang="en")
    return folder


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs chromium; deselected where there is none")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, not skip: a machine without a browser has a shorter list of tests, and says how much shorter."""
    if find_chromium():
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    if browser:
        items[:] = [item for item in items if item not in browser]
        config.hook.pytest_deselected(items=browser)

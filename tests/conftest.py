"""Nothing of a test goes into the user's cache, and nothing comes from it."""

from __future__ import annotations

import gc
import os
import sys

import pytest

from helpers.chromium import find_chromium

os.environ["PDC_CACHE"] = "off"
# Seven thousand tests are collected, none of it garbage: a third of that time went into looking for some.
gc.disable()


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


def pytest_collection_finish() -> None:
    """What is there when the first test begins stays to the last: it is not looked through again."""
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What a process reached is written before it goes: one that takes long to end is killed by xdist."""
    coverage = sys.modules.get("coverage")
    current = coverage.Coverage.current() if coverage is not None else None
    if current is not None and "PYTEST_XDIST_WORKER" in os.environ:
        current.save()

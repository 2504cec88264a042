"""Nothing of a test goes into the user's cache, and nothing comes from it."""

from __future__ import annotations

import gc
import os
import sys
from functools import cache
from typing import Any, Final

import pytest
import typer.testing

from helpers.chromium import find_chromium

os.environ["PDC_CACHE"] = "off"
# Seven thousand tests are collected, none of it garbage: a third of that time went into looking for some.
gc.disable()
# The commands are made once a process: typer makes all of them anew for each call of its runner, which takes longer
# than most of what is called.
if hasattr(typer.testing, "_get_command"):
    typer.testing._get_command = cache(typer.testing._get_command)

LONG: Final = {
    "test_against_oracle", "test_hand_tables", "test_marginal", "test_notebook", "test_one_more_bounds", "test_session",
}  # fmt: skip
"""Files with a test of many seconds."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs chromium; deselected where there is none")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Under ``-n``: half of the files to each process, which takes from the other's end when it has done its own.

    Tests dealt out one by one, as xdist does by itself, have both processes make what a file's tests share.
    """
    if config.getoption("dist") != "load":
        return None  # another way was asked for
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415 - only there with xdist

    return WorkStealingScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with long tests first: else the last one keeps one process busy while the others wait.

    Deselect, not skip: a machine without a browser has a shorter list of tests, and says how much shorter.
    """
    items.sort(key=lambda item: item.path.stem not in LONG)
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

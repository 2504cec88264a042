"""Built-in Türkiye with the law of 2006, prepared once a process."""

from __future__ import annotations

from functools import cache

from pdc.country.setting import Setting, prepare


@cache
def turkey() -> Setting:
    """Read only: every test of the process has the same one."""
    return prepare()

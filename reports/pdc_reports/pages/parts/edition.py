"""An edition: a plan's tables and the language they are told in."""

from __future__ import annotations

from dataclasses import dataclass

from pdc_common.numerals import number
from pdc_common.text import Lang, known, say
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import level_name


@dataclass(frozen=True)
class Edition:
    """What every part of a page is made from."""

    tables: PlanTables
    lang: Lang

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of ``reports.*``."""
        return say(f"reports.{key}", self.lang, **values)

    def has(self, key: str) -> bool:
        """Is there such a sentence?"""
        return known(f"reports.{key}")

    def num(self, value: float | None, decimals: int = 0) -> str:
        """Write a number."""
        return number(value, self.lang, decimals)

    def title(self, code: str) -> str:
        """Name of a title or of the titles of a joint rule."""
        return self.tables.title_name(code, self.lang)

    def place(self, level: str, code: str) -> str:
        """Name of a place with its province."""
        province, district, unit = self.tables.place(level, code)
        if unit:
            return f"{unit}, {province}" if province else unit
        return f"{district}, {province}" if district else province or level_name("national", self.lang)

    def shown(self, shown: int, count: int) -> str:
        """Say that only the first rows are shown, if so."""
        return self.say("page.shown", shown=self.num(shown), all=self.num(count)) if count > shown else ""

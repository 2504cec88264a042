"""``cetvel.xlsx``: the tables that are signed. Same plan, same bytes.

First an overview, then every title group by province, district and unit, then rules and notices.
"""

from __future__ import annotations

from pathlib import Path

from pdc_common.levels import LEVELS
from pdc_common.text import Lang
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.workbook.assignments import write_assignments
from pdc_reports.workbook.book import Book
from pdc_reports.workbook.notices import write_notices
from pdc_reports.workbook.overview import write_overview
from pdc_reports.workbook.posts import sheet_name, write_posts
from pdc_reports.workbook.rules import write_rules
from pdc_reports.workbook.staff import write_staff

__all__ = ["sheet_name", "write_workbook"]


@worded
def write_workbook(tables: PlanTables, path: Path, lang: Lang = "tr") -> Path:
    """Write the workbook and return its path."""
    book = Book(tables, path, lang)
    write_overview(book)
    wides = {level: tables.wide(level) for level in LEVELS}
    for sheet in tables.sheets:
        for level in LEVELS:
            write_posts(book, sheet, level, wides[level])
    write_staff(book)
    write_assignments(book)
    write_rules(book)
    write_notices(book)
    book.close()
    return path

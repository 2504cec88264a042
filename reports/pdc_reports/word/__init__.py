"""``rapor.docx``: what a commission reads and signs, five to ten pages. Same plan, same bytes."""

from __future__ import annotations

from pathlib import Path

from pdc_common.text import Lang
from pdc_reports.folder.plan import PlanTables, worded
from pdc_reports.pages.parts.explanations import Whys

__all__ = ["write_word"]


@worded
def write_word(tables: PlanTables, path: Path, figures: Path, whys: Whys, lang: Lang = "tr") -> Path:
    """Write the Word file and return its path; pictures are those already drawn in the folder ``figures``."""
    # python-docx takes a fifth of a second to import; who only looks at pages does not wait for it.
    from pdc_reports.word.report import Report  # noqa: PLC0415

    return Report(tables, figures, whys, lang).write(path)

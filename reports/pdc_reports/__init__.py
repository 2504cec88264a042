"""Reports of a plan: the workbook that is signed, the page, the figures.

They read the result tables of a plan folder and nothing else; this package never imports the model.
"""

from pdc_reports.reports import write_reports

__all__ = ["write_reports"]

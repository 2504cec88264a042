"""``audit.html`` and ``compare.html``: pages about tables that people made, from the audit's files alone."""

from pdc_reports.pages.audit import write_audit_page
from pdc_reports.pages.compare import write_compare_page

__all__ = ["write_audit_page", "write_compare_page"]

"""``audit.html``, and ``difference.html`` of ``compare``: pages about tables that people made."""

from pdc_reports.pages.audit import write_audit_page
from pdc_reports.pages.compare import Shown, write_compare_page

__all__ = ["Shown", "write_audit_page", "write_compare_page"]

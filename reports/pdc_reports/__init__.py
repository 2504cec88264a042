"""Reports of a plan: the workbook that is signed, the page, the figures.

They read the result tables of a plan folder and nothing else; this package never imports the model.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdc_reports.write import Unwritten, write_reports

__all__ = ["Unwritten", "write_reports"]


def __getattr__(name: str) -> Any:
    # Drawing takes a second to import; who only plans does not wait for it.
    if name in __all__:
        from pdc_reports import write  # noqa: PLC0415

        return getattr(write, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

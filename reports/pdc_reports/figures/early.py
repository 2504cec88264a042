"""What draws, made ready in a process that does nothing but draw a plan's figures."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from typing import Any, Final

_FOLDER: Final = "MPLCONFIGDIR"  # where matplotlib keeps what it knows of fonts


def load() -> None:
    """Import what draws; matplotlib, where it comes in new, without the help that it writes for its readers.

    For each of its classes it puts together a signature and a list of properties: a third of the time of its
    import. Only for a process of ours: a caller's help stays whole.
    """
    folder = os.environ.get(_FOLDER)
    if "matplotlib" not in sys.modules:
        _write_no_help()
    import_module("pdc_reports.figures.draw")
    made = os.environ.get(_FOLDER)
    if made is not None and made != folder:
        # matplotlib may write nowhere else, and removes it when Python ends; such a process just stops.
        shutil.rmtree(made, ignore_errors=True)


def _write_no_help() -> None:
    artist: Any = import_module("matplotlib.artist")
    for owner, name, nothing in (
        (artist.Artist, "_update_set_signature_and_docstring", classmethod(lambda _: None)),
        (artist, "kwdoc", lambda _: ""),
    ):
        if name in vars(owner):  # else this matplotlib has another way, and keeps it
            setattr(owner, name, nothing)

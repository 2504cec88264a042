"""How a command that wrote a folder ends: where it is, and last what to open."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pdc.cli.common import console
from pdc_common.text import Lang, say

OPEN: Final = ("report.html", "audit.html", "difference.html", "sensitivity.html", "cetvel.xlsx")
"""What a person opens, the first thing first."""


def ending(folder: Path, lang: Lang) -> None:
    """Say where everything was written and what to open; without reports, the folder alone."""
    console.print(say("cli.written", lang, folder=folder), markup=False, highlight=False, soft_wrap=True)
    for name in OPEN:
        if (folder / name).is_file():
            text = say("cli.open", lang, file=folder / name)
            console.print(text, style="bold", markup=False, highlight=False, soft_wrap=True)

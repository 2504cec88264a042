"""``plan … --against``: the plan held beside a base plan, each as its own law made it; table and page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pdc.ask.difference import Difference, Side
from pdc.base.folder import to_csv
from pdc.planning.plan import Plan
from pdc_common.bounded import text_of
from pdc_common.text import Lang, say, wording
from pdc_reports.pages.difference import Names, difference_html

BASE = "base"


def against(made: Plan, other: str, base: Callable[[], Plan], lang: Lang) -> Difference:
    """The plan beside ``other``: ``base`` is planned by calling ``base``, a folder is read.

    Raises :class:`~pdc.planning.seal.NotAPlanError` for a folder that is none.
    """
    plain = say("difference.base_name", lang)
    first = Side.of(base(), plain) if other == BASE else Side.read(Path(other))
    name = ", ".join([*made.scenario.names, *(f"{k}={v}" for k, v in made.scenario.changes.items())])
    return Difference(first, Side.of(made, name or plain))


def check_other(other: str) -> None:
    """Raise before anything is planned where ``other`` is neither ``base`` nor a plan folder."""
    if other != BASE:
        Side.read(Path(other))


def names_of(made: Plan, lang: Lang) -> Names:
    """Names in a language, with the borders of the plan's own country."""
    borders = made.side_files.get("provinces.geojson")
    known: Mapping[str, Any] | None = None if borders is None else json.loads(text_of(borders))
    return Names(made.results.frames, lang, known)


def files(made: Plan, difference: Difference, lang: Lang) -> dict[str, bytes]:
    """``differences.csv`` and ``difference.html`` of a plan's folder."""
    with wording(made.rulebook.about.words):
        page = difference_html(difference.to_dict(), names_of(made, lang))
    return {"differences.csv": to_csv(difference.frame()), "difference.html": page}

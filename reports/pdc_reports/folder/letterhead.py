"""The heading of what is signed: from ``summary.json``; what is not known there is a line to write on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pdc_common.text import Lang, say
from pdc_reports.folder.plan import PlanTables
from pdc_reports.folder.views import is_approved

LINE: Final = "." * 30
ROLES: Final = ("prepared", "checked", "approved")


@dataclass(frozen=True)
class Letterhead:
    """Lines of the institution; number, date and legal basis by name; who signs (name, duty) by role."""

    institution: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    signs: Mapping[str, tuple[str, str]]


def letterhead(tables: PlanTables, lang: Lang) -> Letterhead:
    """The plan's letterhead; an approved plan has the number and the date of its decision."""
    told: Mapping[str, Any] = tables.summary.get("letterhead") or {}
    state = tables.summary.get("state") or {} if is_approved(tables) else {}
    known = {"number": state.get("decision"), "date": state.get("date"), "basis": None}
    facts = tuple(
        (say(f"reports.letterhead.{key}", lang), str(told.get(key) or other or LINE))
        for key, other in known.items()
    )
    lines = tuple(map(str, told.get("institution") or ())) or (
        say("reports.letterhead.state", lang), say("reports.letterhead.ministry", lang),
    )  # fmt: skip
    signs = {}
    for role in ROLES:
        person = told.get(role) or {}
        signs[role] = (str(person.get("name") or ""), str(person.get("duty") or ""))
    return Letterhead(lines, facts, signs)

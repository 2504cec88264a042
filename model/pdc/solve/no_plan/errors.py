"""Why there is no lawful plan, as exceptions that carry what the commands tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pdc.country.country import Country
from pdc.law.rulebook import Rulebook
from pdc.rules.kinds import Finding
from pdc.solve.no_plan.ways_out import NoPlan


class NoPlanError(Exception):
    """No lawful plan; ``troubles`` say by group what clashes and the cheapest ways out.

    Places in them are positions in ``country``.
    """

    def __init__(
        self, text: str, troubles: Sequence[NoPlan], country: Country | None, book: Rulebook | None
    ) -> None:
        super().__init__(text)
        self.troubles = tuple(troubles)
        self.country = country
        self.rulebook = book


class StrictError(NoPlanError):
    """``--strict``: some clauses cannot be kept in full. ``short``: the posts missing at least, by clause."""

    def __init__(
        self,
        short: Mapping[str, int],
        findings: tuple[Finding, ...] = (),
        troubles: Sequence[NoPlan] = (),
        country: Country | None = None,
        book: Rulebook | None = None,
    ) -> None:
        text = ", ".join(f"{clause}: {posts}" for clause, posts in short.items())
        super().__init__(text, troubles, country, book)
        self.short = short
        self.findings = findings


class ClashError(NoPlanError):
    """Pins or hard rules that cannot hold together; ``names`` says which."""

    def __init__(
        self,
        group: str,
        trouble: NoPlan,
        country: Country,
        book: Rulebook,
    ) -> None:
        members = [member.text(country) for one in trouble.conflicts for member in one.members]
        self.group = group
        self.names = tuple(dict.fromkeys(members))
        super().__init__(f"{group}: {', '.join(self.names)}", (trouble,), country, book)

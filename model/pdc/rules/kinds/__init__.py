"""The kinds of rule that constrain a plan, each with its twins ``constrain`` and ``check``.

Which there are is said once, in :mod:`pdc.law.kinds`; here each entry becomes its one object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from pdc.law.kinds import REGISTRY, constraining
from pdc.rules.cells import Cells, Finding, Numbers
from pdc.rules.kinds.base import Kind


class _Kinds(Mapping[str, Kind]):
    """Objects of the registry's classes, made when they are first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, Kind]] = {}

    def __getitem__(self, name: str) -> Kind:
        acts = REGISTRY[name].acts
        if not acts:
            raise KeyError(name)
        known = self._made.get(name)
        if known is None or known[0] != acts:
            module, _, wanted = acts.partition(":")
            made = getattr(import_module(module), wanted)()
            assert isinstance(made, Kind)
            known = self._made[name] = (acts, made)
        return known[1]

    def __iter__(self) -> Iterator[str]:
        return iter(constraining())

    def __len__(self) -> int:
        return len(constraining())


KINDS: Final[Mapping[str, Kind]] = _Kinds()
"""Kinds that constrain a program, by name; the others act on tables, targets and lists."""

__all__ = ["KINDS", "Cells", "Finding", "Kind", "Numbers"]

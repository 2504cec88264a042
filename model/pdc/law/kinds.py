"""The kinds of rule there are: what each may say in a rulebook, and the class that does what it says.

One entry a kind, in :data:`REGISTRY`. A kind that constrains a plan names its class as ``module:Class``; the
class is loaded by the room above (:mod:`pdc.rules.kinds`) when a rule of that kind is first bound, so that
the law can be read without it. A kind without a class acts on tables, targets or lists (supply, merge …).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

COMMON: Final = frozenset({"kind", "titles", "where", "level", "note", "define", "value"})
"""Keys that every rule may have."""

FORMULAS: Final = (
    "where", "amount", "upper", "share", "each", "inside", "factor", "weight", "set", "basin", "forbid",
    "rate", "first", "after", "at_least", "order_by", "planned", "value", "unless", "instead", "host", "stay",
    "by_weight", "over", "later",
)  # fmt: skip
"""Keys whose text is a formula; the others are plain values."""

OWN: Final = "own"
"""In ``levels``: the level that the rule itself names."""

LAW: Final = "law"
"""In ``levels``: no level at all; the formula reads its clause's parameters and nothing else."""


@dataclass(frozen=True)
class KindOfRule:
    """What a rulebook may say in a rule of one kind.

    ``keys`` beside the common ones; ``levels`` says whose columns the formula of a key reads (``""`` for all
    keys not named, :data:`OWN` for the rule's own level); ``whats`` are the words its key ``what`` may hold,
    each done by Python that knows no place and no title; ``acts`` is ``module:Class`` of its twins, or empty;
    ``form`` is how a rule of it is told where there is no plan (``floor``, ``fix``, ``limit``, ``band`` …);
    without the keys ``needs`` a rule of it says nothing.
    """

    name: str
    keys: frozenset[str] = frozenset()
    levels: Mapping[str, str] = field(default_factory=dict)
    whats: frozenset[str] = frozenset()
    acts: str = ""
    form: str = "floor"
    needs: frozenset[str] = frozenset()

    @property
    def allowed(self) -> frozenset[str]:
        """Every key that a rule of this kind may have."""
        return COMMON | self.keys

    def level_of(self, key: str, own: str) -> str:
        """Level whose columns the formula of ``key`` reads, in a rule of level ``own``."""
        level = self.levels.get(key, self.levels.get("", OWN))
        return own if level == OWN else level


def _kind(
    name: str, keys: str, acts: str = "", *, form: str = "floor", whats: str = "", needs: str = "",
    **levels: str,
) -> KindOfRule:  # fmt: skip
    by_key = {("" if key == "rest" else key): level for key, level in levels.items()}
    known, due = frozenset(whats.split()), frozenset(needs.split())
    return KindOfRule(name, frozenset(keys.split()), by_key, known, acts, form, due)


REGISTRY: Final[dict[str, KindOfRule]] = {
    entry.name: entry
    for entry in (
        _kind("scope", "what planned", whats="sums excluded_titles statuses covered_branches"),
        # A supply's amount is national, its shares are not.
        _kind("supply", "amount share each inside instead", share=OWN, each=OWN, where=OWN, rest="national"),
        _kind("target", "amount share factor weight need limit set basin by_weight", basin="national"),
        _kind("eligible", "forbid closes"),
        _kind(
            "floor", "amount tier stack on_top order_by unless later", "pdc.rules.kinds.demand:Floor",
            unless="national", later=LAW,
        ),
        _kind("fix", "amount tier stack on_top", "pdc.rules.kinds.demand:Fix", form="fix", needs="amount"),
        _kind("ratio", "amount tier stack on_top joint", "pdc.rules.kinds.demand:Ratio", needs="amount"),
        _kind("band", "amount upper tier", "pdc.rules.kinds.limits:Band", form="band", needs="amount upper"),
        _kind(
            "cap", "amount together", "pdc.rules.kinds.limits:Cap",
            form="limit", needs="amount", rest="unit",
        ),
        _kind(
            "share", "rate tier rounding inside", "pdc.rules.kinds.limits:Share",
            form="share", needs="rate", rate="province", inside="national", rest="unit",
        ),
        _kind("none_or", "amount", "pdc.rules.kinds.none_or:NoneOr", form="none_or", needs="amount"),
        _kind("order", "first after at_least by", "pdc.rules.kinds.order:Order", form="order", rest="unit"),
        _kind("merge", "what host stay by keeps name", whats="titles into_parent one_district one_roof"),
        _kind(
            "status", "what host say statuses over",
            whats="state locked not_ready list list_planned steps_end responsible",
        ),
        _kind("assign", "amount upper", needs="amount upper"),
        _kind("substitute", "by post"),
        _kind("pointer", "to"),
    )
}  # fmt: skip
"""Every kind by its name, in the order in which the documents tell them."""


def constraining() -> tuple[str, ...]:
    """Kinds that constrain a plan; the others act on tables, targets and lists."""
    return tuple(name for name, entry in REGISTRY.items() if entry.acts)

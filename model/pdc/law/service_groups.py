"""Service groups of the provinces as a rulebook says them: ``service_groups.toml``, strictly read.

By title, the provinces stand in order of filled ÷ planned posts; the first so many are the first group, the
next so many the second, the rest the last. What is counted is in :mod:`pdc.planning.staffing`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pdc.base.document import NAMES, TEXT, WHOLE, record, records
from pdc.base.faults import Fault
from pdc_common.likeness import did_you_mean

FILE: Final = "service_groups.toml"
NAME: Final = "service_groups"
"""How ``--set`` and scenarios name the rule: ``service_groups.A=15``."""

ABSENT: Final = ("left_out", "counted")
MOST: Final = 10_000
_GROUP: Final = {"code": TEXT, "provinces": WHOLE}
_KEYS: Final = {"name": NAMES, "text": NAMES, "source": NAMES, "absent": TEXT, "group": records(_GROUP)}
SHAPE: Final = record(_KEYS)
"""Types of the keys of the file."""
_CODE: Final = re.compile("[A-Z][A-Z0-9]{0,7}")


@dataclass(frozen=True)
class ServiceGroups:
    """The rule: how many provinces each group but the last takes, and whether absent staff count.

    ``sizes`` are by group, in their order; ``last`` is the group of all that are left.
    """

    name: Mapping[str, str]
    text: Mapping[str, str]
    source: Mapping[str, str]
    sizes: Mapping[str, int]
    last: str
    absent_count: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The groups in their order."""
        return (*self.sizes, self.last)

    def group_of(self, rank: int) -> str:
        """Group of the province at a rank (1 is the fullest)."""
        seen = 0
        for code, size in self.sizes.items():
            seen += size
            if rank <= seen:
                return code
        return self.last

    def with_size(self, code: str, size: int) -> ServiceGroups:
        """Copy in which a group takes another number of provinces."""
        return replace(self, sizes={**self.sizes, code: size})

    def told(self) -> dict[str, Any]:
        """The rule as the summary tells it."""
        return {
            "name": dict(self.name), "text": dict(self.text), "source": dict(self.source),
            "sizes": dict(self.sizes), "last": self.last, "absent": ABSENT[self.absent_count],
        }  # fmt: skip


def service_groups(content: Mapping[str, Any]) -> tuple[ServiceGroups | None, list[Fault]]:
    """Read the file's content (empty: a law without service groups), with every fault in it."""
    faults: list[Fault] = []

    def fault(where: str | None, code: str, **values: object) -> None:
        faults.append(Fault(FILE, None, where, f"rulebook.{code}", values))

    if not content:
        return None, faults
    for key in sorted(set(content) - set(_KEYS)):
        fault(None, "unknown_key", key=key, nearest=did_you_mean(key, _KEYS))
    for key in ("name", "text", "source"):
        if set(content.get(key, {})) != {"tr", "en"}:
            fault(key, "missing_key", key=f"{key} = {{ tr, en }}")
    if content.get("absent") not in ABSENT:
        fault("absent", "groups_absent", known=", ".join(ABSENT))
    sizes, last = _sizes(content.get("group", []), fault)
    if faults:
        return None, faults
    name, text, source = (content[key] for key in ("name", "text", "source"))
    return ServiceGroups(name, text, source, sizes, last, content["absent"] == ABSENT[1]), faults


def _sizes(groups: Sequence[Mapping[str, Any]], fault: Any) -> tuple[dict[str, int], str]:
    """How many provinces each group takes, and the group of the rest."""
    sizes: dict[str, int] = {}
    code = ""
    if len(groups) < 2:
        fault("group", "groups_few")
        return sizes, code
    for number, entry in enumerate(groups, 1):
        where = f"group {number}"
        for key in sorted(set(entry) - set(_GROUP)):
            fault(where, "unknown_key", key=key, nearest=did_you_mean(key, _GROUP))
        code, size = str(entry.get("code", "")), entry.get("provinces")
        if not _CODE.fullmatch(code):
            fault(where, "groups_code")
        elif code in sizes:
            fault(where, "groups_twice", group=code)
        if number == len(groups):
            if size is not None:
                fault(where, "groups_rest", group=code)
        elif not good_size(size):
            fault(where, "groups_size", group=code, most=MOST)
        else:
            sizes[code] = int(str(size))
    return sizes, code


def good_size(size: object) -> bool:
    """Is it a number of provinces that a group can take?"""
    return isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= MOST

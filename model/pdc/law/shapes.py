"""Types of every key that a rulebook and a scenario's own clauses may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pdc.base.document import (
    ANY,
    FLAG,
    FORMULA,
    NAMES,
    TEXT,
    TEXT_OR_TEXTS,
    TEXTS,
    WHOLE,
    Shape,
    record,
    records,
)
from pdc.law.about import ABOUT, FILES
from pdc.law.kinds import FORMULAS
from pdc.law.service_groups import SHAPE as SERVICE_GROUPS
from pdc.tables.schema import SHAPE as TABLES

_PLAIN: Final[Mapping[str, Shape]] = {
    "kind": TEXT, "titles": TEXT_OR_TEXTS, "level": TEXT, "note": TEXT, "define": TEXT, "what": TEXT,
    "tier": WHOLE, "joint": FLAG, "stack": TEXT, "on_top": FLAG, "need": FLAG, "limit": TEXT,
    "rounding": TEXT, "together": FLAG, "closes": FLAG, "by": TEXT, "post": TEXT, "to": TEXTS, "say": TEXT,
    "name": TEXT, "keeps": TEXTS, "statuses": TEXTS,
}  # fmt: skip
_PARAMETER: Final[Mapping[str, Shape]] = {
    "value": ANY, "origin": TEXT, "unit": TEXT, "tr": TEXT, "en": TEXT, "choices": TEXTS,
    "choice_names": record({}, NAMES),
}  # fmt: skip
_RULE: Final[Mapping[str, Shape]] = {**_PLAIN, **dict.fromkeys(FORMULAS, FORMULA)}
CLAUSE: Final = record(
    {
        "tr": TEXT, "en": TEXT, "source": TEXT,
        "rule": records(_RULE),
        "parameters": record({}, record(_PARAMETER)),
    }
)  # fmt: skip
"""Types of a clause's keys, in a rulebook and in a scenario."""
SPECIAL: Final = {FILES[0]: ABOUT, FILES[1]: TABLES, FILES[2]: ANY, FILES[3]: SERVICE_GROUPS}
FILE: Final = record(
    {
        "title": records({"code": TEXT, "sheet": TEXT, "name": NAMES}),
        "sheet": records({"code": TEXT, "name": NAMES}),
        "define": records(_RULE),
    },
    CLAUSE,
)  # fmt: skip

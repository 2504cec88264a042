"""The words that tables may use, from the rulebook."""

from __future__ import annotations

from typing import Final

from pdc.law.rulebook import Rulebook
from pdc.law.title_names import names_of_titles
from pdc.tables import Vocabulary

_BY_BRANCH: Final = (("raw_titles", "by_branch"), ("technician_titles", "technicians_by_branch"))
"""Parameters of a merge of titles: raw titles, and the planning title that each branch makes of them."""


def vocabulary(rulebook: Rulebook) -> Vocabulary:
    """Words that the input may use under this rulebook."""
    raw: dict[tuple[str, str], str] = {}
    excluded: set[str] = set()
    statuses: set[str] = set()
    for rule in rulebook.rules:
        values = rulebook.parameters_of(rule.clause)
        if rule.kind == "merge" and rule.what == "titles":
            for titles, branches in _BY_BRANCH:
                for title in values.get(titles, ()):
                    raw |= {(title, branch): planned for branch, planned in values.get(branches, {}).items()}
            if "by_branch" not in values:
                raw |= {(title, ""): rule.titles[0] for title in values.get("raw_titles", ())}
        elif rule.what == "excluded_titles":
            excluded |= {title for group in values.values() for title in group}
        elif rule.what == "statuses":
            statuses |= {*values["counted"], *values["not_counted"]}
    return Vocabulary(
        titles=frozenset(title.code for title in rulebook.titles),
        raw_titles=raw,
        excluded=frozenset(excluded),
        statuses=frozenset(statuses),
        schema=rulebook.schema,
        title_names=names_of_titles(rulebook),
    )

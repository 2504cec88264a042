"""How many random cases a property is tried on."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def examples(count: int) -> settings:
    return settings(deadline=None, max_examples=count, suppress_health_check=CHECKS)


# one title's tree, against the oracle ----------------------------------------------------------------------
